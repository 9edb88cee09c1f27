//! Acts with their fields and bounds.

mod parts;
mod read;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use self::parts::{Corrections, Filing, Measure};
use super::act::Act;
use super::amount::Amount;
use super::words::{
    DisposeKind, Execution, Finding, ImportStep, ListedFor, Outcome, PauseCause, RecheckFinding,
    Redo, RefuseReason, Satisfaction, Stance, Urging, VisitResult,
};
use crate::intake::fault::{Fault, Why};
use crate::intake::{Category, Reader, Severity};
use crate::place::{Code, Divisions};

/// Most officers named on one act.
pub const MAX_OFFICERS: usize = 20;
/// Officers whom a verification needs (行政处罚法 2021 art. 42).
pub const MIN_OFFICERS: usize = 2;
/// Most files of evidence on one act.
pub const MAX_EVIDENCE: usize = 50;
/// Most fields that one correction changes.
pub const MAX_CORRECTIONS: usize = 10;
/// Most measures of one decision.
pub const MAX_MEASURES: usize = 20;
/// Most units asked for an opinion in one act.
pub const MAX_ASKED: usize = 20;

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
        #[serde(skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
    },
    Refuse { reason: RefuseReason, redirect: String, text: String },
    AskSupplement { text: String },
    Supplement {
        #[serde(skip)] text: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<String>,
    },
    Merge { case: String, text: String },
    Split { case: String, text: String },
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
        #[serde(skip_serializing_if = "Option::is_none")]
        filing: Option<Filing>,
    },
    Decide {
        outcome: Outcome,
        basis: String,
        text: String,
        measures: Vec<Measure>,
        #[serde(skip_serializing_if = "Option::is_none")]
        receiver: Option<String>,
    },
    Execute {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
        result: Execution,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        amount: Option<Amount>,
        #[serde(skip_serializing_if = "Option::is_none")]
        document: Option<String>,
        at: DateTime<Utc>, text: String, evidence: Vec<String>,
    },
    VerifyExecution {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
        confirmed: bool, officers: Vec<String>, at: DateTime<Utc>, text: String,
        evidence: Vec<String>,
    },
    HandOver {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
        receiver: String, document: String, at: DateTime<Utc>, text: String,
    },
    Transfer { receiver: String, basis: String, text: String },
    ReceiveTransfer {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
        accepted: bool, receipt: String, at: DateTime<Utc>, text: String,
    },
    Reply { tip: String, means: String, text: String },
    AttemptReply { tip: String, means: String, text: String },
    AskOpinion { #[schema(value_type = Vec<String>)] units: Vec<Code>, text: String },
    Opine { stance: Stance, text: String },
    AskExtension { duty: u32, amount: u32, reason: String },
    RuleExtension {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
        granted: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<u32>,
        text: String,
    },
    Pause { duty: u32, cause: PauseCause, text: String },
    Resume { duty: u32, text: String },
    Urge {
        /// [`Urging::Urge`] where it is left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        rung: Option<Urging>,
        text: String,
    },
    List { situation: ListedFor, text: String },
    Progress { text: String },
    Lift { text: String },
    TakeOver { reason: String },
    RequestClose { text: String },
    ApproveClose {
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    ReturnClose { redo: Redo, text: String },
    Draw { draw: String, #[schema(value_type = String)] checker: Code },
    Recheck {
        finding: RecheckFinding, officers: Vec<String>, at: DateTime<Utc>, text: String,
        evidence: Vec<String>,
    },
    ReturnVisit {
        result: VisitResult,
        #[serde(skip_serializing_if = "Option::is_none")]
        satisfaction: Option<Satisfaction>,
        text: String,
    },
    Account { who: String, scope: String, manner: String, degree: String, text: String },
    Avert {
        #[serde(skip_serializing_if = "Option::is_none")]
        people: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        amount: Option<Amount>,
        text: String, evidence: Vec<String>,
    },
    Reopen { reason: String },
    Correct { seq: u32, fields: Corrections, text: String },
    Note { text: String },
    Look { tip: String },
    Lapse {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<u32>,
    },
    Reckon { cause: String },
    Succeed {
        #[schema(value_type = String)] unit: Code,
        #[schema(value_type = String)] successor: Code,
    },
    /// What a row of an old ledger says was done: SHA-256 of the file, and its row from 1.
    Imported {
        step: ImportStep, at: DateTime<Utc>, file: String, row: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
}

impl Command {
    /// Which act it is.
    pub fn act(&self) -> Act {
        match self {
            Command::Accept { .. } => Act::Accept,
            Command::Refuse { .. } => Act::Refuse,
            Command::AskSupplement { .. } => Act::AskSupplement,
            Command::Supplement { .. } => Act::Supplement,
            Command::Merge { .. } => Act::Merge,
            Command::Split { .. } => Act::Split,
            Command::Link { .. } => Act::Link,
            Command::Dispatch { .. } => Act::Dispatch,
            Command::Sign { .. } => Act::Sign,
            Command::Object { .. } => Act::Object,
            Command::RuleObjection { .. } => Act::RuleObjection,
            Command::Verify { .. } => Act::Verify,
            Command::Dispose { .. } => Act::Dispose,
            Command::Decide { .. } => Act::Decide,
            Command::Execute { .. } => Act::Execute,
            Command::VerifyExecution { .. } => Act::VerifyExecution,
            Command::HandOver { .. } => Act::HandOver,
            Command::Transfer { .. } => Act::Transfer,
            Command::ReceiveTransfer { .. } => Act::ReceiveTransfer,
            Command::Reply { .. } => Act::Reply,
            Command::AttemptReply { .. } => Act::AttemptReply,
            Command::AskOpinion { .. } => Act::AskOpinion,
            Command::Opine { .. } => Act::Opine,
            Command::AskExtension { .. } => Act::AskExtension,
            Command::RuleExtension { .. } => Act::RuleExtension,
            Command::Pause { .. } => Act::Pause,
            Command::Resume { .. } => Act::Resume,
            Command::Urge { .. } => Act::Urge,
            Command::List { .. } => Act::List,
            Command::Progress { .. } => Act::Progress,
            Command::Lift { .. } => Act::Lift,
            Command::TakeOver { .. } => Act::TakeOver,
            Command::RequestClose { .. } => Act::RequestClose,
            Command::ApproveClose { .. } => Act::ApproveClose,
            Command::ReturnClose { .. } => Act::ReturnClose,
            Command::Draw { .. } => Act::Draw,
            Command::Recheck { .. } => Act::Recheck,
            Command::ReturnVisit { .. } => Act::ReturnVisit,
            Command::Reopen { .. } => Act::Reopen,
            Command::Account { .. } => Act::Account,
            Command::Avert { .. } => Act::Avert,
            Command::Correct { .. } => Act::Correct,
            Command::Note { .. } => Act::Note,
            Command::Look { .. } => Act::Look,
            Command::Lapse { .. } => Act::Lapse,
            Command::Reckon { .. } => Act::Reckon,
            Command::Succeed { .. } => Act::Succeed,
            Command::Imported { .. } => Act::Imported,
        }
    }

    /// When the actor says that it happened, where the act has such a field.
    pub fn stated_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Command::Verify { at, .. }
            | Command::Execute { at, .. }
            | Command::VerifyExecution { at, .. }
            | Command::HandOver { at, .. }
            | Command::ReceiveTransfer { at, .. }
            | Command::Recheck { at, .. }
            | Command::Imported { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// The evidence that it names, by SHA-256.
    pub fn evidence(&self) -> &[String] {
        match self {
            Command::Supplement { evidence, .. }
            | Command::Verify { evidence, .. }
            | Command::Execute { evidence, .. }
            | Command::VerifyExecution { evidence, .. }
            | Command::Recheck { evidence, .. }
            | Command::Avert { evidence, .. } => evidence,
            _ => &[],
        }
    }

    /// The other case that it touches or points at.
    pub fn other_case(&self) -> Option<&str> {
        match self {
            Command::Merge { case, .. } | Command::Split { case, .. } | Command::Link { case } => {
                Some(case)
            }
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
        let command = read::fields(found, &mut r, now, divisions);
        // An absent command comes with at least one fault, so `finish` has answered by then.
        r.finish(command)?.ok_or_else(Vec::new)
    }
}
