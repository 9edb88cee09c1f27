//! `hotline due`: when something is due, and how that comes about. Reads rules and calendar, opens
//! no database.

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use crate::app;
use crate::calendar::versions::MAX_AMOUNT;
use crate::calendar::wording::missing;
use crate::calendar::{Course, Explanation, Rules, Unit, course, zone};
use crate::clock::Clock;
use crate::config::Config;
use crate::lang::Lang;

#[derive(Args)]
#[command(group(clap::ArgGroup::new("by").required(true).args(["rule", "days"])))]
pub struct Due {
    /// When the clock begins: 2026-02-13T16:00 in local time, or with an offset.
    #[arg(long, value_name = "TIME")]
    from: String,
    /// A rule of config/rules.toml.
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// So many units instead of a rule.
    #[arg(long, value_name = "N", requires = "unit",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_AMOUNT)))]
    days: Option<u32>,
    /// What is counted: working, calendar or hours.
    #[arg(long, conflicts_with = "rule", requires = "days", value_parser = unit)]
    unit: Option<Unit>,
    /// The severity: danger, utility or complex; general without it.
    #[arg(long, requires = "rule", value_parser = lane)]
    lane: Option<&'static str>,
    /// By how many units it is extended.
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_AMOUNT)))]
    extended: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The language of the explanation.
    #[arg(long, default_value = "en", value_parser = ["zh", "en"])]
    lang: String,
}

pub fn run(due: &Due, config: &Config) -> anyhow::Result<i32> {
    let law = app::law(config)?;
    let found = reckon(due, &law.rules)?;
    let lang = Lang::of_name(&due.lang);
    let words = found.words(lang);
    if due.json {
        let mut value = serde_json::to_value(&found)?;
        value["words"] = json!(words);
        println!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        if let Some(at) = found.due {
            println!("{}", zone::rfc3339(at));
        }
        for (number, words) in (1..).zip(&words) {
            println!("{number:>3}. {words}");
        }
    }
    if let Some(year) = found.missing_year {
        bail!("{}", missing(year, Lang::En));
    }
    Ok(i32::from(found.due.is_none()))
}

fn reckon(due: &Due, rules: &Rules) -> anyhow::Result<Explanation> {
    let from = zone::parse_instant(&due.from);
    let from = from.with_context(|| {
        format!("--from: «{}» is no time; write it like 2026-02-13T16:00", due.from)
    })?;
    let course = Course { lane: due.lane, extended: due.extended, ..Course::since(from) };
    match (&due.rule, due.days.zip(due.unit)) {
        (Some(name), _) => {
            let most = rules.extension(name, due.lane, from).unwrap_or(0);
            let found = rules.explain(name, &course, Clock::default().now());
            let found = found.with_context(|| {
                let all = rules.names().collect::<Vec<_>>().join(", ");
                format!("--rule: there is no rule «{name}»; the rules are: {all}")
            })?;
            match most {
                0 if due.extended > 0 => bail!("--extended: {name} may not be extended"),
                _ if due.extended > most => {
                    bail!("--extended: {name} may be extended by {most} at most")
                }
                _ => Ok(found),
            }
        }
        (None, Some((days, unit))) => Ok(rules.simulate(days, unit, &course)),
        (None, None) => bail!("give either --rule NAME, or --days N and --unit"),
    }
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::find(text).ok_or_else(|| "it is working, calendar or hours".to_owned())
}

fn lane(text: &str) -> Result<&'static str, String> {
    course::lane(text).ok_or_else(|| "it is danger, utility or complex".to_owned())
}
