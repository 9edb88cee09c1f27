//! The ladder of due dates, and the digest of each morning.
//!
//! What is due is read off the rows of duties and made unique by the database: a rung is told once
//! for a duty and a date, so that a date reckoned anew is told anew, and several instances tell it
//! once. What falls due for one person at the same time goes into one letter.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use chrono::{Duration, NaiveTime};

use super::letters::{Away, MAX_PEOPLE, is_any, shown, to};
use super::rehearse::SYNTHETIC;
use super::{Desk, DeskError};
use crate::calendar::zone;
use crate::clock::{Instant, new_id};
use crate::ledger::{DutyKind, duty::is_late};
use crate::mail::{DutiesDue, DutyLine, Letter, MorningDigest};
use crate::place::Code;
use crate::store::{Correspondent, DueDuty, Owing, Scope, StoreError, Tx};
use crate::tell::{Ladder, Rung};

/// When reminders and digests go out.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How far apart the rungs stand.
    pub ladder: Ladder,
    /// Local time of the digest.
    pub digest_at: NaiveTime,
}

/// Duties of one rung that one round looks at.
const MAX_A_ROUND: i64 = 2_000;
/// How far ahead a reminder may be due: nine tenths of a duty of a hundred days.
const HORIZON: Duration = Duration::days(90);
/// Duties that one letter names; it says how many there are.
const MAX_LINES: usize = 20;
/// People whose digests are written in one commit.
const DIGESTS: i64 = 20;

/// The duties of one letter by their person, in a steady order.
type ByPerson = BTreeMap<String, (Correspondent, Vec<DutyLine>)>;

impl Desk {
    /// One round: tells every rung that is due, then the digests of the day.
    pub async fn remind(&self, timing: &Timing) -> Result<(), DeskError> {
        if self.store.read(|db| db.fact(SYNTHETIC)).await?.is_some() {
            return Ok(());
        }
        for rung in Rung::ALL {
            self.climb(rung, timing.ladder).await?;
        }
        self.digest(timing.digest_at).await
    }

    async fn climb(&self, rung: Rung, ladder: Ladder) -> Result<(), DeskError> {
        let (desk, now) = (self.clone(), self.clock.now());
        let due = self.store.read(move |db| desk.due_on(db, rung, ladder, now)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let desk = self.clone();
        let tell = move |tx: &mut Tx<'_>| {
            // Looked up again: another instance may have been faster.
            let due = desk.due_on(tx, rung, ladder, now)?;
            due.iter().try_for_each(|duty| tx.duty_told(duty, rung.name(), now))?;
            desk.tell_rung(tx, rung, &due, now)
        };
        match self.store.write(tell).await {
            Err(DeskError::Store(StoreError::Taken)) => Ok(()),
            other => other,
        }
    }

    /// The duties for which a rung is due and was not told.
    fn due_on(
        &self,
        db: &mut crate::store::Reader<'_>,
        rung: Rung,
        ladder: Ladder,
        now: Instant,
    ) -> Result<Vec<DueDuty>, StoreError> {
        let (from, to) = match rung {
            Rung::Reminder => (now, now + HORIZON),
            _ => (Instant::UNIX_EPOCH, now),
        };
        let mut due = db.untold_duties(rung.name(), from, to, MAX_A_ROUND)?;
        due.retain(|duty| {
            let span = duty.due_at().map(|due_at| (duty.opened_at(), due_at));
            let at = span.and_then(|span| ladder.at(rung, span, self.law.rules.workdays()));
            at.is_some_and(|at| is_late(at, now) || (rung == Rung::Reminder && at <= now))
        });
        Ok(due)
    }

    fn tell_rung(
        &self,
        tx: &mut Tx<'_>,
        rung: Rung,
        due: &[DueDuty],
        now: Instant,
    ) -> Result<(), DeskError> {
        let mut away: HashMap<String, Vec<String>> = HashMap::new();
        for (case, unit) in tx.recused(due.iter().map(|duty| duty.case_no.clone()).collect())? {
            away.entry(case).or_default().push(unit);
        }
        let mut known: HashMap<Code, Vec<Correspondent>> = HashMap::new();
        let mut letters = ByPerson::new();
        for duty in due {
            let units = away.get(&duty.case_no).into_iter().flatten();
            let away = Away::from_codes(units.map(String::as_str), self.law.units(now));
            let line = self.line(duty, now);
            for person in addressees(tx, &mut known, rung, duty, &away)? {
                let (_, lines) =
                    letters.entry(person.user.clone()).or_insert_with(|| (person, Vec::new()));
                lines.push(line.clone());
            }
        }
        let about = format!("duties/{}/{}", rung.name(), new_id());
        for (person, mut lines) in letters.into_values() {
            let total = lines.len();
            lines.truncate(MAX_LINES);
            let rung = rung.name().to_owned();
            let letter = Letter::DutiesDue(DutiesDue { rung, total, lines });
            let kept = letter.keep().map_err(|_| DeskError::Broken("letter"))?;
            tx.post(&to(&person, &about, &kept), now)?;
        }
        Ok(())
    }

