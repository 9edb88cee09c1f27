//! `hotline audit`

use std::cell::Cell;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::config::Config;

pub async fn run(config: &Config) -> anyhow::Result<i32> {
    let Opened { desk, .. } = app::open(config).await?;
    let progress = Progress::new("cases audited", desk.audit_size().await?);
    let last = Cell::new(0);
    let audit = desk.audit(|done| progress.at(last.replace(done), done)).await?;
    progress.end();
    println!(
        "{} cases, {} entries, {} sealed: {} faults",
        audit.cases, audit.entries, audit.sealed, audit.count
    );
    for fault in &audit.faults {
        println!("{fault}");
    }
    Ok(i32::from(audit.count > 0))
}
