//! The figures of one period and scope, as they were counted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::marks::{Enquiries, Mark};
use super::model::Imported;
use crate::place::{Code, Divisions, Level};
use crate::trend::{Balance, Pending, Ratio};

/// The figures of one period and scope.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The first instant that they do not see: the end of the period, or now.
    pub to: Option<DateTime<Utc>>,
    /// Tips received, by place.
    pub received: i64,
    /// By channel.
    pub by_channel: BTreeMap<String, i64>,
    /// By category.
    pub by_category: BTreeMap<String, i64>,
    /// By place: a division and, where the count was coarse, what lies within it.
    pub places: BTreeMap<Code, Place>,
    /// Accepted cases, by holder.
    pub balance: Balance,
    /// Cases waiting to be judged, by holder.
    pub pending: Pending,
    /// Questions that are no tips.
    pub enquiries: Enquiries,
    /// What the figures must be read with.
    pub marks: Vec<Mark>,
    /// What old ledgers brought of the balance.
    pub imported: Imported,
    /// What the indicators and outcomes are made of, by place.
    pub deeds: Deeds,
}

/// What the indicators and outcomes of one period and scope are made of.
#[derive(Clone, Debug, Default)]
pub struct Deeds {
    /// Accepted ÷ judged.
    pub acceptance: Ratio,
    /// Duties by their kind.
    pub duties: BTreeMap<String, Clocks>,
    /// Informant contacted in time ÷ dispatched.
    pub response: Ratio,
    /// Reopened ÷ closed.
    pub reopenings: Ratio,
    /// What is simply counted, by mark and word.
    pub marks: BTreeMap<String, BTreeMap<String, i64>>,
    /// Hundredths by kind of measure and by `decided`, `executed`, `verified`.
    pub outcomes: BTreeMap<String, BTreeMap<String, i64>>,
    /// Cases listed, by `channel` and `situation` and the word of each; listings `lifted`.
    pub listed: BTreeMap<String, BTreeMap<String, i64>>,
}

/// How the duties of one kind kept their dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Discharged in time ÷ discharged, or overdue and open at the end.
    pub on_time: Ratio,
    /// Discharged early ÷ discharged, where it is known how many working days were left.
    pub early: Ratio,
    /// The working days that they were early.
    pub saved: i64,
}

/// The figures of one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Tips received.
    pub received: i64,
    /// Cases accepted.
    pub accepted: i64,
    /// Tips not accepted.
    pub refused: i64,
    /// Cases struck off.
    pub closed: i64,
    /// Duties in time.
    pub on_time: Ratio,
    /// What became of the cases accepted in the period.
    pub cohort: Cohort,
    /// The part of it that old ledgers brought.
    pub imported: Cohort,
}

/// Of the cases accepted in a period, how they stand at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    /// All of them.
    pub accepted: i64,
    /// Those struck off.
    pub closed: i64,
    /// Of those struck off, the ones with a blocking duty discharged too late.
    pub late: i64,
}

impl Place {
    /// Of the cases accepted in the period, those closed at its end.
    pub fn closure(&self) -> Ratio {
        Ratio { num: self.cohort.closed, den: self.cohort.accepted }
    }

    /// What a division is ranked by: its own work, without what an old ledger says of itself.
    pub fn ranked_cohort(&self) -> Cohort {
        let Place { cohort, imported, .. } = *self;
        Cohort {
            accepted: cohort.accepted - imported.accepted,
            closed: cohort.closed - imported.closed,
            late: cohort.late - imported.late,
        }
    }

    fn add(&mut self, other: &Place) {
        self.received += other.received;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.closed += other.closed;
        self.on_time.num += other.on_time.num;
        self.on_time.den += other.on_time.den;
        self.cohort.add(&other.cohort);
        self.imported.add(&other.imported);
    }
}

impl Cohort {
    fn add(&mut self, other: &Cohort) {
        self.accepted += other.accepted;
        self.closed += other.closed;
        self.late += other.late;
    }
}

impl Figures {
    /// The figures of a place, made where there are none yet.
    pub fn place(&mut self, code: Code) -> &mut Place {
        self.places.entry(code).or_default()
    }

    /// All places together.
    pub fn whole(&self) -> Place {
        self.gathered(|_| Code::NATION).remove(&Code::NATION).unwrap_or_default()
    }

    /// The places added up under what `of` makes of each.
    pub fn gathered(&self, of: impl Fn(Code) -> Code) -> BTreeMap<Code, Place> {
        let mut sums: BTreeMap<Code, Place> = BTreeMap::new();
        for (code, place) in &self.places {
            sums.entry(of(*code)).or_default().add(place);
        }
        sums
    }
}

/// The divisions one level below a scope (nation → provinces → cities → counties → townships), in
/// order of code. What lies at none of them counts for the scope itself (本级).
pub struct Below {
    scope: Code,
    /// The divisions.
    pub codes: Vec<Code>,
}

/// Hong Kong, Macao and Taiwan: the line does not serve them.
pub const NOT_SERVED: [&str; 3] = ["710000", "810000", "820000"];

impl Below {
    /// The level below a scope.
    pub fn of(scope: Code, divisions: &Divisions) -> Below {
        Below { scope, codes: divisions.below(scope) }
    }

    /// Divisions that stand in a table of their own: those of a supervising body.
    pub fn those(scope: Code, mut codes: Vec<Code>) -> Below {
        codes.sort_unstable();
        Below { scope, codes }
    }

    /// Whether they are townships: places are then counted by nine digits.
    pub fn are_townships(&self) -> bool {
        self.codes.iter().any(|code| code.level() == Level::Township)
    }

    /// Whether a division without figures has a row all the same: a table that leaves rows out
    /// hides them. There are too many townships for that, and three provinces are not served.
    pub fn shows_empty(&self, code: Code) -> bool {
        code.level() != Level::Township && !NOT_SERVED.contains(&code.to_string().as_str())
    }

    /// The division of this level that holds a place, else the scope itself.
    pub fn row_of(&self, place: Code) -> Code {
        let mut chain = place.chain().into_iter();
        chain.find(|code| self.codes.binary_search(code).is_ok()).unwrap_or(self.scope)
    }
}
