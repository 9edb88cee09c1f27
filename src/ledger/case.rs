//! A case is the fold of its entries.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::act::Act;
use super::duty::{Duty, DutyKind, Status};
use super::entry::{Effect, Entry, Position, Stage};
use crate::calendar::zone;
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
    /// The entry that took it in.
    pub seq: u32,
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
    /// Whether the informant has appealed, which is done once only.
    pub appealed: bool,
    /// People who verified, disposed or asked for closing: they do not review.
    pub handled_by: BTreeSet<String>,
    /// People who approved an earlier closing: after a reopening somebody else reviews.
    pub approved_by: BTreeSet<String>,
    /// Failed attempts at the last reply to each tip: tip and day.
    pub attempts: BTreeSet<(String, NaiveDate)>,
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
            appealed: false,
            handled_by: BTreeSet::new(),
            approved_by: BTreeSet::new(),
            attempts: BTreeSet::new(),
        };
        case.apply(first);
        Some(case)
    }

    /// Takes one entry in.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_seq = entry.seq;
        self.is = entry.is;
        if let Some(mark) = &entry.tip {
            self.tips.push(TipRef {
                number: mark.tip.clone(),
                desk: mark.desk,
                channel: mark.channel,
                seq: entry.seq,
            });
        }
        for effect in &entry.effects {
            self.effect(effect, entry);
        }
        self.remember(entry);
    }

    fn effect(&mut self, effect: &Effect, entry: &Entry) {
        match effect {
            Effect::Open { no, duty, owner, tip, due, rule } => {
                // A reply owed anew takes attempts of its own.
                self.attempts.retain(|(of, _)| Some(of) != tip.as_ref());
                self.duties.push(Duty {
                    no: *no,
                    kind: *duty,
                    owner: *owner,
                    tip: tip.clone(),
                    opened_at: entry.recorded_at,
                    due_at: *due,
                    rule: rule.clone(),
                    paused: false,
                    status: Status::Open,
                    ended_at: None,
                });
            }
            Effect::Discharge { no } => self.end(*no, Status::Discharged, entry.recorded_at),
            Effect::Lapse { no } => self.end(*no, Status::Lapsed, entry.recorded_at),
            Effect::Pause { no } => self.on(*no, |duty| duty.paused = true),
            Effect::Clock { no, due, rule } => self.on(*no, |duty| {
                duty.paused = false;
                duty.due_at = *due;
                duty.rule.clone_from(rule);
            }),
            Effect::Hand { no, owner } => self.on(*no, |duty| duty.owner = *owner),
            Effect::Recuse { unit, provisional } => {
                self.recused.retain(|recusal| recusal.unit != *unit);
                self.recused.push(Recusal { unit: *unit, provisional: *provisional });
            }
            Effect::Lift { unit } => self.recused.retain(|recusal| recusal.unit != *unit),
        }
    }

    fn on(&mut self, no: u32, change: impl FnOnce(&mut Duty)) {
        if let Some(duty) = self.duties.iter_mut().find(|duty| duty.no == no) {
            change(duty);
        }
    }

    fn end(&mut self, no: u32, status: Status, at: DateTime<Utc>) {
        self.on(no, |duty| {
            duty.status = status;
            duty.ended_at = Some(at);
        });
    }

    fn remember(&mut self, entry: &Entry) {
        let user = entry.by.user.clone();
        let unit = entry.by.unit;
        match entry.act {
            Act::Accept => self.accepted_at = Some(entry.recorded_at),
            Act::AskSupplement => self.asked_supplement = true,
            Act::Dispatch => self.dispatcher = unit,
            Act::Object => self.objectors.extend(unit),
            // A ruling binds the unit it goes against: the objector, or one named a second time.
            Act::RuleObjection => {
                let against = entry.fields["upheld"] == false;
                if against || self.objectors.contains(&entry.is.holder) {
                    self.bound.insert(entry.is.holder);
                }
            }
            Act::Verify => {
                self.handled_by.extend(user);
                if entry.fields["finding"] == "not_ours" {
                    self.objectors.extend(unit);
                }
            }
            Act::Dispose | Act::RequestClose => self.handled_by.extend(user),
            Act::ApproveClose => self.approved_by.extend(user),
            Act::Reopen => {
                // A refused case that comes back counts its clock of disposal from here.
                self.accepted_at.get_or_insert(entry.recorded_at);
                self.appealed |= user.is_none();
            }
            Act::AttemptReply => {
                if let Some(tip) = entry.fields["tip"].as_str() {
                    self.attempts.insert((tip.to_owned(), zone::date_of(entry.recorded_at)));
                }
            }
            _ => {}
        }
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

    /// Open duties that keep the case from closing, in order of number.
    pub fn blocking(&self) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(|duty| duty.blocks())
    }

    /// The units kept away.
    pub fn recused_units(&self) -> Vec<Code> {
        self.recused.iter().map(|recusal| recusal.unit).collect()
    }

    /// Whether the stage is one in which acts go on.
    pub fn is_live(&self) -> bool {
        matches!(self.is.stage, Stage::Pending | Stage::Open)
    }

    /// Its category.
    pub fn category(&self) -> Category {
        self.is.category
    }
}
