//! The audit that the service makes by itself, once a day, beside its work: in small stretches with
//! pauses between them, and taken up where it was left when an instance stops.

use std::time::Duration;

use chrono::NaiveTime;

use super::fault::{Audit, Fault};
use crate::calendar::zone;
use crate::desk::letters::{MAX_PEOPLE, is_any, to};
use crate::desk::schedule::BORN;
use crate::desk::{Desk, DeskError};
use crate::ledger::Role;
use crate::mail::{AuditFaults, Letter};
use crate::store::{AuditRow, StoreError, Tx};

/// Cases looked at in one snapshot: some milliseconds of work.
const STRETCH: i64 = 50;
/// After each of them the service has the machine to itself for so long.
const PAUSE: Duration = Duration::from_millis(50);
/// An instance that says nothing for so long has gone. Reading all evidence back takes longest, and
/// nothing is said meanwhile.
const LEASE: chrono::Duration = chrono::Duration::hours(2);

impl Desk {
    /// Makes the audit of today, if it is due and nobody else is at it. The day on which a database was
    /// made has none. Where faults are found administrators are written to, if letters are sent at all.
    pub async fn audit_by_night(&self, at: NaiveTime, by_mail: bool) -> Result<(), DeskError> {
        let now = self.clock.now();
        let today = zone::date_of(now);
        if now < zone::instant_of(today.and_time(at)) {
            return Ok(());
        }
        let (day, owner) = (today.to_string(), self.instance.clone());
        let look = move |day: String, owner: std::sync::Arc<str>| {
            self.store.read(move |db| {
                let born = db.fact(BORN)?.and_then(|text| zone::parse_instant(&text));
                let is_new = born.is_none_or(|born| zone::date_of(born) >= today);
                let known = db.audit_of(&day)?;
                let free = known.is_none_or(|audit| audit.is_free(&owner, now));
                Ok::<_, StoreError>(free && !is_new)
            })
        };
        if !look(day.clone(), owner.clone()).await? {
            return Ok(());
        }
        let take =
            move |tx: &mut crate::store::Tx<'_>| tx.take_audit(&day, &owner, now, now + LEASE);
        match self.store.write(take).await? {
            Some(row) => self.carry_audit_on(row, by_mail).await,
            None => Ok(()),
        }
    }

    async fn carry_audit_on(&self, mut row: AuditRow, by_mail: bool) -> Result<(), DeskError> {
        let mut from = row.after.clone();
        loop {
            let mut audit = Audit::default();
            let last =
                self.audit_stretch(&mut audit, from, STRETCH).await.unwrap_or_else(|error| {
                    // The day's audit ends all the same, and somebody is told.
                    audit.fault(Fault::beside("cases", error.to_string()));
                    None
                });
            add(&mut row, &audit);
            let Some(last) = last else { break };
            row.after.clone_from(&last);
            if !self.keep_audit(&row).await? {
                return Ok(());
            }
            from = last;
            tokio::time::sleep(PAUSE).await;
        }
        let mut audit = Audit::default();
        self.audit_whole(&mut audit, None).await?;
        add(&mut row, &audit);
        let ended = self.end_audit(&row, by_mail).await?;
        let (faults, entries) = (row.faults, row.entries);
        match row.first {
            Some(first) if ended => tracing::error!(
                faults,
                entries,
                first,
                "the audit of the day found faults; run: hotline audit"
            ),
            None if ended => tracing::info!(entries, "the audit of the day found nothing"),
            _ => {}
        }
        Ok(())
    }

    async fn keep_audit(&self, row: &AuditRow) -> Result<bool, StoreError> {
        let (row, owner, now) = (row.clone(), self.instance.clone(), self.clock.now());
        self.store.write(move |tx| tx.keep_audit(&row, &owner, now + LEASE, None)).await
    }

    /// Ends the audit of a day, and writes the letters about what it found in the same commit: one
    /// to each administrator with an address, once.
    async fn end_audit(&self, row: &AuditRow, by_mail: bool) -> Result<bool, DeskError> {
        let (row, owner, now) = (row.clone(), self.instance.clone(), self.clock.now());
        let letter = letter_of(&row).filter(|_| by_mail);
        let letter = letter.map(|letter| letter.keep()).transpose();
        let letter = letter.map_err(|_| DeskError::Broken("letter"))?;
        let end = move |tx: &mut Tx<'_>| {
            let ended = tx.keep_audit(&row, &owner, now + LEASE, Some(now))?;
            if let Some(kept) = letter.as_ref().filter(|_| ended) {
                let mut there = tx.correspondents_as(Role::Admin, MAX_PEOPLE)?;
                there.retain(|person| is_any(person, &[Role::Admin]));
                let about = format!("audit/{}", row.day);
                there.iter().try_for_each(|person| tx.post(&to(person, &about, kept), now))?;
            }
            Ok(ended)
        };
        self.store.write(end).await
    }
}

/// The letter about the faults of a day, where there are any.
fn letter_of(AuditRow { day, faults, .. }: &AuditRow) -> Option<Letter> {
    let letter = AuditFaults { day: day.clone(), faults: *faults };
    (*faults > 0).then_some(Letter::AuditFaults(letter))
}

/// Takes what a part found into the day's result.
fn add(row: &mut AuditRow, part: &Audit) {
    let many = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    row.entries += many(part.entries);
    row.faults += many(part.count);
    row.first = row.first.take().or_else(|| part.first.as_ref().map(Fault::to_string));
}
