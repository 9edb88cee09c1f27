//! The stage of a rehearsal: cases as they stand in the story, and what is yet to be written down.
//!
//! Decisions are taken from memory and written in large batches, one of them on its way while the
//! next is decided. That is safe only because nobody else writes to these cases; each row is still
//! guarded by its compare-and-swap, and a batch that fails ends the rehearsal.

mod cast;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::vec::IntoIter;

use chrono::NaiveDate;
use tokio::task::JoinHandle;

use self::cast::{actor, staff_of, with_replies};
use super::receive::{self, From, Numbers};
use super::rehearse::Rehearsed;
use super::{Desk, DeskError, handle};
use crate::calendar::zone;
use crate::clock::{Instant, below};
use crate::intake::receipt::{self, NUMBERS_A_DAY};
use crate::intake::{Category, tip};
use crate::ledger::decide::Past;
use crate::ledger::{Case, Command, DutyKind, Entry, Role, Situation, Stage as Stand};
use crate::place::Code;
use crate::store::Tx;
use crate::synth::{Alike, Arrival, Step, Story, Teller, Who};

/// Tips and acts written in one commit: its fsync and its queueing weigh nothing by then, and what
/// it holds in memory is a few megabytes.
const BATCH: usize = 1_500;

/// What is written down.
enum Line {
    Tip(Box<receive::Ready>),
    Act(Box<handle::Ready>),
}

impl Line {
    fn keep(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        match self {
            Line::Tip(ready) => ready.keep(tx),
            Line::Act(ready) => ready.keep(tx),
        }
    }
}

/// A case whose story goes on.
struct Live {
    case: Case,
    past: Vec<Past>,
    tip: String,
    key: (Code, Category),
    steps: IntoIter<Step>,
    next: Option<Step>,
}

/// The story so far.
pub(super) struct Stage<'a> {
    desk: &'a Desk,
    teller: Teller<'a>,
    evidence: Vec<String>,
    live: HashMap<u64, Live>,
    /// The next step of each live story, soonest first; of the same second, older stories first.
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    /// The last case closed of a place and category, to which a repeated tip is linked.
    closed: HashMap<(Code, Category), Case>,
    /// The last story of a place and category whose case is being handled and has nothing to tell
    /// yet: a repeated tip goes into it.
    open: HashMap<(Code, Category), u64>,
    /// Receipt numbers given out on a day: the database was empty, so memory knows them all.
    taken: (Option<NaiveDate>, HashSet<u64>),
    lines: Vec<Line>,
    writing: Option<JoinHandle<Result<(), DeskError>>>,
    /// What was made so far.
    pub made: Rehearsed,
}

