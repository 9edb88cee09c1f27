//! Shares and rates. Never without numerator and denominator.

use serde::{Deserialize, Serialize};

/// A rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Ratio {
    /// Numerator.
    pub num: i64,
    /// Denominator; 0 where nothing was there to be counted.
    pub den: i64,
}

impl Ratio {
    /// In per cent with two places, rounded half up, `66.67`; `None` where nothing was there to be
    /// counted.
    pub fn percent(self) -> Option<String> {
        self.in_parts(PARTS)
    }

    /// How much there is for each of the denominator, with two places, rounded half up, `8.13`.
    pub fn average(self) -> Option<String> {
        self.in_parts(100)
    }

    /// Takes in the rate of another part of the same whole.
    pub fn add(&mut self, other: Ratio) {
        self.num += other.num;
        self.den += other.den;
    }

    fn in_parts(self, whole: i64) -> Option<String> {
        let parts = (2 * self.num * whole + self.den).checked_div(2 * self.den)?;
        Some(format!("{}.{:02}", parts / 100, parts % 100))
    }
}

/// A share of a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// This part.
    pub num: i64,
    /// The whole.
    pub den: i64,
    /// The share as a decimal of four places, `0.1309`; empty of a whole of nothing.
    pub share: String,
    /// The same in per cent with two places, `13.09`; 「—」 of a whole of nothing.
    pub percent: String,
}

/// Hundredths of a per cent in the whole.
const PARTS: i64 = 10_000;

/// The shares of parts in their sum, rounded to hundredths of a per cent by largest remainder, so
/// that they add up to 100.00 %. Ties go to the earlier part.
pub fn shares(parts: &[i64]) -> Vec<Share> {
    let den: i64 = parts.iter().sum();
    if den <= 0 {
        let none =
            |num: &i64| Share { num: *num, den, share: String::new(), percent: "—".into() };
        return parts.iter().map(none).collect();
    }
    let mut rounded: Vec<i64> = parts.iter().map(|num| num * PARTS / den).collect();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|place| std::cmp::Reverse(parts[*place] * PARTS % den));
    let missing = PARTS - rounded.iter().sum::<i64>();
    for place in by_remainder.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        rounded[place] += 1;
    }
    let share = |(num, part): (&i64, i64)| Share {
        num: *num,
        den,
        share: format!("{}.{:04}", part / PARTS, part % PARTS),
        percent: format!("{}.{:02}", part / 100, part % 100),
    };
    parts.iter().zip(rounded).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_golden_year_prints_what_its_counts_give() {
        let land = shares(&[9_643, 3_603, 1_880, 466, 80, 2_361]);
        assert_eq!(land[5].percent, "13.09");
        assert_eq!(land[5].share, "0.1309");
        let mineral = shares(&[349, 9, 9, 6, 2, 25]);
        assert_eq!(mineral[5].percent, "6.25");
    }

    #[test]
    fn rates_are_rounded_half_up_and_the_rate_of_nothing_is_none() {
        for (num, den, percent) in [
            (2, 3, "66.67"),
            (1, 3, "33.33"),
            (0, 7, "0.00"),
            (7, 7, "100.00"),
            (1, 20_000, "0.01"),
        ] {
            assert_eq!(Ratio { num, den }.percent().as_deref(), Some(percent), "{num}/{den}");
        }
        assert_eq!(Ratio { num: 0, den: 0 }.percent(), None);
    }

    #[test]
    fn the_share_of_nothing_is_a_dash() {
        assert_eq!(shares(&[0, 0])[0].percent, "—");
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_off_by_less_than_one_part(parts in proptest::collection::vec(0i64..1_000_000, 1..40)) {
            let total: i64 = parts.iter().sum();
            prop_assume!(total > 0);
            let made = shares(&parts);
            let sum: i64 = made.iter().map(|s| s.percent.replace('.', "").parse::<i64>().unwrap()).sum();
            prop_assert_eq!(sum, PARTS);
            for share in made {
                let exact = share.num as f64 / total as f64 * 10_000.0;
                let printed = share.percent.replace('.', "").parse::<f64>().unwrap();
                prop_assert!((exact - printed).abs() < 1.0);
            }
        }
    }
}
