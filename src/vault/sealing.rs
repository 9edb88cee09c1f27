//! Sealing: XChaCha20-Poly1305 with a random nonce, a version byte first.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::keys::Key;
use crate::clock::random;

/// Sealed with another key, for something else, or changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened: another key, another place, or changed bytes")]
pub struct SealError;

/// Version 1: XChaCha20-Poly1305, nonce of 24 bytes after the version, tag at the end.
const V1: u8 = 1;
const NONCE: usize = 24;

/// Seals bytes for one place: the associated text must be the same when they are opened, so a
/// sealed value cannot be moved to another row.
pub(super) fn seal(key: &[u8; 32], place: &str, clear: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce = random::<NONCE>();
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let payload = Payload { msg: clear, aad: &associated(place) };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError)?;
    Ok([&[V1][..], &nonce, &sealed].concat())
}

/// Opens sealed bytes.
pub(super) fn open(
    key: &[u8; 32],
    place: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (version, rest) = sealed.split_first().ok_or(SealError)?;
    if *version != V1 || rest.len() < NONCE {
        return Err(SealError);
    }
    let (nonce, sealed) = rest.split_at(NONCE);
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SealError)?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let payload = Payload { msg: sealed, aad: &associated(place) };
    cipher.decrypt(&XNonce::from(nonce), payload).map(Zeroizing::new).map_err(|_| SealError)
}

fn associated(place: &str) -> Vec<u8> {
    [&[V1][..], place.as_bytes()].concat()
}

/// The key of one identity or one file.
pub struct ContentKey(Key);

impl ContentKey {
    pub(super) fn random() -> ContentKey {
        ContentKey(Zeroizing::new(random::<32>()))
    }

    pub(super) fn of(bytes: &[u8]) -> Result<ContentKey, SealError> {
        let key: [u8; 32] = bytes.try_into().map_err(|_| SealError)?;
        Ok(ContentKey(Zeroizing::new(key)))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals one part of a file; number and end are bound in, so parts cannot be moved or cut off.
    pub fn seal_part(&self, number: u64, last: bool, clear: &[u8]) -> Result<Vec<u8>, SealError> {
        seal(&self.0, &format!("part:{number}:{last}"), clear)
    }

    /// Opens one part of a file.
    pub fn open_part(&self, number: u64, last: bool, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        open(&self.0, &format!("part:{number}:{last}"), sealed).map(|clear| clear.to_vec())
    }
}

/// How many bytes sealing adds: version, nonce, tag.
#[cfg(test)]
const OVERHEAD: usize = 1 + NONCE + 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let key = [7u8; 32];
        let sealed = seal(&key, "who:1", b"zhang").unwrap();
        assert_eq!(sealed.len(), 5 + OVERHEAD);
        assert_eq!(open(&key, "who:1", &sealed).unwrap().as_slice(), b"zhang");
        assert_eq!(open(&key, "who:2", &sealed), Err(SealError));
        assert_eq!(open(&[8u8; 32], "who:1", &sealed), Err(SealError));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&key, "who:1", &changed), Err(SealError), "byte {at}");
        }
    }
}
