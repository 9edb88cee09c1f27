//! The audit: replays every case and compares it with what stands in the tables.

use std::collections::BTreeSet;

use super::{Desk, DeskError};
use crate::ledger::{Case, duty::Status};
use crate::seal;
use crate::store::{CaseRow, DutyRow, Reader, Scope, StoredEntry};

/// Cases looked at in one snapshot.
const BATCH: i64 = 200;
/// Faults that are listed; more are counted.
pub const MAX_LISTED: usize = 100;

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Cases replayed.
    pub cases: u64,
    /// Entries checked.
    pub entries: u64,
    /// Notices checked.
    pub notices: u64,
    /// Entries and notices in the sealed log.
    pub sealed: i64,
    /// Files of evidence read back.
    pub files: u64,
    /// The first faults, in words, by case and entry.
    pub faults: Vec<String>,
    /// All faults.
    pub count: u64,
}

impl Audit {
    pub(super) fn fault(&mut self, text: String) {
        self.count += 1;
        if self.faults.len() < MAX_LISTED {
            self.faults.push(text);
        }
    }
}

impl Desk {
    /// How many cases an audit looks at.
    pub async fn audit_size(&self) -> Result<u64, DeskError> {
        let cases = self.store.read(|db| db.count_cases()).await?;
        Ok(u64::try_from(cases).unwrap_or(0))
    }

    /// Audits everything; `progress` is told of the cases done so far.
    pub async fn audit(&self, progress: impl Fn(u64)) -> Result<Audit, DeskError> {
        self.catch_up().await?;
        let mut audit = Audit::default();
        let mut after = String::new();
        loop {
            let from = after.clone();
            let (last, part) = self.store.read(move |db| cases(db, &from)).await?;
            audit.cases += part.cases;
            audit.entries += part.entries;
            part.faults.into_iter().for_each(|fault| audit.fault(fault));
            match last {
                Some(last) => after = last,
                None => break,
            }
            progress(audit.cases);
        }
        self.audit_notices(&mut audit).await?;
        self.audit_files(&mut audit).await?;
        let log = self.store.read(log).await?;
        audit.sealed = log.sealed;
        log.faults.into_iter().for_each(|fault| audit.fault(fault));
        let counted = i64::try_from(audit.entries + audit.notices).unwrap_or(i64::MAX);
        if audit.sealed != counted && audit.count == 0 {
            // Entries written while the audit ran are no fault: they are sealed later.
            tracing::info!(
                sealed = audit.sealed,
                entries = audit.entries,
                notices = audit.notices,
                "log moved on meanwhile"
            );
        }
        Ok(audit)
    }
}

impl Desk {
    /// Reads every file of evidence back and compares it with its name and length.
    async fn audit_files(&self, audit: &mut Audit) -> Result<(), DeskError> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let batch = self.store.read(move |db| db.files_after(&from, BATCH)).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(&last.sha256);
            for file in &batch {
                audit.files += 1;
                let mut bytes = 0;
                let read = self.files.read(&file.sha256, |part| bytes += part.len() as i64).await;
                let name = &file.sha256;
                if read.is_err() && self.is_swept(name).await? {
                    continue;
                }
                match read {
                    Err(error) => audit.fault(format!("file {name}: {error}")),
                    Ok(()) if bytes != file.bytes => {
                        audit.fault(format!("file {name}: its length"))
                    }
                    Ok(()) => {}
                }
            }
        }
    }

    /// Whether a file went while the audit ran: nothing named it.
    async fn is_swept(&self, sha256: &str) -> Result<bool, DeskError> {
        let name = sha256.to_owned();
        Ok(self.store.read(move |db| db.file(&name)).await?.is_none())
    }
}

fn cases(db: &mut Reader<'_>, after: &str) -> Result<(Option<String>, Audit), DeskError> {
    let mut audit = Audit::default();
    let numbers = db.case_numbers_after(after, BATCH)?;
    for no in &numbers {
        audit.cases += 1;
        let Some(row) = db.case(&Scope::service(), no)? else { continue };
        let stored = match db.entries(&row) {
            Ok(stored) => stored,
            Err(error) => {
                audit.fault(format!("case {no}: {error}"));
                continue;
            }
        };
        audit.entries += stored.len() as u64;
        let duties = db.duties(&row)?;
        check_entries(&mut audit, no, &stored);
        check_case(&mut audit, &row, &stored, &duties);
        let carrier = carrier(db, &stored)?.unwrap_or_default();
        if carrier != row.carrier {
            let stands = &row.carrier;
            audit
                .fault(format!("case {no}: its tips stand with {stands}, replayed with {carrier}"));
        }
    }
    Ok((numbers.last().cloned(), audit))
}

