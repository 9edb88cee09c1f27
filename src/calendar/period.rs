//! Periods of reports: their names, their first and last days, the one before, the year before.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc, Weekday};

use super::zone;

/// The seven kinds of periodic report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One day, `2026-11-23`.
    Daily,
    /// An ISO week, `2026-W47`.
    Weekly,
    /// A month, `2026-11`.
    Monthly,
    /// A quarter, `2026-Q4`.
    Quarterly,
    /// A half-year, `2026-H2`.
    HalfYear,
    /// A year, `2026`.
    Annual,
    /// Any run of days, `2009-06-25..2010-06-24`, both included.
    Custom,
}

impl Kind {
    /// Every kind, shortest first.
    pub const ALL: [Kind; 7] = [
        Kind::Daily,
        Kind::Weekly,
        Kind::Monthly,
        Kind::Quarterly,
        Kind::HalfYear,
        Kind::Annual,
        Kind::Custom,
    ];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Daily => "daily",
            Kind::Weekly => "weekly",
            Kind::Monthly => "monthly",
            Kind::Quarterly => "quarterly",
            Kind::HalfYear => "half_year",
            Kind::Annual => "annual",
            Kind::Custom => "custom",
        }
    }

    /// What a report of this kind is called, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Kind::Daily => ("日报", "daily report"),
            Kind::Weekly => ("周报", "weekly report"),
            Kind::Monthly => ("月报", "monthly report"),
            Kind::Quarterly => ("季报", "quarterly report"),
            Kind::HalfYear => ("半年报", "half-year report"),
            Kind::Annual => ("年报", "annual report"),
            Kind::Custom => ("专报", "report of a chosen period"),
        }
    }

    /// How a period of this kind is written, for error texts.
    pub fn example(self) -> &'static str {
        match self {
            Kind::Daily => "2026-11-23",
            Kind::Weekly => "2026-W47",
            Kind::Monthly => "2026-11",
            Kind::Quarterly => "2026-Q4",
            Kind::HalfYear => "2026-H2",
            Kind::Annual => "2026",
            Kind::Custom => "2009-06-25..2010-06-24",
        }
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Kind, String> {
        Kind::ALL.into_iter().find(|k| k.name() == text).ok_or_else(|| {
            let names = Kind::ALL.map(Kind::name).join(", ");
            format!("«{text}» is not a kind of report; use one of {names}")
        })
    }
}

/// A run of whole local days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Which kind.
    pub kind: Kind,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day, included.
    pub last: NaiveDate,
}

/// The longest custom period, in days: a century would only be a typing error.
pub const MAX_CUSTOM_DAYS: i64 = 3_660;

impl Period {
    /// Reads the name of a period of this kind.
    pub fn parse(kind: Kind, text: &str) -> Result<Period, String> {
        Self::read(kind, text).ok_or_else(|| {
            format!("«{text}» is not a {} period; write it like {}", kind.name(), kind.example())
        })
    }

    fn read(kind: Kind, text: &str) -> Option<Period> {
        let first = match kind {
            Kind::Daily => date(text)?,
            Kind::Weekly => {
                let (year, week) = text.split_once("-W")?;
                NaiveDate::from_isoywd_opt(year_of(year)?, number(week, 2)?, Weekday::Mon)?
            }
            Kind::Monthly => {
                let (year, month) = text.split_once('-')?;
                NaiveDate::from_ymd_opt(year_of(year)?, number(month, 2)?, 1)?
            }
            Kind::Quarterly => {
                let (year, quarter) = text.split_once("-Q")?;
                let quarter = number(quarter, 1).filter(|q| (1..=4).contains(q))?;
                NaiveDate::from_ymd_opt(year_of(year)?, quarter * 3 - 2, 1)?
            }
            Kind::HalfYear => {
                let (year, half) = text.split_once("-H")?;
                let half = number(half, 1).filter(|h| (1..=2).contains(h))?;
                NaiveDate::from_ymd_opt(year_of(year)?, half * 6 - 5, 1)?
            }
            Kind::Annual => NaiveDate::from_ymd_opt(year_of(text)?, 1, 1)?,
            Kind::Custom => {
                let (first, last) = text.split_once("..")?;
                let (first, last) = (date(first)?, date(last)?);
                let days = (last - first).num_days();
                return (0..MAX_CUSTOM_DAYS).contains(&days).then_some(Period {
                    kind,
                    first,
                    last,
                });
            }
        };
        Some(Self::starting(kind, first))
    }

    /// The period of this kind that begins on `first`; `Custom` gives the single day.
    fn starting(kind: Kind, first: NaiveDate) -> Period {
        let after = match kind {
            Kind::Daily | Kind::Custom => first.checked_add_days(Days::new(1)),
            Kind::Weekly => first.checked_add_days(Days::new(7)),
            Kind::Monthly => first.checked_add_months(Months::new(1)),
            Kind::Quarterly => first.checked_add_months(Months::new(3)),
            Kind::HalfYear => first.checked_add_months(Months::new(6)),
            Kind::Annual => first.checked_add_months(Months::new(12)),
        };
        let last = after.and_then(|day| day.pred_opt()).unwrap_or(first);
        Period { kind, first, last }
    }

