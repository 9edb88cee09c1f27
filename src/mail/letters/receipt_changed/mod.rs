//! To an informant: there is something new under the receipt's number. What it is stands behind
//! the query code.

use serde::{Deserialize, Serialize};

/// What the letter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptChanged {
    /// The receipt's number.
    pub number: String,
    /// Whether an answer is waited for, which lapses after a while.
    pub asks: bool,
}

super::wording!(ReceiptChanged, "receipt_changed/zh.txt", "receipt_changed/en.txt");
