//! What may be done on a case now, and why everything else may not.
//!
//! The same questions as [`super::decide()`] asks, asked of an act before its fields are known: a
//! page shows the forms of what is legal, and the reason beside what is not.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::{Case, Shelf};
use super::command::{Command, Corrections};
use super::decide::{Ground, Past, Situation, decide};
use super::duty::DutyKind;
use super::entry::Stage;
use super::refusal::Refusal;
use super::words::{
    DisposeKind, Execution, Finding, ListedFor, Outcome, PauseCause, RecheckFinding, Redo,
    RefuseReason, Stance, VisitResult,
};
use crate::place::Code;

/// One act as it stands for somebody on a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The act.
    pub act: Act,
    /// The tip that it answers, for replies: each informant is answered for themselves.
    pub tip: Option<String>,
    /// Whether it may be done now, with some fields.
    pub may: Result<(), Refusal>,
}

/// Every act that comes through the one door, in the order of a case's life. An act that no role of
/// the actor allows is left out: it is somebody else's.
pub fn agenda(
    case: &Case,
    past: &[Past],
    actor: &Actor,
    ground: Ground<'_>,
    now: DateTime<Utc>,
) -> Vec<Item> {
    let mine = Act::ALL.iter().filter(|act| act.is_command() && actor.is_any(act.roles()));
    let tips = || case.tips.iter().map(|tip| Some(tip.number.clone()));
    mine.flat_map(|act| {
        let tips: Vec<Option<String>> = match act {
            Act::Reply | Act::AttemptReply => tips().collect(),
            _ => vec![None],
        };
        tips.into_iter().map(|tip| {
            let may = may(*act, tip.as_deref(), case, past, actor, ground, now);
            Item { act: *act, tip, may }
        })
    })
    .collect()
}

/// Whether an act may be done now, for one tip where it is about one.
pub fn may(
    act: Act,
    tip: Option<&str>,
    case: &Case,
    past: &[Past],
    actor: &Actor,
    ground: Ground<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let other = stand_in(act, case, now);
    let situation = Situation {
        case,
        past,
        // Whether there is such a case is known only once its number is.
        other: other.as_ref(),
        unknown_evidence: Vec::new(),
    };
    let tries = examples(act, tip, case, past);
    let mut last = Ok(());
    for command in tries {
        match decide(&situation, &command, actor, ground, now) {
            Ok(_) => return Ok(()),
            Err(refusal) => last = Err(refusal),
        }
    }
    last
}

/// The other case of an act on two, as it must be for the act to be possible at all.
fn stand_in(act: Act, case: &Case, now: DateTime<Utc>) -> Option<Case> {
    let mut other = case.clone();
    other.no = String::new();
    match act {
        Act::Link => other.is.stage = Stage::Closed,
        Act::Merge => {
            other.is.stage = Stage::Open;
            other.recused.clear();
        }
        Act::Split => {
            let absorbed = case.tips.iter().find_map(|tip| tip.from.clone())?;
            let (tips, duties) = (Vec::new(), Vec::new());
            let (into, at) = (case.no.clone(), now);
            other.shelf = Some(Shelf { into, at, tips, duties });
            other.is.stage = Stage::Merged;
            other.no = absorbed;
        }
        _ => return None,
    }
    Some(other)
}

