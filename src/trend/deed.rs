//! What an entry adds to the figures besides the balance and the clocks of its duties.

use serde::Deserialize;

use crate::ledger::command::Measure;
use crate::ledger::words::{
    Choice, Execution, ListedFor, MeasureKind, RecheckFinding, Satisfaction, VisitResult,
};
use crate::ledger::{Act, Amount, DutyKind, Effect, Entry};

/// Something that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// One of a kind, under a word that tells it apart; most count 1.
    Marked {
        /// Which kind.
        mark: Mark,
        /// The word, as the contract has it; empty where there is nothing to tell apart.
        word: &'static str,
        /// How many, or how much in hundredths.
        n: i64,
    },
    /// The case is listed for supervision, for this situation.
    Listed(&'a str),
    /// The listing is lifted.
    Lifted,
    /// Measures are ordered, numbered on from those ordered before.
    Ordered(Vec<Measure>),
    /// The measure of this duty was carried out to this amount.
    Executed(u32, Amount),
    /// The execution of the measure of this duty was confirmed.
    Confirmed(u32),
    /// It was not: it is to be carried out again.
    Unconfirmed(u32),
    /// The measure of this duty is ordered no more.
    Annulled(u32),
}

/// Kinds of what is simply counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A unit is asked to sign.
    Dispatched,
    /// It says that the case is not its own.
    Objected,
    /// A return visit came to an end, with this result.
    Visited,
    /// The informant gave this level of satisfaction.
    Rated,
    /// A re-check came to this finding.
    Rechecked,
    /// People whom a warning kept from harm.
    AvertedPeople,
    /// Loss that a warning averted, in hundredths of a yuan.
    AvertedYuan,
}

impl Mark {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Dispatched => "dispatched",
            Mark::Objected => "objected",
            Mark::Visited => "visited",
            Mark::Rated => "rated",
            Mark::Rechecked => "rechecked",
            Mark::AvertedPeople => "averted_people",
            Mark::AvertedYuan => "averted_yuan",
        }
    }
}

/// What is counted of an entry, in order.
pub fn deeds(entry: &Entry) -> Vec<Deed<'_>> {
    let mut deeds = Vec::new();
    let signs = |effect: &&Effect| matches!(effect, Effect::Open { duty: DutyKind::Sign, .. });
    // Also when a ruling hands the case on; a case that stands alone again was dispatched before.
    if entry.act != Act::SplitOff {
        deeds.extend(entry.effects.iter().filter(signs).map(|_| mark(Mark::Dispatched, "", 1)));
    }
    let fields = &entry.fields;
    let word = |name: &str| fields[name].as_str().unwrap_or_default();
    match entry.act {
        Act::Object => deeds.push(mark(Mark::Objected, "", 1)),
        Act::Verify if word("finding") == "not_ours" => deeds.push(mark(Mark::Objected, "", 1)),
        Act::ReturnVisit => visit(&mut deeds, entry),
        Act::Recheck => {
            let found = RecheckFinding::read(word("finding"));
            deeds.extend(found.map(|found| mark(Mark::Rechecked, found.name(), 1)));
        }
        Act::Avert => averted(&mut deeds, entry),
        Act::List => deeds.push(Deed::Listed(word("situation"))),
        Act::Lift => deeds.push(Deed::Lifted),
        Act::Decide => deeds.push(Deed::Ordered(measures(entry))),
        Act::Execute => executed(&mut deeds, entry),
        Act::VerifyExecution => {
            let confirmed = fields["confirmed"] == true;
            let of = if confirmed { Deed::Confirmed } else { Deed::Unconfirmed };
            deeds.extend(number(entry).map(of));
        }
        _ => {}
    }
    deeds
}

