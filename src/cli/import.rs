//! `hotline import …`

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use super::progress::Progress;
use crate::app::{self, Opened};
use crate::config::Config;
use crate::desk::import::{ImportDone, ImportPlan, Reject};
use crate::intake::guard::guarded;
use crate::intake::import::{Mapping, is_known};
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
    },
}

pub async fn run(command: Import, config: &Config) -> anyhow::Result<()> {
    let Import::Tips { file, source, mapping, unit, rejects } = command;
    let unit = unit.map(|text| text.parse::<Code>().with_context(|| format!("--unit {text}")));
    let mapping = mapping.map(|path| {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        anyhow::Ok(Mapping::parse(&text)?)
    });
    let (unit, mapping) = (unit.transpose()?, mapping.transpose()?);
    let plan = ImportPlan { source, unit, by: None, mapping };
    let Opened { desk, .. } = app::open(config).await?;
    let rejects = rejects.unwrap_or_else(|| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("{stem}.rejects.csv"))
    });
    let known = plan.mapping.clone();
    let sheet =
        Sheet::open(&Source::File(file.clone()), move |header| is_known(known.as_ref(), header));
    let sheet = sheet.with_context(|| file.display().to_string())?;

    let mut rejects = Rejects { path: rejects, header: sheet.header().to_vec(), file: None };
    let progress = Progress::new("rows imported", sheet.total());
    let mut shown = 0;
    let at = |row| {
        progress.at(shown, row);
        shown = row;
    };
    let imported = desk.import(sheet, plan, at, |reject| rejects.add(&reject)).await;
    progress.end();
    let done = imported.as_ref().map_or_else(|broken| broken.done, |done| *done);
    let ImportDone { rows, new, known, rejected } = done;
    // An import that never began has nothing to tell but its error.
    if imported.is_ok() || rows > 0 {
        println!("{rows} rows: {new} taken in, {known} known already, {rejected} rejected");
    }
    let ended = rejects.end();
    match imported {
        Ok(_) => ended,
        Err(broken) if rows == 0 => Err(broken.error.into()),
        Err(broken) => Err(broken.error).context(format!(
            "the import broke off after {rows} rows; what was taken in stays in, and the same \
             import again goes on / 导入在 {rows} 行后中断；已收入的保留，再次导入会接着进行"
        )),
    }
}

/// The file of rejected rows. They may hold personal data, so only their owner may read it.
struct Rejects {
    path: PathBuf,
    header: Vec<String>,
    file: Option<csv::Writer<File>>,
}

impl Rejects {
    fn add(&mut self, reject: &Reject) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(self.begin()?);
        }
        if let Some(file) = &mut self.file {
            let (row, why) = (reject.row.to_string(), reject.cause.both());
            file.write_record(line([row.as_str(), &why], &reject.cells))?;
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
        file.write_record(line(["row", "reason"], &self.header))?;
        Ok(file)
    }

    fn end(self) -> anyhow::Result<()> {
        if let Some(mut file) = self.file {
            file.flush()?;
            println!("rejected rows with their reasons: {}", self.path.display());
        }
        Ok(())
    }
}

/// A line of the file, which somebody will open in a spreadsheet: no cell is a formula (S32).
fn line<'a>(first: [&'a str; 2], cells: &'a [String]) -> impl Iterator<Item = Vec<u8>> {
    let all = first.into_iter().chain(cells.iter().map(String::as_str));
    all.map(|cell| guarded(cell).into_owned().into_bytes())
}