/// Commands that stand for all with this act: one of them is accepted wherever any is, so the
/// easiest comes last and its refusal is the one that is told.
fn examples(act: Act, tip: Option<&str>, case: &Case, past: &[Past]) -> Vec<Command> {
    let (text, tip) = (String::new(), tip.unwrap_or_default().to_owned());
    let one = match act {
        Act::Accept => Command::Accept { category: None, severity: None },
        Act::Refuse => {
            let reason = RefuseReason::OutOfScope;
            Command::Refuse { reason, redirect: String::new(), text }
        }
        Act::AskSupplement => Command::AskSupplement { text },
        Act::Supplement => Command::Supplement { text, evidence: Vec::new() },
        Act::Merge => Command::Merge { case: String::new(), text },
        Act::Split => Command::Split { case: String::new(), text },
        Act::Link => Command::Link { case: String::new() },
        Act::Dispatch => {
            let units = case.is.place.chain().into_iter().chain([case.is.holder]);
            return units.map(|unit| Command::Dispatch { unit }).collect();
        }
        Act::Sign => Command::Sign {},
        Act::Object => Command::Object { reason: text, suggested_unit: None },
        Act::RuleObjection => Command::RuleObjection { upheld: false, unit: None },
        Act::Verify => Command::Verify {
            finding: Finding::Unfounded,
            officers: Vec::new(),
            at: DateTime::default(),
            place: String::new(),
            text,
            evidence: Vec::new(),
        },
        Act::Dispose => {
            let kind = DisposeKind::Corrected;
            Command::Dispose { kind, basis: String::new(), text, receiver: None, filing: None }
        }
        Act::Decide => Command::Decide {
            outcome: Outcome::NoPenalty,
            basis: String::new(),
            text,
            measures: Vec::new(),
            receiver: None,
        },
        Act::Execute => {
            return each(case, DutyKind::Execute, |duty| Command::Execute {
                duty,
                result: Execution::Terminated,
                amount: None,
                document: None,
                at: DateTime::default(),
                text: String::new(),
                evidence: Vec::new(),
            });
        }
        Act::VerifyExecution => {
            return each(case, DutyKind::VerifyExecution, |duty| Command::VerifyExecution {
                duty,
                confirmed: true,
                officers: Vec::new(),
                at: DateTime::default(),
                text: String::new(),
                evidence: Vec::new(),
            });
        }
        Act::HandOver => {
            return each(case, DutyKind::HandOver, |duty| Command::HandOver {
                duty,
                receiver: String::new(),
                document: String::new(),
                at: DateTime::default(),
                text: String::new(),
            });
        }
        Act::Transfer => Command::Transfer { receiver: String::new(), basis: String::new(), text },
        Act::ReceiveTransfer => {
            return each(case, DutyKind::ReceiveTransfer, |duty| Command::ReceiveTransfer {
                duty,
                accepted: true,
                receipt: String::new(),
                at: DateTime::default(),
                text: String::new(),
            });
        }
        Act::AskOpinion => Command::AskOpinion { units: Vec::new(), text },
        Act::Opine => Command::Opine { stance: Stance::Abstain, text },
        Act::AskExtension => {
            return any_duty(case, |duty| Command::AskExtension {
                duty,
                amount: 1,
                reason: String::new(),
            });
        }
        Act::RuleExtension => {
            return each(case, DutyKind::RuleExtension, |duty| Command::RuleExtension {
                duty,
                granted: false,
                amount: None,
                text: String::new(),
            });
        }
        Act::Pause => {
            return any_duty(case, |duty| Command::Pause {
                duty,
                cause: PauseCause::Appraisal,
                text: String::new(),
            });
        }
        Act::Resume => return any_duty(case, |duty| Command::Resume { duty, text: String::new() }),
        Act::Urge => Command::Urge { rung: None, text },
        Act::List => Command::List { situation: ListedFor::Other, text },
        Act::Progress => Command::Progress { text },
        Act::Lift => Command::Lift { text },
        Act::TakeOver => Command::TakeOver { reason: text },
        Act::Recheck => Command::Recheck {
            finding: RecheckFinding::Upheld,
            officers: Vec::new(),
            at: DateTime::default(),
            text,
            evidence: Vec::new(),
        },
        Act::Account => Command::Account {
            who: String::new(),
            scope: String::new(),
            manner: String::new(),
            degree: String::new(),
            text,
        },
        Act::Avert => Command::Avert { people: None, amount: None, text, evidence: Vec::new() },
        Act::Reply => Command::Reply { tip, means: String::new(), text },
        Act::AttemptReply => Command::AttemptReply { tip, means: String::new(), text },
        Act::RequestClose => Command::RequestClose { text },
        Act::ApproveClose => Command::ApproveClose { text: None },
        Act::ReturnClose => Command::ReturnClose { redo: Redo::Verify, text },
        Act::ReturnVisit => {
            Command::ReturnVisit { result: VisitResult::Satisfied, satisfaction: None, text }
        }
        Act::Reopen => Command::Reopen { reason: text },
        Act::Correct => return corrections(past),
        Act::Note => Command::Note { text },
        Act::Look => Command::Look { tip },
        Act::Receive
        | Act::Absorb
        | Act::SplitOff
        | Act::Draw
        | Act::Lapse
        | Act::Reckon
        | Act::Succeed
        | Act::Imported => return Vec::new(),
    };
    vec![one]
}

/// One for each open duty of a kind; where there is none, one without a number says so.
fn each(case: &Case, kind: DutyKind, make: impl Fn(Option<u32>) -> Command) -> Vec<Command> {
    let open: Vec<Command> = case.all_open(kind).map(|duty| make(Some(duty.no))).collect();
    if open.is_empty() { vec![make(None)] } else { open }
}

/// One for each open duty of any kind.
fn any_duty(case: &Case, make: impl Fn(u32) -> Command) -> Vec<Command> {
    let open = case.duties.iter().filter(|duty| duty.is_open());
    let made: Vec<Command> = open.map(|duty| make(duty.no)).collect();
    if made.is_empty() { vec![make(0)] } else { made }
}

/// One for each earlier entry, with a field that its act lets be corrected.
fn corrections(past: &[Past]) -> Vec<Command> {
    let correct = |past: &Past| {
        let mut fields = Corrections::default();
        if past.act == Act::Receive {
            fields.texts.insert("occurred_on".to_owned(), String::new());
        } else if past.act != Act::Accept {
            fields.texts.insert("text".to_owned(), String::new());
        }
        Command::Correct { seq: past.seq, fields, text: String::new() }
    };
    past.iter().map(correct).collect()
}

/// The units to which a case may be dispatched: those on the line of its place, from the nation
/// down to the place itself, with whoever goes on for one that has ended, and the bodies that
/// supervise the place; less the ones kept away.
pub fn assignable_units(case: &Case, ground: &Ground<'_>) -> Vec<Code> {
    let place = case.is.place;
    let today = |unit| ground.units.successor(unit).unwrap_or(unit);
    let line = place.chain().into_iter().rev().map(today);
    line.chain(ground.units.bodies_over(place))
        .filter(|unit| super::parties::assignable(*unit, case, ground).is_ok())
        .collect()
}
