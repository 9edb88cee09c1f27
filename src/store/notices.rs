//! Notices: public facts that belong to no case, written once like entries and sealed with them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::schema::{log, notices, unsealed};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// A notice as it is kept: the canonical bytes, their salt, the leaf over both.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
pub struct NoticeRow {
    /// Identifier, rising with time.
    pub id: String,
    /// What it says.
    pub kind: String,
    pub(super) recorded_at: NaiveDateTime,
    /// Its canonical bytes.
    pub body: String,
    /// Salt of its leaf.
    pub salt: Vec<u8>,
    /// Its leaf in the log, in hexadecimal.
    pub leaf: String,
}

impl NoticeRow {
    /// A notice to be kept.
    pub fn new(
        id: String,
        kind: &str,
        at: Instant,
        body: String,
        salt: &[u8],
        leaf: String,
    ) -> NoticeRow {
        let (kind, recorded_at) = (kind.to_owned(), at.naive_utc());
        NoticeRow { id, kind, recorded_at, body, salt: salt.to_vec(), leaf }
    }

    /// When it was written down.
    pub fn recorded_at(&self) -> Instant {
        self.recorded_at.and_utc()
    }
}

/// A notice with its place in the log, once it has one.
pub type Placed = (NoticeRow, Option<i64>);

impl Reader<'_> {
    /// Notices, newest first, those before the identifier `after`; of one kind, or of all.
    pub fn notices(
        &mut self,
        kind: Option<String>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<Placed>, StoreError> {
        let mut query = notices::table
            .left_join(log::table.on(log::entry_id.eq(notices::id)))
            .select((NoticeRow::as_select(), log::pos.nullable()))
            .order(notices::id.desc())
            .limit(limit)
            .into_boxed();
        if let Some(kind) = kind {
            query = query.filter(notices::kind.eq(kind));
        }
        if let Some(after) = after {
            query = query.filter(notices::id.lt(after));
        }
        Ok(query.load(self.conn)?)
    }

    /// One notice.
    pub fn notice(&mut self, id: &str) -> Result<Option<Placed>, StoreError> {
        let found = notices::table
            .left_join(log::table.on(log::entry_id.eq(notices::id)))
            .filter(notices::id.eq(id))
            .select((NoticeRow::as_select(), log::pos.nullable()));
        Ok(found.first(self.conn).optional()?)
    }

    /// Notices of some kinds up to a place of the log, in order of their places.
    pub fn notices_up_to(
        &mut self,
        kinds: &[&str],
        place: i64,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let rows = notices::table
            .inner_join(log::table.on(log::entry_id.eq(notices::id)))
            .filter(notices::kind.eq_any(kinds.to_vec()))
            .filter(log::pos.le(place))
            .order(log::pos.asc())
            .limit(limit)
            .select(NoticeRow::as_select());
        Ok(rows.load(self.conn)?)
    }

    /// Notices after one, in order, for the audit.
    pub fn notices_after(&mut self, after: &str, limit: i64) -> Result<Vec<Placed>, StoreError> {
        let rows = notices::table
            .left_join(log::table.on(log::entry_id.eq(notices::id)))
            .filter(notices::id.gt(after))
            .order(notices::id.asc())
            .limit(limit)
            .select((NoticeRow::as_select(), log::pos.nullable()));
        Ok(rows.load(self.conn)?)
    }

    /// The identifier of the next notice after one: also of a notice that cannot be read.
    pub fn notice_id_after(&mut self, after: &str) -> Result<Option<String>, StoreError> {
        let ids = notices::table.filter(notices::id.gt(after)).order(notices::id.asc());
        Ok(ids.select(notices::id).first(self.conn).optional()?)
    }

    /// Whether an entry or a notice waits for its place.
    pub fn is_unsealed(&mut self, id: &str) -> Result<bool, StoreError> {
        let found = unsealed::table.find(id).count().get_result::<i64>(self.conn)?;
        Ok(found > 0)
    }
}

impl Tx<'_> {
    /// Writes a notice, and puts it where the sealer finds it.
    pub fn give_notice(&mut self, notice: &NoticeRow) -> Result<(), StoreError> {
        diesel::insert_into(notices::table).values(notice).execute(self.conn)?;
        let queued = unsealed::entry_id.eq(&notice.id);
        diesel::insert_into(unsealed::table).values(queued).execute(self.conn)?;
        Ok(())
    }
}
