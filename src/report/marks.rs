//! What the figures of a period must be read with, and what is counted beside them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words;
use crate::lang::Lang;

/// Something that was begun and may account for more or fewer leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// `campaign` (专项督察) that ran in the period, or `channel` by which the first lead came in it.
    pub kind: String,
    /// The campaign's name, the channel's code.
    pub name: String,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day, where there is one.
    pub to: Option<NaiveDate>,
}

impl Mark {
    /// As the report's page says it.
    pub fn words(&self, lang: Lang) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let (from, to) = (day(self.from), day(self.to));
        match (self.kind.as_str(), lang) {
            ("channel", Lang::Zh) => {
                format!("{from} 开通渠道：{}", words::channel(&self.name, lang))
            }
            ("channel", Lang::En) => {
                format!("channel opened on {from}: {}", words::channel(&self.name, lang))
            }
            (_, Lang::Zh) => format!("专项督察「{}」{from} 至 {to}", self.name),
            (_, Lang::En) => format!("campaign “{}”, {from} to {to}", self.name),
        }
    }
}

/// Questions that are no tips (群众咨询), counted apart from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Enquiries {
    /// Received in the period.
    pub received: i64,
    /// Answered in the period, whenever they were received.
    pub answered: i64,
}
