//! Secrets that are shown once and kept as hashes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::clock::random;

/// HMAC-SHA256 over parts, each with its length, in hexadecimal.
pub(super) fn keyed(key: &[u8; 32], parts: &[&str]) -> String {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        // HMAC takes keys of any length, so this is never reached; an empty hash matches nothing.
        return String::new();
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}

/// Compares two texts in a time that does not tell where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// A new secret of 256 random bits, for a token or a session.
pub fn new_secret() -> String {
    hex::encode(random::<32>())
}

/// Whether a secret is the one behind a kept hash; takes the same time whatever differs.
pub fn is_secret(secret: &str, kept: &str) -> bool {
    same(&secret_hash(secret), kept)
}

/// What is kept of a secret. A plain hash is enough: 256 random bits cannot be guessed.
pub fn secret_hash(secret: &str) -> String {
    crate::seal::digest(&[b"secret:", secret.as_bytes()])
}
