//! Files as they lie: sealed, for a copy of the whole. Nothing is opened on the way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::{DRAFTS, Files};

/// Signs of a file's name: SHA-256 in hexadecimal.
const NAME_LENGTH: usize = 64;

impl Files {
    /// A file as it lies; `None` where there is none of that name.
    pub fn stored(&self, sha256: &str) -> io::Result<Option<File>> {
        match File::open(self.path(sha256)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether no file lies here yet.
    pub fn is_empty(&self) -> io::Result<bool> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let known = entry.file_name() == DRAFTS || !entry.file_type()?.is_dir();
            if !known && fs::read_dir(entry.path())?.next().is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Begins to put a file here as it lay elsewhere.
    pub fn place(&self, sha256: &str) -> io::Result<Placing> {
        let hexadecimal = sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if sha256.len() != NAME_LENGTH || !hexadecimal {
            return Err(io::Error::new(ErrorKind::InvalidData, "a file's name is no hash"));
        }
        let draft = self.new_draft();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        Ok(Placing { file, draft, path: self.path(sha256) })
    }
}

/// A file on its way to its place.
pub struct Placing {
    file: File,
    draft: PathBuf,
    path: PathBuf,
}

impl Placing {
    /// Appends some bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes it durable under its name.
    pub fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
            fs::rename(&self.draft, &self.path)?;
            for folder in [Some(folder), folder.parent()].into_iter().flatten() {
                File::open(folder)?.sync_all()?;
            }
        }
        Ok(())
    }
}

impl Drop for Placing {
    /// What did not end leaves nothing behind; after a rename there is nothing under this name.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.draft);
    }
}
