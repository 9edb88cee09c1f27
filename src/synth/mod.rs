//! Made-up cases: a year of tips and of what became of them.
//!
//! Pure. The same plan gives the same stories: all chance comes from dice under a seed
//! ([`dice::Dice`]), time only from the plan's last day. Playing the stories through the ledger is
//! the desk's work; docs/SYNTH.md says what a year is made of.

pub mod answers;
pub mod beside;
pub mod dice;
pub mod map;
pub mod orders;
pub mod outside;
mod pace;
pub mod rises;
pub mod script;
pub mod season;
pub mod story;
pub mod themes;
pub mod words;

pub use script::{Step, Who};
pub use story::{Alike, Arrival, MAX_TIPS, Plan, Story, Teller};

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::rises::{RISES, SPREAD, Where};
    use super::*;
    use crate::calendar::{Rules, Workdays, zone};
    use crate::ledger::command::Measure;
    use crate::ledger::words::MeasureKind;
    use crate::ledger::{Act, Benchmarks, Command, Ground};
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
        teller
            .arrivals()
            .into_iter()
            .map(|one| teller.story(one, |_, _| Alike::default()))
            .collect()
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

    /// How many steps of a year are of each act.
    fn acts(year: &[Story]) -> BTreeMap<Act, usize> {
        let mut acts = BTreeMap::new();
        for step in year.iter().flat_map(|story| &story.steps) {
            *acts.entry(step.command.act()).or_default() += 1;
        }
        acts
    }

    #[test]
    fn a_year_shows_the_whole_case() {
        let year = told(10_000, 1, ground());
        let acts = acts(&year);
        let count = |act| acts.get(&act).copied().unwrap_or_default();
        // Least, and most where there should be few.
        let shares = [
            (Act::Decide, 250..600),
            (Act::Execute, 300..1_000),
            (Act::VerifyExecution, 300..1_000),
            (Act::HandOver, 10..100),
            (Act::ReceiveTransfer, 60..240),
            (Act::AskExtension, 100..400),
            (Act::Pause, 50..250),
            (Act::AskOpinion, 60..250),
            (Act::Urge, 60..250),
            (Act::List, 24..110),
            (Act::TakeOver, 15..110),
            (Act::Account, 10..80),
            (Act::Avert, 8..60),
        ];
        for (act, share) in shares {
            assert!(share.contains(&count(act)), "{act:?}: {}", count(act));
        }
        assert!(count(Act::Lift) > 10 && count(Act::Lift) < count(Act::List));
        assert!(count(Act::RuleExtension) < count(Act::AskExtension));
    }

    #[test]
    fn a_fine_lies_within_its_benchmark_or_says_why_not() {
        let ground = ground();
        let year = told(10_000, 2, ground);
        let decided = year.iter().flat_map(|story| &story.steps).filter_map(|step| {
            let Command::Decide { measures, .. } = &step.command else { return None };
            Some(measures)
        });
        let fines: Vec<_> =
            decided.flatten().filter(|measure| measure.kind == MeasureKind::Fine).collect();
        let within = |fine: &&&Measure| {
            let known = fine.benchmark.as_deref().and_then(|id| ground.benchmarks.find(id));
            known.is_some_and(|known| known.holds(fine))
        };
        assert!(fines.iter().all(|fine| fine.deviation.is_some() != within(&fine)));
        let inside = fines.iter().filter(within).count();
        assert!(inside > 150 && fines.len() - inside > 20, "{inside} of {}", fines.len());
        let used: BTreeSet<_> = fines.iter().filter_map(|fine| fine.benchmark.as_ref()).collect();
        assert!(used.len() >= 5, "{used:?}");
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
