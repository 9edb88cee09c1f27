//! The two doors of the store.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;

use super::connection::{AnyConnection, Manager, Url, Use, open};
use super::disk::Disk;
use super::error::StoreError;
use super::queue::Queue;

/// Connections that read at the same time.
const READERS: u32 = 8;
/// Connections that write at the same time on PostgreSQL; SQLite has one writer.
const WRITERS: u32 = 16;
/// How long a caller waits for a connection of the pool. A pool that cannot connect tries again after
/// half of this at the latest, so a database that was away is found again within two seconds (R9).
const POOL_WAIT: Duration = Duration::from_secs(4);
/// How often a write that lost a race is tried again.
const MAX_TRIES: usize = 4;

type Pool = r2d2::Pool<Manager>;

/// The database, behind two doors.
#[derive(Clone)]
pub struct Store {
    url: Url,
    readers: Pool,
    writer: Writer,
    disk: Option<Arc<Disk>>,
    gate: Option<Gate>,
}

/// What becomes of a write: a simulation says so, write by write; without one all go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done, and its caller told.
    Done,
    /// It is not done.
    Refused,
    /// It is done, and its caller told that it was not: the answer was lost, or its reader died.
    Unheard,
}

/// Asked at each write.
pub type Gate = Arc<dyn Fn() -> Fate + Send + Sync>;

#[derive(Clone)]
enum Writer {
    Queue(Arc<Queue>),
    Pool(Pool),
}

/// Reads within one snapshot of the database.
pub struct Reader<'c> {
    pub(super) conn: &'c mut AnyConnection,
}

/// Reads and writes within one transaction.
pub struct Tx<'c>(Reader<'c>);

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut AnyConnection) -> Tx<'c> {
        Tx(Reader { conn })
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.0
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Store {
    /// Opens the database; it must have been migrated.
    pub fn open(url: &Url) -> Result<Store, StoreError> {
        // One plain connection first: its error says what is wrong, a pool's only that it waited.
        drop(open(url, Use::Writing)?);
        let pool = |size, purpose| {
            r2d2::Pool::builder()
                .max_size(size)
                .min_idle(Some(0))
                .connection_timeout(POOL_WAIT)
                .test_on_check_out(matches!(url, Url::Postgres(_)))
                .error_handler(Box::new(r2d2::NopErrorHandler))
                .build(Manager { url: url.clone(), purpose })
                .map_err(|_| StoreError::Unavailable("no connection could be made".to_owned()))
        };
        let disk = Disk::of(url);
        let writer = match &disk {
            Some(disk) => Writer::Queue(Arc::new(Queue::start(url, disk.clone())?)),
            None => Writer::Pool(pool(WRITERS, Use::Writing)?),
        };
        Ok(Store {
            url: url.clone(),
            readers: pool(READERS, Use::Reading)?,
            writer,
            disk,
            gate: None,
        })
    }

    /// Asks a simulation at each write what becomes of it.
    pub fn with_gate(self, gate: Gate) -> Store {
        Store { gate: Some(gate), ..self }
    }

    /// The disk of an embedded database.
    pub(super) fn disk(&self) -> Option<&Arc<Disk>> {
        self.disk.as_ref()
    }

    /// Where the database is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Runs queries off the async threads, all on one snapshot.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let pool = self.readers.clone();
        blocking(move || {
            let mut conn = taken(&pool)?;
            snapshot(&mut conn, work)
        })
        .await
    }

    /// Runs one query off the async threads. A single statement is a snapshot by itself: none is
    /// begun around it.
    pub async fn glance<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        F: FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.readers.clone();
        blocking(move || query(&mut Reader { conn: &mut *taken(&pool)? })).await
    }

    /// Runs work in one transaction and answers after its commit. The work may be run more than
    /// once: it must have no effect outside the transaction.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Retry + Send + 'static,
    {
        let fate = self.gate.as_ref().map_or(Fate::Done, |gate| gate());
        let lost = || Err(StoreError::Unavailable("as the simulation has it".to_owned()).into());
        match fate {
            Fate::Done => self.write_through(work).await,
            Fate::Refused => lost(),
            Fate::Unheard => self.write_through(work).await.and_then(|_| lost()),
        }
    }

    async fn write_through<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Retry + Send + 'static,
    {
        match &self.writer {
            Writer::Queue(queue) => queue.run(work).await,
            Writer::Pool(pool) => {
                let pool = pool.clone();
                let mut work = work;
                blocking(move || {
                    for _ in 1..MAX_TRIES {
                        match transaction(&mut *taken(&pool)?, &mut work) {
                            Err(error) if error.may_retry() => {}
                            done => return done,
                        }
                    }
                    transaction(&mut *taken(&pool)?, &mut work)
                })
                .await
            }
        }
    }
}

