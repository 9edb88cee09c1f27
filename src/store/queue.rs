//! Group commit for SQLite: one writer runs what is waiting inside one transaction and answers each
//! caller after the commit. One fsync serves them all.
//!
//! Work that fails must leave nothing behind, and the work beside it must stay. A savepoint for each
//! would see to that, and keeps a copy of every page that the work touches, which takes a third of the
//! writer's time; most work does not fail. So all of it is run without, and where a piece fails the
//! transaction is given up and run anew with savepoints.
//!
//! A transaction that breaks as a whole takes its connection with it: what SQLite and the transaction
//! manager think of it may differ by then. A commit that the disk refuses ends all writing
//! ([`Disk`]).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use diesel::prelude::*;
use tokio::sync::{mpsc, oneshot};

use super::connection::{AnyConnection, Url, Use, open};
use super::disk::Disk;
use super::error::StoreError;
use super::session::{Tx, begin, commit, roll_back};

/// Most pieces of work in one transaction: the fsync is shared widely enough by then, and the
/// first caller does not wait long for the last.
const MAX_BATCH: usize = 64;
/// Most pieces of work that wait; past that, callers wait to be let in.
const MAX_WAITING: usize = 4_096;

/// The queue before the one writer.
pub(super) struct Queue {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

/// One piece of work with its type erased.
trait Job: Send {
    /// Runs it inside the open transaction and keeps the answer; whether it succeeded. If not, it may
    /// have left something behind.
    fn run(&mut self, conn: &mut AnyConnection) -> bool;
    /// The same in a savepoint: work that fails leaves nothing behind. An error means that the whole
    /// transaction can no longer be used.
    fn run_apart(&mut self, conn: &mut AnyConnection) -> Result<(), StoreError>;
    /// Gives the kept answer to the caller.
    fn answer(self: Box<Self>);
    /// Tells the caller that nothing was kept, and why: by what the work itself said, if it failed.
    fn fail(self: Box<Self>, why: StoreError);
}

struct Work<T, E, F> {
    work: F,
    kept: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, conn: &mut AnyConnection) -> bool {
        let done = guarded(|| (self.work)(&mut Tx::new(conn)));
        let succeeded = done.is_ok();
        self.kept = Some(done);
        succeeded
    }

    fn run_apart(&mut self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        begin_savepoint(conn)?;
        // A savepoint that cannot be ended means that SQLite gave the whole transaction up.
        if self.run(conn) { commit(conn) } else { roll_back(conn) }
    }

    fn answer(self: Box<Self>) {
        if let Some(kept) = self.kept {
            // The caller may have gone away; the work is done all the same.
            let _ = self.caller.send(kept);
        }
    }

    fn fail(self: Box<Self>, why: StoreError) {
        let said = match self.kept {
            Some(Err(said)) => said,
            _ => why.into(),
        };
        let _ = self.caller.send(Err(said));
    }
}

/// Within an open transaction the manager's next one is a savepoint.
fn begin_savepoint(conn: &mut AnyConnection) -> Result<(), StoreError> {
    use diesel::connection::TransactionManager;
    <AnyConnection as Connection>::TransactionManager::begin_transaction(conn)
        .map_err(StoreError::from)
}

/// A panic in one piece of work must not take the writer with it.
fn guarded<T, E: From<StoreError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(StoreError::Unreadable("a fault in the program stopped this work".to_owned()).into())
    })
}

impl Queue {
    /// Starts the writer; it ends when the queue is dropped.
    pub(super) fn start(url: &Url, disk: Arc<Disk>) -> Result<Queue, StoreError> {
        let (jobs, mut waiting) = mpsc::channel::<Box<dyn Job>>(MAX_WAITING);
        let mut writer = Writer { conn: Some(open(url, Use::Queue)?), url: url.clone(), disk };
        let writer = move || {
            while let Some(first) = waiting.blocking_recv() {
                let mut batch = vec![first];
                while batch.len() < MAX_BATCH {
                    match waiting.try_recv() {
                        Ok(job) => batch.push(job),
                        Err(_) => break,
                    }
                }
                writer.run(batch);
            }
        };
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(writer)
            .map_err(|e| StoreError::Unavailable(format!("the writer cannot start: {e}")))?;
        Ok(Queue { jobs })
    }

    /// Hands work to the writer and waits until it is committed or refused.
    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let gone = || StoreError::Unavailable("the writer has stopped".to_owned());
        let job = Box::new(Work { work, kept: None, caller });
        self.jobs.send(job).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone().into()))
    }
}

/// The one who writes.
struct Writer {
    url: Url,
    /// None where the last transaction broke.
    conn: Option<AnyConnection>,
    disk: Arc<Disk>,
}

