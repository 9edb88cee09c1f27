//! The random draw: which cases are checked again, and by whom. A pure function of a seed that was
//! published beforehand and of lists that were fixed with it, so anyone can draw again and compare.
//! docs/DRAW.md gives the same in a few lines of another language.

pub mod checkers;
pub mod select;
pub mod verify;

pub use checkers::{Past, Rungs, candidates};
pub use select::{Candidates, Seed, checker, fingerprint, select, size};
pub use verify::{Difference, Verified, verify};
