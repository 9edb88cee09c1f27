//! The column "Who" of DOMAIN 4b: each act in a situation where somebody may do it, tried by every
//! role and from every unit around.

use hotline::ledger::Role;
use serde_json::{Value, json};

use super::desk::*;
use super::says::*;
use super::stops::*;
use super::table;

const UNITS: [&str; 6] = [NATION, PROVINCE, CITY, COUNTY, OTHER, FAR];

/// Situation, act, units from which it may be done, units from which it may not. Units in neither
/// list are left open by the domain: a superior's desk helping out, say.
type Row = (Stop, Value, &'static [&'static str], &'static [&'static str]);

/// Only the judge of the desk that the tip came to.
const DESKS: &[&str] = &[PROVINCE];
const BUT_DESK: &[&str] = &[NATION, CITY, COUNTY, OTHER, FAR];
/// Only the unit that it was dispatched to.
const HOLDER: &[&str] = &[COUNTY];
const BUT_HOLDER: &[&str] = &[NATION, PROVINCE, CITY, OTHER, FAR];
/// The holder and whoever is above it.
const ABOVE: &[&str] = &[COUNTY, CITY, PROVINCE, NATION];
const BESIDE: &[&str] = &[OTHER, FAR];

fn rows() -> Vec<Row> {
    use Stop::*;
    let tip = number(1);
    vec![
        (Received, accept(), DESKS, BUT_DESK),
        (Received, refuse("out_of_scope"), DESKS, BUT_DESK),
        (Received, ask_supplement(), DESKS, BUT_DESK),
        (Received, link(), DESKS, BUT_DESK),
        (Waiting, supplement(), DESKS, &[COUNTY, OTHER, FAR]),
        (Accepted, dispatch(COUNTY), &[PROVINCE, NATION], &[COUNTY, OTHER, FAR]),
        (Dispatched, sign(), HOLDER, BUT_HOLDER),
        (Dispatched, object(), HOLDER, BUT_HOLDER),
        // The dispatcher, and never the unit whose objection it is.
        (Objected, upheld(CITY), DESKS, BUT_DESK),
        (Objected, not_upheld(), DESKS, BUT_DESK),
        (Verifying, verify("founded"), HOLDER, BUT_HOLDER),
        (Verifying, verify("unlocatable"), HOLDER, BUT_HOLDER),
        (Handling, dispose("corrected"), HOLDER, BUT_HOLDER),
        (Untold, reply(&tip), HOLDER, BESIDE),
        (Untold, attempt(&tip), HOLDER, BESIDE),
        (Untold, look(&tip), HOLDER, BESIDE),
        (Settled, request_close(), HOLDER, BUT_HOLDER),
        (InReview, approve(), ABOVE, BESIDE),
        (InReview, send_back("verify"), ABOVE, BESIDE),
        (Closed, visit("satisfied"), HOLDER, BESIDE),
        (Closed, look(&tip), HOLDER, BESIDE),
        (Closed, reopen(), ABOVE, BESIDE),
        (Refused, reopen(), &[PROVINCE, NATION], &[CITY, COUNTY, OTHER, FAR]),
        // Who took the tip in, and those above.
        (Verifying, correct(1, json!({"division": OTHER})), &[PROVINCE, NATION], &[COUNTY, FAR]),
        (Verifying, note(), ABOVE, &[]),
        (Filed, decide("no_penalty"), HOLDER, BUT_HOLDER),
        (Decided, on(8, execute("executed")), HOLDER, BUT_HOLDER),
        (Executed, verify_execution(true), ABOVE, BESIDE),
        (Confiscated, hand_over(), HOLDER, BUT_HOLDER),
        (Verifying, transfer(), HOLDER, BUT_HOLDER),
        (Transferred, receipt(true), HOLDER, BUT_HOLDER),
        (Verifying, ask_opinion(&["430111"]), HOLDER, BUT_HOLDER),
        // Whoever was asked, and nobody for them.
        (OpinionAsked, opine(), &[OTHER], &[NATION, PROVINCE, CITY, COUNTY, FAR]),
        (Verifying, ask_extension(5, 1), HOLDER, BUT_HOLDER),
        // Nobody rules on their own extension.
        (ExtensionAsked, rule_extension(false), &[CITY, PROVINCE, NATION], &[COUNTY, OTHER, FAR]),
        (Verifying, pause(5), ABOVE, BESIDE),
        (Paused, resume(5), ABOVE, BESIDE),
        (Verifying, urge(), ABOVE, BESIDE),
        (Verifying, list(), ABOVE, BESIDE),
        (Listed, progress(), HOLDER, BUT_HOLDER),
        // By the level that listed it.
        (Listed, lift(), DESKS, BUT_DESK),
        (Verifying, take_over(), &[CITY, PROVINCE, NATION], BESIDE),
        // The unit drawn, and none that had the case.
        (Drawn, recheck("upheld"), &[OTHER], &[NATION, PROVINCE, CITY, COUNTY, FAR]),
        (Closed, account(), ABOVE, BESIDE),
        (Verifying, avert(), ABOVE, BESIDE),
    ]
}

