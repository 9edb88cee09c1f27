//! R22: bytes of the embedded database's file that changed by themselves. What a flip did is told by a
//! dump of every row before and after, and by SQLite's own check: where neither shows anything, it
//! fell on what nobody reads, such as a free page, and the audit must be content. Everything else it
//! must find, without a panic, and name the row where one was changed.
//!
//! `HOTLINE_DAMAGE_SEED` repeats a run; it is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use diesel::{Connection, QueryResult, RunQueryDsl, SqliteConnection, sql_query};
use hotline::app;

use super::deeds::{BESIDE, TABLES};
use super::{Dice, Word, config, connect, copy_into, give_notice, original, setting, words};
use crate::drill::{count, tell};
use crate::world::{Backend, text};

/// Damaged copies, in the short form and in the long one (R22).
const COPIES: (usize, usize) = (20, 200);
/// Most bytes that are flipped in one copy.
const MOST_FLIPS: u64 = 8;
/// Bytes of the file's own head, which says how the file may be opened and holds no row: to complain of
/// a flip there is no false alarm.
const HEAD: u64 = 100;
/// Cuts of the log of writes.
const CUTS: (usize, usize) = (12, 60);

/// Rows of every table, each with whose it is; the layout is a table among them.
type Dump = BTreeMap<String, BTreeSet<(String, String)>>;

/// Which column says whose a row is, in tables for whose rows the ledger or the evidence vouches.
fn whose(table: &str) -> Option<&'static str> {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, whose)| *whose)
}

/// Every table with its columns. What stands behind the index of words is among them; that one itself
/// is made of it.
fn layout(folder: &Path) -> Vec<(String, Vec<String>)> {
    let mut conn = connect(folder);
    let all = "SELECT name AS word FROM sqlite_master \
               WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' \
               UNION ALL SELECT 'sqlite_master' ORDER BY 1";
    let tables = words(&mut conn, all).into_iter().map(|table| {
        let columns = format!("SELECT name AS word FROM pragma_table_info('{table}')");
        let mut columns = words(&mut conn, &columns);
        columns.retain(|column| (table.as_str(), column.as_str()) != BESIDE);
        (table, columns)
    });
    tables.collect()
}

fn ask(conn: &mut SqliteConnection, sql: &str) -> QueryResult<Vec<String>> {
    Ok(sql_query(sql).load::<Word>(conn)?.into_iter().map(|row| row.word).collect())
}

/// Every row byte by byte, read past every index, and whether SQLite finds the file in order.
fn look(folder: &Path, layout: &[(String, Vec<String>)]) -> QueryResult<(Dump, bool)> {
    let file = folder.join("hotline.db");
    let mut conn = SqliteConnection::establish(file.to_str().unwrap())
        .map_err(|_| diesel::result::Error::NotFound)?;
    let check = ask(&mut conn, "SELECT integrity_check AS word FROM pragma_integrity_check")?;
    let mut dump = Dump::new();
    for (table, columns) in layout {
        let plain = |name: &String| {
            format!(
                "CASE typeof({name}) WHEN 'text' THEN 't' || hex({name}) \
                 WHEN 'real' THEN printf('%!.17g', {name}) ELSE quote({name}) END"
            )
        };
        let columns: Vec<String> = columns.iter().map(plain).collect();
        let (row, whose) = (columns.join(" || ' ' || "), whose(table).unwrap_or("''"));
        let pairs = format!(
            "SELECT {row} || char(10) || COALESCE(hex(CAST({whose} AS TEXT)), '') AS word \
             FROM {table} NOT INDEXED"
        );
        let pair = |both: String| {
            let (row, whose) = both.split_once('\n').unwrap();
            (row.to_owned(), text(&hex::decode(whose).unwrap()))
        };
        dump.insert(table.clone(), ask(&mut conn, &pairs)?.into_iter().map(pair).collect());
    }
    Ok((dump, check == ["ok"]))
}

