//! Cases that may be about one matter, and earlier ones of a site or an accused, as pages tell them.
#![allow(missing_docs)] // reason: the fields are those of the contract, in words

use super::acts::word;
use super::look;
use super::site::Site;
use crate::calendar::zone;
use crate::clock::Instant;
use crate::desk::alike::{Alike, May};
use crate::desk::history::{Earlier, History, Past};
use crate::intake::likeness::{MAX_SCORE, Reason};
use crate::lang::Lang;
use crate::ledger::Act;

/// A suggestion.
pub struct AlikeView {
    pub no: String,
    pub title: String,
    pub state: &'static str,
    pub state_code: String,
    pub opened: String,
    /// Of a hundred.
    pub score: u16,
    pub reasons: String,
    pub ways: Vec<Way>,
    /// The case into which it went; empty where it did not, or where that one is not the reader's.
    pub target: String,
}

/// What may be done about a suggestion, and where.
pub struct Way {
    pub words: &'static str,
    /// Empty where it is done on no page.
    pub href: String,
}

/// The case on whose page suggestions stand, and what its reader may do.
pub struct Here<'a> {
    pub no: &'a str,
    /// Names of the acts whose forms stand on the page.
    pub offered: Vec<&'static str>,
    /// Whether the reader's role reopens cases; of the other case the page knows no more.
    pub reopens: bool,
}

impl Here<'_> {
    /// Whether a way leads somewhere: to a form of this page that would not be refused at once.
    fn leads(&self, may: May, other: &str) -> bool {
        match may {
            // Nothing is merged into a case that is not accepted.
            May::Merge if ["pending", "supplement"].contains(&other) => false,
            May::Merge | May::Link => self.offered.contains(&may.code()),
            May::Reopen => self.reopens,
        }
    }
}

impl AlikeView {
    /// A suggestion as the page of a case tells it; a call that is no case yet has none.
    pub fn of(alike: Alike, here: Option<&Here<'_>>, lang: Lang) -> AlikeView {
        let Alike { row, title, likeness, may, target } = alike;
        let reasons: Vec<String> =
            likeness.reasons.iter().map(|r: &Reason| r.words(lang)).collect();
        let ways = here.map(|here| {
            let open = may.iter().filter(|may| here.leads(**may, &row.state));
            open.map(|may| way(*may, here.no, &row.no, lang)).collect()
        });
        AlikeView {
            title,
            state: look::state(&row.state, lang),
            opened: day(row.opened_at()),
            score: likeness.score / (MAX_SCORE / 100),
            reasons: reasons.join(lang.pick("；", "; ")),
            ways: ways.unwrap_or_default(),
            target: target.unwrap_or_default(),
            state_code: row.state,
            no: row.no,
        }
    }
}

/// Where something is done: on one of the two pages, its form unfolded and filled as far as it can be.
fn way(may: May, own: &str, other: &str, lang: Lang) -> Way {
    let (words, page, case) = match may {
        May::Merge => (("并入该案", "merge with it"), own, Some(other)),
        May::Link => (("同一事实：关联到该案", "same fact: link to it"), own, Some(other)),
        May::Reopen => (("新的事实：重办该案", "new fact: reopen it"), other, None),
    };
    let act = may.code();
    let case = case.map(|no| format!("&case={no}")).unwrap_or_default();
    // An act that the ledger does not know yet has no form to lead to.
    let href = Act::find(act).map(|_| format!("/cases/{page}?act={act}{case}#act-{act}"));
    Way { words: lang.pick(words.0, words.1), href: href.unwrap_or_default() }
}

/// Earlier cases under one heading.
pub struct EarlierView {
    pub heading: &'static str,
    pub items: Vec<PastView>,
    pub more: bool,
}

/// One of them.
pub struct PastView {
    pub no: String,
    pub title: String,
    pub state: &'static str,
    pub state_code: String,
    pub opened: String,
    /// How it was disposed of, in words; empty where it was not.
    pub outcome: String,
}

/// The histories that have anything in them.
pub fn histories(history: History, s: &Site) -> Vec<EarlierView> {
    let of = |heading, Earlier { items, more }: Earlier| EarlierView {
        heading,
        items: items.into_iter().map(|past| past_view(past, s.lang)).collect(),
        more,
    };
    let both = [
        of(s.t("同一地点", "At the same site"), history.site),
        of(s.t("同一被举报对象", "By the same accused"), history.accused),
    ];
    both.into_iter().filter(|one| !one.items.is_empty()).collect()
}

fn past_view(Past { row, title, disposed }: Past, lang: Lang) -> PastView {
    let outcome = disposed.as_deref().and_then(|kind| word(kind, lang));
    PastView {
        title,
        state: look::state(&row.state, lang),
        opened: day(row.opened_at()),
        outcome: outcome.unwrap_or_default().to_owned(),
        state_code: row.state,
        no: row.no,
    }
}

fn day(at: Instant) -> String {
    zone::date_of(at).to_string()
}
