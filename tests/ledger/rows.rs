//! The rows of DOMAIN 4 beyond the core: enforcement, joining, opinions, clocks, supervision and
//! re-check. What an act discharges and opens, for whom, and the state it leaves; dates are asked in
//! [`super::clocks`].

use serde_json::{Value, json};

use super::changes::changes;
use super::desk::*;
use super::says::*;
use super::stops::*;
use hotline::ledger::Stage;

/// Situation, who, what; what changes; the state after.
type Row = (Stop, Who, Value, &'static [&'static str], &'static str);

const NOTHING: &[&str] = &[];
/// A situation begun anew.
const AGAIN: [&str; 2] = ["opens reply 430121", "opens verify 430121"];

pub fn rows() -> Vec<Row> {
    let mut rows = enforcement();
    rows.extend(joining_and_asking());
    rows.extend(supervision());
    rows
}

#[rustfmt::skip]
fn enforcement() -> Vec<Row> {
    use Stop::*;
    let handler = COUNTY_HANDLER;
    vec![
        (Handling, handler, filed(),
         &["clocks reply", "discharges dispose", "opens decide 430121"], "handling"),
        (Handling, handler, transferred(),
         &["clocks reply", "discharges dispose", "opens receive_transfer 430121"], "handling"),
        // Decided without measures: that is the outcome. A reply whose clock runs already keeps its date.
        (Filed, handler, decide("no_penalty"), &["discharges decide"], "disposed"),
        (Filed, handler, decide("not_established"),
         &["discharges decide"], "disposed"),
        (Filed, handler, decide("transferred"),
         &["discharges decide", "opens receive_transfer 430121"], "handling"),
        // One duty for each measure.
        (Filed, handler, penalty(&["demolish", "restore", "fine"]),
         &["discharges decide", "opens execute 430121", "opens execute 430121",
           "opens execute 430121"], "handling"),
        (Decided, handler, on(8, execute("executed")),
         &["discharges execute", "opens verify_execution 430121"], "handling"),
        (Decided, handler, on(9, execute("court")), &["discharges execute"], "handling"),
        (Decided, handler, on(9, execute("terminated")), &["discharges execute"], "handling"),
        (Decided, handler, on(8, execute("annulled")),
         &["discharges execute", "lapses execute", "opens decide 430121"], "handling"),
        (Executed, handler, execute("annulled"),
         &["discharges execute", "lapses verify_execution", "opens decide 430121"], "handling"),
        (Executed, COUNTY_REVIEWER, verify_execution(true),
         &["discharges verify_execution"], "handling"),
        (Executed, CITY_REVIEWER, verify_execution(false),
         &["discharges verify_execution", "opens execute 430121"], "handling"),
        (Confiscated, handler, hand_over(),
         &["discharges hand_over"], "disposed"),
        (Verifying, handler, transfer(), &["opens receive_transfer 430121"], "verifying"),
        (Transferred, handler, receipt(true),
         &["discharges receive_transfer"], "disposed"),
        // Sent back: something else must be done about it.
        (Transferred, handler, receipt(false),
         &["discharges receive_transfer", "opens dispose 430121"], "handling"),
    ]
}

#[rustfmt::skip]
fn joining_and_asking() -> Vec<Row> {
    use Stop::*;
    let (handler, province) = (COUNTY_HANDLER, PROVINCE_SUPERVISOR);
    vec![
        // Merging judges what is not judged yet; nothing is owed by the merged case any more.
        (Received, PROVINCE_JUDGE, merge(TWIN), &["discharges judge", "lapses reply"], "merged"),
        (Waiting, PROVINCE_JUDGE, merge(TWIN),
         &["discharges judge", "lapses reply", "lapses supplement"], "merged"),
        (Verifying, province, merge(TWIN), &["lapses reply", "lapses verify"], "merged"),
        (OpinionAsked, province, merge(TWIN),
         &["lapses opinion", "lapses reply", "lapses verify"], "merged"),
        (InReview, province, merge(TWIN), &["lapses review"], "merged"),
        (Verifying, handler, ask_opinion(&[OTHER, CITY]),
         &["opens opinion 430100", "opens opinion 430181"], "verifying"),
        (OpinionAsked, OTHER_HANDLER, opine(), &["discharges opinion"], "verifying"),
        (Verifying, handler, ask_extension(5, 5), &["opens rule_extension 430100"], "verifying"),
        (ExtensionAsked, CITY_SUPERVISOR, rule_extension(false),
         &["discharges rule_extension"], "verifying"),
        // What was asked about a duty ends with it.
        (ExtensionAsked, handler, verify("founded"),
         &["discharges verify", "lapses rule_extension", "opens dispose 430121"], "handling"),
        (Verifying, province, pause(5), &["pauses verify"], "verifying"),
        (Paused, handler, resume(5), &["clocks verify"], "verifying"),
    ]
}

