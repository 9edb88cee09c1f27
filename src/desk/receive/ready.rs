//! A tip with everything that is kept of it, before any of it is.

use super::{Receipt, Received};
use crate::desk::DeskError;
use crate::intake::tip::Words;
use crate::store::{StoredEntry, StoredTip, Tx};

/// A tip made ready to be kept: all of its rows, and its receipt.
pub(in crate::desk) struct Ready {
    /// The first entry of the case.
    pub stored: StoredEntry,
    /// The tip's own row.
    pub row: StoredTip,
    /// Salt of the hash by which the entry commits to the words.
    pub words_salt: [u8; 32],
    /// What the informant said.
    pub words: Words,
    /// The tip's own key, wrapped, and the identity under it; nothing for the anonymous.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
    /// Whether the informant left an e-mail address.
    pub by_mail: bool,
    /// The query code, in clear: for the informant alone.
    pub code: String,
}

impl Ready {
    /// Writes the rows; the only way by which a tip gets into the database.
    pub fn keep(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        let Ready { stored, row, words_salt, words, .. } = self;
        tx.open_case(stored)?;
        tx.keep_tip(row)?;
        tx.keep_words(&stored.id, &row.number, words_salt, words)?;
        if let Some((key, sealed)) = &self.identity {
            tx.keep_identity(&row.number, key, sealed)?;
        }
        if self.by_mail {
            tx.note_mail(&row.number)?;
        }
        Ok(())
    }

    /// What the informant gets.
    pub(super) fn received(&self) -> Received {
        let StoredEntry { entry, leaf, .. } = &self.stored;
        let receipt = Receipt { number: self.row.number.clone(), code: self.code.clone() };
        let (tip, case) = (self.row.number.clone(), entry.case.clone());
        Received { tip, case, receipt, leaf: leaf.clone() }
    }
}
