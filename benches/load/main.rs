//! Durable tips a second through HTTP, beside a raw loop over the same rows; start-up, memory and
//! size of the program.
//!
//! `cargo bench --bench load`; with `HOTLINE_BENCH_POSTGRES=postgres://USER@HOST:PORT` (a server with
//! fsync on, on which databases may be made) PostgreSQL is measured too. Load and service share the
//! machine, so figures are of both. A tip counts when its 201 has come, which is after its commit.
//! `HOTLINE_BENCH_SOAK=600` posts for so many seconds at half of what the service can take, and says
//! now and then how memory, open files and the write-ahead log stand.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

#[path = "../bed/mod.rs"]
mod bed;
mod raw;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bed::{Line, Service, at, load_average, ms, program, start, the_program};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use raw::Extent;

/// How long each load lasts.
const LASTS: Duration = Duration::from_secs(10);
/// Connections at the same time, one load each.
const CONNECTIONS: [usize; 2] = [1, 64];
/// Connections of the open loop: as many as may be late at once.
const OPEN: usize = 64;
/// Durable writes of the baseline.
const FSYNCS: usize = 300;
/// Seconds between two looks at a soaking service.
const LOOK: u64 = 15;

const BODY: &str = r#"{"channel":"web","division":"430121","category":"land.occupation","title":"占用耕地建厂房","text":"村东头占用耕地约三亩建厂房，正在施工，夜间有车辆进出，请核查处理。","informant":{"mode":"confidential","name":"测试人","phone":"13800000000"}}"#;

fn main() {
    // `cargo test --benches` runs this too; it is a measurement, not a test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!("program: {:.1} MB", std::fs::metadata(the_program()).unwrap().len() as f64 / 1e6);
    let folder = tempfile::tempdir().unwrap();
    fsync_baseline(folder.path());
    let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    measure("SQLite", [&file("hotline.db"), &file("raw.db")], folder.path());
    if let Ok(server) = std::env::var("HOTLINE_BENCH_POSTGRES") {
        let name = format!("bench_{}", std::process::id());
        let mut admin = PgConnection::establish(&format!("{server}/postgres")).unwrap();
        for name in [&name, &format!("{name}_raw")] {
            admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let urls = [format!("{server}/{name}"), format!("{server}/{name}_raw")];
        measure("PostgreSQL", [&urls[0], &urls[1]], folder.path());
        for name in [&name, &format!("{name}_raw")] {
            admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
        }
    }
}

/// What one small durable write costs on this disk, just now.
fn fsync_baseline(folder: &Path) {
    let mut file = File::create(folder.join("baseline")).unwrap();
    let mut took: Vec<Duration> = (0..FSYNCS)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[7; 4_096]).unwrap();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    took.sort();
    println!(
        "fdatasync of 4 KiB: p50 {}, p99 {}; load average {}",
        ms(at(&took, 500)),
        ms(at(&took, 990)),
        load_average()
    );
}

fn measure(name: &str, [database, fresh]: [&str; 2], folder: &Path) {
    let raw_folder = tempfile::tempdir().unwrap();
    for (database, folder) in [(database, folder), (fresh, raw_folder.path())] {
        let migrated = program(database, folder).arg("migrate").stdout(Stdio::null()).status();
        assert!(migrated.unwrap().success());
    }
    let service = start(database, folder);
    println!("{name}: ready after {}, {}", ms(service.ready), standing(&service, database));
    let (mut most, mut whole) = (0.0, 0.0);
    for connections in CONNECTIONS {
        let began = Instant::now();
        let took = closed(&service.address, connections);
        most = took.len() as f64 / LASTS.as_secs_f64();
        say(&format!("{name}, {connections} connections: {most:.0} durable tips/s"), &took);
        while !raw::trail::is_caught_up(database) {
            std::thread::sleep(Duration::from_millis(100));
        }
        let until_all = began.elapsed();
        whole = took.len() as f64 / until_all.as_secs_f64();
        println!("{name}: all that follows from them after {:.1} s", until_all.as_secs_f64());
    }
    for (extent, what, served) in [
        (Extent::Answered, "the rows that an answer waits for", most),
        (Extent::Whole, "all rows that follow from a tip", whole),
    ] {
        let raw = raw::tips_a_second(database, fresh, extent, LASTS);
        println!("{name}: {raw:.0} tips/s by a raw loop over {what}; ratio {:.2}", served / raw);
    }
    for share in [0.5, 0.8] {
        let rate = most * share;
        let took = open(&service.address, rate, LASTS);
        say(&format!("{name}, {rate:.0} tips/s arriving, from the intended start"), &took);
    }
    println!("{name}: {} after the load", standing(&service, database));
    if let Ok(seconds) = std::env::var("HOTLINE_BENCH_SOAK") {
        soak(name, &service, database, most / 2.0, seconds.parse().unwrap());
    }
    println!("load average {}", load_average());
}

