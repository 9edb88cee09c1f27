//! One command on one case: the entry that records it, or one refusal.
//!
//! Refusals are asked in a fixed order (docs/LEDGER.md): role, stage, what is outstanding, the
//! duty, its owner, then what is particular to the act.

use chrono::{DateTime, Utc};

use super::actor::Actor;
use super::case::Case;
use super::command::{Act, Command, Corrections, Finding, Redo, RefuseReason, VisitResult};
use super::duty::{Duty, DutyKind};
use super::entry::{By, ByKind, Effect, Entry, Position, Stage};
use super::parties;
use super::refusal::Refusal;
use super::state::State;
use crate::calendar::Rules;
use crate::place::{Code, Divisions, recusal};

/// What every decision stands on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Clock rules and calendar.
    pub rules: &'a Rules,
    /// The tree of divisions.
    pub divisions: &'a Divisions,
    /// Who takes a case when the top of the tree itself is accused.
    pub alternate: Code,
}

/// An earlier entry, as far as a correction asks.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// Its number.
    pub seq: u32,
    /// What it recorded.
    pub act: Act,
    /// The unit that made it; for the public's tips the desk that took them in.
    pub unit: Code,
}

/// The case and what else a command needs to know.
pub struct Situation<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its earlier entries.
    pub past: &'a [Past],
    /// The stage of the case to link to, where the actor sees one.
    pub link_target: Option<Stage>,
    /// Positions of evidence that was never uploaded.
    pub unknown_evidence: Vec<usize>,
}

/// Failed attempts on so many days end the duty to reply.
pub const REPLY_ATTEMPT_DAYS: usize = 3;

/// Decides a command. Pure: the same arguments give the same answer.
pub fn decide(
    situation: &Situation<'_>,
    command: &Command,
    actor: &Actor,
    ground: Ground<'_>,
    now: DateTime<Utc>,
) -> Result<Entry, Refusal> {
    let case = situation.case;
    parties::role(command.act(), actor)?;
    stage(case, command)?;
    outstanding(case, command)?;
    let duty = duty(case, command)?;
    match duty {
        Some(duty) => parties::owner(duty, actor, case)?,
        None => parties::standing(command, actor, case)?,
    }
    particular(situation, command, actor, now)?;
    // From here on it must succeed.
    let mut draft = Draft { case, ground, now, effects: Vec::new(), is: case.is };
    if let Some(duty) = duty {
        draft.discharge(duty, command, now);
    }
    draft.record(command, actor);
    Ok(draft.entry(command, actor))
}

/// Acts that need the case to be alive, and those that need it ended.
fn stage(case: &Case, command: &Command) -> Result<(), Refusal> {
    let always = matches!(
        command,
        Command::Reply { .. }
            | Command::AttemptReply { .. }
            | Command::Look { .. }
            | Command::Correct { .. }
            | Command::Note { .. }
            | Command::ReturnVisit { .. }
    );
    if let Command::Reopen { .. } = command {
        let ended = matches!(case.is.stage, Stage::Closed | Stage::Refused);
        return if ended { Ok(()) } else { Err(Refusal::NotEnded) };
    }
    match case.is.stage {
        _ if always => Ok(()),
        Stage::Closed => Err(Refusal::CaseClosed),
        Stage::Refused => Err(Refusal::CaseRefused),
        Stage::Linked => Err(Refusal::CaseLinked),
        Stage::Pending | Stage::Open => Ok(()),
    }
}

/// The promise itself: what is still owed keeps a case from closing.
fn outstanding(case: &Case, command: &Command) -> Result<(), Refusal> {
    let in_the_way: Vec<Duty> = match command {
        Command::RequestClose { .. } => case.blocking().cloned().collect(),
        Command::ApproveClose { .. } => {
            case.blocking().filter(|duty| duty.kind != DutyKind::Review).cloned().collect()
        }
        _ => return Ok(()),
    };
    if in_the_way.is_empty() { Ok(()) } else { Err(Refusal::Outstanding(in_the_way)) }
}

/// The open duty that the act discharges, or works on.
fn duty<'a>(case: &'a Case, command: &Command) -> Result<Option<&'a Duty>, Refusal> {
    let kind = match command {
        Command::Accept { .. }
        | Command::Refuse { .. }
        | Command::AskSupplement { .. }
        | Command::Link { .. } => DutyKind::Judge,
        Command::Supplement { .. } | Command::Lapse {} => DutyKind::Supplement,
        Command::Dispatch { .. } => DutyKind::Dispatch,
        Command::Sign {} | Command::Object { .. } => DutyKind::Sign,
        Command::RuleObjection { .. } => DutyKind::RuleObjection,
        Command::Verify { .. } => DutyKind::Verify,
        Command::Dispose { .. } => DutyKind::Dispose,
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => DutyKind::Review,
        Command::ReturnVisit { .. } => DutyKind::ReturnVisit,
        Command::Reply { tip, .. } | Command::AttemptReply { tip, .. } | Command::Look { tip } => {
            if !case.tips.iter().any(|known| known.number == *tip) {
                return Err(Refusal::NoSuchTip);
            }
            let open = || case.duties.iter().filter(|duty| duty.blocks()).cloned().collect();
            let found = case.open_reply(tip);
            return found.map(Some).ok_or_else(|| Refusal::DutyNotOpen(DutyKind::Reply, open()));
        }
        Command::RequestClose { .. }
        | Command::Reopen { .. }
        | Command::Correct { .. }
        | Command::Note { .. } => return Ok(None),
    };
    let open = || case.blocking().cloned().collect();
    case.open(kind).map(Some).ok_or_else(|| Refusal::DutyNotOpen(kind, open()))
}

