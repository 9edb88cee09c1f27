//! Bad input: each with its own clear answer, and nothing stored.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::COUNTY;
use crate::wire::raw;
use crate::world::{Reply, World};

on_both!(
    s22_malformed_or_too_long_is_refused_and_nothing_is_stored,
    s22_every_fault_of_a_tip_is_named_and_nothing_is_stored,
    s22_fields_that_are_not_the_clients_are_refused,
    s22_faults_of_an_act_are_named_and_nothing_is_stored,
    r27_a_key_sent_again_gives_the_same_answer_and_one_case,
);

/// What is stored, by table: equal before and after whatever is refused.
pub fn stored(world: &World) -> Vec<String> {
    let tables =
        ["tips", "tip_words", "tip_identities", "cases", "entries", "duties", "answers", "files"];
    let count = |table| format!("SELECT '{table} ' || COUNT(*) AS name FROM {table}");
    world.names(&tables.map(count).join(" UNION ALL "))
}

pub fn web() -> Value {
    let mut body = call(COUNTY);
    body["channel"] = json!("web");
    body
}

pub fn with(field: &str, value: Value) -> Value {
    let mut body = web();
    match field.split_once('.') {
        Some((outer, inner)) => {
            if body[outer].is_null() {
                body[outer] = json!({ "mode": "confidential" });
            }
            body[outer][inner] = value;
        }
        None => body[field] = value,
    }
    body
}

pub fn send(world: &World, body: &[u8], kind: &str) -> Reply {
    world.ask("POST", "", "/api/v1/tips", &[("Content-Type", kind)], body)
}

/// `(field, code)` of each fault.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = problem["errors"].as_array().unwrap();
    for fault in list {
        assert!(!text(&fault["reason"]).is_empty() && fault.get("remedy").is_some(), "{fault}");
    }
    list.iter().map(|fault| (text(&fault["field"]), text(&fault["code"]))).collect()
}

fn s22_malformed_or_too_long_is_refused_and_nothing_is_stored(world: &mut World) {
    let before = stored(world);
    let json = "application/json";
    // Where it went wrong is said, in both languages' documents the same.
    let broken = send(world, b"{\"channel\": \"web\",\n  \"text\": oops}", json);
    let title = broken.refused(400, "malformed_json")["title"].as_str().unwrap().to_owned();
    assert!(title.contains("第 2 行") && title.contains("列"), "{title}");
    for bad in ["", "{", "{\"a\":1,}", "{\"text\":\"\\ud800\"}", "{\"lon\":1e999}", "\u{feff}{}"] {
        send(world, bad.as_bytes(), json).refused(400, "malformed_json");
    }
    send(world, &[b'"', 0xff, 0xfe, b'"'], json).refused(400, "malformed_json");
    send(world, "[".repeat(100_000).as_bytes(), json).refused(400, "malformed_json");
    for wrong in ["[]", "null", "1", "\"text\""] {
        let problem = send(world, wrong.as_bytes(), json).refused(422, "invalid");
        assert_eq!(faults(&problem)[0].1, "wrong_type", "{wrong}");
    }
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        send(world, web().to_string().as_bytes(), kind).refused(415, "media_type");
    }
    // 5 MB of text: said to be too long before it is read to its end.
    let long = with("text", json!("占".repeat(5 * 1024 * 1024 / 3))).to_string();
    let head = format!(
        "POST /api/v1/tips HTTP/1.1\r\nHost: {}\r\nContent-Type: {json}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        world.address(),
        long.len()
    );
    // A little more than is allowed is enough to get the answer.
    let sent = [head.as_bytes(), &long.as_bytes()[..1_200_000]].concat();
    let (status, answer) = raw(world, &sent);
    assert!(status == 413 && answer.contains("too_large"), "{status} {answer}");
    let problem =
        send(world, with("text", json!("占".repeat(20_001))).to_string().as_bytes(), json);
    assert_eq!(faults(&problem.refused(422, "invalid")), [("text".into(), "too_long".into())]);
    assert_eq!(stored(world), before);
}

