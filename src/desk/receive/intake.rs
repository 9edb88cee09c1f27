//! The one way in. A tip is made ready before its transaction, where many are made side by side; in
//! it there is only what must be asked and written.

use super::{From, Ready, Received, Taken};
use crate::clock::{Instant, below, random};
use crate::desk::commit::{Told, hash_words, store_form};
use crate::desk::{Desk, DeskError, Law, Numbering};
use crate::intake::receipt::{self, CODE_LENGTH, CODE_SIGNS, NUMBERS_A_DAY};
use crate::intake::{Fault, Mode, Tip, Why};
use crate::ledger::Ground;
use crate::ledger::opening::{self, Arrival};
use crate::store::{StoredTip, Tx};
use crate::vault::Vault;

/// How often numbers are drawn anew when they are taken.
const MAX_DRAWS: usize = 20;

/// What an intake stands on.
pub(in crate::desk) struct Intake<'a> {
    vault: &'a Vault,
    law: &'a Law,
    numbering: &'a Numbering,
}

/// A tip as it was handed in, and what is to be kept of it.
pub(in crate::desk) struct Offer {
    tip: Tip,
    from: From,
    at: Instant,
    ready: Ready,
}

/// The numbers that a tip gets.
pub(in crate::desk) struct Numbers {
    /// Of the receipt.
    pub tip: String,
    /// Of the new case.
    pub case: String,
}

impl Desk {
    /// What takes tips in.
    pub(in crate::desk) fn intake(&self) -> Intake<'_> {
        let Desk { vault, law, numbering, .. } = self;
        Intake { vault, law, numbering }
    }
}

impl Intake<'_> {
    /// Makes a tip ready. Nothing is asked or written yet.
    pub(in crate::desk) fn offer(
        &self,
        tip: Tip,
        from: From,
        at: Instant,
    ) -> Result<Offer, DeskError> {
        let ready = self.prepare(&tip, &from, self.draw(at), at)?;
        Ok(Offer { tip, from, at, ready })
    }

    /// Takes one tip in; what it gives is the informant's. Everything is asked before anything is
    /// written.
    pub(in crate::desk) fn take_in(
        &self,
        tx: &mut Tx<'_>,
        offer: &mut Offer,
    ) -> Result<Received, DeskError> {
        self.check(tx, offer)?;
        for _ in 0..MAX_DRAWS {
            let Ready { row, stored, .. } = &offer.ready;
            if !tx.is_numbered(&row.number, &stored.entry.case)? {
                offer.ready.keep(tx)?;
                return Ok(offer.ready.received());
            }
            let Offer { tip, from, at, .. } = offer;
            offer.ready = self.prepare(tip, from, self.draw(*at), *at)?;
        }
        Err(DeskError::Broken("no free number"))
    }

    /// Takes the row of a file in, and carries it on where an old ledger says how far it came.
    pub(super) fn take_row(&self, tx: &mut Tx<'_>, offer: &mut Offer) -> Result<Taken, DeskError> {
        let taken = self.take_in(tx, offer).and_then(|_| {
            let From::Import { old: Some(old), .. } = &offer.from else { return Ok(None) };
            let (entry, actor) = (&offer.ready.stored.entry, offer.from.actor());
            self.carry_on(tx, entry, old, &actor, offer.at).map(Some)
        });
        match taken {
            Ok(carried) => Ok(Taken::New(carried)),
            Err(DeskError::Known(_)) => Ok(Taken::Known),
            Err(DeskError::Faults(faults)) => Ok(Taken::Faulty(faults)),
            Err(other) => Err(other),
        }
    }

    /// What decisions stand on.
    pub(in crate::desk) fn ground(&self, at: Instant) -> Ground<'_> {
        self.law.ground(at)
    }

    /// Everything that is reckoned before anything is written.
    pub(in crate::desk) fn prepare(
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

    fn check(&self, tx: &mut Tx<'_>, offer: &Offer) -> Result<(), DeskError> {
        let Offer { tip, from, .. } = offer;
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

    /// Numbers that are free as good as always: a day has a hundred million receipts, and numbering
    /// keeps the cases of one process apart.
    fn draw(&self, now: Instant) -> Numbers {
        let day = crate::calendar::zone::date_of(now);
        let tip = receipt::number(day, below(NUMBERS_A_DAY));
        Numbers { tip, case: self.numbering.next(now) }
    }
}

fn mode(tip: &Tip) -> &'static str {
    match tip.informant.mode {
        Mode::Named => "named",
        Mode::Confidential => "confidential",
        Mode::Anonymous => "anonymous",
    }
}
