//! A report is pinned to a place in the log: whatever happens afterwards, it can be made again to the
//! byte, in any zone that the server is set to.

use std::process::Output;

use serde_json::{Value, json};

use crate::case::{Case, evidence};
use crate::on_both;
use crate::world::{Backend, World, text, wait_for};

on_both!(
    r14_a_report_is_made_again_to_the_byte_whatever_came_after,
    a_published_report_is_sealed_by_a_notice,
    every_form_of_a_published_report_is_kept_and_sealed,
);

const FILE: &str = "out/monthly-2026-11-430000.json";

fn build(world: &World, zone: &str) -> String {
    let build = ["report", "build", "--kind", "monthly", "--period", "2026-11"];
    let mut program = world.program();
    program.args(build).args(["--scope", "430000", "--out", "out"]).env("TZ", zone);
    let output = program.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read_to_string(world.folder.path().join(FILE)).unwrap()
}

fn verify(world: &World, zone: &str, more: &[&str]) -> Output {
    let mut program = world.program();
    program.args(["verify", "report", FILE]).args(more).env("TZ", zone).output().unwrap()
}

/// What `verify report` says of some bytes, and how it ends.
fn verified(world: &World, bytes: &[u8]) -> (String, Option<i32>) {
    std::fs::create_dir_all(world.folder.path().join("out")).unwrap();
    std::fs::write(world.folder.path().join(FILE), bytes).unwrap();
    let head = world.get("", "/api/v1/seal").ok(200);
    let head = head["note"].as_str().unwrap();
    std::fs::write(world.folder.path().join("out/head.txt"), head).unwrap();
    let output = verify(world, "UTC", &["--head", "out/head.txt"]);
    (format!("{}{}", text(&output.stdout), text(&output.stderr)), output.status.code())
}

