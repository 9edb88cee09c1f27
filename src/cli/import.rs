//! `hotline import …`

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::config::Config;
use crate::desk::carry::Carried;
use crate::desk::import::{ImportDone, ImportPlan, Reject, Told};
use crate::intake::guard::guarded;
use crate::intake::import::{Mapping, is_known};
use crate::lang::Lang;
use crate::place::Code;
use crate::sheet::{Sheet, Source};

#[derive(Subcommand)]
pub enum Import {
    /// Take in tips from a CSV or XLSX file with a header row, in Chinese or English.
    Tips {
        /// The file: XLSX, or CSV in UTF-8 or GB18030.
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
        /// Where rows of an old ledger that stand open are listed, with case, reason and what is
        /// owed.
        #[arg(long, value_name = "CSV")]
        open: Option<PathBuf>,
    },
}

pub async fn run(command: Import, config: &Config) -> anyhow::Result<()> {
    let Import::Tips { file, source, mapping, unit, rejects, open } = command;
    let unit = unit.map(|text| text.parse::<Code>().with_context(|| format!("--unit {text}")));
    let mapping = mapping.map(|path| {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        anyhow::Ok(Mapping::parse(&text)?)
    });
    let (unit, mapping) = (unit.transpose()?, mapping.transpose()?);
    let plan = ImportPlan { source, unit, by: None, mapping };
    let Opened { desk, .. } = app::open(config).await?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let rejects = rejects.unwrap_or_else(|| PathBuf::from(format!("{stem}.rejects.csv")));
    let open = open.unwrap_or_else(|| PathBuf::from(format!("{stem}.open.csv")));
    let known = plan.mapping.clone();
    let sheet =
        Sheet::open(&Source::File(file.clone()), move |header| is_known(known.as_ref(), header));
    let sheet = sheet.with_context(|| file.display().to_string())?;

    let head = ["row", "reason"].map(str::to_owned).into_iter();
    let head = head.chain(sheet.header().iter().cloned()).collect();
    let mut rejects = Aside::new(rejects, head);
    let head = ["row", "case", "reason", "outstanding"].map(str::to_owned).into();
    let mut open = Aside::new(open, head);
    let mut reasons = BTreeMap::new();
    let progress = Progress::new("rows imported", sheet.total());
    let tell = |told| match told {
        Told::Rejected(reject) => rejects.add(rejected(&reject)),
        Told::Open { row, carried } => {
            let why = carried.halt.as_ref().map(|halt| halt.words(Lang::En)).unwrap_or_default();
            *reasons.entry(why).or_insert(0_u64) += 1;
            open.add(standing(row, &carried))
        }
    };
    let mut shown = 0;
    let at = |row| {
        progress.at(shown, row);
        shown = row;
    };
    let imported = desk.import(sheet, plan, at, tell).await;
    progress.end();
    let done = imported.as_ref().map_or_else(|broken| broken.done, |done| *done);
    let ImportDone { rows, new, known, rejected, old_closed, old_open } = done;
    // An import that never began has nothing to tell but its error.
    if imported.is_ok() || rows > 0 {
        println!("{rows} rows: {new} taken in, {known} known already, {rejected} rejected");
    }
    if old_closed + old_open > 0 {
        println!("of an old ledger: {old_closed} closed, {old_open} open");
    }
    for (why, count) in reasons {
        println!("  {count} × {why}");
    }
    let ended = rejects.end("rejected rows with their reasons");
    let ended = ended.and(open.end("open rows with what they owe"));
    match imported {
        Ok(_) => ended,
        Err(broken) if rows == 0 => Err(broken.error.into()),
        Err(broken) => Err(broken.error).context(format!(
            "the import broke off after {rows} rows; what was taken in stays in, and the same \
             import again goes on / 导入在 {rows} 行后中断；已收入的保留，再次导入会接着进行"
        )),
    }
}

/// A line of the file of rejected rows.
fn rejected(reject: &Reject) -> Vec<String> {
    let first = [reject.row.to_string(), reject.cause.both()];
    first.into_iter().chain(reject.cells.iter().cloned()).collect()
}

/// A line of the file of open rows: the reason and what is owed in both languages, for one person
/// makes the file and others work it off.
fn standing(row: u64, carried: &Carried) -> Vec<String> {
    let why = |lang| carried.halt.as_ref().map(|halt| halt.words(lang)).unwrap_or_default();
    let both = |of: &dyn Fn(Lang) -> String| format!("{} / {}", of(Lang::Zh), of(Lang::En));
    let owed = both(&|lang| carried.owed_words(lang));
    vec![row.to_string(), carried.case.clone(), both(&why), owed]
}

/// A file of rows set aside, which is there once it has one. They may hold personal data, so only
/// their owner may read it.
struct Aside {
    path: PathBuf,
    header: Vec<String>,
    file: Option<csv::Writer<File>>,
}

impl Aside {
    fn new(path: PathBuf, header: Vec<String>) -> Aside {
        Aside { path, header, file: None }
    }

    fn add(&mut self, cells: Vec<String>) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(self.begin()?);
        }
        if let Some(file) = &mut self.file {
            file.write_record(line(&cells))?;
        }
        Ok(())
    }

    fn begin(&self) -> io::Result<csv::Writer<File>> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&self.path);
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
        };
        let mut file = csv::WriterBuilder::new().flexible(true).from_writer(file.map_err(named)?);
        file.write_record(line(&self.header))?;
        Ok(file)
    }

    fn end(self, what: &str) -> anyhow::Result<()> {
        if let Some(mut file) = self.file {
            file.flush()?;
            println!("{what}: {}", self.path.display());
        }
        Ok(())
    }
}

/// A line of the file, which somebody will open in a spreadsheet: no cell is a formula (S32).
fn line(cells: &[String]) -> impl Iterator<Item = Vec<u8>> {
    cells.iter().map(|cell| guarded(cell).into_owned().into_bytes())
}
