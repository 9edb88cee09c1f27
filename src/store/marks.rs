//! The marks by which cases are found: one reader of the log among others, with its own cursor.
//! Whatever it has not read yet, a search reads itself, so nothing is found late.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connection::AnyConnection;
use super::error::StoreError;
use super::schema::{cursors, log, tip_words, tips, unsealed};
use super::session::{Reader, Tx};
use crate::intake::Sought;
use crate::intake::sought::{Mark, marks_of};

/// The name of this reader of the log.
const MARKS: &str = "marks";
/// Most places of the log that a search reads for itself; past them it asks the cases one by one.
const MAX_UNREAD: i64 = 20_000;
/// Most cases that are looked up by their marks at once, the newest first.
pub(super) const MAX_BEARING: usize = 4_096;
/// Most cases that PostgreSQL gathers, for its index knows no order. Marks that more cases bear are
/// found soon by going through the cases.
const MAX_GATHERED: i64 = 20_000;
/// Numbers in one statement.
const AT_ONCE: usize = 1_000;

/// Cases that bear marks.
pub(super) enum Bearing {
    /// All of them, newest first.
    All(Vec<String>),
    /// The newest; there are older ones.
    Newest(Vec<String>),
    /// Too many to look up.
    Many,
}

/// What is said in a case.
pub(super) type Told = BTreeMap<String, Vec<String>>;

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = BigInt)]
    no: i64,
}

