//! A second reckoning of what the tally writes down: the rows of one case, folded from its entries in
//! memory. It shares with the tally only what an entry means ([`crate::trend::steps`],
//! [`crate::trend::deeds`]), so a fault of the one shows in the other.

use chrono::{Duration, NaiveDateTime};

use crate::calendar::Workdays;
use crate::ledger::command::Measure;
use crate::ledger::duty::Status;
use crate::ledger::{Act, DutyKind, Effect, Entry, Position};
use crate::store::{
    ArrivalRow, HoldingRow, ListedRow, MilestoneRow, MovementRow, ObligationRow, OutcomeRow,
    TallyRows, WithheldRow, stage_name,
};
use crate::trend::step::late_from;
use crate::trend::{Deed, Step, deeds, steps, working_days_saved};

/// Parts of reclassified arrivals begin past those of an entry's own steps.
const RECLASSIFIED_FROM: i32 = 1_000;
const DECIDED: &str = "decided";
const EXECUTED: &str = "executed";
const VERIFIED: &str = "verified";

/// The rows of a case so far.
#[derive(Default)]
pub(super) struct Book {
    rows: TallyRows,
}

/// A measure that was ordered, and what became of it so far.
struct Ordered {
    number: i32,
    kind: String,
    decided: i64,
    executed: i64,
    executes: bool,
}

impl Book {
    /// Takes in the entry at a place of the log.
    pub fn take(&mut self, pos: i64, entry: &Entry, workdays: &Workdays) {
        for (part, step) in (0..).zip(steps(entry)) {
            self.step(pos, part, entry, step, workdays);
        }
        for (part, deed) in (0..).zip(deeds(entry)) {
            self.deed(pos, part, entry, deed);
        }
    }

    /// The rows, each kind in order.
    pub fn rows(mut self) -> TallyRows {
        let rows = &mut self.rows;
        rows.movements.sort_unstable();
        rows.arrivals.sort_unstable();
        rows.holdings.sort_unstable();
        rows.obligations.sort_unstable();
        rows.milestones.sort_unstable();
        rows.listings.sort_unstable();
        rows.outcomes.sort_unstable();
        rows.withheld.sort_unstable();
        self.rows
    }

    fn step(&mut self, pos: i64, part: i32, entry: &Entry, step: Step<'_>, workdays: &Workdays) {
        let case_no = || entry.case.clone();
        match step {
            Step::Arrived(mark, at) => self.rows.arrivals.push(ArrivalRow {
                case_no: case_no(),
                pos,
                part,
                n: 1,
                at: mark.received_at.naive_utc(),
                received_at: mark.received_at.naive_utc(),
                tip: mark.tip.clone(),
                channel: mark.channel.code().to_owned(),
                place: at.place.to_string(),
                category: at.category.code().to_owned(),
            }),
            Step::Reclassified(was, is) => self.reclassify(pos, entry, was, is),
            Step::Counted { term, at, unit, other } => self.rows.movements.push(MovementRow {
                case_no: case_no(),
                pos,
                part,
                term: term.name().to_owned(),
                at: at.naive_utc(),
                unit: unit.to_string(),
                other_unit: other.map(|unit| unit.to_string()),
                place: entry.is.place.to_string(),
                category: entry.is.category.code().to_owned(),
                imported: entry.act == Act::Imported,
            }),
            Step::Held { since, stage, unit } => {
                let since = since.naive_utc();
                let running = self.rows.holdings.iter_mut().filter(|row| row.until.is_none());
                running.for_each(|row| row.until = Some(since));
                self.rows.holdings.extend(stage.map(|stage| HoldingRow {
                    case_no: case_no(),
                    pos,
                    stage: stage_name(stage).to_owned(),
                    unit: unit.to_string(),
                    since,
                    until: None,
                }));
            }
            Step::Duty(effect) => {
                self.withhold(entry, effect);
                self.oblige(entry, effect, workdays);
            }
        }
    }

