//! To an informant: the receipt's number. Nothing in it tells that a tip was handed in.

use serde::{Deserialize, Serialize};

/// What the letter needs: the number alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptIssued {
    /// The receipt's number; never its query code.
    pub number: String,
}

super::wording!(ReceiptIssued, "receipt_issued/zh.txt", "receipt_issued/en.txt");
