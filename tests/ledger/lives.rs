//! Lives of cases, each to its end: whatever happens, somebody can always go on.

use serde_json::json;

use super::desk::*;
use super::says::*;
use super::stops::*;

/// From a reply that is owed to the case struck off, by the usual people of the county.
fn told_and_closed(world: &mut World) {
    let tip = world.tip.clone();
    world.did(COUNTY_HANDLER, reply(&tip));
    world.did(COUNTY_HANDLER, request_close());
    world.did(COUNTY_REVIEWER, approve());
    assert_eq!(world.state(), "closed");
}

/// An anonymous informant is answered on the progress page: nobody waits for a telephone number.
#[test]
fn an_anonymous_tip_comes_to_its_end() {
    let mut world = World::of(json!({"informant": {"mode": "anonymous"}}), None);
    world.did(PROVINCE_JUDGE, accept());
    world.did(PROVINCE_JUDGE, dispatch(COUNTY));
    world.did(COUNTY_HANDLER, sign());
    world.did(COUNTY_HANDLER, verify("founded"));
    world.did(COUNTY_HANDLER, dispose("corrected"));
    told_and_closed(&mut world);
    assert_eq!(world.owed(), ["return_visit 430121"]);
    world.did(COUNTY_OPERATOR, visit("satisfied"));
    assert!(world.owed().is_empty());
}

#[test]
fn unfounded_and_unlocatable_cases_are_told_and_closed_without_disposal() {
    for finding in ["unfounded", "unlocatable"] {
        let mut world = World::at(Stop::Verifying);
        world.did(COUNTY_HANDLER, verify(finding));
        world.no(COUNTY_HANDLER, dispose("other"), "duty_not_open");
        told_and_closed(&mut world);
    }
}

/// Not accepted is an end, never silence: the informant is told, once.
#[test]
fn a_refused_tip_is_answered_and_stays_refused() {
    let mut world = World::at(Stop::Refused);
    let tip = world.tip.clone();
    assert_eq!(world.owed(), ["reply 430000"]);
    world.did(DESK, reply(&tip));
    assert_eq!(world.state(), "refused");
    assert!(world.owed().is_empty());
    world.no(DESK, reply(&tip), "duty_not_open");
    world.no(COUNTY_HANDLER, request_close(), "case_refused");
}

/// The appeal brings the case back to life where it is, and it can be handled to the end there or
/// be sent on to the county by way of a ruling.
#[test]
fn a_refused_tip_is_appealed_once() {
    for answered in [true, false] {
        let mut world = World::at(Stop::Refused);
        let tip = world.tip.clone();
        if answered {
            world.did(DESK, reply(&tip));
        }
        world.did(Who::Informant, reopen());
        // A new fact is to be told, so a reply is owed whether the refusal had been told or not.
        let mut owed = world.owed();
        owed.sort();
        assert_eq!(owed, ["reply 430000", "verify 430000"]);
        world.did(PROVINCE_HANDLER, verify("founded"));
        world.did(PROVINCE_HANDLER, dispose("other"));
        world.did(PROVINCE_HANDLER, reply(&tip));
        world.did(PROVINCE_HANDLER, request_close());
        world.did(PROVINCE_REVIEWER, approve());
        world.no(Who::Informant, reopen(), "appealed_before");
        // Those who supervise still may.
        world.did(PROVINCE_SUPERVISOR, reopen());
    }
}

#[test]
fn an_appealed_tip_finds_its_way_to_the_county() {
    let mut world = World::at(Stop::Refused);
    let tip = world.tip.clone();
    world.did(Who::Informant, reopen());
    world.did(PROVINCE_HANDLER, verify("not_ours"));
    // Nobody dispatched it, so the superior of the province rules.
    assert_eq!(world.owed(), ["reply 430000", "rule_objection 000000"]);
    world.did(staff("judge-0", NATION, JUDGE), upheld(COUNTY));
    world.did(COUNTY_HANDLER, sign());
    world.did(COUNTY_HANDLER, verify("unfounded"));
    world.did(COUNTY_HANDLER, reply(&tip));
    world.did(COUNTY_HANDLER, request_close());
    world.did(COUNTY_REVIEWER, approve());
}

