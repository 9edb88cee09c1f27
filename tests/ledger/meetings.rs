//! Where the refusals beyond the core are met, and which of several comes first.

use hotline::ledger::Stage;
use serde_json::{Value, json};

use super::desk::*;
use super::refusals::{Meeting, brought};
use super::says::*;
use super::stops::*;

/// A decision that orders one fine.
fn fine(extra: Value) -> Value {
    let mut what = penalty(&["fine"]);
    what["measures"][0].as_object_mut().unwrap().remove("deviation");
    let more = extra.as_object().unwrap().clone();
    what["measures"][0].as_object_mut().unwrap().extend(more);
    what
}

/// A hundredth less than ordered.
fn in_part() -> Value {
    let mut what = execute("executed");
    what["amount"] = json!("99.99");
    what
}

fn filing_with(field: &str, value: Value) -> Value {
    let mut what = filed();
    what["filing"][field] = value;
    what
}

pub fn beyond_the_core() -> Vec<Meeting> {
    use Stop::*;
    let (judge, handler, province) = (PROVINCE_JUDGE, COUNTY_HANDLER, PROVINCE_SUPERVISOR);
    let late = |w: &mut World| w.clock("2026-05-01 10:00");
    let kept = |w: &mut World| {
        w.did(DESK, correct(1, json!({"accused_unit": OTHER})));
        w.twin = Some(Stage::Open);
        w.twin_holder = Some(OTHER);
    };
    let no_twin = |w: &mut World| w.twin = None;
    let city_accused =
        |w: &mut World| drop(w.did(DESK, correct(1, json!({"accused_unit": OTHER}))));
    vec![
        ("case_merged", World::at(Merged), judge, accept()),
        ("case_merged", World::at(Merged), province, reopen()),
        ("no_such_duty", World::at(Verifying), handler, ask_extension(99, 1)),
        ("no_such_duty", World::at(Decided), handler, on(2, execute("executed"))),
        ("no_such_duty", World::at(Verifying), Who::Schedule, on(5, lapse())),
        ("duty_unclear", World::at(Decided), handler, execute("executed")),
        ("merge_target", World::at(Received), judge, merge(TWIN)),
        ("merge_target", brought(Received, no_twin), judge, merge(TWIN)),
        ("merge_recused", brought(Received, kept), judge, merge(TWIN)),
        ("not_merged_here", World::at(Verifying), province, split(TWIN)),
        ("filing_test", World::at(Handling), handler, filing_with("actor", json!(false))),
        (
            "limitation_passed",
            World::at(Handling),
            handler,
            filing_with("ended_on", json!("2020-01-01")),
        ),
        (
            "no_such_benchmark",
            World::at(Filed),
            handler,
            fine(json!({"benchmark": "none", "base": "1"})),
        ),
        ("benchmark_reason", World::at(Filed), handler, fine(json!({}))),
        (
            "benchmark_reason",
            World::at(Filed),
            handler,
            fine(json!({"benchmark": "land-occupation", "base": "2000"})),
        ),
        ("executed_in_part", World::at(Decided), handler, on(8, in_part())),
        ("executor_verifies", World::at(Executed), handler, verify_execution(true)),
        ("opinion_of_unit", World::at(Verifying), handler, ask_opinion(&[COUNTY])),
        ("opinion_of_unit", World::at(OpinionAsked), handler, ask_opinion(&[OTHER])),
        // The same unit by its short form.
        ("opinion_of_unit", World::at(Verifying), handler, ask_opinion(&[CITY, "4301"])),
        ("unit_recused", brought(Verifying, city_accused), handler, ask_opinion(&[OTHER])),
        ("not_extendable", World::at(Dispatched), handler, ask_extension(4, 1)),
        ("extended_before", World::at(ExtensionAsked), handler, ask_extension(5, 1)),
        ("extension_late", brought(Verifying, late), handler, ask_extension(5, 1)),
        ("extension_too_long", World::at(Verifying), handler, ask_extension(5, 999)),
        ("not_pausable", World::at(Dispatched), province, pause(4)),
        ("pause_late", brought(Verifying, late), province, pause(5)),
        ("paused_before", World::at(Paused), province, pause(5)),
        ("not_paused", World::at(Verifying), handler, resume(5)),
        ("supplement_pending", World::at(Waiting), province, resume(1)),
        ("listed_before", World::at(Listed), province, list()),
        ("holder_already", World::at(Verifying), COUNTY_SUPERVISOR, take_over()),
        ("drawn_before", World::at(Drawn), Who::Schedule, draw(FAR)),
        ("not_independent", World::at(Closed), Who::Schedule, draw(COUNTY)),
        ("not_independent", brought(Closed, city_accused), Who::Schedule, draw(OTHER)),
        (
            "reviewer_handled",
            World::at(Drawn),
            Who::Staff("handler-430121", OTHER, HANDLER),
            recheck("upheld"),
        ),
        ("not_yet_due", World::at(OpinionAsked), Who::Schedule, on(6, lapse())),
        ("nothing_changes", World::at(Verifying), Who::Schedule, reckon()),
        ("nothing_changes", World::at(Received), DESK, correct(1, json!({"severity": "general"}))),
        ("nothing_changes", World::at(Verifying), Who::Schedule, succeed(OTHER, CITY)),
    ]
}

