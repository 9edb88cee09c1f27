//! What a row of an old ledger says was done about its tip (DOMAIN 4b).

use chrono::{DateTime, Datelike, Utc};

use super::fault::{EARLIEST_YEAR, Fault, Why};
use super::reader::{Lines, checked};
use super::text::half_width;
use super::tip::MAX_TEXT;
use crate::calendar::zone;

/// A date as an old ledger has it: often a day without an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldDate {
    at: DateTime<Utc>,
    is_day: bool,
}

impl OldDate {
    /// Reads a date. One that lies ahead is read as well: what to make of it is for the ledger.
    pub fn read(typed: &str) -> Result<OldDate, Why> {
        let typed = half_width(typed);
        let at = zone::parse_instant(&typed).ok_or(Why::BadTime)?;
        if at.year() < EARLIEST_YEAR {
            return Err(Why::TooEarly);
        }
        Ok(OldDate { at, is_day: zone::parse_date(&typed).is_some() })
    }

    /// The instant that is meant, coming after another. A day without an hour is not before what
    /// happened on that same day.
    pub fn after(self, earlier: DateTime<Utc>) -> DateTime<Utc> {
        let same_day = zone::date_of(self.at) == zone::date_of(earlier);
        if self.is_day && same_day { self.at.max(earlier) } else { self.at }
    }
}

/// The handling that a row tells of; each part may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldRow {
    /// Whether the row says when the tip was received.
    pub says_received: bool,
    /// When it was accepted.
    pub accepted: Option<OldDate>,
    /// When something was done about it.
    pub disposed: Option<OldDate>,
    /// What was done.
    pub disposition: Option<String>,
    /// When it was struck off.
    pub closed: Option<OldDate>,
}

impl OldRow {
    /// Reads the handling from a row's cells; `None` where the row tells of none.
    pub fn read(cell: impl Fn(&str) -> Option<String>, faults: &mut Vec<Fault>) -> Option<OldRow> {
        let mut date = |column: &str| {
            let read = cell(column).map(|typed| OldDate::read(&typed)).transpose();
            read.unwrap_or_else(|why| {
                faults.push(Fault::new(column, why));
                None
            })
        };
        let accepted = date("accepted_at");
        let disposed = date("disposed_at");
        let closed = date("closed_at");
        let disposition = cell("disposition").and_then(|typed| {
            checked(&typed, MAX_TEXT, Lines::Many).unwrap_or_else(|why| {
                faults.push(Fault::new("disposition", why));
                None
            })
        });
        let says_received = cell("received_at").is_some();
        let row = OldRow { says_received, accepted, disposed, disposition, closed };
        let OldRow { accepted, disposed, disposition, closed, .. } = &row;
        let dates = [accepted, disposed, closed];
        let tells = dates.into_iter().any(Option::is_some) || disposition.is_some();
        tells.then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: &str) -> DateTime<Utc> {
        zone::parse_instant(wall).unwrap()
    }

    #[test]
    fn a_day_without_an_hour_is_not_before_what_happened_on_it() {
        let day = OldDate::read("２００９年3月2日").unwrap();
        assert_eq!(day.after(at("2009-03-02 15:00")), at("2009-03-02 15:00"));
        assert_eq!(day.after(at("2009-03-01 15:00")), at("2009-03-02"));
        assert_eq!(day.after(at("2009-03-03 09:00")), at("2009-03-02"));
        // Who gives an hour means it.
        let hour = OldDate::read("2009/3/2 09:00").unwrap();
        assert_eq!(hour.after(at("2009-03-02 15:00")), at("2009-03-02 09:00"));
    }

    #[test]
    fn what_is_no_date_is_a_fault_and_what_lies_ahead_is_not() {
        assert_eq!(OldDate::read("去年春天"), Err(Why::BadTime));
        assert_eq!(OldDate::read("1900-01-01"), Err(Why::TooEarly));
        assert!(OldDate::read("2999-01-01").is_ok());
        let mut faults = Vec::new();
        let row = OldRow::read(|name| (name == "closed_at").then(|| "x".to_owned()), &mut faults);
        assert_eq!((row, faults), (None, vec![Fault::new("closed_at", Why::BadTime)]));
    }

    #[test]
    fn a_row_without_any_handling_is_an_ordinary_tip() {
        let mut faults = Vec::new();
        let received = |name: &str| (name == "received_at").then(|| "2009-03-02".to_owned());
        assert_eq!(OldRow::read(received, &mut faults), None);
        let said = |name: &str| (name == "disposition").then(|| "已拆除".to_owned());
        let row = OldRow::read(said, &mut faults).unwrap();
        assert_eq!((row.disposition.as_deref(), row.says_received), (Some("已拆除"), false));
        assert!(faults.is_empty());
    }
}
