//! What leaves the folder again: files that became part of nothing, and drafts that nobody ends.

use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use tokio::fs;

use super::{DRAFTS, Files};
use crate::clock::{Clock, Instant};

/// Drafts that one sweep looks at.
const MAX_LOOKED_AT: usize = 1_000;

/// Where files stand that no row knows.
const STRAYS: &str = "stray";

/// A file that no longer stands under its name and is not gone yet: the same content may have come
/// in again meanwhile.
pub struct Aside {
    name: PathBuf,
    aside: PathBuf,
}

impl Files {
    /// Whether a file stands under its name.
    pub async fn has(&self, sha256: &str) -> io::Result<bool> {
        fs::try_exists(self.path(sha256)).await
    }

    /// Takes a file away from its name; `None` where there is none. What is left aside by a crash
    /// is swept with the drafts.
    pub async fn set_aside(&self, sha256: &str) -> io::Result<Option<Aside>> {
        let (name, aside) = (self.path(sha256), self.new_draft());
        match fs::rename(&name, &aside).await {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        // As a draft it is new, so that no sweep takes it while it may still be put back.
        let file = fs::OpenOptions::new().write(true).open(&aside).await?;
        file.into_std().await.set_modified(Clock::default().now().into())?;
        Ok(Some(Aside { name, aside }))
    }

    /// Names of files of one of the 256 parts of the folder that were last written to before an
    /// instant of the machine's own time.
    pub async fn older_than(&self, before: Instant, part: u8) -> io::Result<Vec<String>> {
        let (before, mut names) = (SystemTime::from(before), Vec::new());
        let mut part = match fs::read_dir(self.folder.join(format!("{part:02x}"))).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            part => part?,
        };
        while let Some(file) = part.next_entry().await? {
            let old =
                file.metadata().await.is_ok_and(|it| it.modified().is_ok_and(|at| at < before));
            names.extend(file.file_name().into_string().ok().filter(|_| old));
        }
        Ok(names)
    }

    /// Removes drafts that were last written to before an instant of the machine's own time, at
    /// most so many; how many there were.
    pub async fn sweep_drafts(&self, before: Instant, most: usize) -> io::Result<usize> {
        let mut drafts = fs::read_dir(self.folder.join(DRAFTS)).await?;
        let (before, mut removed) = (SystemTime::from(before), 0);
        for _ in 0..MAX_LOOKED_AT {
            let Some(draft) = drafts.next_entry().await? else { break };
            if removed == most {
                break;
            }
            // One that is gone by now was ended by its upload, or by another sweep.
            let Ok(known) = draft.metadata().await else { continue };
            if known.is_file() && known.modified()? < before {
                removed += usize::from(fs::remove_file(draft.path()).await.is_ok());
            }
        }
        Ok(removed)
    }
}

impl Aside {
    /// Keeps it apart from the others, under its name.
    pub async fn keep_apart(self, files: &Files) -> io::Result<()> {
        let folder = files.folder.join(STRAYS);
        fs::create_dir_all(&folder).await?;
        fs::rename(self.aside, folder.join(self.name.file_name().unwrap_or_default())).await
    }

    /// Puts it back under its name; where the same content stands there by now, one replaces the
    /// other.
    pub async fn put_back(self) -> io::Result<()> {
        fs::rename(self.aside, self.name).await
    }

    /// Removes it.
    pub async fn remove(self) -> io::Result<()> {
        fs::remove_file(self.aside).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::vault::{KeyRing, Vault};

    async fn kept(files: &Files) -> String {
        let mut arriving = files.begin().await.unwrap();
        arriving.take(b"a map").await.unwrap();
        arriving.finish().await.unwrap().sha256
    }

    #[tokio::test]
    async fn a_file_aside_is_gone_or_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(KeyRing::create(&folder.path().join("keys")).unwrap());
        let files = Files::open(&folder.path().join("files"), vault, 1_000).unwrap();
        let name = kept(&files).await;
        let aside = files.set_aside(&name).await.unwrap().unwrap();
        assert!(!files.has(&name).await.unwrap());
        assert!(files.set_aside(&name).await.unwrap().is_none());
        // It is no old draft, however old the file was.
        let drafts = folder.path().join("files").join(DRAFTS);
        let (new, old) = (drafts.join("new"), drafts.join("old"));
        for draft in [&new, &old] {
            std::fs::write(draft, "half").unwrap();
        }
        let two_days_ago = SystemTime::from(Clock::default().now()) - Duration::from_secs(172_800);
        let file = std::fs::File::options().write(true).open(&old).unwrap();
        file.set_modified(two_days_ago).unwrap();
        let yesterday = Clock::default().now() - chrono::Duration::days(1);
        assert_eq!(files.sweep_drafts(yesterday, 10).await.unwrap(), 1);
        assert!(new.exists() && !old.exists());
        aside.put_back().await.unwrap();
        let mut content = Vec::new();
        files.read(&name, |part| content.extend_from_slice(part)).await.unwrap();
        assert_eq!(content, b"a map");
        files.set_aside(&name).await.unwrap().unwrap().remove().await.unwrap();
        assert!(!files.has(&name).await.unwrap());
    }
}
