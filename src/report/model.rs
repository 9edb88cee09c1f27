//! The report of the contract, as it is stored: everything that page, table and chart show.
//!
//! Each member may be missing when a stored report is read: older ones lack the newer members, and
//! whatever is laid out from them leaves those parts out.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::compare::Change;
use super::marks::{Enquiries, Mark};
use super::outcome::{Averted, ByDuty, Listed, Outcome, Rate, Rechecks, Visits};
use super::rank::Ranking;
use crate::lang::Lang;
use crate::trend::share::Share;
use crate::trend::{Balance, Pending, Ratio};

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Kind, such as `monthly`.
    pub kind: String,
    /// Name of the period.
    pub period: String,
    /// Code of the division.
    pub scope: String,
    /// Its name from the province down.
    pub scope_name: String,
    /// Number within the year.
    pub issue: Option<u32>,
    /// How many entries of the log were seen.
    pub log_size: i64,
    /// The root of the tree over them, in hexadecimal: it binds the figures to that log.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log_root: String,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// The instant up to which it sees, RFC 3339 in local time.
    pub as_of: String,
    /// Whether the period was over.
    pub complete: bool,
    /// By which data it was made.
    pub versions: Versions,
    /// The opening sentence.
    pub headline: Option<Said>,
    /// Accepted cases, by holder.
    pub balance: Balance,
    /// Cases waiting to be judged, by holder.
    pub pending: Pending,
    /// What old ledgers brought of the balance, which counts it too.
    pub imported: Imported,
    /// For each term of the balance the path of its list of cases.
    pub lists: BTreeMap<String, String>,
    /// Tips, by place.
    pub tips: Tips,
    /// Questions that are no tips.
    pub enquiries: Enquiries,
    /// What the figures must be read with.
    pub marks: Vec<Mark>,
    /// Of the cases accepted in the period, those closed.
    pub closure: Ratio,
    /// Duties in time.
    pub on_time: Ratio,
    /// Every province of the scope.
    pub by_province: Vec<Row>,
    /// The level below the scope.
    pub by_division: Vec<DivisionRow>,
    /// The divisions of that level in order.
    pub ranking: Option<Ranking>,
    /// The trend: the last periods of the same kind, oldest first, this one last.
    pub series: Vec<Point>,
    /// With the year before and the period before.
    pub compared: Compared,
    /// The indicators by their codes.
    pub indicators: BTreeMap<String, Rate>,
    /// How the duties of each kind kept their dates.
    pub by_duty: Vec<ByDuty>,
    /// What decisions ordered and what was done of it, by place.
    pub outcomes: Vec<Outcome>,
    /// Cases listed for supervision, by place.
    pub listed: Option<Listed>,
    /// Return visits, by place.
    pub visits: Option<Visits>,
    /// Re-checks, by place.
    pub rechecks: Option<Rechecks>,
    /// What warnings averted, by place.
    pub averted: Option<Averted>,
    /// What each figure means.
    pub definitions: BTreeMap<String, Definition>,
}

/// Steps that an old ledger brought, by holder, dated as it dates them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Imported {
    /// Cases accepted.
    pub accepted: i64,
    /// Cases struck off.
    pub closed: i64,
}

/// By which data a report was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Versions {
    /// Clock rules.
    pub rules: String,
    /// Digests of what the figures stand on besides the log: rules, calendar, units, divisions.
    pub data: String,
    /// Categories.
    pub taxonomy: String,
    /// The program.
    pub program: String,
}

/// Words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Said {
    /// In the reader's language.
    pub fn to(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// What a figure means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Definition {
    /// In both languages.
    Both(Said),
    /// As the first reports had it.
    Text(String),
}

impl Definition {
    /// In the reader's language, where there are two.
    pub fn to(&self, lang: Lang) -> &str {
        match self {
            Definition::Both(said) => said.to(lang),
            Definition::Text(text) => text,
        }
    }
}

/// Tips, by place; categories as they were at the end of the period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tips {
    /// Received.
    pub received: i64,
    /// Of the cases, those accepted.
    pub accepted: i64,
    /// Those not accepted.
    pub refused: i64,
    /// By channel.
    pub by_channel: BTreeMap<String, i64>,
    /// By the part of the category before the dot.
    pub by_field: BTreeMap<String, i64>,
    /// By category.
    pub by_category: BTreeMap<String, i64>,
    /// Shares of the same.
    pub shares: Shares,
}

/// Shares of the received tips.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shares {
    /// Of all tips.
    pub by_channel: BTreeMap<String, Share>,
    /// Of all tips.
    pub by_field: BTreeMap<String, Share>,
    /// Of the tips of the same field.
    pub by_category: BTreeMap<String, Share>,
}

/// The figures of one division, by place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Tips received.
    pub received: i64,
    /// Cases accepted.
    pub accepted: i64,
    /// Cases not accepted.
    pub refused: i64,
    /// Cases struck off.
    pub closed: i64,
    /// Of those accepted in the period, those closed.
    pub closure: Ratio,
    /// Duties in time.
    pub on_time: Ratio,
}

/// The same of the level below, with what was received before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DivisionRow {
    /// The figures.
    #[serde(flatten)]
    pub row: Row,
    /// Whether this is what lies at the scope itself (本级) and at no division below.
    pub own: bool,
    /// Tips received, against the same period of the year before.
    pub year_on_year: Change,
    /// Tips received, against the period before.
    pub period_on_period: Change,
}

/// One period of the trend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// Name of the period.
    pub period: String,
    /// Tips received.
    pub received: i64,
    /// Cases accepted.
    pub accepted: i64,
    /// Cases struck off.
    pub closed: i64,
}

/// Both comparisons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compared {
    /// With the same period of the year before (同比).
    pub year_on_year: Comparison,
    /// With the period before (环比).
    pub period_on_period: Comparison,
}

/// A comparison with an earlier period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparison {
    /// Name of the earlier period.
    pub period: String,
    /// Tips received.
    pub received: Change,
    /// Cases accepted, by place.
    pub accepted: Change,
    /// Cases struck off, by place.
    pub closed: Change,
    /// Tips received by channel, of every channel that stands in either period.
    pub by_channel: BTreeMap<String, Change>,
    /// Likewise by field.
    pub by_field: BTreeMap<String, Change>,
    /// Likewise by category.
    pub by_category: BTreeMap<String, Change>,
}

impl Report {
    /// Reads a report as it is stored.
    pub fn read(json: &str) -> Result<Report, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// `monthly-2026-11-430000`, under which its files are saved. Its parts are read from the data,
    /// so that whatever has no place in a file's name is left out.
    pub fn file_name(&self) -> String {
        let name = format!("{}-{}-{}", self.kind, self.period, self.scope);
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect()
    }
}
