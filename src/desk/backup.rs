//! A copy of everything, as a stream of pieces: into an archive, or straight into another database.
//!
//! All rows are those of one snapshot, so whatever was acknowledged before it began is in it, whole,
//! while the service goes on. Evidence is copied as it lies, sealed.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Desk;
use crate::archive::{self, ArchiveError, Kind};
use crate::clock::Instant;
use crate::files::Files;
use crate::seal;
use crate::store::carry::{FillError, Table, write_line};
use crate::store::{Reader, StoreError, newest_layout};

/// Lines of rows are handed on when they have come to so many bytes.
const MANY: usize = 1024 * 1024;
/// Files whose rows are looked at in one query.
const FILES: i64 = 500;
/// Files that may be missing; where more are, the folder is not that of the database.
const MAX_ABSENT: usize = 10_000;

/// What is copied, said before it comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the program that made the copy.
    pub program: String,
    /// Layout of the tables: the version of their last migration.
    pub layout: String,
    /// When the copy was begun.
    pub made_at: Instant,
    /// The tables, each after those that its rows refer to.
    pub tables: Vec<Table>,
    /// Rows and files there are.
    pub total: u64,
}

/// What was copied, said at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    /// For each table of the head its name, rows and hash.
    pub tables: Vec<Sum>,
    /// Files of evidence.
    pub files: u64,
    /// Their bytes, sealed.
    pub file_bytes: u64,
    /// Files that have a row and did not lie in the folder, by their hashes.
    pub absent: Vec<String>,
    /// How many entries and notices the log holds.
    pub log_size: i64,
    /// The last of them.
    pub log_last: Option<String>,
}

/// What the rows of a table come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// The table.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over their lines in the order of their keys.
    pub sha256: String,
}

impl Tail {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|sum| sum.rows).sum()
    }

    /// One hash over all rows: the same for databases that hold the same, of whichever kind.
    pub fn content(&self) -> String {
        let lines = |sum: &Sum| format!("{} {} {}\n", sum.name, sum.rows, sum.sha256);
        let lines: String = self.tables.iter().map(lines).collect();
        seal::digest(&[lines.as_bytes()])
    }
}

