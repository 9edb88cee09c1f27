//! A tip comes in: one function for every channel.

mod intake;
mod ready;

use serde::Serialize;
use utoipa::ToSchema;

pub(super) use self::intake::{Intake, Numbers};
pub(super) use self::ready::Ready;
use super::carry::{Carried, Carry};
use super::{Answer, Desk, DeskError, Once};
use crate::clock::{Clock, Instant};
use crate::intake::{Fault, Tip};
use crate::ledger::Actor;
use crate::ledger::entry::{By, ByKind};

/// What the informant gets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Received {
    /// The tip, by its number.
    pub tip: String,
    /// The case, by its number.
    pub case: String,
    /// What to keep.
    pub receipt: Receipt,
    /// The leaf that the sealed log will hold for this tip, in hexadecimal.
    pub leaf: String,
}

/// Number and code.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// Sixteen digits; the last two check the others.
    pub number: String,
    /// Shown this once; kept only as a keyed hash.
    pub code: String,
}

/// Who hands the tip in.
#[derive(Clone)]
pub enum From {
    /// Somebody without a login.
    Public {
        /// Where the request comes from, for counting floods; never stored or logged.
        source: String,
    },
    /// Somebody with one.
    Staff(Actor),
    /// A row of a file, said at that time, taken in at the desk of a unit if one is named.
    Import {
        /// The other system.
        source: String,
        /// When the informant said it.
        received_at: Instant,
        /// The desk.
        unit: Option<crate::place::Code>,
        /// Whose doing it is; nobody's in the terminal.
        by: Option<Actor>,
        /// What an old ledger says was done about it.
        old: Option<Carry>,
    },
}

impl From {
    fn by(&self) -> By {
        match self {
            From::Public { .. } => By::nobody(ByKind::Public),
            From::Staff(Actor::Staff { user, unit, roles }) => By {
                user: Some(user.clone()),
                unit: Some(*unit),
                kind: ByKind::Staff,
                roles: roles.clone(),
            },
            From::Staff(_) => By::nobody(ByKind::Public),
            From::Import { unit, by: Some(Actor::Staff { user, roles, .. }), .. } => By {
                user: Some(user.clone()),
                unit: *unit,
                kind: ByKind::Import,
                roles: roles.clone(),
            },
            From::Import { unit, .. } => By { unit: *unit, ..By::nobody(ByKind::Import) },
        }
    }

    /// Who carries an old ledger's row on.
    fn actor(&self) -> Actor {
        let By { user, unit, roles, .. } = self.by();
        Actor::Import { user, unit, roles }
    }

    /// Under which name the sender's own identifiers are unique; the public has none.
    fn source(&self) -> Option<String> {
        match self {
            From::Public { .. } => None,
            From::Staff(actor) => actor.user().map(|user| format!("user:{user}")),
            From::Import { source, .. } => Some(format!("import:{source}")),
        }
    }
}

impl Desk {
    /// Takes a tip in; the answer is given after the commit.
    pub async fn receive(
        &self,
        tip: Tip,
        from: From,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let desk = self.clone();
        if let From::Public { .. } = from {
            // The last room on the disk is for what was taken in before.
            self.store.has_room()?;
        }
        // Before the write, which may be run more than once. Whatever comes of it, the tip goes in.
        let hold = match self.is_repeated(&from, once.as_ref()).await? {
            true => None,
            false => self.weigh(&tip, &from),
        };
        let now = self.clock.now();
        let mut offer = self.intake().offer(tip, from, now)?;
        self.store
            .write(move |tx| {
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    let received = desk.intake().take_in(tx, &mut offer)?;
                    if let Some(hold) = &hold {
                        tx.hold(&received.tip, &received.case, hold, now)?;
                    }
                    Answer::json(201, &received)
                })
            })
            .await
    }

    /// Whether a kept answer will be given again: then no tip comes in, and none is to be counted
    /// as part of a flood. Only those without a login are counted at all.
    async fn is_repeated(&self, from: &From, once: Option<&Once>) -> Result<bool, DeskError> {
        let (From::Public { .. }, Some(once)) = (from, once.cloned()) else { return Ok(false) };
        let now = self.clock.now();
        Ok(self.store.read(move |db| once.is_kept(db, now)).await?)
    }

    /// The number of the next case; numbering alone keeps those of one process apart.
    pub(super) fn next_case_no(&self, now: Instant) -> String {
        self.numbering.next(now)
    }

    /// Takes several tips in within one commit, each for itself: an error of one is its own.
    pub async fn receive_batch(&self, tips: Vec<(Tip, From)>) -> Result<Vec<Taken>, DeskError> {
        let (desk, now) = (self.clone(), self.clock.now());
        let offer = |(tip, from)| self.intake().offer(tip, from, now);
        let mut offers: Vec<_> = tips.into_iter().map(offer).collect::<Result<_, _>>()?;
        self.store
            .write(move |tx| {
                let intake = desk.intake();
                offers.iter_mut().map(|offer| intake.take_row(tx, offer)).collect()
            })
            .await
    }

    /// The clock of this desk.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// What became of one row of an import.
pub enum Taken {
    /// It is in; a row of an old ledger came this far.
    New(Option<Carried>),
    /// It was in already.
    Known,
    /// It has faults.
    Faulty(Vec<Fault>),
}
