//! R11, R12, R27: many at once, in one process and in several.

use std::collections::HashMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotline::clock::{below, monotonic};
use serde_json::json;

use crate::case::Case;
use crate::drill::{Writers, count, tell, web_tip, whole, without_flood};
use crate::on_both;
use crate::relay::{MailServer, free_port, has_mail_server};
use crate::world::{Backend, World, has_postgres, wait_for};

on_both!(r27_a_tip_sent_twice_at_once_is_one, r27_of_fifty_who_sign_a_case_one_does);

/// Writers at the same time (R11).
const WRITERS: usize = 64;

#[test]
fn r11_nobody_sees_a_locked_database() {
    let mut world = World::start(Backend::Sqlite);
    without_flood(&mut world);
    let world = &world;
    let month = "2026-11";
    let (writers, stop) = (Writers::new(WRITERS), &AtomicBool::new(false));
    let seconds = Duration::from_secs(count(5, 30) as u64);
    std::thread::scope(|scope| {
        // Reports are built beside it by another process, and read by people, all the time.
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let build = ["report", "build", "--kind", "monthly", "--period", month];
                world.run_ok(&[&build[..], &["--scope", "000000", "--out", "out"]].concat());
            }
        });
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                world.get("judge-000000", "/api/v1/cases?limit=100").ok(200);
            }
        });
        writers.write_while(world, || std::thread::sleep(seconds));
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(*writers.refused.lock().unwrap(), Default::default(), "somebody was refused");
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(!log.contains("locked"), "{log}");
    let acknowledged = writers.check(world);
    let slowest = writers.slowest(99);
    let measured = format!(
        "{WRITERS} writers for {} s: {acknowledged} acknowledged, 0 refused; p99 {} ms",
        seconds.as_secs(),
        slowest.as_millis()
    );
    tell("R11", world.backend, &measured);
}

/// Readers of the nation's daily report: each report is as many letters.
const READERS: usize = 4;
/// Kinds and scopes of which three processes publish the reports.
const SCOPES: &str = "000000,430000,440000,110000,120000,130000";

#[test]
fn r12_three_processes_that_are_killed_do_everything_once() {
    if !has_postgres() || !has_mail_server() {
        return;
    }
    let port = free_port();
    let (server, mail) = (MailServer::start(port, &[]), format!("localhost:{port}"));
    let settings = [
        ("HOTLINE_REPORTS__SCOPES", SCOPES),
        ("HOTLINE_REPORTS__KINDS", "daily,monthly"),
        ("HOTLINE_MAIL__SERVER", &*mail),
        ("HOTLINE_MAIL__TLS", "none"),
        ("HOTLINE_MAIL__FROM", "hotline@line.example"),
        ("HOTLINE_MAIL__LINK", "https://line.example/hotline"),
    ];
    let mut world = World::start_with(Backend::Postgres, &settings);
    for reader in 0..READERS {
        let reader = format!("reader{reader}@bureau.example");
        let daily = ["--kind", "daily", "--scope", "000000"];
        world.run_ok(&[&["report", "subscribe", &reader][..], &daily].concat());
    }
    world.sql("UPDATE meta SET value = '2026-11-20T00:00:00+00:00' WHERE key = 'born'").unwrap();
    world.set_clock("2026-11-20T04:00:00Z");
    let lapsing: Vec<String> = (0..count(5, 50))
        .map(|_| {
            let case = Case::in_county(&world);
            case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请说明位置" }));
            case.no
        })
        .collect();
    world.serve();
    world.serve();
    let days = count(18, 170) as i64;
    let from = "2026-11-20T04:00:00Z".parse::<hotline::clock::Instant>().unwrap();
    let mut taken_over = Duration::ZERO;
    let steps = count(2, 10) as i64;
    for step in 1..=steps {
        let now = from + chrono::Duration::days(days * step / steps);
        world.set_clock(&now.to_rfc3339());
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(500 + below(2_500)));
            world.replace(below(3) as usize);
        }
        let since = monotonic();
        let due = (days * step / steps) as usize * 6;
        let done = "SELECT period AS name FROM reports WHERE kind = 'daily'";
        let wait = Duration::from_secs(count(30, 60) as u64);
        while world.names(done).len() < due {
            assert!(since.elapsed() < wait, "{} of {due} reports", world.names(done).len());
            std::thread::sleep(Duration::from_millis(200));
        }
        taken_over = taken_over.max(since.elapsed());
    }
    // What a process died over is free once its claim has run out.
    let end = from + chrono::Duration::days(days) + chrono::Duration::minutes(5);
    world.set_clock(&end.to_rfc3339());
    wait_for("the letters", || waiting(&world).is_empty().then_some(()));
    let entry = |no: &String| format!("case_no = '{no}' AND act = 'lapse'");
    wait_for("the lapses", || {
        let there = |no| {
            !world.names(&format!("SELECT id AS name FROM entries WHERE {}", entry(no))).is_empty()
        };
        lapsing.iter().all(there).then_some(())
    });
    // One more round of each process finds nothing to do.
    std::thread::sleep(Duration::from_secs(6));
    for no in &lapsing {
        let lapses = world.names(&format!("SELECT id AS name FROM entries WHERE {}", entry(no)));
        assert_eq!(lapses.len(), 1, "{no}");
    }
    let all =
        world.names("SELECT kind || ' ' || period || ' ' || scope AS name FROM reports ORDER BY 1");
    let mut once = all.clone();
    once.dedup();
    assert_eq!(all, once);
    let daily = all.iter().filter(|name| name.starts_with("daily")).count();
    assert_eq!(daily, days as usize * 6);
    let told = world.names("SELECT about || ' ' || recipient AS name FROM outbox ORDER BY 1");
    let mut told_once = told.clone();
    told_once.dedup();
    assert_eq!(told, told_once);
    let (letters, repeated) = each_letter_came_once(&world, &server);
    assert_eq!(letters, days as usize * READERS);
    whole(&world);
    let measured = format!(
        "{} reports, {letters} letters and {} lapses once each, {} kills; {repeated} letters came \
         again over which a process died; all published ≤ {} ms after the last kill",
        all.len(),
        lapsing.len(),
        3 * steps,
        taken_over.as_millis()
    );
    tell("R12", world.backend, &measured);
}

