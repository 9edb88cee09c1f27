//! Letters on their way: written in the commit of what they announce, claimed by lease, kept.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::error::StoreError;
use super::log::never;
use super::schema::outbox;
use super::session::{Reader, Tx};
use crate::clock::Instant;

/// A letter to be written into the outbox.
pub struct LetterRow {
    /// Identifier; the letter's Message-ID is made from it.
    pub id: String,
    /// What it is about: one letter about a thing goes to an address.
    pub about: String,
    /// Where it goes; empty where it goes to the informant of a tip.
    pub recipient: String,
    /// The tip whose informant it goes to: the address stays in the vault until the letter leaves.
    pub tip: Option<String>,
    /// Its language.
    pub lang: String,
    /// What it says, as JSON.
    pub letter: String,
}

/// A letter that this instance may send until its lease ends.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct ClaimedLetter {
    /// Identifier.
    pub id: String,
    /// Where it goes; empty where it goes to the informant of a tip.
    pub recipient: String,
    /// The tip whose informant it goes to.
    pub tip: Option<String>,
    /// Its language.
    pub lang: String,
    /// What it says, as JSON.
    pub letter: String,
    created_at: NaiveDateTime,
    first_try_at: Option<NaiveDateTime>,
    /// How often it was claimed, this time included.
    pub attempts: i32,
    /// How often its text was given to a server without a clear answer.
    pub handovers: i32,
}

impl ClaimedLetter {
    /// When it was written.
    pub fn created_at(&self) -> Instant {
        self.created_at.and_utc()
    }

    /// When it was first claimed.
    pub fn first_try_at(&self) -> Instant {
        self.first_try_at.unwrap_or(self.created_at).and_utc()
    }
}

/// A letter that was given up.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct DeadLetter {
    /// Identifier.
    pub id: String,
    /// Where it should have gone; empty where it was for the informant of a tip.
    pub recipient: String,
    /// What it should have said, as JSON.
    pub letter: String,
    /// The class of the last failure.
    pub last_error: Option<String>,
    dead_at: Option<NaiveDateTime>,
}

impl DeadLetter {
    /// When it was given up.
    pub fn dead_at(&self) -> Option<Instant> {
        self.dead_at.map(|at| at.and_utc())
    }
}

/// How the outbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailState {
    /// Letters neither sent nor given up.
    pub waiting: i64,
    /// Letters given up.
    pub dead: i64,
    /// When the oldest that waits was written.
    pub oldest: Option<Instant>,
}

impl Reader<'_> {
    /// Whether a letter is due that nobody has claimed.
    pub fn letter_due(&mut self, now: Instant, until: Instant) -> Result<bool, StoreError> {
        Ok(self.next_letter(now, until)?.is_some())
    }

    /// Numbers for metrics and pages.
    pub fn mail_state(&mut self) -> Result<MailState, StoreError> {
        let waiting =
            outbox::table.filter(outbox::sent_at.is_null().and(outbox::dead_at.is_null()));
        let dead = outbox::table.filter(outbox::dead_at.is_not_null());
        let oldest: Option<NaiveDateTime> =
            waiting.select(diesel::dsl::min(outbox::created_at)).first(self.conn)?;
        Ok(MailState {
            waiting: waiting.count().get_result(self.conn)?,
            dead: dead.count().get_result(self.conn)?,
            oldest: oldest.map(|at| at.and_utc()),
        })
    }

    /// Letters that were given up, latest first.
    pub fn dead_letters(&mut self, limit: i64) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = outbox::table
            .filter(outbox::dead_at.is_not_null())
            .order((outbox::dead_at.desc(), outbox::id.desc()))
            .limit(limit);
        Ok(rows.select(DeadLetter::as_select()).load(self.conn)?)
    }

    fn next_letter(
        &mut self,
        now: Instant,
        until: Instant,
    ) -> Result<Option<ClaimedLetter>, StoreError> {
        let (now, never) = (now.naive_utc(), never(now, until));
        let over = outbox::lease_until.lt(now).or(outbox::lease_until.gt(never));
        let found = outbox::table
            .filter(outbox::sent_at.is_null().and(outbox::dead_at.is_null()))
            .filter(outbox::next_try_at.le(now))
            .filter(outbox::lease_until.is_null().or(over))
            .order((outbox::next_try_at.asc(), outbox::id.asc()))
            .select(ClaimedLetter::as_select());
        Ok(found.first(self.conn).optional()?)
    }
}

