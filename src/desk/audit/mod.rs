//! The audit: replays every case and compares it with what stands in the tables.
//!
//! It reads stretches of cases, each in one snapshot, and checks one while the next is read. What an
//! entry says is held against its leaf; what follows from the entries of a case is held against its
//! rows; what the log says is held against its tree. Nothing that it finds stops it: it counts.

mod book;
mod case;
mod fault;
mod files;
mod log;
mod nightly;
mod reports;
mod rest;
mod rows;
mod said;
mod tally;

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::{Desk, DeskError};
use crate::seal::note::Checkpoint;
use crate::store::{Kept, Reader, Scope, StoreError, Stretch};
pub(super) use fault::unread;
pub use fault::{Audit, Fault, MAX_LISTED};
pub(super) use reports::Published;

/// Cases read in one snapshot: enough that a query is worth its while, few enough that a snapshot
/// is short and its rows fit the memory.
const STRETCH: i64 = 500;
/// Most rows of one kind of a stretch. A ledger of hundreds of entries for each case would have to
/// come first.
const MOST_ROWS: i64 = 500_000;
/// Most rows that stand after the last case, where none should.
const MOST_STRAYS: i64 = 1_000;

/// A stretch as it was read.
struct Part {
    kept: Result<Kept, StoreError>,
    stretch: Stretch,
}

/// What checking a stretch found, and what must be asked of the rest of the database.
#[derive(Default)]
struct Checked {
    audit: Audit,
    /// Files that entries name, each with its entry.
    files: Vec<(Fault, String)>,
    /// Merged cases: their carrier as it stands, and the case that they went into.
    merged: Vec<(String, String, String)>,
}

