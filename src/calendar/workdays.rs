//! Which days are worked: Monday to Friday, less the State Council's days off, plus the make-up
//! days (调休) of its yearly notice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

/// A year for which no notice has been loaded. It is reported, never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no working-day table for the year {0}")]
pub struct NoTable(pub i32);

/// The working-day tables by year.
#[derive(Clone, Debug)]
pub struct Workdays {
    version: Option<String>,
    years: BTreeMap<i32, Year>,
}

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Monday to Friday, and worked.
    Worked,
    /// Saturday or Sunday, but worked (调休).
    MakeUp,
    /// Saturday or Sunday.
    Weekend,
    /// Off by the yearly notice, on whichever day of the week.
    Holiday,
}

impl Day {
    /// Whether work is done on it.
    pub fn is_worked(self) -> bool {
        matches!(self, Day::Worked | Day::MakeUp)
    }
}

#[derive(Clone, Debug, Deserialize)]
struct Year {
    off: BTreeSet<NaiveDate>,
    work: BTreeSet<NaiveDate>,
}

impl Workdays {
    /// Reads `{"version"?: …, "source": …, "years": {"2026": {"off": [dates], "work": [dates]}}}`.
    pub fn parse(json: &str) -> Result<Workdays, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            version: Option<String>,
            #[serde(rename = "source")]
            _source: serde_json::Value,
            years: BTreeMap<String, Year>,
        }
        let file: File = serde_json::from_str(json).map_err(|e| format!("calendar: {e}"))?;
        let mut years = BTreeMap::new();
        for (name, table) in file.years {
            let year = name.parse().map_err(|_| format!("calendar: {name} is not a year"))?;
            if let Some(stray) = table.off.iter().chain(&table.work).find(|d| d.year() != year) {
                return Err(format!("calendar: {stray} stands in the table of {year}"));
            }
            years.insert(year, table);
        }
        Ok(Workdays { version: file.version, years })
    }

    /// What this day is.
    pub fn kind(&self, day: NaiveDate) -> Result<Day, NoTable> {
        let table = self.years.get(&day.year()).ok_or(NoTable(day.year()))?;
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(match (weekend, table.work.contains(&day)) {
            (true, true) => Day::MakeUp,
            (false, true) => Day::Worked,
            _ if table.off.contains(&day) => Day::Holiday,
            (true, false) => Day::Weekend,
            (false, false) => Day::Worked,
        })
    }

    /// Whether work is done on this day.
    pub fn is_worked(&self, day: NaiveDate) -> Result<bool, NoTable> {
        self.kind(day).map(Day::is_worked)
    }

    /// The `count`-th working day after `day`; the day itself does not count.
    pub fn after(&self, day: NaiveDate, count: u32) -> Result<NaiveDate, NoTable> {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            day = day.checked_add_days(Days::new(1)).ok_or(NoTable(day.year()))?;
            left -= u32::from(self.is_worked(day)?);
        }
        Ok(day)
    }

    /// Its version, with the years that it knows: `2026.1 (2010–2026)`.
    pub fn name(&self) -> String {
        let first = self.years.keys().next().copied().unwrap_or_default();
        let years = format!("{first}–{}", self.last_year().unwrap_or_default());
        self.version
            .as_ref()
            .map_or_else(|| years.clone(), |version| format!("{version} ({years})"))
    }

    /// The last year that has a table.
    pub fn last_year(&self) -> Option<i32> {
        self.years.keys().next_back().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Workdays {
        Workdays::parse(include_str!("../../config/calendar.json")).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn spring_festival_and_its_make_up_days_are_observed() {
        let days = shipped();
        // 2026: off 15–23 February, worked on Saturdays 14 and 28 February.
        assert_eq!(days.is_worked(day("2026-02-14")), Ok(true));
        assert_eq!(days.is_worked(day("2026-02-16")), Ok(false));
        assert_eq!(days.after(day("2026-02-13"), 1), Ok(day("2026-02-14")));
        assert_eq!(days.after(day("2026-02-13"), 2), Ok(day("2026-02-24")));
    }

    #[test]
    fn a_year_without_a_table_is_reported() {
        assert_eq!(shipped().after(day("2026-12-31"), 1), Err(NoTable(2027)));
    }
}
