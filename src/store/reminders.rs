//! Duties that letters speak of: those whose date is near or past, and what waits for a person.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::cases::within;
use super::error::StoreError;
use super::schema::{case_recusals, case_units, cases, duties, duty_tellings};
use super::scope::{Reach, Scope, View};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// An open duty with a date, and the case that it belongs to.
#[derive(Clone, Debug, Queryable)]
pub struct DueDuty {
    /// The case.
    pub case_no: String,
    /// Number within the case.
    pub no: i32,
    /// What is owed.
    pub kind: String,
    /// By which unit.
    pub owner: String,
    opened_at: NaiveDateTime,
    due_at: Option<NaiveDateTime>,
}

impl DueDuty {
    /// When it was opened.
    pub fn opened_at(&self) -> Instant {
        self.opened_at.and_utc()
    }

    /// The last second in time.
    pub fn due_at(&self) -> Option<Instant> {
        self.due_at.map(|at| at.and_utc())
    }
}

/// Whose duties are asked for: those that a unit owes, of some kinds.
#[derive(Clone, Debug)]
pub struct Owing {
    /// The unit.
    pub unit: String,
    /// The kinds.
    pub kinds: Vec<String>,
}

/// What waits for a person: how much of it, and the beginning of the list.
#[derive(Clone, Debug, Default)]
pub struct Owed {
    /// How many duties are open.
    pub open: i64,
    /// How many of them are past their date.
    pub overdue: i64,
    /// The first of them, soonest due first, those without a date last.
    pub first: Vec<DueDuty>,
}

/// The open duties that a unit owes, within its own view.
macro_rules! owed {
    ($view:expr, $owing:expr) => {
        duties::table
            .inner_join(cases::table.on(cases::no.eq(duties::case_no)))
            .filter(duties::status.eq("open"))
            .filter(duties::owner.eq($owing.unit.clone()))
            .filter(duties::kind.eq_any($owing.kinds.clone()))
            // A duty without a rule waits for something else to happen first.
            .filter(duties::rule.ne(""))
            .filter(duties::paused.eq(false))
            .filter(within!($view))
    };
}

impl Reader<'_> {
    /// Open duties with a date after `from` and up to `to` of which a rung of the ladder has not
    /// spoken yet, soonest due first; for the service's own schedule. What the informant owes is
    /// left out.
    pub fn untold_duties(
        &mut self,
        rung: &str,
        from: Instant,
        to: Instant,
        limit: i64,
    ) -> Result<Vec<DueDuty>, StoreError> {
        let told = duty_tellings::table
            .filter(duty_tellings::case_no.eq(duties::case_no))
            .filter(duty_tellings::duty_no.eq(duties::no))
            .filter(duty_tellings::rung.eq(rung.to_owned()))
            .filter(duties::due_at.eq(duty_tellings::due_at.nullable()));
        let due = duties::table
            .filter(duties::status.eq("open"))
            .filter(duties::paused.eq(false))
            .filter(duties::kind.ne("supplement"))
            .filter(duties::due_at.gt(from.naive_utc()))
            .filter(duties::due_at.le(to.naive_utc()))
            .filter(not(exists(told)))
            .order((duties::due_at.asc(), duties::case_no.asc(), duties::no.asc()))
            .limit(limit)
            .select((
                duties::case_no,
                duties::no,
                duties::kind,
                duties::owner,
                duties::opened_at,
                duties::due_at,
            ));
        Ok(due.load(self.conn)?)
    }

    /// What a unit owes within a scope, of some kinds; `limit` bounds the list, not the counts.
    pub fn owed(
        &mut self,
        scope: &Scope,
        owing: &Owing,
        now: Instant,
        limit: i64,
    ) -> Result<Owed, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(Owed::default()) };
        let late = owed!(view, owing).filter(duties::due_at.lt(now.naive_utc()));
        let first = owed!(view, owing)
            .order((
                duties::due_at.is_null().asc(),
                duties::due_at.asc(),
                duties::case_no.asc(),
                duties::no.asc(),
            ))
            .limit(limit)
            .select((
                duties::case_no,
                duties::no,
                duties::kind,
                duties::owner,
                duties::opened_at,
                duties::due_at,
            ));
        Ok(Owed {
            open: owed!(view, owing).count().get_result(self.conn)?,
            overdue: late.count().get_result(self.conn)?,
            first: first.load(self.conn)?,
        })
    }

    /// The units kept away from these cases as it stands now: case and unit.
    pub fn recused(&mut self, cases: Vec<String>) -> Result<Vec<(String, String)>, StoreError> {
        let rows = case_recusals::table.filter(case_recusals::case_no.eq_any(cases));
        Ok(rows.select((case_recusals::case_no, case_recusals::unit)).load(self.conn)?)
    }
}

impl Tx<'_> {
    /// Notes that a rung of the ladder has spoken of a duty with this date; `Taken` where it has.
    pub fn duty_told(&mut self, duty: &DueDuty, rung: &str, at: Instant) -> Result<(), StoreError> {
        let Some(due_at) = duty.due_at else { return Ok(()) };
        diesel::insert_into(duty_tellings::table)
            .values((
                duty_tellings::case_no.eq(&duty.case_no),
                duty_tellings::duty_no.eq(duty.no),
                duty_tellings::rung.eq(rung),
                duty_tellings::due_at.eq(due_at),
                duty_tellings::told_at.eq(at.naive_utc()),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