    fn line(&self, duty: &DueDuty, now: Instant) -> DutyLine {
        let unit: Option<Code> = duty.owner.parse().ok();
        DutyLine {
            case: duty.case_no.clone(),
            duty: duty.kind.clone(),
            place: unit.map(|unit| self.law.divisions.full_name(unit)).unwrap_or_default(),
            unit: duty.owner.clone(),
            due: shown(duty.due_at()),
            overdue: duty.due_at().is_some_and(|due| is_late(due, now)),
        }
    }

    /// On working days from a time of day on, writes each person who wants it what waits.
    async fn digest(&self, digest_at: NaiveTime) -> Result<(), DeskError> {
        let now = self.clock.now();
        let day = zone::date_of(now);
        // A year without a table is said by /readyz; nobody guesses whether it is a day of work.
        let worked = self.law.rules.workdays().is_worked(day) == Ok(true);
        if !worked || now < zone::instant_of(day.and_time(digest_at)) {
            return Ok(());
        }
        let day = day.to_string();
        loop {
            let today = day.clone();
            let people = self.store.read(move |db| db.undigested(&today, DIGESTS)).await?;
            if people.is_empty() {
                return Ok(());
            }
            let (desk, today, head) = (self.clone(), day.clone(), self.head().await?.note);
            let write = move |tx: &mut Tx<'_>| {
                let digest = |person| desk.digest_for(tx, person, &today, &head, now);
                people.iter().try_for_each(digest)
            };
            self.store.write(write).await?;
        }
    }

    fn digest_for(
        &self,
        tx: &mut Tx<'_>,
        person: &Correspondent,
        day: &str,
        head: &str,
        now: Instant,
    ) -> Result<(), DeskError> {
        if !tx.digested(&person.user, day)? {
            return Ok(());
        }
        let unit: Code = person.unit.parse().map_err(|_| DeskError::Broken("unit"))?;
        let mine = |kind: &DutyKind| *kind != DutyKind::Supplement && is_any(person, kind.roles());
        let kinds = DutyKind::ALL.into_iter().filter(mine).map(|kind| kind.name().to_owned());
        let owing = Owing { unit: unit.to_string(), kinds: kinds.collect() };
        let limit = i64::try_from(MAX_LINES).unwrap_or(0);
        let owed = tx.owed(&Scope::of_unit(unit, self.law.units(now)), &owing, now, limit)?;
        if owed.open == 0 {
            return Ok(());
        }
        let letter = Letter::MorningDigest(MorningDigest {
            day: day.to_owned(),
            open: owed.open,
            overdue: owed.overdue,
            lines: owed.first.iter().map(|duty| self.line(duty, now)).collect(),
            head: head.to_owned(),
        });
        let kept = letter.keep().map_err(|_| DeskError::Broken("letter"))?;
        Ok(tx.post(&to(person, &format!("digest/{day}"), &kept), now)?)
    }
}

/// Who is told of a duty on a rung: on the lower two those who owe it; on the upper two others, at
/// the nearest unit that has somebody to tell.
fn addressees(
    tx: &mut Tx<'_>,
    known: &mut HashMap<Code, Vec<Correspondent>>,
    rung: Rung,
    duty: &DueDuty,
    away: &Away,
) -> Result<Vec<Correspondent>, StoreError> {
    let (Some(kind), Ok(owner)) = (DutyKind::find(&duty.kind), duty.owner.parse::<Code>()) else {
        return Ok(Vec::new());
    };
    let units = match rung {
        Rung::Reminder | Rung::Overdue => vec![owner],
        Rung::Unit => owner.chain(),
        Rung::Superior => owner.chain().into_iter().skip(1).collect(),
    };
    for unit in units.into_iter().filter(|unit| !away.bars(*unit)) {
        let there = match known.entry(unit) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(empty) => empty.insert(tx.correspondents(&unit.to_string(), MAX_PEOPLE)?),
        };
        let wanted = |person: &&Correspondent| {
            let owes = unit == owner && is_any(person, kind.roles());
            person.mailbox.work && is_any(person, rung.roles(kind)) && !(rung.climbs() && owes)
        };
        let people: Vec<Correspondent> = there.iter().filter(wanted).cloned().collect();
        if !people.is_empty() {
            return Ok(people);
        }
    }
    Ok(Vec::new())
}
