//! Letters about cases: a reader of the sealed log that writes them into the outbox.
//!
//! The cursor moves in the commit of the letters, so that no entry is told twice and none is lost.

use super::rehearse::SYNTHETIC;
use super::{Desk, DeskError};
use crate::calendar::zone;
use crate::clock::{Instant, new_id};
use crate::lang::Lang;
use crate::ledger::{Case, Entry, Role};
use crate::mail::{
    CaseRef, CaseSupervised, DangerReported, DutyAssigned, Letter, ReceiptAnswered, ReceiptChanged,
    ReceiptIssued,
};
use crate::place::{Code, Units, recusal};
use crate::store::{Correspondent, LetterRow, Scope, StoreError, Tx};
use crate::tell::{Audience, Facts, Matter, Notice, notices};

/// The reader's name among the readers of the log.
const READER: &str = "letters";
/// Entries read in one commit: tips wait no longer than that takes.
const BATCH: i64 = 50;
/// People of one unit that a letter goes to, at the most.
pub(super) const MAX_PEOPLE: i64 = 50;
/// Who is told of danger where nobody is on duty.
const ELSE_ON_DUTY: [Role; 2] = [Role::Judge, Role::Supervisor];

impl Desk {
    /// One round: writes the letters that the log has brought about since the last.
    pub async fn write_letters(&self) -> Result<(), DeskError> {
        // A made-up case has nobody who must know.
        if self.store.read(|db| db.fact(SYNTHETIC)).await?.is_some() {
            return self.skip_letters().await;
        }
        while self.is_behind().await? {
            let desk = self.clone();
            let work = move |tx: &mut Tx<'_>| {
                let from = tx.cursor(READER)?;
                // Notices have places in the log, too, and tell nobody.
                let to = tx.place_after(from, BATCH)?;
                tx.move_cursor(READER, from, to)?;
                let batch = tx.sealed_after(from, to - from)?;
                batch.iter().try_for_each(|sealed| desk.tell(tx, &sealed.entry))
            };
            self.store.write(work).await?;
        }
        Ok(())
    }

    /// Leaves out what the log holds by now: where no mail is sent, letters would only grow old.
    pub async fn skip_letters(&self) -> Result<(), DeskError> {
        if !self.is_behind().await? {
            return Ok(());
        }
        let skip = |tx: &mut Tx<'_>| {
            let (from, to) = (tx.cursor(READER)?, tx.log_size()?);
            tx.move_cursor(READER, from, to)
        };
        Ok(self.store.write(skip).await?)
    }

    async fn is_behind(&self) -> Result<bool, StoreError> {
        self.store.read(|db| Ok(db.log_size()? > db.cursor(READER)?)).await
    }

    /// Writes what one entry tells.
    fn tell(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), DeskError> {
        let case = case_after(tx, entry)?;
        let tips = case.tips.iter().map(|tip| tip.number.clone()).collect();
        let by_mail = tx.tips_by_mail(tips)?;
        let units = self.law.units(entry.recorded_at);
        let facts = Facts { case: &case, by_mail: &by_mail, units };
        for (n, notice) in (0..).zip(notices(entry, &facts)) {
            let about = format!("entry/{}/{}/{n}", entry.case, entry.seq);
            self.post(tx, entry, &case, &notice, &about)?;
        }
        Ok(())
    }

    fn post(
        &self,
        tx: &mut Tx<'_>,
        entry: &Entry,
        case: &Case,
        notice: &Notice,
        about: &str,
    ) -> Result<(), DeskError> {
        let letter = self.letter(entry, case, notice).ok_or(DeskError::Broken("notice"))?;
        let kept = letter.keep().map_err(|_| DeskError::Broken("letter"))?;
        let at = self.clock.now();
        let away = Away::of(tx, &entry.case, self.law.units(at))?;
        let people = match &notice.to {
            Audience::Informant { tip } => {
                // The address is taken out of the vault when the letter leaves, not before.
                return Ok(tx.post(&to_informant(tip, about, kept), at)?);
            }
            Audience::Unit { unit, roles } => {
                people_of(tx, *unit, &away, |person| person.mailbox.work && is_any(person, roles))?
            }
            Audience::OnDuty { unit } => on_duty(tx, *unit, &away)?,
        };
        // Whoever did it knows.
        let others = people.iter().filter(|person| entry.by.user.as_ref() != Some(&person.user));
        others.into_iter().try_for_each(|person| Ok(tx.post(&to(person, about, &kept), at)?))
    }

    /// The letter that tells something; `None` where the duty it speaks of is not there.
    fn letter(&self, entry: &Entry, case: &Case, notice: &Notice) -> Option<Letter> {
        let about = || CaseRef {
            no: entry.case.clone(),
            category: entry.is.category.code().to_owned(),
            place: self.law.divisions.full_name(entry.is.place),
            code: entry.is.place.to_string(),
        };
        let number = || match &notice.to {
            Audience::Informant { tip } => tip.clone(),
            _ => String::new(),
        };
        Some(match &notice.matter {
            Matter::Received => Letter::ReceiptIssued(ReceiptIssued { number: number() }),
            Matter::Changed { asks } => {
                Letter::ReceiptChanged(ReceiptChanged { number: number(), asks: *asks })
            }
            Matter::Answered => Letter::ReceiptAnswered(ReceiptAnswered {
                number: number(),
                case: entry.case.clone(),
                seq: entry.seq,
                text: String::new(),
            }),
            Matter::Danger => Letter::DangerReported(DangerReported { case: about() }),
            Matter::Supervised => Letter::CaseSupervised(CaseSupervised {
                case: about(),
                act: entry.fields["rung"].as_str().unwrap_or(entry.act.name()).to_owned(),
            }),
            Matter::Assigned { no } => {
                let duty = case.duties.iter().find(|duty| duty.no == *no)?;
                Letter::DutyAssigned(DutyAssigned {
                    case: about(),
                    duty: duty.kind.name().to_owned(),
                    due: duty.due_at.map(zone::shown),
                })
            }
        })
    }
}

