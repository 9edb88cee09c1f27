//! `hotline seal …`

use anyhow::Context;
use clap::Subcommand;

use crate::app::{self, Opened};
use crate::config::Config;
use crate::vault::SealKey;

#[derive(Subcommand)]
pub enum Seal {
    /// Print the key by which others check the log's heads; it is no secret.
    Key,
    /// Seal what waits and print the signed head of the log, to be kept elsewhere.
    Head,
}

pub async fn run(command: Seal, config: &Config) -> anyhow::Result<()> {
    match command {
        Seal::Key => {
            let path = config.seal_key_file();
            let key = SealKey::read(&path)?;
            let key = key.with_context(|| {
                format!("there is no key file {} yet; run: hotline migrate", path.display())
            })?;
            println!("{}", key.verifier());
        }
        Seal::Head => {
            let Opened { desk, .. } = app::open(config).await?;
            desk.catch_up().await?;
            print!("{}", desk.head().await?.note);
        }
    }
    Ok(())
}
