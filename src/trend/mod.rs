//! Counts, the balance, comparison. Pure: from entries to the rows that figures are made of, and
//! from figures to shares and rates.

pub mod balance;
pub mod share;
pub mod step;

pub use balance::{Balance, Pending, Unbalanced};
pub use share::{Ratio, shares};
pub use step::{Step, Term, steps};
