//! Group commit for SQLite: one writer runs what is waiting as savepoints inside one transaction
//! and answers each caller after the commit. One fsync serves them all.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::prelude::*;
use tokio::sync::{mpsc, oneshot};

use super::connection::AnyConnection;
use super::error::StoreError;
use super::session::{Tx, begin, commit, roll_back, transaction};

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
    /// Runs it inside the open transaction and keeps the answer. An error means that the whole
    /// transaction can no longer be used.
    fn run(&mut self, conn: &mut AnyConnection) -> Result<(), StoreError>;
    /// Runs it in a transaction of its own.
    fn run_alone(&mut self, conn: &mut AnyConnection);
    /// Gives the kept answer to the caller.
    fn answer(self: Box<Self>);
    /// Tells the caller that nothing was kept.
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
    fn run(&mut self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        begin_savepoint(conn)?;
        let done = guarded(|| (self.work)(&mut Tx::new(conn)));
        // A savepoint that cannot be ended means that SQLite gave the whole transaction up.
        if done.is_ok() {
            commit(conn)?
        } else {
            roll_back(conn)?
        }
        self.kept = Some(done);
        Ok(())
    }

    fn run_alone(&mut self, conn: &mut AnyConnection) {
        // Only the work is guarded: its transaction must be ended also where it panics, or the
        // writer could begin no other.
        let work = &mut self.work;
        let mut guarded = |tx: &mut Tx<'_>| guarded(|| work(tx));
        self.kept = Some(transaction(conn, &mut guarded));
    }

    fn answer(self: Box<Self>) {
        if let Some(kept) = self.kept {
            // The caller may have gone away; the work is done all the same.
            let _ = self.caller.send(kept);
        }
    }

    fn fail(self: Box<Self>, why: StoreError) {
        let _ = self.caller.send(Err(why.into()));
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
    pub(super) fn start(mut conn: AnyConnection) -> Result<Queue, StoreError> {
        let (jobs, mut waiting) = mpsc::channel::<Box<dyn Job>>(MAX_WAITING);
        let writer = move || {
            while let Some(first) = waiting.blocking_recv() {
                let mut batch = vec![first];
                while batch.len() < MAX_BATCH {
                    match waiting.try_recv() {
                        Ok(job) => batch.push(job),
                        Err(_) => break,
                    }
                }
                run_batch(&mut conn, batch);
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

fn run_batch(conn: &mut AnyConnection, mut batch: Vec<Box<dyn Job>>) {
    if let Err(why) = begin(conn) {
        batch.into_iter().for_each(|job| job.fail(why.clone()));
        return;
    }
    let ran = batch.iter_mut().try_for_each(|job| job.run(conn));
    match ran {
        // A failed commit is never tried again: after a failed fsync the kernel may have dropped
        // the pages, so a second one would succeed without the data being on disk.
        Ok(()) => match commit(conn) {
            Ok(()) => batch.into_iter().for_each(|job| job.answer()),
            Err(why) => {
                let _ = roll_back(conn);
                batch.into_iter().for_each(|job| job.fail(why.clone()));
            }
        },
        Err(_) => {
            let _ = roll_back(conn);
            for mut job in batch {
                job.run_alone(conn);
                job.answer();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::connection::{Url, Use, open};
    use super::*;

    /// R28: after a panic in a batch, or in a piece run by itself, the writer goes on.
    #[test]
    fn r28_a_panic_leaves_no_transaction_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open(&Url::Sqlite(folder.path().join("a.db")), Use::Writing).unwrap();
        let fault = || {
            let (caller, answer) = oneshot::channel();
            let work = |_: &mut Tx<'_>| -> Result<(), StoreError> { panic!("on purpose") };
            (Box::new(Work { work, kept: None, caller }), answer)
        };
        let (mut alone, mut answer) = fault();
        alone.run_alone(&mut conn);
        alone.answer();
        assert!(matches!(answer.try_recv(), Ok(Err(StoreError::Unreadable(_)))));
        let (in_batch, mut answer) = fault();
        run_batch(&mut conn, vec![in_batch]);
        assert!(matches!(answer.try_recv(), Ok(Err(StoreError::Unreadable(_)))));
        begin(&mut conn).unwrap();
        commit(&mut conn).unwrap();
    }
}
