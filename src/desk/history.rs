//! What happened before at a case's site, and by its accused: earlier cases with what came of each.

use std::collections::{HashMap, HashSet};

use super::alike::{Alike, MAX_OF_MARK, Names, Own, alike_in};
use super::{Desk, DeskError};
use crate::intake::likeness::Trait;
use crate::store::{By, CaseRow, Newest, Reader, Scope, StoreError};

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
                let own = Own::of_case(db, &case, &mut names)?;
                Ok(history_in(db, &scope, &case, &own, &mut names)?)
            })
            .await
    }

    /// What the page of a case says of others, read at once: cases that may be about the same matter,
    /// none where this one `is_over`, and what happened before.
    pub async fn around(
        &self,
        scope: Scope,
        no: &str,
        is_over: bool,
    ) -> Result<(Vec<Alike>, History), DeskError> {
        let (law, no, now) = (self.law.clone(), no.to_owned(), self.clock.now());
        self.store
            .read(move |db| {
                let case = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
                let mut names = Names::of(&law.divisions);
                let own = Own::of_case(db, &case, &mut names)?;
                let alike = match is_over {
                    true => Vec::new(),
                    false => alike_in(db, &scope, &case, &own, &mut names, now)?,
                };
                Ok((alike, history_in(db, &scope, &case, &own, &mut names)?))
            })
            .await
    }
}

fn history_in(
    db: &mut Reader<'_>,
    scope: &Scope,
    case: &CaseRow,
    own: &Own,
    names: &mut Names<'_>,
) -> Result<History, StoreError> {
    let mut earlier = |marks: Vec<By>, shares: fn(&Trait, &Trait) -> bool| {
        let mut found = Found::default();
        for mark in marks {
            found.look(db, scope, case, mark)?;
        }
        found.earlier(db, own, names, shares)
    };
    Ok(History {
        site: earlier(own.marks_of_site(), Trait::shares_site)?,
        accused: earlier(own.marks_of_accused(), Trait::shares_accused)?,
    })
}

/// Cases that were looked up.
#[derive(Default)]
struct Found {
    rows: HashMap<String, CaseRow>,
    more: bool,
}

impl Found {
    fn look(
        &mut self,
        db: &mut Reader<'_>,
        scope: &Scope,
        case: &CaseRow,
        mark: By,
    ) -> Result<(), StoreError> {
        let before = Some(case.no.clone());
        let newest = Newest { since: None, before, limit: MAX_OF_MARK };
        let rows = db.cases_by(scope, &mark, newest)?;
        self.more |= i64::try_from(rows.len()).is_ok_and(|found| found >= MAX_OF_MARK);
        self.rows.extend(rows.into_iter().map(|row| (row.no.clone(), row)));
        Ok(())
    }

    /// Those that truly share what they were looked up by, with their outcome. A box is larger than
    /// the radius, and a case may have tips of several places.
    fn earlier(
        self,
        db: &mut Reader<'_>,
        own: &Own,
        names: &mut Names<'_>,
        shares: fn(&Trait, &Trait) -> bool,
    ) -> Result<Earlier, StoreError> {
        let all: Vec<CaseRow> = self.rows.values().cloned().collect();
        let mut sharing = HashSet::new();
        for said in db.said(&all)? {
            let Some(row) = self.rows.get(&said.case_no) else { continue };
            let theirs = names.compared_in(row, &said.words, said.on);
            if own.traits.iter().any(|mine| shares(mine, &theirs)) {
                sharing.insert(said.case_no);
            }
        }
        let mut rows: Vec<CaseRow> =
            all.into_iter().filter(|row| sharing.contains(&row.no)).collect();
        rows.sort_by(|a, b| b.no.cmp(&a.no));
        let more = self.more || rows.len() > MAX_HISTORY;
        rows.truncate(MAX_HISTORY);
        let mut titles: HashMap<String, String> = db.titles(&rows)?.into_iter().collect();
        let mut disposed: HashMap<String, String> = HashMap::new();
        for stored in db.entries_of_acts(&rows, &["dispose"])? {
            let kind = stored.entry.fields["kind"].as_str().unwrap_or_default();
            disposed.insert(stored.entry.case.clone(), kind.to_owned());
        }
        let past = |row: CaseRow| Past {
            title: titles.remove(&row.no).unwrap_or_default(),
            disposed: disposed.remove(&row.no),
            row,
        };
        Ok(Earlier { items: rows.into_iter().map(past).collect(), more })
    }
}
