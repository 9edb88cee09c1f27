//! The balance of a unit's cases over a period: what makes 404 = 404 a provable sentence.

use serde::{Deserialize, Serialize};

/// Accepted cases: opening + in − out = closing, by the unit that holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[allow(missing_docs)] // reason: the terms are those of DOMAIN 4b
pub struct Balance {
    pub opening: i64,
    pub accepted: i64,
    pub reopened: i64,
    pub split: i64,
    pub moved_in: i64,
    pub moved_out: i64,
    pub merged: i64,
    pub closed: i64,
    pub closing: i64,
}

/// Cases that wait to be judged, likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[allow(missing_docs)] // reason: the terms are those of DOMAIN 4b
pub struct Pending {
    pub opening: i64,
    pub received: i64,
    pub moved_in: i64,
    pub moved_out: i64,
    pub accepted: i64,
    pub refused: i64,
    pub merged: i64,
    pub linked: i64,
    pub closing: i64,
}

/// A period that does not balance; it cannot be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the balance of {what} cases does not close: {computed} by its terms, {counted} counted")]
pub struct Unbalanced {
    /// `open` or `pending`.
    pub what: &'static str,
    /// What opening and terms give.
    pub computed: i64,
    /// What was counted at the end.
    pub counted: i64,
}

impl Balance {
    /// Whether opening and terms give what was counted at the end.
    pub fn check(&self) -> Result<(), Unbalanced> {
        let inwards = self.accepted + self.reopened + self.split + self.moved_in;
        let outwards = self.moved_out + self.merged + self.closed;
        compare("open", self.opening + inwards - outwards, self.closing)
    }
}

impl Pending {
    /// The same for what waits to be judged.
    pub fn check(&self) -> Result<(), Unbalanced> {
        let inwards = self.received + self.moved_in;
        let outwards = self.moved_out + self.accepted + self.refused + self.merged + self.linked;
        compare("pending", self.opening + inwards - outwards, self.closing)
    }
}

fn compare(what: &'static str, computed: i64, counted: i64) -> Result<(), Unbalanced> {
    if computed == counted { Ok(()) } else { Err(Unbalanced { what, computed, counted }) }
}
