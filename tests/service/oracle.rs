//! Due dates against a second hand: tests/oracle.py reckons the same questions in another language,
//! from the same tables, by other means.

use std::process::Command;

use chrono::{DateTime, Utc};
use hotline::calendar::{Course, Explanation, Rules, Step, Stop, Unit, Workdays, course};

/// Questions for each unit, with stops, and by rules.
const LINES: usize = 10_000;
/// Any seed does; a fixed one fails again in the same place.
const SEED: &str = "12336";

fn shipped() -> Rules {
    let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
    Rules::parse(include_str!("../../config/rules.toml"), days).unwrap()
}

/// What the oracle says, line by line. In CI a missing interpreter is a failure.
fn oracle() -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let said = ["/usr/bin/python3", "python3"].iter().find_map(|python| {
        Command::new(python).args([script, SEED, &LINES.to_string()]).output().ok()
    });
    let Some(output) = said else {
        assert!(std::env::var("CI").is_err(), "python3 is missing; use tests/run");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn stop(text: &str) -> Stop {
    let (from, to) = text.split_once('/').unwrap();
    Stop { from: instant(from), to: Some(instant(to)) }
}

fn told(found: &Explanation) -> String {
    match found.missing_year {
        Some(year) => format!("none {year}"),
        None => found.due.unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// Units that the steps of an explanation say were counted.
fn counted(found: &Explanation) -> i64 {
    let one = |step: &Step| match step {
        Step::Counted { days, .. } | Step::Between { days, .. } => i64::from(*days),
        Step::Ran { from, to } => (*to - *from).num_seconds(),
        _ => 0,
    };
    found.steps.iter().map(one).sum()
}

#[test]
fn every_due_date_is_the_one_that_a_second_hand_reckons() {
    let Some(said) = oracle() else { return };
    let rules = shipped();
    let (mut wrong, mut asked, mut unknown) = (Vec::new(), [0; 5], 0);
    for line in said.lines() {
        let [from, by, amount, extended, stops, expected] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (name, lane) = by.split_once('.').unwrap_or((by, ""));
        let course = Course {
            from: instant(from),
            lane: course::lane(lane),
            stops: stops.split(';').filter(|text| !text.is_empty()).map(stop).collect(),
            extended: extended.parse().unwrap(),
        };
        let amount: u32 = amount.parse().unwrap();
        let unit = Unit::find(by);
        let found = match unit {
            Some(unit) => rules.simulate(amount, unit, &course),
            None => rules.explain(name, &course, course.from).unwrap(),
        };
        let kind = match unit {
            _ if !course.stops.is_empty() => 3,
            Some(unit) => Unit::ALL.iter().position(|known| *known == unit).unwrap(),
            None => 4,
        };
        asked[kind] += 1;
        unknown += usize::from(expected.starts_with("none"));
        if told(&found) != expected {
            wrong.push(format!("{line}: {}", told(&found)));
        }
        // A date without steps that add up to it would explain nothing.
        let total = i64::from(amount + course.extended);
        let total = if found.unit == Unit::Hours { total * 3_600 } else { total };
        if found.due.is_some() && counted(&found) != total {
            wrong.push(format!("{line}: the steps add up to {}", counted(&found)));
        }
        if unit.is_none() {
            let due = rules.reckon(name, &course, course.from);
            assert_eq!(due.at, found.due, "{line}: the date and its explanation differ");
        }
    }
    assert_eq!(asked, [LINES; 5], "working, calendar, hours, with stops, by rules");
    assert!(unknown > 0, "no question led past the last table");
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
