//! Canonical bytes, the leaves of the sealed log, the tree over them, its signed head, and the proofs
//! that whoever holds them checks without us.
//!
//! The log is laid out as an RFC 6962 Merkle tree: entry after entry gets one place, and the leaf
//! at that place commits to the entry's stored bytes under a salt, so that a leaf reveals nothing.

pub mod note;
pub mod proof;
pub mod tree;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Prefix of a leaf in RFC 6962 §2.1, which keeps leaves and inner nodes apart.
const LEAF: [u8; 1] = [0x00];

/// The bytes of a value by which it is stored and hashed: JSON with the keys in order and no
/// spaces. Values hold no floats, whose text could differ between writers.
pub fn canonical(value: &impl Serialize) -> Result<String, serde_json::Error> {
    // `serde_json::Value` keeps its maps sorted by key.
    Ok(serde_json::to_value(value)?.to_string())
}

/// The RFC 6962 leaf hash over `salt || bytes`, in hexadecimal.
pub fn leaf(salt: &[u8], bytes: &[u8]) -> String {
    digest(&[&LEAF, salt, bytes])
}

/// SHA-256 of a text under a salt, for what the ledger commits to but does not hold.
pub fn salted(salt: &[u8], text: &str) -> String {
    digest(&[salt, text.as_bytes()])
}

/// SHA-256 of the parts one after the other, in hexadecimal.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_order() {
        let value = serde_json::json!({"b": 1, "a": {"d": "四", "c": null}});
        assert_eq!(canonical(&value).unwrap(), r#"{"a":{"c":null,"d":"四"},"b":1}"#);
    }

    #[test]
    fn the_leaf_of_nothing_is_the_one_of_the_rfc() {
        // RFC 6962: the hash of a leaf with no bytes is SHA-256(0x00).
        assert_eq!(
            leaf(b"", b""),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
    }
}
