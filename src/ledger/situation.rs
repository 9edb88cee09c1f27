//! Which of the eight situations of listed supervision a case may fit, with the evidence. The service
//! proposes; a supervisor decides.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::amount::Amount;
use super::case::Case;
use super::decide::Past;
use super::words::{ListedFor, MeasureKind};
use crate::intake::area::areas_in_mu;
use crate::lang::Lang;

/// One situation that a case may fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Which.
    pub situation: ListedFor,
    /// Why, at least one.
    pub evidence: Vec<Evidence>,
}

/// What speaks for a situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// Its category.
    Category {
        /// The code.
        category: String,
    },
    /// A word of what was reported.
    Word {
        /// Which.
        word: String,
    },
    /// An area, reported or decided on, at or above the threshold.
    Area {
        /// In mu.
        mu: Amount,
        /// The threshold.
        least: Amount,
    },
    /// Gains, decided on, at or above the threshold.
    Gains {
        /// In yuan.
        yuan: Amount,
        /// The threshold.
        least: Amount,
    },
    /// It has been open for long.
    Open {
        /// Days since it was accepted.
        days: i64,
    },
    /// Several duties are overdue at once.
    Overdue {
        /// How many.
        duties: usize,
    },
    /// It has come back again and again.
    Reopened {
        /// How often.
        times: usize,
    },
}

/// What makes the service propose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situations {
    /// Version of the table.
    pub version: String,
    thresholds: Thresholds,
    #[serde(rename = "situation")]
    signs: Vec<Signs>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    land_mu: Amount,
    basic_farmland_mu: Amount,
    cultivated_mu: Amount,
    mining_gains: Amount,
    open_days: i64,
    overdue: usize,
    reopened: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signs {
    name: ListedFor,
    categories: Vec<String>,
    words: Vec<String>,
}

impl Situations {
    /// Reads `config/situations.toml`.
    pub fn parse(toml: &str) -> Result<Situations, String> {
        toml::from_str(toml).map_err(|e| format!("situations: {e}"))
    }

    /// The situations that an open case may fit, in the order of the eight. `said` is what informants
    /// and officers wrote; of it only the words of the table are repeated.
    pub fn propose(
        &self,
        case: &Case,
        past: &[Past],
        said: &[&str],
        now: DateTime<Utc>,
    ) -> Vec<Proposal> {
        if !case.is_live() {
            return Vec::new();
        }
        let mut found: BTreeMap<ListedFor, Vec<Evidence>> = BTreeMap::new();
        let category = case.category().code();
        for signs in &self.signs {
            let words = signs.words.iter().filter(|word| said.iter().any(|s| s.contains(*word)));
            let mut evidence: Vec<Evidence> =
                words.map(|word| Evidence::Word { word: word.clone() }).collect();
            let fits = signs.categories.iter().any(|one| one == category);
            // A category alone is ordinary work: a size or a word must come to it.
            let size = self.size(signs.name, case, said, !evidence.is_empty());
            if fits && (!evidence.is_empty() || size.is_some()) {
                evidence.insert(0, Evidence::Category { category: category.to_owned() });
            }
            evidence.extend(size.filter(|_| fits || !evidence.is_empty()));
            if !evidence.is_empty() {
                found.entry(signs.name).or_default().extend(evidence);
            }
        }
        let slow = self.slowness(case, past, now);
        if !slow.is_empty() {
            found.entry(ListedFor::Concealment).or_default().extend(slow);
        }
        found.into_iter().map(|(situation, evidence)| Proposal { situation, evidence }).collect()
    }

    /// The size by which a case of this kind is a major one.
    fn size(
        &self,
        name: ListedFor,
        case: &Case,
        said: &[&str],
        basic_farmland: bool,
    ) -> Option<Evidence> {
        let t = &self.thresholds;
        if name == ListedFor::SeriousMining {
            let kind = |kind| matches!(kind, MeasureKind::ConfiscateGains | MeasureKind::Fine);
            let yuan = decided(case, kind).max()?;
            let least = t.mining_gains;
            return (yuan >= least).then_some(Evidence::Gains { yuan, least });
        }
        let least = match name {
            ListedFor::Farmland if basic_farmland => t.basic_farmland_mu,
            ListedFor::Farmland => t.cultivated_mu,
            _ => t.land_mu,
        };
        let reported = said.iter().flat_map(|said| areas_in_mu(said)).map(Amount::hundredths);
        let restored = decided(case, |kind| kind == MeasureKind::Restore);
        let mu = reported.chain(restored).max()?;
        (mu >= least).then_some(Evidence::Area { mu, least })
    }

    /// What looks like sitting on a case.
    fn slowness(&self, case: &Case, past: &[Past], now: DateTime<Utc>) -> Vec<Evidence> {
        let t = &self.thresholds;
        let days = case.accepted_at.map_or(0, |accepted| (now - accepted).num_days());
        let duties = case.duties.iter().filter(|duty| duty.is_overdue(now)).count();
        let times = past.iter().filter(|past| past.act == Act::Reopen).count();
        let signs = [
            (days >= t.open_days).then_some(Evidence::Open { days }),
            (duties >= t.overdue).then_some(Evidence::Overdue { duties }),
            (times >= t.reopened).then_some(Evidence::Reopened { times }),
        ];
        signs.into_iter().flatten().collect()
    }
}

/// Amounts of measures of some kinds.
fn decided(case: &Case, fits: impl Fn(MeasureKind) -> bool) -> impl Iterator<Item = Amount> {
    let measures = case.measures.iter().map(|ordered| &ordered.measure);
    measures.filter(move |measure| fits(measure.kind)).map(|measure| measure.amount)
}

/// An amount without decimals that say nothing.
fn short(amount: Amount) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

impl Evidence {
    /// In words.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Evidence::Category { category } => {
                let known = crate::intake::Category::all().find(|one| one.code() == category);
                let (zh, en) = known.map_or(("", ""), |one| one.names());
                lang.pick(format!("类别：{zh}"), format!("category: {en}"))
            }
            Evidence::Word { word } => lang
                .pick(format!("反映内容提到「{word}」"), format!("the report speaks of «{word}»")),
            Evidence::Area { mu, least } => lang.pick(
                format!("面积 {} 亩，达到 {} 亩", short(*mu), short(*least)),
                format!("{} mu, at or above {}", short(*mu), short(*least)),
            ),
            Evidence::Gains { yuan, least } => lang.pick(
                format!("金额 {} 元，达到 {} 元", short(*yuan), short(*least)),
                format!("¥{}, at or above ¥{}", short(*yuan), short(*least)),
            ),
            Evidence::Open { days } => {
                lang.pick(format!("受理后已 {days} 天未办结"), format!("open for {days} days"))
            }
            Evidence::Overdue { duties } => {
                lang.pick(format!("{duties} 项待办已逾期"), format!("{duties} duties overdue"))
            }
            Evidence::Reopened { times } => {
                lang.pick(format!("已重办 {times} 次"), format!("reopened {times} times"))
            }
        }
    }
}
