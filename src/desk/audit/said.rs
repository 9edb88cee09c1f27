//! What informants said and who they are, held against what the ledger commits to. The words are
//! hashed and the identities opened to see whether that goes; neither is shown or kept.

use std::collections::HashMap;

use super::case::{Ground, Replayed};
use super::fault::{Audit, Fault};
use super::rows::Stands;
use crate::desk::commit::{Told, hash_words};
use crate::intake::likeness::{accused_key, place_key};
use crate::intake::tip::Words;
use crate::ledger::entry::TipMark;
use crate::ledger::{Act, Entry};
use crate::store::{Kept, RawEntry, RawIdentity, RawTip, RawWords};

/// Words and identities of a stretch.
pub(super) struct Said<'a> {
    words: HashMap<&'a str, &'a RawWords>,
    tips: HashMap<&'a str, &'a RawTip>,
    identities: HashMap<&'a str, &'a RawIdentity>,
}

impl<'a> Said<'a> {
    pub fn of(kept: &'a Kept) -> Said<'a> {
        let sealed = |one: &'a RawIdentity| (one.tip.as_str(), one);
        Said {
            words: kept.words.iter().map(|row| (row.entry_id.as_str(), row)).collect(),
            tips: kept.tips.iter().map(|tip| (tip.row.number.as_str(), tip)).collect(),
            identities: kept.identities.iter().map(sealed).collect(),
        }
    }

    /// Whether the words of an entry are those that it commits to; `first` is the first tip of its case.
    pub fn fits(
        &self,
        row: &RawEntry,
        entry: &Entry,
        first: Option<&str>,
    ) -> Result<(), &'static str> {
        let words = self.words.get(row.id.as_str());
        let hash = match &entry.tip {
            Some(mark) => Some(mark.words.as_str()),
            None if entry.act == Act::Supplement => entry.fields["words"].as_str(),
            None => None,
        };
        match (hash, words) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err("words stand with it that it does not name"),
            (Some(_), None) => Err("the informant's words are gone"),
            (Some(hash), Some(kept)) => {
                let mark = entry.tip.as_ref();
                let whose = mark.map(|mark| mark.tip.as_str()).or(first);
                if whose != Some(kept.tip.as_str()) {
                    return Err("the informant's words stand with another tip");
                }
                let tip = mark.and_then(|mark| self.tips.get(mark.tip.as_str()));
                hold(kept, hash, tip.copied())
            }
        }
    }
}

/// Holds words against their hash; the row of the tip where they are those of a tip.
fn hold(kept: &RawWords, hash: &str, tip: Option<&RawTip>) -> Result<(), &'static str> {
    // A point has both, and what is said later has none.
    if kept.lon.is_some() != kept.lat.is_some() || (tip.is_none() && kept.lon.is_some()) {
        return Err("the point that stands with the informant's words was changed");
    }
    let words = Words {
        title: kept.title.clone(),
        text: kept.text.clone(),
        place_text: kept.place_text.clone(),
        accused: kept.accused.clone(),
        point: kept.lon.zip(kept.lat),
    };
    let told = tip.map(|tip| Told {
        mode: &tip.row.mode,
        occurred_on: tip.row.occurred_on.as_deref(),
        source: tip.source.as_deref(),
        external_id: tip.external_id.as_deref(),
        code_hash: &tip.row.code_hash,
    });
    // Tips taken in before the commitment covered what stands beside the words have the shorter.
    let forms = [told, None];
    let fits = |told: &Option<Told<'_>>| {
        hash_words(&kept.salt, &words, told.as_ref()).is_ok_and(|own| own == hash)
    };
    if !forms.iter().any(fits) {
        return Err("the informant's words, or what stands beside them, were changed");
    }
    let keys = [
        (&kept.accused, &kept.accused_key, accused_key as fn(&str) -> Option<String>),
        (&kept.place_text, &kept.place_key, place_key),
    ];
    for (said, key, fold) in keys {
        let own = said.as_deref().and_then(fold);
        // What a migration folded, as far as SQL can.
        let plain = said.as_deref().map(|said| said.replace(' ', "").to_lowercase());
        if *key != own && (key.is_some() && *key != plain) {
            return Err("what its words are found by was changed");
        }
    }
    Ok(())
}

/// Compares the tip of a case, and whether its informant's identity can be opened.
pub(super) fn compare(
    audit: &mut Audit,
    ground: &Ground<'_>,
    stands: &Stands<'_>,
    replayed: &Replayed,
) {
    let no = &replayed.case.no;
    // Tips of cases merged into this one stand with their own.
    let fits = match (&replayed.opened, stands.tips) {
        (Some((mark, entry)), [tip]) => is_same(mark, entry, tip),
        _ => false,
    };
    if !fits {
        let what = "the row of its tip differs from its first entry";
        audit.fault(Fault::beside(format!("case {no}"), what));
    }
    for tip in stands.tips.iter().map(|tip| &tip.row) {
        let sealed = ground.said.identities.get(tip.number.as_str());
        let what = match (sealed, tip.mode == "anonymous") {
            (None, true) => continue,
            (None, false) => "the sealed identity is gone",
            (Some(_), true) => "a sealed identity stands with an anonymous tip",
            (Some(one), false)
                if ground.vault.is_whole(&tip.number, &one.wrapped_key, &one.sealed) =>
            {
                continue;
            }
            (Some(_), false) => "the sealed identity cannot be opened: it was changed",
        };
        // Never by the number on the receipt: what an audit finds is told to others.
        audit.fault(Fault::beside(format!("the tip of case {no}"), what));
    }
}

fn is_same(mark: &TipMark, entry: &str, RawTip { row: tip, .. }: &RawTip) -> bool {
    tip.number == mark.tip
        && tip.entry_id == entry
        && tip.channel == mark.channel.code()
        && tip.received_at() == mark.received_at
}
