//! `hotline import …`

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::receive::{From, Taken};
use crate::intake::import::{Layout, Mapping};
use crate::intake::{Fault, Tip, tip};
use crate::lang::Lang;
use crate::place::Code;

/// Rows taken in within one commit.
const BATCH: usize = 64;
/// Largest file, in bytes.
const MAX_FILE: u64 = 1024 * 1024 * 1024;
/// Most rows of one file.
const MAX_ROWS: usize = 5_000_000;

#[derive(Subcommand)]
pub enum Import {
    /// Take in tips from a CSV file with a header row, in Chinese or English.
    Tips {
        /// The file, UTF-8.
        file: PathBuf,
        /// Name of the system that the rows come from; with it and `external_id` a row is known
        /// again, so importing twice adds nothing.
        #[arg(long, default_value = "import")]
        source: String,
        /// Renames columns, converts values, sets constants.
        #[arg(long, value_name = "TOML")]
        mapping: Option<PathBuf>,
        /// The unit whose desk takes the tips in; without it that of the place's province.
        #[arg(long)]
        unit: Option<String>,
        /// Where rows that cannot be taken are written, with row number and reason.
        #[arg(long, value_name = "CSV")]
        rejects: Option<PathBuf>,
    },
}

pub async fn run(command: Import, config: &Config) -> anyhow::Result<()> {
    let Import::Tips { file, source, mapping, unit, rejects } = command;
    let size = std::fs::metadata(&file).with_context(|| file.display().to_string())?.len();
    if size > MAX_FILE {
        bail!("{} is larger than {MAX_FILE} bytes; split it", file.display());
    }
    if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        bail!("XLSX files come later; save the sheet as CSV (UTF-8)");
    }
    let Opened { desk, .. } = app::open(config).await?;
    let unit = unit.map(|text| text.parse::<Code>().with_context(|| format!("--unit {text}")));
    let mapping = mapping.map(|path| {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        anyhow::Ok(Mapping::parse(&text)?)
    });
    let rejects = rejects.unwrap_or_else(|| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("{stem}.rejects.csv"))
    });
    let run = Run::begin(&desk, &file, source, mapping.transpose()?, unit.transpose()?, rejects)?;
    run.all().await
}

struct Run<'a> {
    desk: &'a Desk,
    rows: csv::Reader<File>,
    layout: Layout,
    header: Vec<String>,
    source: String,
    unit: Option<Code>,
    seen: HashMap<String, u32>,
    rejects: Rejects,
    total: u64,
    new: u64,
    known: u64,
}

/// A row on its way in: its number, its cells, and the tip that it makes.
struct Waiting {
    row: u64,
    cells: Vec<String>,
    tip: Tip,
    from: From,
}

