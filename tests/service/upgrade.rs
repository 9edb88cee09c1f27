//! Databases of every earlier layout come up to this one with all that they hold, also when that is
//! killed on the way; and so do archives of them.
//!
//! No release has been made yet, so there is no database of one. What stands in for them is made here,
//! the way they would have come about: a database with rows is taken down step by step, each step
//! giving the layout that a program of that day had. Once there are releases, an archive of each with
//! its key file belongs in tests/fixtures and in this test.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hotline::archive::{Kind, Writer};
use hotline::desk::backup::{Head, Sum, Tail};
use hotline::store::carry::{Table, tables, write_line};
use hotline::store::{Store, StoreError};
use hotline::vault::{KeyRing, Vault};
use sha2::Digest;

use crate::backup::run_ok;
use crate::migrations::steps;
use crate::moving::{catalogue, fill, rows};
use crate::on_both;
use crate::raw::Place;
use crate::world::World;

on_both!(
    r24_every_earlier_layout_comes_up_with_all_that_it_holds,
    r24_a_killed_upgrade_is_finished_by_the_next,
    r24_an_archive_of_an_earlier_layout_is_restored,
);

/// The layouts before the guards of the ledger were there are not worth a test.
const FIRST: usize = 2;
/// Moments at which an upgrade is killed.
const KILLS: u32 = 20;

/// The version by which the database knows a step.
fn version(step: &Path) -> String {
    let name = step.file_name().unwrap().to_str().unwrap();
    name.chars().filter(char::is_ascii_digit).collect()
}

/// Takes the database one layout down.
fn down(world: &World, step: &Path) {
    let sql = std::fs::read_to_string(step.join("down.sql")).unwrap();
    world.sql(&sql).unwrap_or_else(|error| panic!("{}: {error}", step.display()));
    let version = version(step);
    let forget = format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'");
    world.sql(&forget).unwrap();
}

/// Cases and what belongs to them, sealed, with nobody working on them.
fn filled(world: &mut World) -> Vec<String> {
    fill(world);
    world.stop();
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    let rows = rows(world);
    assert!(rows.len() > 40);
    rows
}

/// The same questions asked at another place.
fn rows_at(world: &mut World, place: &Place) -> Vec<String> {
    let here = std::mem::replace(&mut world.database, place.database.clone());
    let found = rows(world);
    world.database = here;
    found
}

fn r24_every_earlier_layout_comes_up_with_all_that_it_holds(world: &mut World) {
    let before = filled(world);
    let steps = steps(world);
    for step in steps.iter().skip(FIRST).rev() {
        down(world, step);
        let place = Place::copy_of(world);
        run_ok(place.program(world, &["migrate"]));
        assert_eq!(rows_at(world, &place), before, "from before {}", step.display());
        let audit = run_ok(place.program(world, &["audit"]));
        assert!(audit.contains(" 0 faults"), "from before {}: {audit}", step.display());
    }
}

#[allow(clippy::disallowed_methods, reason = "how long an upgrade takes here is measured")]
fn r24_a_killed_upgrade_is_finished_by_the_next(world: &mut World) {
    let before = filled(world);
    for step in steps(world).iter().skip(FIRST).rev() {
        down(world, step);
    }
    let place = Place::copy_of(world);
    let begun = Instant::now();
    run_ok(place.program(world, &["migrate"]));
    let whole = begun.elapsed();
    let mut killed = 0;
    for moment in 0..KILLS {
        let place = Place::copy_of(world);
        let mut migrating = place.program(world, &["migrate"]).spawn().unwrap();
        std::thread::sleep(whole.max(Duration::from_millis(20)) * moment / KILLS);
        let _ = migrating.kill();
        killed += u32::from(!migrating.wait().unwrap().success());
        run_ok(place.program(world, &["migrate"]));
        assert_eq!(rows_at(world, &place), before, "killed at {moment} of {KILLS}");
        assert!(run_ok(place.program(world, &["audit"])).contains(" 0 faults"));
    }
    assert!(killed > KILLS / 4, "only {killed} of {KILLS} were killed on the way");
}

