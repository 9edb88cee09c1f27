//! Draws: what they were announced over, and what came of them.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::areas::lies_in;
use super::cases::within;
use super::error::StoreError;
use super::figures::Span;
use super::schema::{case_recusals, case_units, cases, draws, entries, log, movements, users};
use super::scope::{Reach, Scope, View};
use super::session::{Reader, Tx};
use crate::clock::Instant;
use crate::draw::Past;
use crate::place::Code;
use crate::trend::Term;

/// A draw as it is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = draws)]
pub struct DrawRow {
    /// Identifier, rising with time.
    pub id: String,
    /// `closed` or `refused`.
    pub kind: String,
    /// Name of the period in which the cases were closed or refused.
    pub period: String,
    /// Whose cases: a division.
    pub scope: String,
    /// How many of a hundred are drawn.
    pub share_percent: i32,
    /// The seed.
    pub seed: Vec<u8>,
    /// How much of the log the population was taken from.
    pub log_size: i64,
    /// The numbers of its cases in order, one a line.
    pub population: String,
    /// The cases with their candidates, one a line.
    pub candidates: String,
    /// Salt of the candidates' hash.
    pub candidates_salt: Vec<u8>,
    pub(super) draw_at: NaiveDateTime,
    /// Who announced it.
    pub announced_by: String,
    /// The notice that announced it.
    pub announced: String,
    /// The notice of what came out, once it is drawn.
    pub result: Option<String>,
}

impl DrawRow {
    /// A draw to be kept: identifier, kind, period, scope, who announces it and by which notice; seed
    /// and salt.
    pub fn new(
        [id, kind, period, scope, announced_by, announced]: [String; 6],
        [seed, salt]: [[u8; 32]; 2],
        share_percent: i32,
        draw_at: Instant,
    ) -> DrawRow {
        DrawRow {
            id,
            kind,
            period,
            scope,
            share_percent,
            seed: seed.to_vec(),
            log_size: 0,
            population: String::new(),
            candidates: String::new(),
            candidates_salt: salt.to_vec(),
            draw_at: draw_at.naive_utc(),
            announced_by,
            announced,
            result: None,
        }
    }

    /// The same over what it is made from.
    pub fn over(mut self, log_size: i64, population: String, candidates: String) -> DrawRow {
        self.log_size = log_size;
        self.population = population;
        self.candidates = candidates;
        self
    }

    /// The earliest time at which it is drawn.
    pub fn draw_at(&self) -> Instant {
        self.draw_at.and_utc()
    }
}

/// Cases asked for in one statement: a bound on its length.
const AT_ONCE: usize = 500;

