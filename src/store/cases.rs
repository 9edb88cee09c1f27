//! Cases and their duties as they stand, seen through a scope.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::campaigns;
use super::connection::MultiBackend;
use super::error::StoreError;
use super::holds::{self, Held};
use super::schema::{case_recusals, case_units, cases, duties, tips};
use super::scope::{Reach, Scope, View};
use super::session::Reader;
use crate::clock::Instant;
use crate::intake::Sought;
use crate::place::Code;

/// A case as it stands. Only a query with a [`Scope`] makes one, so holding it proves that the
/// viewer may see the case; what belongs to the case is asked for with it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct CaseRow {
    /// Its number.
    pub no: String,
    /// Number of its last entry.
    pub last_seq: i32,
    /// The label computed from its duties.
    pub state: String,
    /// The unit that holds it.
    pub holder: String,
    /// Where it is.
    pub place: String,
    /// What it is.
    pub category: String,
    /// How pressing it is.
    pub severity: String,
    /// The case that carries its tips: itself, or the one that it was merged into.
    pub carrier: String,
    opened_at: NaiveDateTime,
    changed_at: NaiveDateTime,
}

impl CaseRow {
    /// When it was opened.
    pub fn opened_at(&self) -> Instant {
        self.opened_at.and_utc()
    }

    /// When its last entry was written.
    pub fn changed_at(&self) -> Instant {
        self.changed_at.and_utc()
    }
}

/// A duty as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = duties)]
pub struct DutyRow {
    /// Number within the case.
    pub no: i32,
    /// What is owed.
    pub kind: String,
    /// By which unit.
    pub owner: String,
    /// The tip to be answered.
    pub tip: Option<String>,
    opened_at: NaiveDateTime,
    due_at: Option<NaiveDateTime>,
    /// By which rule.
    pub rule: String,
    /// Whether it keeps the case from closing.
    pub blocking: bool,
    /// Whether its clock stands still.
    pub paused: bool,
    /// `open`, `discharged` or `lapsed`.
    pub status: String,
    ended_at: Option<NaiveDateTime>,
}

impl DutyRow {
    /// When it was opened.
    pub fn opened_at(&self) -> Instant {
        self.opened_at.and_utc()
    }

    /// The last second in time.
    pub fn due_at(&self) -> Option<Instant> {
        self.due_at.map(|at| at.and_utc())
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Instant> {
        self.ended_at.map(|at| at.and_utc())
    }
}

/// What a list of cases is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// A state.
    pub state: Option<String>,
    /// A holding unit.
    pub unit: Option<String>,
    /// Half-open range of places.
    pub places: Option<(String, String)>,
    /// A category.
    pub category: Option<String>,
    /// How pressing it is.
    pub severity: Option<String>,
    /// With a duty past its date at this instant.
    pub overdue_at: Option<Instant>,
    /// Of this case or tip, by its number.
    pub number: Option<String>,
    /// With these words in a tip: title, account, place, accused.
    pub words: Option<Sought>,
    /// Opened at or after.
    pub from: Option<Instant>,
    /// Opened before.
    pub to: Option<Instant>,
    /// Whether held or not; by default those that are not.
    pub held: Held,
    /// Of a campaign.
    pub campaign: Option<String>,
    /// That wait for somebody: with an open duty of these kinds owed by the unit.
    pub waits_for: Option<WaitsFor>,
}

/// Whose turn it is.
#[derive(Clone, Debug, Default)]
pub struct WaitsFor {
    /// The unit that owes the duty.
    pub unit: String,
    /// Kinds of duty that the person may discharge.
    pub duties: Vec<String>,
    /// A state in which the holder's next step is owed by no duty: asking for the closing.
    pub state: Option<String>,
}

pub(super) type Query<'a> = cases::BoxedQuery<'a, MultiBackend>;

