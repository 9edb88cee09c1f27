//! Evidence, read back from the disk.

use super::fault::{Audit, Fault};
use crate::desk::{Desk, DeskError};
use crate::files::Kind;

/// Files asked for at a time.
const BATCH: i64 = 200;

impl Desk {
    /// Reads every file of evidence back and compares it with its name, length and kind.
    pub(super) async fn audit_files(&self, audit: &mut Audit) -> Result<(), DeskError> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let batch = match self.store.read(move |db| db.files_after(&from, BATCH)).await {
                Ok(batch) => batch,
                Err(error) => {
                    audit.fault(Fault::beside("files", error.to_string()));
                    return Ok(());
                }
            };
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(&last.sha256);
            for file in &batch {
                audit.files += 1;
                let (mut bytes, mut kind) = (0, Kind::default());
                let see = |part: &[u8]| {
                    bytes += part.len() as i64;
                    kind.see(part);
                };
                let read = self.files.read(&file.sha256, see).await;
                let name = &file.sha256;
                if read.is_err() && self.is_swept(name).await? {
                    continue;
                }
                let what = match read {
                    Err(error) => error.to_string(),
                    Ok(()) if bytes != file.bytes => "its length".to_owned(),
                    // What is not taken any more is called as it was.
                    Ok(()) if kind.media_type().is_some_and(|kind| kind != file.media_type) => {
                        "its kind".to_owned()
                    }
                    Ok(()) => continue,
                };
                audit.fault(Fault::beside(format!("file {name}"), what));
            }
        }
    }

    /// Whether a file went while the audit ran: nothing named it.
    async fn is_swept(&self, sha256: &str) -> Result<bool, DeskError> {
        let name = sha256.to_owned();
        Ok(self.store.read(move |db| db.file(&name)).await?.is_none())
    }
}
