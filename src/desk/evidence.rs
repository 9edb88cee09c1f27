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
use crate::ledger::{Act, Case, Effect, Entry};
use crate::store::{CaseRow, Reader, Scope, StoreError, StoredEntry};

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

/// The ledger of a case, and what informants told elsewhere of the tips that ever joined it.
pub struct Ledger {
    /// Its own entries, first entry first.
    pub own: Vec<StoredEntry>,
    told: Vec<StoredEntry>,
    /// The other cases whose tips it carries now.
    carried: HashSet<String>,
}

impl Ledger {
    /// Reads it: one statement, and another where tips that joined have left again.
    pub fn read(db: &mut Reader<'_>, row: &CaseRow) -> Result<Ledger, StoreError> {
        let all = db.ledger_with_tellings(row)?;
        let (own, mut told): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|stored| stored.entry.case == row.no);
        let carried = told.iter().map(|stored| stored.entry.case.clone()).collect();
        let here: HashSet<&str> =
            told.iter().filter_map(|one| Some(one.entry.tip.as_ref()?.tip.as_str())).collect();
        let mut left = joined(&own);
        left.retain(|tip| !here.contains(tip.as_str()));
        let of_those = db.tellings(&left)?;
        told.extend(of_those);
        Ok(Ledger { own, told, carried })
    }

    /// The case as its entries make it.
    pub fn case(&self) -> Result<Case, DeskError> {
        let case = Case::replay(self.own.iter().map(|stored| &stored.entry));
        case.ok_or(DeskError::Broken("a case without entries"))
    }

    /// The entry by which an informant told of a tip that is or was here, by its identifier.
    pub fn telling(&self, id: &str) -> Option<&Entry> {
        let found = self.own.iter().chain(&self.told).find(|stored| stored.id == id);
        found.map(|stored| &stored.entry).filter(|entry| is_telling(entry))
    }
}

/// The files of a case: those that its own ledger names, and those of the tips that it carries. The
/// files of a tip go where the tip goes.
pub fn files_of(
    db: &mut Reader<'_>,
    row: &CaseRow,
    ledger: &Ledger,
) -> Result<Vec<CaseFile>, StoreError> {
    let named = in_order(&ledger.own, &ledger.told);
    let mut hashes: Vec<String> = named.iter().map(|one| one.sha256.to_owned()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let rows = db.files_named(&hashes)?;
    let known: HashMap<&str, _> = rows.iter().map(|row| (row.sha256.as_str(), row)).collect();
    // Tips that left took their files along.
    let here =
        |one: &Named<'_>| one.entry.case == row.no || ledger.carried.contains(&one.entry.case);
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

/// Whether an informant told of a tip by an entry.
fn is_telling(entry: &Entry) -> bool {
    matches!(entry.act, Act::Receive | Act::Supplement)
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
        let tip = tips.get(entry.case.as_str()).copied().filter(|_| is_telling(entry));
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
            let ledger = Ledger::read(db, &row)?;
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
