//! A copy taken in: out of an archive or another database, into an empty place.
//!
//! What has come is compared with what the copy says of itself, and what then stands in the database
//! is read back and compared once more. Until all that is right no other command works there.

use std::io::Read;

use super::backup::{Adding, CopyError, Head, Piece, Sink, Sum, Tail, copy_out, sum_of};
use crate::archive::{self, ArchiveError, Kind};
use crate::clock::Instant;
use crate::files::{Files, Placing};
use crate::store::carry::{FACTS, Filling, Row, Table, Value, read_line};
use crate::store::{Reader, Store, Url};

/// Takes the pieces of an archive out, one after the other.
pub fn unpack<R: Read>(
    mut archive: archive::Reader<R>,
    sink: &mut impl Sink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Tail, CopyError> {
    let (mut done, mut total) = (0, 0);
    while let Some((kind, bytes)) = archive.piece()? {
        match kind {
            Kind::Head => {
                let head: Head = json(&bytes)?;
                total = head.total;
                sink.take(Piece::Head(&head))?;
            }
            Kind::Rows => {
                let (table, lines) =
                    bytes.split_first_chunk().ok_or_else(|| disorder("rows of no table"))?;
                sink.take(Piece::Rows(u16::from_be_bytes(*table).into(), lines))?;
                done += lines.iter().filter(|sign| **sign == b'\n').count() as u64;
            }
            Kind::File => {
                let name = std::str::from_utf8(&bytes).map_err(|_| disorder("a file's name"))?;
                sink.take(Piece::File(name))?;
                done += 1;
            }
            Kind::Data => sink.take(Piece::Data(&bytes))?,
            Kind::Tail => {
                let tail: Tail = json(&bytes)?;
                sink.take(Piece::Tail(&tail))?;
                return match archive.piece()? {
                    None => Ok(tail),
                    Some(_) => Err(disorder("something follows its tail").into()),
                };
            }
        }
        progress(done, total);
    }
    Err(disorder("it has no tail").into())
}

/// What the database of an archive says of itself under a name. Only the beginning is looked at, and
/// comes again: an archive may come through a pipe, which cannot be read twice.
pub fn fact_in<R: Read>(
    archive: &mut archive::Reader<R>,
    name: &str,
) -> Result<Option<String>, CopyError> {
    let (mut seen, mut tables, mut found) = (Vec::new(), Vec::new(), None);
    while let Some((kind, bytes)) = archive.piece()? {
        let facts = match kind {
            Kind::Head => {
                tables = json::<Head>(&bytes)?.tables;
                true
            }
            Kind::Rows => {
                let (at, lines) =
                    bytes.split_first_chunk().ok_or_else(|| disorder("rows of no table"))?;
                let table = tables.get(usize::from(u16::from_be_bytes(*at)));
                let facts = table.filter(|table| table.name == FACTS);
                found = found.or_else(|| facts.and_then(|facts| fact(facts, lines, name)));
                facts.is_some()
            }
            _ => false,
        };
        seen.push((kind, bytes));
        if !facts || found.is_some() {
            break;
        }
    }
    archive.put_back(seen);
    Ok(found)
}

/// The value of a fact among rows.
fn fact(facts: &Table, lines: &[u8], name: &str) -> Option<String> {
    let rows = lines.split(|sign| *sign == b'\n').filter_map(|line| read_line(facts, line));
    let mut pairs = rows.map(|row| row.into_iter().map(text).collect::<Vec<_>>());
    let pair = pairs.find(|pair| pair.first().is_some_and(|key| key == name))?;
    pair.into_iter().nth(1)
}

fn text(value: Value) -> String {
    if let Value::Text(text) = value { text } else { String::new() }
}

fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, ArchiveError> {
    serde_json::from_slice(bytes).map_err(|why| ArchiveError::Disorder(why.to_string()))
}

fn disorder(what: &str) -> ArchiveError {
    ArchiveError::Disorder(what.to_owned())
}

/// Compares a copy with what it says of itself, and keeps nothing.
#[derive(Default)]
pub struct Checks {
    head: Option<Head>,
    sums: Vec<Adding>,
    files: u64,
    file_bytes: u64,
}

impl Checks {
    fn table(&self, at: usize) -> Result<&Table, ArchiveError> {
        let tables = self.head.as_ref().map(|head| &head.tables);
        tables.and_then(|tables| tables.get(at)).ok_or_else(|| disorder("rows of no table"))
    }
}

impl Sink for Checks {
    fn take(&mut self, piece: Piece<'_>) -> Result<(), CopyError> {
        match piece {
            Piece::Head(head) => {
                self.sums.resize_with(head.tables.len(), Adding::default);
                self.head = Some(head.clone());
            }
            Piece::Rows(at, lines) => {
                self.table(at)?;
                self.sums[at].add(lines);
            }
            Piece::File(_) => self.files += 1,
            Piece::Data(bytes) => self.file_bytes += bytes.len() as u64,
            Piece::Tail(tail) => {
                let tables = self.head.iter().flat_map(|head| &head.tables);
                let sums = std::mem::take(&mut self.sums).into_iter();
                let sums: Vec<Sum> =
                    sums.zip(tables).map(|(adding, table)| adding.sum(&table.name)).collect();
                compare(&sums, &tail.tables)?;
                if (self.files, self.file_bytes) != (tail.files, tail.file_bytes) {
                    return Err(disorder("other files than it says").into());
                }
            }
        }
        Ok(())
    }
}

fn compare(found: &[Sum], wanted: &[Sum]) -> Result<(), CopyError> {
    if found.len() != wanted.len() {
        return Err(disorder("other tables than it says").into());
    }
    match found.iter().zip(wanted).find(|(found, wanted)| found != wanted) {
        None => Ok(()),
        Some((found, wanted)) => Err(CopyError::Differs(format!(
            "the table {} has {} rows with the hash {}, and should have {} with {}",
            wanted.name, found.rows, found.sha256, wanted.rows, wanted.sha256
        ))),
    }
}

/// Fills an empty database, and an empty folder of evidence where there is one to fill.
pub struct Filler {
    url: Url,
    files: Option<Files>,
    checks: Checks,
    filling: Option<Filling>,
    placing: Option<Placing>,
}

impl Filler {
    /// Nothing is touched before the first piece.
    pub fn new(url: &Url, files: Option<Files>) -> Filler {
        let checks = Checks::default();
        Filler { url: url.clone(), files, checks, filling: None, placing: None }
    }

    /// Whether something was put into the place.
    pub fn has_begun(&self) -> bool {
        self.filling.is_some()
    }

    fn filling(&mut self) -> Result<&mut Filling, ArchiveError> {
        self.filling.as_mut().ok_or_else(|| disorder("it does not begin with its head"))
    }

    fn rows(&mut self, at: usize, lines: &[u8]) -> Result<(), CopyError> {
        let table = self.checks.table(at)?.clone();
        let lines = lines.split(|sign| *sign == b'\n').filter(|line| !line.is_empty());
        let rows: Option<Vec<Row>> = lines.map(|line| read_line(&table, line)).collect();
        let rows = rows.ok_or_else(|| disorder(&format!("a row of {} is none", table.name)))?;
        Ok(self.filling()?.insert(&table, rows)?)
    }

    fn end_file(&mut self) -> Result<(), CopyError> {
        self.placing.take().map_or(Ok(()), Placing::finish).map_err(CopyError::File)
    }

    /// Reads back what stands there now.
    fn verify(&mut self, tail: &Tail) -> Result<(), CopyError> {
        let tables = self.checks.head.iter().flat_map(|head| head.tables.clone());
        let tables: Vec<Table> = tables.collect();
        let mut db = self.filling()?.reader();
        let sums = tables.iter().map(|table| sum_of(&mut db, table, |_| Ok(())));
        let sums: Vec<Sum> = sums.collect::<Result<_, _>>()?;
        compare(&sums, &tail.tables)
    }

    /// Lets other commands in, once the last piece was taken.
    pub fn finish(mut self) -> Result<(), CopyError> {
        let filling = self.filling.take().ok_or_else(|| disorder("it is empty"))?;
        Ok(filling.finish()?)
    }
}

impl Sink for Filler {
    fn take(&mut self, piece: Piece<'_>) -> Result<(), CopyError> {
        match &piece {
            Piece::Head(head) => {
                if self.filling.is_some() || !head.tables.iter().all(Table::is_plain) {
                    return Err(disorder("its head").into());
                }
                self.filling = Some(Filling::begin(&self.url, &head.layout, &head.tables)?);
            }
            Piece::Rows(at, lines) => self.rows(*at, lines)?,
            Piece::File(name) => {
                self.end_file()?;
                self.placing = self.files.as_ref().map(|files| files.place(name)).transpose()?;
            }
            Piece::Data(bytes) => {
                self.placing.as_mut().map_or(Ok(()), |file| file.write(bytes))?;
            }
            Piece::Tail(_) => self.end_file()?,
        }
        let tail = if let Piece::Tail(tail) = &piece { Some(*tail) } else { None };
        self.checks.take(piece)?;
        if let Some(tail) = tail {
            self.filling()?.close_cases()?;
            self.verify(tail)?;
            for sha256 in &tail.absent {
                self.filling()?.forget_file(sha256)?;
            }
        }
        Ok(())
    }
}

/// Copies a database into an empty one; evidence stays where it lies. Nobody may write meanwhile, or
/// it is refused.
pub async fn relocate(
    from: &Store,
    to: &Url,
    now: Instant,
    mut progress: impl FnMut(u64, u64) + Send + 'static,
) -> Result<Tail, CopyError> {
    let mut filler = Filler::new(to, None);
    let copy = move |db: &mut Reader<'_>| -> Result<_, CopyError> {
        let tail = copy_out(db, None, now, &mut filler, &mut progress)?;
        Ok((filler, tail))
    };
    let (filler, tail) = from.read(copy).await?;
    let wanted = tail.tables.clone();
    from.read(move |db| still(db, &wanted)).await?;
    tokio::task::spawn_blocking(move || filler.finish())
        .await
        .map_err(|_| CopyError::Differs("the work was broken off".to_owned()))??;
    Ok(tail)
}

/// Whether a database has the rows that were counted before.
fn still(db: &mut Reader<'_>, wanted: &[Sum]) -> Result<(), CopyError> {
    for (table, sum) in db.tables().iter().zip(wanted) {
        if db.count_rows(table)? != sum.rows {
            return Err(CopyError::Differs(format!(
                "the database was written to while it was moved (table {}); stop every service on \
                 it, empty the new place, and move it again",
                sum.name
            )));
        }
    }
    Ok(())
}