#[track_caller]
fn holds(world: &World, zone: &str) {
    let output = verify(world, zone, &[]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{zone}: {said}{}", text(&output.stderr));
    assert!(said.contains("the same to the byte"), "{said}");
}

fn r14_a_report_is_made_again_to_the_byte_whatever_came_after(world: &mut World) {
    world.set_clock("2026-11-02T10:00:00+08:00");
    let hash = evidence(world);
    let (closed, open) = (Case::in_county(world), Case::in_county(world));
    closed.to_review(&hash);
    open.to_verifying();
    let merged = Case::in_county(world);
    world.set_clock("2026-12-01T09:00:00+08:00");
    let made = build(world, "UTC");
    let report: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(report["tips"]["received"], 3);
    assert!(report["log_root"].as_str().is_some_and(|root| root.len() == 64));

    // A rows of an old system that was received in November; other classes, places and ends for what
    // was counted; a merging.
    let late = "external_id,received_at,channel,division,text\n\
                L1,2026-11-20T10:00:00+08:00,letter,430121,迟到的来信\n";
    std::fs::write(world.folder.path().join("late.csv"), late).unwrap();
    world.run_ok(&["import", "tips", "late.csv", "--source", "old", "--unit", "430000"]);
    let fields = json!({ "division": "430121104", "category": "land.cultivated" });
    let correct = json!({ "act": "correct", "seq": 1, "fields": fields, "text": "更正" });
    open.done("judge-430121", &correct);
    open.done("handler-430121", &open.verify("founded", &hash));
    let merge = json!({ "act": "merge", "case": open.no, "text": "同一地块" });
    merged.done("judge-430121", &merge);
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let again = build(world, "UTC");
    let after: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(after["tips"]["received"], 4, "the tables have gone on");

    std::fs::write(world.folder.path().join(FILE), &made).unwrap();
    for zone in ["UTC", "Asia/Shanghai", "America/New_York", "Europe/London"] {
        holds(world, zone);
    }
    // Nor does the server's zone show in a report made at the same place in the log.
    let size = |report: &str| serde_json::from_str::<Value>(report).unwrap()["log_size"].clone();
    let pair = || ["UTC", "America/New_York"].map(|zone| build(world, zone));
    let still = |[one, other]: [String; 2]| (size(&one) == size(&other)).then_some([one, other]);
    let [one, other] = wait_for("a log that stands still", || still(pair()));
    assert_eq!(one, other);

    // One figure more, and it is none of ours.
    let forged = made.replacen("\"received\":3", "\"received\":5", 1);
    assert_ne!(forged, made);
    std::fs::write(world.folder.path().join(FILE), forged).unwrap();
    let output = verify(world, "UTC", &[]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("differs: ") && said.contains("received"), "{said}");
}

fn a_published_report_is_sealed_by_a_notice(world: &mut World) {
    // Before the database was made: the schedule publishes nothing of its own meanwhile.
    world.set_clock("2026-11-01T12:00:00+08:00");
    world.stop();
    world.run_ok(&["synth", "--tips", "30", "--seed", "5", "--until", "2026-10-31"]);
    world.serve();
    let all = world.get("", "/api/v1/notices?kind=report_published&limit=100").ok(200);
    let notices = all["items"].as_array().unwrap();
    assert_eq!(notices.len(), 30);
    let fields = &notices[0]["fields"];
    let path = format!("/api/v1/reports/{}.json", fields["report"].as_str().unwrap());
    let published = world.get("analyst-000000", &path).text;
    assert_eq!(fields["sha256"], hotline::seal::digest(&[published.as_bytes()]));
    // What was published in the story is made again today, under the head of a day.
    std::fs::create_dir_all(world.folder.path().join("out")).unwrap();
    std::fs::write(world.folder.path().join(FILE), &published).unwrap();
    holds(world, "UTC");
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    world
        .sql("UPDATE reports SET json = replace(json, '\"log_size\":', '\"log_size\":1')")
        .unwrap();
    let output = world.run(&["audit"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("30 faults") && said.contains("it is not what was published"), "{said}");
}

fn every_form_of_a_published_report_is_kept_and_sealed(world: &mut World) {
    world.stop();
    world.run_ok(&["synth", "--tips", "30", "--seed", "5", "--until", "2026-10-31"]);
    world.serve();
    let all = world.get("", "/api/v1/notices?kind=report_published&limit=1").ok(200);
    let notice = &all["items"][0];
    let fields = &notice["fields"];
    let report = fields["report"].as_str().unwrap();
    let ask = |ending: &str, lang: &str| {
        let path = format!("/api/v1/reports/{report}.{ending}");
        let reply = world.ask("GET", "analyst-000000", &path, &[("Accept-Language", lang)], b"");
        assert_eq!(reply.status, 200, "{path}");
        reply.bytes
    };
    let forms = [("csv", "csv", "zh"), ("zh.html", "html", "zh"), ("en.html", "html", "en")];
    for (form, ending, lang) in forms {
        let given = ask(ending, lang);
        assert_eq!(fields["forms"][form], hotline::seal::digest(&[&given]), "{form}");
        let (said, code) = verified(world, &given);
        assert_eq!(code, Some(0), "{said}");
        let ok =
            format!("at place {} of the log says that this is report {report}", notice["place"]);
        assert!(said.contains(&ok) && said.contains(form), "{said}");
        assert!(said.contains("it lies under a signed head"), "{said}");
        // A figure more, and no notice names it.
        let (said, code) = verified(world, &[&given[..], b" "].concat());
        assert!(code == Some(1) && said.contains("no notice names it"), "{said}");
        let links = text(&given).contains("/api/v1/balance/accepted?");
        assert_eq!(links, ending == "html", "the terms of a balance open their lists (U32)");
    }
    let (said, code) = verified(world, &ask("json", "zh"));
    assert!(code == Some(0) && said.contains("the same to the byte"), "{said}");
    assert!(said.contains("as it was published, json"), "{said}");
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));

    // What is kept is what is given, and what was kept before there were forms is laid out anew.
    let page = ask("html", "zh");
    let of_it = |form: &str| format!("WHERE report = '{report}' AND form = '{form}'");
    world.sql(&format!("DELETE FROM report_forms {}", of_it("zh.html"))).unwrap();
    assert!(ask("html", "zh") == page);
    let body = match world.backend {
        Backend::Sqlite => "CAST('kept' AS BLOB)",
        Backend::Postgres => "convert_to('kept', 'UTF8')",
    };
    world.sql(&format!("UPDATE report_forms SET body = {body} {}", of_it("csv"))).unwrap();
    assert_eq!(text(&ask("csv", "zh")), "kept");
    world.sql(&format!("INSERT INTO report_forms VALUES ('{report}', 'fr.html', {body})")).unwrap();
    let output = world.run(&["audit"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for fault in [
        "csv: it is not what was published",
        "zh.html: it was published and is gone",
        "fr.html: no notice says that it was published",
        "3 faults",
    ] {
        assert!(said.contains(fault), "{fault}: {said}");
    }
}
