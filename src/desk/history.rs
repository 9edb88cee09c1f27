//! What happened before at a case's site, and by its accused: earlier cases with what came of each.

use super::alike::{Names, Own};
use super::around::{Around, Became, For, MAX_OF_MARK, Mark};
use super::{Desk, DeskError};
use crate::intake::likeness::Trait;
use crate::store::{CaseRow, Newest, Scope};

/// Most cases of one history that are shown.
pub const MAX_HISTORY: usize = 20;

/// A case of a history, with what came of it.
pub struct Past {
    /// The case.
    pub row: CaseRow,
    /// Its title.
    pub title: String,
    /// How it was disposed of last: `corrected`, `filed`, `transferred` or `other`.
    pub disposed: Option<String>,
}

/// Earlier cases, newest first.
#[derive(Default)]
pub struct Earlier {
    /// The cases, [`MAX_HISTORY`] at the most.
    pub items: Vec<Past>,
    /// Whether there may be more.
    pub more: bool,
}

/// What happened before.
#[derive(Default)]
pub struct History {
    /// At the same site: within its radius, or at the same words for a place of the same division.
    pub site: Earlier,
    /// By the same accused, as compared.
    pub accused: Earlier,
}

impl Desk {
    /// The earlier cases of a case's site and accused, within the scope.
    pub async fn history(&self, scope: Scope, no: &str) -> Result<History, DeskError> {
        let (law, no) = (self.law.clone(), no.to_owned());
        self.store
            .read(move |db| {
                let case = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
                let mut names = Names::of(&law.divisions);
                let own = Own::of(&case, &db.testimony(&case)?.own, &mut names);
                let found = Around::look(db, &scope, marks(&own, &case))?;
                let before = Before::of(&found, &own, &mut names);
                let became = Became::of(db, &before.rows().cloned().collect::<Vec<_>>())?;
                Ok(before.told(&found, &became))
            })
            .await
    }
}

/// By what the earlier cases of a case are looked up.
pub(super) fn marks(own: &Own, case: &CaseRow) -> Vec<Mark> {
    let before = || Newest { since: None, before: Some(case.no.clone()), limit: MAX_OF_MARK };
    let site = own.marks_of_site().into_iter().map(|by| (For::Site, by, before()));
    let accused = own.marks_of_accused().into_iter().map(|by| (For::Accused, by, before()));
    site.chain(accused).collect()
}

/// Earlier cases that truly share what they were looked up by. A box is larger than the radius, and
/// a case may have tips of several places.
pub(super) struct Before {
    site: Sharing,
    accused: Sharing,
}

/// Those of one history, newest first, and whether there may be more.
struct Sharing {
    rows: Vec<CaseRow>,
    more: bool,
}

impl Before {
    /// Those among what was found.
    pub fn of(found: &Around, own: &Own, names: &mut Names<'_>) -> Before {
        Before {
            site: Sharing::of(found, For::Site, own, names, Trait::shares_site),
            accused: Sharing::of(found, For::Accused, own, names, Trait::shares_accused),
        }
    }

    /// All of them.
    pub fn rows(&self) -> impl Iterator<Item = &CaseRow> {
        self.site.rows.iter().chain(&self.accused.rows)
    }

    /// The histories, with what came of each case.
    pub fn told(self, found: &Around, became: &Became) -> History {
        let told = |Sharing { rows, more }: Sharing| {
            let past = |row: CaseRow| Past {
                title: found.title(&row.no),
                disposed: became.disposed(&row.no),
                row,
            };
            Earlier { items: rows.into_iter().map(past).collect(), more }
        };
        History { site: told(self.site), accused: told(self.accused) }
    }
}

impl Sharing {
    fn of(
        found: &Around,
        what: For,
        own: &Own,
        names: &mut Names<'_>,
        shares: fn(&Trait, &Trait) -> bool,
    ) -> Sharing {
        let mut rows: Vec<CaseRow> = Vec::new();
        for (row, said) in found.said(what) {
            let theirs = names.compared_in(row, &said.words, said.on);
            if own.traits.iter().any(|mine| shares(mine, &theirs)) {
                rows.push(row.clone());
            }
        }
        rows.sort_by(|one, other| other.no.cmp(&one.no));
        rows.dedup_by(|one, other| one.no == other.no);
        let more = found.is_cut(what) || rows.len() > MAX_HISTORY;
        rows.truncate(MAX_HISTORY);
        Sharing { rows, more }
    }
}
