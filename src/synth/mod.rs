//! Made-up cases: a year of tips and of what became of them.
//!
//! Pure. The same plan gives the same stories: all chance comes from dice under a seed
//! ([`dice::Dice`]), time only from the plan's last day. Playing the stories through the ledger is
//! the desk's work; docs/SYNTH.md says what a year is made of.

pub mod answers;
pub mod dice;
pub mod map;
pub mod outside;
mod pace;
pub mod rises;
pub mod script;
pub mod season;
pub mod story;
pub mod themes;
pub mod words;

pub use script::{Step, Who};
pub use story::{Arrival, MAX_TIPS, Plan, Story, Teller};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::rises::{RISES, SPREAD, Where};
    use super::*;
    use crate::calendar::{Rules, Workdays, zone};
    use crate::ledger::{Benchmarks, Ground};
    use crate::place::{Code, Divisions};

    fn ground() -> Ground<'static> {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let rules = Rules::parse(include_str!("../../config/rules.toml"), days).unwrap();
        let divisions = Divisions::parse(include_str!("../../config/divisions.csv")).unwrap();
        let benchmarks = Benchmarks::parse(include_str!("../../config/benchmarks.toml")).unwrap();
        let alternate = "110000".parse().unwrap();
        Ground {
            rules: Box::leak(Box::new(rules)),
            divisions: Box::leak(Box::new(divisions)),
            benchmarks: Box::leak(Box::new(benchmarks)),
            units: Box::leak(Box::default()),
            alternate,
        }
    }

    fn told(tips: u32, seed: u64, ground: Ground<'_>) -> Vec<Story> {
        let last = "2026-11-22".parse().unwrap();
        let teller = Teller::new(Plan { tips, seed, last }, ground);
        teller.arrivals().into_iter().map(|one| teller.story(one, |_, _| false)).collect()
    }

    #[test]
    fn a_year_is_plausible() {
        let year = told(5_000, 1, ground());
        assert_eq!(year.len(), 5_000);
        assert!(year.is_sorted_by_key(|story| story.at));
        let share = |wanted: &dyn Fn(&Story) -> bool| {
            year.iter().filter(|story| wanted(story)).count() * 100 / year.len()
        };
        assert!((46..55).contains(&share(&|s| s.truth.field() == "outside")));
        assert!((34..46).contains(&share(&|s| s.truth.field() == "land")));
        assert!((4..10).contains(&share(&|s| s.truth.field() == "mineral")));
        assert!((50..70).contains(&share(&|s| s.form.channel.as_deref() == Some("phone"))));
        assert!((24..40).contains(&share(&|s| s.form.informant.is_none())));
        let texts: BTreeSet<&str> = year.iter().filter_map(|s| s.form.text.as_deref()).collect();
        assert!(texts.len() > 4_900, "{}", texts.len());
        for story in &year {
            assert!(story.steps.iter().all(|step| step.at > story.at));
            assert!(story.steps.is_sorted_by_key(|step| step.at));
        }
    }

    #[test]
    fn the_same_plan_tells_the_same_and_another_seed_does_not() {
        let ground = ground();
        let words = |seed| -> Vec<String> {
            let all = told(200, seed, ground);
            all.iter()
                .map(|s| format!("{} {:?} {:?} {:?}", s.at, s.place, s.form.text, s.steps))
                .collect()
        };
        assert_eq!(words(1), words(1));
        assert_ne!(words(1), words(2));
    }

    #[test]
    fn every_rise_stands_out() {
        let year = told(10_000, 3, ground());
        let last: chrono::NaiveDate = "2026-11-22".parse().unwrap();
        for rise in &RISES {
            let places: Vec<Code> = match rise.at {
                Where::In(code) => vec![code.parse().unwrap()],
                Where::Widening => SPREAD.map(|code| code.parse().unwrap()).into(),
            };
            let here = |story: &&Story| {
                places.iter().any(|place| place.holds(story.place))
                    && story.truth.code() == rise.category
            };
            let back = |story: &Story| (last - zone::date_of(story.at)).num_days();
            let (from, to) = (i64::from(rise.from), i64::from(rise.to));
            let during =
                year.iter().filter(here).filter(|s| (to..=from).contains(&back(s))).count();
            let before = year.iter().filter(here).filter(|s| back(s) > from).count();
            // Per day at least two and a half times as many as before it.
            let (days, earlier) = (from - to + 1, 364 - from);
            let (during, before) = (during as i64 * earlier, before as i64 * days);
            assert!(during * 2 > before * 5, "{}: {during} to {before}", rise.name);
        }
        // The widening one is told in ever more provinces.
        let solar = |story: &&Story| story.form.text.as_deref().is_some_and(|t| t.contains("光伏"));
        let (early, late): (Vec<&Story>, Vec<&Story>) =
            year.iter().filter(solar).partition(|s| (last - zone::date_of(s.at)).num_days() > 120);
        let provinces = |part: &[&Story]| -> usize {
            part.iter().map(|story| story.place.province()).collect::<BTreeSet<_>>().len()
        };
        assert!(provinces(&early) < 8 && provinces(&late) > 14);
    }
}
