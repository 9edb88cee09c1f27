//! Local time. The zone is Asia/Shanghai by the tz database, not a fixed +08:00: China kept
//! daylight saving time from 1986 to 1991.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{Asia::Shanghai, Tz};

const ZONE: Tz = Shanghai;
/// Its name.
pub const NAME: &str = "Asia/Shanghai";

/// The calendar day on which an instant falls.
pub fn date_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}

/// The first instant of a day. Where a daylight-saving switch skips midnight, the first that exists.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    instant_of(day.and_time(chrono::NaiveTime::MIN))
}

/// The last whole second of a day: the instant printed as a deadline.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    start_of(day.succ_opt().unwrap_or(day)) - Duration::seconds(1)
}

/// A wall-clock reading as an instant. A doubled hour means its first pass; a skipped reading means
/// the instant at which the clock jumped over it.
pub fn instant_of(wall: NaiveDateTime) -> DateTime<Utc> {
    let mut probe = wall;
    for _ in 0..MAX_GAP_QUARTERS {
        if let Some(found) = ZONE.from_local_datetime(&probe).earliest() {
            return found.with_timezone(&Utc);
        }
        probe += Duration::minutes(15);
    }
    wall.and_utc()
}

/// No switch of the zone skips more than a few hours; this bounds the search.
const MAX_GAP_QUARTERS: usize = 16;

/// An instant as people read it: local time with its offset, to the second.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.with_timezone(&ZONE).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// An instant as RFC 3339 in local time to the microsecond, where it is not a whole second.
pub fn exact(at: DateTime<Utc>) -> String {
    at.with_timezone(&ZONE).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

/// An instant as a screen shows it: local time to the minute, `2026-11-23 10:40`.
pub fn shown(at: DateTime<Utc>) -> String {
    at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M").to_string()
}

/// Whether an instant is the last second of a day: a clock that counts days ends there, one that
/// counts hours hardly ever.
pub fn ends_a_day(at: DateTime<Utc>) -> bool {
    end_of(date_of(at)).timestamp() == at.timestamp()
}

/// A due date as a screen shows it: the day, and the time too where it is not the end of the day.
pub fn shown_due(at: DateTime<Utc>) -> String {
    if ends_a_day(at) { date_of(at).to_string() } else { shown(at) }
}

/// Reads an instant: RFC 3339 with an offset, or a local date with or without a time
/// (`2019-02-28T11:25:05`, `2019-02-28 11:25`, `2019/2/28 11:25:05`, `2019-02-28`).
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    const FORMS: [&str; 6] = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
    ];
    if let Some(wall) = FORMS.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok()) {
        return Some(instant_of(wall));
    }
    parse_date(text).map(start_of)
}

/// Reads a local date: `2019-02-28`, `2019/2/28` or `2019年2月28日`.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .filter(|day| (1..=9_999).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daylight_saving_of_1988_keeps_the_day() {
        let at = parse_instant("1988-07-01 00:30").unwrap();
        assert_eq!(at.to_rfc3339(), "1988-06-30T15:30:00+00:00");
        assert_eq!(date_of(at), NaiveDate::from_ymd_opt(1988, 7, 1).unwrap());
    }

    #[test]
    fn a_day_ends_in_its_last_second() {
        let day = NaiveDate::from_ymd_opt(2026, 2, 13).unwrap();
        assert_eq!(rfc3339(end_of(day)), "2026-02-13T23:59:59+08:00");
    }

    #[test]
    fn a_due_date_tells_its_time_unless_the_day_ends_with_it() {
        let shown = |text: &str| shown_due(parse_instant(text).unwrap());
        assert_eq!(shown("2026-02-13T23:59:59+08:00"), "2026-02-13");
        assert_eq!(shown("2026-02-13T23:59:59.250+08:00"), "2026-02-13");
        assert_eq!(shown("2026-02-13T16:05:30+08:00"), "2026-02-13 16:05");
        assert_eq!(shown("2026-02-13T23:59:58+08:00"), "2026-02-13 23:59");
    }
}
