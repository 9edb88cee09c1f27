//! The tamper drill: somebody with the file of the database, and no scruple, changes something. The
//! audit must find it, every time, and name where; and must find nothing in what nobody touched.
//!
//! `HOTLINE_TAMPERS` says how often, `HOTLINE_TAMPER_SEED` repeats a run; both are printed.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use hotline::app;
use hotline::calendar::zone;
use hotline::config::Config;
use hotline::desk::audit::Audit;
use hotline::desk::campaign::{About, NewCampaign};
use hotline::desk::rehearse::Hands;
use hotline::synth::Plan;
use tempfile::TempDir;

/// Tampers where nobody asks for more.
const SHORT: u64 = 60;
/// Of so many copies one is left as it is.
const UNTOUCHED: u64 = 6;

/// Every table whose rows follow from what is sealed, with the column that says whose a row is.
const TABLES: [(&str, &str); 20] = [
    ("entries", "case_no"),
    ("cases", "no"),
    ("duties", "case_no"),
    ("case_units", "case_no"),
    ("case_recusals", "case_no"),
    ("tips", "case_no"),
    ("tip_words", "(SELECT case_no FROM entries WHERE id = entry_id)"),
    ("tip_identities", "tip"),
    ("notices", "id"),
    ("log", "pos"),
    ("reports", "id"),
    ("log_nodes", "pos"),
    ("movements", "case_no"),
    ("arrivals", "case_no"),
    ("holdings", "case_no"),
    ("obligations", "case_no"),
    ("milestones", "case_no"),
    ("listings", "case_no"),
    ("outcomes", "case_no"),
    ("withheld", "case_no"),
];

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
    sql_query(sql).get_result::<Number>(conn).unwrap().n
}

fn words(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    sql_query(sql).load::<Word>(conn).unwrap().into_iter().map(|row| row.word).collect()
}

/// A small year, made once.
struct Original {
    folder: TempDir,
    runtime: tokio::runtime::Runtime,
}

fn config(folder: &Path) -> Config {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let environment = vec![
        pair("HOTLINE_DATA", folder.display().to_string()),
        pair("DATABASE_URL", format!("sqlite:{}", folder.join("hotline.db").display())),
    ];
    Config::read(None, environment.into_iter()).unwrap()
}

