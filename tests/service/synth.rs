//! Made-up years and the demo, through the program itself.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::case::Case;
use crate::on_both;
use crate::start::fails;
use crate::world::{Backend, World, text};

on_both!(
    a_year_is_played_audited_and_balanced,
    the_same_seed_tells_the_same_stories,
    made_up_cases_never_stand_among_others,
);

const UNTIL: &str = "2026-10-31";

fn synth(world: &mut World, tips: &str, seed: &str) -> String {
    world.stop();
    let said = world.run_ok(&["synth", "--tips", tips, "--seed", seed, "--until", UNTIL]);
    world.serve();
    said
}

/// Everything of a kind, page by page.
fn all(world: &World, who: &str, path: &str) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.get(who, &format!("{path}?limit=100{after}")).ok(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

fn a_year_is_played_audited_and_balanced(world: &mut World) {
    let said = synth(world, "300", "5");
    assert!(said.contains("300 tips, ") && said.contains(" 30 reports "), "{said}");
    assert!(said.contains("acts refused: none"), "{said}");
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));

    let cases = all(world, "supervisor-000000", "/api/v1/cases");
    assert_eq!(cases.len(), 300);
    let count = |state: &str| cases.iter().filter(|case| case["state"] == state).count();
    assert!((100..200).contains(&count("refused")), "{}", count("refused"));
    assert!(count("closed") > 60, "{}", count("closed"));
    let open = 300 - ["refused", "closed", "linked"].map(count).iter().sum::<usize>();
    assert!(open > 10, "{open}");

    let reports = all(world, "analyst-000000", "/api/v1/reports");
    assert_eq!(reports.len(), 30);
    for listed in &reports {
        // Each came when it was due in the story, half an hour after midnight.
        assert_eq!(listed["late"], false, "{listed}");
        let at = listed["published_at"].as_str().unwrap();
        assert!(at.contains("T16:30:") || at.contains("T00:30:"), "{at}");
        let path = format!("/api/v1/reports/{}.json", listed["id"].as_str().unwrap());
        let report = world.get("analyst-000000", &path).ok(200);
        let sum = |section: &str, names: &[&str]| -> i64 {
            names.iter().map(|name| report[section][name].as_i64().unwrap()).sum()
        };
        let inwards = ["opening", "accepted", "reopened", "split", "moved_in"];
        let outwards = ["moved_out", "merged", "closed", "closing"];
        assert_eq!(sum("balance", &inwards), sum("balance", &outwards), "{path}");
    }
    // A month reports more than nothing, and the figures of the nation hold those of a province.
    let of = |scope: &str| {
        let one = |r: &&Value| r["period"] == "2026-05" && r["scope"] == scope;
        let id = reports.iter().find(one).unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/reports/{id}.json");
        let report = world.get("analyst-000000", &path).ok(200);
        report["tips"]["received"].as_i64().unwrap()
    };
    assert!(of("000000") > of("430000") && of("430000") > 0);
}

/// What two tellings of one story share: not the numbers, salts and codes, which are drawn anew.
fn telling(world: &World) -> Vec<String> {
    let cases = all(world, "supervisor-000000", "/api/v1/cases");
    let one = |case: &Value| {
        let part = |name: &str| case[name].as_str().unwrap_or("-").to_owned();
        ["title", "category", "division", "place", "holder", "unit", "state"].map(part).join("|")
    };
    let mut told: Vec<String> = cases.iter().map(one).collect();
    told.sort();
    told
}

fn the_same_seed_tells_the_same_stories(world: &mut World) {
    synth(world, "120", "7");
    let first = telling(world);
    assert_eq!(first.len(), 120);
    assert!(first.iter().collect::<BTreeSet<_>>().len() > 110, "the words hardly differ");
    let mut again = World::start(world.backend);
    synth(&mut again, "120", "7");
    assert_eq!(telling(&again), first);
    let mut other = World::start(world.backend);
    synth(&mut other, "120", "8");
    assert_ne!(telling(&other), first);
}

