//! Recusal: the accused unit neither sees nor handles the tip, nor do those under it, whom it
//! could lean on; the nearest unit above does.

use hotline::ledger::{DutyKind, Effect, Entry, Role, Stage};
use hotline::place::recusal::{Clue, bars};
use serde_json::{Value, json};

use super::desk::*;
use super::says::*;
use super::stops::*;

const NATION_OPERATOR: Who = staff("operator-0", NATION, OPERATOR);
const NATION_JUDGE: Who = staff("judge-0", NATION, JUDGE);
const COUNTY_BUREAU: &str = "长沙县自然资源局";
const TOWNSHIP: &str = "430121102";

fn accusing(accused: &str) -> Value {
    json!({"accused": accused})
}

fn accuse(unit: &str) -> Value {
    correct(1, json!({"accused_unit": unit}))
}

fn lift() -> Value {
    correct(1, json!({"accused_unit": null}))
}

/// Effects of an entry that are about recusal.
fn recused_by(entry: &Entry) -> Vec<&Effect> {
    let about = |effect: &&Effect| matches!(effect, Effect::Recuse { .. } | Effect::Lift { .. });
    entry.effects.iter().filter(about).collect()
}

/// Whatever is owed, and the case itself, lies with somebody who may have it.
fn nothing_with(world: &World, accused: &str) {
    let open = world.case.duties.iter().filter(|duty| duty.is_open());
    let held = open.map(|duty| duty.owner).chain([world.case.is.holder]);
    for unit in held {
        assert!(!bars(code(accused), unit), "{unit} still has it: {:?}", world.owed());
    }
}

/// Named at intake by an operator of the very unit: the city gets it, and brings it to its end.
#[test]
fn a_unit_accused_at_intake_gives_way_to_its_superior() {
    let mut world = World::of(accusing(COUNTY_BUREAU), Some(COUNTY));
    assert_eq!(world.owed(), ["judge 430100", "reply 430100"]);
    world.no(COUNTY_JUDGE, accept(), "not_your_duty");
    world.did(CITY_JUDGE, accept());
    for unit in [COUNTY, TOWNSHIP] {
        world.no(CITY_JUDGE, dispatch(unit), "unit_recused");
    }
    world.did(CITY_JUDGE, dispatch(CITY));
    world.did(CITY_HANDLER, sign());
    world.did(CITY_HANDLER, verify("founded"));
    world.did(CITY_HANDLER, dispose("other"));
    let tip = world.tip.clone();
    world.did(CITY_OPERATOR, reply(&tip));
    world.did(CITY_HANDLER, request_close());
    world.no(COUNTY_REVIEWER, approve(), "not_your_duty");
    world.did(CITY_REVIEWER, approve());
    world.no(COUNTY_OPERATOR, visit("satisfied"), "not_your_duty");
    world.did(CITY_OPERATOR, visit("satisfied"));
}

/// The desk that took the call is the accused: it must not learn the caller's number from the
/// case, nor answer, nor leave anything in it, though any other desk may answer its own tips.
#[test]
fn a_desk_that_is_accused_loses_what_a_desk_may_do() {
    let mut world = World::of(accusing(COUNTY_BUREAU), Some(COUNTY));
    let tip = world.tip.clone();
    for what in [look(&tip), reply(&tip), attempt(&tip), note(), lift(), accuse(CITY)] {
        world.no(COUNTY_OPERATOR, what, "not_your_duty");
    }
    world.did(CITY_JUDGE, ask_supplement());
    world.no(COUNTY_OPERATOR, supplement(), "not_your_duty");
    world.did(CITY_OPERATOR, supplement());
    // The same desk, not accused, may.
    let mut world = World::of(json!({}), Some(COUNTY));
    world.did(COUNTY_OPERATOR, look(&tip));
    world.did(COUNTY_OPERATOR, note());
}

