//! `hotline report …`

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;

use super::letters::Letters;
use crate::app::{self, Opened};
use crate::calendar::{Kind, Period};
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::lists::{Behind, span_of};
use crate::lang::Lang;
use crate::place::Code;
use crate::report::html::{self, Links};
use crate::report::{BALANCE_LISTS, csv, model};
use crate::store::Span;

/// Cases of a list read at a time: each page sorts what is left, so few large ones are quicker.
const PAGE: i64 = 10_000;

#[derive(Subcommand)]
pub enum Report {
    /// Build a report from the ledger as it is now and write it to files.
    Build {
        /// daily, weekly, monthly, quarterly, half_year, annual or custom.
        #[arg(long)]
        kind: Kind,
        /// The period, such as 2026-11, 2026-Q4 or 2009-06-25..2010-06-24.
        #[arg(long)]
        period: String,
        /// Whose figures: the code of a division or of a supervising body.
        #[arg(long)]
        scope: String,
        /// Folder for the files.
        #[arg(long)]
        out: PathBuf,
    },
    #[command(flatten)]
    Letters(Letters),
}

pub async fn run(command: Report, config: &Config) -> anyhow::Result<()> {
    let (kind, period, scope, out) = match command {
        Report::Build { kind, period, scope, out } => (kind, period, scope, out),
        Report::Letters(command) => return super::letters::run(command, config).await,
    };
    let period = Period::parse(kind, &period).map_err(anyhow::Error::msg)?;
    let Opened { desk, .. } = app::open(config).await?;
    let code: Code = scope.parse().with_context(|| format!("--scope {scope}"))?;
    anyhow::ensure!(desk.law.divisions.has_unit(code), "--scope {scope}: no such division or body");
    std::fs::create_dir_all(&out).with_context(|| format!("--out {}", out.display()))?;
    let made = desk.build_report(period.clone(), code).await?;
    let report = model::Report::read(&made.json)?;
    let page = html::page(&report, Lang::default(), Links::None)?;
    for (ending, text) in [("json", made.json), ("html", page), ("csv", csv::tables(&report))] {
        let file = out.join(format!("{}.{ending}", made.name));
        std::fs::write(&file, text).with_context(|| file.display().to_string())?;
        println!("{}", file.display());
    }
    let lists = out.join(format!("{}.cases.csv", made.name));
    let span = span_of(&desk.law, &period, code, made.as_of);
    write_lists(&desk, &span, &lists).await?;
    println!("{}", lists.display());
    Ok(())
}

/// The cases behind each term of the balance, as of when the report was made, one row each.
async fn write_lists(desk: &Desk, span: &Span, to: &Path) -> anyhow::Result<()> {
    let mut file = ::csv::Writer::from_path(to).with_context(|| to.display().to_string())?;
    file.write_record(["term", "case"])?;
    for term in BALANCE_LISTS {
        let Some(list) = Behind::find(term) else { continue };
        let mut after = 0;
        loop {
            let span = span.clone();
            let page = desk.store.read(move |db| list.cases(db, &span, after, PAGE)).await?;
            for (_, case) in &page {
                file.write_record([term, case])?;
            }
            match page.into_iter().next_back() {
                Some((place, _)) => after = place,
                None => break,
            }
        }
    }
    file.flush()?;
    Ok(())
}
