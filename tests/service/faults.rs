//! R2, R3, R5: in which order the embedded database makes things durable, and what the service does
//! when the system refuses that. PostgreSQL answers for its own files.

use std::collections::HashMap;
use std::time::Duration;

use hotline::clock::Instant;

use crate::case::Case;
use crate::drill::{Tracer, Writers, count, tell, web_tip, whole, without_flood};
use crate::world::{Backend, World, wait_for};

/// The tail of the write-ahead log's name, as the tracer shows it behind a descriptor.
const LOG: &str = "hotline.db-wal>";

/// A traced line: which thread, when, and what it says.
struct Line<'t> {
    thread: &'t str,
    at: Instant,
    says: &'t str,
}

fn lines(trace: &str) -> impl Iterator<Item = Line<'_>> {
    trace.lines().filter_map(|line| {
        let (thread, rest) = line.split_once(' ')?;
        let (at, says) = rest.trim_start().split_once(' ')?;
        let (seconds, micros) = at.split_once('.')?;
        let at =
            Instant::from_timestamp(seconds.parse().ok()?, micros.parse::<u32>().ok()? * 1_000)?;
        Some(Line { thread, at, says })
    })
}

/// Follows a trace of one client and says how many 201 left after their own pages were written to
/// the write-ahead log and a later sync of it had succeeded; fails at the first that did not.
fn acknowledged_in_order(trace: &str) -> usize {
    let (mut written, mut durable, mut acknowledged) = (false, false, 0);
    let mut syncing: HashMap<&str, bool> = HashMap::new();
    for Line { thread, says, .. } in lines(trace) {
        if says.contains("\"POST /api/v1/tips") {
            (written, durable) = (false, false);
        } else if says.starts_with("pwrite64(") && says.contains(LOG) {
            written = true;
        } else if says.starts_with("fsync(") || says.starts_with("fdatasync(") {
            if says.ends_with("<unfinished ...>") {
                syncing.insert(thread, says.contains(LOG));
            } else if says.contains(LOG) && says.ends_with("= 0") {
                durable |= written;
            }
        } else if says.contains("sync resumed>") && syncing.remove(thread) == Some(true) {
            durable |= written && says.ends_with("= 0");
        } else if says.contains("\"HTTP/1.1 201") {
            assert!(durable, "answered before it was durable: tip {acknowledged}");
            (written, durable) = (false, false);
            acknowledged += 1;
        }
    }
    acknowledged
}

#[test]
fn r2_a_tip_is_acknowledged_after_the_log_is_synced() {
    let mut world = World::start(Backend::Sqlite);
    without_flood(&mut world);
    let calls = "trace=fsync,fdatasync,pwrite64,recvfrom,read,sendto,sendmsg,write,writev";
    let Some(tracer) = Tracer::on(&world, "R2", &["-e", calls]) else { return };
    let tips = count(100, 1_000);
    for _ in 0..tips {
        world.post("", "/api/v1/tips", &web_tip()).ok(201);
    }
    assert_eq!(acknowledged_in_order(&tracer.end()), tips);
    tell("R2", world.backend, &format!("{tips} of {tips} acknowledged after the log was synced"));
}

/// The reader of traces sees what is wrong with an order.
#[test]
fn r2_an_answer_before_its_sync_is_found() {
    let line = |says: &str| format!("7 1795469109.543946 {says}\n");
    let asked = line("recvfrom(9<socket:[1]>, \"POST /api/v1/tips HTTP/1.1\"..., 8192) = 99");
    let wrote = line("pwrite64(13</d/hotline.db-wal>, \"\\0\"..., 24, 8272) = 24");
    let synced = line("fsync(13</d/hotline.db-wal>) = 0");
    let failed = line("fsync(13</d/hotline.db-wal>) = -1 EIO (Input/output error)");
    let answered = line("writev(9<socket:[1]>, [{iov_base=\"HTTP/1.1 201 Created\"...");
    let is_found =
        |trace: String| std::panic::catch_unwind(|| acknowledged_in_order(&trace)).is_err();
    let good = [&asked[..], &wrote, &synced, &answered].concat();
    assert_eq!(acknowledged_in_order(&good.repeat(2)), 2);
    for bad in [[&asked, &wrote, &answered, &synced], [&asked, &synced, &wrote, &answered]] {
        assert!(is_found(bad.map(String::as_str).concat()));
    }
    assert!(is_found([&asked[..], &wrote, &failed, &answered].concat()));
    assert!(is_found([&good[..], &asked, &answered].concat()));
}

/// How a service behaves from the first sync that fails on.
struct Refusal {
    /// When the first sync failed.
    failed: Instant,
    /// Syncs of the write-ahead log that were asked for and failed.
    of_the_log: usize,
}

fn refusal(trace: &str) -> Option<Refusal> {
    let injected = lines(trace).filter(|line| line.says.contains("(INJECTED)"));
    let all: Vec<_> = injected.collect();
    let of_the_log = all.iter().filter(|line| line.says.contains(LOG)).count();
    Some(Refusal { failed: all.first()?.at, of_the_log })
}

