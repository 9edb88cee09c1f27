//! Query codes: how they are drawn, and what guessing them comes to.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use hotline::intake::receipt::{CODE_LENGTH, CODE_SIGNS, code, number};

use crate::case::{Case, call};
use crate::units::COUNTY;
use crate::world::{Backend, World};

/// Tips whose codes are looked at.
const DRAWN: usize = 300;
/// The sum of squares over 30 signs has a mean of 29; chance goes beyond this once in 10^9.
const CHI_SQUARE: f64 = 105.0;

#[test]
fn s40_codes_are_drawn_evenly() {
    // 60 bits are asked for where a keyed hash is kept.
    assert!((CODE_SIGNS.len() as f64).log2() * CODE_LENGTH as f64 > 73.0);
    let world = World::start(Backend::Sqlite);
    let log = |_| Case::log(&world, "operator-430121", &call(COUNTY)).code.replace('-', "");
    let codes: Vec<String> = (0..DRAWN).map(log).collect();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), DRAWN, "no code comes twice");
    let count =
        |sign: u8| codes.iter().flat_map(|code| code.bytes()).filter(|b| *b == sign).count();
    let expected = (DRAWN * CODE_LENGTH / CODE_SIGNS.len()) as f64;
    let off = |sign: &u8| (count(*sign) as f64 - expected).powi(2) / expected;
    let sum: f64 = CODE_SIGNS.iter().map(off).sum();
    assert!(sum < CHI_SQUARE, "{sum}");
    for at in 0..CODE_LENGTH {
        let signs: BTreeSet<u8> = codes.iter().map(|code| code.as_bytes()[at]).collect();
        assert_eq!(signs.len(), CODE_SIGNS.len(), "place {at} has every sign");
    }
}

/// How many guesses there are, half of them at a number that exists.
const GUESSES: u64 = 10_000;
/// Hands that guess at once.
const HANDS: u64 = 8;

#[test]
fn s40_ten_thousand_guesses_hit_nothing_and_few_are_looked_at() {
    let world = World::start(Backend::Sqlite);
    let case = Case::in_county(&world);
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let guess = |n: u64| {
        let theirs = if n.is_multiple_of(2) { case.tip.clone() } else { number(day, n * 9_973) };
        let shown = code(std::array::from_fn(|at| n.wrapping_mul(7_919) >> at));
        let path = format!("/api/v1/tips/{theirs}");
        world.ask("GET", "", &path, &[("X-Query-Code", &shown)], b"").status
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = &guess;
        let work = |nth| move || (0..GUESSES / HANDS).map(|n| guess(n * HANDS + nth)).collect();
        let hands: Vec<_> = (0..HANDS).map(|nth| scope.spawn(work(nth))).collect();
        let done = hands.into_iter().flat_map(|hand| -> Vec<u16> { hand.join().unwrap() });
        done.collect()
    });
    let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!(of(200), 0, "a guess was right");
    assert!((1..=100).contains(&of(404)), "{} were looked at", of(404));
    assert_eq!(of(404) + of(429), GUESSES as usize);
}
