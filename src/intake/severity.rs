//! How pressing an event is: it chooses the lane of every clock on the case.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::category::Category;
use super::fault::Why;

/// The four lanes of DOMAIN §5, most pressing first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Danger to life or property: within hours, day and night.
    Danger,
    /// A public utility is cut off or about to be.
    Utility,
    /// Everything else.
    #[default]
    General,
    /// Many parties, places or laws.
    Complex,
}

impl Severity {
    /// Every severity, most pressing first.
    pub const ALL: [Severity; 4] =
        [Severity::Danger, Severity::Utility, Severity::General, Severity::Complex];

    /// The code in the contract.
    pub fn code(self) -> &'static str {
        match self {
            Severity::Danger => "danger",
            Severity::Utility => "utility",
            Severity::General => "general",
            Severity::Complex => "complex",
        }
    }

    /// The name on screen, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Severity::Danger => ("危及生命财产安全", "danger to life or property"),
            Severity::Utility => ("影响公共设施运行", "public utilities"),
            Severity::General => ("一般", "general"),
            Severity::Complex => ("复杂疑难", "complex"),
        }
    }

    /// The lane of the clock rules; the general one is the rule itself.
    pub fn lane(self) -> Option<&'static str> {
        (self != Severity::General).then(|| self.code())
    }

    /// What a category brings with it: a hazard of the ground is a danger whoever reports it, and
    /// however calmly.
    pub fn of(category: Category) -> Severity {
        let hazard = category.field() == "hazard";
        if hazard { Severity::Danger } else { Severity::General }
    }

    /// Whether it is the ordinary case, which the ledger does not spell out.
    pub fn is_general(&self) -> bool {
        *self == Severity::General
    }

    /// Reads a code.
    pub fn read(code: &str) -> Result<Severity, Why> {
        let found = Severity::ALL.into_iter().find(|severity| severity.code() == code);
        found.ok_or_else(|| Why::NotOneOf(Severity::ALL.map(Severity::code).join(", ")))
    }
}
