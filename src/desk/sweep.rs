//! Files that became part of nothing are removed: the public may send them without a tip.
//!
//! The row goes first, in a commit that asks again whether anything names the file; then what stands
//! in the folder. Somebody may send the same content at any moment between: so the file is set aside,
//! the row looked for once more, and the file put back where there is one; whoever sends a file looks
//! whether it is still there after its row is ([`Desk::attach`]). Of the two one always sees the
//! other. A process that dies in the middle leaves a file that nothing knows, and loses none.

use chrono::Duration;

use super::{Desk, DeskError, FileError};
use crate::clock::{Clock, Instant};

/// How long a file waits for the tip or the act that names it.
const UNATTACHED: Duration = Duration::hours(24);
/// How long an upload may stand still before what came of it is removed.
const DRAFT: Duration = Duration::hours(24);
/// Files removed in one round.
const MAX_FILES: i64 = 50;
/// Drafts removed in one round.
const MAX_DRAFTS: usize = 50;

impl Desk {
    /// One round: removes files that nothing names, and drafts that nobody ends.
    pub async fn sweep_files(&self) -> Result<(), DeskError> {
        let before = self.clock.now() - UNATTACHED;
        let gone = self.store.write(move |tx| tx.drop_unattached(before, MAX_FILES)).await?;
        for sha256 in &gone {
            // Its row is gone: another round would not come back to it, but the others can go.
            if let Err(error) = self.clear_away(sha256).await {
                tracing::warn!(error = %error, "a file that nothing names was left behind");
            }
        }
        if !gone.is_empty() {
            tracing::info!(files = gone.len(), "files that nothing names were removed");
        }
        // Files bear the machine's own time, whatever a test says of the clock.
        let before = Clock::default().now() - DRAFT;
        self.files.sweep_drafts(before, MAX_DRAFTS).await.map_err(FileError::from)?;
        Ok(())
    }

    /// Sets files apart that have no row: a process died, or a disk refused a commit, between a file
    /// and its row. Looks at those last written to before an instant of the machine's own time; how
    /// many there were. They are not removed: where an older database was put back, they are what
    /// the newer one knew.
    pub async fn set_strays_apart(&self, before: Instant) -> Result<usize, DeskError> {
        let mut apart = 0;
        for part in 0..=u8::MAX {
            for sha256 in self.files.older_than(before, part).await.map_err(FileError::from)? {
                let name = sha256.clone();
                if self.store.read(move |db| db.file(&name)).await?.is_none() {
                    self.take_away(&sha256, true).await?;
                    apart += 1;
                }
            }
        }
        Ok(apart)
    }

    /// Removes a file, unless it has a row.
    pub(super) async fn clear_away(&self, sha256: &str) -> Result<(), DeskError> {
        self.take_away(sha256, false).await
    }

    async fn take_away(&self, sha256: &str, keep: bool) -> Result<(), DeskError> {
        let Some(aside) = self.files.set_aside(sha256).await.map_err(FileError::from)? else {
            return Ok(());
        };
        let name = sha256.to_owned();
        let came_again = self.store.read(move |db| db.file(&name)).await?.is_some();
        let done = match (came_again, keep) {
            (true, _) => aside.put_back().await,
            (false, true) => aside.keep_apart(&self.files).await,
            (false, false) => aside.remove().await,
        };
        Ok(done.map_err(FileError::from)?)
    }
}
