//! Files that became part of nothing are removed: the public may send them without a tip.
//!
//! The row goes first, in a commit that asks again whether anything names the file; then what stands
//! in the folder. Somebody may send the same content at any moment between: so the file is set aside,
//! the row looked for once more, and the file put back where there is one; whoever sends a file looks
//! whether it is still there after its row is ([`Desk::attach`]). Of the two one always sees the
//! other. A process that dies in the middle leaves a file that nothing knows, and loses none.

use chrono::Duration;

use super::{Desk, DeskError, FileError};
use crate::clock::Clock;

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

    async fn clear_away(&self, sha256: &str) -> Result<(), DeskError> {
        let Some(aside) = self.files.set_aside(sha256).await.map_err(FileError::from)? else {
            return Ok(());
        };
        let name = sha256.to_owned();
        let came_again = self.store.read(move |db| db.file(&name)).await?.is_some();
        let done = if came_again { aside.put_back().await } else { aside.remove().await };
        Ok(done.map_err(FileError::from)?)
    }
}
