//! What informants said, as the page of a case tells it; never who they are.
#![allow(missing_docs)] // reason: the fields are those of a tip in the contract, in words

use super::attached::FileView;
use super::look;
use crate::calendar::zone;
use crate::desk::evidence::{CaseFile, Ledger};
use crate::intake::receipt;
use crate::lang::Lang;
use crate::ledger::Case;
use crate::store::{StoredWords, TipRow};

/// One tip of a case.
pub struct TipView {
    pub number: String,
    pub channel: &'static str,
    pub mode: &'static str,
    pub received: String,
    pub occurred_on: String,
    pub said: Vec<Said>,
    /// Whether its contact may be looked at: a reply or a return visit is owed.
    pub may_look: bool,
}

/// What was said in it, and in each supplement.
pub struct Said {
    /// When it was added; empty for the tip itself.
    pub added: String,
    pub title: String,
    pub text: String,
    pub place_text: String,
    pub accused: String,
    pub point: String,
    pub files: Vec<FileView>,
}

/// What the tips of a case are told with.
pub struct Source<'a> {
    pub case: &'a Case,
    pub words: &'a [StoredWords],
    pub ledger: &'a Ledger,
    pub files: &'a [CaseFile],
    pub lang: Lang,
}

impl TipView {
    /// A tip with the words and the files that belong to it; `may_look` as the ledger says.
    pub fn of(tip: &TipRow, source: &Source<'_>, may_look: bool) -> TipView {
        let &Source { words, lang, .. } = source;
        let said = words.iter().filter(|said| said.tip == tip.number);
        TipView {
            channel: look::channel(&tip.channel, lang),
            mode: look::mode(&tip.mode, lang),
            received: zone::shown(tip.received_at()),
            occurred_on: tip.occurred_on.clone().unwrap_or_default(),
            said: said.map(|words| said_in(words, tip, source)).collect(),
            may_look: may_look && tip.mode != "anonymous",
            number: receipt::spoken(&tip.number),
        }
    }
}

fn said_in(words: &StoredWords, tip: &TipRow, source: &Source<'_>) -> Said {
    let entry = source.ledger.telling(&words.entry_id);
    let point = words.lon.zip(words.lat).map(|(lon, lat)| format!("{lon}, {lat}"));
    let came = |file: &CaseFile| {
        entry.is_some_and(|entry| (&file.case, file.seq) == (&entry.case, entry.seq))
    };
    Said {
        added: entry
            .filter(|_| words.entry_id != tip.entry_id)
            .map_or_else(String::new, |entry| zone::shown(entry.recorded_at)),
        title: words.title.clone().unwrap_or_default(),
        text: words.text.clone(),
        place_text: words.place_text.clone().unwrap_or_default(),
        accused: words.accused.clone().unwrap_or_default(),
        point: point.unwrap_or_default(),
        files: FileView::of(source.files, &source.case.no, source.lang, came),
    }
}
