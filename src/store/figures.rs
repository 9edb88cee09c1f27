//! Counts over the tally's tables. Everything is asked within one snapshot.
//!
//! Parameters are numbered in the order in which they first appear in a text: PostgreSQL goes by the
//! number, SQLite by the order.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::areas::{Areas, lies_in};
use super::error::StoreError;
use super::kept::{KeptFrom, but_kept};
use super::schema::{holdings, movements};
use super::session::Reader;
use crate::clock::Instant;
use crate::ledger::DutyKind;
use crate::trend::{Balance, Pending, Ratio, Term};

/// What is counted: what lies in some divisions, over a time.
#[derive(Clone, Debug)]
pub struct Span {
    /// Whose figures.
    pub areas: Areas,
    /// From this instant.
    pub from: Instant,
    /// To before this one.
    pub to: Instant,
    /// Units whose recusal keeps the reader of the figures away: cases with one are left out. Empty
    /// where nothing is: see [`Reader::recusals_of`].
    pub kept_from: Vec<String>,
}

/// A count of tips by how they came and what they are.
#[derive(Clone, Debug, QueryableByName)]
pub struct Counted {
    /// Channel.
    #[diesel(sql_type = Text)]
    pub channel: String,
    /// Category.
    #[diesel(sql_type = Text)]
    pub category: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// How finely places are told apart: the first digits of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Two digits.
    Province,
    /// Six digits.
    County,
    /// All nine.
    Township,
}

impl Grain {
    fn digits(self) -> i32 {
        match self {
            Grain::Province => 2,
            Grain::County => 6,
            Grain::Township => 9,
        }
    }
}

/// A count at a place.
#[derive(Clone, Debug, QueryableByName)]
pub struct ByPlace {
    /// The first digits of the place.
    #[diesel(sql_type = Text)]
    pub place: String,
    /// A term of the balance, or `tips`.
    #[diesel(sql_type = Text)]
    pub term: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// What became of the cases that were accepted at a place in a span.
#[derive(Clone, Debug, QueryableByName)]
pub struct CohortAt {
    /// The first digits of the place.
    #[diesel(sql_type = Text)]
    pub place: String,
    /// Cases accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Of these, out of the balance at the span's end.
    #[diesel(sql_type = BigInt)]
    pub closed: i64,
    /// Of the closed, those of which a blocking duty was discharged too late.
    #[diesel(sql_type = BigInt)]
    pub late: i64,
    /// Of the accepted, those that an old ledger brought.
    #[diesel(sql_type = BigInt)]
    pub imported: i64,
    /// Of these, out of the balance at the span's end.
    #[diesel(sql_type = BigInt)]
    pub imported_closed: i64,
}

#[derive(QueryableByName)]
struct Rate {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = BigInt)]
    num: i64,
    #[diesel(sql_type = BigInt)]
    den: i64,
}

