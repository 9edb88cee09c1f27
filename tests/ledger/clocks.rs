//! Until when: the default rules of DOMAIN 5 over holidays, make-up days, pauses and the end of
//! the calendar.

use hotline::calendar::zone;
use hotline::ledger::{Duty, DutyKind};
use serde_json::{Value, json};

use super::desk::*;
use super::says::*;
use super::stops::*;

/// The last duty of a kind, open or not.
fn duty<'a>(world: &'a World, kind: &str) -> &'a Duty {
    let kind = DutyKind::find(kind).unwrap();
    world.case.duties.iter().rev().find(|duty| duty.kind == kind).unwrap()
}

fn due(world: &World, kind: &str) -> String {
    duty(world, kind).due_at.map_or("none".to_owned(), zone::rfc3339)
}

/// Act by act at given times; after each, the due date of a duty.
fn timed(world: &mut World, steps: &[(&str, Who, Value, &str, &str)]) {
    for (time, who, what, kind, expected) in steps {
        world.clock(time);
        world.did(*who, what.clone());
        let end = format!("{expected}T23:59:59+08:00");
        assert_eq!(due(world, kind), end, "{kind} after {what}");
        let rule = &duty(world, kind).rule;
        assert!(rule.starts_with(&format!("{kind}@")), "{rule}: which rule, which version");
    }
}

/// Qingming is off from Saturday 4 to Monday 6 April 2026, Labour Day from Friday 1 to Tuesday
/// 5 May; Saturday 9 May is worked instead.
#[test]
fn a_life_over_two_holidays_keeps_its_dates() {
    let mut world = World::new();
    let tip = world.tip.clone();
    timed(
        &mut world,
        &[
            // Accepted on Thursday 2 April: Friday is the one working day.
            ("2026-04-02 16:00", PROVINCE_JUDGE, accept(), "dispatch", "2026-04-03"),
            // Dispatched on Friday: Tuesday is the next.
            ("2026-04-03 17:00", PROVINCE_JUDGE, dispatch(COUNTY), "sign", "2026-04-07"),
            // Fifteen working days after 7 April.
            ("2026-04-07 09:00", COUNTY_HANDLER, sign(), "verify", "2026-04-28"),
            // Sixty calendar days from the acceptance on 2 April, not from the finding.
            ("2026-04-28 09:00", COUNTY_HANDLER, verify("founded"), "dispose", "2026-06-01"),
            // Thursday 30 April, Wednesday 6, Thursday 7, Friday 8, Saturday 9 May.
            ("2026-04-29 09:00", COUNTY_HANDLER, dispose("other"), "reply", "2026-05-09"),
        ],
    );
    timed(
        &mut world,
        &[
            ("2026-05-06 09:00", COUNTY_HANDLER, reply(&tip), "reply", "2026-05-09"),
            // Three working days: Thursday, Friday and the Saturday made up for.
            ("2026-05-06 10:00", COUNTY_HANDLER, request_close(), "review", "2026-05-09"),
            ("2026-05-08 10:00", COUNTY_REVIEWER, approve(), "return_visit", "2026-05-14"),
        ],
    );
}

/// The day of the event does not count, and the day is the local one: at 07:00 UTC+8 it is still
/// the day before in UTC.
#[test]
fn the_day_is_counted_where_the_people_are() {
    for (time, expected) in [
        ("2026-03-03 00:00", "2026-03-04"),
        ("2026-03-03 07:00", "2026-03-04"),
        ("2026-03-03 23:59", "2026-03-04"),
        ("2026-03-06 23:59", "2026-03-09"),
        ("2026-03-07 10:00", "2026-03-09"),
    ] {
        let mut world = World::new();
        timed(&mut world, &[(time, PROVINCE_JUDGE, accept(), "dispatch", expected)]);
    }
}

/// The clock of the reply begins when there is something to tell, and not before.
#[test]
fn the_reply_is_timed_from_what_there_is_to_tell() {
    for stop in STOPS {
        let told = [
            Stop::Refused,
            Stop::Linked,
            Stop::Untold,
            Stop::Settled,
            Stop::InReview,
            Stop::Closed,
        ];
        let world = World::at(stop);
        let expected = if told.contains(&stop) { "2026-03-09T23:59:59+08:00" } else { "none" };
        assert_eq!(due(&world, "reply"), expected, "{stop:?}");
        assert_eq!(duty(&world, "reply").rule.is_empty(), expected == "none", "{stop:?}");
    }
}

