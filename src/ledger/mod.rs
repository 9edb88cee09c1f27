//! The heart: a case carries duties, an entry discharges a duty, and a case may close only when
//! nothing is outstanding.
//!
//! Pure. [`decide()`] answers a command with the entry that records it, or with one refusal;
//! [`Case`] is the fold of its entries and nothing else.

pub mod act;
pub mod actor;
pub mod agenda;
pub mod amount;
pub mod benchmark;
pub mod case;
pub mod command;
pub mod decide;
mod draft;
pub mod duty;
pub mod entry;
mod fold;
pub mod opening;
mod particular;
pub mod parties;
pub mod refusal;
pub mod situation;
pub mod state;
pub mod term;
pub mod words;

pub use act::Act;
pub use actor::{Actor, Role};
pub use amount::Amount;
pub use benchmark::Benchmarks;
pub use case::Case;
pub use command::Command;
pub use decide::{Facts, Ground, Situation, decide};
pub use duty::{Duty, DutyKind};
pub use entry::{By, Effect, Entry, Position, Stage};
pub use refusal::Refusal;
pub use situation::Situations;
pub use state::State;
