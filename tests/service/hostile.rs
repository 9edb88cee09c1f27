//! Input made to do harm: S30, S33 and S51.

use serde_json::json;

use crate::case::{Case, call};
use crate::input::{faults, send, stored, web, with};
use crate::on_both;
use crate::units::COUNTY;
use crate::wire::in_url;
use crate::world::World;

on_both!(
    s33_control_characters_do_not_get_into_any_line,
    s30_text_that_looks_like_code_is_kept_as_text,
    s30_no_parameter_breaks_a_query,
    s51_errors_tell_nothing_about_the_inside,
);

fn s33_control_characters_do_not_get_into_any_line(world: &mut World) {
    let before = stored(world);
    let lines = ["title", "place_text", "accused", "external_id", "informant.name"];
    let signs = [
        "\r\nBcc: x@example.org",
        "\n",
        "\t",
        "\u{0}",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{2066}",
        "\u{7f}",
        "\u{85}",
    ];
    for field in lines {
        for sign in signs {
            let body = with(field, json!(format!("前{sign}后")));
            let problem = world.post("", "/api/v1/tips", &body).refused(422, "invalid");
            assert_eq!(faults(&problem), [(field.into(), "control_character".into())], "{sign:?}");
        }
    }
    // A text may have lines, and nothing else that cannot be seen.
    for sign in ["\u{0}", "\u{1b}", "\u{202e}", "\r"] {
        let body = with("text", json!(format!("前{sign}后")));
        let problem = world.post("", "/api/v1/tips", &body).refused(422, "invalid");
        assert_eq!(faults(&problem), [("text".into(), "control_character".into())], "{sign:?}");
    }
    assert_eq!(stored(world), before);
    world.post("", "/api/v1/tips", &with("text", json!("一\r\n二\n\t三"))).ok(201);
}

const HOSTILE: [&str; 20] = [
    "'; DROP TABLE tips; --",
    "' OR '1'='1",
    "1; SELECT pg_sleep(5)",
    "') UNION SELECT login, password_hash FROM users --",
    "\" OR \"\"=\"",
    "\\'; DELETE FROM cases; --",
    "%' ESCAPE '!' --",
    "100%_of\\it",
    "$1 $2 :name ?1 @p",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "../../../../etc/passwd",
    "`id` $(id) | id && id",
    "=HYPERLINK(\"https://evil.example\")",
    "%s%s%s%n %00 %2e%2e",
    "𠮷野家 👨‍👩‍👧 é",
    "NULL undefined NaN true [object Object]",
];

