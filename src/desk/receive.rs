//! A tip comes in: one function for every channel.

use serde::Serialize;
use utoipa::ToSchema;

use super::carry::{Carried, Carry};
use super::commit::{Told, hash_words, store_form};
use super::{Answer, Desk, DeskError, Law, Numbering, Once};
use crate::clock::{Clock, Instant, below, random};
use crate::intake::receipt::{self, CODE_LENGTH, CODE_SIGNS, NUMBERS_A_DAY};
use crate::intake::tip::Words;
use crate::intake::{Fault, Mode, Tip, Why};
use crate::ledger::entry::{By, ByKind};
use crate::ledger::opening::{self, Arrival};
use crate::ledger::{Actor, Ground};
use crate::store::{StoredEntry, StoredTip, Tx};
use crate::vault::Vault;

/// How often a number is drawn anew when it is taken.
const MAX_DRAWS: usize = 20;

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
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    let received = desk.intake().take_in(tx, &tip, &from, now)?;
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

    /// What takes tips in.
    pub(super) fn intake(&self) -> Intake<'_> {
        let Desk { vault, law, numbering, .. } = self;
        Intake { vault, law, numbering }
    }

    /// The number of the next case; numbering alone keeps those of one process apart.
    pub(super) fn next_case_no(&self, now: Instant) -> String {
        self.numbering.next(now)
    }

    /// Takes several tips in within one commit, each for itself: an error of one is its own.
    pub async fn receive_batch(&self, tips: Vec<(Tip, From)>) -> Result<Vec<Taken>, DeskError> {
        let desk = self.clone();
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                let intake = desk.intake();
                tips.iter().map(|(tip, from)| intake.take_row(tx, tip, from, now)).collect()
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

/// What an intake stands on.
pub(super) struct Intake<'a> {
    vault: &'a Vault,
    law: &'a Law,
    numbering: &'a Numbering,
}

/// The numbers that a tip gets: free ones, which the giver has seen to.
pub(super) struct Numbers {
    /// Of the receipt.
    pub tip: String,
    /// Of the new case.
    pub case: String,
}

/// A tip made ready to be kept: all of its rows, and its receipt.
pub(super) struct Ready {
    /// The first entry of the case.
    pub stored: StoredEntry,
    row: StoredTip,
    words_salt: [u8; 32],
    words: Words,
    /// The tip's own key, wrapped, and the identity under it; nothing for the anonymous.
    identity: Option<(Vec<u8>, Vec<u8>)>,
    /// Whether the informant left an e-mail address.
    by_mail: bool,
    code: String,
}

impl Ready {
    /// Writes the rows; the only way by which a tip gets into the database.
    pub fn keep(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        let Ready { stored, row, words_salt, words, .. } = self;
        tx.open_case(stored)?;
        tx.keep_tip(row)?;
        tx.keep_words(&stored.id, &row.number, words_salt, words)?;
        if let Some((key, sealed)) = &self.identity {
            tx.keep_identity(&row.number, key, sealed)?;
        }
        if self.by_mail {
            tx.note_mail(&row.number)?;
        }
        Ok(())
    }

    fn received(self) -> Received {
        let StoredEntry { entry, leaf, .. } = self.stored;
        let receipt = Receipt { number: self.row.number.clone(), code: self.code };
        Received { tip: self.row.number, case: entry.case, receipt, leaf }
    }
}

