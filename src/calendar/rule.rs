//! Clock rules: how long a duty may take, in which unit of time, by which source.
//!
//! 行政处罚法 2021 art. 85 makes periods of 2, 3, 5 and 7 days working days and leaves longer ones
//! calendar days; so every rule carries its unit, and none is a constant in code.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde::Deserialize;

use super::{NoTable, Workdays, zone};

/// The unit in which a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days worked; the day of the event does not count.
    Working,
    /// Days of the calendar; the day of the event does not count.
    Calendar,
    /// Hours by the clock, day and night.
    Hours,
}

/// One rule of one version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// How many units.
    pub amount: u32,
    /// Which unit.
    pub unit: Unit,
    /// Where the figure comes from; shown with the deadline.
    pub source: String,
}

/// A due date and the rule that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last second in time; `None` where no working-day table reaches that far.
    pub at: Option<DateTime<Utc>>,
    /// Rule name and version, `judge@2026.1`.
    pub rule: String,
}

/// The rules in force and the calendar by which they count.
#[derive(Clone, Debug)]
pub struct Rules {
    version: String,
    rules: BTreeMap<String, Rule>,
    workdays: Workdays,
}

impl Rules {
    /// Reads `config/rules.toml` and ties it to a calendar.
    pub fn parse(toml: &str, workdays: Workdays) -> Result<Rules, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            version: String,
            #[serde(rename = "effective")]
            _effective: NaiveDate,
            rules: BTreeMap<String, Rule>,
        }
        let file: File = toml::from_str(toml).map_err(|e| format!("rules: {e}"))?;
        for name in Self::NEEDED {
            if !file.rules.contains_key(name) {
                return Err(format!("rules: the rule «{name}» is missing"));
            }
        }
        Ok(Rules { version: file.version, rules: file.rules, workdays })
    }

    /// The rules that duties of the ledger name.
    pub const NEEDED: [&'static str; 10] = [
        "judge",
        "supplement",
        "dispatch",
        "sign",
        "rule_objection",
        "verify",
        "dispose",
        "reply",
        "review",
        "return_visit",
    ];

    /// When something that began at `from` must be done by this rule.
    pub fn due(&self, name: &str, from: DateTime<Utc>) -> Due {
        let rule = format!("{name}@{}", self.version);
        let at = self.rules.get(name).and_then(|found| self.reach(found, from).ok());
        Due { at, rule }
    }

    fn reach(&self, rule: &Rule, from: DateTime<Utc>) -> Result<DateTime<Utc>, NoTable> {
        let day = zone::date_of(from);
        match rule.unit {
            Unit::Hours => Ok(from + Duration::hours(i64::from(rule.amount))),
            Unit::Calendar => {
                Ok(zone::end_of(day.checked_add_days(Days::new(rule.amount.into())).unwrap_or(day)))
            }
            Unit::Working => self.workdays.after(day, rule.amount).map(zone::end_of),
        }
    }

    /// The calendar behind the rules.
    pub fn workdays(&self) -> &Workdays {
        &self.workdays
    }

    /// The version that due dates name.
    pub fn version(&self) -> &str {
        &self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Rules {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        Rules::parse(include_str!("../../config/rules.toml"), days).unwrap()
    }

    #[test]
    fn working_and_calendar_days_differ_over_a_holiday() {
        let from = zone::parse_instant("2026-02-13 16:00").unwrap();
        let judge = shipped().due("judge", from);
        assert_eq!(judge.rule, "judge@2026.1");
        assert_eq!(zone::rfc3339(judge.at.unwrap()), "2026-02-24T23:59:59+08:00");
        let dispose = shipped().due("dispose", from);
        assert_eq!(zone::rfc3339(dispose.at.unwrap()), "2026-04-14T23:59:59+08:00");
    }

    #[test]
    fn a_deadline_past_the_last_table_is_unknown_not_guessed() {
        let from = zone::parse_instant("2026-12-30 09:00").unwrap();
        assert_eq!(shipped().due("verify", from).at, None);
        assert!(shipped().due("dispose", from).at.is_some());
    }
}
