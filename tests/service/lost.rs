//! The database goes away under load: whoever sends gets a receipt or is told to come again, and
//! coming again with the same key neither loses a tip nor doubles one (R9, R10).

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hotline::clock::{monotonic, new_id};
use serde_json::Value;

use crate::case::call;
use crate::cluster::Shot;
use crate::proxy::{Fault, Proxy};
use crate::units::COUNTY;
use crate::world::{World, wait_for};

/// Clients that send at the same time.
const CLIENTS: usize = 8;
/// Connections that the service may hold: 16 that write, 8 that read, and a little that is on its way.
const POOLS: i64 = 26;

/// How often the database is shot: a few times, or as the requirement says.
fn rounds(short: usize, long: usize) -> usize {
    if std::env::var("HOTLINE_TEST_LONG").is_ok() { long } else { short }
}

/// What the clients saw.
#[derive(Default)]
struct Seen {
    /// Tips with a receipt, by the number on it.
    acknowledged: Mutex<Vec<String>>,
    /// Keys that were sent.
    keys: AtomicUsize,
    put_off: AtomicUsize,
    over: AtomicBool,
}

impl Seen {
    fn receipts(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

/// Ends the clients also where a test fails.
struct Over<'a>(&'a Seen);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

/// Sends tips until it is over, each with a key and again with it until there is a receipt.
fn client(world: &World, seen: &Seen) {
    let mut tip = call(COUNTY);
    tip["channel"] = "web".into();
    while !seen.over.load(Ordering::Relaxed) {
        let key = new_id();
        tip["title"] = Value::String(format!("第 {key} 件"));
        let body = tip.to_string();
        seen.keys.fetch_add(1, Ordering::Relaxed);
        loop {
            let headers = [("Idempotency-Key", key.as_str())];
            let reply = world.ask("POST", "", "/api/v1/tips", &headers, body.as_bytes());
            if reply.status == 201 {
                let number = reply.json["receipt"]["number"].as_str().unwrap().to_owned();
                seen.acknowledged.lock().unwrap().push(number);
                break;
            }
            let log = || std::fs::read_to_string(world.log_file(0)).unwrap();
            assert_eq!(reply.status, 503, "{}\n{}", reply.text, log());
            assert!(reply.header("retry-after").is_some() && reply.json["code"] == "unavailable");
            seen.put_off.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Runs clients while `shoot` does its work, then counts.
fn under_load(shot: &Shot, shoot: impl FnOnce(&Seen)) -> Seen {
    let seen = Seen::default();
    std::thread::scope(|scope| {
        let _over = Over(&seen);
        for _ in 0..CLIENTS {
            scope.spawn(|| client(&shot.world, &seen));
        }
        wait_for("the first receipts", || (seen.receipts() > 20).then_some(()));
        shoot(&seen);
        wait_for("receipts at the end", {
            let before = seen.receipts();
            let seen = &seen;
            move || (seen.receipts() > before + 20).then_some(())
        });
    });
    let receipts = seen.acknowledged.lock().unwrap().clone();
    let keys = seen.keys.load(Ordering::Relaxed);
    eprintln!("{keys} tips, {} answers of 503", seen.put_off.load(Ordering::Relaxed));
    // Each key has one tip and each receipt is another: none lost, none double.
    assert_eq!(receipts.len(), keys);
    assert_eq!(receipts.iter().collect::<HashSet<_>>().len(), keys);
    assert_eq!(shot.count("SELECT count(*) AS n FROM tips"), keys as i64);
    for number in receipts.iter().step_by(17) {
        let known = format!("SELECT count(*) AS n FROM tips WHERE number = '{number}'");
        assert_eq!(shot.count(&known), 1, "{number}");
    }
    let pools = "SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'";
    assert!(shot.count(pools) <= POOLS);
    assert!(shot.world.run_ok(&["audit"]).contains(" 0 faults"));
    seen
}

#[test]
fn r9_a_database_that_is_shot_loses_and_doubles_no_tip() {
    let Some(shot) = Shot::start(|port| port) else { return };
    under_load(&shot, |seen| {
        for round in 0..rounds(3, 20) {
            shot.restart();
            let (from, before) = (monotonic(), seen.receipts());
            wait_for("a receipt after the restart", || (seen.receipts() > before).then_some(()));
            let took = from.elapsed();
            eprintln!("round {round}: a receipt {took:?} after the database was back");
            assert!(took < Duration::from_secs(5), "round {round}: {took:?}");
        }
    });
}

#[test]
fn r10_a_commit_of_which_nobody_knows_is_found_by_its_key() {
    let Some(shot) = Shot::start(|port| port) else { return };
    let seen = under_load(&shot, |_| {
        for _ in 0..rounds(25, 300) {
            let one = "SELECT count(pg_terminate_backend(pid)) AS n FROM (SELECT pid FROM \
                       pg_stat_activity WHERE backend_type = 'client backend' AND \
                       pid <> pg_backend_pid() ORDER BY random() LIMIT 2) AS chosen";
            shot.count(one);
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    assert!(seen.put_off.load(Ordering::Relaxed) > 0, "nothing was hit");
}

/// A line to the database that is slow, falls silent, breaks off within a statement and is dead.
#[test]
fn r10_a_bad_line_to_the_database_loses_and_doubles_no_tip() {
    let mut line = None;
    let shot = Shot::start(|port| line.insert(Proxy::before(port)).port);
    let (Some(shot), Some(line)) = (shot, line) else { return };
    under_load(&shot, |_| {
        let spell = |fault: Fault, ms: u64| {
            line.set(fault);
            std::thread::sleep(Duration::from_millis(ms));
            line.set(Fault::default());
        };
        let latency = Duration::from_millis(20);
        spell(Fault { latency, ..Fault::default() }, 1_000);
        spell(Fault { stall: true, ..Fault::default() }, 1_500);
        for after in [300, 1_000, 3_000, 9_000] {
            spell(Fault { cut_after: Some(after), ..Fault::default() }, 400);
        }
        line.set(Fault { refuse: true, ..Fault::default() });
        line.cut();
        std::thread::sleep(Duration::from_secs(2));
        line.set(Fault::default());
    });
}
