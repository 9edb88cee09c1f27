//! An act on a case: load, decide, record. The whole write path of a case.

use serde_json::json;

use super::commit::{hash_words, store_form};
use super::view::{EntryView, duty_views};
use super::{Answer, Desk, DeskError, Once};
use crate::clock::{Instant, random};
use crate::intake::Informant;
use crate::intake::tip::Words;
use crate::ledger::decide::Past;
use crate::ledger::{Actor, Case, Command, Entry, Facts, Ground, Refusal, Situation, decide};
use crate::store::{CaseRow, Scope, StoredEntry, Tx};

/// One act, as somebody asks for it.
#[derive(Clone)]
pub struct Request {
    /// What the asker may see.
    pub scope: Scope,
    /// The case.
    pub case_no: String,
    /// The act.
    pub command: Command,
    /// By whom.
    pub actor: Actor,
    /// The last entry that the asker saw, where that matters.
    pub expect: Option<u32>,
}

impl Desk {
    /// Does an act; the answer is given after the commit.
    pub async fn act(&self, request: Request, once: Option<Once>) -> Result<Answer, DeskError> {
        let desk = self.clone();
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    let (case, stored) = desk.record(tx, &request)?;
                    Answer::json(
                        201,
                        &json!({
                            "case": case.no,
                            "state": stored.entry.state,
                            "last_seq": case.last_seq,
                            "entries": [EntryView::of(&stored)?],
                            "outstanding": duty_views(&case, now),
                        }),
                    )
                })
            })
            .await
    }

    /// Shows an operator the contact behind an open reply or return visit, and writes the look into
    /// the ledger in the same commit: there is no look without its entry.
    pub async fn look(&self, mut request: Request) -> Result<Informant, DeskError> {
        let Command::Look { tip } = request.command.clone() else {
            return Err(DeskError::Broken("look"));
        };
        request.expect = None;
        let desk = self.clone();
        self.store
            .write(move |tx| {
                desk.record(tx, &request)?;
                let kept = tx.sealed_identity(&tip)?.ok_or(DeskError::NotFound)?;
                Ok(desk.vault.open_identity(&tip, &kept.wrapped_key, &kept.sealed)?)
            })
            .await
    }

    /// One act inside a write: load, decide, record.
    pub(super) fn record(
        &self,
        tx: &mut Tx<'_>,
        request: &Request,
    ) -> Result<(Case, StoredEntry), DeskError> {
        let row = tx.case(&request.scope, &request.case_no)?.ok_or(DeskError::NotFound)?;
        let (mut case, past, last) = load(tx, &row)?;
        if request.expect.is_some_and(|seen| seen != case.last_seq) {
            return Err(Refusal::Moved { last_seq: case.last_seq }.into());
        }
        let other = other_case(tx, request)?;
        let situation = Situation {
            case: &case,
            past: &past,
            other: other.as_ref().map(|(other, _)| other),
            unknown_evidence: match request.command.evidence() {
                [] => Vec::new(),
                evidence => tx.unknown_files(evidence)?,
            },
        };
        // The ledger is ordered by number: where the clock was set back, time waits for it.
        let now = other.iter().fold(self.clock.now().max(last), |now, (_, last)| now.max(*last));
        let ground = self.law.ground(now);
        let ready = Ready::decide(&situation, &request.command, &request.actor, ground, now);
        let ready = match ready {
            Err(DeskError::Refused(why)) => return Err(by_whom(tx, &row, request, why)?),
            ready => ready?,
        };
        ready.keep(tx)?;
        let stored = ready.stored;
        case.apply(&stored.entry);
        Ok((case, stored))
    }
}

/// A decided act made ready to be kept: its entry, its counterpart on a second case, and the words
/// that stand apart from them.
pub(super) struct Ready {
    /// The entry.
    pub stored: StoredEntry,
    other: Option<StoredEntry>,
    apart: Option<Apart>,
}

/// What an informant said in an act.
struct Apart {
    tip: String,
    salt: [u8; 32],
    words: Words,
}

