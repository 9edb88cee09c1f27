//! Every way in which an act is refused is met once, and where several things are wrong the
//! documented order decides which one is said: role, stage, what is outstanding, the duty, its
//! owner, then what is particular to the act.

use std::collections::BTreeSet;

use hotline::lang::Lang;
use hotline::ledger::Refusal;
use serde_json::{Value, json};

use super::desk::*;
use super::says::*;
use super::stops::*;

/// The codes in the order in which they are asked, which is that of docs/LEDGER.md.
macro_rules! codes {
    ($($pattern:pat => $code:literal,)*) => {
        pub const CODES: &[&str] = &[$($code),*];

        /// Does not compile when a refusal is added: give it a row here and in `meetings`.
        fn code_of(refusal: &Refusal) -> &'static str {
            match refusal { $($pattern => $code),* }
        }
    };
}

codes! {
    Refusal::Moved { .. } => "moved_on",
    Refusal::Role(_) => "role_not_allowed",
    Refusal::CaseMerged => "case_merged",
    Refusal::NotEnded => "not_ended",
    Refusal::CaseClosed => "case_closed",
    Refusal::CaseRefused => "case_refused",
    Refusal::CaseLinked => "case_linked",
    Refusal::Outstanding(_) => "outstanding",
    Refusal::NoSuchTip => "no_such_tip",
    Refusal::DutyNotOpen(..) => "duty_not_open",
    Refusal::NoSuchDuty => "no_such_duty",
    Refusal::DutyUnclear(_) => "duty_unclear",
    Refusal::NotYourDuty(_) => "not_your_duty",
    Refusal::AskedBefore => "asked_before",
    Refusal::SupplementPending => "supplement_pending",
    Refusal::NotYetDue => "not_yet_due",
    Refusal::LinkTarget => "link_target",
    Refusal::MergeTarget => "merge_target",
    Refusal::MergeRecused => "merge_recused",
    Refusal::NotMergedHere => "not_merged_here",
    Refusal::UnitElsewhere => "unit_elsewhere",
    Refusal::UnitRecused => "unit_recused",
    Refusal::ObjectedBefore => "objected_before",
    Refusal::UnitMissing => "unit_missing",
    Refusal::RulingBinds => "ruling_binds",
    Refusal::FilingTest(_) => "filing_test",
    Refusal::LimitationPassed(_) => "limitation_passed",
    Refusal::NoSuchBenchmark(_) => "no_such_benchmark",
    Refusal::BenchmarkReason { .. } => "benchmark_reason",
    Refusal::ExecutedInPart { .. } => "executed_in_part",
    Refusal::ExecutorVerifies => "executor_verifies",
    Refusal::OpinionOfUnit(_) => "opinion_of_unit",
    Refusal::NotExtendable => "not_extendable",
    Refusal::ExtendedBefore => "extended_before",
    Refusal::ExtensionLate => "extension_late",
    Refusal::ExtensionTooLong { .. } => "extension_too_long",
    Refusal::NotPausable => "not_pausable",
    Refusal::PauseLate => "pause_late",
    Refusal::PausedBefore => "paused_before",
    Refusal::NotPaused => "not_paused",
    Refusal::ListedBefore => "listed_before",
    Refusal::HolderAlready => "holder_already",
    Refusal::DrawnBefore => "drawn_before",
    Refusal::NotIndependent => "not_independent",
    Refusal::NothingChanges => "nothing_changes",
    Refusal::ReviewerHandled => "reviewer_handled",
    Refusal::ReviewerBefore => "reviewer_before",
    Refusal::NotImported => "not_imported",
    Refusal::OldDates(_) => "old_dates",
    Refusal::NoDisposition => "no_disposition",
    Refusal::AppealedBefore => "appealed_before",
    Refusal::NoSuchEntry => "no_such_entry",
    Refusal::NotCorrectable(_) => "not_correctable",
    Refusal::UnknownEvidence(_) => "unknown_evidence",
}

/// The writer says this one, when `expect` names an older entry; a pure decision never can.
const NOT_OF_THE_LEDGER: &str = "moved_on";

/// A person who is handler and reviewer at once, which small bureaus have.
const HANDLER_AND_REVIEWER: Who =
    Who::Staff("wang", COUNTY, &[hotline::ledger::Role::Handler, hotline::ledger::Role::Reviewer]);

