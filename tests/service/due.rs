//! A due date says how it came about: in the terminal, to programs, on pages.

use serde_json::{Value, json};

use crate::case::{Case, evidence};
use crate::on_both;
use crate::units::OTHER_COUNTY;
use crate::visitor::Visitor;
use crate::world::{Backend, World, text};

on_both!(
    a_question_is_answered_to_programs_and_on_a_page,
    the_date_of_a_duty_is_followed_from_its_case,
);

const SIMULATED: &[&str] = &["due", "--from", "2026-02-13T16:00", "--days"];

/// One command of the terminal: its status, and what it said on both streams.
fn said(world: &World, arguments: &[&str]) -> (i32, String, String) {
    let output = world.run(arguments);
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_terminal_reckons_and_explains() {
    let world = World::start(Backend::Sqlite);
    // Off from 15 to 23 February 2026, worked on the Saturdays of the 14th and the 28th.
    let table: [(&[&str], &str); 4] = [
        (&["15", "--unit", "working"], "2026-03-12T23:59:59+08:00"),
        (&["15", "--unit", "calendar"], "2026-02-28T23:59:59+08:00"),
        (&["2", "--unit", "hours"], "2026-02-13T18:00:00+08:00"),
        (&["15", "--unit", "working", "--extended", "1"], "2026-03-13T23:59:59+08:00"),
    ];
    for (asked, due) in table {
        let told = world.run_ok(&[SIMULATED, asked].concat());
        assert_eq!(told.lines().next(), Some(due), "{asked:?}");
        assert!(told.contains("The clock begins at 2026-02-13 16:00"), "{told}");
    }
    let rule = ["due", "--from", "2026-02-13T16:00", "--rule", "verify"];
    let json = world.run_ok(&[&rule[..], &["--lane", "danger", "--json", "--lang", "zh"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    let expected = json!({ "rule": "verify", "version": "2026.1", "effective": "2026-01-01",
        "amount": 2, "unit": "hours", "lane": "danger", "extended": 0, "stops": [],
        "zone": "Asia/Shanghai", "due": "2026-02-13T10:00:00Z" });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&json[key], value, "{key}");
    }
    assert!(json["words"][0].as_str().unwrap().contains("北京市地方标准"), "{json}");
    let working: Value =
        serde_json::from_str(&world.run_ok(&[&rule[..], &["--json"]].concat())).unwrap();
    assert!(working["calendar"].as_str().unwrap().contains("2010–2026"), "{working}");
    assert!(json.get("calendar").is_none(), "hours need no calendar");
}

#[test]
fn the_terminal_says_what_is_wrong_and_what_to_do() {
    let world = World::start(Backend::Sqlite);
    let late = ["due", "--from", "2026-12-30", "--rule", "verify"];
    let (status, _, error) = said(&world, &late);
    assert!(status != 0 && error.contains("2027") && error.contains("rules.calendar"), "{error}");
    let (status, out, _) = said(&world, &[&late[..], &["--json"]].concat());
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status != 0, &json["due"], &json["missing_year"]),
        (true, &Value::Null, &json!(2027))
    );
    let table: [(&[&str], &str); 9] = [
        (&["--from", "soon", "--rule", "judge"], "write it like 2026-02-13T16:00"),
        (&["--from", "2026-02-13"], "--rule"),
        (&["--from", "2026-02-13", "--rule", "jude"], "the rules are: "),
        (&["--from", "2026-02-13", "--days", "3"], "--unit"),
        (&["--from", "2026-02-13", "--days", "0", "--unit", "working"], "0"),
        (&["--from", "2026-02-13", "--days", "3", "--unit", "weeks"], "working, calendar or hours"),
        (&["--from", "2026-02-13", "--rule", "judge", "--lane", "x"], "danger, utility or complex"),
        (&["--from", "2026-02-13", "--rule", "judge", "--extended", "1"], "may not be extended"),
        (&["--from", "2026-02-13", "--rule", "verify", "--extended", "16"], "by 15 at most"),
    ];
    for (arguments, reason) in table {
        let (status, out, error) = said(&world, &[&["due"], arguments].concat());
        assert!(status == 2 && out.is_empty() && error.contains(reason), "{arguments:?} {error}");
    }
}

#[test]
fn a_file_of_the_old_shape_is_refused_with_the_way_out() {
    let world = World::start(Backend::Sqlite);
    let file = world.folder.path().join("old.toml");
    std::fs::write(&file, "version = \"2026.1\"\neffective = \"2026-01-01\"\n[rules]\n").unwrap();
    let mut program = world.program();
    program.env("HOTLINE_RULES__FILE", &file);
    let output = program.args(["due", "--from", "2026-02-13", "--rule", "judge"]).output().unwrap();
    assert!(!output.status.success());
    let error = text(&output.stderr);
    assert!(error.contains("old shape") && error.contains("[[version]]"), "{error}");
}

