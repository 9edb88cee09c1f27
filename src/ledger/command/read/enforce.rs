//! The acts of an enforcement case: decision, execution, hand-over, receipt.

use chrono::{DateTime, Utc};

use super::super::super::amount::Amount;
use super::super::super::words::{Execution, MeasureKind, Outcome};
use super::super::{Command, MAX_MEASURES, Measure};
use super::{evidence, officers, past};
use crate::intake::Reader;
use crate::intake::fault::Why;
use crate::intake::tip::{MAX_LINE, MAX_TEXT};

pub(super) fn decide(r: &mut Reader) -> Option<Command> {
    let outcome = r.needed("outcome", MAX_LINE, Outcome::read);
    let basis = r.needed_prose("basis", MAX_TEXT);
    let text = r.needed_prose("text", MAX_TEXT);
    let fewest = usize::from(outcome == Some(Outcome::Penalty));
    let measures = r.objects("measures", (fewest, MAX_MEASURES), measure);
    if !measures.is_empty() && outcome.is_some_and(|outcome| outcome != Outcome::Penalty) {
        r.fault("measures", Why::NotWithChoice);
    }
    let receiver = match outcome {
        Some(Outcome::Transferred) => Some(r.needed_text("receiver", MAX_LINE)),
        _ => r.text("receiver", MAX_LINE),
    };
    Some(Command::Decide { outcome: outcome?, basis, text, measures, receiver })
}

fn measure(r: &mut Reader) -> Option<Measure> {
    let kind = r.needed("kind", MAX_LINE, MeasureKind::read);
    let amount = r.needed("amount", MAX_LINE, Amount::read);
    let benchmark = r.text("benchmark", MAX_LINE);
    let base = r.parsed("base", MAX_LINE, Amount::read);
    let deviation = r.prose("deviation", MAX_TEXT);
    if benchmark.is_some() && base.is_none() {
        r.fault("base", Why::NeedsPartner("benchmark"));
    }
    Some(Measure { kind: kind?, amount: amount?, benchmark, base, deviation })
}

pub(super) fn execute(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let duty = r.count("duty");
    let result = r.needed("result", MAX_LINE, Execution::read);
    let done = result == Some(Execution::Executed);
    // What was done is shown; how it ended otherwise is documented.
    let (amount, document) = match done {
        true => (r.needed("amount", MAX_LINE, Amount::read), r.text("document", MAX_LINE)),
        false => (None, Some(r.needed_text("document", MAX_LINE))),
    };
    let at = past(r, now);
    let text = r.needed_prose("text", MAX_TEXT);
    let evidence = evidence(r, usize::from(done));
    Some(Command::Execute { duty, result: result?, amount, document, at: at?, text, evidence })
}

pub(super) fn verify_execution(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let duty = r.count("duty");
    let confirmed = r.needed_bool("confirmed");
    let officers = officers(r);
    let at = past(r, now);
    let text = r.needed_prose("text", MAX_TEXT);
    let evidence = evidence(r, 0);
    Some(Command::VerifyExecution { duty, confirmed, officers, at: at?, text, evidence })
}

pub(super) fn hand_over(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let duty = r.count("duty");
    let receiver = r.needed_text("receiver", MAX_LINE);
    let document = r.needed_text("document", MAX_LINE);
    let at = past(r, now);
    let text = r.needed_prose("text", MAX_TEXT);
    Some(Command::HandOver { duty, receiver, document, at: at?, text })
}

pub(super) fn receive_transfer(r: &mut Reader, now: DateTime<Utc>) -> Option<Command> {
    let duty = r.count("duty");
    let accepted = r.bool("accepted").unwrap_or(true);
    let receipt = r.needed_text("receipt", MAX_LINE);
    let at = past(r, now);
    let text = r.needed_prose("text", MAX_TEXT);
    Some(Command::ReceiveTransfer { duty, accepted, receipt, at: at?, text })
}
