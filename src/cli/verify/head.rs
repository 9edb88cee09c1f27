//! `hotline verify head`

use std::path::{Path, PathBuf};

use clap::Args;

use super::receipt::opened;
use super::{fails, holds, read_json, read_key, read_note, signed};
use crate::seal::proof::{Consistency, Fault};

#[derive(Args)]
pub struct Head {
    /// A signed head, as /seal gives it.
    file: PathBuf,
    /// A head kept earlier: the log must only have grown since.
    #[arg(long, value_name = "FILE")]
    older: Option<PathBuf>,
    /// The proof of that, as `GET /api/v1/seal/consistency` gives it.
    #[arg(long, value_name = "FILE", requires = "older")]
    proof: Option<PathBuf>,
    /// The log's verifier key, or a file that holds it.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

pub fn run(command: &Head) -> anyhow::Result<i32> {
    let key = read_key(command.key.as_deref())?;
    let head = |path: &Path| -> anyhow::Result<_> {
        let read = opened(&read_note(path)?, key.as_ref());
        Ok(read.map_err(|fault| fails(path, &Fault::Note(fault))))
    };
    let newer = match head(&command.file)? {
        Ok(newer) => newer,
        Err(status) => return Ok(status),
    };
    let (size, root) = (newer.size, hex::encode(newer.root));
    let Some(path) = &command.older else {
        signed(&newer, key.as_ref());
        return Ok(holds(
            &format!("总台账共 {size} 条，根 {root}"),
            &format!("a log of {size} entries with the root {root}"),
        ));
    };
    let older = match head(path)? {
        Ok(older) => older,
        Err(status) => return Ok(status),
    };
    if let Err(fault) = Consistency::beforehand(&older, &newer) {
        return Ok(fails(path, &fault));
    }
    let from = older.size;
    if let Some(path) = &command.proof {
        let proof: Consistency = read_json(path)?;
        if let Err(fault) = proof.check(&older, &newer) {
            return Ok(fails(path, &fault));
        }
    } else if from != size {
        println!(
            "无法判断：还需要续写证明，请下载 /api/v1/seal/consistency?from={from}&to={size} 并用 --proof 给出\n\
             cannot tell: fetch /api/v1/seal/consistency?from={from}&to={size} and give it with --proof"
        );
        return Ok(2);
    }
    signed(&newer, key.as_ref());
    Ok(holds(
        &format!("总台账从 {from} 条续写到 {size} 条，早先的内容没有被删改"),
        &format!("the log grew from {from} to {size} entries, and nothing before was changed"),
    ))
}
