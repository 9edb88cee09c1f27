//! To an informant: the answer, where it was to be given by e-mail. Whoever wrote it does not see
//! where it goes.

use serde::{Deserialize, Serialize};

/// What the letter needs. It is kept without the answer's text, which stands in the ledger and is
/// put in when the letter leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptAnswered {
    /// The receipt's number.
    pub number: String,
    /// The case.
    pub case: String,
    /// The entry that holds the answer.
    pub seq: u32,
    /// The answer; empty while the letter is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

super::wording!(ReceiptAnswered, "receipt_answered/zh.txt", "receipt_answered/en.txt");
