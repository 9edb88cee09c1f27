//! Evidence: sealed, named by the hash of its content, in a local folder.
//!
//! A file is sealed while it arrives, so its content never stands on the disk in clear; it begins
//! with its own key, wrapped, so the same content may come twice. Its row in the database follows
//! only once it is durable under its name.

pub mod clean;
mod kind;
mod reading;
mod stored;
mod sweep;

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::vault::{ContentKey, Vault};

pub use kind::{Kind, ending, takes_name};
pub use reading::Reading;
pub use stored::Placing;
pub use sweep::Aside;

/// Bytes that are sealed together.
const PART: usize = 64 * 1024;
/// No block is longer: a part and what sealing adds to it.
const MAX_BLOCK: usize = PART + 256;
/// Where files stand while they arrive.
const DRAFTS: &str = "draft";

/// Where evidence is kept.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    vault: Vault,
    max_bytes: u64,
}

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Longer than allowed.
    #[error("the file is longer than {0} bytes")]
    TooLong(u64),
    /// No content.
    #[error("the file is empty")]
    Empty,
    /// Not of a type that is taken.
    #[error("the file is not of a type that is taken")]
    UnknownType,
    /// Its content is not what it was.
    #[error("the file's content has changed")]
    Changed,
    /// A picture that does not keep to the form of its kind, so that it cannot be cleaned.
    #[error("the picture does not keep to the form of its kind")]
    Malformed,
    /// The disk said no.
    #[error("the file could not be kept or read")]
    Io(#[from] io::Error),
    /// It stands under this name, and the folder could not be made to keep that.
    #[error("the file could not be kept under its name")]
    Unsettled(String, #[source] io::Error),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] crate::vault::SealError),
}

/// A file that is durable.
pub struct Kept {
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its media type, by its first bytes.
    pub media_type: &'static str,
}

/// A file on its way in.
pub struct Arriving<'a> {
    files: &'a Files,
    draft: PathBuf,
    file: File,
    hash: Sha256,
    key: ContentKey,
    kind: Kind,
    part: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl Files {
    /// Evidence in a folder, which is made if it is not there.
    pub fn open(folder: &Path, vault: Vault, max_bytes: u64) -> io::Result<Files> {
        std::fs::create_dir_all(folder.join(DRAFTS))?;
        Ok(Files { folder: folder.to_owned(), vault, max_bytes })
    }

    /// Begins to take a file in.
    pub async fn begin(&self) -> Result<Arriving<'_>, FileError> {
        let draft = self.new_draft();
        let (key, wrapped_key) = self.vault.new_key("file")?;
        let file = File::create_new(&draft).await?;
        let mut arriving = Arriving {
            files: self,
            file,
            draft,
            hash: Sha256::new(),
            key,
            kind: Kind::default(),
            part: Vec::with_capacity(PART),
            number: 0,
            bytes: 0,
        };
        arriving.write_block(&wrapped_key).await?;
        Ok(arriving)
    }

    fn new_draft(&self) -> PathBuf {
        self.folder.join(DRAFTS).join(crate::clock::new_id())
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(sha256.get(..2).unwrap_or("xx")).join(sha256)
    }
}

