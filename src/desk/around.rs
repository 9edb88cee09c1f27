//! The cases around one: found by all marks at once, what was said in them read at once, and what
//! became of them.

use std::collections::HashMap;

use crate::ledger::{Act, State};
use crate::store::{By, CaseRow, Newest, Reader, Said, Scope, StoreError};

/// Most cases that are looked up by a point, a name or the words of a place, each.
pub(super) const MAX_OF_MARK: i64 = 100;

/// What other cases are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// They may be about the same matter.
    Alike,
    /// They were before at the same site.
    Site,
    /// They were before by the same accused.
    Accused,
}

/// By what cases are looked for, and for what.
pub(super) type Mark = (For, By, Newest);

/// The cases that were found, with what was said in them.
pub(super) struct Around {
    found: Vec<(For, Vec<CaseRow>)>,
    said: Vec<Said>,
}

impl Around {
    /// Looks by all marks within the scope: two statements.
    pub fn look(
        db: &mut Reader<'_>,
        scope: &Scope,
        marks: Vec<Mark>,
    ) -> Result<Around, StoreError> {
        let (what, by): (Vec<For>, Vec<(By, Newest)>) =
            marks.into_iter().map(|(what, by, newest)| (what, (by, newest))).unzip();
        let found: Vec<_> = what.into_iter().zip(db.cases_by(scope, &by)?).collect();
        let mut rows: Vec<CaseRow> = found.iter().flat_map(|(_, rows)| rows).cloned().collect();
        rows.sort_by(|one, other| one.no.cmp(&other.no));
        rows.dedup_by(|one, other| one.no == other.no);
        let said = db.said(&rows)?;
        Ok(Around { found, said })
    }

    /// What was said in the cases found for something, with the case.
    pub fn said(&self, what: For) -> impl Iterator<Item = (&CaseRow, &Said)> {
        let of_it = self.found.iter().filter(move |(wanted, _)| *wanted == what);
        let rows: HashMap<&str, &CaseRow> =
            of_it.flat_map(|(_, rows)| rows).map(|row| (row.no.as_str(), row)).collect();
        self.said.iter().filter_map(move |said| Some((*rows.get(said.case_no.as_str())?, said)))
    }

    /// Whether there may be more for something than a mark gave.
    pub fn is_cut(&self, what: For) -> bool {
        let full = |rows: &[CaseRow]| i64::try_from(rows.len()).is_ok_and(|n| n >= MAX_OF_MARK);
        self.found.iter().any(|(wanted, rows)| *wanted == what && full(rows))
    }

    /// The title of a case that was found.
    pub fn title(&self, no: &str) -> String {
        let said = self.said.iter().find(|said| said.case_no == no);
        said.map(Said::title).unwrap_or_default()
    }
}

/// What became of cases, as their ledgers say.
pub(super) struct Became {
    went: HashMap<String, String>,
    disposed: HashMap<String, String>,
}

/// Acts by which a case goes over into another; both name it in `case`.
const GOING: [Act; 2] = [Act::Link, Act::Merge];

impl Became {
    /// Reads it of several cases.
    pub fn of(db: &mut Reader<'_>, cases: &[CaseRow]) -> Result<Became, StoreError> {
        let acts = [GOING[0].name(), GOING[1].name(), Act::Dispose.name()];
        let mut became = Became { went: HashMap::new(), disposed: HashMap::new() };
        for stored in db.entries_of_acts(cases, &acts)? {
            let (entry, goes) = (&stored.entry, GOING.contains(&stored.entry.act));
            let (field, last) = match goes {
                true => ("case", &mut became.went),
                false => ("kind", &mut became.disposed),
            };
            let word = entry.fields[field].as_str().unwrap_or_default();
            last.insert(entry.case.clone(), word.to_owned());
        }
        Ok(became)
    }

    /// The case into which a case has gone and still is.
    pub fn target(&self, row: &CaseRow) -> Option<&String> {
        let gone = matches!(State::find(&row.state), Some(State::Linked | State::Merged));
        self.went.get(&row.no).filter(|_| gone)
    }

    /// How a case was disposed of last.
    pub fn disposed(&self, no: &str) -> Option<String> {
        self.disposed.get(no).cloned()
    }
}
