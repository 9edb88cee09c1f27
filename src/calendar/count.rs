//! Counting: the one walk from the start of a clock to its end. Due dates and their explanations
//! both come from here, so they cannot differ.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::course::{Course, Stop};
use super::rule::Unit;
use super::workdays::{Day, NoTable, Workdays};
use super::zone;

/// Longest walk in days, above the longest rule with its extension: stops that take more leave a
/// clock without a date.
const MAX_DAYS: usize = 40_000;

/// What is passed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A day that counts.
    Counted(NaiveDate, Day),
    /// A day that is off, in a count of working days.
    Off(NaiveDate, Day),
    /// A day in a stop; whether it would have counted.
    Stopped(NaiveDate, bool),
    /// The clock ran, in a count of hours.
    Ran(DateTime<Utc>, DateTime<Utc>),
    /// It stood still, in a count of hours.
    Stood(DateTime<Utc>, DateTime<Utc>),
}

/// Where a walk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The last second in time.
    Due(DateTime<Utc>),
    /// The clock stands still since then.
    Standing(DateTime<Utc>),
    /// A year without a table was reached.
    NoTable(i32),
    /// The walk was too long.
    TooFar,
}

/// Walks until `total` units have run; `see` is told what was passed.
pub(super) fn count(
    workdays: &Workdays,
    unit: Unit,
    total: u32,
    course: &Course,
    see: &mut dyn FnMut(Seen),
) -> End {
    match unit {
        Unit::Hours => hours(total, course, see),
        Unit::Working => {
            days(total, course, &|day| workdays.kind(day), see).unwrap_or_else(no_table)
        }
        Unit::Calendar => days(total, course, &|_| Ok(Day::Worked), see).unwrap_or_else(no_table),
    }
}

fn no_table(NoTable(year): NoTable) -> End {
    End::NoTable(year)
}

fn days(
    total: u32,
    course: &Course,
    kind: &dyn Fn(NaiveDate) -> Result<Day, NoTable>,
    see: &mut dyn FnMut(Seen),
) -> Result<End, NoTable> {
    let (mut day, mut left) = (zone::date_of(course.from), total);
    for _ in 0..MAX_DAYS {
        if left == 0 {
            return Ok(End::Due(zone::end_of(day)));
        }
        let Some(next) = day.succ_opt() else { return Ok(End::TooFar) };
        day = next;
        let mut taking = course.stops.iter().filter(|stop| stop.takes(day));
        if let Some(open) = taking.clone().find(|stop| stop.to.is_none()) {
            return Ok(End::Standing(open.from));
        }
        let found = kind(day)?;
        if taking.next().is_some() {
            see(Seen::Stopped(day, found.is_worked()));
        } else if found.is_worked() {
            left -= 1;
            see(Seen::Counted(day, found));
        } else {
            see(Seen::Off(day, found));
        }
    }
    Ok(End::TooFar)
}

