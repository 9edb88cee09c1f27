//! The sealed log from outside: heads, proofs and receipts, checked by a verifier in another language,
//! and by the program without its database.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::case::call;
use crate::mail::{publish, subscribe, with_mail};
use crate::on_both;
use crate::units::COUNTY;
use crate::visitor::Visitor;
use crate::world::{Backend, World, text, wait_for};

on_both!(
    r26_a_verifier_of_others_finds_every_leaf_and_every_step_between_heads,
    a_leaf_that_waits_is_not_yet_sealed,
    what_is_asked_for_wrongly_is_said_with_field_and_reason,
    sealing_by_several_hands_forks_nothing,
    a_day_ends_with_a_head_that_is_kept_once,
    a_log_of_before_grows_its_tree,
    a_reports_letter_carries_the_head_that_the_report_saw,
);

/// Waits until everything has its place; the head.
pub fn sealed(world: &World) -> Value {
    wait_for("the sealer", || (world.get("", "/readyz").ok(200)["log_waiting"] == 0).then_some(()));
    world.get("", "/api/v1/seal").ok(200)
}

pub fn tip(world: &World) -> Value {
    world.post("operator-430121", "/api/v1/tips", &call(COUNTY)).ok(201)
}

/// What an informant sees of the entry that took a tip in.
fn entry(world: &World, received: &Value) -> Value {
    let code = received["receipt"]["code"].as_str().unwrap();
    let path = format!("/api/v1/tips/{}", received["tip"].as_str().unwrap());
    let mut progress = world.ask("GET", "", &path, &[("X-Query-Code", code)], b"").ok(200);
    progress["entry"].take()
}

