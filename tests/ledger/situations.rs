//! The eight situations of listed supervision: what is proposed, and by which evidence.

use std::sync::OnceLock;

use chrono::Duration;
use hotline::intake::Category;
use hotline::ledger::case::Ordered;
use hotline::ledger::command::Measure;
use hotline::ledger::decide::Past;
use hotline::ledger::situation::Evidence;
use hotline::ledger::words::{ListedFor, MeasureKind};
use hotline::ledger::{Act, Amount, Situations};

use super::desk::*;
use super::says::*;
use super::stops::Stop;

fn shipped() -> &'static Situations {
    static READ: OnceLock<Situations> = OnceLock::new();
    READ.get_or_init(|| Situations::parse(include_str!("../../config/situations.toml")).unwrap())
}

fn word(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Category { category } => category.clone(),
        Evidence::Word { word } => word.clone(),
        Evidence::Area { mu, least } => format!("{mu}/{least} mu").replace(".00", ""),
        Evidence::Gains { yuan, least } => format!("{yuan}/{least} yuan").replace(".00", ""),
        Evidence::Open { days } => format!("{days} days"),
        Evidence::Overdue { duties } => format!("{duties} overdue"),
        Evidence::Reopened { times } => format!("{times} reopened"),
    }
}

/// `farmland: land.cultivated, 10/10 mu`, one for each situation.
fn proposed(world: &World, past: &[Past], said: &[&str]) -> Vec<String> {
    let found = shipped().propose(&world.case, past, said, world.now);
    let told = found.into_iter().map(|one| {
        let evidence: Vec<String> = one.evidence.iter().map(word).collect();
        format!("{}: {}", one.situation.name(), evidence.join(", "))
    });
    told.collect()
}

fn of_category(category: &str) -> World {
    let mut world = World::new();
    world.case.is.category = Category::find(category).unwrap();
    world
}

/// Category, what was said, what is proposed.
const SAID: &[(&str, &str, &[&str])] = &[
    // A category alone is ordinary work, and so is an area below the threshold.
    ("land.cultivated", "挖了三亩耕地", &[]),
    ("land.cultivated", "挖了9.99亩耕地", &[]),
    ("land.cultivated", "挖了十亩耕地", &["farmland: land.cultivated, 10/10 mu"]),
    // Basic farmland has a threshold of its own, and its word is enough.
    ("land.cultivated", "占用基本农田四亩", &["farmland: land.cultivated, 基本农田"]),
    ("land.other", "占用基本农田五亩", &["farmland: 基本农田, 5/5 mu"]),
    ("land.other", "占地五百亩", &[]),
    ("land.approval", "29亩土地被违规审批", &[]),
    ("land.approval", "2公顷土地被违规审批", &["illegal_approval: land.approval, 30/30 mu"]),
    ("land.transfer", "低价出让", &["land_supply: land.transfer, 低价出让"]),
    ("land.occupation", "在生态保护红线内建别墅", &["control_lines: 生态保护红线"]),
    ("mineral.mining", "挖山", &[]),
    ("mineral.mining", "盗采砂石五十亩", &["serious_mining: mineral.mining, 盗采"]),
    ("survey.other", "非法测绘", &["surveying: survey.other, 非法测绘"]),
    // Two at once, in the order of the eight.
    (
        "land.transfer",
        "违法供地，占用基本农田一亩",
        &["farmland: 基本农田", "land_supply: land.transfer, 违法供地"],
    ),
];

#[test]
fn what_was_said_makes_a_situation() {
    for (category, said, expected) in SAID {
        assert_eq!(proposed(&of_category(category), &[], &[said]), *expected, "{category} {said}");
    }
    // Of several texts the largest area counts, and the words of all.
    let world = of_category("land.cultivated");
    let both = ["三亩", "核查：实测12亩，均为基本农田"];
    let expected = ["farmland: land.cultivated, 基本农田, 12/5 mu"];
    assert_eq!(proposed(&world, &[], &both), expected);
}

#[test]
fn what_was_decided_makes_a_major_case() {
    let decided = |category: &str, kind, amount: &str| {
        let mut world = of_category(category);
        let amount = Amount::read(amount).unwrap();
        let measure = Measure { kind, amount, benchmark: None, base: None, deviation: None };
        world.case.measures = vec![Ordered { measure, done: None, executed_by: None }];
        proposed(&world, &[], &[])
    };
    let gains = MeasureKind::ConfiscateGains;
    assert_eq!(decided("mineral.mining", gains, "199999.99"), [""; 0]);
    let major = ["serious_mining: mineral.mining, 200000/200000 yuan"];
    assert_eq!(decided("mineral.mining", gains, "200000"), major);
    assert_eq!(decided("mineral.mining", MeasureKind::Demolish, "900000"), [""; 0]);
    let restored = ["farmland: land.cultivated, 10.50/10 mu"];
    assert_eq!(decided("land.cultivated", MeasureKind::Restore, "10.5"), restored);
}

#[test]
fn sitting_on_a_case_makes_one_too() {
    let mut world = World::at(Stop::Verifying);
    let since = |days| Some(world.now - Duration::days(days));
    let (young, old) = (since(179), since(180));
    world.case.accepted_at = young;
    assert_eq!(proposed(&world, &[], &[]), [""; 0]);
    world.case.accepted_at = old;
    assert_eq!(proposed(&world, &[], &[]), ["concealment: 180 days"]);
    world.case.accepted_at = None;
    // Two duties late, not one; what stands still is not late.
    let late = Some(world.now - Duration::days(1));
    let open: Vec<usize> =
        (0..world.case.duties.len()).filter(|at| world.case.duties[*at].is_open()).collect();
    world.case.duties[open[0]].due_at = late;
    assert_eq!(proposed(&world, &[], &[]), [""; 0]);
    world.case.duties[open[1]].due_at = late;
    assert_eq!(proposed(&world, &[], &[]), ["concealment: 2 overdue"]);
    world.case.duties[open[1]].paused = true;
    assert_eq!(proposed(&world, &[], &[]), [""; 0]);
    let reopened = |times| vec![Past { seq: 9, act: Act::Reopen, unit: code(COUNTY) }; times];
    assert_eq!(proposed(&world, &reopened(1), &[]), [""; 0]);
    assert_eq!(proposed(&world, &reopened(2), &[]), ["concealment: 2 reopened"]);
}

#[test]
fn nothing_is_proposed_once_a_case_is_over() {
    let red = ["在生态保护红线内建别墅"];
    assert_eq!(proposed(&World::at(Stop::InReview), &[], &red).len(), 1);
    for stop in [Stop::Closed, Stop::Refused] {
        assert_eq!(proposed(&World::at(stop), &[], &red), [""; 0]);
    }
}

/// Each situation that is proposed is one of the eight, and the table leaves `other` to people.
#[test]
fn a_proposal_is_an_act_that_can_be_done() {
    for (category, said, _) in SAID {
        for one in shipped().propose(&of_category(category).case, &[], &[said], at(NOON)) {
            assert_ne!(one.situation, ListedFor::Other);
            let mut world = World::at(Stop::Verifying);
            let mut act = list();
            act["situation"] = one.situation.name().into();
            world.did(PROVINCE_SUPERVISOR, act);
        }
    }
}

const NOON: &str = "2026-03-02 12:00";
