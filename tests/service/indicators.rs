//! The indicators of DOMAIN 8 from acts of people on a test clock: Guangxi's rates and Hainan's days
//! saved, visits, what a later clock must not change, and a tally that is read again.

use serde_json::{Value, json};

use crate::case::{Case, evidence};
use crate::on_both;
use crate::units::COUNTY;
use crate::world::World;

on_both!(
    guangxi_and_hainan_what_is_overdue_and_open_is_late,
    a_clock_that_begins_anew_does_not_change_the_month_before,
    visits_with_their_levels_and_those_not_reached,
    what_a_warning_averted_is_recorded_with_its_evidence,
    a_tally_read_again_after_a_migration_gives_the_same_report,
);

/// The report of a period of a scope, and its table.
pub fn report(world: &World, (kind, period, scope): (&str, &str, &str)) -> (Value, String) {
    let build = ["report", "build", "--kind", kind, "--period", period, "--scope", scope];
    world.run_ok(&[&build[..], &["--out", "out"]].concat());
    let read = |ending: &str| {
        let name = format!("out/{kind}-{period}-{scope}.{ending}");
        std::fs::read_to_string(world.folder.path().join(name)).unwrap()
    };
    (serde_json::from_str(&read("json")).unwrap(), read("csv"))
}

fn act(name: &str) -> Value {
    json!({ "act": name })
}

/// A tip that is found true at once.
fn founded<'w>(world: &'w World, hash: &str) -> Case<'w> {
    let case = Case::in_county(world);
    case.to_verifying();
    case.done("handler-430121", &case.verify("founded", hash));
    case
}

fn close(case: &Case<'_>) {
    case.done("handler-430121", &case.dispose());
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    assert_eq!(case.done("reviewer-430121", &act("approve_close")), "closed");
}

/// The same, and the informant is asked at once and accepts the outcome.
fn close_and_visit(case: &Case<'_>) {
    close(case);
    let visit = json!({ "act": "return_visit", "result": "satisfied", "text": "电话回访",
                        "satisfaction": "satisfied" });
    case.done("operator-430121", &visit);
}

/// Working days after a day up to another, counted here and not by the service.
fn working_days(after: &str, until: &str) -> i64 {
    use chrono::{Datelike, NaiveDate, Weekday};
    let table: Value = serde_json::from_str(include_str!("../../config/calendar.json")).unwrap();
    let named = |list: &str, day: NaiveDate| {
        let days = table["years"][day.year().to_string()][list].as_array().unwrap();
        days.iter().any(|known| known == &json!(day.to_string()))
    };
    let worked = |day: &NaiveDate| {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        named("work", *day) || (!weekend && !named("off", *day))
    };
    let (after, until): (NaiveDate, NaiveDate) = (after.parse().unwrap(), until.parse().unwrap());
    let days = after.iter_days().skip(1).take_while(|day| *day <= until).filter(worked);
    i64::try_from(days.count()).unwrap()
}

/// Cases of Guangxi's year accepted and closed: its proportions as a rule, its own 6,150 and 5,879
/// where drills run long (`HOTLINE_DRILL=long`).
fn guangxi() -> (usize, usize) {
    match std::env::var("HOTLINE_DRILL").as_deref() {
        Ok("long") => (6_150, 5_879),
        _ => (45, 43),
    }
}

/// A share as reports give it, rounded half up by hand.
fn share(num: usize, den: usize) -> Value {
    let hundredths = (2 * num * 10_000 + den) / (2 * den);
    let percent = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    json!({ "num": num, "den": den, "percent": percent })
}

/// A number below a million as pages show it.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

/// As many at a time as the machine has cores for: thousands of cases one by one take too long.
fn at_once<T: Send>(many: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    const HANDS: usize = 4;
    let of = &of;
    let hand = |first: usize| move || (first..many).step_by(HANDS).map(of).collect::<Vec<T>>();
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|first| scope.spawn(hand(first))).collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    })
}

