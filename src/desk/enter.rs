//! Logging in, and who is asking.

use chrono::Duration;

use super::{Desk, DeskError};
use crate::clock::{Instant, new_id};
use crate::ledger::{Actor, Role};
use crate::place::Code;
use crate::store::{Areas, CredentialKind, Presented, Scope, StoreError, UserRow};
use crate::vault::{Checked, PasswordFault, Passwords, new_secret, secret_hash};

/// A session unused for so long has ended (S10).
const IDLE: Duration = Duration::minutes(30);
/// A session ends after a shift, used or not (S10).
pub const SESSION_LENGTH: Duration = Duration::hours(12);
/// How stale the note of a session's last use may get: one write a minute at the most.
const TOUCH: Duration = Duration::minutes(1);
/// Longest login name.
pub const MAX_LOGIN: usize = 64;
/// Longest password that is read at all.
pub const MAX_PASSWORD: usize = 256;

/// Somebody who has proven who they are.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Identifier.
    pub user: String,
    /// Login name.
    pub login: String,
    /// Unit.
    pub unit: Code,
    /// Roles.
    pub roles: Vec<Role>,
    /// What the unit oversees today.
    areas: Vec<Code>,
    scope: Scope,
    /// Token or session.
    pub kind: CredentialKind,
    pub(super) secret_hash: String,
}

impl Principal {
    /// The same as the ledger takes it.
    pub fn actor(&self) -> Actor {
        Actor::Staff { user: self.user.clone(), unit: self.unit, roles: self.roles.clone() }
    }

    /// What the person may see.
    pub fn scope(&self) -> Scope {
        self.scope.clone()
    }

    /// Whether a division or unit lies within what the person's unit oversees, or is that unit.
    pub fn oversees(&self, other: Code) -> bool {
        other == self.unit || self.areas.iter().any(|area| area.holds(other))
    }

    /// The scopes of reports that the person may read, as a query takes them.
    pub fn readable(&self) -> Areas {
        let own = (!self.areas.iter().any(|area| area.holds(self.unit))).then_some(self.unit);
        Areas::of(&self.areas.iter().copied().chain(own).collect::<Vec<_>>())
    }
}

/// Why somebody was not added.
#[derive(Debug, thiserror::Error)]
pub enum NewUserError {
    /// Letters, digits, dot, dash, underscore; 2 to 64 of them.
    #[error("a login has 2 to {MAX_LOGIN} of the signs a-z A-Z 0-9 . - _")]
    Login,
    /// There is one.
    #[error("the login exists already; choose another")]
    Taken,
    /// The unit's division is unknown.
    #[error("there is no unit {0}: a unit has the code of its division")]
    Unit(Code),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl crate::store::Retry for NewUserError {
    fn may_retry(&self) -> bool {
        false
    }
}

impl Desk {
    /// Adds somebody.
    pub async fn add_user(
        &self,
        login: &str,
        password: String,
        unit: Code,
        roles: &[Role],
    ) -> Result<(), NewUserError> {
        let user = self.new_user(login, password, unit, roles).await?;
        let now = self.clock.now();
        self.store
            .write(move |tx| match tx.user(&user.login)? {
                Some(_) => Err(NewUserError::Taken),
                None => Ok(tx.add_user(&user, now)?),
            })
            .await
    }

    /// Somebody who may be added, with the password's hash; nothing is written yet.
    pub(super) async fn new_user(
        &self,
        login: &str,
        password: String,
        unit: Code,
        roles: &[Role],
    ) -> Result<UserRow, NewUserError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if !(2..=MAX_LOGIN).contains(&login.len()) || !login.bytes().all(plain) {
            return Err(NewUserError::Login);
        }
        if !self.law.divisions.has_unit(unit) {
            return Err(NewUserError::Unit(unit));
        }
        Passwords::judge(&password, login, &unit.to_string())?;
        let hashed = self.passwords.hash(password).await;
        let down = || StoreError::Unavailable("the password could not be hashed".to_owned());
        Ok(UserRow {
            id: new_id(),
            login: login.to_owned(),
            password_hash: hashed.ok_or_else(down)?,
            unit: unit.to_string(),
            roles: roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(","),
            disabled: false,
        })
    }

    /// Changes somebody's account and ends their sessions; `false` where there is no such login.
    pub async fn change_user(
        &self,
        login: &str,
        change: impl Fn(&mut UserRow) + Send + 'static,
    ) -> Result<bool, StoreError> {
        let login = login.to_owned();
        self.store
            .write(move |tx| {
                let Some(mut user) = tx.user(&login)? else { return Ok(false) };
                change(&mut user);
                tx.change_user(&user)?;
                Ok(true)
            })
            .await
    }