impl Ready {
    /// Decides an act, and reckons all that is to be written.
    pub fn decide(
        situation: &Situation<'_>,
        command: &Command,
        actor: &Actor,
        ground: Ground<'_>,
        now: Instant,
    ) -> Result<Ready, DeskError> {
        let Facts { mut entry, other } = decide(situation, command, actor, ground, now)?;
        let said = words_of(command, actor, situation.case);
        let apart = said.map(|(tip, words)| Apart { tip, salt: random::<32>(), words });
        if let Some(Apart { salt, words, .. }) = &apart {
            let hash = hash_words(salt, words, None)?;
            if let Some(fields) = entry.fields.as_object_mut() {
                fields.retain(|field, _| !WORDS.contains(&field.as_str()));
                fields.insert("words".to_owned(), hash.into());
            }
        }
        let stored = store_form(entry, &random::<32>())?;
        let other = other.map(|entry| store_form(entry, &random::<32>())).transpose()?;
        Ok(Ready { stored, other, apart })
    }

    /// Its counterpart on a second case, where there is one.
    pub fn counterpart(&self) -> Option<&Entry> {
        self.other.as_ref().map(|stored| &stored.entry)
    }

    /// Writes the rows; the only way by which an act gets into the database.
    pub fn keep(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        // In the order of case numbers: two acts on the same two cases never wait for each other
        // crosswise.
        let mut entries: Vec<&StoredEntry> = self.other.iter().chain([&self.stored]).collect();
        entries.sort_by(|a, b| a.entry.case.cmp(&b.entry.case));
        for stored in entries {
            tx.record(stored)?;
        }
        if let Some(Apart { tip, salt, words }) = &self.apart {
            tx.keep_words(&self.stored.id, tip, salt, words)?;
        }
        Ok(())
    }
}

/// The fields in which informants say something in their own words.
const WORDS: [&str; 2] = ["text", "reason"];

/// What an informant says in an act stands apart from the ledger, like the tip itself: of which tip,
/// and the words.
fn words_of(command: &Command, actor: &Actor, case: &Case) -> Option<(String, Words)> {
    let own = match actor {
        Actor::Informant { tip } => Some(tip.clone()),
        _ => None,
    };
    let (tip, text) = match command {
        // On the telephone an operator writes it down, of whichever informant was asked first.
        Command::Supplement { text, .. } => {
            (own.or_else(|| Some(case.tips.first()?.number.clone()))?, text)
        }
        Command::Reopen { reason } => (own?, reason),
        _ => return None,
    };
    Some((tip, Words { text: text.clone(), ..Words::default() }))
}

/// The case from its entries, what corrections ask of them, and when the last was written.
fn load(tx: &mut Tx<'_>, row: &CaseRow) -> Result<(Case, Vec<Past>, Instant), DeskError> {
    let stored = tx.entries(row)?;
    let case = Case::replay(stored.iter().map(|stored| &stored.entry));
    let (case, last) =
        case.zip(stored.last()).ok_or(DeskError::Broken("a case without entries"))?;
    let past = stored.iter().map(|stored| past_of(&stored.entry)).collect();
    Ok((case, past, last.entry.recorded_at))
}

/// A duty that somebody has seen to meanwhile: officers who were slower are told who it was.
fn by_whom(
    tx: &mut Tx<'_>,
    row: &CaseRow,
    request: &Request,
    why: Refusal,
) -> Result<DeskError, DeskError> {
    let (Refusal::DutyNotOpen(..), Actor::Staff { .. }) = (&why, &request.actor) else {
        return Ok(why.into());
    };
    let act = request.command.act();
    let before = tx.entries(row)?.into_iter().rfind(|stored| stored.entry.act == act);
    let Some(user) = before.and_then(|stored| stored.entry.by.user) else { return Ok(why.into()) };
    let login = tx.logins(vec![user])?.pop();
    Ok(login.map_or_else(
        || why.clone().into(),
        |(_, login)| DeskError::Forestalled(why.clone(), login),
    ))
}

/// What corrections ask of an earlier entry.
pub fn past_of(entry: &Entry) -> Past {
    let desk = entry.tip.as_ref().map(|mark| mark.desk);
    let unit = entry.by.unit.or(desk).unwrap_or(entry.is.holder);
    Past { seq: entry.seq, act: entry.act, unit }
}

/// The other case that an act names, if the asker sees it, and when its last entry was written.
fn other_case(tx: &mut Tx<'_>, request: &Request) -> Result<Option<(Case, Instant)>, DeskError> {
    let Some(other) = request.command.other_case() else { return Ok(None) };
    let Some(row) = tx.case(&request.scope, other)? else { return Ok(None) };
    let (case, _, last) = load(tx, &row)?;
    Ok(Some((case, last)))
}
