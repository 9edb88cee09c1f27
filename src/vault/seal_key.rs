//! The key that signs the heads of the log. It stands in a file of its own, apart from the keys of
//! identities: whoever may sign need not be able to read, and the other way round.

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::{Signer, SigningKey};
use zeroize::Zeroizing;

use super::keys::{KeyError, key_in, read_private, value_in, write_private};
use crate::clock::random;
use crate::seal::note::{Checkpoint, VerifierKey};
use crate::seal::tree::Hash;

/// Signs heads. It has no `Debug`.
#[derive(Clone)]
pub struct SealKey {
    secret: Arc<SigningKey>,
    verifier: VerifierKey,
}

impl SealKey {
    /// Reads the key file; `Ok(None)` where there is none.
    pub fn read(path: &Path) -> Result<Option<SealKey>, KeyError> {
        let Some(text) = read_private(path)? else { return Ok(None) };
        let malformed = |why| KeyError::Malformed(path.display().to_string(), why);
        Self::parse(&text).map(Some).map_err(malformed)
    }

    fn parse(text: &str) -> Result<SealKey, String> {
        let secret = SigningKey::from_bytes(&*key_in(text, "ed25519-1")?);
        let public = secret.verifying_key().to_bytes();
        let verifier = VerifierKey::new(value_in(text, "origin")?, public);
        let verifier = verifier.ok_or("the origin cannot be the name of a log")?;
        Ok(SealKey { secret: Arc::new(secret), verifier })
    }

    /// Makes a new key for the log of this name, readable by its owner alone; another process that
    /// makes one at the same time wins, and its file is read.
    pub fn create(path: &Path, origin: &str) -> Result<SealKey, KeyError> {
        let secret = Zeroizing::new(hex::encode(random::<32>()));
        let text = Zeroizing::new(format!(
            "# The key that signs this installation's log. Keep a copy apart from the database: whoever\n\
             # has both can write another past and sign it.\n\
             origin = {origin}\ned25519-1 = {}\n",
            *secret
        ));
        write_private(path, &text)?;
        Self::read(path)?.ok_or_else(|| KeyError::Missing(path.display().to_string()))
    }

    /// By what others check what this key signed.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signed note of a head of this size and root. The same head gives the same bytes.
    pub fn note(&self, size: u64, root: Hash) -> String {
        let head = Checkpoint { origin: self.verifier.name().to_owned(), size, root };
        let signature = self.secret.sign(head.text().as_bytes());
        self.verifier.note(&head, &signature.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_signs_the_same_after_being_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        assert!(SealKey::read(&path).unwrap().is_none());
        let made = SealKey::create(&path, "example.org/log").unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        // A second maker gets the first one's key.
        let again = SealKey::create(&path, "another.name").unwrap();
        let note = made.note(7, [3; 32]);
        assert_eq!(note, again.note(7, [3; 32]));
        assert_eq!(made.verifier().open(&note).unwrap().size, 7);
    }

    #[test]
    fn a_file_that_others_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        SealKey::create(&path, "example.org/log").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SealKey::read(&path), Err(KeyError::Exposed { .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "origin = a b\ned25519-1 = 00", "ed25519-1 = zz"] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(SealKey::read(&path), Err(KeyError::Malformed(..))), "{text}");
        }
    }
}
