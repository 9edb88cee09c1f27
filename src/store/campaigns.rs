//! Campaigns (专项督察), and what became of the cases that fall in one.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::cases::{CaseRow, Query};
use super::error::StoreError;
use super::kept::listed;
use super::schema::{campaign_places, campaigns, cases};
use super::session::{Reader, Tx};
use crate::clock::Instant;
use crate::place::Code;

/// A campaign as it is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = campaigns)]
pub struct CampaignRow {
    /// Identifier, rising with time.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The unit that opened it.
    pub unit: String,
    /// A pattern of categories: one, a field with `.%`, or `%`.
    pub category: String,
    pub(super) since: NaiveDateTime,
    pub(super) until: NaiveDateTime,
    pub(super) ended_at: Option<NaiveDateTime>,
    /// What it is about.
    pub text: String,
    pub(super) opened_at: NaiveDateTime,
    /// Who opened it.
    pub opened_by: String,
}

/// When a campaign begins, ends, and was opened.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Its first instant.
    pub since: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// When it was opened.
    pub opened_at: Instant,
}

impl CampaignRow {
    /// A campaign to be kept.
    pub fn new(
        [id, name, unit, category, text, opened_by]: [String; 6],
        times: Times,
    ) -> CampaignRow {
        let Times { since, until, opened_at } = times;
        CampaignRow {
            id,
            name,
            unit,
            category,
            since: since.naive_utc(),
            until: until.naive_utc(),
            ended_at: None,
            text,
            opened_at: opened_at.naive_utc(),
            opened_by,
        }
    }

    /// Its first instant.
    pub fn since(&self) -> Instant {
        self.since.and_utc()
    }

    /// The first instant after it, whether it was ended early or not.
    pub fn until(&self) -> Instant {
        self.until.and_utc()
    }

    /// When it was ended, where that was before its last day.
    pub fn ended_at(&self) -> Option<Instant> {
        self.ended_at.map(|at| at.and_utc())
    }
}

/// What became of a campaign's cases at one of its divisions.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName, serde::Serialize)]
pub struct CampaignFigures {
    /// Code of the division.
    #[diesel(sql_type = Text)]
    pub division: String,
    /// Tips received.
    #[diesel(sql_type = BigInt)]
    pub received: i64,
    /// Cases ever accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Cases struck off.
    #[diesel(sql_type = BigInt)]
    pub closed: i64,
    /// Cases whose last verification found the report to be true.
    #[diesel(sql_type = BigInt)]
    pub founded: i64,
}

/// Cases narrowed to those of a campaign.
pub(super) fn narrowed<'a>(query: Query<'a>, campaign: String) -> Query<'a> {
    let of_it = campaigns::table
        .inner_join(campaign_places::table.on(campaign_places::campaign.eq(campaigns::id)))
        .filter(campaigns::id.eq(campaign))
        .filter(campaigns::since.le(cases::opened_at))
        .filter(campaigns::until.gt(cases::opened_at))
        .filter(cases::category.like(campaigns::category))
        .filter(campaign_places::low.le(cases::place))
        .filter(campaign_places::high.gt(cases::place));
    query.filter(exists(of_it))
}

