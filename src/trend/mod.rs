//! Counts, the balance, comparison. Pure: from entries to the rows that figures are made of, and
//! from figures to shares, rates and indicators.

pub mod balance;
pub mod deed;
pub mod indicator;
pub mod saved;
pub mod share;
pub mod step;

pub use balance::{Balance, Pending, Unbalanced};
pub use deed::{Deed, Mark, deeds};
pub use indicator::{Indicator, Tallied};
pub use saved::working_days_saved;
pub use share::{Ratio, shares};
pub use step::{Step, Term, steps};
