//! `hotline verify report …`

use std::cell::Cell;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use super::{read_bytes, read_note};
use crate::app::{self, Opened};
use crate::calendar::{Kind, Period, zone};
use crate::cli::progress::Progress;
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::figures::Pin;
use crate::desk::publish::Publication;
use crate::desk::rebuild::Under;
use crate::report::model;
use crate::seal::digest;

#[derive(Args)]
pub struct Report {
    /// The report's JSON, as it was published or built; or its page or table, as published.
    file: PathBuf,
    /// A signed head from outside under which the report must lie; without it the newest kept one.
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

pub async fn run(command: &Report, config: &Config) -> anyhow::Result<i32> {
    let bytes = read_bytes(&command.file)?;
    let note = command.head.as_deref().map(read_note).transpose()?;
    let Opened { desk, .. } = app::open(config).await?;
    desk.catch_up().await?;
    // Canonical JSON has no ends of lines; a copy that got some on its way is the same report.
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let Ok(report) = model::Report::read(&text) else {
        let found = desk.publication_of(&digest(&[&bytes])).await?;
        return published(&desk, found, note.as_deref()).await;
    };
    let pin = pin(&report).with_context(|| command.file.display().to_string())?;
    let rebuilt = rebuilt(&desk, &text, pin, note.as_deref()).await?;
    let named = match desk.publication_of(&digest(&[text.as_bytes()])).await? {
        Some(found) => published(&desk, Some(found), note.as_deref()).await?,
        None => {
            println!(
                "未见公告：没有公告提到这份文件；自行生成而未发布的报告没有公告\n\
                 no notice names this file; a report that was built and not published has none"
            );
            0
        }
    };
    Ok(rebuilt.max(named))
}

/// Makes the report again, and compares every byte.
async fn rebuilt(desk: &Desk, text: &str, pin: Pin, note: Option<&str>) -> anyhow::Result<i32> {
    let (wanted, size) = (pin.log_size, desk.store.read(|db| db.log_size()).await?);
    if wanted > size {
        println!(
            "不成立：报告依据总台账前 {wanted} 条，本库只有 {size} 条\n\
             fails: it sees {wanted} places of the log, and this database has {size}"
        );
        return Ok(1);
    }
    let under = desk.head_over(wanted, note).await?;
    let progress = Progress::new("places read", u64::try_from(wanted).unwrap_or(0));
    let last = Cell::new(0);
    let done = |done: i64| {
        let done = u64::try_from(done).unwrap_or(0);
        progress.at(last.replace(done), done);
    };
    let made = desk.rebuild_report(pin, done).await?;
    progress.end();
    let differing = differing(text, &made.json)?;
    for member in &differing {
        println!("不相符 / differs: {member}");
    }
    if differing.is_empty() {
        println!(
            "成立：由总台账前 {wanted} 条重建，逐字节相同\n\
             ok: made again from the first {wanted} places of the log, the same to the byte"
        );
    }
    Ok(i32::from(!(said(&under) & differing.is_empty())))
}

/// Holds a file against the notice that names it. Its pages and its table were laid out by the program
/// of their day, so their notice alone speaks for them.
async fn published(
    desk: &Desk,
    found: Option<Publication>,
    note: Option<&str>,
) -> anyhow::Result<i32> {
    let Some(Publication { report, form, place, fault }) = found else {
        println!(
            "不成立：既不是报告的 JSON，也没有公告提到这份文件\n\
             fails: it is not the JSON of a report, and no notice names it"
        );
        return Ok(1);
    };
    if let Some(why) = fault {
        println!("不成立：公告与总台账不符\nfails: the notice that names it does not hold: {why}");
        return Ok(1);
    }
    let Some(place) = place else {
        println!(
            "未核对：公告尚未封存，请稍后再试\n\
             not checked: the notice waits for its place in the log; try again in a moment"
        );
        return Ok(2);
    };
    println!(
        "成立：总台账第 {place} 条公告载明，这是报告 {report} 发布时的 {form}\n\
         ok: the notice at place {place} of the log says that this is report {report} as it was \
         published, {form}"
    );
    Ok(i32::from(!said(&desk.head_over(place, note).await?)))
}

/// Says whether a place of the log lies under a signed head; whether nothing speaks against it.
fn said(under: &Under) -> bool {
    match under {
        Under::Head(size) => println!(
            "成立：在 {size} 条的签名总台账头之下\nok: it lies under a signed head of {size} places"
        ),
        Under::None => println!(
            "未核对：其后尚无签名的总台账头\nnot checked: no signed head was kept after it yet"
        ),
        Under::Short(size) => println!(
            "不成立：给出的总台账头只有 {size} 条\nfails: the head given has {size} places only"
        ),
        Under::Broken(size) => println!(
            "不成立：本库与 {size} 条的签名总台账头不符\n\
             fails: this database does not agree with the signed head of {size} places"
        ),
        Under::Forged(why) => println!("不成立 / fails: --head: {why}"),
    }
    matches!(under, Under::Head(_) | Under::None)
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

/// Members are named as deep as both have the same shape.
fn compare(path: &str, ours: &Value, made: &Value, found: &mut Vec<String>) {
    if let (Some(a), Some(b)) = (ours.as_array(), made.as_array())
        && a.len() == b.len()
    {
        for (nth, (a, b)) in a.iter().zip(b).enumerate() {
            compare(&format!("{path}[{nth}]"), a, b, found);
        }
        return;
    }
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