/// Reopened: a new reply is owed, and there is nothing to tell yet. Verifying alone may take
/// fifteen working days, so a clock of five that began now would make every such reply late.
#[test]
fn the_reply_of_a_reopened_case_waits_for_its_outcome() {
    for (who, what) in [
        (COUNTY_SUPERVISOR, reopen()),
        (Who::Informant, reopen()),
        (COUNTY_OPERATOR, visit("not_satisfied_justified")),
    ] {
        let mut world = World::at(Stop::Closed);
        world.clock("2026-03-04 10:00");
        world.did(who, what);
        assert_eq!(due(&world, "reply"), "none");
        world.clock("2026-03-25 10:00");
        world.did(COUNTY_HANDLER, verify("unfounded"));
        assert_eq!(due(&world, "reply"), "2026-04-01T23:59:59+08:00");
    }
    // Where only the telling was found wanting, there is something to tell at once.
    let mut world = World::at(Stop::InReview);
    world.clock("2026-03-04 10:00");
    world.did(COUNTY_REVIEWER, send_back("reply"));
    assert_eq!(due(&world, "reply"), "2026-03-11T23:59:59+08:00");
}

/// While facts are awaited the judge's clock stands; when they come, or do not, it begins anew.
#[test]
fn the_judge_is_not_late_while_waiting() {
    let judge = |world: &World| duty(world, "judge").clone();
    let mut world = World::at(Stop::Waiting);
    assert!(judge(&world).paused);
    assert_eq!(due(&world, "supplement"), "2026-03-17T23:59:59+08:00");
    assert!(!judge(&world).is_overdue(at("2026-03-15 10:00")), "late while waiting");

    world.clock("2026-03-15 10:00");
    world.did(Who::Informant, supplement());
    assert!(!judge(&world).paused);
    assert_eq!(due(&world, "judge"), "2026-03-17T23:59:59+08:00");
    assert!(!judge(&world).is_overdue(at("2026-03-17 23:59:59")));
    assert!(judge(&world).is_overdue(at("2026-03-18 00:00")));

    let mut world = World::at(Stop::Waiting);
    world.clock("2026-03-20 03:00");
    world.did(Who::Schedule, lapse());
    assert!(!judge(&world).paused);
    // Lapsed on a Friday: Monday and Tuesday.
    assert_eq!(due(&world, "judge"), "2026-03-24T23:59:59+08:00");
}

/// In time is up to the last second of the last day, and nothing ended is ever late.
#[test]
fn a_duty_is_late_from_the_second_after_its_day() {
    let mut world = World::new();
    assert!(!duty(&world, "judge").is_overdue(at("2026-03-04 23:59:59")));
    assert!(duty(&world, "judge").is_overdue(at("2026-03-05 00:00")));
    // The reply has no date yet, however long it takes.
    assert!(!duty(&world, "reply").is_overdue(at("2026-12-01 00:00")));
    world.clock("2026-03-09 10:00");
    world.did(PROVINCE_JUDGE, accept());
    assert!(!duty(&world, "judge").is_overdue(at("2026-12-01 00:00")));
    assert_eq!(duty(&world, "judge").ended_at, Some(world.now));
}

/// Late is not never: nothing is refused because it comes after its day.
#[test]
fn what_is_late_is_still_done() {
    let mut world = World::new();
    let tip = world.tip.clone();
    for (who, what) in [
        (PROVINCE_JUDGE, accept()),
        (PROVINCE_JUDGE, dispatch(COUNTY)),
        (COUNTY_HANDLER, sign()),
        (COUNTY_HANDLER, verify("founded")),
        (COUNTY_HANDLER, dispose("other")),
        (COUNTY_HANDLER, reply(&tip)),
        (COUNTY_HANDLER, request_close()),
        (COUNTY_REVIEWER, approve()),
        (COUNTY_OPERATOR, visit("satisfied")),
    ] {
        world.days_later(90);
        world.did(who, what);
    }
    assert!(world.owed().is_empty());
}

/// A year without a table gives no date in working days, and no guess; calendar days go on, and
/// so does the case.
#[test]
fn past_the_last_calendar_there_is_no_date() {
    let mut world = World::new();
    world.clock("2026-12-31 10:00");
    world.did(PROVINCE_JUDGE, ask_supplement());
    assert_eq!(due(&world, "supplement"), "2027-01-15T23:59:59+08:00");
    world.did(PROVINCE_JUDGE, accept());
    assert_eq!(due(&world, "dispatch"), "none");
    assert_eq!(duty(&world, "dispatch").rule, "dispatch@2026.1");
    world.did(PROVINCE_JUDGE, dispatch(COUNTY));
    world.did(COUNTY_HANDLER, sign());
    world.did(COUNTY_HANDLER, verify("founded"));
    assert_eq!(due(&world, "dispose"), "2027-03-01T23:59:59+08:00");
    world.days_later(4000);
    assert!(!duty(&world, "verify").is_overdue(world.now));
}

/// Passing a duty on, correcting and noting do not touch its clock.
#[test]
fn a_clock_does_not_begin_anew_because_somebody_else_owes() {
    let mut world = World::at(Stop::Verifying);
    let before = due(&world, "verify");
    world.clock("2026-03-10 10:00");
    world.did(DESK, correct(1, json!({"accused_unit": COUNTY})));
    world.did(DESK, correct(1, json!({"category": "land.other"})));
    world.did(CITY_HANDLER, note());
    assert_eq!(due(&world, "verify"), before);
    assert_eq!(duty(&world, "verify").owner, code(CITY));
}
