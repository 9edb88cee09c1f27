//! Reads an act's fields out of JSON, gathering every fault.

mod correct;
mod enforce;

use chrono::{DateTime, Utc};

use super::super::act::Act;
use super::super::amount::Amount;
use super::super::words::{
    DisposeKind, Finding, ListedFor, PauseCause, RecheckFinding, Redo, RefuseReason, Satisfaction,
    Stance, Urging, VisitResult,
};
use super::{Command, Filing, MAX_ASKED, MAX_EVIDENCE, MAX_OFFICERS, MIN_OFFICERS};
use crate::intake::fault::Why;
use crate::intake::tip::{self, MAX_FILES, MAX_LINE, MAX_TEXT};
use crate::intake::{Reader, Severity};
use crate::place::Divisions;

/// The command of an act; `None` where a fault was noted, or the act has no door here.
pub(super) fn fields(
    act: Act,
    r: &mut Reader,
    now: DateTime<Utc>,
    divisions: &Divisions,
) -> Option<Command> {
    let division = |typed: &str| tip::find_unit(typed, divisions);
    Some(match act {
        Act::Accept => Command::Accept {
            category: r.parsed("category", MAX_LINE, tip::find_category),
            severity: r.parsed("severity", MAX_LINE, Severity::read),
        },
        Act::Refuse => refuse(r)?,
        Act::AskSupplement => Command::AskSupplement { text: r.needed_prose("text", MAX_TEXT) },
        Act::Supplement => {
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Supplement { text, evidence: files(r, (0, MAX_FILES)) }
        }
        Act::Merge => {
            let case = r.needed_text("case", MAX_LINE);
            Command::Merge { case, text: r.needed_prose("text", MAX_TEXT) }
        }
        Act::Split => {
            let case = r.needed_text("case", MAX_LINE);
            Command::Split { case, text: r.needed_prose("text", MAX_TEXT) }
        }
        Act::Link => Command::Link { case: r.needed_text("case", MAX_LINE) },
        Act::Dispatch => Command::Dispatch { unit: r.needed("unit", MAX_LINE, division)? },
        Act::Sign => Command::Sign {},
        Act::Object => Command::Object {
            reason: r.needed_prose("reason", MAX_TEXT),
            suggested_unit: r.parsed("suggested_unit", MAX_LINE, division),
        },
        Act::RuleObjection => Command::RuleObjection {
            upheld: r.needed_bool("upheld"),
            unit: r.parsed("unit", MAX_LINE, division),
        },
        Act::Verify => verify(r, now)?,
        Act::Dispose => dispose(r, now)?,
        Act::Decide => enforce::decide(r)?,
        Act::Execute => enforce::execute(r, now)?,
        Act::VerifyExecution => enforce::verify_execution(r, now)?,
        Act::HandOver => enforce::hand_over(r, now)?,
        Act::Transfer => Command::Transfer {
            receiver: r.needed_text("receiver", MAX_LINE),
            basis: r.needed_prose("basis", MAX_TEXT),
            text: r.needed_prose("text", MAX_TEXT),
        },
        Act::ReceiveTransfer => enforce::receive_transfer(r, now)?,
        Act::Reply => {
            let (tip, means, text) = to_informant(r)?;
            Command::Reply { tip, means, text }
        }
        Act::AttemptReply => {
            let (tip, means, text) = to_informant(r)?;
            Command::AttemptReply { tip, means, text }
        }
        Act::AskOpinion => Command::AskOpinion {
            units: r.list("units", (1, MAX_ASKED), MAX_LINE, division),
            text: r.needed_prose("text", MAX_TEXT),
        },
        Act::Opine => {
            let stance = r.needed("stance", MAX_LINE, Stance::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Opine { stance: stance?, text }
        }
        Act::AskExtension => {
            let (duty, amount) = (r.needed_count("duty"), r.needed_count("amount"));
            let reason = r.needed_prose("reason", MAX_TEXT);
            Command::AskExtension { duty: duty?, amount: amount?, reason }
        }
        Act::RuleExtension => Command::RuleExtension {
            duty: r.count("duty"),
            granted: r.needed_bool("granted"),
            amount: r.count("amount"),
            text: r.needed_prose("text", MAX_TEXT),
        },
        Act::Pause => {
            let duty = r.needed_count("duty");
            let cause = r.needed("cause", MAX_LINE, PauseCause::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Pause { duty: duty?, cause: cause?, text }
        }
        Act::Resume => {
            let duty = r.needed_count("duty");
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Resume { duty: duty?, text }
        }
        Act::Urge => {
            let rung = r.parsed("rung", MAX_LINE, Urging::read);
            Command::Urge { rung, text: r.needed_prose("text", MAX_TEXT) }
        }
        Act::List => {
            let situation = r.needed("situation", MAX_LINE, ListedFor::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::List { situation: situation?, text }
        }
        Act::Progress => Command::Progress { text: r.needed_prose("text", MAX_TEXT) },
        Act::Lift => Command::Lift { text: r.needed_prose("text", MAX_TEXT) },
        Act::TakeOver => Command::TakeOver { reason: r.needed_prose("reason", MAX_TEXT) },
        Act::RequestClose => Command::RequestClose { text: r.needed_prose("text", MAX_TEXT) },
        Act::ApproveClose => Command::ApproveClose { text: r.prose("text", MAX_TEXT) },
        Act::ReturnClose => {
            let redo = r.needed("redo", MAX_LINE, Redo::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::ReturnClose { redo: redo?, text }
        }
        Act::Recheck => recheck(r, now)?,
        Act::ReturnVisit => {
            let result = r.needed("result", MAX_LINE, VisitResult::read);
            let satisfaction = r.parsed("satisfaction", MAX_LINE, Satisfaction::read);
            if satisfaction.is_some() && result == Some(VisitResult::Unreached) {
                r.fault("satisfaction", Why::NotWithChoice);
            }
            let text = r.needed_prose("text", MAX_TEXT);
            Command::ReturnVisit { result: result?, satisfaction, text }
        }
        Act::Reopen => Command::Reopen { reason: r.needed_prose("reason", MAX_TEXT) },
        Act::Account => Command::Account {
            who: r.needed_text("who", MAX_LINE),
            scope: r.needed_text("scope", MAX_LINE),
            manner: r.needed_text("manner", MAX_LINE),
            degree: r.needed_text("degree", MAX_LINE),
            text: r.needed_prose("text", MAX_TEXT),
        },
        Act::Avert => avert(r),
        Act::Correct => {
            let seq = r.needed_count("seq");
            let fields = correct::corrections(r, now, divisions);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Correct { seq: seq?, fields, text }
        }
        Act::Note => Command::Note { text: r.needed_prose("text", MAX_TEXT) },
        Act::Receive
        | Act::Absorb
        | Act::SplitOff
        | Act::Draw
        | Act::Look
        | Act::Lapse
        | Act::Reckon
        | Act::Succeed
        | Act::Imported => return None,
    })
}

fn refuse(r: &mut Reader) -> Option<Command> {
    let reason = r.needed("reason", MAX_LINE, RefuseReason::read);
    // Somebody whose facts did not suffice is sent nowhere else; all others are.
    let redirect = match reason {
        Some(RefuseReason::Insufficient) => r.prose("redirect", MAX_TEXT).unwrap_or_default(),
        _ => r.needed_prose("redirect", MAX_TEXT),
    };
    let text = r.needed_prose("text", MAX_TEXT);
    Some(Command::Refuse { reason: reason?, redirect, text })
}

fn verify(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let finding = r.needed("finding", MAX_LINE, Finding::read);
    let officers = officers(r);
    let at = past(r, now);
    let place = r.needed_text("place", MAX_LINE);
    let text = r.needed_prose("text", MAX_TEXT);
    let evidence = evidence(r, 1);
    Some(Command::Verify { finding: finding?, officers, at: at?, place, text, evidence })
}

fn recheck(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let finding = r.needed("finding", MAX_LINE, RecheckFinding::read);
    let officers = officers(r);
    let at = past(r, now);
    let text = r.needed_prose("text", MAX_TEXT);
    let evidence = evidence(r, 0);
    Some(Command::Recheck { finding: finding?, officers, at: at?, text, evidence })
}

fn dispose(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let kind = r.needed("kind", MAX_LINE, DisposeKind::read);
    let basis = r.needed_prose("basis", MAX_TEXT);
    let text = r.needed_prose("text", MAX_TEXT);
    let receiver = match kind {
        Some(DisposeKind::Transferred) => Some(r.needed_text("receiver", MAX_LINE)),
        _ => r.text("receiver", MAX_LINE),
    };
    let filing = r.object("filing", |r| Filing {
        actor: r.needed_bool("actor"),
        fact: r.needed_bool("fact"),
        liability: r.needed_bool("liability"),
        jurisdiction: r.needed_bool("jurisdiction"),
        ended_on: r.parsed("ended_on", MAX_LINE, |typed| tip::past_day(typed, now)),
        life_or_health: r.bool("life_or_health").unwrap_or(false),
    });
    if kind == Some(DisposeKind::Filed) && filing.is_none() {
        r.fault("filing", Why::Missing);
    }
    Some(Command::Dispose { kind: kind?, basis, text, receiver, filing })
}

/// What a warning averted: people, money or both, with what shows it.
fn avert(r: &mut Reader) -> Command {
    let people = r.count("people");
    let amount = r.parsed("amount", MAX_LINE, Amount::read);
    if people.is_none() && amount.is_none() {
        r.fault("people", Why::Missing);
    }
    let text = r.needed_prose("text", MAX_TEXT);
    Command::Avert { people, amount, text, evidence: evidence(r, 1) }
}

/// When it happened.
pub(super) fn past(r: &mut Reader, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    r.needed("at", MAX_LINE, |typed| tip::past_instant(typed, now))
}

/// Two or more, for what is found by inspection.
pub(super) fn officers(r: &mut Reader) -> Vec<String> {
    r.texts("officers", MIN_OFFICERS, MAX_OFFICERS, MAX_LINE)
}

/// Hashes of files uploaded before, at least `min`.
pub(super) fn evidence(r: &mut Reader, min: usize) -> Vec<String> {
    files(r, (min, MAX_EVIDENCE))
}

fn files(r: &mut Reader, (min, max): (usize, usize)) -> Vec<String> {
    let files = r.texts("evidence", min, max, 64);
    for (index, hash) in files.iter().enumerate() {
        if !tip::is_sha256(hash) {
            r.fault(&format!("evidence[{index}]"), Why::BadHash);
        }
    }
    files
}

fn to_informant(r: &mut Reader) -> Option<(String, String, String)> {
    let number = |typed: &str| crate::intake::receipt::read_number(typed).ok_or(Why::CheckDigits);
    let tip = r.needed("tip", MAX_LINE, number);
    let means = r.needed_text("means", MAX_LINE);
    let text = r.needed_prose("text", MAX_TEXT);
    Some((tip?, means, text))
}
