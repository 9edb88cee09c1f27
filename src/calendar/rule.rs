//! Clock rules: how long a duty may take, in which unit of time, by which source.
//!
//! 行政处罚法 2021 art. 85 makes periods of 2, 3, 5 and 7 days working days and leaves longer ones
//! calendar days; so every rule carries its unit, and none is a constant in code.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::count::{End, count};
use super::course::Course;
use super::explain::{Explanation, Law, explain};
use super::versions::{self, Version};
use super::{Workdays, zone};

/// The unit in which a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days worked; the day of the event does not count.
    Working,
    /// Days of the calendar; the day of the event does not count.
    Calendar,
    /// Hours by the clock, day and night.
    Hours,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Unit; 3] = [Unit::Working, Unit::Calendar, Unit::Hours];

    /// Its name in files and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Working => "working",
            Unit::Calendar => "calendar",
            Unit::Hours => "hours",
        }
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

/// What a version does to clocks that run when it comes into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// They keep the version under which they began.
    Keep,
    /// They are reckoned anew by this one.
    Recompute,
}

/// One rule of one version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// How many units.
    pub amount: u32,
    /// Which unit.
    pub unit: Unit,
    /// By how many units it may be extended, once; `None` where it may not be.
    pub extend: Option<u32>,
    /// Whether its clock may be stopped.
    #[serde(default)]
    pub pause: bool,
    /// Where the figure comes from, in Chinese; shown with the deadline.
    pub source: String,
    /// The same in English; the Chinese stands in where it is not given.
    pub source_en: Option<String>,
}

/// A due date and the rule that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last second in time; `None` where no working-day table reaches that far, or while the
    /// clock stands still.
    pub at: Option<DateTime<Utc>>,
    /// Rule name and version, `judge@2026.1`; with the lane where that has a rule of its own,
    /// `judge.danger@2026.1`.
    pub rule: String,
}

impl Due {
    /// Of a clock that waits for something to happen first.
    pub fn not_begun() -> Due {
        Due { at: None, rule: String::new() }
    }
}

/// The versions of the rules, and the calendar by which they count.
#[derive(Clone, Debug)]
pub struct Rules {
    versions: Vec<Version>,
    workdays: Workdays,
}

impl Rules {
    /// Reads `config/rules.toml` and ties it to a calendar.
    pub fn parse(toml: &str, workdays: Workdays) -> Result<Rules, String> {
        Ok(Rules { versions: versions::parse(toml)?, workdays })
    }

    /// When something that began at `from`, and ran ever since, must be done by the general rule.
    pub fn due(&self, name: &str, from: DateTime<Utc>) -> Due {
        self.reckon(name, &Course::since(from), from)
    }

    /// When a clock of this course ends, by the version that rules it at `now`.
    ///
    /// A day counts when the clock runs at its end: a stop takes the days from the one on which it
    /// begins to the one before it ends, so one within a single day takes none. Hours are counted to
    /// the second. A stop that begins after the clock has run out changes nothing, and while one that
    /// began before stands open there is no date.
    pub fn reckon(&self, name: &str, course: &Course, now: DateTime<Utc>) -> Due {
        self.reckon_by(self.ruling(course.from, now), name, course)
    }

    /// By how many units a clock that began at `from` may be extended, once; `None` where it may not.
    pub fn extension(&self, name: &str, lane: Option<&str>, from: DateTime<Utc>) -> Option<u32> {
        self.ruling(from, from).rule(name, lane)?.extend
    }

    /// Whether the clock of this duty may be stopped, by the newest version.
    pub fn may_pause(&self, name: &str) -> bool {
        let rule = self.versions.last().and_then(|version| version.rule(name, None));
        rule.is_some_and(|rule| rule.pause)
    }

    /// How the date of [`Rules::reckon`] comes about; `None` where there is no such rule.
    pub fn explain(&self, name: &str, course: &Course, now: DateTime<Utc>) -> Option<Explanation> {
        self.explain_by(self.ruling(course.from, now), name, course)
    }

    /// How the date of a duty comes about by the version that rules it: the one that its stored date
    /// names, unless a later one reaches back to it.
    pub fn explain_stored(
        &self,
        name: &str,
        course: &Course,
        stored: &Due,
        now: DateTime<Utc>,
    ) -> Option<Explanation> {
        self.explain_by(self.ruling_stored(course, stored, now), name, course)
    }

