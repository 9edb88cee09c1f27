//! Made-up cases: a year of tips and of what became of them.
//!
//! Pure. The same plan gives the same stories: all chance comes from dice under a seed
//! ([`dice::Dice`]), time only from the plan's last day. Playing the stories through the ledger is
//! the desk's work; docs/SYNTH.md says what a year is made of.

pub mod answers;
pub mod dice;
pub mod map;
pub mod outside;
mod pace;
pub mod rises;
pub mod script;
pub mod season;
pub mod story;
pub mod themes;
pub mod words;

pub use script::{Step, Who};
pub use story::{Arrival, MAX_TIPS, Plan, Story, Teller};