fn check_entries(audit: &mut Audit, no: &str, stored: &[StoredEntry]) {
    for (seq, one) in (1..).zip(stored) {
        let at = format!("case {no} entry {seq}");
        if one.entry.seq != seq || one.entry.case != no {
            audit.fault(format!("{at}: the number or case inside it differs"));
        }
        if seal::leaf(&one.salt, one.body.as_bytes()) != one.leaf {
            audit.fault(format!("{at}: its bytes do not fit its leaf"));
        }
        if seal::canonical(&one.entry).ok().as_deref() != Some(one.body.as_str()) {
            audit.fault(format!("{at}: its bytes are not canonical"));
        }
        if one.entry.stated_at > one.entry.recorded_at {
            audit.fault(format!("{at}: stated after it was recorded"));
        }
    }
}

fn check_case(audit: &mut Audit, row: &CaseRow, stored: &[StoredEntry], duties: &[DutyRow]) {
    let no = &row.no;
    let Some(case) = Case::replay(stored.iter().map(|one| &one.entry)) else {
        audit.fault(format!("case {no}: no entries to replay"));
        return;
    };
    let state = crate::ledger::State::of(&case).code();
    let pairs = [
        ("last entry", row.last_seq.to_string(), case.last_seq.to_string()),
        ("state", row.state.clone(), state.to_owned()),
        ("holder", row.holder.clone(), case.is.holder.to_string()),
        ("place", row.place.clone(), case.is.place.to_string()),
        ("category", row.category.clone(), case.is.category.code().to_owned()),
        ("severity", row.severity.clone(), case.is.severity.code().to_owned()),
        ("duties", duties.len().to_string(), case.duties.len().to_string()),
    ];
    for (what, stands, replayed) in pairs {
        if stands != replayed {
            audit.fault(format!("case {no}: {what} stands as {stands}, replayed as {replayed}"));
        }
    }
    for (duty, row) in case.duties.iter().zip(duties) {
        let same = row.kind == duty.kind.name()
            && row.owner == duty.owner.to_string()
            && row.status == duty.status.name()
            && row.due_at() == duty.due_at
            && row.paused == duty.paused
            && row.ended_at() == duty.ended_at;
        if !same {
            audit.fault(format!("case {no} duty {}: the row differs from the replay", duty.no));
        }
    }
    let closed = state == "closed";
    if closed && case.duties.iter().any(|d| d.status == Status::Open && d.kind.is_blocking()) {
        audit.fault(format!("case {no}: closed with something outstanding"));
    }
}

/// Which case must carry the tips of this one: itself, or whatever carries those of the case that it
/// was merged into.
fn carrier(db: &mut Reader<'_>, stored: &[StoredEntry]) -> Result<Option<String>, DeskError> {
    let case = Case::replay(stored.iter().map(|one| &one.entry));
    let Some(shelf) = case.as_ref().and_then(|case| case.shelf.as_ref()) else {
        return Ok(case.map(|case| case.no));
    };
    Ok(db.case(&Scope::service(), &shelf.into)?.map(|into| into.carrier))
}

/// The log must be dense, hold each entry and notice once, and reach to its head.
fn log(db: &mut Reader<'_>) -> Result<Audit, DeskError> {
    let mut audit = Audit { sealed: db.log_size()?, ..Audit::default() };
    let mut seen = BTreeSet::new();
    let mut pos = 0;
    loop {
        let batch = db.log_after(pos, BATCH * 10)?;
        if batch.is_empty() {
            break;
        }
        for (place, entry_id) in batch {
            if place != pos + 1 {
                audit.fault(format!("log: place {} is missing", pos + 1));
            }
            pos = place;
            if !seen.insert(entry_id) {
                audit.fault(format!("log: place {place} repeats an entry or a notice"));
            }
        }
    }
    if pos != audit.sealed {
        audit.fault(format!("log: its head says {}, its last place is {pos}", audit.sealed));
    }
    Ok(audit)
}
