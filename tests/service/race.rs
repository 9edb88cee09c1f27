//! S23: asking whether something may be done and doing it are one transaction.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::case::{Case, evidence};
use crate::on_both;
use crate::world::World;

on_both!(
    s23_of_two_reviewers_at_once_one_approves,
    s23_of_fifty_who_accept_a_case_one_does,
    s23_what_was_seen_before_another_was_faster_is_not_acted_on,
);

/// Rounds of two reviewers: a race is lost by chance, so it is run more than once.
const ROUNDS: usize = 20;

/// All ask at the same moment; their statuses in order.
fn at_once(case: &Case<'_>, people: &[&str], body: &Value) -> Vec<(u16, String)> {
    let gate = Barrier::new(people.len());
    let mut statuses = std::thread::scope(|scope| {
        let one = |who| {
            let gate = &gate;
            scope.spawn(move || {
                gate.wait();
                let reply = case.act(who, body);
                (reply.status, reply.json["code"].as_str().unwrap_or_default().to_owned())
            })
        };
        let running: Vec<_> = people.iter().map(|who| one(*who)).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    statuses.sort();
    statuses
}

fn acts(case: &Case<'_>, wanted: &str) -> usize {
    case.entries("handler-430121").iter().filter(|entry| entry["act"] == wanted).count()
}

fn s23_of_two_reviewers_at_once_one_approves(world: &mut World) {
    let hash = evidence(world);
    for round in 0..ROUNDS {
        let case = Case::in_county(world);
        case.to_review(&hash);
        let statuses = at_once(
            &case,
            &["reviewer-430121", "reviewer2-430121"],
            &json!({ "act": "approve_close" }),
        );
        let lost = (409, "case_closed".to_owned());
        assert_eq!(statuses, [(201, String::new()), lost], "round {round}");
        assert_eq!(acts(&case, "approve_close"), 1, "round {round}");
        assert_eq!(case.state("handler-430121"), "closed");
    }
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn s23_of_fifty_who_accept_a_case_one_does(world: &mut World) {
    let case = Case::in_county(world);
    let statuses = at_once(&case, &["judge-430121"; 50], &json!({ "act": "accept" }));
    let won = statuses.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(won, 1, "{statuses:?}");
    // The others are told why, and nobody is told that the service failed.
    assert!(statuses[1..].iter().all(|(_, code)| code == "duty_not_open"), "{statuses:?}");
    assert_eq!(acts(&case, "accept"), 1);
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn s23_what_was_seen_before_another_was_faster_is_not_acted_on(world: &mut World) {
    let case = Case::in_county(world);
    let note = json!({ "act": "note", "text": "看过", "expect": 1 });
    let people = ["judge-430121", "handler-430121", "operator-430121", "supervisor-430121"];
    let statuses = at_once(&case, &people, &note);
    assert_eq!(statuses[0].0, 201);
    assert!(statuses[1..].iter().all(|(_, code)| code == "moved_on"), "{statuses:?}");
    assert_eq!(acts(&case, "note"), 1);
}