/// Names as long as the program, one for each unit and role.
fn somebody(unit: &'static str, role: Role) -> Who {
    let at = Role::ALL.iter().position(|known| *known == role).unwrap();
    Who::Staff("somebody", unit, &Role::ALL[at..=at])
}

#[test]
fn only_the_roles_of_the_domain_may_act() {
    for (stop, what, may, _) in rows() {
        let act = what["act"].as_str().unwrap();
        for role in Role::ALL {
            let mut world = World::at(stop);
            let allowed = match act {
                // What was taken in at the desk is corrected by those of the desk.
                "correct" => matches!(role, Role::Operator | Role::Judge),
                act => table::roles(act).contains(&role.name()),
            };
            let who = somebody(may[0], role);
            let done = world.act(who, what.clone());
            match (done, allowed) {
                (Ok(_), true) => {}
                (Err(refusal), false) => {
                    assert_eq!(refusal.code(), "role_not_allowed", "{stop:?} {role} {what}");
                }
                (done, _) => panic!("{stop:?} {role} {what}: {done:?}"),
            }
        }
    }
}

#[test]
fn only_the_units_of_the_domain_may_act() {
    for (stop, what, may, may_not) in rows() {
        let act = what["act"].as_str().unwrap();
        let roles = table::roles(act);
        for unit in UNITS {
            for role in Role::ALL.into_iter().filter(|role| roles.contains(&role.name())) {
                let mut world = World::at(stop);
                let done = world.act(somebody(unit, role), what.clone());
                let row = format!("{stop:?} {role} of {unit}: {what}");
                // The table speaks of the first role that may; see below for the desk's operators.
                let first = role.name() == roles[0];
                if may.contains(&unit) && first {
                    assert!(done.is_ok(), "{row}: {done:?}");
                }
                if may_not.contains(&unit) {
                    let code = done.map(|_| "recorded").unwrap_or_else(|refusal| refusal.code());
                    let fits = ["not_your_duty", "role_not_allowed"].contains(&code);
                    assert!(fits, "{row}: {code}");
                }
            }
        }
    }
}

/// Whoever took the call may ring back: the desk's operator answers, its handler does not.
#[test]
fn the_desk_that_took_the_tip_in_may_answer_it() {
    let tip = number(1);
    for what in [reply(&tip), attempt(&tip), look(&tip)] {
        World::at(Stop::Untold).did(DESK, what.clone());
        let mut world = World::at(Stop::Untold);
        let expected = if what["act"] == "look" { "role_not_allowed" } else { "not_your_duty" };
        world.no(PROVINCE_HANDLER, what, expected);
    }
    World::at(Stop::Closed).did(DESK, visit("satisfied"));
}

/// An informant does two things, on the case of the own tip only; the schedule does one.
#[test]
fn informants_and_the_schedule_do_no_more_than_their_own() {
    for (stop, what, _, _) in rows() {
        let act = what["act"].as_str().unwrap().to_owned();
        let own = ["supplement", "reopen"].contains(&act.as_str());
        let done = World::at(stop).act(Who::Informant, what.clone());
        assert_eq!(done.is_ok(), own, "{stop:?} {what}: {done:?}");
        let stranger = World::at(stop).act(Who::Stranger, what.clone()).unwrap_err();
        let expected = if own { "no_such_tip" } else { "role_not_allowed" };
        assert_eq!(stranger.code(), expected, "{stop:?} {what}");
        World::at(stop).no(Who::Schedule, what, "role_not_allowed");
    }
    for who in [DESK, PROVINCE_JUDGE, Who::Informant] {
        let mut world = World::at(Stop::Waiting);
        world.clock("2026-03-20 10:00");
        world.no(who, lapse(), "role_not_allowed");
    }
}

/// A person may be several things, and acts by any of them.
#[test]
fn one_person_of_many_roles_may_do_what_any_of_them_may() {
    const BOTH: Who = Who::Staff("li", PROVINCE, &[Role::Analyst, Role::Operator, Role::Judge]);
    let mut world = World::new();
    world.did(BOTH, accept());
    world.did(BOTH, dispatch(COUNTY));
    world.no(BOTH, sign(), "role_not_allowed");
}
