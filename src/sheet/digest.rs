//! The digest by which a ledger names the file that it was filled from.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::{BadSheet, Source};

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// SHA-256 of a file as it stands, in hexadecimal.
pub(super) fn of(source: &Source) -> Result<String, BadSheet> {
    let mut file = source.open()?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(BadSheet::unreadable)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&piece[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_several_pieces_has_the_digest_of_the_whole() {
        let bytes = vec![b'a'; PIECE + 1];
        let whole = hex::encode(Sha256::digest(&bytes));
        assert_eq!(of(&Source::Bytes(bytes.into())).unwrap(), whole);
    }
}
