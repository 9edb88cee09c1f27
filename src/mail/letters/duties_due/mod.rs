//! A rung of the ladder: duties whose date is near, or past, to one person in one letter.

use serde::{Deserialize, Serialize};

use super::{DutyLine, Unreadable};
use crate::tell::Rung;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutiesDue {
    /// Which rung.
    pub rung: String,
    /// How many duties it is about.
    pub total: usize,
    /// The first of them.
    pub lines: Vec<DutyLine>,
}

impl DutiesDue {
    /// Whether the rung is one that there is.
    pub(super) fn checked(&self) -> Result<&DutiesDue, Unreadable> {
        Rung::find(&self.rung).map(|_| self).ok_or(Unreadable)
    }

    /// How the subject begins, in Chinese and English.
    fn head(&self) -> (&'static str, &'static str) {
        match Rung::find(&self.rung) {
            Some(Rung::Reminder) => ("即将到期", "Due soon"),
            Some(Rung::Overdue) => ("已超期", "Overdue"),
            Some(Rung::Unit) => ("本单位超期未办", "Still overdue in your unit"),
            Some(Rung::Superior) | None => ("下级单位超期未办", "Still overdue below you"),
        }
    }
}

super::wording!(DutiesDue, "duties_due/zh.txt", "duties_due/en.txt");