    /// The date that an open duty should have today, where it is not the one that it has: its
    /// course, the calendar or its version changed, or a later version with `open = "recompute"` has
    /// come into force. `None` where the stored date stands, and while the clock does not run.
    pub fn stale(
        &self,
        name: &str,
        course: &Course,
        stored: &Due,
        now: DateTime<Utc>,
    ) -> Option<Due> {
        let stands = course.stops.iter().any(|stop| stop.to.is_none());
        if stands || stored.rule.is_empty() {
            return None;
        }
        let today = self.reckon_by(self.ruling_stored(course, stored, now), name, course);
        (today != *stored).then_some(today)
    }

    /// A date by a figure of one's own instead of a rule, and how it comes about.
    pub fn simulate(&self, amount: u32, unit: Unit, course: &Course) -> Explanation {
        explain(&Law { workdays: &self.workdays, amount, unit, ruled: None }, course)
    }

    /// The names of all rules in the newest version.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.versions.last().into_iter().flat_map(Version::names)
    }

    /// The calendar behind the rules.
    pub fn workdays(&self) -> &Workdays {
        &self.workdays
    }

    /// The version in force at an instant, as due dates name it.
    pub fn version_at(&self, at: DateTime<Utc>) -> &str {
        &self.ruling(at, at).id
    }

    /// The newest version that was in force when the clock began, or that has come into force since
    /// and reaches back. The first of all rules what began before it.
    fn ruling(&self, from: DateTime<Utc>, now: DateTime<Utc>) -> &Version {
        let (began, today) = (zone::date_of(from), zone::date_of(now));
        let rules = |version: &&Version| version.effective <= began || reaches_back(version, today);
        // `parse` lets no file without a version pass.
        self.versions.iter().rev().find(rules).unwrap_or(&self.versions[0])
    }

    /// As [`Rules::ruling`] for a date that was reckoned before: a version put on record later with an
    /// earlier day does not undo it unless it says so.
    fn ruling_stored(&self, course: &Course, stored: &Due, now: DateTime<Utc>) -> &Version {
        let named = stored.rule.rsplit_once('@').map_or("", |(_, id)| id);
        let Some(place) = self.versions.iter().position(|version| version.id == named) else {
            return self.ruling(course.from, now);
        };
        let today = zone::date_of(now);
        let mut later = self.versions[place + 1..].iter().rev();
        later.find(|version| reaches_back(version, today)).unwrap_or(&self.versions[place])
    }

    fn reckon_by(&self, version: &Version, name: &str, course: &Course) -> Due {
        let own = course.lane.filter(|lane| version.has_own(name, Some(lane)));
        let lane = own.map_or_else(String::new, |lane| format!(".{lane}"));
        let end = version.rule(name, course.lane).map(|rule| {
            let total = rule.amount.saturating_add(course.extended);
            count(&self.workdays, rule.unit, total, course, &mut |_| {})
        });
        let at = match end {
            Some(End::Due(at)) => Some(at),
            _ => None,
        };
        Due { at, rule: format!("{name}{lane}@{}", version.id) }
    }

    fn explain_by(&self, version: &Version, name: &str, course: &Course) -> Option<Explanation> {
        let rule = version.rule(name, course.lane)?;
        let (amount, unit) = (rule.amount, rule.unit);
        let ruled = Some((name, version, rule));
        Some(explain(&Law { workdays: &self.workdays, amount, unit, ruled }, course))
    }
}