/// Whose rows differ, by table.
fn changed(before: &Dump, after: &Dump) -> BTreeMap<String, BTreeSet<String>> {
    let tables = before.iter().filter_map(|(table, rows)| {
        let others = rows.symmetric_difference(&after[table]);
        let whose: BTreeSet<String> = others.map(|(_, whose)| whose.clone()).collect();
        (!whose.is_empty()).then(|| (table.clone(), whose))
    });
    tables.collect()
}

/// The program on a copy: its status and what it said. It may give up, but not fall over.
#[track_caller]
fn program(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_hotline"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOTLINE_")) {
        program.env_remove(name);
    }
    program.env("HOTLINE_DATA", folder).current_dir(folder);
    program.env("DATABASE_URL", format!("sqlite:{}", folder.join("hotline.db").display()));
    let output = program.args(arguments).output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    let status = output.status.code().unwrap_or(-1);
    assert!((0..=2).contains(&status) && !said.contains("panicked"), "{status}: {said}");
    (status, said)
}

/// Flips one to eight bytes in one page of the file; whether all of them are in its head.
fn flip(dice: &mut Dice, file: &Path) -> (String, bool) {
    let mut bytes = std::fs::read(file).unwrap();
    let page = u64::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let page = if page == 1 { 65_536 } else { page };
    let from = dice.below(bytes.len() as u64 / page) * page;
    let mut places = BTreeSet::new();
    for _ in 0..=dice.below(MOST_FLIPS) {
        let at = from + dice.below(page);
        bytes[at as usize] ^= u8::try_from(dice.below(255) + 1).unwrap();
        places.insert(at);
    }
    std::fs::write(file, bytes).unwrap();
    let in_head = places.iter().any(|at| *at < HEAD);
    (format!("page {} at {places:?}", from / page + 1), in_head)
}

#[derive(Default)]
struct Counted {
    rows: usize,
    structure: usize,
    nothing: usize,
    beside: BTreeMap<String, usize>,
}

#[test]
fn r22_damaged_pages_are_found_and_rows_are_named() {
    let original = original();
    let layout = layout(original.folder.path());
    let (before, sound) = look(original.folder.path(), &layout).unwrap();
    assert!(sound && layout.len() > 40);
    let seed = setting("HOTLINE_DAMAGE_SEED", hotline::clock::below(u64::MAX));
    let copies = count(COPIES.0, COPIES.1);
    println!("HOTLINE_DAMAGE_SEED={seed}");
    let (mut dice, mut counted, mut missed) = (Dice(seed), Counted::default(), Vec::new());
    for _ in 0..copies {
        let copy = original.copy();
        let (what, in_head) = flip(&mut dice, &copy.path().join("hotline.db"));
        let seen = look(copy.path(), &layout);
        if let Some(fault) = judge(copy.path(), &before, seen, in_head, &mut counted) {
            missed.push(format!("{what}: {fault}"));
        }
    }
    let Counted { rows, structure, nothing, beside } = counted;
    let measured = format!(
        "{copies} copies with 1–{MOST_FLIPS} flips in a page: {} found ({rows} rows the ledger vouches \
         for, {structure} by the structure), {nothing} changed nothing, {beside:?} nobody vouches \
         for; missed {}; seed {seed}",
        rows + structure,
        missed.len()
    );
    tell("R22", Backend::Sqlite, &measured);
    assert!(missed.is_empty(), "{} of {copies}:\n{}", missed.len(), missed.join("\n"));
}

