//! The only room that sees an identity in clear, and the only one that holds keys.
//!
//! Keys stand in a file of their own, outside the database and its backups, readable by the
//! service's account alone. Every sealed value begins with a version byte, so that another
//! algorithm can take over without touching what is sealed already.

mod keys;
mod password;
mod seal_key;
mod sealing;
mod secret;

pub use keys::{KeyError, KeyRing};
pub use password::{Checked, MAX_LENGTH, MIN_LENGTH, PasswordFault, Passwords};
pub use seal_key::SealKey;
pub use sealing::{ContentKey, SealError};
pub use secret::{is_secret, new_secret, secret_hash};

use crate::intake::Informant;

/// Seals and opens. It has no `Debug`, and neither have the keys in it.
#[derive(Clone)]
pub struct Vault {
    keys: std::sync::Arc<KeyRing>,
}

impl Vault {
    /// A vault over a ring of keys.
    pub fn new(keys: KeyRing) -> Vault {
        Vault { keys: std::sync::Arc::new(keys) }
    }

    /// Seals who the informant of a tip is, under a new key of the tip's own; gives that key,
    /// wrapped, and the sealed bytes. Both are bound to the tip's number.
    pub fn seal_identity(
        &self,
        tip: &str,
        who: &Informant,
    ) -> Result<(Vec<u8>, Vec<u8>), SealError> {
        let clear = zeroize::Zeroizing::new(serde_json::to_vec(who).map_err(|_| SealError)?);
        let (key, wrapped) = self.new_key(&format!("identity:{tip}"))?;
        Ok((wrapped, sealing::seal(key.bytes(), &format!("who:{tip}"), &clear)?))
    }

    /// Opens what [`Vault::seal_identity`] sealed.
    pub fn open_identity(
        &self,
        tip: &str,
        wrapped: &[u8],
        sealed: &[u8],
    ) -> Result<Informant, SealError> {
        let key = self.unwrap_key(&format!("identity:{tip}"), wrapped)?;
        let clear = sealing::open(key.bytes(), &format!("who:{tip}"), sealed)?;
        serde_json::from_slice(&clear).map_err(|_| SealError)
    }

    /// Whether a sealed identity can still be opened: with these keys, for this tip, unchanged. Nobody
    /// is shown it.
    pub fn is_whole(&self, tip: &str, wrapped: &[u8], sealed: &[u8]) -> bool {
        let key = self.unwrap_key(&format!("identity:{tip}"), wrapped);
        key.is_ok_and(|key| sealing::open(key.bytes(), &format!("who:{tip}"), sealed).is_ok())
    }

    /// A new key for something named `what`, and the same wrapped.
    pub fn new_key(&self, what: &str) -> Result<(ContentKey, Vec<u8>), SealError> {
        let key = ContentKey::random();
        let wrapped = sealing::seal(&self.keys.wrap, what, key.bytes())?;
        Ok((key, wrapped))
    }

    /// Unwraps a key made by [`Vault::new_key`].
    pub fn unwrap_key(&self, what: &str, wrapped: &[u8]) -> Result<ContentKey, SealError> {
        ContentKey::of(&sealing::open(&self.keys.wrap, what, wrapped)?)
    }

    /// Seals an answer that is kept to be given again.
    pub fn seal_answer(&self, what: &str, answer: &[u8]) -> Result<Vec<u8>, SealError> {
        sealing::seal(&self.keys.answer, what, answer)
    }

    /// Opens a kept answer.
    pub fn open_answer(&self, what: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        sealing::open(&self.keys.answer, what, sealed).map(|clear| clear.to_vec())
    }

    /// The keyed hash of a query code, bound to its number.
    pub fn code_hash(&self, number: &str, code: &str) -> String {
        secret::keyed(&self.keys.index, &["code", number, code])
    }

    /// Whether a code is the one behind a keyed hash; takes the same time whatever differs.
    pub fn is_code(&self, number: &str, code: &str, kept: &str) -> bool {
        secret::same(&self.code_hash(number, code), kept)
    }

    /// A keyed hash of something that must not be found out by trying, such as an address or a key
    /// that a client chose.
    pub fn blind(&self, purpose: &str, text: &str) -> String {
        secret::keyed(&self.keys.index, &[purpose, text])
    }

    /// Whether a text is the keyed hash of another; takes the same time whatever differs.
    pub fn is_blind(&self, purpose: &str, text: &str, shown: &str) -> bool {
        secret::same(&self.blind(purpose, text), shown)
    }

    /// Shows that two processes hold the same keys without showing the keys.
    pub fn fingerprint(&self) -> String {
        secret::keyed(
            &self.keys.index,
            &["fingerprint", &secret::keyed(&self.keys.wrap, &["wrap"])],
        )
    }
}
