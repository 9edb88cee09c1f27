//! Faults on purpose: what a test asks for to see that one request fails and no other (R28).

use super::{Desk, DeskError};

impl Desk {
    /// Panics in the caller (`handler`), in a query (`read`) or in a transaction (`write`); the
    /// latter two come back as an error. Only test databases ever call this.
    pub async fn fail(&self, place: &str) -> Result<(), DeskError> {
        match place {
            "read" => self.store.read(|_| on_purpose()).await,
            "write" => self.store.write(|_| on_purpose()).await,
            _ => on_purpose(),
        }
    }
}

fn on_purpose() -> Result<(), DeskError> {
    panic!("a fault on purpose");
}
