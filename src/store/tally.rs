//! Writes what figures are made of, from steps that the pure tally gives.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{Find, exists, max};
use diesel::prelude::*;

use super::entries::{number, stage};
use super::error::StoreError;
use super::log::Sealed;
use super::schema::{arrivals, holdings, movements, obligations};
use super::session::Tx;
use crate::ledger::duty::Status;
use crate::ledger::{Act, Effect, Entry, Position};
use crate::trend::step::late_from;
use crate::trend::{Step, steps};

/// One duty in the table of figures, by its case and number.
type Obligation = Find<obligations::table, (String, i32)>;

impl Tx<'_> {
    /// Takes one sealed entry into the tables of figures.
    pub fn tally(&mut self, sealed: &Sealed) -> Result<(), StoreError> {
        for (part, step) in (0..).zip(steps(&sealed.entry)) {
            self.step(sealed, part, step)?;
        }
        Ok(())
    }

    fn step(&mut self, sealed: &Sealed, part: i32, step: Step<'_>) -> Result<(), StoreError> {
        let entry = &sealed.entry;
        let case = entry.case.as_str();
        match step {
            Step::Arrived(mark, at) => {
                diesel::insert_into(arrivals::table)
                    .values((
                        arrivals::pos.eq(sealed.pos),
                        arrivals::part.eq(part),
                        arrivals::n.eq(1),
                        arrivals::at.eq(mark.received_at.naive_utc()),
                        arrivals::received_at.eq(mark.received_at.naive_utc()),
                        arrivals::tip.eq(&mark.tip),
                        arrivals::case_no.eq(case),
                        arrivals::channel.eq(mark.channel.code()),
                        arrivals::place.eq(at.place.to_string()),
                        arrivals::category.eq(at.category.code()),
                    ))
                    .execute(self.conn)?;
            }
            Step::Reclassified(was, is) => self.reclassify(sealed, was, is)?,
            Step::Counted { term, at, unit, other } => {
                diesel::insert_into(movements::table)
                    .values((
                        movements::pos.eq(sealed.pos),
                        movements::part.eq(part),
                        movements::term.eq(term.name()),
                        movements::at.eq(at.naive_utc()),
                        movements::unit.eq(unit.to_string()),
                        movements::other_unit.eq(other.map(|unit| unit.to_string())),
                        movements::place.eq(entry.is.place.to_string()),
                        movements::case_no.eq(case),
                        movements::category.eq(entry.is.category.code()),
                        movements::imported.eq(entry.act == Act::Imported),
                    ))
                    .execute(self.conn)?;
            }
            Step::Held { since, stage: held, unit } => {
                let running = holdings::table
                    .filter(holdings::case_no.eq(case))
                    .filter(holdings::until.is_null());
                diesel::update(running)
                    .set(holdings::until.eq(since.naive_utc()))
                    .execute(self.conn)?;
                if let Some(held) = held {
                    diesel::insert_into(holdings::table)
                        .values((
                            holdings::pos.eq(sealed.pos),
                            holdings::case_no.eq(case),
                            holdings::stage.eq(stage(held)),
                            holdings::unit.eq(unit.to_string()),
                            holdings::since.eq(since.naive_utc()),
                        ))
                        .execute(self.conn)?;
                }
            }
            Step::Duty(effect) => self.oblige(sealed, effect)?,
        }
        Ok(())
    }

    /// Takes every tip of the case out of its old class and books it in the new one.
    fn reclassify(
        &mut self,
        sealed: &Sealed,
        was: Position,
        is: Position,
    ) -> Result<(), StoreError> {
        let case = sealed.entry.case.as_str();
        let at = sealed.entry.recorded_at.naive_utc();
        let tips: Vec<(String, String, NaiveDateTime)> = arrivals::table
            .filter(arrivals::case_no.eq(case))
            .select((arrivals::tip, arrivals::channel, arrivals::received_at))
            .distinct()
            .load(self.conn)?;
        let last: Option<i32> = arrivals::table
            .filter(arrivals::pos.eq(sealed.pos))
            .select(max(arrivals::part))
            .first(self.conn)?;
        let mut part = last.unwrap_or(RECLASSIFIED_FROM);
        for (tip, channel, received_at) in tips {
            for (n, class) in [(-1, was), (1, is)] {
                part += 1;
                diesel::insert_into(arrivals::table)
                    .values((
                        arrivals::pos.eq(sealed.pos),
                        arrivals::part.eq(part),
                        arrivals::n.eq(n),
                        arrivals::at.eq(at),
                        arrivals::received_at.eq(received_at),
                        arrivals::tip.eq(&tip),
                        arrivals::case_no.eq(case),
                        arrivals::channel.eq(&channel),
                        arrivals::place.eq(class.place.to_string()),
                        arrivals::category.eq(class.category.code()),
                    ))
                    .execute(self.conn)?;
            }
        }
        let mine = obligations::table.filter(obligations::case_no.eq(case));
        diesel::update(mine).set(obligations::place.eq(is.place.to_string())).execute(self.conn)?;
        Ok(())
    }

    fn oblige(&mut self, sealed: &Sealed, effect: &Effect) -> Result<(), StoreError> {
        let entry = &sealed.entry;
        let at = entry.recorded_at.naive_utc();
        let row = |no: u32| obligations::table.find((entry.case.clone(), number(no)));
        match effect {
            Effect::Open { no, duty, owner, due, .. } => {
                let late = self.late(entry, *due)?;
                diesel::insert_into(obligations::table)
                    .values((
                        obligations::case_no.eq(&entry.case),
                        obligations::no.eq(number(*no)),
                        obligations::kind.eq(duty.name()),
                        obligations::owner.eq(owner.to_string()),
                        obligations::place.eq(entry.is.place.to_string()),
                        obligations::opened_at.eq(at),
                        obligations::late_from.eq(late),
                        obligations::status.eq(Status::Open.name()),
                    ))
                    .execute(self.conn)?;
            }
            Effect::Discharge { no } => {
                let set = (
                    obligations::status.eq(Status::Discharged.name()),
                    obligations::ended_at.eq(at),
                );
                diesel::update(row(*no)).set(set).execute(self.conn)?;
                if entry.act == Act::Imported {
                    self.leave_out(row(*no))?;
                }
            }
            Effect::Lapse { no } => {
                let set =
                    (obligations::status.eq(Status::Lapsed.name()), obligations::ended_at.eq(at));
                diesel::update(row(*no)).set(set).execute(self.conn)?;
            }
            // A clock that stands still cannot run out; it gets a new date when it goes on.
            Effect::Pause { no } => {
                self.leave_out(row(*no))?;
            }
            Effect::Clock { no, due, .. } => {
                let late = self.late(entry, *due)?;
                diesel::update(row(*no)).set(obligations::late_from.eq(late)).execute(self.conn)?;
            }
            Effect::Hand { no, owner } => {
                let set = obligations::owner.eq(owner.to_string());
                diesel::update(row(*no)).set(set).execute(self.conn)?;
            }
            Effect::Recuse { .. }
            | Effect::Lift { .. }
            | Effect::Join { .. }
            | Effect::Part { .. } => {}
        }
        Ok(())
    }
}

impl Tx<'_> {
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

    /// Takes a duty out of the on-time rates.
    fn leave_out(&mut self, duty: Obligation) -> Result<(), StoreError> {
        let never: Option<NaiveDateTime> = None;
        diesel::update(duty).set(obligations::late_from.eq(never)).execute(self.conn)?;
        Ok(())
    }
}

/// Parts of reclassified arrivals begin past those of an entry's own steps.
const RECLASSIFIED_FROM: i32 = 1_000;
