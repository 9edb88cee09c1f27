//! Whose case it is: objections, rulings that bind, and findings that it belongs to another.

use super::desk::*;
use super::says::*;
use super::stops::*;

/// The unit that has it now, by what it owes.
fn owner(world: &World, duty: &str) -> String {
    let open = world.case.duties.iter().find(|d| d.is_open() && d.kind.name() == duty);
    open.unwrap_or_else(|| panic!("no {duty} among {:?}", world.owed())).owner.to_string()
}

fn closes_at(world: &mut World, handler: Who, reviewer: Who) {
    let tip = world.tip.clone();
    world.did(handler, verify("founded"));
    world.did(handler, dispose("other"));
    world.did(handler, reply(&tip));
    world.did(handler, request_close());
    world.did(reviewer, approve());
}

#[test]
fn an_objection_that_is_upheld_moves_the_case() {
    let mut world = World::at(Stop::Objected);
    world.did(PROVINCE_JUDGE, upheld(CITY));
    assert_eq!(world.case.is.holder, code(CITY));
    assert_eq!(world.owed(), ["reply 430100", "sign 430100"]);
    world.no(COUNTY_HANDLER, sign(), "not_your_duty");
    world.did(CITY_HANDLER, sign());
    closes_at(&mut world, CITY_HANDLER, CITY_REVIEWER);
}

/// Not upheld: the ruling binds and counts as signature, and the unit may not say it again.
#[test]
fn an_objection_that_is_not_upheld_binds() {
    let mut world = World::at(Stop::Objected);
    world.did(PROVINCE_JUDGE, not_upheld());
    assert_eq!(world.owed(), ["reply 430121", "verify 430121"]);
    world.no(COUNTY_HANDLER, object(), "duty_not_open");
    world.no(COUNTY_HANDLER, verify("not_ours"), "ruling_binds");
    closes_at(&mut world, COUNTY_HANDLER, COUNTY_REVIEWER);
}

/// The county sends it to the city, the city back: the dispatcher ruled once, their common
/// superior rules now. For a county and its own city that is the one above both, since nobody
/// judges in the own cause.
#[test]
fn two_units_that_disagree_go_to_their_common_superior() {
    let mut world = World::at(Stop::Objected);
    assert_eq!(owner(&world, "rule_objection"), PROVINCE);
    world.did(PROVINCE_JUDGE, upheld(CITY));
    world.did(CITY_HANDLER, object());
    assert_eq!(owner(&world, "rule_objection"), PROVINCE);
    world.did(PROVINCE_JUDGE, upheld(COUNTY));
    // It has come back to a unit that objected already: that is settled for good.
    world.no(COUNTY_HANDLER, object(), "objected_before");
    world.did(COUNTY_HANDLER, sign());
    world.no(COUNTY_HANDLER, verify("not_ours"), "ruling_binds");
    closes_at(&mut world, COUNTY_HANDLER, COUNTY_REVIEWER);
}

/// The nation dispatched; county and neighbour disagree after the place was corrected: their city
/// rules, although it never dispatched anything.
#[test]
fn the_common_superior_of_two_counties_is_their_city() {
    let mut world = World::of(serde_json::json!({}), Some(NATION));
    let nation = staff("judge-0", NATION, JUDGE);
    world.did(nation, accept());
    world.did(nation, dispatch(COUNTY));
    world.did(COUNTY_HANDLER, object());
    assert_eq!(owner(&world, "rule_objection"), NATION);
    world.no(nation, upheld(OTHER), "unit_elsewhere");
    world.did(nation, correct(1, serde_json::json!({"division": OTHER})));
    world.did(nation, upheld(OTHER));
    world.did(OTHER_HANDLER, object());
    assert_eq!(owner(&world, "rule_objection"), CITY);
    world.no(nation, not_upheld(), "not_your_duty");
    world.did(CITY_JUDGE, not_upheld());
    world.no(OTHER_HANDLER, verify("not_ours"), "ruling_binds");
    closes_at(&mut world, OTHER_HANDLER, OTHER_REVIEWER);
}

/// The same in the field: what a unit finds not to be its own is ruled on like an objection.
#[test]
fn a_finding_that_it_is_not_ours_is_ruled_on() {
    let mut world = World::at(Stop::Verifying);
    world.did(COUNTY_HANDLER, verify("not_ours"));
    assert_eq!(world.state(), "objected");
    world.did(PROVINCE_SUPERVISOR, not_upheld());
    world.no(COUNTY_HANDLER, verify("not_ours"), "ruling_binds");
    closes_at(&mut world, COUNTY_HANDLER, COUNTY_REVIEWER);

    let mut world = World::at(Stop::Verifying);
    world.did(COUNTY_HANDLER, verify("not_ours"));
    world.did(PROVINCE_SUPERVISOR, upheld(CITY));
    world.did(CITY_HANDLER, sign());
    // The city finds the same: the two disagree, and the province, common to both, rules.
    world.did(CITY_HANDLER, verify("not_ours"));
    assert_eq!(owner(&world, "rule_objection"), PROVINCE);
    world.did(PROVINCE_JUDGE, upheld(COUNTY));
    world.no(COUNTY_HANDLER, object(), "objected_before");
    world.did(COUNTY_HANDLER, sign());
    world.no(COUNTY_HANDLER, verify("not_ours"), "ruling_binds");
    closes_at(&mut world, COUNTY_HANDLER, COUNTY_REVIEWER);
}

/// Sent to the unit that dispatched it: it does not rule on its own objection.
#[test]
fn a_dispatcher_does_not_rule_on_its_own_objection() {
    let mut world = World::of(serde_json::json!({}), Some(CITY));
    world.did(CITY_JUDGE, accept());
    world.did(CITY_JUDGE, dispatch(CITY));
    world.did(CITY_HANDLER, object());
    assert_eq!(owner(&world, "rule_objection"), PROVINCE);
    // At the top there is nobody above: the configured unit rules.
    let mut world = World::of(serde_json::json!({}), Some(NATION));
    let nation = staff("judge-0", NATION, JUDGE);
    world.did(nation, accept());
    world.did(nation, dispatch(NATION));
    world.did(staff("handler-0", NATION, HANDLER), object());
    assert_eq!(owner(&world, "rule_objection"), ALTERNATE);
    world.did(staff("judge-11", ALTERNATE, JUDGE), upheld(PROVINCE));
    world.did(PROVINCE_HANDLER, sign());
}

/// However the units argue, it ends: each may object once, so a case passes through at most all
/// units on the line of its place and then stays.
#[test]
fn arguing_ends() {
    let mut world = World::at(Stop::Objected);
    let mut rulings = 0;
    let line = [
        (CITY, CITY_HANDLER),
        (PROVINCE, PROVINCE_HANDLER),
        (COUNTY, COUNTY_HANDLER),
        (CITY, CITY_HANDLER),
        (PROVINCE, PROVINCE_HANDLER),
    ];
    for (next, handler) in line {
        let ruler = owner(&world, "rule_objection");
        let judge = [NATION, PROVINCE, CITY, ALTERNATE].into_iter().find(|unit| *unit == ruler);
        world.did(Who::Staff("judge", judge.unwrap(), JUDGE), upheld(next));
        rulings += 1;
        if world.act(handler, object()).is_err() {
            break;
        }
    }
    assert_eq!(rulings, 3, "the county gets it back and keeps it");
    world.did(COUNTY_HANDLER, sign());
    closes_at(&mut world, COUNTY_HANDLER, COUNTY_REVIEWER);
}
