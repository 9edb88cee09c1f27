//! The composition root: from settings to store, vault, clock and desk, and from there to a server.

mod place;
mod settings;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::clockwork::{TEST, clock_of};
use crate::desk::flood::Limits;
use crate::desk::rehearse::SYNTHETIC;
use crate::desk::schedule::BORN;
use crate::files::Files;
use crate::store::{self, Layout, Store, StoreError, Url};
use crate::telemetry::Metrics;
use crate::vault::{KeyRing, SealKey, Vault};
use crate::{http, jobs};

pub use place::{Place, ends, has_seal_key, place, vault};
pub use settings::law;
use settings::{audit_at, bounds, mailer, series, timing};

/// Places of the log whose words a migration marks in one commit.
const MARKED_AT_ONCE: i64 = 5_000;
/// No upload of another instance takes longer.
const UPLOADS: chrono::Duration = chrono::Duration::hours(24);

/// The fact that ties a database to its keys.
const KEYS: &str = "keys";
/// The fact that ties a database to the key that signs its log: the verifier key.
pub const SEAL: &str = "seal_key";
/// Places by which the tree over an older database's log grows in one commit.
const GROWTH: i64 = 5_000;

/// A desk over the configured database, and whether that was made for tests.
pub struct Opened {
    /// The verbs.
    pub desk: Desk,
    /// Whether the clock may be set.
    pub test: bool,
}

/// Brings the database up to date and ties it to its keys; says how many steps that took.
pub async fn migrate(config: &Config, test: bool) -> anyhow::Result<usize> {
    let url: Url = config.database_url().parse().map_err(anyhow::Error::msg)?;
    make_folder(&url, config)?;
    if matches!(store::layout(&url)?, Layout::Ahead) {
        bail!("the database was migrated by a newer program; use that one, or a newer one still");
    }
    let steps = store::migrate(&url)?;
    let store = Store::open(&url)?;
    if store.is_half_filled().await? {
        bail!(place::HALF);
    }
    let (clock, _) = clock_of(&store).await?;
    let now = clock.now();
    let born = store
        .write(move |tx| -> Result<bool, StoreError> {
            let fresh = tx.fact(BORN)?.is_none();
            if fresh {
                tx.keep_fact(BORN, &now.to_rfc3339())?;
                if test {
                    tx.keep_fact(TEST, "yes")?;
                }
            }
            Ok(fresh || !test || tx.fact(TEST)?.is_some())
        })
        .await?;
    if !born {
        bail!("this database was not made for tests: migrate --test makes a new one only");
    }
    keys(config, &store).await?;
    seal_key(config, &store).await?;
    while store.write(|tx| tx.grow_tree(GROWTH)).await? > 0 {}
    // What came before there were marks is found by them too; a commit at a time, so that it can be
    // broken off and goes on from there.
    while store.write(|tx| tx.mark(MARKED_AT_ONCE)).await? {}
    Ok(steps)
}

/// Opens the configured database for a command.
pub async fn open(config: &Config) -> anyhow::Result<Opened> {
    let url: Url = config.database_url().parse().map_err(anyhow::Error::msg)?;
    match store::layout(&url) {
        Ok(Layout::Current) => {}
        Ok(Layout::Behind) => bail!("the database is not up to date; run: hotline migrate"),
        Ok(Layout::Ahead) => bail!("the database was migrated by a newer program; use that one"),
        Err(error) => {
            return Err(error).context(format!(
                "the database {url:?} cannot be opened; check that it runs, that DATABASE_URL is \
                 right, and that hotline migrate was run"
            ));
        }
    }
    let store = Store::open(&url)?;
    if store.is_half_filled().await? {
        bail!(place::HALF);
    }
    let vault = keys(config, &store).await?;
    let sealer = seal_key(config, &store).await?;
    let (clock, test) = clock_of(&store).await?;
    let law = law(config)?;
    let files = Files::open(&config.data.dir.join("files"), vault.clone(), config.files.max_bytes)
        .with_context(|| format!("the folder {}", config.data.dir.display()))?;
    let limits = Limits {
        per_source: config.flood.per_source,
        per_text: config.flood.per_text,
        window: Duration::from_secs(config.flood.window),
    };
    let desk = Desk::open(store, vault, sealer, files, clock, law).await?.with_limits(limits);
    Ok(Opened { desk, test })
}

/// What one process alone may hold: the lock of an embedded database.
pub struct Hold(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// Takes hold of the embedded database's folder; other databases need no lock.
pub fn hold(config: &Config) -> anyhow::Result<Hold> {
    let url: Url = config.database_url().parse().map_err(anyhow::Error::msg)?;
    if let Url::Postgres(_) = url {
        return Ok(Hold(None));
    }
    make_folder(&url, config)?;
    Ok(Hold(Some(lock(&config.data.dir.join("hotline.lock"))?)))
}

/// Whether the embedded database is there already.
pub fn has_database(config: &Config) -> anyhow::Result<bool> {
    match config.database_url().parse().map_err(anyhow::Error::msg)? {
        Url::Sqlite(path) => Ok(path.try_exists()?),
        Url::Postgres(_) => Ok(true),
    }
}

/// Takes the port on which the service will listen.
pub fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(&config.server.listen)
        .with_context(|| format!("settings: server.listen: {}", config.server.listen))
}

/// Serves until a signal says to stop; requests under way are ended first.
pub async fn serve(config: &Config) -> anyhow::Result<()> {
    let hold = hold(config)?;
    serve_on(config, hold, listen(config)?, |_| {}).await
}

