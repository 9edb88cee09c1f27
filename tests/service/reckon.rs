//! Another calendar, another version of the rules: open dates are reckoned anew, the old ones kept.

use serde_json::{Value, json};

use crate::case::Case;
use crate::on_both;
use crate::world::{World, wait_for};

on_both!(
    a_holiday_that_is_added_moves_what_is_open_and_the_old_date_is_kept,
    a_version_that_reaches_back_rules_what_is_open_from_its_first_day,
);

const HANDLER: &str = "handler-430121";

/// A case that is verified until 23 March 2026: fifteen working days from the 2nd.
fn verifying(world: &World) -> Case<'_> {
    world.set_clock("2026-03-02T09:00:00+08:00");
    let case = Case::in_county(world);
    case.to_verifying();
    assert!(due(&case).starts_with("2026-03-23"));
    case
}

fn due(case: &Case<'_>) -> String {
    let list = case.world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let verify =
        list.as_array().unwrap().iter().find(|duty| duty["duty"] == "verify").unwrap().clone();
    verify["due_at"].as_str().unwrap().to_owned()
}

fn until(case: &Case<'_>, day: &str) {
    wait_for("the date to move", || due(case).starts_with(day).then_some(()));
}

/// The dates that the ledger gives the duty, first to last.
fn dates(case: &Case<'_>) -> Vec<String> {
    let verify = |effect: &&Value| effect["no"] == 5 || effect["duty"] == "verify";
    let entries = case.entries(HANDLER);
    let effects = entries.iter().flat_map(|entry| entry["effects"].as_array().unwrap());
    let dated = effects.filter(verify).filter_map(|effect| effect["due"].as_str());
    dated.map(|due| due[..10].to_owned()).collect()
}

fn restart(world: &mut World, setting: &str, name: &str, text: &str) {
    let file = world.folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    world.set(setting, file.to_str().unwrap());
    world.stop();
    world.serve();
}

fn a_holiday_that_is_added_moves_what_is_open_and_the_old_date_is_kept(world: &mut World) {
    let (no, tip, code) = {
        let case = verifying(world);
        (case.no.clone(), case.tip.clone(), case.code.clone())
    };
    let mut calendar: Value =
        serde_json::from_str(include_str!("../../config/calendar.json")).unwrap();
    calendar["years"]["2026"]["off"].as_array_mut().unwrap().push(json!("2026-03-20"));
    restart(world, "HOTLINE_RULES__CALENDAR", "calendar.json", &calendar.to_string());
    let case = Case { world, no, tip, code };
    until(&case, "2026-03-24");
    let entries = case.entries(HANDLER);
    let reckoned = entries.last().unwrap();
    assert_eq!((&reckoned["act"], &reckoned["by"]["as"]), (&json!("reckon"), &json!("schedule")));
    assert_eq!(dates(&case), ["2026-03-23", "2026-03-24"]);
    // Once is enough, and replay agrees.
    world.run_ok(&["audit"]);
    assert_eq!(case.entries(HANDLER).len(), entries.len());
}

fn a_version_that_reaches_back_rules_what_is_open_from_its_first_day(world: &mut World) {
    let (no, tip, code) = {
        let case = verifying(world);
        (case.no.clone(), case.tip.clone(), case.code.clone())
    };
    let shipped = include_str!("../../config/rules.toml");
    let second = shipped[shipped.find("[[version]]").unwrap()..]
        .replace("id = \"2026.1\"", "id = \"2026.2\"")
        .replace("effective = \"2026-01-01\"", "effective = \"2026-03-05\"")
        .replace("open = \"keep\"", "open = \"recompute\"")
        .replace("verify           = { amount = 15,", "verify           = { amount = 10,");
    restart(world, "HOTLINE_RULES__FILE", "rules.toml", &format!("{shipped}\n{second}"));
    let case = Case { world, no, tip, code };
    assert!(due(&case).starts_with("2026-03-23"), "before its first day it rules nothing");
    world.set_clock("2026-03-05T09:00:00+08:00");
    until(&case, "2026-03-16");
    assert_eq!(dates(&case), ["2026-03-23", "2026-03-16"]);
}
