//! The heart: a case carries duties, an entry discharges a duty, and a case may close only when
//! nothing is outstanding.
//!
//! Pure. [`decide()`] answers a command with the entry that records it, or with one refusal;
//! [`Case`] is the fold of its entries and nothing else.

pub mod act;
pub mod actor;
pub mod agenda;
pub mod case;
pub mod command;
pub mod decide;
mod draft;
pub mod duty;
pub mod entry;
pub mod opening;
pub mod parties;
pub mod refusal;
pub mod state;
pub mod words;

pub use act::Act;
pub use actor::{Actor, Role};
pub use case::Case;
pub use command::Command;
pub use decide::{Ground, Situation, decide};
pub use duty::{Duty, DutyKind};
pub use entry::{By, Effect, Entry, Position, Stage};
pub use refusal::Refusal;
pub use state::State;
