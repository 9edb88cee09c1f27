//! How many tips come on which day of the year, and at which time of the day.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc, Weekday};

use super::dice::Dice;
use crate::calendar::{Workdays, zone};

/// Days of a made-up year, the last one included.
pub const YEAR: u64 = 365;

/// The weight of an ordinary working day; all others are told against it.
const ORDINARY: u64 = 1_000;
/// Days around a long holiday on which few people call.
const SLACK: u64 = 5;

/// The days of a year and their weights, so that an even throw falls on a likely day.
pub struct Season {
    days: Vec<(NaiveDate, u64)>,
}

impl Season {
    /// The year that ends with `last`.
    pub fn ending(last: NaiveDate, workdays: &Workdays) -> Season {
        let first = last - Days::new(YEAR - 1);
        let days = first.iter_days().take_while(|day| *day <= last);
        Season { days: days.map(|day| (day, weight(day, workdays))).collect() }
    }

    /// When a tip comes, drawn over the whole year.
    pub fn arrival(&self, dice: &mut Dice) -> DateTime<Utc> {
        let (day, _) = dice.weighted(&self.days, |day| day.1);
        moment(*day, dice)
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.days[0].0
    }
}

/// The time of a tip on its day: mostly in office hours, some in the evening.
pub fn moment(day: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
    const HOURS: [(i64, u64); 15] = [
        (7, 1),
        (8, 6),
        (9, 14),
        (10, 15),
        (11, 11),
        (12, 4),
        (13, 4),
        (14, 10),
        (15, 12),
        (16, 11),
        (17, 6),
        (18, 2),
        (19, 2),
        (20, 1),
        (21, 1),
    ];
    let (hour, _) = dice.weighted(&HOURS, |hour| hour.1);
    let seconds = hour * 3_600 + dice.between(0, 3_599);
    zone::start_of(day) + Duration::seconds(seconds)
}

fn weight(day: NaiveDate, workdays: &Workdays) -> u64 {
    let festival = |day: NaiveDate| is_festival(day, workdays);
    let near = (1..=SLACK).any(|n| festival(day - Days::new(n)) || festival(day + Days::new(n)));
    let of_day = match () {
        () if festival(day) => 120,
        () if !is_worked(day, workdays) => 330,
        () if near => 600,
        () if day.weekday() == Weekday::Mon => 1_250,
        () => ORDINARY,
    };
    // Building and mining follow the weather: most in spring and autumn, least in deep winter.
    let of_month = [70, 80, 115, 125, 120, 100, 90, 95, 115, 125, 115, 85];
    of_day * of_month[usize::try_from(day.month0()).unwrap_or(0)] / 100
}

/// Whether work is done; a year without a table is guessed by its weekends, for nothing is due by
/// this.
pub fn is_worked(day: NaiveDate, workdays: &Workdays) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    workdays.is_worked(day).unwrap_or(!weekend)
}

/// Days off in late January and February are those of Spring Festival.
fn is_festival(day: NaiveDate, workdays: &Workdays) -> bool {
    let season = day.month() == 2 || (day.month() == 1 && day.day() > 20);
    let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let off = |day: NaiveDate| !is_worked(day, workdays);
    let long =
        || (0..5).all(|n| off(day + Days::new(n))) || (0..5).all(|n| off(day - Days::new(n)));
    season && off(day) && (weekday || long())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn season() -> Season {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        Season::ending(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), &days)
    }

    #[test]
    fn the_year_has_its_rhythm() {
        let season = season();
        assert_eq!((season.days.len(), season.first().to_string()), (365, "2025-11-23".into()));
        let weight = |day: &str| {
            let day: NaiveDate = day.parse().unwrap();
            season.days.iter().find(|one| one.0 == day).unwrap().1
        };
        // A Monday in April, a Wednesday, a Sunday; Spring Festival; deep winter.
        assert!(weight("2026-04-13") > weight("2026-04-15"));
        assert!(weight("2026-04-15") > 2 * weight("2026-04-19"));
        assert!(weight("2026-02-18") * 4 < weight("2026-02-04"));
        assert!(weight("2026-01-14") < weight("2026-04-15"));
    }

    #[test]
    fn arrivals_lie_within_the_year() {
        let season = season();
        let mut dice = Dice::new(3, 0);
        for _ in 0..2_000 {
            let day = zone::date_of(season.arrival(&mut dice));
            assert!(season.days.iter().any(|one| one.0 == day));
        }
    }
}
