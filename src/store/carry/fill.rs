//! Rows into an empty database, past nothing: every guard and every key of the layout holds while it
//! is filled, so rows that no program could have written do not come in.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use super::insert::insert;
use super::table::Table;
use super::value::{Row, Value};
use super::{FACTS, FILLING};
use crate::store::connection::{AnyConnection, Url, Use, open};
use crate::store::migrate::{POSTGRES, SQLITE};
use crate::store::schema::STAYING;
use crate::store::session::{Reader, begin, commit};
use crate::store::{Store, StoreError};

/// Rows between two commits: a commit costs a moment, and what is not committed yet stands in
/// SQLite's log, which would grow as large as the database.
const ROWS_IN_ONE_COMMIT: usize = 50_000;
/// Pages that SQLite keeps in memory while rows go into its indexes all over, in KiB.
const SQLITE_CACHE_KIB: u32 = 131_072;
/// What a closed case is called until its duties are there: no case is born closed.
const HELD: &str = "restoring:";
const CLOSED: &str = "closed";

/// Why a database is not filled.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FillError {
    /// Something is there.
    #[error(
        "the database holds something already, and what is there is never written over; name an \
         empty one in DATABASE_URL (for SQLite a file that is not there yet, for PostgreSQL one \
         just made with CREATE DATABASE)"
    )]
    NotEmpty,
    /// Its layout is not known here.
    #[error("it was made by a newer program (layout {0}); use that one, or a newer one still")]
    Newer(String),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An empty database that is being filled. Until [`Filling::finish`] it holds the fact by which every
/// other command refuses to work with it.
pub struct Filling {
    conn: AnyConnection,
    uncommitted: usize,
}

impl Filling {
    /// Lays out an empty database as it was where these tables come from.
    pub fn begin(url: &Url, layout: &str, tables: &[Table]) -> Result<Filling, FillError> {
        let mut conn = open(url, Use::Writing)?;
        if holds_tables(&mut conn)? {
            return Err(FillError::NotEmpty);
        }
        match &mut conn {
            AnyConnection::Sqlite(conn) => {
                climb(conn, SQLITE, layout)?;
                let cache = format!("PRAGMA cache_size = -{SQLITE_CACHE_KIB}");
                conn.batch_execute(&cache).map_err(StoreError::from)?;
            }
            AnyConnection::Postgres(conn) => {
                climb(conn, POSTGRES, layout)?;
                conn.batch_execute("SET statement_timeout = 0").map_err(StoreError::from)?;
            }
        }
        let mut filling = Filling { conn, uncommitted: 0 };
        begin(&mut filling.conn)?;
        filling.clear(tables)?;
        Ok(filling)
    }

    /// Takes away the few rows that the migrations put there: the archive has them as they became.
    fn clear(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        for table in tables.iter().rev() {
            let staying = STAYING.iter().filter(|(name, ..)| *name == table.name);
            let others = staying.map(|(_, column, value)| format!("{column} <> '{value}'"));
            let others: Vec<String> = others.collect();
            let which = if others.is_empty() { "" } else { " WHERE " };
            self.run(&["DELETE FROM ", &table.name, which, &others.join(" AND ")].concat())?;
        }
        Ok(())
    }

    fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.conn.batch_execute(sql)?)
    }

    /// Puts rows into a table.
    pub fn insert(&mut self, table: &Table, mut rows: Vec<Row>) -> Result<(), StoreError> {
        self.uncommitted += rows.len();
        hold(table, &mut rows);
        insert(&mut self.conn, table, rows)?;
        if self.uncommitted >= ROWS_IN_ONE_COMMIT {
            self.uncommitted = 0;
            commit(&mut self.conn)?;
            begin(&mut self.conn)?;
        }
        Ok(())
    }

    /// Once every row is there: cases that were closed are closed, each past the guard that asks for
    /// its duties.
    pub fn close_cases(&mut self) -> Result<(), StoreError> {
        let from = HELD.len() + 1;
        self.run(&format!(
            "UPDATE cases SET state = substr(state, {from}), stage = substr(stage, {from}) \
             WHERE state LIKE '{HELD}%'"
        ))?;
        commit(&mut self.conn)?;
        begin(&mut self.conn)
    }

    /// Reads what is there now.
    pub fn reader(&mut self) -> Reader<'_> {
        Reader { conn: &mut self.conn }
    }

    /// Takes away the row of a file that nothing named and that was swept while the copy was made;
    /// whether there was such a row.
    pub fn forget_file(&mut self, sha256: &str) -> Result<bool, StoreError> {
        use crate::store::schema::files;
        let row = files::table.find(sha256).filter(files::attached.eq(false));
        Ok(diesel::delete(row).execute(&mut self.conn)? == 1)
    }

    /// Brings the layout up to this program's and lets other commands in.
    pub fn finish(mut self) -> Result<(), StoreError> {
        commit(&mut self.conn)?;
        let refused =
            |why: Box<dyn std::error::Error + Send + Sync>| StoreError::Refused(why.to_string());
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => {
                conn.run_pending_migrations(SQLITE).map_err(refused)?;
            }
            AnyConnection::Postgres(conn) => {
                conn.run_pending_migrations(POSTGRES).map_err(refused)?;
                // Without it the planner knows nothing of the rows that came at once.
                conn.batch_execute("ANALYZE")?;
            }
        }
        self.run(&format!("DELETE FROM {FACTS} WHERE key = '{FILLING}'"))
    }
}

impl Store {
    /// Whether the database is being filled, or was when that was broken off.
    pub async fn is_half_filled(&self) -> Result<bool, StoreError> {
        Ok(self.read(|db| db.fact(FILLING)).await?.is_some())
    }
}

/// Whether there are tables, but for the list of migrations: that one is there as soon as any command
/// has looked at the database.
fn holds_tables(conn: &mut AnyConnection) -> Result<bool, StoreError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let count: Count = match conn {
        AnyConnection::Sqlite(conn) => {
            sql_query("SELECT count(*) AS n FROM sqlite_master WHERE instr(name, 'diesel_schema') = 0")
                .get_result(conn)?
        }
        AnyConnection::Postgres(conn) => sql_query(
            "SELECT count(*) AS n FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
             AND strpos(relname::text, 'diesel_schema') = 0",
        )
        .get_result(conn)?,
    };
    Ok(count.n > 0)
}

/// Runs the migrations up to a layout. The fact is kept as soon as there is a table for it: whatever
/// is broken off from there on is known to be half.
fn climb<DB: Backend, C>(
    conn: &mut C,
    source: EmbeddedMigrations,
    layout: &str,
) -> Result<(), FillError>
where
    C: MigrationHarness<DB> + SimpleConnection,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let refused =
        |why: Box<dyn std::error::Error + Send + Sync>| StoreError::Refused(why.to_string());
    let steps = conn.pending_migrations(source).map_err(refused)?;
    let version = |step: &dyn diesel::migration::Migration<DB>| step.name().version().to_string();
    let last = steps.iter().position(|step| version(step.as_ref()) == layout);
    let last = last.ok_or_else(|| FillError::Newer(layout.to_owned()))?;
    for (at, step) in steps.iter().take(last + 1).enumerate() {
        conn.run_migration(step.as_ref()).map_err(refused)?;
        if at == 0 {
            let fact = format!("INSERT INTO {FACTS} VALUES ('{FILLING}', 'yes')");
            conn.batch_execute(&fact).map_err(StoreError::from)?;
        }
    }
    Ok(())
}

/// Marks closed cases as held.
fn hold(table: &Table, rows: &mut [Row]) {
    if table.name != "cases" {
        return;
    }
    let places: Vec<usize> =
        ["state", "stage"].iter().filter_map(|name| table.place(name)).collect();
    let closed = |row: &Row| places.iter().any(|at| row[*at] == Value::Text(CLOSED.to_owned()));
    for row in rows.iter_mut().filter(|row| closed(row)) {
        for at in &places {
            if let Value::Text(text) = &mut row[*at] {
                text.insert_str(0, HELD);
            }
        }
    }
}
