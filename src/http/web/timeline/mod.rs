//! The ledger of a case as people read it.

mod effects;
mod fields;

use std::collections::HashMap;

use super::attached::FileView;
use super::look;
use crate::calendar::zone;
use crate::desk::Law;
use crate::desk::evidence::CaseFile;
use crate::lang::Lang;
use crate::ledger::entry::ByKind;
use crate::ledger::{Act, Case, Entry};
use crate::store::StoredEntry;

/// One entry.
pub struct Line {
    /// Its number in the case.
    pub seq: u32,
    /// When it was written down.
    pub at: String,
    /// What was done.
    pub act: &'static str,
    /// By whom: unit and person, or who else.
    pub by: String,
    /// The act's fields: label and value.
    pub details: Vec<(String, String)>,
    /// The files that it names.
    pub files: Vec<FileView>,
    /// What it discharged and opened.
    pub effects: Vec<(&'static str, String)>,
}

/// What a ledger is told with.
pub struct Teller<'a> {
    /// The case, replayed.
    pub case: &'a Case,
    /// Names of places and of benchmarks.
    pub law: &'a Law,
    /// The files of the case.
    pub files: &'a [CaseFile],
    /// Logins by the identifiers of people.
    pub logins: &'a HashMap<String, String>,
    /// Whether the reader has yet to give an opinion, and is blind to others'.
    pub blind: bool,
    /// In which language.
    pub lang: Lang,
}

impl Teller<'_> {
    /// Reads entries, newest first.
    pub fn lines(&self, stored: &[StoredEntry]) -> Vec<Line> {
        stored.iter().rev().map(|stored| self.line(&stored.entry)).collect()
    }

    fn line(&self, entry: &Entry) -> Line {
        let (zh, en) = entry.act.names();
        Line {
            seq: entry.seq,
            at: zone::shown(entry.recorded_at),
            act: self.lang.pick(zh, en),
            by: self.by(entry),
            details: match entry.act {
                Act::Opine if self.blind => vec![unseen(self.lang)],
                _ => self.details(&entry.fields),
            },
            files: FileView::of(self.files, &self.case.no, self.lang, |file| {
                (&file.case, file.seq) == (&entry.case, entry.seq)
            }),
            effects: entry.effects.iter().filter_map(|effect| self.effect(effect)).collect(),
        }
    }

    fn by(&self, entry: &Entry) -> String {
        let (by, lang) = (&entry.by, self.lang);
        let somebody = || {
            let unit = by.unit.map(|unit| self.law.divisions.full_name(unit)).unwrap_or_default();
            let known = by.user.as_ref().and_then(|user| self.logins.get(user));
            let person = known.cloned().unwrap_or_else(|| look::roles(&by.roles, lang));
            format!("{unit} · {person}")
        };
        match by.kind {
            ByKind::Staff => somebody(),
            ByKind::Informant => lang.pick("举报人", "the informant").to_owned(),
            ByKind::Public => lang.pick("公众", "the public").to_owned(),
            ByKind::Import if by.user.is_some() => {
                lang.pick(format!("导入 · {}", somebody()), format!("import · {}", somebody()))
            }
            ByKind::Import => lang.pick("导入", "import").to_owned(),
            ByKind::Schedule => lang.pick("系统定时", "the schedule").to_owned(),
        }
    }
}

fn unseen(lang: Lang) -> (String, String) {
    let words = lang.pick("您提交意见后可见", "shown once your own opinion is in");
    (lang.pick("意见", "opinion").to_owned(), words.to_owned())
}
