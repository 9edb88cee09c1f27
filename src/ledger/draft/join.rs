//! Two cases become one, and may become two again without loss.
//!
//! Tips move with their replies: each informant keeps number, clock and reply. What else the merged
//! case owed rests on its shelf, and is owed anew when it is split off.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::act::Act;
use super::super::actor::Actor;
use super::super::case::{Case, TipRef};
use super::super::decide::Ground;
use super::super::duty::{Duty, DutyKind};
use super::super::entry::{Effect, Entry, Stage};
use super::super::state::State;
use super::{About, Draft};
use crate::calendar::{Due, Stop};
use crate::place::recusal::{Clue, Recusal};

impl Draft<'_> {
    /// The case goes into another: nothing is owed here any more. Whom the other is kept from loses
    /// sight of this one too, which names it.
    pub(super) fn merge(&mut self, other: Option<&Case>) {
        self.is.stage = Stage::Merged;
        let theirs = other.map(|other| news_to(self.case, &other.recused)).unwrap_or_default();
        self.effects.extend(theirs.into_iter().map(Effect::from));
        let open = self.case.duties.iter().filter(|duty| duty.is_open() && !self.ends(duty.no));
        let ended: Vec<Effect> = open.map(|duty| Effect::Lapse { no: duty.no }).collect();
        self.effects.extend(ended);
        self.part(&self.case.tips);
    }

    /// The tips that came with a merged case leave again, and their open replies with them.
    pub(super) fn split(&mut self, merged: Option<&Case>) {
        let Some(merged) = merged else { return };
        let leaving = leaving(self.case, merged);
        let replies = leaving.iter().filter_map(|tip| self.case.open_reply(&tip.number));
        let ended: Vec<u32> = replies.map(|duty| duty.no).collect();
        ended.into_iter().for_each(|no| self.lapse(no));
        self.part(&leaving);
    }

    fn part(&mut self, tips: &[TipRef]) {
        let parted = tips.iter().map(|tip| Effect::Part { tip: tip.number.clone() });
        self.effects.extend(parted);
    }

    fn join(&mut self, tip: &TipRef, from: Option<String>) {
        let TipRef { number, desk, channel, .. } = tip.clone();
        self.effects.push(Effect::Join { tip: number, desk, channel, from });
    }

    /// A reply goes on under another number with the clock that it had.
    fn carry(&mut self, reply: &Duty) {
        let dated = Due { at: reply.due_at, rule: reply.rule.clone() };
        // What this case has to tell already is owed to the newcomers from now on.
        let (from, due) = match dated.rule.is_empty() && self.has_outcome() {
            true => (None, self.reply_due()),
            false => (Some(reply.from), dated),
        };
        let about = About { tip: reply.tip.clone(), from, ..About::default() };
        self.push(DutyKind::Reply, self.is.holder, about, due);
    }

    /// What was owed when the case was merged is owed again, on the clock that it had: the time in
    /// which the case was merged is a stop. A merging is no way to gain time.
    fn take_up(&mut self, duty: &Duty, merged_at: DateTime<Utc>) {
        let mut again = duty.clone();
        match again.stops.last_mut() {
            Some(stop) if stop.to.is_none() => stop.to = Some(self.now),
            _ => again.stops.push(Stop { from: merged_at, to: Some(self.now) }),
        }
        let due = self.due_now(&again);
        let Duty { kind, owner, of, from, stops, extended, .. } = again;
        let owner = self.ground.clear_unit(owner, &self.case.recused_units());
        let about = About { tip: None, of, from: Some(from), stops, extended };
        self.push(kind, owner, about, due);
    }

    fn has_outcome(&self) -> bool {
        matches!(State::of(self.case), State::Disposed | State::InReview)
    }
}

/// Whether a reply to a tip was still owed when the case was merged.
fn was_owed(case: &Case, tip: &str, merged_at: DateTime<Utc>) -> bool {
    case.duties.iter().any(|duty| {
        duty.kind == DutyKind::Reply
            && duty.tip.as_deref() == Some(tip)
            && duty.ended_at == Some(merged_at)
    })
}

