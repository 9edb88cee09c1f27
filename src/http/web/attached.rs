//! Files of a case as its page offers them: to be kept on the reader's computer, cleaned first.

use crate::desk::evidence::CaseFile;
use crate::lang::Lang;

/// One file.
pub struct FileView {
    /// Its name, by number and kind.
    pub name: String,
    /// What kind of file it is, in a word.
    pub kind: &'static str,
    /// Its length, in words.
    pub size: String,
    /// The copy that opens by default; of kinds that cannot be cleaned the original.
    pub copy: String,
    /// The original, where the other is a cleaned copy; else empty.
    pub original: String,
}

impl FileView {
    /// Those of the files that a test picks, as links below the page of a case.
    pub fn of(
        files: &[CaseFile],
        no: &str,
        lang: Lang,
        fits: impl Fn(&CaseFile) -> bool,
    ) -> Vec<FileView> {
        files.iter().filter(|file| fits(file)).map(|file| one(file, no, lang)).collect()
    }
}

fn one(file: &CaseFile, no: &str, lang: Lang) -> FileView {
    let path = format!("/cases/{no}/files/{}", file.sha256);
    let original = format!("{path}?original=true");
    let (copy, original) =
        if file.cleanable { (path, original) } else { (original, String::new()) };
    FileView {
        name: file.name(lang),
        kind: kind(file, lang),
        size: size(file.bytes),
        copy,
        original,
    }
}

fn kind(file: &CaseFile, lang: Lang) -> &'static str {
    let (zh, en) = match file.media_type.split('/').next() {
        Some("image") => ("照片", "picture"),
        Some("audio") => ("录音", "sound"),
        Some("video") => ("录像", "film"),
        Some("text") => ("文本", "text"),
        _ if file.media_type == "application/zip" => ("压缩包或文档", "archive or document"),
        _ => ("文档", "document"),
    };
    lang.pick(zh, en)
}

/// A length as people read it, rounded up: no file is of 0 KB.
fn size(bytes: u64) -> String {
    const KB: u64 = 1_024;
    match bytes.div_ceil(KB) {
        kilo if kilo < KB => format!("{kilo} KB"),
        kilo => {
            let tenths = (kilo * 10).div_ceil(KB);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn lengths_are_rounded_up() {
        let said = [1, 1_024, 1_025, 1_047_552, 1_048_576, 1_048_577, 20_971_520].map(size);
        assert_eq!(said, ["1 KB", "1 KB", "2 KB", "1023 KB", "1.0 MB", "1.1 MB", "20.0 MB"]);
    }
}