#[rustfmt::skip]
fn supervision() -> Vec<Row> {
    use Stop::*;
    let (handler, province) = (COUNTY_HANDLER, PROVINCE_SUPERVISOR);
    vec![
        (Verifying, province, urge(), &["opens progress 430121"], "verifying"),
        // Supervised, it is asked for every week, to the end or until a listing is lifted.
        (Verifying, province, supervise(), &["opens progress 430121"], "verifying"),
        (Supervised, handler, progress(),
         &["discharges progress", "opens progress 430121"], "verifying"),
        (Supervised, province, list(), &["opens lift 430000"], "verifying"),
        // Urged twice, progress is still reported once.
        (Listed, province, urge(), NOTHING, "verifying"),
        (Verifying, province, list(), &["opens lift 430000", "opens progress 430121"], "verifying"),
        // Weekly while the case is listed.
        (Listed, handler, progress(),
         &["discharges progress", "opens progress 430121"], "verifying"),
        (Listed, province, lift(), &["discharges lift", "lapses progress"], "verifying"),
        (Verifying, CITY_SUPERVISOR, take_over(),
         &["hands reply 430100", "hands verify 430100"], "verifying"),
        // Taking over settles whose case it is.
        (Dispatched, CITY_SUPERVISOR, take_over(),
         &["hands reply 430100", "lapses sign", "opens verify 430100"], "verifying"),
        (Objected, province, take_over(),
         &["hands reply 430000", "lapses rule_objection", "opens verify 430000"], "verifying"),
        (Closed, Who::Schedule, draw(OTHER), &["opens recheck 430181"], "closed"),
        (Refused, Who::Schedule, draw(OTHER), &["opens recheck 430181"], "refused"),
        (Drawn, OTHER_HANDLER, recheck("upheld"), &["discharges recheck"], "closed"),
        (Drawn, OTHER_HANDLER, recheck("overturned"),
         &["discharges recheck", "lapses return_visit", AGAIN[0], AGAIN[1]], "verifying"),
        // Reopened by another way: nothing is left to re-check.
        (Drawn, COUNTY_SUPERVISOR, reopen(),
         &["lapses recheck", "lapses return_visit", AGAIN[0], AGAIN[1]], "verifying"),
        (Closed, COUNTY_OPERATOR, visit("unreached"), NOTHING, "closed"),
        (Verifying, COUNTY_SUPERVISOR, account(), NOTHING, "verifying"),
        (Closed, province, account(), NOTHING, "closed"),
        (Verifying, handler, avert(), NOTHING, "verifying"),
        (Verifying, Who::Schedule, succeed(COUNTY, CITY),
         &["hands reply 430100", "hands verify 430100"], "verifying"),
    ]
}

/// `opens sign 430121 2026-03-04` without its day.
fn undated(change: &str) -> String {
    let last = change.rsplit(' ').next().unwrap();
    let dated = last == "-" || last.contains('-');
    change.strip_suffix(last).filter(|_| dated).unwrap_or(change).trim_end().to_owned()
}

#[test]
fn each_act_beyond_the_core_does_what_its_row_says() {
    for (stop, who, what, expected, state) in rows() {
        let mut world = World::at(stop);
        if what["act"] == "merge" {
            world.twin = Some(Stage::Open);
        }
        let before = world.case.clone();
        world.clock("2026-03-03 10:00");
        let entry = world.did(who, what.clone());
        let row = format!("{stop:?}: {who:?} {what}");
        let mut changed: Vec<String> =
            changes(&before, &world.case).iter().map(|change| undated(change)).collect();
        changed.sort();
        assert_eq!(changed, expected, "{row}");
        assert_eq!(entry.state.code(), state, "{row}");
    }
}

/// What a ruling grants is kept with the duty; without a figure it is what was asked.
#[test]
fn an_extension_granted_is_added_up() {
    for (amount, extended) in [(None, 5), (Some(3), 3)] {
        let mut world = World::at(Stop::ExtensionAsked);
        let mut what = rule_extension(true);
        if let Some(amount) = amount {
            what["amount"] = json!(amount);
        }
        world.did(CITY_SUPERVISOR, what);
        assert_eq!(world.case.duty(5).unwrap().extended, extended);
    }
    // Refused or granted, it is asked once.
    for granted in [true, false] {
        let mut world = World::at(Stop::ExtensionAsked);
        world.did(CITY_SUPERVISOR, rule_extension(granted));
        world.no(COUNTY_HANDLER, ask_extension(5, 1), "extended_before");
    }
}

