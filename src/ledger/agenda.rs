//! What may be done on a case now, and why everything else may not.
//!
//! The same questions as [`super::decide()`] asks, asked of an act before its fields are known: a
//! page shows the forms of what is legal, and the reason beside what is not.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::Case;
use super::command::{Command, Corrections};
use super::decide::{Ground, Past, Situation, decide};
use super::entry::Stage;
use super::refusal::Refusal;
use super::words::{DisposeKind, Finding, Redo, RefuseReason, VisitResult};
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

fn may(
    act: Act,
    tip: Option<&str>,
    case: &Case,
    past: &[Past],
    actor: &Actor,
    ground: Ground<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let situation = Situation {
        case,
        past,
        // Whether there is such a case is known only once its number is.
        link_target: Some(Stage::Closed),
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

/// Commands that stand for all with this act: one of them is accepted wherever any is, so the
/// easiest comes last and its refusal is the one that is told.
fn examples(act: Act, tip: Option<&str>, case: &Case, past: &[Past]) -> Vec<Command> {
    let (text, tip) = (String::new(), tip.unwrap_or_default().to_owned());
    let one = match act {
        Act::Accept => Command::Accept { category: None },
        Act::Refuse => {
            let reason = RefuseReason::OutOfScope;
            Command::Refuse { reason, redirect: String::new(), text }
        }
        Act::AskSupplement => Command::AskSupplement { text },
        Act::Supplement => Command::Supplement { text },
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
            Command::Dispose { kind, basis: String::new(), text, receiver: None }
        }
        Act::Reply => Command::Reply { tip, means: String::new(), text },
        Act::AttemptReply => Command::AttemptReply { tip, means: String::new(), text },
        Act::RequestClose => Command::RequestClose { text },
        Act::ApproveClose => Command::ApproveClose { text: None },
        Act::ReturnClose => Command::ReturnClose { redo: Redo::Verify, text },
        Act::ReturnVisit => Command::ReturnVisit { result: VisitResult::Satisfied, text },
        Act::Reopen => Command::Reopen { reason: text },
        Act::Correct => return corrections(past),
        Act::Note => Command::Note { text },
        Act::Receive | Act::Look | Act::Lapse => return Vec::new(),
    };
    vec![one]
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
/// down to the place itself, less the ones kept away.
pub fn assignable_units(case: &Case) -> Vec<Code> {
    let line = case.is.place.chain().into_iter().rev();
    line.filter(|unit| super::parties::assignable(*unit, case).is_ok()).collect()
}
