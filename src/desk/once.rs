//! Doing once what is asked twice: the first answer to a keyed request is kept, sealed, in the same
//! commit as its effect, and given again.

use chrono::Duration;

use super::DeskError;
use crate::clock::Instant;
use crate::seal::digest;
use crate::store::{Answer as Kept, Reader, StoreError, Tx};
use crate::vault::Vault;

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);

/// An answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer with a body made from a value.
    pub fn json(status: u16, value: &impl serde::Serialize) -> Result<Answer, DeskError> {
        let body = serde_json::to_vec(value).map_err(|_| DeskError::Broken("answer"))?;
        Ok(Answer { status, body })
    }
}

/// A keyed request.
#[derive(Clone)]
pub struct Once {
    key_hash: String,
    body_hash: String,
}

impl Once {
    /// A request by whom, on which route, under which key, with which body. Kept as hashes under a
    /// key outside the database: neither key nor body can be read back or tried.
    pub fn new(vault: &Vault, who: &str, route: &str, key: &str, body: &[u8]) -> Once {
        let name = digest(&[who.as_bytes(), b"\n", route.as_bytes(), b"\n", key.as_bytes()]);
        Once {
            key_hash: vault.blind("once", &name),
            body_hash: vault.blind("once-body", &digest(&[body])),
        }
    }

    /// Gives the kept answer, or does the work and keeps its answer.
    pub fn run(
        once: Option<&Once>,
        tx: &mut Tx<'_>,
        vault: &Vault,
        now: Instant,
        work: impl FnOnce(&mut Tx<'_>) -> Result<Answer, DeskError>,
    ) -> Result<Answer, DeskError> {
        let Some(once) = once else { return work(tx) };
        if let Some(kept) = tx.answer(&once.key_hash)? {
            if lasts(&kept, now) {
                if kept.body_hash != once.body_hash {
                    return Err(DeskError::KeyReused);
                }
                let body = vault.open_answer(&once.key_hash, &kept.sealed)?;
                return Ok(Answer { status: u16::try_from(kept.status).unwrap_or(200), body });
            }
            tx.drop_answer(&once.key_hash)?;
        }
        let answer = work(tx)?;
        let sealed = vault.seal_answer(&once.key_hash, &answer.body)?;
        tx.keep_answer(&once.key_hash, &once.body_hash, answer.status, &sealed, now)?;
        Ok(answer)
    }

    /// Whether the key has an answer that is kept still.
    pub fn is_kept(&self, db: &mut Reader<'_>, now: Instant) -> Result<bool, StoreError> {
        Ok(db.answer(&self.key_hash)?.is_some_and(|kept| lasts(&kept, now)))
    }

    /// Answers older than this are swept.
    pub fn forgotten_before(now: Instant) -> Instant {
        now - KEPT
    }
}

fn lasts(kept: &Kept, now: Instant) -> bool {
    kept.at() + KEPT > now
}
