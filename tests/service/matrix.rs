//! MATRIX: who gets which status on which route, for every route that there is.
//!
//! Columns are how the asker stands to the case: the county itself, the city above it, another
//! county, and the county again where it is the accused. Routes without a case are asked the same
//! way, so that none treats people by unit where it should not.

use std::collections::HashMap;

use hotline::http::routes::ROUTES;
use serde_json::json;
use sha2::Digest;

use crate::case::{Case, call, keep, photograph};
use crate::on_both;
use crate::stage::{CAMPAIGN, campaign};
use crate::units::{CITY, COUNTY, OTHER_COUNTY};
use crate::visitor::token_in;
use crate::wire::in_url;
use crate::world::{World, wait_for};

on_both!(s14_every_role_gets_the_status_of_the_table);

/// A day on which the clock stands: every session and token of the test lives then.
const NOW: &str = "2026-11-23T02:00:00Z";
const READING: [&str; 5] = ["operator", "judge", "handler", "reviewer", "supervisor"];
const OTHERS: [&str; 3] = ["analyst", "custodian", "admin"];

/// Statuses for: own, subordinate, foreign and recused case.
type ByCase = [u16; 4];

struct Row {
    method: &'static str,
    path: &'static str,
    /// Without a token.
    public: u16,
    /// Roles that read cases.
    readers: ByCase,
    /// Analysts, custodians, administrators.
    others: ByCase,
}

const fn row(
    method: &'static str,
    path: &'static str,
    public: u16,
    readers: ByCase,
    others: ByCase,
) -> Row {
    Row { method, path, public, readers, others }
}

const ALL_200: ByCase = [200; 4];
const ALL_201: ByCase = [201; 4];
const ALL_303: ByCase = [303; 4];
const ALL_403: ByCase = [403; 4];
/// What lies behind a case: the same nothing for a foreign case as for one that is not there.
const CASE: ByCase = [200, 200, 404, 404];
/// What is the unit's own and not one case's: being recused from a case does not take it away.
const UNIT: ByCase = [200, 200, 404, 200];

