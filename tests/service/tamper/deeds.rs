//! What somebody with the file may do to it.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::{Dice, number, unguarded, words};

/// Every table whose rows follow from what is sealed, with the column that says whose a row is.
pub const TABLES: [(&str, &str); 20] = [
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

/// What was done, and by which words the audit must name where. Nothing where the dice hit nothing.
pub struct Done {
    pub what: String,
    pub named: Vec<String>,
    /// The place in the log that must be named first.
    pub place: Option<i64>,
}

pub fn tamper(dice: &mut Dice, folder: &Path) -> Option<Done> {
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

/// The head or a cursor says something else. A tally that was set back over places without figures,
/// such as those of notices, reads them again and comes to the same, before an audit can see it: that
/// is no tamper (`r26_a_tally_that_was_set_back_is_found_or_heals`).
fn move_head(dice: &mut Dice, conn: &mut SqliteConnection) -> Option<Done> {
    let by = dice.below(3) + 1;
    let what = match dice.below(4) {
        0 => format!("UPDATE log_head SET size = size + {by}"),
        1 => format!("UPDATE log_head SET size = size - {by}"),
        2 => format!("UPDATE cursors SET pos = pos + {by} WHERE reader = 'tally'"),
        _ => {
            let to = dice.below(number(conn, "SELECT size AS n FROM log_head") as u64) as i64;
            if last_figure(conn) <= to {
                return None;
            }
            format!("UPDATE cursors SET pos = {to} WHERE reader = 'tally'")
        }
    };
    conn.batch_execute(&what).unwrap();
    Some(Done { what, named: vec!["log".to_owned(), "tally".to_owned()], place: None })
}

/// The last place of the log of which a figure stands.
pub fn last_figure(conn: &mut SqliteConnection) -> i64 {
    let tables = ["movements", "arrivals", "holdings", "milestones", "listings", "outcomes"];
    let last = tables.map(|table| format!("SELECT MAX(pos) AS pos FROM {table}"));
    number(conn, &format!("SELECT MAX(pos) AS n FROM ({})", last.join(" UNION ALL ")))
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
