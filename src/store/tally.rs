//! Writes what figures are made of, from steps that the pure tally gives.

use chrono::NaiveDateTime;
use diesel::dsl::max;
use diesel::prelude::*;

use super::entries::stage;
use super::error::StoreError;
use super::log::Sealed;
use super::schema::{arrivals, holdings, movements, obligations, withheld};
use super::session::Tx;
use crate::calendar::Workdays;
use crate::ledger::{Act, Effect, Position};
use crate::trend::{Step, deeds, steps};

impl Tx<'_> {
    /// Takes one sealed entry into the tables of figures; `workdays` tell how early a duty was done.
    pub fn tally(&mut self, sealed: &Sealed, workdays: &Workdays) -> Result<(), StoreError> {
        for (part, step) in (0..).zip(steps(&sealed.entry)) {
            self.step(sealed, part, step, workdays)?;
        }
        for (part, deed) in (0..).zip(deeds(&sealed.entry)) {
            self.deed(sealed, part, deed)?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        sealed: &Sealed,
        part: i32,
        step: Step<'_>,
        workdays: &Workdays,
    ) -> Result<(), StoreError> {
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
                // Nobody held it before its first entry.
                if entry.was.is_some() {
                    let running = holdings::table
                        .filter(holdings::case_no.eq(case))
                        .filter(holdings::until.is_null());
                    diesel::update(running)
                        .set(holdings::until.eq(since.naive_utc()))
                        .execute(self.conn)?;
                }
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
            Step::Duty(effect) => {
                self.withhold(case, effect)?;
                self.oblige(entry, effect, workdays)?;
            }
        }
        Ok(())
    }

    /// Notes which units' own figures leave the case out from here on.
    fn withhold(&mut self, case: &str, effect: &Effect) -> Result<(), StoreError> {
        let (Effect::Recuse { unit, .. } | Effect::Lift { unit }) = effect else { return Ok(()) };
        let key = (case.to_owned(), unit.to_string());
        diesel::delete(withheld::table.find(key.clone())).execute(self.conn)?;
        if matches!(effect, Effect::Recuse { .. }) {
            let row = (withheld::case_no.eq(key.0), withheld::unit.eq(key.1));
            diesel::insert_into(withheld::table).values(row).execute(self.conn)?;
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
}

/// Parts of reclassified arrivals begin past those of an entry's own steps.
const RECLASSIFIED_FROM: i32 = 1_000;
