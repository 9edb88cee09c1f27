//! The cases behind the terms of a balance.

use super::Law;
use crate::calendar::Period;
use crate::clock::Instant;
use crate::place::Code;
use crate::report::BALANCE_LISTS;
use crate::store::{ListTerm, Reader, Span, StoreError};
use crate::trend::Term;

/// A list behind the balance: movements in the period, or what was held at one of its ends.
#[derive(Clone, Copy)]
pub enum Behind {
    /// Each case that moved.
    Moves(ListTerm),
    /// What was held in a stage at the beginning.
    HeldFrom(&'static str),
    /// What was held in a stage at the end.
    HeldTo(&'static str),
}

/// What the figures of a period see: to its end, or to now while it runs.
pub fn span_of(law: &Law, period: &Period, scope: Code, now: Instant) -> Span {
    Span {
        areas: law.areas(scope),
        from: period.from(),
        to: period.to().min(now.max(period.from())),
        kept_from: Vec::new(),
    }
}

impl Behind {
    /// The list of a term's name.
    pub fn find(name: &str) -> Option<Behind> {
        BALANCE_LISTS.contains(&name).then_some(())?;
        Some(match name {
            "opening" => Behind::HeldFrom("open"),
            "closing" => Behind::HeldTo("open"),
            "pending_opening" => Behind::HeldFrom("pending"),
            "pending_closing" => Behind::HeldTo("pending"),
            "moved_in" => Behind::Moves(ListTerm::In(Term::Moved)),
            "moved_out" => Behind::Moves(ListTerm::Out(Term::Moved)),
            name => Behind::Moves(ListTerm::Plain(Term::find(name)?)),
        })
    }

    /// Its cases with the places in the log that put them there, after a place.
    pub fn cases(
        self,
        db: &mut Reader<'_>,
        span: &Span,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        match self {
            Behind::Moves(term) => db.cases_of_term(term, span, after, limit),
            Behind::HeldFrom(stage) => db.cases_held(stage, span, span.from, after, limit),
            Behind::HeldTo(stage) => db.cases_held(stage, span, span.to, after, limit),
        }
    }
}