/// Whether a case is within a unit's view: the one place that says so. A macro, for an expression of
/// so many parts has no name that could be written down, and a boxed query cannot stand in another.
macro_rules! within {
    ($view:expr) => {{
        let View { units, places, barred_by } = View::clone($view);
        let below = crate::store::areas::lies_in!(cases::place, places);
        let held = case_units::table
            .filter(case_units::case_no.eq(cases::no))
            .filter(case_units::unit.eq_any(units));
        let kept_away = case_recusals::table
            .filter(case_recusals::case_no.eq(cases::no))
            .filter(case_recusals::unit.eq_any(barred_by));
        below.or(exists(held)).and(not(exists(kept_away)))
    }};
}
pub(super) use within;

/// The cases within a scope.
pub(super) fn visible<'a>(scope: &Scope) -> Query<'a> {
    let all = cases::table.into_boxed();
    match &scope.reach {
        Reach::Everything => all,
        Reach::Nothing => all.filter(cases::no.eq("")),
        Reach::Unit(view) => all.filter(within!(view)),
    }
}

impl Reader<'_> {
    /// A case within the scope; the same `None` for what is not there and what is not yours.
    pub fn case(&mut self, scope: &Scope, no: &str) -> Result<Option<CaseRow>, StoreError> {
        let found = visible(scope)
            .filter(cases::no.eq(no.to_owned()))
            .select(CaseRow::as_select())
            .first(self.conn)
            .optional()?;
        Ok(found)
    }

    /// Cases within the scope that fit the filter, newest first, by going through the cases; what is
    /// written in them is not asked for.
    pub(super) fn cases_that(
        &mut self,
        scope: &Scope,
        filter: CaseFilter,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CaseRow>, StoreError> {
        let mut query = narrowed(visible(scope), filter);
        if let Some(after) = after {
            query = query.filter(cases::no.lt(after.to_owned()));
        }
        let query = query.order(cases::no.desc()).limit(limit);
        Ok(query.select(CaseRow::as_select()).load(self.conn)?)
    }

    /// Those of some numbers that are cases within the scope.
    pub fn those_of(
        &mut self,
        scope: &Scope,
        numbers: &[String],
    ) -> Result<Vec<String>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let found = visible(scope).filter(cases::no.eq_any(numbers.to_vec())).select(cases::no);
        Ok(found.load(self.conn)?)
    }

    /// The duties of a case, ended ones included, in order of number.
    pub fn duties(&mut self, case: &CaseRow) -> Result<Vec<DutyRow>, StoreError> {
        let all = duties::table.filter(duties::case_no.eq(&case.no)).order(duties::no.asc());
        Ok(all.select(DutyRow::as_select()).load(self.conn)?)
    }

    /// The open duties of several cases, soonest first; those without a date last.
    pub fn open_duties(&mut self, cases: &[CaseRow]) -> Result<Vec<(String, DutyRow)>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        let open = duties::table
            .filter(duties::case_no.eq_any(numbers))
            .filter(duties::status.eq("open"))
            .order((duties::due_at.is_null().asc(), duties::due_at.asc(), duties::no.asc()));
        Ok(open.select((duties::case_no, DutyRow::as_select())).load(self.conn)?)
    }

    /// Open duties of some kinds whose date is past, by case and number, for the service's own
    /// schedule.
    pub fn overdue_of(
        &mut self,
        kinds: &[&str],
        now: Instant,
        limit: i64,
    ) -> Result<Vec<(String, i32)>, StoreError> {
        let due = duties::table
            .filter(duties::status.eq("open"))
            .filter(duties::kind.eq_any(kinds.to_vec()))
            .filter(duties::due_at.lt(now.naive_utc()))
            .order(duties::due_at.asc())
            .limit(limit);
        Ok(due.select((duties::case_no, duties::no)).load(self.conn)?)
    }

    /// Numbers of cases with a running clock past a number, for the service's own schedule.
    pub fn cases_with_clocks_after(
        &mut self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let clocks = duties::table
            .filter(duties::case_no.eq(cases::no))
            .filter(duties::status.eq("open"))
            .filter(duties::paused.eq(false))
            .filter(duties::rule.ne(""));
        let found = cases::table
            .filter(cases::no.gt(after.to_owned()))
            .filter(exists(clocks))
            .order(cases::no.asc())
            .limit(limit);
        Ok(found.select(cases::no).load(self.conn)?)
    }

    /// Live cases that a unit holds, or to which it owes an open duty, in order of number, for the
    /// service's own schedule: what its successor takes over.
    pub fn cases_left_with(&mut self, unit: Code, limit: i64) -> Result<Vec<String>, StoreError> {
        let unit = unit.to_string();
        let owed = duties::table
            .filter(duties::owner.eq(unit.clone()))
            .filter(duties::status.eq("open"))
            .select(duties::case_no)
            .distinct()
            .order(duties::case_no.asc())
            .limit(limit);
        let held = cases::table
            .filter(cases::holder.eq(unit))
            .filter(cases::stage.eq_any(["pending", "open"]))
            .order(cases::no.asc())
            .limit(limit)
            .select(cases::no);
        let mut found: Vec<String> = owed.load(self.conn)?;
        found.extend(held.load::<String>(self.conn)?);
        found.sort_unstable();
        found.dedup();
        found.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(found)
    }

    /// The highest case number, by which numbering goes on after a start.
    pub fn last_case_no(&mut self) -> Result<Option<String>, StoreError> {
        Ok(cases::table.select(cases::no).order(cases::no.desc()).first(self.conn).optional()?)
    }
}