#[test]
fn the_facts_asked_for_come() {
    let mut world = World::at(Stop::Waiting);
    world.clock("2026-03-16 10:00");
    world.did(Who::Informant, supplement());
    assert_eq!(world.state(), "pending");
    world.no(Who::Informant, supplement(), "duty_not_open");
    // They may still not suffice, and nothing else can be asked for.
    world.no(PROVINCE_JUDGE, ask_supplement(), "asked_before");
    world.did(PROVINCE_JUDGE, refuse("insufficient"));
    assert_eq!(world.state(), "refused");
}

/// Late facts are still facts, as long as nobody has given up on them.
#[test]
fn late_facts_are_taken() {
    let mut world = World::at(Stop::Waiting);
    world.clock("2026-03-30 10:00");
    world.did(DESK, supplement());
    world.did(PROVINCE_JUDGE, accept());
    assert_eq!(world.owed(), ["reply 430000", "dispatch 430000"]);
}

#[test]
fn facts_that_never_come_end_by_the_schedule() {
    let mut world = World::at(Stop::Waiting);
    world.clock("2026-03-17 23:59");
    world.no(Who::Schedule, lapse(), "supplement_pending");
    world.no(PROVINCE_JUDGE, refuse("insufficient"), "supplement_pending");
    world.clock("2026-03-18 02:00");
    world.did(Who::Schedule, lapse());
    world.no(Who::Schedule, lapse(), "duty_not_open");
    world.no(Who::Informant, supplement(), "duty_not_open");
    world.no(PROVINCE_JUDGE, ask_supplement(), "asked_before");
    world.did(PROVINCE_JUDGE, refuse("insufficient"));
    assert_eq!(world.owed(), ["reply 430000"]);
}

/// A schedule that stands still does not keep a judge from deciding.
#[test]
fn facts_that_never_come_need_no_schedule() {
    for decision in [refuse("insufficient"), refuse("out_of_scope"), accept(), link()] {
        let mut world = World::at(Stop::Waiting);
        world.clock("2026-03-18 09:00");
        world.did(PROVINCE_JUDGE, decision);
        assert!(!world.owed().iter().any(|duty| duty.starts_with("supplement")));
        assert!(!world.owed().iter().any(|duty| duty.starts_with("judge")));
    }
}

/// What is clear without the facts need not wait for them.
#[test]
fn a_judge_may_decide_before_the_facts_come() {
    let mut world = World::at(Stop::Waiting);
    world.did(PROVINCE_JUDGE, refuse("ownership_or_compensation"));
    world.no(Who::Informant, supplement(), "case_refused");
    let mut world = World::at(Stop::Waiting);
    world.did(PROVINCE_JUDGE, accept());
    world.no(Who::Informant, supplement(), "duty_not_open");
}

#[test]
fn the_same_fact_as_a_closed_case_is_linked_and_told() {
    let mut world = World::at(Stop::Linked);
    let tip = world.tip.clone();
    assert_eq!(world.owed(), ["reply 430000"]);
    world.did(DESK, reply(&tip));
    assert_eq!(world.state(), "linked");
    assert!(world.owed().is_empty());
    assert_eq!(world.entries[1].fields["case"], TWIN);
}

/// Three failed calls on three different days stand for the reply.
#[test]
fn an_informant_who_is_never_reached_does_not_hold_the_case_up() {
    let mut world = World::at(Stop::Untold);
    let tip = world.tip.clone();
    for day in ["2026-03-03 10:00", "2026-03-05 10:00", "2026-03-09 18:00"] {
        world.no(COUNTY_HANDLER, request_close(), "outstanding");
        world.clock(day);
        world.did(COUNTY_OPERATOR, attempt(&tip));
    }
    world.no(COUNTY_OPERATOR, attempt(&tip), "duty_not_open");
    world.did(COUNTY_HANDLER, request_close());
    world.did(COUNTY_REVIEWER, approve());
}

