//! The closed vocabularies of act fields.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::intake::fault::Why;

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($variant:ident $name:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // reason: the names are the vocabulary of the contract
        pub enum $type { $($variant),* }

        impl $type {
            /// Reads a word of the contract.
            pub fn read(word: &str) -> Result<$type, Why> {
                match word {
                    $($name => Ok($type::$variant),)*
                    _ => Err(Why::NotOneOf([$($name),*].join(", "))),
                }
            }
        }
    };
}

words! {
    /// Why a tip is not accepted (DOMAIN 4).
    RefuseReason {
        ReviewOrLitigation "review_or_litigation",
        StaffDiscipline "staff_discipline",
        OwnershipOrCompensation "ownership_or_compensation",
        StateSecret "state_secret",
        OutOfScope "out_of_scope",
        Insufficient "insufficient",
    }
}
words! {
    /// What a verification found.
    Finding {
        Founded "founded",
        Unfounded "unfounded",
        Unlocatable "unlocatable",
        NotOurs "not_ours",
    }
}
words! {
    /// What was done about it. Filing and transfer, with the duties they open, come with the
    /// whole case.
    DisposeKind { Corrected "corrected", Other "other" }
}
words! {
    /// What a returned closing asks to be done again.
    Redo { Verify "verify", Dispose "dispose", Reply "reply" }
}
words! {
    /// What the informant says afterwards.
    VisitResult {
        Satisfied "satisfied",
        NotSatisfiedUnjustified "not_satisfied_unjustified",
        NotSatisfiedJustified "not_satisfied_justified",
    }
}
