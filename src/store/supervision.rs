//! What supervision looks at: cases listed now, live ones that may be, what is overdue, and the
//! listings that everybody may read.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::cases::{CaseRow, DutyRow, visible, within};
use super::error::StoreError;
use super::holds::{self, Held};
use super::schema::{case_recusals, case_units, cases, duties, listings, tip_words, tips};
use super::scope::{Reach, Scope, View};
use super::session::Reader;
use crate::clock::Instant;

/// A listing as everybody may know it.
#[derive(Clone, Debug, Queryable)]
pub struct ListingRow {
    /// Its place in the log.
    pub pos: i64,
    /// The case.
    pub case_no: String,
    /// Where the case is.
    pub place: String,
    /// What it is.
    pub category: String,
    /// The situation.
    pub situation: String,
    /// The unit that listed.
    pub unit: String,
    at: NaiveDateTime,
    lifted_at: Option<NaiveDateTime>,
}

impl ListingRow {
    /// When it was listed.
    pub fn at(&self) -> Instant {
        self.at.and_utc()
    }

    /// When the listing was lifted.
    pub fn lifted_at(&self) -> Option<Instant> {
        self.lifted_at.map(|at| at.and_utc())
    }
}

/// The open listing of a case.
macro_rules! lift {
    () => {
        duties::table
            .filter(duties::case_no.eq(cases::no))
            .filter(duties::kind.eq("lift"))
            .filter(duties::status.eq("open"))
    };
}

/// Duties that block, are another's to do, and are late, with their cases.
macro_rules! late {
    ($now:expr) => {
        duties::table
            .inner_join(cases::table.on(cases::no.eq(duties::case_no)))
            .filter(duties::status.eq("open"))
            .filter(duties::blocking.eq(true))
            .filter(duties::paused.eq(false))
            .filter(duties::kind.ne_all(["supplement", "lift"]))
            .filter(duties::due_at.lt($now.naive_utc()))
    };
}

impl Reader<'_> {
    /// Cases within the scope that are listed now, newest first.
    pub fn listed_now(&mut self, scope: &Scope, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
        let listed = visible(scope).filter(exists(lift!())).order(cases::no.desc()).limit(limit);
        Ok(listed.select(CaseRow::as_select()).load(self.conn)?)
    }

    /// Cases within the scope that go on and are not listed, newest first; held ones left out.
    pub fn unlisted(&mut self, scope: &Scope, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
        let live = holds::narrowed(visible(scope), Held::Without)
            .filter(cases::stage.eq_any(["pending", "open"]))
            .filter(not(exists(lift!())))
            .order(cases::no.desc())
            .limit(limit);
        Ok(live.select(CaseRow::as_select()).load(self.conn)?)
    }

    /// Overdue duties that keep cases within the scope from closing, the most overdue first. What the
    /// informant owes is left out, and so is the lifting, which is the supervisor's own.
    pub fn overdue_blocking(
        &mut self,
        scope: &Scope,
        now: Instant,
        limit: i64,
    ) -> Result<Vec<(CaseRow, DutyRow)>, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(Vec::new()) };
        let late = late!(now)
            .filter(within!(view))
            .order((duties::due_at.asc(), duties::case_no.asc(), duties::no.asc()))
            .limit(limit);
        Ok(late.select((CaseRow::as_select(), DutyRow::as_select())).load(self.conn)?)
    }

    /// How many of them there are; counting stops at `most`.
    pub fn count_overdue_blocking(
        &mut self,
        scope: &Scope,
        now: Instant,
        most: i64,
    ) -> Result<usize, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(0) };
        let late = late!(now).filter(within!(view)).limit(most).select(duties::no);
        Ok(late.load::<i32>(self.conn)?.len())
    }

    /// What informants wrote about several cases, supplements and merged tips included: the case that
    /// carries it, and a text.
    pub fn accounts(&mut self, cases: &[CaseRow]) -> Result<Vec<(String, String)>, StoreError> {
        let numbers: Vec<&str> = cases.iter().map(|case| case.no.as_str()).collect();
        let rows: Vec<(String, Option<String>, String, Option<String>)> = tip_words::table
            .inner_join(tips::table.on(tips::number.eq(tip_words::tip)))
            .inner_join(cases::table.on(cases::no.eq(tips::case_no)))
            .filter(cases::carrier.eq_any(numbers))
            .select((cases::carrier, tip_words::title, tip_words::text, tip_words::place_text))
            .load(self.conn)?;
        let texts = rows.into_iter().flat_map(|(no, title, text, place)| {
            let said = title.into_iter().chain([text]).chain(place);
            said.map(move |said| (no.clone(), said)).collect::<Vec<_>>()
        });
        Ok(texts.collect())
    }

    /// Listings of all times, newest first, those before a place in the log: for everybody, so
    /// without a scope, and without anything but what is published. A case from which a unit is kept
    /// away is not: the unit would read of it here.
    pub fn listings(
        &mut self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ListingRow>, StoreError> {
        let kept_away = case_recusals::table.filter(case_recusals::case_no.eq(listings::case_no));
        let all = listings::table
            .inner_join(cases::table.on(cases::no.eq(listings::case_no)))
            .filter(not(exists(kept_away)))
            .filter(listings::pos.lt(before.unwrap_or(i64::MAX)))
            .order(listings::pos.desc())
            .limit(limit)
            .select((
                listings::pos,
                listings::case_no,
                cases::place,
                cases::category,
                listings::situation,
                listings::unit,
                listings::at,
                listings::lifted_at,
            ));
        Ok(all.load(self.conn)?)
    }

    /// The duties to lift the listings of these cases, ended ones included: case and duty.
    pub fn lifts(&mut self, cases: &[String]) -> Result<Vec<(String, DutyRow)>, StoreError> {
        let lifts = duties::table
            .filter(duties::case_no.eq_any(cases.to_vec()))
            .filter(duties::kind.eq("lift"));
        Ok(lifts.select((duties::case_no, DutyRow::as_select())).load(self.conn)?)
    }
}
