//! Who wants to be told by mail when a report is published.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::schema::{subscriptions, users};
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// Somebody who is told of the reports of one kind and scope.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = subscriptions)]
pub struct SubscriptionRow {
    /// Identifier.
    pub id: String,
    /// Where letters go.
    pub email: String,
    /// Kind of report.
    pub kind: String,
    /// Its scope's code.
    pub scope: String,
    /// Language of the letters.
    pub lang: String,
    created_at: NaiveDateTime,
    /// Whose doing it was; nobody's where it was done in the terminal.
    pub created_by: Option<String>,
    ended_at: Option<NaiveDateTime>,
}

impl SubscriptionRow {
    /// A subscription that begins now.
    pub fn new(
        id: String,
        [email, kind, scope, lang]: [String; 4],
        created_by: Option<String>,
        at: Instant,
    ) -> Self {
        let created_at = at.naive_utc();
        SubscriptionRow { id, email, kind, scope, lang, created_at, created_by, ended_at: None }
    }

    /// When it began.
    pub fn created_at(&self) -> Instant {
        self.created_at.and_utc()
    }

    /// Whether it has ended.
    pub fn ended(&self) -> bool {
        self.ended_at.is_some()
    }
}

impl Reader<'_> {
    /// Whom a report of this kind and scope is announced to, in order of their identifiers. What
    /// somebody began whose account is shut is silent.
    pub fn subscribers(
        &mut self,
        kind: &str,
        scope: &str,
        limit: i64,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let open = users::table.filter(users::disabled.eq(false)).select(users::id.nullable());
        let by = subscriptions::created_by;
        let rows = subscriptions::table
            .filter(subscriptions::kind.eq(kind))
            .filter(subscriptions::scope.eq(scope))
            .filter(subscriptions::ended_at.is_null())
            .filter(by.is_null().or(by.eq_any(open)))
            .order(subscriptions::id.asc())
            .limit(limit);
        Ok(rows.select(SubscriptionRow::as_select()).load(self.conn)?)
    }

    /// Whether letters go out for a subscription: it has not ended, and whoever began it may still
    /// log in.
    pub fn is_told(&mut self, row: &SubscriptionRow) -> Result<bool, StoreError> {
        let Some(by) = row.created_by.as_ref().filter(|_| !row.ended()) else {
            return Ok(!row.ended());
        };
        let shut: Option<bool> =
            users::table.find(by).select(users::disabled).first(self.conn).optional()?;
        Ok(shut == Some(false))
    }

    /// Subscriptions to reports of a subtree of scopes that have not ended, after an identifier.
    pub fn subscriptions(
        &mut self,
        scopes: (String, String),
        after: &str,
        limit: i64,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let rows = subscriptions::table
            .filter(subscriptions::scope.ge(scopes.0))
            .filter(subscriptions::scope.lt(scopes.1))
            .filter(subscriptions::ended_at.is_null())
            .filter(subscriptions::id.gt(after.to_owned()))
            .order(subscriptions::id.asc())
            .limit(limit);
        Ok(rows.select(SubscriptionRow::as_select()).load(self.conn)?)
    }

    /// The subscription of this address to this kind and scope, ended or not.
    pub fn subscription(
        &mut self,
        email: &str,
        kind: &str,
        scope: &str,
    ) -> Result<Option<SubscriptionRow>, StoreError> {
        let found = subscriptions::table
            .filter(subscriptions::email.eq(email))
            .filter(subscriptions::kind.eq(kind))
            .filter(subscriptions::scope.eq(scope));
        Ok(found.select(SubscriptionRow::as_select()).first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Begins a subscription; `Taken` where the address has one to this kind and scope.
    pub fn add_subscription(&mut self, new: &SubscriptionRow) -> Result<(), StoreError> {
        diesel::insert_into(subscriptions::table)
            .values((
                subscriptions::id.eq(&new.id),
                subscriptions::email.eq(&new.email),
                subscriptions::kind.eq(&new.kind),
                subscriptions::scope.eq(&new.scope),
                subscriptions::lang.eq(&new.lang),
                subscriptions::created_at.eq(new.created_at),
                subscriptions::created_by.eq(&new.created_by),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Begins a subscription again that had ended, or changes its language.
    pub fn renew_subscription(
        &mut self,
        id: &str,
        new: &SubscriptionRow,
    ) -> Result<(), StoreError> {
        diesel::update(subscriptions::table.find(id))
            .set((
                subscriptions::lang.eq(&new.lang),
                subscriptions::created_at.eq(new.created_at),
                subscriptions::created_by.eq(&new.created_by),
                subscriptions::ended_at.eq(None::<NaiveDateTime>),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends one subscription.
    pub fn end_subscription(&mut self, id: &str, at: Instant) -> Result<(), StoreError> {
        let live = subscriptions::table.find(id).filter(subscriptions::ended_at.is_null());
        let set = subscriptions::ended_at.eq(at.naive_utc());
        diesel::update(live).set(set).execute(self.conn)?;
        Ok(())
    }

    /// Ends an address's subscriptions, all or those of a kind and scope; how many there were.
    pub fn end_subscriptions(
        &mut self,
        email: &str,
        kind: Option<&str>,
        scope: Option<&str>,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let here = subscriptions::table
            .filter(subscriptions::email.eq(email))
            .filter(subscriptions::ended_at.is_null())
            .select((subscriptions::id, subscriptions::kind, subscriptions::scope));
        let all: Vec<(String, String, String)> = here.load(self.conn)?;
        let fits = |wanted: Option<&str>, is: &str| wanted.is_none_or(|wanted| wanted == is);
        let meant = all.into_iter().filter(|(_, k, s)| fits(kind, k) && fits(scope, s));
        let ids: Vec<String> = meant.map(|(id, _, _)| id).collect();
        let meant = subscriptions::table.filter(subscriptions::id.eq_any(&ids));
        let set = subscriptions::ended_at.eq(at.naive_utc());
        Ok(diesel::update(meant).set(set).execute(self.conn)?)
    }
}