/// Ringing five times before lunch is one attempt; and the day is the local one.
#[test]
fn several_calls_on_one_day_are_one_attempt() {
    let mut world = World::at(Stop::Untold);
    let tip = world.tip.clone();
    // 07:50 and 08:10 lie on two days in UTC and on one in Shanghai.
    for time in ["03 07:50", "03 08:10", "03 12:00", "04 09:00", "04 23:59"] {
        world.clock(&format!("2026-03-{time}"));
        world.did(COUNTY_OPERATOR, attempt(&tip));
        assert_eq!(world.owed(), ["reply 430121"], "{time}");
    }
    // 23:59 and 00:01 are one day in UTC and two in Shanghai.
    world.clock("2026-03-05 00:01");
    world.did(COUNTY_OPERATOR, attempt(&tip));
    assert!(world.owed().is_empty());
}

/// The calls of an answered reply are spent: the next reply takes three of its own.
#[test]
fn old_attempts_do_not_stand_for_a_new_reply() {
    let mut world = World::at(Stop::Untold);
    let tip = world.tip.clone();
    for day in ["03", "04", "05"] {
        world.clock(&format!("2026-03-{day} 10:00"));
        world.did(COUNTY_OPERATOR, attempt(&tip));
    }
    world.did(COUNTY_HANDLER, request_close());
    world.did(COUNTY_REVIEWER, send_back("reply"));
    for day in ["06", "09"] {
        world.clock(&format!("2026-03-{day} 10:00"));
        world.did(COUNTY_OPERATOR, attempt(&tip));
        assert_eq!(world.owed(), ["reply 430121"], "{day}");
    }
    world.clock("2026-03-10 10:00");
    world.did(COUNTY_OPERATOR, attempt(&tip));
    assert!(world.owed().is_empty());
}

/// A look at the contact is an entry of its own, and is possible only while a reply is owed.
#[test]
fn each_look_at_a_contact_is_an_entry() {
    let mut world = World::at(Stop::Untold);
    let tip = world.tip.clone();
    world.did(COUNTY_OPERATOR, look(&tip));
    world.did(COUNTY_OPERATOR, look(&tip));
    assert_eq!(world.count(hotline::ledger::Act::Look), 2);
    world.no(COUNTY_OPERATOR, look(&number(2)), "no_such_tip");
    world.did(COUNTY_OPERATOR, reply(&tip));
    world.no(COUNTY_OPERATOR, look(&tip), "duty_not_open");
    world.no(COUNTY_HANDLER, look(&tip), "role_not_allowed");
}

#[test]
fn a_returned_closing_is_done_again_and_may_be_returned_again() {
    let mut world = World::at(Stop::InReview);
    let tip = world.tip.clone();
    for _ in 0..2 {
        world.did(COUNTY_REVIEWER, send_back("verify"));
        world.no(COUNTY_HANDLER, request_close(), "outstanding");
        world.did(COUNTY_HANDLER, verify("founded"));
        world.did(COUNTY_HANDLER, dispose("other"));
        world.did(COUNTY_HANDLER, request_close());

        world.did(COUNTY_REVIEWER, send_back("dispose"));
        world.no(COUNTY_HANDLER, request_close(), "outstanding");
        world.did(COUNTY_HANDLER, dispose("corrected"));
        world.did(COUNTY_HANDLER, request_close());

        world.did(SECOND_REVIEWER, send_back("reply"));
        world.no(COUNTY_HANDLER, request_close(), "outstanding");
        world.did(COUNTY_HANDLER, reply(&tip));
        world.did(COUNTY_HANDLER, request_close());
    }
    // Whoever returned it may approve it: nothing was struck off yet.
    world.did(COUNTY_REVIEWER, approve());
}

