//! Random lives: anybody does anything at any time, and a naive memory of what is owed agrees.
//!
//! Half of the steps are drawn blindly, most of them nonsense; the others do something that is
//! due, by somebody who may, or a walk would hardly ever come to its end. `HOTLINE_WALKS` raises
//! the number of walks.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use hotline::calendar::zone;
use hotline::ledger::agenda::Item;
use hotline::ledger::{Actor, Case, Role, Stage};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::desk::*;
use super::naive::{self, Naive};
use super::says::*;

/// Walks in a usual run, and the most steps of one.
const WALKS: u32 = 1000;
const STEPS: usize = 80;

const UNITS: [&str; 6] = [NATION, PROVINCE, CITY, COUNTY, OTHER, ALTERNATE];
const PAUSES: [i64; 8] = [0, 1, 30, 60, 60 * 7, 60 * 24, 60 * 24 * 3, 60 * 24 * 20];

/// One draw for each choice that a step makes; what they mean depends on where the walk stands.
#[derive(Clone, Debug)]
struct Step {
    sensible: bool,
    what: usize,
    how: usize,
    role: usize,
    unit: usize,
    /// Of four people of that role there.
    person: usize,
    pause: usize,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        prop::bool::weighted(0.6),
        0..1000usize,
        0..1000usize,
        0..12usize,
        0..6usize,
        0..4usize,
        0..8usize,
    );
    let step = step.prop_map(|(sensible, what, how, role, unit, person, pause)| Step {
        sensible,
        what,
        how,
        role,
        unit,
        person,
        pause,
    });
    prop::collection::vec(step, 1..=STEPS)
}

/// Everything that can be said, some of it about things that are not there.
fn anything(world: &World, what: usize, how: usize) -> Value {
    let tip = if how.is_multiple_of(8) { number(2) } else { world.tip.clone() };
    let pick = |list: &[&'static str]| list[how % list.len()];
    let reasons = ["insufficient", "out_of_scope"];
    match what % 24 {
        0 => accept(),
        1 => refuse(pick(&reasons)),
        2 => ask_supplement(),
        3 => supplement(),
        4 => link(),
        5 => dispatch(pick(&[COUNTY, COUNTY, CITY, PROVINCE, OTHER])),
        6 => sign(),
        7 => object(),
        8 => upheld(pick(&[COUNTY, CITY, PROVINCE, OTHER])),
        9 => not_upheld(),
        10 => verify(pick(&["founded", "founded", "unfounded", "unlocatable", "not_ours"])),
        11 => dispose(pick(&["corrected", "other"])),
        12 => reply(&tip),
        13 => attempt(&tip),
        14 => request_close(),
        15 => approve(),
        16 => send_back(pick(&["verify", "dispose", "reply"])),
        17 => visit(pick(&["satisfied", "not_satisfied_unjustified", "not_satisfied_justified"])),
        18 => reopen(),
        19 => correct(
            1,
            json!({"accused_unit": pick(&[COUNTY, COUNTY, CITY, OTHER, PROVINCE, NATION])}),
        ),
        20 => correct(1, json!({"accused_unit": null, "category": "land.other"})),
        21 => correct(1 + u32::try_from(how % 9).unwrap(), json!({"text": "更正"})),
        22 => {
            if how.is_multiple_of(2) {
                note()
            } else {
                look(&tip)
            }
        }
        _ => lapse(),
    }
}

/// Something that the naive memory says is due, or a closing where nothing is; now and then a
/// closing too early or a correction.
fn something_due(world: &World, naive: &Naive, what: usize, how: usize) -> Value {
    match how % 11 {
        0 => return request_close(),
        1 => return approve(),
        2 => return anything(world, 19 + what % 3, what),
        _ => {}
    }
    let fits = |act: &usize| {
        let said = anything(world, *act, 1);
        let name = said["act"].as_str().unwrap();
        let due = naive::needs(name).is_some_and(|duty| naive.owed.contains(duty));
        // What ends a case early, or begins it anew, is seldom, or no walk would get far.
        let seldom = how.is_multiple_of(4);
        match name {
            "request_close" => naive.ended.is_empty() && naive.blocking().is_empty(),
            "reopen" => seldom && !naive.ended.is_empty(),
            "refuse" | "link" | "object" | "look" => seldom && due,
            _ => due,
        }
    };
    let acts: Vec<usize> = (0..24).filter(fits).collect();
    match acts.as_slice() {
        [] => note(),
        acts => anything(world, acts[what % acts.len()], how),
    }
}

/// A role that may do it and the unit whose turn it is, read off the case: this steers the walk
/// and judges nothing.
fn somebody_fit(world: &World, step: &Step, what: &Value) -> Actor {
    let act = what["act"].as_str().unwrap();
    if act == "lapse" {
        return Actor::Schedule;
    }
    let roles = naive::roles(act);
    let role = roles[step.role % roles.len()].parse().unwrap();
    let kind = naive::needs(act);
    let duty = world.case.duties.iter().find(|d| d.is_open() && Some(d.kind.name()) == kind);
    let unit = duty.map_or(world.case.is.holder, |duty| duty.owner);
    Actor::Staff { user: format!("{role}-{unit}-{}", step.person), unit, roles: vec![role] }
}

fn anybody(world: &World, step: &Step) -> Actor {
    match step.role {
        0..8 => {
            let (role, unit) = (Role::ALL[step.role], code(UNITS[step.unit]));
            Actor::Staff { user: format!("{role}-{unit}-{}", step.person), unit, roles: vec![role] }
        }
        8 => Actor::Schedule,
        9 => Who::Stranger.actor(&world.tip),
        10 => Who::Informant.actor(&world.tip),
        // Small bureaus: one person for everything.
        _ => Actor::Staff {
            user: format!("all-{}", step.person),
            unit: code(UNITS[step.unit]),
            roles: Role::ALL.to_vec(),
        },
    }
}

/// What the actor is, in the naive memory's words.
fn held(actor: &Actor, act: &str) -> Vec<&'static str> {
    match actor {
        Actor::Staff { roles, .. } => roles.iter().map(|role| role.name()).collect(),
        // These do what no role need allow them.
        Actor::Informant { .. } if ["supplement", "reopen"].contains(&act) => {
            naive::roles(act).to_vec()
        }
        _ => Vec::new(),
    }
}