/// Tips on a case that came to it with another.
fn leaving(case: &Case, merged: &Case) -> Vec<TipRef> {
    let came = |tip: &&TipRef| tip.from.as_deref() == Some(merged.no.as_str());
    case.tips.iter().filter(came).cloned().collect()
}

/// Recusals of the other case that a case does not have, as they hold for it by the merging.
fn news_to(case: &Case, theirs: &[Recusal]) -> Vec<Recusal> {
    let new = theirs.iter().filter(|r| !case.recused.iter().any(|known| known.unit == r.unit));
    new.map(|recusal| Recusal { by: Some(Clue::Merged), ..*recusal }).collect()
}

/// The entry on the case that takes another in: its tips, their replies, whom it is kept from, and
/// the more pressing severity.
pub(super) fn absorb(
    merged: &Case,
    case: &Case,
    ground: Ground<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Entry {
    let mut draft = Draft::new(case, ground, now);
    for tip in &merged.tips {
        draft.join(tip, Some(merged.no.clone()));
    }
    for reply in merged.all_open(DutyKind::Reply) {
        draft.carry(reply);
    }
    for recusal in news_to(case, &merged.recused) {
        draft.effects.push(recusal.into());
        draft.move_up(recusal.unit);
    }
    draft.press(case.is.severity.min(merged.is.severity));
    let tips: Vec<&str> = merged.tips.iter().map(|tip| tip.number.as_str()).collect();
    draft.entry(Act::Absorb, json!({ "case": merged.no, "tips": tips }), actor, now)
}

/// The entry on a merged case that stands alone again: its tips with the replies that are still
/// owed to them, and what it owed when it was merged. It was accepted with the other case: what
/// waited for judgement then waits for dispatch now.
pub(super) fn split_off(
    from: &Case,
    case: &Case,
    ground: Ground<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Entry {
    let mut draft = Draft::new(case, ground, now);
    draft.is.stage = Stage::Open;
    let lent = case.recused.iter().filter(|recusal| recusal.by == Some(Clue::Merged));
    draft.effects.extend(lent.map(|recusal| Effect::Lift { unit: recusal.unit }));
    let shelf = case.shelf.as_ref();
    let merged_at = shelf.map_or(now, |shelf| shelf.at);
    let leaving = leaving(from, case);
    for tip in &leaving {
        let before = shelf.and_then(|shelf| shelf.tips.iter().find(|t| t.number == tip.number));
        draft.join(tip, before.and_then(|tip| tip.from.clone()));
        if let Some(reply) = from.open_reply(&tip.number) {
            draft.carry(reply);
        }
    }
    let mut dispatch = false;
    for duty in shelf.iter().flat_map(|shelf| &shelf.duties) {
        match duty.kind {
            DutyKind::Judge | DutyKind::Dispatch => dispatch = true,
            // What was asked of the informant or of others has been overtaken.
            DutyKind::Supplement | DutyKind::RuleExtension | DutyKind::Opinion => {}
            _ => draft.take_up(duty, merged_at),
        }
    }
    // Whoever was answered on the other case is told what becomes of this one.
    let unanswered = leaving.iter().filter(|tip| {
        from.open_reply(&tip.number).is_none() && was_owed(case, &tip.number, merged_at)
    });
    let works = |duty: &Duty| DutyKind::TO_DISPOSAL.contains(&duty.kind);
    if shelf.is_some_and(|shelf| shelf.duties.iter().any(works)) {
        for tip in unanswered {
            let about = About { tip: Some(tip.number.clone()), ..About::default() };
            draft.push(DutyKind::Reply, case.is.holder, about, Due::not_begun());
        }
    }
    if dispatch {
        draft.open(DutyKind::Dispatch, case.is.holder);
    }
    let tips: Vec<&str> = leaving.iter().map(|tip| tip.number.as_str()).collect();
    draft.entry(Act::SplitOff, json!({ "case": from.no, "tips": tips }), actor, now)
}
