//! The first account: made by whoever can read the terminal of a fresh service (S4).
//!
//! There is no default account. A service without users offers a token at each start; it is kept as
//! a hash, works once, and is worth nothing as soon as anybody has an account.

use super::enter::NewUserError;
use super::{Desk, DeskError};
use crate::intake::{Fault, Why};
use crate::ledger::Role;
use crate::place::Code;
use crate::store::{Retry, StoreError};
use crate::vault::{MAX_LENGTH, MIN_LENGTH, PasswordFault, is_secret, new_secret, secret_hash};

/// The fact that holds the hash of the token on offer.
const SETUP: &str = "setup_token";

/// Why the first account was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Somebody has an account already.
    #[error("the service is set up already")]
    Done,
    /// The token is not the one on offer.
    #[error("wrong set-up token")]
    Token,
    /// Login, unit or password are not taken.
    #[error("fields are at fault")]
    Faults(Vec<Fault>),
    /// Too many wrong tokens, or the store failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for SetupError {
    fn from(error: StoreError) -> SetupError {
        SetupError::Desk(error.into())
    }
}

impl Retry for SetupError {
    fn may_retry(&self) -> bool {
        matches!(self, SetupError::Desk(error) if error.may_retry())
    }
}

impl From<NewUserError> for SetupError {
    fn from(error: NewUserError) -> SetupError {
        let fault = |field: &str, why| SetupError::Faults(vec![Fault::new(field, why)]);
        match error {
            NewUserError::Login => fault("login", Why::BadLogin),
            NewUserError::Taken => SetupError::Done,
            NewUserError::Unit(_) => fault("unit", Why::UnknownDivision),
            NewUserError::Password(PasswordFault::Short) => {
                fault("password", Why::TooShort { min: MIN_LENGTH })
            }
            NewUserError::Password(PasswordFault::Long) => {
                fault("password", Why::TooLong { max: MAX_LENGTH })
            }
            NewUserError::Password(PasswordFault::OwnWords) => fault("password", Why::OwnWords),
            NewUserError::Password(PasswordFault::Common) => fault("password", Why::Guessable),
            NewUserError::Store(error) => error.into(),
        }
    }
}

impl Desk {
    /// A new token by which the first account can be made, shown this once; the one before is worth
    /// nothing from here on. `None` where anybody has an account.
    pub async fn offer_setup(&self) -> Result<Option<String>, StoreError> {
        let token = new_secret();
        let hash = secret_hash(&token);
        let offered = self
            .store
            .write(move |tx| -> Result<bool, StoreError> {
                if tx.has_users()? {
                    return Ok(false);
                }
                tx.keep_fact(SETUP, &hash)?;
                Ok(true)
            })
            .await?;
        Ok(offered.then_some(token))
    }

    /// Makes the first account, with the role `admin`. `source` is where the request comes from:
    /// wrong tokens slow it down.
    pub async fn set_up(
        &self,
        token: &str,
        login: &str,
        password: String,
        unit: Code,
        source: &str,
    ) -> Result<(), SetupError> {
        let kept = self.store.read(|db| Ok::<_, StoreError>((db.has_users()?, db.fact(SETUP)?)));
        let (is_done, kept) = kept.await?;
        if is_done {
            return Err(SetupError::Done);
        }
        let pair = self.vault.blind("setup", source);
        self.logins.admit(&pair).map_err(DeskError::Throttled)?;
        let kept = kept.filter(|kept| is_secret(token, kept)).ok_or(SetupError::Token)?;
        self.logins.right(&pair);
        let user = self.new_user(login, password, unit, &[Role::Admin]).await?;
        let now = self.clock.now();
        self.store
            .write(move |tx| {
                // First of all: of two with the same token one waits here and then finds it spent.
                if !tx.spend_fact(SETUP, &kept)? || tx.has_users()? {
                    return Err(SetupError::Done);
                }
                Ok(tx.add_user(&user, now)?)
            })
            .await
    }
}
