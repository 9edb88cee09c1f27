//! `hotline user …`

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};
use clap::Subcommand;

use super::letters::explained;
use crate::app::{self, Opened};
use crate::config::Config;
use crate::desk::mailbox::Wishes;
use crate::lang::Lang;
use crate::ledger::Role;
use crate::place::Code;

#[derive(Subcommand)]
pub enum User {
    /// Add somebody. A unit has the code of its division.
    Add {
        /// Login name.
        login: String,
        /// Role; several are separated by commas.
        #[arg(long, required = true, value_delimiter = ',')]
        role: Vec<Role>,
        /// Unit: a division code of 2, 4, 6 or 9 digits.
        #[arg(long)]
        unit: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Where letters about cases go.
        #[arg(long)]
        email: Option<String>,
    },
    /// Set where somebody's letters go; without an address, end them.
    SetEmail {
        /// Login name.
        login: String,
        /// E-mail address.
        email: Option<String>,
        /// Language of the letters.
        #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
        lang: String,
        /// No digest in the morning.
        #[arg(long)]
        no_digest: bool,
        /// Tell of danger at once.
        #[arg(long)]
        on_duty: bool,
    },
    /// Shut an account; its sessions and tokens end at once.
    Disable {
        /// Login name.
        login: String,
    },
    /// Open an account again.
    Enable {
        /// Login name.
        login: String,
    },
    /// Change roles; sessions end, so that the new ones hold at once.
    SetRole {
        /// Login name.
        login: String,
        /// Role; several are separated by commas.
        #[arg(long, required = true, value_delimiter = ',')]
        role: Vec<Role>,
    },
}

pub async fn run(command: User, config: &Config) -> anyhow::Result<()> {
    let Opened { desk, .. } = app::open(config).await?;
    let (login, found) = match command {
        User::Add { login, role, unit, password_stdin, email } => {
            let unit: Code = unit.parse().with_context(|| format!("--unit {unit}"))?;
            let password = password(password_stdin)?;
            desk.add_user(&login, password, unit, &role).await?;
            if email.is_some() {
                desk.set_wishes_of(&login, &Wishes::of(email)).await.map_err(explained)?;
            }
            println!("{login} was added to {} {unit}", desk.law.divisions.full_name(unit));
            return Ok(());
        }
        User::SetEmail { login, email, lang, no_digest, on_duty } => {
            let (lang, digest) = (Lang::of_name(&lang), !no_digest);
            let wishes = Wishes { lang, digest, on_duty, ..Wishes::of(email) };
            let found = desk.set_wishes_of(&login, &wishes).await.map_err(explained)?;
            (login, found)
        }
        User::Disable { login } => {
            let found = desk.change_user(&login, |user| user.disabled = true).await?;
            (login, found)
        }
        User::Enable { login } => {
            let found = desk.change_user(&login, |user| user.disabled = false).await?;
            (login, found)
        }
        User::SetRole { login, role } => {
            let roles = role.iter().map(|role| role.name()).collect::<Vec<_>>().join(",");
            let found = desk.change_user(&login, move |user| user.roles.clone_from(&roles)).await?;
            (login, found)
        }
    };
    if !found {
        bail!("there is no login {login}");
    }
    println!("{login} was changed");
    Ok(())
}

fn password(from_stdin: bool) -> anyhow::Result<String> {
    if !from_stdin {
        if std::io::stdin().is_terminal() {
            eprintln!("Password (12 characters or more), then Enter:");
        } else {
            bail!("give the password on standard input and say so with --password-stdin");
        }
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the password could not be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