impl Reader<'_> {
    /// Tips received in the span, by the class that they had at its end.
    pub fn tips_by_class(&mut self, span: &Span) -> Result<Vec<Counted>, StoreError> {
        span.areas.gathered(|low, high| {
            Ok(span
                .sql(
                    "SELECT channel, category, CAST(SUM(n) AS BIGINT) AS n \
             FROM arrivals \
             WHERE received_at >= $1 AND received_at < $2 AND at < $2 \
               AND place >= $3 AND place < $4 /*$5*/ \
             GROUP BY 1, 2 \
             HAVING SUM(n) <> 0",
                )
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })
    }

    /// Tips received in the span, by the place that they had at its end.
    pub fn tips_by_place(&mut self, span: &Span, grain: Grain) -> Result<Vec<ByPlace>, StoreError> {
        span.areas.gathered(|low, high| {
            Ok(span
.sql(
                "SELECT substr(place, 1, $1) AS place, 'tips' AS term, CAST(SUM(n) AS BIGINT) AS n \
             FROM arrivals \
             WHERE received_at >= $2 AND received_at < $3 AND at < $3 \
               AND place >= $4 AND place < $5 /*$6*/ \
             GROUP BY 1 \
             HAVING SUM(n) <> 0",
            )
            .bind::<Integer, _>(grain.digits())
            .bind::<Timestamp, _>(span.from.naive_utc())
            .bind::<Timestamp, _>(span.to.naive_utc())
            .bind::<Text, _>(low)
            .bind::<Text, _>(high)
            .kept_from(span)
            .load(self.conn)?)
        })
    }

    /// Cases accepted, closed and refused in the span, by place.
    pub fn cases_by_place(
        &mut self,
        span: &Span,
        grain: Grain,
    ) -> Result<Vec<ByPlace>, StoreError> {
        span.areas.gathered(|low, high| {
            Ok(span
                .sql(
                    "SELECT substr(place, 1, $1) AS place, term, CAST(COUNT(*) AS BIGINT) AS n \
             FROM movements \
             WHERE term IN ('accepted', 'closed', 'refused') AND at >= $2 AND at < $3 \
               AND place >= $4 AND place < $5 /*$6*/ \
             GROUP BY 1, 2",
                )
                .bind::<Integer, _>(grain.digits())
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })
    }

    /// On-time rate by place: duties discharged in time ÷ (duties discharged + duties that were
    /// overdue and open at the end), DOMAIN 8. Duties without a date are in neither. That it ended
    /// in the span or later, or not at all, is said once more at the front for the index's sake.
    pub fn on_time(
        &mut self,
        span: &Span,
        grain: Grain,
    ) -> Result<Vec<(String, Ratio)>, StoreError> {
        let rows: Vec<Rate> = span.areas.gathered(|low, high| {
            Ok(span
                .sql(
                    "SELECT substr(place, 1, $1) AS place, \
                    CAST(SUM(CASE WHEN ended_at >= $2 AND ended_at < $3 \
                             AND ended_at < late_from THEN 1 ELSE 0 END) AS BIGINT) AS num, \
                    CAST(COUNT(*) AS BIGINT) AS den \
             FROM obligations \
             WHERE (ended_at >= $2 OR ended_at IS NULL) \
               AND late_from IS NOT NULL AND place >= $4 AND place < $5 /*$6*/ \
               AND ((status = 'discharged' AND ended_at < $3) \
                 OR (late_from <= $3 AND opened_at < $3 \
                     AND (ended_at IS NULL OR ended_at >= $3))) \
             GROUP BY 1",
                )
                .bind::<Integer, _>(grain.digits())
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })?;
        Ok(rows.into_iter().map(|r| (r.place, Ratio { num: r.num, den: r.den })).collect())
    }

    /// What became of the cases accepted in the span, by place. A return visit is owed after the
    /// closing, so that a late one does not make the closing late. A case that went into another is
    /// counted with that other.
    pub fn cohorts(&mut self, span: &Span, grain: Grain) -> Result<Vec<CohortAt>, StoreError> {
        span.areas.gathered(|low, high| {
            Ok(span
                .sql(
                    "SELECT place, CAST(COUNT(*) AS BIGINT) AS accepted, \
                    CAST(SUM(closed) AS BIGINT) AS closed, \
                    CAST(SUM(CASE WHEN closed = 1 AND EXISTS (SELECT 1 FROM obligations o \
                        WHERE o.case_no = cohort.case_no AND o.status = 'discharged' \
                          AND o.kind <> $1 AND o.ended_at >= o.late_from AND o.ended_at < $2) \
                        THEN 1 ELSE 0 END) AS BIGINT) AS late, \
                    CAST(SUM(imported) AS BIGINT) AS imported, \
                    CAST(SUM(imported * closed) AS BIGINT) AS imported_closed \
             FROM (SELECT substr(m.place, 1, $3) AS place, m.case_no, \
                          CASE WHEN m.imported THEN 1 ELSE 0 END AS imported, \
                          CASE WHEN EXISTS (SELECT 1 FROM holdings h \
                              WHERE h.case_no = m.case_no AND h.since < $2 \
                                AND (h.until IS NULL OR h.until >= $2)) THEN 0 ELSE 1 END \
                              AS closed \
                   FROM movements m \
                   WHERE m.term = 'accepted' AND m.at >= $4 AND m.at < $2 \
                     AND m.place >= $5 AND m.place < $6 /*$7*/ \
                     AND NOT EXISTS (SELECT 1 FROM movements g \
                         WHERE g.case_no = m.case_no AND g.term = 'merged' AND g.at < $2 \
                           AND NOT EXISTS (SELECT 1 FROM movements s \
                               WHERE s.case_no = g.case_no AND s.term = 'split' \
                                 AND s.pos > g.pos AND s.at < $2))) cohort \
             GROUP BY 1",
                )
                .bind::<Text, _>(DutyKind::ReturnVisit.name())
                .bind::<Timestamp, _>(span.to.naive_utc())
                .bind::<Integer, _>(grain.digits())
                .bind::<Timestamp, _>(span.from.naive_utc())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .kept_from(span)
                .load(self.conn)?)
        })
    }

    /// The balance of the units within the scope.
    pub fn balance(&mut self, span: &Span) -> Result<(Pending, Balance), StoreError> {
        let mut term = |term| self.count_term(term, span);
        let accepted = term(ListTerm::Plain(Term::Accepted))?;
        let mut balance = Balance {
            accepted,
            reopened: term(ListTerm::Plain(Term::Reopened))?,
            split: term(ListTerm::Plain(Term::Split))?,
            merged: term(ListTerm::Plain(Term::Merged))?,
            moved_in: term(ListTerm::In(Term::Moved))?,
            moved_out: term(ListTerm::Out(Term::Moved))?,
            closed: term(ListTerm::Plain(Term::Closed))?,
            ..Balance::default()
        };
        let mut pending = Pending {
            received: term(ListTerm::Plain(Term::Received))?,
            moved_in: term(ListTerm::In(Term::MovedPending))?,
            moved_out: term(ListTerm::Out(Term::MovedPending))?,
            accepted,
            refused: term(ListTerm::Plain(Term::Refused))?,
            merged: term(ListTerm::Plain(Term::MergedPending))?,
            linked: term(ListTerm::Plain(Term::Linked))?,
            ..Pending::default()
        };
        balance.opening = self.count_held("open", span, span.from)?;
        balance.closing = self.count_held("open", span, span.to)?;
        pending.opening = self.count_held("pending", span, span.from)?;
        pending.closing = self.count_held("pending", span, span.to)?;
        Ok((pending, balance))
    }

    /// How many cases the entries of old ledgers accepted and closed in the span, by holder; the
    /// balance counts them too.
    pub fn imported(&mut self, span: &Span) -> Result<(i64, i64), StoreError> {
        let mut count = |term| -> Result<i64, StoreError> {
            let of_term = of_term(ListTerm::Plain(term), span).filter(movements::imported);
            Ok(of_term.count().get_result(self.conn)?)
        };
        Ok((count(Term::Accepted)?, count(Term::Closed)?))
    }

    fn count_term(&mut self, term: ListTerm, span: &Span) -> Result<i64, StoreError> {
        Ok(of_term(term, span).count().get_result(self.conn)?)
    }

    /// The cases behind one term of the balance with their places in the log, by which the list is
    /// ordered and goes on: a case that moved twice stands twice, as it counts.
    pub fn cases_of_term(
        &mut self,
        term: ListTerm,
        span: &Span,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = of_term(term, span)
            .filter(movements::pos.gt(after))
            .order(movements::pos.asc())
            .limit(limit);
        Ok(rows.select((movements::pos, movements::case_no)).load(self.conn)?)
    }

    fn count_held(&mut self, stage: &str, span: &Span, at: Instant) -> Result<i64, StoreError> {
        // One after the other each is a short range of an index; at once they are a look at all.
        let running = held(stage, span, at).filter(holdings::until.is_null());
        let ended_since = held(stage, span, at).filter(holdings::until.ge(at.naive_utc()));
        let running: i64 = running.count().get_result(self.conn)?;
        let ended_since: i64 = ended_since.count().get_result(self.conn)?;
        Ok(running + ended_since)
    }

    /// The cases held in a stage at an instant, likewise.
    pub fn cases_held(
        &mut self,
        stage: &str,
        span: &Span,
        at: Instant,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = held(stage, span, at)
            .filter(holdings::pos.gt(after))
            .order(holdings::pos.asc())
            .limit(limit);
        Ok(rows.select((holdings::pos, holdings::case_no)).load(self.conn)?)
    }
}

/// Which movements a term of the balance counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTerm {
    /// Those of units within the scope.
    Plain(Term),
    /// Moves into the scope from outside it.
    In(Term),
    /// Moves out of the scope.
    Out(Term),
}

type Movements<'a> = movements::BoxedQuery<'a, super::connection::MultiBackend>;
type Holdings<'a> = holdings::BoxedQuery<'a, super::connection::MultiBackend>;

fn of_term<'a>(term: ListTerm, span: &Span) -> Movements<'a> {
    let within = lies_in!(movements::unit, span.areas);
    let other = lies_in!(movements::other_unit.assume_not_null(), span.areas);
    let in_time = movements::table
        .filter(movements::at.ge(span.from.naive_utc()))
        .filter(movements::at.lt(span.to.naive_utc()))
        .into_boxed();
    let in_time = but_kept!(in_time, movements::case_no, span);
    match term {
        ListTerm::Plain(term) => in_time.filter(movements::term.eq(term.name())).filter(within),
        ListTerm::In(term) => {
            in_time.filter(movements::term.eq(term.name())).filter(other).filter(not(within))
        }
        ListTerm::Out(term) => {
            in_time.filter(movements::term.eq(term.name())).filter(within).filter(not(other))
        }
    }
}

fn held<'a>(stage: &str, span: &Span, at: Instant) -> Holdings<'a> {
    let held = holdings::table
        .filter(holdings::stage.eq(stage.to_owned()))
        .filter(lies_in!(holdings::unit, span.areas))
        .filter(holdings::since.lt(at.naive_utc()))
        .filter(holdings::until.is_null().or(holdings::until.ge(at.naive_utc())))
        .into_boxed();
    but_kept!(held, holdings::case_no, span)
}