/// Errors that say whether the same work might succeed if it is run again.
pub trait Retry {
    /// Whether another transaction was merely faster.
    fn may_retry(&self) -> bool;
}

impl Retry for StoreError {
    fn may_retry(&self) -> bool {
        matches!(self, StoreError::Contended | StoreError::Taken)
    }
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|why| {
        let why = match why.is_panic() {
            true => StoreError::Unreadable("a fault in the program stopped this work".to_owned()),
            false => StoreError::Unavailable("the work was broken off".to_owned()),
        };
        Err(why.into())
    })
}

fn taken(pool: &Pool) -> Result<r2d2::PooledConnection<Manager>, StoreError> {
    pool.get().map_err(|_| StoreError::Unavailable("no connection is free or reachable".to_owned()))
}

type Ansi = <AnyConnection as Connection>::TransactionManager;

fn snapshot<T, E: From<StoreError>>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, begin),
    }
    .map_err(StoreError::from)?;
    let done = work(&mut Reader { conn });
    // A read leaves nothing to keep.
    Ansi::rollback_transaction(conn).map_err(StoreError::from)?;
    done
}

/// Begins a writing transaction. SQLite takes its write lock at once, so that it never has to give
/// up half-way.
pub(super) fn begin(conn: &mut AnyConnection) -> Result<(), StoreError> {
    match conn {
        AnyConnection::Sqlite(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
        }
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
    .map_err(StoreError::from)
}

pub(super) fn commit(conn: &mut AnyConnection) -> Result<(), StoreError> {
    Ansi::commit_transaction(conn).map_err(StoreError::from)
}

pub(super) fn roll_back(conn: &mut AnyConnection) -> Result<(), StoreError> {
    Ansi::rollback_transaction(conn).map_err(StoreError::from)
}

/// Runs work in a transaction of its own.
fn transaction<T, E: From<StoreError>>(
    conn: &mut AnyConnection,
    work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    begin(conn)?;
    match work(&mut Tx::new(conn)) {
        Ok(done) => {
            commit(conn)?;
            Ok(done)
        }
        Err(error) => {
            roll_back(conn)?;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::sql_types::Integer;

    use super::*;

    #[derive(diesel::QueryableByName)]
    struct Level {
        #[diesel(sql_type = Integer)]
        synchronous: i32,
    }

    fn level(conn: &mut AnyConnection) -> i32 {
        let AnyConnection::Sqlite(conn) = conn else { panic!("not SQLite") };
        diesel::sql_query("PRAGMA synchronous").get_result::<Level>(conn).unwrap().synchronous
    }

    #[tokio::test]
    async fn r2_every_connection_syncs_fully() {
        let folder = tempfile::tempdir().unwrap();
        let url = Url::Sqlite(folder.path().join("hotline.db"));
        super::super::migrate(&url).unwrap();
        let store = Store::open(&url).unwrap();
        // All at the same time, so that none is seen twice.
        let mut readers: Vec<_> = (0..READERS).map(|_| taken(&store.readers).unwrap()).collect();
        assert!(readers.iter_mut().all(|conn| level(conn) == 2));
        let written = store.write(|tx| Ok::<_, StoreError>(level(tx.conn)));
        assert_eq!(written.await.unwrap(), 2);
    }
}