fn original() -> Original {
    let folder = TempDir::new().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = config(folder.path());
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
    let original = Original { folder, runtime };
    // What still stands in the write-ahead log would be missing in a copy of the file.
    let mut conn = connect(original.folder.path());
    conn.batch_execute("PRAGMA busy_timeout = 9000; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    original
}

fn connect(folder: &Path) -> SqliteConnection {
    SqliteConnection::establish(folder.join("hotline.db").to_str().unwrap()).unwrap()
}

impl Original {
    /// A copy with evidence and keys, for one tamper.
    fn copy(&self) -> TempDir {
        let copy = TempDir::new().unwrap();
        copy_into(self.folder.path(), copy.path());
        copy
    }

    fn audit(&self, folder: &Path) -> Result<Audit, String> {
        self.runtime.block_on(async {
            let opened = app::open(&config(folder)).await.map_err(|error| format!("{error:#}"))?;
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

/// The attacker's connection: nothing holds him back.
fn unguarded(folder: &Path) -> SqliteConnection {
    let mut conn = connect(folder);
    let triggers = "SELECT name AS word FROM sqlite_master WHERE type = 'trigger'";
    for trigger in words(&mut conn, triggers) {
        conn.batch_execute(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    conn.batch_execute("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
    conn
}

/// What was done, and by which words the audit must name where. Nothing where the dice hit nothing.
struct Done {
    what: String,
    named: Vec<String>,
    /// The place in the log that must be named first.
    place: Option<i64>,
}

fn tamper(dice: &mut Dice, folder: &Path) -> Option<Done> {
    match dice.below(14) {
        0 => evidence(dice, folder),
        1 | 2 => delete(dice, &mut unguarded(folder)),
        3 => swap(dice, &mut unguarded(folder)),
        4 => move_head(dice, &mut unguarded(folder)),
        5 => forge(dice, &mut unguarded(folder)),
        _ => edit(dice, &mut unguarded(folder)),
    }
}

/// A byte of a file is changed, or the file is cut or removed.
fn evidence(dice: &mut Dice, folder: &Path) -> Option<Done> {
    let mut files: Vec<PathBuf> = Vec::new();
    for shelf in std::fs::read_dir(folder.join("files")).unwrap().map(Result::unwrap) {
        let inside = std::fs::read_dir(shelf.path()).unwrap().map(|file| file.unwrap().path());
        files.extend(inside);
    }
    files.sort();
    let file = dice.pick(&files).clone();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let mut bytes = std::fs::read(&file).unwrap();
    let how = dice.below(3);
    match how {
        0 => std::fs::remove_file(&file).unwrap(),
        1 => {
            bytes.truncate(dice.below(bytes.len() as u64) as usize);
            std::fs::write(&file, bytes).unwrap();
        }
        _ => {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] ^= 1 << dice.below(8);
            std::fs::write(&file, bytes).unwrap();
        }
    }
    Some(Done { what: format!("file {name}, way {how}"), named: vec![name], place: None })
}

/// A row is taken away.
fn delete(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let (table, whose) = *dice.pick(&TABLES);
    let rows = number(conn, &format!("SELECT COUNT(*) AS n FROM {table}"));
    let nth = dice.below(u64::try_from(rows).ok().filter(|rows| *rows > 0)?);
    let key = format!("SELECT rowid AS n FROM {table} ORDER BY rowid LIMIT 1 OFFSET {nth}");
    let row = number(conn, &key);
    let named = named(conn, table, whose, row);
    conn.batch_execute(&format!("DELETE FROM {table} WHERE rowid = {row}")).unwrap();
    Some(Done { what: format!("{table} row {row} deleted"), named, place: None })
}

fn named(conn: &mut SqliteConnection, table: &str, whose: &str, row: i64) -> Vec<String> {
    let sql = format!(
        "SELECT COALESCE(CAST({whose} AS TEXT), '') AS word FROM {table} WHERE rowid = {row}"
    );
    let mut named = words(conn, &sql);
    named.retain(|name| !name.is_empty());
    if table == "tip_identities" && !named.is_empty() {
        let sql = format!("SELECT case_no AS word FROM tips WHERE number = '{}'", named[0]);
        named.extend(words(conn, &sql));
    }
    named
}

/// Two entries change their places in the log.
fn swap(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let size = number(conn, "SELECT size AS n FROM log_head") as u64;
    let (a, b) = (dice.below(size) as i64 + 1, dice.below(size) as i64 + 1);
    let to = |from, to| format!("UPDATE log SET pos = {to} WHERE pos = {from};");
    conn.batch_execute(&[to(a, -1), to(b, a), to(-1, b)].concat()).unwrap();
    let place = Some(a.min(b));
    (a != b).then(|| Done { what: format!("places {a} and {b} swapped"), named: Vec::new(), place })
}

/// An entry is written anew with other words, and its leaf reckoned to fit.
fn forge(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let all = "SELECT id AS word FROM entries WHERE body LIKE '%\"text\":%' ORDER BY id";
    let id = dice.pick(&words(conn, all)).clone();
    let body =
        words(conn, &format!("SELECT body AS word FROM entries WHERE id = '{id}'")).remove(0);
    let salt = words(conn, &format!("SELECT hex(salt) AS word FROM entries WHERE id = '{id}'"));
    let body = body.replacen("\"text\":\"", "\"text\":\"并非如此。", 1);
    let leaf = hotline::seal::leaf(&hex::decode(&salt[0]).unwrap(), body.as_bytes());
    let place = number(conn, &format!("SELECT pos AS n FROM log WHERE entry_id = '{id}'"));
    let body = body.replace('\'', "''");
    let change = format!("UPDATE entries SET body = '{body}', leaf = '{leaf}' WHERE id = '{id}'");
    conn.batch_execute(&change).unwrap();
    let what = format!("the entry at place {place} forged with its leaf");
    Some(Done { what, named: Vec::new(), place: Some(place) })
}

/// The head or a cursor says something else.
fn move_head(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let by = dice.below(3) + 1;
    let sql = *dice.pick(&[
        "UPDATE log_head SET size = size +",
        "UPDATE log_head SET size = size -",
        // Set back it would read again what it has read, and come to the same.
        "UPDATE cursors SET pos = pos +",
    ]);
    let sql = format!(
        "{sql} {by}{}",
        if sql.contains("cursors") { " WHERE reader = 'tally'" } else { "" }
    );
    conn.batch_execute(&sql).unwrap();
    Some(Done { what: sql, named: vec!["log".to_owned(), "tally".to_owned()], place: None })
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// One value of one row becomes another.
fn edit(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let (table, whose) = *dice.pick(&TABLES);
    let rows = number(conn, &format!("SELECT COUNT(*) AS n FROM {table}"));
    let nth = dice.below(u64::try_from(rows).ok().filter(|rows| *rows > 0)?);
    let key = format!("SELECT rowid AS n FROM {table} ORDER BY rowid LIMIT 1 OFFSET {nth}");
    let row = number(conn, &key);
    let columns = format!("SELECT name, type AS kind FROM pragma_table_info('{table}')");
    let columns: Vec<Column> = sql_query(columns).load(conn).unwrap();
    let Column { name, kind } = dice.pick(&columns);
    let here = format!("FROM {table} WHERE rowid = {row}");
    let is = words(conn, &format!("SELECT typeof({name}) AS word {here}")).remove(0);
    let value = match (is.as_str(), kind.as_str()) {
        ("null", "TIMESTAMP") => "'2026-03-04 05:06:07'".to_owned(),
        ("null", "TEXT") => "'43'".to_owned(),
        ("null", "DOUBLE PRECISION") => "112.5".to_owned(),
        ("null", _) => "7".to_owned(),
        ("integer", "BOOLEAN") => format!("1 - {name}"),
        ("integer" | "real", _) => format!("{name} + {}", dice.below(3) + 1),
        ("blob", _) => {
            let at = dice.below(number(conn, &format!("SELECT length({name}) AS n {here}")) as u64);
            let byte = format!("SELECT hex(substr({name}, {at} + 1, 1)) AS word {here}");
            let byte = u8::from_str_radix(&words(conn, &byte)[0], 16).unwrap();
            let other = byte ^ (1 << dice.below(8));
            format!(
                "CAST(substr({name}, 1, {at}) || x'{other:02x}' || substr({name}, {at} + 2) AS BLOB)"
            )
        }
        _ => {
            let old: Vec<char> =
                words(conn, &format!("SELECT {name} AS word {here}"))[0].chars().collect();
            // A digit stays a digit: what cannot even be read is found too easily.
            let at = (0..old.len()).filter(|at| kind != "TIMESTAMP" || old[*at].is_ascii_digit());
            let at: Vec<usize> = at.collect();
            if at.is_empty() {
                return None;
            }
            let at = *dice.pick(&at);
            let mut new = old.clone();
            new[at] = match old[at] {
                '0' => '1',
                c if c.is_ascii_digit() => (c as u8 - 1) as char,
                'x' => 'y',
                _ => 'x',
            };
            format!("'{}'", new.into_iter().collect::<String>().replace('\'', "''"))
        }
    };
    let mut all = named(conn, table, whose, row);
    let place = match (table, name.as_str()) {
        ("entries", "act" | "body" | "salt" | "leaf" | "recorded_at") => {
            let place = format!("SELECT pos AS n FROM log WHERE entry_id = (SELECT id {here})");
            Some(number(conn, &place))
        }
        _ => None,
    };
    conn.batch_execute(&format!("UPDATE {table} SET {name} = {value} WHERE rowid = {row}")).ok()?;
    all.extend(named(conn, table, whose, row));
    Some(Done { what: format!("{table}.{name} of row {row}"), named: all, place })
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn r26_every_tamper_is_found_and_nothing_else() {
    let original = original();
    let random = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = setting("HOTLINE_TAMPER_SEED", random.as_micros() as u64);
    let rounds = setting("HOTLINE_TAMPERS", SHORT);
    println!("HOTLINE_TAMPERS={rounds} HOTLINE_TAMPER_SEED={seed}");
    let mut dice = Dice(seed);
    let mut missed = Vec::new();
    for round in 0..rounds {
        if round % UNTOUCHED == 0 {
            let found = original.audit(original.copy().path()).unwrap();
            assert_eq!(found.count, 0, "a false alarm: {:?}", found.faults);
        }
        let (copy, done) = loop {
            let copy = original.copy();
            if let Some(done) = tamper(&mut dice, copy.path()) {
                break (copy, done);
            }
        };
        let found = match original.audit(copy.path()) {
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
    assert!(missed.is_empty(), "{} of {rounds}:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn r26_a_cut_tail_and_an_old_database_are_found_by_a_head_from_outside() {
    let original = original();
    let grown = original.copy();
    let outside = original.runtime.block_on(async {
        let desk = app::open(&config(grown.path())).await.unwrap().desk;
        let operator = desk.store.read(|db| db.user("operator")).await.unwrap().unwrap();
        let asked = NewCampaign {
            name: "专项".to_owned(),
            divisions: vec!["430121".parse().unwrap()],
            about: About::Everything,
            from: zone::parse_date("2026-11-01").unwrap(),
            to: zone::parse_date("2026-11-30").unwrap(),
            text: "专项督察".to_owned(),
            unit: "430000".parse().unwrap(),
            by: operator.id,
        };
        desk.open_campaign(asked, None).await.unwrap();
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
    unguarded(grown.path()).batch_execute(&cut).unwrap();
    assert_eq!(audit(grown.path(), None).count, 0);
    let cut = audit(grown.path(), Some(&outside));
    assert_eq!((cut.count, cut.first.unwrap().place), (1, Some(size)));
}
