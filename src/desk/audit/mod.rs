//! The audit: replays every case and compares it with what stands in the tables.
//!
//! It reads stretches of cases, each in one snapshot, some at the same time. What an
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

use futures_util::{StreamExt, stream};

use super::{Desk, DeskError};
use crate::seal::note::Checkpoint;
use crate::store::{Kept, Reader, Scope, StoreError, Stretch};
pub(super) use fault::unread;
pub use fault::{Audit, Fault, MAX_LISTED};
pub(super) use reports::Published;

/// Cases read in one snapshot: enough that a query is worth its while, few enough that a snapshot
/// is short and its rows fit the memory.
const STRETCH: i64 = 500;
/// Stretches that are read and checked at the same time.
const AT_ONCE: usize = 3;
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
        let stretch = self.stretch(after, cases).await?;
        let last = stretch.last.clone();
        for checked in self.check(stretch).await? {
            self.take_in(audit, checked).await?;
        }
        Ok(last)
    }

    /// Audits every case, some stretches at the same time; what is found stands in order of the cases.
    async fn audit_cases(
        &self,
        audit: &mut Audit,
        progress: impl Fn(u64),
    ) -> Result<(), DeskError> {
        let next = |after: Option<String>| async move {
            let stretch = self.stretch(after?, STRETCH).await;
            let last = stretch.as_ref().ok().and_then(|stretch| stretch.last.clone());
            Some((stretch, last))
        };
        let check = |stretch: Result<Stretch, StoreError>| async { self.check(stretch?).await };
        let checked = stream::unfold(Some(String::new()), next).map(check).buffered(AT_ONCE);
        let mut checked = std::pin::pin!(checked);
        while let Some(checked) = checked.next().await {
            match checked {
                Ok(parts) => {
                    for part in parts {
                        self.take_in(audit, part).await?;
                    }
                    progress(audit.entries);
                }
                Err(error) => {
                    audit.fault(Fault::beside("cases", error.to_string()));
                    break;
                }
            }
        }
        Ok(())
    }

    /// The next so many cases after one.
    async fn stretch(&self, after: String, cases: i64) -> Result<Stretch, StoreError> {
        let from = after.clone();
        let last = self.store.read(move |db| db.stretch_end(&from, cases)).await?;
        let most = if last.is_some() { MOST_ROWS } else { MOST_ROWS + MOST_STRAYS };
        Ok(Stretch { after, last, most })
    }

    /// Checks a stretch; where some of it cannot be read case by case, so that the one is named and
    /// the others are seen.
    async fn check(&self, stretch: Stretch) -> Result<Vec<Checked>, StoreError> {
        let part = self.part(stretch.clone()).await?;
        if part.kept.is_ok() {
            return Ok(vec![self.checked(part).await?]);
        }
        let (mut after, mut found) = (Some(stretch.after), Vec::new());
        while let Some(from) = after.take() {
            let one = self.stretch(from, 1).await?;
            if one.last != stretch.last {
                after.clone_from(&one.last);
            }
            let part = self.part(one).await?;
            found.push(self.checked(part).await?);
        }
        Ok(found)
    }

    async fn part(&self, stretch: Stretch) -> Result<Part, StoreError> {
        self.store.read(move |db| Ok(Part { kept: db.kept(&stretch), stretch })).await
    }

    async fn checked(&self, part: Part) -> Result<Checked, StoreError> {
        let (law, vault) = (Arc::clone(&self.law), self.vault.clone());
        let check = move || case::check(&part, law.rules.workdays(), &vault);
        let gone =
            |_| StoreError::Unreadable("a fault in the program stopped this audit".to_owned());
        tokio::task::spawn_blocking(check).await.map_err(gone)
    }

    async fn take_in(&self, audit: &mut Audit, checked: Checked) -> Result<(), DeskError> {
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
