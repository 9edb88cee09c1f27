//! The filing test, penalty benchmarks, and who verifies an execution.

use chrono::{DateTime, Utc};

use super::super::actor::Actor;
use super::super::amount::Amount;
use super::super::benchmark::Benchmarks;
use super::super::case::Case;
use super::super::command::{Filing, Measure};
use super::super::duty::Duty;
use super::super::refusal::Refusal;
use super::super::words::MeasureKind;
use crate::calendar::{limitation, zone};

/// All five elements: actor, fact, liability, jurisdiction, and within limitation.
pub(super) fn filing(
    case: &Case,
    filing: Option<&Filing>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    // The reader has asked for it already; without one, none of it is met.
    let Some(filing) = filing else {
        return Err(Refusal::FilingTest(vec!["actor", "fact", "liability", "jurisdiction"]));
    };
    let elements = [
        ("actor", filing.actor),
        ("fact", filing.fact),
        ("liability", filing.liability),
        ("jurisdiction", filing.jurisdiction),
    ];
    let missing: Vec<&str> =
        elements.iter().filter(|(_, met)| !met).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Err(Refusal::FilingTest(missing));
    }
    let Some(ended) = filing.ended_on else { return Ok(()) };
    // A tip is a finding of the violation: limitation runs to its arrival, not to the filing.
    let found = case.duties.first().map_or(now, |duty| duty.opened_at);
    let limit = limitation(ended, filing.life_or_health, zone::date_of(found));
    if limit.passed { Err(Refusal::LimitationPassed(limit.until)) } else { Ok(()) }
}

/// A fine lies within its benchmark, or says why not.
pub(super) fn benchmarks(measures: &[Measure], known: &Benchmarks) -> Result<(), Refusal> {
    let fines = measures.iter().enumerate().filter(|(_, one)| one.kind == MeasureKind::Fine);
    for (at, fine) in fines {
        let benchmark = match &fine.benchmark {
            Some(id) => Some(known.find(id).ok_or(Refusal::NoSuchBenchmark(at))?),
            None => None,
        };
        if fine.deviation.is_some() || benchmark.is_some_and(|benchmark| benchmark.holds(fine)) {
            continue;
        }
        let range = benchmark.zip(fine.base).map(|(benchmark, base)| benchmark.range(base));
        return Err(Refusal::BenchmarkReason { at, range });
    }
    Ok(())
}

/// As much was done as was ordered; less needs the document that ends the rest.
pub(super) fn in_full(
    case: &Case,
    duty: Option<&Duty>,
    done: Option<Amount>,
) -> Result<(), Refusal> {
    let ordered = duty.and_then(|duty| duty.of).and_then(|number| case.measure(number));
    match ordered.map(|ordered| ordered.measure.amount).zip(done) {
        Some((ordered, done)) if done < ordered => Err(Refusal::ExecutedInPart { done, ordered }),
        _ => Ok(()),
    }
}

/// Not by the person who executed the measure.
pub(super) fn verifier(case: &Case, duty: Option<&Duty>, actor: &Actor) -> Result<(), Refusal> {
    let measure = duty.and_then(|duty| duty.of).and_then(|number| case.measure(number));
    let by = measure.and_then(|ordered| ordered.executed_by.as_deref());
    if by.is_some() && by == actor.user() { Err(Refusal::ExecutorVerifies) } else { Ok(()) }
}
