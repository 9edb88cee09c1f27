//! `hotline verify …`: checks what the service gave out; receipts and heads without the service and its
//! database, reports by the database. Exit status 0 where it holds, 1 where it does not, 2 where it
//! cannot be told.

mod head;
mod receipt;
mod report;

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::config::Config;
use crate::lang::Lang;
use crate::report::forms::MAX_FORM;
use crate::seal::note::{Checkpoint, VerifierKey};
use crate::seal::proof::Fault;

/// Longest file that is read, in bytes: the longest form of a report that is kept. Proofs have some
/// thousands.
const MAX_FILE: u64 = MAX_FORM as u64;

#[derive(Subcommand)]
pub enum Verify {
    /// Check that a tip stands in the log, by the file that its informant downloaded.
    Receipt(receipt::Receipt),
    /// Check a signed head of the log, and that it only adds to an older one.
    Head(head::Head),
    /// Make a report again from the log up to the place that it names, and compare every byte; hold a
    /// published page or table against the notice that names it.
    Report(report::Report),
}

pub async fn run(command: Verify, config: &Config) -> anyhow::Result<i32> {
    match command {
        Verify::Receipt(receipt) => receipt::run(&receipt),
        Verify::Head(head) => head::run(&head),
        Verify::Report(report) => report::run(&report, config).await,
    }
}

/// A file of at most [`MAX_FILE`] bytes, with ends of lines as we write them.
fn read(path: &Path) -> anyhow::Result<String> {
    let text = String::from_utf8(read_bytes(path)?);
    let text = text.with_context(|| format!("{}: not a text", path.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// A file of at most [`MAX_FILE`] bytes.
fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = || path.display().to_string();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(name)?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(name)?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("{}: longer than {MAX_FILE} bytes", name());
    }
    Ok(bytes)
}

/// A file with a signed head; empty lines around it, as in a letter, do no harm.
pub(super) fn read_note(path: &Path) -> anyhow::Result<String> {
    Ok(format!("{}\n", read(path)?.trim()))
}

/// A file with JSON.
fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let name = || format!("{}: not the JSON that is wanted here", path.display());
    serde_json::from_str(&read(path)?).with_context(name)
}

/// A verifier key, or the name of a file that holds one.
fn read_key(given: Option<&str>) -> anyhow::Result<Option<VerifierKey>> {
    let Some(given) = given else { return Ok(None) };
    let text = match Path::new(given).is_file() {
        true => read(Path::new(given))?,
        false => given.to_owned(),
    };
    let key = text.parse();
    key.map(Some).map_err(|fault: crate::seal::note::NoteFault| {
        anyhow::anyhow!("--key: {} / {}", fault.words(Lang::Zh), fault.words(Lang::En))
    })
}

/// Says what holds.
fn holds(zh: &str, en: &str) -> i32 {
    println!("成立：{zh}\nok: {en}");
    0
}

/// Says what does not hold, and why.
fn fails(what: &Path, fault: &Fault) -> i32 {
    let what = what.display();
    println!("不成立：{what}：{}\nfails: {what}: {}", fault.words(Lang::Zh), fault.words(Lang::En));
    1
}

/// Says whether a signature was looked at.
fn signed(head: &Checkpoint, key: Option<&VerifierKey>) {
    let origin = &head.origin;
    match key {
        Some(_) => println!("签名成立：{origin}\nsigned by {origin}"),
        None => println!(
            "未核对签名：请用 --key 给出「{origin}」的公钥（从另外的渠道取得）\n\
             signature not checked: give the key of {origin} with --key, from another source"
        ),
    }
}
