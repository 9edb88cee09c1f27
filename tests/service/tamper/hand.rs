//! The attacker's connection to either database: nothing holds him back.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{
    Connection, PgConnection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection,
    sql_query,
};

use super::{Word, connect};

/// The connection.
pub enum Hand {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A column: its name, and its type as SQLite calls it.
#[derive(QueryableByName)]
pub struct Column {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
}

impl Hand {
    /// Past every guard and every reference.
    pub fn on(folder: &std::path::Path, url: &str) -> Hand {
        if url.starts_with("postgres") {
            let mut conn = PgConnection::establish(url).unwrap();
            conn.batch_execute("SET session_replication_role = replica").unwrap();
            return Hand::Postgres(conn);
        }
        let mut hand = Hand::Sqlite(connect(folder));
        let triggers = "SELECT name AS word FROM sqlite_master WHERE type = 'trigger'";
        for trigger in hand.words(triggers) {
            hand.run(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        let free = "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF";
        hand.run(free).unwrap();
        hand
    }

    pub fn run(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Hand::Sqlite(conn) => conn.batch_execute(sql),
            Hand::Postgres(conn) => conn.batch_execute(sql),
        }
    }

    pub fn try_words(&mut self, sql: &str) -> QueryResult<Vec<String>> {
        let rows: Vec<Word> = match self {
            Hand::Sqlite(conn) => sql_query(sql).load(conn)?,
            Hand::Postgres(conn) => sql_query(sql).load(conn)?,
        };
        Ok(rows.into_iter().map(|row| row.word).collect())
    }

    #[track_caller]
    pub fn words(&mut self, sql: &str) -> Vec<String> {
        self.try_words(sql).unwrap_or_else(|why| panic!("{sql}: {why}"))
    }

    /// A whole number that a query calls `n`.
    #[track_caller]
    pub fn number(&mut self, sql: &str) -> i64 {
        self.words(&format!("SELECT CAST(n AS TEXT) AS word FROM ({sql}) AS one"))[0]
            .parse()
            .unwrap()
    }

    /// What says where a row stands, for its condition and as a value.
    fn place(&self) -> (&'static str, &'static str) {
        match self {
            Hand::Sqlite(_) => ("rowid", "CAST(rowid AS TEXT)"),
            Hand::Postgres(_) => ("ctid", "quote_literal(CAST(ctid AS TEXT))"),
        }
    }

    /// The condition that the n-th row of a table fulfils, and no other.
    pub fn nth(&mut self, table: &str, nth: u64) -> String {
        let (place, value) = self.place();
        let row =
            format!("SELECT {value} AS word FROM {table} ORDER BY {place} LIMIT 1 OFFSET {nth}");
        format!("{place} = {}", self.words(&row)[0])
    }

    /// Sets a value of one row: the condition that the row fulfils then; nothing where the database
    /// does not take it.
    pub fn set(&mut self, table: &str, column: &str, value: &str, row: &str) -> Option<String> {
        let (place, at) = self.place();
        let sql =
            format!("UPDATE {table} SET {column} = {value} WHERE {row} RETURNING {at} AS word");
        Some(format!("{place} = {}", self.try_words(&sql).ok()?.first()?))
    }

    pub fn columns(&mut self, table: &str) -> Vec<Column> {
        match self {
            Hand::Sqlite(conn) => {
                let all = format!("SELECT name, type AS kind FROM pragma_table_info('{table}')");
                sql_query(all).load(conn).unwrap()
            }
            Hand::Postgres(conn) => {
                let all = format!(
                    "SELECT column_name::text AS name, CASE data_type \
                       WHEN 'timestamp without time zone' THEN 'TIMESTAMP' WHEN 'bytea' THEN 'BLOB' \
                       ELSE upper(data_type) END AS kind FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name = '{table}' \
                     ORDER BY ordinal_position"
                );
                sql_query(all).load(conn).unwrap()
            }
        }
    }

    /// Of which type a value is, as SQLite calls it.
    pub fn type_of(&mut self, Column { name, kind }: &Column, here: &str) -> String {
        let is = match (self.place().0, kind.as_str()) {
            ("rowid", _) => format!("typeof({name})"),
            (_, "BOOLEAN" | "INTEGER" | "BIGINT") => "'integer'".to_owned(),
            (_, "DOUBLE PRECISION") => "'real'".to_owned(),
            (_, "BLOB") => "'blob'".to_owned(),
            _ => "'text'".to_owned(),
        };
        let is =
            format!("SELECT CASE WHEN {name} IS NULL THEN 'null' ELSE {is} END AS word {here}");
        self.words(&is).remove(0)
    }

    /// The other truth value.
    pub fn negated(&self, column: &str) -> String {
        match self {
            Hand::Sqlite(_) => format!("1 - {column}"),
            Hand::Postgres(_) => format!("NOT {column}"),
        }
    }

    /// A byte of a value, in hexadecimal; and the value with another in its place.
    pub fn byte(&mut self, column: &str, at: u64, here: &str) -> u8 {
        let byte = match self {
            Hand::Sqlite(_) => format!("hex(substr({column}, {at} + 1, 1))"),
            Hand::Postgres(_) => format!("encode(substr({column}, {at} + 1, 1), 'hex')"),
        };
        u8::from_str_radix(&self.words(&format!("SELECT {byte} AS word {here}"))[0], 16).unwrap()
    }

    /// A value with another byte at a place.
    pub fn with_byte(&self, column: &str, at: u64, byte: u8) -> String {
        match self {
            Hand::Sqlite(_) => format!(
                "CAST(substr({column}, 1, {at}) || x'{byte:02x}' || substr({column}, {at} + 2) AS BLOB)"
            ),
            Hand::Postgres(_) => format!("set_byte({column}, {at}, {byte})"),
        }
    }

    /// Bytes in hexadecimal.
    pub fn hex(&self, column: &str) -> String {
        match self {
            Hand::Sqlite(_) => format!("hex({column})"),
            Hand::Postgres(_) => format!("encode({column}, 'hex')"),
        }
    }
}
