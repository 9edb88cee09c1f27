//! How much earlier than due something was done.

use chrono::{DateTime, Utc};

use crate::calendar::{Workdays, zone};

/// The working days left between the day of the deed and the due date: the day itself does not
/// count, the due date does. 0 for what was done on that day or later; `None` where a year between
/// the two has no table.
pub fn working_days_saved(
    workdays: &Workdays,
    done: DateTime<Utc>,
    due: DateTime<Utc>,
) -> Option<i32> {
    let (done, due) = (zone::date_of(done), zone::date_of(due));
    // A day without a table ends it, so a date far off is not counted day by day.
    let days = done.iter_days().skip(1).take_while(|day| *day <= due);
    days.map(|day| workdays.is_worked(day).map(i32::from).ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_the_calendar() {
        let workdays = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let at = |text| zone::parse_instant(text).unwrap();
        for (done, due, days) in [
            ("2026-11-02 09:00", "2026-11-02 23:59", Some(0)),
            ("2026-11-02 23:00", "2026-11-03 23:59", Some(1)),
            // Friday to Monday.
            ("2026-11-06 09:00", "2026-11-09 23:59", Some(1)),
            // Saturday the 14th is worked, the festival's nine days are not.
            ("2026-02-13 09:00", "2026-02-24 23:59", Some(2)),
            ("2026-11-09 09:00", "2026-11-06 23:59", Some(0)),
            ("2026-12-30 09:00", "2027-01-05 23:59", None),
        ] {
            assert_eq!(working_days_saved(&workdays, at(done), at(due)), days, "{done} {due}");
        }
    }
}
