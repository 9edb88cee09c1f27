//! What is particular to one act, after role, stage, duty and owner have been asked.

mod clock;
mod enforce;
mod imported;

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::Case;
use super::command::{Command, Corrections};
use super::decide::{Ground, Situation};
use super::draft::Draft;
use super::duty::{Duty, DutyKind};
use super::entry::Stage;
use super::parties;
use super::refusal::Refusal;
use super::words::{DisposeKind, Execution, Finding, RefuseReason};
use crate::place::Code;

/// What is particular to one act; that its evidence is there comes last.
pub(super) fn check(
    situation: &Situation<'_>,
    command: &Command,
    duty: Option<&Duty>,
    actor: &Actor,
    ground: &Ground<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    rule(situation, command, duty, actor, ground, now)?;
    match situation.unknown_evidence.as_slice() {
        [] => Ok(()),
        places => Err(Refusal::UnknownEvidence(places.to_vec())),
    }
}

fn rule(
    situation: &Situation<'_>,
    command: &Command,
    duty: Option<&Duty>,
    actor: &Actor,
    ground: &Ground<'_>,
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
        Command::Lapse { .. } => match duty {
            Some(duty) if duty.is_overdue(now) => Ok(()),
            Some(duty) if duty.kind == DutyKind::Supplement => Err(Refusal::SupplementPending),
            _ => Err(Refusal::NotYetDue),
        },
        Command::Link { .. } if stage_of(situation.other) != Some(Stage::Closed) => {
            Err(Refusal::LinkTarget)
        }
        Command::Merge { .. } => mergeable(case, situation.other, actor, ground),
        Command::Split { .. } => {
            let shelf = situation.other.filter(|other| other.is.stage == Stage::Merged);
            let into = shelf.and_then(|other| other.shelf.as_ref()).map(|shelf| &shelf.into);
            if into == Some(&case.no) { Ok(()) } else { Err(Refusal::NotMergedHere) }
        }
        Command::Dispatch { unit } => parties::assignable(*unit, case, ground),
        Command::Object { .. } if unit.is_some_and(|unit| case.objectors.contains(&unit)) => {
            Err(Refusal::ObjectedBefore)
        }
        Command::RuleObjection { upheld: true, unit } => match unit {
            Some(unit) if *unit != case.is.holder => parties::assignable(*unit, case, ground),
            _ => Err(Refusal::UnitMissing),
        },
        Command::Verify { finding: Finding::NotOurs, .. }
            if case.bound.contains(&case.is.holder) =>
        {
            Err(Refusal::RulingBinds)
        }
        Command::Dispose { kind: DisposeKind::Filed, filing, .. } => {
            enforce::filing(case, filing.as_ref(), now)
        }
        Command::Decide { measures, .. } => enforce::benchmarks(measures, ground.benchmarks),
        Command::Execute { result: Execution::Executed, amount, document: None, .. } => {
            enforce::in_full(case, duty, *amount)
        }
        Command::VerifyExecution { .. } => enforce::verifier(case, duty, actor),
        Command::AskOpinion { units, .. } => opinions(case, units, ground),
        Command::AskExtension { duty, amount, .. } => {
            clock::extension(case, *duty, *amount, ground, now)
        }
        Command::RuleExtension { granted: true, amount, .. } => {
            clock::granted(case, duty, *amount, ground)
        }
        Command::Pause { duty, .. } => clock::pausable(case, *duty, ground, now),
        Command::Resume { duty, .. } => clock::resumable(case, *duty),
        Command::List { .. } if case.open(DutyKind::Lift).is_some() => Err(Refusal::ListedBefore),
        Command::TakeOver { .. } if unit == Some(case.is.holder) => Err(Refusal::HolderAlready),
        Command::Draw { .. } if case.open(DutyKind::Recheck).is_some() => Err(Refusal::DrawnBefore),
        Command::Draw { checker, .. }
            if case.held_by.contains(checker) || ground.bars(case, *checker) =>
        {
            Err(Refusal::NotIndependent)
        }
        // The case may have come to the checker since it was drawn.
        Command::Recheck { .. } if unit.is_some_and(|unit| case.held_by.contains(&unit)) => {
            Err(Refusal::NotIndependent)
        }
        Command::Recheck { .. } => parties::reviewer(actor, case),
        Command::Reckon { .. } if Draft::new(case, *ground, now).reckoned().is_empty() => {
            Err(Refusal::NothingChanges)
        }
        Command::Succeed { unit, .. } => {
            let owes = case.duties.iter().any(|duty| duty.is_open() && duty.owner == *unit);
            let holds = case.is_live() && case.is.holder == *unit;
            if owes || holds { Ok(()) } else { Err(Refusal::NothingChanges) }
        }
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => {
            parties::reviewer(actor, case)
        }
        Command::Imported { step, at, text, .. } => {
            imported::check(case, *step, *at, text.as_deref(), now)
        }
        Command::Reopen { .. } if appealed(case, actor) => Err(Refusal::AppealedBefore),
        Command::Correct { seq, fields, .. } => correctable(situation, *seq, fields, actor, ground),
        _ => Ok(()),
    }
}