/// The tables as they are at the layout of the database.
fn tables_there(world: &World) -> Vec<Table> {
    let there = catalogue(world);
    let known = |table: &str, column: &str| {
        there.iter().any(|line| line.starts_with(&format!("{table}.{column} ")))
    };
    let narrowed = |mut table: Table| {
        let Table { name, columns, key } = &mut table;
        columns.retain(|column| known(name, &column.name));
        key.retain(|column| known(name, column));
        table
    };
    tables().into_iter().map(narrowed).filter(|table| !table.columns.is_empty()).collect()
}

/// An archive as the program of that layout would have made it.
fn archive_of(world: &World, layout: &str) -> PathBuf {
    let out = world.folder.path().join(format!("{layout}.archive"));
    let keys = KeyRing::read(&world.folder.path().join("keys")).unwrap().unwrap();
    let file = std::fs::File::create(&out).unwrap();
    let mut archive = Writer::begin(file, &Vault::new(keys)).unwrap();
    let tables = tables_there(world);
    let head = Head {
        program: "0.0.0".to_owned(),
        layout: layout.to_owned(),
        made_at: hotline::clock::Clock::default().now(),
        tables: tables.clone(),
        total: 0,
    };
    archive.piece(Kind::Head, &serde_json::to_vec(&head).unwrap()).unwrap();
    let store = Store::open(&world.database.parse().unwrap()).unwrap();
    let mut sums = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let mut piece = u16::try_from(at).unwrap().to_be_bytes().to_vec();
        let (rows, lines) = lines_of(&store, table.clone());
        piece.extend_from_slice(&lines);
        archive.piece(Kind::Rows, &piece).unwrap();
        let sha256 = sha2::Sha256::digest(&lines).iter().map(|b| format!("{b:02x}")).collect();
        sums.push(Sum { name: table.name, rows, sha256 });
    }
    let mut tail = Tail {
        tables: sums,
        files: 1,
        file_bytes: 0,
        absent: Vec::new(),
        log_size: 0,
        log_last: None,
    };
    let hash = world.names("SELECT sha256 AS name FROM files").pop().unwrap();
    let path = world.folder.path().join("files").join(&hash[..2]).join(&hash);
    let evidence = std::fs::read(path).unwrap();
    tail.file_bytes = evidence.len() as u64;
    archive.piece(Kind::File, hash.as_bytes()).unwrap();
    archive.piece(Kind::Data, &evidence).unwrap();
    archive.piece(Kind::Tail, &serde_json::to_vec(&tail).unwrap()).unwrap();
    archive.finish().unwrap();
    out
}

/// The rows of a table as lines, and how many there are.
fn lines_of(store: &Store, table: Table) -> (u64, Vec<u8>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let read = store.read(move |db| -> Result<(u64, Vec<u8>), StoreError> {
        let (mut rows, mut lines) = (0, Vec::new());
        db.rows(&table, |row| {
            rows += 1;
            write_line(&row, &mut lines)
        })?;
        Ok((rows, lines))
    });
    runtime.block_on(read).unwrap()
}

fn r24_an_archive_of_an_earlier_layout_is_restored(world: &mut World) {
    let before = filled(world);
    let steps = steps(world);
    for at in (FIRST..steps.len()).rev() {
        down(world, &steps[at]);
        // The newest, some between, the oldest.
        if at % 5 != 0 && at != FIRST && at + 1 != steps.len() {
            continue;
        }
        let layout = version(&steps[at - 1]);
        let archive = archive_of(world, &layout);
        let place = Place::with_keys_of(world, world.backend);
        run_ok(place.program(world, &["restore", archive.to_str().unwrap()]));
        assert_eq!(rows_at(world, &place), before, "of layout {layout}");
        let audit = run_ok(place.program(world, &["audit"]));
        assert!(audit.contains(" 0 faults"), "of layout {layout}: {audit}");
    }
    // And of one that nobody here knows.
    let archive = archive_of(world, "29990101000000");
    let place = Place::with_keys_of(world, world.backend);
    let newer = crate::start::fails(place.program(world, &["restore", archive.to_str().unwrap()]));
    assert!(newer.contains("newer program"), "{newer}");
}
