//! The course of a clock on a case: stopped, let go on, extended, put into another lane; every date
//! worked out by hand. Verifying begins on Monday 2 March 2026 and takes fifteen working days.

use hotline::calendar::zone;
use serde_json::json;

use super::desk::*;
use super::says::*;
use super::stops::*;

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
fn what_is_late_stays_late_through_a_stop() {
    let mut world = World::at(Stop::Verifying);
    world.clock("2026-03-24 09:00");
    world.did(CITY_SUPERVISOR, pause(VERIFY));
    world.clock("2026-03-30 09:00");
    world.did(COUNTY_HANDLER, resume(VERIFY));
    assert_eq!(due(&world), "2026-03-23 23:59");
    assert!(world.case.duty(VERIFY).unwrap().is_overdue(world.now));
    world.no(COUNTY_HANDLER, ask_extension(VERIFY, 5), "extension_late");
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
    let begun = world.case.duty(VERIFY).unwrap().from;
    world.days_later(3);
    world.did(PROVINCE_JUDGE, severity("danger"));
    let hurried = world.case.duty(VERIFY).unwrap().clone();
    assert_eq!(hurried.due_at, Some(begun + chrono::Duration::hours(2)));
    assert_eq!(hurried.rule, "verify.danger@2026.1");
    world.did(PROVINCE_JUDGE, severity("general"));
    assert_eq!(due(&world), "2026-03-23 23:59");
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
