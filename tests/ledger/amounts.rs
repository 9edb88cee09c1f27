//! Quantities, penalty benchmarks, the filing test and limitation.

use hotline::ledger::benchmark::{Benchmark, Per};
use hotline::ledger::command::Measure;
use hotline::ledger::words::MeasureKind;
use hotline::ledger::{Amount, Benchmarks};
use proptest::prelude::*;
use serde_json::json;

use super::desk::*;
use super::says::*;
use super::stops::*;

fn amount() -> impl Strategy<Value = Amount> {
    (1..100_000_000_000i64).prop_map(Amount::hundredths)
}

fn benchmark(per: Per, low: Amount, high: Amount) -> Benchmark {
    let text = || "x".to_owned();
    Benchmark { id: text(), basis: text(), zh: text(), en: text(), per, low, high, source: text() }
}

fn fine(amount: Amount, base: Option<Amount>) -> Measure {
    Measure { kind: MeasureKind::Fine, amount, benchmark: None, base, deviation: None }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is shown is what was read, to the hundredth, with or without marks of thousands.
    #[test]
    fn an_amount_comes_back_as_it_was_typed(n in 1..999_999_999_999_999i64) {
        let whole = Amount::hundredths(n);
        let shown = whole.to_string();
        prop_assert_eq!(Amount::read(&shown).ok(), Some(whole));
        prop_assert_eq!(&shown, &format!("{}.{:02}", n / 100, n % 100));
        let stored = serde_json::to_value(whole).unwrap();
        prop_assert!(stored.is_string(), "a float in the ledger");
        prop_assert_eq!(serde_json::from_value::<Amount>(stored).unwrap(), whole);
    }

    /// Nothing but digits, marks of thousands and one point of at most two places is an amount.
    #[test]
    fn nothing_else_is_an_amount(typed in "[0-9a-z. +\\-一，]{0,12}") {
        let plain = typed.replace('，', "");
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, "0"));
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let good = digits(whole) && (digits(part) || part.is_empty()) && part.len() <= 2;
        let more_than_nothing = plain.contains(|c: char| ('1'..='9').contains(&c));
        prop_assert_eq!(Amount::read(&typed).is_ok(), good && more_than_nothing, "{}", typed);
    }

    /// The range holds its ends and what lies between, and nothing outside; twice the base is twice
    /// the range, but for the rounding of half a hundredth at each end.
    #[test]
    fn a_benchmark_holds_exactly_its_range(base in amount(), a in 1..100_000i64, b in 1..100_000i64) {
        let (low, high) = (Amount::hundredths(a.min(b)), Amount::hundredths(a.max(b)));
        for per in [Per::SquareMetre, Per::Percent, Per::Times] {
            let one = benchmark(per, low, high);
            let (least, most) = one.range(base);
            prop_assert!(least <= most);
            let share = if per == Per::Percent { 10_000 } else { 100 };
            let exact = i128::from(base.as_hundredths()) * i128::from(low.as_hundredths());
            let off = i128::from(least.as_hundredths()) * share - exact;
            prop_assert!(off.abs() <= share, "{least} is not {low} of {base}: {off}");
            let near = |n: i64| Amount::hundredths(n);
            prop_assert!(one.holds(&fine(least, Some(base))));
            prop_assert!(one.holds(&fine(most, Some(base))));
            prop_assert!(!one.holds(&fine(near(least.as_hundredths() - 1), Some(base))));
            prop_assert!(!one.holds(&fine(near(most.as_hundredths() + 1), Some(base))));
            prop_assert!(!one.holds(&fine(least, None)), "a benchmark on nothing");
        }
    }
}

