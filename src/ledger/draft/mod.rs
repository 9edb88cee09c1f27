//! What a decided act writes: its effects on duties, and the entry that carries them.

mod course;
mod enforce;
mod hand;
mod imported;
mod join;
mod reply;

use chrono::{DateTime, Utc};

use super::act::Act;
use super::actor::Actor;
use super::case::Case;
use super::command::{Command, Corrections};
use super::decide::{ATTEMPT_DAYS, Facts, Ground};
use super::duty::{Duty, DutyKind};
use super::entry::{By, Effect, Entry, Position, Stage};
use super::parties;
use super::state::State;
use super::words::{DisposeKind, Finding, RecheckFinding, Redo, VisitResult};
use crate::calendar::{Due, Stop, zone};
use crate::intake::{Category, Severity};
use crate::place::Code;

/// An entry in the making. Nothing in here can refuse.
pub(super) struct Draft<'a> {
    case: &'a Case,
    ground: Ground<'a>,
    now: DateTime<Utc>,
    effects: Vec<Effect>,
    is: Position,
}

/// What a duty is about besides its kind and owner.
#[derive(Default)]
struct About {
    tip: Option<String>,
    of: Option<u32>,
    from: Option<DateTime<Utc>>,
    stops: Vec<Stop>,
    extended: u32,
}

