//! CANARY: who an informant is stands nowhere in clear, whatever was done and whatever went wrong.
//!
//! Informants whose names, telephones and addresses are like nothing else go through every flow and
//! every failure; then every byte that the service keeps, logs or answers is searched for them.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use sha2::Digest;
use tempfile::TempDir;

use crate::backup::{back_up, unpacked};
use crate::case::{Case, call};
use crate::on_both;
use crate::units::{CITY, COUNTY, PROVINCE, ROLES};
use crate::visitor::{OWN_PAGE, Visitor};
use crate::wire::{add_user, in_url, raw};
use crate::world::{Backend, World, text};

on_both!(s50_no_canary_is_found_where_it_may_not_be);

const NAMED: [&str; 3] = ["金丝雀甲", "139-7777-0001", "jia.canary@secret.example"];
const SEALED: [&str; 3] = ["金丝雀乙", "139-7777-0002", "yi.canary@secret.example"];
const IMPORTED: [&str; 2] = ["金丝雀丙", "139-7777-0003"];
const PAGED: [&str; 3] = ["金丝雀戊", "139-7777-0005", "wu.canary@secret.example"];
const REJECTED: [&str; 2] = ["金丝雀丁", "139-7777-0004"];
const KEY: &str = "canary-key-7f3a9c";
const PASSWORD: &str = "seven canaries over the coal mine";
const AGENT: &str = "CanaryBrowser/77";
const ADDRESS: &str = "203.0.113.77";
const EVIDENCE: &str = "CANARY-IN-THE-FILE";
/// What may be kept and shown to those who handle the case, but in no log, count or report.
const SUPPLEMENT: &str = "金丝雀补充说明";

/// What was found that should not have been.
#[derive(Default)]
struct Search {
    words: BTreeMap<String, &'static str>,
    hits: Vec<String>,
}

impl Search {
    fn word(&mut self, word: &str, what: &'static str) {
        self.words.insert(word.to_owned(), what);
        // A telephone is as bad without its dashes.
        if word.contains('-') {
            self.words.insert(word.replace('-', ""), what);
        }
    }

    /// Searches bytes for every word, also in hexadecimal, as PostgreSQL shows bytes.
    fn bytes(&mut self, place: &str, bytes: &[u8], more: &[&str]) {
        // Bytes that are no text become one sign each; a word among them stays whole.
        let bytes = String::from_utf8_lossy(bytes);
        let all = self.words.keys().map(String::as_str).chain(more.iter().copied());
        for word in all {
            let hex: String = word.bytes().map(|b| format!("{b:02x}")).collect();
            for form in [word, &hex] {
                if bytes.contains(form) {
                    self.hits.push(format!("«{word}» in {place}"));
                }
            }
        }
    }

    fn folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.folder(&path);
                continue;
            }
            self.bytes(&path.display().to_string(), path.to_string_lossy().as_bytes(), &[]);
            let bytes = std::fs::read(&path).unwrap();
            self.bytes(&path.display().to_string(), &bytes, &[]);
        }
    }
}

fn tip(mode: &str, [name, phone, email]: [&str; 3]) -> Value {
    let mut body = call(COUNTY);
    body["informant"] = json!({ "mode": mode, "name": name, "phone": phone, "email": email });
    body
}

/// Sends a tip as browsers do, with everything that tells who sits before it.
fn send(world: &World, who: &str, body: &str, more: &[(&str, &str)]) -> crate::world::Reply {
    let traces = [("User-Agent", AGENT), ("X-Forwarded-For", ADDRESS), ("Idempotency-Key", KEY)];
    let headers: Vec<_> = traces.iter().chain(more).copied().collect();
    world.ask("POST", who, "/api/v1/tips", &headers, body.as_bytes())
}