impl Arriving<'_> {
    /// Takes some bytes; an error as soon as they are too many.
    pub async fn take(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.files.max_bytes {
            return Err(FileError::TooLong(self.files.max_bytes));
        }
        self.hash.update(bytes);
        self.kind.see(bytes);
        while !bytes.is_empty() {
            // A full part waits until more comes: only then is it known not to be the last.
            if self.part.len() == PART {
                self.seal_part(false).await?;
            }
            let (now, later) = bytes.split_at((PART - self.part.len()).min(bytes.len()));
            self.part.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    async fn seal_part(&mut self, last: bool) -> Result<(), FileError> {
        let sealed = self.key.seal_part(self.number, last, &self.part)?;
        self.write_block(&sealed).await?;
        self.part.clear();
        self.number += 1;
        Ok(())
    }

    /// A block is its length in four bytes, then its bytes.
    async fn write_block(&mut self, block: &[u8]) -> Result<(), FileError> {
        let length = u32::try_from(block.len()).unwrap_or(u32::MAX);
        self.file.write_all(&length.to_be_bytes()).await?;
        Ok(self.file.write_all(block).await?)
    }

    /// Ends it: on the disk under its name, the folder's entry included.
    pub async fn finish(mut self) -> Result<Kept, FileError> {
        if self.bytes == 0 {
            return Err(FileError::Empty);
        }
        let media_type = self.kind.media_type().ok_or(FileError::UnknownType)?;
        self.seal_part(true).await?;
        self.file.flush().await?;
        self.file.sync_all().await?;
        let sha256 = hex::encode(self.hash.clone().finalize());
        let path = self.files.path(&sha256);
        let folder = path.parent().unwrap_or(&self.files.folder).to_owned();
        fs::create_dir_all(&folder).await?;
        fs::rename(&self.draft, &path).await?;
        for folder in [folder.as_path(), &self.files.folder] {
            let settled = settle(folder).await;
            settled.map_err(|why| FileError::Unsettled(sha256.clone(), why))?;
        }
        Ok(Kept { sha256, bytes: self.bytes, media_type })
    }
}

impl Drop for Arriving<'_> {
    /// What did not end leaves nothing behind; after a rename there is nothing under this name.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.draft);
    }
}

/// Makes what a folder holds durable.
async fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::KeyRing;

    async fn keep(files: &Files, content: &[u8]) -> Result<Kept, FileError> {
        let mut arriving = files.begin().await?;
        for chunk in content.chunks(1_000) {
            arriving.take(chunk).await?;
        }
        arriving.finish().await
    }

    async fn read(files: &Files, name: &str) -> Result<Vec<u8>, FileError> {
        let mut content = Vec::new();
        files.read(name, |part| content.extend_from_slice(part)).await.map(|()| content)
    }

    fn files(folder: &Path) -> Files {
        let vault = Vault::new(KeyRing::create(&folder.join("keys")).unwrap());
        Files::open(&folder.join("files"), vault, 1_000_000).unwrap()
    }

    #[tokio::test]
    async fn what_was_sent_is_read_back_whatever_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        for length in [1, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 7] {
            let content: Vec<u8> = (0..length).map(|i| b'a' + (i % 23) as u8).collect();
            let kept = keep(&files, &content).await.unwrap();
            // The same content again replaces the file by one under another key.
            assert_eq!(keep(&files, &content).await.unwrap().sha256, kept.sha256);
            assert!(read(&files, &kept.sha256).await.unwrap() == content, "{length}");
            let stored = std::fs::read(files.path(&kept.sha256)).unwrap();
            assert!(length < 100 || !stored.windows(20).any(|part| part == &content[..20]));
        }
        assert_eq!(std::fs::read_dir(folder.path().join("files/draft")).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_changed_or_cut_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let content = vec![b'x'; 2 * PART + 5];
        let kept = keep(&files, &content).await.unwrap();
        let path = files.path(&kept.sha256);
        let stored = std::fs::read(&path).unwrap();
        // A byte of each block, a missing end, and a missing last part.
        let mut flipped: Vec<Vec<u8>> = [3, 40, 200, PART + 300, stored.len() - 1]
            .map(|at| {
                let mut bytes = stored.clone();
                bytes[at] ^= 1;
                bytes
            })
            .to_vec();
        flipped.push(stored[..stored.len() - 1].to_vec());
        flipped.push(stored[..stored.len() - 4 - 5 - 41].to_vec());
        for (case, bytes) in flipped.into_iter().enumerate() {
            std::fs::write(&path, bytes).unwrap();
            assert!(read(&files, &kept.sha256).await.is_err(), "{case}");
        }
    }

    #[tokio::test]
    async fn too_long_empty_and_unknown_files_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        assert!(matches!(keep(&files, &[b'x'; 1_000_001]).await, Err(FileError::TooLong(_))));
        assert!(matches!(keep(&files, b"").await, Err(FileError::Empty)));
        assert!(matches!(keep(&files, b"\x7fELF\x02\x01").await, Err(FileError::UnknownType)));
        assert_eq!(std::fs::read_dir(folder.path().join("files/draft")).unwrap().count(), 0);
    }
}
