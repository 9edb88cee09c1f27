//! Evidence is found in its case and opened: which files stand in a case, and one of them as it
//! came or cleaned.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Desk, DeskError, FileError};
use crate::files::clean::Cleaner;
use crate::files::{Reading, ending};
use crate::lang::Lang;
use crate::ledger::{Act, Effect, Entry};
use crate::store::{CaseRow, Reader, Scope, StoredEntry};

/// A file in a case, by one entry that names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseFile {
    /// Its number in the case, from 1, in the order in which files came to it. It stays the same,
    /// whatever comes or goes later; a file that several entries name has one number.
    pub no: usize,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its media type, by its first bytes.
    pub media_type: String,
    /// Its length.
    pub bytes: u64,
    /// Whether a copy without metadata can be made of its kind.
    pub cleanable: bool,
    /// The case whose ledger names it: this one, or one that was merged into it.
    pub case: String,
    /// The entry there.
    pub seq: u32,
    /// The act that brought it: `receive` for files of a tip.
    pub act: String,
    /// The tip that it belongs to; absent for evidence of the staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl CaseFile {
    /// What it is called: by its number and kind, never as its sender called it.
    pub fn name(&self, lang: Lang) -> String {
        let (no, ending) = (self.no, ending(&self.media_type));
        lang.pick(format!("附件{no}.{ending}"), format!("attachment-{no}.{ending}"))
    }
}

/// Which copy of a file is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// Without metadata.
    Cleaned,
    /// As it came, to the byte.
    Original,
}

impl Copy {
    /// Its name in logs and counts.
    pub fn name(self) -> &'static str {
        match self {
            Copy::Cleaned => "cleaned",
            Copy::Original => "original",
        }
    }
}

/// Why there is no cleaned copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclean {
    /// Nothing here cleans files of its kind.
    Kind,
    /// It does not keep to the form of its kind.
    Malformed,
}

/// A file that is open: proven whole, and handed on part by part.
pub struct Opened {
    /// The file.
    pub file: CaseFile,
    /// Length of the copy.
    pub length: u64,
    reading: Reading,
}

impl Opened {
    /// The next part, never an empty one; `None` at the end.
    pub async fn part(&mut self) -> Result<Option<Vec<u8>>, DeskError> {
        loop {
            match self.reading.part().await? {
                Some(part) if part.is_empty() => {}
                part => return Ok(part),
            }
        }
    }
}

/// The files of a case: those that its own ledger names, and those of the tips that it carries. The
/// files of a tip go where the tip goes.
pub fn files_of(
    db: &mut Reader<'_>,
    row: &CaseRow,
    ledger: &[StoredEntry],
) -> Result<Vec<CaseFile>, DeskError> {
    let told = db.tellings(&joined(ledger))?;
    let named = in_order(ledger, &told);
    let mut hashes: Vec<String> = named.iter().map(|one| one.sha256.to_owned()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let rows = db.files_named(&hashes)?;
    let known: HashMap<&str, _> = rows.iter().map(|row| (row.sha256.as_str(), row)).collect();
    // The tips that stand here now; those that left took their files along.
    let tips = if told.is_empty() { Vec::new() } else { db.tips(row)? };
    let carried: HashSet<String> = tips.into_iter().map(|tip| tip.case_no).collect();
    let here = |one: &Named<'_>| one.entry.case == row.no || carried.contains(&one.entry.case);
    let file = |one: Named<'_>| {
        let row = known.get(one.sha256)?;
        Some(CaseFile {
            no: one.no,
            sha256: row.sha256.clone(),
            bytes: u64::try_from(row.bytes).unwrap_or_default(),
            cleanable: Cleaner::of(&row.media_type).is_some(),
            media_type: row.media_type.clone(),
            case: one.entry.case.clone(),
            seq: one.entry.seq,
            act: one.entry.act.name().to_owned(),
            tip: one.tip.map(str::to_owned),
            at: one.entry.recorded_at,
        })
    };
    Ok(named.into_iter().filter(here).filter_map(file).collect())
}

