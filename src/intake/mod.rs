//! What an informant says, made fit to keep: the tip, its fields and bounds, its receipt.
//!
//! Pure. Every way in (API, import, later page and telephone) reads its input into a [`TipForm`],
//! and [`tip::check`] alone turns a form into a [`Tip`] or names every fault in it.

pub mod area;
pub mod category;
pub mod channel;
pub mod fault;
pub mod guard;
pub mod import;
pub mod likeness;
mod lookup;
pub mod old;
pub mod reader;
pub mod receipt;
pub mod severity;
pub mod sought;
pub mod text;
pub mod tip;

pub use category::Category;
pub use channel::Channel;
pub use fault::{Fault, Why};
pub use reader::Reader;
pub use severity::Severity;
pub use sought::Sought;
pub use tip::{Informant, Mode, Tip, TipForm};
