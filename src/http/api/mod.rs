//! The JSON interface, one file for each thing.

pub mod alike;
pub mod cases;
pub mod divisions;
pub mod due;
pub mod files;
pub mod holds;
pub mod reports;
pub mod service;
pub mod session;
pub mod setup;
pub mod tips;
