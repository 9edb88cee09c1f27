//! What letters to staff say of a case and a duty: numbers and names, never what anybody said.

use serde::{Deserialize, Serialize};

use crate::intake::Category;
use crate::ledger::DutyKind;

/// A case in a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRef {
    /// Its number.
    pub no: String,
    /// Code of its category.
    pub category: String,
    /// Name of the division where it is.
    pub place: String,
    /// Code of that division.
    pub code: String,
}

impl CaseRef {
    /// The category's names, Chinese and English.
    pub(super) fn category(&self) -> (&'static str, &'static str) {
        Category::find(&self.category).unwrap_or(Category::UNKNOWN).names()
    }
}

/// One duty of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyLine {
    /// The case's number.
    pub case: String,
    /// Kind of duty.
    pub duty: String,
    /// Name of the unit that owes it.
    pub place: String,
    /// Code of that unit.
    pub unit: String,
    /// By when, local time; absent where there is no date.
    pub due: Option<String>,
    /// Whether that is past.
    pub overdue: bool,
}

impl DutyLine {
    pub(super) fn duty(&self) -> (&'static str, &'static str) {
        duty_names(&self.duty)
    }

    pub(super) fn due_zh(&self) -> &str {
        self.due.as_deref().unwrap_or("未定")
    }

    pub(super) fn due_en(&self) -> &str {
        self.due.as_deref().unwrap_or("not set")
    }
}

/// The names of a kind of duty; of one that an older program does not know, a word that is never wrong.
pub(super) fn duty_names(kind: &str) -> (&'static str, &'static str) {
    DutyKind::find(kind).map_or(("办理", "work"), DutyKind::names)
}