const TABLE: &[Row] = &[
    row("GET", "/healthz", 200, ALL_200, ALL_200),
    row("GET", "/readyz", 200, ALL_200, ALL_200),
    row("GET", "/metrics", 200, ALL_200, ALL_200),
    row("GET", "/api/openapi.json", 200, ALL_200, ALL_200),
    row("PUT", "/test/clock", 200, ALL_200, ALL_200),
    // Wrong password: the credential in the body is what counts, not who shows it.
    row("POST", "/api/v1/session", 401, [401; 4], [401; 4]),
    row("GET", "/api/v1/session", 401, ALL_200, ALL_200),
    // Somebody has an account, so nothing is on offer.
    row("POST", "/api/v1/setup", 409, [409; 4], [409; 4]),
    row("POST", "/api/v1/tips", 201, ALL_201, ALL_403),
    // What lies beyond an asker is left out of the answer, not refused.
    row("POST", "/api/v1/tips/alike", 401, ALL_200, ALL_403),
    // The code on the receipt is what counts.
    row("GET", "/api/v1/tips/{number}", 200, ALL_200, ALL_200),
    row("POST", "/api/v1/tips/{number}/entries", 409, [409; 4], [409; 4]),
    row("POST", "/api/v1/files", 201, ALL_201, ALL_201),
    row("GET", "/api/v1/cases", 401, ALL_200, ALL_403),
    row("GET", "/api/v1/cases/{no}", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/entries", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/outstanding", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/duties/{duty}/due", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/files", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/files/{sha256}", 401, CASE, ALL_403),
    row("GET", "/api/v1/due", 401, ALL_200, ALL_200),
    row("GET", "/api/v1/cases/{no}/alike", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/history", 401, CASE, ALL_403),
    row("GET", "/api/v1/cases/{no}/situations", 401, CASE, ALL_403),
    row("POST", "/api/v1/cases/{no}/entries", 401, [201, 201, 404, 404], ALL_403),
    // Of the readers operators alone: see `expected`.
    row("POST", "/api/v1/cases/{no}/contact", 401, CASE, ALL_403),
    // Operators, judges and, to look, supervisors: see `expected`.
    row("GET", "/api/v1/holds", 401, ALL_200, ALL_403),
    row("POST", "/api/v1/holds/{group}/release", 401, UNIT, ALL_403),
    row("GET", "/api/v1/reports", 401, ALL_200, ALL_200),
    row("GET", "/api/v1/reports/{id}", 401, UNIT, UNIT),
    row("GET", "/api/v1/balance/{term}", 401, UNIT, ALL_403),
    row("GET", "/api/v1/cases/{no}/route", 401, CASE, ALL_403),
    row("GET", "/api/v1/coverage", 401, ALL_200, ALL_200),
    row("GET", "/api/v1/divisions", 200, ALL_200, ALL_200),
    row("GET", "/api/v1/seal", 200, ALL_200, ALL_200),
    // Something is to be named.
    row("GET", "/api/v1/seal/proof", 422, [422; 4], [422; 4]),
    row("GET", "/api/v1/seal/consistency", 422, [422; 4], [422; 4]),
    row("GET", "/api/v1/seal/heads", 200, ALL_200, ALL_200),
    row("GET", "/api/v1/seal/heads/{day}", 200, ALL_200, ALL_200),
    row("GET", "/api/v1/notices", 200, ALL_200, ALL_200),
    row("GET", "/api/v1/listed", 200, ALL_200, ALL_200),
    // Supervisors alone: see `expected`.
    row("GET", "/api/v1/supervision", 401, ALL_200, ALL_403),
    row("GET", "/api/v1/draws", 200, ALL_200, ALL_200),
    row("GET", "/api/v1/draws/{draw}", 404, [404; 4], [404; 4]),
    // Supervisors alone, who are told what is missing: see `expected`.
    row("POST", "/api/v1/draws", 401, [422; 4], ALL_403),
    row("GET", "/api/v1/campaigns", 401, ALL_200, ALL_200),
    row("POST", "/api/v1/campaigns", 401, [422; 4], ALL_403),
    row("GET", "/api/v1/campaigns/{campaign}", 401, ALL_200, ALL_200),
    // That of the county: its own supervisor ends it, and those above.
    row("POST", "/api/v1/campaigns/{campaign}/end", 401, UNIT, ALL_403),
    // Operators, judges and, to look, supervisors.
    row("GET", "/api/v1/enquiries", 401, ALL_200, ALL_403),
    row("POST", "/api/v1/enquiries", 401, [422; 4], ALL_403),
    row("POST", "/api/v1/enquiries/{enquiry}/answer", 401, [422; 4], ALL_403),
    // Pages. Who is logged in is led from the way in to the own desk.
    row("GET", "/", 200, ALL_303, ALL_303),
    row("GET", "/assets/{name}", 200, ALL_200, ALL_200),
    row("GET", "/login", 200, ALL_303, ALL_303),
    row("POST", "/login", 401, [401; 4], [401; 4]),
    row("POST", "/language", 303, ALL_303, ALL_303),
    row("GET", "/tip", 200, ALL_200, ALL_200),
    row("POST", "/tip", 201, ALL_201, ALL_201),
    row("GET", "/progress", 200, ALL_200, ALL_200),
    row("POST", "/progress", 200, ALL_200, ALL_200),
    row("POST", "/progress/act", 409, [409; 4], [409; 4]),
    // Sealed by then.
    row("POST", "/progress/proof", 200, ALL_200, ALL_200),
    row("GET", "/seal", 200, ALL_200, ALL_200),
    row("GET", "/call", 401, ALL_200, ALL_403),
    row("POST", "/call", 401, ALL_201, ALL_403),
    row("GET", "/cases", 401, ALL_200, ALL_403),
    row("GET", "/cases/{no}", 401, CASE, ALL_403),
    row("GET", "/cases/{no}/duties/{duty}", 401, CASE, ALL_403),
    row("GET", "/cases/{no}/files/{sha256}", 401, CASE, ALL_403),
    row("GET", "/due", 401, ALL_200, ALL_200),
    row("POST", "/cases/{no}", 401, [303, 303, 404, 404], ALL_403),
    row("POST", "/cases/{no}/contact", 401, CASE, ALL_403),
    // Somebody has an account, so nothing is on offer.
    row("GET", "/setup", 200, ALL_200, ALL_200),
    row("POST", "/setup", 409, [409; 4], [409; 4]),
    row("GET", "/import", 401, ALL_200, ALL_403),
    // A form without a file is told so.
    row("POST", "/import", 401, [422; 4], ALL_403),
    row("GET", "/holds", 401, ALL_200, ALL_403),
    row("POST", "/holds/{group}/release", 401, [303, 303, 404, 303], ALL_403),
    row("GET", "/me", 401, ALL_200, ALL_200),
    row("POST", "/me", 401, ALL_200, ALL_200),
    // Administrators alone: see `expected`. There is no such letter.
    row("GET", "/letters", 401, ALL_403, ALL_200),
    row("POST", "/letters/{id}/revive", 401, ALL_403, [404; 4]),
    row("GET", "/reports", 401, ALL_200, ALL_200),
    row("GET", "/reports/{id}", 401, UNIT, UNIT),
    row("POST", "/reports/{id}/mail", 401, UNIT, UNIT),
    row("GET", "/coverage", 401, ALL_200, ALL_200),
    row("GET", "/balance/{term}", 401, UNIT, ALL_403),
    row("GET", "/notices", 200, ALL_200, ALL_200),
    row("GET", "/listed", 200, ALL_200, ALL_200),
    row("GET", "/supervision", 401, ALL_200, ALL_403),
    row("GET", "/draws", 401, ALL_200, ALL_403),
    row("POST", "/draws", 401, [422; 4], ALL_403),
    row("GET", "/campaigns", 401, ALL_200, ALL_200),
    row("POST", "/campaigns", 401, [422; 4], ALL_403),
    row("GET", "/campaigns/{campaign}", 401, ALL_200, ALL_200),
    row("POST", "/campaigns/{campaign}/end", 401, [303, 303, 404, 303], ALL_403),
    row("GET", "/enquiries", 401, ALL_200, ALL_403),
    row("POST", "/enquiries", 401, [422; 4], ALL_403),
    row("POST", "/enquiries/{enquiry}/answer", 401, [422; 4], ALL_403),
    // Without the token of a form, which would end the session of all that follows.
    row("POST", "/logout", 401, ALL_403, ALL_403),
    // Last, for it ends the token: the fourth column asks with one that ended in the first.
    row("DELETE", "/api/v1/session", 401, [204, 204, 204, 401], [204, 204, 204, 401]),
];

fn expected(row: &Row, role: &str, column: usize) -> u16 {
    if row.path.ends_with("/contact") && READING.contains(&role) && role != "operator" {
        return 403;
    }
    if row.path.starts_with("/letters") && role != "admin" {
        return 403;
    }
    if row.path.contains("/holds") {
        let looks = row.method == "GET" && role == "supervisor";
        if !["operator", "judge"].contains(&role) && !looks {
            return 403;
        }
    }
    let only: &[&str] = match (row.method, row.path.trim_start_matches("/api/v1")) {
        ("POST", path) if path.starts_with("/draws") || path.starts_with("/campaigns") => {
            &["supervisor"]
        }
        ("GET", "/draws") if row.path == "/draws" => &["supervisor"],
        ("GET", "/supervision") => &["supervisor"],
        ("POST", "/enquiries") => &["operator"],
        ("POST", path) if path.starts_with("/enquiries") => &["operator", "judge"],
        ("GET", "/enquiries") => &["operator", "judge", "supervisor"],
        _ => &[],
    };
    if !only.is_empty() && !only.contains(&role) {
        return 403;
    }
    if READING.contains(&role) { row.readers[column] } else { row.others[column] }
}

/// A tip by somebody who gives a name, so that there is a contact to look at.
fn named_tip(world: &World, accused: Option<&str>) -> (String, String, String) {
    let mut body = call(COUNTY);
    body["informant"] = json!({ "mode": "confidential", "name": "某甲", "phone": "100-2000-3000" });
    body["accused"] = json!(accused);
    body["files"] = json!([keep(world, &photograph(b""))]);
    let Case { no, tip, code, .. } = Case::log(world, "operator-430121", &body);
    (no, tip, code)
}

fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A request of a row about a case.
fn request(row: &Row, (no, tip, _): &(String, String, String), turn: usize) -> (String, Vec<u8>) {
    let path = row.path.replace("{number}", tip).replace("{no}", no);
    let path = path.replace("{sha256}", &sha256(&photograph(b"")));
    let path = path.replace("{group}", "t00").replace("{duty}", "1");
    let path = path.replace("/api/v1/due", "/api/v1/due?from=2026-02-13&rule=judge");
    let path = path.replace("{campaign}", CAMPAIGN).replace("{day}", "latest");
    let path = path.replace("{draw}", "none").replace("{enquiry}", "none");
    let path = path.replace("{id}", "monthly-2026-01-430121");
    let path = path.replace("{term}", "opening?kind=monthly&period=2026-01&scope=430121");
    let mut web = call(COUNTY);
    web["channel"] = json!("web");
    let body = match (row.method, row.path) {
        ("GET" | "DELETE", _) => return (path, vec![]),
        (_, "/api/v1/files") => return (path, b"%PDF-1.7 x".to_vec()),
        (_, "/test/clock") => json!({ "now": NOW }),
        // A new login each time: the throttle counts by login.
        (_, "/api/v1/session") => json!({ "login": format!("nobody{turn}"), "password": "wrong" }),
        (_, "/api/v1/setup") => {
            json!({ "token": "0", "login": "first", "password": "seven egrets", "unit": "43" })
        }
        (_, "/api/v1/tips" | "/api/v1/tips/alike") => web,
        (_, "/api/v1/tips/{number}/entries") => json!({ "act": "supplement", "text": "补充" }),
        (_, "/api/v1/cases/{no}/contact") => json!({ "tip": tip }),
        _ => json!({ "act": "note", "text": "记一笔" }),
    };
    (path, body.to_string().into_bytes())
}

/// The form that a page sends.
fn form(row: &Row, (_, tip, code): &(String, String, String), turn: usize) -> String {
    let login = format!("nobody{turn}");
    let fields: &[(&str, &str)] = match row.path {
        "/login" => &[("login", &login), ("password", "wrong")],
        "/language" => &[("lang", "en"), ("to", "/tip")],
        "/tip" | "/call" => {
            &[("channel", "phone"), ("division", COUNTY), ("text", "村东头占用耕地建厂房")]
        }
        "/progress" | "/progress/proof" => &[("number", tip), ("code", code)],
        "/me" => &[("lang", "zh"), ("work", "yes"), ("digest", "yes"), ("on_duty", "no")],
        "/progress/act" => {
            &[("number", tip), ("code", code), ("act", "supplement"), ("text", "补充")]
        }
        "/cases/{no}" => &[("act", "note"), ("text", "记一笔")],
        "/cases/{no}/contact" => &[("tip", tip)],
        "/reports/{id}/mail" => &[("email", "office@unit.example"), ("act", "unsubscribe")],
        "/setup" => {
            &[("setup_token", "0"), ("login", "a"), ("password", "seven egrets"), ("unit", COUNTY)]
        }
        _ => &[],
    };
    fields.iter().map(|(name, value)| format!("&{}={}", in_url(name), in_url(value))).collect()
}

fn s14_every_role_gets_the_status_of_the_table(world: &mut World) {
    let here: Vec<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    let told: Vec<_> = TABLE.iter().map(|row| (row.method, row.path)).collect();
    for route in &here {
        assert!(told.contains(route), "{route:?} has no row in the matrix: add one");
    }
    assert_eq!(here.len(), told.len(), "the matrix has rows for routes that do not exist");

    world.set_clock(NOW);
    let ordinary = named_tip(world, None);
    let recused = named_tip(world, Some("长沙县自然资源局"));
    publish(world);
    campaign(world);
    let held = "INSERT INTO holds (tip, case_no, group_key, reason, held_at) SELECT number, case_no, \
                't00', 'text', received_at FROM tips WHERE number = ";
    world.sql(&format!("{held}'{}'", ordinary.1)).unwrap();
    wait_for("the sealer", || (world.get("", "/readyz").ok(200)["log_waiting"] == 0).then_some(()));
    let columns =
        [(COUNTY, &ordinary), (CITY, &ordinary), (OTHER_COUNTY, &ordinary), (COUNTY, &recused)];
    let mut wrong = Vec::new();
    let mut turn = 0;
    let asset = world.get("", "/").text;
    let asset = asset.split('"').find(|part| part.starts_with("/assets/")).unwrap().to_owned();
    let mut tokens: HashMap<String, String> = HashMap::new();
    for row in TABLE {
        let mut ask = |who: &str, shown: Option<&str>, case: &(String, String, String)| {
            turn += 1;
            let (path, mut body) = request(row, case, turn);
            let path = if row.path == "/assets/{name}" { asset.clone() } else { path };
            let mut headers = vec![("X-Query-Code", case.2.as_str())];
            headers.extend(shown.map(|token| ("Authorization", token)));
            if row.path == "/api/v1/files" {
                headers.push(("Content-Type", "application/octet-stream"));
            }
            if row.method == "POST" && !row.path.starts_with("/api/") {
                let token = tokens.entry(who.to_owned());
                let token = token.or_insert_with(|| token_in(&world.get(who, "/progress").text));
                let token = if row.path == "/logout" { "" } else { token };
                body = format!("token={token}{}", form(row, case, turn)).into_bytes();
                headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            }
            world.ask(row.method, who, &path, &headers, &body)
        };
        let mut check = |who: String, reply: crate::world::Reply, wanted: u16| {
            if reply.status != wanted {
                let Row { method, path, .. } = row;
                let got = reply.status;
                wrong.push(format!("{method} {path} as {who}: {got}, not {wanted} {}", reply.text));
            }
        };
        check("the public".into(), ask("", None, &ordinary), row.public);
        // A token that does not hold is refused everywhere, also where none is needed.
        for garbage in ["Bearer 0", "Basic YTpi", "Bearer ", "x"] {
            check(garbage.into(), ask("", Some(garbage), &ordinary), 401);
        }
        for (column, (unit, case)) in columns.iter().enumerate() {
            for role in READING.iter().chain(&OTHERS) {
                let who = format!("{role}-{unit}");
                let reply = ask(&who, None, case);
                check(format!("{who} in column {column}"), reply, expected(row, role, column));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A report that everybody of the county may read.
fn publish(world: &World) {
    let month = ["--kind", "monthly", "--period", "2026-01", "--scope", COUNTY, "--out", "out"];
    world.run_ok(&[&["report", "build"], &month[..]].concat());
    let json = world.folder.path().join("out/monthly-2026-01-430121.json");
    let json = std::fs::read_to_string(json).unwrap().replace('\'', "''");
    let published = "INSERT INTO reports VALUES ('monthly-2026-01-430121', 'monthly', '2026-01', \
                     '430121', 0, FALSE, '2026-02-01 00:00:00', ";
    world.sql(&format!("{published}'{json}')")).unwrap();
}
