//! Migrations of both databases, compiled in, and the facts that the database keeps about itself.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{AnyConnection, Url, Use, open};
use super::error::StoreError;
use super::schema::meta;
use super::session::{Reader, Tx};

pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Serialises migrations of several instances on one PostgreSQL; any number of our own will do.
const MIGRATION_LOCK: i64 = 12_336;

/// Brings a database up to this program's layout; how many steps that took.
pub fn migrate(url: &Url) -> Result<usize, StoreError> {
    let refused = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::Refused(e.to_string());
    let done = match open(url, Use::Writing)? {
        AnyConnection::Sqlite(mut conn) => {
            conn.run_pending_migrations(SQLITE).map_err(refused)?.len()
        }
        AnyConnection::Postgres(mut conn) => {
            conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            // The lock ends with the connection.
            conn.run_pending_migrations(POSTGRES).map_err(refused)?.len()
        }
    };
    Ok(done)
}

/// How this program's layout relates to the database's.
pub enum Layout {
    /// The same.
    Current,
    /// The database has steps to go, or is empty.
    Behind,
    /// The database was migrated by a newer program.
    Ahead,
}

/// Compares the database's layout with this program's.
pub fn layout(url: &Url) -> Result<Layout, StoreError> {
    let refused = |error: Box<dyn std::error::Error + Send + Sync>| match error
        .downcast::<diesel::result::Error>()
    {
        Ok(said) => StoreError::from(*said),
        Err(other) => StoreError::Refused(other.to_string()),
    };
    let (pending, applied, known) = match open(url, Use::Writing)? {
        AnyConnection::Sqlite(mut conn) => (
            conn.has_pending_migration(SQLITE).map_err(refused)?,
            conn.applied_migrations().map_err(refused)?.len(),
            steps(&SQLITE),
        ),
        AnyConnection::Postgres(mut conn) => (
            conn.has_pending_migration(POSTGRES).map_err(refused)?,
            conn.applied_migrations().map_err(refused)?.len(),
            steps(&POSTGRES),
        ),
    };
    Ok(match pending {
        true => Layout::Behind,
        false if applied > known => Layout::Ahead,
        false => Layout::Current,
    })
}

/// The layout of this program: the version of its last migration, the same for both databases.
pub fn newest_layout() -> String {
    use diesel::migration::MigrationSource;
    let all: Result<Vec<_>, _> = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE);
    let versions = all.into_iter().flatten().map(|step| step.name().version().to_string());
    versions.max().unwrap_or_default()
}

fn steps(source: &EmbeddedMigrations) -> usize {
    use diesel::migration::MigrationSource;
    let all: Result<Vec<_>, _> = MigrationSource::<diesel::sqlite::Sqlite>::migrations(source);
    all.map_or(0, |all| all.len())
}

impl Reader<'_> {
    /// A fact that the database keeps about itself.
    pub fn fact(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(meta::table.find(key).select(meta::value).first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Removes a fact if it is still this one: of several who try at once one succeeds.
    pub fn spend_fact(&mut self, key: &str, value: &str) -> Result<bool, StoreError> {
        let mine = meta::table.find(key).filter(meta::value.eq(value));
        Ok(diesel::delete(mine).execute(self.conn)? == 1)
    }

    /// Keeps a fact.
    pub fn keep_fact(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let set = meta::value.eq(value);
        if diesel::update(meta::table.find(key)).set(set).execute(self.conn)? == 0 {
            let row = (meta::key.eq(key), set);
            diesel::insert_into(meta::table).values(row).execute(self.conn)?;
        }
        Ok(())
    }
}
