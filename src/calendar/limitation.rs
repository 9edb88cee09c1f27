//! Limitation: until when a violation may still be punished (行政处罚法 2021 art. 36).

use chrono::{Months, NaiveDate};

/// Years in general.
const GENERAL: u32 = 2;
/// Years where citizens' lives, health or financial safety are concerned and harm was done.
const LIFE_OR_HEALTH: u32 = 5;

/// What limitation says of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limitation {
    /// The last day on which its discovery still allows a penalty.
    pub until: NaiveDate,
    /// Whether that day had passed.
    pub passed: bool,
}

/// Two years, five for life and health, from the day on which the violation ended; the last day is
/// the one of the same date, and where that month has none, the last of the month (29 February). A
/// violation that goes on has not ended, and there is nothing to ask.
///
/// `filed` is the day on which it was found out; a tip, once received, is such a finding.
pub fn limitation(
    violation_ended: NaiveDate,
    life_or_health: bool,
    filed: NaiveDate,
) -> Limitation {
    let years = if life_or_health { LIFE_OR_HEALTH } else { GENERAL };
    let until = violation_ended.checked_add_months(Months::new(years * 12));
    let until = until.unwrap_or(NaiveDate::MAX);
    Limitation { until, passed: filed > until }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_the_same_date_years_later() {
        let table = [
            // ended, life or health, filed, until, passed
            ("2024-03-15", false, "2026-03-15", "2026-03-15", false),
            ("2024-03-15", false, "2026-03-16", "2026-03-15", true),
            ("2024-03-15", true, "2029-03-15", "2029-03-15", false),
            ("2024-03-15", true, "2029-03-16", "2029-03-15", true),
            // A leap day has no brother two or five years later.
            ("2024-02-29", false, "2026-02-28", "2026-02-28", false),
            ("2024-02-29", false, "2026-03-01", "2026-02-28", true),
            ("2024-02-29", true, "2029-02-28", "2029-02-28", false),
            ("2024-02-29", true, "2029-03-01", "2029-02-28", true),
            // The 28th stays the 28th in a leap year.
            ("2022-02-28", false, "2024-02-28", "2024-02-28", false),
            ("2022-02-28", false, "2024-02-29", "2024-02-28", true),
            ("2022-03-01", false, "2024-02-29", "2024-03-01", false),
            ("2019-12-31", true, "2024-12-31", "2024-12-31", false),
            // Filed while it was still going on.
            ("2024-03-15", false, "2024-01-01", "2026-03-15", false),
        ];
        for (ended, life, filed, until, passed) in table {
            let day = |text: &str| text.parse::<NaiveDate>().unwrap();
            let found = limitation(day(ended), life, day(filed));
            assert_eq!(found, Limitation { until: day(until), passed }, "{ended} {life} {filed}");
        }
    }
}
