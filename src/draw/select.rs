//! The draw itself: everything is put in the order of its hash under the seed, and the first are
//! taken. Nobody who does not know the seed can tell the order; everybody who does gets the same.

use std::collections::BTreeMap;

use crate::place::Code;
use crate::seal::{digest, salted};

/// Thirty-two random bytes, published before the draw.
pub type Seed = [u8; 32];

/// For each case, who may check it, in order of code.
pub type Candidates = BTreeMap<String, Vec<Code>>;

/// How many are drawn: the share in per cent, rounded up, so that one is drawn where there is any.
pub fn size(population: usize, share_percent: u32) -> usize {
    (population * share_percent as usize).div_ceil(100).min(population)
}

/// The cases drawn, in the order in which they are drawn: that of `SHA-256(seed ‖ case number)`.
/// `population` has each case once; the order in which it comes does not matter.
pub fn select(seed: &Seed, population: &[String], share_percent: u32) -> Vec<String> {
    let mut all: Vec<(String, &String)> =
        population.iter().map(|case| (digest(&[seed, case.as_bytes()]), case)).collect();
    all.sort_unstable();
    let drawn = all.into_iter().take(size(population.len(), share_percent));
    drawn.map(|(_, case)| case.clone()).collect()
}

/// Who checks a case: of the candidates the one with the lowest `SHA-256(seed ‖ case ‖ space ‖ unit ‖
/// space ‖ salt)`, the salt of the candidates in hexadecimal. `None` where nobody is left.
///
/// The salt is not public: else a unit that knows that it would have come first, and did not, would
/// know that it was kept away.
pub fn checker(seed: &Seed, salt: &str, case: &str, candidates: &[Code]) -> Option<Code> {
    let hash = |unit: &Code| {
        let unit = unit.to_string();
        digest(&[seed, case.as_bytes(), b" ", unit.as_bytes(), b" ", salt.as_bytes()])
    };
    candidates.iter().copied().min_by_key(hash)
}

/// What fixes the population: SHA-256 over its numbers in order, one a line.
pub fn fingerprint(population: &[String]) -> String {
    let lines: String = population.iter().map(|case| format!("{case}\n")).collect();
    digest(&[lines.as_bytes()])
}

/// What fixes the candidates: the same over lines of a case and its units. Under a salt: a unit that
/// is missing may be one that somebody accused, and a bare hash of a short list can be guessed.
pub fn salted_fingerprint(salt: &[u8], candidates: &Candidates) -> String {
    salted(salt, &candidate_lines(candidates))
}

/// A line for each case: its number and its candidates.
pub fn candidate_lines(candidates: &Candidates) -> String {
    let line = |(case, units): (&String, &Vec<Code>)| {
        let units: String = units.iter().map(|unit| format!(" {unit}")).collect();
        format!("{case}{units}\n")
    };
    candidates.iter().map(line).collect()
}

/// Reads such lines; `None` where one is not of that form.
pub fn read_candidates(lines: &str) -> Option<Candidates> {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let case = words.next()?.to_owned();
        let units: Result<Vec<Code>, _> = words.map(str::parse).collect();
        Some((case, units.ok()?))
    };
    lines.lines().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = [7; 32];

    fn cases(n: usize) -> Vec<String> {
        (0..n).map(|n| format!("26112300000000{n:02}")).collect()
    }

    #[test]
    fn a_share_is_rounded_up_and_never_more_than_there_are() {
        let table = [(0, 10, 0), (1, 1, 1), (10, 10, 1), (11, 10, 2), (7, 100, 7), (99, 5, 5)];
        for (population, share, drawn) in table {
            assert_eq!(size(population, share), drawn, "{share}% of {population}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_hash_and_of_nothing_else() {
        let population = cases(20);
        let drawn = select(&SEED, &population, 25);
        assert_eq!(drawn.len(), 5);
        let mut backwards = population.clone();
        backwards.reverse();
        assert_eq!(select(&SEED, &backwards, 25), drawn);
        assert_ne!(select(&[8; 32], &population, 25), drawn);
        // A larger share begins with the smaller one.
        assert_eq!(select(&SEED, &population, 50)[..5], drawn);
        let hash = |case: &String| digest(&[&SEED, case.as_bytes()]);
        assert!(drawn.windows(2).all(|two| hash(&two[0]) < hash(&two[1])));
    }

    #[test]
    fn every_candidate_checks_now_and_then() {
        let units: Vec<Code> =
            ["430122", "430181", "430182"].iter().map(|u| u.parse().unwrap()).collect();
        let chosen: Vec<Code> =
            cases(90).iter().filter_map(|case| checker(&SEED, "5a", case, &units)).collect();
        for unit in &units {
            let times = chosen.iter().filter(|code| *code == unit).count();
            assert!((15..=45).contains(&times), "{unit}: {times} of 90");
        }
        assert_eq!(checker(&SEED, "5a", "1", &[]), None);
    }

    #[test]
    fn lines_of_candidates_read_back() {
        let mut all = Candidates::new();
        all.insert("1".into(), vec!["430122".parse().unwrap(), "430181101".parse().unwrap()]);
        all.insert("2".into(), vec![]);
        assert_eq!(candidate_lines(&all), "1 430122 430181101\n2\n");
        assert_eq!(read_candidates(&candidate_lines(&all)), Some(all.clone()));
        assert_eq!(read_candidates("1 x\n"), None);
        assert_ne!(salted_fingerprint(b"a", &all), salted_fingerprint(b"b", &all));
    }
}
