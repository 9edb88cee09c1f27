//! Runs that are due, and the reports that they publish.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::areas::{Areas, lies_in};
use super::error::StoreError;
use super::log::never;
use super::schema::{jobs, reports};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// A run that is due once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Kind of report.
    pub kind: String,
    /// Its period's name.
    pub period: String,
    /// Its scope's code.
    pub scope: String,
    /// When it was due.
    pub due_at: Instant,
}

/// A published report.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = reports)]
pub struct ReportRow {
    /// Identifier, rising with time.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Period.
    pub period: String,
    /// Scope.
    pub scope: String,
    /// How many entries of the log it saw.
    pub log_size: i64,
    /// Whether it came after its time.
    pub late: bool,
    published_at: NaiveDateTime,
    /// Its canonical JSON.
    pub json: String,
}

impl ReportRow {
    /// A report about to be published.
    pub fn new(
        id: String,
        job: &JobRow,
        log_size: i64,
        late: bool,
        at: Instant,
        json: String,
    ) -> Self {
        ReportRow {
            id,
            kind: job.kind.clone(),
            period: job.period.clone(),
            scope: job.scope.clone(),
            log_size,
            late,
            published_at: at.naive_utc(),
            json,
        }
    }

    /// When it was published.
    pub fn published_at(&self) -> Instant {
        self.published_at.and_utc()
    }
}

impl Reader<'_> {
    /// The latest period for which a run of this kind and scope was planned.
    pub fn last_planned(&mut self, kind: &str, scope: &str) -> Result<Option<String>, StoreError> {
        let found = jobs::table
            .filter(jobs::kind.eq(kind))
            .filter(jobs::scope.eq(scope))
            .order(jobs::due_at.desc())
            .select(jobs::period);
        Ok(found.first(self.conn).optional()?)
    }

    /// Published reports of a set of scopes, newest first, after an identifier.
    pub fn reports(
        &mut self,
        scopes: &Areas,
        before: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ReportRow>, StoreError> {
        let mut query = reports::table.filter(lies_in!(reports::scope, scopes)).into_boxed();
        if let Some(before) = before {
            query = query.filter(reports::id.lt(before.to_owned()));
        }
        let query = query.order(reports::id.desc()).limit(limit);
        Ok(query.select(ReportRow::as_select()).load(self.conn)?)
    }

    /// Published reports after an identifier, in order, for the audit.
    pub fn reports_after(&mut self, after: &str, limit: i64) -> Result<Vec<ReportRow>, StoreError> {
        let rows = reports::table.filter(reports::id.gt(after)).order(reports::id.asc());
        Ok(rows.limit(limit).select(ReportRow::as_select()).load(self.conn)?)
    }

    /// The identifier of the next published report after one: also of a report that cannot be read.
    pub fn report_id_after(&mut self, after: &str) -> Result<Option<String>, StoreError> {
        let ids = reports::table.filter(reports::id.gt(after)).order(reports::id.asc());
        Ok(ids.select(reports::id).first(self.conn).optional()?)
    }

    /// How many reports are published.
    pub fn count_reports(&mut self) -> Result<i64, StoreError> {
        Ok(reports::table.count().get_result(self.conn)?)
    }

    /// One published report.
    pub fn report(&mut self, id: &str) -> Result<Option<ReportRow>, StoreError> {
        let found = reports::table.find(id).select(ReportRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Plans a run, unless it is planned already.
    pub fn plan(&mut self, job: &JobRow) -> Result<bool, StoreError> {
        let key = (job.kind.clone(), job.period.clone(), job.scope.clone());
        if jobs::table.find(key).count().get_result::<i64>(self.conn)? > 0 {
            return Ok(false);
        }
        diesel::insert_into(jobs::table)
            .values((
                jobs::kind.eq(&job.kind),
                jobs::period.eq(&job.period),
                jobs::scope.eq(&job.scope),
                jobs::due_at.eq(job.due_at.naive_utc()),
                jobs::attempts.eq(0),
            ))
            .execute(self.conn)?;
        Ok(true)
    }

    /// Claims the oldest run that is due and free, until the lease ends.
    pub fn claim(
        &mut self,
        owner: &str,
        now: Instant,
        until: Instant,
        max_attempts: i32,
    ) -> Result<Option<JobRow>, StoreError> {
        let over =
            jobs::lease_until.lt(now.naive_utc()).or(jobs::lease_until.gt(never(now, until)));
        let free = jobs::lease_until.is_null().or(over);
        let found: Option<(String, String, String, NaiveDateTime, i32)> = jobs::table
            .filter(jobs::done_at.is_null())
            .filter(jobs::due_at.le(now.naive_utc()))
            .filter(jobs::attempts.lt(max_attempts))
            .filter(free)
            .order((jobs::due_at.asc(), jobs::scope.asc()))
            .select((jobs::kind, jobs::period, jobs::scope, jobs::due_at, jobs::attempts))
            .first(self.conn)
            .optional()?;
        let Some((kind, period, scope, due_at, attempts)) = found else { return Ok(None) };
        let mine = jobs::table
            .find((kind.clone(), period.clone(), scope.clone()))
            .filter(jobs::attempts.eq(attempts));
        let set = (
            jobs::attempts.eq(attempts + 1),
            jobs::lease.eq(owner),
            jobs::lease_until.eq(until.naive_utc()),
        );
        if diesel::update(mine).set(set).execute(self.conn)? != 1 {
            return Err(StoreError::Contended);
        }
        Ok(Some(JobRow { kind, period, scope, due_at: due_at.and_utc() }))
    }

    /// Keeps a claimed run until the lease ends anew; whether it is still this owner's.
    pub fn keep_claim(
        &mut self,
        job: &JobRow,
        owner: &str,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let mine = jobs::table
            .find((job.kind.clone(), job.period.clone(), job.scope.clone()))
            .filter(jobs::done_at.is_null())
            .filter(jobs::lease.eq(owner.to_owned()));
        let set = jobs::lease_until.eq(until.naive_utc());
        Ok(diesel::update(mine).set(set).execute(self.conn)? == 1)
    }

    /// Publishes a report and marks its run as done, together. `false` where another instance was
    /// faster: then nothing is written.
    pub fn publish(&mut self, job: &JobRow, report: &ReportRow) -> Result<bool, StoreError> {
        let open = jobs::table
            .find((job.kind.clone(), job.period.clone(), job.scope.clone()))
            .filter(jobs::done_at.is_null());
        let done = jobs::done_at.eq(report.published_at);
        if diesel::update(open).set(done).execute(self.conn)? != 1 {
            return Ok(false);
        }
        diesel::insert_into(reports::table)
            .values((
                reports::id.eq(&report.id),
                reports::kind.eq(&report.kind),
                reports::period.eq(&report.period),
                reports::scope.eq(&report.scope),
                reports::log_size.eq(report.log_size),
                reports::late.eq(report.late),
                reports::published_at.eq(report.published_at),
                reports::json.eq(&report.json),
            ))
            .execute(self.conn)?;
        Ok(true)
    }
}
