//! To people of a unit: a duty has come to them.

use serde::{Deserialize, Serialize};

use super::{CaseRef, duty_names};

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyAssigned {
    /// The case.
    pub case: CaseRef,
    /// Kind of duty.
    pub duty: String,
    /// By when, local time; absent where there is no date.
    pub due: Option<String>,
}

impl DutyAssigned {
    fn duty(&self) -> (&'static str, &'static str) {
        duty_names(&self.duty)
    }
}

super::wording!(DutyAssigned, "duty_assigned/zh.txt", "duty_assigned/en.txt");
