//! The head of the log, signed, and the proofs under it: what anybody may ask for.

use chrono::Days;

use super::{Desk, DeskError};
use crate::calendar::zone;
use crate::seal::note::VerifierKey;
use crate::seal::proof::{Consistency, Inclusion};
use crate::seal::tree::{self, Hash};
use crate::store::{HeadRow, LeafAt, Reader, StoreError};
use crate::vault::SealKey;

/// A head of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Over how many places.
    pub size: i64,
    /// The root, in hexadecimal.
    pub root: String,
    /// The signed note.
    pub note: String,
}

impl Desk {
    /// By what the log's heads are checked.
    pub fn verifier(&self) -> &VerifierKey {
        self.sealer.verifier()
    }

    /// The head of the log as it stands.
    pub async fn head(&self) -> Result<Head, DeskError> {
        let sealer = self.sealer.clone();
        self.store.read(move |db| Ok(Prover { db, sealer: &sealer }.latest()?)).await
    }

    /// The head that was last seen by this instance, for what is shown on every page; nothing before
    /// the first look.
    pub fn head_seen(&self) -> Option<Head> {
        self.seen.read().ok().and_then(|seen| seen.clone())
    }

    /// Looks at the head, where the log has grown.
    pub(super) async fn see_head(&self) -> Result<(), DeskError> {
        let seen = self.head_seen().map(|head| head.size);
        let sealer = self.sealer.clone();
        let read = self.store.read(move |db| match Some(db.tree_size()?) == seen {
            true => Ok::<_, StoreError>(None),
            false => Prover { db, sealer: &sealer }.latest().map(Some),
        });
        if let Some(head) = read.await?
            && let Ok(mut seen) = self.seen.write()
        {
            *seen = Some(head);
        }
        Ok(())
    }

    /// That a leaf, in hexadecimal, stands in the log: in its present head or in that of a size.
    /// `NotFound` where nothing has this leaf, `NotYetSealed` where that head does not hold it yet.
    pub async fn inclusion(&self, leaf: String, size: Option<i64>) -> Result<Inclusion, DeskError> {
        let sealer = self.sealer.clone();
        let prove = move |db: &mut Reader<'_>| match db.leaf_at(&leaf)? {
            LeafAt::Nowhere => Err(DeskError::NotFound),
            LeafAt::Waiting => Err(DeskError::NotYetSealed),
            LeafAt::Place(place) => {
                let size = size.unwrap_or(db.tree_size()?);
                Prover { db, sealer: &sealer }.inclusion(leaf, place, size)
            }
        };
        self.store.read(prove).await
    }

    /// That the head of `to` places only adds to that of `from`; both are within the log.
    pub async fn consistency(&self, from: i64, to: i64) -> Result<Consistency, DeskError> {
        self.store
            .read(move |db| {
                let (small, large) = (number(from)?, number(to)?);
                let recipe = tree::consistency(small, large).ok_or(DeskError::NotFound)?;
                let path = db.proof(&recipe)?.iter().map(hex::encode).collect();
                let (from_root, to_root) = (db.root_at(from)?, db.root_at(to)?);
                let (from_root, to_root) = (hex::encode(from_root), hex::encode(to_root));
                Ok(Consistency { from: small, to: large, from_root, to_root, path })
            })
            .await
    }

    /// Keeps the head with which yesterday ended, once: at the first round of the schedule after
    /// midnight, of whichever instance comes first.
    pub(super) async fn keep_head(&self) -> Result<(), DeskError> {
        let now = self.clock.now();
        let day = (zone::date_of(now) - Days::new(1)).to_string();
        let yesterday = day.clone();
        if self.store.read(move |db| db.head_of(&yesterday)).await?.is_some() {
            return Ok(());
        }
        self.catch_up().await?;
        let Head { size, root, note } = self.head().await?;
        let row = HeadRow::new(day, size, root, note, now);
        self.store.write(move |tx| tx.keep_head(&row)).await?;
        Ok(())
    }
}

/// Proofs out of one snapshot.
pub(super) struct Prover<'a, 'c> {
    pub db: &'a mut Reader<'c>,
    pub sealer: &'a SealKey,
}

impl Prover<'_, '_> {
    fn latest(&mut self) -> Result<Head, StoreError> {
        let size = self.db.tree_size()?;
        let root = self.db.root_at(size)?;
        Ok(self.signed(size, root))
    }

    /// The head of a size within the log, signed.
    pub(super) fn head_at(&mut self, size: i64) -> Result<Head, StoreError> {
        let root = self.db.root_at(size)?;
        Ok(self.signed(size, root))
    }

    fn signed(&self, size: i64, root: Hash) -> Head {
        let note = self.sealer.note(u64::try_from(size).unwrap_or(0), root);
        Head { size, root: hex::encode(root), note }
    }

    /// That the leaf at a place, from 1, stands in the head of a size.
    pub(super) fn inclusion(
        &mut self,
        leaf: String,
        place: i64,
        size: i64,
    ) -> Result<Inclusion, DeskError> {
        let (index, leaves) = (number(place - 1)?, number(size)?);
        let recipe = tree::inclusion(index, leaves).ok_or(DeskError::NotYetSealed)?;
        let path = self.db.proof(&recipe)?.iter().map(hex::encode).collect();
        let Head { root, note, .. } = self.head_at(size)?;
        Ok(Inclusion { leaf, index, size: leaves, path, root, note })
    }
}

fn number(n: i64) -> Result<u64, DeskError> {
    u64::try_from(n).map_err(|_| DeskError::NotFound)
}