    /// Gives somebody another password and ends their sessions; `false` where there is no such
    /// login.
    pub async fn renew_password(
        &self,
        login: &str,
        password: String,
    ) -> Result<bool, NewUserError> {
        let wanted = login.to_owned();
        let Some(user) = self.store.read(move |db| db.user(&wanted)).await? else {
            return Ok(false);
        };
        Passwords::judge(&password, login, &user.unit)?;
        let hashed = self.passwords.hash(password).await;
        let down = || StoreError::Unavailable("the password could not be hashed".to_owned());
        let hashed = hashed.ok_or_else(down)?;
        let renew = move |tx: &mut crate::store::Tx<'_>| -> Result<(), StoreError> {
            tx.rehash(&user.id, &hashed)?;
            tx.change_user(&user)
        };
        self.store.write(renew).await?;
        Ok(true)
    }

    /// Makes a token for a login; it is shown this once. `None` where there is no such login.
    pub async fn new_token(&self, login: &str) -> Result<Option<String>, StoreError> {
        let (login, token, now) = (login.to_owned(), new_secret(), self.clock.now());
        let hash = secret_hash(&token);
        let made = self
            .store
            .write(move |tx| -> Result<bool, StoreError> {
                let Some(user) = tx.user(&login)? else { return Ok(false) };
                tx.add_credential(CredentialKind::Token, &hash, &user.id, now)?;
                Ok(true)
            })
            .await?;
        Ok(made.then_some(token))
    }

    /// Logs somebody in; gives the secret of a new session. Unknown login, wrong password and shut
    /// account get the same answer after the same work.
    pub async fn log_in(
        &self,
        login: &str,
        password: String,
        source: &str,
    ) -> Result<(String, Principal), DeskError> {
        let pair = self.vault.blind("login", &format!("{source}\n{login}"));
        self.logins.admit(&pair).map_err(DeskError::Throttled)?;
        let wanted = login.to_owned();
        let user = self.store.read(move |db| db.user(&wanted)).await?;
        let kept = user.as_ref().map(|user| user.password_hash.clone());
        let checked = self.passwords.check(password, kept).await;
        let user = user.filter(|user| !user.disabled && checked != Checked::Wrong);
        let user = user.ok_or(DeskError::WrongLogin)?;
        self.logins.right(&pair);
        let (secret, now) = (new_secret(), self.clock.now());
        let hash = secret_hash(&secret);
        let principal = self
            .known(&user, CredentialKind::Session, hash.clone(), now)
            .ok_or(DeskError::Broken("a user without a unit"))?;
        self.store
            .write(move |tx| -> Result<(), StoreError> {
                if let Checked::RightButOld(renewed) = &checked {
                    tx.rehash(&user.id, renewed)?;
                }
                tx.sweep_sessions(now - IDLE)?;
                tx.add_credential(CredentialKind::Session, &hash, &user.id, now)
            })
            .await?;
        Ok((secret, principal))
    }

    /// Ends the session or token by which somebody asks.
    pub async fn log_out(&self, who: &Principal) -> Result<(), StoreError> {
        let hash = who.secret_hash.clone();
        self.store.write(move |tx| tx.end_credential(&hash)).await
    }

    /// Whose secret this is, if it still holds. Asked afresh for each request, so that a shut
    /// account or a changed role takes effect at once.
    pub async fn principal(
        &self,
        secret: &str,
        wanted: CredentialKind,
    ) -> Result<Option<Principal>, StoreError> {
        let hash = secret_hash(secret);
        let key = hash.clone();
        let found = self.store.glance(move |db| db.credential(&key)).await?;
        let now = self.clock.now();
        let holds =
            |shown: &Presented| shown.kind == wanted && !shown.user.disabled && lives(shown, now);
        let Some(shown) = found.filter(holds) else { return Ok(None) };
        if shown.kind == CredentialKind::Session && now - shown.seen_at > TOUCH {
            let key = hash.clone();
            self.store.write(move |tx| tx.touch_credential(&key, now)).await?;
        }
        Ok(self.known(&shown.user, shown.kind, hash, now))
    }

    /// Who a user is today: people of a unit that has a successor act for that one.
    fn known(
        &self,
        user: &UserRow,
        kind: CredentialKind,
        secret_hash: String,
        now: Instant,
    ) -> Option<Principal> {
        let units = self.law.units(now);
        let unit: Code = user.unit.parse().ok()?;
        let unit = units.successor(unit).unwrap_or(unit);
        let roles: Vec<Role> = user.roles.split(',').filter_map(|role| role.parse().ok()).collect();
        let reads = roles.iter().any(|role| role.reads_cases());
        Some(Principal {
            user: user.id.clone(),
            login: user.login.clone(),
            unit,
            roles,
            areas: units.areas(unit),
            scope: if reads { Scope::of_unit(unit, units) } else { Scope::nothing() },
            kind,
            secret_hash,
        })
    }
}

fn lives(shown: &Presented, now: Instant) -> bool {
    match shown.kind {
        CredentialKind::Token => true,
        CredentialKind::Session => {
            now - shown.seen_at <= IDLE && now - shown.created_at <= SESSION_LENGTH
        }
    }
}
