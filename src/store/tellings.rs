//! The entries by which informants told of their tips, wherever those are carried now.

use diesel::prelude::*;

use super::cases::CaseRow;
use super::entries::{Row, StoredEntry};
use super::error::StoreError;
use super::schema::{cases, entries, tips};
use super::session::Reader;

/// Acts by which informants tell of their tips.
const TELLING: [&str; 2] = ["receive", "supplement"];

impl Reader<'_> {
    /// The ledger of a case, and the entries of other cases by which informants told of the tips
    /// that it carries: by case, first entry first.
    pub fn ledger_with_tellings(&mut self, case: &CaseRow) -> Result<Vec<StoredEntry>, StoreError> {
        let carried = cases::carrier.eq(&case.no).or(cases::no.eq(&case.no));
        let rows: Vec<Row> = entries::table
            .inner_join(cases::table.on(cases::no.eq(entries::case_no)))
            .filter(carried)
            .filter(entries::case_no.eq(&case.no).or(entries::act.eq_any(TELLING)))
            .select(Row::as_select())
            .load(self.conn)?;
        in_order(rows)
    }

    /// The entries by which informants told of these tips: by case, first entry first.
    pub fn tellings(&mut self, tips: &[String]) -> Result<Vec<StoredEntry>, StoreError> {
        if tips.is_empty() {
            return Ok(Vec::new());
        }
        let of_tips = tips::table.filter(tips::number.eq_any(tips)).select(tips::case_no);
        let rows: Vec<Row> = entries::table
            .filter(entries::case_no.eq_any(of_tips))
            .filter(entries::act.eq_any(TELLING))
            .select(Row::as_select())
            .load(self.conn)?;
        in_order(rows)
    }
}

/// Entries by case, first entry first. Few rows that an index finds are put in order here: asked for
/// in order, they might be looked for in that of all entries.
fn in_order(mut rows: Vec<Row>) -> Result<Vec<StoredEntry>, StoreError> {
    rows.sort_by(|one, other| (&one.case_no, one.seq).cmp(&(&other.case_no, other.seq)));
    rows.into_iter().map(Row::read).collect()
}
