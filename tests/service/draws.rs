//! Draws: fixed and published before, drawn by the schedule, replayed by anybody.

use std::process::Command;

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY, OTHER_COUNTY};
use crate::visitor::Visitor;
use crate::world::{World, text, wait_for};

on_both!(
    closed_cases_are_drawn_and_anybody_can_draw_them_again,
    refusals_are_drawn_too,
    what_was_tampered_with_is_found,
    the_accused_neither_check_nor_are_told,
    a_draw_waits_for_its_time,
    a_case_that_nobody_can_check_waits_for_the_superior_in_sight,
);

const BEFORE: &str = "2026-11-20T10:00:00+08:00";
const AFTER: &str = "2026-12-01T09:00:00+08:00";

/// Cases of the county, closed there in November.
fn close(world: &World, how_many: usize) -> Vec<String> {
    let hash = evidence(world);
    let mut numbers: Vec<String> = (0..how_many)
        .map(|_| {
            let case = Case::in_county(world);
            case.to_review(&hash);
            case.done("reviewer-430121", &json!({ "act": "approve_close" }));
            case.no
        })
        .collect();
    numbers.sort();
    numbers
}

fn announce(world: &World, who: &str, body: &Value) -> Value {
    world.post(who, "/api/v1/draws", body).ok(201)
}

/// The document of a draw, once it is drawn.
fn drawn(world: &World, who: &str, draw: &Value) -> Value {
    let path = format!("/api/v1/draws/{}", draw["draw"].as_str().unwrap());
    wait_for("the draw", || {
        let document = world.get(who, &path).ok(200);
        document["result"]["place"].is_i64().then_some(document)
    })
}

