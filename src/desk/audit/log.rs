//! The log as a whole: dense, each place with what it names, up to its head; and the tree over it,
//! reckoned again from the leaves and held against the kept nodes and every signed head.

use std::collections::BTreeMap;

use super::fault::{Audit, Fault};
use crate::desk::{Desk, DeskError};
use crate::seal::note::{Checkpoint, VerifierKey};
use crate::seal::tree::{Frontier, Hash};
use crate::store::{HeadRow, RawPlace, Reader, StoreError};

/// Places read at a time.
const BATCH: i64 = 10_000;
/// By how much fewer are read at a time where some cannot be read.
const FEWER: i64 = 10;
/// Most days whose heads are compared: a hundred years.
const MAX_HEADS: i64 = 36_525;

/// The log as far as it has been read.
struct Reading {
    last: i64,
    /// The edge of the tree; nothing once a leaf was missing, for then no root can be told.
    tree: Option<Frontier>,
    /// Whether a kept node was found to differ: those above it do, too.
    parted: bool,
    /// Roots that somebody signed, by their number of places, and what each is called.
    signed: BTreeMap<i64, Vec<(Hash, String)>>,
}

/// What is asked of the log before it is read.
struct Ends {
    size: i64,
    twice: i64,
    tree: i64,
    heads: Vec<HeadRow>,
}

fn ends(db: &mut Reader<'_>) -> Result<Ends, StoreError> {
    Ok(Ends {
        size: db.log_size()?,
        twice: db.waiting_with_place()?,
        tree: db.tree_size()?,
        heads: db.heads(None, MAX_HEADS)?,
    })
}

impl Desk {
    /// Reads the log from its first place to its last.
    pub(super) async fn audit_log(
        &self,
        audit: &mut Audit,
        outside: Option<&Checkpoint>,
    ) -> Result<(), DeskError> {
        let Ends { size, twice, tree, heads } = match self.store.read(ends).await {
            Ok(ends) => ends,
            Err(error) => {
                audit.fault(Fault::beside("log", error.to_string()));
                return Ok(());
            }
        };
        if twice > 0 {
            let what = format!("{twice} that have a place wait for another");
            audit.fault(Fault::beside("log", what));
        }
        if tree > size {
            let what = format!("it has nodes for {tree} places of {size}");
            audit.fault(Fault::beside("tree", what));
        }
        audit.sealed = size;
        let mut reading = Reading {
            last: 0,
            tree: Frontier::new(0, Vec::new()),
            parted: false,
            signed: signed(audit, &heads, outside, self.verifier()),
        };
        let mut many = BATCH;
        loop {
            let last = reading.last;
            let batch = match self.store.read(move |db| db.raw_places(last, many)).await {
                Ok(batch) => batch,
                // Fewer at a time, down to the one that cannot be read: it is named and passed over.
                Err(StoreError::Unreadable(_) | StoreError::Damaged) if many > 1 => {
                    many = (many / FEWER).max(1);
                    continue;
                }
                Err(error @ (StoreError::Unreadable(_) | StoreError::Damaged)) if last < size => {
                    let (place, what) = (Some(last + 1), error.to_string());
                    audit.fault(Fault { place, whose: "log".to_owned(), what });
                    (reading.last, reading.tree, many) = (last + 1, None, BATCH);
                    continue;
                }
                Err(error) => {
                    audit.fault(Fault::beside("log", error.to_string()));
                    return Ok(());
                }
            };
            if batch.is_empty() {
                break;
            }
            batch.iter().for_each(|place| reading.take(audit, place));
        }
        reading.end(audit);
        let last = reading.last;
        // Entries sealed while this was read are no fault: the head was asked for before.
        if last < size {
            let what = format!("its head says {size}, its last place is {last}");
            audit.fault(Fault { place: Some(last + 1), whose: "log".to_owned(), what });
        }
        let size = self.store.read(|db| db.log_size()).await?;
        if last > size {
            let what = format!("its head says {size}, and places stand up to {last}");
            audit.fault(Fault { place: Some(size + 1), whose: "log".to_owned(), what });
        }
        self.audit_tally(audit).await;
        Ok(())
    }
}

/// The roots that were signed: of the kept heads, each held against its own note, and of the one that
/// was brought from outside.
fn signed(
    audit: &mut Audit,
    heads: &[HeadRow],
    outside: Option<&Checkpoint>,
    key: &VerifierKey,
) -> BTreeMap<i64, Vec<(Hash, String)>> {
    let mut signed: BTreeMap<i64, Vec<(Hash, String)>> = BTreeMap::new();
    let mut sign = |head: &Checkpoint, name: String| {
        let size = i64::try_from(head.size).unwrap_or(i64::MAX);
        signed.entry(size).or_default().push((head.root, name));
    };
    for row in heads {
        let name = format!("head of {}", row.day);
        match key.open(&row.note) {
            Ok(head) => {
                let same =
                    i64::try_from(head.size) == Ok(row.size) && hex::encode(head.root) == row.root;
                if !same {
                    audit.fault(Fault::beside(&*name, "its row differs from what was signed"));
                }
                sign(&head, name);
            }
            Err(fault) => audit.fault(Fault::beside(name, fault.to_string())),
        }
    }
    outside.into_iter().for_each(|head| sign(head, "head from outside".to_owned()));
    signed
}

impl Reading {
    fn take(&mut self, audit: &mut Audit, place: &RawPlace) {
        let mut fault = |pos: i64, what: &str| {
            let (place, whose) = (Some(pos), "log".to_owned());
            audit.fault(Fault { place, whose, what: what.to_owned() });
        };
        if place.pos != self.last + 1 {
            fault(self.last + 1, "nothing stands there");
            self.tree = None;
        }
        self.last = place.pos;
        let leaf = match (&place.entry, &place.notice) {
            (Some((_, _, leaf)), None) | (None, Some(leaf)) => leaf,
            (Some(_), Some(_)) => {
                fault(place.pos, "both an entry and a notice are called so");
                self.tree = None;
                return;
            }
            (None, None) => {
                fault(place.pos, &format!("what it names, {}, is not there", place.id));
                self.tree = None;
                return;
            }
        };
        let mut hash = Hash::default();
        if hex::decode_to_slice(leaf, &mut hash).is_err() {
            fault(place.pos, "its leaf is no hash");
            self.tree = None;
        }
        let Some(tree) = &mut self.tree else { return };
        let nodes = tree.append(hash).concat();
        if place.nodes.as_ref() != Some(&nodes) && !self.parted {
            fault(place.pos, "the tree over it is another");
            self.parted = true;
        }
        let root = tree.root();
        for (wanted, name) in self.signed.remove(&place.pos).unwrap_or_default() {
            if wanted != root {
                fault(place.pos, &format!("the log up to here is not what was signed: {name}"));
            }
        }
    }

    /// What was signed and is not there any more: the log was cut, or an old one put back.
    fn end(&mut self, audit: &mut Audit) {
        for (size, name) in std::mem::take(&mut self.signed) {
            let names: Vec<String> = name.into_iter().map(|(_, name)| name).collect();
            // The root of no leaves says nothing.
            if size > self.last {
                let what =
                    format!("{size} places were signed, {} stand: {}", self.last, names.join(", "));
                audit.fault(Fault { place: Some(self.last + 1), whose: "log".to_owned(), what });
            } else if size > 0 {
                let what = format!("the roots signed cannot be told: {}", names.join(", "));
                audit.fault(Fault::beside("log", what));
            }
        }
    }
}
