//! The first entry of a case: a tip is taken in.

use chrono::{DateTime, Utc};

use super::act::Act;
use super::decide::Ground;
use super::duty::DutyKind;
use super::entry::{By, ByKind, Effect, Entry, Position, Stage, TipMark};
use super::state::State;
use super::term;
use crate::intake::Tip;
use crate::place::{Code, recusal};

/// What the desk adds to a tip when it takes it in.
pub struct Arrival {
    /// Number of the new case.
    pub case: String,
    /// Number of the receipt.
    pub number: String,
    /// By whom.
    pub by: By,
    /// When the informant said it.
    pub received_at: DateTime<Utc>,
    /// Salted hash of the words.
    pub words: String,
}

/// Opens a case for a tip. The acknowledgement is given by issuing the receipt, in this very entry,
/// so no row is kept for it; judging and replying are opened.
///
/// The judge is the one of the operator's unit; for what comes from the public, of the place's
/// province. A file's rows stay with the desk that takes them in. A unit that the tip accuses gives
/// way to its superior.
pub fn open(tip: &Tip, arrival: Arrival, ground: Ground<'_>, now: DateTime<Utc>) -> Entry {
    let words = &tip.words;
    let text = format!("{} {}", words.title.as_deref().unwrap_or_default(), words.text);
    let accused =
        recusal::accused_unit(ground.divisions, tip.place, words.accused.as_deref(), &text);
    let is_file = arrival.by.kind == ByKind::Import;
    let desk = arrival.by.unit.filter(|_| is_file || !tip.channel.is_public());
    let desk = desk.unwrap_or_else(|| tip.place.province());
    let recused: Vec<Code> = accused.iter().map(|recusal| recusal.unit).collect();
    let holder = ground.clear_unit(desk, &recused);

    let judge = term::begun(ground.rules, DutyKind::Judge, tip.severity, now, now);
    let mut effects: Vec<Effect> = accused.into_iter().map(Effect::from).collect();
    effects.push(Effect::Open {
        no: 1,
        duty: DutyKind::Judge,
        owner: holder,
        tip: None,
        of: None,
        from: None,
        stops: Vec::new(),
        extended: 0,
        due: judge.at,
        rule: judge.rule,
    });
    // The clock of the reply begins when there is something to tell.
    effects.push(Effect::Open {
        no: 2,
        duty: DutyKind::Reply,
        owner: holder,
        tip: Some(arrival.number.clone()),
        of: None,
        from: None,
        stops: Vec::new(),
        extended: 0,
        due: None,
        rule: String::new(),
    });
    Entry {
        v: 1,
        case: arrival.case,
        seq: 1,
        act: Act::Receive,
        by: arrival.by,
        recorded_at: now,
        stated_at: arrival.received_at,
        fields: serde_json::json!({}),
        tip: Some(TipMark {
            tip: arrival.number,
            channel: tip.channel,
            received_at: arrival.received_at,
            desk,
            words: arrival.words,
            files: tip.files.clone(),
        }),
        effects,
        was: None,
        is: Position {
            stage: Stage::Pending,
            holder,
            place: tip.place,
            category: tip.category,
            severity: tip.severity,
        },
        state: State::Pending,
    }
}
