//! Writes down what is counted by itself: marks, listings, and what decisions ordered and had
//! carried out.

use diesel::prelude::*;

use super::entries::number;
use super::error::StoreError;
use super::log::Sealed;
use super::schema::{arrivals, listings, milestones, obligations, outcomes};
use super::session::Tx;
use crate::ledger::DutyKind;
use crate::ledger::command::Measure;
use crate::trend::Deed;

const DECIDED: &str = "decided";
const EXECUTED: &str = "executed";
const VERIFIED: &str = "verified";

/// A measure that was ordered, and what became of it so far.
struct Ordered {
    number: i32,
    kind: String,
    /// Hundredths that still stand.
    decided: i64,
    executed: i64,
    /// Whether the duty that was asked about is the one to execute it.
    executes: bool,
}

impl Tx<'_> {
    /// Writes one deed of an entry down.
    pub(super) fn deed(
        &mut self,
        sealed: &Sealed,
        part: i32,
        deed: Deed<'_>,
    ) -> Result<(), StoreError> {
        let entry = &sealed.entry;
        let at = entry.recorded_at.naive_utc();
        let unit = entry.by.unit.unwrap_or(entry.is.holder).to_string();
        match deed {
            Deed::Marked { mark, word, n } => {
                diesel::insert_into(milestones::table)
                    .values((
                        milestones::pos.eq(sealed.pos),
                        milestones::part.eq(part),
                        milestones::kind.eq(mark.name()),
                        milestones::word.eq(word),
                        milestones::n.eq(n),
                        milestones::at.eq(at),
                        milestones::case_no.eq(&entry.case),
                        milestones::unit.eq(unit),
                        milestones::place.eq(entry.is.place.to_string()),
                    ))
                    .execute(self.conn)?;
            }
            Deed::Listed(situation) => {
                let channel = self.first_channel(&entry.case)?;
                diesel::insert_into(listings::table)
                    .values((
                        listings::pos.eq(sealed.pos),
                        listings::case_no.eq(&entry.case),
                        listings::at.eq(at),
                        listings::situation.eq(situation),
                        listings::unit.eq(unit),
                        listings::place.eq(entry.is.place.to_string()),
                        listings::channel.eq(channel),
                    ))
                    .execute(self.conn)?;
            }
            Deed::Lifted => {
                let listed = listings::table
                    .filter(listings::case_no.eq(&entry.case))
                    .filter(listings::lifted_at.is_null());
                diesel::update(listed).set(listings::lifted_at.eq(at)).execute(self.conn)?;
            }
            Deed::Ordered(measures) => self.order(sealed, &measures)?,
            Deed::Executed(duty, amount) => {
                if let Some(measure) = self.measure_of(&entry.case, duty)? {
                    self.outcome(sealed, part, &measure, EXECUTED, amount.as_hundredths())?;
                }
            }
            Deed::Confirmed(duty) => {
                if let Some(measure) = self.measure_of(&entry.case, duty)? {
                    self.outcome(sealed, part, &measure, VERIFIED, measure.executed)?;
                }
            }
            Deed::Unconfirmed(duty) => {
                if let Some(measure) = self.measure_of(&entry.case, duty)? {
                    self.outcome(sealed, part, &measure, EXECUTED, -measure.executed)?;
                }
            }
            Deed::Annulled(duty) => {
                let measure = self.measure_of(&entry.case, duty)?;
                if let Some(measure) = measure.filter(|measure| measure.executes) {
                    self.outcome(sealed, part, &measure, DECIDED, -measure.decided)?;
                }
            }
        }
        Ok(())
    }

    /// How the case began: the channel of its first tip.
    fn first_channel(&mut self, case: &str) -> Result<String, StoreError> {
        let first = arrivals::table
            .filter(arrivals::case_no.eq(case))
            .order((arrivals::pos.asc(), arrivals::part.asc()))
            .select(arrivals::channel);
        Ok(first.first(self.conn)?)
    }

    /// Measures are numbered on from those that the case had ordered before.
    fn order(&mut self, sealed: &Sealed, measures: &[Measure]) -> Result<(), StoreError> {
        let last: Option<i32> = outcomes::table
            .filter(outcomes::case_no.eq(&sealed.entry.case))
            .select(diesel::dsl::max(outcomes::measure))
            .first(self.conn)?;
        for (part, Measure { kind, amount, .. }) in (0..).zip(measures) {
            let measure = Ordered {
                number: last.unwrap_or(0) + part + 1,
                kind: kind.name().to_owned(),
                decided: 0,
                executed: 0,
                executes: false,
            };
            self.outcome(sealed, part, &measure, DECIDED, amount.as_hundredths())?;
        }
        Ok(())
    }

    /// The measure that a duty is about.
    fn measure_of(&mut self, case: &str, duty: u32) -> Result<Option<Ordered>, StoreError> {
        let found: Option<(String, Option<i32>)> = obligations::table
            .filter(obligations::case_no.eq(case))
            .filter(obligations::no.eq(number(duty)))
            .select((obligations::kind, obligations::about))
            .first(self.conn)
            .optional()?;
        let Some((kind, Some(number))) = found else { return Ok(None) };
        let executes = kind == DutyKind::Execute.name();
        let rows: Vec<(String, String, i64)> = outcomes::table
            .filter(outcomes::case_no.eq(case))
            .filter(outcomes::measure.eq(number))
            .select((outcomes::kind, outcomes::stage, outcomes::hundredths))
            .load(self.conn)?;
        let sum = |stage: &str| rows.iter().filter(|row| row.1 == stage).map(|row| row.2).sum();
        let (decided, executed) = (sum(DECIDED), sum(EXECUTED));
        let kind = rows.first().map(|row| row.0.clone());
        Ok(kind.map(|kind| Ordered { number, kind, decided, executed, executes }))
    }

    fn outcome(
        &mut self,
        sealed: &Sealed,
        part: i32,
        measure: &Ordered,
        stage: &str,
        hundredths: i64,
    ) -> Result<(), StoreError> {
        let entry = &sealed.entry;
        let unit = entry.by.unit.unwrap_or(entry.is.holder);
        diesel::insert_into(outcomes::table)
            .values((
                outcomes::pos.eq(sealed.pos),
                outcomes::part.eq(part),
                outcomes::case_no.eq(&entry.case),
                outcomes::measure.eq(measure.number),
                outcomes::kind.eq(&measure.kind),
                outcomes::stage.eq(stage),
                outcomes::hundredths.eq(hundredths),
                outcomes::at.eq(entry.recorded_at.naive_utc()),
                outcomes::unit.eq(unit.to_string()),
                outcomes::place.eq(entry.is.place.to_string()),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
