//! Random lives of three cases side by side: anybody does anything at any time, tips move from one
//! case to another and back, and a naive memory of what is owed agrees after every act.
//!
//! Each seed walks until ten thousand acts are recorded. `HOTLINE_WALKS` sets the number of seeds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use hotline::calendar::zone;
use hotline::ledger::{Actor, Case, DutyKind, Facts, Refusal, Role, Stage};
use serde_json::Value;

use super::desk::*;
use super::dice::Dice;
use super::naive::{About, Naive};
use super::table::roles;
use super::town::Town;
use super::wander::{ACTS, Doer, SUCCEED, Seen, Sight, Step, Ways, next};
use super::watch::{agenda_was_right, nobody_barred, undone};

/// Seeds of a usual run, acts recorded for each, and steps of one town.
const SEEDS: u64 = 3;
const ACTS_PER_SEED: u32 = 10_000;
const STEPS: usize = 240;
/// In one of so many steps the agenda is asked as well.
const AGENDA: usize = 5;

const UNITS: [&str; 6] = [NATION, PROVINCE, CITY, COUNTY, OTHER, ALTERNATE];
/// Minutes between two acts; the last once in a while, so that something falls due.
const PAUSES: [i64; 9] = [0, 1, 5, 30, 30, 60, 60 * 7, 60 * 24, 60 * 24 * 20];

/// So often at least something must have come about with every seed.
const LEAST: [(&str, u32); 22] = [
    ("recorded", ACTS_PER_SEED),
    ("accept recorded", 80),
    ("refuse recorded", 10),
    ("merge recorded", 30),
    ("split recorded", 10),
    ("rule_objection recorded", 40),
    ("take_over recorded", 10),
    ("dispose recorded", 150),
    ("decide recorded", 80),
    ("execute recorded", 80),
    ("verify_execution recorded", 40),
    ("hand_over recorded", 5),
    ("receive_transfer recorded", 80),
    ("list recorded", 40),
    ("lift recorded", 40),
    ("approve_close recorded", 100),
    ("return_close recorded", 50),
    ("recheck recorded", 40),
    ("reopen recorded", 60),
    ("request_close outstanding", 50),
    ("correct recorded", 10),
    ("ends closed", 5),
];

/// How often each act ended in each way.
type Met = BTreeMap<String, u32>;

/// The naive memory's word for a duty.
fn word(case: &Case, no: u32) -> String {
    let duty = case.duty(no).unwrap();
    let name = duty.kind.name();
    match (duty.kind, &duty.tip, duty.of) {
        (DutyKind::Reply, Some(tip), _) => format!("{name} {tip}"),
        (DutyKind::RuleExtension, _, Some(of)) => format!("{name} {}", word(case, of)),
        (_, _, Some(of)) => format!("{name} {of}"),
        _ => name.to_owned(),
    }
}

fn sight(world: &World) -> Sight {
    let case = &world.case;
    let seen = |duty: &hotline::ledger::Duty| Seen {
        no: duty.no,
        owner: duty.owner.to_string(),
        word: word(case, duty.no),
    };
    Sight {
        no: case.no.clone(),
        tip: world.tip.clone(),
        holder: case.is.holder.to_string(),
        last_seq: world.entries.len(),
        duties: case.duties.iter().filter(|duty| duty.is_open()).map(seen).collect(),
    }
}

fn actor_of(doer: &Doer, tip: &str) -> Actor {
    match doer {
        Doer::Staff { role, unit, person } => Actor::Staff {
            user: format!("{role}-{unit}-{person}"),
            unit: code(unit),
            roles: vec![role.parse().unwrap()],
        },
        Doer::Everything { unit, person } => Actor::Staff {
            user: format!("all-{unit}-{person}"),
            unit: code(unit),
            roles: Role::ALL.to_vec(),
        },
        Doer::Informant(own) if *own => Who::Informant.actor(tip),
        Doer::Informant(_) => Who::Stranger.actor(tip),
        Doer::Schedule => Actor::Schedule,
    }
}

