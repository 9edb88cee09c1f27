//! Which kind of file it is, by its bytes and never by what it is called; and which names are not
//! taken.

/// First bytes that are looked at.
const HEAD: usize = 64;
/// Longest ending of a name that is looked at.
const MAX_ENDING: usize = 16;

/// Pictures, documents, sound and film, by the bytes at a place.
const TABLE: [(&[u8], usize, &str); 10] = [
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"WAVE", 8, "audio/wav"),
    (b"ftyp", 4, "video/mp4"),
];
/// What a file of the family of MP4 is, by its brand (ISO/IEC 14496-12, 4.3); others are films.
const BRANDS: [(&[u8; 4], &str); 9] = [
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"heim", "image/heic"),
    (b"mif1", "image/heic"),
    (b"msf1", "image/heic"),
    (b"avif", "image/avif"),
    (b"qt  ", "video/quicktime"),
    (b"M4A ", "audio/mp4"),
    (b"3gp4", "video/3gpp"),
];
/// Endings of the names of files that are taken, and the kind that is called so.
const ENDINGS: [(&str, &str); 30] = [
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("avif", "image/avif"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("m4a", "audio/mp4"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("txt", "text/plain"),
    // Further names of the same.
    ("jpeg", "image/jpeg"),
    ("jfif", "image/jpeg"),
    ("heif", "image/heic"),
    ("docx", "application/zip"),
    ("xlsx", "application/zip"),
    ("pptx", "application/zip"),
    ("wps", "application/zip"),
    ("et", "application/zip"),
    ("ofd", "application/zip"),
    ("odt", "application/zip"),
    ("ods", "application/zip"),
    ("kmz", "application/zip"),
    ("m4v", "video/mp4"),
    ("csv", "text/plain"),
    ("md", "text/plain"),
];

/// What is seen of a file while it arrives, or is read back.
pub struct Kind {
    head: Vec<u8>,
    /// Whether it may still be a text: nothing came yet that no text holds.
    is_text: bool,
}

impl Default for Kind {
    fn default() -> Kind {
        Kind { head: Vec::with_capacity(HEAD), is_text: true }
    }
}

impl Kind {
    /// Takes the next bytes in.
    pub fn see(&mut self, bytes: &[u8]) {
        let more = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..more]);
        // To its last byte: what begins as a text may go on as a program.
        self.is_text = self.is_text && !bytes.iter().any(|byte| *byte < 9);
    }

    /// Its media type; none for what is not taken.
    pub fn media_type(&self) -> Option<&'static str> {
        let head = self.head.as_slice();
        let fits = |magic: &[u8], at: usize| head.get(at..at + magic.len()) == Some(magic);
        match TABLE.iter().find(|(magic, at, _)| fits(magic, *at)) {
            Some((b"ftyp", _, film)) => {
                let brand = BRANDS.iter().find(|(brand, _)| fits(*brand, 8));
                Some(brand.map_or(film, |(_, kind)| kind))
            }
            Some((_, _, kind)) => Some(kind),
            None => (self.is_text && is_plain(head)).then_some("text/plain"),
        }
    }
}

/// Whether a beginning is that of words: not of a page or a drawing that a browser would run.
fn is_plain(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last sign may be cut off.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let words = text.trim_start_matches('\u{feff}').trim_start();
    !words.is_empty() && !words.starts_with('<')
}

/// Whether a file may come under a name. The name is not kept; its last ending alone counts, for a
/// computer goes by that one.
pub fn takes_name(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    let ending = ending.trim().to_ascii_lowercase();
    ending.len() <= MAX_ENDING && ENDINGS.iter().any(|(known, _)| *known == ending)
}

/// The ending under which a kind of file is given out.
pub fn ending(media_type: &str) -> &'static str {
    ENDINGS.iter().find(|(_, kind)| *kind == media_type).map_or("bin", |(ending, _)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(content: &[u8]) -> Option<&'static str> {
        let mut kind = Kind::default();
        content.chunks(7).for_each(|chunk| kind.see(chunk));
        kind.media_type()
    }

    #[test]
    fn a_kind_is_told_by_the_bytes() {
        for (content, wanted) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Some("image/jpeg")),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Some("image/heic")),
            (b"\0\0\0\x18ftypqt  \0\0\0\0", Some("video/quicktime")),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Some("video/mp4")),
            ("\u{feff}现场记录".as_bytes(), Some("text/plain")),
            (b"\r\n 1. a list", Some("text/plain")),
            // What an officer's computer might run.
            (b"<!doctype html><script>alert(1)</script>", None),
            (b"\xef\xbb\xbf \r\n\t<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"<?xml version='1.0'?><svg/>", None),
            (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F", None),
            (b"MZ\x90\0\x03", None),
            (b"\x7fELF\x02\x01", None),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
            (b"Rar!\x1a\x07\x01\0", None),
            (b"7z\xbc\xaf\x27\x1c", None),
            (b"\x1f\x8b\x08\0", None),
            (b"    \n", None),
        ] {
            assert_eq!(kind(content), wanted, "{}", content.escape_ascii());
        }
        // A text for as long as anybody looks, and then a program.
        let mut late = b"notes ".repeat(100);
        assert_eq!(kind(&late), Some("text/plain"));
        late.extend(b"\x7fELF\x02\x01\x01\0");
        assert_eq!(kind(&late), None);
    }

    #[test]
    fn the_last_ending_of_a_name_counts() {
        for name in ["a.jpg", "现场.JPEG", "IMG_0001", "a.exe.png", "x.tar.zip", "a.pdf "] {
            assert!(takes_name(name), "{name}");
        }
        for name in ["a.jpg.lnk", "a.svg", "a.html", "a.exe", "a.jpg.", "a.hta\0", ".htaccess"] {
            assert!(!takes_name(name), "{name}");
        }
        // Whatever is taken can be given out under an ending of its own.
        let kinds = TABLE.iter().map(|row| row.2).chain(BRANDS.iter().map(|row| row.1));
        for kind in kinds.chain(["text/plain"]) {
            assert_ne!(ending(kind), "bin", "{kind}");
        }
    }
}
