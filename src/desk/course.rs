//! The course of a duty's clock, as its case tells it.

use crate::calendar::{Course, Due, Explanation, Rules, Stop};
use crate::clock::Instant;
use crate::ledger::{Case, Duty, DutyKind, Effect, Entry};

/// When the clock of a duty began and when it stood still; `None` while it has not begun.
pub fn course_of<'a>(
    case: &Case,
    duty: &Duty,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Option<Course> {
    if duty.rule.is_empty() {
        return None;
    }
    // Disposal is counted from acceptance, everything else from its own beginning.
    let from = match duty.kind {
        DutyKind::Dispose => case.accepted_at.unwrap_or(duty.opened_at),
        _ => duty.opened_at,
    };
    let mut course = Course::since(from);
    for entry in entries {
        for effect in &entry.effects {
            match effect {
                Effect::Pause { no } if *no == duty.no => {
                    course.stops = vec![Stop { from: entry.recorded_at, to: None }];
                }
                // It begins anew: what was before no longer counts.
                Effect::Clock { no, .. } if *no == duty.no => {
                    course = Course::since(entry.recorded_at);
                }
                _ => {}
            }
        }
    }
    Some(course)
}

/// How the date of a duty came about.
pub struct Account {
    /// By the rules and the calendar as they are now; `None` while the clock has not begun.
    pub explanation: Option<Explanation>,
    /// Whether that gives the date that the case keeps. It may not after a table was changed: the
    /// case then keeps the date that it got.
    pub agrees: bool,
}

/// Accounts for the date of a duty.
pub fn account<'a>(
    case: &Case,
    duty: &Duty,
    entries: impl IntoIterator<Item = &'a Entry>,
    rules: &Rules,
    now: Instant,
) -> Account {
    let stored = Due { at: duty.due_at.filter(|_| !duty.paused), rule: duty.rule.clone() };
    let course = course_of(case, duty, entries);
    let explained = |course| rules.explain_stored(duty.kind.name(), course, &stored, now);
    let explanation = course.as_ref().and_then(explained);
    let agrees = explanation.as_ref().is_none_or(|found| found.due == stored.at);
    Account { explanation, agrees }
}
