//! What is owed to informants, and when its clocks begin.

use super::super::duty::DutyKind;
use super::{About, Draft};
use crate::calendar::Due;

impl Draft<'_> {
    pub(super) fn reply_due(&self) -> Due {
        self.begun(DutyKind::Reply, self.now)
    }

    /// There is something to tell now: the clocks of all open replies begin.
    pub(super) fn start_replies(&mut self) {
        for no in self.open_reply_numbers() {
            self.clock(no, DutyKind::Reply);
        }
    }

    /// The same for those only that have not begun: one that is late stays late.
    pub(super) fn start_waiting_replies(&mut self) {
        let waiting = self.case.all_open(DutyKind::Reply).filter(|duty| duty.rule.is_empty());
        let numbers: Vec<u32> = waiting.map(|duty| duty.no).collect();
        numbers.into_iter().for_each(|no| self.clock(no, DutyKind::Reply));
    }

    pub(super) fn open_reply_numbers(&self) -> Vec<u32> {
        self.case.all_open(DutyKind::Reply).map(|duty| duty.no).collect()
    }

    /// A reply is owed to every informant, once each. `due` is empty where there is nothing to tell
    /// yet: the clock then begins with the outcome.
    pub(super) fn open_replies(&mut self, due: &Due) {
        let answered = self.case.tips.iter().filter(|t| self.case.open_reply(&t.number).is_none());
        let tips: Vec<String> = answered.map(|tip| tip.number.clone()).collect();
        for tip in tips {
            let about = About { tip: Some(tip), ..About::default() };
            self.push(DutyKind::Reply, self.is.holder, about, due.clone());
        }
    }
}
