//! The course of one clock: when it began, how fast it must be, when it stood still, and by how much
//! it was extended.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::zone;

/// Severities with rules of their own, with their names in Chinese and English (DOMAIN 5).
pub const LANES: [(&str, &str, &str); 3] = [
    ("danger", "危及生命财产安全", "danger to life or property"),
    ("utility", "公用事业", "public utilities"),
    ("complex", "复杂", "complex"),
];

/// The lane of a name; `None` for `general` and all that has no rules of its own.
pub fn lane(name: &str) -> Option<&'static str> {
    LANES.iter().map(|lane| lane.0).find(|known| *known == name)
}

/// A time in which a clock stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; `None` while it stands still.
    pub to: Option<DateTime<Utc>>,
}

impl Stop {
    /// Whether this stop takes a day out of a count of days. A day counts when the clock runs at its
    /// end: so a stop takes the day on which it begins, but not the one on which it ends, and one
    /// that begins and ends on the same day takes none.
    pub fn takes(&self, day: NaiveDate) -> bool {
        zone::date_of(self.from) <= day && self.to.is_none_or(|to| day < zone::date_of(to))
    }
}

/// What a due date is reckoned from besides its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// When the clock began. The day itself does not count.
    pub from: DateTime<Utc>,
    /// The severity, where it has rules of its own: one of [`LANES`].
    pub lane: Option<&'static str>,
    /// When it stood still, in any order; they may overlap.
    pub stops: Vec<Stop>,
    /// By how many units of its rule it was extended.
    pub extended: u32,
}

impl Course {
    /// A clock that began then and ran ever since.
    pub fn since(from: DateTime<Utc>) -> Course {
        Course { from, lane: None, stops: Vec::new(), extended: 0 }
    }
}
