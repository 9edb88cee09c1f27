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
    let plan = ImportPlan { source, unit: unit.transpose()?, mapping: mapping.transpose()? };
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
    let done = desk.import(sheet, plan, at, |reject| rejects.add(&reject)).await?;
    progress.end();
    let ImportDone { rows, new, known, rejected } = done;
    println!("{rows} rows: {new} taken in, {known} known already, {rejected} rejected");
    rejects.end()
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
            let cells = reject.cells.iter().map(String::as_str);
            let (row, why) = (reject.row.to_string(), reject.cause.both());
            file.write_record([row.as_str(), &why].into_iter().chain(cells))?;
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
        let names = ["row", "reason"].into_iter().chain(self.header.iter().map(String::as_str));
        file.write_record(names)?;
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
