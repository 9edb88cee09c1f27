//! Rules, calendar, divisions, units and routes: what every decision stands on, read once at start.

use crate::calendar::{Rules, Workdays, zone};
use crate::clock::Instant;
use crate::ledger::Ground;
use crate::place::{Code, Divisions, Register, Units};

/// The data behind decisions.
pub struct Law {
    /// The tree of divisions.
    pub divisions: Divisions,
    /// Supervising bodies, and units that took the place of others.
    pub register: Register,
    /// Clock rules with their calendar.
    pub rules: Rules,
    /// Who takes a case when the top of the tree is accused.
    pub alternate: Code,
}

/// What a deployment has of its own; what is shipped stands in for the rest.
#[derive(Default)]
pub struct Own {
    /// Clock rules.
    pub rules: Option<String>,
    /// Working days.
    pub calendar: Option<String>,
    /// Supervising bodies and successions.
    pub units: Option<String>,
}

impl Law {
    /// Reads the data; errors say which file is wrong and where.
    pub fn read(own: &Own, alternate: Code) -> Result<Law, String> {
        let calendar = own.calendar.as_deref().unwrap_or(include_str!("../../config/calendar.json"));
        let rules = own.rules.as_deref().unwrap_or(include_str!("../../config/rules.toml"));
        let units = own.units.as_deref().unwrap_or(include_str!("../../config/units.toml"));
        let mut divisions = Divisions::parse(include_str!("../../config/divisions.csv"))?;
        let register = Register::parse(units, &mut divisions)?;
        Ok(Law {
            rules: Rules::parse(rules, Workdays::parse(calendar)?)?,
            divisions,
            register,
            alternate,
        })
    }

    /// The units as they stand at an instant.
    pub fn units(&self, at: Instant) -> &Units {
        self.register.on(zone::date_of(at))
    }

    /// What the ledger decides on at an instant.
    pub fn ground(&self, at: Instant) -> Ground<'_> {
        Ground {
            rules: &self.rules,
            divisions: &self.divisions,
            units: self.units(at),
            alternate: self.alternate,
        }
    }
}
