//! The table of DOMAIN 4b, row by row: what an act discharges and opens, for whom, until when, and
//! the state it leaves. Every due date is a day of the calendar worked out by hand.
//!
//! The case is received and brought to its situation on Monday 2 March 2026; the act of the row
//! is done on Tuesday the 3rd, so that a clock counted from the wrong day shows.

use std::collections::BTreeSet;

use hotline::ledger::Act;
use serde_json::{Value, json};

use super::changes::changes;
use super::desk::*;
use super::says::*;
use super::stops::*;

/// Situation, who, what; what changes; the state after.
type Row = (Stop, Who, Value, &'static [&'static str], &'static str);

const NOTHING: &[&str] = &[];

/// Judge 2 working days, dispatch 1, sign 1, objection 1, verify 15, review 3, reply and visit 5;
/// supplement 15 and dispose 60 calendar days, the latter from acceptance on the 2nd.
fn rows() -> Vec<Row> {
    use Stop::*;
    let tip = number(1);
    vec![
        (
            Received,
            PROVINCE_JUDGE,
            accept(),
            &["discharges judge", "opens dispatch 430000 2026-03-04"],
            "accepted",
        ),
        (
            Waiting,
            PROVINCE_JUDGE,
            accept(),
            &["discharges judge", "lapses supplement", "opens dispatch 430000 2026-03-04"],
            "accepted",
        ),
        // The reply stays open, and its clock begins: there is something to tell.
        (
            Received,
            PROVINCE_JUDGE,
            refuse("staff_discipline"),
            &["clocks reply 2026-03-10", "discharges judge"],
            "refused",
        ),
        (
            Waiting,
            PROVINCE_JUDGE,
            refuse("state_secret"),
            &["clocks reply 2026-03-10", "discharges judge", "lapses supplement"],
            "refused",
        ),
        (
            Received,
            PROVINCE_JUDGE,
            ask_supplement(),
            &["opens supplement 430000 2026-03-18", "pauses judge"],
            "supplement",
        ),
        (
            Waiting,
            DESK,
            supplement(),
            &["clocks judge 2026-03-05", "discharges supplement"],
            "pending",
        ),
        (
            Waiting,
            Who::Informant,
            supplement(),
            &["clocks judge 2026-03-05", "discharges supplement"],
            "pending",
        ),
        (
            Received,
            PROVINCE_JUDGE,
            link(),
            &["clocks reply 2026-03-10", "discharges judge"],
            "linked",
        ),
        (
            Accepted,
            PROVINCE_JUDGE,
            dispatch(COUNTY),
            &["discharges dispatch", "hands reply 430121", "opens sign 430121 2026-03-04"],
            "dispatched",
        ),
        (
            Dispatched,
            COUNTY_HANDLER,
            sign(),
            &["discharges sign", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        (
            Dispatched,
            COUNTY_HANDLER,
            object(),
            &["discharges sign", "opens rule_objection 430000 2026-03-04"],
            "objected",
        ),
        (
            Objected,
            PROVINCE_JUDGE,
            upheld(CITY),
            &["discharges rule_objection", "hands reply 430100", "opens sign 430100 2026-03-04"],
            "dispatched",
        ),
        // The ruling counts as signature: straight to verifying.
        (
            Objected,
            PROVINCE_SUPERVISOR,
            not_upheld(),
            &["discharges rule_objection", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        (
            Verifying,
            COUNTY_HANDLER,
            verify("founded"),
            &["discharges verify", "opens dispose 430121 2026-05-01"],
            "handling",
        ),
        (
            Verifying,
            COUNTY_HANDLER,
            verify("unfounded"),
            &["clocks reply 2026-03-10", "discharges verify"],
            "disposed",
        ),
        (
            Verifying,
            COUNTY_HANDLER,
            verify("unlocatable"),
            &["clocks reply 2026-03-10", "discharges verify"],
            "disposed",
        ),
        (
            Verifying,
            COUNTY_HANDLER,
            verify("not_ours"),
            &["discharges verify", "opens rule_objection 430000 2026-03-04"],
            "objected",
        ),
        (
            Handling,
            COUNTY_HANDLER,
            dispose("corrected"),
            &["clocks reply 2026-03-10", "discharges dispose"],
            "disposed",
        ),
        (
            Handling,
            COUNTY_HANDLER,
            dispose("other"),
            &["clocks reply 2026-03-10", "discharges dispose"],
            "disposed",
        ),
        (Untold, COUNTY_HANDLER, reply(&tip), &["discharges reply"], "disposed"),
        (Untold, COUNTY_OPERATOR, reply(&tip), &["discharges reply"], "disposed"),
        (Untold, DESK, reply(&tip), &["discharges reply"], "disposed"),
        (Refused, DESK, reply(&tip), &["discharges reply"], "refused"),
        (Linked, DESK, reply(&tip), &["discharges reply"], "linked"),
        (Untold, COUNTY_HANDLER, attempt(&tip), NOTHING, "disposed"),
        (Untold, COUNTY_OPERATOR, look(&tip), NOTHING, "disposed"),
        (
            Settled,
            COUNTY_HANDLER,
            request_close(),
            &["opens review 430121 2026-03-06"],
            "in_review",
        ),
        (
            InReview,
            COUNTY_REVIEWER,
            approve(),
            &["discharges review", "opens return_visit 430121 2026-03-10"],
            "closed",
        ),
        (
            InReview,
            PROVINCE_REVIEWER,
            send_back("verify"),
            &["discharges review", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        (
            InReview,
            CITY_REVIEWER,
            send_back("dispose"),
            // Done again it counts from today.
            &["discharges review", "opens dispose 430121 2026-05-02"],
            "handling",
        ),
        // What there is to tell is known here, so the clock runs from the start.
        (
            InReview,
            COUNTY_REVIEWER,
            send_back("reply"),
            &["discharges review", "opens reply 430121 2026-03-10"],
            "disposed",
        ),
        (Closed, COUNTY_OPERATOR, visit("satisfied"), &["discharges return_visit"], "closed"),
        (
            Closed,
            COUNTY_OPERATOR,
            visit("not_satisfied_unjustified"),
            &["discharges return_visit"],
            "closed",
        ),
        // A new reply is owed, five working days after the new disposal: no date yet.
        (
            Closed,
            COUNTY_OPERATOR,
            visit("not_satisfied_justified"),
            &["discharges return_visit", "opens reply 430121 -", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        (
            Closed,
            COUNTY_SUPERVISOR,
            reopen(),
            &["lapses return_visit", "opens reply 430121 -", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        (
            Closed,
            Who::Informant,
            reopen(),
            &["lapses return_visit", "opens reply 430121 -", "opens verify 430121 2026-03-24"],
            "verifying",
        ),
        // The reply to a refused tip was never given, so it is the one that stays owed; its clock
        // waits for the new outcome.
        (
            Refused,
            Who::Informant,
            reopen(),
            &["clocks reply -", "opens verify 430000 2026-03-24"],
            "verifying",
        ),
        (
            Refused,
            PROVINCE_REVIEWER,
            reopen(),
            &["clocks reply -", "opens verify 430000 2026-03-24"],
            "verifying",
        ),
        (
            Verifying,
            PROVINCE_JUDGE,
            correct(1, json!({"category": "land.cultivated"})),
            NOTHING,
            "verifying",
        ),
        (
            Verifying,
            DESK,
            correct(1, json!({"accused_unit": COUNTY})),
            &["hands reply 430100", "hands verify 430100"],
            "verifying",
        ),
        (Received, DESK, note(), NOTHING, "pending"),
        (Refused, PROVINCE_JUDGE, note(), NOTHING, "refused"),
        (Closed, COUNTY_HANDLER, note(), NOTHING, "closed"),
    ]
}

#[test]
fn each_act_does_what_its_row_says() {
    for (stop, who, what, expected, state) in rows() {
        let mut world = World::at(stop);
        let before = world.case.clone();
        world.clock("2026-03-03 10:00");
        let entry = world.did(who, what.clone());
        let row = format!("{stop:?}: {who:?} {what}");
        assert_eq!(changes(&before, &world.case), expected, "{row}");
        assert_eq!(entry.state.code(), state, "{row}");
    }
}

/// The schedule's own row: it needs the day after the last one for supplementing.
#[test]
fn silence_ends_the_supplement_and_the_judge_goes_on() {
    let mut world = World::at(Stop::Waiting);
    let before = world.case.clone();
    // Asked on 2 March: the 17th is the last day.
    world.clock("2026-03-18 00:00");
    world.did(Who::Schedule, lapse());
    let expected = ["clocks judge 2026-03-20", "lapses supplement"];
    assert_eq!(changes(&before, &world.case), expected);
    assert_eq!(world.state(), "pending");
}

#[test]
fn the_third_failed_attempt_is_the_reply() {
    let mut world = World::at(Stop::Untold);
    let tip = world.tip.clone();
    for day in ["2026-03-03 10:00", "2026-03-04 10:00"] {
        world.clock(day);
        world.did(COUNTY_OPERATOR, attempt(&tip));
        assert_eq!(world.owed(), ["reply 430121"]);
    }
    let before = world.case.clone();
    world.clock("2026-03-05 10:00");
    world.did(COUNTY_OPERATOR, attempt(&tip));
    assert_eq!(changes(&before, &world.case), ["discharges reply"]);
}

/// Intake: acknowledged by the receipt itself, judged by the desk of the operator, or of the
/// province for what comes from the web; the reply is owed from the first moment, without a date.
#[test]
fn intake_opens_judge_and_reply() {
    // A township's tip, the county's, and one that says no more than the country.
    let table = [
        (None, COUNTY, PROVINCE),
        (None, "430121102", PROVINCE),
        (None, CITY, PROVINCE),
        (None, NATION, NATION),
        (Some(CITY), COUNTY, CITY),
        (Some(COUNTY), COUNTY, COUNTY),
        (Some(NATION), COUNTY, NATION),
    ];
    for (desk, place, judge) in table {
        let world = World::of(json!({"division": place}), desk);
        let owed = [format!("judge {judge}"), format!("reply {judge}")];
        assert_eq!(world.owed(), owed, "{desk:?} {place}");
        assert_eq!(world.case.duties[0].due_at, Some(at("2026-03-04 23:59:59")));
        assert_eq!(world.case.duties[1].due_at, None);
        assert_eq!(world.state(), "pending");
    }
}

#[test]
fn no_act_is_without_a_row() {
    let mut rowed: BTreeSet<String> =
        rows().iter().map(|row| row.2["act"].as_str().unwrap().to_owned()).collect();
    let beyond = super::rows::rows();
    rowed.extend(beyond.iter().map(|row| row.2["act"].as_str().unwrap().to_owned()));
    // These stand in the tests above, and in `rows`, `join` and `imported`.
    let told = ["receive", "lapse", "reckon", "absorb", "split", "split_off", "imported"];
    rowed.extend(told.map(str::to_owned));
    let all: BTreeSet<String> = Act::ALL.iter().map(|act| act.name().to_owned()).collect();
    assert_eq!(rowed, all);
}
