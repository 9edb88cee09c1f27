//! `hotline draw …`

use std::path::Path;

use anyhow::Context;
use clap::Subcommand;
use serde_json::Value;

use crate::app::{self, Opened};
use crate::config::Config;
use crate::draw::{Difference, Verified, verify};

/// Longest document that is read, in bytes: that of the largest population is smaller.
const MAX_DOCUMENT: u64 = 64 * 1024 * 1024;

#[derive(Subcommand)]
pub enum Draw {
    /// Draw again from what was published and compare; exit status 1 at the first difference.
    Verify {
        /// A file as `GET /api/v1/draws/{draw}` gives it, or the identifier of a draw in the database.
        draw: String,
    },
}

pub async fn run(command: Draw, config: &Config) -> anyhow::Result<i32> {
    let Draw::Verify { draw } = command;
    let file = Path::new(&draw);
    let document = match file.is_file() {
        true => read(file)?,
        false => {
            let Opened { desk, .. } = app::open(config).await?;
            desk.catch_up().await?;
            let found = desk.draw_document(&draw, true).await;
            found.with_context(|| format!("{draw}: no such file, and no such draw here"))?
        }
    };
    Ok(told(verify(&document)))
}

fn read(file: &Path) -> anyhow::Result<Value> {
    let name = || file.display().to_string();
    let length = std::fs::metadata(file).with_context(name)?.len();
    anyhow::ensure!(length <= MAX_DOCUMENT, "{}: longer than {MAX_DOCUMENT} bytes", name());
    let text = std::fs::read_to_string(file).with_context(name)?;
    serde_json::from_str(&text).with_context(|| format!("{}: no JSON", name()))
}

fn told(outcome: Result<Verified, Difference>) -> i32 {
    match outcome {
        Ok(Verified { population, drawn: 0, .. }) => {
            println!("ok: {population} cases; not drawn yet");
            0
        }
        Ok(Verified { population, drawn, checkers }) => {
            let checkers = if checkers { "cases and checkers" } else { "cases" };
            println!("ok: {drawn} of {population} cases drawn; {checkers} are those of the seed");
            0
        }
        Err(difference) => {
            println!("difference: {difference}");
            1
        }
    }
}
