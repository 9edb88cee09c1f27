//! How a made-up case is told, struck off, and asked about afterwards.

use super::{Life, Who, say};
use crate::ledger::words::{Finding, Redo, Satisfaction, VisitResult};
use crate::ledger::{Command, Role};

/// Out of a thousand return visits so many reach nobody on three days.
const UNREACHED: u64 = 70;

impl Life<'_> {
    /// Asked for, perhaps sent back, approved, and what may come after it.
    pub(super) fn closed(&mut self, finding: Finding, again: bool) {
        self.within(4, 50);
        self.request();
        let reviewer = if again { Who::Second(Role::Reviewer) } else { Who::Staff(Role::Reviewer) };
        if self.dice.chance(50) {
            let founded = matches!(finding, Finding::Founded | Finding::NotOurs);
            self.returned(founded, reviewer);
        }
        self.within(3, 80);
        let text = Some(self.pick(&say::APPROVALS));
        self.step(reviewer, Command::ApproveClose { text });
        self.visited(again);
    }

    /// The informant is told, or cannot be reached.
    pub(super) fn reply(&mut self, role: Role, texts: &[&str]) {
        let tip = String::new;
        if self.reachable && self.dice.chance(60) {
            // The third attempt on a third day ends the duty.
            for _ in 0..3 {
                self.pace.days(1, &mut self.dice);
                let (means, text) = ("电话".to_owned(), self.pick(&say::ATTEMPTS));
                self.staff(role, Command::AttemptReply { tip: tip(), means, text });
            }
            return;
        }
        self.within(5, 70);
        let means = match self.reachable {
            true => self.pick(&say::MEANS),
            false => "网上查询页".to_owned(),
        };
        let text = self.pick(texts);
        self.staff(role, Command::Reply { tip: tip(), means, text });
    }

    fn request(&mut self) {
        let text = self.pick(&say::REQUESTS);
        self.staff(Role::Handler, Command::RequestClose { text });
    }

    fn returned(&mut self, founded: bool, reviewer: Who) {
        self.within(3, 80);
        let which = if founded { self.dice.below(3) } else { 2 * self.dice.below(2) };
        let redo = [Redo::Verify, Redo::Dispose, Redo::Reply][usize::try_from(which).unwrap_or(0)];
        let text = say::RETURNS[usize::try_from(which).unwrap_or(0)].to_owned();
        self.step(reviewer, Command::ReturnClose { redo, text });
        match redo {
            Redo::Verify => {
                let finding = if founded { Finding::Founded } else { Finding::Unfounded };
                self.verified(finding);
                if founded {
                    self.disposed();
                }
            }
            Redo::Dispose => self.disposed(),
            Redo::Reply => self.reply(Role::Handler, &say::REPLIES),
        }
        self.within(3, 40);
        self.request();
    }

    fn visited(&mut self, again: bool) {
        if self.dice.chance(if self.reachable { 60 } else { 200 }) {
            return;
        }
        self.within(5, 100);
        let unreached = (VisitResult::Unreached, None);
        if self.reachable && self.dice.chance(UNREACHED) {
            // The third attempt on a third day ends the duty.
            for text in &say::ATTEMPTS {
                self.visit(unreached, text);
                self.pace.days(1, &mut self.dice);
            }
            return;
        }
        if self.reachable && self.dice.chance(UNREACHED) {
            self.visit(unreached, say::ATTEMPTS[0]);
            self.pace.days(1, &mut self.dice);
        }
        let (result, text) = match self.dice.below(100) {
            // Who left no address may still say on the page whether it was well done.
            _ if !self.reachable => (VisitResult::Satisfied, say::VISITED_ON_PAGE),
            0..80 => (VisitResult::Satisfied, say::VISITS[0]),
            80..96 => (VisitResult::NotSatisfiedUnjustified, say::VISITS[1]),
            _ if again => (VisitResult::Satisfied, say::VISITS[0]),
            _ => (VisitResult::NotSatisfiedJustified, say::VISITS[2]),
        };
        let satisfaction = self.satisfaction(result);
        self.visit((result, satisfaction), text);
        if result == VisitResult::NotSatisfiedJustified {
            self.up_to_closing(Finding::Founded, None, true);
        }
    }

    /// One accepts an outcome without being pleased, and now and then says neither.
    fn satisfaction(&mut self, result: VisitResult) -> Option<Satisfaction> {
        use Satisfaction::*;
        let content =
            [(VerySatisfied, 30), (Satisfied, 46), (BasicallySatisfied, 20), (Dissatisfied, 4)];
        let not = [(BasicallySatisfied, 16), (Dissatisfied, 58), (VeryDissatisfied, 26)];
        let levels: &[(Satisfaction, u64)] = match result {
            VisitResult::Satisfied => &content,
            _ => &not,
        };
        let level = self.dice.weighted(levels, |level| level.1).0;
        (!self.dice.chance(80)).then_some(level)
    }

    fn visit(&mut self, (result, satisfaction): (VisitResult, Option<Satisfaction>), text: &str) {
        let text = text.to_owned();
        self.staff(Role::Operator, Command::ReturnVisit { result, satisfaction, text });
    }
}