/// What the actor is, in the naive memory's words; some do what no role need allow them.
fn may(actor: &Actor, act: &str) -> bool {
    match actor {
        Actor::Staff { roles: held, .. } => held.iter().any(|r| roles(act).contains(&r.name())),
        Actor::Informant { .. } => ["supplement", "reopen"].contains(&act),
        Actor::Schedule => ["lapse", "reckon", "succeed", "draw"].contains(&act),
        Actor::Import { .. } => act == "imported",
    }
}

/// Codes that speak of role, stage, what is outstanding or the duty: said exactly when foretold.
const FORETOLD: [&str; 9] = [
    "role_not_allowed",
    "not_ended",
    "case_closed",
    "case_refused",
    "case_linked",
    "case_merged",
    "outstanding",
    "duty_not_open",
    "duty_unclear",
];

fn foretold(memory: &Naive, actor: &Actor, what: &Value) -> Option<&'static str> {
    match may(actor, what["act"].as_str().unwrap()) {
        true => memory.refuses(what),
        false => Some("role_not_allowed"),
    }
}

struct Walk {
    dice: Dice,
    town: Town,
    memory: Vec<Naive>,
    met: Met,
    said: Vec<String>,
}

impl Walk {
    fn begin(dice: Dice, met: Met) -> Walk {
        let town = Town::new();
        let memory = town.worlds.iter().map(|world| Naive::received(&world.tip)).collect();
        Walk { dice, town, memory, met, said: Vec::new() }
    }

    fn step(&mut self) {
        let longest = PAUSES.len() - usize::from(!self.dice.one_in(20));
        self.town.wait(Duration::minutes(PAUSES[self.dice.below(longest)]));
        let sights: Vec<Sight> = self.town.worlds.iter().map(sight).collect();
        let acts: Vec<&str> = ACTS.into_iter().chain([SUCCEED]).collect();
        let ways = Ways { units: &UNITS, acts: &acts };
        let Step { on, what, doer } = next(&mut self.dice, &ways, &sights, &self.memory);
        let actor = actor_of(&doer, &sights[on].tip);
        let before: Vec<Case> = self.town.worlds.iter().map(|world| world.case.clone()).collect();
        let whole = (what["act"] == "merge").then(|| self.town.clone());
        // It asks for every act there is, so a part of the steps must do.
        let agenda = self.dice.one_in(AGENDA).then(|| self.town.worlds[on].agenda(&actor));
        let expected = foretold(&self.memory[on], &actor, &what);
        self.said.push(format!("{} {doer:?} {what}", sights[on].no));
        // Density, replay, dates and label are checked within, after each entry.
        let done = self.town.act(on, &actor, what.clone());
        let code = match &done {
            Ok(facts) => {
                assert_eq!(expected, None, "recorded");
                self.remember(on, &what, &sights[on], facts);
                "recorded"
            }
            Err(refusal) => {
                self.refused(on, &before, &what, refusal, expected);
                refusal.code()
            }
        };
        if let Some(agenda) = agenda {
            agenda_was_right(&agenda, &what, &actor, code);
        }
        *self.met.entry(format!("{} {code}", what["act"].as_str().unwrap())).or_default() += 1;
        if code == "recorded" {
            *self.met.entry("recorded".to_owned()).or_default() += 1;
            if let Some(whole) = whole {
                undone(&whole, &self.town, on, what["case"].as_str().unwrap());
            }
        }
        self.agree(&before);
    }

    fn remember(&mut self, on: usize, what: &Value, sight: &Sight, facts: &Facts) {
        let day = zone::date_of(facts.entry.recorded_at);
        let act = what["act"].as_str().unwrap();
        if act == "merge" || act == "split" {
            let at = self.town.place(what["case"].as_str().unwrap()).unwrap();
            let [one, other] = self.memory.get_disjoint_mut([on, at]).unwrap();
            let (no, other_no) = (&sight.no, &self.town.worlds[at].case.no);
            match act {
                "merge" => one.merge_into(no, other, other_no),
                _ => {
                    assert!(other.is_merged_into(no), "split off what was never merged");
                    one.split_off(other, other_no);
                }
            }
            return;
        }
        // Where no number was given there was but one.
        let kind = super::table::needs(act);
        let only = || {
            let fits = |seen: &&Seen| Some(super::naive::kind_of(&seen.word)) == kind;
            sight.duties.iter().find(fits).map(|seen| seen.word.clone())
        };
        let numbered = what["duty"].as_u64().and_then(|no| sight.word_of(no)).map(str::to_owned);
        let word = numbered.or_else(only);
        self.memory[on].record(what, &About { word, day });
    }

