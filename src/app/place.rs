//! Where a copy comes from and where it goes: databases and folders that no desk is over yet.

use anyhow::{Context, bail};

use super::{Hold, hold, make_folder};
use crate::config::Config;
use crate::files::Files;
use crate::store::{Layout, Store, Url, layout};
use crate::vault::{KeyRing, SealKey, Vault};

/// What a database says that a restore or a move left half full.
pub(super) const HALF: &str = "this database was being restored or moved into when that was broken \
                               off, and is not whole; empty it (and files/ in the data folder) and \
                               do it again";

/// An empty place for a restore.
pub struct Place {
    /// Where the database will be.
    pub url: Url,
    /// The keys, which the operator put there.
    pub vault: Vault,
    /// The folder of evidence.
    pub files: Files,
    /// The data folder's lock.
    pub hold: Hold,
}

/// The keys of this installation as they lie; none are made.
pub fn vault(config: &Config) -> anyhow::Result<Vault> {
    let path = config.key_file();
    match KeyRing::read(&path)? {
        Some(ring) => Ok(Vault::new(ring)),
        None => bail!(
            "the key file {} is missing; copy the one that the backup's installation had to that \
             place (chmod 600): it is never part of a backup",
            path.display()
        ),
    }
}

/// The place that the settings name, for a restore. Whether the database is empty is seen when it is
/// filled.
pub fn place(config: &Config) -> anyhow::Result<Place> {
    let url: Url = config.database_url().parse().map_err(anyhow::Error::msg)?;
    let hold = hold(config)?;
    make_folder(&url, config)?;
    let vault = vault(config)?;
    let folder = config.data.dir.join("files");
    let files = Files::open(&folder, vault.clone(), config.files.max_bytes)
        .and_then(|files| files.is_empty().map(|empty| (files, empty)));
    match files.with_context(|| format!("the folder {}", folder.display()))? {
        (files, true) => Ok(Place { url, vault, files, hold }),
        (_, false) => bail!(
            "the folder {} holds evidence already, and what is there is never written over; set \
             HOTLINE_DATA to a folder that holds the key file alone",
            folder.display()
        ),
    }
}

/// Whether the key that signs a log is in place, before that log is brought there; by its verifier
/// key, which a log that was never signed has not.
pub fn has_seal_key(config: &Config, verifier: Option<&str>) -> anyhow::Result<()> {
    let Some(wanted) = verifier else { return Ok(()) };
    let path = config.seal_key_file();
    match SealKey::read(&path)? {
        Some(key) if key.verifier().to_string() == wanted => Ok(()),
        Some(_) => bail!(
            "the key file {} is not the one that signs the log of this backup, which is {wanted}; \
             nothing was restored",
            path.display()
        ),
        None => bail!(
            "the key file {} is missing though the log of this backup is signed with it; copy it from \
             its own backup to that place (chmod 600): it is never part of this one. Nothing was \
             restored",
            path.display()
        ),
    }
}

/// The two ends of a move: a database as it is, and where it will be.
pub async fn ends(config: &Config, from: &str, to: &str) -> anyhow::Result<(Hold, Store, Url)> {
    let url = |name: &str, text: &str| {
        let url: Result<Url, String> = text.parse();
        // The texts speak of DATABASE_URL, which it is everywhere else.
        url.map_err(|why| anyhow::anyhow!("{name}: {}", why.replace("DATABASE_URL", "the URL")))
    };
    let (from, to) = (url("--from", from)?, url("--to", to)?);
    if let Url::Sqlite(path) = &from
        && !path.try_exists()?
    {
        bail!("--from: there is no database at {}", path.display());
    }
    match layout(&from)? {
        Layout::Current => {}
        Layout::Behind => bail!("--from: the database is not up to date; run: hotline migrate"),
        Layout::Ahead => {
            bail!("--from: the database was migrated by a newer program; use that one")
        }
    }
    make_folder(&to, config)?;
    let hold = Hold(Some(super::lock(&config.data.dir.join("hotline.lock"))?));
    let store = Store::open(&from)?;
    if store.is_half_filled().await? {
        bail!(HALF);
    }
    // A database without its keys would be worth nothing at the other end either.
    let mine = vault(config)?.fingerprint();
    if store.read(|db| db.fact(super::KEYS)).await? != Some(mine) {
        bail!(
            "--from: the key file {} is not the one that this database was made with",
            config.key_file().display()
        );
    }
    Ok((hold, store, to))
}
