//! Tips of a flood, held apart from the daily lists until somebody lets them back. Only people ask
//! here: what is not a unit's view sees nothing.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, exists, max, min, not};
use diesel::prelude::*;

use super::areas::lies_in;
use super::cases::{Query, within};
use super::error::StoreError;
use super::schema::{case_recusals, case_units, cases, holds};
use super::scope::{Reach, Scope, View};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// What makes a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// Many tips from one place.
    Source,
    /// Many tips of the same text.
    Text,
}

impl HoldReason {
    /// As it is stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            HoldReason::Source => "source",
            HoldReason::Text => "text",
        }
    }
}

/// That a tip is held, and with which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Name of the group; tells nothing about the source.
    pub group: String,
    /// What makes it one.
    pub reason: HoldReason,
}

/// Held tips that belong together, as far as the viewer sees them.
#[derive(Clone, Debug, Queryable)]
pub struct HoldGroup {
    /// Name of the group.
    pub group: String,
    /// `source` or `text`.
    pub reason: String,
    /// How many are held.
    pub tips: i64,
    first_at: Option<NaiveDateTime>,
    last_at: Option<NaiveDateTime>,
    /// The case of the first.
    pub sample: Option<String>,
}

impl HoldGroup {
    /// When the first came.
    pub fn first_at(&self) -> Option<Instant> {
        self.first_at.map(|at| at.and_utc())
    }

    /// When the last came.
    pub fn last_at(&self) -> Option<Instant> {
        self.last_at.map(|at| at.and_utc())
    }
}

/// Which cases a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Those that are not held: the daily list.
    #[default]
    Without,
    /// The held ones of a group.
    Only(String),
    /// Both.
    With,
}

/// Cases narrowed by whether they are held.
pub(super) fn narrowed<'a>(query: Query<'a>, held: Held) -> Query<'a> {
    let waiting =
        holds::table.filter(holds::case_no.eq(cases::no)).filter(holds::released_at.is_null());
    match held {
        Held::With => query,
        Held::Without => query.filter(not(exists(waiting))),
        Held::Only(group) => query.filter(exists(waiting.filter(holds::group_key.eq(group)))),
    }
}

/// Tips released by one statement: a bound on its length.
const RELEASED_AT_ONCE: i64 = 500;

impl Reader<'_> {
    /// Groups with tips that are still held, within the scope, in order of their names after one.
    pub fn hold_groups(
        &mut self,
        scope: &Scope,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<HoldGroup>, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(Vec::new()) };
        let groups = holds::table
            .inner_join(cases::table.on(cases::no.eq(holds::case_no)))
            .filter(within!(view))
            .filter(holds::released_at.is_null())
            .filter(holds::group_key.gt(after.unwrap_or_default()))
            .group_by((holds::group_key, holds::reason))
            .select((
                holds::group_key,
                holds::reason,
                count_star(),
                min(holds::held_at),
                max(holds::held_at),
                min(holds::case_no),
            ))
            .order(holds::group_key.asc())
            .limit(limit);
        Ok(groups.load(self.conn)?)
    }

    /// Whether a group holds or held anything within the scope.
    pub fn knows_hold(&mut self, scope: &Scope, group: &str) -> Result<bool, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(false) };
        let found = holds::table
            .inner_join(cases::table.on(cases::no.eq(holds::case_no)))
            .filter(within!(view))
            .filter(holds::group_key.eq(group))
            .select(holds::tip);
        Ok(found.first::<String>(self.conn).optional()?.is_some())
    }
}

impl Tx<'_> {
    /// Holds a tip.
    pub fn hold(
        &mut self,
        tip: &str,
        case_no: &str,
        hold: &Hold,
        at: Instant,
    ) -> Result<(), StoreError> {
        diesel::insert_into(holds::table)
            .values((
                holds::tip.eq(tip),
                holds::case_no.eq(case_no),
                holds::group_key.eq(&hold.group),
                holds::reason.eq(hold.reason.code()),
                holds::held_at.eq(at.naive_utc()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Lets the tips of a group within the scope back, noting who did it and when; how many.
    pub fn release(
        &mut self,
        scope: &Scope,
        group: &str,
        user: &str,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let Reach::Unit(view) = &scope.reach else { return Ok(0) };
        let mut released = 0;
        loop {
            let tips: Vec<String> = holds::table
                .inner_join(cases::table.on(cases::no.eq(holds::case_no)))
                .filter(within!(view))
                .filter(holds::group_key.eq(group))
                .filter(holds::released_at.is_null())
                .select(holds::tip)
                .limit(RELEASED_AT_ONCE)
                .load(self.conn)?;
            if tips.is_empty() {
                return Ok(released);
            }
            let set = (holds::released_at.eq(at.naive_utc()), holds::released_by.eq(user));
            // Somebody else may have let them back since they were looked up.
            let these =
                holds::table.filter(holds::tip.eq_any(tips)).filter(holds::released_at.is_null());
            released += diesel::update(these).set(set).execute(self.conn)?;
        }
    }
}
