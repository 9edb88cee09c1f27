//! `hotline synth …`

use std::cell::Cell;

use anyhow::{Context, bail};
use chrono::{Days, NaiveDate};
use clap::Args;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::calendar::zone;
use crate::clock::monotonic;
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::rehearse::{Hands, Rehearsed};
use crate::synth::{MAX_TIPS, Plan};

/// The seed where none is given: any number will do, but it must stay the same.
pub const SEED: u64 = 12_336;

#[derive(Args)]
pub struct Synth {
    /// How many tips the year has.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_TIPS)))]
    tips: u32,
    /// Another seed makes another year.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The last day of the year, such as 2026-10-31; without it yesterday.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

pub async fn run(command: Synth, config: &Config) -> anyhow::Result<()> {
    let Synth { tips, seed, until } = command;
    // A service on the same folder would take real tips in between the made-up ones.
    let _hold = app::hold(config)?;
    let Opened { desk, .. } = app::open(config).await?;
    let last = match until {
        None => yesterday(&desk),
        Some(text) => {
            zone::parse_date(&text).with_context(|| format!("--until {text}: no date"))?
        }
    };
    if last > yesterday(&desk) {
        bail!("--until {last}: the last day must be over; use {} or earlier", yesterday(&desk));
    }
    let begun = monotonic();
    let made = fill(&desk, Plan { tips, seed, last }, None).await?;
    println!("{}", summary(&made, begun.elapsed().as_secs_f64()));
    for (state, count) in &made.by_state {
        println!("  {state:<12} {count}");
    }
    Ok(())
}

/// Plays a year, showing how far it has come; `hands` do what happens beside the cases.
pub async fn fill(desk: &Desk, plan: Plan, hands: Option<Hands>) -> anyhow::Result<Rehearsed> {
    let progress = Progress::new("tips played", u64::from(plan.tips));
    let last = Cell::new(0);
    let made = desk.rehearse(plan, hands, |done| progress.at(last.replace(done), done)).await?;
    progress.end();
    Ok(made)
}

/// The last day that is over.
pub fn yesterday(desk: &Desk) -> NaiveDate {
    zone::date_of(desk.clock.now()) - Days::new(1)
}

/// What was made, in one line; acts that the ledger refused are named.
pub fn summary(made: &Rehearsed, seconds: f64) -> String {
    let Rehearsed { tips, entries, refused, reports, .. } = made;
    let refused: Vec<String> = refused.iter().map(|(code, n)| format!("{n} {code}")).collect();
    let refused = if refused.is_empty() { "none".to_owned() } else { refused.join(", ") };
    format!(
        "{tips} tips, {entries} entries, {reports} reports in {seconds:.1} s; acts refused: {refused}"
    )
}
