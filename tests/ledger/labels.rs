//! The label of a case against what is owed to it.

use hotline::ledger::Stage;

use super::desk::World;

/// Which label comes first where several duties are open (docs/LEDGER.md, "States").
const ORDER: [(&str, &[&str]); 8] = [
    ("supplement", &["supplement"]),
    ("pending", &["judge"]),
    ("in_review", &["review"]),
    ("objected", &["rule_objection"]),
    ("dispatched", &["sign"]),
    ("verifying", &["verify"]),
    (
        "handling",
        &["dispose", "decide", "execute", "verify_execution", "hand_over", "receive_transfer"],
    ),
    ("accepted", &["dispatch"]),
];

/// Duties on the way to a disposal: each is opened by the end of the one before.
const LINE: [&str; 5] = ["judge", "dispatch", "sign", "rule_objection", "verify"];
/// What is never owed twice at once.
const ONCE: [&str; 10] = [
    "supplement",
    "dispose",
    "decide",
    "review",
    "progress",
    "lift",
    "recheck",
    "return_visit",
    "verify",
    "judge",
];

/// The label of DOMAIN 4a must say what is owed.
pub fn fits(world: &World) {
    let label = world.state();
    let open: Vec<&str> =
        world.case.duties.iter().filter(|d| d.is_open()).map(|d| d.kind.name()).collect();
    let expected = match world.case.is.stage {
        Stage::Closed => "closed",
        Stage::Refused => "refused",
        Stage::Linked => "linked",
        Stage::Merged => "merged",
        Stage::Pending | Stage::Open => {
            let first = ORDER.iter().find(|(_, kinds)| open.iter().any(|k| kinds.contains(k)));
            first.map_or("disposed", |(label, _)| label)
        }
    };
    assert_eq!(label, expected, "owed: {open:?}");
    let count = |kind: &str| open.iter().filter(|known| **known == kind).count();
    let line: usize = LINE.into_iter().map(count).sum();
    assert!(line <= 1, "two steps on the way to a disposal are owed at once: {open:?}");
    for kind in ONCE {
        assert!(count(kind) <= 1, "{kind} is owed twice: {open:?}");
    }
    let judged = world.case.is.stage != Stage::Pending;
    assert_eq!(count("judge") == 0, judged, "{label}: {open:?}");
    assert!(count("supplement") == 0 || label == "supplement", "{label}: {open:?}");
    assert!(count("return_visit") == 0 || label == "closed", "a visit is owed under {label}");
    let after = label == "closed" || label == "refused";
    assert!(count("recheck") == 0 || after, "a re-check is owed under {label}");
    if label == "merged" {
        assert!(open.is_empty() && world.case.tips.is_empty(), "a merged case owes {open:?}");
    }
    // Beside what goes on after it, an end leaves nothing behind that nobody could discharge.
    let ended = ["closed", "refused", "linked"].contains(&label);
    for kind in open.iter().filter(|_| ended) {
        let may = ["reply", "return_visit", "recheck"];
        assert!(may.contains(kind), "{kind} is owed under {label}, and nobody can do it");
    }
}
