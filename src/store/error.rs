//! What can go wrong with the store. Texts name neither SQL nor values: those may be personal.

use diesel::result::{DatabaseErrorKind, Error};

/// A failure of the store.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or did not take the commit.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Another transaction was faster; the work may be tried again.
    #[error("another transaction was faster")]
    Contended,
    /// A row with that key exists.
    #[error("a row with that key exists")]
    Taken,
    /// What is stored cannot be read: a fault of this program or of the disk.
    #[error("stored data cannot be read: {0}")]
    Unreadable(String),
    /// The file of the database, or the server's, is not what was written to it.
    #[error(
        "the database is damaged: stop the service, keep a copy, restore the last backup; what is \
         damaged says PRAGMA integrity_check on SQLite, pg_amcheck on PostgreSQL"
    )]
    Damaged,
    /// Anything else the database said.
    #[error("the database refused: {0}")]
    Refused(String),
}

impl StoreError {
    /// Something stored that does not parse.
    pub fn unreadable(what: impl std::fmt::Display) -> StoreError {
        StoreError::Unreadable(what.to_string())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> StoreError {
        match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => StoreError::Taken,
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
                StoreError::Contended
            }
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => {
                StoreError::Unavailable("the connection was lost".to_owned())
            }
            // Whether the commit came about nobody knows, and the rollback after it says no more:
            // what counts is why the commit was not confirmed. SQLite has rolled back by itself.
            Error::RollbackErrorOnCommit { commit_error, .. } => (*commit_error).into(),
            Error::DatabaseError(_, said) => named(said.message()),
            // A value that is not of its column's type, or no text at all.
            Error::DeserializationError(_) => StoreError::unreadable("a value is not of its kind"),
            other => StoreError::Refused(other.to_string()),
        }
    }
}

/// What SQLite says where the disk failed.
pub(super) const DISK_FAILED: &str = "disk I/O error";
/// What SQLite says where there is no room left.
pub(super) const DISK_FULL: &str = "database or disk is full";

/// Sorts the messages that diesel gives no kind of their own. Only messages of our own triggers
/// and of the engine's state are passed on; anything else could quote a value.
fn named(message: &str) -> StoreError {
    const DOWN: [&str; 12] = [
        "canceling statement",
        DISK_FAILED,
        DISK_FULL,
        "database is locked",
        "unable to open database file",
        "terminating connection",
        "the database system is",
        "connection",
        "server closed",
        "could not receive data",
        "could not send data",
        "lost synchronization",
    ];
    const DAMAGED: [&str; 6] = [
        "malformed",
        "is not a database",
        "invalid page",
        "could not read block",
        "unexpected zero page",
        "corrupted",
    ];
    if DAMAGED.iter().any(|known| message.contains(known)) {
        return StoreError::Damaged;
    }
    if message.contains("deadlock") {
        return StoreError::Contended;
    }
    if message.contains("is append-only") {
        return StoreError::Taken;
    }
    if let Some(known) = DOWN.iter().find(|known| message.contains(**known)) {
        return StoreError::Unavailable((*known).to_owned());
    }
    const OURS: [&str; 7] = [
        "are never deleted",
        "are never replaced",
        "is not born closed",
        "may not be closed",
        "takes no blocking duty",
        "keeps its number",
        "keeps what it is",
    ];
    let ours = OURS.iter().find(|known| message.contains(**known));
    StoreError::Refused(ours.map_or("a constraint failed", |known| known).to_owned())
}
