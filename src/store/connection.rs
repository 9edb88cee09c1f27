//! One connection type over both databases, chosen by the URL at run time.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use super::error::StoreError;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(super) enum AnyConnection {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// For those who outgrow one machine.
    Postgres(PgConnection),
}

/// Where the database is.
#[derive(Clone)]
pub enum Url {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the URL may hold a password and is never printed.
    Postgres(String),
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Url::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Url::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let refuse = |why: &str| {
            Err(format!(
                "DATABASE_URL {why}. Use sqlite:PATH (sqlite:./hotline-data/hotline.db) for the \
                 embedded database, or postgres://USER@HOST:PORT/NAME for PostgreSQL"
            ))
        };
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Url::Postgres(text.to_owned()));
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => refuse("names no file"),
                _ if path.contains(":memory:") => {
                    refuse("asks for a database in memory, which would lose every case")
                }
                path => Ok(Url::Sqlite(PathBuf::from(path))),
            };
        }
        match text.split_once(':') {
            Some((scheme, _)) if scheme.len() < 20 && !text.starts_with(['/', '.']) => {
                refuse(&format!("has the scheme «{scheme}», which is not supported"))
            }
            _ => refuse("has no scheme"),
        }
    }
}

/// How long a SQLite connection waits for another's write lock, in milliseconds.
const SQLITE_BUSY_MS: u32 = 10_000;

/// Pages that a SQLite writer keeps in memory, in KiB, at the most: a year of cases touches its
/// indexes all over, and the default of 2 MiB is read from the file again and again.
const SQLITE_CACHE_KIB: u32 = 32_768;

/// The same for a reader, of which there are several: with the default of 2 MiB an audit of a large
/// ledger reads its pages from the file several times.
const SQLITE_READER_CACHE_KIB: u32 = 16_384;

/// Pages of 4 KiB after which the write-ahead log is written into the database: a page that changes
/// with every tip is written once for all the tips between.
const SQLITE_LOG_PAGES: u32 = 4_000;

/// How a PostgreSQL server that has gone is noticed, where the URL does not say otherwise. By
/// default libpq waits for minutes to connect, and for hours on a line that is dead.
const PG_WATCH: [(&str, u32); 5] = [
    ("connect_timeout", 3),
    ("keepalives_idle", 10),
    ("keepalives_interval", 5),
    ("keepalives_count", 3),
    // Milliseconds until what was sent must have arrived.
    ("tcp_user_timeout", 20_000),
];

/// The URL with a watch on the line.
fn patient(url: &str) -> String {
    let mut full = url.to_owned();
    for (name, value) in PG_WATCH {
        let query = full.split_once('?').map(|(_, query)| query);
        let said = query
            .is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some(name)));
        if !said {
            let joint = if query.is_some() { '&' } else { '?' };
            full.push_str(&format!("{joint}{name}={value}"));
        }
    }
    full
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Queries only; SQLite refuses writes on it.
    Reading,
    /// Anything.
    Writing,
    /// The one writer's small transactions.
    Queue,
}

/// Statements that this process has sent.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has sent to its database.
pub fn statements() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

