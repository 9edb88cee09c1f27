//! The stage of a rehearsal: cases as they stand in the story, and what is yet to be written down.
//!
//! Decisions are taken from memory and written in large batches, one of them on its way while the
//! next is decided. That is safe only because nobody else writes to these cases; each row is still
//! guarded by its compare-and-swap, and a batch that fails ends the rehearsal.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::vec::IntoIter;

use chrono::NaiveDate;
use tokio::task::JoinHandle;

use super::receive::{self, From, Numbers};
use super::rehearse::Rehearsed;
use super::{Desk, DeskError, handle};
use crate::calendar::zone;
use crate::clock::{Instant, below};
use crate::intake::receipt::{self, NUMBERS_A_DAY};
use crate::intake::{Category, tip};
use crate::ledger::decide::Past;
use crate::ledger::{Actor, Case, Command, DutyKind, Entry, Role, Situation, Stage as Stand};
use crate::place::Code;
use crate::store::Tx;
use crate::synth::{Arrival, Step, Story, Teller, Who};

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
        let closed = &self.closed;
        let repeats = |place, category| closed.contains_key(&(place, category));
        let Story { at, desk: unit, form, place, truth, steps } =
            self.teller.story(arrival, repeats);
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
        }
    }

    fn step(&mut self, story: u64) -> Result<(), DeskError> {
        let Some(mut live) = self.live.remove(&story) else { return Ok(()) };
        let Some(step) = live.next.take() else { return Ok(()) };
        let command = self.filled_in(step.command, &live);
        let actor = actor(step.who, &command, &live);
        let twin = self.closed.get(&live.key).filter(|_| matches!(command, Command::Link { .. }));
        let situation = Situation {
            case: &live.case,
            past: &live.past,
            other: twin,
            unknown_evidence: Vec::new(),
        };
        let ground = self.desk.law.ground(step.at);
        let ready = match handle::Ready::decide(&situation, &command, &actor, ground, step.at) {
            Ok(ready) => ready,
            Err(DeskError::Refused(refusal)) => {
                *self.made.refused.entry(refusal.code()).or_default() += 1;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.remember(&mut live, &ready.stored.entry);
        self.lines.push(Line::Act(Box::new(ready)));
        self.wait(story, live);
        Ok(())
    }

    fn filled_in(&self, command: Command, live: &Live) -> Command {
        let tip = live.tip.clone();
        match command {
            Command::Reply { means, text, .. } => Command::Reply { tip, means, text },
            Command::AttemptReply { means, text, .. } => Command::AttemptReply { tip, means, text },
            Command::Link { .. } => {
                let twin = self.closed.get(&live.key);
                Command::Link { case: twin.map(|case| case.no.clone()).unwrap_or_default() }
            }
            Command::Verify { finding, officers, at, place, text, .. } => {
                // The same piece for the same story, so that a seed gives the same ledger.
                let which = usize::try_from(live.case.last_seq).unwrap_or(0) + text.len();
                let evidence = vec![self.evidence[which % self.evidence.len()].clone()];
                Command::Verify { finding, officers, at, place, text, evidence }
            }
            other => other,
        }
    }

    fn remember(&mut self, live: &mut Live, entry: &Entry) {
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

/// Somebody of a unit: made-up people, the same ones throughout, without logins.
fn staff_of(unit: Code, role: Role, second: &str) -> Actor {
    let user = format!("rehearsal-{unit}-{}{second}", role.name());
    Actor::Staff { user, unit, roles: vec![role] }
}

fn actor(who: Who, command: &Command, live: &Live) -> Actor {
    match who {
        Who::Staff(role) => staff_of(unit(command, live), role, ""),
        Who::Second(role) => staff_of(unit(command, live), role, "-2"),
        Who::Informant => Actor::Informant { tip: live.tip.clone() },
        Who::Schedule => Actor::Schedule,
    }
}

/// The unit that owes what the act discharges; the holder where the act discharges nothing.
fn unit(command: &Command, live: &Live) -> Code {
    let kind = match command {
        Command::Accept { .. }
        | Command::Refuse { .. }
        | Command::AskSupplement { .. }
        | Command::Link { .. } => DutyKind::Judge,
        Command::Supplement { .. } => DutyKind::Supplement,
        Command::Dispatch { .. } => DutyKind::Dispatch,
        Command::Sign {} | Command::Object { .. } => DutyKind::Sign,
        Command::RuleObjection { .. } => DutyKind::RuleObjection,
        Command::Verify { .. } => DutyKind::Verify,
        Command::Dispose { .. } => DutyKind::Dispose,
        Command::Reply { .. } | Command::AttemptReply { .. } => DutyKind::Reply,
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => DutyKind::Review,
        Command::ReturnVisit { .. } => DutyKind::ReturnVisit,
        _ => return live.case.is.holder,
    };
    live.case.open(kind).map_or(live.case.is.holder, |duty| duty.owner)
}
