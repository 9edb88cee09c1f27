//! To administrators: the audit of a day found that something is not as it was written.

use serde::{Deserialize, Serialize};

/// Longest words of a fault that a letter repeats, in characters: a fault names its place and what
/// differs there, and an error of the database may be longer than anybody reads.
const MAX_FIRST: usize = 300;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditFaults {
    /// The day, `2026-11-26`.
    pub day: String,
    /// How many were found.
    pub faults: i64,
    /// The first of them, as the audit says it.
    pub first: String,
}

impl AuditFaults {
    /// The first fault in one line that is not too long.
    fn brief(&self) -> String {
        let line = self.first.lines().next().unwrap_or_default();
        line.chars().take(MAX_FIRST).collect()
    }
}

super::wording!(AuditFaults, "audit_faults/zh.txt", "audit_faults/en.txt");
