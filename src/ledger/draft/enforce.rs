//! What a filed case goes through: decision, execution of each measure, hand-over, receipt.

use super::super::command::Measure;
use super::super::duty::{Duty, DutyKind};
use super::super::entry::Effect;
use super::super::words::{Execution, MeasureKind, Outcome};
use super::Draft;

impl Draft<'_> {
    /// Each measure is executed for itself.
    pub(super) fn decided(&mut self, outcome: Outcome, measures: &[Measure]) {
        let first = self.case.measures.len() + 1;
        for (number, _) in (first..).zip(measures) {
            self.open_of(DutyKind::Execute, self.is.holder, u32::try_from(number).ok());
        }
        if outcome == Outcome::Transferred {
            self.transferred();
        }
        self.finish_enforcement();
    }

    /// The authority to which it went owes a receipt.
    pub(super) fn transferred(&mut self) {
        let number = self.case.transfers + 1;
        self.open_of(DutyKind::ReceiveTransfer, self.is.holder, Some(number));
    }

    /// The receiver sends it back: something else must be done about it, and where the disposal is
    /// still to come that is where it is done.
    pub(super) fn sent_back(&mut self) {
        let mut to_come = DutyKind::TO_DISPOSAL.into_iter();
        if !to_come.any(|kind| self.case.open(kind).is_some()) {
            self.open(DutyKind::Dispose, self.is.holder);
        }
    }

    pub(super) fn executed(&mut self, result: Execution, duty: Option<&Duty>) {
        let of = duty.and_then(|duty| duty.of);
        match result {
            Execution::Executed => self.open_of(DutyKind::VerifyExecution, self.is.holder, of),
            Execution::Court | Execution::Terminated => self.finish_enforcement(),
            // The decision is gone, and with it all that it ordered and is not done yet.
            Execution::Annulled => {
                let ordered = [DutyKind::Execute, DutyKind::VerifyExecution, DutyKind::HandOver];
                let open = self.case.duties.iter().filter(|duty| duty.is_open());
                let gone: Vec<u32> = open
                    .filter(|duty| ordered.contains(&duty.kind) && !self.ends(duty.no))
                    .map(|duty| duty.no)
                    .collect();
                gone.into_iter().for_each(|no| self.lapse(no));
                self.open(DutyKind::Decide, self.is.holder);
            }
        }
    }

    pub(super) fn verified(&mut self, confirmed: bool, duty: Option<&Duty>) {
        let of = duty.and_then(|duty| duty.of);
        let ordered = of.and_then(|number| self.case.measure(number));
        let building =
            ordered.is_some_and(|one| one.measure.kind == MeasureKind::ConfiscateBuilding);
        match confirmed {
            false => self.open_of(DutyKind::Execute, self.is.holder, of),
            true if building => self.open_of(DutyKind::HandOver, self.is.holder, of),
            true => self.finish_enforcement(),
        }
    }

    /// With the last of it done there is an outcome, which every informant is told: those who were
    /// answered at the disposal are answered again. Where the disposal is still to come, as after a
    /// transfer made on the way, it is the disposal that is told.
    pub(super) fn finish_enforcement(&mut self) {
        let enforces = |kind: &DutyKind| {
            DutyKind::ENFORCEMENT.contains(kind) || DutyKind::TO_DISPOSAL.contains(kind)
        };
        let left = self
            .case
            .duties
            .iter()
            .any(|duty| duty.is_open() && enforces(&duty.kind) && !self.ends(duty.no));
        let opened = self
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Open { duty, .. } if enforces(duty)));
        if !left && !opened {
            self.start_waiting_replies();
            self.open_replies(&self.reply_due());
        }
    }
}
