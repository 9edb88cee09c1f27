//! The pages in a real browser, as people use them: by clicking and typing. Run by `tests/run`.
//!
//! Everything here goes through Chromium, driven by chromedriver; what needs no browser stands in
//! `tests/service`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod browser;
mod crawl;
mod driver;
mod public;
mod screens;
mod stale;
mod story;

#[path = "../service/reply.rs"]
#[allow(dead_code, reason = "shared with the tests of the service, which use more of it")]
mod reply;
#[path = "../service/units.rs"]
#[allow(dead_code, reason = "as above")]
mod units;
#[path = "../service/wait.rs"]
#[allow(dead_code, reason = "as above")]
mod wait;
#[path = "../service/world.rs"]
#[allow(dead_code, reason = "as above")]
mod world;

#[path = "../service/case.rs"]
#[allow(dead_code, reason = "as above")]
mod case;