impl Reader<'_> {
    /// Whether everything that is sealed is marked.
    pub fn is_all_marked(&mut self) -> Result<bool, StoreError> {
        Ok(self.cursor(MARKS)? == self.log_size()?)
    }

    /// Cases with words that are not marked yet; `None` where there are too many to read.
    pub(super) fn unmarked(&mut self) -> Result<Option<Vec<String>>, StoreError> {
        let read = cursors::table.find(MARKS).select(cursors::pos).single_value();
        let behind = log::table
            .filter(log::pos.nullable().gt(read))
            .order(log::pos.asc())
            .limit(MAX_UNREAD)
            .select(log::entry_id);
        let waiting = unsealed::table
            .order(unsealed::entry_id.asc())
            .limit(MAX_UNREAD)
            .select(unsealed::entry_id);
        let mut entries: Vec<String> = behind.load(self.conn)?;
        entries.extend(waiting.load::<String>(self.conn)?);
        match i64::try_from(entries.len()) {
            Ok(length) if length < MAX_UNREAD => Ok(Some(self.cases_of(&entries)?)),
            _ => Ok(None),
        }
    }

    /// The cases of those of some entries that hold words, each once.
    fn cases_of(&mut self, entries: &[String]) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        for some in entries.chunks(AT_ONCE) {
            let said = tip_words::table
                .inner_join(tips::table.on(tips::number.eq(tip_words::tip)))
                .filter(tip_words::entry_id.eq_any(some))
                .select(tips::case_no);
            found.extend(said.load::<String>(self.conn)?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The cases below a number whose marks say that they may hold what is sought.
    pub(super) fn bearing(
        &mut self,
        sought: &Sought,
        below: Option<&str>,
    ) -> Result<Bearing, StoreError> {
        let below = below.and_then(|no| no.parse().ok()).unwrap_or(i64::MAX);
        let (sql, wanted, most) = match self.conn {
            AnyConnection::Sqlite(_) => (
                "SELECT rowid AS no FROM case_marks WHERE case_marks MATCH $1 AND rowid < $2 \
                 ORDER BY rowid DESC LIMIT $3",
                fts5(&sought.marks()),
                i64::try_from(MAX_BEARING).unwrap_or(i64::MAX),
            ),
            AnyConnection::Postgres(_) => (
                "SELECT no FROM cases_bearing($1::tsquery, $2, $3) AS no ORDER BY no DESC",
                tsquery(&sought.marks()),
                MAX_GATHERED,
            ),
        };
        let query = diesel::sql_query(sql)
            .bind::<Text, _>(wanted)
            .bind::<BigInt, _>(below)
            .bind::<BigInt, _>(most);
        let rows: Vec<Numbered> = query.load(self.conn)?;
        let gathered = matches!(self.conn, AnyConnection::Postgres(_));
        if gathered && i64::try_from(rows.len()).unwrap_or(i64::MAX) >= most {
            return Ok(Bearing::Many);
        }
        let newest = rows.iter().take(MAX_BEARING).map(|row| format!("{:016}", row.no)).collect();
        Ok(if rows.len() < MAX_BEARING { Bearing::All(newest) } else { Bearing::Newest(newest) })
    }

    /// What is said in cases: number, title, account, place, accused. Who said it is not asked.
    pub(super) fn told(&mut self, cases: &[&str]) -> Result<Told, StoreError> {
        type Row = (String, Option<String>, String, Option<String>, Option<String>);
        let mut told = Told::new();
        for some in cases.chunks(AT_ONCE) {
            let rows: Vec<Row> = tips::table
                .inner_join(tip_words::table.on(tip_words::tip.eq(tips::number)))
                .filter(tips::case_no.eq_any(some.to_vec()))
                .select((
                    tips::case_no,
                    tip_words::title,
                    tip_words::text,
                    tip_words::place_text,
                    tip_words::accused,
                ))
                .load(self.conn)?;
            for (case, title, text, place, accused) in rows {
                let number = || vec![case.clone()];
                let texts = told.entry(case.clone()).or_insert_with(number);
                texts.extend([title, Some(text), place, accused].into_iter().flatten());
            }
        }
        Ok(told)
    }
}

impl Tx<'_> {
    /// Marks the cases with words in the next places of the log; whether there were any places.
    pub fn mark(&mut self, limit: i64) -> Result<bool, StoreError> {
        let from = self.cursor(MARKS)?;
        let to = self.place_after(from, limit)?;
        if to == from {
            return Ok(false);
        }
        // First of all: whoever else marks at the same time waits here, and then gives up.
        self.move_cursor(MARKS, from, to)?;
        self.mark_between(from, to)?;
        Ok(true)
    }

    fn mark_between(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        let entries = log::table
            .filter(log::pos.gt(from))
            .filter(log::pos.le(to))
            .order(log::pos.asc())
            .select(log::entry_id);
        let entries: Vec<String> = entries.load(self.conn)?;
        let cases = self.cases_of(&entries)?;
        self.mark_anew(&cases)
    }

    /// Marks cases by the words that they have now. Whoever takes words away calls this in the same
    /// commit: a case without words is found by none.
    pub fn mark_anew(&mut self, cases: &[String]) -> Result<(), StoreError> {
        let numbers: Vec<&str> = cases.iter().map(String::as_str).collect();
        let told = self.told(&numbers)?;
        for case in cases {
            let no: i64 =
                case.parse().map_err(|_| StoreError::unreadable(format!("case number {case}")))?;
            match told.get(case) {
                Some(texts) => self.keep_marks(no, texts)?,
                None => self.drop_marks(no)?,
            }
        }
        Ok(())
    }

    fn keep_marks(&mut self, no: i64, texts: &[String]) -> Result<(), StoreError> {
        let sql = match self.conn {
            AnyConnection::Sqlite(_) => {
                "INSERT OR REPLACE INTO case_marks (rowid, marks) VALUES ($1, $2)"
            }
            AnyConnection::Postgres(_) => {
                "INSERT INTO case_marks (no, marks) \
                 VALUES ($1, array_to_tsvector(string_to_array($2, ' '))) \
                 ON CONFLICT (no) DO UPDATE SET marks = excluded.marks"
            }
        };
        let marks: Vec<String> = marks_of(texts.iter().map(String::as_str)).into_iter().collect();
        let query = diesel::sql_query(sql).bind::<BigInt, _>(no).bind::<Text, _>(marks.join(" "));
        query.execute(self.conn)?;
        Ok(())
    }

    fn drop_marks(&mut self, no: i64) -> Result<(), StoreError> {
        let sql = match self.conn {
            AnyConnection::Sqlite(_) => "DELETE FROM case_marks WHERE rowid = $1",
            AnyConnection::Postgres(_) => "DELETE FROM case_marks WHERE no = $1",
        };
        diesel::sql_query(sql).bind::<BigInt, _>(no).execute(self.conn)?;
        Ok(())
    }
}

/// Marks as the embedded database asks for them: `"采石" AND "a12" *`.
fn fts5(marks: &[Mark]) -> String {
    let one = |Mark { text, begins }: &Mark| match begins {
        true => format!("\"{text}\" *"),
        false => format!("\"{text}\""),
    };
    marks.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

/// The same for PostgreSQL: `'采石' & 'a12':*`.
fn tsquery(marks: &[Mark]) -> String {
    let one = |Mark { text, begins }: &Mark| match begins {
        true => format!("'{text}':*"),
        false => format!("'{text}'"),
    };
    marks.iter().map(one).collect::<Vec<_>>().join(" & ")
}
