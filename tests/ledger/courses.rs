//! The course of a clock on a case: stopped, let go on, extended, put into another lane; every date
//! worked out by hand. Verifying begins on Monday 2 March 2026 and takes fifteen working days.

use hotline::calendar::zone;
use hotline::ledger::DutyKind;
use serde_json::json;

use super::desk::*;
use super::says::*;
use super::stops::*;
use super::town::Town;

/// The duty to verify, at [`Stop::Verifying`].
const VERIFY: u32 = 5;

fn due(world: &World) -> String {
    let due = world.case.duty(VERIFY).unwrap().due();
    due.at.map_or("-".to_owned(), zone::shown)
}

#[test]
fn a_stop_takes_the_working_days_that_it_took_and_no_more() {
    let mut world = World::at(Stop::Verifying);
    assert_eq!(due(&world), "2026-03-23 23:59");
    world.clock("2026-03-05 10:00");
    world.did(CITY_SUPERVISOR, pause(VERIFY));
    assert_eq!(due(&world), "-");
    // Thursday, Friday, Monday; on Tuesday the clock runs at the end of the day.
    world.clock("2026-03-10 10:00");
    world.did(COUNTY_HANDLER, resume(VERIFY));
    assert_eq!(due(&world), "2026-03-26 23:59");
    // A second stop within one day takes none.
    world.clock("2026-03-11 09:00");
    world.did(CITY_SUPERVISOR, pause(VERIFY));
    world.clock("2026-03-11 17:00");
    world.did(COUNTY_HANDLER, resume(VERIFY));
    assert_eq!(due(&world), "2026-03-26 23:59");
}

#[test]
fn what_is_late_is_neither_stopped_nor_extended() {
    let mut world = World::at(Stop::Verifying);
    world.clock("2026-03-24 09:00");
    world.no(CITY_SUPERVISOR, pause(VERIFY), "pause_late");
    world.no(COUNTY_HANDLER, ask_extension(VERIFY, 5), "extension_late");
}

#[test]
fn where_life_is_in_danger_no_clock_is_stopped() {
    let mut world = World::at(Stop::Verifying);
    world.did(PROVINCE_JUDGE, correct(1, json!({ "severity": "danger" })));
    world.no(CITY_SUPERVISOR, pause(VERIFY), "not_pausable");
}

#[test]
fn a_merging_and_a_split_gain_no_time() {
    let mut town = Town::verifying();
    let verify = |town: &Town| town.worlds[1].case.open(DutyKind::Verify).unwrap().due();
    let before = verify(&town);
    // Merged on Tuesday, split on Thursday: two days of a stop, and no more.
    town.wait(chrono::Duration::days(1));
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    town.wait(chrono::Duration::days(2));
    town.did(0, COUNTY_JUDGE, split("case-2"));
    assert_eq!(zone::shown(before.at.unwrap()), "2026-03-23 23:59");
    assert_eq!(zone::shown(verify(&town).at.unwrap()), "2026-03-25 23:59");
    // Late before, late after.
    let mut town = Town::verifying();
    town.wait(chrono::Duration::days(60));
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    town.did(0, COUNTY_JUDGE, split("case-2"));
    assert_eq!(verify(&town), before);
}

#[test]
fn an_extension_counts_in_the_unit_of_its_rule_and_with_the_stops() {
    let mut world = World::at(Stop::ExtensionAsked);
    world.did(CITY_SUPERVISOR, rule_extension(true));
    // Five working days more.
    assert_eq!(due(&world), "2026-03-30 23:59");
    world.clock("2026-03-05 10:00");
    world.did(CITY_SUPERVISOR, pause(VERIFY));
    world.clock("2026-03-06 10:00");
    world.did(COUNTY_HANDLER, resume(VERIFY));
    assert_eq!(due(&world), "2026-03-31 23:59");
}

#[test]
fn an_extension_granted_while_the_clock_stands_still_is_counted_when_it_goes_on() {
    let mut world = World::at(Stop::ExtensionAsked);
    world.clock("2026-03-03 10:00");
    world.did(CITY_SUPERVISOR, pause(VERIFY));
    world.did(CITY_SUPERVISOR, rule_extension(true));
    assert_eq!(due(&world), "-");
    world.clock("2026-03-04 10:00");
    world.did(COUNTY_HANDLER, resume(VERIFY));
    // One day of the stop and five of the extension.
    assert_eq!(due(&world), "2026-03-31 23:59");
}

#[test]
fn another_severity_is_another_lane_and_going_back_gains_nothing() {
    let mut world = World::at(Stop::Verifying);
    let severity = |code: &str| correct(1, json!({ "severity": code }));
    world.days_later(3);
    world.did(PROVINCE_JUDGE, severity("danger"));
    let hurried = world.case.duty(VERIFY).unwrap().clone();
    assert_eq!(hurried.due_at, Some(world.now + chrono::Duration::hours(2)));
    assert_eq!(hurried.rule, "verify.danger@2026.1");
    world.did(PROVINCE_JUDGE, severity("general"));
    assert_eq!(due(&world), "2026-03-23 23:59");
}

#[test]
fn where_life_is_in_danger_a_question_stops_no_clock() {
    let mut world = World::new();
    world.did(PROVINCE_JUDGE, correct(1, json!({ "severity": "danger" })));
    let judge = |world: &World| {
        let duty = world.case.open(DutyKind::Judge).unwrap();
        (duty.due_at, duty.paused)
    };
    let before = judge(&world);
    assert!(before.0.is_some());
    world.did(PROVINCE_JUDGE, ask_supplement());
    assert_eq!(judge(&world), before);
    // Neither does the answer begin it anew.
    world.clock("2026-03-03 11:00");
    world.did(DESK, supplement());
    assert_eq!(judge(&world), before);
}

#[test]
fn a_hazard_is_a_danger_by_its_nature() {
    let mut world = World::of(json!({ "category": "hazard.geological" }), None);
    let judge = world.case.duties[0].clone();
    assert_eq!(judge.due_at, Some(world.now + chrono::Duration::hours(2)));
    // It turns out to be none, and is called so.
    let mut other = accept();
    other["severity"] = json!("general");
    world.did(PROVINCE_JUDGE, other);
    let dispatch = world.case.duties.last().unwrap();
    assert_eq!(dispatch.rule, "dispatch@2026.1");
    // And the other way round: what turns out to be one is in a hurry from then on.
    let mut world = World::new();
    world.did(PROVINCE_JUDGE, json!({ "act": "accept", "category": "hazard.geological" }));
    assert_eq!(world.case.duties.last().unwrap().rule, "dispatch.danger@2026.1");
}
