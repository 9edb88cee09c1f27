//! The terminal: one file for each command.

mod audit;
mod backup;
mod demo;
mod draw;
mod due;
mod import;
mod letters;
mod progress;
mod report;
mod restore;
mod seal;
mod synth;
mod token;
mod user;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::{app, telemetry};

/// A violation-report hotline that cannot lose a case.
#[derive(Parser)]
#[command(name = "hotline", version)]
struct Line {
    /// Settings file; without it the shipped defaults and the environment hold.
    #[arg(long, global = true, env = "HOTLINE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API until stopped.
    Serve,
    /// Serve a year of made-up cases on an embedded database, with a login for each role.
    Demo(demo::Demo),
    /// Make the database, or bring it up to date.
    Migrate {
        /// Make a new database for tests: its clock can be set.
        #[arg(long)]
        test: bool,
    },
    /// Keep users.
    #[command(subcommand)]
    User(user::User),
    /// Keep tokens, by which programs log in.
    #[command(subcommand)]
    Token(token::Token),
    /// Take in what other systems hold.
    #[command(subcommand)]
    Import(import::Import),
    /// Build reports.
    #[command(subcommand)]
    Report(report::Report),
    /// Replay draws.
    #[command(subcommand)]
    Draw(draw::Draw),
    /// Fill a database without cases with a year of made-up ones.
    Synth(synth::Synth),
    /// Reckon a due date, and say how it comes about.
    Due(due::Due),
    /// Show the key and the head of the sealed log.
    #[command(subcommand)]
    Seal(seal::Seal),
    /// Check receipts and heads of the log without the service and its database, and reports with
    /// the database.
    #[command(subcommand)]
    Verify(verify::Verify),
    /// Replay every case and compare it with the tables; exit status 1 when something differs.
    Audit(audit::Audit),
    /// Write everything into one sealed archive, while the service goes on; or check one.
    Backup(backup::Backup),
    /// Fill an empty database and data folder from an archive; the key file must lie there.
    Restore(restore::Restore),
    /// Copy a database into an empty one of either kind.
    Move(restore::Move),
}

/// Runs the command line; the exit status.
pub fn run() -> i32 {
    let line = Line::parse();
    let done = start(&line).and_then(|config| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(obey(line.command, &config))
    });
    match done {
        Ok(status) => status,
        Err(error) => {
            eprintln!("hotline: {error:#}");
            2
        }
    }
}

fn start(line: &Line) -> anyhow::Result<Config> {
    let config = Config::read(line.config.as_deref(), std::env::vars());
    let config = config.map_err(anyhow::Error::msg)?;
    // Commands speak for themselves; only the service keeps a log of what it does.
    let level = if matches!(line.command, Command::Serve) { &config.log.level } else { "warn" };
    telemetry::start(level, config.log.format == "json").map_err(anyhow::Error::msg)?;
    Ok(config)
}

async fn obey(command: Command, config: &Config) -> anyhow::Result<i32> {
    match command {
        Command::Serve => app::serve(config).await?,
        Command::Migrate { test } => match app::migrate(config, test).await? {
            0 => println!("the database is up to date"),
            steps => println!("the database was brought up to date in {steps} steps"),
        },
        Command::User(command) => user::run(command, config).await?,
        Command::Token(command) => token::run(command, config).await?,
        Command::Import(command) => import::run(command, config).await?,
        Command::Report(command) => report::run(command, config).await?,
        Command::Demo(command) => demo::run(command, config).await?,
        Command::Synth(command) => synth::run(command, config).await?,
        Command::Due(command) => return due::run(&command, config),
        Command::Draw(command) => return draw::run(command, config).await,
        Command::Seal(command) => seal::run(command, config).await?,
        Command::Verify(command) => return verify::run(command, config).await,
        Command::Audit(command) => return audit::run(command, config).await,
        Command::Backup(command) => return backup::run(command, config).await,
        Command::Restore(command) => restore::restore(&command, config)?,
        Command::Move(command) => restore::relocated(command, config).await?,
    }
    Ok(0)
}