fn a_question_is_answered_to_programs_and_on_a_page(world: &mut World) {
    let ask = |query: &str| world.get("analyst-430121", &format!("/api/v1/due?{query}"));
    let judged = ask("from=2026-02-13T16:00&rule=judge").ok(200);
    assert_eq!(judged["due"], json!("2026-02-24T15:59:59Z"));
    assert_eq!(
        judged["steps"][2],
        json!({ "step": "counted", "from": "2026-02-14",
        "to": "2026-02-14", "days": 1, "total": 1, "make_up": true })
    );
    let words = judged["words"].as_array().unwrap();
    assert!(words[5].as_str().unwrap().contains("2026-02-15（周日）至 2026-02-23（周一）：放假"));
    let days = ask("from=2026-02-13&days=15&unit=calendar").ok(200);
    assert_eq!((&days["due"], days.get("rule")), (&json!("2026-02-28T15:59:59Z"), None));
    assert_eq!(ask("from=2026-12-30&rule=verify").ok(200)["missing_year"], json!(2027));
    let table = [
        ("", vec![("from", "missing"), ("days", "missing"), ("unit", "missing")]),
        ("from=x&rule=judge", vec![("from", "bad_time")]),
        ("from=2026-02-13&rule=jude", vec![("rule", "not_one_of")]),
        ("from=2026-02-13&rule=judge&days=2", vec![("days", "unknown_field")]),
        ("from=2026-02-13&rule=judge&extended=1", vec![("extended", "not_one_of")]),
        ("from=2026-02-13&rule=judge&lane=x", vec![("lane", "not_one_of")]),
        (
            "from=2026-02-13&lane=danger&days=10001&unit=hours",
            vec![("lane", "needs_partner"), ("days", "out_of_range")],
        ),
        ("from=2026-02-13&rule=judge&x=1", vec![("x", "unknown_field")]),
    ];
    for (query, expected) in table {
        let reply = ask(query);
        assert_eq!(reply.status, 422, "{query} {}", reply.text);
        let errors: Value = serde_json::from_str(&reply.text).unwrap();
        let errors = errors["errors"].as_array().unwrap().clone();
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected, "{query}");
    }

    let who = Visitor::log_in(world, "analyst-430121");
    let page = |path: &str| who.get(path);
    assert!(page("/due").text.contains("按自定数量"));
    let asked = page("/due?from=2026-02-13+16%3A00&rule=judge&lane=general&extended=");
    assert_eq!(asked.status, 200, "{}", asked.text);
    for words in [
        "2026-02-24 23:59:59",
        "<li>2026-02-15（周日）至 2026-02-23（周一）：放假，9 日不计。</li>",
    ] {
        assert!(asked.text.contains(words), "{words} is not in {}", asked.text);
    }
    let wrong = page("/due?from=2026-02-13&days=many&unit=working");
    assert!(wrong.status == 422 && wrong.text.contains("数量：超出范围"), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"many\""), "what was typed is shown again");
}

fn the_date_of_a_duty_is_followed_from_its_case(world: &mut World) {
    world.set_clock("2026-02-13T16:00:00+08:00");
    let case = Case::in_county(world);
    let handler = "handler-430121";
    let of = |who: &str, duty: u32| world.get(who, &case.path(&format!("/duties/{duty}/due")));
    let listed = |name: &str| {
        let list = world.get(handler, &case.path("/outstanding")).ok(200);
        let mut list = list.as_array().unwrap().clone().into_iter();
        list.find(|duty| duty["duty"] == json!(name)).unwrap()
    };
    let number = |duty: &Value| u32::try_from(duty["no"].as_u64().unwrap()).unwrap();
    let agrees = |name: &str| {
        let duty = listed(name);
        let told = of(handler, number(&duty)).ok(200);
        assert_eq!((&told["agrees"], &told["status"]), (&json!(true), &json!("open")), "{name}");
        assert_eq!(told["explanation"]["due"], duty["due_at"], "{name}");
        told["explanation"]["from"].as_str().unwrap().to_owned()
    };
    assert!(agrees("judge").starts_with("2026-02-13T08:00:"));
    // The clock of a reply has not begun.
    let waiting = of(handler, number(&listed("reply"))).ok(200);
    assert_eq!((&waiting["explanation"], &waiting["agrees"]), (&Value::Null, &json!(true)));

    // Stopped for a supplement: no date; then it begins anew.
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请补充地点" }));
    let judge = number(&listed("judge"));
    let stopped = of(handler, judge).ok(200);
    assert_eq!((&stopped["explanation"]["due"], &stopped["agrees"]), (&Value::Null, &json!(true)));
    assert_eq!(stopped["explanation"]["stops"].as_array().unwrap().len(), 1);
    world.set_clock("2026-02-25T10:00:00+08:00");
    case.done("operator-430121", &json!({ "act": "supplement", "text": "村东头" }));
    assert!(agrees("judge").starts_with("2026-02-25T02:00:"));

    case.to_verifying();
    assert!(agrees("verify").starts_with("2026-02-25T02:00:"));
    world.set_clock("2026-03-02T10:00:00+08:00");
    let hash = evidence(world);
    case.done(handler, &case.verify("founded", &hash));
    // Disposal is counted from acceptance, the reply from the outcome.
    assert!(agrees("dispose").starts_with("2026-02-25T02:00:"));
    world.set_clock("2026-03-04T10:00:00+08:00");
    case.done(handler, &case.dispose());
    assert!(agrees("reply").starts_with("2026-03-04T02:00:"));
    assert_eq!(of(handler, judge).ok(200)["status"], json!("discharged"));

    let stranger = format!("handler-{OTHER_COUNTY}");
    for (who, duty) in [(stranger.as_str(), "1"), (handler, "99"), (handler, "x"), (handler, "0")] {
        let path = case.path(&format!("/duties/{duty}/due"));
        world.get(who, &path).refused(404, "not_found");
    }
    let who = Visitor::log_in(world, handler);
    let reply = number(&listed("reply"));
    let path = format!("/cases/{}/duties/{reply}", case.no);
    let shown = who.get(&format!("/cases/{}", case.no)).text;
    assert!(shown.contains(&format!("href=\"{path}\"")), "the case leads to it");
    let page = who.get(&path);
    assert_eq!(page.status, 200, "{}", page.text);
    for words in [
        "2026-03-04 10:00 起算，当日不计。",
        "到期：2026-03-11 23:59:59",
        "2026-03-11 23:59:59</dd>",
    ] {
        assert!(page.text.contains(words), "{words} is not in {}", page.text);
    }
    assert_eq!(who.get(&format!("/cases/{}/duties/99", case.no)).status, 404);
}
