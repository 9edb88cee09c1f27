//! The only room that names diesel: what is kept, and how it is found again.
//!
//! [`Store::read`] and [`Store::write`] are the two doors. A write is acknowledged only after its
//! commit. Every query that shows a case takes a [`Scope`].

mod answers;
mod cases;
mod clocks;
mod connection;
mod deeds;
mod entries;
mod error;
mod figures;
mod holds;
mod indicators;
mod jobs;
mod log;
mod migrate;
mod outbox;
mod people;
mod queue;
mod schema;
mod scope;
mod series;
mod session;
mod subscriptions;
mod tally;
mod tips;

pub use answers::{Answer, StoredFile};
pub use cases::{CaseFilter, CaseRow, DutyRow, WaitsFor};
pub use connection::Url;
pub use entries::StoredEntry;
pub use error::StoreError;
pub use figures::{ByPlace, CohortAt, Counted, Grain, ListTerm, Span};
pub use holds::{Held, Hold, HoldGroup, HoldReason};
pub use indicators::{Clocked, Done, Marked};
pub use jobs::{JobRow, ReportRow};
pub use log::Sealed;
pub use migrate::{Layout, layout, migrate};
pub use outbox::{ClaimedLetter, DeadLetter, LetterRow, MailState};
pub use people::{CredentialKind, Presented, UserRow};
pub use scope::Scope;
pub use series::{InPeriod, SERIES};
pub use session::{Reader, Retry, Store, Tx};
pub use subscriptions::SubscriptionRow;
pub use tips::{SealedIdentity, StoredTip, StoredWords, TipRow};
