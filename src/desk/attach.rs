//! A file of evidence is taken in: first durable on the disk, then known to the database.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Desk, DeskError, FileError, Once};
use crate::files::{Arriving, Kept};
use crate::store::StoredFile;

/// What the sender gets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileView {
    /// By this it is named in tips and acts.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its media type, told by its first bytes.
    pub media_type: String,
}

impl Desk {
    /// Begins to take a file in, if there is room for what need not be taken.
    pub async fn begin_file(&self) -> Result<Arriving<'_>, DeskError> {
        self.store.has_room()?;
        Ok(self.files.begin().await?)
    }

    /// Ends taking a file in: from here on it is durable. Where its folder would not have it, it
    /// leaves it again, unless the same content stood there before.
    pub async fn end_file(&self, arriving: Arriving<'_>) -> Result<Kept, FileError> {
        let ended = arriving.finish().await;
        if let Err(FileError::Unsettled(sha256, _)) = &ended {
            self.let_go(sha256).await;
        }
        ended
    }

    /// Takes a file away that nothing names. What that meets is told in the log alone: the sender
    /// hears what came before it.
    async fn let_go(&self, sha256: &str) {
        if let Err(error) = self.clear_away(sha256).await {
            tracing::warn!(error = %error, "a file that was not kept was left behind");
        }
    }

    /// Notes a file that is durable already.
    pub async fn attach(&self, kept: Kept, once: Option<Once>) -> Result<Answer, DeskError> {
        let desk = self.clone();
        let file = StoredFile {
            sha256: kept.sha256.clone(),
            bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
            media_type: kept.media_type.to_owned(),
        };
        let view = FileView {
            sha256: kept.sha256,
            bytes: kept.bytes,
            media_type: kept.media_type.to_owned(),
        };
        let sha256 = file.sha256.clone();
        let noted = self
            .store
            .write(move |tx| {
                let now = desk.clock.now();
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    tx.keep_file(&file, now)?;
                    Answer::json(201, &view)
                })
            })
            .await;
        if noted.is_err() && self.store.is_writable().is_ok() {
            // Nothing will ever name it. Where a commit was refused nobody knows what is kept of it,
            // and a file too many is better than one too few.
            self.let_go(&sha256).await;
        }
        let answer = noted?;
        // A sweep may have taken the file between its arrival and its row; sent again, it stays.
        match self.files.has(&sha256).await.map_err(FileError::from)? {
            true => Ok(answer),
            false => Err(FileError::Io(std::io::ErrorKind::NotFound.into()).into()),
        }
    }
}