/// What is wrong with how the program takes one damaged copy.
fn judge(
    folder: &Path,
    before: &Dump,
    seen: QueryResult<(Dump, bool)>,
    in_head: bool,
    counted: &mut Counted,
) -> Option<String> {
    let (status, said) = program(folder, &["audit"]);
    let (changed, sound) = match &seen {
        Ok((after, sound)) => (changed(before, after), *sound),
        Err(_) => (BTreeMap::new(), false),
    };
    if !sound {
        counted.structure += 1;
        // What cannot be read in order is not copied as if it could.
        let (copied, words) = program(folder, &["backup", "damaged.archive"]);
        let refused = copied == 2 && !folder.join("damaged.archive").exists();
        return (status == 0 || !refused).then(|| format!("audit {status} {said}; backup {words}"));
    }
    let vouched = changed.iter().filter(|(table, _)| whose(table).is_some());
    let vouched: Vec<&BTreeSet<String>> = vouched.map(|(_, whose)| whose).collect();
    if vouched.is_empty() {
        match changed.keys().next() {
            None => counted.nothing += 1,
            Some(table) => *counted.beside.entry(table.clone()).or_default() += 1,
        }
        let alarm = changed.is_empty() && !in_head && status != 0;
        return alarm.then(|| format!("a false alarm: {said}"));
    }
    counted.rows += 1;
    let mut names = vouched.iter().flat_map(|whose| whose.iter());
    // Where the very name of a row was hit, its table is named at least.
    let is_named = names.any(|name| !name.is_empty() && said.contains(name.as_str()))
        || (vouched.iter().any(|whose| whose.len() > 1)
            && changed.keys().any(|table| said.contains(&format!("{table}: "))));
    (status != 1 || !is_named).then(|| format!("audit {status}: {changed:?}: {said}"))
}

/// A commit is in the log of writes whole or not at all: cut or damaged, it ends with the last commit
/// before. What was sealed after that is gone, and only a head from outside can tell.
#[test]
fn r22_a_cut_log_of_writes_is_an_older_database_and_is_found_by_a_head_from_outside() {
    let original = original();
    let grown = original.copy();
    let (copy, size, note) = original.runtime.block_on(async {
        let desk = app::open(&config(grown.path())).await.unwrap().desk;
        for _ in 0..6 {
            give_notice(&desk).await;
            desk.catch_up().await.unwrap();
        }
        let head = desk.head().await.unwrap();
        // While it is open nothing of the log of writes has gone into the database.
        let copy = tempfile::TempDir::new().unwrap();
        copy_into(grown.path(), copy.path());
        (copy, head.size, head.note)
    });
    let wal = std::fs::read(copy.path().join("hotline.db-wal")).unwrap();
    assert!(wal.len() > 20_000, "{}", wal.len());
    let mut dice = Dice(setting("HOTLINE_DAMAGE_SEED", hotline::clock::below(u64::MAX)));
    let (mut found, cuts) = (0, count(CUTS.0, CUTS.1));
    for round in 0..=cuts {
        let copy_of = tempfile::TempDir::new().unwrap();
        copy_into(copy.path(), copy_of.path());
        let folder = copy_of.path();
        let _ = std::fs::remove_file(folder.join("hotline.db-shm"));
        let mut bytes = wal.clone();
        let at = dice.below(wal.len() as u64) as usize;
        match (round, round % 2) {
            // The first is whole.
            (0, _) => {}
            (_, 0) => bytes.truncate(at),
            _ => bytes[at] ^= 1 << dice.below(8),
        }
        std::fs::write(folder.join("hotline.db-wal"), &bytes).unwrap();
        std::fs::write(folder.join("head.txt"), &note).unwrap();
        let (status, said) = program(folder, &["audit", "--head", "head.txt"]);
        // What had its row and only waited for its place has it again.
        let there = super::number(&mut connect(folder), "SELECT size AS n FROM log_head");
        if there == size {
            assert_eq!(status, 0, "round {round} at {at}: {said}");
        } else {
            found += 1;
            let words = format!("{size} places were signed, {there} stand");
            assert!(status == 1 && said.contains(&words), "round {round} at {at}: {said}");
        }
    }
    assert!(found > 0);
    let measured =
        format!("{cuts} cuts and flips of the log of writes: {found} lost a commit, all found");
    tell("R22", Backend::Sqlite, &measured);
}
