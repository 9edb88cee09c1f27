//! How a due date came about, step by step, so that it can be followed by hand.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::count::{End, Seen, count};
use super::course::{Course, Stop};
use super::rule::{Rule, Unit};
use super::versions::Version;
use super::workdays::{Day, Workdays};
use super::zone;

/// Most runs of days that are told one by one; what lies between the first and the last of them is
/// told as one. A rule of 90 days has no more than 40.
const MAX_RUNS: usize = 60;

/// A due date with all that it was reckoned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The rule by name; absent where the figure was one's own. This and all that follows of a rule
    /// stands together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The first day on which that version was in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// How many units.
    pub amount: u32,
    /// Which unit.
    pub unit: Unit,
    /// Where the figure comes from, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The same in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_en: Option<String>,
    /// The calendar of working days, where one was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// The zone whose days are counted.
    pub zone: &'static str,
    /// When the clock began.
    pub from: DateTime<Utc>,
    /// The severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lane: Option<&'static str>,
    /// Whether that severity has a rule of its own here; else the general rule holds.
    #[serde(skip)]
    pub lane_applies: bool,
    /// When the clock stood still.
    pub stops: Vec<Stop>,
    /// By how many units it was extended.
    pub extended: u32,
    /// The last second in time; `None` while the clock stands still, or where a table is missing.
    pub due: Option<DateTime<Utc>>,
    /// The year without a table that keeps it from being known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_year: Option<i32>,
    /// The way from the start to the end, in order.
    pub steps: Vec<Step>,
}

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The clock begins; in a count of days the day itself does not count.
    Starts {
        /// When.
        at: DateTime<Utc>,
    },
    /// How much there is to count.
    Amount {
        /// By the rule.
        amount: u32,
        /// By extension.
        extended: u32,
        /// Both.
        total: u32,
    },
    /// Days that count, one after the other.
    Counted {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
        /// How many.
        days: u32,
        /// How many have counted by now.
        total: u32,
        /// Whether they are Saturdays or Sundays that are worked (调休).
        make_up: bool,
    },
    /// Days off, one after the other.
    Off {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
        /// How many.
        days: u32,
        /// Whether a holiday is among them; else it is a weekend.
        holiday: bool,
    },
    /// Days taken by a stop.
    Stopped {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
        /// How many of them would have counted.
        days: u32,
    },
    /// A long stretch, told as one.
    Between {
        /// The first day.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
        /// How many counted.
        days: u32,
        /// How many were off.
        off: u32,
        /// How many lay in stops.
        stopped: u32,
        /// How many have counted by now.
        total: u32,
    },
    /// The clock ran, in a count of hours.
    Ran {
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: DateTime<Utc>,
    },
    /// It stood still, in a count of hours.
    Stood {
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        to: DateTime<Utc>,
    },
    /// The last second in time.
    Ends {
        /// When.
        at: DateTime<Utc>,
    },
    /// The clock stands still; there is no date.
    Standing {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// A year has no table; the date is not guessed.
    NoTable {
        /// Which.
        year: i32,
    },
    /// The stops take longer than is counted.
    TooFar,
}

/// What a date is reckoned by.
pub(super) struct Law<'a> {
    pub workdays: &'a Workdays,
    pub amount: u32,
    pub unit: Unit,
    /// The rule by name, its version, and itself; `None` for a figure of one's own.
    pub ruled: Option<(&'a str, &'a Version, &'a Rule)>,
}

