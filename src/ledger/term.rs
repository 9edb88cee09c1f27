//! The course of a duty's clock: from when it counts, when it stood still, by how much it was extended.

use chrono::{DateTime, Utc};

use super::duty::{Duty, DutyKind};
use crate::calendar::{Due, Rules};
use crate::intake::Severity;

/// A time in which a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
}

/// The date of something that begins now.
pub(super) fn begun(
    rules: &Rules,
    kind: DutyKind,
    severity: Severity,
    from: DateTime<Utc>,
    _now: DateTime<Utc>,
) -> Due {
    let _ = severity;
    rules.due(kind.name(), from)
}

/// The date of a duty by its whole course.
pub(super) fn reckoned(
    rules: &Rules,
    duty: &Duty,
    severity: Severity,
    extended: u32,
    now: DateTime<Utc>,
) -> Due {
    let _ = (extended, now, severity);
    rules.due(duty.kind.name(), duty.from)
}

/// The most units by which a duty may be extended; `None` where its rule allows none.
pub(super) fn extension(rules: &Rules, duty: &Duty, severity: Severity) -> Option<u32> {
    let _ = (rules, severity);
    matches!(duty.kind, DutyKind::Verify | DutyKind::Dispose).then_some(15)
}

/// Whether the rule of a duty lets its clock stand still.
pub(super) fn may_pause(rules: &Rules, duty: &Duty, severity: Severity) -> bool {
    let _ = (rules, severity);
    matches!(duty.kind, DutyKind::Verify | DutyKind::Dispose | DutyKind::Decide)
}

/// The date by today's rules and calendar, where it is another than the one that stands.
pub(super) fn stale(
    rules: &Rules,
    duty: &Duty,
    severity: Severity,
    now: DateTime<Utc>,
) -> Option<Due> {
    let due = reckoned(rules, duty, severity, duty.extended, now);
    (due.at != duty.due_at).then_some(due)
}
