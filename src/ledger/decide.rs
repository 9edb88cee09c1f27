//! One command on one case: the entry that records it, or one refusal.
//!
//! Refusals are asked in a fixed order (docs/LEDGER.md): role, stage, what is outstanding, the
//! duty, its owner, then what is particular to the act.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::benchmark::Benchmarks;
use super::case::Case;
use super::command::Command;
use super::draft::Draft;
use super::duty::{Duty, DutyKind};
use super::entry::{Entry, Stage};
use super::particular;
use super::parties;
use super::refusal::Refusal;
use super::words::ImportStep;
use crate::calendar::Rules;
use crate::place::{Code, Divisions, Units};

/// What every decision stands on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Clock rules and calendar.
    pub rules: &'a Rules,
    /// The tree of divisions.
    pub divisions: &'a Divisions,
    /// Penalty benchmarks.
    pub benchmarks: &'a Benchmarks,
    /// Supervising bodies and successors, as they stand now.
    pub units: &'a Units,
    /// Who takes a case when the top of the tree itself is accused.
    pub alternate: Code,
}

impl Ground<'_> {
    /// Whether a unit stands at or above another, or above a place.
    pub fn holds(&self, unit: Code, other: Code) -> bool {
        self.units.holds(unit, other)
    }

    /// Whether a unit stands above another as a bureau does. A supervising body sees, urges, lists and
    /// holds to account within its divisions; it neither handles nor decides there.
    pub fn commands(&self, unit: Code, other: Code) -> bool {
        !unit.is_body() && self.holds(unit, other)
    }

    /// Whether a unit is kept away from a case.
    pub fn bars(&self, case: &Case, unit: Code) -> bool {
        case.recused.iter().any(|recusal| self.units.bars(recusal.unit, unit))
    }

    /// The nearest unit at or above `unit` that none of the recusals bars. At the top there is nobody
    /// above: the alternate takes the case.
    pub fn clear_unit(&self, unit: Code, recused: &[Code]) -> Code {
        let free = |at: &Code| !recused.iter().any(|accused| self.units.bars(*accused, *at));
        unit.chain().into_iter().find(free).unwrap_or(self.alternate)
    }
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
    /// The other case that the command names, where the actor sees it.
    pub other: Option<&'a Case>,
    /// Positions of evidence that was never uploaded.
    pub unknown_evidence: Vec<usize>,
}

/// Failed attempts on so many different days end the duty to reply, and that to visit again.
pub const ATTEMPT_DAYS: usize = 3;

/// What a decision writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The entry on the case itself.
    pub entry: Entry,
    /// Its counterpart on the other case, for acts that touch two.
    pub other: Option<Entry>,
}

/// Decides a command. Pure: the same arguments give the same answer.
pub fn decide(
    situation: &Situation<'_>,
    command: &Command,
    actor: &Actor,
    ground: Ground<'_>,
    now: DateTime<Utc>,
) -> Result<Facts, Refusal> {
    let case = situation.case;
    parties::role(command.act(), actor)?;
    stage(case, command)?;
    outstanding(case, command)?;
    let duty = duty(case, command, actor)?;
    match duty {
        Some(duty) => parties::owner(duty, command, actor, case, &ground)?,
        None => parties::standing(command, actor, case, &ground)?,
    }
    particular::check(situation, command, duty, actor, &ground, now)?;
    // From here on it must succeed.
    let mut draft = Draft::new(case, ground, now);
    if let Some(duty) = duty {
        draft.discharge(duty, command);
    }
    draft.record(command, duty, actor, situation.other);
    Ok(draft.facts(command, duty, actor, situation.other))
}

/// Acts that need the case to be alive, and those that need it ended.
fn stage(case: &Case, command: &Command) -> Result<(), Refusal> {
    if case.is.stage == Stage::Merged {
        // It speaks only through the case that it was merged into; what others wrote on it stands.
        let still = matches!(command, Command::Note { .. });
        return if still { Ok(()) } else { Err(Refusal::CaseMerged) };
    }
    let always = matches!(
        command,
        Command::Reply { .. }
            | Command::AttemptReply { .. }
            | Command::Look { .. }
            | Command::Correct { .. }
            | Command::Note { .. }
            | Command::ReturnVisit { .. }
            | Command::Recheck { .. }
            | Command::Account { .. }
            | Command::Avert { .. }
            | Command::Reckon { .. }
            | Command::Succeed { .. }
    );
    if let Command::Reopen { .. } | Command::Draw { .. } = command {
        let ended = matches!(case.is.stage, Stage::Closed | Stage::Refused);
        return if ended { Ok(()) } else { Err(Refusal::NotEnded) };
    }
    match case.is.stage {
        _ if always => Ok(()),
        Stage::Closed => Err(Refusal::CaseClosed),
        Stage::Refused => Err(Refusal::CaseRefused),
        Stage::Linked => Err(Refusal::CaseLinked),
        Stage::Pending | Stage::Open | Stage::Merged => Ok(()),
    }
}

