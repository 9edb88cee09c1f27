//! A row of an old ledger, carried on from its tip as far as the ledger's own gate lets it: the
//! same decisions as for anybody's act, in the commit of the tip.

use std::sync::Arc;

use super::DeskError;
use super::handle::Ready;
use super::receive::Intake;
use crate::clock::Instant;
use crate::intake::import::columns;
use crate::intake::old::OldRow;
use crate::lang::Lang;
use crate::ledger::words::ImportStep;
use crate::ledger::{Actor, Case, Command, DutyKind, Entry, Refusal, Situation};
use crate::store::Tx;

/// What a row tells of its handling, and what names the row.
#[derive(Clone)]
pub struct Carry {
    /// The handling.
    pub row: OldRow,
    /// SHA-256 of the file, in hexadecimal.
    pub file: Arc<str>,
    /// The row below the header, from 1.
    pub number: u64,
}

/// How far a row came.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The case.
    pub case: String,
    /// Why it is still open; `None` where it was struck off.
    pub halt: Option<Halt>,
    /// What it owes now.
    pub owed: Vec<DutyKind>,
}

/// Why a row's case stands open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The row tells no more: it was open in the old ledger too.
    Ends,
    /// A date is missing before others that are there; its column.
    NoDate(&'static str),
    /// The ledger does not let it pass.
    Refused(Refusal),
}

impl Halt {
    /// The reason in one language.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Halt::Ends => {
                lang.pick("旧台账中尚未销号", "the old ledger had not closed it").to_owned()
            }
            Halt::NoDate(column) => {
                let zh = columns().find(|(name, _)| name == column).map_or("", |(_, zh)| zh);
                lang.pick(format!("旧台账缺少「{zh}」"), format!("the row has no {column}"))
            }
            Halt::Refused(refusal) => refusal.words(lang),
        }
    }
}

impl Carried {
    /// What it owes now, in one language, each kind once.
    pub fn owed_words(&self, lang: Lang) -> String {
        let mut kinds = self.owed.clone();
        kinds.dedup();
        let names = kinds.iter().map(|kind| lang.pick(kind.names().0, kind.names().1));
        names.collect::<Vec<_>>().join(lang.pick("、", ", "))
    }
}

impl Intake<'_> {
    /// Carries a row on from the entry that took its tip in.
    pub(super) fn carry_on(
        &self,
        tx: &mut Tx<'_>,
        first: &Entry,
        carry: &Carry,
        actor: &Actor,
        now: Instant,
    ) -> Result<Carried, DeskError> {
        let mut case = Case::begin(first).ok_or(DeskError::Broken("a case without a tip"))?;
        let halt = loop {
            let command = match next(&case, first, carry) {
                Ok(Some(command)) => command,
                Ok(None) => break None,
                Err(halt) => break Some(halt),
            };
            let situation =
                Situation { case: &case, past: &[], other: None, unknown_evidence: Vec::new() };
            match Ready::decide(&situation, &command, actor, self.ground(now), now) {
                Ok(ready) => {
                    ready.keep(tx)?;
                    case.apply(&ready.stored.entry);
                }
                Err(DeskError::Refused(refusal)) => break Some(Halt::Refused(refusal)),
                Err(other) => return Err(other),
            }
        };
        let owed = case.blocking().map(|duty| duty.kind).collect();
        Ok(Carried { case: case.no, halt, owed })
    }
}

/// The next step of a case by its row; `None` once it is struck off.
fn next(case: &Case, first: &Entry, carry: &Carry) -> Result<Option<Command>, Halt> {
    let OldRow { says_received, accepted, disposed, disposition, closed } = &carry.row;
    if !says_received {
        return Err(Halt::NoDate("received_at"));
    }
    let steps = [
        (ImportStep::Accepted, "accepted_at", *accepted),
        (ImportStep::Disposed, "disposed_at", *disposed),
        (ImportStep::Closed, "closed_at", *closed),
    ];
    // Nobody else has written on the case yet: each entry after the first is one step.
    let done = usize::try_from(case.last_seq - first.seq).unwrap_or(steps.len());
    let Some((step, column, date)) = steps.get(done).copied() else { return Ok(None) };
    let Some(date) = date else {
        let is_told_of = disposition.is_some() && step != ImportStep::Closed;
        let goes_on = is_told_of || steps.iter().skip(done).any(|(.., later)| later.is_some());
        return Err(if goes_on { Halt::NoDate(column) } else { Halt::Ends });
    };
    Ok(Some(Command::Imported {
        step,
        at: date.after(case.imported_at.unwrap_or(first.stated_at)),
        file: carry.file.to_string(),
        row: carry.number,
        text: disposition.clone().filter(|_| step == ImportStep::Disposed),
    }))
}
