//! `hotline report subscribe …`: who is told by mail of published reports.

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::app::{self, Opened};
use crate::calendar::Kind;
use crate::config::Config;
use crate::desk::subscribe::NewSubscription;
use crate::desk::{Desk, DeskError};
use crate::lang::Lang;
use crate::place::Code;

/// Subscriptions read at a time.
const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Letters {
    /// Tell somebody by mail when a report is published.
    Subscribe {
        /// E-mail address.
        email: String,
        /// daily, weekly, monthly, quarterly, half_year or annual.
        #[arg(long)]
        kind: Kind,
        /// Whose figures: a division code.
        #[arg(long)]
        scope: String,
        /// Language of the letters.
        #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
        lang: String,
    },
    /// Tell somebody no longer.
    Unsubscribe {
        /// E-mail address.
        email: String,
        /// Only of this kind.
        #[arg(long)]
        kind: Option<Kind>,
        /// Only of this division.
        #[arg(long)]
        scope: Option<String>,
    },
    /// List who is told of what: kind, division, language, address.
    Subscribers,
}

pub async fn run(command: Letters, config: &Config) -> anyhow::Result<()> {
    let Opened { desk, .. } = app::open(config).await?;
    match command {
        Letters::Subscribe { email, kind, scope, lang } => {
            let scope = code(&scope)?;
            let lang = Lang::of_name(&lang);
            let new = NewSubscription { email, kind, scope, lang, by: None };
            let begun = desk.subscribe(&new).await.map_err(explained)?;
            println!("{}", if begun { "subscribed" } else { "subscribed already" });
            warn_unless_published(config, kind, scope);
        }
        Letters::Unsubscribe { email, kind, scope } => {
            let scope = scope.as_deref().map(code).transpose()?;
            match desk.unsubscribe(&email, kind, scope).await.map_err(explained)? {
                0 => bail!("there is no such subscription; see: hotline report subscribers"),
                ended => println!("subscriptions ended: {ended}"),
            }
        }
        Letters::Subscribers => list(&desk).await?,
    }
    Ok(())
}

async fn list(desk: &Desk) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let from = after.clone();
        let everywhere = Code::NATION.text_range();
        let page = desk.store.read(move |db| db.subscriptions(everywhere, &from, PAGE)).await?;
        for row in &page {
            println!("{}\t{}\t{}\t{}", row.kind, row.scope, row.lang, row.email);
        }
        match page.into_iter().next_back() {
            Some(last) => after = last.id,
            None => return Ok(()),
        }
    }
}

/// A subscription to what nobody publishes stays silent, so it is said.
fn warn_unless_published(config: &Config, kind: Kind, scope: Code) {
    let scopes = config.reports.scopes.iter().filter_map(|text| text.parse::<Code>().ok());
    let named = config.reports.kinds.iter().any(|name| name == kind.name());
    if !named || !scopes.into_iter().any(|published| published == scope) {
        eprintln!(
            "note: by these settings no {} report of {scope} is published; see reports.kinds and \
             reports.scopes",
            kind.name()
        );
    }
}

fn code(text: &str) -> anyhow::Result<Code> {
    text.parse().with_context(|| format!("--scope {text}"))
}

/// Faults in words; the values given are not repeated.
pub fn explained(error: DeskError) -> anyhow::Error {
    match error {
        DeskError::Faults(faults) => {
            let notes = faults.iter().map(|fault| fault.note(Lang::En));
            let lines =
                notes.map(|note| format!("{} {}; {}", note.field, note.reason, note.remedy));
            anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n"))
        }
        other => other.into(),
    }
}
