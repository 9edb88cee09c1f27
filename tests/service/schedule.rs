//! What is due by itself is done once: after its time, after downtime, by one of several instances.

use serde_json::{Value, json};

use crate::case::Case;
use crate::on_both;
use crate::world::{Backend, World, has_postgres, wait_for};

on_both!(a_month_is_published_once_and_downtime_is_caught_up, a_supplement_that_never_comes_lapses);

fn reports(world: &World) -> Vec<(String, bool)> {
    let list = world.get("analyst-000000", "/api/v1/reports").ok(200);
    let text = |report: &Value| report["period"].as_str().unwrap().to_owned();
    let all = list["items"].as_array().unwrap().iter();
    let mut all: Vec<_> = all.map(|r| (text(r), r["late"].as_bool().unwrap())).collect();
    all.sort();
    all
}

fn a_month_is_published_once_and_downtime_is_caught_up(world: &mut World) {
    world.set_clock("2026-11-30T12:00:00+08:00");
    Case::in_county(world);
    assert_eq!(reports(world), []);
    world.set_clock("2026-12-01T00:31:00+08:00");
    let november = ("2026-11".to_owned(), false);
    wait_for("the monthly report", || (reports(world) == [november.clone()]).then_some(()));
    let list = world.get("analyst-000000", "/api/v1/reports").ok(200);
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let report = world.get("analyst-000000", &format!("/api/v1/reports/{id}.json")).ok(200);
    assert_eq!((&report["tips"]["received"], &report["complete"]), (&json!(1), &json!(true)));
    // A province does not read the nation's report.
    world.get("analyst-430000", &format!("/api/v1/reports/{id}")).refused(404, "not_found");
    world.get("analyst-430000", "/api/v1/reports/none").refused(404, "not_found");

    // Down over two months; on return both are made up for, and said to be late.
    world.set_clock("2027-02-03T09:00:00+08:00");
    world.kill_and_restart();
    let late = |month: &str| (month.to_owned(), true);
    let all = [november, late("2026-12"), late("2027-01")];
    wait_for("the late reports", || (reports(world) == all).then_some(()));
}

fn a_supplement_that_never_comes_lapses(world: &mut World) {
    world.set_clock("2026-11-02T10:00:00+08:00");
    let case = Case::in_county(world);
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请说明位置" }));
    assert_eq!(case.state("judge-430121"), "supplement");
    assert_eq!(case.progress()["question"], "请说明位置");
    world.set_clock("2026-11-18T00:00:01+08:00");
    wait_for("the lapse", || (case.state("judge-430121") == "pending").then_some(()));
    let duties = world.get("judge-430121", &case.path("/outstanding")).ok(200);
    assert_eq!(duties[0]["duty"], "judge");
    // The judge's clock began anew: two working days from Wednesday.
    assert_eq!(duties[0]["due_at"], "2026-11-20T15:59:59Z");
    let refused =
        json!({ "act": "refuse", "reason": "insufficient", "text": "位置不明，无法核查" });
    assert_eq!(case.done("judge-430121", &refused), "refused");
}

#[test]
fn two_instances_publish_each_report_once() {
    if !has_postgres() {
        return;
    }
    let settings = [("HOTLINE_REPORTS__SCOPES", "000000,430000,440000,110000,120000,130000")];
    let mut world = World::start_with(Backend::Postgres, &settings);
    world.serve();
    world.serve();
    world.set_clock("2027-01-02T09:00:00+08:00");
    let published = "SELECT kind || period || scope AS name FROM reports ORDER BY 1";
    // Two months for six scopes.
    wait_for("all reports", || (world.names(published).len() >= 12).then_some(()));
    std::thread::sleep(std::time::Duration::from_secs(6));
    let all = world.names(published);
    let mut once = all.clone();
    once.dedup();
    assert_eq!((all.len(), once.len()), (12, 12));
    let twice = "SELECT period AS name FROM jobs WHERE attempts > 1";
    assert_eq!(world.names(twice), Vec::<String>::new());
}

/// A second process on an embedded database is told who holds it.
#[test]
fn a_second_serve_on_an_embedded_database_is_refused() {
    let world = World::start(Backend::Sqlite);
    let output = world.run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let pid = std::fs::read_to_string(world.folder.path().join("hotline.lock")).unwrap();
    assert!(!output.status.success());
    assert!(said.contains(&format!("process {pid}")), "{said}");
}
