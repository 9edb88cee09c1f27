//! What an informant sees of the own tip, shown number and code; and what an informant may do.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::handle::Request;
use super::head::Prover;
use super::{Answer, Desk, DeskError, Once};
use crate::intake::{Fault, Why, receipt};
use crate::lang::Lang;
use crate::ledger::{Act, Actor, Case, Command, DutyKind, Effect, State};
use crate::seal::note::VerifierKey;
use crate::seal::proof::{Inclusion, RECEIPT, Receipt};
use crate::store::{CaseRow, Reader, Scope, StoredEntry, TipRow};

/// Progress of one's own tip.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Progress {
    /// The receipt's number.
    pub number: String,
    /// Where the case stands, a code.
    pub state: String,
    /// The same in words.
    pub words: String,
    /// When the tip was received.
    pub received_at: DateTime<Utc>,
    /// How it went so far, first step first; no names of people.
    pub steps: Vec<ProgressStep>,
    /// What was asked for, while it may still be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Until when it may be given; after that the tip may be refused for want of facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question_until: Option<DateTime<Utc>>,
    /// What the bureau answered, and why a tip was not accepted.
    pub replies: Vec<ReplyView>,
    /// Whether the informant may still appeal.
    pub may_appeal: bool,
    /// How often somebody looked at the informant's contact.
    pub looks: usize,
    /// The entry that took the tip in, so that its place in the log can be checked.
    pub entry: ProvenEntry,
}

/// One step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressStep {
    /// The state from here on.
    pub state: String,
    /// The same in words.
    pub words: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// One answer to the informant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyView {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub text: String,
    /// Why a tip was not accepted, a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where to turn instead, for a tip that was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// An entry as the log commits to it: `leaf = SHA-256(0x00 ‖ salt ‖ bytes)`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProvenEntry {
    /// Salt, in hexadecimal.
    pub salt: String,
    /// Canonical bytes, as UTF-8 text.
    pub bytes: String,
    /// The leaf, in hexadecimal.
    pub leaf: String,
    /// Its place in the log, from 1, once it is sealed.
    pub place: Option<i64>,
    /// The proof of that, under the present head of the log, once it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Inclusion>,
}

impl ProvenEntry {
    /// What the informant keeps, once the entry is sealed.
    pub fn receipt(self, key: &VerifierKey) -> Option<Receipt> {
        let (format, key) = (RECEIPT.to_owned(), key.to_string());
        let ProvenEntry { salt, bytes, proof, .. } = self;
        Some(Receipt { format, key, salt, bytes, proof: proof? })
    }
}

impl Desk {
    /// Progress of a tip. A wrong code, an unknown number and a number of somebody else all get the
    /// same answer, and guesses are slowed down by number and by source.
    pub async fn progress(
        &self,
        number: &str,
        code: &str,
        source: &str,
        lang: Lang,
    ) -> Result<Progress, DeskError> {
        let tip = self.own_tip(number, code, source).await?;
        let sealer = self.sealer.clone();
        self.store
            .read(move |db| {
                let (entries, case) = told(db, &tip)?;
                let mut progress = view(db, &tip, &entries, &case, lang)?;
                let entry = &mut progress.entry;
                let size = db.tree_size()?;
                if let Some(place) = entry.place.filter(|place| *place <= size) {
                    let prover = &mut Prover { db, sealer: &sealer };
                    entry.proof = Some(prover.inclusion(entry.leaf.clone(), place, size)?);
                }
                Ok(progress)
            })
            .await
    }

    /// An informant's act on the own tip: giving what was asked for, or appealing once.
    pub async fn informant_act(
        &self,
        number: &str,
        code: &str,
        source: &str,
        command: Command,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let tip = self.own_tip(number, code, source).await?;
        let origin = tip.case_no.clone();
        let carrier = self.store.read(move |db| own_case(db, &origin)).await?.carrier;
        let request = Request {
            scope: Scope::service(),
            case_no: carrier,
            command,
            actor: Actor::Informant { tip: tip.number.clone() },
            expect: None,
        };
        let done = self.act(request, once).await?;
        // The staff's answer names units and duties; the informant sees the progress instead.
        let number = tip.number;
        Answer::json(done.status, &serde_json::json!({ "tip": number }))
    }

    async fn own_tip(&self, typed: &str, code: &str, source: &str) -> Result<TipRow, DeskError> {
        let number = receipt::read_number(typed)
            .ok_or_else(|| vec![Fault::new("number", Why::CheckDigits)])?;
        let from_source = self.vault.blind("source", source);
        let at_number = format!("{number}:{from_source}");
        self.sources.admit(&from_source).map_err(DeskError::Throttled)?;
        self.guesses.admit(&at_number).map_err(DeskError::Throttled)?;
        let wanted = number.clone();
        let found = self.store.read(move |db| db.tip_for_informant(&wanted)).await?;
        let bare = receipt::read_code(code).unwrap_or_default();
        // The hash is reckoned for unknown numbers too: the time does not tell which exist.
        let kept = found.as_ref().map_or("", |tip| tip.code_hash.as_str());
        let right = self.vault.is_code(&number, &bare, kept);
        match found.filter(|_| right) {
            Some(tip) => {
                self.sources.undo(&from_source);
                self.guesses.undo(&at_number);
                Ok(tip)
            }
            None => Err(DeskError::NotFound),
        }
    }
}