impl Writer {
    fn run(&mut self, mut batch: Vec<Box<dyn Job>>) {
        let Err(why) = self.commit(&mut batch) else {
            return batch.into_iter().for_each(|job| job.answer());
        };
        match why {
            // It may be one piece of work that breaks the transaction of all.
            Broken::Work(_) if batch.len() > 1 => {
                batch.into_iter().for_each(|job| self.run(vec![job]));
            }
            Broken::Work(why) | Broken::Commit(why) => {
                batch.into_iter().for_each(|job| job.fail(why.clone()));
            }
        }
    }

    /// Runs all in one transaction and commits it.
    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Broken> {
        self.disk.is_sound().map_err(Broken::Commit)?;
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => open(&self.url, Use::Queue).map_err(Broken::Commit)?,
        };
        begin(&mut conn).map_err(Broken::Commit)?;
        run_all(&mut conn, batch).inspect_err(|broken| {
            if let Broken::Work(why) = broken {
                self.disk.refused(why);
            }
        })?;
        // A failed commit is never tried again: after a failed fsync the kernel may have dropped
        // the pages, so a second one would succeed without the data being on disk.
        if let Err(why) = commit(&mut conn) {
            self.disk.refused_commit(&why);
            return Err(Broken::Commit(why));
        }
        self.conn = Some(conn);
        Ok(())
    }
}

/// Runs all inside the open transaction.
fn run_all(conn: &mut AnyConnection, batch: &mut [Box<dyn Job>]) -> Result<(), Broken> {
    if batch.iter_mut().all(|job| job.run(conn)) {
        return Ok(());
    }
    roll_back(conn).map_err(Broken::Work)?;
    begin(conn).map_err(Broken::Commit)?;
    // What was alone has left nothing behind by now, and has its answer.
    if batch.len() == 1 {
        return Ok(());
    }
    batch.iter_mut().try_for_each(|job| job.run_apart(conn)).map_err(Broken::Work)
}

/// Why a transaction ended without a commit. Its connection is closed, which rolls it back.
enum Broken {
    /// A piece of work ended it, or began when it had ended.
    Work(StoreError),
    /// It did not begin, or the commit failed: nothing is run again.
    Commit(StoreError),
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;

    type Answer = oneshot::Receiver<Result<(), StoreError>>;

    fn work<F>(work: F) -> (Box<dyn Job>, Answer)
    where
        F: FnMut(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        (Box::new(Work { work, kept: None, caller }), answer)
    }

    fn writer(folder: &tempfile::TempDir) -> Writer {
        let url = Url::Sqlite(folder.path().join("a.db"));
        let disk = Disk::of(&url).unwrap();
        Writer { conn: Some(open(&url, Use::Writing).unwrap()), url, disk }
    }

    fn put(tx: &mut Tx<'_>, name: &str) {
        let row =
            format!("CREATE TABLE IF NOT EXISTS t (name TEXT); INSERT INTO t VALUES ('{name}')");
        tx.conn.batch_execute(&row).unwrap();
    }

    fn names(writer: &mut Writer) -> Vec<String> {
        let rows = diesel::sql_query("SELECT name FROM t ORDER BY name");
        rows.load::<Name>(writer.conn.as_mut().unwrap())
            .unwrap()
            .into_iter()
            .map(|n| n.name)
            .collect()
    }

    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }

    /// What fails leaves nothing behind, alone or beside others, and the others stay.
    #[test]
    fn work_that_fails_takes_only_itself_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder);
        let good = |name: &'static str| {
            work(move |tx| {
                put(tx, name);
                Ok(())
            })
        };
        let bad = || {
            work(|tx| {
                put(tx, "bad");
                Err(StoreError::Contended)
            })
        };
        let [(one, mut first), (two, mut failed), (three, mut last)] =
            [good("a"), bad(), good("b")];
        writer.run(vec![one, two, three]);
        assert!(matches!(first.try_recv(), Ok(Ok(()))));
        assert!(matches!(failed.try_recv(), Ok(Err(StoreError::Contended))));
        assert!(matches!(last.try_recv(), Ok(Ok(()))));
        let (alone, mut failed) = bad();
        writer.run(vec![alone]);
        assert!(matches!(failed.try_recv(), Ok(Err(StoreError::Contended))));
        assert_eq!(names(&mut writer), ["a", "b"]);
    }

    /// R28: after a panic in a batch, or in a piece run by itself, the writer goes on.
    #[test]
    fn r28_a_panic_leaves_no_transaction_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder);
        let fault = || work(|_| panic!("on purpose"));
        for _ in 0..2 {
            let (one, mut answer) = fault();
            let (other, _) = fault();
            writer.run(vec![one, other]);
            assert!(matches!(answer.try_recv(), Ok(Err(StoreError::Unreadable(_)))));
        }
        let mut conn = writer.conn.take().unwrap();
        begin(&mut conn).unwrap();
        commit(&mut conn).unwrap();
    }
}