/// Letters that are neither sent nor given up.
fn waiting(world: &World) -> Vec<String> {
    world.names("SELECT id AS name FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL")
}

/// No letter was given up, and each came once. No commit covers a mail: one whose text was being given
/// when its process was killed is given again under the same Message-ID, and no third time. How many
/// letters there are, and how many came again.
fn each_letter_came_once(world: &World, server: &MailServer) -> (usize, usize) {
    let given = world.names(
        "SELECT id || ' ' || CASE WHEN sent_at IS NULL THEN 'lost' ELSE CAST(handovers AS TEXT) END \
         AS name FROM outbox",
    );
    let mut came: HashMap<String, usize> = HashMap::new();
    for mail in server.mails() {
        *came.entry(mail.header("Message-ID").to_owned()).or_default() += 1;
    }
    let mut repeated = 0;
    for row in &given {
        let (id, handovers) = row.split_once(' ').unwrap();
        let times = came.remove(&format!("<{id}@line.example>")).unwrap_or(0);
        let most: usize = handovers.parse().unwrap_or_else(|_| panic!("given up: {row}"));
        assert!((1..=most).contains(&times) && most <= 2, "{row} came {times} times");
        repeated += times - 1;
    }
    assert!(came.is_empty(), "nobody wrote these: {came:?}");
    (given.len(), repeated)
}

fn r27_a_tip_sent_twice_at_once_is_one(world: &mut World) {
    without_flood(world);
    let trials = count(40, 2_500);
    let world = &*world;
    for trial in 0..trials {
        let (key, gate) = (format!("double-click-{trial}"), &Barrier::new(4));
        let key = &[("Idempotency-Key", key.as_str())];
        let send = || world.try_post("", "/api/v1/tips", key, &web_tip());
        let receipts: Vec<_> = std::thread::scope(|scope| {
            let one = || scope.spawn(|| (gate.wait(), send()).1);
            let all: Vec<_> = (0..4).map(|_| one()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        // Back, and sent again.
        let again = send();
        assert!(again.as_ref().is_some_and(|(status, _)| *status == 201), "{again:?}");
        assert!(receipts.iter().all(|receipt| *receipt == again), "{receipts:?}");
    }
    assert_eq!(world.names("SELECT no AS name FROM cases").len(), trials);
    whole(world);
    tell(
        "R27",
        world.backend,
        &format!("{} sendings of {trials} tips: {trials} cases", trials * 5),
    );
}

fn r27_of_fifty_who_sign_a_case_one_does(world: &mut World) {
    for _ in 0..count(1, 20) {
        let case = Case::in_county(world);
        case.done("judge-430121", &json!({ "act": "accept" }));
        case.done("judge-430121", &json!({ "act": "dispatch", "unit": "430121" }));
        let gate = &Barrier::new(50);
        let replies: Vec<_> = std::thread::scope(|scope| {
            let sign = || (gate.wait(), case.act("handler-430121", &json!({ "act": "sign" }))).1;
            let all: Vec<_> = (0..50).map(|_| scope.spawn(sign)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let (won, told): (Vec<_>, Vec<_>) = replies.into_iter().partition(|r| r.status == 201);
        assert_eq!(won.len(), 1);
        for reply in told {
            let said = reply.refused(409, "duty_not_open");
            // By whom: the others need not ask around.
            assert!(said["title"].as_str().unwrap().contains("handler-430121"), "{said}");
        }
        let signed = case.entries("handler-430121");
        assert_eq!(signed.iter().filter(|entry| entry["act"] == "sign").count(), 1);
    }
}
