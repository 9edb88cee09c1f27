//! Reports: from figures to the JSON of the contract, and from that JSON to page, charts and table.
//! Nothing here does I/O or counts.
//!
//! `figures` → `build` → [`model::Report`] (stored as JSON) → [`html`], [`csv`].

pub mod build;
pub mod chart;
pub mod compare;
pub mod csv;
pub mod figures;
pub mod forms;
pub mod html;
pub mod marks;
pub mod model;
pub mod outcome;
pub mod rank;

mod define;
mod headline;
mod words;

pub use build::{BALANCE_LISTS, Counts, Head, Made, build};
pub use figures::{Below, Clocks, Cohort, Deeds, Figures, Place};
pub use marks::{Enquiries, Mark};
pub use model::{Imported, Point, Report};