impl Reader<'_> {
    /// Campaigns, newest first, those before the identifier `after`.
    pub fn campaigns(
        &mut self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CampaignRow>, StoreError> {
        // No identifier comes after this one.
        let before = after.unwrap_or("~").to_owned();
        let rows = campaigns::table
            .filter(campaigns::id.lt(before))
            .order(campaigns::id.desc())
            .limit(limit);
        Ok(rows.select(CampaignRow::as_select()).load(self.conn)?)
    }

    /// One campaign.
    pub fn campaign(&mut self, id: &str) -> Result<Option<CampaignRow>, StoreError> {
        let found = campaigns::table.find(id).select(CampaignRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// The divisions of campaigns, in order of code.
    pub fn campaign_divisions(
        &mut self,
        campaigns: &[CampaignRow],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let ids: Vec<&str> = campaigns.iter().map(|one| one.id.as_str()).collect();
        let rows = campaign_places::table
            .filter(campaign_places::campaign.eq_any(ids))
            .order(campaign_places::division.asc());
        Ok(rows.select((campaign_places::campaign, campaign_places::division)).load(self.conn)?)
    }

    /// The campaigns in which a case falls, oldest first.
    pub fn campaigns_of(
        &mut self,
        case: &CaseRow,
        limit: i64,
    ) -> Result<Vec<CampaignRow>, StoreError> {
        let at = case.opened_at().naive_utc();
        let there = campaign_places::table
            .filter(campaign_places::campaign.eq(campaigns::id))
            .filter(campaign_places::low.le(&case.place))
            .filter(campaign_places::high.gt(&case.place));
        let found = campaigns::table
            .filter(campaigns::since.le(at))
            .filter(campaigns::until.gt(at))
            .filter(case.category.clone().into_sql::<Text>().like(campaigns::category))
            .filter(exists(there))
            .order(campaigns::id.asc())
            .limit(limit);
        Ok(found.select(CampaignRow::as_select()).load(self.conn)?)
    }

    /// What became of a campaign's cases, by division; divisions without a case are left out, and so
    /// are cases from which one of these units is recused: they keep the asker away.
    pub fn campaign_figures(
        &mut self,
        id: &str,
        kept_from: &[Code],
    ) -> Result<Vec<CampaignFigures>, StoreError> {
        let kept_from: Vec<String> = kept_from.iter().map(Code::to_string).collect();
        let rows = diesel::sql_query(
            "SELECT p.division AS division, \
                    CAST(SUM((SELECT COUNT(*) FROM tips t WHERE t.case_no = c.no)) AS BIGINT) \
                        AS received, \
                    CAST(SUM(CASE WHEN EXISTS (SELECT 1 FROM entries e \
                        WHERE e.case_no = c.no AND e.act = 'accept') THEN 1 ELSE 0 END) AS BIGINT) \
                        AS accepted, \
                    CAST(SUM(CASE WHEN c.stage = 'closed' THEN 1 ELSE 0 END) AS BIGINT) AS closed, \
                    CAST(SUM(CASE WHEN EXISTS (SELECT 1 FROM entries e \
                        WHERE e.case_no = c.no AND e.act = 'verify' \
                          AND e.body LIKE '%\"finding\":\"founded\"%' \
                          AND NOT EXISTS (SELECT 1 FROM entries l WHERE l.case_no = c.no \
                              AND l.act = 'verify' AND l.seq > e.seq)) THEN 1 ELSE 0 END) AS BIGINT) \
                        AS founded \
             FROM campaigns k \
             JOIN campaign_places p ON p.campaign = k.id \
             JOIN cases c ON c.place >= p.low AND c.place < p.high \
                 AND c.opened_at >= k.since AND c.opened_at < k.until \
                 AND c.category LIKE k.category \
             WHERE k.id = $1 AND c.no NOT IN (SELECT r.case_no FROM case_recusals r \
                 WHERE $2 LIKE '%,' || r.unit || ',%') \
             GROUP BY p.division \
             ORDER BY p.division",
        )
        .bind::<Text, _>(id)
        .bind::<Text, _>(listed(&kept_from))
        .load(self.conn)?;
        Ok(rows)
    }
}

impl Tx<'_> {
    /// Keeps a campaign with its divisions.
    pub fn keep_campaign(
        &mut self,
        campaign: &CampaignRow,
        divisions: &[Code],
    ) -> Result<(), StoreError> {
        diesel::insert_into(campaigns::table).values(campaign).execute(self.conn)?;
        for division in divisions {
            let (low, high) = division.text_range();
            diesel::insert_into(campaign_places::table)
                .values((
                    campaign_places::campaign.eq(&campaign.id),
                    campaign_places::division.eq(division.to_string()),
                    campaign_places::low.eq(low),
                    campaign_places::high.eq(high),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }

    /// Ends a campaign that has not ended; `false` where there is none such.
    pub fn end_campaign(&mut self, id: &str, at: Instant) -> Result<bool, StoreError> {
        let at = at.naive_utc();
        let running = campaigns::table.find(id).filter(campaigns::until.gt(at));
        let set = (campaigns::until.eq(at), campaigns::ended_at.eq(at));
        Ok(diesel::update(running).set(set).execute(self.conn)? == 1)
    }
}
