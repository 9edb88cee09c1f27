//! A sheet comes in: each row a tip, what cannot be taken handed back with its reason.

use std::collections::HashMap;
use std::sync::Arc;

use super::carry::{Carried, Carry};
use super::receive::{From, Taken};
use super::{Desk, DeskError};
use crate::clock::Instant;
use crate::intake::import::{BadTable, Layout, Mapping, is_known};
use crate::intake::old::OldRow;
use crate::intake::{Fault, Tip, guard, tip};
use crate::lang::Lang;
use crate::ledger::Actor;
use crate::place::Code;
use crate::sheet::{BadSheet, MAX_CELL, Row, RowFault, Sheet, Source};

/// Rows taken in within one commit.
const BATCH: usize = 64;

/// How a sheet is to be read.
#[derive(Clone, Debug, Default)]
pub struct ImportPlan {
    /// Name of the system that the rows come from; with it and `external_id` a row is known again.
    pub source: String,
    /// The unit whose desk takes the tips in; without it that of the place's province.
    pub unit: Option<Code>,
    /// Whose doing it is; nobody's in the terminal.
    pub by: Option<Actor>,
    /// Renames columns, converts values, sets constants.
    pub mapping: Option<Mapping>,
}

/// What became of a sheet. `rows = new + known + rejected`, and of the new ones
/// `old_closed + old_open` tell what an old ledger did about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportDone {
    /// Rows below the header.
    pub rows: u64,
    /// Taken in.
    pub new: u64,
    /// In already.
    pub known: u64,
    /// Handed back.
    pub rejected: u64,
    /// Rows of an old ledger that were struck off.
    pub old_closed: u64,
    /// Rows of an old ledger that stand open.
    pub old_open: u64,
}

/// What an import tells of single rows.
pub enum Told {
    /// Handed back.
    Rejected(Reject),
    /// A row of an old ledger that stands open.
    Open {
        /// Its place below the header, from 1.
        row: u64,
        /// How far it came.
        carried: Carried,
    },
}

/// A row that is handed back. Its cells may be personal.
pub struct Reject {
    /// Its place below the header, from 1.
    pub row: u64,
    /// As it stood in the sheet.
    pub cells: Vec<String>,
    /// Why.
    pub cause: Cause,
}

/// Why a row is handed back.
pub enum Cause {
    /// Its bytes are no text.
    Garbled,
    /// A cell is longer than [`MAX_CELL`].
    LongCell,
    /// It has another number of cells than the header.
    Width {
        /// Its cells.
        has: usize,
        /// The header's.
        wants: usize,
    },
    /// Fields are at fault.
    Faults(Vec<Fault>),
}

impl Cause {
    /// The reason in one language.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Cause::Garbled => lang.pick("本行不是 UTF-8 编码", "the row is not UTF-8").to_owned(),
            Cause::LongCell => lang.pick(
                format!("有单元格超过 {MAX_CELL} 字节"),
                format!("a cell is longer than {MAX_CELL} bytes"),
            ),
            Cause::Width { has, wants } => lang.pick(
                format!("有 {has} 列，表头有 {wants} 列"),
                format!("{has} cells where the header has {wants}"),
            ),
            Cause::Faults(faults) => {
                let notes = faults.iter().map(|fault| fault.note(lang));
                let say = |n: crate::intake::fault::FaultNote| {
                    format!("{}: {}{}{}", n.field, n.reason, lang.pick("，", "; "), n.remedy)
                };
                notes.map(say).collect::<Vec<_>>().join(" | ")
            }
        }
    }

    /// The reason in both, for a file that one person makes and another mends.
    pub fn both(&self) -> String {
        match self {
            Cause::Width { .. } => format!("{} / 列数与表头不符", self.words(Lang::En)),
            Cause::Faults(faults) => {
                let say = |fault: &Fault| {
                    let (zh, en) = (fault.note(Lang::Zh), fault.note(Lang::En));
                    let (zh_says, en_says) = (
                        format!("{}: {}，{}", zh.field, zh.reason, zh.remedy),
                        format!("{}; {}", en.reason, en.remedy),
                    );
                    format!("{zh_says} / {en_says}")
                };
                faults.iter().map(say).collect::<Vec<_>>().join(" | ")
            }
            _ => format!("{} / {}", self.words(Lang::En), self.words(Lang::Zh)),
        }
    }
}

