//! Counts of several periods at once, for the line of a trend.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::error::StoreError;
use super::figures::Span;
use super::kept::KeptFrom;
use super::session::Reader;
use crate::clock::Instant;

/// Periods of a trend: a year and the period with which it began, so that the same month stands at
/// both ends.
pub const SERIES: usize = 13;

/// A count in one of the periods.
#[derive(Clone, Debug, QueryableByName)]
pub struct InPeriod {
    /// Which, from 0.
    #[diesel(sql_type = Integer)]
    pub nth: i32,
    /// `tips`, or a term of the balance.
    #[diesel(sql_type = Text)]
    pub term: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

impl Reader<'_> {
    /// Tips received, cases accepted and cases closed by place in each of the periods that lie
    /// between the instants, in the areas of a span, each period's tips by the place that they had at its end.
    ///
    /// The periods come first in the join, so that each is one range of an index.
    pub fn series(
        &mut self,
        span: &Span,
        ends: [Instant; SERIES + 1],
    ) -> Result<Vec<InPeriod>, StoreError> {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = ends.map(|end| end.naive_utc());
        span.areas.gathered(|low, high| {
            Ok(span
                .sql(
                    "WITH period (nth, since, until) AS (VALUES \
               (0, $1, $2), (1, $2, $3), (2, $3, $4), (3, $4, $5), (4, $5, $6), (5, $6, $7), \
               (6, $7, $8), (7, $8, $9), (8, $9, $10), (9, $10, $11), (10, $11, $12), \
               (11, $12, $13), (12, $13, $14)) \
             SELECT nth, 'tips' AS term, CAST(SUM(n) AS BIGINT) AS n \
             FROM period CROSS JOIN arrivals \
             WHERE received_at >= since AND received_at < until AND at < until \
               AND place >= $15 AND place < $16 /*$17*/ \
             GROUP BY nth \
             UNION ALL \
             SELECT nth, term, CAST(COUNT(*) AS BIGINT) AS n \
             FROM period CROSS JOIN movements \
             WHERE term IN ('accepted', 'closed') AND at >= since AND at < until \
               AND place >= $15 AND place < $16 /*$17*/ \
             GROUP BY nth, term",
                )
                .bind::<Timestamp, _>(a)
                .bind::<Timestamp, _>(b)
                .bind::<Timestamp, _>(c)
                .bind::<Timestamp, _>(d)
                .bind::<Timestamp, _>(e)
                .bind::<Timestamp, _>(f)
                .bind::<Timestamp, _>(g)
                .bind::<Timestamp, _>(h)
                .bind::<Timestamp, _>(i)
                .bind::<Timestamp, _>(j)
                .bind::<Timestamp, _>(k)
                .bind::<Timestamp, _>(l)
                .bind::<Timestamp, _>(m)
                .bind::<Timestamp, _>(n)
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })
    }
}
