//! The dates of duties, by rule, severity and the course of their clocks.

use chrono::{DateTime, Utc};

use super::duty::{Duty, DutyKind};
use crate::calendar::{Course, Due, Rules};
use crate::intake::Severity;

impl Duty {
    /// The course of its clock on a case of this severity; `None` while it has not begun.
    ///
    /// A lane of hours counts from when the case came into it: nobody could be in time before. The
    /// general rule counts from the beginning, so that going back gains nothing.
    pub fn course(&self, severity: Severity) -> Option<Course> {
        (!self.rule.is_empty()).then(|| Course {
            from: self.pressed_at.filter(|_| severity < Severity::General).unwrap_or(self.from),
            lane: severity.lane(),
            stops: self.stops.clone(),
            extended: self.extended,
        })
    }

    /// The date that it has, as its rule gave it; none while its clock stands still.
    pub fn due(&self) -> Due {
        Due { at: self.due_at.filter(|_| !self.paused), rule: self.rule.clone() }
    }
}

/// The date of something that begins at `from`.
pub(super) fn begun(
    rules: &Rules,
    kind: DutyKind,
    severity: Severity,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Due {
    let course = Course { lane: severity.lane(), ..Course::since(from) };
    rules.reckon(kind.name(), &course, now)
}

/// The date of a running duty by its whole course; what it has where it has not begun.
pub(super) fn reckoned(rules: &Rules, duty: &Duty, severity: Severity, now: DateTime<Utc>) -> Due {
    match course(rules, duty, severity) {
        Some(course) => rules.reckon(duty.kind.name(), &course, now),
        None => duty.due(),
    }
}

/// The course of a duty, its extension within what the rule of the lane allows: units of one lane are
/// no units of another.
fn course(rules: &Rules, duty: &Duty, severity: Severity) -> Option<Course> {
    let most = extension(rules, duty, severity).unwrap_or(0);
    let course = duty.course(severity)?;
    Some(Course { extended: course.extended.min(most), ..course })
}

/// The most units by which a duty may be extended; `None` where its rule allows none.
pub(super) fn extension(rules: &Rules, duty: &Duty, severity: Severity) -> Option<u32> {
    rules.extension(duty.kind.name(), severity.lane(), duty.from)
}

/// The date by today's rules and calendar, where it is another than the one that stands.
pub(super) fn stale(
    rules: &Rules,
    duty: &Duty,
    severity: Severity,
    now: DateTime<Utc>,
) -> Option<Due> {
    let course = course(rules, duty, severity)?;
    rules.stale(duty.kind.name(), &course, &duty.due(), now)
}
