//! What the audit reads: everything that stands of a stretch of cases, as it is kept, without a
//! scope and without a look at what it means.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::cases::DutyRow;
use super::connection::AnyConnection;
use super::error::StoreError;
use super::rows::TallyRows;
use super::schema::{
    case_recusals, case_units, cases, duties, entries, files, log, log_nodes, notices, tip_words,
    tips,
};
use super::session::Reader;
use super::tips::{RawIdentity, TipRow};

/// Cases by their numbers: those after one, up to and with another, or to the end.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// After this one.
    pub after: String,
    /// To this one, or to the end.
    pub last: Option<String>,
    /// Most rows of one kind that are read.
    pub most: i64,
}

/// An entry as it stands, with its place in the log if it has one.
#[derive(Queryable)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawEntry {
    pub id: String,
    pub case_no: String,
    pub seq: i32,
    pub act: String,
    pub recorded_at: NaiveDateTime,
    pub body: String,
    pub salt: Vec<u8>,
    pub leaf: String,
    pub pos: Option<i64>,
}

/// A case with every column.
#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawCase {
    pub no: String,
    pub last_seq: i32,
    pub stage: String,
    pub state: String,
    pub holder: String,
    pub place: String,
    pub category: String,
    pub severity: String,
    pub carrier: String,
    pub opened_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// A tip with every column.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tips)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawTip {
    #[diesel(embed)]
    pub row: TipRow,
    pub source: Option<String>,
    pub external_id: Option<String>,
}

/// Words of an informant with their salt.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tip_words)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawWords {
    pub entry_id: String,
    pub tip: String,
    pub salt: Vec<u8>,
    pub title: Option<String>,
    pub text: String,
    pub place_text: Option<String>,
    pub accused: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accused_key: Option<String>,
    pub place_key: Option<String>,
}

/// Everything of a stretch of cases, each kind in order.
#[allow(missing_docs)] // reason: each is what its type says
pub struct Kept {
    pub cases: Vec<RawCase>,
    pub entries: Vec<RawEntry>,
    /// With the numbers of their cases.
    pub duties: Vec<(String, DutyRow)>,
    /// Case and unit.
    pub units: Vec<(String, String)>,
    /// Case, unit, and whether it is provisional.
    pub recusals: Vec<(String, String, bool)>,
    pub tips: Vec<RawTip>,
    pub words: Vec<RawWords>,
    pub identities: Vec<RawIdentity>,
    pub tally: TallyRows,
    /// How far the tally had come.
    pub tallied: i64,
    /// Entries without a place that wait for one.
    pub waiting: Vec<String>,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = diesel::sql_types::Text)]
    integrity_check: String,
}

/// A place of the log: whose it is, and the leaf of the entry or the notice that it names.
#[derive(Queryable)]
#[allow(missing_docs)] // reason: the columns are explained where the table is made
pub struct RawPlace {
    pub pos: i64,
    pub id: String,
    /// Case and number of the entry, with its leaf.
    pub entry: Option<(String, i32, String)>,
    /// The leaf of the notice.
    pub notice: Option<String>,
    /// The nodes of the tree that are complete with it.
    pub nodes: Option<Vec<u8>>,
}

/// Says of which table something cannot be read.
fn of<T>(table: &str, read: Result<T, StoreError>) -> Result<T, StoreError> {
    read.map_err(|error| match error {
        StoreError::Unreadable(what) => StoreError::unreadable(format!("{table}: {what}")),
        StoreError::Refused(what) => StoreError::Refused(format!("{table}: {what}")),
        other => other,
    })
}