/// Every shipped benchmark reads, says where it comes from, and has a range.
#[test]
fn the_shipped_benchmarks_are_whole() {
    let shipped = Benchmarks::parse(include_str!("../../config/benchmarks.toml")).unwrap();
    for one in shipped.all() {
        assert!(one.low <= one.high && !one.source.is_empty() && !one.basis.is_empty());
        assert!(shipped.find(&one.id).is_some());
    }
    let twice =
        include_str!("../../config/benchmarks.toml").replace("land-cultivated", "land-transfer");
    assert!(Benchmarks::parse(&twice).is_err(), "two benchmarks of one name");
}

/// All five elements or none: any one that is missing is named, and nothing is filed.
#[test]
fn a_case_is_filed_only_with_all_five_elements() {
    let names = ["actor", "fact", "liability", "jurisdiction"];
    for missing in 0..16u32 {
        let mut what = filed();
        let lacks: Vec<&str> =
            (0..4).filter(|at| missing & (1 << at) != 0).map(|at| names[at as usize]).collect();
        lacks.iter().for_each(|name| what["filing"][name] = json!(false));
        let mut world = World::at(Stop::Handling);
        if lacks.is_empty() {
            world.did(COUNTY_HANDLER, what);
            continue;
        }
        match world.no(COUNTY_HANDLER, what, "filing_test") {
            hotline::ledger::Refusal::FilingTest(named) => assert_eq!(named, lacks),
            other => panic!("{other:?}"),
        }
    }
}

/// Two years from the end of the violation, five where life or health is concerned; the day itself
/// is still in time, and what goes on has no end (行政处罚法 2021 art. 36).
#[test]
fn limitation_ends_with_its_day() {
    let table = [
        // Received on 2 March 2026.
        (Some("2024-03-02"), false, true),
        (Some("2024-03-01"), false, false),
        (Some("2024-03-01"), true, true),
        (Some("2021-03-02"), true, true),
        (Some("2021-03-01"), true, false),
        (None, false, true),
    ];
    for (ended, life, in_time) in table {
        let mut what = filed();
        what["filing"]["life_or_health"] = json!(life);
        if let Some(day) = ended {
            what["filing"]["ended_on"] = json!(day);
        }
        let mut world = World::at(Stop::Handling);
        if in_time {
            world.did(COUNTY_HANDLER, what);
        } else {
            world.no(COUNTY_HANDLER, what, "limitation_passed");
        }
    }
    // The tip is the finding: a case that takes long is not barred by its own length.
    let mut world = World::at(Stop::Handling);
    world.clock("2026-08-03 09:00");
    let mut what = filed();
    what["filing"]["ended_on"] = json!("2024-03-02");
    world.did(COUNTY_HANDLER, what);
}

/// A fine outside its range, or without a benchmark, says why; other measures need not.
#[test]
fn a_fine_lies_within_its_benchmark_or_says_why() {
    let with = |amount: &str, benchmark: Option<&str>, deviation: Option<&str>| {
        let mut what = penalty(&["fine"]);
        let measure = what["measures"][0].as_object_mut().unwrap();
        measure.clear();
        measure.extend(json!({"kind": "fine", "amount": amount}).as_object().unwrap().clone());
        if let Some(id) = benchmark {
            measure.insert("benchmark".into(), json!(id));
            measure.insert("base".into(), json!("2000"));
        }
        if let Some(why) = deviation {
            measure.insert("deviation".into(), json!(why));
        }
        what
    };
    // 2,000 m² at ¥100 to ¥1,000.
    let occupation = Some("land-occupation");
    for (amount, benchmark, deviation, good) in [
        ("200000", occupation, None, true),
        ("2000000", occupation, None, true),
        ("199999.99", occupation, None, false),
        ("2000000.01", occupation, None, false),
        ("2000000.01", occupation, Some("拒不改正"), true),
        ("500", None, None, false),
        ("500", None, Some("无适用基准"), true),
    ] {
        let mut world = World::at(Stop::Filed);
        let what = with(amount, benchmark, deviation);
        match good {
            true => drop(world.did(COUNTY_HANDLER, what)),
            false => drop(world.no(COUNTY_HANDLER, what, "benchmark_reason")),
        }
    }
}
