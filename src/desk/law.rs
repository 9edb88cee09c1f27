//! Rules, calendar and divisions: what every decision stands on, read once at start.

use crate::calendar::{Rules, Workdays};
use crate::ledger::{Benchmarks, Ground, Situations};
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
    /// What makes a case one for listed supervision.
    pub situations: Situations,
    /// Clock rules with their calendar.
    pub rules: Rules,
    /// Who takes a case when the top of the tree is accused.
    pub alternate: Code,
    /// What tells this law from another: the digests of rules and calendar.
    fingerprint: String,
}

/// Texts of a deployment's own, in the place of what is shipped.
#[derive(Debug, Default)]
pub struct Own {
    /// Clock rules.
    pub rules: Option<String>,
    /// Working days.
    pub calendar: Option<String>,
    /// Penalty benchmarks.
    pub benchmarks: Option<String>,
    /// Situations of listed supervision.
    pub situations: Option<String>,
}

impl Law {
    /// Reads the data; without texts of its own a deployment gets what is shipped.
    pub fn read(own: &Own, alternate: Code) -> Result<Law, String> {
        let rules = own.rules.as_deref().unwrap_or(include_str!("../../config/rules.toml"));
        let calendar = own.calendar.as_deref();
        let calendar = calendar.unwrap_or(include_str!("../../config/calendar.json"));
        let benchmarks = own.benchmarks.as_deref();
        let benchmarks = benchmarks.unwrap_or(include_str!("../../config/benchmarks.toml"));
        let situations = own.situations.as_deref();
        let situations = situations.unwrap_or(include_str!("../../config/situations.toml"));
        let short = |text: &str| digest(&[text.as_bytes()])[..SHORT].to_owned();
        Ok(Law {
            divisions: Divisions::parse(include_str!("../../config/divisions.csv"))?,
            benchmarks: Benchmarks::parse(benchmarks)?,
            situations: Situations::parse(situations)?,
            rules: Rules::parse(rules, Workdays::parse(calendar)?)?,
            alternate,
            fingerprint: format!("rules {} calendar {}", short(rules), short(calendar)),
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
