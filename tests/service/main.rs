//! The service through its own interface, on both databases. Run by `tests/run`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod case;
mod queries;
mod raw;
mod readme;
mod reply;
mod units;
mod world;

mod durability;
mod golden;
mod guards;
mod import;
mod lives;
mod migrations;
mod promise;
mod schedule;
