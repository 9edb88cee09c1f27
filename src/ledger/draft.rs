//! What a decided act writes: its effects on duties, and the entry that carries them.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::Case;
use super::command::{Command, Corrections};
use super::decide::{Ground, REPLY_ATTEMPT_DAYS};
use super::duty::{Duty, DutyKind};
use super::entry::{By, ByKind, Effect, Entry, Position, Stage};
use super::parties;
use super::state::State;
use super::words::{Finding, Redo, VisitResult};
use crate::calendar::Due;
use crate::place::{Code, recusal};

/// An entry in the making. Nothing in here can refuse.
pub(super) struct Draft<'a> {
    case: &'a Case,
    ground: Ground<'a>,
    now: DateTime<Utc>,
    effects: Vec<Effect>,
    is: Position,
}

impl<'a> Draft<'a> {
    /// An entry that does nothing yet.
    pub(super) fn new(case: &'a Case, ground: Ground<'a>, now: DateTime<Utc>) -> Draft<'a> {
        Draft { case, ground, now, effects: Vec::new(), is: case.is }
    }

    /// The duty that the act was for ends, but for those acts that only work on it.
    pub(super) fn discharge(&mut self, duty: &Duty, command: &Command, now: DateTime<Utc>) {
        let attempts = |tip: &str| {
            let today = crate::calendar::zone::date_of(now);
            let earlier = self.case.attempts.iter().filter(|(of, day)| of == tip && *day != today);
            earlier.count() + 1
        };
        let no = duty.no;
        match command {
            Command::AskSupplement { .. } => self.effects.push(Effect::Pause { no }),
            Command::Look { .. } => {}
            Command::AttemptReply { tip, .. } if attempts(tip) < REPLY_ATTEMPT_DAYS => {}
            Command::Lapse {} => self.effects.push(Effect::Lapse { no }),
            _ => self.effects.push(Effect::Discharge { no }),
        }
    }

    /// What the act opens, moves and starts.
    pub(super) fn record(&mut self, command: &Command, actor: &Actor) {
        let holder = self.case.is.holder;
        match command {
            Command::Accept { category } => {
                self.end_supplement();
                self.is.stage = Stage::Open;
                self.is.category = category.unwrap_or(self.is.category);
                self.open(DutyKind::Dispatch, holder);
            }
            Command::Refuse { .. } => {
                self.end_supplement();
                self.is.stage = Stage::Refused;
                self.start_replies();
            }
            Command::Link { .. } => {
                self.end_supplement();
                self.is.stage = Stage::Linked;
                self.start_replies();
            }
            Command::AskSupplement { .. } => self.open(DutyKind::Supplement, holder),
            Command::Supplement { .. } | Command::Lapse {} => self.restart(DutyKind::Judge),
            Command::Dispatch { unit } => self.assign(*unit),
            Command::Sign {} => self.open(DutyKind::Verify, holder),
            Command::Object { .. } => {
                let unit = actor.unit().unwrap_or(holder);
                self.open(DutyKind::RuleObjection, parties::arbiter(self.case, unit, &self.ground));
            }
            Command::RuleObjection { upheld: true, unit } => self.assign(unit.unwrap_or(holder)),
            Command::RuleObjection { .. } => self.open(DutyKind::Verify, holder),
            Command::Verify { finding, .. } => match finding {
                Finding::Founded => self.open(DutyKind::Dispose, holder),
                Finding::Unfounded | Finding::Unlocatable => self.start_replies(),
                Finding::NotOurs => {
                    let arbiter = parties::arbiter(self.case, holder, &self.ground);
                    self.open(DutyKind::RuleObjection, arbiter);
                }
            },
            Command::Dispose { .. } => self.start_replies(),
            Command::RequestClose { .. } => self.open(DutyKind::Review, holder),
            Command::ApproveClose { .. } => {
                self.is.stage = Stage::Closed;
                self.open(DutyKind::ReturnVisit, holder);
            }
            Command::ReturnClose { redo, .. } => match redo {
                Redo::Verify => self.open(DutyKind::Verify, holder),
                Redo::Dispose => self.open(DutyKind::Dispose, holder),
                Redo::Reply => {
                    let due = self.ground.rules.due(DutyKind::Reply.name(), self.now);
                    self.open_replies(&due);
                }
            },
            Command::Reopen { .. }
            | Command::ReturnVisit { result: VisitResult::NotSatisfiedJustified, .. } => {
                self.reopen(command.act());
            }
            Command::Correct { fields, .. } => self.correct(fields),
            Command::ReturnVisit { .. }
            | Command::Reply { .. }
            | Command::AttemptReply { .. }
            | Command::Look { .. }
            | Command::Note { .. } => {}
        }
    }

    fn open(&mut self, kind: DutyKind, owner: Code) {
        // Disposal is counted from acceptance, everything else from its own beginning.
        let from = match kind {
            DutyKind::Dispose => self.case.accepted_at.unwrap_or(self.now),
            _ => self.now,
        };
        self.push(kind, owner, None, self.ground.rules.due(kind.name(), from));
    }

    fn push(&mut self, kind: DutyKind, owner: Code, tip: Option<String>, due: Due) {
        let opened = self.effects.iter().filter(|e| matches!(e, Effect::Open { .. })).count();
        let no = u32::try_from(self.case.duties.len() + opened + 1).unwrap_or(u32::MAX);
        self.effects.push(Effect::Open { no, duty: kind, owner, tip, due: due.at, rule: due.rule });
    }

    fn clock(&mut self, no: u32, kind: DutyKind) {
        let due = self.ground.rules.due(kind.name(), self.now);
        self.effects.push(Effect::Clock { no, due: due.at, rule: due.rule });
    }

    fn restart(&mut self, kind: DutyKind) {
        if let Some(duty) = self.case.open(kind) {
            self.clock(duty.no, kind);
        }
    }

    fn end_supplement(&mut self) {
        if let Some(duty) = self.case.open(DutyKind::Supplement) {
            self.effects.push(Effect::Lapse { no: duty.no });
        }
    }

    /// There is something to tell now: the clocks of all open replies begin.
    fn start_replies(&mut self) {
        for no in self.open_reply_numbers() {
            self.clock(no, DutyKind::Reply);
        }
    }

    fn open_reply_numbers(&self) -> Vec<u32> {
        let replies = self.case.duties.iter().filter(|d| d.kind == DutyKind::Reply && d.is_open());
        replies.map(|duty| duty.no).collect()
    }

    /// A reply is owed to every informant, once each. `due` is empty where there is nothing to tell
    /// yet: the clock then begins with the outcome.
    fn open_replies(&mut self, due: &Due) {
        let answered = self.case.tips.iter().filter(|t| self.case.open_reply(&t.number).is_none());
        let tips: Vec<String> = answered.map(|tip| tip.number.clone()).collect();
        for tip in tips {
            self.push(DutyKind::Reply, self.is.holder, Some(tip), due.clone());
        }
    }

    /// The case passes to a unit, which must sign; the replies pass with it.
    fn assign(&mut self, unit: Code) {
        self.is.holder = unit;
        for no in self.open_reply_numbers() {
            self.effects.push(Effect::Hand { no, owner: unit });
        }
        self.open(DutyKind::Sign, unit);
    }

    fn reopen(&mut self, act: Act) {
        // A visit asked for before the reopening would ask about something undone; the visit that
        // itself reopened the case is discharged already.
        if let Some(visit) = self.case.open(DutyKind::ReturnVisit).filter(|_| act == Act::Reopen) {
            self.effects.push(Effect::Lapse { no: visit.no });
        }
        self.is.stage = Stage::Open;
        self.open(DutyKind::Verify, self.is.holder);
        // A reply that is still owed waits for the new outcome.
        for no in self.open_reply_numbers() {
            self.effects.push(Effect::Clock { no, due: None, rule: String::new() });
        }
        self.open_replies(&Due { at: None, rule: String::new() });
    }

    fn correct(&mut self, fields: &Corrections) {
        self.is.category = fields.category.unwrap_or(self.is.category);
        self.is.place = fields.division.unwrap_or(self.is.place);
        if fields.lift_recusal {
            let lifted = self.case.recused.iter().map(|r| Effect::Lift { unit: r.unit });
            self.effects.extend(lifted);
        }
        if let Some(accused) = fields.accused_unit {
            self.effects.push(Effect::Recuse { unit: accused, provisional: false });
            self.move_up(accused);
        }
    }

    /// Whatever a unit holds from which the case is now kept goes to the nearest that may have it.
    fn move_up(&mut self, accused: Code) {
        let mut recused = self.case.recused_units();
        recused.push(accused);
        let clear = |unit| recusal::clear_unit(unit, &recused, self.ground.alternate);
        let open = self.case.duties.iter().filter(|duty| duty.is_open());
        let handed: Vec<Effect> = open
            .filter(|duty| clear(duty.owner) != duty.owner)
            .map(|duty| Effect::Hand { no: duty.no, owner: clear(duty.owner) })
            .collect();
        self.is.holder = clear(self.is.holder);
        self.effects.extend(handed);
    }

    /// The entry, with the label that the case bears from here on.
    pub(super) fn entry(self, command: &Command, actor: &Actor) -> Entry {
        let mut entry = Entry {
            v: 1,
            case: self.case.no.clone(),
            seq: self.case.last_seq + 1,
            act: command.act(),
            by: by(actor),
            recorded_at: self.now,
            stated_at: command.stated_at().unwrap_or(self.now),
            fields: serde_json::to_value(command).unwrap_or_default(),
            tip: None,
            effects: self.effects,
            was: Some(self.case.is),
            is: self.is,
            state: State::Pending,
        };
        let mut after = self.case.clone();
        after.apply(&entry);
        entry.state = State::of(&after);
        entry
    }
}

fn by(actor: &Actor) -> By {
    match actor {
        Actor::Staff { user, unit, roles } => By {
            user: Some(user.clone()),
            unit: Some(*unit),
            kind: ByKind::Staff,
            roles: roles.clone(),
        },
        Actor::Informant { .. } => By::nobody(ByKind::Informant),
        Actor::Schedule => By::nobody(ByKind::Schedule),
    }
}

impl By {
    /// Somebody who is not staff.
    pub fn nobody(kind: ByKind) -> By {
        By { user: None, unit: None, kind, roles: Vec::new() }
    }
}
