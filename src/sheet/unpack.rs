//! What a workbook unpacks to, measured before anything reads it: a small file must not become a
//! large one in memory.
//!
//! The sizes that an archive declares are the sender's word. They are looked at first because that
//! costs nothing; then every part is unpacked once into nothing and counted.

use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{BadSheet, Input};

/// Most bytes that all parts of a workbook unpack to.
pub const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Most bytes of a part that is held in memory as a whole: texts, relations.
pub const MAX_PART: u64 = 48 * 1024 * 1024;
/// Most bytes of the styles: each takes many times its length in memory.
const MAX_STYLES: u64 = 2 * 1024 * 1024;
/// Most parts; a ledger has a dozen.
pub const MAX_PARTS: usize = 4_096;
/// The shortest text in the part of shared texts, `<si/>`: it bounds how many there can be.
const SHORTEST_TEXT: u64 = 5;
/// How much of an old container is searched for the sign of a password.
const SEARCHED: u64 = 16 * 1024 * 1024;

/// Refuses what unpacks to too much.
pub(super) fn check(file: &mut (impl Read + Seek)) -> Result<(), BadSheet> {
    let mut archive = ZipArchive::new(file).map_err(bad)?;
    // Who wrote the archive in one go could not declare sizes; then only the counting tells.
    let declared = archive.decompressed_size().unwrap_or(0);
    if archive.len() > MAX_PARTS || declared > u128::from(MAX_UNPACKED) {
        return Err(BadSheet::Unpacked);
    }
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(bad)?;
        let name = part.name().map_err(bad)?.to_ascii_lowercase();
        let limit = limit(&name).min(left);
        let mut part = part.take(limit + 1);
        let size = if name.ends_with("sharedstrings.xml") {
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).map_err(|_| BadSheet::Broken)?;
            believable(&bytes)?;
            bytes.len() as u64
        } else {
            io::copy(&mut part, &mut io::sink()).map_err(|_| BadSheet::Broken)?
        };
        if size > limit {
            return Err(BadSheet::Unpacked);
        }
        left -= size;
    }
    Ok(())
}

/// Rows and pictures are streamed or never read; everything else is held as a whole.
fn limit(name: &str) -> u64 {
    let is = |word| name.contains(word);
    match () {
        () if name.ends_with("sharedstrings.xml") => MAX_PART,
        () if name.ends_with("styles.xml") => MAX_STYLES,
        () if is("/worksheets/") || is("/media/") => MAX_UNPACKED,
        () => MAX_PART,
    }
}

/// The part of shared texts says how many there are, and memory is set aside for them: a lie would
/// take it all. The bytes must be ASCII where the count is, or it could not be found here.
fn believable(bytes: &[u8]) -> Result<(), BadSheet> {
    if bytes.iter().take(4).any(|b| matches!(b, 0 | 0xfe | 0xff)) {
        return Err(BadSheet::Broken);
    }
    let most = bytes.len() as u64 / SHORTEST_TEXT;
    let name = b"uniqueCount";
    let mut rest = bytes;
    while let Some(at) = rest.windows(name.len()).position(|window| window == name) {
        rest = &rest[at + name.len()..];
        let said = rest.iter().skip_while(|b| !b.is_ascii_digit() && **b != b'>');
        let digits = said.take_while(|b| b.is_ascii_digit());
        let count =
            digits.fold(0u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
        if count > most {
            return Err(BadSheet::Broken);
        }
    }
    Ok(())
}

fn bad(error: ZipError) -> BadSheet {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => BadSheet::Protected,
        _ => BadSheet::Broken,
    }
}

/// A container of before 2007: programs put protected workbooks of today into one, too.
pub(super) fn old_container(file: Box<dyn Input>) -> Result<BadSheet, BadSheet> {
    let mut bytes = Vec::new();
    file.take(SEARCHED).read_to_end(&mut bytes).map_err(BadSheet::unreadable)?;
    let sign: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let is_protected = bytes.windows(sign.len()).any(|window| window == sign);
    Ok(if is_protected { BadSheet::Protected } else { BadSheet::OldFormat })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_cannot_be_true_is_not_believed() {
        let honest = b"<sst count=\"9\" uniqueCount=\"1\"><si><t>a</t></si></sst>";
        assert_eq!(believable(honest), Ok(()));
        for lie in ["99999999999999", "18446744073709551616", "12"] {
            let part = format!("<sst uniqueCount = '{lie}'><si/></sst>");
            assert_eq!(believable(part.as_bytes()), Err(BadSheet::Broken), "{lie}");
        }
        assert_eq!(believable(b"<\0s\0s\0t\0"), Err(BadSheet::Broken));
    }
}
