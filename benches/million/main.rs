//! Lists, searches and pages at a million cases, and the start of the service over them.
//!
//! `cargo bench --bench million`; `HOTLINE_BENCH_CASES` changes the number, `HOTLINE_BENCH_POSTGRES`
//! (`postgres://USER@HOST:PORT`) measures PostgreSQL instead of SQLite, and `HOTLINE_BENCH_FOLDER`
//! keeps the data folder (of SQLite the database too) for another run. The cases are made up; see
//! fill.rs for what they are not good for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small numbers")]

#[path = "../bed/mod.rs"]
mod bed;
mod fill;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bed::{Line, Service, at, load_average, ms, run, start};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use fill::{COMMON, Dice, HOME, NOWHERE, RARE};
use serde_json::{Value, json};

/// How often each page is asked for.
const ROUNDS: usize = 100;
/// Units whose judges ask: a county, its city, its province, the nation.
const UNITS: [&str; 4] = [HOME, "430100", "430000", "000000"];
const PASSWORD: &str = "seven white egrets over the pond\n";

fn main() {
    // `cargo test --benches` runs this too; it is a measurement, not a test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let cases = std::env::var("HOTLINE_BENCH_CASES").map_or(1_000_000, |n| n.parse().unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let kept = std::env::var("HOTLINE_BENCH_FOLDER").ok().map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(scratch.path());
    let database = match std::env::var("HOTLINE_BENCH_POSTGRES") {
        Ok(server) => format!("{server}/million"),
        Err(_) => format!("sqlite:{}", folder.join("million.db").display()),
    };
    let tokens = folder.join("tokens");
    if !tokens.exists() {
        let names = prepare(&database, folder, cases);
        std::fs::write(&tokens, names.join("\n")).unwrap();
    }
    let began = Instant::now();
    run(&database, folder, &["migrate"], "");
    println!(
        "words marked in {:.1} s, load average {}",
        began.elapsed().as_secs_f64(),
        load_average()
    );
    let tokens = std::fs::read_to_string(&tokens).unwrap();
    let tokens: Vec<&str> = tokens.lines().collect();
    let service = start(&database, folder);
    println!("ready after {}", ms(service.ready));
    right(&service, &database, tokens[3]);
    measure(&service, &tokens);
}

/// Makes the database, with a judge at each unit; their tokens.
fn prepare(database: &str, folder: &Path, cases: usize) -> Vec<String> {
    if let Some((server, name)) = database.strip_prefix("postgres").and(database.rsplit_once('/')) {
        let mut admin = PgConnection::establish(&format!("{server}/postgres")).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    }
    run(database, folder, &["migrate"], "");
    let person = |login: &str, roles: &str, unit: &str| {
        let add = ["user", "add", login, "--role", roles, "--unit", unit, "--password-stdin"];
        run(database, folder, &add, PASSWORD);
        run(database, folder, &["token", "create", login], "").trim().to_owned()
    };
    let judge = |unit: &&str| person(&format!("judge-{unit}"), "judge,handler", unit);
    let tokens: Vec<String> = UNITS.iter().map(judge).collect();
    let all = person("everybody", "operator,judge,handler", HOME);
    let reviewer = person("reviewer", "reviewer", HOME);
    let service = start(database, folder);
    let templates = templates(&service, &all, &reviewer);
    // Until they are sealed.
    std::thread::sleep(Duration::from_secs(4));
    drop(service);
    let began = Instant::now();
    let table = include_str!("../../config/divisions.csv");
    let codes = table.lines().filter_map(|line| line.split_once(',')).map(|(code, _)| code);
    let counties: Vec<String> = codes
        .filter(|code| code.len() == 6 && !code.ends_with("00") && code.parse::<u32>().is_ok())
        .map(str::to_owned)
        .collect();
    let mut execute: Box<dyn FnMut(&str)> = match database.strip_prefix("sqlite:") {
        Some(file) => {
            let mut conn = SqliteConnection::establish(file).unwrap();
            conn.batch_execute("PRAGMA cache_size = -400000; PRAGMA synchronous = OFF").unwrap();
            Box::new(move |sql| conn.batch_execute(sql).unwrap())
        }
        None => {
            let mut conn = PgConnection::establish(database).unwrap();
            Box::new(move |sql| conn.batch_execute(sql).unwrap())
        }
    };
    execute("BEGIN");
    execute(fill::BEFORE);
    fill::rounds(cases).for_each(|from| execute(&fill::made(from, &templates, &counties)));
    for (name, sql) in fill::STEPS {
        let began = Instant::now();
        execute(sql);
        println!("{name}: {:.1} s", began.elapsed().as_secs_f64());
    }
    execute(fill::AFTER);
    execute("COMMIT");
    if !database.starts_with("sqlite:") {
        execute("VACUUM ANALYZE");
    }
    println!("{cases} cases written in {:.0} s", began.elapsed().as_secs_f64());
    tokens
}