fn mark(mark: Mark, word: &'static str, n: i64) -> Deed<'static> {
    Deed::Marked { mark, word, n }
}

/// A visit that is tried again on another day has not ended.
fn visit(deeds: &mut Vec<Deed<'_>>, entry: &Entry) {
    let ended = entry.effects.iter().any(|effect| matches!(effect, Effect::Discharge { .. }));
    let word = |name: &str| entry.fields[name].as_str().unwrap_or_default();
    if !ended {
        return;
    }
    let result = VisitResult::read(word("result"));
    deeds.extend(result.map(|result| mark(Mark::Visited, result.name(), 1)));
    let level = Satisfaction::read(word("satisfaction"));
    deeds.extend(level.map(|level| mark(Mark::Rated, level.name(), 1)));
}

fn averted(deeds: &mut Vec<Deed<'_>>, entry: &Entry) {
    let people = entry.fields["people"].as_i64();
    deeds.extend(people.map(|people| mark(Mark::AvertedPeople, "", people)));
    let amount = amount(entry).map(Amount::as_hundredths);
    deeds.extend(amount.map(|hundredths| mark(Mark::AvertedYuan, "", hundredths)));
}

fn measures(entry: &Entry) -> Vec<Measure> {
    let listed = entry.fields["measures"].as_array().into_iter().flatten();
    listed.filter_map(|value| Measure::deserialize(value).ok()).collect()
}

fn executed(deeds: &mut Vec<Deed<'_>>, entry: &Entry) {
    let Some(duty) = number(entry) else { return };
    let result = entry.fields["result"].as_str().unwrap_or_default();
    match Execution::read(result) {
        Ok(Execution::Executed) => {
            deeds.extend(amount(entry).map(|amount| Deed::Executed(duty, amount)));
        }
        // With the decision goes what it ordered and is not done yet: this measure and all whose
        // duties end with it.
        Ok(Execution::Annulled) => {
            let ended = entry.effects.iter().filter_map(|effect| match effect {
                Effect::Discharge { no } | Effect::Lapse { no } => Some(Deed::Annulled(*no)),
                _ => None,
            });
            deeds.extend(ended);
        }
        Ok(Execution::Court | Execution::Terminated) | Err(_) => {}
    }
}

fn number(entry: &Entry) -> Option<u32> {
    entry.fields["duty"].as_u64().and_then(|no| u32::try_from(no).ok())
}

fn amount(entry: &Entry) -> Option<Amount> {
    Amount::read(entry.fields["amount"].as_str()?).ok()
}

/// A kind of measure as reports show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasureName {
    /// The code in the contract.
    pub code: &'static str,
    /// Chinese and English.
    pub names: (&'static str, &'static str),
    /// What it is counted in: the code in the contract, Chinese, English.
    pub unit: Choice,
}

/// Every kind of measure, in order.
pub fn measure_names() -> impl Iterator<Item = MeasureName> {
    MeasureKind::CHOICES.iter().filter_map(|(code, zh, en)| {
        // The names of the acts say the unit in brackets; reports have a column for it.
        let bare = |name: &'static str| name.split(['（', '(']).next().unwrap_or(name).trim_end();
        let unit = unit_of(MeasureKind::read(code).ok()?);
        Some(MeasureName { code, names: (bare(zh), bare(en)), unit })
    })
}

fn unit_of(kind: MeasureKind) -> Choice {
    match kind {
        MeasureKind::Demolish | MeasureKind::ConfiscateBuilding => ("m²", "平方米", "m²"),
        MeasureKind::ConfiscateGains | MeasureKind::Fine => ("¥", "元", "¥"),
        MeasureKind::Restore => ("mu", "亩", "mu"),
        MeasureKind::Revoke => ("pieces", "件", "pieces"),
        MeasureKind::Discipline => ("persons", "人", "persons"),
    }
}

/// The kinds of duty in order of a case's life.
pub fn duty_names() -> impl Iterator<Item = Choice> {
    DutyKind::ALL.iter().map(|kind| (kind.name(), kind.names().0, kind.names().1))
}

/// Levels of satisfaction, the best first.
pub const LEVELS: &[Choice] = Satisfaction::CHOICES;
/// What a level must be at least to count as satisfied: as many of the first levels.
pub const CONTENT_LEVELS: usize = 3;
/// Results of return visits.
pub const RESULTS: &[Choice] = VisitResult::CHOICES;
/// Situations in which a case is listed.
pub const SITUATIONS: &[Choice] = ListedFor::CHOICES;
/// Findings of re-checks.
pub const FINDINGS: &[Choice] = RecheckFinding::CHOICES;

/// Hundredths as an exact decimal, `-1234.50`.
pub fn decimal(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_have_their_units_apart() {
        let names: Vec<_> = measure_names().map(|kind| (kind.names, kind.unit.0)).collect();
        assert_eq!(names[0], (("拆除", "demolish"), "m²"));
        assert_eq!(names[4], (("复垦、恢复", "restore"), "mu"));
        assert_eq!(names.len(), MeasureKind::CHOICES.len());
    }

    #[test]
    fn satisfied_begins_at_basically() {
        let content: Vec<_> = LEVELS[..CONTENT_LEVELS].iter().map(|level| level.0).collect();
        assert_eq!(content, ["very_satisfied", "satisfied", "basically_satisfied"]);
    }

    #[test]
    fn decimals_are_exact() {
        for (hundredths, said) in
            [(0, "0.00"), (5, "0.05"), (-150, "-1.50"), (21_000_000, "210000.00")]
        {
            assert_eq!(decimal(hundredths), said);
        }
    }
}
