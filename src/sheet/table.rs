//! CSV: text with separators, in UTF-8 or GB18030.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8};

use super::encoding::{Decoded, detect};
use super::{BadSheet, MAX_COLUMNS, MAX_ROW, MAX_ROWS, Row, RowFault, Source, fault_of};

/// Signs between cells that programs write, the commonest first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// How much of a header line is looked at.
const SNIFFED: usize = 64 * 1024;

type Rows = csv::Reader<Metered<Box<dyn Read + Send>>>;

/// A table that is being read.
pub(super) struct Table {
    rows: Rows,
    meter: Meter,
    record: ByteRecord,
    number: u64,
}

pub(super) fn open(source: &Source) -> Result<(Vec<String>, u64, Table), BadSheet> {
    let encoding = detect(BufReader::new(source.open()?))?;
    let separator = separator(text(source, encoding)?)?;
    let total = count(source, encoding, separator)?;
    let mut table = Table::begin(source, encoding, separator)?;
    let Some(header) = table.next_row()? else { return Err(BadSheet::Empty) };
    if header.fault == Some(RowFault::Garbled) {
        return Err(BadSheet::Encoding);
    }
    if header.cells.len() > MAX_COLUMNS {
        return Err(BadSheet::Wide);
    }
    table.number = 0;
    Ok((header.cells, total, table))
}

/// The file's text; what is UTF-8 already is handed through, so that a bad row is seen as such.
fn text(source: &Source, encoding: &'static Encoding) -> Result<Box<dyn Read + Send>, BadSheet> {
    let file = source.open()?;
    Ok(if encoding == UTF_8 { Box::new(file) } else { Box::new(Decoded::new(file, encoding)) })
}

/// The sign that stands most often in the header line outside quotes.
fn separator(text: Box<dyn Read + Send>) -> Result<u8, BadSheet> {
    let mut line = Vec::new();
    text.take(SNIFFED as u64).read_to_end(&mut line).map_err(BadSheet::unreadable)?;
    let mut counts = [0usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in line {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                if let Some(at) = SEPARATORS.iter().position(|sign| *sign == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let best = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    Ok(SEPARATORS[best])
}

/// Rows below the header.
fn count(source: &Source, encoding: &'static Encoding, separator: u8) -> Result<u64, BadSheet> {
    let mut table = Table::begin(source, encoding, separator)?;
    let mut count = 0u64;
    while table.advance()? {
        count += 1;
        if count > MAX_ROWS + 1 {
            return Err(BadSheet::Long);
        }
    }
    Ok(count.saturating_sub(1))
}

impl Table {
    fn begin(
        source: &Source,
        encoding: &'static Encoding,
        separator: u8,
    ) -> Result<Table, BadSheet> {
        let meter = Meter::default();
        let text = Metered { text: text(source, encoding)?, meter: meter.clone() };
        let mut builder = ReaderBuilder::new();
        builder.flexible(true).has_headers(false).delimiter(separator);
        let (record, number) = (ByteRecord::new(), 0);
        Ok(Table { rows: builder.from_reader(text), meter, record, number })
    }

    fn advance(&mut self) -> Result<bool, BadSheet> {
        self.meter.0.store(0, Ordering::Relaxed);
        self.rows.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                BadSheet::LongRow(self.number + 1)
            }
            csv::ErrorKind::Io(error) => BadSheet::unreadable(error),
            _ => BadSheet::Encoding,
        })
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Row>, BadSheet> {
        if !self.advance()? {
            return Ok(None);
        }
        self.number += 1;
        let record = &self.record;
        let cells: Vec<String> =
            record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        let is_garbled = record.iter().any(|cell| std::str::from_utf8(cell).is_err());
        let fault = if is_garbled { Some(RowFault::Garbled) } else { fault_of(&cells) };
        Ok(Some(Row { number: self.number, cells, fault }))
    }
}

/// How much was read since the last row.
#[derive(Clone, Default)]
struct Meter(Arc<AtomicUsize>);

/// Stops where a row does not end.
struct Metered<R> {
    text: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.meter.0.load(Ordering::Relaxed) > MAX_ROW {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.text.read(into)?;
        self.meter.0.fetch_add(read, Ordering::Relaxed);
        Ok(read)
    }
}
