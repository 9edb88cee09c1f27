//! From figures to the report of the contract.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};

use super::compare::{Change, by_field, comparison, field_of};
use super::define::definitions;
use super::figures::{Below, Figures, Place};
use super::headline::headline;
use super::model::{Compared, DivisionRow, Point, Report, Row, Shares, Tips, Versions};
use super::outcome;
use super::rank::{Ranked, Ranking, rank};
use crate::calendar::{Period, zone};
use crate::place::{Code, Divisions};
use crate::trend::share::Share;
use crate::trend::shares;

/// What the report is of.
pub struct Head<'a> {
    /// The period.
    pub period: &'a Period,
    /// Whose.
    pub scope: Code,
    /// How many entries of the log were seen.
    pub log_size: i64,
    /// The root of the tree over them, in hexadecimal.
    pub log_root: &'a str,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// Version of the clock rules.
    pub rules: &'a str,
    /// What tells the rules, the calendar, the divisions and units from others, by their digests.
    pub data: &'a str,
}

/// The figures that it is laid out from.
pub struct Counts<'a> {
    /// Of the period.
    pub this: &'a Figures,
    /// The same period of the year before (同比).
    pub year_before: &'a Figures,
    /// The period before (环比).
    pub previous: &'a Figures,
    /// Of the last periods, oldest first, this one last.
    pub series: Vec<Point>,
    /// The level below the scope.
    pub below: &'a Below,
}

/// A report that is made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its canonical JSON.
    pub json: String,
    /// `monthly-2026-11-430000`.
    pub name: String,
    /// How many entries of the log it saw.
    pub log_size: i64,
    /// The instant up to which it sees.
    pub as_of: DateTime<Utc>,
}

/// Version of the taxonomy by which categories are read.
const TAXONOMY: &str = "2026.1";

/// Terms of the balance that open a list.
pub const BALANCE_LISTS: [&str; 15] = [
    "opening",
    "accepted",
    "reopened",
    "split",
    "moved_in",
    "moved_out",
    "merged",
    "closed",
    "closing",
    "received",
    "refused",
    "merged_pending",
    "linked",
    "pending_opening",
    "pending_closing",
];

/// Lays a report out and writes it down: the same figures give the same bytes.
pub fn build(
    head: &Head<'_>,
    counts: Counts<'_>,
    divisions: &Divisions,
) -> Result<Made, serde_json::Error> {
    let as_of = counts.this.to.unwrap_or(head.now);
    let report = lay_out(head, counts, divisions);
    let name = format!("{}-{}-{}", report.kind, report.period, report.scope);
    // Through a value, whose members stand in order of their names.
    let json = serde_json::to_value(&report)?.to_string();
    Ok(Made { json, name, log_size: report.log_size, as_of })
}

/// Lays a report out.
pub fn lay_out(head: &Head<'_>, counts: Counts<'_>, divisions: &Divisions) -> Report {
    let Head { period, scope, log_size, log_root, now, rules, data } = *head;
    let Counts { this, year_before, previous, series, below } = counts;
    let as_of = this.to.unwrap_or(now);
    let whole = this.whole();
    let mut report = Report {
        kind: period.kind.name().to_owned(),
        period: period.name(),
        scope: scope.to_string(),
        scope_name: divisions.full_name(scope),
        issue: period.issue(),
        log_size,
        log_root: log_root.to_owned(),
        from: Some(period.first),
        to: Some(period.last),
        as_of: zone::exact(as_of),
        complete: as_of >= period.to(),
        versions: Versions {
            rules: rules.to_owned(),
            data: data.to_owned(),
            taxonomy: TAXONOMY.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
        },
        headline: None,
        balance: this.balance,
        pending: this.pending,
        imported: this.imported,
        lists: lists(period, scope, as_of),
        tips: tips(this, &whole),
        enquiries: this.enquiries,
        marks: this.marks.clone(),
        closure: whole.closure(),
        on_time: whole.on_time,
        by_province: by_province(this, scope, below, divisions),
        by_division: by_division(this, year_before, previous, below, divisions),
        ranking: Some(ranking(this, below, divisions)),
        series,
        compared: Compared {
            year_on_year: comparison(this, year_before, period.year_before().name()),
            period_on_period: comparison(this, previous, period.previous().name()),
        },
        indicators: outcome::indicators(this, &whole),
        by_duty: outcome::by_duty(&this.deeds),
        outcomes: outcome::outcomes(&this.deeds),
        listed: Some(outcome::listed(&this.deeds)),
        visits: Some(outcome::visits(&this.deeds)),
        rechecks: Some(outcome::rechecks(&this.deeds)),
        averted: Some(outcome::averted(&this.deeds)),
        definitions: definitions(),
    };
    report.headline = Some(headline(&report));
    report
}

