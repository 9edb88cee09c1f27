//! What waits for somebody, in the order in which it is to be done: danger first, then what is due
//! first, then what has no date.

use chrono::{DateTime, NaiveDateTime};
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamp};

use super::cases::{CaseFilter, CaseRow, WaitsFor, narrowed, visible};
use super::error::StoreError;
use super::schema::{cases, duties};
use super::scope::Scope;
use super::session::Reader;
use crate::intake::Severity;

diesel::define_sql_function! {
    /// The first that is not null.
    fn coalesce(first: Nullable<Timestamp>, second: Timestamp) -> Timestamp;
}

/// Where a case stands in that order; as text it is the key from which a page goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whether it is no danger: what is, comes first.
    calm: bool,
    due: NaiveDateTime,
    no: String,
}

/// Later than anything is due: where what has no date stands. 9999-12-31, in seconds.
const NEVER: i64 = 253_402_214_400;

fn never() -> NaiveDateTime {
    DateTime::from_timestamp(NEVER, 0).unwrap_or_default().naive_utc()
}

impl Turn {
    /// Reads a key; `None` for what is none.
    pub fn read(text: &str) -> Option<Turn> {
        let mut parts = text.splitn(3, '-');
        let calm = match parts.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let due = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?.naive_utc();
        Some(Turn { calm, due, no: parts.next()?.to_owned() })
    }
}

impl std::fmt::Display for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = self.due.and_utc().timestamp_micros();
        write!(f, "{}-{micros}-{}", u8::from(self.calm), self.no)
    }
}

/// When the first of the duties is due for which a case waits. A macro, for the expression has no
/// name that could be written down.
macro_rules! first_due {
    ($waits:expr) => {
        coalesce(
            duties::table
                .filter(duties::case_no.eq(cases::no))
                .filter(duties::status.eq("open"))
                .filter(duties::owner.eq($waits.unit.clone()))
                .filter(duties::rule.ne(""))
                .filter(duties::paused.eq(false))
                .filter(duties::kind.eq_any($waits.duties.clone()))
                .select(min(duties::due_at))
                .single_value(),
            never(),
        )
    };
}

impl Reader<'_> {
    /// Cases within the scope that wait for somebody, in order of their turn, those after a turn.
    pub fn in_turn(
        &mut self,
        scope: &Scope,
        filter: CaseFilter,
        after: Option<Turn>,
        limit: i64,
    ) -> Result<Vec<(CaseRow, Turn)>, StoreError> {
        let waits: WaitsFor = filter.waits_for.clone().unwrap_or_default();
        let calm = || cases::severity.ne(Severity::Danger.code());
        let mut query = narrowed(visible(scope), filter);
        if let Some(Turn { calm: was_calm, due, no }) = after {
            let later = first_due!(waits).gt(due);
            let same = first_due!(waits).eq(due).and(cases::no.gt(no));
            let here = calm().eq(was_calm).and(later.or(same));
            // After the last that is dangerous comes all that is not.
            let rest =
                calm().and(diesel::dsl::sql::<Bool>(if was_calm { "1 = 0" } else { "1 = 1" }));
            query = query.filter(here.or(rest));
        }
        let query = query.order((calm().asc(), first_due!(waits).asc(), cases::no.asc()));
        let rows: Vec<(CaseRow, NaiveDateTime)> =
            query.limit(limit).select((CaseRow::as_select(), first_due!(waits))).load(self.conn)?;
        let turn = |(row, due): (CaseRow, NaiveDateTime)| {
            let calm = row.severity != Severity::Danger.code();
            let turn = Turn { calm, due, no: row.no.clone() };
            (row, turn)
        };
        Ok(rows.into_iter().map(turn).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_read_as_it_is_written() {
        let turn = Turn { calm: true, due: never(), no: "2026112300000012".to_owned() };
        assert_eq!(Turn::read(&turn.to_string()), Some(turn));
        for none in ["", "2026112300000012", "2-1-x", "1-x-1", "1-1"] {
            assert_eq!(Turn::read(none), None, "{none}");
        }
    }
}