/// From the Nth sync on every one fails: nothing that is sent after the first failure is
/// acknowledged, and the service stops taking anything until somebody starts it again.
fn sync_fails_from(nth: usize) -> usize {
    let mut world = World::start(Backend::Sqlite);
    without_flood(&mut world);
    let fault = format!("inject=fsync,fdatasync:error=EIO:when={nth}+");
    let arguments = ["-e", "trace=fsync,fdatasync", "-e", &fault];
    let Some(tracer) = Tracer::on(&world, "R3", &arguments) else { return 0 };
    let writers = Writers::new(4);
    writers.write_while(&world, || {
        wait_for("the failure", || tracer.trace().contains("(INJECTED)").then_some(()));
        std::thread::sleep(Duration::from_secs(2));
        // Whoever watches the service is told; who reads is served.
        world.get("", "/readyz").refused(503, "unavailable");
        world.get("judge-000000", "/api/v1/cases").ok(200);
        let refused = world.post("", "/api/v1/tips", &web_tip()).refused(503, "unavailable");
        assert!(refused["title"].as_str().unwrap().contains("12336"), "{refused}");
    });
    let refusal = refusal(&tracer.end()).unwrap();
    let last = writers.last_sent();
    assert!(last.is_none_or(|last| last <= refusal.failed), "{last:?} {}", refusal.failed);
    assert_eq!(writers.refused.lock().unwrap().keys().collect::<Vec<_>>(), [&503]);
    // One of a checkpoint, which SQLite keeps to itself, and one of a commit. None is tried again.
    assert!(refusal.of_the_log <= 2, "{}", refusal.of_the_log);
    // The disk may be mended by now; without a new start nothing is taken all the same.
    world.post("", "/api/v1/tips", &web_tip()).refused(503, "unavailable");
    let before = writers.acknowledged();
    world.kill_and_restart();
    writers.check(&world);
    before
}

#[test]
fn r3_after_a_sync_that_fails_nothing_is_acknowledged() {
    let steps = count(4, 40);
    let mut acknowledged = 0;
    for step in 0..steps {
        acknowledged += sync_fails_from(1 + step * 200 / steps);
    }
    tell(
        "R3",
        Backend::Sqlite,
        &format!("{steps} places from 1 to 200, {acknowledged} acknowledged, 0 lost"),
    );
}

/// Evidence and a tip that names it.
fn tip_with_a_file(world: &World, name: &str) -> Option<(u16, serde_json::Value)> {
    let content = format!("photograph {name} of a wall");
    let typed = [("content-type", "application/octet-stream")];
    let file = world.ask("POST", "", "/api/v1/files", &typed, content.as_bytes());
    let mut tip = web_tip();
    if file.status == 201 {
        tip["files"] = serde_json::json!([file.json["sha256"]]);
    } else {
        assert_eq!(file.status, 503, "{}", file.text);
    }
    world.try_post("", "/api/v1/tips", &[], &tip)
}

/// Files in the folder and rows of them, by name: both or neither.
fn no_file_is_alone(world: &World) -> bool {
    let folder = world.folder.path().join("files");
    let mut there = Vec::new();
    for part in std::fs::read_dir(&folder).unwrap() {
        let part = part.unwrap();
        let names = std::fs::read_dir(part.path()).unwrap();
        let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
        there.extend(names.filter(|_| part.file_name().len() == 2));
    }
    there.sort();
    there == world.names("SELECT sha256 AS name FROM files ORDER BY 1")
}

/// One call fails once, while tips with files come in; how many were acknowledged, and whether the
/// fault was met. `None` where nothing can be traced.
fn one_fault(world: &mut World, call: &str, error: &str, nth: usize) -> Option<(usize, bool)> {
    let fault = format!("inject={call}:error={error}:when={nth}");
    let arguments = ["-e", &format!("trace={call}"), "-e", &fault];
    let tracer = Tracer::on(world, "R5", &arguments)?;
    let mut receipts = Vec::new();
    for number in 0..count(6, 100) {
        match tip_with_a_file(world, &format!("{fault} {number}")) {
            Some((201, receipt)) => receipts.push(receipt),
            other => assert!(matches!(other, Some((503, _)) | None), "{fault}: {other:?}"),
        }
        // Three more: what comes after a fault is as much a part of it.
        if number > 2 && tracer.trace().contains("(INJECTED)") {
            break;
        }
    }
    let met = tracer.end().contains("(INJECTED)");
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(!log.contains("panicked"), "{fault}: {log}");
    if world.get("", "/readyz").status != 200 {
        world.kill_and_restart();
    }
    // It may have looked like a full disk.
    let has_room = || world.get("", "/readyz").json["has_room"] == true;
    wait_for("room", || has_room().then_some(()));
    for receipt in &receipts {
        let case = Case::of(world, receipt);
        assert_eq!(case.progress()["state"], "pending", "{fault}");
    }
    // After a commit that was refused a start looks through them.
    wait_for("files and rows to agree", || no_file_is_alone(world).then_some(()));
    Some((receipts.len(), met))
}

#[test]
fn r5_no_refusal_of_the_system_loses_anything() {
    let settings = [("HOTLINE_FLOOD__PER_SOURCE", "0"), ("HOTLINE_FLOOD__PER_TEXT", "0")];
    let mut world = World::start_with(Backend::Sqlite, &settings);
    // `write` is left out: run times wake themselves by it, and an error there is no disk's.
    let calls = ["pwrite64", "openat", "rename", "fsync"];
    let (mut faults, mut acknowledged) = (0, 0);
    for step in 0..count(1, 20) {
        for call in calls {
            for error in ["EIO", "ENOSPC", "EINTR"] {
                let nth = 2 + step * 500 / 20;
                let Some((told, met)) = one_fault(&mut world, call, error, nth) else { return };
                (faults, acknowledged) = (faults + usize::from(met), acknowledged + told);
            }
        }
    }
    assert!(faults >= count(8, 120), "only {faults} faults were met");
    assert!(world.names("SELECT number AS name FROM tips").len() >= acknowledged);
    whole(&world);
    let measured = format!("{faults} faults, {acknowledged} acknowledged, 0 lost, no file alone");
    tell("R5", world.backend, &measured);
}
