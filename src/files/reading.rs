//! A file is read back part by part. Each part is proven to be what was sealed, in its place, before
//! it is handed on; no more than two stand in memory, none on a disk.

use std::io;

use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::clean::{Cleaner, Malformed};
use super::{FileError, Files, MAX_BLOCK};
use crate::vault::ContentKey;

/// A file that is being read.
pub struct Reading {
    file: File,
    key: ContentKey,
    hash: Sha256,
    sha256: String,
    next: Option<Vec<u8>>,
    number: u64,
    cleaner: Option<Cleaner>,
}

impl Files {
    /// Opens a file to be read, through a cleaner where one is given.
    pub async fn reading(
        &self,
        sha256: &str,
        cleaner: Option<Cleaner>,
    ) -> Result<Reading, FileError> {
        let mut file = File::open(self.path(sha256)).await?;
        let wrapped = read_block(&mut file).await?.ok_or(FileError::Changed)?;
        let key = self.vault.unwrap_key("file", &wrapped)?;
        let next = read_block(&mut file).await?;
        let (hash, sha256) = (Sha256::new(), sha256.to_owned());
        Ok(Reading { file, key, hash, sha256, next, number: 0, cleaner })
    }

    /// Reads a file back part by part and hands each to `part`; the content must be what its name
    /// says, whole and unchanged.
    pub async fn read(&self, sha256: &str, mut part: impl FnMut(&[u8])) -> Result<(), FileError> {
        let mut reading = self.reading(sha256, None).await?;
        while let Some(clear) = reading.part().await? {
            part(&clear);
        }
        Ok(())
    }
}

impl Reading {
    /// The next part of what is to be seen, which may be empty; `None` after the last, once the
    /// whole proved to be what its name says.
    pub async fn part(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        let Some(sealed) = self.next.take() else {
            let same = hex::encode(self.hash.clone().finalize()) == self.sha256;
            let whole = self.cleaner.as_ref().map_or(Ok(()), Cleaner::finish);
            return if same { Ok(whole.map(|()| None)?) } else { Err(FileError::Changed) };
        };
        self.next = read_block(&mut self.file).await?;
        let clear = self.key.open_part(self.number, self.next.is_none(), &sealed)?;
        self.number += 1;
        self.hash.update(&clear);
        let Some(cleaner) = &mut self.cleaner else { return Ok(Some(clear)) };
        let mut clean = Vec::with_capacity(clear.len());
        cleaner.pass(&clear, &mut clean)?;
        Ok(Some(clean))
    }
}

impl From<Malformed> for FileError {
    fn from(_: Malformed) -> FileError {
        FileError::Malformed
    }
}

/// The next block, or none at the end; one that is cut off is an error.
async fn read_block(file: &mut File) -> Result<Option<Vec<u8>>, FileError> {
    let mut length = [0; 4];
    match file.read_exact(&mut length).await {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_BLOCK {
        return Err(FileError::Changed);
    }
    let mut block = vec![0; length];
    file.read_exact(&mut block).await.map_err(|_| FileError::Changed)?;
    Ok(Some(block))
}
