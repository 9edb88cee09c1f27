//! What somebody with the file may do to it.

use std::path::{Path, PathBuf};

use diesel::SqliteConnection;

use super::hand::{Column, Hand};
use super::{Dice, number};

/// Every table whose rows follow from what is sealed, and that of evidence, with the column that says whose a row is.
pub const TABLES: [(&str, &str); 21] = [
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
    ("files", "sha256"),
];
/// When a file came is asked for those alone that nothing names, before they are swept.
pub const BESIDE: (&str, &str) = ("files", "stored_at");

/// What was done, and by which words the audit must name where. Nothing where the dice hit nothing.
pub struct Done {
    pub what: String,
    pub named: Vec<String>,
    /// The place in the log that must be named first.
    pub place: Option<i64>,
}

pub fn tamper(dice: &mut Dice, folder: &Path, hand: &mut Hand) -> Option<Done> {
    match dice.below(14) {
        0 => evidence(dice, folder),
        1 | 2 => delete(dice, hand),
        3 => swap(dice, hand),
        4 => move_head(dice, hand),
        5 => forge(dice, hand),
        _ => edit(dice, hand),
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

/// A row by chance: its table, which column says whose it is, and the condition that it fulfils.
fn row(dice: &mut Dice, hand: &mut Hand) -> Option<(&'static str, &'static str, String)> {
    let (table, whose) = *dice.pick(&TABLES);
    let rows = hand.number(&format!("SELECT COUNT(*) AS n FROM {table}"));
    let nth = dice.below(u64::try_from(rows).ok().filter(|rows| *rows > 0)?);
    Some((table, whose, hand.nth(table, nth)))
}

/// A row is taken away.
fn delete(dice: &mut Dice, hand: &mut Hand) -> Option<Done> {
    let (table, whose, row) = row(dice, hand)?;
    let named = named(hand, table, whose, &row);
    hand.run(&format!("DELETE FROM {table} WHERE {row}")).unwrap();
    Some(Done { what: format!("{table} {row} deleted"), named, place: None })
}

fn named(hand: &mut Hand, table: &str, whose: &str, row: &str) -> Vec<String> {
    let sql =
        format!("SELECT COALESCE(CAST({whose} AS TEXT), '') AS word FROM {table} WHERE {row}");
    let mut named = hand.words(&sql);
    named.retain(|name| !name.is_empty());
    if table == "tip_identities" && !named.is_empty() {
        let sql = format!("SELECT case_no AS word FROM tips WHERE number = '{}'", named[0]);
        named.extend(hand.words(&sql));
    }
    named
}

/// Two entries change their places in the log.
fn swap(dice: &mut Dice, hand: &mut Hand) -> Option<Done> {
    let size = hand.number("SELECT size AS n FROM log_head") as u64;
    let (a, b) = (dice.below(size) as i64 + 1, dice.below(size) as i64 + 1);
    let to = |from, to| format!("UPDATE log SET pos = {to} WHERE pos = {from};");
    hand.run(&[to(a, -1), to(b, a), to(-1, b)].concat()).unwrap();
    let place = Some(a.min(b));
    (a != b).then(|| Done { what: format!("places {a} and {b} swapped"), named: Vec::new(), place })
}

/// An entry is written anew with other words, and its leaf reckoned to fit.
fn forge(dice: &mut Dice, hand: &mut Hand) -> Option<Done> {
    let all = "SELECT id AS word FROM entries WHERE body LIKE '%\"text\":%' ORDER BY id";
    let id = dice.pick(&hand.words(all)).clone();
    let body = hand.words(&format!("SELECT body AS word FROM entries WHERE id = '{id}'")).remove(0);
    let salt = format!("SELECT {} AS word FROM entries WHERE id = '{id}'", hand.hex("salt"));
    let salt = hex::decode(&hand.words(&salt)[0]).unwrap();
    let body = body.replacen("\"text\":\"", "\"text\":\"并非如此。", 1);
    let leaf = hotline::seal::leaf(&salt, body.as_bytes());
    let place = hand.number(&format!("SELECT pos AS n FROM log WHERE entry_id = '{id}'"));
    let body = body.replace('\'', "''");
    let change = format!("UPDATE entries SET body = '{body}', leaf = '{leaf}' WHERE id = '{id}'");
    hand.run(&change).unwrap();
    let what = format!("the entry at place {place} forged with its leaf");
    Some(Done { what, named: Vec::new(), place: Some(place) })
}

/// The head or a cursor says something else. A tally that was set back over places without figures,
/// such as those of notices, reads them again and comes to the same, before an audit can see it: that
/// is no tamper (`r26_a_tally_that_was_set_back_is_found_or_heals`).
fn move_head(dice: &mut Dice, hand: &mut Hand) -> Option<Done> {
    let by = dice.below(3) + 1;
    let what = match dice.below(4) {
        0 => format!("UPDATE log_head SET size = size + {by}"),
        1 => format!("UPDATE log_head SET size = size - {by}"),
        2 => format!("UPDATE cursors SET pos = pos + {by} WHERE reader = 'tally'"),
        _ => {
            let to = dice.below(hand.number("SELECT size AS n FROM log_head") as u64) as i64;
            if hand.number(&last_figure_sql()) <= to {
                return None;
            }
            format!("UPDATE cursors SET pos = {to} WHERE reader = 'tally'")
        }
    };
    hand.run(&what).unwrap();
    Some(Done { what, named: vec!["log".to_owned(), "tally".to_owned()], place: None })
}

/// The last place of the log of which a figure stands.
pub fn last_figure(conn: &mut SqliteConnection) -> i64 {
    number(conn, &last_figure_sql())
}

fn last_figure_sql() -> String {
    let tables = ["movements", "arrivals", "holdings", "milestones", "listings", "outcomes"];
    let last = tables.map(|table| format!("SELECT MAX(pos) AS pos FROM {table}"));
    format!("SELECT MAX(pos) AS n FROM ({}) AS last", last.join(" UNION ALL "))
}

/// One value of one row becomes another.
fn edit(dice: &mut Dice, hand: &mut Hand) -> Option<Done> {
    let (table, whose, row) = row(dice, hand)?;
    let columns = hand.columns(table);
    let column = dice.pick(&columns);
    if (table, column.name.as_str()) == BESIDE {
        return None;
    }
    let here = format!("FROM {table} WHERE {row}");
    let is = hand.type_of(column, &here);
    let Column { name, kind } = column;
    let value = match (is.as_str(), kind.as_str()) {
        ("null", "TIMESTAMP") => "'2026-03-04 05:06:07'".to_owned(),
        ("null", "TEXT") => "'43'".to_owned(),
        ("null", "DOUBLE PRECISION") => "112.5".to_owned(),
        ("null", _) => "7".to_owned(),
        ("integer", "BOOLEAN") => hand.negated(name),
        ("integer" | "real", _) => format!("{name} + {}", dice.below(3) + 1),
        ("blob", _) => {
            let at = dice.below(hand.number(&format!("SELECT length({name}) AS n {here}")) as u64);
            let other = hand.byte(name, at, &here) ^ (1 << dice.below(8));
            hand.with_byte(name, at, other)
        }
        _ => {
            let old = hand.words(&format!("SELECT CAST({name} AS TEXT) AS word {here}"));
            let old: Vec<char> = old[0].chars().collect();
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
    let mut all = named(hand, table, whose, &row);
    let place = match (table, name.as_str()) {
        ("entries", "act" | "body" | "salt" | "leaf" | "recorded_at") => {
            let place = format!("SELECT pos AS n FROM log WHERE entry_id = (SELECT id {here})");
            Some(hand.number(&place))
        }
        _ => None,
    };
    let now = hand.set(table, name, &value, &row)?;
    all.extend(named(hand, table, whose, &now));
    Some(Done { what: format!("{table}.{name} of {row}"), named: all, place })
}
