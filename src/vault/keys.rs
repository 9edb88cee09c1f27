//! The key file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::clock::random;

/// A key of 256 bits.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// The keys, each for one purpose.
pub struct KeyRing {
    /// Wraps the keys of identities and files.
    pub(super) wrap: Key,
    /// Blinds query codes and addresses.
    pub(super) index: Key,
    /// Seals kept answers.
    pub(super) answer: Key,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Others can read the file.
    #[error(
        "the key file {path} has mode {mode:o}: others could read it; run chmod 600 {path}, and \
         consider its keys as known"
    )]
    Exposed {
        /// Which.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// It is not there though the database was made with one.
    #[error(
        "the key file {0} is missing though the database was made with one; restore it from its \
         own backup: without it identities cannot be opened and query codes not checked"
    )]
    Missing(String),
    /// Its content is not one of ours.
    #[error("the key file {0} is not readable as one: {1}")]
    Malformed(String, String),
    /// The system said no.
    #[error("the key file {0}: {1}")]
    Io(String, std::io::Error),
}

/// Permission bits of the group and of others.
const OTHERS: u32 = 0o077;
/// Longer than any key file.
const MAX_BYTES: u64 = 4_096;

impl KeyRing {
    /// Reads the key file; `Ok(None)` where there is none.
    pub fn read(path: &Path) -> Result<Option<KeyRing>, KeyError> {
        let Some(text) = read_private(path)? else { return Ok(None) };
        let malformed = |why| KeyError::Malformed(path.display().to_string(), why);
        Self::parse(&text).map(Some).map_err(malformed)
    }

    fn parse(text: &str) -> Result<KeyRing, String> {
        let key = |wanted| key_in(text, wanted);
        Ok(KeyRing { wrap: key("wrap-1")?, index: key("index-1")?, answer: key("answer-1")? })
    }

    /// Makes a new key file, readable by its owner alone; another process that makes one at the
    /// same time wins, and its file is read.
    pub fn create(path: &Path) -> Result<KeyRing, KeyError> {
        let hex = || Zeroizing::new(hex::encode(random::<32>()));
        let text = Zeroizing::new(format!(
            "# Keys of this installation. Keep a copy apart from the database's backup: whoever has\n\
             # both reads every identity, and without this file nobody does.\n\
             wrap-1 = {}\nindex-1 = {}\nanswer-1 = {}\n",
            *hex(),
            *hex(),
            *hex()
        ));
        write_private(path, &text)?;
        Self::read(path)?.ok_or_else(|| KeyError::Missing(path.display().to_string()))
    }
}

/// The value of a line `name = value`.
pub(super) fn value_in<'a>(text: &'a str, wanted: &str) -> Result<&'a str, String> {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    let mut found = lines.map(|(name, value)| (name.trim(), value.trim()));
    let (_, value) = found
        .find(|(name, _)| *name == wanted)
        .ok_or_else(|| format!("the key «{wanted}» is missing"))?;
    Ok(value)
}

/// A key of that name.
pub(super) fn key_in(text: &str, wanted: &str) -> Result<Key, String> {
    let mut key = Key::default();
    hex::decode_to_slice(value_in(text, wanted)?, key.as_mut())
        .map_err(|_| format!("the key «{wanted}» is not 64 hexadecimal digits"))?;
    Ok(key)
}

/// Reads a file that only its owner can read; `Ok(None)` where there is none.
pub(super) fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, KeyError> {
    let name = path.display().to_string();
    let io = |error| KeyError::Io(name.clone(), error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let mode = file.metadata().map_err(io)?.mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(KeyError::Exposed { path: name, mode });
    }
    let mut text = Zeroizing::new(String::new());
    Read::by_ref(&mut file).take(MAX_BYTES).read_to_string(&mut text).map_err(io)?;
    Ok(Some(text))
}

/// Writes a file that only its owner can read, where none of that name is there yet.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), KeyError> {
    let name = path.display().to_string();
    let io = |error| KeyError::Io(name.clone(), error);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io)?;
    let draft = folder.join(format!(".keys-{}", crate::clock::new_id()));
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(&draft).map_err(io)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
    // A link fails where the name is taken, so that a half-written file is never seen and one of two
    // makers wins.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft).map_err(io)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io(error)),
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
}