/// Guangxi: some cases are open and overdue. Of those closed all but two were disposed of long before
/// their date, as Hainan's were, and two on its very day.
fn guangxi_and_hainan_what_is_overdue_and_open_is_late(world: &mut World) {
    let (accepted, closed) = guangxi();
    let (early, late) = (closed - 2, accepted - closed);
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let cases: Vec<Case<'_>> = at_once(accepted, |_| founded(world, &hash));
    let duties = world.get("handler-430121", &cases[0].path("/outstanding")).ok(200);
    let dispose = duties.as_array().unwrap().iter().find(|duty| duty["duty"] == "dispose").unwrap();
    let due = dispose["due_at"].as_str().unwrap()[..10].to_owned();

    world.set_clock("2026-08-31T09:00:00+08:00");
    at_once(early, |n| close_and_visit(&cases[n]));
    world.set_clock(&format!("{due}T09:00:00+08:00"));
    cases[early..closed].iter().for_each(close_and_visit);
    world.set_clock("2026-11-02T09:00:00+08:00");

    let period = ("custom", "2026-08-03..2026-10-31", COUNTY);
    let (report, table) = report(world, period);
    let indicators = &report["indicators"];
    assert_eq!(indicators["closure"], share(closed, accepted));
    assert_eq!(indicators["acceptance"], share(accepted, accepted));
    // Every duty that was discharged was so in time, and yet it is not 100 %.
    let on_time = &indicators["on_time"];
    let (num, den) = (on_time["num"].as_u64().unwrap(), on_time["den"].as_u64().unwrap());
    assert_eq!(den - num, late as u64, "{on_time}");
    assert_eq!(report["on_time"], json!({ "num": num, "den": den }));
    let of = |duty: &str| {
        let rows = report["by_duty"].as_array().unwrap();
        rows.iter().find(|row| row["duty"] == duty).unwrap().clone()
    };
    let dispose = of("dispose");
    assert_eq!(dispose["on_time"], share(closed, accepted));
    // Hainan: how many were early, and so many working days for each item.
    assert_eq!(dispose["early"], share(early, closed));
    let days = usize::try_from(working_days("2026-08-31", &due)).unwrap();
    assert!(days > 10);
    let saved = early * days;
    let hundredths = (2 * saved * 100 + closed) / (2 * closed);
    let per_item = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    assert_eq!(
        dispose["working_days_saved"],
        json!({ "num": saved, "den": closed, "per_item": per_item })
    );
    let whole = &indicators["working_days_saved"];
    let rows = report["by_duty"].as_array().unwrap().iter();
    let sum: i64 = rows.map(|row| row["working_days_saved"]["num"].as_i64().unwrap()).sum();
    assert_eq!(whole["num"], sum);
    assert_eq!(indicators["response"], share(closed, accepted));
    assert_eq!(indicators["objection"], share(0, accepted));
    let closure = share(closed, accepted)["percent"].as_str().unwrap().to_owned();
    let row = format!("\r\nindicator,closure,结案率,value.percent,{closure}\r\n");
    assert!(table.contains(&row), "{table}");
    assert!(table.contains(&format!("working_days_saved.per_item,{per_item}\r\n")), "{table}");
    let page = std::fs::read_to_string(
        world.folder.path().join(format!("out/custom-2026-08-03..2026-10-31-{COUNTY}.html")),
    );
    let page = page.unwrap();
    let means = report["definitions"]["closure"]["zh"].as_str().unwrap();
    let cell = format!(
        "<th scope=\"row\">结案率</th><td class=\"number\">{closure}%</td>\
         <td class=\"number\">{} ÷ {}</td>",
        grouped(closed),
        grouped(accepted)
    );
    for wanted in [&cell, means] {
        assert!(page.contains(wanted), "«{wanted}» is missing in {page}");
    }
}

/// Two refusals stay unanswered in August; in September one comes back by appeal, and its reply waits
/// for the new outcome: August keeps both.
fn a_clock_that_begins_anew_does_not_change_the_month_before(world: &mut World) {
    world.set_clock("2026-08-10T09:00:00+08:00");
    let refuse = json!({ "act": "refuse", "reason": "ownership_or_compensation",
                         "redirect": "请向县人民政府反映", "text": "属权属争议" });
    let cases: Vec<Case<'_>> = (0..2).map(|_| Case::in_county(world)).collect();
    cases.iter().for_each(|case| drop(case.done("judge-430121", &refuse)));
    world.set_clock("2026-09-01T09:00:00+08:00");
    let august = ("monthly", "2026-08", COUNTY);
    let (before, _) = report(world, august);
    assert_eq!(before["indicators"]["on_time"], json!({ "num": 2, "den": 4, "percent": "50.00" }));
    let appeal = json!({ "act": "reopen", "reason": "不是权属争议，是违法占地" });
    cases[0].informant(&appeal).ok(201);
    let (after, _) = report(world, august);
    assert_eq!(after["indicators"], before["indicators"]);
    assert_eq!(after["by_duty"], before["by_duty"]);
    // In September one reply is late and the other waits.
    world.set_clock("2026-10-01T09:00:00+08:00");
    let (september, _) = report(world, ("monthly", "2026-09", COUNTY));
    let rows = september["by_duty"].as_array().unwrap();
    let reply = rows.iter().find(|row| row["duty"] == "reply").unwrap();
    assert_eq!(reply["on_time"], json!({ "num": 0, "den": 1, "percent": "0.00" }));
}

