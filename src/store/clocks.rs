//! The clocks of duties as the log tells them.
//!
//! Each date that a duty had is a row from when to when it held, so that what was late at the end of
//! a period stays late, whatever date the duty got afterwards.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::entries::number;
use super::error::StoreError;
use super::schema::{movements, obligations};
use super::session::Tx;
use crate::calendar::Workdays;
use crate::ledger::duty::Status;
use crate::ledger::{Act, Effect, Entry};
use crate::trend::step::late_from;
use crate::trend::working_days_saved;

/// How a row ends whose duty goes on under another date.
const CHANGED: &str = "changed";

/// A duty's row in force.
#[derive(Queryable, Selectable)]
#[diesel(table_name = obligations)]
struct Running {
    turn: i32,
    kind: String,
    about: Option<i32>,
    owner: String,
    place: String,
    late_from: Option<NaiveDateTime>,
}

impl Tx<'_> {
    /// Takes what an entry does to a duty.
    pub(super) fn oblige(
        &mut self,
        entry: &Entry,
        effect: &Effect,
        workdays: &Workdays,
    ) -> Result<(), StoreError> {
        match effect {
            Effect::Open { no, duty, owner, of, due, .. } => {
                let late = self.late(entry, *due)?;
                diesel::insert_into(obligations::table)
                    .values((
                        obligations::case_no.eq(&entry.case),
                        obligations::no.eq(number(*no)),
                        obligations::turn.eq(1),
                        obligations::kind.eq(duty.name()),
                        obligations::about.eq(of.map(number)),
                        obligations::owner.eq(owner.to_string()),
                        obligations::place.eq(entry.is.place.to_string()),
                        obligations::opened_at.eq(entry.recorded_at.naive_utc()),
                        obligations::late_from.eq(late),
                        obligations::status.eq(Status::Open.name()),
                    ))
                    .execute(self.conn)?;
            }
            Effect::Discharge { no } => {
                self.end_clock(entry, *no, Status::Discharged.name(), Some(workdays))?;
            }
            Effect::Lapse { no } => self.end_clock(entry, *no, Status::Lapsed.name(), None)?,
            // A clock that stands still cannot run out; it gets a new date when it goes on.
            Effect::Pause { no } => self.turn_clock(entry, *no, None)?,
            Effect::Clock { no, due, .. } => {
                let late = self.late(entry, *due)?;
                self.turn_clock(entry, *no, late)?;
            }
            Effect::Hand { no, owner } => {
                let row = obligations::table
                    .filter(obligations::case_no.eq(&entry.case))
                    .filter(obligations::no.eq(number(*no)))
                    .filter(obligations::ended_at.is_null());
                let set = obligations::owner.eq(owner.to_string());
                diesel::update(row).set(set).execute(self.conn)?;
            }
            Effect::Recuse { .. }
            | Effect::Lift { .. }
            | Effect::Join { .. }
            | Effect::Part { .. } => {}
        }
        Ok(())
    }

    fn running(&mut self, entry: &Entry, no: u32) -> Result<Option<Running>, StoreError> {
        let found = obligations::table
            .filter(obligations::case_no.eq(&entry.case))
            .filter(obligations::no.eq(number(no)))
            .filter(obligations::ended_at.is_null())
            .select(Running::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// Ends a duty; with a calendar it is also kept how many working days were left.
    fn end_clock(
        &mut self,
        entry: &Entry,
        no: u32,
        status: &str,
        workdays: Option<&Workdays>,
    ) -> Result<(), StoreError> {
        let Some(running) = self.running(entry, no)? else { return Ok(()) };
        // What an old ledger says was done was done by no clock of ours.
        let imported = entry.act == Act::Imported;
        let late = running.late_from.filter(|_| !imported);
        // Late from a second past the due date.
        let due = late.map(|late| (late - Duration::seconds(1)).and_utc());
        let saved = workdays
            .zip(due)
            .and_then(|(workdays, due)| working_days_saved(workdays, entry.recorded_at, due));
        let set = (
            obligations::status.eq(status),
            obligations::ended_at.eq(entry.recorded_at.naive_utc()),
            obligations::late_from.eq(late),
            obligations::saved.eq(saved),
        );
        let row = obligations::table.find((&entry.case, number(no), running.turn));
        diesel::update(row).set(set).execute(self.conn)?;
        Ok(())
    }

    /// From when on a duty is late; never for a case that an old ledger brought, which stays out of
    /// on-time rates (DOMAIN 4b).
    fn late(
        &mut self,
        entry: &Entry,
        due: Option<DateTime<Utc>>,
    ) -> Result<Option<NaiveDateTime>, StoreError> {
        // What opens a case precedes every entry of an old ledger.
        let Some(due) = due else { return Ok(None) };
        if entry.was.is_some() && self.is_imported(&entry.case)? {
            return Ok(None);
        }
        Ok(Some(late_from(due).naive_utc()))
    }

    fn is_imported(&mut self, case: &str) -> Result<bool, StoreError> {
        let brought =
            movements::table.filter(movements::case_no.eq(case)).filter(movements::imported);
        Ok(diesel::select(exists(brought)).get_result(self.conn)?)
    }

    /// Gives a duty another date, or none, from this entry on.
    fn turn_clock(
        &mut self,
        entry: &Entry,
        no: u32,
        late_from: Option<NaiveDateTime>,
    ) -> Result<(), StoreError> {
        let at = entry.recorded_at.naive_utc();
        let Some(running) = self.running(entry, no)? else { return Ok(()) };
        let row = obligations::table.find((&entry.case, number(no), running.turn));
        // Without a date it could not be late: nothing to remember of that time.
        if running.late_from.is_none() {
            let set = (obligations::opened_at.eq(at), obligations::late_from.eq(late_from));
            diesel::update(row).set(set).execute(self.conn)?;
            return Ok(());
        }
        let set = (obligations::status.eq(CHANGED), obligations::ended_at.eq(at));
        diesel::update(row).set(set).execute(self.conn)?;
        diesel::insert_into(obligations::table)
            .values((
                obligations::case_no.eq(&entry.case),
                obligations::no.eq(number(no)),
                obligations::turn.eq(running.turn + 1),
                obligations::kind.eq(running.kind),
                obligations::about.eq(running.about),
                obligations::owner.eq(running.owner),
                obligations::place.eq(running.place),
                obligations::opened_at.eq(at),
                obligations::late_from.eq(late_from),
                obligations::status.eq(Status::Open.name()),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
