//! Where letters about cases go: people with an address, and tips whose informant left one.

use diesel::prelude::*;

use super::error::StoreError;
use super::schema::{mailboxes, tips_by_mail, users};
use super::session::{Reader, Tx};
use crate::ledger::Role;

/// Where a person's letters go, and which the person wants.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = mailboxes)]
pub struct MailboxRow {
    /// The person.
    pub user_id: String,
    /// The address.
    pub email: String,
    /// Language of the letters.
    pub lang: String,
    /// Whether assignments, reminders and supervision are wanted.
    pub work: bool,
    /// Whether the digest of each morning is wanted.
    pub digest: bool,
    /// Whether the person is told of danger at once.
    pub on_duty: bool,
    /// The last local day whose digest was seen to, `2026-11-24`.
    pub digest_day: String,
}

/// Somebody with an account and an address.
#[derive(Clone, Debug, Queryable)]
pub struct Correspondent {
    /// Identifier.
    pub user: String,
    /// Unit.
    pub unit: String,
    /// Roles, separated by commas.
    pub roles: String,
    /// Address and wishes.
    pub mailbox: MailboxRow,
}

impl Reader<'_> {
    /// A person's address and wishes.
    pub fn mailbox(&mut self, user_id: &str) -> Result<Option<MailboxRow>, StoreError> {
        let found = mailboxes::table.find(user_id).select(MailboxRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// People of a unit who can be written to, in order of their identifiers; shut accounts are
    /// left out.
    pub fn correspondents(
        &mut self,
        unit: &str,
        limit: i64,
    ) -> Result<Vec<Correspondent>, StoreError> {
        let there = users::table
            .inner_join(mailboxes::table.on(mailboxes::user_id.eq(users::id)))
            .filter(users::unit.eq(unit))
            .filter(users::disabled.eq(false))
            .order(users::id.asc())
            .limit(limit);
        let columns = (users::id, users::unit, users::roles, MailboxRow::as_select());
        Ok(there.select(columns).load(self.conn)?)
    }

    /// People who may have a role and can be written to, in order of their identifiers; shut accounts
    /// are left out. Whether they have it, [`Correspondent::roles`] says: the query knows the name
    /// only, which another role's may contain.
    pub fn correspondents_as(
        &mut self,
        role: Role,
        limit: i64,
    ) -> Result<Vec<Correspondent>, StoreError> {
        let there = users::table
            .inner_join(mailboxes::table.on(mailboxes::user_id.eq(users::id)))
            .filter(users::roles.like(format!("%{}%", role.name())))
            .filter(users::disabled.eq(false))
            .order(users::id.asc())
            .limit(limit);
        let columns = (users::id, users::unit, users::roles, MailboxRow::as_select());
        Ok(there.select(columns).load(self.conn)?)
    }

    /// People who want a digest and have not had that of a day.
    pub fn undigested(&mut self, day: &str, limit: i64) -> Result<Vec<Correspondent>, StoreError> {
        let there = users::table
            .inner_join(mailboxes::table.on(mailboxes::user_id.eq(users::id)))
            .filter(mailboxes::digest.eq(true))
            .filter(mailboxes::digest_day.lt(day))
            .filter(users::disabled.eq(false))
            .order(users::id.asc())
            .limit(limit);
        let columns = (users::id, users::unit, users::roles, MailboxRow::as_select());
        Ok(there.select(columns).load(self.conn)?)
    }

    /// Which of these tips have an informant with an e-mail address.
    pub fn tips_by_mail(&mut self, tips: Vec<String>) -> Result<Vec<String>, StoreError> {
        let known = tips_by_mail::table.filter(tips_by_mail::tip.eq_any(tips));
        Ok(known.order(tips_by_mail::tip.asc()).select(tips_by_mail::tip).load(self.conn)?)
    }
}

impl Tx<'_> {
    /// Sets a person's address and wishes.
    pub fn set_mailbox(&mut self, mailbox: &MailboxRow) -> Result<(), StoreError> {
        let known = mailboxes::table.find(&mailbox.user_id);
        if diesel::update(known).set(mailbox).execute(self.conn)? == 0 {
            diesel::insert_into(mailboxes::table).values(mailbox).execute(self.conn)?;
        }
        Ok(())
    }

    /// Forgets a person's address: no letters any more.
    pub fn drop_mailbox(&mut self, user_id: &str) -> Result<(), StoreError> {
        diesel::delete(mailboxes::table.find(user_id)).execute(self.conn)?;
        Ok(())
    }

    /// Notes that a day's digest is seen to; `false` where another instance was faster.
    pub fn digested(&mut self, user_id: &str, day: &str) -> Result<bool, StoreError> {
        let earlier = mailboxes::table.find(user_id).filter(mailboxes::digest_day.lt(day));
        let set = mailboxes::digest_day.eq(day);
        Ok(diesel::update(earlier).set(set).execute(self.conn)? == 1)
    }

    /// Notes that a tip's informant left an e-mail address.
    pub fn note_mail(&mut self, tip: &str) -> Result<(), StoreError> {
        let row = tips_by_mail::tip.eq(tip);
        diesel::insert_into(tips_by_mail::table).values(row).execute(self.conn)?;
        Ok(())
    }
}
