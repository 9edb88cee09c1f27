//! What a walk does next: drawn by dice, half of it nonsense, half of it something that is due, by
//! somebody whose turn it is, or no walk would ever come to its end. It steers and judges nothing.
//!
//! Shared by the walks through the ledger and through the service.

use serde_json::{Value, json};

use super::dice::Dice;
use super::naive::{Naive, kind_of};
use super::says::*;
use super::table::{needs, roles};

/// An open duty as anybody may see it: its number, owner, and the naive memory's word for it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub no: u32,
    pub owner: String,
    pub word: String,
}

/// A case as anybody may see it.
#[derive(Clone, Debug)]
pub struct Sight {
    pub no: String,
    pub tip: String,
    pub holder: String,
    pub last_seq: usize,
    pub duties: Vec<Seen>,
}

impl Sight {
    pub fn word_of(&self, duty: u64) -> Option<&str> {
        let found = self.duties.iter().find(|seen| u64::from(seen.no) == duty);
        found.map(|seen| seen.word.as_str())
    }
}

/// Who does it.
#[derive(Clone, Debug)]
pub enum Doer {
    /// A person of a unit, one of a few of the same role.
    Staff {
        role: &'static str,
        unit: String,
        person: usize,
    },
    /// One person for everything, which small bureaus have.
    Everything {
        unit: String,
        person: usize,
    },
    /// The informant of the case's first tip, or of another.
    Informant(bool),
    Schedule,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    pub on: usize,
    pub what: Value,
    pub doer: Doer,
}

/// Where the walk goes: units that have people, and acts that have a door there.
pub struct Ways<'a> {
    pub units: &'a [&'static str],
    pub acts: &'a [&'static str],
}

/// Every act that somebody may try.
pub const ACTS: [&str; 46] = [
    "accept",
    "refuse",
    "ask_supplement",
    "supplement",
    "merge",
    "split",
    "link",
    "dispatch",
    "sign",
    "object",
    "rule_objection",
    "verify",
    "dispose",
    "decide",
    "execute",
    "verify_execution",
    "hand_over",
    "transfer",
    "receive_transfer",
    "reply",
    "attempt_reply",
    "ask_opinion",
    "opine",
    "ask_extension",
    "rule_extension",
    "pause",
    "resume",
    "urge",
    "list",
    "progress",
    "lift",
    "take_over",
    "request_close",
    "approve_close",
    "return_close",
    "draw",
    "recheck",
    "return_visit",
    "reopen",
    "account",
    "avert",
    "correct",
    "note",
    "look",
    "lapse",
    "reckon",
];
pub const SUCCEED: &str = "succeed";

const COUNTY: &str = "430121";
const OTHER: &str = "430181";
const CITY: &str = "430100";
const PROVINCE: &str = "430000";
const NATION: &str = "000000";

/// The next step.
pub fn next(dice: &mut Dice, ways: &Ways<'_>, sights: &[Sight], memory: &[Naive]) -> Step {
    // What was merged can be told nothing; the walk seldom stays there.
    let mut on = dice.below(sights.len());
    if memory[on].ended == "merged" && dice.yes(80) {
        on = dice.below(sights.len());
    }
    if dice.yes(25) {
        let act = dice.pick(ways.acts);
        let duty = dice.below(sights[on].duties.len() + 1);
        let duty = sights[on].duties.get(duty).map(|seen| seen.no);
        let what = said(dice, act, sights, on, duty);
        let doer = anybody(dice, ways, act);
        return Step { on, what, doer };
    }
    let (act, duty) = due(dice, ways, &sights[on], &memory[on]);
    let what = said(dice, act, sights, on, duty);
    let doer = fit(dice, &sights[on], act, duty, ways);
    Step { on, what, doer }
}

