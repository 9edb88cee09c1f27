//! `hotline token …`

use anyhow::bail;
use clap::Subcommand;

use crate::app::{self, Opened};
use crate::config::Config;

#[derive(Subcommand)]
pub enum Token {
    /// Make a token for a login and print it, alone and this once.
    Create {
        /// Login name.
        login: String,
    },
}

pub async fn run(Token::Create { login }: Token, config: &Config) -> anyhow::Result<()> {
    let Opened { desk, .. } = app::open(config).await?;
    match desk.new_token(&login).await? {
        Some(token) => println!("{token}"),
        None => bail!("there is no login {login}; add it with: hotline user add {login} …"),
    }
    Ok(())
}