/// Found out at any time: what is owed and the case itself move up, and the life goes on there.
#[test]
fn a_unit_accused_later_hands_everything_up() {
    for stop in STOPS {
        let mut world = World::at(stop);
        world.did(PROVINCE_JUDGE, note());
        let (label, owed) = (world.state(), world.owed().len());
        let entry = world.did(DESK, accuse(COUNTY));
        let recuse =
            Effect::Recuse { unit: code(COUNTY), provisional: false, by: Some(Clue::Correction) };
        assert_eq!(recused_by(&entry), [&recuse], "{stop:?}");
        nothing_with(&world, COUNTY);
        // Accusing somebody discharges nothing.
        assert_eq!((world.state(), world.owed().len()), (label, owed), "{stop:?}");
        finish(&mut world);
    }
}

/// Brings a case that the city or the province has to its end, whatever is owed to it.
fn finish(world: &mut World) {
    let tip = world.tip.clone();
    let at = |unit| if unit == code(CITY) { CITY } else { PROVINCE };
    for _ in 0..12 {
        // The reply comes last, when there is something to tell.
        let in_line = world.case.blocking().find(|duty| duty.kind != DutyKind::Reply);
        let Some(duty) = in_line.or(world.case.blocking().next()) else { break };
        let one = Who::Staff("one", at(duty.owner), &Role::ALL);
        let what = match duty.kind {
            DutyKind::Judge => accept(),
            DutyKind::Supplement => supplement(),
            DutyKind::Dispatch => dispatch(CITY),
            DutyKind::Sign => sign(),
            DutyKind::RuleObjection => not_upheld(),
            DutyKind::Verify => verify("founded"),
            DutyKind::Dispose => dispose("corrected"),
            DutyKind::Reply => reply(&tip),
            DutyKind::Review => send_back("reply"),
            other => panic!("{} is not on this way", other.name()),
        };
        world.did(one, what);
    }
    if world.case.is.stage == Stage::Open {
        let unit = at(world.case.is.holder);
        world.did(Who::Staff("one", unit, &Role::ALL), request_close());
        world.did(Who::Staff("other", unit, &Role::ALL), approve());
    }
    assert_eq!(world.case.blocking().count(), 0, "{:?}", world.owed());
}

/// A unit may own up to being the accused, and one above it may say so; it does not accuse the unit
/// above it, nor one beside it. Where the case lies makes no difference.
#[test]
fn a_unit_names_itself_or_one_below_it() {
    for place in [COUNTY, PROVINCE] {
        let table = [
            (COUNTY_OPERATOR, COUNTY, true),
            (CITY_OPERATOR, COUNTY, true),
            (DESK, COUNTY, true),
            (COUNTY_OPERATOR, CITY, false),
            (CITY_OPERATOR, PROVINCE, false),
            (COUNTY_OPERATOR, OTHER, false),
        ];
        for (who, accused, may) in table {
            let mut world = World::of(json!({ "division": place }), Some(COUNTY));
            if may {
                world.did(who, accuse(accused));
                // Whoever named the unit, it has nothing in hand from here on.
                nothing_with(&world, accused);
                assert!(world.act(COUNTY_JUDGE, accept()).is_err(), "{place} {who:?}");
            } else {
                world.no(who, accuse(accused), "not_correctable");
                assert!(world.case.recused.is_empty());
            }
        }
    }
}

/// The unit at the place does not acquit itself, and one that holds the place no more than that.
#[test]
fn only_a_superior_lifts_a_recusal() {
    for place in [COUNTY, TOWNSHIP] {
        let fields = json!({"accused": COUNTY_BUREAU, "division": place});
        let mut world = World::of(fields, Some(COUNTY));
        assert!(world.act(COUNTY_OPERATOR, lift()).is_err(), "{place}: acquitted by itself");
        let entry = world.did(CITY_OPERATOR, lift());
        assert_eq!(recused_by(&entry), [&Effect::Lift { unit: code(COUNTY) }]);
        assert!(world.case.recused.is_empty());
        // What had moved up stays there until somebody sends it down again.
        world.did(CITY_JUDGE, accept());
        world.did(CITY_JUDGE, dispatch(COUNTY));
        world.did(COUNTY_HANDLER, sign());
    }
}

