//! `hotline restore IN` and `hotline move --from URL --to URL`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::backup::{read, shown, summary};
use crate::app::{self, Place};
use crate::archive::Reader;
use crate::clock::{Clock, monotonic};
use crate::config::Config;
use crate::desk::restore::{Filler, fact_in, relocate, unpack};

#[derive(Args)]
pub struct Restore {
    /// The archive.
    #[arg(value_name = "IN")]
    archive: PathBuf,
}

pub fn restore(command: &Restore, config: &Config) -> anyhow::Result<()> {
    let begun = monotonic();
    let Place { url, vault, files, hold: _hold } = app::place(config)?;
    let take_in = |mut archive: Reader<_>| {
        // Without it nothing could be opened afterwards: that is said now, not after minutes of work.
        let sealed_by = fact_in(&mut archive, app::SEAL)?;
        app::has_seal_key(config, sealed_by.as_deref())?;
        let mut filler = Filler::new(&url, Some(files));
        match unpack(archive, &mut filler, &mut shown("rows and files restored")) {
            Ok(tail) => {
                filler.finish()?;
                Ok(tail)
            }
            Err(error) if filler.has_begun() => Err(error).context(
                "the restore was broken off, and what is there is not whole; empty the database and \
                 files/ in the data folder before another",
            ),
            Err(error) => Err(error.into()),
        }
    };
    let tail = read(&command.archive, &vault, take_in)?;
    println!("{}", summary(&tail));
    println!("restored in {:.1} s; run: hotline audit", begun.elapsed().as_secs_f64());
    Ok(())
}

#[derive(Args)]
pub struct Move {
    /// The database as it is; nothing may serve it meanwhile.
    #[arg(long, value_name = "URL")]
    from: String,
    /// An empty one.
    #[arg(long, value_name = "URL")]
    to: String,
}

pub async fn relocated(command: Move, config: &Config) -> anyhow::Result<()> {
    let begun = monotonic();
    let (_hold, from, to) = app::ends(config, &command.from, &command.to).await?;
    let now = Clock::default().now();
    let tail = relocate(&from, &to, now, shown("rows moved")).await?;
    println!("{}", summary(&tail));
    println!(
        "moved in {:.1} s; evidence and keys stay where they are. Set DATABASE_URL to the new \
         database, run: hotline audit, and never serve the old one again",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
