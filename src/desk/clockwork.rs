//! The clock of a test database: kept there, so that every process on it tells the same time.

use super::Desk;
use crate::clock::{Clock, Instant};
use crate::store::{Store, StoreError};

/// The fact by which a database says that it was made for tests.
pub const TEST: &str = "test";
/// The fact that keeps the shift of a test database's clock.
const OFFSET: &str = "clock_offset_us";

/// The clock for a database, and whether the database was made for tests.
pub async fn clock_of(store: &Store) -> Result<(Clock, bool), StoreError> {
    let facts = store.read(|db| Ok::<_, StoreError>((db.fact(TEST)?, db.fact(OFFSET)?)));
    let (test, offset) = facts.await?;
    let clock = Clock::default();
    if let Some(offset) = offset.filter(|_| test.is_some()).and_then(|text| text.parse().ok()) {
        clock.set_offset_us(offset);
    }
    Ok((clock, test.is_some()))
}

impl Desk {
    /// Sets the clock of a test database; it runs on from there, in every process started later.
    pub async fn set_test_clock(&self, now: Instant) -> Result<(), StoreError> {
        let offset = self.clock.offset_to(now);
        self.store.write(move |tx| tx.keep_fact(OFFSET, &offset.to_string())).await?;
        self.clock.set_offset_us(offset);
        Ok(())
    }

    /// Follows a clock that another process has set.
    pub async fn follow_test_clock(&self) -> Result<(), StoreError> {
        // It may be set here while the other's is read: that one would be set back.
        let seen = self.clock.offset_us();
        let (clock, _) = clock_of(&self.store).await?;
        self.clock.follow_offset_us(seen, clock.offset_us());
        Ok(())
    }
}