/// An act that is due, with the number of its duty, or one that may be done beside.
fn due(
    dice: &mut Dice,
    ways: &Ways<'_>,
    sight: &Sight,
    memory: &Naive,
) -> (&'static str, Option<u32>) {
    let blocked = !memory.blocking().is_empty();
    match memory.ended {
        "" if !blocked && dice.yes(60) => return ("request_close", None),
        "merged" => return ("note", None),
        "" if memory.tips.len() > 1 && dice.one_in(12) => return ("split", None),
        "closed" | "refused" if dice.one_in(8) => return ("reopen", None),
        "closed" | "refused" if dice.one_in(6) && ways.acts.contains(&"draw") => {
            return ("draw", None);
        }
        _ => {}
    }
    let beside = [
        "merge",
        "split",
        "list",
        "urge",
        "take_over",
        "ask_opinion",
        "ask_extension",
        "pause",
        "resume",
        "transfer",
        "correct",
        "account",
        "avert",
        "note",
        "request_close",
    ];
    if sight.duties.is_empty() || dice.yes(22) {
        let about = sight.duties.len().checked_sub(1).map(|last| dice.below(last + 1));
        let duty = about.map(|at| sight.duties[at].no);
        return (dice.pick(&beside), duty);
    }
    // The reply waits for something to tell, most of the time.
    let mut seen = &sight.duties[dice.below(sight.duties.len())];
    if kind_of(&seen.word) == "reply" && dice.yes(50) {
        seen = &sight.duties[dice.below(sight.duties.len())];
    }
    let acts: &[&'static str] = match kind_of(&seen.word) {
        "judge" => &["accept", "accept", "accept", "merge", "ask_supplement", "refuse", "link"],
        "supplement" => &["supplement", "lapse", "accept"],
        "sign" => &["sign", "sign", "sign", "object"],
        "reply" => &["reply", "reply", "attempt_reply", "look"],
        "return_visit" => &["return_visit", "return_visit", "look"],
        "opinion" => &["opine"],
        "review" => &["approve_close", "approve_close", "return_close"],
        kind => {
            let act = ways.acts.iter().find(|act| needs(act) == Some(kind));
            return (act.copied().unwrap_or("note"), Some(seen.no));
        }
    };
    let act = dice.pick(acts);
    (if ways.acts.contains(&act) { act } else { "note" }, Some(seen.no))
}

/// The act in words, with fields drawn.
fn said(
    dice: &mut Dice,
    act: &'static str,
    sights: &[Sight],
    on: usize,
    duty: Option<u32>,
) -> Value {
    let sight = &sights[on];
    let other = sights[dice.below(sights.len())].no.clone();
    let tip = sights[dice.below(sights.len())].tip.clone();
    let own = sight.duties.iter().find(|seen| Some(seen.no) == duty);
    let answered = own.and_then(|seen| seen.word.strip_prefix("reply ")).unwrap_or(&tip);
    let unit = dice.pick(&[COUNTY, COUNTY, COUNTY, CITY, PROVINCE, OTHER, NATION]);
    let number = duty.unwrap_or(99);
    let maybe =
        |dice: &mut Dice, what: Value| if dice.yes(90) { on_duty(duty, what) } else { what };
    match act {
        "accept" => accept(),
        "refuse" => refuse(dice.pick(&["insufficient", "out_of_scope"])),
        "ask_supplement" => ask_supplement(),
        "supplement" => supplement(),
        "merge" => merge(&other),
        "split" => split(&other),
        "link" => json!({"act": "link", "case": other}),
        "dispatch" => dispatch(unit),
        "sign" => sign(),
        "object" => object(),
        "rule_objection" if dice.yes(50) => not_upheld(),
        "rule_objection" => upheld(unit),
        "verify" => verify(dice.pick(&["founded", "founded", "founded", "unfounded", "not_ours"])),
        "dispose" => match dice.below(5) {
            0 => dispose("corrected"),
            1 => dispose("other"),
            2 => transferred(),
            _ => filed(),
        },
        "decide" => match dice.below(5) {
            0 => decide(dice.pick(&["no_penalty", "not_established"])),
            1 => decide("transferred"),
            2 => penalty(&["fine"]),
            _ => penalty(&["confiscate_building", "demolish", "fine"][dice.below(3)..]),
        },
        "execute" => {
            let result = dice.pick(&["executed", "executed", "executed", "court", "annulled"]);
            maybe(dice, execute(result))
        }
        "verify_execution" => {
            let confirmed = dice.yes(75);
            maybe(dice, verify_execution(confirmed))
        }
        "hand_over" => maybe(dice, hand_over()),
        "transfer" => transfer(),
        "receive_transfer" => {
            let accepted = dice.yes(75);
            maybe(dice, receipt(accepted))
        }
        "reply" => reply(answered),
        "attempt_reply" => attempt(answered),
        "look" => look(answered),
        "ask_opinion" => match dice.one_in(2) {
            true => ask_opinion(&[unit]),
            false => ask_opinion(&[CITY, OTHER]),
        },
        "opine" => opine(),
        "ask_extension" => ask_extension(number, 1 + u32::try_from(dice.below(18)).unwrap()),
        "rule_extension" => {
            let granted = dice.yes(50);
            maybe(dice, rule_extension(granted))
        }
        "pause" => pause(number),
        "resume" => resume(number),
        "urge" if dice.yes(30) => supervise(),
        "urge" => urge(),
        "list" => list(),
        "progress" => progress(),
        "lift" => lift(),
        "take_over" => take_over(),
        "request_close" => request_close(),
        "approve_close" => approve(),
        "return_close" => send_back(dice.pick(&["verify", "dispose", "reply"])),
        "draw" => draw(dice.pick(&[OTHER, OTHER, CITY, "430211"])),
        "recheck" => recheck(dice.pick(&["upheld", "overturned"])),
        "return_visit" => visit(dice.pick(&[
            "satisfied",
            "not_satisfied_unjustified",
            "not_satisfied_justified",
            "unreached",
        ])),
        "reopen" => reopen(),
        "account" => account(),
        "avert" => avert(),
        "correct" => corrected(dice, unit, sight.last_seq),
        "note" => note(),
        "lapse" if dice.one_in(3) => json!({"act": "lapse"}),
        "lapse" => maybe(dice, json!({"act": "lapse"})),
        "reckon" => reckon(),
        "succeed" => succeed(unit, dice.pick(&[COUNTY, CITY, OTHER, PROVINCE])),
        other => panic!("no words for {other}"),
    }
}

