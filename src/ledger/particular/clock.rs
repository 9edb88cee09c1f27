//! Extensions and stops of clocks.

use chrono::{DateTime, Utc};

use super::super::case::Case;
use super::super::decide::Ground;
use super::super::duty::{Duty, DutyKind, is_late};
use super::super::refusal::Refusal;
use super::super::term;
use crate::intake::Severity;

fn open(case: &Case, no: u32) -> Result<&Duty, Refusal> {
    case.duty(no).filter(|duty| duty.is_open()).ok_or(Refusal::NoSuchDuty)
}

/// Asked before expiry, once for each duty, within the limit of its rule.
pub(super) fn extension(
    case: &Case,
    no: u32,
    amount: u32,
    ground: &Ground<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let duty = open(case, no)?;
    let max = limit(case, duty, ground)?;
    let about = |asked: &Duty| asked.kind == DutyKind::RuleExtension && asked.of == Some(no);
    if case.duties.iter().any(about) || duty.extended > 0 {
        return Err(Refusal::ExtendedBefore);
    }
    // A clock without a date has nothing that could be extended yet.
    if duty.due_at.is_none_or(|due| is_late(due, now)) && !duty.paused {
        return Err(Refusal::ExtensionLate);
    }
    if amount > max { Err(Refusal::ExtensionTooLong { max }) } else { Ok(()) }
}

/// The ruling may grant less than was asked, or more, but not more than the rule allows.
pub(super) fn granted(
    case: &Case,
    asked: Option<&Duty>,
    amount: Option<u32>,
    ground: &Ground<'_>,
) -> Result<(), Refusal> {
    let of = asked.and_then(|asked| asked.of).ok_or(Refusal::NoSuchDuty)?;
    let max = limit(case, open(case, of)?, ground)?;
    match amount {
        Some(amount) if amount > max => Err(Refusal::ExtensionTooLong { max }),
        _ => Ok(()),
    }
}

fn limit(case: &Case, duty: &Duty, ground: &Ground<'_>) -> Result<u32, Refusal> {
    term::extension(ground.rules, duty, case.is.severity).ok_or(Refusal::NotExtendable)
}

/// Not where the rule forbids it, not where life is in danger, and not once the time is over: a stop
/// wipes no lateness out.
pub(super) fn pausable(
    case: &Case,
    no: u32,
    ground: &Ground<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let duty = open(case, no)?;
    let may = ground.rules.may_pause(duty.kind.name()) && case.is.severity != Severity::Danger;
    if !may {
        return Err(Refusal::NotPausable);
    }
    if duty.is_overdue(now) {
        return Err(Refusal::PauseLate);
    }
    if duty.paused { Err(Refusal::PausedBefore) } else { Ok(()) }
}

/// A judge's clock that waits for the informant goes on with the answer, not with a word of staff.
pub(super) fn resumable(case: &Case, no: u32) -> Result<(), Refusal> {
    let duty = open(case, no)?;
    if duty.kind == DutyKind::Judge && case.open(DutyKind::Supplement).is_some() {
        return Err(Refusal::SupplementPending);
    }
    if duty.paused { Ok(()) } else { Err(Refusal::NotPaused) }
}
