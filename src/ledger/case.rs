//! A case is the fold of its entries.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::act::Act;
use super::amount::Amount;
use super::command::Measure;
use super::duty::{Duty, DutyKind};
use super::entry::{Entry, Position, Stage};
use crate::intake::{Category, Channel};
use crate::place::{Code, recusal::Recusal};

/// A tip on a case, as far as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TipRef {
    /// The receipt's number.
    pub number: String,
    /// The unit whose desk took it in.
    pub desk: Code,
    /// How it came in.
    pub channel: Channel,
    /// The case from which it came by merging; `None` for this case's own.
    pub from: Option<String>,
}

/// What a case was when it was merged into another, so that a split gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The case into which it was merged.
    pub into: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Its tips then.
    pub tips: Vec<TipRef>,
    /// What was owed then, replies left out: they went with their tips.
    pub duties: Vec<Duty>,
}

/// A measure that was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// What was decided.
    pub measure: Measure,
    /// How much of it was done, once it was executed.
    pub done: Option<Amount>,
    /// Who executed it: somebody else verifies.
    pub executed_by: Option<String>,
}

/// Everything that a decision asks of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub no: String,
    /// The number of its last entry.
    pub last_seq: u32,
    /// Where it stands in the balance and the tables.
    pub is: Position,
    /// Its duties, ended ones included.
    pub duties: Vec<Duty>,
    /// Its tips.
    pub tips: Vec<TipRef>,
    /// Units kept away.
    pub recused: Vec<Recusal>,
    /// When it was accepted; the clock of disposal counts from here.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The unit that dispatched it last.
    pub dispatcher: Option<Code>,
    /// Units that have objected, in order.
    pub objectors: Vec<Code>,
    /// Units against which a ruling has gone: it binds them.
    pub bound: BTreeSet<Code>,
    /// Whether missing facts were asked for, which is done once only.
    pub asked_supplement: bool,
    /// Tips whose informants have appealed on this case, which each does once only.
    pub appealed: BTreeSet<String>,
    /// People who verified, disposed or asked for closing: they do not review.
    pub handled_by: BTreeSet<String>,
    /// People who approved an earlier closing: after a reopening somebody else reviews.
    pub approved_by: BTreeSet<String>,
    /// Failed attempts at the last reply to each tip: tip and day.
    pub attempts: BTreeSet<(String, NaiveDate)>,
    /// By how many units an extension was asked, by the number of the duty to rule on it.
    pub asked: BTreeMap<u32, u32>,
    /// Days of failed attempts at the return visit that is open.
    pub visits: BTreeSet<NaiveDate>,
    /// Units that hold it or ever held it: none of them re-checks it.
    pub held_by: BTreeSet<Code>,
    /// Measures decided so far, numbered from 1 by [`Duty::of`].
    pub measures: Vec<Ordered>,
    /// How often it was transferred to another authority; [`Duty::of`] of a receipt counts these.
    pub transfers: u32,
    /// Whether progress is asked for again after each report: urged with the rung `supervise`, until
    /// the case ends or a listing of it is lifted.
    pub supervised: bool,
    /// What it was before it was merged, while it is.
    pub shelf: Option<Shelf>,
    /// The last date that an old ledger gave, while nobody has acted on the case.
    pub imported_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Folds entries, first to last. `None` where there are none, or the first takes in no tip.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Case> {
        let mut entries = entries.into_iter();
        let mut case = Case::begin(entries.next()?)?;
        entries.for_each(|entry| case.apply(entry));
        Some(case)
    }

    /// The case that a first entry begins.
    pub fn begin(first: &Entry) -> Option<Case> {
        first.tip.as_ref()?;
        let mut case = Case {
            no: first.case.clone(),
            last_seq: 0,
            is: first.is,
            duties: Vec::new(),
            tips: Vec::new(),
            recused: Vec::new(),
            accepted_at: None,
            dispatcher: None,
            objectors: Vec::new(),
            bound: BTreeSet::new(),
            asked_supplement: false,
            appealed: BTreeSet::new(),
            handled_by: BTreeSet::new(),
            approved_by: BTreeSet::new(),
            attempts: BTreeSet::new(),
            asked: BTreeMap::new(),
            visits: BTreeSet::new(),
            held_by: BTreeSet::new(),
            measures: Vec::new(),
            transfers: 0,
            supervised: false,
            shelf: None,
            imported_at: None,
        };
        case.apply(first);
        Some(case)
    }

    /// Takes one entry in.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_seq = entry.seq;
        self.is = entry.is;
        self.held_by.insert(entry.is.holder);
        if entry.act == Act::Merge {
            self.shelve(entry);
        }
        if let Some(mark) = &entry.tip {
            self.tips.push(TipRef {
                number: mark.tip.clone(),
                desk: mark.desk,
                channel: mark.channel,
                from: None,
            });
        }
        for effect in &entry.effects {
            self.effect(effect, entry);
        }
        self.remember(entry);
    }

    /// The open duty of a kind; for replies the first one.
    pub fn open(&self, kind: DutyKind) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.kind == kind && duty.is_open())
    }

    /// The open reply to one tip.
    pub fn open_reply(&self, tip: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| {
            duty.kind == DutyKind::Reply && duty.is_open() && duty.tip.as_deref() == Some(tip)
        })
    }

    /// The open duties of a kind, in order of number.
    pub fn all_open(&self, kind: DutyKind) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(move |duty| duty.kind == kind && duty.is_open())
    }

    /// The duty of a number.
    pub fn duty(&self, no: u32) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.no == no)
    }

    /// The measure of a number.
    pub fn measure(&self, number: u32) -> Option<&Ordered> {
        self.measures.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The measure that a duty is about. Of other kinds of duty [`Duty::of`] counts transfers, or names
    /// the duty for which more time is asked.
    pub fn measure_of(&self, duty: &Duty) -> Option<&Ordered> {
        let measured = [DutyKind::Execute, DutyKind::VerifyExecution, DutyKind::HandOver];
        let number = duty.of.filter(|_| measured.contains(&duty.kind))?;
        self.measure(number)
    }

    /// Open duties that keep the case from closing, in order of number.
    pub fn blocking(&self) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(|duty| duty.blocks())
    }

    /// The units kept away.
    pub fn recused_units(&self) -> Vec<Code> {
        self.recused.iter().map(|recusal| recusal.unit).collect()
    }

    /// Whether a unit was asked for an opinion and has not given it: the others' are hidden from it
    /// until then, so that each is its own (并联审查).
    pub fn is_blind(&self, unit: Code) -> bool {
        self.all_open(DutyKind::Opinion).any(|duty| duty.owner == unit)
    }

    /// Whether the stage is one in which acts go on.
    pub fn is_live(&self) -> bool {
        matches!(self.is.stage, Stage::Pending | Stage::Open)
    }

    /// Whether each report of progress is followed by the next: it is supervised or listed.
    pub fn is_watched(&self) -> bool {
        self.supervised || self.open(DutyKind::Lift).is_some()
    }

    /// Its category.
    pub fn category(&self) -> Category {
        self.is.category
    }
}
