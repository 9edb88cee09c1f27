//! `hotline verify …`

use std::cell::Cell;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::Value;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::calendar::{Kind, Period, zone};
use crate::config::Config;
use crate::desk::figures::Pin;
use crate::report::model;

#[derive(Subcommand)]
pub enum Verify {
    /// Make a report again from the ledger up to the place that it names, and compare every byte.
    Report {
        /// The report's JSON, as it was published or built.
        file: PathBuf,
    },
}

/// Runs the command; exit status 1 where something does not hold.
pub async fn run(command: Verify, config: &Config) -> anyhow::Result<i32> {
    let Verify::Report { file } = command;
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let report = model::Report::read(&text)
        .map_err(|_| anyhow::anyhow!("{}: not the JSON of a report", file.display()))?;
    let pin = pin(&report).with_context(|| file.display().to_string())?;
    let Opened { desk, .. } = app::open(config).await?;
    desk.catch_up().await?;
    let size = desk.audit_size().await?;
    if u64::try_from(pin.log_size).is_ok_and(|wanted| wanted > size) {
        println!(
            "不符：报告依据总台账前 {wanted} 条，本库只有 {size} 条\n\
             differs: it sees {wanted} places of the log, and this database has {size}",
            wanted = pin.log_size
        );
        return Ok(1);
    }
    let progress = Progress::new("places read", u64::try_from(pin.log_size).unwrap_or(0));
    let last = Cell::new(0);
    let size = pin.log_size;
    let done = |done: i64| {
        let done = u64::try_from(done).unwrap_or(0);
        progress.at(last.replace(done), done);
    };
    let made = desk.rebuild_report(pin, done).await?;
    progress.end();
    let differing = differing(&text, &made.json)?;
    if differing.is_empty() {
        println!(
            "相符：由总台账前 {size} 条重建，逐字节相同\n\
             holds: made again from the first {size} places of the log, the same to the byte"
        );
        return Ok(0);
    }
    for member in &differing {
        println!("不符 / differs: {member}");
    }
    Ok(1)
}

/// What the report says that it is a function of.
fn pin(report: &model::Report) -> anyhow::Result<Pin> {
    let kind: Kind = report.kind.parse().map_err(anyhow::Error::msg)?;
    let period = Period::parse(kind, &report.period).map_err(anyhow::Error::msg)?;
    let scope = report.scope.parse().context("scope")?;
    let as_of = zone::parse_instant(&report.as_of).context("as_of: not an instant")?;
    Ok(Pin { period, scope, as_of, log_size: report.log_size })
}

/// The members in which two reports differ, or that their bytes do where no member does.
fn differing(ours: &str, made: &str) -> anyhow::Result<Vec<String>> {
    if ours == made {
        return Ok(Vec::new());
    }
    let (ours, made): (Value, Value) = (serde_json::from_str(ours)?, serde_json::from_str(made)?);
    let mut found = Vec::new();
    compare("", &ours, &made, &mut found);
    if found.is_empty() {
        found.push("bytes".to_owned());
    }
    Ok(found)
}

/// Members are named as deep as both are objects.
fn compare(path: &str, ours: &Value, made: &Value, found: &mut Vec<String>) {
    let (Some(a), Some(b)) = (ours.as_object(), made.as_object()) else {
        if ours != made {
            found.push(path.to_owned());
        }
        return;
    };
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let deeper = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        compare(&deeper, &ours[name], &made[name], found);
    }
}
