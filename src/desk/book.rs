//! All that the page of a case tells, read in one snapshot and in few statements.

use std::collections::HashMap;

use super::alike::{Alike, Names, Own};
use super::around::around;
use super::evidence::{CaseFile, Ledger, files_of};
use super::history::History;
use super::{Desk, DeskError};
use crate::ledger::Case;
use crate::store::{CampaignRow, CaseRow, Scope, StoredEntry, Testimony};

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

/// Who wrote some entries, each once.
fn writers(entries: &[StoredEntry]) -> Vec<String> {
    let users = entries.iter().filter_map(|stored| stored.entry.by.user.clone());
    let mut users: Vec<String> = users.collect();
    users.sort();
    users.dedup();
    users
}
