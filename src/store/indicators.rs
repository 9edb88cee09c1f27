//! Counts for the indicators, over what the tally wrote. Parameters are numbered as in `figures`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::error::StoreError;
use super::figures::Span;
use super::kept::KeptFrom;
use super::session::Reader;
use crate::trend::Ratio;

/// Marks of a kind and a word in a span.
#[derive(Clone, Debug, QueryableByName)]
pub struct Marked {
    /// Its name, [`crate::trend::Mark::name`].
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The word that tells it apart.
    #[diesel(sql_type = Text)]
    pub word: String,
    /// How many, or hundredths.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// What was ordered, or done, of measures of a kind in a span.
#[derive(Clone, Debug, QueryableByName)]
pub struct Done {
    /// The kind of measure.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// `decided`, `executed` or `verified`.
    #[diesel(sql_type = Text)]
    pub stage: String,
    /// Hundredths of the unit of the kind.
    #[diesel(sql_type = BigInt)]
    pub hundredths: i64,
}

/// Duties of a kind that came to their end in a span, or were late at it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Clocked {
    /// The kind of duty.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Discharged, or overdue and open at the end.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
    /// Discharged in time.
    #[diesel(sql_type = BigInt)]
    pub in_time: i64,
    /// Discharged, and it is known how many working days were left.
    #[diesel(sql_type = BigInt)]
    pub timed: i64,
    /// Of those, at least one.
    #[diesel(sql_type = BigInt)]
    pub early: i64,
    /// The working days left.
    #[diesel(sql_type = BigInt)]
    pub saved: i64,
}

#[derive(QueryableByName)]
struct Rate {
    #[diesel(sql_type = BigInt)]
    num: i64,
    #[diesel(sql_type = BigInt)]
    den: i64,
}

