//! To those on duty: a case is about danger to life or property.

use serde::{Deserialize, Serialize};

use super::CaseRef;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DangerReported {
    /// The case.
    pub case: CaseRef,
}

super::wording!(DangerReported, "danger_reported/zh.txt", "danger_reported/en.txt");
