//! What an entry does to the case that takes it in.

use super::act::Act;
use super::amount::Amount;
use super::case::{Case, Ordered, Shelf, TipRef};
use super::command::Measure;
use super::duty::{Duty, DutyKind, Status};
use super::entry::{ByKind, Effect, Entry, Turn};
use super::words::{ImportStep, Urging};
use crate::calendar::Stop;
use crate::calendar::zone;
use crate::place::recusal::Recusal;
use serde::Deserialize;

impl Case {
    pub(super) fn effect(&mut self, effect: &Effect, entry: &Entry) {
        let at = entry.recorded_at;
        match effect {
            Effect::Open { no, duty, owner, tip, of, from, stops, extended, due, rule } => {
                // A reply owed anew takes attempts of its own, and so does a visit.
                self.attempts.retain(|(of, _)| Some(of) != tip.as_ref());
                if *duty == DutyKind::ReturnVisit {
                    self.visits.clear();
                }
                self.duties.push(Duty {
                    no: *no,
                    kind: *duty,
                    owner: *owner,
                    tip: tip.clone(),
                    of: *of,
                    opened_at: at,
                    from: from.unwrap_or(at),
                    stops: stops.clone(),
                    pressed_at: None,
                    extended: *extended,
                    due_at: *due,
                    rule: rule.clone(),
                    paused: false,
                    status: Status::Open,
                    ended_at: None,
                });
            }
            Effect::Discharge { no } => self.end(*no, Status::Discharged, entry),
            Effect::Lapse { no } => self.end(*no, Status::Lapsed, entry),
            Effect::Pause { no } => self.on(*no, |duty| {
                duty.paused = true;
                duty.stops.push(Stop { from: at, to: None });
            }),
            Effect::Clock { no, due, rule, turn } => self.on(*no, |duty| {
                match turn {
                    Turn::Begin => {
                        duty.from = at;
                        duty.stops.clear();
                        duty.extended = 0;
                        duty.pressed_at = None;
                        duty.paused = false;
                    }
                    Turn::Resume => {
                        duty.paused = false;
                        if let Some(stop) = duty.stops.last_mut() {
                            stop.to = Some(at);
                        }
                    }
                    Turn::Extend { by } => duty.extended += by,
                    Turn::Reckon => {}
                    Turn::Press => duty.pressed_at = Some(at),
                }
                duty.due_at = *due;
                duty.rule.clone_from(rule);
            }),
            Effect::Hand { no, owner } => self.on(*no, |duty| duty.owner = *owner),
            Effect::Recuse { unit, provisional, by } => {
                self.recused.retain(|recusal| recusal.unit != *unit);
                self.recused.push(Recusal { unit: *unit, provisional: *provisional, by: *by });
            }
            Effect::Lift { unit } => self.recused.retain(|recusal| recusal.unit != *unit),
            Effect::Join { tip, desk, channel, from } => self.tips.push(TipRef {
                number: tip.clone(),
                desk: *desk,
                channel: *channel,
                from: from.clone(),
            }),
            Effect::Part { tip } => self.tips.retain(|known| known.number != *tip),
        }
    }

    fn on(&mut self, no: u32, change: impl FnOnce(&mut Duty)) {
        if let Some(duty) = self.duties.iter_mut().find(|duty| duty.no == no) {
            change(duty);
        }
    }

    fn end(&mut self, no: u32, status: Status, entry: &Entry) {
        self.on(no, |duty| {
            duty.status = status;
            duty.ended_at = Some(entry.recorded_at);
        });
    }

    /// What the case is before it is merged; asked before the merging ends it all.
    pub(super) fn shelve(&mut self, entry: &Entry) {
        let owed = self.duties.iter().filter(|duty| duty.is_open() && duty.kind != DutyKind::Reply);
        self.shelf = Some(Shelf {
            into: entry.fields["case"].as_str().unwrap_or_default().to_owned(),
            at: entry.recorded_at,
            tips: self.tips.clone(),
            duties: owed.cloned().collect(),
        });
    }

