//! Letters leave: each is claimed by lease, sent outside any transaction, and marked.
//!
//! No commit covers a mail, so between the text and the mark there is a moment of which nobody
//! knows. Before the text is given the outbox notes it; a letter whose note was never answered goes
//! out once more, with the same Message-ID, and no third time.

use chrono::Duration;
use futures_util::future::join_all;
use tokio::sync::Mutex;

use super::{Desk, DeskError};
use crate::clock::Instant;
use crate::lang::Lang;
use crate::mail::{Failure, Letter, Mailer, Outgoing, ReceiptAnswered};
use crate::store::{ClaimedLetter, Scope, StoreError};

/// Letters under way at the same time: a server that is stuck over one holds up one slot.
const SLOTS: usize = 4;
/// Letters of one round.
const MAX_A_ROUND: usize = 200;
/// How long one instance may take over a letter before another tries: four times what a letter
/// takes at the most.
const LEASE: Duration = Duration::minutes(2);
/// How often a letter's text may be given without a clear answer: once, and one repeat (R8).
const MAX_HANDOVERS: i32 = 2;
/// The first wait after a failure that may pass (R8); each further one is twice as long.
const FIRST_WAIT: Duration = Duration::minutes(1);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::hours(4);
/// A letter that failed for so long since its first try is given up (R8; RFC 5321 says 4 to 5 days
/// for relays, but what a report's letter says is old by then).
const GIVE_UP: Duration = Duration::hours(72);

/// A letter with all that it needs to leave. Lives for one sending and is written nowhere.
struct Filled {
    recipient: String,
    letter: String,
}

/// One round: what its slots share.
struct Round<'a> {
    mailer: &'a Mailer,
    /// How many letters the round may still take; the slots claim one after the other.
    left: Mutex<usize>,
}

impl Desk {
    /// One round: sends the letters that are due. Several instances may do so at once.
    pub async fn deliver(&self, mailer: &Mailer) -> Result<(), DeskError> {
        let now = self.clock.now();
        if !self.store.read(move |db| db.letter_due(now, now + LEASE)).await? {
            return Ok(());
        }
        let round = Round { mailer, left: Mutex::new(MAX_A_ROUND) };
        let slots = (0..SLOTS).map(|_| self.work_off(&round));
        // All slots end before the first error is told: one that is broken off could have given
        // its text.
        join_all(slots).await.into_iter().collect()
    }

    /// One slot: letter after letter until none is left, or the server is not there.
    async fn work_off(&self, round: &Round<'_>) -> Result<(), DeskError> {
        while let Some(letter) = self.next_letter(round).await? {
            if self.send(round.mailer, &letter).await? == Err(Broken) {
                *round.left.lock().await = 0;
            }
        }
        Ok(())
    }

    async fn next_letter(&self, round: &Round<'_>) -> Result<Option<ClaimedLetter>, DeskError> {
        let mut left = round.left.lock().await;
        let claimed = match *left {
            0 => None,
            _ => self.claim_letter().await?,
        };
        *left = if claimed.is_some() { *left - 1 } else { 0 };
        Ok(claimed)
    }

    async fn claim_letter(&self) -> Result<Option<ClaimedLetter>, StoreError> {
        let (owner, now) = (self.instance.clone(), self.clock.now());
        self.store.write(move |tx| tx.claim_letter(&owner, now, now + LEASE)).await
    }

    /// Sends one letter and marks how that went.
    async fn send(
        &self,
        mailer: &Mailer,
        letter: &ClaimedLetter,
    ) -> Result<Result<(), Broken>, DeskError> {
        if letter.handovers >= MAX_HANDOVERS {
            // Both givings ended with a process that died over them.
            self.mark_failed(letter, letter.handovers, Failure::Unclear).await?;
            return Ok(Ok(()));
        }
        let Filled { recipient, letter: text } = match self.fill(letter).await? {
            Ok(filled) => filled,
            Err(failure) => return self.failed(letter, letter.handovers, failure).await,
        };
        let outgoing = Outgoing {
            id: &letter.id,
            recipient: &recipient,
            lang: Lang::of_name(&letter.lang),
            letter: &text,
            written_at: letter.created_at().into(),
        };
        let ready = match mailer.open(&outgoing).await {
            Ok(ready) => ready,
            Err(failure) => return self.failed(letter, letter.handovers, failure).await,
        };
        let (owner, mine) = (self.instance.clone(), letter.clone());
        if !self.store.write(move |tx| tx.hand_over(&mine, &owner)).await? {
            // The lease ran out meanwhile, and somebody else has the letter.
            return Ok(Ok(()));
        }
        match ready.hand_over().await {
            Ok(()) => {
                let (id, at) = (letter.id.clone(), self.clock.now());
                self.store.write(move |tx| tx.letter_sent(&id, at)).await?;
                tracing::info!(letter = letter.id, "letter sent");
                Ok(Ok(()))
            }
            Err(Failure::Unclear) => {
                self.failed(letter, letter.handovers + 1, Failure::Unclear).await
            }
            Err(failure) => self.failed(letter, letter.handovers, failure).await,
        }
    }

