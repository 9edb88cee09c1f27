//! The only room that names diesel: what is kept, and how it is found again.
//!
//! [`Store::read`] and [`Store::write`] are the two doors. A write is acknowledged only after its
//! commit. Every query that shows a case takes a [`Scope`].

mod alike;
mod answers;
mod areas;
mod audits;
mod campaigns;
pub mod carry;
mod cases;
mod channels;
mod clocks;
mod connection;
mod deeds;
mod disk;
mod draws;
mod each;
mod enquiries;
mod entries;
mod error;
mod few;
mod figures;
mod forms;
mod heads;
mod holds;
mod indicators;
mod inspect;
mod jobs;
mod kept;
mod log;
mod mailboxes;
mod many;
mod marks;
mod migrate;
mod notices;
mod outbox;
mod people;
mod queue;
mod reminders;
mod rows;
mod schema;
mod scope;
mod search;
mod series;
mod session;
mod subscriptions;
mod supervision;
mod tally;
mod tellings;
mod tips;
mod tree;
mod waiting;

pub use alike::{By, Newest, Said};
pub use answers::{Answer, StoredFile};
pub use areas::Areas;
pub use audits::AuditRow;
pub use campaigns::{CampaignFigures, CampaignRow, Times};
pub use cases::{CaseFilter, CaseRow, DutyRow, WaitsFor};
pub use connection::{Url, statements};
pub use draws::DrawRow;
pub use enquiries::{EnquiryCount, EnquiryRow, EnquiryState};
pub use entries::{StoredEntry, stage as stage_name};
pub use error::StoreError;
pub use figures::{ByPlace, CohortAt, Counted, Grain, ListTerm, Span};
pub use forms::FormRow;
pub use heads::HeadRow;
pub use holds::{Held, Hold, HoldGroup, HoldReason};
pub use indicators::{Clocked, Done, Marked};
pub use inspect::{Kept, RawCase, RawEntry, RawPlace, RawTip, RawWords, Stretch};
pub use jobs::{JobRow, ReportRow};
pub use log::Sealed;
pub use mailboxes::{Correspondent, MailboxRow};
pub use migrate::{Layout, layout, migrate, newest_layout};
pub use notices::{NoticeRow, Placed};
pub use outbox::{ClaimedLetter, DeadLetter, LetterRow, MailState};
pub use people::{CredentialKind, Presented, UserRow};
pub use reminders::{DueDuty, Owed, Owing};
pub use rows::{
    ArrivalRow, HoldingRow, ListedRow, MilestoneRow, MovementRow, ObligationRow, OutcomeRow,
    TallyRows, WithheldRow,
};
pub use scope::Scope;
pub use series::{InPeriod, SERIES};
pub use session::{Fate, Gate, Reader, Retry, Store, Tx};
pub use subscriptions::SubscriptionRow;
pub use supervision::ListingRow;
pub use tips::{RawIdentity, SealedIdentity, StoredTip, StoredWords, Testimony, TipRow};
pub use tree::LeafAt;
pub use waiting::Turn;
