//! To one person each morning: what waits.

use serde::{Deserialize, Serialize};

use super::DutyLine;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MorningDigest {
    /// The day.
    pub day: String,
    /// How many duties are open.
    pub open: i64,
    /// How many of them are past their date.
    pub overdue: i64,
    /// The first of them, soonest due first.
    pub lines: Vec<DutyLine>,
    /// The signed head of the log of that morning; letters of before they carried one lack it.
    #[serde(default)]
    pub head: String,
}

impl MorningDigest {
    fn more(&self) -> i64 {
        self.open - i64::try_from(self.lines.len()).unwrap_or(self.open)
    }
}

super::wording!(MorningDigest, "morning_digest/zh.txt", "morning_digest/en.txt");