/// The case as it stood right after an entry.
fn case_after(tx: &mut Tx<'_>, entry: &Entry) -> Result<Case, DeskError> {
    let gone = || DeskError::Broken("an entry without its case");
    if entry.seq == 1 {
        return Case::begin(entry).ok_or_else(gone);
    }
    let row = tx.case(&Scope::service(), &entry.case)?.ok_or_else(gone)?;
    let stored = tx.entries(&row)?;
    let until = stored.iter().map(|stored| &stored.entry).take_while(|past| past.seq <= entry.seq);
    Case::replay(until).ok_or_else(gone)
}

/// The units kept away from a case as it stands now, which may be more than when an entry was made.
pub(super) struct Away(Vec<Code>);

impl Away {
    fn of(tx: &mut Tx<'_>, case: &str, units: &Units) -> Result<Away, StoreError> {
        let rows = tx.recused(vec![case.to_owned()])?;
        Ok(Away::from_codes(rows.iter().map(|(_, unit)| unit.as_str()), units))
    }

    /// From the codes of the accused, with those who go on for them.
    pub fn from_codes<'a>(accused: impl Iterator<Item = &'a str>, units: &Units) -> Away {
        Away(units.with_heirs(accused.filter_map(|unit| unit.parse().ok())))
    }

    /// Whether a unit may be told nothing of the case.
    pub fn bars(&self, unit: Code) -> bool {
        self.0.iter().any(|accused| recusal::bars(*accused, unit))
    }
}

/// Whether a person has one of these roles.
pub(super) fn is_any(person: &Correspondent, roles: &[Role]) -> bool {
    person.roles.split(',').filter_map(|name| name.parse().ok()).any(|role| roles.contains(&role))
}

fn people_of(
    tx: &mut Tx<'_>,
    unit: Code,
    away: &Away,
    wanted: impl Fn(&Correspondent) -> bool,
) -> Result<Vec<Correspondent>, StoreError> {
    if away.bars(unit) {
        return Ok(Vec::new());
    }
    let mut there = tx.correspondents(&unit.to_string(), MAX_PEOPLE)?;
    there.retain(wanted);
    Ok(there)
}

/// Whoever is on duty at the unit or the nearest above it; where nobody is anywhere, those who would
/// find the case in their lists.
fn on_duty(tx: &mut Tx<'_>, unit: Code, away: &Away) -> Result<Vec<Correspondent>, StoreError> {
    let wanted: [&dyn Fn(&Correspondent) -> bool; 2] =
        [&|person| person.mailbox.on_duty, &|person| is_any(person, &ELSE_ON_DUTY)];
    for wanted in wanted {
        for unit in unit.chain() {
            let there = people_of(tx, unit, away, wanted)?;
            if !there.is_empty() {
                return Ok(there);
            }
        }
    }
    Ok(Vec::new())
}

/// A letter to a person; two people may share an address.
pub(super) fn to(person: &Correspondent, about: &str, kept: &str) -> LetterRow {
    LetterRow {
        id: new_id(),
        about: format!("{about}/{}", person.user),
        recipient: person.mailbox.email.clone(),
        tip: None,
        lang: person.mailbox.lang.clone(),
        letter: kept.to_owned(),
    }
}

fn to_informant(tip: &str, about: &str, kept: String) -> LetterRow {
    LetterRow {
        id: new_id(),
        about: about.to_owned(),
        recipient: String::new(),
        tip: Some(tip.to_owned()),
        lang: Lang::Zh.name().to_owned(),
        letter: kept,
    }
}

/// A date as letters say it.
pub(super) fn shown(at: Option<Instant>) -> Option<String> {
    at.map(zone::shown)
}
