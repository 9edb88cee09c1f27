//! All that the page of a case tells, read in one snapshot and in few statements.

use std::collections::HashMap;

use super::alike::{self, Alike, Names, Own};
use super::around::{Around, Became};
use super::evidence::{CaseFile, Ledger, files_of};
use super::history::{self, History};
use super::{Desk, DeskError};
use crate::clock::Instant;
use crate::ledger::{Case, State};
use crate::store::{CampaignRow, CaseRow, Reader, Scope, StoreError, StoredEntry, Testimony};

/// Campaigns that are named.
const MAX_CAMPAIGNS: i64 = 10;

/// A case, and what stands around it.
pub struct Book {
    /// Its row.
    pub row: CaseRow,
    /// The case as its entries make it.
    pub case: Case,
    /// The entries, and those of informants elsewhere.
    pub ledger: Ledger,
    /// What informants said.
    pub told: Testimony,
    /// Its files, in the order in which they came.
    pub files: Vec<CaseFile>,
    /// The campaigns in which it falls, ten at the most.
    pub campaigns: Vec<CampaignRow>,
    /// Login names of those who wrote its entries, by identifier.
    pub logins: HashMap<String, String>,
    /// Cases that may be about the same matter; none once this one is over.
    pub alike: Vec<Alike>,
    /// What happened before at its site and by its accused.
    pub history: History,
}

impl Desk {
    /// The book of a case within the scope.
    pub async fn book(&self, scope: Scope, no: &str) -> Result<Book, DeskError> {
        let (law, no, now) = (self.law.clone(), no.to_owned(), self.clock.now());
        self.store
            .read(move |db| {
                let row = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
                let ledger = Ledger::read(db, &row)?;
                let case = ledger.case()?;
                let told = db.testimony(&row)?;
                let files = files_of(db, &row, &ledger)?;
                let campaigns = db.campaigns_of(&row, MAX_CAMPAIGNS)?;
                let logins = db.logins(writers(&ledger.own))?.into_iter().collect();
                let mut names = Names::of(&law.divisions);
                let own = Own::of(&row, &told.own, &mut names);
                let (alike, history) = around(db, &scope, &row, &own, &mut names, now)?;
                Ok(Book { row, case, ledger, told, files, campaigns, logins, alike, history })
            })
            .await
    }
}

/// What the page of a case says of others: cases that may be about the same matter, none where this
/// one is over, and what happened before. Four statements.
fn around(
    db: &mut Reader<'_>,
    scope: &Scope,
    case: &CaseRow,
    own: &Own,
    names: &mut Names<'_>,
    now: Instant,
) -> Result<(Vec<Alike>, History), StoreError> {
    let state = State::find(&case.state).unwrap_or(State::Pending);
    let mut marks = history::marks(own, case);
    if !alike::is_over(state) {
        marks.extend(alike::marks(own, now));
    }
    let found = Around::look(db, scope, marks)?;
    let best = alike::best(&found, own, Some(case), names);
    let before = history::Before::of(&found, own, names);
    let shown: Vec<CaseRow> = alike::rows(&best).chain(before.rows()).cloned().collect();
    let became = Became::of(db, &shown)?;
    let alike = alike::told(db, scope, best, &found, &became, state)?;
    Ok((alike, before.told(&found, &became)))
}

/// Who wrote some entries, each once.
fn writers(entries: &[StoredEntry]) -> Vec<String> {
    let users = entries.iter().filter_map(|stored| stored.entry.by.user.clone());
    let mut users: Vec<String> = users.collect();
    users.sort();
    users.dedup();
    users
}