/// Real cases to copy, with how many of a thousand are like each.
fn templates(service: &Service, all: &str, reviewer: &str) -> Vec<(String, u32)> {
    let mut line = Line::open(&service.address, all);
    let mut reviewer = Line::open(&service.address, reviewer);
    let mut made = Vec::new();
    for (length, share) in [(0, 20), (1, 30), (3, 50), (8, 900)] {
        let tip = json!({ "channel": "phone", "division": HOME, "category": "land.occupation",
            "title": "占用耕地建厂房", "text": "村东头占用耕地约三亩建厂房。",
            "informant": { "mode": "anonymous" } });
        let (status, received) = line.ask("POST", "/api/v1/tips", &tip.to_string());
        assert_eq!(status, 201, "{received}");
        let received: Value = serde_json::from_str(&received).unwrap();
        let (case, tip) = (received["case"].as_str().unwrap(), received["tip"].as_str().unwrap());
        let (_, file) = line.ask("POST", "/api/v1/files", "%PDF-1.7 photographs");
        let file: Value = serde_json::from_str(&file).unwrap();
        let path = format!("/api/v1/cases/{case}/entries");
        let now = chrono::Utc::now().to_rfc3339();
        let acts = [
            json!({ "act": "accept" }),
            json!({ "act": "dispatch", "unit": HOME }),
            json!({ "act": "sign" }),
            json!({ "act": "verify", "finding": "founded", "officers": ["李勘", "王察"], "at": now,
                    "place": "村东头", "text": "现场核查情况", "evidence": [file["sha256"]] }),
            json!({ "act": "dispose", "kind": "corrected", "basis": "土地管理法第七十七条",
                    "text": "已拆除复耕" }),
            json!({ "act": "reply", "tip": tip, "means": "phone", "text": "已拆除复耕，感谢举报" }),
            json!({ "act": "request_close", "text": "已办结" }),
            json!({ "act": "approve_close" }),
        ];
        for act in &acts[..length] {
            let asked = if act["act"] == "approve_close" { &mut reviewer } else { &mut line };
            let (status, answer) = asked.ask("POST", &path, &act.to_string());
            assert_eq!(status, 201, "{answer}");
        }
        made.push((case.to_owned(), share));
    }
    made
}

