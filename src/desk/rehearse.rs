//! Plays a made-up year: every story in order of time, through the same decisions as real cases and
//! into the same rows, and the reports when their time comes.

use std::collections::BTreeMap;

use chrono::{Datelike, Duration, NaiveTime};

use super::beside::Beside;
pub use super::beside::Hands;
use super::schedule::{BORN, Series};
use super::stage::Stage;
use super::{Desk, DeskError};
use crate::calendar::{Kind, zone};
use crate::clock::Instant;
use crate::place::Code;
use crate::store::{StoreError, Tx};
use crate::synth::{Plan, Teller};

/// The fact by which a database says that its cases are made up, and from which plan.
pub const SYNTHETIC: &str = "synthetic";

/// The scopes for which a rehearsal publishes reports: the nation, and the province whose desk has
/// most work.
pub const SCOPES: [&str; 2] = ["000000", crate::synth::map::HOME];
/// The kinds of report that it publishes.
pub const KINDS: [Kind; 2] = [Kind::Monthly, Kind::Quarterly];

/// When reports are due on the day after their period, in minutes: the shipped default.
const PUBLISH_AT: u32 = 30;
/// How long after that the schedule comes round to it.
const ROUND: Duration = Duration::seconds(5);
/// What verifications of made-up cases show as evidence. Plain words: nobody should take it for a
/// photograph of somewhere.
const EVIDENCE: [&str; 3] = [
    "合成演示数据：现场照片（一），仅供演练，不对应任何真实地点。\n",
    "合成演示数据：现场照片（二），仅供演练，不对应任何真实地点。\n",
    "合成演示数据：现场检查笔录，仅供演练，不对应任何真实人员。\n",
];

/// What a rehearsal made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// Tips, each with its case.
    pub tips: u64,
    /// Entries of the ledger.
    pub entries: u64,
    /// Acts that the ledger refused; the story ended there.
    pub refused: BTreeMap<&'static str, u64>,
    /// Cases by state.
    pub by_state: BTreeMap<&'static str, u64>,
    /// Published reports.
    pub reports: u64,
}

/// Why a year was not played.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// Made-up cases never stand among others.
    #[error(
        "the database holds cases already; made-up cases are never mixed with others. Use an empty \
         database: set HOTLINE_DATA to a new folder, or DATABASE_URL to a new database, and run \
         hotline migrate"
    )]
    NotEmpty,
    /// The year must be over.
    #[error("the last day must be over: use yesterday or an earlier day")]
    NotOver,
    /// Somebody wrote at the same time.
    #[error(
        "other cases came in while the made-up ones were written: this database is mixed now and \
         should be thrown away"
    )]
    Mixed,
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for RehearseError {
    fn from(error: StoreError) -> RehearseError {
        RehearseError::Desk(error.into())
    }
}

impl Desk {
    /// Plays the year of a plan into a database without cases; `progress` is told of the tips done
    /// so far. What happens beside the cases needs hands with logins; without them it is left out.
    /// The desk's clock follows the story meanwhile and is set back at the end.
    pub async fn rehearse(
        &self,
        plan: Plan,
        hands: Option<Hands>,
        progress: impl Fn(u64),
    ) -> Result<Rehearsed, RehearseError> {
        let law = self.law.clone();
        let teller = Teller::new(plan, law.ground(self.clock.now()));
        if teller.end() >= self.clock.now() {
            return Err(RehearseError::NotOver);
        }
        let offset = self.clock.offset_us();
        let played = self.play(plan, hands, teller, progress).await;
        self.clock.set_offset_us(offset);
        played
    }

