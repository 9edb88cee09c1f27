//! The ranking of bulletins: 序号 · 单位 · 总数 · 按时办结 · 超时办结 · 未办结 · 结案率 · 按时结案率.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::figures::Cohort;
use crate::trend::Ratio;

/// Below so many accepted cases a rate says little, and a division is not ranked (DOMAIN 8).
pub const MIN_RANKED: i64 = 10;

/// Divisions in order, and those with too few cases to be ranked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ranking {
    /// Accepted cases that a division needs.
    pub minimum: i64,
    /// By on-time closure rate, then by closure rate, the higher first; divisions that are equal in
    /// both share a rank and stand in order of code.
    pub ranked: Vec<Ranked>,
    /// Those with fewer cases, in order of code.
    pub not_ranked: Vec<Ranked>,
}

/// One division. `total = on_time_closed + late_closed + open`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ranked {
    /// From 1, with gaps after a shared rank (1, 1, 3); none where it is not ranked.
    pub rank: Option<usize>,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Cases accepted in the period.
    pub total: i64,
    /// Closed at the as-of instant, no blocking duty too late.
    pub on_time_closed: i64,
    /// Closed, some blocking duty too late.
    pub late_closed: i64,
    /// Not closed.
    pub open: i64,
    /// Closed of the total.
    pub closure: Ratio,
    /// Closed on time of the total.
    pub on_time_closure: Ratio,
}

impl Ranked {
    /// A division before it is ranked.
    pub fn of(code: String, name: String, cohort: Cohort) -> Ranked {
        let Cohort { accepted, closed, late } = cohort;
        Ranked {
            rank: None,
            code,
            name,
            total: accepted,
            on_time_closed: closed - late,
            late_closed: late,
            open: accepted - closed,
            closure: Ratio { num: closed, den: accepted },
            on_time_closure: Ratio { num: closed - late, den: accepted },
        }
    }

    fn is_better(&self, other: &Ranked) -> Ordering {
        compare(other.on_time_closure, self.on_time_closure)
            .then_with(|| compare(other.closure, self.closure))
    }
}

/// Rates are compared as the fractions they are: two that print alike may differ.
fn compare(a: Ratio, b: Ratio) -> Ordering {
    (a.num * b.den).cmp(&(b.num * a.den))
}

/// Puts divisions in order.
pub fn rank(divisions: Vec<Ranked>) -> Ranking {
    let (mut ranked, mut not_ranked): (Vec<_>, Vec<_>) =
        divisions.into_iter().partition(|division| division.total >= MIN_RANKED);
    ranked.sort_by(|a, b| a.is_better(b).then_with(|| a.code.cmp(&b.code)));
    not_ranked.sort_by(|a, b| a.code.cmp(&b.code));
    for place in 0..ranked.len() {
        let tied = place > 0 && ranked[place - 1].is_better(&ranked[place]).is_eq();
        ranked[place].rank = if tied { ranked[place - 1].rank } else { Some(place + 1) };
    }
    Ranking { minimum: MIN_RANKED, ranked, not_ranked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn division(code: usize, (accepted, closed, late): (i64, i64, i64)) -> Ranked {
        let code = format!("{code:06}");
        Ranked::of(code.clone(), format!("区划{code}"), Cohort { accepted, closed, late })
    }

    #[test]
    fn ties_share_a_rank_and_few_cases_are_not_ranked() {
        let table = [(20, 18, 2), (10, 8, 0), (9, 9, 0), (10, 9, 1), (40, 20, 0), (0, 0, 0)];
        let ranking = rank((1..).zip(table).map(|(code, row)| division(code, row)).collect());
        let said: Vec<_> =
            ranking.ranked.iter().map(|row| (row.rank.unwrap(), row.code.as_str())).collect();
        // 16/20 and 8/10 are on time alike, and 18/20 = 9/10 closed more than 8/10.
        assert_eq!(said, [(1, "000001"), (1, "000004"), (3, "000002"), (4, "000005")]);
        let few: Vec<_> = ranking.not_ranked.iter().map(|row| (row.rank, row.total)).collect();
        assert_eq!(few, [(None, 9), (None, 0)]);
    }

    proptest! {
        /// The naive reading: a division's rank is one more than how many ranked ones are better.
        #[test]
        fn a_rank_counts_the_better_ones(rows in proptest::collection::vec((0i64..30, 0.0f64..1.0, 0.0f64..1.0), 0..40)) {
            let part = |of: i64, share: f64| (of as f64 * share) as i64;
            let rows: Vec<_> = rows.into_iter().map(|(accepted, closed, late)| {
                let closed = part(accepted, closed);
                (accepted, closed, part(closed, late))
            }).collect();
            let ranking = rank((1..).zip(rows.iter().copied()).map(|(c, r)| division(c, r)).collect());
            prop_assert_eq!(ranking.ranked.len() + ranking.not_ranked.len(), rows.len());
            // Rates in a common denominator of all totals below 30.
            let common: i64 = 2_329_089_562_800;
            let rates = |r: &Ranked| (r.on_time_closed * (common / r.total), (r.total - r.open) * (common / r.total));
            for row in &ranking.ranked {
                prop_assert!(row.total >= 10);
                prop_assert_eq!(row.total, row.on_time_closed + row.late_closed + row.open);
                let better = ranking.ranked.iter().filter(|other| rates(other) > rates(row)).count();
                prop_assert_eq!(row.rank, Some(better + 1));
            }
            let ordered = ranking.ranked.windows(2).all(|two| {
                let (a, b) = (&two[0], &two[1]);
                a.rank < b.rank || (a.rank == b.rank && a.code < b.code)
            });
            prop_assert!(ordered);
            prop_assert!(ranking.not_ranked.iter().all(|row| row.total < 10 && row.rank.is_none()));
        }
    }
}