    fn refused(
        &self,
        on: usize,
        before: &[Case],
        what: &Value,
        refusal: &Refusal,
        expected: Option<&str>,
    ) {
        for (was, is) in before.iter().zip(&self.town.worlds) {
            assert_eq!(*was, is.case, "a refusal changed a case");
        }
        // A correction asks for the role of the corrected act, which comes late.
        let code = refusal.code();
        let corrects = what["act"] == "correct" && code == "role_not_allowed";
        match expected {
            Some(expected) => assert_eq!(code, expected),
            None => assert!(corrects || !FORETOLD.contains(&code), "not foretold: {code}"),
        }
        if code == "outstanding" {
            let case = &self.town.worlds[on].case;
            let listed = refusal.outstanding().unwrap().iter();
            let mut listed: Vec<String> = listed.map(|duty| word(case, duty.no)).collect();
            let mut owed = self.memory[on].in_the_way(what["act"].as_str().unwrap());
            listed.sort();
            owed.sort();
            assert_eq!(listed, owed, "the list is not the to-do list");
        }
    }

    /// The two memories say the same, and nothing that ended has come back.
    fn agree(&self, before: &[Case]) {
        let mut carried = BTreeMap::<&str, u32>::new();
        for ((world, memory), was) in self.town.worlds.iter().zip(&self.memory).zip(before) {
            let case = &world.case;
            let mut open: Vec<String> =
                sight(world).duties.into_iter().map(|seen| seen.word).collect();
            let mut owed = memory.owed.clone();
            open.sort();
            owed.sort();
            assert_eq!(open, owed, "{}: what is owed, and what the naive memory says", case.no);
            let mut tips: Vec<_> =
                case.tips.iter().map(|tip| (tip.number.clone(), tip.from.clone())).collect();
            let mut known = memory.tips.clone();
            tips.sort();
            known.sort();
            assert_eq!(tips, known, "{}: its tips", case.no);
            case.tips.iter().for_each(|tip| *carried.entry(&tip.number).or_default() += 1);
            if case.is.stage == Stage::Closed {
                assert_eq!(memory.blocking(), Vec::<String>::new(), "closed with this owed");
            }
            let ended = |case: &Case| -> BTreeSet<u32> {
                case.duties.iter().filter(|duty| !duty.is_open()).map(|duty| duty.no).collect()
            };
            assert!(ended(was).is_subset(&ended(case)), "a duty came back");
            nobody_barred(case);
        }
        assert!(carried.values().all(|count| *count == 1), "a tip is carried twice: {carried:?}");
        assert_eq!(carried.len(), self.town.worlds.len(), "a tip is lost: {carried:?}");
    }
}

/// Tells what led to a failure.
impl Drop for Walk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let from = self.said.len().saturating_sub(25);
            eprintln!(
                "the walk so far, {} steps:\n{}",
                self.said.len(),
                self.said[from..].join("\n")
            );
        }
    }
}

#[test]
fn no_walk_loses_a_case() {
    let seeds = std::env::var("HOTLINE_WALKS").ok().map_or(SEEDS, |n| n.parse().unwrap());
    for seed in 1..=seeds {
        let (mut dice, mut met) = (Dice::new(seed), Met::new());
        while met.get("recorded").is_none_or(|acts| *acts < ACTS_PER_SEED) {
            let mut walk = Walk::begin(dice, met);
            (0..STEPS).for_each(|_| walk.step());
            dice = Dice::new(u64::try_from(walk.dice.below(usize::MAX)).unwrap());
            met = std::mem::take(&mut walk.met);
            for world in &walk.town.worlds {
                *met.entry(format!("ends {}", world.state())).or_default() += 1;
            }
        }
        // Walks that never got anywhere would prove nothing.
        for (what, least) in LEAST {
            let count = met.get(what).copied().unwrap_or(0);
            assert!(count >= least, "{what}: only {count} with seed {seed}\n{met:#?}");
        }
        if std::env::var("HOTLINE_WALKS_SHOWN").is_ok() {
            println!("seed {seed}: {met:#?}");
        }
    }
}
