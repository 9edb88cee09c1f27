//! What becomes of a made-up case: its acts with their times, as if all went as planned. Times are
//! drawn against the clock rules, so that most acts come in time and some do not.

use chrono::{DateTime, Duration, Utc};

use super::answers as say;
use super::dice::Dice;
use super::outside::INSUFFICIENT;
use super::pace::Pace;
use crate::calendar::Rules;
use crate::intake::Category;
use crate::ledger::words::{DisposeKind, Finding, Redo, RefuseReason, VisitResult};
use crate::ledger::{Command, Role};
use crate::place::Code;

/// Who does a step; the unit is whichever owes it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody with this role.
    Staff(Role),
    /// A second person with this role: after a reopening the first may not review again.
    Second(Role),
    /// The informant.
    Informant,
    /// The service's own schedule.
    Schedule,
}

/// One step of a life. Numbers of tips and cases, and hashes of evidence, are left empty: whoever
/// plays the step fills them in.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub who: Who,
    /// What.
    pub command: Command,
}

/// Out of a thousand steps so many are forgotten for good, and the case with them.
const FORGOTTEN: u64 = 5;
/// The same within the last weeks, so that every desk has work in every state.
const UNDER_WAY: u64 = 45;
/// The same for a ruling on an objection, which otherwise takes a day and is never seen open.
const UNDECIDED: u64 = 300;
/// How long before the end the last weeks begin.
const LAST_WEEKS: Duration = Duration::days(35);

/// A life in the making.
pub(super) struct Life<'a> {
    steps: Vec<Step>,
    pace: Pace<'a>,
    dice: Dice,
    end: DateTime<Utc>,
    stopped: bool,
    what: String,
    field: &'static str,
    /// Whether anybody can be called back.
    reachable: bool,
}

/// The units between which a case moves.
#[derive(Clone, Copy)]
pub(super) struct Units {
    /// To which it is dispatched.
    pub first: Code,
    /// Which takes it when the first one's objection is upheld; none where nobody could.
    pub other: Option<Code>,
}

