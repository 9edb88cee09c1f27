//! The signed heads of the log, one for each day.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::schema::seal_heads;
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// A head that is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = seal_heads)]
pub struct HeadRow {
    /// The day that it ends, `2026-11-23`, local.
    pub day: String,
    /// Over how many places of the log.
    pub size: i64,
    /// Its root, in hexadecimal.
    pub root: String,
    /// The signed note.
    pub note: String,
    taken_at: NaiveDateTime,
}

impl HeadRow {
    /// A head to be kept.
    pub fn new(day: String, size: i64, root: String, note: String, at: Instant) -> HeadRow {
        HeadRow { day, size, root, note, taken_at: at.naive_utc() }
    }

    /// When it was taken.
    pub fn taken_at(&self) -> Instant {
        self.taken_at.and_utc()
    }
}

impl Reader<'_> {
    /// Heads, newest first, of the days before `after`.
    pub fn heads(&mut self, after: Option<String>, limit: i64) -> Result<Vec<HeadRow>, StoreError> {
        let mut query = seal_heads::table
            .select(HeadRow::as_select())
            .order(seal_heads::day.desc())
            .limit(limit)
            .into_boxed();
        if let Some(after) = after {
            query = query.filter(seal_heads::day.lt(after));
        }
        Ok(query.load(self.conn)?)
    }

    /// The head of a day.
    pub fn head_of(&mut self, day: &str) -> Result<Option<HeadRow>, StoreError> {
        let found = seal_heads::table.find(day).select(HeadRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Keeps a day's head; `false` where the day has one.
    pub fn keep_head(&mut self, head: &HeadRow) -> Result<bool, StoreError> {
        if self.head_of(&head.day)?.is_some() {
            return Ok(false);
        }
        diesel::insert_into(seal_heads::table).values(head).execute(self.conn)?;
        Ok(true)
    }
}
