//! Users, tokens and sessions.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::areas::{Areas, lies_in};
use super::error::StoreError;
use super::schema::{credentials, users};
use super::session::{Reader, Tx};
use crate::clock::Instant;
use crate::ledger::Role;

/// The clocks of two instances may differ by so much.
const SKEW: chrono::Duration = chrono::Duration::minutes(1);

/// Somebody who may log in.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct UserRow {
    /// Identifier.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Unit.
    pub unit: String,
    /// Roles, separated by commas.
    pub roles: String,
    /// Whether the account is shut.
    pub disabled: bool,
}

/// How somebody proves who they are after the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Made in the terminal, for programs; ends with the account.
    Token,
    /// Made by a login, for browsers; ends with time.
    Session,
}

impl CredentialKind {
    fn name(self) -> &'static str {
        match self {
            CredentialKind::Token => "token",
            CredentialKind::Session => "session",
        }
    }
}

/// A credential with its user.
pub struct Presented {
    /// Token or session.
    pub kind: CredentialKind,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last used, to within a minute.
    pub seen_at: Instant,
    /// Whose it is.
    pub user: UserRow,
}

impl Reader<'_> {
    /// Somebody by login.
    pub fn user(&mut self, login: &str) -> Result<Option<UserRow>, StoreError> {
        let found = users::table.filter(users::login.eq(login)).select(UserRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// Whether anybody has an account, shut ones included.
    pub fn has_users(&mut self) -> Result<bool, StoreError> {
        Ok(users::table.select(users::id).first::<String>(self.conn).optional()?.is_some())
    }

    /// Units of the areas at which somebody has one of these roles and an account that is not shut.
    pub fn units_with(&mut self, areas: &Areas, roles: &[Role]) -> Result<Vec<String>, StoreError> {
        let at_work: Vec<(String, String)> = users::table
            .filter(users::disabled.eq(false))
            .filter(lies_in!(users::unit, areas))
            .select((users::unit, users::roles))
            .distinct()
            .load(self.conn)?;
        let fits = |held: &str| held.split(',').any(|held| roles.iter().any(|r| r.name() == held));
        Ok(at_work.into_iter().filter(|(_, held)| fits(held)).map(|(unit, _)| unit).collect())
    }

    /// Logins by identifier, to show who made an entry.
    pub fn logins(&mut self, ids: Vec<String>) -> Result<Vec<(String, String)>, StoreError> {
        let found = users::table.filter(users::id.eq_any(ids)).select((users::id, users::login));
        Ok(found.load(self.conn)?)
    }

    /// Whose credential this is.
    pub fn credential(&mut self, secret_hash: &str) -> Result<Option<Presented>, StoreError> {
        let found: Option<(String, NaiveDateTime, NaiveDateTime, UserRow)> = credentials::table
            .inner_join(users::table.on(users::id.eq(credentials::user_id)))
            .filter(credentials::secret_hash.eq(secret_hash))
            .select((
                credentials::kind,
                credentials::created_at,
                credentials::seen_at,
                UserRow::as_select(),
            ))
            .first(self.conn)
            .optional()?;
        Ok(found.map(|(kind, created_at, seen_at, user)| Presented {
            kind: if kind == "token" { CredentialKind::Token } else { CredentialKind::Session },
            created_at: created_at.and_utc(),
            seen_at: seen_at.and_utc(),
            user,
        }))
    }
}

impl Tx<'_> {
    /// Adds somebody; `Taken` where the login is.
    pub fn add_user(&mut self, user: &UserRow, at: Instant) -> Result<(), StoreError> {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(&user.id),
                users::login.eq(&user.login),
                users::password_hash.eq(&user.password_hash),
                users::unit.eq(&user.unit),
                users::roles.eq(&user.roles),
                users::disabled.eq(user.disabled),
                users::created_at.eq(at.naive_utc()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Sets unit, roles and whether the account is shut, and ends its sessions; tokens stay, for
    /// each request looks the account up afresh.
    pub fn change_user(&mut self, user: &UserRow) -> Result<(), StoreError> {
        diesel::update(users::table.find(&user.id))
            .set((
                users::unit.eq(&user.unit),
                users::roles.eq(&user.roles),
                users::disabled.eq(user.disabled),
            ))
            .execute(self.conn)?;
        let sessions = credentials::table
            .filter(credentials::user_id.eq(&user.id))
            .filter(credentials::kind.eq(CredentialKind::Session.name()));
        diesel::delete(sessions).execute(self.conn)?;
        Ok(())
    }

    /// Replaces a password's hash, when its cost was raised.
    pub fn rehash(&mut self, user_id: &str, password_hash: &str) -> Result<(), StoreError> {
        let set = users::password_hash.eq(password_hash);
        diesel::update(users::table.find(user_id)).set(set).execute(self.conn)?;
        Ok(())
    }

    /// Adds a credential.
    pub fn add_credential(
        &mut self,
        kind: CredentialKind,
        secret_hash: &str,
        user_id: &str,
        at: Instant,
    ) -> Result<(), StoreError> {
        diesel::insert_into(credentials::table)
            .values((
                credentials::secret_hash.eq(secret_hash),
                credentials::kind.eq(kind.name()),
                credentials::user_id.eq(user_id),
                credentials::created_at.eq(at.naive_utc()),
                credentials::seen_at.eq(at.naive_utc()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Notes that a session is in use.
    pub fn touch_credential(&mut self, secret_hash: &str, at: Instant) -> Result<(), StoreError> {
        let set = credentials::seen_at.eq(at.naive_utc());
        diesel::update(credentials::table.find(secret_hash)).set(set).execute(self.conn)?;
        Ok(())
    }

    /// Ends one credential.
    pub fn end_credential(&mut self, secret_hash: &str) -> Result<(), StoreError> {
        diesel::delete(credentials::table.find(secret_hash)).execute(self.conn)?;
        Ok(())
    }

    /// Sessions of a time that is still to come are of now: where the clock was set back they would
    /// otherwise outlive their shift by as much.
    pub fn redate_sessions(&mut self, now: Instant) -> Result<(), StoreError> {
        let (now, ahead) = (now.naive_utc(), (now + SKEW).naive_utc());
        let sessions = credentials::kind.eq(CredentialKind::Session.name());
        let used = credentials::table.filter(sessions).filter(credentials::seen_at.gt(ahead));
        diesel::update(used).set(credentials::seen_at.eq(now)).execute(self.conn)?;
        let made = credentials::table.filter(sessions).filter(credentials::created_at.gt(ahead));
        diesel::update(made).set(credentials::created_at.eq(now)).execute(self.conn)?;
        Ok(())
    }

    /// Removes sessions last used before an instant.
    pub fn sweep_sessions(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = credentials::table
            .filter(credentials::kind.eq(CredentialKind::Session.name()))
            .filter(credentials::seen_at.lt(before.naive_utc()));
        Ok(diesel::delete(old).execute(self.conn)?)
    }
}
