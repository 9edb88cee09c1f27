//! The disk below the embedded database: what the writer learnt about it, and the ballast.
//!
//! *A commit that the disk refused* ends all writing until the service is started again. After a
//! failed fsync nobody knows what is on the disk, and a second one may succeed without the data
//! (the kernel may have dropped them); whoever is told "not received" can call, whoever was told
//! "received" relies on it. Reads go on.
//!
//! *A disk that runs full* is got over without a new start. `serve` lays a ballast beside the
//! database, a file of nothing. Once less than its size is free, or SQLite found no room, the ballast
//! is removed and the public's tips and files are refused, so that the room it held is left for what
//! is under way: acts on cases, calls logged by operators, the log. With room for three ballasts it
//! is laid again, and the public is heard again.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::connection::Url;
use super::error::{DISK_FAILED, DISK_FULL, StoreError};
use super::session::Store;

/// The name of the ballast beside the database.
const BALLAST: &str = "ballast";
/// So many ballasts must be free before one is laid: it must not bring about what it is against.
const ROOM: u64 = 3;
/// Bytes of ballast written at once.
const BLOCK: usize = 1 << 20;

/// What is known of the disk.
pub(super) struct Disk {
    folder: PathBuf,
    /// Bytes; 0 where nobody keeps a ballast.
    ballast: AtomicU64,
    failed: AtomicBool,
    full: AtomicBool,
}

impl Disk {
    /// The disk of an embedded database; a server looks after its own.
    pub(super) fn of(url: &Url) -> Option<Arc<Disk>> {
        let Url::Sqlite(path) = url else { return None };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(Arc::new(Disk {
            folder: folder.unwrap_or(Path::new(".")).to_owned(),
            ballast: AtomicU64::new(0),
            failed: AtomicBool::new(false),
            full: AtomicBool::new(false),
        }))
    }

    /// Whether anything may be written.
    pub(super) fn is_sound(&self) -> Result<(), StoreError> {
        match self.failed.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(StoreError::Unavailable("the disk refused a commit".to_owned())),
        }
    }

    /// The disk refused something within a transaction.
    pub(super) fn refused(&self, why: &StoreError) {
        if matches!(why, StoreError::Unavailable(said) if said == DISK_FULL) {
            self.run_full();
        }
    }

    /// The disk refused a commit.
    pub(super) fn refused_commit(&self, why: &StoreError) {
        self.refused(why);
        if matches!(why, StoreError::Unavailable(said) if said == DISK_FAILED) {
            self.failed.store(true, Ordering::Relaxed);
            tracing::error!(
                "the disk refused a commit: nothing is taken any more; look after the disk, then \
                 start the service again"
            );
        }
    }

    fn run_full(&self) {
        if self.ballast.load(Ordering::Relaxed) == 0 || self.full.swap(true, Ordering::Relaxed) {
            return;
        }
        let freed = std::fs::remove_file(self.folder.join(BALLAST)).is_ok();
        tracing::error!(freed, "the disk is full: the public's tips and files are refused");
    }

    /// Compares what is free with the ballast, and removes or lays it.
    fn look(&self) -> io::Result<()> {
        let wanted = self.ballast.load(Ordering::Relaxed);
        if wanted == 0 {
            return Ok(());
        }
        let free = free_bytes(&self.folder)?;
        let laid = std::fs::metadata(self.folder.join(BALLAST)).is_ok_and(|it| it.len() == wanted);
        if free < wanted {
            self.run_full();
        } else if (!laid || self.full.load(Ordering::Relaxed)) && free >= ROOM * wanted {
            self.lay(wanted)?;
            if self.full.swap(false, Ordering::Relaxed) {
                tracing::warn!("there is room on the disk again: the public is heard again");
            }
        }
        Ok(())
    }

    fn lay(&self, bytes: u64) -> io::Result<()> {
        let path = self.folder.join(BALLAST);
        let laid = write_nothing(&path, bytes);
        if laid.is_err() {
            let _ = std::fs::remove_file(&path);
        }
        laid
    }
}

/// Writes it down to the disk, so that its blocks are truly taken.
fn write_nothing(path: &Path, bytes: u64) -> io::Result<()> {
    let (mut file, block) = (File::create(path)?, vec![0; BLOCK]);
    let mut left = bytes;
    while left > 0 {
        let now = left.min(BLOCK as u64);
        file.write_all(&block[..usize::try_from(now).unwrap_or(BLOCK)])?;
        left -= now;
    }
    file.sync_all()
}

fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

impl Store {
    /// Keeps a ballast of so many bytes beside an embedded database from here on; 0 means none.
    pub fn keep_ballast(&self, bytes: u64) {
        if let Some(disk) = self.disk() {
            disk.ballast.store(bytes, Ordering::Relaxed);
        }
    }

    /// Looks how much room the disk of an embedded database has, and acts on it.
    pub async fn look_at_disk(&self) -> Result<(), StoreError> {
        let Some(disk) = self.disk().cloned() else { return Ok(()) };
        let looked = tokio::task::spawn_blocking(move || disk.look()).await;
        match looked {
            Ok(Ok(())) => Ok(()),
            _ => Err(StoreError::Unavailable("the ballast could not be seen to".to_owned())),
        }
    }

    /// Whether anything can be written; an error where a commit was refused.
    pub fn is_writable(&self) -> Result<(), StoreError> {
        self.disk().map_or(Ok(()), |disk| disk.is_sound())
    }

    /// Whether there is room for what need not be taken; an error where there is none.
    pub fn has_room(&self) -> Result<(), StoreError> {
        match self.disk() {
            Some(disk) if disk.full.load(Ordering::Relaxed) => {
                Err(StoreError::Unavailable("the disk is full".to_owned()))
            }
            _ => self.is_writable(),
        }
    }
}