/// A name in running text hides at once, and only until a superior has looked.
#[test]
fn a_name_in_running_text_hides_provisionally() {
    let provisional = |world: &World| world.case.recused[0].provisional;
    let mut world = World::of(json!({"text": "长沙县国土资源局有人收钱不管"}), Some(COUNTY));
    assert!(provisional(&world));
    world.no(COUNTY_JUDGE, accept(), "not_your_duty");
    world.did(CITY_OPERATOR, accuse(COUNTY));
    assert!(!provisional(&world));
    assert_eq!(world.case.recused.len(), 1);
}

#[test]
fn whoever_is_accused_the_case_finds_a_unit() {
    let table = [
        // Accused, desk that took it in, who gets it.
        ("长沙市自然资源和规划局", COUNTY, PROVINCE),
        ("长沙市自然资源和规划局", CITY, PROVINCE),
        ("湖南省自然资源厅", CITY, NATION),
        ("湖南省自然资源厅", PROVINCE, NATION),
        // Everyone is under the nation's desk; it bars itself alone.
        ("自然资源部", COUNTY, COUNTY),
        ("自然资源部", NATION, ALTERNATE),
    ];
    for (accused, desk, holder) in table {
        let world = World::of(accusing(accused), Some(desk));
        let owed = [format!("judge {holder}"), format!("reply {holder}")];
        assert_eq!(world.owed(), owed, "{accused} {desk}");
    }
}

/// Being above everybody gives the accused nation no hand in the case either.
#[test]
fn the_nation_accused_acts_no_more_than_another() {
    let mut world = World::of(accusing("自然资源部"), Some(COUNTY));
    let tip = world.tip.clone();
    world.no(NATION_OPERATOR, reply(&tip), "not_your_duty");
    world.did(COUNTY_JUDGE, accept());
    world.no(NATION_JUDGE, dispatch(COUNTY), "not_your_duty");
    world.did(COUNTY_JUDGE, dispatch(COUNTY));
    world.did(COUNTY_HANDLER, sign());
    world.did(COUNTY_HANDLER, verify("unfounded"));
    world.did(COUNTY_HANDLER, reply(&tip));
    world.did(COUNTY_HANDLER, request_close());
    world.no(staff("reviewer-0", NATION, REVIEWER), approve(), "not_your_duty");
    world.did(PROVINCE_REVIEWER, approve());
    world.no(staff("supervisor-0", NATION, SUPERVISOR), reopen(), "not_your_duty");
    world.did(PROVINCE_SUPERVISOR, reopen());
}

/// The ruling goes past an arbiter that is accused, and follows when it is accused later.
#[test]
fn the_accused_do_not_rule() {
    let mut world = World::of(json!({}), Some(CITY));
    world.did(CITY_JUDGE, accept());
    world.did(CITY_JUDGE, dispatch(PROVINCE));
    world.did(DESK, accuse(CITY));
    world.did(PROVINCE_HANDLER, object());
    // The city dispatched it; it is accused now, so the next above the parties rules.
    assert_eq!(world.owed(), ["reply 430000", "rule_objection 000000"]);

    let mut world = World::of(json!({}), Some(CITY));
    world.did(CITY_JUDGE, accept());
    world.did(CITY_JUDGE, dispatch(COUNTY));
    world.did(COUNTY_HANDLER, object());
    assert_eq!(world.owed(), ["reply 430121", "rule_objection 430100"]);
    world.did(DESK, accuse(CITY));
    // The county is under the accused city: it loses the case as well.
    assert_eq!(world.owed(), ["reply 430000", "rule_objection 430000"]);
    finish(&mut world);
}

/// A second unit accused does not bring the first one back.
#[test]
fn recusals_add_up() {
    let mut world = World::of(accusing(COUNTY_BUREAU), Some(COUNTY));
    let entry = world.did(DESK, accuse(CITY));
    assert_eq!(entry.is.holder, code(PROVINCE));
    nothing_with(&world, CITY);
    world.did(PROVINCE_JUDGE, accept());
    for unit in [COUNTY, CITY, OTHER] {
        assert!(world.act(PROVINCE_JUDGE, dispatch(unit)).is_err());
    }
    assert_eq!(world.case.recused.len(), 2);
    world.did(NATION_OPERATOR, lift());
    assert!(world.case.recused.is_empty());
}
