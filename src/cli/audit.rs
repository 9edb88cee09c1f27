//! `hotline audit`

use std::cell::Cell;
use std::path::PathBuf;

use clap::Args;

use super::progress::Progress;
use super::verify::read_note;
use crate::app::{self, Opened};
use crate::clock::monotonic;
use crate::config::Config;

#[derive(Args)]
pub struct Audit {
    /// A signed head of this log from outside, such as from a report's letter: what it covers must
    /// still be there.
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

pub async fn run(command: Audit, config: &Config) -> anyhow::Result<i32> {
    let Opened { desk, .. } = app::open(config).await?;
    let note = command.head.as_deref().map(read_note).transpose()?;
    let outside = note.map(|note| desk.verifier().open(&note)).transpose();
    let outside = outside.map_err(|fault| anyhow::anyhow!("--head: {fault}"))?;
    let progress = Progress::new("entries audited", desk.audit_size().await?);
    let (last, begun) = (Cell::new(0), monotonic());
    let audit = desk.audit(outside.as_ref(), |done| progress.at(last.replace(done), done)).await?;
    progress.end();
    let seconds = begun.elapsed().as_secs_f64();
    let rate = audit.entries as f64 / seconds.max(0.001);
    eprintln!("{seconds:.1} s, {rate:.0} entries/s");
    println!(
        "{} cases, {} entries, {} sealed: {} faults",
        audit.cases, audit.entries, audit.sealed, audit.count
    );
    if let Some(first) = &audit.first {
        println!("first: {first}");
    }
    for fault in &audit.faults {
        println!("{fault}");
    }
    Ok(i32::from(audit.count > 0))
}
