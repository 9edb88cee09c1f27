//! Numbers of cases: rising, and made without a row that every intake would wait for.
//!
//! Sixteen digits: the local day (YYMMDD), the millisecond of the day in eight digits, two digits
//! of the process. Where a clock goes back the numbers go on from the last one.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::Datelike;

use crate::calendar::zone;
use crate::clock::{Instant, below};

/// Digits of a case's number that rise with time.
const STEM: usize = 14;

/// Gives numbers to cases.
pub struct Numbering {
    last: AtomicU64,
    process: u64,
}

impl Numbering {
    /// Goes on after the highest number given so far.
    pub fn after(last: Option<&str>) -> Numbering {
        let stem = last.and_then(|no| no.get(..STEM)).and_then(|stem| stem.parse().ok());
        Numbering { last: AtomicU64::new(stem.unwrap_or(0)), process: below(100) }
    }

    /// The next number.
    pub fn next(&self, now: Instant) -> String {
        let wanted = stem(now);
        let given = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(wanted.max(last + 1)));
        let stem = given.map_or(wanted, |last| wanted.max(last + 1));
        format!("{stem:014}{:02}", self.process)
    }
}

fn stem(now: Instant) -> u64 {
    let day = zone::date_of(now);
    let since = (now - zone::start_of(day)).num_milliseconds();
    let year = u64::from(day.year().rem_euclid(100).unsigned_abs());
    let date = year * 10_000 + u64::from(day.month() * 100 + day.day());
    date * 100_000_000 + u64::try_from(since).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_even_where_the_clock_goes_back() {
        let now = zone::parse_instant("2026-11-23 10:40:00").unwrap();
        let numbering = Numbering::after(None);
        let first = numbering.next(now);
        assert!(first.starts_with("26112338400000"), "{first}");
        let earlier = numbering.next(now - chrono::Duration::days(3));
        assert!(earlier > first && earlier.len() == 16);
        let resumed = Numbering::after(Some(&earlier)).next(now - chrono::Duration::days(9));
        assert!(resumed[..STEM] > earlier[..STEM]);
    }
}
