//! The tamper drill: somebody who has the database, and no scruple, changes something. The
//! audit must find it, every time, and name where; and must find nothing in what nobody touched.
//!
//! `HOTLINE_TAMPERS` says how often, `HOTLINE_TAMPER_SEED` repeats a run; both are printed.

mod checksums;
mod damage;
mod deeds;
mod hand;
mod set_back;

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use hotline::app;
use hotline::calendar::zone;
use hotline::config::Config;
use hotline::desk::Desk;
use hotline::desk::audit::Audit;
use hotline::desk::campaign::{About, NewCampaign};
use hotline::desk::rehearse::Hands;
use hotline::synth::Plan;
use tempfile::TempDir;

use self::deeds::tamper;
use self::hand::Hand;
use crate::drill::{count, tell};
use crate::on_both;
use crate::wait::wait_for;
use crate::world::{Backend, World, as_admin, postgres, server_of, unique};

/// Tampers where nobody asks for another number, in the short form and in the long one.
const TAMPERS: (usize, usize) = (40, 1_000);
/// Of so many copies one is left as it is.
const UNTOUCHED: u64 = 6;

on_both!(r26_every_tamper_is_found_and_nothing_else);

/// Random numbers that a seed repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn number(conn: &mut SqliteConnection, sql: &str) -> i64 {
    sql_query(sql).get_result::<Number>(conn).unwrap_or_else(|why| panic!("{sql}: {why}")).n
}

fn words(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    sql_query(sql).load::<Word>(conn).unwrap().into_iter().map(|row| row.word).collect()
}

/// A small year, made once.
struct Original {
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
    url: String,
}

/// A folder with evidence and keys, and the database that goes with it.
struct Copy {
    folder: TempDir,
    url: String,
}

impl Drop for Copy {
    fn drop(&mut self) {
        drop_database(&self.url);
    }
}

impl Drop for Original {
    fn drop(&mut self) {
        drop_database(&self.url);
    }
}

fn drop_database(url: &str) {
    if url.starts_with("postgres") {
        let (_, name) = url.rsplit_once('/').unwrap();
        as_admin(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

fn file_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("hotline.db").display())
}

/// The settings for a folder with an embedded database.
fn config(folder: &Path) -> Config {
    config_of(folder, &file_in(folder))
}

fn config_of(folder: &Path, url: &str) -> Config {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let environment = vec![
        pair("HOTLINE_DATA", folder.display().to_string()),
        pair("DATABASE_URL", url.to_owned()),
    ];
    Config::read(None, environment.into_iter()).unwrap()
}

fn original() -> Original {
    original_on(Backend::Sqlite)
}

fn original_on(backend: Backend) -> Original {
    let folder = TempDir::new().unwrap();
    let url = match backend {
        Backend::Sqlite => file_in(folder.path()),
        Backend::Postgres => {
            let name = unique("tampered");
            as_admin(&format!("CREATE DATABASE {name}"));
            server_of(&postgres().unwrap(), &name)
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = config_of(folder.path(), &url);
        app::migrate(&config, true).await.unwrap();
        let desk = app::open(&config).await.unwrap().desk;
        for role in ["operator", "supervisor"] {
            let unit = "430000".parse().unwrap();
            let password = "seven white egrets over the lake".to_owned();
            desk.add_user(role, password, unit, &[role.parse().unwrap()]).await.unwrap();
        }
        let hands = |db: &mut hotline::store::Reader<'_>| Hands::find(db, "operator", "supervisor");
        let hands = desk.store.read(hands).await.unwrap();
        let last = zone::parse_date("2026-10-31").unwrap();
        desk.rehearse(Plan { tips: 60, seed: 7, last }, hands, |_| {}).await.unwrap();
        let clean = desk.audit(None, |_| {}).await.unwrap();
        assert_eq!(clean.count, 0, "{:?}", clean.faults);
        assert!(clean.files > 0 && clean.notices > 0 && clean.reports > 0, "{clean:?}");
    });
    if backend == Backend::Sqlite {
        // What still stands in the write-ahead log would be missing in a copy of the file.
        let mut conn = connect(folder.path());
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    }
    Original { folder, runtime, url }
}

fn connect(folder: &Path) -> SqliteConnection {
    let mut conn =
        SqliteConnection::establish(folder.join("hotline.db").to_str().unwrap()).unwrap();
    // A desk that was closed just now may still be putting its log of writes away.
    conn.batch_execute("PRAGMA busy_timeout = 9000").unwrap();
    conn
}

impl Original {
    /// A copy of an embedded one.
    fn copy(&self) -> TempDir {
        let copy = TempDir::new().unwrap();
        copy_into(self.folder.path(), copy.path());
        copy
    }

    /// A copy of either.
    fn twin(&self) -> Copy {
        let folder = self.copy();
        if !self.url.starts_with("postgres") {
            let url = file_in(folder.path());
            return Copy { folder, url };
        }
        let (name, (_, from)) = (unique("tampered"), self.url.rsplit_once('/').unwrap());
        // Whoever was connected a moment ago may not have gone yet.
        let left = format!("SELECT pid FROM pg_stat_activity WHERE datname = '{from}'");
        let mut admin = Hand::on(folder.path(), &postgres().unwrap());
        let left = format!("SELECT CAST(pid AS TEXT) AS word FROM ({left}) AS left_over");
        wait_for("nobody to be connected", || admin.words(&left).is_empty().then_some(()));
        as_admin(&format!("CREATE DATABASE {name} TEMPLATE {from}"));
        let url = server_of(&self.url, &name);
        Copy { folder, url }
    }

    fn audit(&self, folder: &Path) -> Result<Audit, String> {
        self.audit_of(folder, &file_in(folder))
    }

    fn audit_of(&self, folder: &Path, url: &str) -> Result<Audit, String> {
        self.runtime.block_on(async {
            let config = config_of(folder, url);
            let opened = app::open(&config).await.map_err(|error| format!("{error:#}"))?;
            opened.desk.audit(None, |_| {}).await.map_err(|error| error.to_string())
        })
    }
}

fn copy_into(from: &Path, to: &Path) {
    for item in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let there = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            std::fs::create_dir(&there).unwrap();
            copy_into(&item.path(), &there);
        } else if item.path().extension().is_none_or(|end| end != "lock") {
            std::fs::copy(item.path(), there).unwrap();
        }
    }
}