/// How a case comes to where an act is refused; who acts, and what.
pub type Meeting = (&'static str, World, Who, Value);

pub fn brought(stop: Stop, prepare: impl FnOnce(&mut World)) -> World {
    let mut world = World::at(stop);
    prepare(&mut world);
    world
}

pub fn meetings() -> Vec<Meeting> {
    use Stop::*;
    let tip = number(1);
    let judge = PROVINCE_JUDGE;
    let asked = |w: &mut World| {
        w.did(PROVINCE_JUDGE, ask_supplement());
        w.did(DESK, supplement());
    };
    let open_twin = |w: &mut World| w.twin = Some(hotline::ledger::Stage::Open);
    let no_twin = |w: &mut World| w.twin = None;
    let lost_evidence = |w: &mut World| w.unknown_evidence = vec![0];
    let city_accused = |w: &mut World| {
        w.did(DESK, correct(1, json!({"accused_unit": CITY})));
    };
    // The county said no, the city was named and said no, the province named the county again.
    let back_again = |w: &mut World| {
        w.did(judge, upheld(CITY));
        w.did(CITY_HANDLER, object());
        w.did(PROVINCE_JUDGE, upheld(COUNTY));
    };
    let ruled_against = |w: &mut World| {
        w.did(judge, not_upheld());
    };
    let handled_by_one = |w: &mut World| {
        w.did(HANDLER_AND_REVIEWER, request_close());
    };
    let ready_again = |w: &mut World| {
        w.did(COUNTY_HANDLER, verify("unfounded"));
        w.did(COUNTY_HANDLER, reply(&number(1)));
        w.did(COUNTY_HANDLER, request_close());
    };
    let reopened = |w: &mut World| {
        w.did(PROVINCE_SUPERVISOR, reopen());
        ready_again(w);
    };
    let appealed_and_closed = |w: &mut World| {
        w.did(Who::Informant, reopen());
        ready_again(w);
        w.did(SECOND_REVIEWER, approve());
    };
    let mut met = super::meetings::beyond_the_core();
    met.extend(vec![
        ("role_not_allowed", World::new(), COUNTY_HANDLER, accept()),
        ("case_closed", World::at(Closed), COUNTY_HANDLER, sign()),
        ("case_refused", World::at(Refused), judge, dispatch(COUNTY)),
        ("case_linked", World::at(Linked), judge, accept()),
        ("outstanding", World::at(Handling), COUNTY_HANDLER, request_close()),
        ("outstanding", World::at(Untold), COUNTY_HANDLER, request_close()),
        ("outstanding", World::at(Verifying), COUNTY_REVIEWER, approve()),
        ("duty_not_open", World::at(Settled), COUNTY_REVIEWER, approve()),
        ("duty_not_open", World::at(Accepted), judge, accept()),
        ("duty_not_open", World::at(Settled), COUNTY_HANDLER, reply(&tip)),
        ("not_your_duty", World::at(Dispatched), OTHER_HANDLER, sign()),
        ("not_your_duty", World::at(Settled), OTHER_HANDLER, request_close()),
        ("no_such_tip", World::at(Untold), COUNTY_HANDLER, reply(&number(2))),
        ("no_such_tip", World::at(Refused), Who::Stranger, reopen()),
        ("asked_before", brought(Received, asked), judge, ask_supplement()),
        ("asked_before", World::at(Waiting), judge, ask_supplement()),
        ("supplement_pending", World::at(Waiting), judge, refuse("insufficient")),
        ("supplement_pending", World::at(Waiting), Who::Schedule, lapse()),
        ("link_target", brought(Received, open_twin), judge, link()),
        ("link_target", brought(Received, no_twin), judge, link()),
        ("unit_elsewhere", World::at(Accepted), judge, dispatch(OTHER)),
        ("unit_elsewhere", World::at(Objected), judge, upheld(FAR)),
        ("unit_recused", brought(Accepted, city_accused), judge, dispatch(CITY)),
        ("unit_recused", brought(Accepted, city_accused), judge, dispatch(COUNTY)),
        ("objected_before", brought(Objected, back_again), COUNTY_HANDLER, object()),
        ("ruling_binds", brought(Objected, ruled_against), COUNTY_HANDLER, verify("not_ours")),
        (
            "unit_missing",
            World::at(Objected),
            judge,
            json!({"act": "rule_objection", "upheld": true}),
        ),
        // Naming the unit that objected is not upholding its objection.
        ("unit_missing", World::at(Objected), judge, upheld(COUNTY)),
        ("unknown_evidence", brought(Verifying, lost_evidence), COUNTY_HANDLER, verify("founded")),
        ("reviewer_handled", brought(Settled, handled_by_one), HANDLER_AND_REVIEWER, approve()),
        (
            "reviewer_handled",
            brought(Settled, handled_by_one),
            HANDLER_AND_REVIEWER,
            send_back("reply"),
        ),
        ("reviewer_before", brought(Closed, reopened), COUNTY_REVIEWER, approve()),
        ("reviewer_before", brought(Closed, reopened), COUNTY_REVIEWER, send_back("verify")),
        ("not_ended", World::at(Verifying), COUNTY_SUPERVISOR, reopen()),
        ("not_ended", World::at(Linked), PROVINCE_SUPERVISOR, reopen()),
        ("appealed_before", brought(Closed, appealed_and_closed), Who::Informant, reopen()),
        ("no_such_entry", World::new(), DESK, correct(7, json!({"category": "land.other"}))),
        ("not_correctable", World::new(), DESK, correct(1, json!({"text": "别的话"}))),
        ("not_correctable", World::at(Dispatched), judge, correct(3, json!({"unit": CITY}))),
    ]);
    met
}

#[test]
fn every_refusal_is_met_and_no_other_code_exists() {
    let mut met = BTreeSet::new();
    for (code, mut world, who, what) in meetings() {
        let entries = world.entries.clone();
        let refusal = world.no(who, what, code);
        assert_eq!(code_of(&refusal), code);
        assert_eq!(world.entries, entries, "a refusal leaves nothing behind");
        met.insert(code);
    }
    met.insert(NOT_OF_THE_LEDGER);
    met.extend(super::imported::CODES);
    let all: BTreeSet<&str> = CODES.iter().copied().collect();
    assert_eq!(all.len(), CODES.len(), "two refusals share a code");
    assert_eq!(met, all);
}

/// Three people verified, disposed and asked: none of them reviews, whatever else each may be.
#[test]
fn nobody_reviews_what_they_had_a_hand_in() {
    use hotline::ledger::Role::{Handler, Reviewer};
    const ALL_BUT_ONE: [Who; 4] = [
        Who::Staff("a", COUNTY, &[Handler, Reviewer]),
        Who::Staff("b", COUNTY, &[Handler, Reviewer]),
        Who::Staff("c", COUNTY, &[Handler, Reviewer]),
        Who::Staff("d", COUNTY, &[Handler, Reviewer]),
    ];
    let [a, b, c, d] = ALL_BUT_ONE;
    let mut world = World::at(Stop::Verifying);
    let tip = world.tip.clone();
    world.did(a, verify("founded"));
    world.did(b, dispose("corrected"));
    world.did(d, reply(&tip));
    world.did(c, request_close());
    for who in [a, b, c] {
        world.no(who, approve(), "reviewer_handled");
        world.no(who, send_back("verify"), "reviewer_handled");
    }
    // Telling the informant is not handling.
    world.did(d, approve());
}

/// The list is the to-do list: everything that is owed, each with its owner, and nothing else.
#[test]
fn a_refused_closing_lists_what_is_owed() {
    for (stop, owed) in [
        (Stop::Received, vec!["judge 430000", "reply 430000"]),
        (Stop::Waiting, vec!["judge 430000", "reply 430000", "supplement 430000"]),
        (Stop::Dispatched, vec!["reply 430121", "sign 430121"]),
        (Stop::Objected, vec!["reply 430121", "rule_objection 430000"]),
        (Stop::Handling, vec!["reply 430121", "dispose 430121"]),
        (Stop::Untold, vec!["reply 430121"]),
        (Stop::InReview, vec!["review 430121"]),
    ] {
        let mut world = World::at(stop);
        let refusal = world.no(COUNTY_HANDLER, request_close(), "outstanding");
        let listed: Vec<String> = refusal
            .outstanding()
            .unwrap()
            .iter()
            .map(|duty| format!("{} {}", duty.kind.name(), duty.owner))
            .collect();
        assert_eq!(listed, owed, "{stop:?}");
        assert_eq!(listed, world.owed(), "{stop:?}");
    }
    // What does not block is not on it.
    let mut world = World::at(Stop::Closed);
    world.did(COUNTY_SUPERVISOR, reopen());
    let refusal = world.no(COUNTY_HANDLER, request_close(), "outstanding");
    assert_eq!(refusal.outstanding().unwrap().len(), 2);
}

/// Each row is wrong in every way that stands behind its code in the order, as the comment says.
#[test]
fn the_first_fault_in_the_documented_order_is_told() {
    use Stop::*;
    let tip = number(1);
    let lost_files = |stop| brought(stop, |w| w.unknown_evidence = vec![0]);
    let table: Vec<(World, Who, Value, &str)> = vec![
        // Role before stage, duty and owner.
        (World::at(Closed), OTHER_HANDLER, accept(), "role_not_allowed"),
        // Role before what is outstanding.
        (World::at(Verifying), COUNTY_REVIEWER, request_close(), "role_not_allowed"),
        // Role before a tip that is not there.
        (World::at(Untold), PROVINCE_JUDGE, reply(&number(2)), "role_not_allowed"),
        // Stage before what is outstanding (the reply) and owner.
        (World::at(Refused), OTHER_HANDLER, request_close(), "case_refused"),
        (World::at(Linked), OTHER_REVIEWER, approve(), "case_linked"),
        // Stage before duty and owner.
        (World::at(Closed), OTHER_HANDLER, sign(), "case_closed"),
        (World::at(Closed), Who::Stranger, supplement(), "case_closed"),
        // Stage before what is particular: a unit that has nothing to do with it.
        (World::at(Closed), PROVINCE_JUDGE, dispatch(FAR), "case_closed"),
        (World::at(Verifying), Who::Stranger, reopen(), "not_ended"),
        // Outstanding before duty (no review is open), owner and reviewer.
        (World::at(Verifying), OTHER_REVIEWER, approve(), "outstanding"),
        (World::at(Untold), HANDLER_AND_REVIEWER, approve(), "outstanding"),
        // Outstanding before owner.
        (World::at(Verifying), OTHER_HANDLER, request_close(), "outstanding"),
        // Duty before owner.
        (World::at(Verifying), OTHER_HANDLER, sign(), "duty_not_open"),
        (World::at(Settled), OTHER_HANDLER, reply(&tip), "duty_not_open"),
        (World::at(Untold), OTHER_HANDLER, reply(&number(2)), "no_such_tip"),
        (World::at(Received), Who::Stranger, supplement(), "duty_not_open"),
        // Duty before what is particular.
        (World::at(Verifying), PROVINCE_JUDGE, dispatch(FAR), "duty_not_open"),
        (lost_files(Dispatched), COUNTY_HANDLER, verify("founded"), "duty_not_open"),
        // Owner before what is particular.
        (World::at(Accepted), COUNTY_JUDGE, dispatch(FAR), "not_your_duty"),
        (World::at(Waiting), CITY_JUDGE, ask_supplement(), "not_your_duty"),
        (lost_files(Verifying), OTHER_HANDLER, verify("founded"), "not_your_duty"),
        (
            brought(Settled, |w| drop(w.did(COUNTY_HANDLER, request_close()))),
            Who::Staff("handler-430121", OTHER, REVIEWER),
            approve(),
            "not_your_duty",
        ),
    ];
    for (mut world, who, what, code) in table.into_iter().chain(super::meetings::first_faults()) {
        world.no(who, what, code);
    }
}

/// Each is said in both languages; no two alike, or a reader would not know what to do.
#[test]
fn every_refusal_has_words() {
    let mut said = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for (code, mut world, who, what) in meetings() {
        let refusal = world.no(who, what, code);
        if codes.insert(code) {
            for lang in [Lang::Zh, Lang::En] {
                let words = refusal.words(lang);
                assert!(words.chars().count() > 4, "{code}: {words}");
                assert!(said.insert(words), "{code} is said as another refusal is");
            }
        }
    }
}