fn say(what: &str, took: &[Duration]) {
    let [p50, p99, p999] = [500, 990, 999].map(|part| ms(at(took, part)));
    let most = ms(took.last().copied().unwrap_or_default());
    println!("{what}, p50 {p50}, p99 {p99}, p99.9 {p999}, longest {most}");
}

fn post(line: &mut Line) {
    let (status, answer) = line.ask("POST", "/api/v1/tips", BODY);
    assert_eq!(status, 201, "{answer}");
}

/// Every connection sends its next tip as soon as the last is answered; the latencies, sorted.
fn closed(address: &str, connections: usize) -> Vec<Duration> {
    let end = Instant::now() + LASTS;
    let one = || {
        let mut line = Line::open(address, "");
        let mut took = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            post(&mut line);
            took.push(began.elapsed());
        }
        took
    };
    gathered(connections, one)
}

/// Tips arrive at their times, whether the last ones are answered or not. A latency counts from the
/// time at which the tip should have gone out, so that a service that stands still for a second is
/// seen by all the tips of that second, and not only by those that were under way.
fn open(address: &str, rate: f64, lasts: Duration) -> Vec<Duration> {
    let (began, next) = (Instant::now(), AtomicU32::new(0));
    let one = || {
        let mut line = Line::open(address, "");
        let mut took = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let due = Duration::from_secs_f64(f64::from(n) / rate);
            if due > lasts {
                return took;
            }
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            post(&mut line);
            took.push(began.elapsed().saturating_sub(due));
        }
    };
    gathered(OPEN, one)
}

fn gathered(connections: usize, one: impl Fn() -> Vec<Duration> + Sync) -> Vec<Duration> {
    let mut took: Vec<Duration> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..connections).map(|_| scope.spawn(&one)).collect();
        all.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    took.sort();
    took
}

/// Tips at a rate for a long time; how the service stands meanwhile.
fn soak(name: &str, service: &Service, database: &str, rate: f64, seconds: u64) {
    let lasts = Duration::from_secs(seconds);
    std::thread::scope(|scope| {
        let load = scope.spawn(|| open(&service.address, rate, lasts));
        for look in 1..=seconds / LOOK {
            std::thread::sleep(Duration::from_secs(LOOK));
            println!("{name}, {} s: {}", look * LOOK, standing(service, database));
        }
        let took = load.join().unwrap();
        say(&format!("{name}, {rate:.0} tips/s for {seconds} s"), &took);
    });
}

/// Memory, open files, and the write-ahead log of an embedded database.
fn standing(service: &Service, database: &str) -> String {
    let process = format!("/proc/{}", service.process.id());
    let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim();
    let kib: f64 = line.trim_end_matches(" kB").parse().unwrap();
    let files = std::fs::read_dir(format!("{process}/fd")).unwrap().count();
    let log = database.strip_prefix("sqlite:").map_or_else(String::new, |file| {
        let length = std::fs::metadata(format!("{file}-wal")).map_or(0, |wal| wal.len());
        format!(", write-ahead log {:.1} MB", length as f64 / 1e6)
    });
    format!("{:.0} MB resident, {files} files open{log}", kib / 1_024.0)
}