/// Why an import stops. What was taken in before stays in; the same import again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The sheet cannot be read.
    #[error(transparent)]
    Sheet(#[from] BadSheet),
    /// The columns do not fit.
    #[error(transparent)]
    Table(#[from] BadTable),
    /// The plan names a unit that does not exist.
    #[error("{0}: no such division / 没有这个行政区划")]
    Unit(Code),
    /// What is told of a row could not be kept.
    #[error("what is told of a row cannot be written: {0}")]
    Told(#[from] std::io::Error),
    /// The desk could not keep a row.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl ImportError {
    /// Reason and remedy in words.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            ImportError::Sheet(error) => error.words(lang),
            ImportError::Table(error) => error.words(lang),
            other => other.to_string(),
        }
    }
}

/// An import that broke off. What was taken in before stays in.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ImportBroken {
    /// What was done before: whole batches, each of them durable.
    pub done: ImportDone,
    /// Why.
    pub error: ImportError,
}

/// A row on its way in.
struct Waiting {
    row: u64,
    cells: Vec<String>,
    tip: Tip,
    from: From,
}

/// A tip, when the informant said it, and what an old ledger did about it.
type Checked = (Tip, Instant, Option<OldRow>);

/// What stays the same from row to row.
struct Run<'a> {
    desk: &'a Desk,
    layout: Layout,
    plan: ImportPlan,
    file: Arc<str>,
    seen: HashMap<String, u32>,
}

impl ImportDone {
    /// Counts what is told of a row; whether there is anything to tell.
    fn counts(&mut self, told: &Told) -> bool {
        match told {
            Told::Rejected(_) => self.rejected += 1,
            Told::Open { carried, .. } if carried.halt.is_none() => {
                self.old_closed += 1;
                return false;
            }
            Told::Open { .. } => self.old_open += 1,
        }
        true
    }
}

/// Opens a sheet that somebody uploaded, off the async threads: unpacking blocks.
pub async fn open_upload(bytes: Vec<u8>) -> Result<Sheet, ImportError> {
    let open = move || Sheet::open(&Source::Bytes(bytes.into()), |header| is_known(None, header));
    let opened = tokio::task::spawn_blocking(open).await;
    Ok(opened.map_err(|_| ImportError::Sheet(BadSheet::Broken))??)
}

impl Desk {
    /// Takes in the rows of a sheet, a batch in one commit. `progress` is told how many rows are
    /// done; `tell` is given what is handed back and what an old ledger left open. A row that is in
    /// already adds nothing, whatever it says now.
    pub async fn import(
        &self,
        sheet: Sheet,
        plan: ImportPlan,
        progress: impl FnMut(u64),
        tell: impl FnMut(Told) -> std::io::Result<()>,
    ) -> Result<ImportDone, ImportBroken> {
        let mut done = ImportDone::default();
        match self.import_all(sheet, plan, &mut done, progress, tell).await {
            Ok(()) => Ok(done),
            Err(error) => Err(ImportBroken { done, error }),
        }
    }

