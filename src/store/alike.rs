//! Cases that may be about one matter: found by index, seen through a scope, bounded. What lies in
//! a flood that is held apart is left out.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::cases::{CaseRow, Query, visible};
use super::each::Each;
use super::error::StoreError;
use super::holds::{self, Held};
use super::schema::{cases, tip_words, tips};
use super::scope::Scope;
use super::session::Reader;
use super::tips::{StoredWords, TipRow, title_of};
use crate::calendar::zone;
use crate::clock::Instant;
use crate::intake::likeness::Area;
use crate::intake::tip::Words;

/// Most tips that are read for one list of cases.
const MAX_TIPS: i64 = 1_000;

/// By what cases are found.
#[derive(Clone, Debug)]
pub enum By {
    /// All whose place lies in a half-open range of codes.
    Places((String, String)),
    /// A point of a tip within a box.
    Area(Area),
    /// The accused by name as compared, and in which places; anywhere without any.
    Accused(String, Option<(String, String)>),
    /// The same words, as compared, for a place of this code.
    PlaceWords(String, String),
}

/// Which of the cases found are wanted: the newest, and how many.
#[derive(Clone, Debug)]
pub struct Newest {
    /// Opened at or after.
    pub since: Option<Instant>,
    /// With a number before this one.
    pub before: Option<String>,
    /// No more than so many.
    pub limit: i64,
}

/// What an informant said when a tip came in.
pub struct Said {
    /// The case of the tip.
    pub case_no: String,
    /// The words.
    pub words: Words,
    /// The day of the matter, or else that of the tip.
    pub on: NaiveDate,
}

#[derive(Queryable)]
struct SaidRow {
    case_no: String,
    occurred_on: Option<String>,
    received_at: NaiveDateTime,
    title: Option<String>,
    text: String,
    place_text: Option<String>,
    accused: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
}

impl Said {
    /// What was said in a tip when it came in.
    pub(super) fn of(tip: &TipRow, words: &StoredWords) -> Said {
        Said {
            case_no: tip.case_no.clone(),
            on: day_of(tip.occurred_on.as_deref(), tip.received_at()),
            words: Words {
                title: words.title.clone(),
                text: words.text.clone(),
                place_text: words.place_text.clone(),
                accused: words.accused.clone(),
                point: words.lon.zip(words.lat),
            },
        }
    }

    /// Its title; of an untitled tip the beginning of its account.
    pub fn title(&self) -> String {
        title_of(self.words.title.clone(), &self.words.text)
    }
}

/// The day of the matter, or else that of the tip.
fn day_of(occurred_on: Option<&str>, received_at: Instant) -> NaiveDate {
    occurred_on.and_then(zone::parse_date).unwrap_or_else(|| zone::date_of(received_at))
}

impl SaidRow {
    fn read(self) -> Said {
        Said {
            on: day_of(self.occurred_on.as_deref(), self.received_at.and_utc()),
            case_no: self.case_no,
            words: Words {
                title: self.title,
                text: self.text,
                place_text: self.place_text,
                accused: self.accused,
                point: self.lon.zip(self.lat),
            },
        }
    }
}

impl Reader<'_> {
    /// Cases found by each of some marks, in no order: one statement, however many marks there are.
    pub fn cases_by(
        &mut self,
        scope: &Scope,
        marks: &[(By, Newest)],
    ) -> Result<Vec<Vec<CaseRow>>, StoreError> {
        let mut found: Vec<Vec<CaseRow>> = marks.iter().map(|_| Vec::new()).collect();
        let each = (0i32..).zip(marks).map(|(at, (by, newest))| {
            newest_of(scope, by, newest).select((at.into_sql::<Integer>(), CaseRow::as_select()))
        });
        let rows: Vec<(i32, CaseRow)> = match marks {
            [] => Vec::new(),
            _ => Each(each.collect()).load(self.conn)?,
        };
        for (at, row) in rows {
            if let Some(by_mark) = usize::try_from(at).ok().and_then(|at| found.get_mut(at)) {
                by_mark.push(row);
            }
        }
        Ok(found)
    }

    /// What was said in the tips of several cases when they came in.
    pub fn said(&mut self, cases: &[CaseRow]) -> Result<Vec<Said>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        let rows: Vec<SaidRow> = tips::table
            .inner_join(tip_words::table.on(tip_words::entry_id.eq(tips::entry_id)))
            .filter(tips::case_no.eq_any(numbers))
            .select((
                tips::case_no,
                tips::occurred_on,
                tips::received_at,
                tip_words::title,
                tip_words::text,
                tip_words::place_text,
                tip_words::accused,
                tip_words::lon,
                tip_words::lat,
            ))
            .order(tips::number.desc())
            .limit(MAX_TIPS)
            .load(self.conn)?;
        Ok(rows.into_iter().map(SaidRow::read).collect())
    }
}

/// The newest cases with a mark.
fn newest_of<'a>(scope: &Scope, by: &By, newest: &Newest) -> Query<'a> {
    let mut query = marked(holds::narrowed(visible(scope), Held::Without), by);
    if let Some(since) = newest.since {
        query = query.filter(cases::opened_at.ge(since.naive_utc()));
    }
    if let Some(before) = newest.before.clone() {
        query = query.filter(cases::no.lt(before));
    }
    query.order(cases::no.desc()).limit(newest.limit)
}

/// Cases with a mark. The mark is looked up first and its cases then: a list of numbers leads the
/// planner of either database to the primary key, a condition on each case would not.
fn marked<'a>(query: Query<'a>, by: &By) -> Query<'a> {
    let said = tip_words::table.inner_join(tips::table.on(tips::number.eq(tip_words::tip)));
    let within = |query: Query<'a>, (low, high): &(String, String)| {
        query.filter(cases::place.ge(low.clone())).filter(cases::place.lt(high.clone()))
    };
    match by {
        By::Places(places) => within(query, places),
        By::Area(Area { lat, lon }) => {
            let inside = said
                .filter(tip_words::lat.between(lat.0, lat.1))
                .filter(tip_words::lon.between(lon.0, lon.1));
            query.filter(cases::no.eq_any(inside.select(tips::case_no)))
        }
        By::Accused(key, places) => {
            let named = said.filter(tip_words::accused_key.eq(key.clone())).select(tips::case_no);
            let found = query.filter(cases::no.eq_any(named));
            places.iter().fold(found, within)
        }
        By::PlaceWords(place, key) => {
            let named = said.filter(tip_words::place_key.eq(key.clone())).select(tips::case_no);
            query.filter(cases::place.eq(place.clone())).filter(cases::no.eq_any(named))
        }
    }
}