/// Three failed calls on three days end a visit as they end a reply.
#[test]
fn the_third_failed_call_ends_the_visit() {
    let mut world = World::at(Stop::Closed);
    for (day, owed) in [
        ("2026-03-03 10:00", 1),
        ("2026-03-03 15:00", 1),
        ("2026-03-04 10:00", 1),
        ("2026-03-05 10:00", 0),
    ] {
        world.clock(day);
        world.did(COUNTY_OPERATOR, visit("unreached"));
        assert_eq!(world.owed().len(), owed, "{day}");
    }
}

/// Dates that differ by today's rules are written anew, and only those.
#[test]
fn what_is_reckoned_anew_is_what_has_another_date() {
    let mut world = World::at(Stop::Verifying);
    world.no(Who::Schedule, reckon(), "nothing_changes");
    let due = world.case.duties[4].due_at.take();
    let entry = world.did(Who::Schedule, reckon());
    assert_eq!(entry.effects.len(), 1);
    assert_eq!(world.case.duties[4].due_at, due);
}

/// Whoever follows a unit that is no more does not get what is kept from it.
#[test]
fn a_successor_that_is_accused_gives_way_as_others_do() {
    let mut world = World::at(Stop::Verifying);
    world.did(DESK, correct(1, json!({"accused_unit": OTHER})));
    world.did(Who::Schedule, succeed(COUNTY, OTHER));
    assert_eq!(world.owed(), ["reply 430100", "verify 430100"]);
}

/// A case that ends leaves nothing behind that nobody could discharge any more.
#[test]
fn what_silence_answers_ends_with_the_case() {
    let mut world = World::at(Stop::Received);
    world.did(PROVINCE_JUDGE, ask_opinion(&[OTHER]));
    world.did(PROVINCE_SUPERVISOR, urge());
    let mut linked = world.clone();
    world.did(PROVINCE_JUDGE, refuse("out_of_scope"));
    linked.did(PROVINCE_JUDGE, link());
    assert_eq!((world.owed().len(), linked.owed().len()), (1, 1), "the reply and nothing else");

    let mut world = World::at(Stop::Settled);
    world.did(COUNTY_HANDLER, ask_opinion(&[OTHER]));
    world.did(PROVINCE_SUPERVISOR, urge());
    world.did(COUNTY_HANDLER, request_close());
    world.did(COUNTY_REVIEWER, approve());
    assert_eq!(world.owed(), ["return_visit 430121"]);
}

/// No other end is a way around what was listed or ordered.
#[test]
fn a_listing_and_a_transfer_outlive_refusal_link_and_merging() {
    for (who, what, left) in
        [(PROVINCE_SUPERVISOR, list(), "lift"), (PROVINCE_HANDLER, transfer(), "receive_transfer")]
    {
        let mut world = World::at(Stop::Received);
        world.did(who, what);
        for end in [refuse("out_of_scope"), link(), merge(TWIN)] {
            world.twin = Some(if end["act"] == "link" { Stage::Closed } else { Stage::Open });
            let refusal = world.no(PROVINCE_JUDGE, end, "outstanding");
            let listed = refusal.outstanding().unwrap();
            assert_eq!(listed.iter().map(|duty| duty.kind.name()).collect::<Vec<_>>(), [left]);
        }
    }
    // What was decided about one case is not settled by another.
    for stop in [Stop::Filed, Stop::Decided, Stop::Executed, Stop::Confiscated, Stop::Listed] {
        let mut world = World::at(stop);
        world.twin = Some(Stage::Open);
        world.no(PROVINCE_SUPERVISOR, merge(TWIN), "outstanding");
    }
}

/// What a transfer on the way brings is no outcome of the case, and its return no second disposal.
#[test]
fn a_transfer_on_the_way_does_not_run_ahead_of_the_case() {
    for accepted in [true, false] {
        let mut world = World::at(Stop::Verifying);
        let tip = world.tip.clone();
        world.did(COUNTY_HANDLER, reply(&tip));
        world.did(COUNTY_HANDLER, transfer());
        world.did(COUNTY_HANDLER, receipt(accepted));
        assert_eq!(world.owed(), ["verify 430121"], "{accepted}");
        world.did(COUNTY_HANDLER, verify("founded"));
        assert_eq!(world.owed(), ["dispose 430121"], "{accepted}");
    }
}
