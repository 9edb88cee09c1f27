//! The sealer and the tally: entries get their places in the log, then the figures follow.

use chrono::Duration;

use super::{Desk, DeskError};
use crate::store::StoreError;

/// Entries sealed in one commit.
const SEAL_BATCH: i64 = 500;
/// Entries tallied in one commit: tips wait no longer than that takes.
const TALLY_BATCH: i64 = 200;
/// Places of the log whose words are marked in one commit.
const MARK_BATCH: i64 = 200;
/// Either, where nobody waits for the writer.
const LARGE_BATCH: i64 = 5_000;
/// A sealer that says nothing for so long has gone.
const LEASE: Duration = Duration::seconds(20);
/// The tally's name among the readers of the log.
pub(super) const TALLY: &str = "tally";

impl Desk {
    /// One round of the service's own: seals if this instance has the lease, then tallies.
    pub async fn seal_and_tally(&self) -> Result<(), DeskError> {
        let (owner, now) = (self.instance.clone(), self.clock.now());
        let idle = self.store.read(|db| {
            let size = db.log_size()?;
            let behind = size > db.cursor(TALLY)? || size > db.tree_size()?;
            Ok::<_, StoreError>(db.waiting()? == 0 && !behind)
        });
        if !idle.await? {
            let leased = self.store.write(move |tx| tx.lease("sealer", &owner, now, now + LEASE));
            if leased.await? {
                self.catch_up().await?;
            }
        }
        // Another instance may have sealed: what is shown here follows that as well.
        self.see_head().await
    }

    /// Seals and tallies whatever there is, lease or not: places are given by compare-and-swap, so
    /// a second hand at it does no harm. For reports and audits, which must see everything.
    pub async fn catch_up(&self) -> Result<(), DeskError> {
        self.catch_up_by(SEAL_BATCH, TALLY_BATCH).await
    }

    /// The same in large commits, for work that has the database to itself.
    pub(super) async fn catch_up_alone(&self) -> Result<(), DeskError> {
        self.catch_up_by(LARGE_BATCH, LARGE_BATCH).await
    }

    /// Marks what was sealed since, so that it is found by its words without being read each time.
    pub async fn mark_words(&self) -> Result<(), DeskError> {
        if self.store.read(|db| db.is_all_marked()).await? {
            return Ok(());
        }
        while self.once_more(|tx| tx.mark(MARK_BATCH)).await? {}
        Ok(())
    }

    async fn catch_up_by(&self, seal: i64, tally: i64) -> Result<(), DeskError> {
        let law = self.law.clone();
        let tally = move |tx: &mut crate::store::Tx<'_>| {
            let from = tx.cursor(TALLY)?;
            let to = tx.place_after(from, tally)?;
            if to == from {
                return Ok(false);
            }
            tx.move_cursor(TALLY, from, to)?;
            let batch = tx.sealed_after(from, to - from)?;
            batch.iter().try_for_each(|sealed| tx.tally(sealed, law.rules.workdays()))?;
            Ok(true)
        };
        // In turns: while tips come in there is always something to seal, and the figures follow. What
        // comes after this has begun is left to the next round, or it might never end.
        let there =
            self.store.read(|db| Ok::<_, StoreError>(db.log_size()? + db.waiting()?)).await?;
        loop {
            let sealed = self.once_more(move |tx| tx.seal(seal).map(|sealed| sealed > 0)).await?;
            let tallied = self.once_more(tally.clone()).await?;
            let is_done =
                self.store.read(move |db| Ok::<_, StoreError>(db.cursor(TALLY)? >= there));
            if (!sealed && !tallied) || is_done.await? {
                return Ok(());
            }
        }
    }

    async fn once_more(
        &self,
        work: impl FnMut(&mut crate::store::Tx<'_>) -> Result<bool, StoreError> + Send + 'static,
    ) -> Result<bool, StoreError> {
        match self.store.write(work).await {
            // Another process was faster: what it did need not be done, and there may be more.
            Err(StoreError::Contended) => Ok(true),
            done => done,
        }
    }
}
