//! Pages: server-rendered, keyboard-first, in Chinese and English. They say to the desk what a
//! program would say, through the same readers, and may do nothing that a program may not.

mod acts;
mod alike;
mod assets;
mod attached;
pub mod balance;
pub mod call;
pub mod campaigns;
pub mod case;
pub mod cases;
pub mod contact;
pub mod coverage;
pub mod draws;
pub mod due;
pub mod enquiries;
pub mod enter;
pub mod fault;
mod field;
mod form;
pub mod holds;
pub mod import;
pub mod letters;
mod look;
pub mod me;
pub mod notices;
mod offers;
mod owed;
mod parts;
pub mod progress;
pub mod reports;
pub mod seal;
pub mod setup;
mod sheet;
mod site;
pub mod supervision;
mod tale;
mod timeline;
pub mod tip;

pub use assets::serve as asset;
