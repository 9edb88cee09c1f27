//! Acts with their fields and bounds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::act::Act;
use super::words::{DisposeKind, Finding, Redo, RefuseReason, VisitResult};
use crate::calendar::zone;
use crate::intake::fault::{Fault, Why};
use crate::intake::tip::{self, MAX_LINE, MAX_TEXT};
use crate::intake::{Category, Reader};
use crate::place::{Code, Divisions};

/// Most officers named on one verification.
pub const MAX_OFFICERS: usize = 20;
/// Officers whom a verification needs (行政处罚法 2021 art. 42).
pub const MIN_OFFICERS: usize = 2;
/// Most files of evidence on one act.
pub const MAX_EVIDENCE: usize = 50;
/// Most fields that one correction changes.
pub const MAX_CORRECTIONS: usize = 10;

/// New values for fields of an earlier entry.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Corrections {
    /// Another category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    /// Another place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub division: Option<Code>,
    /// The accused unit, kept away from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub accused_unit: Option<Code>,
    /// Recusals that end: a superior found that the unit is not the accused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lift_recusal: bool,
    /// Any other field, as text.
    #[serde(flatten)]
    pub texts: BTreeMap<String, String>,
}

/// An act with its fields, checked as far as that can be done without the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(missing_docs)] // reason: fields are those of HOUSE's table, explained in docs/LEDGER.md
#[rustfmt::skip]
pub enum Command {
    Accept {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        category: Option<Category>,
    },
    Refuse { reason: RefuseReason, redirect: String, text: String },
    AskSupplement { text: String },
    Supplement { #[serde(skip)] text: String },
    Link { case: String },
    Dispatch { #[schema(value_type = String)] unit: Code },
    Sign {},
    Object {
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        suggested_unit: Option<Code>,
    },
    RuleObjection {
        upheld: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        unit: Option<Code>,
    },
    Verify {
        finding: Finding, officers: Vec<String>, at: DateTime<Utc>, place: String, text: String,
        evidence: Vec<String>,
    },
    Dispose {
        kind: DisposeKind,
        basis: String,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        receiver: Option<String>,
    },
    Reply { tip: String, means: String, text: String },
    AttemptReply { tip: String, means: String, text: String },
    RequestClose { text: String },
    ApproveClose {
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    ReturnClose { redo: Redo, text: String },
    ReturnVisit { result: VisitResult, text: String },
    Reopen { reason: String },
    Correct { seq: u32, fields: Corrections, text: String },
    Note { text: String },
    Look { tip: String },
    Lapse {},
}

impl Command {
    /// Which act it is.
    pub fn act(&self) -> Act {
        match self {
            Command::Accept { .. } => Act::Accept,
            Command::Refuse { .. } => Act::Refuse,
            Command::AskSupplement { .. } => Act::AskSupplement,
            Command::Supplement { .. } => Act::Supplement,
            Command::Link { .. } => Act::Link,
            Command::Dispatch { .. } => Act::Dispatch,
            Command::Sign {} => Act::Sign,
            Command::Object { .. } => Act::Object,
            Command::RuleObjection { .. } => Act::RuleObjection,
            Command::Verify { .. } => Act::Verify,
            Command::Dispose { .. } => Act::Dispose,
            Command::Reply { .. } => Act::Reply,
            Command::AttemptReply { .. } => Act::AttemptReply,
            Command::RequestClose { .. } => Act::RequestClose,
            Command::ApproveClose { .. } => Act::ApproveClose,
            Command::ReturnClose { .. } => Act::ReturnClose,
            Command::ReturnVisit { .. } => Act::ReturnVisit,
            Command::Reopen { .. } => Act::Reopen,
            Command::Correct { .. } => Act::Correct,
            Command::Note { .. } => Act::Note,
            Command::Look { .. } => Act::Look,
            Command::Lapse {} => Act::Lapse,
        }
    }

    /// When the actor says that it happened, where the act has such a field.
    pub fn stated_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Command::Verify { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Reads an act's fields; `now` and the divisions bound dates and codes. An act without a door
    /// here is an unknown act.
    pub fn read(
        act: &str,
        fields: Value,
        now: DateTime<Utc>,
        divisions: &Divisions,
    ) -> Result<Command, Vec<Fault>> {
        let Some(found) = Act::find(act).filter(|act| act.is_command()) else {
            let known = Act::ALL.iter().filter(|act| act.is_command());
            let list = known.map(|act| act.name()).collect::<Vec<_>>().join(", ");
            return Err(vec![Fault::new("act", Why::NotOneOf(list))]);
        };
        let mut r = Reader::new(fields)?;
        let command = read_fields(found, &mut r, now, divisions);
        // An absent command comes with at least one fault, so `finish` has answered by then.
        r.finish(command)?.ok_or_else(Vec::new)
    }
}

fn read_fields(
    act: Act,
    r: &mut Reader,
    now: DateTime<Utc>,
    divisions: &Divisions,
) -> Option<Command> {
    let division = |typed: &str| tip::find_unit(typed, divisions);
    Some(match act {
        Act::Accept => {
            Command::Accept { category: r.parsed("category", MAX_LINE, tip::find_category) }
        }
        Act::Refuse => refuse(r)?,
        Act::AskSupplement => Command::AskSupplement { text: r.needed_prose("text", MAX_TEXT) },
        Act::Supplement => Command::Supplement { text: r.needed_prose("text", MAX_TEXT) },
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
        Act::Dispose => {
            let kind = r.needed("kind", MAX_LINE, DisposeKind::read);
            let basis = r.needed_prose("basis", MAX_TEXT);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Dispose { kind: kind?, basis, text, receiver: r.text("receiver", MAX_LINE) }
        }
        Act::Reply => {
            let (tip, means, text) = to_informant(r)?;
            Command::Reply { tip, means, text }
        }
        Act::AttemptReply => {
            let (tip, means, text) = to_informant(r)?;
            Command::AttemptReply { tip, means, text }
        }
        Act::RequestClose => Command::RequestClose { text: r.needed_prose("text", MAX_TEXT) },
        Act::ApproveClose => Command::ApproveClose { text: r.prose("text", MAX_TEXT) },
        Act::ReturnClose => {
            let redo = r.needed("redo", MAX_LINE, Redo::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::ReturnClose { redo: redo?, text }
        }
        Act::ReturnVisit => {
            let result = r.needed("result", MAX_LINE, VisitResult::read);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::ReturnVisit { result: result?, text }
        }
        Act::Reopen => Command::Reopen { reason: r.needed_prose("reason", MAX_TEXT) },
        Act::Correct => {
            let seq = r.count("seq");
            if seq.is_none() {
                r.fault("seq", Why::Missing);
            }
            let fields = corrections(r, now, divisions);
            let text = r.needed_prose("text", MAX_TEXT);
            Command::Correct { seq: seq?, fields, text }
        }
        Act::Note => Command::Note { text: r.needed_prose("text", MAX_TEXT) },
        Act::Receive | Act::Look | Act::Lapse => return None,
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
    let officers = r.texts("officers", MIN_OFFICERS, MAX_OFFICERS, MAX_LINE);
    let at = r.needed("at", MAX_LINE, |typed| tip::past_instant(typed, now));
    let place = r.needed_text("place", MAX_LINE);
    let text = r.needed_prose("text", MAX_TEXT);
    let evidence = r.texts("evidence", 1, MAX_EVIDENCE, 64);
    for (index, hash) in evidence.iter().enumerate() {
        if !tip::is_sha256(hash) {
            r.fault(&format!("evidence[{index}]"), Why::BadHash);
        }
    }
    Some(Command::Verify { finding: finding?, officers, at: at?, place, text, evidence })
}

fn to_informant(r: &mut Reader) -> Option<(String, String, String)> {
    let number = |typed: &str| crate::intake::receipt::read_number(typed).ok_or(Why::CheckDigits);
    let tip = r.needed("tip", MAX_LINE, number);
    let means = r.needed_text("means", MAX_LINE);
    let text = r.needed_prose("text", MAX_TEXT);
    Some((tip?, means, text))
}

fn corrections(r: &mut Reader, now: DateTime<Utc>, divisions: &Divisions) -> Corrections {
    let map = r.map("fields");
    let mut made = Corrections::default();
    if map.len() > MAX_CORRECTIONS {
        r.fault("fields", Why::TooMany { max: MAX_CORRECTIONS });
        return made;
    }
    for (field, value) in map {
        let path = format!("fields.{field}");
        if field == "accused_unit" && value.is_null() {
            made.lift_recusal = true;
            continue;
        }
        let Some(typed) = value.as_str() else {
            r.fault(&path, Why::WrongType("string"));
            continue;
        };
        if typed.trim().is_empty() {
            r.fault(&path, Why::Missing);
            continue;
        }
        if let Err(why) = correct_one(&mut made, &field, typed, now, divisions) {
            r.fault(&path, why);
        }
    }
    made
}

fn correct_one(
    made: &mut Corrections,
    field: &str,
    typed: &str,
    now: DateTime<Utc>,
    divisions: &Divisions,
) -> Result<(), Why> {
    use crate::intake::reader::{Lines, checked};
    match field {
        "category" => made.category = Some(tip::find_category(typed)?),
        "division" => made.division = Some(tip::find_division(typed, divisions)?),
        "accused_unit" => made.accused_unit = Some(tip::find_unit(typed, divisions)?),
        "occurred_on" => {
            made.texts.insert(field.to_owned(), tip::past_day(typed, now)?.to_string());
        }
        "at" => {
            let at = tip::past_instant(typed, now)?;
            made.texts.insert(field.to_owned(), zone::rfc3339(at));
        }
        _ => {
            let text = checked(typed, MAX_TEXT, Lines::Many)?.ok_or(Why::Missing)?;
            made.texts.insert(field.to_owned(), text);
        }
    }
    Ok(())
}