/// The tips that ever joined a case from another one.
fn joined(ledger: &[StoredEntry]) -> Vec<String> {
    let effects = ledger.iter().flat_map(|stored| &stored.entry.effects);
    let mut tips: Vec<String> = effects.filter_map(from_elsewhere).map(str::to_owned).collect();
    tips.sort_unstable();
    tips.dedup();
    tips
}

fn from_elsewhere(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Join { tip, from: Some(_), .. } => Some(tip),
        _ => None,
    }
}

/// A file as an entry names it.
struct Named<'a> {
    no: usize,
    sha256: &'a str,
    tip: Option<&'a str>,
    entry: &'a Entry,
}

/// What a ledger names, entry by entry, and where a tip joined it what informants had sent of it.
fn in_order<'a>(ledger: &'a [StoredEntry], told: &'a [StoredEntry]) -> Vec<Named<'a>> {
    let told = || told.iter().map(|stored| &stored.entry);
    let own = ledger.iter().map(|stored| &stored.entry);
    // A supplement belongs to the tip that its case began with.
    let tips: HashMap<&str, &str> = own
        .clone()
        .chain(told())
        .filter_map(|entry| Some((entry.case.as_str(), entry.tip.as_ref()?.tip.as_str())))
        .collect();
    let mut order: Vec<&Entry> = Vec::new();
    for entry in own {
        order.push(entry);
        for tip in entry.effects.iter().filter_map(from_elsewhere) {
            order.extend(told().filter(|one| tips.get(one.case.as_str()) == Some(&tip)));
        }
    }
    let (mut seen, mut numbers) = (HashSet::new(), HashMap::new());
    order.retain(|entry| seen.insert((entry.case.as_str(), entry.seq)));
    let mut named = Vec::new();
    for entry in order {
        let is_told = matches!(entry.act, Act::Receive | Act::Supplement);
        let tip = tips.get(entry.case.as_str()).copied().filter(|_| is_told);
        for sha256 in entry.files() {
            let next = numbers.len() + 1;
            let no = *numbers.entry(sha256).or_insert(next);
            named.push(Named { no, sha256, tip, entry });
        }
    }
    named
}

impl Desk {
    /// Opens a file of a case that the asker may see. A file of another case is not there.
    ///
    /// It is read twice: first to its end, so that nothing is handed on of a file that does not
    /// prove to be what was sealed, or that cannot be cleaned; then for the reader. Neither holds
    /// more than a few parts of it in memory, and nothing of it is written anywhere.
    pub async fn open_evidence(
        &self,
        scope: Scope,
        no: &str,
        sha256: &str,
        copy: Copy,
    ) -> Result<Opened, DeskError> {
        let (no, sha256) = (no.to_owned(), sha256.to_owned());
        let file = self.store.read(move |db| {
            let row = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
            let ledger = db.entries(&row)?;
            let mut files = files_of(db, &row, &ledger)?.into_iter();
            files.find(|file| file.sha256 == sha256).ok_or(DeskError::NotFound)
        });
        let file = file.await?;
        let mut proof = self.read_copy(&file, copy).await?;
        let mut length = 0;
        loop {
            match proof.part().await {
                Ok(Some(part)) => length += part.len() as u64,
                Ok(None) => break,
                Err(FileError::Malformed) => return Err(DeskError::Unclean(Unclean::Malformed)),
                Err(error) => return Err(error.into()),
            }
        }
        let reading = self.read_copy(&file, copy).await?;
        Ok(Opened { file, length, reading })
    }

    async fn read_copy(&self, file: &CaseFile, copy: Copy) -> Result<Reading, DeskError> {
        let cleaner = match copy {
            Copy::Original => None,
            Copy::Cleaned => {
                let cleaner = Cleaner::of(&file.media_type);
                Some(cleaner.ok_or(DeskError::Unclean(Unclean::Kind))?)
            }
        };
        Ok(self.files.reading(&file.sha256, cleaner).await?)
    }
}
