//! Rules, calendar and divisions: what every decision stands on, read once at start.

use crate::calendar::{Rules, Workdays};
use crate::ledger::{Benchmarks, Ground};
use crate::place::{Code, Divisions};

/// The data behind decisions.
pub struct Law {
    /// The tree of divisions.
    pub divisions: Divisions,
    /// Penalty benchmarks.
    pub benchmarks: Benchmarks,
    /// Clock rules with their calendar.
    pub rules: Rules,
    /// Who takes a case when the top of the tree is accused.
    pub alternate: Code,
}

impl Law {
    /// Reads the data; without texts of its own a deployment gets what is shipped.
    pub fn read(
        (rules, calendar, benchmarks): (Option<&str>, Option<&str>, Option<&str>),
        alternate: Code,
    ) -> Result<Law, String> {
        let calendar = calendar.unwrap_or(include_str!("../../config/calendar.json"));
        let rules = rules.unwrap_or(include_str!("../../config/rules.toml"));
        let benchmarks = benchmarks.unwrap_or(include_str!("../../config/benchmarks.toml"));
        Ok(Law {
            divisions: Divisions::parse(include_str!("../../config/divisions.csv"))?,
            benchmarks: Benchmarks::parse(benchmarks)?,
            rules: Rules::parse(rules, Workdays::parse(calendar)?)?,
            alternate,
        })
    }

    /// The same as the ledger takes it.
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            rules: &self.rules,
            divisions: &self.divisions,
            benchmarks: &self.benchmarks,
            alternate: self.alternate,
        }
    }
}
