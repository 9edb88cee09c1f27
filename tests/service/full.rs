//! R4: a disk that is full. Nothing acknowledged is lost, nothing stands half, people are told that
//! they were not heard, and once there is room again the service goes on by itself.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use hotline::clock::monotonic;
use serde_json::json;
use tempfile::TempDir;

use crate::case::Case;
use crate::drill::{Writers, count, skipped, tell, web_tip, whole};
use crate::visitor::{OWN_PAGE, Visitor};
use crate::world::{Backend, World, wait_for};

/// A small disk of its own, gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one over a folder; `None` where this machine lets nobody do so.
    fn mount(folder: &Path, mebibytes: usize) -> Option<SmallDisk> {
        let size = format!("size={mebibytes}m,mode=700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder);
        match mount.output() {
            Ok(done) if done.status.success() => Some(SmallDisk(folder.to_owned())),
            _ => {
                skipped("R4", "a small disk can only be mounted by root");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut file =
            std::fs::File::options().append(true).create(true).open(self.filler()).unwrap();
        for block in [1 << 20, 4_096, 1] {
            while file.write_all(&vec![b'x'; block]).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// A service whose data lie on the small disk.
fn world_on(disk: &SmallDisk) -> World {
    let settings = [("HOTLINE_FLOOD__PER_SOURCE", "0"), ("HOTLINE_FLOOD__PER_TEXT", "0")];
    let mut world = World::start_with(Backend::Sqlite, &settings);
    world.stop();
    for file in ["hotline.db", "keys", "seal.key"] {
        std::fs::copy(world.folder.path().join(file), disk.path().join(file)).unwrap();
    }
    world.set("HOTLINE_DATA", disk.path().to_str().unwrap());
    world.database = format!("sqlite:{}", disk.path().join("hotline.db").display());
    world.serve();
    world
}

/// A tip by the page, as somebody at a browser sends it: the status and the page.
fn by_page(visitor: &Visitor<'_>) -> (u16, String) {
    let tip = web_tip();
    let text = |name: &str| tip[name].as_str().unwrap();
    let fields = [
        ("division", text("division")),
        ("category", text("category")),
        ("title", text("title")),
        ("text", text("text")),
        ("mode", "anonymous"),
    ];
    let answer = visitor.send_with("/tip", &fields, &visitor.token, &OWN_PAGE);
    (answer.status, answer.text)
}

#[test]
fn r4_a_full_disk_loses_nothing_and_is_got_over() {
    let folder = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), 64) else { return };
    let world = world_on(&disk);
    let visitor = Visitor::public(&world);
    let case = Case::in_county(&world);
    let writers = Writers::new(8);
    let (mut slowest, mut back) = (Duration::ZERO, Duration::ZERO);
    let rounds = count(2, 20);
    for round in 0..rounds {
        writers.write_while(&world, || {
            std::thread::sleep(Duration::from_millis(300));
            disk.fill();
            wait_for("the first refusal", || {
                writers.refused.lock().unwrap().contains_key(&503).then_some(())
            });
            std::thread::sleep(Duration::from_millis(700));
            // Whoever reports is told that it was not received, and whom to call.
            let (status, page) = by_page(&visitor);
            assert_eq!(status, 503, "{page}");
            assert!(page.contains("没有收到") && page.contains("12336"), "{page}");
            // Who reads is served.
            for _ in 0..20 {
                let from = monotonic();
                world.get("judge-430121", &case.path("")).ok(200);
                slowest = slowest.max(from.elapsed());
            }
            // What is under way is still written down: that is what the ballast is for.
            case.done(
                "judge-430121",
                &json!({ "act": "note", "text": format!("磁盘已满 {round}") }),
            );
            disk.free();
            let from = monotonic();
            wait_for("intake", || (by_page(&visitor).0 < 400).then_some(()));
            back = back.max(from.elapsed());
        });
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert!(back < Duration::from_secs(10), "{back:?}");
    assert_eq!(writers.refused.lock().unwrap().keys().collect::<Vec<_>>(), [&503]);
    assert_eq!(case.entries("judge-430121").len(), 1 + rounds);
    let acknowledged = writers.acknowledged();
    let measured = format!(
        "{rounds} times full, {acknowledged} acknowledged, 0 lost; reads ≤ {} ms, intake back ≤ {} ms",
        slowest.as_millis(),
        back.as_millis()
    );
    writers.check(&world);
    tell("R4", world.backend, &measured);
}

#[test]
fn r4_a_full_disk_of_evidence_stops_nothing_else() {
    let mut world = World::start(Backend::Sqlite);
    world.stop();
    let files = world.folder.path().join("files");
    std::fs::create_dir_all(&files).unwrap();
    let Some(disk) = SmallDisk::mount(&files, 4) else { return };
    world.serve();
    disk.fill();
    let typed = [("content-type", "application/octet-stream")];
    let send = |world: &World| world.ask("POST", "", "/api/v1/files", &typed, &vec![b'a'; 200_000]);
    let refused = send(&world).refused(503, "unavailable");
    assert!(refused["title"].as_str().unwrap().contains("12336"));
    world.post("", "/api/v1/tips", &web_tip()).ok(201);
    disk.free();
    let drafts = std::fs::read_dir(files.join("draft")).unwrap().count();
    assert_eq!(drafts, 0, "a draft was left behind");
    send(&world).ok(201);
    whole(&world);
}

#[test]
fn r4_a_full_disk_of_logs_stops_nothing() {
    let mut world = World::start(Backend::Sqlite);
    world.stop();
    // Nothing can be written to it, ever.
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let port = crate::relay::free_port();
    let mut program = world.program();
    program.env("HOTLINE_LISTEN", format!("127.0.0.1:{port}")).arg("serve");
    let mut process = program.stdout(full()).stderr(full()).spawn().unwrap();
    let address = format!("http://127.0.0.1:{port}");
    wait_for("the service", || ureq::get(format!("{address}/readyz")).call().ok());
    for _ in 0..5 {
        let sent = ureq::post(format!("{address}/api/v1/tips")).send_json(web_tip()).unwrap();
        assert_eq!(sent.status(), 201);
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(world.names("SELECT number AS name FROM tips").len(), 5);
    whole(&world);
}
