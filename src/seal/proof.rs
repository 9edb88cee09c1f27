//! Proofs as they are handed out, and their checking. All hashes are in hexadecimal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::note::{Checkpoint, NoteFault, VerifierKey, unchecked};
use super::tree::{Hash, extends, includes};
use crate::lang::Lang;

/// Most hashes of a path; a tree of 2^64 leaves has no longer ones.
const MAX_PATH: usize = 65;
/// The layout of a [`Receipt`], by its name and version.
pub const RECEIPT: &str = "hotline-receipt/1";

/// That a leaf stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Inclusion {
    /// The leaf.
    pub leaf: String,
    /// Its place in the log, from 0.
    pub index: u64,
    /// Over how many leaves the head is.
    pub size: u64,
    /// The hashes beside the way from the leaf to the root.
    pub path: Vec<String>,
    /// The root.
    pub root: String,
    /// The signed head with this size and root.
    pub note: String,
}

/// That a later head only adds to an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consistency {
    /// Leaves of the earlier head.
    pub from: u64,
    /// Leaves of the later one.
    pub to: u64,
    /// The earlier root.
    pub from_root: String,
    /// The later root.
    pub to_root: String,
    /// The hashes that lead to both.
    pub path: Vec<String>,
}

/// Everything that an informant needs to show that a tip was taken in: it says nothing about who
/// handed it in, and what was said only as a salted hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`RECEIPT`].
    pub format: String,
    /// The verifier key of the log, as the service says it.
    pub key: String,
    /// The salt of the leaf.
    pub salt: String,
    /// The bytes of the entry, as UTF-8 text.
    pub bytes: String,
    /// The proof.
    #[serde(flatten)]
    pub proof: Inclusion,
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is laid out otherwise.
    #[error("format")]
    Format,
    /// A member is not a hash in hexadecimal, or there are too many.
    #[error("{0}: not a hash")]
    Hash(&'static str),
    /// Salt and bytes do not give the leaf.
    #[error("the bytes do not fit the leaf")]
    Leaf,
    /// The path does not lead from the leaf to the root.
    #[error("the path does not lead to the root")]
    Path,
    /// The signed head says another size or root than the proof is about.
    #[error("the head is another")]
    Head,
    /// The later head is smaller.
    #[error("the log has shrunk")]
    Shrunk,
    /// Two heads of one size have two roots: the log was forked or written anew.
    #[error("two roots for one size")]
    Forked,
    /// The path does not show that the later log only adds.
    #[error("the later log does not begin with the earlier")]
    Rewritten,
    /// A head does not hold.
    #[error(transparent)]
    Note(#[from] NoteFault),
}

impl Fault {
    /// The fault in words.
    pub fn words(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            Fault::Format => ("文件格式不符，应为 hotline-receipt/1", "not a hotline-receipt/1"),
            Fault::Hash(name) => {
                let (zh, en) = ("不是十六进制的 SHA-256", "not a SHA-256 in hexadecimal");
                return format!("{name}: {}", lang.pick(zh, en));
            }
            Fault::Leaf => (
                "盐和正文算不出这个叶值：正文或盐被改动过",
                "salt and bytes do not give the leaf: one of them was changed",
            ),
            Fault::Path => (
                "路径不能从叶值走到根：本件不在这份总台账的这个位置",
                "the path does not lead from the leaf to the root: the log does not hold it there",
            ),
            Fault::Head => (
                "总台账头的条数或根与证明不同",
                "the signed head has another size or root than the proof",
            ),
            Fault::Shrunk => {
                ("较新的总台账条数反而更少：台账被截短", "the later log is shorter: it was cut")
            }
            Fault::Forked => (
                "同样条数却有两个根：台账被改写或分叉",
                "two roots for one size: the log was rewritten or forked",
            ),
            Fault::Rewritten => (
                "较新的总台账不是在较早的后面续写的：台账被改写",
                "the later log does not begin with the earlier one: it was rewritten",
            ),
            Fault::Note(fault) => (fault.words(Lang::Zh), fault.words(Lang::En)),
        };
        lang.pick(zh, en).to_owned()
    }
}

/// A hash out of its hexadecimal digits.
pub fn hash(name: &'static str, text: &str) -> Result<Hash, Fault> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash).map_err(|_| Fault::Hash(name))?;
    Ok(hash)
}

fn hashes(path: &[String]) -> Result<Vec<Hash>, Fault> {
    if path.len() > MAX_PATH {
        return Err(Fault::Hash("path"));
    }
    path.iter().map(|text| hash("path", text)).collect()
}

impl Inclusion {
    /// Checks that the path leads to the root of the signed head, whoever signed it.
    pub fn check(&self) -> Result<Checkpoint, Fault> {
        let head = unchecked(&self.note)?;
        let (leaf, root) = (hash("leaf", &self.leaf)?, hash("root", &self.root)?);
        if !includes(&leaf, self.index, self.size, &hashes(&self.path)?, &root) {
            return Err(Fault::Path);
        }
        if (head.size, head.root) != (self.size, root) {
            return Err(Fault::Head);
        }
        Ok(head)
    }
}

impl Receipt {
    /// Checks salt, bytes, leaf, path and head; with a key also that it signed the head.
    pub fn check(&self, key: Option<&VerifierKey>) -> Result<Checkpoint, Fault> {
        if self.format != RECEIPT {
            return Err(Fault::Format);
        }
        let salt = hex::decode(&self.salt).map_err(|_| Fault::Hash("salt"))?;
        if super::leaf(&salt, self.bytes.as_bytes()) != self.proof.leaf {
            return Err(Fault::Leaf);
        }
        let head = self.proof.check()?;
        if let Some(key) = key {
            key.open(&self.proof.note)?;
        }
        Ok(head)
    }
}