impl Tx<'_> {
    /// Writes a letter into the outbox; `Taken` where the address has one about the same thing.
    pub fn post(&mut self, letter: &LetterRow, at: Instant) -> Result<(), StoreError> {
        diesel::insert_into(outbox::table)
            .values((
                outbox::id.eq(&letter.id),
                outbox::about.eq(&letter.about),
                outbox::recipient.eq(&letter.recipient),
                outbox::tip.eq(&letter.tip),
                outbox::lang.eq(&letter.lang),
                outbox::letter.eq(&letter.letter),
                outbox::created_at.eq(at.naive_utc()),
                outbox::next_try_at.eq(at.naive_utc()),
                outbox::attempts.eq(0),
                outbox::handovers.eq(0),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Claims the letter that has been due longest, until the lease ends.
    pub fn claim_letter(
        &mut self,
        owner: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Option<ClaimedLetter>, StoreError> {
        let Some(mut letter) = self.next_letter(now, until)? else { return Ok(None) };
        let first_try_at = letter.first_try_at.unwrap_or(now.naive_utc());
        // Whoever claims counts, so a letter claimed meanwhile has another number.
        let unclaimed = outbox::table.find(&letter.id).filter(outbox::attempts.eq(letter.attempts));
        letter.attempts += 1;
        letter.first_try_at = Some(first_try_at);
        let set = (
            outbox::attempts.eq(letter.attempts),
            outbox::first_try_at.eq(first_try_at),
            outbox::lease_owner.eq(owner),
            outbox::lease_until.eq(until.naive_utc()),
        );
        match diesel::update(unclaimed).set(set).execute(self.conn)? {
            1 => Ok(Some(letter)),
            _ => Err(StoreError::Contended),
        }
    }

    /// Notes, before a letter's text is given to a server, that this is about to happen. `false`
    /// where the letter is no longer this claim's: then it must not be given.
    pub fn hand_over(&mut self, letter: &ClaimedLetter, owner: &str) -> Result<bool, StoreError> {
        let set = outbox::handovers.eq(letter.handovers + 1);
        let mine = claimed(letter, owner);
        Ok(diesel::update(mine).set(set).execute(self.conn)? == 1)
    }

    /// A server took the letter. Whoever holds the claim by now, it must not go out again.
    pub fn letter_sent(&mut self, id: &str, at: Instant) -> Result<(), StoreError> {
        let set = (
            outbox::sent_at.eq(at.naive_utc()),
            outbox::dead_at.eq(None::<NaiveDateTime>),
            outbox::last_error.eq(None::<String>),
            free(),
        );
        diesel::update(outbox::table.find(id)).set(set).execute(self.conn)?;
        Ok(())
    }

    /// The letter did not go out, or nobody knows; it is tried again at `next`. `handovers` is what
    /// is known by now of texts given without a clear answer.
    pub fn letter_waits(
        &mut self,
        letter: &ClaimedLetter,
        owner: &str,
        handovers: i32,
        why: &str,
        next: Instant,
    ) -> Result<(), StoreError> {
        let set = (
            outbox::next_try_at.eq(next.naive_utc()),
            outbox::handovers.eq(handovers),
            outbox::last_error.eq(why),
            free(),
        );
        diesel::update(claimed(letter, owner)).set(set).execute(self.conn)?;
        Ok(())
    }

    /// The letter is given up. It is kept and counted.
    pub fn letter_dies(
        &mut self,
        letter: &ClaimedLetter,
        owner: &str,
        why: &str,
        at: Instant,
    ) -> Result<(), StoreError> {
        let set = (outbox::dead_at.eq(at.naive_utc()), outbox::last_error.eq(why), free());
        diesel::update(claimed(letter, owner)).set(set).execute(self.conn)?;
        Ok(())
    }

    /// Lets a letter that was given up be tried anew, as if it had just been written; `false` where
    /// there is none, or it was not given up.
    pub fn revive_letter(&mut self, id: &str, at: Instant) -> Result<bool, StoreError> {
        let dead = outbox::table.find(id).filter(outbox::dead_at.is_not_null());
        let set = (
            outbox::dead_at.eq(None::<NaiveDateTime>),
            outbox::last_error.eq(None::<String>),
            outbox::first_try_at.eq(None::<NaiveDateTime>),
            outbox::next_try_at.eq(at.naive_utc()),
            outbox::attempts.eq(0),
            outbox::handovers.eq(0),
            free(),
        );
        Ok(diesel::update(dead).set(set).execute(self.conn)? == 1)
    }
}

type Claimed<'a> = diesel::dsl::Filter<
    diesel::dsl::Find<outbox::table, &'a str>,
    diesel::dsl::And<
        diesel::dsl::And<
            diesel::dsl::Eq<outbox::lease_owner, &'a str>,
            diesel::dsl::Eq<outbox::attempts, i32>,
        >,
        diesel::dsl::IsNull<outbox::sent_at>,
    >,
>;

/// The row of a letter as long as this very claim holds it.
fn claimed<'a>(letter: &'a ClaimedLetter, owner: &'a str) -> Claimed<'a> {
    let mine = outbox::lease_owner.eq(owner).and(outbox::attempts.eq(letter.attempts));
    outbox::table.find(letter.id.as_str()).filter(mine.and(outbox::sent_at.is_null()))
}

/// Sets nobody's claim.
fn free() -> (
    diesel::dsl::Eq<outbox::lease_owner, Option<String>>,
    diesel::dsl::Eq<outbox::lease_until, Option<NaiveDateTime>>,
) {
    (outbox::lease_owner.eq(None), outbox::lease_until.eq(None))
}
