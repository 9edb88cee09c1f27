//! Working days, clock rules with their citations, and the periods of reports.
//!
//! Pure: dates in, dates out. The tables are data (`config/calendar.json`, `config/rules.toml`).

pub mod period;
pub mod rule;
pub mod workdays;
pub mod zone;

pub use period::{Kind, Period};
pub use rule::{Due, Rules};
pub use workdays::{NoTable, Workdays};
