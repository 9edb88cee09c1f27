//! What one entry does to the figures.

use chrono::{DateTime, Duration, Utc};

use crate::ledger::entry::TipMark;
use crate::ledger::{Act, Effect, Entry, Position, Stage};
use crate::place::Code;

/// The terms of the balance (DOMAIN 4b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A tip came in and waits to be judged.
    Received,
    /// Accepted.
    Accepted,
    /// Not accepted.
    Refused,
    /// The same fact as a closed case.
    Linked,
    /// An accepted case went into another.
    Merged,
    /// A case not yet judged went into another.
    MergedPending,
    /// A merged case stands alone again.
    Split,
    /// Came back.
    Reopened,
    /// Struck off.
    Closed,
    /// An open case changed its holder.
    Moved,
    /// A case not yet judged changed its holder.
    MovedPending,
}

impl Term {
    /// Every term.
    pub const ALL: [Term; 11] = [
        Term::Received,
        Term::Accepted,
        Term::Refused,
        Term::Linked,
        Term::Merged,
        Term::MergedPending,
        Term::Split,
        Term::Reopened,
        Term::Closed,
        Term::Moved,
        Term::MovedPending,
    ];

    /// The name in the database and in lists.
    pub fn name(self) -> &'static str {
        match self {
            Term::Received => "received",
            Term::Accepted => "accepted",
            Term::Refused => "refused",
            Term::Linked => "linked",
            Term::Merged => "merged",
            Term::MergedPending => "merged_pending",
            Term::Split => "split",
            Term::Reopened => "reopened",
            Term::Closed => "closed",
            Term::Moved => "moved",
            Term::MovedPending => "moved_pending",
        }
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<Term> {
        Term::ALL.into_iter().find(|term| term.name() == name)
    }
}

/// One change to the figures.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<'a> {
    /// A tip came in.
    Arrived(&'a TipMark, Position),
    /// Every tip of the case is counted elsewhere from here on.
    Reclassified(Position, Position),
    /// A term of the balance, dated.
    Counted {
        /// Which.
        term: Term,
        /// When.
        at: DateTime<Utc>,
        /// The unit that holds the case; for moves the one that gave it away.
        unit: Code,
        /// For moves the unit that got it.
        other: Option<Code>,
    },
    /// A holding ends here, if one runs, and another begins where the stage is pending or open.
    Held {
        /// From when.
        since: DateTime<Utc>,
        /// `Pending` or `Open`; `None` where the case has left the balance.
        stage: Option<Stage>,
        /// By whom.
        unit: Code,
    },
    /// A duty's clock changed.
    Duty(&'a Effect),
}

/// When an entry counts: when it was written, but what an old ledger says counts from when it was.
fn counted_at(entry: &Entry) -> DateTime<Utc> {
    if entry.act == Act::Imported { entry.stated_at } else { entry.recorded_at }
}

/// The changes that an entry makes, in order. All are dated on the entry's own day but a tip's
/// arrival, which counts from when the informant said it, and the steps of an old ledger.
pub fn steps(entry: &Entry) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    if let Some(mark) = &entry.tip {
        steps.push(Step::Arrived(mark, entry.is));
    }
    match entry.was {
        None => {
            let at = entry.tip.as_ref().map_or(entry.recorded_at, |mark| mark.received_at);
            let (term, unit) = (Term::Received, entry.is.holder);
            steps.push(Step::Counted { term, at, unit, other: None });
            steps.push(held(entry.is, at));
        }
        Some(was) => changes(&mut steps, was, entry.is, counted_at(entry)),
    }
    steps.extend(entry.effects.iter().map(Step::Duty));
    steps
}

fn changes(steps: &mut Vec<Step<'_>>, was: Position, is: Position, at: DateTime<Utc>) {
    if (was.place, was.category) != (is.place, is.category) {
        steps.push(Step::Reclassified(was, is));
    }
    let term = match (was.stage, is.stage) {
        (Stage::Pending, Stage::Open) => Some(Term::Accepted),
        (Stage::Pending, Stage::Refused) => Some(Term::Refused),
        (Stage::Pending, Stage::Linked) => Some(Term::Linked),
        (Stage::Pending, Stage::Merged) => Some(Term::MergedPending),
        (Stage::Open, Stage::Merged) => Some(Term::Merged),
        (Stage::Merged, Stage::Open) => Some(Term::Split),
        (Stage::Open, Stage::Closed) => Some(Term::Closed),
        (Stage::Refused | Stage::Linked | Stage::Closed, Stage::Open) => Some(Term::Reopened),
        _ => None,
    };
    if let Some(term) = term {
        steps.push(Step::Counted { term, at, unit: was.holder, other: None });
    }
    let moved = match is.stage {
        _ if was.holder == is.holder => None,
        Stage::Open => Some(Term::Moved),
        Stage::Pending => Some(Term::MovedPending),
        _ => None,
    };
    if let Some(term) = moved {
        steps.push(Step::Counted { term, at, unit: was.holder, other: Some(is.holder) });
    }
    if (was.stage, was.holder) != (is.stage, is.holder) {
        steps.push(held(is, at));
    }
}

fn held(is: Position, since: DateTime<Utc>) -> Step<'static> {
    let stage = matches!(is.stage, Stage::Pending | Stage::Open).then_some(is.stage);
    Step::Held { since, stage, unit: is.holder }
}

/// The first instant at which something due at `due` is late: a due date is a last whole second.
pub fn late_from(due: DateTime<Utc>) -> DateTime<Utc> {
    due + Duration::seconds(1)
}
