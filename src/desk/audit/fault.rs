//! What an audit finds.

use std::fmt;

use crate::store::StoreError;

/// Faults that are listed; more are counted.
pub const MAX_LISTED: usize = 100;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place in the log of the entry or the notice that is bad, where one is.
    pub place: Option<i64>,
    /// Its case and its number there; or the case, file or table alone that the fault lies in.
    pub whose: String,
    /// What is wrong with it. Never a word of an informant.
    pub what: String,
}

impl Fault {
    /// A fault of an entry.
    pub fn of_entry(place: Option<i64>, case: &str, seq: i32, what: impl Into<String>) -> Fault {
        Fault { place, whose: format!("case {case} entry {seq}"), what: what.into() }
    }

    /// A fault beside the log: of a row, a file, the database.
    pub fn beside(whose: impl Into<String>, what: impl Into<String>) -> Fault {
        Fault { place: None, whose: whose.into(), what: what.into() }
    }

    /// What comes first in the log is the first; what stands in no place comes after.
    fn order(&self) -> (bool, i64) {
        (self.place.is_none(), self.place.unwrap_or(0))
    }
}

/// Notes a row that cannot be read: under what it is called, if that at least can be, or under its
/// table. What it is called, for the others to be read on after it.
pub(in crate::desk) fn unread(
    audit: &mut Audit,
    [row, table]: [&str; 2],
    id: Result<Option<String>, StoreError>,
    error: &StoreError,
) -> Option<String> {
    let id = id.ok().flatten();
    let whose = id.as_ref().map_or_else(|| table.to_owned(), |id| format!("{row} {id}"));
    audit.fault(Fault::beside(whose, error.to_string()));
    id
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{} at place {place}: {}", self.whose, self.what),
            None => write!(f, "{}: {}", self.whose, self.what),
        }
    }
}

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Cases replayed.
    pub cases: u64,
    /// Entries checked.
    pub entries: u64,
    /// Notices checked.
    pub notices: u64,
    /// Entries and notices in the sealed log.
    pub sealed: i64,
    /// Files of evidence read back.
    pub files: u64,
    /// Published reports compared with the hashes that were kept of them.
    pub reports: u64,
    /// The first faults, in the order in which they were found.
    pub faults: Vec<Fault>,
    /// The fault that comes first in the log.
    pub first: Option<Fault>,
    /// All faults.
    pub count: u64,
}

impl Audit {
    /// Notes a fault.
    pub fn fault(&mut self, fault: Fault) {
        self.count += 1;
        if self.first.as_ref().is_none_or(|first| fault.order() < first.order()) {
            self.first = Some(fault.clone());
        }
        if self.faults.len() < MAX_LISTED {
            self.faults.push(fault);
        }
    }

    /// Takes in what another part found.
    pub(super) fn add(&mut self, part: Audit) {
        self.cases += part.cases;
        self.entries += part.entries;
        self.sealed += part.sealed;
        self.notices += part.notices;
        self.files += part.files;
        self.reports += part.reports;
        let is_first =
            |first: &Fault| self.first.as_ref().is_none_or(|own| first.order() < own.order());
        let first = part.first.filter(is_first).or(self.first.take());
        let listed = part.faults.len() as u64;
        part.faults.into_iter().for_each(|fault| self.fault(fault));
        // What the part counted without listing it, and its first, which may not be listed either.
        self.count += part.count - listed;
        self.first = first;
    }
}