fn reaches_back(version: &Version, today: NaiveDate) -> bool {
    version.open == Open::Recompute && version.effective <= today
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Stop;

    fn shipped() -> Rules {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        Rules::parse(include_str!("../../config/rules.toml"), days).unwrap()
    }

    /// The shipped version, and later ones in which verifying takes other figures.
    fn with_later(later: &[(&str, &str, &str, u32)]) -> Rules {
        let first = include_str!("../../config/rules.toml");
        let (head, body) = first.split_once("[[version]]").unwrap();
        let mut text = first.to_owned();
        for (id, effective, open, amount) in later {
            let verify = "verify           = { amount = 15,";
            let new = format!("[[version]]{body}")
                .replace("\"2026.1\"", &format!("\"{id}\""))
                .replace("\"2026-01-01\"", &format!("\"{effective}\""))
                .replace("open = \"keep\"", &format!("open = \"{open}\""))
                .replace(verify, &format!("verify = {{ amount = {amount},"));
            text.push_str(&new);
        }
        assert!(!head.is_empty());
        Rules::parse(&text, shipped().workdays).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        zone::parse_instant(text).unwrap()
    }

    fn told(due: &Due) -> String {
        format!("{} {}", due.rule, due.at.map_or("none".to_owned(), zone::rfc3339))
    }

    #[test]
    fn working_and_calendar_days_differ_over_a_holiday() {
        let from = at("2026-02-13 16:00");
        let due = |name: &str| told(&shipped().due(name, from));
        assert_eq!(due("judge"), "judge@2026.1 2026-02-24T23:59:59+08:00");
        assert_eq!(due("dispose"), "dispose@2026.1 2026-04-14T23:59:59+08:00");
    }

    #[test]
    fn a_deadline_past_the_last_table_is_unknown_not_guessed() {
        let from = at("2026-12-30 09:00");
        assert_eq!(shipped().due("verify", from).at, None);
        let told = shipped().explain("verify", &Course::since(from), from).unwrap();
        assert_eq!((told.due, told.missing_year), (None, Some(2027)));
        assert!(shipped().due("dispose", from).at.is_some());
    }

    #[test]
    fn danger_runs_by_the_clock_day_and_night_and_others_by_the_general_rule() {
        // The evening before a holiday of nine days.
        let from = at("2026-02-14 23:30");
        let due = |lane| {
            let course = Course { lane, ..Course::since(from) };
            told(&shipped().reckon("verify", &course, from))
        };
        assert_eq!(due(Some("danger")), "verify.danger@2026.1 2026-02-15T01:30:00+08:00");
        assert_eq!(due(Some("utility")), "verify.utility@2026.1 2026-02-15T23:30:00+08:00");
        assert_eq!(due(None), "verify@2026.1 2026-03-13T23:59:59+08:00");
        // Nothing of its own is said of a reply.
        let course = Course { lane: Some("danger"), ..Course::since(from) };
        assert!(shipped().reckon("reply", &course, from).rule.starts_with("reply@"));
        let told = shipped().explain("reply", &course, from).unwrap();
        assert!(!told.lane_applies && told.unit == Unit::Working);
    }

    #[test]
    fn an_extension_counts_on_in_the_unit_of_its_rule() {
        let from = at("2026-03-02 09:00");
        let extended = |name: &str, extended| {
            let course = Course { extended, ..Course::since(from) };
            told(&shipped().reckon(name, &course, from))
        };
        // Fifteen working days to Monday 23 March, five more to the 30th.
        assert_eq!(extended("verify", 0), "verify@2026.1 2026-03-23T23:59:59+08:00");
        assert_eq!(extended("verify", 5), "verify@2026.1 2026-03-30T23:59:59+08:00");
        assert_eq!(extended("dispose", 30), "dispose@2026.1 2026-05-31T23:59:59+08:00");
        assert_eq!(shipped().extension("verify", None, from), Some(15));
        assert_eq!(shipped().extension("verify", Some("complex"), from), Some(30));
        assert_eq!(shipped().extension("verify", Some("danger"), from), None);
        assert_eq!(shipped().extension("judge", None, from), None);
        assert!(shipped().may_pause("verify") && !shipped().may_pause("sign"));
        assert!(!shipped().may_pause("no such rule"));
    }

    #[test]
    fn the_version_at_the_start_rules_unless_a_later_one_reaches_back() {
        let from = at("2026-03-02 09:00");
        let due =
            |rules: &Rules, now: &str| told(&rules.reckon("verify", &Course::since(from), at(now)));
        let keeping = with_later(&[("2026.2", "2026-03-09", "keep", 5)]);
        assert_eq!(due(&keeping, "2026-03-20"), "verify@2026.1 2026-03-23T23:59:59+08:00");
        let later = keeping.due("verify", at("2026-03-09 00:00"));
        assert_eq!(told(&later), "verify@2026.2 2026-03-16T23:59:59+08:00");
        let back = with_later(&[("2026.2", "2026-03-09", "recompute", 5)]);
        assert_eq!(due(&back, "2026-03-08 23:59"), "verify@2026.1 2026-03-23T23:59:59+08:00");
        assert_eq!(due(&back, "2026-03-09 00:00"), "verify@2026.2 2026-03-09T23:59:59+08:00");
        // A third that keeps does not undo the second.
        let both = [("2026.2", "2026-03-09", "recompute", 5), ("2026.3", "2026-03-12", "keep", 1)];
        assert_eq!(
            due(&with_later(&both), "2026-03-20"),
            "verify@2026.2 2026-03-09T23:59:59+08:00"
        );
        // What began before every version is ruled by the first.
        assert_eq!(keeping.version_at(at("2019-01-01")), "2026.1");
        assert_eq!(keeping.version_at(at("2026-03-08 23:59")), "2026.1");
        assert_eq!(keeping.version_at(at("2026-03-09")), "2026.2");
    }

    #[test]
    fn a_stored_date_goes_stale_by_version_calendar_course_and_lane_alone() {
        let (from, now) = (at("2026-03-02 09:00"), at("2026-03-20"));
        let course = Course::since(from);
        let stored = shipped().due("verify", from);
        let stale = |rules: &Rules, course: &Course, stored: &Due, now| {
            rules.stale("verify", course, stored, now).map(|due| told(&due))
        };
        assert_eq!(stale(&shipped(), &course, &stored, now), None);
        // A version that keeps, also one put on record with a day before the start.
        for effective in ["2026-03-09", "2026-02-09"] {
            let keeping = with_later(&[("2026.2", effective, "keep", 5)]);
            assert_eq!(stale(&keeping, &course, &stored, now), None);
        }
        let back = with_later(&[("2026.2", "2026-03-09", "recompute", 5)]);
        assert_eq!(stale(&back, &course, &stored, at("2026-03-08")), None);
        let anew = "verify@2026.2 2026-03-09T23:59:59+08:00".to_owned();
        assert_eq!(stale(&back, &course, &stored, now), Some(anew));
        // A new version that comes to the same day still gives its name to the date.
        let same = with_later(&[("2026.2", "2026-03-09", "recompute", 15)]);
        let anew = "verify@2026.2 2026-03-23T23:59:59+08:00".to_owned();
        assert_eq!(stale(&same, &course, &stored, now), Some(anew));
        // A day was made a holiday.
        let json = include_str!("../../config/calendar.json");
        let json = json.replace("\"2026-04-04\"", "\"2026-03-10\", \"2026-04-04\"");
        let text = include_str!("../../config/rules.toml");
        let moved = Rules::parse(text, Workdays::parse(&json).unwrap()).unwrap();
        let anew = "verify@2026.1 2026-03-24T23:59:59+08:00".to_owned();
        assert_eq!(stale(&moved, &course, &stored, now), Some(anew));
        // The severity changed, or the clock stood still from Tuesday to Thursday.
        let urgent = Course { lane: Some("danger"), ..course.clone() };
        let anew = "verify.danger@2026.1 2026-03-02T11:00:00+08:00".to_owned();
        assert_eq!(stale(&shipped(), &urgent, &stored, now), Some(anew));
        let stop = Stop { from: at("2026-03-10 10:00"), to: Some(at("2026-03-12 10:00")) };
        let stopped = Course { stops: vec![stop], ..course.clone() };
        let anew = "verify@2026.1 2026-03-25T23:59:59+08:00".to_owned();
        assert_eq!(stale(&shipped(), &stopped, &stored, now), Some(anew));
        // No date is owed while the clock stands, or has not begun.
        let open = Course { stops: vec![Stop { to: None, ..stop }], ..course.clone() };
        assert_eq!(stale(&shipped(), &open, &stored, now), None);
        let unborn = Due { at: None, rule: String::new() };
        assert_eq!(stale(&shipped(), &course, &unborn, now), None);
        // A date that lacked its table gets it once the table is there.
        let lacking = Due { at: None, ..stored.clone() };
        assert_eq!(stale(&shipped(), &course, &lacking, now), Some(told(&stored)));
    }
}
