//! What becomes of a made-up case: its acts with their times, as if all went as planned. Times are
//! drawn against the clock rules, so that most acts come in time and some do not.

mod aside;
mod closing;
mod enforce;
mod listed;

use chrono::{DateTime, Duration, Utc};

use super::answers as say;
use super::dice::Dice;
use super::outside::INSUFFICIENT;
use super::pace::Pace;
use crate::calendar::Rules;
use crate::intake::{Category, Severity};
use crate::ledger::words::{Finding, RefuseReason};
use crate::ledger::{Command, DutyKind, Role};
use crate::place::Code;

/// Who does a step; the unit is whichever owes it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody with this role.
    Staff(Role),
    /// A second person with this role: after a reopening the first may not review again.
    Second(Role),
    /// Somebody with this role at a superior of the holder.
    Above(Role),
    /// The informant.
    Informant,
    /// The service's own schedule.
    Schedule,
}

/// One step of a life. Numbers of tips, cases and duties, and hashes of evidence, are left empty:
/// whoever plays the step fills them in.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub who: Who,
    /// For an act that names any duty by its number: of which kind it is.
    pub about: Option<DutyKind>,
    /// What.
    pub command: Command,
}

/// Out of a thousand steps so many are forgotten for good, and the case with them.
const FORGOTTEN: u64 = 5;
/// The same within the last weeks, so that every desk has work in every state.
const UNDER_WAY: u64 = 45;
/// The same for a ruling on an objection, which otherwise takes a day and is never seen open.
const UNDECIDED: u64 = 300;
/// Out of a thousand accepted cases so many have many parties, places or laws.
const COMPLEX: u64 = 12;
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
    truth: Category,
    /// Whether anybody can be called back.
    reachable: bool,
    /// Whether it takes the fastest lane: hours, day and night, up to the verification.
    urgent: bool,
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
        (reachable, urgent): (bool, bool),
    ) -> Life<'a> {
        let (steps, pace, stopped) = (Vec::new(), Pace::new(at, rules), false);
        Life { steps, pace, dice, end, stopped, what, truth, reachable, urgent }
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
        self.step_on(None, who, command);
    }

    /// The same for an act on any duty, which says of which kind it is.
    fn step_on(&mut self, about: Option<DutyKind>, who: Who, command: Command) {
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
            self.steps.push(Step { at: self.pace.at, who, about, command });
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

    /// The same before the verification, where danger to life leaves hours instead.
    fn soon(&mut self, limit: u32, late: u64) {
        match self.urgent {
            true => self.pace.minutes(4, 95, &mut self.dice),
            false => self.within(limit, late),
        }
    }

    /// Found to be about something that is being handled already: it goes into that case.
    pub(super) fn merged(&mut self) {
        self.within(2, 40);
        let text = self.pick(&say::MERGES);
        self.staff(Role::Judge, Command::Merge { case: String::new(), text });
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
            self.step(who, Command::Supplement { text, evidence: Vec::new() });
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
        self.soon(2, 70);
        let severity = self.dice.chance(COMPLEX).then_some(Severity::Complex);
        let severity = severity.filter(|_| !self.urgent);
        self.staff(Role::Judge, Command::Accept { category, severity });
        self.soon(1, 60);
        self.staff(Role::Judge, Command::Dispatch { unit: units.first });
        self.soon(1, 70);
        let mut other = units.other.filter(|_| !self.urgent && self.dice.chance(70));
        let bound = if other.is_some() || (!self.urgent && self.dice.chance(12)) {
            self.objected(other.take())
        } else {
            self.staff(Role::Handler, Command::Sign {});
            // Whose case it is, is settled by a superior's taking it over, as by a ruling.
            !self.urgent && self.on_the_way(units)
        };
        let finding = match self.dice.below(100) {
            0..52 => Finding::Founded,
            52..84 => Finding::Unfounded,
            84..96 => Finding::Unlocatable,
            _ if !bound && !self.urgent && units.other.is_some() => Finding::NotOurs,
            _ => Finding::Founded,
        };
        let other = units.other.filter(|_| finding == Finding::NotOurs);
        self.up_to_closing(finding, other, false);
        if finding == Finding::Founded && !bound {
            self.listed();
        }
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
        match finding {
            Finding::Founded if !again => self.disposed_first(),
            Finding::Founded | Finding::NotOurs => {
                self.disposed();
                self.reply(Role::Handler, &say::REPLIES);
            }
            Finding::Unfounded | Finding::Unlocatable => {
                self.reply(Role::Handler, &say::REPLIES_UNFOUNDED);
            }
        }
        self.closed(finding, again);
    }

    fn verified(&mut self, finding: Finding) {
        match self.urgent {
            true => self.pace.minutes(25, 115, &mut self.dice),
            false => self.pace.spread(2, 15, 90, &mut self.dice),
        }
        let matter = self.what.clone();
        let told = |texts: &[&str], dice: &mut Dice| dice.pick(texts).replace("{}", &matter);
        let text = match finding {
            Finding::Founded => told(&say::FOUNDED, &mut self.dice),
            Finding::Unfounded => told(&say::UNFOUNDED, &mut self.dice),
            Finding::Unlocatable => told(&say::UNLOCATABLE, &mut self.dice),
            Finding::NotOurs => told(&say::NOT_OURS, &mut self.dice),
        };
        let officers = self.officers();
        // Written down after the visit, the same day or the next; where it is urgent, on the spot.
        let at = match self.urgent {
            true => self.pace.at - Duration::minutes(self.dice.between(2, 20)),
            false => self.earlier(),
        };
        let (place, evidence) = ("举报所述位置".to_owned(), Vec::new());
        let command = Command::Verify { finding, officers, at, place, text, evidence };
        self.staff(Role::Handler, command);
    }

    /// When something happened that is written down now.
    fn earlier(&mut self) -> DateTime<Utc> {
        self.pace.at - Duration::minutes(self.dice.between(40, 1_500))
    }

    /// Two different people.
    fn officers(&mut self) -> Vec<String> {
        let first = self.person();
        let mut second = self.person();
        while second == first {
            second = self.person();
        }
        vec![first, second]
    }

    fn person(&mut self) -> String {
        format!("{}{}", self.dice.pick(&say::SURNAMES), self.dice.pick(&say::GIVEN))
    }
}
