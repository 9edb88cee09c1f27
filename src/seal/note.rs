//! The signed head of the log: a C2SP checkpoint (c2sp.org/tlog-checkpoint) in a C2SP signed note
//! (c2sp.org/signed-note), so that tools of others read it too.
//!
//! ```text
//! 12336.example.org/log             the name of the log, which is also that of its key
//! 4711                              how many leaves
//! u0N4…=                            the root, in base64
//!                                   an empty line
//! — 12336.example.org/log 9tXk…=    the signature over the lines above it
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::tree::Hash;
use crate::lang::Lang;

/// Longest note that is read, in bytes: ours have some 200, witnesses may add lines.
pub const MAX_NOTE: usize = 16 * 1024;
/// Longest name of a log, in characters.
pub const MAX_NAME: usize = 100;
/// The byte by which signed notes name Ed25519.
const ED25519: u8 = 0x01;
/// How a line with a signature begins: an em dash and a space.
const DASH: &str = "\u{2014} ";
/// Bytes of a key's identifier, which stand before the signature.
const ID: usize = 4;

/// Why a note says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// It is not laid out like one.
    #[error("not a signed checkpoint")]
    Layout,
    /// The key is not one.
    #[error("not a key of a log")]
    Key,
    /// Nobody signed it with the key that is asked for.
    #[error("signed with another key")]
    OtherKey,
    /// The signature is not the key's.
    #[error("the signature is wrong")]
    Signature,
}

impl NoteFault {
    /// The fault in words.
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            NoteFault::Layout => lang.pick("不是签名的总台账头", "not a signed head of a log"),
            NoteFault::Key => lang.pick(
                "不是验证公钥；应形如 名称+8 位十六进制+Base64",
                "not a verifier key; it looks like name+8 hexadecimal digits+base64",
            ),
            NoteFault::OtherKey => {
                lang.pick("不是用这把密钥签名的", "it is not signed with this key")
            }
            NoteFault::Signature => lang.pick("签名不符", "the signature is wrong"),
        }
    }
}

/// Whether a text may name a log: something, without spaces and plus signs, which end a name.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !text.is_empty() && text.chars().count() <= MAX_NAME && text.chars().all(plain)
}

/// What a head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The lines that are signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// Reads the lines that are signed. Lines after the root are for others and passed over.
    fn read(text: &str) -> Result<Checkpoint, NoteFault> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteFault::Layout)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(NoteFault::Layout);
        let (origin, size, root) = (line()?.to_owned(), line()?, line()?);
        let number: u64 = size.parse().map_err(|_| NoteFault::Layout)?;
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok());
        // One head has one text: no sign, no leading zero.
        match root {
            Some(root) if number.to_string() == size => {
                Ok(Checkpoint { origin, size: number, root })
            }
            _ => Err(NoteFault::Layout),
        }
    }
}

/// What one needs to check heads: the log's name and its public key. As text it is a C2SP verifier
/// key, `name+id+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: [u8; 32],
}

impl VerifierKey {
    /// The key of a log; `None` where the name cannot be one.
    pub fn new(name: &str, key: [u8; 32]) -> Option<VerifierKey> {
        is_name(name).then(|| VerifierKey { name: name.to_owned(), key })
    }

    /// The name of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Ed25519 public key.
    pub fn public(&self) -> &[u8; 32] {
        &self.key
    }

    /// By what a signature names its key: the first bytes of SHA-256(name ‖ LF ‖ 01 ‖ key).
    fn id(&self) -> [u8; ID] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key)
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The note of a head with its signature.
    pub fn note(&self, head: &Checkpoint, signature: &[u8; 64]) -> String {
        let signature = [&self.id()[..], signature].concat();
        format!("{}\n{DASH}{} {}\n", head.text(), self.name, BASE64.encode(signature))
    }

    /// Reads a note that this key signed.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteFault> {
        let (text, signatures) = parts(note)?;
        let mut of_mine = signatures.filter_map(|(name, bytes)| {
            let signature = bytes.strip_prefix(&self.id())?.to_owned();
            (name == self.name).then_some(signature)
        });
        let signature = of_mine.next().ok_or(NoteFault::OtherKey)?;
        let signature = Signature::from_slice(&signature).map_err(|_| NoteFault::Signature)?;
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| NoteFault::Key)?;
        key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteFault::Signature)?;
        let head = Checkpoint::read(text)?;
        // A key signs for the log that it is named after.
        if head.origin == self.name { Ok(head) } else { Err(NoteFault::OtherKey) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64.encode([&[ED25519], &self.key[..]].concat());
        write!(f, "{}+{}+{key}", self.name, hex::encode(self.id()))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteFault;

    fn from_str(text: &str) -> Result<VerifierKey, NoteFault> {
        // The key in base64 may hold plus signs, the name may not.
        let mut parts = text.trim().splitn(3, '+');
        let (name, _, key) = (parts.next(), parts.next(), parts.next());
        let key = key.and_then(|key| BASE64.decode(key).ok()).ok_or(NoteFault::Key)?;
        let key = key.strip_prefix(&[ED25519]).and_then(|key| key.try_into().ok());
        let key = VerifierKey::new(name.unwrap_or_default(), key.ok_or(NoteFault::Key)?);
        // The identifier in the middle is a check against slips of the pen.
        key.filter(|key| key.to_string() == text.trim()).ok_or(NoteFault::Key)
    }
}

