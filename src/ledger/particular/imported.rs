//! What a row of an old ledger must say before it is believed.

use chrono::{DateTime, Utc};

use super::super::case::Case;
use super::super::refusal::Refusal;
use super::super::words::ImportStep;

/// Dates rise from step to step and none lies ahead; what was done about it is said (DOMAIN 4b).
/// Once anybody has acted on the case, its old ledger has nothing more to say.
pub(super) fn check(
    case: &Case,
    step: ImportStep,
    at: DateTime<Utc>,
    text: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let before = case.imported_at.ok_or(Refusal::NotImported)?;
    if at < before || at > now {
        return Err(Refusal::OldDates(step));
    }
    let is_said = text.is_some_and(|text| !text.trim().is_empty());
    if step == ImportStep::Disposed && !is_said {
        return Err(Refusal::NoDisposition);
    }
    Ok(())
}