fn made_up_cases_never_stand_among_others(world: &mut World) {
    Case::in_county(world);
    world.stop();
    let refused = world.run(&["synth", "--tips", "5"]);
    let said = text(&refused.stderr);
    assert!(!refused.status.success() && said.contains("holds cases already"), "{said}");
    assert!(said.contains("HOTLINE_DATA"), "{said}");
    // Nor twice.
    let mut fresh = World::start(world.backend);
    fresh.stop();
    fresh.run_ok(&["synth", "--tips", "5", "--until", UNTIL]);
    let said = text(&fresh.run(&["synth", "--tips", "5", "--until", UNTIL]).stderr);
    assert!(said.contains("holds cases already"), "{said}");
    // Nor of days that are not over, nor more than can be.
    let said = text(&world.run(&["synth", "--tips", "5", "--until", "2999-01-01"]).stderr);
    assert!(said.contains("must be over"), "{said}");
    let said = text(&world.run(&["synth", "--tips", "0"]).stderr);
    assert!(said.contains("--tips"), "{said}");
    let said = text(&world.run(&["synth", "--tips", "1000001"]).stderr);
    assert!(said.contains("1000000"), "{said}");
}

/// A running demo.
struct Demo {
    process: Child,
    address: String,
    logins: Vec<(String, String)>,
}

fn program(world: &World, folder: &TempDir, listen: &str) -> Command {
    let mut program = world.program();
    program.env("HOTLINE_DATA", folder.path()).env_remove("DATABASE_URL");
    program.env("HOTLINE_LISTEN", listen).args(["demo", "--tips", "60"]);
    program
}

impl Demo {
    fn start(world: &World, folder: &TempDir) -> Demo {
        let mut program = program(world, folder, "127.0.0.1:0");
        program.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = program.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let shown = lines.by_ref().skip(1).take(8);
        let pair = |line: String| {
            let mut words = line.split_whitespace().map(str::to_owned);
            (words.next().unwrap(), words.next().unwrap())
        };
        let logins = shown.map(pair).collect();
        Demo { process, address: address.unwrap(), logins }
    }