fn tips(this: &Figures, whole: &Place) -> Tips {
    let fields = by_field(&this.by_category);
    Tips {
        received: this.received,
        accepted: whole.accepted,
        refused: whole.refused,
        shares: Shares {
            by_channel: shares_of(&this.by_channel),
            by_field: shares_of(&fields),
            by_category: shares_within_fields(&this.by_category),
        },
        by_channel: this.by_channel.clone(),
        by_field: fields,
        by_category: this.by_category.clone(),
    }
}

fn shares_of(counts: &BTreeMap<String, i64>) -> BTreeMap<String, Share> {
    let parts: Vec<i64> = counts.values().copied().collect();
    counts.keys().cloned().zip(shares(&parts)).collect()
}

/// A category's share is of its field: 「其他」 of the land leads, not of all leads.
fn shares_within_fields(by_category: &BTreeMap<String, i64>) -> BTreeMap<String, Share> {
    let mut fields: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
    for (category, count) in by_category {
        fields.entry(field_of(category)).or_default().insert(category.clone(), *count);
    }
    fields.values().flat_map(shares_of).collect()
}

fn row(code: Code, place: &Place, divisions: &Divisions) -> Row {
    let Place { received, accepted, refused, closed, on_time, .. } = *place;
    Row {
        code: code.to_string(),
        name: divisions.name(code),
        received,
        accepted,
        refused,
        closed,
        closure: place.closure(),
        on_time,
    }
}

/// Every province in the scope, those without a case too: a table that leaves rows out hides them.
/// What lies at the nation itself has a row where there is any.
fn by_province(this: &Figures, scope: Code, below: &Below, divisions: &Divisions) -> Vec<Row> {
    let provinces = this.gathered(Code::province);
    let nation = provinces.contains_key(&Code::NATION).then_some(Code::NATION);
    let within = divisions.provinces().iter().copied();
    // The provinces of a supervising body are those that its divisions lie in.
    let of_body = |code: &Code| scope.is_body() && below.codes.iter().any(|one| code.holds(*one));
    let within = within.filter(|code| scope.holds(*code) || code.holds(scope) || of_body(code));
    let figures = |code: Code| provinces.get(&code).copied().unwrap_or_default();
    within.chain(nation).map(|code| row(code, &figures(code), divisions)).collect()
}

/// The level below; what lies at the scope itself comes last, where there is any.
fn by_division(
    this: &Figures,
    year_before: &Figures,
    previous: &Figures,
    below: &Below,
    divisions: &Divisions,
) -> Vec<DivisionRow> {
    let of = |figures: &Figures| figures.gathered(|place| below.row_of(place));
    let (this, year_before, previous) = (of(this), of(year_before), of(previous));
    let figures = |code: Code, of: &BTreeMap<Code, Place>| of.get(&code).copied();
    let shown = |code: &Code| below.shows_empty(*code) || this.contains_key(code);
    let own = this.keys().copied().filter(|code| below.codes.binary_search(code).is_err());
    let made = |code: Code, own: bool| {
        let now = figures(code, &this).unwrap_or_default();
        let base = |of| figures(code, of).map_or(0, |place: Place| place.received);
        DivisionRow {
            row: row(code, &now, divisions),
            own,
            year_on_year: Change::of(now.received, base(&year_before)),
            period_on_period: Change::of(now.received, base(&previous)),
        }
    };
    let below = below.codes.iter().copied().filter(shown).map(|code| made(code, false));
    below.chain(own.map(|code| made(code, true))).collect()
}

fn ranking(this: &Figures, below: &Below, divisions: &Divisions) -> Ranking {
    let figures = this.gathered(|place| below.row_of(place));
    let shown = |code: &Code| below.shows_empty(*code) || figures.contains_key(code);
    let ranked = |code: Code| {
        let cohort = figures.get(&code).copied().unwrap_or_default().ranked_cohort();
        Ranked::of(code.to_string(), divisions.name(code), cohort)
    };
    rank(below.codes.iter().copied().filter(shown).map(ranked).collect())
}

/// The lists of cases behind the terms of the balance, as of the same instant: where the period
/// runs on, they stay what the figures count.
fn lists(period: &Period, scope: Code, as_of: DateTime<Utc>) -> BTreeMap<String, String> {
    let (kind, name) = (period.kind.name(), period.name());
    // To the microsecond, and without a sign that a query would have to hide.
    let as_of = as_of.to_rfc3339_opts(SecondsFormat::Micros, true);
    let link = |term: &str| {
        let query = format!("kind={kind}&period={name}&scope={scope}&as_of={as_of}");
        (term.to_owned(), format!("/api/v1/balance/{term}?{query}"))
    };
    BALANCE_LISTS.map(link).into_iter().collect()
}