    /// What later decisions ask of this entry beyond its effects.
    pub(super) fn remember(&mut self, entry: &Entry) {
        let user = entry.by.user.clone();
        let unit = entry.by.unit;
        let fields = &entry.fields;
        let is_imported = entry.by.kind == ByKind::Import;
        self.imported_at = is_imported.then_some(entry.stated_at);
        match entry.act {
            Act::Accept => self.accepted_at = Some(entry.recorded_at),
            Act::AskSupplement => self.asked_supplement = true,
            Act::Dispatch => self.dispatcher = unit,
            Act::Object => self.objectors.extend(unit),
            // A ruling binds the unit it goes against: the objector, or one named a second time.
            Act::RuleObjection => {
                let against = fields["upheld"] == false;
                if against || self.objectors.contains(&entry.is.holder) {
                    self.bound.insert(entry.is.holder);
                }
            }
            Act::Verify => {
                self.handled_by.extend(user);
                if fields["finding"] == "not_ours" {
                    self.objectors.extend(unit);
                }
            }
            Act::Dispose => {
                self.handled_by.extend(user);
                self.transfers += u32::from(fields["kind"] == "transferred");
            }
            Act::Decide => {
                self.handled_by.extend(user);
                self.transfers += u32::from(fields["outcome"] == "transferred");
                self.order(entry);
            }
            Act::AskExtension => {
                let opened = entry.effects.iter().find_map(|effect| match effect {
                    Effect::Open { no, .. } => Some(*no),
                    _ => None,
                });
                let amount = fields["amount"].as_u64().and_then(|n| u32::try_from(n).ok());
                self.asked.extend(opened.zip(amount));
            }
            // Its clocks count from here: in this ledger nobody owed anything before.
            Act::Imported if fields["step"] == ImportStep::Accepted.name() => {
                self.accepted_at = Some(entry.recorded_at);
            }
            Act::Urge => self.supervised |= fields["rung"] == Urging::Supervise.name(),
            Act::Lift => self.supervised = false,
            Act::Transfer => self.transfers += 1,
            Act::Execute => self.executed(entry),
            Act::HandOver | Act::RequestClose => self.handled_by.extend(user),
            Act::ApproveClose => {
                self.approved_by.extend(user);
                self.supervised = false;
            }
            Act::Refuse | Act::Link => self.supervised = false,
            Act::Reopen => {
                // A refused case that comes back counts its clock of disposal from here.
                self.accepted_at.get_or_insert(entry.recorded_at);
                if user.is_none() {
                    // An entry from before cases were merged names no tip: there was only one.
                    let own = || self.tips.first().map(|tip| tip.number.clone());
                    let named = fields["tip"].as_str().map(str::to_owned);
                    self.appealed.extend(named.or_else(own));
                }
            }
            Act::Recheck | Act::ReturnVisit
                if entry.was.map(|was| was.stage) != Some(entry.is.stage) =>
            {
                self.accepted_at.get_or_insert(entry.recorded_at);
            }
            Act::ReturnVisit if fields["result"] == "unreached" => {
                self.visits.insert(zone::date_of(entry.recorded_at));
            }
            Act::AttemptReply => {
                if let Some(tip) = fields["tip"].as_str() {
                    self.attempts.insert((tip.to_owned(), zone::date_of(entry.recorded_at)));
                }
            }
            Act::SplitOff => {
                // Merged into an accepted case it was accepted with it.
                self.accepted_at.get_or_insert(entry.recorded_at);
                self.shelf = None;
            }
            _ => {}
        }
    }

    fn order(&mut self, entry: &Entry) {
        let Some(listed) = entry.fields["measures"].as_array() else { return };
        let read = |value: &serde_json::Value| Measure::deserialize(value).ok();
        let ordered = listed.iter().filter_map(read);
        self.measures.extend(ordered.map(|measure| Ordered {
            measure,
            done: None,
            executed_by: None,
        }));
    }

    fn executed(&mut self, entry: &Entry) {
        self.handled_by.extend(entry.by.user.clone());
        let number = entry.fields["duty"].as_u64().and_then(|no| u32::try_from(no).ok());
        let measure = number.and_then(|no| self.duty(no)).and_then(|duty| duty.of);
        let place = measure.and_then(|of| usize::try_from(of).ok()?.checked_sub(1));
        let Some(ordered) = place.and_then(|place| self.measures.get_mut(place)) else { return };
        let amount = entry.fields["amount"].as_str().and_then(|text| Amount::read(text).ok());
        ordered.done = amount;
        ordered.executed_by.clone_from(&entry.by.user);
    }
}