    async fn play(
        &self,
        plan: Plan,
        hands: Option<Hands>,
        teller: Teller<'_>,
        progress: impl Fn(u64),
    ) -> Result<Rehearsed, RehearseError> {
        let begin = zone::start_of(teller.first());
        self.claim_empty(plan, begin).await?;
        self.follow(begin);
        let evidence = self.lay_out_evidence().await?;
        let (end, arrivals) = (teller.end(), teller.arrivals());
        let mut rounds = rounds(begin, end).into_iter().peekable();
        let mut beside = Beside::of(&teller, hands);
        let mut stage = Stage::new(self, teller, evidence);
        for (done, arrival) in (1..).zip(arrivals) {
            while let Some(round) = rounds.next_if(|round| *round <= arrival.at) {
                stage.play_until(round).await?;
                self.play_beside(&mut beside, round).await?;
                self.publish(&mut stage, round).await?;
            }
            stage.play_until(arrival.at).await?;
            stage.receive(arrival)?;
            progress(done);
        }
        for round in rounds {
            stage.play_until(round).await?;
            self.play_beside(&mut beside, round).await?;
            self.publish(&mut stage, round).await?;
        }
        stage.play_until(end).await?;
        self.play_beside(&mut beside, end).await?;
        stage.write_down().await?;
        self.follow(end);
        self.catch_up_alone().await?;
        self.draw_once(beside).await?;
        let mut made = stage.made;
        let counts = |db: &mut crate::store::Reader<'_>| {
            Ok::<_, StoreError>((db.count_cases()?, db.count_reports()?))
        };
        let (cases, reports) = self.store.read(counts).await?;
        if cases != i64::from(plan.tips) {
            return Err(RehearseError::Mixed);
        }
        made.by_state.retain(|_, count| *count > 0);
        made.reports = u64::try_from(reports).unwrap_or(0);
        Ok(made)
    }

    /// Marks the database as one of made-up cases, if it holds none yet.
    async fn claim_empty(&self, plan: Plan, begin: Instant) -> Result<(), RehearseError> {
        let Plan { tips, seed, last } = plan;
        let fact = format!("tips={tips} seed={seed} until={last}");
        let law = self.law.fingerprint(self.clock.now());
        let claim = move |tx: &mut Tx<'_>| -> Result<bool, StoreError> {
            if tx.count_cases()? > 0 || tx.fact(SYNTHETIC)?.is_some() {
                return Ok(false);
            }
            tx.keep_fact(SYNTHETIC, &fact)?;
            // All that will be written follows the law of today.
            tx.keep_fact(super::reckon::LAW, &law)?;
            tx.keep_fact(BORN, &begin.to_rfc3339())?;
            Ok(true)
        };
        let claimed = self.store.write(claim).await?;
        if claimed { Ok(()) } else { Err(RehearseError::NotEmpty) }
    }

    pub(super) fn follow(&self, now: Instant) {
        self.clock.set_offset_us(self.clock.offset_to(now));
    }

    async fn lay_out_evidence(&self) -> Result<Vec<String>, DeskError> {
        let mut hashes = Vec::with_capacity(EVIDENCE.len());
        for text in EVIDENCE {
            let mut arriving = self.files.begin().await?;
            arriving.take(text.as_bytes()).await?;
            let kept = arriving.finish().await?;
            hashes.push(kept.sha256.clone());
            self.attach(kept, None).await?;
        }
        Ok(hashes)
    }

    /// What is due by itself at this time of the story is done by the ordinary schedule.
    async fn publish(&self, stage: &mut Stage<'_>, at: Instant) -> Result<(), DeskError> {
        stage.write_down().await?;
        self.follow(at);
        self.catch_up_alone().await?;
        self.run_schedule(&series()).await
    }
}

/// The reports of a rehearsal.
fn series() -> Vec<Series> {
    let scopes: Vec<Code> = SCOPES.iter().filter_map(|code| code.parse().ok()).collect();
    let one = |kind| Series { kind, scopes: scopes.clone(), at: publish_at() };
    KINDS.map(one).into()
}

fn publish_at() -> NaiveTime {
    NaiveTime::MIN + Duration::minutes(i64::from(PUBLISH_AT))
}

/// When the schedule finds something to do: after the end of each month.
fn rounds(begin: Instant, end: Instant) -> Vec<Instant> {
    let days = zone::date_of(begin).iter_days().skip(1);
    let firsts = days.filter(|day| day.day() == 1);
    firsts
        .map(|day| zone::instant_of(day.and_time(publish_at())) + ROUND)
        .take_while(|round| *round <= end)
        .collect()
}