/// A piece of a copy.
pub enum Piece<'a> {
    /// First.
    Head(&'a Head),
    /// Some rows of a table, as lines.
    Rows(usize, &'a [u8]),
    /// The name of a file; its bytes follow.
    File(&'a str),
    /// Some bytes of a file.
    Data(&'a [u8]),
    /// Last.
    Tail(&'a Tail),
}

/// What takes a copy in.
pub trait Sink {
    /// Takes the next piece.
    fn take(&mut self, piece: Piece<'_>) -> Result<(), CopyError>;
}

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database that is copied.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The database that is filled.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// Evidence.
    #[error("a file of evidence could not be copied: {0}")]
    File(#[from] io::Error),
    /// The database that is copied is damaged: rows may be missing from it that nobody would miss.
    #[error(
        "the database is damaged, and rows may be missing from it: {0}; keep the last backup, put the \
         file of the database aside as it is, and run: hotline audit"
    )]
    Damaged(String),
    /// The copy is not what was copied.
    #[error("{0}")]
    Differs(String),
}

/// Adds lines of rows up.
#[derive(Default)]
pub(super) struct Adding {
    rows: u64,
    hash: Sha256,
}

impl Adding {
    pub(super) fn add(&mut self, lines: &[u8]) {
        self.rows += lines.iter().filter(|sign| **sign == b'\n').count() as u64;
        self.hash.update(lines);
    }

    pub(super) fn sum(self, name: &str) -> Sum {
        let sha256 = hex::encode(self.hash.finalize());
        Sum { name: name.to_owned(), rows: self.rows, sha256 }
    }
}

impl Desk {
    /// Writes everything into an archive; what it was written to is given back, to be made durable.
    /// `progress` is told how many rows and files are done, and of how many.
    pub async fn back_up<W: Write + Send + 'static>(
        &self,
        out: W,
        mut progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<(W, Tail), CopyError> {
        let (vault, files, now) = (self.vault.clone(), self.files.clone(), self.clock.now());
        let copy = move |db: &mut Reader<'_>| {
            let mut packed = Packed(archive::Writer::begin(out, &vault)?);
            let tail = copy_out(db, Some(&files), now, &mut packed, &mut progress)?;
            Ok((packed.0.finish()?, tail))
        };
        self.store.read(copy).await
    }
}

/// Hands everything out, piece by piece. Without `files` evidence stays where it lies.
pub fn copy_out(
    db: &mut Reader<'_>,
    files: Option<&Files>,
    now: Instant,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Tail, CopyError> {
    if let Some(first) = db.damage()?.first() {
        return Err(CopyError::Damaged(first.clone()));
    }
    let tables = db.tables();
    let mut total = 0;
    for table in &tables {
        total += db.count_rows(table)?;
        if files.is_some() && table.name == "files" {
            total += db.count_rows(table)?;
        }
    }
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let head = Head { program, layout: newest_layout(), made_at: now, tables, total };
    sink.take(Piece::Head(&head))?;
    let (mut sums, mut done) = (Vec::with_capacity(head.tables.len()), 0);
    for (at, table) in head.tables.iter().enumerate() {
        let sum = sum_of(db, table, |lines| {
            done += lines.iter().filter(|sign| **sign == b'\n').count() as u64;
            sink.take(Piece::Rows(at, lines))?;
            progress(done, total);
            Ok(())
        })?;
        sums.push(sum);
    }
    let log_size = db.log_size()?;
    let log_last = db.at_place(log_size)?;
    let mut tail =
        Tail { tables: sums, files: 0, file_bytes: 0, absent: Vec::new(), log_size, log_last };
    if let Some(files) = files {
        copy_files(db, files, &mut tail, sink, |files| progress(done + files, total))?;
    }
    sink.take(Piece::Tail(&tail))?;
    Ok(tail)
}

/// Reads a table as lines, handing on many at a time, and adds them up.
pub(super) fn sum_of(
    db: &mut Reader<'_>,
    table: &Table,
    mut hand_on: impl FnMut(&[u8]) -> Result<(), CopyError>,
) -> Result<Sum, CopyError> {
    let (mut lines, mut adding) = (Vec::with_capacity(MANY + MANY / 4), Adding::default());
    db.rows(table, |row| -> Result<(), CopyError> {
        write_line(&row, &mut lines)?;
        if lines.len() >= MANY {
            adding.add(&lines);
            hand_on(&lines)?;
            lines.clear();
        }
        Ok(())
    })?;
    if !lines.is_empty() {
        adding.add(&lines);
        hand_on(&lines)?;
    }
    Ok(adding.sum(&table.name))
}

fn copy_files(
    db: &mut Reader<'_>,
    files: &Files,
    tail: &mut Tail,
    sink: &mut dyn Sink,
    mut progress: impl FnMut(u64),
) -> Result<(), CopyError> {
    let mut buffer = vec![0; MANY];
    let mut after = String::new();
    loop {
        let batch = db.files_after(&after, FILES)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after.clone_from(&last.sha256);
        for row in &batch {
            // What nothing names is swept, at any moment; the row of the snapshot is still there.
            let Some(mut file) = files.stored(&row.sha256)? else {
                tail.absent.push(row.sha256.clone());
                if tail.absent.len() > MAX_ABSENT {
                    let why = "so many files of evidence are missing that the folder is not the \
                               database's; check data.dir";
                    return Err(CopyError::Differs(why.to_owned()));
                }
                continue;
            };
            sink.take(Piece::File(&row.sha256))?;
            loop {
                let n = file.read(&mut buffer)?;
                if n == 0 {
                    break;
                }
                tail.file_bytes += n as u64;
                sink.take(Piece::Data(&buffer[..n]))?;
            }
            tail.files += 1;
            progress(tail.files);
        }
    }
}

/// Pieces into an archive.
struct Packed<W: Write>(archive::Writer<W>);

impl<W: Write> Sink for Packed<W> {
    fn take(&mut self, piece: Piece<'_>) -> Result<(), CopyError> {
        let json = |value: serde_json::Result<Vec<u8>>| {
            value.map_err(|why| ArchiveError::Disorder(why.to_string()))
        };
        let archive = &mut self.0;
        match piece {
            Piece::Head(head) => archive.piece(Kind::Head, &json(serde_json::to_vec(head))?)?,
            Piece::Rows(table, lines) => {
                // Fewer tables than that stand in any schema.
                let table = u16::try_from(table).unwrap_or(u16::MAX).to_be_bytes();
                archive.piece(Kind::Rows, &[&table[..], lines].concat())?;
            }
            Piece::File(name) => archive.piece(Kind::File, name.as_bytes())?,
            Piece::Data(bytes) => archive.piece(Kind::Data, bytes)?,
            Piece::Tail(tail) => archive.piece(Kind::Tail, &json(serde_json::to_vec(tail))?)?,
        }
        Ok(())
    }
}