fn hours(total: u32, course: &Course, see: &mut dyn FnMut(Seen)) -> End {
    let mut stops: Vec<&Stop> = course.stops.iter().collect();
    stops.sort_by_key(|stop| stop.from);
    let (mut at, mut left) = (course.from, Duration::hours(total.into()));
    for stop in stops {
        let begins = stop.from.max(at);
        let took_nothing = stop.to.is_some_and(|to| to <= begins);
        if took_nothing || at + left <= begins {
            continue;
        }
        if begins > at {
            see(Seen::Ran(at, begins));
        }
        left -= begins - at;
        let Some(to) = stop.to else { return End::Standing(stop.from) };
        see(Seen::Stood(begins, to));
        at = to;
    }
    see(Seen::Ran(at, at + left));
    End::Due(at + left)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From when until when, each; an empty end for none.
    type Stops = &'static [(&'static str, &'static str)];

    fn at(text: &str) -> DateTime<Utc> {
        zone::parse_instant(text).unwrap()
    }

    fn ends(unit: Unit, total: u32, from: &str, stops: Stops) -> String {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let stop = |(from, to): &(&str, &str)| Stop { from: at(from), to: zone::parse_instant(to) };
        let stops = stops.iter().map(stop).collect();
        let course = Course { stops, ..Course::since(at(from)) };
        match count(&days, unit, total, &course, &mut |_| {}) {
            End::Due(at) => zone::rfc3339(at)[..19].to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_stop_takes_the_days_at_whose_end_the_clock_stood() {
        // Five days from Monday 2 March 2026: Saturday the 7th, or Monday the 9th of working days.
        let from = "2026-03-02 09:00";
        let table: &[(Stops, &str, &str)] = &[
            (&[], "07", "09"),
            // Within one day: nothing, however long.
            (&[("2026-03-04 00:00", "2026-03-04 23:59:59")], "07", "09"),
            // Over one midnight, however short: one day.
            (&[("2026-03-04 23:59", "2026-03-05 00:01")], "08", "10"),
            (&[("2026-03-04 00:00", "2026-03-05 23:59")], "08", "10"),
            // Wednesday to Friday: two.
            (&[("2026-03-04 10:00", "2026-03-06 10:00")], "09", "11"),
            // Twice within: both; one inside the other: once; in any order.
            (&[("2026-03-05", "2026-03-06"), ("2026-03-03", "2026-03-04")], "09", "11"),
            (&[("2026-03-03", "2026-03-06"), ("2026-03-04", "2026-03-05")], "10", "12"),
            // Over the weekend: three days, but Friday alone of working days.
            (&[("2026-03-06 10:00", "2026-03-09 10:00")], "10", "10"),
            // The day of the event does not count, so a stop takes nothing from it.
            (&[("2026-03-02 10:00", "2026-03-03 10:00")], "07", "09"),
            // Before the start, and after the end: nothing.
            (&[("2026-02-20", "2026-03-01")], "07", "09"),
            (&[("2026-03-10", "2026-03-20")], "07", "09"),
            // Backwards: nothing.
            (&[("2026-03-06", "2026-03-04")], "07", "09"),
            // On the last day: it is still to come.
            (&[("2026-03-07 10:00", "2026-03-08 10:00")], "08", "09"),
        ];
        for (stops, calendar, working) in table {
            let end = |day: &str| format!("2026-03-{day}T23:59:59");
            assert_eq!(ends(Unit::Calendar, 5, from, stops), end(calendar), "{stops:?}");
            assert_eq!(ends(Unit::Working, 5, from, stops), end(working), "{stops:?}");
        }
    }

    #[test]
    fn a_stop_takes_the_seconds_that_it_lasted_from_a_count_of_hours() {
        let table: &[(Stops, &str)] = &[
            (&[], "11:00:00"),
            (&[("2026-03-02 09:10", "2026-03-02 09:10:05")], "11:00:05"),
            (&[("2026-03-02 08:00", "2026-03-02 09:30")], "11:30:00"),
            (
                &[
                    ("2026-03-02 10:00", "2026-03-02 10:20"),
                    ("2026-03-02 10:10", "2026-03-02 10:30"),
                ],
                "11:30:00",
            ),
            (&[("2026-03-02 11:00", "2026-03-02 12:00")], "11:00:00"),
            (&[("2026-03-02 10:59:59", "2026-03-02 12:00")], "12:00:01"),
            (&[("2026-03-02 10:30", "2026-03-02 10:00")], "11:00:00"),
        ];
        for (stops, time) in table {
            let end = format!("2026-03-02T{time}");
            assert_eq!(ends(Unit::Hours, 2, "2026-03-02 09:00", stops), end, "{stops:?}");
        }
    }

    #[test]
    fn an_open_stop_gives_no_date_but_does_not_undo_one_that_has_passed() {
        let from = "2026-03-02 09:00";
        for (unit, total) in [(Unit::Working, 2), (Unit::Calendar, 2), (Unit::Hours, 40)] {
            let none = ends(unit, total, from, &[("2026-03-03 10:00", "")]);
            assert!(none.starts_with("Standing(2026-03-03T02:00:00Z"), "{unit:?} {none}");
            let passed = ends(unit, total, from, &[("2026-03-05 10:00", "")]);
            assert!(passed.starts_with("2026-03-04T"), "{unit:?} {passed}");
        }
        // On the last day the clock has not run out yet.
        let none = ends(Unit::Working, 2, from, &[("2026-03-04 10:00", "")]);
        assert!(none.starts_with("Standing"), "{none}");
    }

    #[test]
    fn a_walk_without_an_end_ends() {
        let stops: Stops = &[("2026-03-03", "9999-01-01")];
        assert_eq!(ends(Unit::Calendar, 2, "2026-03-02", stops), "TooFar");
        assert_eq!(ends(Unit::Working, 2, "2026-03-02", stops), "NoTable(2027)");
    }
}