    fn reclassify(&mut self, pos: i64, entry: &Entry, was: Position, is: Position) {
        let mut tips: Vec<ArrivalRow> = Vec::new();
        for row in &self.rows.arrivals {
            if !tips.iter().any(|known| known.tip == row.tip) {
                tips.push(row.clone());
            }
        }
        let here = self.rows.arrivals.iter().filter(|row| row.pos == pos);
        let mut part = here.map(|row| row.part).max().unwrap_or(RECLASSIFIED_FROM);
        for tip in tips {
            for (n, class) in [(-1, was), (1, is)] {
                part += 1;
                self.rows.arrivals.push(ArrivalRow {
                    pos,
                    part,
                    n,
                    at: entry.recorded_at.naive_utc(),
                    place: class.place.to_string(),
                    category: class.category.code().to_owned(),
                    ..tip.clone()
                });
            }
        }
        self.rows.obligations.iter_mut().for_each(|row| row.place = is.place.to_string());
    }

    fn withhold(&mut self, entry: &Entry, effect: &Effect) {
        let (Effect::Recuse { unit, .. } | Effect::Lift { unit }) = effect else { return };
        let unit = unit.to_string();
        self.rows.withheld.retain(|row| row.unit != unit);
        if matches!(effect, Effect::Recuse { .. }) {
            self.rows.withheld.push(WithheldRow { case_no: entry.case.clone(), unit });
        }
    }

    fn oblige(&mut self, entry: &Entry, effect: &Effect, workdays: &Workdays) {
        match effect {
            Effect::Open { no, duty, owner, of, due, .. } => {
                let late_from = self.late(entry, due.map(late_from).map(|at| at.naive_utc()));
                self.rows.obligations.push(ObligationRow {
                    case_no: entry.case.clone(),
                    no: number(*no),
                    turn: 1,
                    kind: duty.name().to_owned(),
                    about: of.map(number),
                    owner: owner.to_string(),
                    place: entry.is.place.to_string(),
                    opened_at: entry.recorded_at.naive_utc(),
                    late_from,
                    ended_at: None,
                    status: Status::Open.name().to_owned(),
                    saved: None,
                });
            }
            Effect::Discharge { no } => {
                self.end(entry, *no, Status::Discharged, Some(workdays));
            }
            Effect::Lapse { no } => self.end(entry, *no, Status::Lapsed, None),
            Effect::Pause { no } => self.turn(entry, *no, None),
            Effect::Clock { no, due, .. } => {
                let late_from = self.late(entry, due.map(late_from).map(|at| at.naive_utc()));
                self.turn(entry, *no, late_from);
            }
            Effect::Hand { no, owner } => {
                let mine = |row: &&mut ObligationRow| row.no == number(*no);
                let running = self.rows.obligations.iter_mut().filter(mine);
                let running = running.filter(|row| row.ended_at.is_none());
                running.for_each(|row| row.owner = owner.to_string());
            }
            Effect::Recuse { .. }
            | Effect::Lift { .. }
            | Effect::Join { .. }
            | Effect::Part { .. } => {}
        }
    }

    /// What an old ledger brought is never late.
    fn late(&self, entry: &Entry, late: Option<NaiveDateTime>) -> Option<NaiveDateTime> {
        let imported = || self.rows.movements.iter().any(|row| row.imported);
        late.filter(|_| entry.was.is_none() || !imported())
    }

    fn running(&mut self, no: u32) -> Option<&mut ObligationRow> {
        let rows = self.rows.obligations.iter_mut();
        rows.rev().find(|row| row.no == number(no) && row.ended_at.is_none())
    }

    fn end(&mut self, entry: &Entry, no: u32, status: Status, workdays: Option<&Workdays>) {
        let Some(row) = self.running(no) else { return };
        let imported = entry.act == Act::Imported;
        row.late_from = row.late_from.filter(|_| !imported);
        let due = row.late_from.map(|late| (late - Duration::seconds(1)).and_utc());
        let saved = workdays.zip(due);
        row.saved = saved.and_then(|(days, due)| working_days_saved(days, entry.recorded_at, due));
        row.ended_at = Some(entry.recorded_at.naive_utc());
        status.name().clone_into(&mut row.status);
    }

    fn turn(&mut self, entry: &Entry, no: u32, late_from: Option<NaiveDateTime>) {
        let at = entry.recorded_at.naive_utc();
        let Some(row) = self.running(no) else { return };
        if row.late_from.is_none() {
            (row.opened_at, row.late_from) = (at, late_from);
            return;
        }
        let next = ObligationRow { turn: row.turn + 1, opened_at: at, late_from, ..row.clone() };
        "changed".clone_into(&mut row.status);
        row.ended_at = Some(at);
        self.rows.obligations.push(next);
    }