    /// The period of this kind that holds a day; `Custom` gives the single day.
    pub fn holding(kind: Kind, day: NaiveDate) -> Period {
        let (year, month) = (day.year(), day.month0());
        let month_start = |m: u32| NaiveDate::from_ymd_opt(year, m + 1, 1).unwrap_or(day);
        let first = match kind {
            Kind::Daily | Kind::Custom => day,
            Kind::Weekly => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Kind::Monthly => month_start(month),
            Kind::Quarterly => month_start(month / 3 * 3),
            Kind::HalfYear => month_start(month / 6 * 6),
            Kind::Annual => month_start(0),
        };
        Self::starting(kind, first)
    }

    /// The period just before (环比).
    pub fn previous(&self) -> Period {
        let before = self.first.pred_opt().unwrap_or(self.first);
        if self.kind != Kind::Custom {
            return Self::holding(self.kind, before);
        }
        let length = self.last - self.first;
        Period { kind: self.kind, first: before - length, last: before }
    }

    /// The period just after; `None` for custom periods, which have no successor.
    pub fn next(&self) -> Option<Period> {
        let after = self.last.succ_opt()?;
        (self.kind != Kind::Custom).then(|| Self::starting(self.kind, after))
    }

    /// The same period of the year before (同比); a week compares with the week of that number.
    pub fn year_before(&self) -> Period {
        let back = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
        match self.kind {
            Kind::Custom => {
                Period { kind: self.kind, first: back(self.first), last: back(self.last) }
            }
            Kind::Weekly => {
                let week = self.first.iso_week();
                let first = NaiveDate::from_isoywd_opt(week.year() - 1, week.week(), Weekday::Mon)
                    .or_else(|| NaiveDate::from_isoywd_opt(week.year() - 1, 52, Weekday::Mon));
                Self::starting(self.kind, first.unwrap_or(self.first))
            }
            kind => Self::holding(kind, back(self.first)),
        }
    }

    /// The name in the contract, the inverse of [`Period::parse`].
    pub fn name(&self) -> String {
        let first = self.first;
        match self.kind {
            Kind::Daily => first.to_string(),
            Kind::Weekly => first.format("%G-W%V").to_string(),
            Kind::Monthly => first.format("%Y-%m").to_string(),
            Kind::Quarterly => format!("{}-Q{}", first.year(), first.month0() / 3 + 1),
            Kind::HalfYear => format!("{}-H{}", first.year(), first.month0() / 6 + 1),
            Kind::Annual => first.year().to_string(),
            Kind::Custom => format!("{}..{}", first, self.last),
        }
    }

    /// Its first instant.
    pub fn from(&self) -> DateTime<Utc> {
        zone::start_of(self.first)
    }

    /// The first instant after it.
    pub fn to(&self) -> DateTime<Utc> {
        zone::start_of(self.last.succ_opt().unwrap_or(self.last))
    }

    /// Its number within the year, as in 「2026年第3期」; `None` for custom periods.
    pub fn issue(&self) -> Option<u32> {
        let first = self.first;
        match self.kind {
            Kind::Daily => Some(first.ordinal()),
            Kind::Weekly => Some(first.iso_week().week()),
            Kind::Monthly => Some(first.month()),
            Kind::Quarterly => Some(first.month0() / 3 + 1),
            Kind::HalfYear => Some(first.month0() / 6 + 1),
            Kind::Annual => Some(1),
            Kind::Custom => None,
        }
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

fn year_of(text: &str) -> Option<i32> {
    number(text, 4).and_then(|year| i32::try_from(year).ok()).filter(|year| *year >= 1900)
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_what_it_writes() {
        for kind in Kind::ALL {
            let period = Period::parse(kind, kind.example()).unwrap();
            assert_eq!(period.name(), kind.example());
            assert!(period.first <= period.last);
        }
    }

    #[test]
    fn neighbours() {
        let table = [
            (Kind::Daily, "2026-03-01", "2026-02-28", "2025-03-01"),
            (Kind::Weekly, "2026-W01", "2025-W52", "2025-W01"),
            (Kind::Weekly, "2020-W53", "2020-W52", "2019-W52"),
            (Kind::Monthly, "2026-01", "2025-12", "2025-01"),
            (Kind::Quarterly, "2026-Q1", "2025-Q4", "2025-Q1"),
            (Kind::HalfYear, "2026-H1", "2025-H2", "2025-H1"),
            (Kind::Annual, "2026", "2025", "2025"),
            (
                Kind::Custom,
                "2009-06-25..2010-06-24",
                "2008-06-25..2009-06-24",
                "2008-06-25..2009-06-24",
            ),
        ];
        for (kind, name, previous, year_before) in table {
            let period = Period::parse(kind, name).unwrap();
            assert_eq!(period.previous().name(), previous);
            assert_eq!(period.year_before().name(), year_before);
        }
    }

    #[test]
    fn what_is_no_period_is_refused_with_an_example() {
        let table = [
            (Kind::Daily, "2026-2-3"),
            (Kind::Weekly, "2025-W53"),
            (Kind::Monthly, "2026-13"),
            (Kind::Quarterly, "2026-Q5"),
            (Kind::HalfYear, "2026-H0"),
            (Kind::Annual, "26"),
            (Kind::Custom, "2026-02-02..2026-02-01"),
        ];
        for (kind, text) in table {
            assert!(Period::parse(kind, text).unwrap_err().contains(kind.example()));
        }
    }
}
