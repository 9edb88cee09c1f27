//! Tables that people hand over, as text: CSV and XLSX, row by row, within bounds.
//!
//! What a file is is told by its first bytes, not by its name. A cell becomes the text that a person
//! sees in it, so that the same rows mean the same in either format. Nothing here knows what the
//! columns mean; whoever opens a sheet says which headers it knows.

mod cell;
mod digest;
mod encoding;
mod fault;
mod table;
mod unpack;
mod workbook;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

pub use fault::BadSheet;
pub use unpack::{MAX_PART, MAX_PARTS, MAX_UNPACKED};

/// Largest file, in bytes; also the most text that one file gives, for a workbook can name one long
/// text in every cell.
pub const MAX_FILE: u64 = 1024 * 1024 * 1024;
/// Most rows of one file.
pub const MAX_ROWS: u64 = 5_000_000;
/// Most columns: more than any ledger has, and what a stray cell far to the right cannot exceed.
pub const MAX_COLUMNS: usize = 256;
/// Longest row in bytes. An unclosed quote would otherwise make the rest of a file one row.
pub const MAX_ROW: usize = 1024 * 1024;
/// Longest cell in bytes: the 32,767 characters of a spreadsheet, four bytes each at the most.
pub const MAX_CELL: usize = 4 * 32_767;

/// Where a sheet comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file on this machine.
    File(PathBuf),
    /// What somebody uploaded.
    Bytes(Arc<[u8]>),
}

/// What a workbook is read from: it is read from its end.
trait Input: Read + Seek + Send {}
impl<T: Read + Seek + Send> Input for T {}

impl Source {
    fn open(&self) -> Result<Box<dyn Input>, BadSheet> {
        Ok(match self {
            Source::File(path) => Box::new(File::open(path).map_err(BadSheet::unreadable)?),
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    fn length(&self) -> Result<u64, BadSheet> {
        match self {
            Source::File(path) => Ok(std::fs::metadata(path).map_err(BadSheet::unreadable)?.len()),
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The first bytes, by which formats are told apart.
    fn beginning(&self) -> Result<Vec<u8>, BadSheet> {
        let mut first = Vec::with_capacity(8);
        self.open()?.take(8).read_to_end(&mut first).map_err(BadSheet::unreadable)?;
        Ok(first)
    }
}

/// What keeps a row from being read as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// Bytes that are no text in the file's encoding.
    Garbled,
    /// A cell is longer than [`MAX_CELL`].
    LongCell,
}

/// One row below the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place below the header, from 1. In a workbook blank rows count, so that people find it.
    pub number: u64,
    /// Its cells; in a workbook exactly as many as the header has, unless there are more.
    pub cells: Vec<String>,
    /// Why it cannot be taken.
    pub fault: Option<RowFault>,
}

/// An open sheet: its header is read, its rows follow one by one.
pub struct Sheet {
    header: Vec<String>,
    total: u64,
    digest: String,
    rows: Rows,
}

enum Rows {
    Table(Box<table::Table>),
    Workbook(workbook::Workbook),
}

impl Sheet {
    /// Opens a sheet. `is_known` says which headers mean something: with it the header is found
    /// below a title, and the right sheet among several.
    pub fn open(
        source: &Source,
        is_known: impl Fn(&str) -> bool + Send + 'static,
    ) -> Result<Sheet, BadSheet> {
        if source.length()? > MAX_FILE {
            return Err(BadSheet::LargeFile);
        }
        let digest = digest::of(source)?;
        let first = source.beginning()?;
        let is_named_workbook = matches!(source, Source::File(path)
            if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")));
        if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
            let (header, total, rows) = workbook::open(source.clone(), Box::new(is_known))?;
            return Ok(Sheet { header, total, digest, rows: Rows::Workbook(rows) });
        }
        if first.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(unpack::old_container(source.open()?)?);
        }
        if is_named_workbook && !first.is_empty() {
            return Err(BadSheet::Broken);
        }
        let (header, total, rows) = table::open(source)?;
        Ok(Sheet { header, total, digest, rows: Rows::Table(Box::new(rows)) })
    }

    /// The cells of the header.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// SHA-256 of the whole file as it stood when it was opened, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How many rows follow: counted for CSV, what the workbook says of itself for XLSX; 0 where
    /// that is not known. For a progress bar only.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The next row, or `None` after the last.
    pub fn next_row(&mut self) -> Result<Option<Row>, BadSheet> {
        match &mut self.rows {
            Rows::Table(table) => table.next_row(),
            Rows::Workbook(workbook) => workbook.next_row(),
        }
    }

    /// At most so many of the next rows; fewer mean that there are no more.
    pub fn next_rows(&mut self, most: usize) -> Result<Vec<Row>, BadSheet> {
        let mut rows = Vec::with_capacity(most);
        while rows.len() < most {
            match self.next_row()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }
}

/// Notes a cell that is too long to be one.
fn fault_of(cells: &[String]) -> Option<RowFault> {
    cells.iter().any(|cell| cell.len() > MAX_CELL).then_some(RowFault::LongCell)
}