/// Everything that goes wrong, with identities where they do not belong. No answer repeats a value.
fn failures(world: &World, case: &Case<'_>, search: &mut Search) {
    let [name, phone, email] = NAMED;
    let fields =
        ["channel", "division", "category", "occurred_on", "lon", "lat", "files", "informant"];
    let mut answers = Vec::new();
    for value in NAMED {
        for field in fields {
            let mut body = tip("named", SEALED);
            body[field] = json!(value);
            answers.push(world.post("", "/api/v1/tips", &body));
            body[field] = json!([value, { "x": value }]);
            answers.push(world.post("", "/api/v1/tips", &body));
        }
        for field in ["mode", "phone", "email"] {
            let mut body = tip("named", SEALED);
            body["informant"][field] = json!([value]);
            answers.push(world.post("", "/api/v1/tips", &body));
        }
        let anonymous = tip("anonymous", NAMED);
        answers.push(world.post("", "/api/v1/tips", &anonymous));
        answers.push(send(world, "", &format!("{{\"name\": \"{value}\", oops"), &[]));
        answers.push(case.act("handler-430121", &json!({ "act": value, "text": value })));
        answers.push(case.act("handler-430121", &json!({ "act": "sign", "expect": value })));
        let typed = in_url(value);
        for path in [
            format!("/{typed}"),
            format!("/api/v1/tips/{typed}"),
            format!("/api/v1/cases/{typed}"),
            format!("/api/v1/cases?q={typed}"),
            format!("/api/v1/cases?state={typed}&from={typed}&unit={typed}"),
            format!("/api/v1/reports/{typed}"),
            format!("/api/v1/balance/{typed}?kind={typed}&scope={typed}&period={typed}"),
        ] {
            answers.push(world.ask("GET", "judge-430121", &path, &[("X-Query-Code", "x")], b""));
        }
        let login = json!({ "login": value, "password": PASSWORD }).to_string();
        answers.push(world.ask("POST", "", "/api/v1/session", &[], login.as_bytes()));
    }
    // A name of a field and a method are the client's to choose; neither reaches a log or a count.
    let odd = format!("{{\"{name}\": 1, \"{phone}\": 2}}");
    world.ask("POST", "", "/api/v1/tips", &[], odd.as_bytes());
    world.get("judge-430121", &format!("/api/v1/cases?{}=1", in_url(email)));
    let method = phone.replace('-', "");
    raw(
        world,
        format!("{method} /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    raw(world, format!("GET /{phone} HTTP/9.9\r\n{email}: x\r\n\r\n").as_bytes());
    raw(
        world,
        format!("POST /api/v1/tips HTTP/1.1\r\nHost: {email}\r\nContent-Length: 99\r\n\r\n{phone}")
            .as_bytes(),
    );
    // The key again with another body, and the look by those who may not.
    send(world, "operator-430121", &tip("named", SEALED).to_string(), &[])
        .refused(422, "key_reused");
    for role in ROLES.iter().filter(|role| **role != "operator") {
        let body = json!({ "tip": case.tip });
        let refused = world.post(&format!("{role}-{COUNTY}"), &case.path("/contact"), &body);
        assert_eq!(refused.status, 403, "{}", refused.text);
        answers.push(refused);
    }
    for answer in answers {
        search.bytes("the answer to a fault", answer.text.as_bytes(), &[]);
    }
}

/// The ways through of two cases: one to its closing, one that is asked for more and refused.
fn flows<'w>(world: &'w World, search: &mut Search) -> [Case<'w>; 2] {
    let who = "operator-430121";
    let body = tip("named", NAMED).to_string();
    let first = send(world, who, &body, &[]).ok(201);
    assert_eq!(send(world, who, &body, &[]).ok(201), first);
    let case = Case::of(world, &first);
    let kind = [("Content-Type", "application/octet-stream")];
    let file = format!("%PDF-1.7 {EVIDENCE} {}", EVIDENCE.repeat(10_000));
    let file = world.ask("POST", "handler-430121", "/api/v1/files", &kind, file.as_bytes()).ok(201);
    let look = json!({ "tip": case.tip });
    let contact = world.post(who, &case.path("/contact"), &look).ok(200);
    assert_eq!((&contact["name"], &contact["phone"]), (&json!(NAMED[0]), &json!(NAMED[1])));
    case.to_review(file["sha256"].as_str().unwrap());
    case.done("reviewer-430121", &json!({ "act": "approve_close" }));
    // The contact of a return visit is open until the visit is made.
    let visit = json!({ "act": "return_visit", "result": "satisfied", "text": "电话回访" });
    case.done(who, &visit);
    // Looked at once, and the informant is told so.
    assert_eq!(case.progress()["looks"], 1);
    world.post(who, &case.path("/contact"), &look).refused(409, "duty_not_open");

    let other = Case::log(world, who, &tip("confidential", SEALED));
    failures(world, &other, search);
    other.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请补充时间" }));
    other.informant(&json!({ "act": "supplement", "text": SUPPLEMENT })).ok(201);
    let refuse = json!({ "act": "refuse", "reason": "insufficient", "text": "线索不足" });
    other.done("judge-430121", &refuse);
    [case, other]
}

/// The same through the pages: sent with a fault and without, by the public and by staff, looked at,
/// and asked for again with number and code.
fn pages(world: &World, search: &mut Search) {
    let [name, phone, email] = PAGED;
    let told = [
        ("division", COUNTY),
        ("channel", "phone"),
        ("text", "村东头占用耕地建厂房"),
        ("informant.mode", "confidential"),
        ("informant.name", name),
        ("informant.phone", phone),
        ("informant.email", email),
    ];
    let traces = [("User-Agent", AGENT), ("X-Forwarded-For", ADDRESS)];
    let operator = Visitor::log_in(world, "operator-430121");
    search.word(operator.cookie.split_once('=').unwrap().1, "a session");
    for (visitor, path) in [(&Visitor::public(world), "/tip"), (&operator, "/call")] {
        let mut faulty = told.to_vec();
        faulty[0].1 = name;
        let headers = [&OWN_PAGE[..], &traces].concat();
        let reply = visitor.send_with(path, &faulty, &visitor.token, &headers);
        assert_eq!(reply.status, 422, "{}", reply.text);
        let reply = visitor.send_with(path, &told, &visitor.token, &headers);
        assert_eq!(reply.status, 201, "{}", reply.text);
        search.bytes("a receipt", reply.text.as_bytes(), &[]);
        let shown = reply.text.split("class=\"big number\">").skip(1);
        let shown: Vec<_> = shown.map(|rest| rest.split('<').next().unwrap()).collect();
        search.word(shown[1], "a query code");
        let asked = [("number", shown[0]), ("code", shown[1])];
        let appeal = [asked[0], asked[1], ("act", "reopen"), ("text", name)];
        assert_eq!(visitor.send("/progress", &asked).status, 200);
        assert_eq!(visitor.send("/progress/act", &appeal).status, 409);
        for (place, value) in [("number", name), ("code", phone)] {
            let reply = visitor.send("/progress", &[(place, value)]);
            assert!(reply.status >= 400, "{}", reply.text);
        }
        let login = [("login", phone), ("password", name)];
        assert_eq!(visitor.send("/login", &login).status, 401);
        assert_eq!(visitor.send("/nowhere", &told).status, 404);
        assert_eq!(visitor.send_with(path, &told, name, &OWN_PAGE).status, 403);
    }
    // It stands in every form of the session, and nowhere else.
    search.word(&operator.token, "the token of a session's forms");
}

/// Imports a row, and has one rejected; only the file of rejects holds what it held.
fn import(world: &World, search: &mut Search) {
    let folder = TempDir::new().unwrap();
    let [good, bad] = [IMPORTED, REJECTED];
    let cells = ["phone", COUNTY, "占用耕地", good[0], good[1]];
    let table = format!(
        "channel,division,text,informant_name,informant_phone\n{}\nphone,439999,占用耕地,{},{}\n",
        cells.join(","),
        bad[0],
        bad[1]
    );
    let (csv, rejects) = (folder.path().join("in.csv"), folder.path().join("rejects.csv"));
    std::fs::write(&csv, table).unwrap();
    let paths = [csv.to_str().unwrap(), rejects.to_str().unwrap()];
    let output = world.run(&["import", "tips", paths[0], "--rejects", paths[1]]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("2 rows: 1 taken in, 0 known already, 1 rejected"), "{said}");
    search.bytes("what the import said", said.as_bytes(), &[]);
    let rejected = std::fs::read_to_string(&rejects).unwrap();
    assert!(rejected.contains(bad[0]) && !rejected.contains(good[0]), "{rejected}");
    assert_eq!(std::fs::metadata(&rejects).unwrap().permissions().mode() & 0o777, 0o600);
    // A plain hash of the row would let telephones be tried until one fits.
    let row: String = cells.iter().map(|cell| format!("{cell}\u{1f}")).collect();
    let hash: String =
        sha2::Sha256::digest(row.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    search.word(&hash, "hash of an imported row");
    for phone in [NAMED[1], SEALED[1], good[1]] {
        let hash: String =
            sha2::Sha256::digest(phone.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        search.word(&hash, "hash of a telephone");
    }
}

/// What everybody can read, by role.
fn bodies(world: &World, cases: &[Case<'_>], search: &mut Search) {
    let mut paths = vec![
        "/api/v1/cases?limit=500".to_owned(),
        "/api/v1/reports".to_owned(),
        "/api/v1/session".to_owned(),
        "/readyz".to_owned(),
        "/cases".to_owned(),
        "/reports".to_owned(),
    ];
    for case in cases {
        paths.extend(["", "/entries?limit=500", "/outstanding"].map(|rest| case.path(rest)));
        paths.push(format!("/cases/{}", case.no));
        search.bytes("the progress", case.progress().to_string().as_bytes(), &[SUPPLEMENT]);
    }
    for unit in [COUNTY, CITY, PROVINCE] {
        for role in ROLES {
            for path in &paths {
                let reply = world.get(&format!("{role}-{unit}"), path);
                search.bytes(&format!("{path} for {role}-{unit}"), reply.text.as_bytes(), &[]);
            }
        }
        // Nothing is found by who said it.
        for word in NAMED.iter().chain(&SEALED) {
            let path = format!("/api/v1/cases?q={}", in_url(word));
            let found = world.get(&format!("operator-{unit}"), &path).ok(200);
            assert_eq!(found["items"], json!([]), "{word}");
        }
    }
}

fn s50_no_canary_is_found_where_it_may_not_be(world: &mut World) {
    // Everything that any part of the program would log, that of others included.
    *world = World::start_with(world.backend, &[("HOTLINE_LOG__LEVEL", "trace")]);
    let world = &*world;
    let mut search = Search::default();
    for word in NAMED.iter().chain(&SEALED).chain(&IMPORTED).chain(&REJECTED).chain(&PAGED) {
        search.word(word, "an identity");
    }
    for word in [KEY, PASSWORD, AGENT, ADDRESS, EVIDENCE] {
        search.word(word, "a secret");
    }
    add_user(world, "canary-keeper", "judge", COUNTY, PASSWORD);
    let login = json!({ "login": "canary-keeper", "password": PASSWORD }).to_string();
    let reply = world.ask("POST", "", "/api/v1/session", &[], login.as_bytes());
    let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    world.ask("GET", "", "/api/v1/session", &[("Cookie", &cookie)], b"").ok(200);
    search.word(cookie.split_once('=').unwrap().1, "a session");
    search.word(world.token("operator-430121"), "a token");
    search.word(world.token("handler-430121"), "a token");

    let cases = flows(world, &mut search);
    for case in &cases {
        search.word(&case.code, "a query code");
    }
    import(world, &mut search);
    pages(world, &mut search);
    bodies(world, &cases, &mut search);

    // In logs, counts and reports not even the words or the numbers of receipts.
    let words = call(COUNTY);
    let (title, said) = (words["title"].as_str().unwrap(), words["text"].as_str().unwrap());
    let numbers = cases.each_ref().map(|case| case.tip.clone());
    let more = [SUPPLEMENT, title, said, &numbers[0], &numbers[1]];
    let log = std::fs::read(world.log_file(0)).unwrap();
    assert!(text(&log).contains("answered"), "there is no log to search");
    search.bytes("the log", &log, &more);
    search.bytes("the metrics", world.get("", "/metrics").text.as_bytes(), &more);
    let day = cases[0].entries("judge-430121")[0]["recorded_at"].as_str().unwrap().to_owned();
    let month = &day[..7];
    for scope in [COUNTY, PROVINCE] {
        world.run_ok(&[
            "report", "build", "--kind", "monthly", "--period", month, "--scope", scope, "--out",
            "out",
        ]);
    }
    for entry in std::fs::read_dir(world.folder.path().join("out")).unwrap() {
        search.bytes("a report", &std::fs::read(entry.unwrap().path()).unwrap(), &more);
    }

    // A backup, as it lies and as it is once it was opened with the key file.
    let (archive, shown) = back_up(world, "canaries.archive");
    search.bytes("what the backup said", shown.as_bytes(), &more);
    let pieces = unpacked(&archive, &world.folder.path().join("keys"));
    assert!(pieces.iter().any(|(_, bytes)| text(bytes).contains(title)), "no words in the archive");
    let opened: Vec<u8> = pieces.into_iter().flat_map(|(_, bytes)| bytes).collect();
    search.bytes("the opened archive", &opened, &[]);

    // Database, its log, evidence, everything else in the data folder.
    search.folder(world.folder.path());
    if world.backend == Backend::Postgres {
        let tables = world.names(
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = 'public'",
        );
        assert!(tables.len() > 20, "{tables:?}");
        for table in tables {
            let rows = world.names(&format!("SELECT t::text AS name FROM \"{table}\" t"));
            search.bytes(&format!("table {table}"), rows.join("\n").as_bytes(), &[]);
        }
    }
    search.hits.sort();
    search.hits.dedup();
    assert!(search.hits.is_empty(), "{}", search.hits.join("\n"));
}