fn appealed(case: &Case, actor: &Actor) -> bool {
    matches!(actor, Actor::Informant { tip } if case.appealed.contains(tip))
}

fn stage_of(other: Option<&Case>) -> Option<Stage> {
    other.map(|other| other.is.stage)
}

/// Never into a closed case, into itself, or into the hands of somebody who is kept away.
fn mergeable(
    case: &Case,
    other: Option<&Case>,
    actor: &Actor,
    ground: &Ground<'_>,
) -> Result<(), Refusal> {
    let fit = |other: &&Case| {
        other.is.stage == Stage::Open
            && other.no != case.no
            && actor.unit().is_some_and(|unit| !ground.bars(other, unit))
    };
    let other = other.filter(fit).ok_or(Refusal::MergeTarget)?;
    if ground.bars(case, other.is.holder) { Err(Refusal::MergeRecused) } else { Ok(()) }
}

/// Opinions are asked of units that are not kept away, do not hold the case, and were not asked
/// already.
fn opinions(case: &Case, units: &[Code], ground: &Ground<'_>) -> Result<(), Refusal> {
    for (at, unit) in units.iter().enumerate() {
        if ground.bars(case, *unit) {
            return Err(Refusal::UnitRecused);
        }
        let asked = case.all_open(DutyKind::Opinion).any(|duty| duty.owner == *unit);
        if asked || units[..at].contains(unit) || *unit == case.is.holder {
            return Err(Refusal::OpinionOfUnit(*unit));
        }
    }
    Ok(())
}

/// Which fields of which entries may be corrected.
fn correctable(
    situation: &Situation<'_>,
    seq: u32,
    fields: &Corrections,
    actor: &Actor,
    ground: &Ground<'_>,
) -> Result<(), Refusal> {
    let past = situation.past.iter().find(|past| past.seq == seq).ok_or(Refusal::NoSuchEntry)?;
    parties::corrector(past, actor, ground)?;
    let allowed: &[&str] = match past.act {
        Act::Receive => &["category", "division", "severity", "accused_unit", "occurred_on"],
        Act::Accept => &["category", "severity"],
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
        fields.severity.map(|_| "severity"),
        recusal.then_some("accused_unit"),
    ];
    let mut names = given.into_iter().flatten().chain(fields.texts.keys().map(String::as_str));
    match names.find(|name| !allowed.contains(name)) {
        Some(name) => Err(Refusal::NotCorrectable(name.to_owned())),
        None if !may_recuse(situation.case, fields, actor, ground) => {
            Err(Refusal::NotCorrectable("accused_unit".to_owned()))
        }
        None if !changes(situation.case, fields) => Err(Refusal::NothingChanges),
        None => Ok(()),
    }
}

/// Whether a correction says anything new. Of texts the case does not remember the old ones, and to
/// name a unit again is to confirm what a text had only hinted at.
fn changes(case: &Case, fields: &Corrections) -> bool {
    !fields.texts.is_empty()
        || fields.category.is_some_and(|category| category != case.is.category)
        || fields.severity.is_some_and(|severity| severity != case.is.severity)
        || fields.division.is_some_and(|place| place != case.is.place)
        || fields.accused_unit.is_some()
        || (fields.lift_recusal && !case.recused.is_empty())
}

/// A unit may own up to being the accused, and a superior may say so of it; only a superior says
/// that it is not.
fn may_recuse(case: &Case, fields: &Corrections, actor: &Actor, ground: &Ground<'_>) -> bool {
    let holds = |unit: Code| actor.unit().is_some_and(|mine| ground.holds(mine, unit));
    let above = |unit: Code| holds(unit) && actor.unit() != Some(unit);
    fields.accused_unit.is_none_or(holds)
        && (!fields.lift_recusal || case.recused_units().into_iter().all(above))
}
