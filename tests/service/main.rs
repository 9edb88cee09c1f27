//! The service through its own interface, on both databases. Run by `tests/run`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod audit;
mod book;
mod canary;
mod case;
mod durability;
mod flood;
mod golden;
mod guards;
mod hostile;
mod import;
mod input;
mod isolation;
mod lives;
mod login;
mod mail;
mod matrix;
mod migrations;
mod monthly;
mod pages;
mod promise;
mod queries;
mod race;
mod raw;
mod readme;
mod relay;
mod reply;
mod schedule;
mod setup;
mod sheet;
mod start;
mod synth;
mod units;
mod visitor;
mod wire;
mod world;