#[test]
fn a_reopened_case_is_handled_anew_and_closed_by_another_reviewer() {
    let mut world = World::at(Stop::Closed);
    for (round, reviewer) in
        [SECOND_REVIEWER, CITY_REVIEWER, PROVINCE_REVIEWER].into_iter().enumerate()
    {
        world.days_later(30);
        world.did(COUNTY_SUPERVISOR, reopen());
        assert_eq!(world.owed(), ["verify 430121", "reply 430121"]);
        world.did(COUNTY_HANDLER, verify("founded"));
        world.did(COUNTY_HANDLER, dispose("other"));
        let tip = world.tip.clone();
        world.did(COUNTY_HANDLER, reply(&tip));
        world.did(COUNTY_HANDLER, request_close());
        let before = [COUNTY_REVIEWER, SECOND_REVIEWER, CITY_REVIEWER];
        for earlier in &before[..=round] {
            world.no(*earlier, approve(), "reviewer_before");
        }
        world.did(reviewer, approve());
    }
    assert_eq!(world.count(hotline::ledger::Act::ApproveClose), 4);
}

/// The informant is not satisfied and is right: the case is alive again, the visit done.
#[test]
fn a_justified_complaint_at_the_visit_reopens() {
    let mut world = World::at(Stop::Closed);
    world.did(COUNTY_OPERATOR, visit("not_satisfied_justified"));
    assert_eq!(world.owed(), ["verify 430121", "reply 430121"]);
    world.no(COUNTY_OPERATOR, visit("satisfied"), "duty_not_open");
    world.did(COUNTY_HANDLER, verify("unfounded"));
    let tip = world.tip.clone();
    world.did(COUNTY_HANDLER, reply(&tip));
    world.did(COUNTY_HANDLER, request_close());
    world.did(SECOND_REVIEWER, approve());
    // The informant's own appeal was not used up by the operator's entry.
    world.did(Who::Informant, reopen());
}

/// A correction counts from its own entry on; what was written stays written.
#[test]
fn category_and_division_are_corrected_from_their_own_date() {
    let mut world = World::at(Stop::Accepted);
    let first = world.entries[0].clone();
    let change = json!({"category": "mineral.mining", "division": OTHER});
    let entry = world.did(PROVINCE_JUDGE, correct(1, change));
    let (was, is) = (entry.was.unwrap(), entry.is);
    assert_eq!((was.category.code(), was.place), ("land.occupation", code(COUNTY)));
    assert_eq!((is.category.code(), is.place), ("mineral.mining", code(OTHER)));
    assert_eq!(world.entries[0], first);
    assert_eq!(world.state(), "accepted");
    // From here on the case goes to the units of the corrected place.
    world.no(PROVINCE_JUDGE, dispatch(COUNTY), "unit_elsewhere");
    world.did(PROVINCE_JUDGE, dispatch(OTHER));
    // The category of the acceptance is corrected there; other fields of it are not fields.
    world.did(PROVINCE_JUDGE, correct(2, json!({"category": "land.other"})));
    assert_eq!(world.case.is.category.code(), "land.other");
    world.no(PROVINCE_JUDGE, correct(2, json!({"division": OTHER})), "not_correctable");
}

/// Corrections are for any time, also after the end.
#[test]
fn a_closed_case_is_corrected_without_coming_back() {
    for stop in [Stop::Closed, Stop::Refused, Stop::Linked] {
        let mut world = World::at(stop);
        let (state, owed) = (world.state(), world.owed());
        world.did(PROVINCE_JUDGE, correct(1, json!({"category": "survey.other"})));
        assert_eq!((world.state(), world.owed()), (state, owed));
    }
    let mut world = World::at(Stop::Closed);
    world.did(COUNTY_HANDLER, correct(5, json!({"place": "村西", "at": "2026-02-28 08:00"})));
    world.no(COUNTY_HANDLER, correct(5, json!({"finding": "unfounded"})), "not_correctable");
    world.no(OTHER_HANDLER, correct(5, json!({"place": "村西"})), "not_your_duty");
    world.no(COUNTY_OPERATOR, correct(5, json!({"place": "村西"})), "role_not_allowed");
}