/// Reads a note without asking who signed it.
pub fn unchecked(note: &str) -> Result<Checkpoint, NoteFault> {
    Checkpoint::read(parts(note)?.0)
}

/// The lines that are signed, and the signatures with their names.
fn parts(note: &str) -> Result<(&str, impl Iterator<Item = (&str, Vec<u8>)>), NoteFault> {
    let there = || Some(note).filter(|note| note.len() <= MAX_NOTE)?.rsplit_once("\n\n");
    let (text, below) = there().ok_or(NoteFault::Layout)?;
    let text = &note[..text.len() + 1];
    let lines = below.strip_suffix('\n').ok_or(NoteFault::Layout)?.split('\n');
    let read = |line: &'_ str| -> Option<(usize, Vec<u8>)> {
        let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
        Some((name.len(), BASE64.decode(signature).ok()?))
    };
    if !lines.clone().all(|line| read(line).is_some()) {
        return Err(NoteFault::Layout);
    }
    let signatures = lines.filter_map(move |line| {
        let (length, bytes) = read(line)?;
        Some((&line[DASH.len()..DASH.len() + length], bytes))
    });
    Ok((text, signatures))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn key() -> (SigningKey, VerifierKey) {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let public = secret.verifying_key().to_bytes();
        (secret, VerifierKey::new("12336.example.org/log", public).unwrap())
    }

    fn head() -> Checkpoint {
        Checkpoint { origin: "12336.example.org/log".to_owned(), size: 4_711, root: [9; 32] }
    }

    fn signed(head: &Checkpoint) -> String {
        let (secret, key) = key();
        key.note(head, &secret.sign(head.text().as_bytes()).to_bytes())
    }

    #[test]
    fn a_head_is_read_as_it_was_signed() {
        let (_, key) = key();
        assert_eq!(key.open(&signed(&head())), Ok(head()));
        assert_eq!(unchecked(&signed(&head())), Ok(head()));
        assert_eq!(key.to_string().parse(), Ok(key));
    }

    /// The example of c2sp.org/signed-note, whose key is in the Go project's documentation.
    #[test]
    fn a_key_and_a_note_of_others_are_read() {
        let key: VerifierKey =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let note = format!(
            "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1\
             FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        // Its signature holds; only what it signs is no head.
        assert_eq!(key.open(&note), Err(NoteFault::Layout));
        assert_eq!(key.open(&note.replace("answer", "Answer")), Err(NoteFault::Signature));
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        let (secret, key) = key();
        let note = signed(&head());
        let table = [
            (note.replace("4711", "4712"), NoteFault::Signature),
            (note.replace("CQkJ", "CQkK"), NoteFault::Signature),
            (note.replace("\u{2014} 12336", "\u{2014} 12337"), NoteFault::OtherKey),
            (note.replace("\n\n", "\n"), NoteFault::Layout),
            (note.trim_end().to_owned(), NoteFault::Layout),
            (String::new(), NoteFault::Layout),
            ("x".repeat(MAX_NOTE + 1), NoteFault::Layout),
        ];
        for (note, fault) in table {
            assert_eq!(key.open(&note), Err(fault), "{note}");
        }
        let other = VerifierKey::new("12336.example.org/log", [8; 32]).unwrap();
        assert_eq!(other.open(&note), Err(NoteFault::OtherKey));
        let stray = Checkpoint { origin: "another.log".to_owned(), ..head() };
        let stray = key.note(&stray, &secret.sign(stray.text().as_bytes()).to_bytes());
        assert_eq!(key.open(&stray), Err(NoteFault::OtherKey));
    }

    #[test]
    fn a_key_with_a_slip_of_the_pen_is_none() {
        let (_, key) = key();
        let text = key.to_string();
        for bad in [text.replace("log+", "Log+"), text[..text.len() - 4].to_owned(), "x".into()] {
            assert_eq!(bad.parse::<VerifierKey>(), Err(NoteFault::Key), "{bad}");
        }
        for name in ["", "a b", "a+b", &"x".repeat(MAX_NAME + 1)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_size_has_one_spelling() {
        for size in ["04711", "+4711", " 4711", "", "18446744073709551616"] {
            let text = head().text().replace("4711", size);
            assert_eq!(Checkpoint::read(&text), Err(NoteFault::Layout), "{size}");
        }
    }
}
