//! To the holder of a case: somebody above urges, lists, lifts or takes over.

use serde::{Deserialize, Serialize};

use super::CaseRef;
use crate::ledger::Act;
use crate::ledger::words::Urging;

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSupervised {
    /// The case.
    pub case: CaseRef,
    /// The act by name; where a unit is urged, the rung.
    pub act: String,
}

impl CaseSupervised {
    fn act(&self) -> (&'static str, &'static str) {
        let rung = Urging::read(&self.act).ok().map(Urging::names);
        rung.or_else(|| Act::find(&self.act).map(Act::names)).unwrap_or(("督办", "supervision"))
    }
}

super::wording!(CaseSupervised, "case_supervised/zh.txt", "case_supervised/en.txt");
