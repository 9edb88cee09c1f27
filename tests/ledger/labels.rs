//! The label of a case against what is owed to it.

use hotline::ledger::Stage;

use super::desk::World;

/// Duties that stand in line: while a case is alive at most one of them is owed.
const LINE: [&str; 7] =
    ["dispatch", "sign", "rule_objection", "verify", "dispose", "review", "judge"];

/// The label of DOMAIN 4a must say what is owed: each names the one duty in line.
pub fn fits(world: &World) {
    let label = world.state();
    let open: Vec<&str> =
        world.case.duties.iter().filter(|d| d.is_open()).map(|d| d.kind.name()).collect();
    let line: Vec<&str> = open.iter().copied().filter(|kind| LINE.contains(kind)).collect();
    let waits = open.contains(&"supplement");
    let expected = match (world.case.is.stage, line.as_slice()) {
        (Stage::Closed, []) => "closed",
        (Stage::Refused, []) => "refused",
        (Stage::Linked, []) => "linked",
        (Stage::Pending, ["judge"]) if waits => "supplement",
        (Stage::Pending, ["judge"]) => "pending",
        (Stage::Open, ["dispatch"]) => "accepted",
        (Stage::Open, ["sign"]) => "dispatched",
        (Stage::Open, ["rule_objection"]) => "objected",
        (Stage::Open, ["verify"]) => "verifying",
        (Stage::Open, ["dispose"]) => "handling",
        (Stage::Open, ["review"]) => "in_review",
        (Stage::Open, []) => "disposed",
        (stage, line) => panic!("{stage:?} with {line:?}: no label of the domain fits"),
    };
    assert_eq!(label, expected, "owed: {open:?}");
    assert!(!waits || label == "supplement", "facts are waited for under {label}");
    let visits = open.iter().filter(|kind| **kind == "return_visit").count();
    assert!(visits <= usize::from(label == "closed"), "a visit is owed under {label}");
}