    async fn import_all(
        &self,
        mut sheet: Sheet,
        mut plan: ImportPlan,
        done: &mut ImportDone,
        mut progress: impl FnMut(u64),
        mut tell: impl FnMut(Told) -> std::io::Result<()>,
    ) -> Result<(), ImportError> {
        if let Some(unit) = plan.unit.filter(|unit| !self.law.divisions.has(*unit)) {
            return Err(ImportError::Unit(unit));
        }
        let layout = Mapping::layout(plan.mapping.take(), sheet.header())?;
        let file = sheet.digest().into();
        let mut run = Run { desk: self, layout, plan, file, seen: HashMap::new() };
        loop {
            let (rows, rest) = next_batch(sheet).await?;
            sheet = rest;
            let is_last = rows.len() < BATCH;
            let read = rows.len() as u64;
            let mut waiting = Vec::with_capacity(rows.len());
            let mut told = Vec::new();
            for row in rows {
                match run.read(row) {
                    Ok(row) => waiting.push(row),
                    Err(row) => told.push(Told::Rejected(row)),
                }
            }
            let taken = run.take(waiting).await?;
            // From here on the batch is durable: it counts, whatever comes after.
            done.rows += read;
            for (row, taken) in taken {
                let Waiting { row, cells, .. } = row;
                match taken {
                    Taken::New(carried) => {
                        done.new += 1;
                        told.extend(carried.map(|carried| Told::Open { row, carried }));
                    }
                    Taken::Known => done.known += 1,
                    Taken::Faulty(faults) => {
                        let cause = Cause::Faults(faults);
                        told.push(Told::Rejected(Reject { row, cells, cause }));
                    }
                }
            }
            told.retain(|told| done.counts(told));
            told.into_iter().try_for_each(&mut tell)?;
            progress(done.rows);
            if is_last {
                return Ok(());
            }
        }
    }
}

/// Reads on off the async threads: files and unpacking block.
async fn next_batch(mut sheet: Sheet) -> Result<(Vec<Row>, Sheet), ImportError> {
    let read = tokio::task::spawn_blocking(move || (sheet.next_rows(BATCH), sheet));
    let (rows, sheet) = read.await.map_err(|_| ImportError::Sheet(BadSheet::Broken))?;
    Ok((rows?, sheet))
}

impl Run<'_> {
    /// Reads one row as a tip, or hands it back.
    fn read(&mut self, row: Row) -> Result<Waiting, Reject> {
        let Row { number: row, mut cells, fault } = row;
        // What was handed back from an earlier import is guarded; its words are those before.
        cells.iter_mut().for_each(guard::bare);
        let wants = self.layout.width();
        let cause = match fault {
            Some(RowFault::Garbled) => Some(Cause::Garbled),
            Some(RowFault::LongCell) => Some(Cause::LongCell),
            None if cells.len() != wants => Some(Cause::Width { has: cells.len(), wants }),
            None => None,
        };
        if let Some(cause) = cause {
            return Err(Reject { row, cells, cause });
        }
        let now = self.desk.clock.now();
        match self.check(&cells, now) {
            Ok((tip, received_at, old)) => {
                let ImportPlan { source, unit, by, .. } = &self.plan;
                let (source, unit, by) = (source.clone(), *unit, by.clone());
                let carry = |old| Carry { row: old, file: self.file.clone(), number: row };
                let old = old.map(carry);
                let from = From::Import { source, received_at, unit, by, old };
                Ok(Waiting { row, cells, tip, from })
            }
            Err(faults) => Err(Reject { row, cells, cause: Cause::Faults(faults) }),
        }
    }

    fn check(&mut self, cells: &[String], now: Instant) -> Result<Checked, Vec<Fault>> {
        let identity = self.identity(cells);
        let read = self.layout.read(cells, identity, now);
        let ground = tip::Ground { divisions: &self.desk.law.divisions, now, staff: true };
        Ok((tip::check(read.form, &ground)?, read.received_at.unwrap_or(now), read.old))
    }

    /// What names a row that has no identifier: its content, and how often that came before. Kept
    /// as a keyed hash, for a plain one would let whoever has the database try telephone numbers.
    fn identity(&mut self, cells: &[String]) -> String {
        let parts: Vec<&[u8]> = cells.iter().flat_map(|c| [c.as_bytes(), b"\x1f"]).collect();
        let hash = self.desk.vault.blind("import-row", &crate::seal::digest(&parts));
        let count = self.seen.entry(hash.clone()).or_insert(0);
        *count += 1;
        format!("{hash}-{count}")
    }

    /// Takes a batch in; what became of each.
    async fn take(&self, rows: Vec<Waiting>) -> Result<Vec<(Waiting, Taken)>, ImportError> {
        let tips = rows.iter().map(|row| (row.tip.clone(), row.from.clone())).collect();
        let taken = self.desk.receive_batch(tips).await?;
        Ok(rows.into_iter().zip(taken).collect())
    }
}
