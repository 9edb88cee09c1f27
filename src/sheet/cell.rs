//! A typed cell as the text that a person sees in it.

use calamine::{DataRef, ExcelDateTime};
use chrono::{NaiveDateTime, NaiveTime, Timelike};

/// Serial numbers of dates end before this one, 10000-01-01.
const LAST_SERIAL: f64 = 2_958_466.0;
/// Whole numbers below are exact and are written without a point.
const EXACT: f64 = 9_007_199_254_740_992.0;
const DAY_SECONDS: f64 = 86_400.0;

/// The text of a cell; empty where there is none.
pub(super) fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => date_text(at),
        DataRef::DateTimeIso(text) => iso_text(text),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number as a spreadsheet shows it: telephone numbers and codes without a point, others with at
/// most fifteen digits, so that 112.9 does not become 112.90000000000001.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        return format!("{number:.0}");
    }
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{shown}")
}

/// A date as 2026-11-23, with a time as 2026-11-23 10:40:00; a time alone as 10:40:00.
fn date_text(at: &ExcelDateTime) -> String {
    let serial = at.as_f64();
    if at.is_duration() {
        return duration_text(serial);
    }
    if !(0.0..LAST_SERIAL).contains(&serial) {
        return number_text(serial);
    }
    if serial < 1.0 {
        return duration_text(serial);
    }
    // Binary fractions of a day fall a little beside the second that was typed.
    let half = chrono::Duration::milliseconds(500);
    let Some(read) = at.as_datetime().and_then(|at| at.checked_add_signed(half)) else {
        return number_text(serial);
    };
    wall_text(read.with_nanosecond(0).unwrap_or(read))
}

fn duration_text(serial: f64) -> String {
    let seconds = (serial * DAY_SECONDS).round();
    if !(0.0..EXACT).contains(&seconds) {
        return number_text(serial);
    }
    let seconds = seconds as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn iso_text(text: &str) -> String {
    let read = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f");
    read.map_or_else(|_| text.to_owned(), wall_text)
}

fn wall_text(wall: NaiveDateTime) -> String {
    match wall.time() {
        NaiveTime::MIN => wall.format("%Y-%m-%d").to_string(),
        _ => wall.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn cells_read_as_people_see_them() {
        let date = |serial| DataRef::DateTime(ExcelDateTime::new(serial, DateTime, false));
        let table = [
            (DataRef::Float(13_800_000_000.0), "13800000000"),
            (DataRef::Float(430_121.0), "430121"),
            (DataRef::Float(-3.0), "-3"),
            (DataRef::Float(0.1 + 0.2), "0.3"),
            (DataRef::Float(1e300), &format!("1{}", "0".repeat(300))),
            (DataRef::Float(f64::NAN), "NaN"),
            (DataRef::Bool(true), "TRUE"),
            (date(46_349.0), "2026-11-23"),
            (date(46_349.444_444_444_445), "2026-11-23 10:40:00"),
            (date(46_349.999_999_9), "2026-11-24"),
            (date(0.444_444_444_444_444), "10:40:00"),
            (date(-1e300), &format!("-1{}", "0".repeat(300))),
            (date(f64::INFINITY), "inf"),
            (DataRef::DateTime(ExcelDateTime::new(1.5, TimeDelta, false)), "36:00:00"),
            (DataRef::DateTimeIso("2026-11-23T00:00:00".into()), "2026-11-23"),
            (DataRef::DateTimeIso("2026-11-23T10:40:00Z".into()), "2026-11-23 10:40:00"),
        ];
        for (value, wanted) in table {
            assert_eq!(text(&value), wanted, "{value:?}");
        }
        // The other epoch, of workbooks made on a Macintosh.
        let at = ExcelDateTime::new(44_887.0, DateTime, true);
        assert_eq!(text(&DataRef::DateTime(at)), "2026-11-23");
    }
}