impl<'a> Draft<'a> {
    /// An entry that does nothing yet.
    pub(super) fn new(case: &'a Case, ground: Ground<'a>, now: DateTime<Utc>) -> Draft<'a> {
        Draft { case, ground, now, effects: Vec::new(), is: case.is }
    }

    /// The duty that the act was for ends, but for those acts that only work on it. Whatever was
    /// asked about that duty is answered by its end.
    pub(super) fn discharge(&mut self, duty: &Duty, command: &Command) {
        let no = duty.no;
        let days = |days: usize| days < ATTEMPT_DAYS;
        match command {
            // While life is in danger no clock stands still.
            Command::AskSupplement { .. } if self.case.is.severity == Severity::Danger => {}
            Command::AskSupplement { .. } => self.effects.push(Effect::Pause { no }),
            Command::Look { .. } => {}
            Command::AttemptReply { tip, .. } if days(self.attempts(tip)) => {}
            Command::ReturnVisit { result: VisitResult::Unreached, .. } if days(self.visits()) => {}
            Command::Lapse { .. } => self.lapse(no),
            _ => {
                self.effects.push(Effect::Discharge { no });
                self.forget_questions(no);
            }
        }
    }

    /// Days on which a reply was tried, today included.
    fn attempts(&self, tip: &str) -> usize {
        let today = zone::date_of(self.now);
        let earlier = self.case.attempts.iter().filter(|(of, day)| of == tip && *day != today);
        earlier.count() + 1
    }

    /// Days on which the return visit was tried, today included.
    fn visits(&self) -> usize {
        let today = zone::date_of(self.now);
        self.case.visits.iter().filter(|day| **day != today).count() + 1
    }

    /// What the act opens, moves and starts.
    pub(super) fn record(
        &mut self,
        command: &Command,
        duty: Option<&Duty>,
        actor: &Actor,
        other: Option<&Case>,
    ) {
        let holder = self.case.is.holder;
        match command {
            Command::Accept { category, severity } => {
                self.end_supplement();
                self.is.stage = Stage::Open;
                self.open(DutyKind::Dispatch, holder);
                self.classify(*category, *severity);
            }
            Command::Refuse { .. } => {
                self.end(Stage::Refused);
                self.start_replies();
            }
            Command::Link { .. } => {
                self.end(Stage::Linked);
                self.start_replies();
            }
            Command::Merge { .. } => self.merge(other),
            Command::Split { .. } => self.split(other),
            Command::AskSupplement { .. } => self.open(DutyKind::Supplement, holder),
            Command::Supplement { .. } => self.restart(DutyKind::Judge),
            Command::Lapse { .. } if duty.is_some_and(|d| d.kind == DutyKind::Supplement) => {
                self.restart(DutyKind::Judge);
            }
            Command::Dispatch { unit } => self.assign(*unit),
            Command::Sign {} => self.open(DutyKind::Verify, holder),
            Command::Object { .. } => {
                let unit = actor.unit().unwrap_or(holder);
                self.open(DutyKind::RuleObjection, parties::arbiter(self.case, unit, &self.ground));
            }
            Command::RuleObjection { upheld: true, unit } => self.assign(unit.unwrap_or(holder)),
            Command::RuleObjection { .. } => self.open(DutyKind::Verify, holder),
            Command::Verify { finding, .. } => match finding {
                Finding::Founded => self.open(DutyKind::Dispose, holder),
                Finding::Unfounded | Finding::Unlocatable => self.start_replies(),
                Finding::NotOurs => {
                    let arbiter = parties::arbiter(self.case, holder, &self.ground);
                    self.open(DutyKind::RuleObjection, arbiter);
                }
            },
            Command::Dispose { kind, .. } => {
                match kind {
                    DisposeKind::Filed => self.open(DutyKind::Decide, holder),
                    DisposeKind::Transferred => self.transferred(),
                    DisposeKind::Corrected | DisposeKind::Other => {}
                }
                self.start_replies();
            }
            Command::Decide { outcome, measures, .. } => self.decided(*outcome, measures),
            Command::Execute { result, .. } => self.executed(*result, duty),
            Command::VerifyExecution { confirmed, .. } => self.verified(*confirmed, duty),
            Command::HandOver { .. } => self.finish_enforcement(),
            Command::Transfer { .. } => self.transferred(),
            Command::ReceiveTransfer { accepted: true, .. } => self.finish_enforcement(),
            Command::ReceiveTransfer { .. } => self.sent_back(),
            Command::AskOpinion { units, .. } => {
                for unit in units {
                    self.open(DutyKind::Opinion, *unit);
                }
            }
            Command::AskExtension { duty: no, .. } => self.ask_extension(*no),
            Command::RuleExtension { granted: true, amount, .. } => self.extend(duty, *amount),
            Command::Pause { duty: no, .. } => self.effects.push(Effect::Pause { no: *no }),
            Command::Resume { duty: no, .. } => self.resume(*no),
            Command::Urge { .. } => self.ask_progress(),
            Command::List { .. } => {
                self.ask_progress();
                self.open(DutyKind::Lift, actor.unit().unwrap_or(holder));
            }
            // While a case is supervised or listed its holder says every week how it goes.
            Command::Progress { .. } if self.case.is_watched() => {
                self.open(DutyKind::Progress, holder);
            }
            Command::Lift { .. } => self.lapse_all(DutyKind::Progress),
            Command::TakeOver { .. } => self.take_over(actor.unit().unwrap_or(holder)),
            Command::RequestClose { .. } => self.open(DutyKind::Review, holder),
            Command::ApproveClose { .. } => {
                self.end(Stage::Closed);
                self.open(DutyKind::ReturnVisit, holder);
            }
            Command::ReturnClose { redo, .. } => match redo {
                Redo::Verify => self.open(DutyKind::Verify, holder),
                Redo::Dispose => self.open(DutyKind::Dispose, holder),
                Redo::Reply => self.open_replies(&self.reply_due()),
            },
            Command::Draw { checker, .. } => self.open(DutyKind::Recheck, *checker),
            Command::Reopen { .. }
            | Command::Recheck { finding: RecheckFinding::Overturned, .. }
            | Command::ReturnVisit { result: VisitResult::NotSatisfiedJustified, .. } => {
                self.reopen(command.act());
            }
            Command::Correct { fields, .. } => self.correct(fields),
            Command::Reckon { .. } => {
                let reckoned = self.reckoned();
                self.effects.extend(reckoned);
            }
            Command::Succeed { unit, successor } => self.succeed(*unit, *successor),
            Command::Imported { step, .. } => self.imported(*step),
            Command::Lapse { .. }
            | Command::Opine { .. }
            | Command::RuleExtension { .. }
            | Command::Progress { .. }
            | Command::Recheck { .. }
            | Command::ReturnVisit { .. }
            | Command::Reply { .. }
            | Command::AttemptReply { .. }
            | Command::Account { .. }
            | Command::Avert { .. }
            | Command::Look { .. }
            | Command::Note { .. } => {}
        }
    }

    fn open(&mut self, kind: DutyKind, owner: Code) {
        // One disposal and one decision answer whatever asked for them.
        let once = matches!(kind, DutyKind::Dispose | DutyKind::Decide);
        if once && self.case.open(kind).is_some_and(|duty| !self.ends(duty.no)) {
            return;
        }
        self.open_of(kind, owner, None);
    }

    fn open_of(&mut self, kind: DutyKind, owner: Code, of: Option<u32>) {
        // Disposal is counted from acceptance, everything else from its own beginning.
        // Done again it counts from then: nobody could have begun before.
        let again = self.case.duties.iter().any(|duty| duty.kind == DutyKind::Dispose);
        let from = match kind {
            DutyKind::Dispose if !again => self.case.accepted_at,
            _ => None,
        };
        let due = self.begun(kind, from.unwrap_or(self.now));
        self.push(kind, owner, About { of, from, ..About::default() }, due);
    }

    fn push(&mut self, kind: DutyKind, owner: Code, about: About, due: Due) {
        let opened = self.effects.iter().filter(|e| matches!(e, Effect::Open { .. })).count();
        let no = u32::try_from(self.case.duties.len() + opened + 1).unwrap_or(u32::MAX);
        let About { tip, of, from, stops, extended } = about;
        let Due { at: due, rule } = due;
        let duty = kind;
        self.effects.push(Effect::Open {
            no,
            duty,
            owner,
            tip,
            of,
            from,
            stops,
            extended,
            due,
            rule,
        });
    }

    fn lapse(&mut self, no: u32) {
        self.effects.push(Effect::Lapse { no });
        self.forget_questions(no);
    }

    fn lapse_all(&mut self, kind: DutyKind) {
        let open = self.case.all_open(kind).filter(|duty| !self.ends(duty.no));
        let open: Vec<u32> = open.map(|duty| duty.no).collect();
        open.into_iter().for_each(|no| self.lapse(no));
    }

    /// An extension that was asked of a duty that has ended is asked no more.
    fn forget_questions(&mut self, no: u32) {
        let asked = self.case.all_open(DutyKind::RuleExtension).filter(|duty| duty.of == Some(no));
        let ended: Vec<Effect> = asked
            .filter(|duty| !self.ends(duty.no))
            .map(|duty| Effect::Lapse { no: duty.no })
            .collect();
        self.effects.extend(ended);
    }

    /// Whether the entry as it stands ends a duty.
    fn ends(&self, no: u32) -> bool {
        self.effects.iter().any(|effect| {
            matches!(effect, Effect::Discharge { no: ended } | Effect::Lapse { no: ended } if *ended == no)
        })
    }

    /// An end of the case: what silence answers is not asked any more.
    fn end(&mut self, stage: Stage) {
        self.is.stage = stage;
        self.end_supplement();
        DutyKind::SILENT.into_iter().for_each(|kind| self.lapse_all(kind));
    }

    fn end_supplement(&mut self) {
        if let Some(duty) = self.case.open(DutyKind::Supplement) {
            self.effects.push(Effect::Lapse { no: duty.no });
        }
    }

    /// Progress is asked for; where it is awaited already, the running clock stays.
    fn ask_progress(&mut self) {
        if self.case.open(DutyKind::Progress).is_none() {
            self.open(DutyKind::Progress, self.is.holder);
        }
    }

    fn reopen(&mut self, act: Act) {
        // A visit asked for before the reopening would ask about something undone; the visit that
        // itself reopened the case is discharged already.
        if act != Act::ReturnVisit {
            self.lapse_all(DutyKind::ReturnVisit);
        }
        if act != Act::Recheck {
            self.lapse_all(DutyKind::Recheck);
        }
        // A re-check may come while the case is open again: it then only adds its finding.
        if self.case.is_live() {
            return;
        }
        self.is.stage = Stage::Open;
        self.open(DutyKind::Verify, self.is.holder);
        // A reply that is still owed waits for the new outcome.
        for no in self.open_reply_numbers() {
            self.unclock(no);
        }
        self.open_replies(&Due::not_begun());
    }

    fn correct(&mut self, fields: &Corrections) {
        self.is.place = fields.division.unwrap_or(self.is.place);
        if fields.lift_recusal {
            let lifted = self.case.recused.iter().map(|r| Effect::Lift { unit: r.unit });
            self.effects.extend(lifted);
        }
        if let Some(accused) = fields.accused_unit {
            self.recuse(accused);
        }
        self.classify(fields.category, fields.severity);
    }

    /// Another category, another severity; a category brings the severity with it that it has by
    /// nature, unless another is given.
    fn classify(&mut self, category: Option<Category>, severity: Option<Severity>) {
        let by_nature = category
            .filter(|category| *category != self.case.is.category)
            .map(|category| Severity::of(category).min(self.is.severity));
        self.is.category = category.unwrap_or(self.is.category);
        self.press(severity.or(by_nature).unwrap_or(self.is.severity));
    }

    /// The entry, with the label that the case bears from here on, and its counterpart.
    pub(super) fn facts(
        self,
        command: &Command,
        duty: Option<&Duty>,
        actor: &Actor,
        other: Option<&Case>,
    ) -> Facts {
        let (case, ground, now) = (self.case, self.ground, self.now);
        let stated = command.stated_at().unwrap_or(now);
        let mut fields = serde_json::to_value(command).unwrap_or_default();
        if let (Some(duty), Some(Act::Execute | Act::VerifyExecution)) = (duty, Some(command.act()))
        {
            fields["duty"] = duty.no.into();
        }
        // Several informants may share a case: whose appeal it is stands in the entry.
        if let (Command::Reopen { .. }, Actor::Informant { tip }) = (command, actor) {
            fields["tip"] = tip.as_str().into();
        }
        let entry = self.entry(command.act(), fields, actor, stated);
        let other = other.and_then(|other| match command {
            Command::Merge { .. } => Some(join::absorb(case, other, ground, actor, now)),
            Command::Split { .. } => Some(join::split_off(case, other, ground, actor, now)),
            _ => None,
        });
        Facts { entry, other }
    }

    fn entry(
        self,
        act: Act,
        fields: serde_json::Value,
        actor: &Actor,
        stated_at: DateTime<Utc>,
    ) -> Entry {
        let mut entry = Entry {
            v: 1,
            case: self.case.no.clone(),
            seq: self.case.last_seq + 1,
            act,
            by: By::of(actor),
            recorded_at: self.now,
            stated_at,
            fields,
            tip: None,
            effects: self.effects,
            was: Some(self.case.is),
            is: self.is,
            state: State::Pending,
        };
        let mut after = self.case.clone();
        after.apply(&entry);
        entry.state = State::of(&after);
        entry
    }
}
