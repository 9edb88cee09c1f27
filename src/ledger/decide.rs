//! One command on one case: the entry that records it, or one refusal.
//!
//! Refusals are asked in a fixed order (docs/LEDGER.md): role, stage, what is outstanding, the
//! duty, its owner, then what is particular to the act.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::Case;
use super::command::{Command, Corrections};
use super::draft::Draft;
use super::duty::{Duty, DutyKind};
use super::entry::{Entry, Stage};
use super::parties;
use super::refusal::Refusal;
use super::words::{Finding, RefuseReason};
use crate::calendar::Rules;
use crate::place::{Code, Divisions, Units};

/// What every decision stands on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Clock rules and calendar.
    pub rules: &'a Rules,
    /// The tree of divisions.
    pub divisions: &'a Divisions,
    /// Supervising bodies and successors, as they stand now.
    pub units: &'a Units,
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
    let mut draft = Draft::new(case, ground, now);
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
        None if !may_recuse(situation.case, fields, actor) => {
            Err(Refusal::NotCorrectable("accused_unit".to_owned()))
        }
        None => Ok(()),
    }
}

/// A unit may own up to being the accused, and a superior may say so of it; only a superior says
/// that it is not.
fn may_recuse(case: &Case, fields: &Corrections, actor: &Actor) -> bool {
    let holds = |unit: Code| actor.unit().is_some_and(|mine| mine.holds(unit));
    let above = |unit: Code| holds(unit) && actor.unit() != Some(unit);
    fields.accused_unit.is_none_or(holds)
        && (!fields.lift_recusal || case.recused_units().into_iter().all(above))
}
