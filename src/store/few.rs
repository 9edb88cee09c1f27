//! Where only few cases can be meant, these are looked up first and asked about one by one.
//!
//! A list is newest first, and neither database knows how to find the newest of those few that lie
//! in one county or that are late: it goes through all cases until a page is full, which a county's
//! desk would wait for, or sorts more than a page needs. So each condition with an index of its own
//! is asked for its cases, up to a bound, and those that all of them name are the ones to go on with.
//! A condition with more cases than that is met soon by going through all.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::areas::Areas;
use super::cases::{CaseFilter, WaitsFor};
use super::error::StoreError;
use super::holds::Held;
use super::schema::{case_units, cases, duties, holds, tips};
use super::scope::{Reach, Scope};
use super::session::Reader;

/// Most cases that are few. Of a million, one in sixty then fits: to gather so many numbers takes about
/// as long as to go through the cases until a page is full.
const MAX_FEW: usize = 16_384;
/// The same, and one that says that there are more.
const MORE: i64 = 16_385;

/// Numbers of cases, complete or cut off.
type Numbers = Vec<String>;

impl Reader<'_> {
    /// Few cases, newest first, outside of which none within the scope fits the filter; `None` where
    /// no condition leaves so few.
    pub(super) fn few(
        &mut self,
        scope: &Scope,
        filter: &CaseFilter,
        after: Option<&str>,
    ) -> Result<Option<Numbers>, StoreError> {
        let mut lists: Vec<Numbers> = Vec::new();
        if let Some(number) = &filter.number {
            lists.push(self.numbered(number)?);
        }
        if let Some(waits_for) = &filter.waits_for {
            lists.push(self.waiting_for(waits_for)?);
        }
        if let Held::Only(group) = &filter.held {
            lists.push(self.held_in(group)?);
        }
        if filter.overdue_at.is_some() {
            lists.push(self.late(filter)?);
        }
        if filter.from.is_some() || filter.to.is_some() {
            lists.push(self.opened(filter)?);
        }
        if let Some(places) = &filter.places {
            lists.push(self.lying_in(std::slice::from_ref(places))?);
        }
        if let Reach::Unit(view) = &scope.reach
            && !is_everywhere(scope)
        {
            let Areas { ranges, .. } = &view.places;
            let mut seen = self.lying_in(ranges)?;
            if seen.len() <= MAX_FEW {
                seen.extend(self.held_by(&view.units)?);
            }
            lists.push(seen);
        }
        let mut lists = lists.into_iter().filter(|list| list.len() <= MAX_FEW);
        let Some(first) = lists.next() else { return Ok(None) };
        let mut few: BTreeSet<String> = first.into_iter().collect();
        for list in lists {
            few = list.into_iter().filter(|no| few.contains(no)).collect();
        }
        let before = |no: &String| after.is_none_or(|after| no.as_str() < after);
        Ok(Some(few.into_iter().rev().filter(before).collect()))
    }

    fn numbered(&mut self, number: &str) -> Result<Numbers, StoreError> {
        let of_tip = tips::table.find(number).select(tips::case_no);
        let mut found: Numbers = of_tip.load(self.conn)?;
        found.push(number.to_owned());
        Ok(found)
    }

    fn waiting_for(&mut self, waits_for: &WaitsFor) -> Result<Numbers, StoreError> {
        let WaitsFor { unit, state, .. } = waits_for;
        let owed = duties::table
            .filter(duties::owner.eq(unit))
            .filter(duties::status.eq("open"))
            .select(duties::case_no)
            .limit(MORE);
        let mut found: Numbers = owed.load(self.conn)?;
        if let Some(state) = state {
            let next = cases::table
                .filter(cases::holder.eq(unit))
                .filter(cases::state.eq(state))
                .select(cases::no)
                .limit(MORE);
            found.extend(next.load::<String>(self.conn)?);
        }
        Ok(found)
    }

    fn held_in(&mut self, group: &str) -> Result<Numbers, StoreError> {
        let held = holds::table
            .filter(holds::group_key.eq(group))
            .filter(holds::released_at.is_null())
            .select(holds::case_no)
            .limit(MORE);
        Ok(held.load(self.conn)?)
    }

    fn late(&mut self, filter: &CaseFilter) -> Result<Numbers, StoreError> {
        let late = duties::table
            .filter(duties::status.eq("open"))
            .filter(duties::due_at.lt(filter.overdue_at.map(|now| now.naive_utc())))
            .order(duties::due_at.asc())
            .select(duties::case_no)
            .limit(MORE);
        Ok(late.load(self.conn)?)
    }

    fn opened(&mut self, filter: &CaseFilter) -> Result<Numbers, StoreError> {
        let mut opened = cases::table.into_boxed();
        if let Some(from) = filter.from {
            opened = opened.filter(cases::opened_at.ge(from.naive_utc()));
        }
        if let Some(to) = filter.to {
            opened = opened.filter(cases::opened_at.lt(to.naive_utc()));
        }
        let opened = opened.order(cases::opened_at.desc()).select(cases::no).limit(MORE);
        Ok(opened.load(self.conn)?)
    }

    /// In order of place, which is that of the index: otherwise the planner may take the whole table.
    fn lying_in(&mut self, ranges: &[(String, String)]) -> Result<Numbers, StoreError> {
        let mut found = Numbers::new();
        for (low, high) in ranges {
            let there = cases::table
                .filter(cases::place.ge(low))
                .filter(cases::place.lt(high))
                .order((cases::place.asc(), cases::no.asc()))
                .select(cases::no)
                .limit(MORE);
            found.extend(there.load::<String>(self.conn)?);
            if found.len() > MAX_FEW {
                break;
            }
        }
        Ok(found)
    }

    fn held_by(&mut self, units: &[String]) -> Result<Numbers, StoreError> {
        let mut found = Numbers::new();
        for unit in units {
            let held = case_units::table
                .filter(case_units::unit.eq(unit))
                .order((case_units::unit.desc(), case_units::case_no.desc()))
                .select(case_units::case_no)
                .limit(MORE);
            found.extend(held.load::<String>(self.conn)?);
        }
        Ok(found)
    }
}

/// Whether a scope leaves out nothing by place.
fn is_everywhere(scope: &Scope) -> bool {
    match &scope.reach {
        Reach::Unit(view) => view.places.is_whole(),
        Reach::Everything | Reach::Nothing => true,
    }
}