impl<'a> Stage<'a> {
    pub fn new(desk: &'a Desk, teller: Teller<'a>, evidence: Vec<String>) -> Stage<'a> {
        Stage {
            desk,
            teller,
            evidence,
            live: HashMap::new(),
            due: BinaryHeap::new(),
            closed: HashMap::new(),
            open: HashMap::new(),
            taken: (None, HashSet::new()),
            lines: Vec::with_capacity(BATCH),
            writing: None,
            made: Rehearsed::default(),
        }
    }

    /// Plays every step up to an instant.
    pub async fn play_until(&mut self, until: Instant) -> Result<(), DeskError> {
        while let Some(Reverse((at, story))) = self.due.peek().copied() {
            if at > until {
                break;
            }
            self.due.pop();
            self.step(story)?;
            self.hand_over_if_full().await?;
        }
        self.hand_over_if_full().await
    }

    /// A tip comes in, by the way of every tip.
    pub fn receive(&mut self, arrival: Arrival) -> Result<(), DeskError> {
        let (closed, open) = (&self.closed, &self.open);
        let alike = |place, category| {
            let key = &(place, category);
            Alike { closed: closed.contains_key(key), open: open.contains_key(key) }
        };
        let Story { at, desk: unit, form, place, truth, steps } = self.teller.story(arrival, alike);
        let staff = unit.is_some();
        let ground = tip::Ground { divisions: &self.desk.law.divisions, now: at, staff };
        let tip = tip::check(form, &ground)?;
        let from = match unit {
            Some(unit) => From::Staff(staff_of(unit, Role::Operator, "")),
            None => From::Public { source: String::new() },
        };
        let numbers = Numbers { tip: self.free_number(at), case: self.desk.next_case_no(at) };
        let ready = self.desk.intake().prepare(&tip, &from, numbers, at)?;
        let entry = &ready.stored.entry;
        let case = Case::begin(entry).ok_or(DeskError::Broken("a tip without a case"))?;
        let number = case.tips.first().map(|tip| tip.number.clone()).unwrap_or_default();
        let past = vec![handle::past_of(entry)];
        *self.made.by_state.entry(entry.state.code()).or_default() += 1;
        self.made.tips += 1;
        self.made.entries += 1;
        self.lines.push(Line::Tip(Box::new(ready)));
        let (key, story) = ((place, truth), self.made.tips);
        let steps = steps.into_iter();
        let live = Live { case, past, tip: number, key, steps, next: None };
        self.wait(story, live);
        Ok(())
    }

    fn free_number(&mut self, at: Instant) -> String {
        let day = zone::date_of(at);
        if self.taken.0 != Some(day) {
            self.taken = (Some(day), HashSet::new());
        }
        loop {
            let draw = below(NUMBERS_A_DAY);
            if self.taken.1.insert(draw) {
                return receipt::number(day, draw);
            }
        }
    }

    /// A story waits for its next step, or has come to its end.
    fn wait(&mut self, story: u64, mut live: Live) {
        live.next = live.steps.next();
        if let Some(step) = &live.next {
            self.due.push(Reverse((step.at, story)));
            self.live.insert(story, live);
        } else if self.open.get(&live.key) == Some(&story) {
            self.open.remove(&live.key);
        }
    }

    fn step(&mut self, story: u64) -> Result<(), DeskError> {
        let Some(mut live) = self.live.remove(&story) else { return Ok(()) };
        let Some(Step { at, who, about, command }) = live.next.take() else { return Ok(()) };
        if matches!(command, Command::Merge { .. }) && self.twin(&live).is_none() {
            // The other case was told of meanwhile: this one is left lying.
            return Ok(());
        }
        for (who, command) in with_replies(who, command, &live) {
            let command = self.filled_in(command, about, &live);
            if !self.act(story, &mut live, who, &command, at)? {
                return Ok(());
            }
        }
        self.wait(story, live);
        Ok(())
    }

    /// Does an act; `false` where the ledger refuses it.
    fn act(
        &mut self,
        story: u64,
        live: &mut Live,
        who: Who,
        command: &Command,
        at: Instant,
    ) -> Result<bool, DeskError> {
        let ground = self.desk.law.ground(at);
        let actor = actor(who, command, live, &ground);
        let other = match command {
            Command::Link { .. } => self.closed.get(&live.key),
            Command::Merge { .. } => self.twin(live).map(|(_, twin)| &twin.case),
            _ => None,
        };
        let unknown_evidence = Vec::new();
        let situation = Situation { case: &live.case, past: &live.past, other, unknown_evidence };
        let ready = match handle::Ready::decide(&situation, command, &actor, ground, at) {
            Ok(ready) => ready,
            Err(DeskError::Refused(refusal)) => {
                *self.made.refused.entry(refusal.code()).or_default() += 1;
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        if let Some(entry) = ready.counterpart()
            && let Some(twin) = self.twin(live).map(|(story, _)| story)
            && let Some(mut twin_live) = self.live.remove(&twin)
        {
            self.remember(twin, &mut twin_live, entry);
            self.live.insert(twin, twin_live);
        }
        self.remember(story, live, &ready.stored.entry);
        self.lines.push(Line::Act(Box::new(ready)));
        Ok(true)
    }

    /// The case into which another of its place and category may go: one from which nobody is kept
    /// away, as nobody is from that other.
    fn twin(&self, live: &Live) -> Option<(u64, &Live)> {
        let story = *self.open.get(&live.key)?;
        let twin = self.live.get(&story)?;
        let fit = live.case.recused.is_empty() && twin.case.recused.is_empty();
        fit.then_some((story, twin))
    }

    fn filled_in(&self, command: Command, about: Option<DutyKind>, live: &Live) -> Command {
        let open = |kind| live.case.open(kind).map(|duty| duty.no);
        let asked = about.and_then(open);
        match command {
            Command::Link { .. } => {
                let twin = self.closed.get(&live.key);
                Command::Link { case: twin.map(|case| case.no.clone()).unwrap_or_default() }
            }
            Command::Merge { text, .. } => {
                let case = self.twin(live).map(|(_, twin)| twin.case.no.clone());
                Command::Merge { case: case.unwrap_or_default(), text }
            }
            Command::Verify { finding, officers, at, place, text, .. } => {
                let evidence = self.evidence(live, &text);
                Command::Verify { finding, officers, at, place, text, evidence }
            }
            Command::Execute { result, amount, document, at, text, .. } => {
                let (duty, evidence) = (open(DutyKind::Execute), self.evidence(live, &text));
                Command::Execute { duty, result, amount, document, at, text, evidence }
            }
            Command::VerifyExecution { confirmed, officers, at, text, .. } => {
                let duty = open(DutyKind::VerifyExecution);
                let evidence = self.evidence(live, &text);
                Command::VerifyExecution { duty, confirmed, officers, at, text, evidence }
            }
            Command::Avert { people, amount, text, .. } => {
                let evidence = self.evidence(live, &text);
                Command::Avert { people, amount, text, evidence }
            }
            Command::AskExtension { amount, reason, .. } => {
                Command::AskExtension { duty: asked.unwrap_or_default(), amount, reason }
            }
            Command::Pause { cause, text, .. } => {
                Command::Pause { duty: asked.unwrap_or_default(), cause, text }
            }
            Command::Resume { text, .. } => {
                Command::Resume { duty: asked.unwrap_or_default(), text }
            }
            Command::Lapse { .. } => Command::Lapse { duty: asked },
            other => other,
        }
    }

    /// The same piece for the same story, so that a seed gives the same ledger.
    fn evidence(&self, live: &Live, text: &str) -> Vec<String> {
        let which = usize::try_from(live.case.last_seq).unwrap_or(0) + text.len();
        vec![self.evidence[which % self.evidence.len()].clone()]
    }

    fn remember(&mut self, story: u64, live: &mut Live, entry: &Entry) {
        let before = crate::ledger::State::of(&live.case).code();
        *self.made.by_state.entry(before).or_default() -= 1;
        *self.made.by_state.entry(entry.state.code()).or_default() += 1;
        self.made.entries += 1;
        live.case.apply(entry);
        live.past.push(handle::past_of(entry));
        match entry.is.stage {
            Stand::Closed => {
                self.closed.insert(live.key, live.case.clone());
            }
            _ if self.closed.get(&live.key).is_some_and(|twin| twin.no == live.case.no) => {
                self.closed.remove(&live.key);
            }
            _ => {}
        }
        let disposed =
            !DutyKind::TO_DISPOSAL.into_iter().any(|kind| live.case.open(kind).is_some());
        if entry.is.stage == Stand::Open && !disposed {
            self.open.insert(live.key, story);
        } else if self.open.get(&live.key) == Some(&story) {
            self.open.remove(&live.key);
        }
    }

    async fn hand_over_if_full(&mut self) -> Result<(), DeskError> {
        if self.lines.len() < BATCH { Ok(()) } else { self.hand_over().await }
    }

    /// Hands what waits to the writer, once the batch before it is in.
    async fn hand_over(&mut self) -> Result<(), DeskError> {
        self.written().await?;
        let lines = std::mem::replace(&mut self.lines, Vec::with_capacity(BATCH));
        let store = self.desk.store.clone();
        let keep = move |tx: &mut Tx<'_>| lines.iter().try_for_each(|line| line.keep(tx));
        self.writing = Some(tokio::spawn(async move { store.write(keep).await }));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), DeskError> {
        match self.writing.take() {
            Some(writing) => writing.await.map_err(|_| DeskError::Broken("the writer"))?,
            None => Ok(()),
        }
    }

    /// Everything is in the database when this returns.
    pub async fn write_down(&mut self) -> Result<(), DeskError> {
        self.hand_over().await?;
        self.written().await
    }
}
