//! The one place that reads the clock and draws random numbers.
//!
//! Everything else takes time, ids and salts as parameters, so that a rule can be tested at any
//! hour and replayed with the same result.
#![allow(clippy::disallowed_methods)] // reason: this is the file the ban points to

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// An instant in UTC, to the microsecond: what both databases keep.
pub type Instant = DateTime<Utc>;

/// Tells the time. On a database made by `migrate --test` it can be set; it then runs on from there.
#[derive(Clone, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in UTC, cut to the microsecond.
    pub fn now(&self) -> Instant {
        let shifted = Utc::now() + Duration::microseconds(self.offset_us.load(Ordering::Relaxed));
        shifted.trunc_subsecs(6)
    }

    /// How far this clock is from the machine's, in microseconds.
    pub fn offset_us(&self) -> i64 {
        self.offset_us.load(Ordering::Relaxed)
    }

    /// Shifts the clock; only test databases ever call this.
    pub fn set_offset_us(&self, offset: i64) {
        self.offset_us.store(offset, Ordering::Relaxed);
    }

    /// Shifts the clock, unless somebody has since it was seen at `from`.
    pub fn follow_offset_us(&self, from: i64, to: i64) {
        // Where it fails the other's shift is the newer one, and stays.
        let _ = self.offset_us.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The shift that makes this clock say `now` from here on.
    pub fn offset_to(&self, now: Instant) -> i64 {
        (now - Utc::now()).num_microseconds().unwrap_or(0)
    }
}

/// The process's own time since some start, for throttles and back-offs; no test clock moves it.
pub fn monotonic() -> std::time::Instant {
    std::time::Instant::now()
}

/// A new identifier: 32 hexadecimal digits, rising with real time within and across processes.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Random bytes from the system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    rand::fill(&mut bytes[..]);
    bytes
}

/// A random number below `bound`.
pub fn below(bound: u64) -> u64 {
    rand::random_range(0..bound)
}
