//! Cases that a unit's own figures leave out: those from which it is kept away. Counted, such a case
//! would show in the difference to what the unit knows. Which these are the tally takes from the log,
//! like everything that is counted.

use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::Text;

use super::connection::MultiBackend;
use super::error::StoreError;
use super::figures::Span;
use super::schema::withheld;
use super::session::Reader;
use crate::place::Code;

/// A statement that is written down as text, with what is bound to it so far.
pub(super) type Asked<'a> = BoxedSqlQuery<'a, MultiBackend, SqlQuery>;

/// What stands for the mark `/*$n*/` where cases are left out. The units are one text, a comma before
/// and after each, for the number of parameters of a written text is fixed. It is asked once, and not
/// for each row.
const LEFT_OUT: [&str; 2] = [
    " AND case_no NOT IN (SELECT k.case_no FROM withheld k WHERE ",
    " LIKE '%,' || k.unit || ',%')",
];

impl Span {
    /// A statement over a table with a column `case_no`. Its mark `/*$n*/`, after all its other
    /// parameters, is a comment unless cases are left out: only then is there anything to pay.
    pub(super) fn sql<'a>(&self, text: &'static str) -> Asked<'a> {
        let [before, after] = LEFT_OUT;
        let text = match self.kept_from.is_empty() {
            true => text.to_owned(),
            false => text.replace("/*", before).replace("*/", after),
        };
        diesel::sql_query(text).into_boxed()
    }
}

/// Binding what [`Span::sql`] put in.
pub(super) trait KeptFrom {
    /// Binds the units of the mark, after everything else.
    fn kept_from(self, span: &Span) -> Self;
}

impl KeptFrom for Asked<'_> {
    fn kept_from(self, span: &Span) -> Self {
        match span.kept_from.is_empty() {
            true => self,
            false => self.bind::<Text, _>(listed(&span.kept_from)),
        }
    }
}

/// Codes as one text with a comma before and after each.
pub(super) fn listed(units: &[String]) -> String {
    format!(",{},", units.join(","))
}

/// The same for a boxed query with a column of case numbers.
macro_rules! but_kept {
    ($query:expr, $case_no:expr, $span:expr) => {{
        use crate::store::schema::withheld;
        use diesel::dsl::{exists, not};
        match $span.kept_from.is_empty() {
            true => $query,
            false => $query.filter(not(exists(
                withheld::table
                    .filter(withheld::case_no.eq($case_no))
                    .filter(withheld::unit.eq_any($span.kept_from.clone())),
            ))),
        }
    }};
}
pub(super) use but_kept;

impl Reader<'_> {
    /// Those of some units that are recused from any case at all.
    pub fn recusals_of(&mut self, units: &[Code]) -> Result<Vec<String>, StoreError> {
        let mut recused = Vec::new();
        for unit in units.iter().map(Code::to_string) {
            let any =
                withheld::table.filter(withheld::unit.eq(unit.clone())).select(withheld::case_no);
            if any.first::<String>(self.conn).optional()?.is_some() {
                recused.push(unit);
            }
        }
        Ok(recused)
    }
}