/// What the naive memory says must come of it: a code, or no objection on its part.
fn foretold(world: &World, naive: &Naive, actor: &Actor, what: &Value) -> Option<&'static str> {
    let act = what["act"].as_str().unwrap();
    match (act, actor) {
        ("lapse", Actor::Schedule)
            if !naive.ended.is_empty() || !naive.owed.contains("supplement") =>
        {
            naive.refuses(what, &[], &world.tip).map(|_| match naive.ended {
                "closed" => "case_closed",
                "refused" => "case_refused",
                "linked" => "case_linked",
                _ => "duty_not_open",
            })
        }
        ("lapse", Actor::Schedule) => None,
        _ => naive.refuses(what, &held(actor, act), &world.tip),
    }
}

/// Codes that speak of role, stage, what is outstanding or the duty: said exactly when foretold.
const FORETOLD: [&str; 7] = [
    "role_not_allowed",
    "not_ended",
    "case_closed",
    "case_refused",
    "case_linked",
    "outstanding",
    "duty_not_open",
];

fn walk(steps: &[Step], met: &mut BTreeMap<String, u32>) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let mut naive = Naive::new();
    for step in steps {
        world.now += Duration::minutes(PAUSES[step.pause]);
        let (what, actor) = if step.sensible {
            let what = something_due(&world, &naive, step.what, step.how);
            let actor = somebody_fit(&world, step, &what);
            (what, actor)
        } else {
            (anything(&world, step.what, step.how), anybody(&world, step))
        };
        let act = what["act"].as_str().unwrap().to_owned();
        let said = format!("{actor:?} {what} with {:?} owed", naive.owed);
        let expected = foretold(&world, &naive, &actor, &what);
        let ended: Vec<u32> = ended_duties(&world.case);
        let before = world.case.clone();
        let agenda = world.agenda(&actor);
        // `act_as` checks density, replay, dates and label after each entry.
        let code = match world.act_as(&actor, what.clone()) {
            Ok(entry) => {
                prop_assert_eq!(expected, None, "recorded: {}", said);
                naive.record(&what, zone::date_of(entry.recorded_at));
                "recorded"
            }
            Err(refusal) => {
                let code = refusal.code();
                prop_assert_eq!(&world.case, &before, "a refusal changed the case: {}", said);
                // A correction asks for the role of the corrected act, which comes late.
                let corrects = act == "correct" && code == "role_not_allowed";
                if let Some(expected) = expected {
                    prop_assert_eq!(code, expected, "{}", said);
                } else if !corrects {
                    prop_assert!(!FORETOLD.contains(&code), "{}: {}", code, said);
                }
                if code == "outstanding" {
                    let listed = refusal.outstanding().unwrap().iter().map(|duty| duty.kind.name());
                    let mut owed = naive.blocking();
                    if act == "approve_close" {
                        owed.remove("review");
                    }
                    prop_assert_eq!(listed.collect::<BTreeSet<_>>(), owed, "{}", said);
                }
                code
            }
        };
        agenda_was_right(&agenda, &what, code, &said)?;
        *met.entry(format!("{act} {code}")).or_default() += 1;
        agree(&world, &naive, &ended)?;
    }
    *met.entry(format!("ends {}", world.state())).or_default() += 1;
    Ok(())
}

