//! The rows that figures are made of, case by case, as the audit compares them with the log.

use chrono::NaiveDateTime;
use diesel::dsl::max;
use diesel::prelude::*;

use super::error::StoreError;
use super::inspect::Stretch;
use super::schema::{
    arrivals, holdings, listings, milestones, movements, obligations, outcomes, withheld,
};
use super::session::Reader;

/// A term of the balance that happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = movements)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct MovementRow {
    pub case_no: String,
    pub pos: i64,
    pub part: i32,
    pub term: String,
    pub at: NaiveDateTime,
    pub unit: String,
    pub other_unit: Option<String>,
    pub place: String,
    pub category: String,
    pub imported: bool,
}

/// A tip in a class, or taken out of it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = arrivals)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct ArrivalRow {
    pub case_no: String,
    pub pos: i64,
    pub part: i32,
    pub n: i32,
    pub at: NaiveDateTime,
    pub received_at: NaiveDateTime,
    pub tip: String,
    pub channel: String,
    pub place: String,
    pub category: String,
}

/// Who held a case in which stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = holdings)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct HoldingRow {
    pub case_no: String,
    pub pos: i64,
    pub stage: String,
    pub unit: String,
    pub since: NaiveDateTime,
    pub until: Option<NaiveDateTime>,
}

/// A clock that a duty had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = obligations)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct ObligationRow {
    pub case_no: String,
    pub no: i32,
    pub turn: i32,
    pub kind: String,
    pub about: Option<i32>,
    pub owner: String,
    pub place: String,
    pub opened_at: NaiveDateTime,
    pub late_from: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
    pub status: String,
    pub saved: Option<i32>,
}

/// Something that is counted by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = milestones)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct MilestoneRow {
    pub case_no: String,
    pub pos: i64,
    pub part: i32,
    pub kind: String,
    pub word: String,
    pub n: i64,
    pub at: NaiveDateTime,
    pub unit: String,
    pub place: String,
}

/// A case listed for supervision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = listings)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct ListedRow {
    pub case_no: String,
    pub pos: i64,
    pub at: NaiveDateTime,
    pub situation: String,
    pub unit: String,
    pub place: String,
    pub channel: String,
    pub lifted_at: Option<NaiveDateTime>,
}

/// What was ordered, or done of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = outcomes)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct OutcomeRow {
    pub case_no: String,
    pub pos: i64,
    pub part: i32,
    pub measure: i32,
    pub kind: String,
    pub stage: String,
    pub hundredths: i64,
    pub at: NaiveDateTime,
    pub unit: String,
    pub place: String,
}

/// A unit whose own figures leave a case out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = withheld)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct WithheldRow {
    pub case_no: String,
    pub unit: String,
}

/// Every row of the figures of a stretch of cases, or of one of them, each kind in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // reason: each is what its type says
pub struct TallyRows {
    pub movements: Vec<MovementRow>,
    pub arrivals: Vec<ArrivalRow>,
    pub holdings: Vec<HoldingRow>,
    pub obligations: Vec<ObligationRow>,
    pub milestones: Vec<MilestoneRow>,
    pub listings: Vec<ListedRow>,
    pub outcomes: Vec<OutcomeRow>,
    pub withheld: Vec<WithheldRow>,
}

/// The rows of a table in a stretch of cases, in order.
macro_rules! within {
    ($db:expr, $table:ident, $row:ty, $stretch:expr) => {{
        let mut query = $table::table.filter($table::case_no.gt(&$stretch.after)).into_boxed();
        if let Some(last) = &$stretch.last {
            query = query.filter($table::case_no.le(last));
        }
        let mut rows: Vec<$row> =
            query.select(<$row>::as_select()).limit($stretch.most).load($db.conn)?;
        rows.sort_unstable();
        rows
    }};
}

/// The last place that stands in a table of figures.
macro_rules! last_place {
    ($db:expr, $($table:ident)+) => {{
        let mut last = 0;
        $({
            let of_table: Option<i64> = $table::table.select(max($table::pos)).first($db.conn)?;
            last = last.max(of_table.unwrap_or(0));
        })+
        last
    }};
}

impl Reader<'_> {
    /// The last place of the log of which the tally wrote a figure down; 0 before the first. Rows of
    /// obligations and of units kept away name no place.
    pub fn tallied_up_to(&mut self) -> Result<i64, StoreError> {
        Ok(last_place!(self, movements arrivals holdings milestones listings outcomes))
    }

    /// What the tally wrote down of a stretch of cases.
    pub fn tally_rows(&mut self, stretch: &Stretch) -> Result<TallyRows, StoreError> {
        Ok(TallyRows {
            movements: within!(self, movements, MovementRow, stretch),
            arrivals: within!(self, arrivals, ArrivalRow, stretch),
            holdings: within!(self, holdings, HoldingRow, stretch),
            obligations: within!(self, obligations, ObligationRow, stretch),
            milestones: within!(self, milestones, MilestoneRow, stretch),
            listings: within!(self, listings, ListedRow, stretch),
            outcomes: within!(self, outcomes, OutcomeRow, stretch),
            withheld: within!(self, withheld, WithheldRow, stretch),
        })
    }
}