impl Intake<'_> {
    fn take_row(
        &self,
        tx: &mut Tx<'_>,
        tip: &Tip,
        from: &From,
        now: Instant,
    ) -> Result<Taken, DeskError> {
        let taken = self.admit(tx, tip, from, now).and_then(|ready| {
            let From::Import { old: Some(old), .. } = from else { return Ok(None) };
            self.carry_on(tx, &ready.stored.entry, old, &from.actor(), now).map(Some)
        });
        match taken {
            Ok(carried) => Ok(Taken::New(carried)),
            Err(DeskError::Known(_)) => Ok(Taken::Known),
            Err(DeskError::Faults(faults)) => Ok(Taken::Faulty(faults)),
            Err(other) => Err(other),
        }
    }

    /// Takes one tip in; what it gives is the informant's.
    pub(super) fn take_in(
        &self,
        tx: &mut Tx<'_>,
        tip: &Tip,
        from: &From,
        now: Instant,
    ) -> Result<Received, DeskError> {
        Ok(self.admit(tx, tip, from, now)?.received())
    }

    /// What decisions stand on.
    pub(super) fn ground(&self, at: Instant) -> Ground<'_> {
        self.law.ground(at)
    }

    /// The one way in. Everything is asked before anything is written.
    fn admit(
        &self,
        tx: &mut Tx<'_>,
        tip: &Tip,
        from: &From,
        now: Instant,
    ) -> Result<Ready, DeskError> {
        self.check(tx, tip, from)?;
        let numbers =
            Numbers { tip: self.free_number(tx, now)?, case: self.free_case_no(tx, now)? };
        let ready = self.prepare(tip, from, numbers, now)?;
        ready.keep(tx)?;
        Ok(ready)
    }

    /// Everything that is reckoned before anything is written.
    pub(super) fn prepare(
        &self,
        tip: &Tip,
        from: &From,
        numbers: Numbers,
        now: Instant,
    ) -> Result<Ready, DeskError> {
        let Numbers { tip: number, case } = numbers;
        let code = receipt::code(std::array::from_fn::<_, CODE_LENGTH, _>(|_| {
            below(CODE_SIGNS.len() as u64)
        }));
        let words_salt = random::<32>();
        let bare = receipt::read_code(&code).unwrap_or_default();
        let code_hash = self.vault.code_hash(&number, &bare);
        let mode = mode(tip);
        let occurred_on = tip.occurred_on.map(|day| day.to_string());
        let source = tip.external_id.as_ref().and(from.source());
        let told = Told {
            mode,
            occurred_on: occurred_on.as_deref(),
            source: source.as_deref(),
            external_id: tip.external_id.as_deref(),
            code_hash: &code_hash,
        };
        let arrival = Arrival {
            case,
            number: number.clone(),
            by: from.by(),
            received_at: match from {
                From::Import { received_at, .. } => *received_at,
                _ => now,
            },
            words: hash_words(&words_salt, &tip.words, Some(&told))?,
        };
        let entry = opening::open(tip, arrival, self.law.ground(now), now);
        let stored = store_form(entry, &random::<32>())?;
        let identity = match tip.informant.mode {
            Mode::Anonymous => None,
            _ => Some(self.vault.seal_identity(&number, &tip.informant)?),
        };
        let row = StoredTip {
            number: number.clone(),
            case_no: stored.entry.case.clone(),
            entry_id: stored.id.clone(),
            channel: tip.channel.code(),
            mode,
            occurred_on,
            received_at: stored.entry.stated_at,
            source,
            external_id: tip.external_id.clone(),
            code_hash,
        };
        let by_mail = identity.is_some() && tip.informant.email.is_some();
        let words = tip.words.clone();
        Ok(Ready { stored, row, words_salt, words, identity, by_mail, code })
    }

    fn check(&self, tx: &mut Tx<'_>, tip: &Tip, from: &From) -> Result<(), DeskError> {
        let unknown = tx.unknown_files(&tip.files)?;
        if !unknown.is_empty() {
            let fault = |index| Fault::new(format!("files[{index}]"), Why::UnknownFile);
            return Err(unknown.into_iter().map(fault).collect::<Vec<_>>().into());
        }
        if let (Some(source), Some(id)) = (from.source(), &tip.external_id)
            && let Some(number) = tx.knows_external(&source, id)?
        {
            return Err(DeskError::Known(number));
        }
        Ok(())
    }

    fn free_number(&self, tx: &mut Tx<'_>, now: Instant) -> Result<String, DeskError> {
        let day = crate::calendar::zone::date_of(now);
        for _ in 0..MAX_DRAWS {
            let number = receipt::number(day, below(NUMBERS_A_DAY));
            if tx.tip_for_informant(&number)?.is_none() {
                return Ok(number);
            }
        }
        Err(DeskError::Broken("no free number"))
    }

    fn free_case_no(&self, tx: &mut Tx<'_>, now: Instant) -> Result<String, DeskError> {
        for _ in 0..MAX_DRAWS {
            let no = self.numbering.next(now);
            if tx.case(&crate::store::Scope::service(), &no)?.is_none() {
                return Ok(no);
            }
        }
        Err(DeskError::Broken("no free case number"))
    }
}

fn mode(tip: &Tip) -> &'static str {
    match tip.informant.mode {
        Mode::Named => "named",
        Mode::Confidential => "confidential",
        Mode::Anonymous => "anonymous",
    }
}