fn s22_every_fault_of_a_tip_is_named_and_nothing_is_stored(world: &mut World) {
    let before = stored(world);
    let table = [
        ("channel", json!("phone"), "channel_needs_login"),
        ("channel", json!("pigeon"), "not_one_of"),
        ("channel", json!(null), "missing"),
        ("division", json!("439999"), "unknown_division"),
        ("division", json!("43012"), "not_a_code"),
        ("division", json!(430121), "wrong_type"),
        ("category", json!("nonsense"), "not_one_of"),
        ("text", json!("  \n "), "missing"),
        ("text", json!(["占地"]), "wrong_type"),
        ("text", json!({ "$ne": null }), "wrong_type"),
        ("title", json!("长".repeat(101)), "too_long"),
        ("occurred_on", json!("2999-01-01"), "future"),
        ("occurred_on", json!("2026-02-30"), "bad_date"),
        ("occurred_on", json!("1900-01-01"), "too_early"),
        ("lon", json!("113"), "wrong_type"),
        ("lat", json!(28.2), "needs_partner"),
        ("informant", json!("某甲"), "wrong_type"),
        ("informant.mode", json!("loud"), "not_one_of"),
        ("informant.phone", json!("call me"), "bad_phone"),
        ("informant.email", json!("a@b\ncc: x@y.z"), "control_character"),
        ("informant.email", json!("nobody"), "bad_email"),
        ("informant.wechat", json!("x"), "unknown_field"),
        ("files", json!(["0".repeat(64)]), "unknown_file"),
        ("files", json!(["../../etc/passwd"]), "bad_hash"),
        ("files", json!("x"), "wrong_type"),
        ("texts", json!("x"), "unknown_field"),
    ];
    for (field, value, code) in table {
        let body = with(field, value.clone());
        let problem = world.post("", "/api/v1/tips", &body).refused(422, "invalid");
        let found = faults(&problem);
        assert_eq!(found.len(), 1, "{field} = {value}: {found:?}");
        let at = if field == "lat" { "lon" } else { field };
        let named = found[0].0 == at || found[0].0 == format!("{field}[0]") || field == "lat";
        assert!(named && found[0].1 == code, "{field} = {value}: {found:?}");
    }
    // All at once: all are named, so that nobody mends one only to hear of the next.
    let body = json!({ "channel": "pigeon", "division": "1", "occurred_on": "soon", "lon": 500,
                       "lat": 500, "informant": { "mode": "named", "phone": "x" }, "extra": 1 });
    let problem = world.post("", "/api/v1/tips", &body).refused(422, "invalid");
    let mut named: Vec<_> = faults(&problem).into_iter().map(|(field, _)| field).collect();
    named.sort();
    let all = [
        "channel",
        "division",
        "extra",
        "informant.name",
        "informant.phone",
        "lat",
        "lon",
        "occurred_on",
        "text",
    ];
    assert_eq!(named, all);
    assert_eq!(stored(world), before);
}

fn s22_fields_that_are_not_the_clients_are_refused(world: &mut World) {
    let case = Case::in_county(world);
    let before = stored(world);
    let own = [
        "state",
        "stage",
        "case",
        "case_no",
        "recorded_at",
        "received_at",
        "number",
        "code",
        "holder",
        "desk",
        "by",
        "unit",
        "seq",
        "effects",
        "recused",
        "source",
        "id",
    ];
    for field in own {
        let problem = world.post("operator-430121", "/api/v1/tips", &with(field, json!("closed")));
        let found = faults(&problem.refused(422, "invalid"));
        assert_eq!(found, [(field.to_owned(), "unknown_field".to_owned())]);
        // `seq` and `unit` are fields of other acts; this one has none at all.
        let sign = json!({ "act": "approve_close", field: "closed" });
        let problem = case.act("reviewer-430121", &sign).refused(422, "invalid");
        assert_eq!(faults(&problem), [(field.to_owned(), "unknown_field".to_owned())]);
    }
    assert_eq!(stored(world), before);
    assert_eq!(case.state("judge-430121"), "pending");
}

