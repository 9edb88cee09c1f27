//! Clocks: how they begin, stop, go on, are extended and reckoned anew.

use chrono::{DateTime, Utc};

use super::super::duty::{Duty, DutyKind};
use super::super::entry::{Effect, Turn};
use super::super::{parties, term};
use super::Draft;
use crate::calendar::Due;
use crate::intake::Severity;

impl Draft<'_> {
    /// The date of something that begins at `from`.
    pub(super) fn begun(&self, kind: DutyKind, from: DateTime<Utc>) -> Due {
        term::begun(self.ground.rules, kind, self.is.severity, from, self.now)
    }

    pub(super) fn clock(&mut self, no: u32, kind: DutyKind) {
        let due = self.begun(kind, self.now);
        self.turn(no, due, Turn::Begin);
    }

    /// A clock that has begun too early: it waits again.
    pub(super) fn unclock(&mut self, no: u32) {
        self.turn(no, Due::not_begun(), Turn::Begin);
    }

    pub(super) fn restart(&mut self, kind: DutyKind) {
        // One that never stood still goes on as it is: to begin it anew would give it more time.
        if let Some(duty) = self.case.open(kind).filter(|duty| duty.paused) {
            self.clock(duty.no, kind);
        }
    }

    fn turn(&mut self, no: u32, due: Due, turn: Turn) {
        self.effects.push(Effect::Clock { no, due: due.at, rule: due.rule, turn });
    }

    /// The extension is ruled on by the superior of whoever owes the duty; of a listing, by whoever
    /// listed the case.
    pub(super) fn ask_extension(&mut self, no: u32) {
        let Some(duty) = self.case.duty(no) else { return };
        let ruler = match duty.kind {
            DutyKind::Lift => duty.owner,
            _ => parties::superior(self.case, duty.owner, &self.ground),
        };
        self.open_of(DutyKind::RuleExtension, ruler, Some(no));
    }

    /// More time, as granted; without a figure as asked.
    pub(super) fn extend(&mut self, asked: Option<&Duty>, amount: Option<u32>) {
        let Some((asked, of)) = asked.and_then(|asked| Some((asked, asked.of?))) else { return };
        let Some(duty) = self.case.duty(of) else { return };
        let wanted = self.case.asked.get(&asked.no).copied().unwrap_or_default();
        let by = amount.unwrap_or(wanted);
        let mut after = duty.clone();
        after.extended += by;
        let due = self.due_now(&after);
        self.turn(of, due, Turn::Extend { by });
    }

    /// The clock goes on; the time of the stop is not counted.
    pub(super) fn resume(&mut self, no: u32) {
        let Some(duty) = self.case.duty(no) else { return };
        let mut after = duty.clone();
        if let Some(stop) = after.stops.last_mut() {
            stop.to = Some(self.now);
        }
        let due = self.due_now(&after);
        self.turn(no, due, Turn::Resume);
    }

    /// Another severity puts every running clock into another lane.
    pub(super) fn press(&mut self, severity: Severity) {
        if severity == self.is.severity {
            return;
        }
        let is_hurry = severity < self.is.severity;
        self.is.severity = severity;
        let pressed = |duty: &Duty| match is_hurry {
            true => Duty { pressed_at: Some(self.now), ..duty.clone() },
            false => duty.clone(),
        };
        let turn = if is_hurry { Turn::Press } else { Turn::Reckon };
        let clocks: Vec<(u32, Due)> = self
            .running()
            .filter(|duty| !self.ends(duty.no))
            .map(|duty| (duty.no, self.due_now(&pressed(duty))))
            .collect();
        for (no, due) in clocks {
            self.turn(no, due, turn);
        }
        self.press_opened();
    }

    /// What this very entry opens was dated before its severity was known.
    fn press_opened(&mut self) {
        let (rules, severity, now) = (self.ground.rules, self.is.severity, self.now);
        for effect in &mut self.effects {
            if let Effect::Open { duty, from, due, rule, .. } = effect
                && !rule.is_empty()
            {
                let dated = term::begun(rules, *duty, severity, from.unwrap_or(now), now);
                (*due, *rule) = (dated.at, dated.rule);
            }
        }
    }

    /// Open duties whose clocks run.
    fn running(&self) -> impl Iterator<Item = &Duty> {
        let open = self.case.duties.iter().filter(|duty| duty.is_open());
        open.filter(|duty| !duty.paused && !duty.rule.is_empty())
    }

    pub(super) fn due_now(&self, duty: &Duty) -> Due {
        term::reckoned(self.ground.rules, duty, self.is.severity, self.now)
    }

    /// The clocks whose dates differ by the rules and the calendar as they are now.
    pub(in super::super) fn reckoned(&self) -> Vec<Effect> {
        let stale = self.running().filter_map(|duty| {
            let due = term::stale(self.ground.rules, duty, self.is.severity, self.now)?;
            let (no, turn) = (duty.no, Turn::Reckon);
            Some(Effect::Clock { no, due: due.at, rule: due.rule, turn })
        });
        stale.collect()
    }
}