/// Each row is wrong in every way that stands behind its code in the order.
pub fn first_faults() -> Vec<(World, Who, Value, &'static str)> {
    use Stop::*;
    let lost = |stop| brought(stop, |w| w.unknown_evidence = vec![0]);
    let listed = |w: &mut World| {
        w.did(PROVINCE_SUPERVISOR, list());
        w.twin = None;
    };
    vec![
        // Role before stage.
        (World::at(Merged), COUNTY_HANDLER, accept(), "role_not_allowed"),
        // Merged before ended, duty, tip and owner.
        (World::at(Merged), PROVINCE_SUPERVISOR, reopen(), "case_merged"),
        (World::at(Merged), OTHER_HANDLER, sign(), "case_merged"),
        (World::at(Merged), COUNTY_HANDLER, reply(&number(2)), "case_merged"),
        // What outlives the end before duty, owner and the other case.
        (brought(Verifying, listed), PROVINCE_JUDGE, refuse("out_of_scope"), "outstanding"),
        (brought(Received, listed), COUNTY_JUDGE, merge(TWIN), "outstanding"),
        // Which duty is meant before whose it is and what is particular.
        (lost(Decided), OTHER_HANDLER, execute("executed"), "duty_unclear"),
        (lost(Decided), OTHER_HANDLER, on(99, execute("executed")), "no_such_duty"),
        (World::at(Verifying), OTHER_HANDLER, ask_extension(99, 999), "no_such_duty"),
        // Owner before what is particular.
        (World::at(Handling), OTHER_HANDLER, filing_with("fact", json!(false)), "not_your_duty"),
        (World::at(Filed), OTHER_HANDLER, fine(json!({})), "not_your_duty"),
        (World::at(Received), COUNTY_JUDGE, merge(TWIN), "not_your_duty"),
        (World::at(Verifying), OTHER_HANDLER, ask_extension(5, 999), "not_your_duty"),
        // The elements before limitation, the benchmark before its range.
        (
            World::at(Handling),
            COUNTY_HANDLER,
            {
                let mut what = filing_with("liability", json!(false));
                what["filing"]["ended_on"] = json!("2020-01-01");
                what
            },
            "filing_test",
        ),
        (World::at(ExtensionAsked), COUNTY_HANDLER, ask_extension(5, 999), "extended_before"),
        (World::at(Drawn), Who::Schedule, draw(COUNTY), "drawn_before"),
        // What is particular before evidence that is not there.
        (lost(Executed), COUNTY_HANDLER, verify_execution(true), "executor_verifies"),
    ]
}
