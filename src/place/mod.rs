//! Divisions, the bureaus on them, who may see what, and who must not.
//!
//! A division's bureau is the unit with its code, so a [`Code`] names both a place and a unit.

pub mod catalogue;
pub mod code;
pub mod divisions;
pub mod recusal;
pub mod search;
mod sounds;
pub mod units;

pub use catalogue::Catalogue;
pub use code::{Code, Level};
pub use divisions::Divisions;
pub use units::{Register, Units};
