//! Penalty benchmarks (处罚基准): the range within which a fine needs no further reason. Data, so
//! that a province puts its own in the place of the shipped ones.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::command::Measure;

/// What a benchmark counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Yuan for each square metre of the base.
    SquareMetre,
    /// Per cent of a base in yuan.
    Percent,
    /// Times a base in yuan.
    Times,
}

/// One benchmark.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Identifier, as decisions name it.
    pub id: String,
    /// Article on which the fine stands.
    pub basis: String,
    /// What it is for, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// What it counts on.
    pub per: Per,
    /// Least.
    pub low: Amount,
    /// Most.
    pub high: Amount,
    /// Where the figures come from.
    pub source: String,
}

/// The benchmarks in force.
#[derive(Clone, Debug)]
pub struct Benchmarks {
    version: String,
    list: Vec<Benchmark>,
}

impl Benchmarks {
    /// Reads `config/benchmarks.toml`.
    pub fn parse(toml: &str) -> Result<Benchmarks, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            version: String,
            benchmark: Vec<Benchmark>,
        }
        let file: File = toml::from_str(toml).map_err(|e| format!("benchmarks: {e}"))?;
        for (at, one) in file.benchmark.iter().enumerate() {
            if one.low > one.high {
                return Err(format!("benchmarks: «{}» has its least above its most", one.id));
            }
            if file.benchmark[..at].iter().any(|other| other.id == one.id) {
                return Err(format!("benchmarks: «{}» is there twice", one.id));
            }
        }
        Ok(Benchmarks { version: file.version, list: file.benchmark })
    }

    /// The version of the table.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every benchmark, in the order of the table.
    pub fn all(&self) -> &[Benchmark] {
        &self.list
    }

    /// Looks one up.
    pub fn find(&self, id: &str) -> Option<&Benchmark> {
        self.list.iter().find(|one| one.id == id)
    }
}

impl Benchmark {
    /// The range in yuan on a base.
    pub fn range(&self, base: Amount) -> (Amount, Amount) {
        let at = |rate: Amount| match self.per {
            Per::SquareMetre | Per::Times => base.times(rate),
            Per::Percent => Amount::hundredths(base.times(rate).as_hundredths() / 100),
        };
        (at(self.low), at(self.high))
    }

    /// Whether a fine lies within the range on its own base.
    pub fn holds(&self, fine: &Measure) -> bool {
        let Some(base) = fine.base else { return false };
        let (low, high) = self.range(base);
        (low..=high).contains(&fine.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_yuan_on_the_base() {
        let shipped = Benchmarks::parse(include_str!("../../config/benchmarks.toml")).unwrap();
        let range = |id: &str, base: &str| {
            let (low, high) = shipped.find(id).unwrap().range(Amount::read(base).unwrap());
            format!("{low}..{high}")
        };
        // 2,000 m² of unlawful occupation at ¥100 to ¥1,000.
        assert_eq!(range("land-occupation", "2000"), "200000.00..2000000.00");
        // 10 to 50 per cent of ¥50,000.
        assert_eq!(range("land-transfer", "50000"), "5000.00..25000.00");
        assert_eq!(range("land-cultivated", "1000"), "5000.00..10000.00");
    }
}