fn on_duty(duty: Option<u32>, what: Value) -> Value {
    match duty {
        Some(no) => on(no, what),
        None => what,
    }
}

/// Mostly other words; now and then somebody is accused, or is not any more.
fn corrected(dice: &mut Dice, unit: &str, last_seq: usize) -> Value {
    match dice.below(8) {
        0 => correct(1, json!({ "accused_unit": unit })),
        1 => correct(1, json!({ "accused_unit": null })),
        2 => correct(1, json!({ "severity": dice.pick(&["danger", "general", "complex"]) })),
        _ => {
            let seq = u32::try_from(1 + dice.below(last_seq + 1)).unwrap();
            correct(seq, json!({ "text": "更正" }))
        }
    }
}

/// A role that may do it, and the unit whose turn it is.
fn fit(
    dice: &mut Dice,
    sight: &Sight,
    act: &'static str,
    duty: Option<u32>,
    ways: &Ways<'_>,
) -> Doer {
    let allowed = roles(act);
    if allowed.is_empty() {
        return Doer::Schedule;
    }
    let role = dice.pick(allowed);
    let own = sight.duties.iter().find(|seen| Some(seen.no) == duty);
    let kind = needs(act);
    let kept = sight.duties.iter().find(|seen| Some(kind_of(&seen.word)) == kind);
    let owner = match kind {
        Some(kind) => own.filter(|seen| kind_of(&seen.word) == kind).or(kept),
        None if ["ask_extension", "resume", "pause"].contains(&act) => own,
        None => None,
    };
    let mut unit = owner.map_or(&sight.holder, |seen| &seen.owner).clone();
    if ["list", "urge", "take_over"].contains(&act) && dice.yes(80) {
        unit = dice.pick(ways.units).to_owned();
    }
    Doer::Staff { role, unit, person: dice.below(4) }
}

fn anybody(dice: &mut Dice, ways: &Ways<'_>, act: &'static str) -> Doer {
    let unit = dice.pick(ways.units).to_owned();
    let person = dice.below(4);
    const ROLES: [&str; 8] =
        ["operator", "judge", "handler", "reviewer", "supervisor", "analyst", "custodian", "admin"];
    match dice.below(10) {
        0 => Doer::Informant(true),
        1 => Doer::Informant(false),
        2 => Doer::Schedule,
        3 => Doer::Everything { unit, person },
        _ if roles(act).is_empty() && dice.yes(50) => Doer::Schedule,
        4..7 if !roles(act).is_empty() => Doer::Staff { role: dice.pick(roles(act)), unit, person },
        _ => Doer::Staff { role: dice.pick(&ROLES), unit, person },
    }
}