    /// Puts in what is not kept in the outbox: an informant's address, which the vault gives out for
    /// this one sending, and the text of an answer.
    async fn fill(&self, letter: &ClaimedLetter) -> Result<Result<Filled, Failure>, DeskError> {
        let (kept, recipient) = (letter.letter.clone(), letter.recipient.clone());
        let Some(tip) = letter.tip.clone() else {
            return Ok(Ok(Filled { recipient, letter: kept }));
        };
        let wanted = tip.clone();
        let sealed = self.store.read(move |db| db.sealed_identity(&wanted)).await?;
        let Some(sealed) = sealed else { return Ok(Err(Failure::NoAddress)) };
        let Ok(who) = self.vault.open_identity(&tip, &sealed.wrapped_key, &sealed.sealed) else {
            return Ok(Err(Failure::Unreadable));
        };
        let Some(recipient) = who.email else { return Ok(Err(Failure::NoAddress)) };
        let letter = match Letter::read(&kept) {
            Ok(Letter::ReceiptAnswered(it)) => self.with_answer(it).await?,
            _ => Some(kept),
        };
        Ok(letter.map(|letter| Filled { recipient, letter }).ok_or(Failure::Unreadable))
    }

    /// An answer's letter with the text that its entry holds.
    async fn with_answer(&self, mut it: ReceiptAnswered) -> Result<Option<String>, DeskError> {
        let (case, seq) = (it.case.clone(), it.seq);
        let read = move |db: &mut crate::store::Reader<'_>| -> Result<_, StoreError> {
            let Some(row) = db.case(&Scope::service(), &case)? else { return Ok(None) };
            Ok(db.entries(&row)?.into_iter().find(|stored| stored.entry.seq == seq))
        };
        let Some(stored) = self.store.read(read).await? else { return Ok(None) };
        let Some(text) = stored.entry.fields["text"].as_str() else { return Ok(None) };
        text.clone_into(&mut it.text);
        Ok(Letter::ReceiptAnswered(it).keep().ok())
    }

    async fn failed(
        &self,
        letter: &ClaimedLetter,
        handovers: i32,
        failure: Failure,
    ) -> Result<Result<(), Broken>, DeskError> {
        self.mark_failed(letter, handovers, failure).await?;
        Ok(if failure.is_of_the_server() { Err(Broken) } else { Ok(()) })
    }

    /// Puts the letter back until later, or gives it up.
    async fn mark_failed(
        &self,
        letter: &ClaimedLetter,
        handovers: i32,
        failure: Failure,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        let next = next_try(letter.first_try_at(), letter.attempts, now)
            .filter(|_| !failure.is_final() && handovers < MAX_HANDOVERS);
        let (owner, mine, why) = (self.instance.clone(), letter.clone(), failure.name());
        let mark = move |tx: &mut crate::store::Tx<'_>| match next {
            Some(next) => tx.letter_waits(&mine, &owner, handovers, why, next),
            None => tx.letter_dies(&mine, &owner, why, now),
        };
        self.store.write(mark).await?;
        let given_up = next.is_none();
        tracing::warn!(letter = letter.id, why, given_up, "letter not sent");
        Ok(())
    }
}

/// The server as a whole is not to be had: the round ends.
#[derive(Debug, PartialEq, Eq)]
struct Broken;

/// When a letter is tried again after its n-th try; `None` where it has failed for long enough.
fn next_try(first: Instant, attempts: i32, now: Instant) -> Option<Instant> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    let wait = (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT);
    (now - first < GIVE_UP).then_some(now + wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_bound_and_end_after_three_days() {
        let first = chrono::DateTime::UNIX_EPOCH;
        let (mut now, mut waits) = (first, Vec::new());
        for attempts in 1.. {
            let Some(next) = next_try(first, attempts, now) else { break };
            waits.push((next - now).num_minutes());
            now = next;
        }
        assert_eq!(&waits[..9], [1, 2, 4, 8, 16, 32, 64, 128, 240]);
        assert!(waits.iter().all(|wait| (1..=240).contains(wait)));
        assert!(waits.is_sorted());
        assert!(now - first >= GIVE_UP && now - first < GIVE_UP + LONGEST_WAIT);
        assert_eq!(next_try(first, i32::MAX, first), Some(first + LONGEST_WAIT));
    }
}
