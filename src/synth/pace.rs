//! How time passes between two acts: working days, and hours in which offices are open.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::dice::Dice;
use super::season::is_worked;
use crate::calendar::{Rules, zone};

/// When offices open, in minutes after midnight.
const OPENS: i64 = 8 * 60 + 30;
/// When they close.
const CLOSES: i64 = 17 * 60 + 30;
/// Most days looked at for the next working day: no holiday is as long.
const MAX_HOLIDAY: usize = 20;

/// The time in a life that has been reached.
pub(super) struct Pace<'a> {
    /// Now.
    pub at: DateTime<Utc>,
    rules: &'a Rules,
}

impl<'a> Pace<'a> {
    pub(super) fn new(at: DateTime<Utc>, rules: &'a Rules) -> Pace<'a> {
        Pace { at, rules }
    }

    /// The rules by which time is told.
    pub(super) fn rules(&self) -> &'a Rules {
        self.rules
    }

    /// At most `limit` working days later, but so many times in a thousand past them.
    pub(super) fn within(&mut self, limit: u32, late: u64, dice: &mut Dice) {
        let limit = i64::from(limit);
        let days = match dice.chance(late) {
            true => dice.between(limit + 1, limit * 2 + 4),
            // Early more often than at the last moment.
            false => dice.between(0, limit).min(dice.between(0, limit)),
        };
        self.days(days, dice);
    }

    /// From `low` to `high` working days later, or so many times in a thousand up to twice that.
    pub(super) fn spread(&mut self, low: i64, high: i64, late: u64, dice: &mut Dice) {
        let days = match dice.chance(late) {
            true => dice.between(high + 1, high * 2),
            false => dice.between(low, high).min(dice.between(low, high)),
        };
        self.days(days, dice);
    }

    /// So many working days later, in office hours; none means later the same day where there is
    /// time for it.
    pub(super) fn days(&mut self, count: i64, dice: &mut Dice) {
        if count == 0 {
            let soon = self.at + Duration::minutes(dice.between(6, 190));
            let minute = (soon - zone::start_of(zone::date_of(soon))).num_minutes();
            if self.works(zone::date_of(soon)) && (OPENS..CLOSES).contains(&minute) {
                self.at = soon;
                return;
            }
        }
        let mut day = zone::date_of(self.at);
        for _ in 0..count.max(1) {
            day = self.next_worked(day);
        }
        let minute = dice.between(OPENS, CLOSES);
        let seconds = minute * 60 + dice.between(0, 59);
        self.at = zone::start_of(day) + Duration::seconds(seconds);
    }

    /// A few minutes later.
    pub(super) fn minutes(&mut self, low: i64, high: i64, dice: &mut Dice) {
        self.at += Duration::minutes(dice.between(low, high));
    }

    /// So many days of the calendar later, at any hour: people act in the evening too.
    pub(super) fn calendar(&mut self, low: i64, high: i64, dice: &mut Dice) {
        self.at +=
            Duration::days(dice.between(low, high)) + Duration::minutes(dice.between(1, 240));
    }

    fn works(&self, day: NaiveDate) -> bool {
        is_worked(day, self.rules.workdays())
    }

    fn next_worked(&self, day: NaiveDate) -> NaiveDate {
        let mut days = (1..=MAX_HOLIDAY as u64).map(|n| day + Days::new(n));
        days.find(|day| self.works(*day)).unwrap_or(day + Days::new(1))
    }
}