fn s30_text_that_looks_like_code_is_kept_as_text(world: &mut World) {
    let who = "operator-430121";
    for hostile in HOSTILE {
        let mut body = call(COUNTY);
        for field in ["title", "text", "place_text", "accused", "external_id"] {
            body[field] = json!(hostile);
        }
        body["informant"] = json!({ "mode": "named", "name": hostile });
        let case = Case::log(world, who, &body);
        let shown = world.get(who, &case.path("")).ok(200);
        let words = &shown["tips"][0]["words"][0];
        for field in ["title", "text", "place_text", "accused"] {
            assert_eq!(words[field], hostile);
        }
        let contact = world.post(who, &case.path("/contact"), &json!({ "tip": case.tip })).ok(200);
        assert_eq!(contact["name"], hostile);
        case.done("judge-430121", &json!({ "act": "note", "text": hostile }));
        assert_eq!(case.entries(who).last().unwrap()["fields"]["text"], hostile);
        // Found again by its own words, and nothing else is.
        let found = world.get(who, &format!("/api/v1/cases?q={}", in_url(hostile))).ok(200);
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{hostile}: {found}");
        assert_eq!(items[0]["case"], json!(case.no));
    }
    let list = world.get(who, "/api/v1/cases?limit=500").ok(200);
    assert_eq!(list["items"].as_array().unwrap().len(), HOSTILE.len());
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn s30_no_parameter_breaks_a_query(world: &mut World) {
    let case = Case::in_county(world);
    let before = stored(world);
    let who = "supervisor-430121";
    let names = [
        "state", "unit", "division", "category", "overdue", "q", "from", "to", "after", "limit",
        "unknown", "kind", "period", "scope",
    ];
    let odd = [
        "\0",
        "\u{1}",
        "\u{202e}",
        "-1",
        "0",
        "99999999999999999999",
        "0001-01-01",
        "9999-12-31",
        "-99999-01-01",
        "262142-12-31",
        "é",
        "\u{10ffff}",
    ];
    let mut codes = Vec::new();
    for value in HOSTILE.iter().chain(&odd) {
        let typed = in_url(value);
        let mut paths: Vec<String> =
            names.iter().map(|name| format!("/api/v1/cases?{name}={typed}")).collect();
        let month = "kind=monthly&period=2026-11&scope=430121";
        paths.extend([
            format!("/api/v1/cases/{typed}"),
            format!("/api/v1/cases/{typed}/entries"),
            format!("/api/v1/cases/{typed}/outstanding"),
            format!("/api/v1/cases/{}/entries?after={typed}", case.no),
            format!("/api/v1/reports?after={typed}"),
            format!("/api/v1/reports/{typed}"),
            format!("/api/v1/balance/{typed}?{month}"),
            format!("/api/v1/balance/opening?{month}&after={typed}"),
            format!("/api/v1/balance/opening?kind=annual&period={typed}&scope=430121"),
            format!("/api/v1/balance/opening?kind=custom&period={typed}..{typed}&scope=430121"),
            format!("/api/v1/balance/opening?kind=monthly&period=2026-11&scope={typed}"),
            format!("/api/v1/tips/{typed}"),
        ]);
        for path in paths {
            let reply = world.ask("GET", who, &path, &[("X-Query-Code", "x")], b"");
            if reply.status >= 500 {
                codes.push(format!("{path}: {} {}", reply.status, reply.text));
            }
        }
    }
    for bad in ["%ff", "%", "%zz", "q=%ff%fe", "q", "&&&", "a=1&a=2"] {
        let reply = world.get(who, &format!("/api/v1/cases?{bad}"));
        assert!(reply.status < 500, "{bad}: {}", reply.text);
    }
    assert!(codes.is_empty(), "{}", codes.join("\n"));
    assert_eq!(stored(world), before);
}

fn s51_errors_tell_nothing_about_the_inside(world: &mut World) {
    let case = Case::in_county(world);
    // Even a fault of the program's own, here a table that is gone, is told without its inside.
    world.sql("DROP TABLE tip_identities").unwrap();
    let broken = world.post("operator-430121", &case.path("/contact"), &json!({ "tip": case.tip }));
    assert!(broken.status >= 500, "{}", broken.text);
    let mut replies = vec![
        broken,
        world.get("", "/nothing"),
        world.get("", "/api/v1/cases"),
        world.get("analyst-430121", "/api/v1/cases"),
        world.get("judge-430121", "/api/v1/cases/%27"),
        world.get("judge-430121", "/api/v1/cases?limit=0"),
        world.post("", "/api/v1/tips", &json!({})),
        world.ask("PATCH", "", "/api/v1/tips", &[], b"{}"),
        send(world, b"{", "application/json"),
        send(world, b"{", "text/plain"),
        case.act("handler-430121", &json!({ "act": "request_close", "text": "x" })),
    ];
    let named = web()
        .to_string()
        .replace("\"channel\"", "\"informant\":{\"mode\":\"named\",\"name\":\"某甲\"},\"channel\"");
    replies.push(send(world, named.as_bytes(), "application/json"));
    let inside = [
        "SELECT",
        "INSERT",
        "tip_identities",
        "no such table",
        "relation",
        "diesel",
        "sqlite",
        "postgres",
        "src/",
        ".rs",
        "panicked",
        "stack",
        "/tmp",
        "thread",
    ];
    for reply in replies {
        assert!(reply.status >= 400);
        for word in inside {
            assert!(!reply.text.contains(word), "«{word}» in {}", reply.text);
        }
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        let id = reply.json["request_id"].as_str().unwrap();
        assert_eq!((reply.header("x-request-id"), id.len()), (Some(id), 32), "{}", reply.text);
        assert_eq!(reply.json["status"], reply.status);
        // Whoever gets this identifier can be helped: the log has it.
        let log = std::fs::read_to_string(world.log_file(0)).unwrap();
        assert!(log.contains(id), "{id}");
    }
}