/// Writes a document down and replays it; whether it was ok, and what was said.
fn verify(world: &World, document: &Value) -> (bool, String) {
    let file = world.folder.path().join("draw.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let output = world.run(&["draw", "verify", "draw.json"]);
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

const NOVEMBER: &str = "2026-11";

fn november(kind: &str, share: u32) -> Value {
    json!({ "kind": kind, "period": NOVEMBER, "scope": CITY, "share_percent": share })
}

fn closed_cases_are_drawn_and_anybody_can_draw_them_again(world: &mut World) {
    world.set_clock(BEFORE);
    let numbers = close(world, 5);
    let open = Case::in_county(world);
    let city = "supervisor-430100";
    // The month is not over; a foreign scope is not there; nobody else announces.
    let body = november("closed", 40);
    let early = world.post(city, "/api/v1/draws", &body);
    let early = early.refused(422, "invalid");
    assert_eq!(early["errors"][0]["code"], "not_over");
    world.set_clock(AFTER);
    world.post("supervisor-430121", "/api/v1/draws", &body).refused(404, "not_found");
    world.post("judge-430100", "/api/v1/draws", &body).refused(403, "role_not_allowed");

    let announced = announce(world, city, &body);
    assert_eq!(announced["population"], json!(numbers));
    assert!(!announced["population"].to_string().contains(&open.no));
    let document = drawn(world, city, &announced);
    let chosen = document["drawn"].as_array().unwrap();
    assert_eq!(chosen.len(), 2, "40% of 5");
    for one in chosen {
        assert!(numbers.iter().any(|no| one["case"] == **no));
        // The other county of the city: never the one that handled it, nor the city above it.
        assert_eq!(one["checker"], OTHER_COUNTY);
    }
    let place = |what: &str| document[what]["place"].as_i64().unwrap();
    assert!(place("announced") < place("result"));

    // The same from a file, from the database, for the public without the candidates, in Python.
    let (ok, said) = verify(world, &document);
    assert!(ok && said.contains("ok: 2 of 5 cases drawn; cases and checkers"), "{said}");
    let id = announced["draw"].as_str().unwrap();
    assert!(world.run_ok(&["draw", "verify", id]).contains("ok: 2 of 5 cases drawn"));
    for who in ["", "supervisor-430121", "analyst-430100"] {
        let public = drawn(world, who, &announced);
        assert!(public["candidates"].is_null() && public["candidates_salt"].is_null(), "{who}");
        let (ok, said) = verify(world, &public);
        assert!(ok && said.contains("ok: 2 of 5 cases drawn; cases are those"), "{said}");
    }
    verify(world, &document);
    let ours: Vec<String> = chosen
        .iter()
        .map(|one| {
            format!("{} {}", one["case"].as_str().unwrap(), one["checker"].as_str().unwrap())
        })
        .collect();
    assert_eq!(in_python(world), ours);

    // Nobody draws again until the outcome pleases.
    let again = world.post(city, "/api/v1/draws", &november("closed", 60));
    let again = again.refused(422, "invalid");
    assert_eq!(again["errors"][0]["code"], "drawn_already");
    let list = world.get("", "/api/v1/draws").ok(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["cases"], 5);
    let page = Visitor::public(world).get("/notices").text;
    for words in [document["seed"].as_str().unwrap(), "浏阳市", "抽出 2 件"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

/// Runs the lines of docs/DRAW.md on the document that was last written down.
fn in_python(world: &World) -> Vec<String> {
    let doc = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/DRAW.md"));
    let doc = doc.unwrap();
    let (_, rest) = doc.split_once("```python\n").unwrap();
    let (program, _) = rest.split_once("```").unwrap();
    assert!(program.lines().count() <= 12, "it is told that ten lines do");
    let file = world.folder.path().join("draw.py");
    std::fs::write(&file, program).unwrap();
    let mut python = Command::new("python3");
    python.args(["draw.py", "draw.json"]).current_dir(world.folder.path());
    let output = python.output().expect("python3 is here");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

fn refusals_are_drawn_too(world: &mut World) {
    world.set_clock(BEFORE);
    close(world, 1);
    let refusal = json!({ "act": "refuse", "reason": "out_of_scope", "redirect": "水利局",
                          "text": "属于水利部门职责" });
    let refused: Vec<Case<'_>> = (0..3).map(|_| Case::in_county(world)).collect();
    refused.iter().for_each(|case| {
        case.done("judge-430121", &refusal);
    });
    world.set_clock(AFTER);
    let announced = announce(world, "supervisor-430100", &november("refused", 100));
    let numbers: Vec<&str> = refused.iter().map(|case| case.no.as_str()).collect();
    assert_eq!(announced["population"], json!(numbers));
    let document = drawn(world, "supervisor-430100", &announced);
    assert_eq!(document["drawn"].as_array().unwrap().len(), 3);
    assert!(verify(world, &document).0);
    // Where nothing lies there is nothing to draw.
    let empty = json!({ "kind": "refused", "period": "2026-10", "share_percent": 5 });
    let empty = world.post("supervisor-430121", "/api/v1/draws", &empty);
    let empty = empty.refused(422, "invalid");
    assert_eq!(empty["errors"][0]["code"], "nothing_to_draw");
}

fn what_was_tampered_with_is_found(world: &mut World) {
    world.set_clock(BEFORE);
    let numbers = close(world, 4);
    world.set_clock(AFTER);
    let announced = announce(world, "supervisor-430100", &november("closed", 50));
    let document = drawn(world, "supervisor-430100", &announced);
    assert!(verify(world, &document).0);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        change(&mut document);
        let (ok, said) = verify(world, &document);
        assert!(!ok, "{said}");
        said
    };
    let said = changed(&|d| {
        d["population"].as_array_mut().unwrap().remove(1);
    });
    assert!(said.contains("population: its hash is"), "{said}");
    let said = changed(&|d| d["population"][3] = json!("2699999999999999"));
    assert!(said.contains("population: its hash is"), "{said}");
    let said = changed(&|d| d["population"].as_array_mut().unwrap().reverse());
    assert!(said.contains("line 2 does not come after"), "{said}");
    let said = changed(&|d| d["seed"] = json!("00".repeat(32)));
    assert!(said.contains("announced: seed differs"), "{said}");
    let said = changed(&|d| d["candidates"][&numbers[0]] = json!(["430122"]));
    assert!(said.contains("candidates: its hash is"), "{said}");
    let said = changed(&|d| d["drawn"][0]["checker"] = json!("430122"));
    assert!(said.contains("result: drawn differs"), "{said}");
    let said = changed(&|d| {
        let bytes = d["announced"]["bytes"].as_str().unwrap().replace("closed", "opened");
        d["announced"]["bytes"] = json!(bytes);
    });
    assert!(said.contains("announced: its leaf does not fit"), "{said}");
    // A result that was made up whole, its own leaf and all.
    let said = changed(&|d| {
        let first = d["drawn"][0]["case"].as_str().unwrap();
        let other = numbers.iter().find(|no| !d["drawn"].to_string().contains(*no)).unwrap();
        let bytes = d["result"]["bytes"].as_str().unwrap().replace(first, other);
        d["drawn"] = serde_json::from_str::<Value>(&bytes).unwrap()["fields"]["drawn"].clone();
        let salt = hex::decode(d["result"]["salt"].as_str().unwrap()).unwrap();
        d["result"]["leaf"] = json!(hotline::seal::leaf(&salt, bytes.as_bytes()));
        d["result"]["bytes"] = json!(bytes);
    });
    assert!(said.contains("place 1:") && said.contains("is drawn here"), "{said}");
}

fn the_accused_neither_check_nor_are_told(world: &mut World) {
    world.set_clock(BEFORE);
    let refusal = json!({ "act": "refuse", "reason": "staff_discipline", "redirect": "12388",
                          "text": "反映工作人员" });
    let mut accusing = call(COUNTY);
    accusing["accused"] = json!("长沙县自然资源局");
    let accused = Case::log(world, "operator-430100", &accusing);
    accused.done("judge-430100", &refusal);
    world.set_clock(AFTER);
    // Its own county draws nothing of it, and is not told that there is anything.
    let own = json!({ "kind": "refused", "period": NOVEMBER, "share_percent": 100 });
    let nothing = world.post("supervisor-430121", "/api/v1/draws", &own);
    assert_eq!(nothing.json["errors"][0]["code"], "nothing_to_draw");
    let announced = announce(world, "supervisor-430100", &november("refused", 100));
    assert_eq!(announced["population"], json!([accused.no]));
    let document = drawn(world, "supervisor-430100", &announced);
    // The city held it: its equals have nobody there, so the province checks.
    assert_eq!(document["drawn"], json!([{ "case": accused.no, "checker": "430000" }]));
    let (ok, said) = verify(world, &document);
    assert!(ok, "{said}");
}

fn a_draw_waits_for_its_time(world: &mut World) {
    world.set_clock(BEFORE);
    close(world, 2);
    world.set_clock(AFTER);
    let mut body = november("closed", 50);
    body["draw_at"] = json!("2027-06-01T09:00:00+08:00");
    let late = world.post("supervisor-430100", "/api/v1/draws", &body);
    assert_eq!(late.json["errors"][0]["field"], "draw_at");
    body["draw_at"] = json!("2026-12-03T09:00:00+08:00");
    let announced = announce(world, "supervisor-430100", &body);
    let path = format!("/api/v1/draws/{}", announced["draw"].as_str().unwrap());
    wait_for("the announcement's place", || {
        world.get("", &path).ok(200)["announced"]["place"].as_i64()
    });
    // A round of the schedule passes: files are swept in the same one.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let waiting = world.get("supervisor-430100", &path).ok(200);
    assert!(waiting["result"].is_null(), "{waiting}");
    assert!(verify(world, &waiting).1.contains("ok: 2 cases; not drawn yet"));
    world.set_clock("2026-12-03T09:00:01+08:00");
    drawn(world, "", &announced);
}

fn a_case_that_nobody_can_check_waits_for_the_superior_in_sight(world: &mut World) {
    world.set_clock(BEFORE);
    close(world, 2);
    world.sql("UPDATE users SET disabled = TRUE WHERE login LIKE 'handler%'").unwrap();
    world.set_clock(AFTER);
    let announced = announce(world, "supervisor-430100", &november("closed", 100));
    let document = drawn(world, "supervisor-430100", &announced);
    let nobody = |one: &Value| one["checker"].is_null();
    assert!(document["drawn"].as_array().unwrap().iter().all(nobody), "{document}");
    const NAMED_ABOVE: &str = "须由上级指定";
    let notices = Visitor::public(world).get("/notices").text;
    assert!(notices.contains(NAMED_ABOVE), "{notices}");
    let page = Visitor::log_in(world, "supervisor-430100").get("/draws").text;
    let (_, told) = page.split_once(NAMED_ABOVE).unwrap_or_else(|| panic!("{page}"));
    assert!(told.starts_with("： 2 件"), "{page}");
}
