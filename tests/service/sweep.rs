//! Files that nothing names go after a day; those that something names stay, whoever is faster.

use std::path::PathBuf;

use serde_json::json;

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::COUNTY;
use crate::world::{Backend, World, has_postgres, wait_for};

on_both!(what_nothing_names_goes_after_a_day_and_evidence_stays);

fn send(world: &World, content: &str) -> String {
    let typed = [("content-type", "application/octet-stream")];
    let bytes = format!("%PDF-1.7 {content}");
    let file = world.ask("POST", "", "/api/v1/files", &typed, bytes.as_bytes()).ok(201);
    file["sha256"].as_str().unwrap().to_owned()
}

fn path(world: &World, hash: &str) -> PathBuf {
    world.folder.path().join("files").join(&hash[..2]).join(hash)
}

fn known(world: &World) -> Vec<String> {
    world.names("SELECT sha256 AS name FROM files ORDER BY 1")
}

fn sorted(hashes: &[&String]) -> Vec<String> {
    let mut hashes: Vec<String> = hashes.iter().map(|hash| (*hash).clone()).collect();
    hashes.sort();
    hashes
}

fn what_nothing_names_goes_after_a_day_and_evidence_stays(world: &mut World) {
    world.set_clock("2026-11-02T10:00:00+08:00");
    let (photo, loose, again) = (evidence(world), send(world, "loose"), send(world, "again"));
    let of_tip = send(world, "of a tip");
    Case::in_county(world).to_review(&photo);
    let mut tip = call(COUNTY);
    tip["files"] = json!([of_tip]);
    world.post("operator-430121", "/api/v1/tips", &tip).ok(201);
    let all = sorted(&[&photo, &loose, &again, &of_tip]);
    world.set_clock("2026-11-03T09:59:00+08:00");
    assert_eq!(send(world, "again"), again);
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert_eq!(known(world), all);

    world.set_clock("2026-11-03T10:01:00+08:00");
    let rest = sorted(&[&photo, &again, &of_tip]);
    wait_for("the sweep", || (known(world) == rest).then_some(()));
    wait_for("the file to go", || (!path(world, &loose).exists()).then_some(()));
    for hash in [&photo, &again, &of_tip] {
        assert!(path(world, hash).exists(), "{hash}");
    }
    // It cannot be named any more; sent again, it can.
    tip["files"] = json!([loose]);
    world.post("operator-430121", "/api/v1/tips", &tip).refused(422, "invalid");
    assert_eq!(send(world, "loose"), loose);
    world.post("operator-430121", "/api/v1/tips", &tip).ok(201);
    world.set_clock("2026-12-03T10:01:00+08:00");
    let named = sorted(&[&photo, &loose, &of_tip]);
    wait_for("the second sweep", || (known(world) == named).then_some(()));
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

/// A tip that names a file at the moment of the sweep: the sweep waits and leaves it.
#[test]
fn a_file_that_is_being_named_survives_the_sweep() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, PgConnection};
    if !has_postgres() {
        return;
    }
    let world = World::start(Backend::Postgres);
    world.set_clock("2026-11-02T10:00:00+08:00");
    let (named, loose) = (send(&world, "named"), send(&world, "loose"));
    let mut other = PgConnection::establish(&world.database).unwrap();
    let mark = format!("BEGIN; UPDATE files SET attached = TRUE WHERE sha256 = '{named}'");
    other.batch_execute(&mark).unwrap();
    world.set_clock("2026-11-04T10:00:00+08:00");
    let waiting = "SELECT 'x' AS name FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                   AND datname = current_database()";
    wait_for("the sweep to wait", || (!world.names(waiting).is_empty()).then_some(()));
    other.batch_execute("COMMIT").unwrap();
    wait_for("the sweep", || (known(&world) == [named.clone()]).then_some(()));
    wait_for("the file to go", || (!path(&world, &loose).exists()).then_some(()));
    assert!(path(&world, &named).exists());
}
