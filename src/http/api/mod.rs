//! The JSON interface, one file for each thing.

pub mod alike;
pub mod campaigns;
pub mod cases;
pub mod coverage;
pub mod divisions;
pub mod draws;
pub mod due;
pub mod enquiries;
pub mod evidence;
pub mod files;
pub mod holds;
pub mod notices;
pub mod reports;
pub mod seal;
pub mod service;
pub mod session;
pub mod setup;
pub mod supervision;
pub mod tips;