impl Desk {
    /// How many entries and notices an audit looks at.
    pub async fn audit_size(&self) -> Result<u64, DeskError> {
        let size = self.store.read(|db| db.log_size()).await?;
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// Audits everything; `progress` is told of the entries done so far.
    /// A head from outside shows what no look at the database alone can: that the end of the log was
    /// cut off, or an old database put back.
    pub async fn audit(
        &self,
        outside: Option<&Checkpoint>,
        progress: impl Fn(u64),
    ) -> Result<Audit, DeskError> {
        let mut audit = Audit::default();
        // Before it catches up: a cursor that has run ahead would be set back and forgotten, one that
        // was set back would be moved on again.
        self.audit_tally(&mut audit).await;
        if let Err(error) = self.catch_up().await {
            // A log that is broken can often be read on nevertheless.
            audit.fault(Fault::beside("log", format!("it cannot be carried on: {error}")));
        }
        let mut whole = Audit::default();
        tokio::try_join!(
            self.audit_cases(&mut audit, progress),
            self.audit_whole(&mut whole, outside)
        )?;
        audit.add(whole);
        Ok(audit)
    }

    /// Everything but the cases.
    async fn audit_whole(
        &self,
        audit: &mut Audit,
        outside: Option<&Checkpoint>,
    ) -> Result<(), DeskError> {
        let rows = async {
            self.audit_log(audit, outside).await?;
            let published = self.audit_notices(audit).await?;
            self.audit_reports(audit, published).await?;
            self.audit_files(audit).await?;
            self.audit_rest(audit).await;
            Ok::<_, DeskError>(())
        };
        // Both read the whole database, each in an order of its own.
        let (rows, damage) = tokio::join!(rows, self.store.read(|db| db.damage()));
        rows?;
        match damage {
            Ok(said) => said.into_iter().for_each(|what| audit.fault(Fault::beside(FILE, what))),
            Err(error) => audit.fault(Fault::beside(FILE, error.to_string())),
        }
        Ok(())
    }

    /// Audits some cases after one; the last of them, or nothing where there are no more.
    async fn audit_stretch(
        &self,
        audit: &mut Audit,
        after: String,
        cases: i64,
    ) -> Result<Option<String>, DeskError> {
        let part = self.store.read(move |db| read(db, after, cases)).await?;
        let last = part.stretch.last.clone();
        let (law, vault) = (Arc::clone(&self.law), self.vault.clone());
        let check = move || case::check(&part, law.rules.workdays(), &vault);
        self.take_in(audit, tokio::task::spawn_blocking(check)).await?;
        Ok(last)
    }

    async fn audit_cases(
        &self,
        audit: &mut Audit,
        progress: impl Fn(u64),
    ) -> Result<(), DeskError> {
        let (mut after, mut narrow) = (Some(String::new()), 0);
        let mut checking: Option<JoinHandle<Checked>> = None;
        while let Some(from) = after.take() {
            let many = if narrow > 0 { 1 } else { STRETCH };
            let begin = from.clone();
            let part = self.store.read(move |db| read(db, begin, many)).await;
            // While this was read, the part before it was checked.
            if let Some(checked) = checking.take() {
                self.take_in(audit, checked).await?;
                progress(audit.entries);
            }
            let part = match part {
                Ok(part) => part,
                Err(error) => {
                    audit.fault(Fault::beside("cases", error.to_string()));
                    break;
                }
            };
            if part.kept.is_err() && narrow == 0 {
                // Case by case, so that the one that cannot be read is named and the others are seen.
                (narrow, after) = (STRETCH, Some(from));
                continue;
            }
            narrow = (narrow - 1).max(0);
            after.clone_from(&part.stretch.last);
            let (law, vault) = (Arc::clone(&self.law), self.vault.clone());
            let check = move || case::check(&part, law.rules.workdays(), &vault);
            checking = Some(tokio::task::spawn_blocking(check));
        }
        if let Some(checked) = checking {
            self.take_in(audit, checked).await?;
            progress(audit.entries);
        }
        Ok(())
    }

    async fn take_in(
        &self,
        audit: &mut Audit,
        checked: JoinHandle<Checked>,
    ) -> Result<(), DeskError> {
        let checked = checked.await.map_err(|_| DeskError::Broken("audit"))?;
        let Checked { audit: part, files, merged } = checked;
        audit.add(part);
        if files.is_empty() && merged.is_empty() {
            return Ok(());
        }
        let ask = move |db: &mut Reader<'_>| Ok(elsewhere(db, files, merged));
        let found =
            self.store.read(ask).await.unwrap_or_else(|error: StoreError| {
                vec![Fault::beside("cases", error.to_string())]
            });
        found.into_iter().for_each(|fault| audit.fault(fault));
        Ok(())
    }
}

/// How the database as a whole is called in faults.
const FILE: &str = "database";

fn read(db: &mut Reader<'_>, after: String, cases: i64) -> Result<Part, StoreError> {
    let last = db.stretch_end(&after, cases)?;
    let most = if last.is_some() { MOST_ROWS } else { MOST_ROWS + MOST_STRAYS };
    let stretch = Stretch { after, last, most };
    Ok(Part { kept: db.kept(&stretch), stretch })
}

/// What a stretch says of other rows: files that must be there, cases that carry its tips.
fn elsewhere(
    db: &mut Reader<'_>,
    files: Vec<(Fault, String)>,
    merged: Vec<(String, String, String)>,
) -> Vec<Fault> {
    let mut found = Vec::new();
    for some in files.chunks(STRETCH as usize) {
        let names: Vec<String> = some.iter().map(|(_, name)| name.clone()).collect();
        match db.files_without_row(&names) {
            Ok(lost) => {
                let gone = some.iter().filter(|(_, name)| lost.contains(name));
                found.extend(gone.map(|(fault, _)| fault.clone()));
            }
            Err(error) => found.push(Fault::beside("files", error.to_string())),
        }
    }
    for (no, stands, into) in merged {
        let carrier = match db.case(&Scope::service(), &into) {
            Ok(found) => found.map(|row| row.carrier).unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        if carrier != stands {
            let what = format!("its tips stand with {stands}, replayed with {carrier}");
            found.push(Fault::beside(format!("case {no}"), what));
        }
    }
    found
}
