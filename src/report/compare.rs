//! 同比 and 环比: a figure against the same figure of an earlier period.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figures::Figures;
use super::model::Comparison;

/// A change with its base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// The figure of this period.
    pub now: i64,
    /// The figure of the earlier one.
    pub base: i64,
    /// The change in per cent of the base with one place and its sign, `-66.7`; 「—」 of a base of
    /// nothing.
    pub percent: String,
}

impl Change {
    /// From a base to a figure.
    pub fn of(now: i64, base: i64) -> Change {
        let tenths = |num: i64| {
            let sign = if num < 0 { "-" } else { "+" };
            format!("{sign}{}.{}", num.abs() / 10, num.abs() % 10)
        };
        let percent = match base {
            0 => "—".to_owned(),
            base => tenths(rounded(1_000 * (now - base), base)),
        };
        Change { now, base, percent }
    }

    /// The percentage without its sign; `None` of a base of nothing.
    pub fn size(&self) -> Option<&str> {
        (self.base != 0).then(|| self.percent.trim_start_matches(['+', '-']))
    }
}

/// Division rounded half away from zero.
fn rounded(num: i64, den: i64) -> i64 {
    let (sign, num) = (num.signum(), num.abs());
    sign * ((2 * num + den) / (2 * den))
}

/// This period against an earlier one of that name.
pub fn comparison(this: &Figures, base: &Figures, period: String) -> Comparison {
    let (now, then) = (this.whole(), base.whole());
    Comparison {
        period,
        received: Change::of(this.received, base.received),
        accepted: Change::of(now.accepted, then.accepted),
        closed: Change::of(now.closed, then.closed),
        by_channel: each(&this.by_channel, &base.by_channel),
        by_field: each(&by_field(&this.by_category), &by_field(&base.by_category)),
        by_category: each(&this.by_category, &base.by_category),
    }
}

fn each(this: &BTreeMap<String, i64>, base: &BTreeMap<String, i64>) -> BTreeMap<String, Change> {
    let of = |key: &str, map: &BTreeMap<String, i64>| map.get(key).copied().unwrap_or(0);
    let keys = this.keys().chain(base.keys());
    keys.map(|key| (key.clone(), Change::of(of(key, this), of(key, base)))).collect()
}

/// Counts of categories by their fields.
pub fn by_field(by_category: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut fields = BTreeMap::new();
    for (category, count) in by_category {
        *fields.entry(field_of(category).to_owned()).or_insert(0) += count;
    }
    fields
}

/// The part of a category before the dot.
pub fn field_of(category: &str) -> &str {
    category.split('.').next().unwrap_or(category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_rounded_and_a_base_of_nothing_is_a_dash() {
        for (now, base, percent) in
            [(151, 100, "+51.0"), (1, 3, "-66.7"), (2, 3, "-33.3"), (5, 0, "—"), (3, 3, "+0.0")]
        {
            assert_eq!(Change::of(now, base).percent, percent, "{now} {base}");
        }
        assert_eq!(Change::of(1, 3).size(), Some("66.7"));
        assert_eq!(Change::of(5, 0).size(), None);
    }

    #[test]
    fn what_stands_in_one_period_only_is_compared_too() {
        let this = [("phone".to_owned(), 4)].into();
        let base = [("letter".to_owned(), 2)].into();
        let made = each(&this, &base);
        assert_eq!(made["phone"], Change { now: 4, base: 0, percent: "—".into() });
        assert_eq!(made["letter"], Change { now: 0, base: 2, percent: "-100.0".into() });
    }
}