impl Reader<'_> {
    /// The cases that a draw is made from: closed or refused within the span and so still, at a place
    /// within the span, and such as the scope may see. In order of number, `limit` of
    /// them at the most.
    pub fn population(
        &mut self,
        term: Term,
        span: &Span,
        scope: &Scope,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(Vec::new()) };
        let found = movements::table
            .inner_join(cases::table.on(cases::no.eq(movements::case_no)))
            .filter(movements::term.eq(term.name()))
            .filter(movements::at.ge(span.from.naive_utc()))
            .filter(movements::at.lt(span.to.naive_utc()))
            .filter(lies_in!(cases::place, span.areas))
            .filter(cases::stage.eq(term.name()))
            .filter(within!(view))
            .select(movements::case_no)
            .distinct()
            .order(movements::case_no.asc())
            .limit(limit);
        Ok(found.load(self.conn)?)
    }

    /// What cases have behind them, for the choice of who checks them.
    pub fn pasts(&mut self, numbers: &[String]) -> Result<HashMap<String, Past>, StoreError> {
        let mut pasts = HashMap::with_capacity(numbers.len());
        for numbers in numbers.chunks(AT_ONCE) {
            self.add_pasts(numbers, &mut pasts)?;
        }
        Ok(pasts)
    }

    fn add_pasts(
        &mut self,
        numbers: &[String],
        pasts: &mut HashMap<String, Past>,
    ) -> Result<(), StoreError> {
        let held: Vec<(String, String)> = cases::table
            .filter(cases::no.eq_any(numbers))
            .select((cases::no, cases::holder))
            .load(self.conn)?;
        for (no, holder) in held {
            let (holder, involved) = (code(&holder)?, BTreeSet::new());
            pasts.insert(no, Past { holder, involved, recused: Vec::new() });
        }
        let units: Vec<(String, String)> = case_units::table
            .filter(case_units::case_no.eq_any(numbers))
            .select((case_units::case_no, case_units::unit))
            .load(self.conn)?;
        for (no, unit) in units {
            if let Some(past) = pasts.get_mut(&no) {
                past.involved.insert(code(&unit)?);
            }
        }
        let recused: Vec<(String, String)> = case_recusals::table
            .filter(case_recusals::case_no.eq_any(numbers))
            .select((case_recusals::case_no, case_recusals::unit))
            .load(self.conn)?;
        for (no, unit) in recused {
            if let Some(past) = pasts.get_mut(&no) {
                past.recused.push(code(&unit)?);
            }
        }
        let bodies: Vec<(String, String)> = entries::table
            .filter(entries::case_no.eq_any(numbers))
            .select((entries::case_no, entries::body))
            .load(self.conn)?;
        for (no, body) in bodies {
            let made: Made = serde_json::from_str(&body)
                .map_err(|_| StoreError::unreadable(format!("an entry of case {no}")))?;
            if let (Some(past), Some(unit)) = (pasts.get_mut(&no), made.by.unit) {
                past.involved.insert(unit);
            }
        }
        Ok(())
    }

    /// Units with an account that handles cases.
    pub fn handling_units(&mut self) -> Result<BTreeSet<Code>, StoreError> {
        let units: Vec<String> = users::table
            .filter(users::disabled.eq(false))
            .filter(users::roles.like("%handler%"))
            .select(users::unit)
            .distinct()
            .load(self.conn)?;
        units.iter().map(|unit| code(unit)).collect()
    }

    /// Draws, newest first, those before the identifier `after`.
    pub fn draws(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<DrawRow>, StoreError> {
        // No identifier comes after this one.
        let before = after.unwrap_or("~").to_owned();
        let rows = draws::table.filter(draws::id.lt(before)).order(draws::id.desc()).limit(limit);
        Ok(rows.select(DrawRow::as_select()).load(self.conn)?)
    }

    /// One draw.
    pub fn draw(&mut self, id: &str) -> Result<Option<DrawRow>, StoreError> {
        let found = draws::table.find(id).select(DrawRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// Draws whose time has come and whose announcement has its place in the log.
    pub fn draws_due(&mut self, now: Instant, limit: i64) -> Result<Vec<DrawRow>, StoreError> {
        let due = draws::table
            .inner_join(log::table.on(log::entry_id.eq(draws::announced)))
            .filter(draws::result.is_null())
            .filter(draws::draw_at.le(now.naive_utc()))
            .order(draws::id.asc())
            .limit(limit);
        Ok(due.select(DrawRow::as_select()).load(self.conn)?)
    }
}

impl Tx<'_> {
    /// Keeps a draw; `Taken` where there is one of that kind, period and scope.
    pub fn keep_draw(&mut self, draw: &DrawRow) -> Result<(), StoreError> {
        diesel::insert_into(draws::table).values(draw).execute(self.conn)?;
        Ok(())
    }

    /// Whether there is a draw of that kind, period and scope.
    pub fn has_draw(&mut self, kind: &str, period: &str, scope: &str) -> Result<bool, StoreError> {
        let found = draws::table
            .filter(draws::kind.eq(kind))
            .filter(draws::period.eq(period))
            .filter(draws::scope.eq(scope))
            .count();
        Ok(found.get_result::<i64>(self.conn)? > 0)
    }

    /// Notes what came out; `false` where another instance was faster.
    pub fn settle_draw(&mut self, id: &str, result: &str) -> Result<bool, StoreError> {
        let open = draws::table.find(id).filter(draws::result.is_null());
        Ok(diesel::update(open).set(draws::result.eq(result)).execute(self.conn)? == 1)
    }
}

/// Of an entry only who made it.
#[derive(serde::Deserialize)]
struct Made {
    by: By,
}

#[derive(serde::Deserialize)]
struct By {
    #[serde(default)]
    unit: Option<Code>,
}

fn code(text: &str) -> Result<Code, StoreError> {
    text.parse().map_err(|_| StoreError::unreadable("the code of a unit"))
}
