//! Working days, clock rules with their citations, limitation, and the periods of reports.
//!
//! Pure: dates in, dates out. The tables are data (`config/calendar.json`, `config/rules.toml`).

mod count;
pub mod course;
pub mod explain;
pub mod limitation;
pub mod period;
pub mod rule;
pub mod versions;
pub mod wording;
pub mod workdays;
pub mod zone;

pub use course::{Course, Stop};
pub use explain::{Explanation, Step};
pub use limitation::{Limitation, limitation};
pub use period::{Kind, Period};
pub use rule::{Due, Rules, Unit};
pub use workdays::{NoTable, Workdays};