/// Runs tests/seal.py, which shares no line with the program.
fn outside(world: &World, entries: &[Value], heads: &[Value]) -> Result<String, String> {
    let key = world.get("", "/api/v1/seal").ok(200)["key"].clone();
    let file = world.folder.path().join("told.json");
    let told = json!({ "key": key, "entries": entries, "heads": heads });
    std::fs::write(&file, told.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seal.py");
    let mut python = Command::new("python3");
    let done = python.arg(script).arg(world.address()).arg(file).output().unwrap();
    match done.status.success() {
        true => Ok(text(&done.stdout)),
        false => Err(text(&done.stderr)),
    }
}

fn r26_a_verifier_of_others_finds_every_leaf_and_every_step_between_heads(world: &mut World) {
    let mut heads = vec![sealed(world)["note"].clone()];
    let mut tips = Vec::new();
    for how_many in [1, 1, 2, 3, 6] {
        tips.extend((0..how_many).map(|_| tip(world)));
        heads.push(sealed(world)["note"].clone());
    }
    // Notices stand in the same log.
    let campaign = json!({ "name": "专项", "divisions": [COUNTY], "from": "2099-11-01",
                           "to": "2099-12-31", "text": "说明" });
    world.post("supervisor-430121", "/api/v1/campaigns", &campaign).ok(201);
    let size = sealed(world)["size"].as_i64().unwrap();
    assert_eq!(size, 14, "13 tips and a notice");
    let mut entries: Vec<Value> = tips.iter().map(|tip| entry(world, tip)).collect();
    let notices = world.get("", "/api/v1/notices").ok(200);
    entries.push(notices["items"][0].clone());
    for entry in &entries[..13] {
        let (place, index) = (entry["place"].as_i64().unwrap(), entry["proof"]["index"].as_i64());
        assert_eq!(Some(place - 1), index, "places begin with 1, leaves of a tree with 0");
    }
    assert_eq!(outside(world, &entries, &heads).unwrap(), "ok 14 leaves, 6 heads, 14 entries\n");
    // The verifier would say so: of other bytes, of a head of another past.
    let mut bent = entries.clone();
    bent[3]["bytes"] = json!(bent[3]["bytes"].as_str().unwrap().replacen("tip", "tap", 1));
    assert!(outside(world, &bent, &[]).unwrap_err().contains("do not fit the leaf"));
    let note = heads[2].as_str().unwrap().replace("\n2\n", "\n3\n");
    assert!(outside(world, &[], &[json!(note)]).unwrap_err().contains("signature is wrong"));
    // Under an earlier head as well, and with the same root as the head kept then.
    let leaf = entries[0]["leaf"].as_str().unwrap();
    let early = world.get("", &format!("/api/v1/seal/proof?leaf={leaf}&size=2")).ok(200);
    assert_eq!((&early["size"], &early["note"]), (&json!(2), &heads[2]));
}

fn a_leaf_that_waits_is_not_yet_sealed(world: &mut World) {
    // Somebody else has the lease and does nothing.
    sealed(world);
    world.sql("DELETE FROM leases WHERE name = 'sealer'").unwrap();
    let lease =
        "INSERT INTO leases (name, owner, until) VALUES ('sealer', 'x', '2999-01-01 00:00:00')";
    world.sql(lease).unwrap();
    let received = tip(world);
    let path = format!("/api/v1/seal/proof?leaf={}", received["leaf"].as_str().unwrap());
    let problem = world.get("", &path).refused(404, "not_yet_sealed");
    assert!(problem["title"].as_str().unwrap().contains("等待"), "{problem}");
    let shown = entry(world, &received);
    assert!(shown["place"].is_null() && shown.get("proof").is_none(), "{shown}");
    let visitor = Visitor::public(world);
    let code = received["receipt"]["code"].as_str().unwrap();
    let fields = [("number", received["tip"].as_str().unwrap()), ("code", code)];
    let page = visitor.send("/progress", &fields);
    assert!(page.text.contains("等待写入总台账"), "{}", page.text);
    assert_eq!(visitor.send("/progress/proof", &fields).status, 404);
    let unknown = format!("/api/v1/seal/proof?leaf={}", "0".repeat(64));
    world.get("", &unknown).refused(404, "not_found");

    world.sql("DELETE FROM leases WHERE name = 'sealer'").unwrap();
    let head = sealed(world);
    let proof = world.get("", &path).ok(200);
    assert_eq!((&proof["size"], &proof["root"]), (&head["size"], &head["root"]));
    let before = proof["index"].as_i64().unwrap();
    let path = format!("{path}&size={before}");
    match before {
        0 => world.get("", &path).refused(422, "invalid"),
        _ => world.get("", &path).refused(404, "not_yet_sealed"),
    };
}

fn what_is_asked_for_wrongly_is_said_with_field_and_reason(world: &mut World) {
    tip(world);
    let size = sealed(world)["size"].as_i64().unwrap();
    let more = size + 1;
    let leaf = "0".repeat(64);
    let table = [
        ("proof".to_owned(), "leaf", "missing"),
        ("proof?leaf=xyz".to_owned(), "leaf", "bad_hash"),
        (format!("proof?leaf={leaf}&size=0"), "size", "out_of_range"),
        (format!("proof?leaf={leaf}&size={more}"), "size", "out_of_range"),
        (format!("proof?leaf={leaf}&place=1"), "place", "unknown_field"),
        ("consistency".to_owned(), "from", "missing"),
        ("consistency?from=0".to_owned(), "from", "out_of_range"),
        (format!("consistency?from=1&to={more}"), "to", "out_of_range"),
        (format!("consistency?from={more}"), "from", "out_of_range"),
    ];
    for (rest, field, code) in table {
        let problem = world.get("", &format!("/api/v1/seal/{rest}")).refused(422, "invalid");
        let error = &problem["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)), "{rest}");
    }
    let same = world.get("", &format!("/api/v1/seal/consistency?from={size}")).ok(200);
    assert_eq!((&same["path"], &same["from_root"]), (&json!([]), &same["to_root"]));
    world.get("", "/api/v1/seal/heads/2026-01-01").refused(404, "not_found");
}

/// A second instance where the database takes one, and commands beside the service on both.
fn sealing_by_several_hands_forks_nothing(world: &mut World) {
    if world.backend == Backend::Postgres {
        world.serve();
    }
    let world = &*world;
    let (tips, heads): (Vec<Value>, Vec<Value>) = std::thread::scope(|scope| {
        let post = || (0..8).map(|_| tip(world)).collect::<Vec<_>>();
        let posting: Vec<_> = (0..3).map(|_| scope.spawn(post)).collect();
        let look = || (0..4).map(|_| json!(world.run_ok(&["seal", "head"]))).collect::<Vec<_>>();
        let looking: Vec<_> = (0..2).map(|_| scope.spawn(look)).collect();
        let tips = posting.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (tips, looking.into_iter().flat_map(|thread| thread.join().unwrap()).collect())
    });
    assert_eq!(sealed(world)["size"], 24);
    let entries: Vec<Value> = tips.iter().map(|tip| entry(world, tip)).collect();
    let said = outside(world, &entries, &heads).unwrap();
    assert!(said.starts_with("ok 24 leaves"), "{said}");
}

fn a_day_ends_with_a_head_that_is_kept_once(world: &mut World) {
    world.set_clock("2026-11-23T12:00:00+08:00");
    tip(world);
    let head = sealed(world);
    let days = |world: &World| {
        let list = world.get("", "/api/v1/seal/heads?limit=1").ok(200);
        (list["items"][0].clone(), list["next"].clone())
    };
    world.set_clock("2026-11-24T00:01:00+08:00");
    let kept = wait_for("the day's head", || {
        Some(days(world).0).filter(|kept| kept["day"] == "2026-11-23")
    });
    for member in ["size", "root", "note"] {
        assert_eq!(kept[member], head[member], "{member}");
    }
    let file = world.get("", "/api/v1/seal/heads/2026-11-23");
    assert_eq!(json!(file.text), kept["note"]);
    assert!(file.header("content-disposition").unwrap().contains("log-head.txt"));
    // The log grows, the service starts anew: the day keeps its head, and the next gets its own.
    tip(world);
    world.kill_and_restart();
    let head = sealed(world);
    world.set_clock("2026-11-25T09:00:00+08:00");
    let next = wait_for("the next day's head", || {
        Some(days(world).0).filter(|kept| kept["day"] == "2026-11-24")
    });
    assert_eq!(next["note"], head["note"]);
    assert_eq!(json!(world.get("", "/api/v1/seal/heads/2026-11-23").text), kept["note"]);
    let page = world.get("", "/seal").text;
    let root = next["root"].as_str().unwrap();
    for wanted in ["2026-11-23", "2026-11-24", root, "不能证明什么", "heads/2026-11-24"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // What every page for the public shows is the same head, in short.
    wait_for("the foot of the page", || {
        world.get("", "/").text.contains(&root[..16]).then_some(())
    });
    let foreign = [("Accept-Language", "en")];
    let page = world.ask("GET", "", "/seal", &foreign, b"").text;
    assert!(page.contains("What it does not prove"), "{page}");
    for (of, row) in [("seal_heads", "day = '2026-11-23'"), ("log_nodes", "pos = 1")] {
        for attempt in [format!("DELETE FROM {of} WHERE {row}"), format!("UPDATE {of} SET {}", row)]
        {
            let error = world.sql(&attempt).expect_err(&attempt);
            assert!(error.contains("append-only"), "{attempt}: {error}");
        }
    }
}

/// The migration that brought the tree, undone and done again over a log that is there.
fn a_log_of_before_grows_its_tree(world: &mut World) {
    (0..5).for_each(|_| drop(tip(world)));
    let head = sealed(world);
    let folder = match world.backend {
        Backend::Sqlite => "migrations/sqlite",
        Backend::Postgres => "migrations/postgres",
    };
    let step =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("2026-11-25-101000_grow_the_tree");
    let before = |world: &mut World| {
        world.stop();
        for file in ["down.sql", "up.sql"] {
            world.sql(&std::fs::read_to_string(step.join(file)).unwrap()).unwrap();
        }
    };
    let nodes = |world: &World| world.names("SELECT 'x' AS name FROM log_nodes").len();
    // By the sealer, while the service runs and takes tips.
    before(world);
    assert_eq!(nodes(world), 0);
    world.serve();
    wait_for("the tree", || (nodes(world) == 5).then_some(()));
    assert_eq!(world.get("", "/api/v1/seal").ok(200)["note"], head["note"]);
    let received = tip(world);
    assert_eq!(sealed(world)["size"], 6);
    assert_eq!(entry(world, &received)["place"], 6);
    let note = sealed(world)["note"].clone();
    // By `migrate`.
    before(world);
    world.run_ok(&["migrate"]);
    assert_eq!(nodes(world), 6);
    world.serve();
    assert_eq!(world.get("", "/api/v1/seal").ok(200)["note"], note);
}

fn a_reports_letter_carries_the_head_that_the_report_saw(world: &mut World) {
    // Nobody listens there: letters wait in the outbox.
    with_mail(world, 9, "none");
    subscribe(world, "zhao@bureau.example", "zh");
    tip(world);
    let head = sealed(world);
    let id = publish(world);
    let report = world.get("analyst-000000", &format!("/api/v1/reports/{id}")).ok(200);
    assert_eq!((&report["log_size"], &report["log_root"]), (&head["size"], &head["root"]));
    let letter = wait_for("the letter", || {
        world.names("SELECT letter AS name FROM outbox WHERE about LIKE 'report/%'").pop()
    });
    let letter: Value = serde_json::from_str(&letter).unwrap();
    assert!(letter.to_string().contains(&head["note"].to_string()), "{letter}");
    let page = world.get("analyst-000000", &format!("/api/v1/reports/{id}.html")).text;
    assert!(page.contains(head["root"].as_str().unwrap()), "{page}");
}
