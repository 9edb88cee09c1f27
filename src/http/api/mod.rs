//! The JSON interface, one file for each thing.

pub mod cases;
pub mod coverage;
pub mod divisions;
pub mod files;
pub mod holds;
pub mod reports;
pub mod service;
pub mod session;
pub mod setup;
pub mod tips;