    fn deed(&mut self, pos: i64, part: i32, entry: &Entry, deed: Deed<'_>) {
        let at = entry.recorded_at.naive_utc();
        let unit = entry.by.unit.unwrap_or(entry.is.holder).to_string();
        let (case_no, place) = (entry.case.clone(), entry.is.place.to_string());
        match deed {
            Deed::Marked { mark, word, n } => {
                let (kind, word) = (mark.name().to_owned(), word.to_owned());
                let row = MilestoneRow { case_no, pos, part, kind, word, n, at, unit, place };
                self.rows.milestones.push(row);
            }
            Deed::Listed(situation) => {
                let (situation, first) = (situation.to_owned(), self.rows.arrivals.first());
                let channel = first.map(|row| row.channel.clone()).unwrap_or_default();
                let lifted_at = None;
                let row =
                    ListedRow { case_no, pos, at, situation, unit, place, channel, lifted_at };
                self.rows.listings.push(row);
            }
            Deed::Lifted => {
                let listed = self.rows.listings.iter_mut().filter(|row| row.lifted_at.is_none());
                listed.for_each(|row| row.lifted_at = Some(at));
            }
            Deed::Ordered(measures) => self.order(pos, entry, &measures),
            Deed::Executed(duty, amount) => {
                if let Some(measure) = self.measure_of(duty) {
                    self.outcome(pos, part, entry, &measure, EXECUTED, amount.as_hundredths());
                }
            }
            Deed::Confirmed(duty) => {
                if let Some(measure) = self.measure_of(duty) {
                    self.outcome(pos, part, entry, &measure, VERIFIED, measure.executed);
                }
            }
            Deed::Unconfirmed(duty) => {
                if let Some(measure) = self.measure_of(duty) {
                    self.outcome(pos, part, entry, &measure, EXECUTED, -measure.executed);
                }
            }
            Deed::Annulled(duty) => {
                if let Some(measure) = self.measure_of(duty).filter(|measure| measure.executes) {
                    self.outcome(pos, part, entry, &measure, DECIDED, -measure.decided);
                }
            }
        }
    }

    fn order(&mut self, pos: i64, entry: &Entry, measures: &[Measure]) {
        let last = self.rows.outcomes.iter().map(|row| row.measure).max().unwrap_or(0);
        for (part, Measure { kind, amount, .. }) in (0..).zip(measures) {
            let (number, kind) = (last + part + 1, kind.name().to_owned());
            let measure = Ordered { number, kind, decided: 0, executed: 0, executes: false };
            self.outcome(pos, part, entry, &measure, DECIDED, amount.as_hundredths());
        }
    }

    /// The measure that a duty is about.
    fn measure_of(&self, duty: u32) -> Option<Ordered> {
        let about = self.rows.obligations.iter().find(|row| row.no == number(duty))?;
        let (number, executes) = (about.about?, about.kind == DutyKind::Execute.name());
        let rows = || self.rows.outcomes.iter().filter(|row| row.measure == number);
        let sum = |stage: &str| -> i64 {
            rows().filter(|row| row.stage == stage).map(|row| row.hundredths).sum()
        };
        let kind = rows().next()?.kind.clone();
        let (decided, executed) = (sum(DECIDED), sum(EXECUTED));
        Some(Ordered { number, kind, decided, executed, executes })
    }

    fn outcome(
        &mut self,
        pos: i64,
        part: i32,
        entry: &Entry,
        measure: &Ordered,
        stage: &str,
        hundredths: i64,
    ) {
        self.rows.outcomes.push(OutcomeRow {
            case_no: entry.case.clone(),
            pos,
            part,
            measure: measure.number,
            kind: measure.kind.clone(),
            stage: stage.to_owned(),
            hundredths,
            at: entry.recorded_at.naive_utc(),
            unit: entry.by.unit.unwrap_or(entry.is.holder).to_string(),
            place: entry.is.place.to_string(),
        });
    }
}

fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