/// What the search finds is what a walk through every word finds.
fn right(service: &Service, database: &str, token: &str) {
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::Text)]
        no: String,
    }
    for word in [COMMON, RARE, NOWHERE, "青龙", "水库只有", "勘查许可过期仍在打井，采石场"]
    {
        let sql = format!(
            "SELECT DISTINCT t.case_no AS no FROM tip_words w JOIN tips t ON t.number = w.tip \
             WHERE w.text LIKE '%{word}%' OR w.title LIKE '%{word}%' ORDER BY 1 DESC LIMIT 50"
        );
        let wanted: Vec<Found> = match database.strip_prefix("sqlite:") {
            Some(file) => {
                let mut conn = SqliteConnection::establish(file).unwrap();
                diesel::sql_query(sql).load(&mut conn).unwrap()
            }
            None => {
                let mut conn = PgConnection::establish(database).unwrap();
                diesel::sql_query(sql).load(&mut conn).unwrap()
            }
        };
        let wanted: Vec<String> = wanted.into_iter().map(|row| row.no).collect();
        let path = format!("/api/v1/cases?limit=50&q={}", in_url(word));
        // The walk takes longer than the service keeps a silent connection.
        let mut line = Line::open(&service.address, token);
        let (_, page) = line.ask("GET", &path, "");
        assert_eq!(numbers(&page), wanted, "{word}");
    }
    println!("searches find what a walk through every word finds");
}

fn numbers(page: &str) -> Vec<String> {
    let page: Value = serde_json::from_str(page).unwrap();
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items.iter().map(|item| item["case"].as_str().unwrap().to_owned()).collect()
}

fn in_url(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn measure(service: &Service, tokens: &[&str]) {
    let q = |words: &str| format!("q={}", in_url(words));
    let lists = [
        ("all", String::new()),
        ("late", "overdue=true".to_owned()),
        ("waiting for me", "todo=true".to_owned()),
        ("state=pending", "state=pending".to_owned()),
        ("state=closed", "state=closed".to_owned()),
        ("state=lifted, of none", "state=refused".to_owned()),
        ("category", "category=mineral.mining".to_owned()),
        ("category of none", "category=planning.permit".to_owned()),
        ("severity of none", "severity=danger".to_owned()),
        ("one day", "from=2024-05-05&to=2024-05-05".to_owned()),
        ("another county", "division=110101".to_owned()),
        ("held by a unit", "unit=430121".to_owned()),
        ("a common word", q(COMMON)),
        ("a rare word", q(RARE)),
        ("no hit, common signs", q(NOWHERE)),
        ("no hit", q("鑫鑫鑫")),
        ("one sign", q("矿")),
        ("one common sign", q("地")),
        ("two words", q("采石场 水库")),
        ("a common word, state of few", format!("state=pending&{}", q(COMMON))),
        ("a common word, state of none", format!("state=refused&{}", q(COMMON))),
        ("a number's beginning", "q=240505".to_owned()),
    ];
    let mut dice = Dice(7);
    for (unit, token) in UNITS.iter().zip(tokens) {
        let mut line = Line::open(&service.address, token);
        for (name, query) in &lists {
            let path = format!("/api/v1/cases?limit=50&{query}");
            let (_, page) = line.ask("GET", &path, "");
            let hits = numbers(&page).len();
            let took = timed(|| drop(line.ask("GET", &path, "")));
            say(&format!("{unit} {name} ({hits})"), &took);
        }
        let took = timed(|| drop(line.ask("GET", "/cases", "")));
        say(&format!("{unit} page of cases"), &took);
        let (_, page) = line.ask("GET", "/api/v1/cases?limit=500&state=closed", "");
        let cases = numbers(&page);
        let took = timed(|| {
            let case = &cases[dice.below(cases.len() as u64) as usize];
            drop(line.ask("GET", &format!("/cases/{case}"), ""));
        });
        say(&format!("{unit} page of a case"), &took);
    }
    println!("load average {}", load_average());
}

fn timed(mut work: impl FnMut()) -> Vec<Duration> {
    let began = Instant::now();
    let mut took: Vec<Duration> = Vec::new();
    // What takes seconds needs no hundred rounds to be seen.
    while took.len() < ROUNDS && (took.len() < 3 || began.elapsed() < Duration::from_secs(5)) {
        let began = Instant::now();
        work();
        took.push(began.elapsed());
    }
    took.sort();
    took
}

fn say(name: &str, took: &[Duration]) {
    println!("{name}: p50 {}, p95 {}", ms(at(took, 500)), ms(at(took, 950)));
}