/// The log grows by a notice, of which there are no figures.
async fn give_notice(desk: &Desk) {
    let operator = desk.store.read(|db| db.user("operator")).await.unwrap().unwrap();
    let asked = NewCampaign {
        name: "专项".to_owned(),
        divisions: vec!["430121".parse().unwrap()],
        about: About::Everything,
        from: zone::date_of(desk.clock.now()),
        to: zone::date_of(desk.clock.now()),
        text: "专项督察".to_owned(),
        unit: "430000".parse().unwrap(),
        by: operator.id,
    };
    desk.open_campaign(asked, None).await.unwrap();
}

/// Every row of a table as one text, in order.
fn rows(conn: &mut SqliteConnection, table: &str) -> Vec<String> {
    let columns = format!("SELECT name AS word FROM pragma_table_info('{table}')");
    let columns: Vec<String> =
        words(conn, &columns).iter().map(|name| format!("quote({name})")).collect();
    words(conn, &format!("SELECT {} AS word FROM {table} ORDER BY 1", columns.join(" || ' ' || ")))
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

fn r26_every_tamper_is_found_and_nothing_else(world: &mut World) {
    let original = original_on(world.backend);
    world.stop();
    let seed = setting("HOTLINE_TAMPER_SEED", hotline::clock::below(u64::MAX));
    let rounds = setting("HOTLINE_TAMPERS", count(TAMPERS.0, TAMPERS.1) as u64);
    println!("HOTLINE_TAMPERS={rounds} HOTLINE_TAMPER_SEED={seed}");
    let mut dice = Dice(seed);
    let mut missed = Vec::new();
    for round in 0..rounds {
        if round % UNTOUCHED == 0 {
            let copy = original.twin();
            let found = original.audit_of(copy.folder.path(), &copy.url).unwrap();
            assert_eq!(found.count, 0, "a false alarm: {:?}", found.faults);
        }
        let (copy, done) = loop {
            let copy = original.twin();
            let mut hand = Hand::on(copy.folder.path(), &copy.url);
            if let Some(done) = tamper(&mut dice, copy.folder.path(), &mut hand) {
                break (copy, done);
            }
        };
        let found = match original.audit_of(copy.folder.path(), &copy.url) {
            Ok(found) => found,
            Err(error) => {
                missed.push(format!("{}: the audit gave up: {error}", done.what));
                continue;
            }
        };
        let said: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
        let is_named = done.named.is_empty()
            || said.iter().any(|one| done.named.iter().any(|name| one.contains(name)));
        let first = found.first.as_ref().and_then(|first| first.place);
        if found.count == 0 || !is_named || done.place.is_some_and(|place| first != Some(place)) {
            missed
                .push(format!("{}, of {:?} at {:?}: {said:?}", done.what, done.named, done.place));
        }
    }
    let untouched = rounds.div_ceil(UNTOUCHED);
    let measured = format!(
        "{rounds} tampers: {} found; {untouched} untouched: 0 false alarms; seed {seed}",
        rounds - missed.len() as u64
    );
    tell("R26", world.backend, &measured);
    assert!(missed.is_empty(), "{} of {rounds}:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn r26_a_cut_tail_and_an_old_database_are_found_by_a_head_from_outside() {
    let original = original();
    let grown = original.copy();
    let outside = original.runtime.block_on(async {
        let desk = app::open(&config(grown.path())).await.unwrap().desk;
        give_notice(&desk).await;
        desk.catch_up().await.unwrap();
        let note = desk.head().await.unwrap().note;
        desk.verifier().open(&note).unwrap()
    });
    let audit = |folder: &Path, head| {
        original.runtime.block_on(async {
            let desk = app::open(&config(folder)).await.unwrap().desk;
            desk.audit(head, |_| {}).await.unwrap()
        })
    };
    let all = audit(grown.path(), Some(&outside));
    assert_eq!(all.count, 0, "{:?}", all.faults);
    // The old database is whole in itself: only what stands outside can tell.
    let size = i64::try_from(outside.size).unwrap();
    assert_eq!(audit(original.copy().path(), None).count, 0);
    let old = audit(original.copy().path(), Some(&outside));
    assert_eq!((old.count, old.first.unwrap().place), (1, Some(size)));
    // So is one whose last entry was taken away with every trace of it.
    let cut = format!(
        "DELETE FROM campaign_places WHERE campaign = (SELECT MAX(id) FROM campaigns);
         DELETE FROM campaigns WHERE id = (SELECT MAX(id) FROM campaigns);
         DELETE FROM notices WHERE id = (SELECT entry_id FROM log WHERE pos = {size});
         DELETE FROM log WHERE pos = {size};
         DELETE FROM log_nodes WHERE pos = {size};
         UPDATE log_head SET size = {size} - 1;
         UPDATE cursors SET pos = {size} - 1 WHERE pos = {size};"
    );
    Hand::on(grown.path(), "").run(&cut).unwrap();
    assert_eq!(audit(grown.path(), None).count, 0);
    let cut = audit(grown.path(), Some(&outside));
    assert_eq!((cut.count, cut.first.unwrap().place), (1, Some(size)));
}