impl Consistency {
    /// Checks that one head adds to another. Two heads of one size need no path.
    pub fn check(&self, older: &Checkpoint, newer: &Checkpoint) -> Result<(), Fault> {
        Self::beforehand(older, newer)?;
        if (self.from, self.to) != (older.size, newer.size) {
            return Err(Fault::Head);
        }
        // The roots that count are those that were signed, not those that the proof tells.
        let path = hashes(&self.path)?;
        match extends((older.size, &older.root), (newer.size, &newer.root), &path) {
            true => Ok(()),
            false => Err(Fault::Rewritten),
        }
    }

    /// What two heads show without a path: a log does not shrink, and one size has one root.
    pub fn beforehand(older: &Checkpoint, newer: &Checkpoint) -> Result<(), Fault> {
        if older.origin != newer.origin {
            return Err(NoteFault::OtherKey.into());
        }
        if older.size > newer.size {
            return Err(Fault::Shrunk);
        }
        if older.size == newer.size && older.root != newer.root {
            return Err(Fault::Forked);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::super::tree::{Frontier, node};
    use super::*;

    const NAME: &str = "example.org/log";

    fn signed(size: u64, root: Hash) -> (String, VerifierKey) {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let key = VerifierKey::new(NAME, secret.verifying_key().to_bytes()).unwrap();
        let head = Checkpoint { origin: NAME.to_owned(), size, root };
        (key.note(&head, &secret.sign(head.text().as_bytes()).to_bytes()), key)
    }

    /// The second of two leaves.
    fn receipt() -> (Receipt, VerifierKey) {
        let (salt, bytes) = ([5; 32], "{\"a\":1}");
        let leaf = crate::seal::leaf(&salt, bytes.as_bytes());
        let beside = [1; 32];
        let root = node(&beside, &hash("leaf", &leaf).unwrap());
        let (note, key) = signed(2, root);
        let (path, root) = (vec![hex::encode(beside)], hex::encode(root));
        let proof = Inclusion { leaf, index: 1, size: 2, path, root, note };
        let (salt, bytes) = (hex::encode(salt), bytes.to_owned());
        let (format, name) = (RECEIPT.to_owned(), key.to_string());
        (Receipt { format, key: name, salt, bytes, proof }, key)
    }

    #[test]
    fn a_receipt_holds_and_is_read_back_from_its_file() {
        let (receipt, key) = receipt();
        assert_eq!(receipt.check(Some(&key)).unwrap().size, 2);
        let text = serde_json::to_string(&receipt).unwrap();
        assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
    }

    #[test]
    fn a_receipt_with_anything_changed_is_refused_for_what_it_is() {
        let (good, key) = receipt();
        let with = |change: &dyn Fn(&mut Receipt)| {
            let mut other = good.clone();
            change(&mut other);
            other.check(Some(&key)).unwrap_err()
        };
        assert_eq!(with(&|r| r.bytes.push(' ')), Fault::Leaf);
        assert_eq!(with(&|r| r.salt = "00".repeat(32)), Fault::Leaf);
        assert_eq!(with(&|r| r.proof.index = 0), Fault::Path);
        assert_eq!(with(&|r| r.proof.path[0] = "02".repeat(32)), Fault::Path);
        assert_eq!(with(&|r| r.proof.path = vec!["00".repeat(32); 66]), Fault::Hash("path"));
        assert_eq!(with(&|r| r.proof.root = "z".into()), Fault::Hash("root"));
        assert_eq!(with(&|r| r.format = "x".into()), Fault::Format);
        assert_eq!(with(&|r| r.proof.note = signed(3, [0; 32]).0), Fault::Head);
        let bent = good.proof.note.replace("\n2\n", "\n02\n");
        assert_eq!(with(&|r| r.proof.note = bent.clone()), Fault::Note(NoteFault::Layout));
        let other = VerifierKey::new(NAME, [1; 32]).unwrap();
        assert_eq!(good.check(Some(&other)), Err(Fault::Note(NoteFault::OtherKey)));
    }

    #[test]
    fn heads_that_do_not_go_together_are_told_apart() {
        let mut tree = Frontier::new(0, vec![]).unwrap();
        let mut heads = vec![];
        for at in 0..4 {
            tree.append([at; 32]);
            heads.push(Checkpoint { origin: NAME.into(), size: tree.size(), root: tree.root() });
        }
        // From two leaves to four: the right half alone.
        let right = node(&[2; 32], &[3; 32]);
        let proof = Consistency {
            from: 2,
            to: 4,
            from_root: hex::encode(heads[1].root),
            to_root: hex::encode(heads[3].root),
            path: vec![hex::encode(right)],
        };
        assert_eq!(proof.check(&heads[1], &heads[3]), Ok(()));
        assert_eq!(proof.check(&heads[3], &heads[1]), Err(Fault::Shrunk));
        assert_eq!(proof.check(&heads[0], &heads[3]), Err(Fault::Head));
        let forked = Checkpoint { root: [0; 32], ..heads[1].clone() };
        assert_eq!(Consistency::beforehand(&heads[1], &forked), Err(Fault::Forked));
        let foreign = Checkpoint { origin: "x".into(), ..heads[3].clone() };
        assert_eq!(proof.check(&heads[1], &foreign), Err(NoteFault::OtherKey.into()));
        let empty = Consistency { path: vec![], ..proof.clone() };
        assert_eq!(empty.check(&heads[1], &heads[3]), Err(Fault::Rewritten));
        let rewritten = Checkpoint { root: [0; 32], ..heads[3].clone() };
        let proof = Consistency { to_root: hex::encode([0; 32]), ..proof };
        assert_eq!(proof.check(&heads[1], &rewritten), Err(Fault::Rewritten));
    }
}
