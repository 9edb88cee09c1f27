//! Two cases become one, and two again: tips, replies and what was owed, in stories. The walks ask
//! the same of every situation they come to.

use hotline::ledger::DutyKind;
use serde_json::json;

use super::desk::*;
use super::says::*;
use super::town::Town;

fn replies(town: &Town, on: usize) -> Vec<String> {
    let open = town.worlds[on].case.all_open(DutyKind::Reply);
    open.map(|duty| duty.tip.clone().unwrap()).collect()
}

/// Settles all that a case in the county owes but its replies, and asks to close it.
fn settle(town: &mut Town, on: usize) {
    town.did(on, COUNTY_HANDLER, verify("founded"));
    town.did(on, COUNTY_HANDLER, dispose("corrected"));
}

/// Each informant keeps number and reply, and none is struck off unanswered.
#[test]
fn a_case_closes_only_when_every_informant_is_answered() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    town.did(2, COUNTY_SUPERVISOR, merge("case-1"));
    assert_eq!(replies(&town, 0), [number(1), number(2), number(3)]);
    settle(&mut town, 0);
    for tip in 1..=3 {
        town.no(0, COUNTY_HANDLER, request_close(), "outstanding");
        town.did(0, COUNTY_HANDLER, reply(&number(tip)));
    }
    town.did(0, COUNTY_HANDLER, request_close());
    town.did(0, COUNTY_REVIEWER, approve());
    // Reopened, each is told anew.
    town.did(0, COUNTY_SUPERVISOR, reopen());
    assert_eq!(replies(&town, 0).len(), 3);
}

/// A merged case speaks through the other alone.
#[test]
fn nothing_is_done_on_a_merged_case() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    for (who, what) in [
        (COUNTY_HANDLER, verify("founded")),
        (COUNTY_HANDLER, reply(&number(2))),
        (COUNTY_HANDLER, request_close()),
        (COUNTY_SUPERVISOR, reopen()),
        (COUNTY_OPERATOR, correct(1, json!({"category": "land.other"}))),
        (Who::Schedule, draw(OTHER)),
    ] {
        town.no(1, who, what, "case_merged");
    }
    town.did(1, COUNTY_HANDLER, note());
    town.did(0, COUNTY_HANDLER, reply(&number(2)));
}

/// Never into a closed case, nor one that is not accepted, nor into itself, nor twice.
#[test]
fn only_an_open_case_takes_another_in() {
    let mut town = Town::new();
    town.no(0, PROVINCE_JUDGE, merge("case-2"), "merge_target");
    town.no(0, PROVINCE_JUDGE, merge("case-1"), "merge_target");
    town.no(0, PROVINCE_JUDGE, merge("case-9"), "merge_target");
    town.did(1, COUNTY_JUDGE, refuse("out_of_scope"));
    town.no(0, PROVINCE_JUDGE, merge("case-2"), "merge_target");
    let mut town = Town::verifying();
    settle(&mut town, 1);
    town.did(1, COUNTY_HANDLER, reply(&number(2)));
    town.did(1, COUNTY_HANDLER, request_close());
    town.did(1, COUNTY_REVIEWER, approve());
    town.no(0, COUNTY_JUDGE, merge("case-2"), "merge_target");
    town.did(0, COUNTY_JUDGE, merge("case-3"));
    town.no(2, COUNTY_JUDGE, merge("case-1"), "merge_target");
}

/// Merged into one that was merged itself: each step is undone by itself, the last one first.
#[test]
fn merging_is_undone_step_by_step() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    town.did(0, COUNTY_JUDGE, merge("case-3"));
    assert_eq!(replies(&town, 2).len(), 3);
    town.no(2, COUNTY_JUDGE, split("case-2"), "not_merged_here");
    town.did(2, COUNTY_JUDGE, split("case-1"));
    assert_eq!(replies(&town, 0), [number(1), number(2)]);
    assert_eq!(replies(&town, 2), [number(3)]);
    town.did(0, COUNTY_JUDGE, split("case-2"));
    town.no(0, COUNTY_JUDGE, split("case-2"), "not_merged_here");
    for on in 0..3 {
        assert_eq!(
            town.worlds[on].owed(),
            ["verify 430121", "reply 430121"]
                .map(String::from)
                .into_iter()
                .rev()
                .collect::<Vec<_>>(),
            "case {on}"
        );
    }
}

/// Who was answered meanwhile is told again what becomes of the own case; what waited for judgement
/// is accepted by now.
#[test]
fn a_split_gives_back_what_is_still_owed() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    town.did(0, COUNTY_HANDLER, reply(&number(2)));
    town.did(0, COUNTY_JUDGE, split("case-2"));
    assert_eq!(town.worlds[1].owed(), ["verify 430121", "reply 430121"]);
    assert_eq!(replies(&town, 0), [number(1)]);

    let mut town = Town::new();
    town.did(1, COUNTY_JUDGE, accept());
    town.did(2, CITY_JUDGE, merge("case-2"));
    town.did(1, COUNTY_JUDGE, split("case-3"));
    assert_eq!(town.worlds[2].owed(), ["reply 430100", "dispatch 430100"]);
    assert_eq!(town.worlds[2].state(), "accepted");
}

/// A case that has something to tell owes it to the newcomers from the day they come.
#[test]
fn a_newcomer_is_told_what_is_known_already() {
    let mut town = Town::verifying();
    settle(&mut town, 0);
    town.wait(chrono::Duration::days(2));
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    let duty = town.worlds[0].case.open_reply(&number(2)).unwrap().clone();
    assert_eq!(duty.due_at, Some(at("2026-03-11 23:59:59")), "five working days from the 4th");
    assert_eq!(duty.from, at("2026-03-04 09:00"));
    // By the same rules that is the date again.
    town.no(0, Who::Schedule, reckon(), "nothing_changes");
}

/// Kept from somebody, the joined case is kept from them as well.
#[test]
fn recusals_come_along() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_OPERATOR, correct(1, json!({"accused_unit": COUNTY})));
    // The county holds the other: it would get what is kept from it.
    town.no(1, CITY_JUDGE, merge("case-1"), "merge_recused");
    town.did(0, CITY_SUPERVISOR, take_over());
    town.did(1, CITY_JUDGE, merge("case-1"));
    town.no(0, COUNTY_HANDLER, note(), "not_your_duty");
    assert!(ground().bars(&town.worlds[0].case, code(COUNTY)));
}

/// One appeal for each informant, however many share a case.
#[test]
fn each_informant_appeals_once() {
    let mut town = Town::verifying();
    town.did(1, COUNTY_JUDGE, merge("case-1"));
    let reviewers = [COUNTY_REVIEWER, SECOND_REVIEWER, CITY_REVIEWER];
    let closed = |town: &mut Town, reviewer: Who| {
        town.did(0, COUNTY_HANDLER, verify("unfounded"));
        town.did(0, COUNTY_HANDLER, reply(&number(1)));
        town.did(0, COUNTY_HANDLER, reply(&number(2)));
        town.did(0, COUNTY_HANDLER, request_close());
        town.did(0, reviewer, approve());
    };
    let informant = |tip| hotline::ledger::Actor::Informant { tip: number(tip) };
    for (tip, reviewer) in [(1, reviewers[0]), (2, reviewers[1])] {
        closed(&mut town, reviewer);
        town.act(0, &informant(tip), reopen()).unwrap();
    }
    closed(&mut town, reviewers[2]);
    for tip in [1, 2] {
        let refusal = town.act(0, &informant(tip), reopen()).unwrap_err();
        assert_eq!(refusal.code(), "appealed_before");
    }
}
