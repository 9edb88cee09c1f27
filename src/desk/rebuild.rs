//! A report again, from the log up to the place that it names: the same bytes, or it is not ours.
//!
//! The tables of the figures have gone on since, so a second tally is made beside them, in a database
//! of its own that is thrown away. It is the same tally and the same questions.

use std::path::PathBuf;

use super::figures::{Beside, Pin, draw_up};
use super::{Desk, DeskError};
use crate::clock::new_id;
use crate::report::Made;
use crate::seal::note::NoteFault;
use crate::store::{self, Store, StoreError, Url};

/// Entries tallied in one commit.
const BATCH: i64 = 5_000;

/// The folder of a database that is thrown away.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left over lies in the machine's own folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Scratch {
    /// A folder that nobody else can look into.
    fn new() -> std::io::Result<Scratch> {
        use std::os::unix::fs::DirBuilderExt;
        let folder = std::env::temp_dir().join(format!("hotline-{}", new_id()));
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Scratch(folder))
    }
}

/// How a place of the log lies to a signed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Under {
    /// Under the head of so many places, and the log up to there is the one that was signed.
    Head(i64),
    /// No head was kept after it yet.
    None,
    /// The head that was given is of fewer places.
    Short(i64),
    /// The log is not the one that the head of so many places signed.
    Broken(i64),
    /// The head that was given is none of ours.
    Forged(NoteFault),
}

impl Desk {
    /// How the log up to a place lies to a signed head: the note that is given, or the newest kept.
    pub async fn head_over(&self, place: i64, note: Option<&str>) -> Result<Under, DeskError> {
        let kept;
        let note = match note {
            Some(note) => note,
            None => {
                let newest = self.store.read(|db| db.heads(None, 1)).await?;
                match newest.into_iter().next().filter(|head| head.size >= place) {
                    Some(head) => {
                        kept = head.note;
                        &kept
                    }
                    None => return Ok(Under::None),
                }
            }
        };
        let head = match self.verifier().open(note) {
            Ok(head) => head,
            Err(fault) => return Ok(Under::Forged(fault)),
        };
        let size = i64::try_from(head.size).unwrap_or(i64::MAX);
        if size < place {
            return Ok(Under::Short(size));
        }
        let root = self.store.read(move |db| match db.log_size()? < size {
            true => Ok::<_, StoreError>(None),
            false => db.root_at(size).map(Some),
        });
        Ok(if root.await? == Some(head.root) { Under::Head(size) } else { Under::Broken(size) })
    }

    /// Makes a report again; `progress` is told of the places of the log read so far. The log must
    /// reach as far as the pin.
    pub async fn rebuild_report(
        &self,
        pin: Pin,
        progress: impl Fn(i64),
    ) -> Result<Made, DeskError> {
        let scratch = Scratch::new().map_err(|_| DeskError::Broken("folder for a second tally"))?;
        let url = Url::Sqlite(scratch.0.join("tally.db"));
        store::migrate(&url)?;
        let second = Store::open(&url)?;
        self.tally_into(&second, pin.log_size, progress).await?;
        let (law, asked) = (self.law.clone(), pin.clone());
        let beside = self.store.read(move |db| Beside::read(db, &law, &asked)).await?;
        let law = self.law.clone();
        second.read(move |db| draw_up(db, &law, &pin, beside)).await
    }

    /// Tallies the log from its beginning up to a place into another database.
    async fn tally_into(
        &self,
        second: &Store,
        size: i64,
        progress: impl Fn(i64),
    ) -> Result<(), DeskError> {
        let mut from = 0;
        while from < size {
            let many = BATCH.min(size - from);
            let batch = self.store.read(move |db| db.sealed_after(from, many)).await?;
            let (law, batch) = (self.law.clone(), std::sync::Arc::new(batch));
            let tally = move |tx: &mut store::Tx<'_>| {
                batch.iter().try_for_each(|sealed| tx.tally(sealed, law.rules.workdays()))
            };
            second.write(tally).await?;
            from += many;
            progress(from);
        }
        Ok(())
    }
}
