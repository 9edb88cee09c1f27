//! What informants said, as the page of a case tells it; never who they are.
#![allow(missing_docs)] // reason: the fields are those of a tip in the contract, in words

use super::look;
use crate::calendar::zone;
use crate::intake::receipt;
use crate::lang::Lang;
use crate::store::{StoredWords, TipRow};

/// One tip of a case.
pub struct TipView {
    pub number: String,
    pub channel: &'static str,
    pub mode: &'static str,
    pub received: String,
    pub occurred_on: String,
    /// How many files came with it.
    pub files: usize,
    pub said: Vec<Said>,
    /// Whether its contact may be looked at: a reply or a return visit is owed.
    pub may_look: bool,
}

/// What was said in it, and in each supplement.
pub struct Said {
    pub title: String,
    pub text: String,
    pub place_text: String,
    pub accused: String,
    pub point: String,
}

impl TipView {
    /// A tip with the words that belong to it; `may_look` as the ledger says.
    pub fn of(
        tip: &TipRow,
        files: usize,
        words: &[StoredWords],
        may_look: bool,
        lang: Lang,
    ) -> TipView {
        let said = words.iter().filter(|said| said.tip == tip.number).map(|words| Said {
            title: words.title.clone().unwrap_or_default(),
            text: words.text.clone(),
            place_text: words.place_text.clone().unwrap_or_default(),
            accused: words.accused.clone().unwrap_or_default(),
            point: words
                .lon
                .zip(words.lat)
                .map(|(lon, lat)| format!("{lon}, {lat}"))
                .unwrap_or_default(),
        });
        TipView {
            channel: look::channel(&tip.channel, lang),
            mode: look::mode(&tip.mode, lang),
            received: zone::shown(tip.received_at()),
            occurred_on: tip.occurred_on.clone().unwrap_or_default(),
            files,
            said: said.collect(),
            may_look: may_look && tip.mode != "anonymous",
            number: receipt::spoken(&tip.number),
        }
    }
}
