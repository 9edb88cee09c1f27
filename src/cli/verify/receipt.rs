//! `hotline verify receipt`

use std::path::PathBuf;

use clap::Args;

use super::{fails, holds, read_json, read_key, read_note, signed};
use crate::seal::note::{NoteFault, VerifierKey, unchecked};
use crate::seal::proof::{self, Consistency, Fault};

#[derive(Args)]
pub struct Receipt {
    /// The file, as the page of one's own tip gives it.
    file: PathBuf,
    /// The log's verifier key, or a file that holds it.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A head kept from elsewhere, such as from a report's letter; of the same size it must be the
    /// same.
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

pub fn run(command: &Receipt) -> anyhow::Result<i32> {
    let file: proof::Receipt = read_json(&command.file)?;
    let key = read_key(command.key.as_deref())?;
    let head = match file.check(key.as_ref()) {
        Ok(head) => head,
        Err(fault) => return Ok(fails(&command.file, &fault)),
    };
    if let Some(path) = &command.head {
        let kept = match opened(&read_note(path)?, key.as_ref()) {
            Ok(kept) => kept,
            Err(fault) => return Ok(fails(path, &Fault::Note(fault))),
        };
        let (older, newer) = if kept.size <= head.size { (&kept, &head) } else { (&head, &kept) };
        if let Err(fault) = Consistency::beforehand(older, newer) {
            return Ok(fails(path, &fault));
        }
        if kept.size != head.size {
            println!(
                "两个总台账头的条数不同（{} 与 {}），要用 hotline verify head --older 核对其先后\n\
                 the two heads have {} and {} entries; compare them with hotline verify head --older",
                older.size, newer.size, older.size, newer.size
            );
        }
    }
    signed(&head, key.as_ref());
    let (place, size) = (file.proof.index + 1, head.size);
    Ok(holds(
        &format!("这份举报在总台账的第 {place} 条（共 {size} 条），内容与存证时一致"),
        &format!("this tip stands at place {place} of {size} of the log, unchanged"),
    ))
}

/// Reads a note, with the signature where there is a key to check it by.
pub(super) fn opened(
    note: &str,
    key: Option<&VerifierKey>,
) -> Result<crate::seal::note::Checkpoint, NoteFault> {
    key.map_or_else(|| unchecked(note), |key| key.open(note))
}