impl<'a> Life<'a> {
    pub(super) fn new(
        at: DateTime<Utc>,
        end: DateTime<Utc>,
        rules: &'a Rules,
        dice: Dice,
        (what, truth): (String, Category),
        reachable: bool,
    ) -> Life<'a> {
        let pace = Pace::new(at, rules);
        let field = truth.field();
        Life { steps: Vec::new(), pace, dice, end, stopped: false, what, field, reachable }
    }

    /// The steps up to the end of the year.
    pub(super) fn steps(self) -> Vec<Step> {
        let end = self.end;
        self.steps.into_iter().take_while(|step| step.at <= end).collect()
    }

    fn pick(&mut self, list: &[&str]) -> String {
        (*self.dice.pick(list)).to_owned()
    }

    /// Adds a step at the pace's time, unless the case was forgotten before it.
    fn step(&mut self, who: Who, command: Command) {
        if self.stopped {
            return;
        }
        let recent = self.pace.at > self.end - LAST_WEEKS;
        let stops = match command {
            Command::Supplement { .. } | Command::Lapse { .. } => 0,
            Command::RuleObjection { .. } if recent => UNDECIDED,
            _ if recent => UNDER_WAY,
            _ => FORGOTTEN,
        };
        self.stopped = self.dice.chance(stops);
        if !self.stopped {
            self.steps.push(Step { at: self.pace.at, who, command });
        }
    }

    fn staff(&mut self, role: Role, command: Command) {
        self.step(Who::Staff(role), command);
    }

    /// The time of a step whose rule gives `limit` working days: mostly within them, so many times
    /// in a thousand past them.
    fn within(&mut self, limit: u32, late: u64) {
        self.pace.within(limit, late, &mut self.dice);
    }

    /// Judged to be outside the law.
    pub(super) fn refused(&mut self, relabel: Option<Category>, refuse: Command) {
        self.within(2, 60);
        if let Some(category) = relabel {
            let fields = crate::ledger::command::Corrections {
                category: Some(category),
                ..Default::default()
            };
            let text = "根据来件内容确定类别。".to_owned();
            self.staff(Role::Judge, Command::Correct { seq: 1, fields, text });
            self.pace.minutes(2, 9, &mut self.dice);
        }
        self.staff(Role::Judge, refuse);
        self.reply(Role::Operator, &say::REPLIES_REFUSED);
        if self.dice.chance(6) {
            self.within(10, 0);
            let reason = self.pick(&say::REOPENINGS);
            self.staff(Role::Supervisor, Command::Reopen { reason });
            self.up_to_closing(Finding::Unfounded, None, true);
        }
    }

    /// Found to be about something that was closed before.
    pub(super) fn linked(&mut self) {
        self.within(2, 40);
        self.staff(Role::Judge, Command::Link { case: String::new() });
        self.reply(Role::Operator, &say::REPLIES_REFUSED);
    }

    /// Asked for facts. Whether the life goes on after it.
    pub(super) fn asked(&mut self, rules: &Rules) -> bool {
        self.within(2, 50);
        let text = self.pick(&say::QUESTIONS);
        self.staff(Role::Judge, Command::AskSupplement { text });
        if self.dice.chance(620) {
            self.pace.calendar(1, 12, &mut self.dice);
            let text = self.pick(&say::SUPPLEMENTS);
            let who = if self.reachable { Who::Informant } else { Who::Staff(Role::Operator) };
            self.step(who, Command::Supplement { text });
            return true;
        }
        // A few seconds past the due date, as the schedule would; never where no date is known.
        let Some(due) = rules.due("supplement", self.pace.at).at else {
            self.stopped = true;
            return false;
        };
        self.pace.at = due + Duration::seconds(5);
        self.step(Who::Schedule, Command::Lapse { duty: None });
        if self.dice.chance(300) {
            return true;
        }
        self.within(2, 80);
        let (reason, redirect) = (RefuseReason::Insufficient, String::new());
        let text = self.pick(&INSUFFICIENT);
        self.staff(Role::Judge, Command::Refuse { reason, redirect, text });
        self.reply(Role::Operator, &say::REPLIES_REFUSED);
        false
    }

    /// Accepted, and handled until it is struck off; `category` is what the judge makes of an
    /// unlabelled tip.
    pub(super) fn accepted(&mut self, category: Option<Category>, units: Units) {
        self.within(2, 70);
        self.staff(Role::Judge, Command::Accept { category, severity: None });
        self.within(1, 60);
        self.staff(Role::Judge, Command::Dispatch { unit: units.first });
        self.within(1, 70);
        let mut other = units.other.filter(|_| self.dice.chance(70));
        let mut bound = false;
        if other.is_some() || self.dice.chance(12) {
            bound = self.objected(other.take());
        } else {
            self.staff(Role::Handler, Command::Sign {});
        }
        if self.dice.chance(150) {
            self.within(3, 0);
            let text = self.pick(&say::NOTES);
            self.staff(Role::Handler, Command::Note { text });
        }
        let finding = match self.dice.below(100) {
            0..52 => Finding::Founded,
            52..84 => Finding::Unfounded,
            84..96 => Finding::Unlocatable,
            _ if !bound && units.other.is_some() => Finding::NotOurs,
            _ => Finding::Founded,
        };
        self.up_to_closing(finding, units.other, false);
    }

    /// The unit says that the case is not its own; whether the ruling binds it, which then counts
    /// as its signature.
    fn objected(&mut self, upheld_by: Option<Code>) -> bool {
        let reason = self.pick(&say::OBJECTIONS);
        self.staff(Role::Handler, Command::Object { reason, suggested_unit: upheld_by });
        self.ruled(upheld_by);
        true
    }

    fn ruled(&mut self, unit: Option<Code>) {
        self.within(1, 90);
        self.staff(Role::Judge, Command::RuleObjection { upheld: unit.is_some(), unit });
        if unit.is_some() {
            self.within(1, 60);
            self.staff(Role::Handler, Command::Sign {});
        }
    }

    /// From the verification to the closing, and what may come after it.
    fn up_to_closing(&mut self, finding: Finding, other: Option<Code>, again: bool) {
        self.verified(finding);
        if finding == Finding::NotOurs {
            self.ruled(other);
            self.verified(Finding::Founded);
        }
        let founded = matches!(finding, Finding::Founded | Finding::NotOurs);
        if founded {
            self.disposed();
        }
        self.reply(Role::Handler, if founded { &say::REPLIES } else { &say::REPLIES_UNFOUNDED });
        self.within(4, 50);
        self.request();
        let reviewer = if again { Who::Second(Role::Reviewer) } else { Who::Staff(Role::Reviewer) };
        if self.dice.chance(50) {
            self.returned(founded, reviewer);
        }
        self.within(3, 80);
        let text = Some(self.pick(&say::APPROVALS));
        self.step(reviewer, Command::ApproveClose { text });
        self.visited(again);
    }

    fn verified(&mut self, finding: Finding) {
        self.pace.spread(2, 15, 90, &mut self.dice);
        let matter = self.what.clone();
        let told = |texts: &[&str], dice: &mut Dice| dice.pick(texts).replace("{}", &matter);
        let text = match finding {
            Finding::Founded => told(&say::FOUNDED, &mut self.dice),
            Finding::Unfounded => told(&say::UNFOUNDED, &mut self.dice),
            Finding::Unlocatable => told(&say::UNLOCATABLE, &mut self.dice),
            Finding::NotOurs => told(&say::NOT_OURS, &mut self.dice),
        };
        let first = self.person();
        let mut second = self.person();
        while second == first {
            second = self.person();
        }
        // Written down after the visit, the same day or the next.
        let at = self.pace.at - Duration::minutes(self.dice.between(40, 1_500));
        let place = "举报所述位置".to_owned();
        let (officers, evidence) = (vec![first, second], Vec::new());
        let command = Command::Verify { finding, officers, at, place, text, evidence };
        self.staff(Role::Handler, command);
    }

    fn person(&mut self) -> String {
        format!("{}{}", self.dice.pick(&say::SURNAMES), self.dice.pick(&say::GIVEN))
    }

    fn disposed(&mut self) {
        self.pace.spread(1, 34, 70, &mut self.dice);
        let corrected = self.dice.chance(620);
        let (kind, texts): (_, &[&str]) = match corrected {
            true => (DisposeKind::Corrected, &say::CORRECTED),
            false => (DisposeKind::Other, &say::OTHER),
        };
        let bases = say::BASES.iter().find(|(field, _)| *field == self.field);
        let bases = bases.map_or(say::BASES[0].1, |(_, bases)| *bases);
        let (basis, text) = (self.pick(bases), self.pick(texts));
        self.staff(
            Role::Handler,
            Command::Dispose { kind, basis, text, receiver: None, filing: None },
        );
    }

    fn reply(&mut self, role: Role, texts: &[&str]) {
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
        let (result, text) = match self.dice.below(100) {
            // Who left no address may still say on the page whether it was well done.
            _ if !self.reachable => (VisitResult::Satisfied, say::VISITED_ON_PAGE),
            0..80 => (VisitResult::Satisfied, say::VISITS[0]),
            80..96 => (VisitResult::NotSatisfiedUnjustified, say::VISITS[1]),
            _ if again => (VisitResult::Satisfied, say::VISITS[0]),
            _ => (VisitResult::NotSatisfiedJustified, say::VISITS[2]),
        };
        let text = text.to_owned();
        self.staff(Role::Operator, Command::ReturnVisit { result, satisfaction: None, text });
        if result == VisitResult::NotSatisfiedJustified {
            self.up_to_closing(Finding::Founded, None, true);
        }
    }
}
