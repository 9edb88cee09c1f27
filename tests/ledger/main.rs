//! The ledger by itself: what DOMAIN 4, 4a, 4b and 5 say, asked through the public API only.
//!
//! No database, no HTTP, no clock but the one in [`desk::World`]. The expectations are written
//! from the domain's tables, not read off the code; where the two differ the code is wrong, or
//! the domain is and gets changed first.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod acts;
mod amounts;
mod changes;
mod clocks;
mod courses;
mod desk;
mod dice;
mod disputes;
mod document;
mod imported;
mod join;
mod labels;
mod lives;
mod meetings;
mod naive;
mod reading;
mod recusals;
mod refusals;
mod rights;
mod rows;
mod says;
mod situations;
mod stops;
mod table;
mod town;
mod walk;
mod wander;
mod watch;
