//! `hotline audit`

use std::cell::Cell;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::clock::monotonic;
use crate::config::Config;

pub async fn run(config: &Config) -> anyhow::Result<i32> {
    let Opened { desk, .. } = app::open(config).await?;
    let progress = Progress::new("entries audited", desk.audit_size().await?);
    let (last, begun) = (Cell::new(0), monotonic());
    let audit = desk.audit(|done| progress.at(last.replace(done), done)).await?;
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
