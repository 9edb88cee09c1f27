//! XLSX: the rows of one sheet, read on a thread of its own.
//!
//! The thread serves two ends. Rows can be handed over one by one although the reader borrows the
//! workbook, and what a broken workbook does to the parser stays there: should it panic, the rows
//! simply end in [`BadSheet::Broken`].

use std::io::{BufReader, Seek, SeekFrom};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};

use super::{
    BadSheet, Input, MAX_COLUMNS, MAX_FILE, MAX_ROW, MAX_ROWS, Row, Source, cell, fault_of, unpack,
};

/// Rows that wait to be taken; each is at most [`MAX_ROW`] long.
const WAITING: usize = 8;
/// Rows in which the header may stand: ledgers have a title and a line of notes above it.
const TITLE_ROWS: usize = 10;
/// Sheets that are searched for a header.
const MAX_SHEETS: usize = 20;

type Book = Xlsx<BufReader<Box<dyn Input>>>;
type Known = Box<dyn Fn(&str) -> bool + Send>;

/// What the thread says.
enum Said {
    Header(Vec<String>, u64),
    Row(Row),
    End(Result<(), BadSheet>),
}

/// A workbook that is being read.
pub(super) struct Workbook {
    said: Receiver<Said>,
    ended: bool,
}

pub(super) fn open(
    source: Source,
    is_known: Known,
) -> Result<(Vec<String>, u64, Workbook), BadSheet> {
    let (say, said) = sync_channel(WAITING);
    let read = move || {
        let done = tell(&source, &is_known, &say);
        // Nobody may listen any more; then nobody needs the end.
        let _ = say.send(Said::End(done));
    };
    let thread = std::thread::Builder::new().name("sheet-reader".to_owned()).spawn(read);
    thread.map_err(BadSheet::unreadable)?;
    match said.recv() {
        Ok(Said::Header(header, total)) => Ok((header, total, Workbook { said, ended: false })),
        Ok(Said::End(Err(why))) => Err(why),
        _ => Err(BadSheet::Broken),
    }
}

impl Workbook {
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, BadSheet> {
        if self.ended {
            return Ok(None);
        }
        match self.said.recv() {
            Ok(Said::Row(row)) => Ok(Some(row)),
            Ok(Said::End(done)) => {
                self.ended = true;
                done.map(|()| None)
            }
            Ok(Said::Header(..)) | Err(_) => {
                self.ended = true;
                Err(BadSheet::Broken)
            }
        }
    }
}

/// Reads the workbook and tells its header, then its rows; ends early where nobody listens.
fn tell(source: &Source, is_known: &Known, say: &SyncSender<Said>) -> Result<(), BadSheet> {
    let mut file = BufReader::new(source.open()?);
    unpack::check(&mut file)?;
    file.seek(SeekFrom::Start(0)).map_err(BadSheet::unreadable)?;
    let mut book: Book = Xlsx::new(file).map_err(bad)?;
    let Found { sheet, line: head, .. } = find(&mut book, is_known)?;
    let mut lines = Lines::of(&mut book, &sheet)?;
    let total = lines.last.saturating_sub(head);
    let mut width = 0;
    let mut rest = MAX_FILE as usize;
    while let Some((line, mut cells)) = lines.next_line()? {
        if line < head {
            continue;
        }
        rest = cells
            .iter()
            .try_fold(rest, |rest, cell| rest.checked_sub(cell.len()))
            .ok_or(BadSheet::Long)?;
        let number = u64::from(line - head);
        if number > MAX_ROWS {
            return Err(BadSheet::Long);
        }
        let said = if line == head {
            width = cells.len();
            Said::Header(cells, u64::from(total))
        } else {
            cells.resize(cells.len().max(width), String::new());
            let fault = fault_of(&cells);
            Said::Row(Row { number, cells, fault })
        };
        if say.send(said).is_err() {
            break;
        }
    }
    Ok(())
}

/// Where the header is: sheet, line, and how many of its cells are known.
struct Found {
    sheet: String,
    line: u32,
    known: usize,
}

