//! The audits that the service makes by itself: one for each day, by whoever holds its lease.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::schema::audits;
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// An audit of a day.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audits)]
pub struct AuditRow {
    /// The local day, `2026-11-23`.
    pub day: String,
    begun_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    lease: String,
    lease_until: NaiveDateTime,
    /// The last case that was looked at; empty before the first.
    pub after: String,
    /// Entries looked at so far.
    pub entries: i64,
    /// Faults found so far.
    pub faults: i64,
    /// The first of them in words.
    pub first: Option<String>,
}

impl AuditRow {
    /// When it came to its end.
    pub fn ended_at(&self) -> Option<Instant> {
        self.ended_at.map(|at| at.and_utc())
    }

    /// Whether somebody may take it up: it has not ended, and nobody else is at it.
    pub fn is_free(&self, owner: &str, now: Instant) -> bool {
        self.ended_at.is_none() && (self.lease == owner || self.lease_until < now.naive_utc())
    }
}

impl Reader<'_> {
    /// The audit of a day.
    pub fn audit_of(&mut self, day: &str) -> Result<Option<AuditRow>, StoreError> {
        let found = audits::table.find(day).select(AuditRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// The last audit that came to its end.
    pub fn last_audit(&mut self) -> Result<Option<AuditRow>, StoreError> {
        let found = audits::table
            .filter(audits::ended_at.is_not_null())
            .order(audits::day.desc())
            .select(AuditRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Begins the audit of a day, or takes up one that somebody left; nothing where another is at it.
    pub fn take_audit(
        &mut self,
        day: &str,
        owner: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Option<AuditRow>, StoreError> {
        let Some(known) = self.audit_of(day)? else {
            let row = AuditRow {
                day: day.to_owned(),
                begun_at: now.naive_utc(),
                ended_at: None,
                lease: owner.to_owned(),
                lease_until: until.naive_utc(),
                after: String::new(),
                entries: 0,
                faults: 0,
                first: None,
            };
            diesel::insert_into(audits::table).values(&row).execute(self.conn)?;
            return Ok(Some(row));
        };
        if !known.is_free(owner, now) {
            return Ok(None);
        }
        let here = audits::table.find(day).filter(audits::lease_until.eq(known.lease_until));
        let set = (audits::lease.eq(owner), audits::lease_until.eq(until.naive_utc()));
        match diesel::update(here).set(set).execute(self.conn)? {
            1 => Ok(Some(known)),
            _ => Err(StoreError::Contended),
        }
    }

    /// Keeps how far an audit has come, and the lease with it; `false` where another has taken it up.
    pub fn keep_audit(
        &mut self,
        audit: &AuditRow,
        owner: &str,
        until: Instant,
        ended: Option<Instant>,
    ) -> Result<bool, StoreError> {
        let mine = audits::table.find(&audit.day).filter(audits::lease.eq(owner));
        let set = (
            audits::after.eq(&audit.after),
            audits::entries.eq(audit.entries),
            audits::faults.eq(audit.faults),
            audits::first.eq(&audit.first),
            audits::lease_until.eq(until.naive_utc()),
            audits::ended_at.eq(ended.map(|at| at.naive_utc())),
        );
        Ok(diesel::update(mine).set(set).execute(self.conn)? == 1)
    }
}
