//! What is due by itself: periodic reports, supplements that never came, old answers.
//!
//! What is due is computed from rows and made unique by the database; the ticking scheduler only
//! asks often enough. Restarts and further instances can neither double nor lose a run.

use chrono::{Duration, NaiveTime};

use super::handle::Request;
use super::publish::{forms_of, published};
use super::subscribe::announce;
use super::{Desk, DeskError, Once};
use crate::calendar::{Kind, Period, zone};
use crate::clock::{Instant, new_id};
use crate::ledger::{Actor, Command, DutyKind};
use crate::place::Code;
use crate::store::{JobRow, ReportRow, Scope, StoreError};

/// A kind of report that is published by itself for some scopes.
#[derive(Clone, Debug)]
pub struct Series {
    /// Which kind.
    pub kind: Kind,
    /// For whom.
    pub scopes: Vec<Code>,
    /// Time of the day after the period's last.
    pub at: NaiveTime,
}

/// Most periods of one series that a start after a long downtime catches up.
const MAX_CATCH_UP: usize = 36;
/// A report that comes later than this is marked as late.
const GRACE: Duration = Duration::hours(1);
/// An instance that says nothing for so long about a report it began has gone, and another tries
/// (R12: taken over within 30 s).
const LEASE: Duration = Duration::seconds(25);
/// How often it says so.
const SIGN_OF_LIFE: std::time::Duration = std::time::Duration::from_secs(8);
/// How often a report is tried.
const MAX_ATTEMPTS: i32 = 10;
/// Reports published in one round.
const MAX_A_ROUND: usize = 100;
/// Duties that lapse in one round.
const MAX_LAPSES: i64 = 200;

