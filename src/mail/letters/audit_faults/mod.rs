//! To administrators: the audit of a day found that something is not as it was written.

use serde::{Deserialize, Serialize};

/// What the letter needs. Which fault it was it does not say: that names cases, and administrators of a
/// unit that is kept away from one get it as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditFaults {
    /// The day, `2026-11-26`.
    pub day: String,
    /// How many were found.
    pub faults: i64,
}

super::wording!(AuditFaults, "audit_faults/zh.txt", "audit_faults/en.txt");
