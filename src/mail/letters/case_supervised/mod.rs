//! To the holder of a case: somebody above urges, lists, lifts or takes over.

use serde::{Deserialize, Serialize};

use super::CaseRef;
use crate::ledger::Act;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSupervised {
    /// The case.
    pub case: CaseRef,
    /// The act by name.
    pub act: String,
}

impl CaseSupervised {
    fn act(&self) -> (&'static str, &'static str) {
        Act::find(&self.act).map_or(("督办", "supervision"), Act::names)
    }
}

super::wording!(CaseSupervised, "case_supervised/zh.txt", "case_supervised/en.txt");
