//! What must hold on a walk beside the two memories: nobody barred has anything, a merging can be
//! undone, and the agenda was right.

use hotline::ledger::agenda::Item;
use hotline::ledger::{Actor, Case, DutyKind, Role};
use serde_json::Value;

use super::desk::*;
use super::says::split;
use super::town::Town;

/// Nobody is left with what must be kept from them.
pub fn nobody_barred(case: &Case) {
    let open = case.duties.iter().filter(|duty| duty.is_open());
    for unit in open.map(|duty| duty.owner).chain([case.is.holder]) {
        assert!(
            !ground().bars(case, unit) || unit == code(ALTERNATE),
            "{unit} is recused and has it"
        );
    }
}

/// Merged and split at once gives every tip, every reply with its clock, and every kind of duty
/// back, but for what the merging itself settled.
pub fn undone(before: &Town, merged: &Town, on: usize, into: &str) {
    let mut town = merged.clone();
    let into = town.place(into).unwrap();
    let holder = town.worlds[into].case.is.holder;
    let one = Actor::Staff { user: "x".into(), unit: holder, roles: vec![Role::Supervisor] };
    let no = town.worlds[on].case.no.clone();
    town.act(into, &one, split(&no)).unwrap();
    let told = |town: &Town, at: usize| {
        let case = &town.worlds[at].case;
        let replies = case.all_open(DutyKind::Reply);
        let mut replies: Vec<_> =
            replies.map(|d| (d.tip.clone(), d.due_at, d.rule.clone(), d.from)).collect();
        replies.sort();
        let mut tips = case.tips.clone();
        tips.sort_by(|a, b| a.number.cmp(&b.number));
        (tips, replies)
    };
    // What has no date yet gets one from a case that has something to tell.
    let (tips, replies) = told(&town, on);
    let (tips_before, replies_before) = told(before, on);
    assert_eq!(tips, tips_before);
    assert_eq!(replies.len(), replies_before.len());
    for (after, before) in replies.iter().zip(&replies_before) {
        assert_eq!(after.0, before.0);
        assert!(before.2.is_empty() || after == before, "{after:?} was {before:?}");
    }
    assert_eq!(told(&town, into), told(before, into), "the other case is as it was");
    let kinds = |town: &Town, judged: bool| {
        let open = town.worlds[on].case.duties.iter().filter(|duty| duty.is_open());
        let gone = [DutyKind::Supplement, DutyKind::Opinion, DutyKind::RuleExtension];
        let kind = |kind| if judged && kind == DutyKind::Judge { DutyKind::Dispatch } else { kind };
        let kinds = open.map(|duty| kind(duty.kind)).filter(|kind| !gone.contains(kind));
        let mut kinds: Vec<DutyKind> = kinds.collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&town, false), kinds(before, true), "what was owed is not owed again");
}

/// Codes that hang on what the fields say: no form can foresee them.
const OF_FIELDS: [&str; 24] = [
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
    "merge_target",
    "merge_recused",
    "not_merged_here",
    "no_such_duty",
    "duty_unclear",
    "extension_too_long",
    "opinion_of_unit",
    "not_pausable",
    "not_extendable",
    "not_paused",
    "extended_before",
    "extension_late",
    "executed_in_part",
    "nothing_changes",
];
/// Which entry or which duty is named decides whose it is, and whether it stands still.
const NAMING: [&str; 9] = [
    "correct",
    "ask_extension",
    "pause",
    "resume",
    "rule_extension",
    "execute",
    "verify_execution",
    "hand_over",
    "receive_transfer",
];

/// The agenda hides nothing that may be done and promises nothing that may not.
pub fn agenda_was_right(agenda: &[Item], what: &Value, actor: &Actor, code: &str) {
    let act = what["act"].as_str().unwrap();
    let tip = what["tip"].as_str();
    let fits = |item: &&Item| {
        item.act.name() == act && item.tip.as_deref().is_none_or(|mine| Some(mine) == tip)
    };
    let own_door = matches!(act, "look" | "lapse" | "draw" | "reckon" | "succeed");
    match agenda.iter().find(fits).map(|item| &item.may) {
        Some(Ok(())) => {
            let named = NAMING.contains(&act);
            let by_name =
                ["not_your_duty", "role_not_allowed", "paused_before", "executor_verifies"];
            let by_field = OF_FIELDS.contains(&code) || (named && by_name.contains(&code));
            assert!(code == "recorded" || by_field, "the agenda promised it: {code}");
        }
        Some(Err(_)) => assert!(code != "recorded", "the agenda hid it"),
        None if !own_door && matches!(actor, Actor::Staff { .. }) => {
            assert!(code != "recorded", "it was not on the agenda");
        }
        None => {}
    }
}
