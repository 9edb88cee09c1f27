//! Rules, calendar and divisions: what every decision stands on, read once at start.

use crate::calendar::{Rules, Workdays};
use crate::ledger::{Benchmarks, Ground};
use crate::place::{Code, Divisions};
use crate::seal::digest;

/// Digits of a digest that tell two files apart to people.
const SHORT: usize = 12;

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
    /// What tells this law from another: the digests of rules and calendar.
    fingerprint: String,
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
        let short = |text: &str| digest(&[text.as_bytes()])[..SHORT].to_owned();
        let fingerprint = format!("rules {} calendar {}", short(rules), short(calendar));
        Ok(Law {
            divisions: Divisions::parse(include_str!("../../config/divisions.csv"))?,
            benchmarks: Benchmarks::parse(benchmarks)?,
            rules: Rules::parse(rules, Workdays::parse(calendar)?)?,
            alternate,
            fingerprint,
        })
    }

    /// What tells the law in force from another one.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
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
