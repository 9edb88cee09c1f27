//! What the ledger commits to: an entry's canonical bytes under its leaf, and words that stand apart
//! under a salted hash.

use super::DeskError;
use crate::clock::new_id;
use crate::intake::tip::Words;
use crate::ledger::Entry;
use crate::seal;
use crate::store::StoredEntry;

/// What stands beside the words of a tip and is committed to with them.
pub(super) struct Told<'a> {
    pub mode: &'a str,
    pub occurred_on: Option<&'a str>,
    pub source: Option<&'a str>,
    pub external_id: Option<&'a str>,
    pub code_hash: &'a str,
}

/// The salted hash by which the ledger commits to words that stand elsewhere, and to what stands
/// beside them.
pub(super) fn hash_words(
    salt: &[u8],
    words: &Words,
    told: Option<&Told<'_>>,
) -> Result<String, DeskError> {
    let said = (&words.title, &words.text, &words.place_text, &words.accused);
    let text = match told {
        None => seal::canonical(&said),
        Some(told) => {
            // A float has more than one text, but its bits are the same everywhere.
            let bits = |degrees: f64| format!("{:016x}", degrees.to_bits());
            let point = words.point.map(|(lon, lat)| (bits(lon), bits(lat)));
            let Told { mode, occurred_on, source, external_id, code_hash } = told;
            seal::canonical(&(said, point, mode, occurred_on, (source, external_id), code_hash))
        }
    };
    let text = text.map_err(|_| DeskError::Broken("words"))?;
    Ok(seal::salted(salt, &text))
}

/// An entry with its canonical bytes, salt and leaf.
pub(super) fn store_form(entry: Entry, salt: &[u8; 32]) -> Result<StoredEntry, DeskError> {
    let body = seal::canonical(&entry).map_err(|_| DeskError::Broken("entry"))?;
    let leaf = seal::leaf(salt, body.as_bytes());
    Ok(StoredEntry { id: new_id(), entry, body, salt: salt.to_vec(), leaf })
}
