//! `hotline demo`: a service to look at, with made-up cases and a login for each role.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::bail;
use clap::Args;

use super::synth::{SEED, fill, summary, yesterday};
use crate::app::{self, Opened};
use crate::clock::{below, monotonic};
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::rehearse::{Hands, KINDS, SCOPES};
use crate::ledger::Role;
use crate::store::{StoreError, Url};
use crate::synth::{MAX_TIPS, Plan};

/// Tips of a demo's year.
const TIPS: u32 = 10_000;
/// The fact by which a database says that it is a demo's, and whether it was finished.
const DEMO: &str = "demo";
const BEGUN: &str = "begun";
const MADE: &str = "made";

/// Signs of a password: no 0 o, 1 i l, and no capitals, so that it is typed as it is read.
const SIGNS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Signs in a password: 14 × log2(31) = 69 bits.
const PASSWORD_LENGTH: usize = 14;

/// The logins: role, which is also the login's name, and unit.
const LOGINS: [(Role, &str); 8] = [
    (Role::Operator, "430000"),
    (Role::Judge, "430000"),
    (Role::Handler, "430000"),
    (Role::Reviewer, "430000"),
    (Role::Custodian, "430000"),
    (Role::Supervisor, "000000"),
    (Role::Analyst, "000000"),
    (Role::Admin, "000000"),
];

#[derive(Args)]
pub struct Demo {
    /// How many tips the made-up year has, where it is yet to be made.
    #[arg(long, value_name = "N", default_value_t = TIPS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_TIPS)))]
    tips: u32,
}

/// A login as it is shown.
struct Login {
    name: &'static str,
    words: &'static str,
    unit: &'static str,
    place: String,
    password: String,
}

pub async fn run(command: Demo, config: &Config) -> anyhow::Result<()> {
    let begun = monotonic();
    let config = &settings(config)?;
    // Whatever could stop it is asked before the year is made.
    let hold = app::hold(config)?;
    let port = app::listen(config)?;
    let fresh = !app::has_database(config)?;
    if fresh {
        app::migrate(config, false).await?;
    }
    let Opened { desk, .. } = app::open(config).await?;
    if fresh {
        mark(&desk, BEGUN).await?;
    }
    let state = desk.store.read(|db| db.fact(DEMO)).await?;
    let making = match state.as_deref() {
        None => bail!(
            "the folder {} holds a database that is not a demo's; set HOTLINE_DATA to a new folder",
            config.data.dir.display()
        ),
        Some(MADE) => false,
        Some(_) if !fresh => bail!(
            "the demo in {} was broken off while it was made; remove that folder and start again",
            config.data.dir.display()
        ),
        Some(_) => true,
    };
    // The logins come first: some of them do what happens beside the cases.
    let logins = logins(&desk, fresh).await?;
    let done = if making { Some(make(&desk, command.tips).await?) } else { None };
    if fresh {
        mark(&desk, MADE).await?;
    }
    drop(desk);
    app::serve_on(config, hold, port, |address| {
        let seconds = begun.elapsed().as_secs_f64();
        let summary = done.map(|summary| format!("{summary}\n")).unwrap_or_default();
        let said = summary + &announce(address, &logins, seconds);
        // Whoever reads may have read enough and gone; that does not stop the service.
        let _ = std::io::stdout().write_all(said.as_bytes());
    })
    .await
}

/// The settings of a demo: embedded, for this machine alone, with the reports of its year.
fn settings(config: &Config) -> anyhow::Result<Config> {
    let mut config = config.clone();
    match config.database_url().parse::<Url>().map_err(anyhow::Error::msg)? {
        Url::Sqlite(_) => {}
        Url::Postgres(_) => bail!(
            "a demo keeps its cases in an embedded database; unset DATABASE_URL (or use hotline \
             synth for made-up cases in PostgreSQL)"
        ),
    }
    let address: SocketAddr = config.server.listen.parse()?;
    if !address.ip().is_loopback() {
        bail!(
            "settings: server.listen: a demo prints its passwords and listens on this machine \
             only; use 127.0.0.1:{}",
            address.port()
        );
    }
    config.reports.scopes = SCOPES.map(str::to_owned).into();
    config.reports.kinds = KINDS.map(|kind| kind.name().to_owned()).into();
    Ok(config)
}

async fn mark(desk: &Desk, state: &'static str) -> Result<(), StoreError> {
    desk.store.write(move |tx| tx.keep_fact(DEMO, state)).await
}

async fn make(desk: &Desk, tips: u32) -> anyhow::Result<String> {
    let begun = monotonic();
    let plan = Plan { tips, seed: SEED, last: yesterday(desk) };
    let [operator, supervisor] = [Role::Operator, Role::Supervisor].map(Role::name);
    let hands = desk.store.read(move |db| Hands::find(db, operator, supervisor)).await?;
    let made = fill(desk, plan, hands).await?;
    Ok(summary(&made, begun.elapsed().as_secs_f64()))
}

/// A new password for each login, at each start: none is ever known from an earlier one.
async fn logins(desk: &Desk, fresh: bool) -> anyhow::Result<Vec<Login>> {
    let mut made = Vec::with_capacity(LOGINS.len());
    for (role, unit) in LOGINS {
        let (name, password) = (role.name(), password());
        let code = unit.parse()?;
        if fresh {
            desk.add_user(name, password.clone(), code, &[role]).await?;
        } else if !desk.renew_password(name, password.clone()).await? {
            bail!("the demo's login {name} is gone; remove the folder and start again");
        }
        let place = desk.law.divisions.name(code);
        let words = role.names().0;
        made.push(Login { name, words, unit, place, password });
    }
    Ok(made)
}

fn password() -> String {
    let draw = |_| usize::try_from(below(SIGNS.len() as u64)).unwrap_or(0);
    (0..PASSWORD_LENGTH).map(draw).map(|at| char::from(SIGNS[at])).collect()
}

fn announce(address: SocketAddr, logins: &[Login], seconds: f64) -> String {
    let login = |login: &Login| {
        let Login { name, words, unit, place, password } = login;
        format!("{name:<13} {password}    {unit} {place}  {words} / {name}\n")
    };
    let table: String = logins.iter().map(login).collect();
    format!(
        "演示已就绪，用时 {seconds:.1} 秒 / the demo is ready\n\
         地址 / address:  http://{address}\n\
         账号 / login  密码 / password   单位 / unit      角色 / role\n\
         {table}\
         数据均为虚构；密码只在此显示，下次启动将更换。按 Ctrl-C 停止。\n\
         All cases are made up; passwords are shown here only and change at each start.\n"
    )
}