impl<'a> Run<'a> {
    fn begin(
        desk: &'a Desk,
        file: &Path,
        source: String,
        mapping: Option<Mapping>,
        unit: Option<Code>,
        rejects: PathBuf,
    ) -> anyhow::Result<Run<'a>> {
        if let Some(unit) = unit.filter(|unit| !desk.law.divisions.has(*unit)) {
            bail!("--unit {unit}: no such division");
        }
        let total = count(file)?;
        let mut rows = reader(file)?;
        let header: Vec<String> = rows.headers()?.iter().map(str::to_owned).collect();
        let layout = Mapping::layout(mapping, &header)?;
        let rejects = Rejects { path: rejects, file: None, count: 0 };
        let (seen, new, known) = (HashMap::new(), 0, 0);
        Ok(Run { desk, rows, layout, header, source, unit, seen, rejects, total, new, known })
    }

    async fn all(mut self) -> anyhow::Result<()> {
        let progress = Progress::new("rows imported", self.total);
        let (mut row, mut shown) = (0, 0);
        let mut batch = Vec::with_capacity(BATCH);
        let mut record = csv::ByteRecord::new();
        loop {
            let more =
                self.rows.read_byte_record(&mut record).context("the file cannot be read")?;
            if more {
                row += 1;
                batch.extend(self.read(row, &record)?);
            }
            if batch.len() == BATCH || !more {
                self.take(std::mem::take(&mut batch)).await?;
                progress.at(shown, row);
                shown = row;
            }
            if !more {
                break;
            }
        }
        progress.end();
        let Run { new, known, rejects, .. } = self;
        println!("{row} rows: {new} taken in, {known} known already, {} rejected", rejects.count);
        rejects.end()
    }

    /// Reads one row; what cannot be taken is written to the rejects.
    fn read(&mut self, row: u64, record: &csv::ByteRecord) -> anyhow::Result<Option<Waiting>> {
        let cells: Vec<String> =
            record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        if record.iter().any(|cell| std::str::from_utf8(cell).is_err()) {
            self.reject(row, &cells, "the row is not UTF-8 / 本行不是 UTF-8 编码")?;
            return Ok(None);
        }
        if cells.len() != self.layout.width() {
            let (has, wants) = (cells.len(), self.layout.width());
            let why = format!("{has} cells where the header has {wants} / 列数与表头不符");
            self.reject(row, &cells, &why)?;
            return Ok(None);
        }
        let now = self.desk.clock.now();
        let identity = self.identity(&cells);
        let read = self.layout.read(&cells, identity, now);
        let ground = tip::Ground { divisions: &self.desk.law.divisions, now, staff: true };
        match tip::check(read.form, &ground) {
            Ok(tip) => {
                let received_at = read.received_at.unwrap_or(now);
                let from =
                    From::Import { source: self.source.clone(), received_at, unit: self.unit };
                Ok(Some(Waiting { row, cells, tip, from }))
            }
            Err(faults) => {
                self.reject(row, &cells, &in_words(&faults))?;
                Ok(None)
            }
        }
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

    async fn take(&mut self, batch: Vec<Waiting>) -> anyhow::Result<()> {
        let tips = batch.iter().map(|w| (w.tip.clone(), w.from.clone())).collect();
        let taken = self.desk.receive_batch(tips).await?;
        for (waiting, taken) in batch.iter().zip(taken) {
            match taken {
                Taken::New => self.new += 1,
                Taken::Known => self.known += 1,
                Taken::Faulty(faults) => {
                    self.reject(waiting.row, &waiting.cells, &in_words(&faults))?;
                }
            }
        }
        Ok(())
    }

    fn reject(&mut self, row: u64, cells: &[String], why: &str) -> anyhow::Result<()> {
        self.rejects.add(row, cells, why, &self.header)
    }
}

fn in_words(faults: &[Fault]) -> String {
    let say = |fault: &Fault| {
        let (zh, en) = (fault.note(Lang::Zh), fault.note(Lang::En));
        format!("{}: {}，{} / {}; {}", zh.field, zh.reason, zh.remedy, en.reason, en.remedy)
    };
    faults.iter().map(say).collect::<Vec<_>>().join(" | ")
}

/// The file of rejected rows. They may hold personal data, so only their owner may read it.
struct Rejects {
    path: PathBuf,
    file: Option<csv::Writer<File>>,
    count: u64,
}

impl Rejects {
    fn add(
        &mut self,
        row: u64,
        cells: &[String],
        why: &str,
        header: &[String],
    ) -> anyhow::Result<()> {
        self.count += 1;
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let file = options.write(true).create(true).truncate(true).mode(0o600).open(&self.path);
            let file = file.with_context(|| format!("the reject file {}", self.path.display()))?;
            let mut file = csv::WriterBuilder::new().flexible(true).from_writer(file);
            let names = ["row", "reason"].into_iter().chain(header.iter().map(String::as_str));
            file.write_record(names)?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            let cells = cells.iter().map(String::as_str);
            file.write_record([row.to_string().as_str(), why].into_iter().chain(cells))?;
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<()> {
        if let Some(mut file) = self.file {
            file.flush()?;
            println!("rejected rows with their reasons: {}", self.path.display());
        }
        Ok(())
    }
}

fn reader(file: &Path) -> anyhow::Result<csv::Reader<File>> {
    let open = File::open(file).with_context(|| file.display().to_string())?;
    Ok(csv::ReaderBuilder::new().flexible(true).from_reader(open))
}

/// Rows of the file, for the progress bar.
fn count(file: &Path) -> anyhow::Result<u64> {
    let mut rows = reader(file)?;
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while rows.read_byte_record(&mut record).context("the file cannot be read")? {
        count += 1;
        if count > MAX_ROWS {
            bail!("the file has more than {MAX_ROWS} rows; split it");
        }
    }
    Ok(count as u64)
}