/// Reckons, and keeps what was passed on the way.
pub(super) fn explain(law: &Law<'_>, course: &Course) -> Explanation {
    let total = law.amount.saturating_add(course.extended);
    let mut seen = Runs::default();
    let end = count(law.workdays, law.unit, total, course, &mut |one| seen.add(one));
    let mut steps = vec![
        Step::Starts { at: course.from },
        Step::Amount { amount: law.amount, extended: course.extended, total },
    ];
    steps.extend(seen.steps());
    steps.push(match end {
        End::Due(at) => Step::Ends { at },
        End::Standing(since) => Step::Standing { since },
        End::NoTable(year) => Step::NoTable { year },
        End::TooFar => Step::TooFar,
    });
    let rule = law.ruled.map(|ruled| ruled.2);
    Explanation {
        rule: law.ruled.map(|(name, ..)| name.to_owned()),
        version: law.ruled.map(|(_, version, _)| version.id.clone()),
        effective: law.ruled.map(|(_, version, _)| version.effective),
        amount: law.amount,
        unit: law.unit,
        source: rule.map(|rule| rule.source.clone()),
        source_en: rule.map(|rule| rule.source_en.as_ref().unwrap_or(&rule.source).clone()),
        calendar: (law.unit == Unit::Working).then(|| law.workdays.name()),
        zone: zone::NAME,
        from: course.from,
        lane: course.lane,
        lane_applies: law
            .ruled
            .is_some_and(|(name, version, _)| version.has_own(name, course.lane)),
        stops: course.stops.clone(),
        extended: course.extended,
        due: if let End::Due(at) = end { Some(at) } else { None },
        missing_year: if let End::NoTable(year) = end { Some(year) } else { None },
        steps,
    }
}

/// Days and hours passed, with neighbours of a kind drawn together.
#[derive(Default)]
struct Runs {
    steps: Vec<Step>,
    counted: u32,
}

impl Runs {
    fn add(&mut self, seen: Seen) {
        self.counted += u32::from(matches!(seen, Seen::Counted(..)));
        let sum = self.counted;
        match (self.steps.last_mut(), seen) {
            (Some(Step::Counted { to, days, total, make_up, .. }), Seen::Counted(day, kind))
                if *make_up == (kind == Day::MakeUp) =>
            {
                (*to, *days, *total) = (day, *days + 1, sum);
            }
            (Some(Step::Off { to, days, holiday, .. }), Seen::Off(day, kind)) => {
                (*to, *days, *holiday) = (day, *days + 1, *holiday || kind == Day::Holiday);
            }
            (Some(Step::Stopped { to, days, .. }), Seen::Stopped(day, counts)) => {
                (*to, *days) = (day, *days + u32::from(counts));
            }
            (_, seen) => self.steps.push(first(seen, sum)),
        }
    }

    /// The steps; where there are too many, those in the middle as one.
    fn steps(mut self) -> Vec<Step> {
        if self.steps.len() <= MAX_RUNS {
            return self.steps;
        }
        let last = self.steps.split_off(self.steps.len() - MAX_RUNS / 2);
        let middle = self.steps.split_off(MAX_RUNS / 2);
        self.steps.extend(drawn_together(&middle));
        self.steps.extend(last);
        self.steps
    }
}

fn first(seen: Seen, total: u32) -> Step {
    match seen {
        Seen::Counted(day, kind) => {
            Step::Counted { from: day, to: day, days: 1, total, make_up: kind == Day::MakeUp }
        }
        Seen::Off(day, kind) => {
            Step::Off { from: day, to: day, days: 1, holiday: kind == Day::Holiday }
        }
        Seen::Stopped(day, counts) => Step::Stopped { from: day, to: day, days: counts.into() },
        Seen::Ran(from, to) => Step::Ran { from, to },
        Seen::Stood(from, to) => Step::Stood { from, to },
    }
}

/// Runs of days as one; hours, which are not days, stay as they are.
fn drawn_together(middle: &[Step]) -> Vec<Step> {
    let mut span: Option<(NaiveDate, NaiveDate)> = None;
    let (mut counted, mut off_days, mut in_stops, mut sum) = (0, 0, 0, 0);
    for step in middle {
        let (from, to) = match step {
            Step::Counted { from, to, days, total, .. } => {
                (counted, sum) = (counted + days, *total);
                (from, to)
            }
            Step::Off { from, to, days, .. } => {
                off_days += days;
                (from, to)
            }
            Step::Stopped { from, to, .. } => {
                in_stops += u32::try_from((*to - *from).num_days() + 1).unwrap_or(0);
                (from, to)
            }
            _ => return middle.to_vec(),
        };
        span = Some((span.map_or(*from, |(first, _)| first), *to));
    }
    let between = |(from, to)| Step::Between {
        from,
        to,
        days: counted,
        off: off_days,
        stopped: in_stops,
        total: sum,
    };
    span.map(between).into_iter().collect()
}