impl Desk {
    /// One round: plans what has fallen due, publishes it, lets what silence answers lapse.
    pub async fn run_schedule(&self, series: &[Series]) -> Result<(), DeskError> {
        // One case that cannot be read must hold up neither the others' work nor the reports.
        told("lapses", self.lapse_silence().await);
        told("successions", self.pass_on().await);
        told("reckoning", self.reckon_anew().await);
        told("draws", self.run_draws().await);
        told("head", self.keep_head().await);
        for one in series {
            for scope in &one.scopes {
                self.plan(one, *scope).await?;
            }
        }
        for _ in 0..MAX_A_ROUND {
            if !self.publish_next().await? {
                break;
            }
        }
        let now = self.clock.now();
        let forgotten = Once::forgotten_before(now);
        let sweep = move |tx: &mut crate::store::Tx<'_>| {
            tx.redate_sessions(now)?;
            tx.sweep_answers(forgotten).map(|_| ())
        };
        self.store.write(sweep).await?;
        Ok(())
    }

    /// Plans every period of a series that has ended since the last planned one; the first are
    /// those that ended after the database was made.
    async fn plan(&self, series: &Series, scope: Code) -> Result<(), DeskError> {
        let now = self.clock.now();
        let (kind, at) = (series.kind, series.at);
        let scope = scope.to_string();
        let work = move |tx: &mut crate::store::Tx<'_>| {
            let born = tx.fact(BORN)?.and_then(|text| zone::parse_instant(&text));
            let last = tx.last_planned(kind.name(), &scope)?;
            let first = last
                .and_then(|name| Period::parse(kind, &name).ok()?.next())
                .unwrap_or_else(|| Period::holding(kind, zone::date_of(born.unwrap_or(now))));
            let ended = std::iter::successors(Some(first), Period::next);
            for period in ended.take_while(|p| due_at(p, at) <= now).take(MAX_CATCH_UP) {
                let (kind, period, due_at) =
                    (kind.name().to_owned(), period.name(), due_at(&period, at));
                tx.plan(&JobRow { kind, period, scope: scope.clone(), due_at })?;
            }
            Ok::<_, StoreError>(())
        };
        Ok(self.store.write(work).await?)
    }

    /// Publishes the oldest report that is due; `false` where none is.
    async fn publish_next(&self) -> Result<bool, DeskError> {
        let (owner, now) = (self.instance.clone(), self.clock.now());
        let claimed =
            self.store.write(move |tx| tx.claim(&owner, now, now + LEASE, MAX_ATTEMPTS)).await?;
        let Some(job) = claimed else { return Ok(false) };
        let kind: Kind = job.kind.parse().map_err(|_| DeskError::Broken("job kind"))?;
        let period =
            Period::parse(kind, &job.period).map_err(|_| DeskError::Broken("job period"))?;
        let scope = job.scope.parse().map_err(|_| DeskError::Broken("job scope"))?;
        let mut making = std::pin::pin!(self.build_report(period, scope));
        let made = loop {
            tokio::select! {
                made = &mut making => break made?,
                () = tokio::time::sleep(SIGN_OF_LIFE) => self.keep_claim(&job).await?,
            }
        };
        let at = self.clock.now();
        let late = at > job.due_at + GRACE;
        let report = ReportRow::new(new_id(), &job, made.log_size, late, at, made.json);
        let named = job.clone();
        let forms = forms_of(&report)?;
        let sealed = published(&report, &forms)?;
        let letter = self.announcement(&report).await?;
        let publish = move |tx: &mut crate::store::Tx<'_>| {
            let published = tx.publish(&job, &report)?;
            if published {
                forms.iter().try_for_each(|form| tx.keep_form(form))?;
                tx.give_notice(&sealed)?;
                announce(tx, &report, &letter, at)?;
            }
            Ok::<_, StoreError>(published)
        };
        let published = self.store.write(publish).await?;
        if published {
            let JobRow { kind, period, scope, .. } = named;
            tracing::info!(kind, period, scope, late, "report published");
        }
        Ok(true)
    }

    /// Says that a report is still being made. Where another instance has it by now both make it,
    /// and one publishes.
    async fn keep_claim(&self, job: &JobRow) -> Result<(), DeskError> {
        let (owner, job, until) = (self.instance.clone(), job.clone(), self.clock.now() + LEASE);
        self.store.write(move |tx| tx.keep_claim(&job, &owner, until)).await?;
        Ok(())
    }

    /// What silence answers ends at its date: a supplement that never came, an opinion not given, an
    /// extension not ruled on.
    async fn lapse_silence(&self) -> Result<(), DeskError> {
        let now = self.clock.now();
        let lapsing = DutyKind::ALL.into_iter().filter(|kind| kind.lapses());
        let kinds: Vec<&str> = lapsing.map(|kind| kind.name()).collect();
        let due = self.store.read(move |db| db.overdue_of(&kinds, now, MAX_LAPSES)).await?;
        for (case_no, no) in due {
            self.by_itself(case_no, Command::Lapse { duty: u32::try_from(no).ok() }).await?;
        }
        Ok(())
    }

    /// An act of the schedule. A refusal is no failure: another instance was faster, or the second
    /// is not over yet. Answers whether it was recorded.
    pub(super) async fn by_itself(
        &self,
        case_no: String,
        command: Command,
    ) -> Result<bool, DeskError> {
        let (scope, actor) = (Scope::service(), Actor::Schedule);
        let request = Request { scope, case_no, command, actor, expect: None };
        match self.act(request, None).await {
            Ok(_) => Ok(true),
            Err(DeskError::Refused(_)) => Ok(false),
            // One ledger that cannot be read holds up none of the others.
            Err(DeskError::Store(StoreError::Unreadable(what))) => {
                tracing::error!(what, "a case is passed over by the schedule; run: hotline audit");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// A step of the round that failed is tried again in the next one.
fn told(step: &'static str, done: Result<(), DeskError>) {
    if let Err(error) = done {
        tracing::warn!(step, error = %error, "a step of the scheduled round failed");
    }
}

/// The fact under which the database keeps when it was made.
pub const BORN: &str = "born";

fn due_at(period: &Period, at: NaiveTime) -> Instant {
    let day = zone::date_of(period.to());
    zone::instant_of(day.and_time(at))
}