/// The same on a database and a port that are held already; `ready` is told the address once
/// requests are answered.
pub async fn serve_on(
    config: &Config,
    _hold: Hold,
    port: TcpListener,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let Opened { desk, test } = open(config).await?;
    let address = port.local_addr()?;
    desk.store.keep_ballast(config.data.ballast_mib.saturating_mul(1 << 20));
    desk.store.look_at_disk().await?;
    desk.begin_with_law().await?;
    if let Some(token) = desk.offer_setup().await? {
        show(&token, address);
    }
    let state = http::State {
        desk: desk.clone(),
        metrics: Arc::new(Metrics::default()),
        max_json_bytes: config.server.max_json_bytes,
        bounds: bounds(config),
        trusted_proxies: config.trusted_proxies().map_err(anyhow::Error::msg)?,
        synthetic: desk.store.read(|db| db.fact(SYNTHETIC)).await?.is_some(),
        test,
    };
    let (series, timing) = (series(config)?, timing(config)?);
    let (audit_at, mailer) = (audit_at(config)?, mailer(config)?);
    let plan = jobs::Plan { series, audit_at, timing, mailer };
    if plan.mailer.is_none() {
        tracing::info!("mail.server is empty: no letter is sent, and none about cases is written");
    }
    let server = http::serve(state, port, config.server.workers)?;
    tokio::spawn(set_strays_apart(desk.clone()));
    let mut scheduler = jobs::start(desk, plan, test).await?;
    tracing::info!(%address, "serving");
    ready(address);
    stop_signal().await?;
    tracing::info!("stopping: requests under way are ended first");
    server.stop().await?;
    scheduler.shutdown().await?;
    Ok(())
}

/// At a start nothing is between a file and its row, but what other instances have just begun.
async fn set_strays_apart(desk: Desk) {
    let under_way = match desk.store.url() {
        Url::Sqlite(_) => chrono::Duration::zero(),
        Url::Postgres(_) => UPLOADS,
    };
    match desk.set_strays_apart(Clock::default().now() - under_way).await {
        Ok(0) => {}
        Ok(files) => tracing::warn!(files, "files without a row were set apart in files/stray"),
        Err(error) => tracing::warn!(error = %error, "files were not compared with their rows"),
    }
}

/// Shows the token of a service without users on the terminal, past the log: it is a secret.
fn show(token: &str, address: SocketAddr) {
    // Where nobody can read it, `user add` makes the first account as well.
    let _ = writeln!(
        std::io::stdout(),
        "尚无用户。请打开 http://{address}/setup ，用下面的一次性令牌建立管理员账号；再次启动或有了用户后即失效。\n\
         There is no user yet. Open http://{address}/setup and make the administrator's account with \
         this token; it works once, until somebody has an account or the service is started again.\n\
         {token}"
    );
}

async fn stop_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminate.recv() => Ok(()),
    }
}

fn make_folder(url: &Url, config: &Config) -> anyhow::Result<()> {
    // The database holds what informants said: only the service's own account may look inside.
    let folder = |path: &Path| {
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(path);
        made.with_context(|| format!("the folder {}", path.display()))
    };
    if let Url::Sqlite(path) = url
        && let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty())
    {
        folder(parent)?;
    }
    folder(&config.data.dir)
}

/// Only one `serve` holds an embedded database; the lock goes with the process.
fn lock(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options.read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.write_all(std::process::id().to_string().as_bytes())?;
            file.sync_all()?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            bail!(
                "another hotline serve (process {}) holds this data folder; stop it first, or use \
                 PostgreSQL for several instances",
                holder.trim()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).context(path.display().to_string()),
    }
}

/// The vault of this installation. Keys are made only for a database that has none yet.
async fn keys(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    let path = config.key_file();
    let known = store.read(|db| db.fact(KEYS)).await?;
    let ring = match (KeyRing::read(&path)?, &known) {
        (Some(ring), _) => ring,
        (None, None) => KeyRing::create(&path)?,
        (None, Some(_)) => bail!(crate::vault::KeyError::Missing(path.display().to_string())),
    };
    let vault = Vault::new(ring);
    let mine = vault.fingerprint();
    match known {
        Some(known) if known != mine => {
            bail!("the key file {} is not the one that this database was made with", path.display())
        }
        Some(_) => {}
        None => store.write(move |tx| tx.keep_fact(KEYS, &mine)).await?,
    }
    Ok(vault)
}

/// The key that signs the heads of the log. It is made only for a database that has none yet.
async fn seal_key(config: &Config, store: &Store) -> anyhow::Result<SealKey> {
    let path = config.seal_key_file();
    let known = store.read(|db| db.fact(SEAL)).await?;
    let key = match (SealKey::read(&path)?, &known) {
        (Some(key), _) => key,
        (None, None) => SealKey::create(&path, &config.seal.origin)?,
        (None, Some(_)) => bail!(
            "the key file {} is missing though this database's log is signed with it; restore it from \
             its own backup",
            path.display()
        ),
    };
    let mine = key.verifier().to_string();
    match known {
        Some(known) if known != mine => bail!(
            "the key file {} is not the one that signs this database's log, which is {known}",
            path.display()
        ),
        Some(_) => {}
        None => store.write(move |tx| tx.keep_fact(SEAL, &mine)).await?,
    }
    Ok(key)
}