/// Codes that hang on what the fields say: no form can foresee them.
const OF_FIELDS: [&str; 12] = [
    "no_such_tip",
    "supplement_pending",
    "link_target",
    "unit_elsewhere",
    "unit_recused",
    "unit_missing",
    "ruling_binds",
    "unknown_evidence",
    "no_such_entry",
    "not_correctable",
    // Which entry is corrected decides whose it is.
    "not_your_duty",
    "role_not_allowed",
];

/// The agenda hides nothing that may be done and promises nothing that may not.
fn agenda_was_right(
    agenda: &[Item],
    what: &Value,
    code: &str,
    said: &str,
) -> Result<(), TestCaseError> {
    let act = what["act"].as_str().unwrap();
    let tip = what["tip"].as_str();
    let item = agenda.iter().find(|item| {
        item.act.name() == act && item.tip.as_deref().is_none_or(|mine| Some(mine) == tip)
    });
    let staff_act = !matches!(act, "look" | "lapse");
    match item.map(|item| &item.may) {
        Some(Ok(())) => {
            let by_field = OF_FIELDS.contains(&code);
            let any_entry =
                act == "correct" || !matches!(code, "not_your_duty" | "role_not_allowed");
            prop_assert!(code == "recorded" || (by_field && any_entry), "{code}: {said}");
        }
        Some(Err(_)) => prop_assert!(code != "recorded", "the agenda hid it: {said}"),
        None if staff_act && said.starts_with("Staff") => {
            prop_assert!(code != "recorded", "it was not on the agenda: {said}");
        }
        None => {}
    }
    Ok(())
}

fn ended_duties(case: &Case) -> Vec<u32> {
    case.duties.iter().filter(|duty| !duty.is_open()).map(|duty| duty.no).collect()
}

/// The two memories say the same, and nothing that ended has come back.
fn agree(world: &World, naive: &Naive, ended: &[u32]) -> Result<(), TestCaseError> {
    let case = &world.case;
    let open = case.duties.iter().filter(|duty| duty.is_open());
    let names: Vec<&str> = open.map(|duty| duty.kind.name()).collect();
    let owed: BTreeSet<&str> = names.iter().copied().collect();
    prop_assert_eq!(&owed, &naive.owed);
    prop_assert_eq!(owed.len(), names.len(), "something is owed twice: {:?}", names);
    if case.is.stage == Stage::Closed {
        prop_assert!(naive.blocking().is_empty(), "closed with {:?} owed", naive.blocking());
    }
    let still = ended_duties(case);
    prop_assert!(ended.iter().all(|no| still.contains(no)), "a duty came back");
    // Nobody is left with what must be kept from them.
    let barred = |unit| case.recused.iter().any(|r| hotline::place::recusal::bars(r.unit, unit));
    let open = case.duties.iter().filter(|duty| duty.is_open());
    for unit in open.map(|duty| duty.owner).chain([case.is.holder]) {
        prop_assert!(!barred(unit) || unit == code(ALTERNATE), "{unit} is recused and has it");
    }
    Ok(())
}

#[test]
fn no_walk_loses_a_case() {
    let walks = std::env::var("HOTLINE_WALKS").ok().map_or(WALKS, |n| n.parse().unwrap());
    let met = RefCell::new(BTreeMap::new());
    let config = Config { cases: walks, failure_persistence: None, ..Config::default() };
    let done = TestRunner::new(config).run(&steps(), |steps| walk(&steps, &mut met.borrow_mut()));
    if let Err(failure) = done {
        panic!("{failure}");
    }
    // Walks that never got anywhere would prove nothing.
    let met = met.into_inner();
    // A handful proves nothing either way: shares are asked of a usual run only.
    if walks < 200 {
        return;
    }
    for (what, share) in [
        ("approve_close recorded", 4),
        ("reopen recorded", 10),
        ("return_close recorded", 10),
        ("rule_objection recorded", 10),
        ("lapse recorded", 100),
        ("request_close outstanding", 2),
        ("approve_close outstanding", 4),
        ("reply recorded", 2),
        ("correct recorded", 4),
        ("ends closed", 20),
    ] {
        let count = met.get(what).copied().unwrap_or(0);
        assert!(count >= walks / share, "{what}: only {count} in {walks} walks\n{met:#?}");
    }
}
