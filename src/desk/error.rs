//! What a verb may answer instead of doing its work.

use super::evidence::Unclean;
use crate::files::FileError;
use crate::intake::Fault;
use crate::ledger::Refusal;
use crate::store::{Retry, StoreError};
use crate::vault::SealError;

/// An answer other than the one asked for. Nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Fields are at fault.
    #[error("fields are at fault")]
    Faults(Vec<Fault>),
    /// The ledger refuses.
    #[error("the ledger refuses: {}", .0.code())]
    Refused(Refusal),
    /// The ledger refuses, because somebody did it before: with the login of who that was.
    #[error("somebody was faster: {}", .0.code())]
    Forestalled(Refusal, String),
    /// There is no such thing, or it is not the asker's.
    #[error("not found")]
    NotFound,
    /// It waits for its place in the log.
    #[error("not yet sealed")]
    NotYetSealed,
    /// The key came before with another body.
    #[error("the idempotency key was used with another body")]
    KeyReused,
    /// The other system's row is known already, under this number.
    #[error("known already")]
    Known(String),
    /// Login and password do not go together, or the account is shut.
    #[error("wrong login")]
    WrongLogin,
    /// Too many wrong tries; seconds to wait.
    #[error("too many tries")]
    Throttled(u64),
    /// A file was not kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// A copy without metadata cannot be made.
    #[error("a file has no cleaned copy")]
    Unclean(Unclean),
    /// A sealed value does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The balance does not close.
    #[error(transparent)]
    Unbalanced(#[from] crate::trend::Unbalanced),
    /// Something that should always work did not.
    #[error("a fault in the program: {0}")]
    Broken(&'static str),
}

impl Retry for DeskError {
    fn may_retry(&self) -> bool {
        matches!(self, DeskError::Store(error) if error.may_retry())
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> DeskError {
        DeskError::Refused(refusal)
    }
}

impl From<Vec<Fault>> for DeskError {
    fn from(faults: Vec<Fault>) -> DeskError {
        DeskError::Faults(faults)
    }
}