fn s22_faults_of_an_act_are_named_and_nothing_is_stored(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_verifying();
    let before = stored(world);
    let verify = |field: &str, value: Value| {
        let mut body = case.verify("founded", &hash);
        body[field] = value;
        body
    };
    let never = "0".repeat(64);
    let wrong_tip =
        format!("{}{}", &case.tip[..15], if case.tip.ends_with('0') { "1" } else { "0" });
    let reply = json!({ "act": "reply", "tip": wrong_tip, "means": "phone", "text": "x" });
    let table = [
        (json!({ "act": "destroy" }), "invalid", "act", "not_one_of"),
        (json!({ "act": "look", "tip": case.tip }), "invalid", "act", "not_one_of"),
        (json!({ "act": "receive" }), "invalid", "act", "not_one_of"),
        (json!({ "act": ["sign"] }), "invalid", "act", "wrong_type"),
        (json!({ "text": "x" }), "invalid", "act", "missing"),
        (json!({ "act": "sign", "now": true }), "invalid", "now", "unknown_field"),
        (json!({ "act": "sign", "expect": -1 }), "invalid", "expect", "wrong_type"),
        (json!({ "act": "note" }), "invalid", "text", "missing"),
        (reply, "invalid", "tip", "check_digits"),
        (verify("evidence", json!([never])), "unknown_evidence", "evidence", "unknown_evidence"),
        (verify("evidence", json!([])), "invalid", "evidence", "too_few"),
        (verify("evidence", json!(["x"])), "invalid", "evidence[0]", "bad_hash"),
        (verify("officers", json!(["李勘"])), "invalid", "officers", "too_few"),
        (verify("officers", json!(["李勘", "李勘"])), "invalid", "officers[1]", "repeated"),
        (verify("at", json!("2999-01-01T00:00:00Z")), "invalid", "at", "future"),
        (verify("finding", json!("maybe")), "invalid", "finding", "not_one_of"),
    ];
    for (body, problem, field, code) in table {
        let found = faults(&case.act("handler-430121", &body).refused(422, problem));
        assert!(found.contains(&(field.to_owned(), code.to_owned())), "{body}: {found:?}");
    }
    let contact =
        world.post("operator-430121", &case.path("/contact"), &json!({ "tip": wrong_tip }));
    assert_eq!(faults(&contact.refused(422, "invalid")), [("tip".into(), "check_digits".into())]);
    // The informant's own door knows two acts, and reads the number on the receipt.
    let code = [("X-Query-Code", case.code.as_str())];
    let typo = world.ask("GET", "", &format!("/api/v1/tips/{wrong_tip}"), &code, b"");
    assert_eq!(faults(&typo.refused(422, "invalid")), [("number".into(), "check_digits".into())]);
    case.informant(&json!({ "act": "approve_close" })).refused(403, "role_not_allowed");
    world.get("", &format!("/api/v1/tips/{}", case.tip)).refused(400, "header");
    assert_eq!(stored(world), before);
}

fn r27_a_key_sent_again_gives_the_same_answer_and_one_case(world: &mut World) {
    let who = "operator-430121";
    let body = call(COUNTY).to_string();
    let send = |key: &str, body: &str| {
        world.ask("POST", who, "/api/v1/tips", &[("Idempotency-Key", key)], body.as_bytes())
    };
    let first = send("one", &body);
    let again = send("one", &body);
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    send("one", &body.replace("三亩", "五亩")).refused(422, "key_reused");
    // The key is the asker's own, and the route's own.
    let other = world.ask(
        "POST",
        "judge-430121",
        "/api/v1/tips",
        &[("Idempotency-Key", "one")],
        body.as_bytes(),
    );
    assert_ne!(other.ok(201)["case"], first.json["case"]);
    for bad in [String::new(), "k".repeat(201)] {
        send(&bad, &body).refused(400, "header");
    }
    let cases = world.names("SELECT no AS name FROM cases").len();
    assert_eq!(cases, 2);
    let answers: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(|| send("eight", &body))).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap())
            .map(|r| format!("{} {}", r.status, r.text))
            .collect()
    });
    assert!(answers[0].starts_with("201 "), "{}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(world.names("SELECT no AS name FROM cases").len(), cases + 1);
    // The same for an act, which would else be refused the second time.
    let case = Case::of(world, &first.json);
    let accept = |body: &Value| {
        let key = [("Idempotency-Key", "accept")];
        world.ask("POST", "judge-430121", &case.path("/entries"), &key, body.to_string().as_bytes())
    };
    let once = accept(&json!({ "act": "accept" }));
    let twice = accept(&json!({ "act": "accept" }));
    assert_eq!((once.status, &once.text), (201, &twice.text));
    assert_eq!(case.entries(who).len(), 2);
}