    fn post(&self, path: &str, cookie: &str, body: &Value) -> (u16, Value, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("http://{}{path}", self.address));
        let request = request.header("Origin", format!("http://{}", self.address));
        let request = request.header("Cookie", cookie).content_type("application/json");
        let mut answer = request.send(body.to_string()).unwrap();
        let set = answer.headers().get("set-cookie").map(|v| v.to_str().unwrap().to_owned());
        let cookie = set.unwrap_or_default().split(';').next().unwrap().to_owned();
        let said = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&said).unwrap_or(Value::Null), cookie)
    }

    /// Logs in; the status and the cookie.
    fn log_in(&self, login: &str, password: &str) -> (u16, String) {
        let body = json!({ "login": login, "password": password });
        let (status, _, cookie) = self.post("/api/v1/session", "", &body);
        (status, cookie)
    }

    fn session(&self, login: &str) -> String {
        let (_, password) = self.logins.iter().find(|known| known.0 == login).unwrap();
        let (status, cookie) = self.log_in(login, password);
        assert_eq!(status, 200, "{login}");
        cookie
    }

    /// Does what must be done; the answer.
    fn done(&self, login: &str, path: &str, body: &Value) -> Value {
        let (status, answer, _) = self.post(path, &self.session(login), body);
        assert_eq!(status, 201, "{login} {path}: {answer}");
        answer
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

const ROLES: [&str; 8] =
    ["operator", "judge", "handler", "reviewer", "custodian", "supervisor", "analyst", "admin"];

#[test]
fn s4_a_demo_prints_logins_that_work_until_it_is_started_again() {
    let world = World::start(Backend::Sqlite);
    let folder = TempDir::new().unwrap();
    let demo = Demo::start(&world, &folder);
    let names: Vec<&str> = demo.logins.iter().map(|login| login.0.as_str()).collect();
    assert_eq!(names, ROLES);
    let passwords: BTreeSet<&str> = demo.logins.iter().map(|login| login.1.as_str()).collect();
    assert_eq!(passwords.len(), 8);
    for (login, password) in &demo.logins {
        assert!(password.len() >= 14 && password.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(demo.log_in(login, password).0, 200, "{login}");
    }
    assert_eq!(demo.log_in("admin", "admin").0, 401);
    newcomer(&demo);

    let old = demo.logins.clone();
    drop(demo);
    let again = Demo::start(&world, &folder);
    for ((login, new), (_, old)) in again.logins.iter().zip(&old) {
        assert_eq!(again.log_in(login, new).0, 200, "{login}");
        assert_eq!(again.log_in(login, old).0, 401, "{login}");
    }
    drop(again);
    // The year was made once, and the newcomer's case stands beside it.
    let mut audit = world.program();
    audit.env("HOTLINE_DATA", folder.path()).env_remove("DATABASE_URL").arg("audit");
    let said = text(&audit.output().unwrap().stdout);
    assert!(said.contains("61 cases") && said.contains(" 0 faults"), "{said}");
}

/// The walk that a newcomer is shown: from a call to the approval.
fn newcomer(demo: &Demo) {
    let call = json!({ "channel": "phone", "division": "430121", "category": "land.occupation",
                       "title": "占用耕地建厂房", "text": "村东头占用耕地约三亩建厂房。" });
    let received = demo.done("operator", "/api/v1/tips", &call);
    let path = format!("/api/v1/cases/{}/entries", received["case"].as_str().unwrap());
    let act = |login: &str, body: Value| demo.done(login, &path, &body)["state"].clone();
    act("judge", json!({ "act": "accept" }));
    act("judge", json!({ "act": "dispatch", "unit": "430000" }));
    act("handler", json!({ "act": "sign" }));
    let photo = demo.done("handler", "/api/v1/files", &json!("现场照片"));
    let now = demo.done("handler", &path, &json!({ "act": "note", "text": "到场" }));
    let at = now["entries"][0]["recorded_at"].clone();
    act(
        "handler",
        json!({ "act": "verify", "finding": "founded", "officers": ["李勘", "王察"], "at": at,
                "place": "村东头", "text": "属实", "evidence": [photo["sha256"]] }),
    );
    act(
        "handler",
        json!({ "act": "dispose", "kind": "corrected", "basis": "第七十七条", "text": "已拆除" }),
    );
    act(
        "handler",
        json!({ "act": "reply", "tip": received["tip"], "means": "电话", "text": "已拆除" }),
    );
    act("handler", json!({ "act": "request_close", "text": "已办结" }));
    assert_eq!(act("reviewer", json!({ "act": "approve_close" })), "closed");
}

#[test]
fn a_demo_is_for_one_machine_and_for_a_folder_of_its_own() {
    let world = World::start(Backend::Sqlite);
    let folder = TempDir::new().unwrap();
    for open in ["0.0.0.0:0", "192.0.2.1:12336", "[::]:0"] {
        let said = fails(program(&world, &folder, open));
        assert!(said.contains("server.listen") && said.contains("127.0.0.1"), "{said}");
    }
    let mut postgres = program(&world, &folder, "127.0.0.1:0");
    postgres.env("DATABASE_URL", "postgres://somebody:s3cret@127.0.0.1:1/hotline");
    let said = fails(postgres);
    assert!(said.contains("embedded") && !said.contains("s3cret"), "{said}");
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "it left something");

    // A folder with a database that is somebody's work.
    let mut migrate = world.program();
    migrate.env("HOTLINE_DATA", folder.path()).env_remove("DATABASE_URL").arg("migrate");
    assert!(migrate.status().unwrap().success());
    let said = fails(program(&world, &folder, "127.0.0.1:0"));
    assert!(said.contains("not a demo's"), "{said}");
}