/// The first sheet if its header is known; else the only one whose header is; else the first that
/// holds anything, so that its unknown header can be named.
fn find(book: &mut Book, is_known: &Known) -> Result<Found, BadSheet> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.take(MAX_SHEETS).map(|sheet| sheet.name.clone()).collect();
    let mut all = Vec::new();
    for name in names {
        let found = header_of(book, name, is_known)?;
        if all.is_empty() && found.as_ref().is_some_and(|found| found.known > 0) {
            return found.ok_or(BadSheet::Empty);
        }
        all.extend(found);
    }
    let known = |found: &Found| found.known > 0;
    match all.iter().filter(|found| known(found)).count() {
        0 => all.into_iter().next().ok_or(BadSheet::Empty),
        1 => all.into_iter().find(known).ok_or(BadSheet::Empty),
        _ => Err(BadSheet::SeveralSheets),
    }
}

/// The line with the most known cells among the first; the first line where none is known.
fn header_of(book: &mut Book, sheet: String, is_known: &Known) -> Result<Option<Found>, BadSheet> {
    let mut lines = Lines::of(book, &sheet)?;
    let mut best: Option<(u32, usize)> = None;
    for _ in 0..TITLE_ROWS {
        let Some((line, cells)) = lines.next_line()? else { break };
        let known = cells.iter().filter(|cell| is_known(cell)).count();
        if best.is_none_or(|(_, most)| known > most) {
            best = Some((line, known));
        }
    }
    Ok(best.map(|(line, known)| Found { sheet, line, known }))
}

/// The lines of a sheet that hold anything, with their numbers from 0.
struct Lines<'a> {
    cells: XlsxCellReader<'a, BufReader<Box<dyn Input>>>,
    /// The cell that began the line after the last.
    next: Option<(u32, usize, String)>,
    /// The last line that the sheet says it has.
    last: u32,
    /// Whether the cells are over: asked again, the reader would miss the end of the sheet.
    ended: bool,
}

impl<'a> Lines<'a> {
    fn of(book: &'a mut Book, sheet: &str) -> Result<Lines<'a>, BadSheet> {
        let cells = book.worksheet_cells_reader(sheet).map_err(bad)?;
        let last = cells.dimensions().end.0;
        Ok(Lines { cells, next: None, last, ended: false })
    }

    /// The next cell with anything in it.
    fn next_cell(&mut self) -> Result<Option<(u32, usize, String)>, BadSheet> {
        while !self.ended {
            let Some(found) = self.cells.next_cell().map_err(bad)? else { break };
            let text = cell::text(found.get_value());
            if !text.trim().is_empty() {
                let (line, column) = found.get_position();
                return Ok(Some((line, column as usize, text)));
            }
        }
        self.ended = true;
        Ok(None)
    }

    fn next_line(&mut self) -> Result<Option<(u32, Vec<String>)>, BadSheet> {
        let first = match self.next.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((line, column, text)) = first else { return Ok(None) };
        let mut cells = Vec::new();
        let mut length = 0;
        let mut put = |column: usize, text: String| {
            length += text.len();
            match () {
                () if column >= MAX_COLUMNS => Err(BadSheet::Wide),
                () if length > MAX_ROW => Err(BadSheet::LongRow(u64::from(line) + 1)),
                () => {
                    cells.resize(cells.len().max(column + 1), String::new());
                    cells[column] = text;
                    Ok(())
                }
            }
        };
        put(column, text)?;
        loop {
            match self.next_cell()? {
                Some((same, column, text)) if same == line => put(column, text)?,
                // Lines go downwards; a workbook in which they do not is not one.
                Some((above, ..)) if above < line => return Err(BadSheet::Broken),
                next => {
                    self.next = next;
                    return Ok(Some((line, cells)));
                }
            }
        }
    }
}

fn bad(error: XlsxError) -> BadSheet {
    match error {
        XlsxError::Password => BadSheet::Protected,
        _ => BadSheet::Broken,
    }
}