fn own_case(db: &mut Reader<'_>, no: &str) -> Result<CaseRow, DeskError> {
    db.case(&Scope::service(), no)?.ok_or(DeskError::NotFound)
}

/// What was written about a tip, first entry first, and the case that carries it now: the ledger of
/// the case that took it in, and of others what was written while it stood with them.
fn told(db: &mut Reader<'_>, tip: &TipRow) -> Result<(Vec<StoredEntry>, Case), DeskError> {
    let mut entries = db.ledger_of(&tip.case_no)?;
    let carrier = own_case(db, &tip.case_no)?.carrier;
    let mut case = replay(&entries)?;
    let mut seen = vec![tip.case_no.clone()];
    let mut next = merged_into(&entries);
    while let Some(no) = next.pop() {
        if seen.contains(&no) || seen.len() > MAX_CARRIERS {
            continue;
        }
        let ledger = db.ledger_of(&no)?;
        if no == carrier {
            case = replay(&ledger)?;
        }
        next.extend(merged_into(&ledger));
        entries.extend(while_there(ledger, &tip.number));
        seen.push(no);
    }
    entries.sort_by_key(|stored| stored.entry.recorded_at);
    Ok((entries, case))
}

/// Most cases through which a tip is followed.
const MAX_CARRIERS: usize = 20;

fn replay(entries: &[StoredEntry]) -> Result<Case, DeskError> {
    let case = Case::replay(entries.iter().map(|stored| &stored.entry));
    case.ok_or(DeskError::Broken("a case without entries"))
}

fn merged_into(entries: &[StoredEntry]) -> Vec<String> {
    let merged = entries.iter().filter(|stored| stored.entry.act == Act::Merge);
    merged.filter_map(|stored| stored.entry.fields["case"].as_str().map(str::to_owned)).collect()
}

/// The part of a ledger that was written while a tip stood with its case.
fn while_there(ledger: Vec<StoredEntry>, tip: &str) -> Vec<StoredEntry> {
    let mut there = false;
    let mut part = Vec::new();
    for stored in ledger {
        for effect in &stored.entry.effects {
            match effect {
                Effect::Join { tip: joined, .. } if joined == tip => there = true,
                Effect::Part { tip: parted } if parted == tip => there = false,
                _ => {}
            }
        }
        if there {
            part.push(stored);
        }
    }
    part
}

fn view(
    db: &mut Reader<'_>,
    tip: &TipRow,
    entries: &[StoredEntry],
    case: &Case,
    lang: Lang,
) -> Result<Progress, DeskError> {
    let first = entries.iter().find(|stored| stored.id == tip.entry_id);
    let first = first.ok_or(DeskError::Broken("a tip without its entry"))?;
    let mut steps: Vec<ProgressStep> = Vec::new();
    let mut replies = Vec::new();
    let mut question = None;
    let mut looks = 0;
    // Of each case by itself: what is noted on one that was merged says nothing of the other.
    let mut last: HashMap<&str, State> = HashMap::new();
    let mut reopened = false;
    for StoredEntry { entry, .. } in entries {
        let text = |field: &str| entry.fields[field].as_str().map(str::to_owned);
        let for_me = entry.fields["tip"] == tip.number.as_str();
        let before = last.insert(&entry.case, entry.state);
        reopened = match before {
            Some(before) if is_end(before) => !is_end(entry.state),
            _ => reopened && !is_end(entry.state),
        };
        let said = words(entry.state, before.is_some_and(is_end) && reopened, lang);
        let is_new = before != Some(entry.state);
        if is_new && steps.last().is_none_or(|step| step.words != said) {
            let state = entry.state.code().to_owned();
            steps.push(ProgressStep { state, words: said, at: entry.recorded_at });
        }
        match entry.act {
            Act::AskSupplement => question = text("text"),
            Act::Supplement | Act::Accept | Act::Refuse | Act::Link | Act::Merge | Act::Lapse => {
                question = None
            }
            Act::Look if for_me => looks += 1,
            _ => {}
        }
        let answers = (entry.act == Act::Reply && for_me) || entry.act == Act::Refuse;
        if let Some(said) = text("text").filter(|_| answers) {
            let redirect = text("redirect").filter(|redirect| !redirect.is_empty());
            let reason = text("reason").filter(|_| entry.act == Act::Refuse);
            replies.push(ReplyView { at: entry.recorded_at, text: said, reason, redirect });
        }
    }
    let until = case.open(DutyKind::Supplement).and_then(|duty| duty.due_at);
    let state = State::of(case);
    Ok(Progress {
        number: receipt::spoken(&tip.number),
        state: state.code().to_owned(),
        words: words(state, reopened, lang),
        received_at: tip.received_at(),
        steps,
        question,
        question_until: until,
        replies,
        may_appeal: matches!(state, State::Refused | State::Closed)
            && !case.appealed.contains(&tip.number),
        looks,
        entry: ProvenEntry {
            salt: hex::encode(&first.salt),
            bytes: first.body.clone(),
            leaf: first.leaf.clone(),
            place: db.place_in_log(&first.id)?,
            proof: None,
        },
    })
}

/// Whether a state is one after which only a reopening goes on.
fn is_end(state: State) -> bool {
    matches!(state, State::Closed | State::Refused)
}

fn words(state: State, reopened: bool, lang: Lang) -> String {
    let (_, zh, en) = state.words();
    match reopened {
        true => lang.pick(format!("已重新办理：{zh}"), format!("reopened: {en}")),
        false => lang.pick(zh, en).to_owned(),
    }
}
