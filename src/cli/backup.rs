//! `hotline backup …`

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::archive::{ArchiveError, Reader};
use crate::clock::{monotonic, new_id};
use crate::config::Config;
use crate::desk::backup::{CopyError, Tail};
use crate::desk::restore::{Checks, unpack};
use crate::vault::Vault;

/// Bytes that go to the disk at a time.
const BUFFER: usize = 1024 * 1024;
/// Files of evidence that are named when they are missing; more are counted.
const NAMED: usize = 20;

#[derive(Args)]
pub struct Backup {
    /// The archive to write; a file of that name must not be there.
    #[arg(value_name = "OUT", required_unless_present = "check", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// Read an archive from end to end and compare it with what it says of itself.
    #[arg(long, value_name = "IN")]
    check: Option<PathBuf>,
}

pub async fn run(command: Backup, config: &Config) -> anyhow::Result<i32> {
    match (command.out, command.check) {
        (_, Some(archive)) => check(&archive, config),
        (Some(out), None) => write(&out, config).await,
        (None, None) => bail!("name the archive to write"),
    }
}

async fn write(out: &Path, config: &Config) -> anyhow::Result<i32> {
    let begun = monotonic();
    if out.try_exists()? {
        bail!("{} is there already, and is not written over; name another", out.display());
    }
    let Opened { desk, .. } = app::open(config).await?;
    let draft = Draft::beside(out)?;
    let file = BufWriter::with_capacity(BUFFER, draft.open()?);
    let written = desk.back_up(file, shown("rows and files copied")).await;
    let (file, tail) =
        written.with_context(|| format!("nothing was written to {}", out.display()))?;
    let file = file.into_inner().map_err(|error| error.into_error())?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    draft.name(out)?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", summary(&tail));
    println!("{}: {bytes} bytes in {seconds:.1} s", out.display());
    // A file that nothing named may be swept at any moment; restoring takes its row away too.
    let lost = desk.store.read({
        let absent = tail.absent.clone();
        move |db| -> Result<Vec<String>, crate::store::StoreError> {
            let mut lost = Vec::new();
            for sha256 in absent {
                if db.file(&sha256)?.is_some() {
                    lost.push(sha256);
                }
            }
            Ok(lost)
        }
    });
    Ok(missing(&lost.await?))
}

/// Says which evidence was not there; the exit status.
fn missing(lost: &[String]) -> i32 {
    if lost.is_empty() {
        return 0;
    }
    eprintln!(
        "hotline: everything else was copied, but {} files of evidence are missing in the data \
         folder; look for them in an older backup:",
        lost.len()
    );
    lost.iter().take(NAMED).for_each(|sha256| eprintln!("  {sha256}"));
    1
}

fn check(path: &Path, config: &Config) -> anyhow::Result<i32> {
    let vault = app::vault(config)?;
    let compared = |archive| {
        Ok(unpack(archive, &mut Checks::default(), &mut shown("rows and files checked"))?)
    };
    match read(path, &vault, compared) {
        Ok(tail) => {
            println!("{}", summary(&tail));
            println!("ok: {} opens from end to end and holds what it says", path.display());
            Ok(0)
        }
        Err(error) => match error.downcast_ref::<CopyError>() {
            Some(CopyError::Archive(ArchiveError::Io(_) | ArchiveError::OtherKeys)) | None => {
                Err(error)
            }
            Some(_) => {
                println!("fault: {error}");
                Ok(1)
            }
        },
    }
}

/// Opens an archive and does something with it.
pub fn read<T>(
    path: &Path,
    vault: &Vault,
    work: impl FnOnce(Reader<BufReader<File>>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let archive = Reader::open(BufReader::with_capacity(BUFFER, file), vault);
    work(archive.map_err(CopyError::from)?)
}

/// Shows how far a copy has come; how much there is, is known once it has begun.
pub fn shown(what: &'static str) -> impl FnMut(u64, u64) + Send + 'static {
    let mut progress: Option<(Progress, u64)> = None;
    move |done, total| {
        let (bar, last) = progress.get_or_insert_with(|| (Progress::new(what, total), 0));
        bar.at(std::mem::replace(last, done), done);
        if done >= total
            && let Some((bar, _)) = progress.take()
        {
            bar.end();
        }
    }
}

/// What a copy holds, in two lines.
pub fn summary(tail: &Tail) -> String {
    format!(
        "{} rows of {} tables, {} files of evidence ({} bytes), log of {} up to {}\ncontent {}",
        tail.rows(),
        tail.tables.len(),
        tail.files,
        tail.file_bytes,
        tail.log_size,
        tail.log_last.as_deref().unwrap_or("nothing"),
        tail.content()
    )
}

/// An archive that is not whole yet, under a name that says so; what does not end is removed.
struct Draft(PathBuf);

impl Draft {
    fn beside(out: &Path) -> anyhow::Result<Draft> {
        let name = out.file_name().with_context(|| format!("{} names no file", out.display()))?;
        let name = format!(".{}.{}.unfinished", name.to_string_lossy(), new_id());
        Ok(Draft(out.with_file_name(name)))
    }

    fn open(&self) -> anyhow::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&self.0);
        file.with_context(|| format!("the folder of {}", self.0.display()))
    }

    /// Gives it its name. A link fails where the name is taken; where there are no links, a look
    /// beforehand must do.
    fn name(self, out: &Path) -> anyhow::Result<()> {
        match std::fs::hard_link(&self.0, out) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} appeared meanwhile, and is not written over", out.display())
            }
            Err(_) if !out.try_exists()? => std::fs::rename(&self.0, out)?,
            Err(error) => return Err(error.into()),
        }
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