impl Reader<'_> {
    /// The number of the last of so many cases after one.
    pub fn stretch_end(&mut self, after: &str, cases: i64) -> Result<Option<String>, StoreError> {
        let ends = cases::table
            .filter(cases::no.gt(after))
            .order(cases::no.asc())
            .offset(cases - 1)
            .select(cases::no);
        Ok(ends.first(self.conn).optional()?)
    }

    /// Everything that stands of a stretch of cases.
    pub fn kept(&mut self, stretch: &Stretch) -> Result<Kept, StoreError> {
        let entries = of("entries", self.raw_entries(stretch))?;
        let unplaced = entries.iter().filter(|entry| entry.pos.is_none());
        let unplaced: Vec<String> = unplaced.map(|entry| entry.id.clone()).collect();
        let mut waiting = Vec::new();
        for id in unplaced {
            if self.is_unsealed(&id)? {
                waiting.push(id);
            }
        }
        Ok(Kept {
            cases: of("cases", self.raw_cases(stretch))?,
            entries,
            duties: of("duties", self.raw_duties(stretch))?,
            units: of("case_units", self.raw_units(stretch))?,
            recusals: of("case_recusals", self.raw_recusals(stretch))?,
            tips: of("tips", self.raw_tips(stretch))?,
            words: of("tip_words", self.raw_words(stretch))?,
            identities: of(
                "sealed identities",
                super::tips::sealed_identities(self.conn, stretch),
            )?,
            tally: of("figures", self.tally_rows(stretch))?,
            tallied: self.cursor("tally")?,
            waiting,
        })
    }

    fn raw_cases(&mut self, stretch: &Stretch) -> Result<Vec<RawCase>, StoreError> {
        let mut query = cases::table.filter(cases::no.gt(&stretch.after)).into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(cases::no.le(last));
        }
        let query = query.order(cases::no.asc()).limit(stretch.most);
        Ok(query.select(RawCase::as_select()).load(self.conn)?)
    }

    fn raw_entries(&mut self, stretch: &Stretch) -> Result<Vec<RawEntry>, StoreError> {
        let mut query = entries::table
            .left_join(log::table.on(log::entry_id.eq(entries::id)))
            .filter(entries::case_no.gt(&stretch.after))
            .into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(entries::case_no.le(last));
        }
        let rows =
            query.order((entries::case_no.asc(), entries::seq.asc())).limit(stretch.most).select((
                entries::id,
                entries::case_no,
                entries::seq,
                entries::act,
                entries::recorded_at,
                entries::body,
                entries::salt,
                entries::leaf,
                log::pos.nullable(),
            ));
        Ok(rows.load(self.conn)?)
    }

    fn raw_duties(&mut self, stretch: &Stretch) -> Result<Vec<(String, DutyRow)>, StoreError> {
        let mut query = duties::table.filter(duties::case_no.gt(&stretch.after)).into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(duties::case_no.le(last));
        }
        let query = query.order((duties::case_no.asc(), duties::no.asc())).limit(stretch.most);
        Ok(query.select((duties::case_no, DutyRow::as_select())).load(self.conn)?)
    }

    fn raw_units(&mut self, stretch: &Stretch) -> Result<Vec<(String, String)>, StoreError> {
        let mut query =
            case_units::table.filter(case_units::case_no.gt(&stretch.after)).into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(case_units::case_no.le(last));
        }
        let query = query.order((case_units::case_no.asc(), case_units::unit.asc()));
        Ok(query.limit(stretch.most).select(case_units::all_columns).load(self.conn)?)
    }

    fn raw_recusals(
        &mut self,
        stretch: &Stretch,
    ) -> Result<Vec<(String, String, bool)>, StoreError> {
        let mut query =
            case_recusals::table.filter(case_recusals::case_no.gt(&stretch.after)).into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(case_recusals::case_no.le(last));
        }
        let query = query.order((case_recusals::case_no.asc(), case_recusals::unit.asc()));
        Ok(query.limit(stretch.most).select(case_recusals::all_columns).load(self.conn)?)
    }

    fn raw_tips(&mut self, stretch: &Stretch) -> Result<Vec<RawTip>, StoreError> {
        let mut query = tips::table.filter(tips::case_no.gt(&stretch.after)).into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(tips::case_no.le(last));
        }
        let query = query.order((tips::case_no.asc(), tips::number.asc())).limit(stretch.most);
        Ok(query.select(RawTip::as_select()).load(self.conn)?)
    }

    fn raw_words(&mut self, stretch: &Stretch) -> Result<Vec<RawWords>, StoreError> {
        let mut query = entries::table
            .inner_join(tip_words::table.on(tip_words::entry_id.eq(entries::id)))
            .filter(entries::case_no.gt(&stretch.after))
            .into_boxed();
        if let Some(last) = &stretch.last {
            query = query.filter(entries::case_no.le(last));
        }
        Ok(query.limit(stretch.most).select(RawWords::as_select()).load(self.conn)?)
    }

    /// Places of the log after one, in order, with the leaves of what they name.
    pub fn raw_places(&mut self, after: i64, limit: i64) -> Result<Vec<RawPlace>, StoreError> {
        let rows = log::table
            .left_join(entries::table.on(entries::id.eq(log::entry_id)))
            .left_join(notices::table.on(notices::id.eq(log::entry_id)))
            .left_join(log_nodes::table.on(log_nodes::pos.eq(log::pos)))
            .filter(log::pos.gt(after))
            .order(log::pos.asc())
            .limit(limit)
            .select((
                log::pos,
                log::entry_id,
                (entries::case_no, entries::seq, entries::leaf).nullable(),
                notices::leaf.nullable(),
                log_nodes::hashes.nullable(),
            ));
        Ok(rows.load(self.conn)?)
    }

    /// What the database finds wrong with itself; empty where it finds nothing. PostgreSQL cannot be
    /// asked in a query: there `pg_amcheck` does it.
    pub fn damage(&mut self) -> Result<Vec<String>, StoreError> {
        let AnyConnection::Sqlite(conn) = &mut *self.conn else { return Ok(Vec::new()) };
        let rows: Vec<Said> = diesel::sql_query("PRAGMA integrity_check(20)").load(conn)?;
        Ok(rows.into_iter().map(|row| row.integrity_check).filter(|said| said != "ok").collect())
    }

    /// Which of some files have no row that says that the ledger names them: others are swept.
    pub fn files_without_row(&mut self, named: &[String]) -> Result<Vec<String>, StoreError> {
        let known: Vec<String> = files::table
            .filter(files::sha256.eq_any(named))
            .filter(files::attached.eq(true))
            .select(files::sha256)
            .load(self.conn)?;
        Ok(named.iter().filter(|name| !known.contains(name)).cloned().collect())
    }
}
