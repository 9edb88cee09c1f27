//! The verbs: load, decide, record. Each file is one of them; all writes of the service go through
//! here.

pub mod alike;
mod around;
pub mod attach;
pub mod audit;
pub mod backup;
mod beside;
pub mod book;
pub mod campaign;
pub mod carry;
pub mod clockwork;
mod commit;
pub mod course;
pub mod coverage;
pub mod deliver;
pub mod draw;
pub mod enquire;
pub mod enter;
mod error;
pub mod evidence;
mod fail;
pub mod figures;
pub mod flood;
pub mod forms;
pub mod handle;
pub mod head;
pub mod history;
pub mod import;
pub mod law;
mod letters;
pub mod lists;
pub mod mailbox;
pub mod marks;
pub mod notice;
mod numbering;
pub mod once;
pub mod progress;
pub mod publish;
pub mod rebuild;
pub mod receive;
mod reckon;
pub mod rehearse;
pub mod remind;
pub mod restore;
pub mod schedule;
pub mod seal;
pub mod setup;
mod stage;
pub mod subscribe;
pub mod succession;
pub mod supervise;
mod sweep;
mod throttle;
pub mod view;

use std::sync::{Arc, RwLock};

use crate::clock::Clock;
use crate::files::Files;
use crate::store::{Store, StoreError};
use crate::vault::{Passwords, SealKey, Vault};

pub use crate::files::{FileError, takes_name};
pub use crate::mail::Mailer;
pub use error::DeskError;
use flood::Flood;
use head::Head;
pub use law::{Law, Own};
pub use numbering::Numbering;
pub use once::{Answer, Once};
use throttle::Throttle;

/// Everything that the verbs work with. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// What is kept.
    pub store: Store,
    /// Keys.
    pub vault: Vault,
    /// Evidence.
    pub files: Files,
    /// Time.
    pub clock: Clock,
    /// Rules, calendar, divisions.
    pub law: Arc<Law>,
    sealer: SealKey,
    seen: Arc<RwLock<Option<Head>>>,
    passwords: Passwords,
    numbering: Arc<Numbering>,
    logins: Arc<Throttle>,
    guesses: Arc<Throttle>,
    sources: Arc<Throttle>,
    flood: Arc<Flood>,
    instance: Arc<str>,
}

impl Desk {
    /// Puts the desk together; reads from the database where the numbering goes on.
    pub async fn open(
        store: Store,
        vault: Vault,
        sealer: SealKey,
        files: Files,
        clock: Clock,
        law: Law,
    ) -> Result<Desk, StoreError> {
        let last = store.read(|db| db.last_case_no()).await?;
        Ok(Desk {
            store,
            vault,
            files,
            clock,
            law: Arc::new(law),
            sealer,
            seen: Arc::default(),
            passwords: Passwords::default(),
            numbering: Arc::new(Numbering::after(last.as_deref())),
            logins: Arc::new(Throttle::new(throttle::FREE)),
            guesses: Arc::new(Throttle::new(throttle::FREE)),
            sources: Arc::new(Throttle::new(throttle::FREE_OF_A_SOURCE)),
            flood: Arc::new(Flood::new(flood::NO_LIMITS)),
            instance: crate::clock::new_id().into(),
        })
    }
}