fn visits_with_their_levels_and_those_not_reached(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let closed = || {
        let case = founded(world, &hash);
        close(&case);
        case
    };
    let visit = |result: &str, level: Option<&str>| {
        let mut visit = json!({ "act": "return_visit", "result": result, "text": "电话回访" });
        if let Some(level) = level {
            visit["satisfaction"] = json!(level);
        }
        visit
    };
    let visits = [
        ("satisfied", Some("very_satisfied")),
        ("satisfied", Some("basically_satisfied")),
        ("not_satisfied_unjustified", Some("dissatisfied")),
        ("not_satisfied_justified", Some("very_dissatisfied")),
        ("satisfied", None),
    ];
    for (result, level) in visits {
        closed().done("operator-430121", &visit(result, level));
    }
    // Tried on three days, it has ended unreached; tried on one, it has not ended.
    let (nobody, once) = (closed(), closed());
    once.done("operator-430121", &visit("unreached", None));
    for day in ["03", "04", "05"] {
        world.set_clock(&format!("2026-08-{day}T15:00:00+08:00"));
        nobody.done("operator-430121", &visit("unreached", None));
    }
    world.set_clock("2026-09-01T09:00:00+08:00");
    let (report, table) = report(world, ("monthly", "2026-08", COUNTY));
    assert_eq!(
        report["visits"],
        json!({ "reached": 5, "unreached": 1,
                "results": { "satisfied": 3, "not_satisfied_unjustified": 1,
                             "not_satisfied_justified": 1 },
                "levels": { "very_satisfied": 1, "basically_satisfied": 1, "dissatisfied": 1,
                            "very_dissatisfied": 1 } })
    );
    let indicators = &report["indicators"];
    let expected = [
        ("resolution", 3, 5, "60.00"),
        ("satisfaction", 2, 4, "50.00"),
        ("unreached", 1, 6, "16.67"),
        ("reopen", 1, 7, "14.29"),
    ];
    for (code, num, den, percent) in expected {
        assert_eq!(
            indicators[code],
            json!({ "num": num, "den": den, "percent": percent }),
            "{code}"
        );
    }
    assert!(table.contains("\r\nvisit_level,basically_satisfied,基本满意,count,1\r\n"), "{table}");
}

fn what_a_warning_averted_is_recorded_with_its_evidence(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let case = founded(world, &hash);
    let avert = |people: i64, amount: &str| {
        json!({ "act": "avert", "people": people, "amount": amount, "text": "滑坡前转移群众",
                "evidence": [hash] })
    };
    let mut bare = avert(1, "1");
    bare["evidence"] = json!([]);
    case.act("handler-430121", &bare).refused(422, "invalid");
    case.done("handler-430121", &avert(600, "1200000.50"));
    case.done("supervisor-430100", &avert(17, "0.05"));
    world.set_clock("2026-09-01T09:00:00+08:00");
    let (report, _) = report(world, ("monthly", "2026-08", "430000"));
    assert_eq!(report["averted"], json!({ "people": 617, "cny": "1200000.55" }));
}

/// What stood in the tables of figures before a migration is not lost: the log is read again.
fn a_tally_read_again_after_a_migration_gives_the_same_report(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let cases: Vec<Case<'_>> = (0..3).map(|_| founded(world, &hash)).collect();
    world.set_clock("2026-08-12T09:00:00+08:00");
    cases[..2].iter().for_each(close);
    world.set_clock("2026-11-02T09:00:00+08:00");
    let period = ("custom", "2026-08-01..2026-10-31", COUNTY);
    let (before, _) = report(world, period);
    assert_eq!(before["indicators"]["closure"]["num"], 2);
    drop(cases);
    world.stop();
    let folder = match world.backend {
        crate::world::Backend::Sqlite => "migrations/sqlite",
        crate::world::Backend::Postgres => "migrations/postgres",
    };
    let step = "2026-11-24-108000_count_the_outcomes";
    let path = format!("{}/{folder}/{step}/down.sql", env!("CARGO_MANIFEST_DIR"));
    world.sql(&std::fs::read_to_string(path).unwrap()).unwrap();
    world.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20261124108000'").unwrap();
    // As a program of before left it: all of the log read, and rows that count something else.
    world
        .sql(
            "UPDATE cursors SET pos = (SELECT size FROM log_head) WHERE reader = 'tally'; \
             INSERT INTO holdings VALUES (999, 'X', 'open', '430121', '2026-08-03 00:00:00', NULL)",
        )
        .unwrap();
    world.run_ok(&["migrate"]);
    let (after, _) = report(world, period);
    for (member, was) in before.as_object().unwrap() {
        assert_eq!(&after[member], was, "{member}");
    }
}