impl Reader<'_> {
    /// Duties by kind, as [`Reader::on_time`] counts them, and how early they were done.
    pub fn clocked(&mut self, span: &Span) -> Result<Vec<Clocked>, StoreError> {
        self.grouped(
            "SELECT kind, CAST(COUNT(*) AS BIGINT) AS due, \
                    CAST(SUM(CASE WHEN ended_at >= $1 AND ended_at < $2 AND ended_at < late_from \
                             THEN 1 ELSE 0 END) AS BIGINT) AS in_time, \
                    CAST(SUM(CASE WHEN saved IS NULL OR ended_at >= $2 THEN 0 ELSE 1 END) \
                             AS BIGINT) AS timed, \
                    CAST(SUM(CASE WHEN saved > 0 AND ended_at < $2 THEN 1 ELSE 0 END) \
                             AS BIGINT) AS early, \
                    CAST(SUM(CASE WHEN saved > 0 AND ended_at < $2 THEN saved ELSE 0 END) \
                             AS BIGINT) AS saved \
             FROM obligations \
             WHERE (ended_at >= $1 OR ended_at IS NULL) \
               AND late_from IS NOT NULL AND place >= $3 AND place < $4 /*$5*/ \
               AND ((status = 'discharged' AND ended_at < $2) \
                 OR (late_from <= $2 AND opened_at < $2 \
                     AND (ended_at IS NULL OR ended_at >= $2))) \
             GROUP BY 1",
            span,
        )
    }

    /// Cases accepted ÷ cases judged in the span.
    pub fn acceptance(&mut self, span: &Span) -> Result<Ratio, StoreError> {
        self.rate(
            "SELECT CAST(COUNT(CASE WHEN term = 'accepted' THEN 1 END) AS BIGINT) AS num, \
                    CAST(COUNT(*) AS BIGINT) AS den \
             FROM movements \
             WHERE term IN ('accepted', 'refused', 'linked', 'merged_pending') \
               AND at < $1 AND at >= $2 AND place >= $3 AND place < $4 /*$5*/",
            span,
        )
    }

    /// Closings undone by a reopening before the span's end ÷ closings in the span.
    pub fn reopenings(&mut self, span: &Span) -> Result<Ratio, StoreError> {
        self.rate(
            "SELECT CAST(COUNT(CASE WHEN EXISTS (SELECT 1 FROM movements r \
                        WHERE r.case_no = m.case_no AND r.term = 'reopened' AND r.pos > m.pos \
                          AND r.at < $1) THEN 1 END) AS BIGINT) AS num, \
                    CAST(COUNT(*) AS BIGINT) AS den \
             FROM movements m \
             WHERE m.term = 'closed' AND m.at < $1 AND m.at >= $2 \
               AND m.place >= $3 AND m.place < $4 /*$5*/",
            span,
        )
    }

    /// Cases in which an informant was contacted in time by the span's end ÷ cases dispatched in it.
    /// Who was answered before the clock began was so in time.
    pub fn response(&mut self, span: &Span) -> Result<Ratio, StoreError> {
        self.rate(
            "SELECT CAST(COUNT(CASE WHEN EXISTS (SELECT 1 FROM obligations o \
                        WHERE o.case_no = d.case_no AND o.kind = 'reply' \
                          AND o.status = 'discharged' AND o.ended_at < $1 \
                          AND (o.late_from IS NULL OR o.ended_at < o.late_from)) \
                        THEN 1 END) AS BIGINT) AS num, \
                    CAST(COUNT(*) AS BIGINT) AS den \
             FROM (SELECT DISTINCT case_no FROM milestones \
                   WHERE kind = 'dispatched' AND at < $1 AND at >= $2 \
                     AND place >= $3 AND place < $4 /*$5*/) d",
            span,
        )
    }

    /// A rate over a span, whose text names its end `$1`, its beginning `$2`, and the places from
    /// `$3` to before `$4`, first in that order, and then `/*$5*/`.
    fn rate(&mut self, sql: &'static str, span: &Span) -> Result<Ratio, StoreError> {
        let rates: Vec<Rate> = span.areas.gathered(|low, high| {
            Ok(span
                .sql(sql)
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })?;
        let sum = |part: fn(&Rate) -> i64| rates.iter().map(part).sum();
        Ok(Ratio { num: sum(|rate| rate.num), den: sum(|rate| rate.den) })
    }

    /// What is simply counted, by kind and word.
    pub fn marked(&mut self, span: &Span) -> Result<Vec<Marked>, StoreError> {
        self.grouped(
            "SELECT kind, word, CAST(SUM(n) AS BIGINT) AS n \
             FROM milestones \
             WHERE at >= $1 AND at < $2 AND place >= $3 AND place < $4 /*$5*/ \
             GROUP BY 1, 2",
            span,
        )
    }

    /// What was ordered, carried out and verified, by kind of measure.
    pub fn outcomes(&mut self, span: &Span) -> Result<Vec<Done>, StoreError> {
        self.grouped(
            "SELECT kind, stage, CAST(SUM(hundredths) AS BIGINT) AS hundredths \
             FROM outcomes \
             WHERE at >= $1 AND at < $2 AND place >= $3 AND place < $4 /*$5*/ \
             GROUP BY 1, 2",
            span,
        )
    }

    /// Cases listed in the span by the channel of their first tip (kind `channel`) and by situation
    /// (kind `situation`), and listings lifted in it (kind `lifted`).
    pub fn listed(&mut self, span: &Span) -> Result<Vec<Marked>, StoreError> {
        self.grouped(
            "SELECT 'channel' AS kind, channel AS word, \
                    CAST(COUNT(DISTINCT case_no) AS BIGINT) AS n \
             FROM listings \
             WHERE at >= $1 AND at < $2 AND place >= $3 AND place < $4 /*$5*/ GROUP BY 2 \
             UNION ALL \
             SELECT 'situation', situation, CAST(COUNT(DISTINCT case_no) AS BIGINT) \
             FROM listings \
             WHERE at >= $1 AND at < $2 AND place >= $3 AND place < $4 /*$5*/ GROUP BY 2 \
             UNION ALL \
             SELECT 'lifted', '', CAST(COUNT(*) AS BIGINT) \
             FROM listings \
             WHERE lifted_at >= $1 AND lifted_at < $2 AND place >= $3 AND place < $4 /*$5*/",
            span,
        )
    }

    /// Groups of one area after the other: whoever reads them adds up what is of one kind.
    fn grouped<T>(&mut self, sql: &'static str, span: &Span) -> Result<Vec<T>, StoreError>
    where
        T: diesel::deserialize::QueryableByName<super::connection::MultiBackend> + 'static,
    {
        span.areas.gathered(|low, high| {
            Ok(span
                .sql(sql)
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })
    }
}