/// The promise itself: what is still owed keeps a case from closing.
fn outstanding(case: &Case, command: &Command) -> Result<(), Refusal> {
    let in_the_way: Vec<Duty> = match command {
        Command::RequestClose { .. } => case.blocking().cloned().collect(),
        Command::ApproveClose { .. } => {
            case.blocking().filter(|duty| duty.kind != DutyKind::Review).cloned().collect()
        }
        // The same gate for an old ledger: its entry stands in for the replies, and for nothing else.
        Command::Imported { step: ImportStep::Closed, .. } => {
            case.blocking().filter(|duty| duty.kind != DutyKind::Reply).cloned().collect()
        }
        // What was listed is lifted, and what was ordered is carried out, before the case ends in
        // any other way or goes into another.
        Command::Refuse { .. } | Command::Link { .. } | Command::Merge { .. } => {
            let outlives = |kind| kind == DutyKind::Lift || DutyKind::ENFORCEMENT.contains(&kind);
            case.blocking().filter(|duty| outlives(duty.kind)).cloned().collect()
        }
        _ => return Ok(()),
    };
    if in_the_way.is_empty() { Ok(()) } else { Err(Refusal::Outstanding(in_the_way)) }
}

/// The open duty that the act discharges, or works on.
fn duty<'a>(case: &'a Case, command: &Command, actor: &Actor) -> Result<Option<&'a Duty>, Refusal> {
    let kind = match command {
        Command::Accept { .. }
        | Command::Refuse { .. }
        | Command::AskSupplement { .. }
        | Command::Link { .. } => DutyKind::Judge,
        Command::Supplement { .. } => DutyKind::Supplement,
        Command::Imported { step: ImportStep::Accepted, .. } => DutyKind::Judge,
        Command::Imported { step: ImportStep::Disposed, .. } => DutyKind::Dispatch,
        Command::Dispatch { .. } => DutyKind::Dispatch,
        Command::Sign {} | Command::Object { .. } => DutyKind::Sign,
        Command::RuleObjection { .. } => DutyKind::RuleObjection,
        Command::Verify { .. } => DutyKind::Verify,
        Command::Dispose { .. } => DutyKind::Dispose,
        Command::Decide { .. } => DutyKind::Decide,
        Command::Progress { .. } => DutyKind::Progress,
        Command::Lift { .. } => DutyKind::Lift,
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => DutyKind::Review,
        Command::Recheck { .. } => DutyKind::Recheck,
        Command::ReturnVisit { .. } => DutyKind::ReturnVisit,
        Command::Execute { duty, .. } => return numbered(case, DutyKind::Execute, *duty),
        Command::VerifyExecution { duty, .. } => {
            return numbered(case, DutyKind::VerifyExecution, *duty);
        }
        Command::HandOver { duty, .. } => return numbered(case, DutyKind::HandOver, *duty),
        Command::ReceiveTransfer { duty, .. } => {
            return numbered(case, DutyKind::ReceiveTransfer, *duty);
        }
        Command::RuleExtension { duty, .. } => {
            return numbered(case, DutyKind::RuleExtension, *duty);
        }
        Command::Lapse { duty } => {
            let Some(no) = duty else { return numbered(case, DutyKind::Supplement, None) };
            let found = case.duty(*no).filter(|duty| duty.is_open() && duty.kind.lapses());
            return found.map(Some).ok_or(Refusal::NoSuchDuty);
        }
        // Several units may be asked at once: each answers for itself.
        Command::Opine { .. } => {
            let own =
                case.all_open(DutyKind::Opinion).find(|duty| Some(duty.owner) == actor.unit());
            let any = own.or_else(|| case.open(DutyKind::Opinion));
            return any.map(Some).ok_or_else(|| not_open(case, DutyKind::Opinion));
        }
        Command::Reply { tip, .. } | Command::AttemptReply { tip, .. } | Command::Look { tip } => {
            if !case.tips.iter().any(|known| known.number == *tip) {
                return Err(Refusal::NoSuchTip);
            }
            // Whoever is to be asked how it was done must be reached too, after the reply.
            let visit = || case.open(DutyKind::ReturnVisit);
            let looks = matches!(command, Command::Look { .. });
            let found = case.open_reply(tip).or_else(|| visit().filter(|_| looks));
            return found.map(Some).ok_or_else(|| not_open(case, DutyKind::Reply));
        }
        // Merging judges a case that is not judged yet; an accepted one has been.
        Command::Merge { .. } => return Ok(case.open(DutyKind::Judge)),
        _ => return Ok(None),
    };
    case.open(kind).map(Some).ok_or_else(|| not_open(case, kind))
}

/// The open duty of a kind and a number; without a number the only one.
fn numbered(case: &Case, kind: DutyKind, no: Option<u32>) -> Result<Option<&Duty>, Refusal> {
    let mut open = case.all_open(kind);
    match (no, open.next(), open.next()) {
        (_, None, _) => Err(not_open(case, kind)),
        (Some(no), ..) => {
            let found = case.all_open(kind).find(|duty| duty.no == no);
            found.map(Some).ok_or(Refusal::NoSuchDuty)
        }
        (None, found, None) => Ok(found),
        (None, ..) => Err(Refusal::DutyUnclear(case.all_open(kind).cloned().collect())),
    }
}

fn not_open(case: &Case, kind: DutyKind) -> Refusal {
    Refusal::DutyNotOpen(kind, case.blocking().cloned().collect())
}
