//! How the date of a duty came about, as its case tells it.

use crate::calendar::{Explanation, Rules};
use crate::clock::Instant;
use crate::ledger::{Case, Duty};

/// How the date of a duty came about.
pub struct Account {
    /// By the rules and the calendar as they are now; `None` while the clock has not begun.
    pub explanation: Option<Explanation>,
    /// Whether that gives the date that the case keeps. It may not after a table was changed: the
    /// case then keeps the date that it got.
    pub agrees: bool,
}

/// Accounts for the date of a duty.
pub fn account(case: &Case, duty: &Duty, rules: &Rules, now: Instant) -> Account {
    let stored = duty.due();
    let course = duty.course(case.is.severity);
    let explained = |course| rules.explain_stored(duty.kind.name(), course, &stored, now);
    let explanation = course.as_ref().and_then(explained);
    let agrees = explanation.as_ref().is_none_or(|found| found.due == stored.at);
    Account { explanation, agrees }
}