/// A query narrowed to what a filter leaves, its words left out: they are read, not asked for.
pub(super) fn narrowed<'a>(query: Query<'a>, filter: CaseFilter) -> Query<'a> {
    let mut query = holds::narrowed(query, filter.held);
    if let Some(campaign) = filter.campaign {
        query = campaigns::narrowed(query, campaign);
    }
    if let Some(state) = filter.state {
        query = query.filter(cases::state.eq(state));
    }
    if let Some(unit) = filter.unit {
        query = query.filter(cases::holder.eq(unit));
    }
    if let Some((low, high)) = filter.places {
        query = query.filter(cases::place.ge(low)).filter(cases::place.lt(high));
    }
    if let Some(category) = filter.category {
        query = query.filter(cases::category.eq(category));
    }
    if let Some(severity) = filter.severity {
        query = query.filter(cases::severity.eq(severity));
    }
    if let Some(from) = filter.from {
        query = query.filter(cases::opened_at.ge(from.naive_utc()));
    }
    if let Some(to) = filter.to {
        query = query.filter(cases::opened_at.lt(to.naive_utc()));
    }
    if let Some(now) = filter.overdue_at {
        let late = duties::table
            .filter(duties::case_no.eq(cases::no))
            .filter(duties::status.eq("open"))
            .filter(duties::paused.eq(false))
            .filter(duties::due_at.lt(now.naive_utc()));
        query = query.filter(exists(late));
    }
    if let Some(number) = filter.number {
        let tip =
            tips::table.filter(tips::case_no.eq(cases::no)).filter(tips::number.eq(number.clone()));
        query = query.filter(cases::no.eq(number).or(exists(tip)));
    }
    if let Some(WaitsFor { unit, duties: kinds, state }) = filter.waits_for {
        let owed = duties::table
            .filter(duties::case_no.eq(cases::no))
            .filter(duties::status.eq("open"))
            .filter(duties::owner.eq(unit.clone()))
            // A duty without a rule waits for something else to happen first.
            .filter(duties::rule.ne(""))
            .filter(duties::kind.eq_any(kinds));
        let next = cases::holder.eq(unit).and(cases::state.eq(state.unwrap_or_default()));
        query = query.filter(exists(owed).or(next));
    }
    query
}