/// What is particular to one act.
fn particular(
    situation: &Situation<'_>,
    command: &Command,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let case = situation.case;
    let unit = actor.unit();
    let waits = case.open(DutyKind::Supplement).is_some_and(|duty| !duty.is_overdue(now));
    match command {
        Command::AskSupplement { .. } if case.asked_supplement => Err(Refusal::AskedBefore),
        Command::Refuse { reason: RefuseReason::Insufficient, .. } if waits => {
            Err(Refusal::SupplementPending)
        }
        Command::Lapse {} if waits => Err(Refusal::SupplementPending),
        Command::Link { .. } if situation.link_target != Some(Stage::Closed) => {
            Err(Refusal::LinkTarget)
        }
        Command::Dispatch { unit } => parties::assignable(*unit, case),
        Command::Object { .. } if unit.is_some_and(|unit| case.objectors.contains(&unit)) => {
            Err(Refusal::ObjectedBefore)
        }
        Command::RuleObjection { upheld: true, unit } => match unit {
            Some(unit) if *unit != case.is.holder => parties::assignable(*unit, case),
            _ => Err(Refusal::UnitMissing),
        },
        Command::Verify { finding: Finding::NotOurs, .. }
            if case.bound.contains(&case.is.holder) =>
        {
            Err(Refusal::RulingBinds)
        }
        Command::Verify { .. } if !situation.unknown_evidence.is_empty() => {
            Err(Refusal::UnknownEvidence(situation.unknown_evidence.clone()))
        }
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => {
            parties::reviewer(actor, case)
        }
        Command::Reopen { .. } if unit.is_none() && case.appealed => Err(Refusal::AppealedBefore),
        Command::Correct { seq, fields, .. } => correctable(situation, *seq, fields, actor),
        _ => Ok(()),
    }
}

/// Which fields of which entries may be corrected.
fn correctable(
    situation: &Situation<'_>,
    seq: u32,
    fields: &Corrections,
    actor: &Actor,
) -> Result<(), Refusal> {
    let past = situation.past.iter().find(|past| past.seq == seq).ok_or(Refusal::NoSuchEntry)?;
    parties::corrector(past, actor)?;
    let allowed: &[&str] = match past.act {
        Act::Receive => &["category", "division", "accused_unit", "occurred_on"],
        Act::Accept => &["category"],
        Act::Refuse => &["redirect", "text"],
        Act::Verify => &["at", "place", "text"],
        Act::Dispose => &["basis", "text"],
        Act::Reply | Act::AttemptReply => &["means", "text"],
        _ => &[],
    };
    let recusal = fields.accused_unit.is_some() || fields.lift_recusal;
    let given = [
        fields.category.map(|_| "category"),
        fields.division.map(|_| "division"),
        recusal.then_some("accused_unit"),
    ];
    let mut names = given.into_iter().flatten().chain(fields.texts.keys().map(String::as_str));
    match names.find(|name| !allowed.contains(name)) {
        Some(name) => Err(Refusal::NotCorrectable(name.to_owned())),
        None if recusal && actor.unit().is_some_and(|unit| unit == situation.case.is.place) => {
            // Only a superior says whether a unit is the accused.
            Err(Refusal::NotCorrectable("accused_unit".to_owned()))
        }
        None => Ok(()),
    }
}

struct Draft<'a> {
    case: &'a Case,
    ground: Ground<'a>,
    now: DateTime<Utc>,
    effects: Vec<Effect>,
    is: Position,
}

impl Draft<'_> {
    /// The duty that the act was for ends, but for those acts that only work on it.
    fn discharge(&mut self, duty: &Duty, command: &Command, now: DateTime<Utc>) {
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

    fn record(&mut self, command: &Command, actor: &Actor) {
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
                Redo::Reply => self.open_replies(),
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
        self.open_for(kind, owner, None);
    }

    fn open_for(&mut self, kind: DutyKind, owner: Code, tip: Option<String>) {
        // Disposal is counted from acceptance, everything else from its own beginning.
        let from = match kind {
            DutyKind::Dispose => self.case.accepted_at.unwrap_or(self.now),
            _ => self.now,
        };
        let due = self.ground.rules.due(kind.name(), from);
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

    /// A reply is owed to every informant, once each.
    fn open_replies(&mut self) {
        let answered = self.case.tips.iter().filter(|t| self.case.open_reply(&t.number).is_none());
        let tips: Vec<String> = answered.map(|tip| tip.number.clone()).collect();
        for tip in tips {
            self.open_for(DutyKind::Reply, self.is.holder, Some(tip));
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
        self.open_replies();
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

    fn entry(self, command: &Command, actor: &Actor) -> Entry {
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