fn count(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { .. } = event {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens a connection and sets it up. `busy_timeout` comes first: the other pragmas take locks.
pub(super) fn open(url: &Url, purpose: Use) -> Result<AnyConnection, StoreError> {
    let down = |why: diesel::ConnectionError| StoreError::Unavailable(brief(url, &why));
    match url {
        Url::Sqlite(path) => {
            let path = path.to_str().ok_or_else(|| StoreError::unreadable("path is not UTF-8"))?;
            let mut conn = SqliteConnection::establish(path).map_err(down)?;
            let query_only = if purpose == Use::Reading { "ON" } else { "OFF" };
            conn.batch_execute(&format!(
                "PRAGMA busy_timeout = {SQLITE_BUSY_MS};
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA recursive_triggers = ON;
                 PRAGMA query_only = {query_only};"
            ))?;
            let cache = match purpose {
                Use::Reading => SQLITE_READER_CACHE_KIB,
                Use::Writing | Use::Queue => SQLITE_CACHE_KIB,
            };
            conn.batch_execute(&format!("PRAGMA cache_size = -{cache}"))?;
            if purpose == Use::Queue {
                // What a statement or a savepoint may have to take back is kept in memory: it is little,
                // and gone with the process either way.
                conn.batch_execute(&format!(
                    "PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}; PRAGMA temp_store = MEMORY;"
                ))?;
            }
            conn.set_instrumentation(count);
            Ok(AnyConnection::Sqlite(conn))
        }
        Url::Postgres(url_text) => {
            let mut conn = PgConnection::establish(&patient(url_text)).map_err(down)?;
            conn.batch_execute(
                // What is acknowledged is durable, whatever the server's default; a stricter one stays.
                "SELECT set_config('synchronous_commit', 'on', false) \
                   WHERE current_setting('synchronous_commit') = 'off'; \
                 SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET jit = off; \
                 SET statement_timeout = '300s'; SET lock_timeout = '20s'",
            )?;
            conn.set_instrumentation(count);
            Ok(AnyConnection::Postgres(conn))
        }
    }
}

/// Why a connection failed, without the URL, which may hold a password.
fn brief(url: &Url, error: &diesel::ConnectionError) -> String {
    let text = error.to_string();
    let text = match url {
        // Where the URL cannot be read, libpq repeats the piece it stumbled over, which may be one
        // of the password.
        Url::Postgres(_) if !text.starts_with("connection to server") => {
            "DATABASE_URL cannot be used; write it like postgres://USER@HOST:PORT/NAME, and the \
             signs / @ : ? # % of a password as %2F %40 %3A %3F %23 %25"
                .to_owned()
        }
        Url::Postgres(url) => text.replace(url.as_str(), "DATABASE_URL"),
        Url::Sqlite(path) => format!("{}: {text}", path.display()),
    };
    text.lines().next().unwrap_or_default().to_owned()
}

/// Makes connections for the pool.
pub(super) struct Manager {
    pub(super) url: Url,
    pub(super) purpose: Use,
}

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = StoreError;

    fn connect(&self) -> Result<AnyConnection, StoreError> {
        open(&self.url, self.purpose)
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        conn.batch_execute("SELECT 1").map_err(StoreError::from)
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        use diesel::connection::{TransactionManager, TransactionManagerStatus};
        type Manager = <AnyConnection as Connection>::TransactionManager;
        let status = Manager::transaction_manager_status_mut(conn);
        matches!(status, TransactionManagerStatus::InError)
            || status.transaction_depth().map_or(true, |depth| depth.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_watched_unless_the_url_says_how() {
        assert_eq!(
            patient("postgres://a@b/c"),
            "postgres://a@b/c?connect_timeout=3&keepalives_idle=10&keepalives_interval=5\
             &keepalives_count=3&tcp_user_timeout=20000"
        );
        let own = patient("postgres://a@b/c?tcp_user_timeout=0&connect_timeout=9");
        assert!(
            own.starts_with("postgres://a@b/c?tcp_user_timeout=0&connect_timeout=9&keepalives")
        );
        assert_eq!(own.matches("connect_timeout").count(), 1);
        assert_eq!(own.matches("tcp_user_timeout").count(), 1);
    }

    #[test]
    fn the_scheme_picks_the_database_and_others_are_refused_with_help() {
        for good in ["sqlite:x.db", "sqlite://x.db", "sqlite:///tmp/x.db"] {
            assert!(matches!(good.parse(), Ok(Url::Sqlite(_))), "{good}");
        }
        assert!(matches!("postgres://a@b/c".parse(), Ok(Url::Postgres(_))));
        for bad in ["mysql://a/b", "x.db", "/tmp/x.db", "sqlite:", "sqlite::memory:", ""] {
            let help = bad.parse::<Url>().unwrap_err();
            assert!(help.contains("sqlite:PATH") && help.contains("postgres://"), "{bad}: {help}");
        }
    }
}
