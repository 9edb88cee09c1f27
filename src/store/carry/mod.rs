//! Every row of every table, out of one database and into another: for backups, restores and moves
//! between SQLite and PostgreSQL.
//!
//! A row travels as one line of JSON, its columns in the order of the schema, in a form that is the
//! same whichever database it comes from. So the lines of two databases can be compared by a hash.

mod dump;
mod fill;
mod insert;
mod table;
mod value;

pub use super::schema::{LEFT_BEHIND, tables};
pub use fill::{FillError, Filling};
pub use table::{Column, Kind, Table};
pub use value::{Row, Value, read_line, write_line};

/// The fact that stands in a database while it is being filled; with it no other command works.
pub const FILLING: &str = "restoring";
/// The table of facts; of the tables that a backup carries it is the first.
pub const FACTS: &str = "meta";
