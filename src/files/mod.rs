//! Evidence: sealed, named by the hash of its content, in a local folder.
//!
//! A file is sealed while it arrives, so its content never stands on the disk in clear; it begins
//! with its own key, wrapped, so the same content may come twice. Its row in the database follows
//! only once it is durable under its name.

mod sweep;

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::vault::{ContentKey, Vault};

pub use sweep::Aside;

/// Bytes that are sealed together.
const PART: usize = 64 * 1024;
/// No block is longer: a part and what sealing adds to it.
const MAX_BLOCK: usize = PART + 256;
/// Where files stand while they arrive.
const DRAFTS: &str = "draft";
/// First bytes that are looked at to tell the type.
const HEAD: usize = 16;

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
    head: Vec<u8>,
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
            head: Vec::with_capacity(HEAD),
            part: Vec::with_capacity(PART),
            number: 0,
            bytes: 0,
        };
        arriving.write_block(&wrapped_key).await?;
        Ok(arriving)
    }

    /// Reads a file back part by part and hands each to `part`; the content must be what its name
    /// says, whole and unchanged.
    pub async fn read(&self, sha256: &str, mut part: impl FnMut(&[u8])) -> Result<(), FileError> {
        let mut file = File::open(self.path(sha256)).await?;
        let wrapped = read_block(&mut file).await?.ok_or(FileError::Changed)?;
        let key = self.vault.unwrap_key("file", &wrapped)?;
        let mut hash = Sha256::new();
        let mut next = read_block(&mut file).await?;
        let mut number = 0;
        while let Some(sealed) = next {
            next = read_block(&mut file).await?;
            let clear = key.open_part(number, next.is_none(), &sealed)?;
            hash.update(&clear);
            part(&clear);
            number += 1;
        }
        let same = hex::encode(hash.finalize()) == sha256;
        if same { Ok(()) } else { Err(FileError::Changed) }
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
        let head = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..head]);
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
        let media_type = media_type(&self.head).ok_or(FileError::UnknownType)?;
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

/// The types that are taken, by their first bytes: pictures, documents, sound and film.
fn media_type(head: &[u8]) -> Option<&'static str> {
    const TABLE: [(&[u8], usize, &str); 9] = [
        (b"\xff\xd8\xff", 0, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
        (b"GIF8", 0, "image/gif"),
        (b"WEBP", 8, "image/webp"),
        (b"%PDF-", 0, "application/pdf"),
        (b"PK\x03\x04", 0, "application/zip"),
        (b"ID3", 0, "audio/mpeg"),
        (b"WAVE", 8, "audio/wav"),
        (b"ftyp", 4, "video/mp4"),
    ];
    let fits =
        |(magic, at, _): &&(&[u8], usize, &str)| head.get(*at..*at + magic.len()) == Some(magic);
    let known = TABLE.iter().find(fits).map(|row| row.2);
    let text = || std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true);
    let plain = || text() && !head.iter().any(|b| *b < 9);
    known.or_else(|| plain().then_some("text/plain"))
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
