//! What came of it all: indicators, outcomes of decisions, listings, visits, re-checks, harm averted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figures::{Clocks, Deeds, Figures, Place};
use crate::intake::Channel;
use crate::trend::deed::{CONTENT_LEVELS, LEVELS, decimal, duty_names, measure_names};
use crate::trend::{Indicator, Mark, Ratio, Tallied};

/// An indicator as it is stored, under its code. Never without numerator and denominator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rate {
    /// Numerator.
    pub num: i64,
    /// Denominator; 0 where nothing was there to be counted.
    pub den: i64,
    /// In per cent with two places, `95.59`; absent of nothing, and of an average.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// For an average: how much for each of the denominator, `8.13`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_item: Option<String>,
}

/// How the duties of one kind kept their dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ByDuty {
    /// The kind.
    pub duty: String,
    /// As the indicator of that name.
    pub on_time: Rate,
    /// Likewise.
    pub early: Rate,
    /// Likewise.
    pub working_days_saved: Rate,
}

/// What was ordered of one kind of measure, and what was done, as exact decimals in its unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// The kind.
    pub kind: String,
    /// `m²`, `¥`, `mu`, `pieces` or `persons`.
    pub unit: String,
    /// Ordered by decisions of the period, less what was annulled in it.
    pub decided: String,
    /// Carried out, less what a verification did not confirm.
    pub executed: String,
    /// Confirmed by somebody else.
    pub verified: String,
}

/// Cases listed for supervision (挂牌督办).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listed {
    /// Cases listed in the period.
    pub listed: i64,
    /// Of those, begun by a tip of the hotline.
    pub from_hotline: Rate,
    /// Listings lifted in the period.
    pub lifted: i64,
    /// Cases by the channel of their first tip.
    pub by_channel: BTreeMap<String, i64>,
    /// Cases by situation.
    pub by_situation: BTreeMap<String, i64>,
}

/// Return visits that came to an end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visits {
    /// With the informant.
    pub reached: i64,
    /// Without.
    pub unreached: i64,
    /// By what the informant said of the outcome; those not reached are not in it.
    pub results: BTreeMap<String, i64>,
    /// By level of satisfaction, where one was given.
    pub levels: BTreeMap<String, i64>,
}

/// Re-checks by independent units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rechecks {
    /// All of them.
    pub done: i64,
    /// The outcome was right.
    pub upheld: i64,
    /// It was not.
    pub overturned: i64,
}

/// What warnings of hazards averted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Averted {
    /// People kept from harm.
    pub people: i64,
    /// Loss in yuan, an exact decimal.
    pub cny: String,
}

impl Rate {
    /// Of counts, as an indicator prints them.
    fn of(indicator: Indicator, tallied: &Tallied) -> Rate {
        let ratio = indicator.of(tallied);
        let Ratio { num, den } = ratio;
        match indicator.is_average() {
            true => Rate { num, den, percent: None, per_item: ratio.average() },
            false => Rate { num, den, percent: ratio.percent(), per_item: None },
        }
    }

    fn share(num: i64, den: i64) -> Rate {
        Rate { num, den, percent: Ratio { num, den }.percent(), per_item: None }
    }
}

impl Rate {
    /// As it is printed: `95.59%`, `8.13`; 「—」 of nothing.
    pub fn said(&self) -> String {
        let percent = self.percent.as_ref().map(|percent| format!("{percent}%"));
        percent.or_else(|| self.per_item.clone()).unwrap_or_else(|| "—".to_owned())
    }
}

impl Deeds {
    fn marked(&self, mark: Mark) -> BTreeMap<String, i64> {
        self.marks.get(mark.name()).cloned().unwrap_or_default()
    }

    fn total(&self, mark: Mark) -> i64 {
        self.marked(mark).values().sum()
    }
}

/// Every indicator by its code.
pub fn indicators(figures: &Figures, whole: &Place) -> BTreeMap<String, Rate> {
    let tallied = tallied(&figures.deeds, whole);
    let rate =
        |indicator: &Indicator| (indicator.code().to_owned(), Rate::of(*indicator, &tallied));
    Indicator::ALL.iter().map(rate).collect()
}

fn tallied(deeds: &Deeds, whole: &Place) -> Tallied {
    let visits = visits(deeds);
    let rechecks = rechecks(deeds);
    let content = LEVELS.iter().take(CONTENT_LEVELS);
    Tallied {
        judged: deeds.acceptance.den,
        accepted: deeds.acceptance.num,
        cohort: whole.cohort.accepted,
        closed_of_cohort: whole.cohort.closed,
        due: whole.on_time.den,
        in_time: whole.on_time.num,
        timed: deeds.duties.values().map(|clocks| clocks.early.den).sum(),
        early: deeds.duties.values().map(|clocks| clocks.early.num).sum(),
        saved: deeds.duties.values().map(|clocks| clocks.saved).sum(),
        dispatched: deeds.response.den,
        answered: deeds.response.num,
        visits: visits.reached + visits.unreached,
        unreached: visits.unreached,
        confirmed: visits.results.get("satisfied").copied().unwrap_or(0),
        rated: visits.levels.values().sum(),
        content: content.filter_map(|(level, ..)| visits.levels.get(*level)).sum(),
        dispatches: deeds.total(Mark::Dispatched),
        objections: deeds.total(Mark::Objected),
        closings: deeds.reopenings.den,
        reopened: deeds.reopenings.num,
        rechecks: rechecks.done,
        overturned: rechecks.overturned,
    }
}

/// The kinds of duty that came to an end, or were late, in order of a case's life.
pub fn by_duty(deeds: &Deeds) -> Vec<ByDuty> {
    let shown = duty_names().filter_map(|(code, ..)| {
        let Clocks { on_time, early, saved } = *deeds.duties.get(code)?;
        let of = Tallied {
            due: on_time.den,
            in_time: on_time.num,
            timed: early.den,
            early: early.num,
            saved,
            ..Tallied::default()
        };
        Some(ByDuty {
            duty: code.to_owned(),
            on_time: Rate::of(Indicator::OnTime, &of),
            early: Rate::of(Indicator::Early, &of),
            working_days_saved: Rate::of(Indicator::Saved, &of),
        })
    });
    shown.collect()
}

/// Every kind of measure that stands in the period, in order of kinds.
pub fn outcomes(deeds: &Deeds) -> Vec<Outcome> {
    let shown = measure_names().filter_map(|kind| {
        let stages = deeds.outcomes.get(kind.code)?;
        let stage = |name: &str| decimal(stages.get(name).copied().unwrap_or(0));
        Some(Outcome {
            kind: kind.code.to_owned(),
            unit: kind.unit.0.to_owned(),
            decided: stage("decided"),
            executed: stage("executed"),
            verified: stage("verified"),
        })
    });
    shown.collect()
}

/// The cases listed.
pub fn listed(deeds: &Deeds) -> Listed {
    let by_channel = deeds.listed.get("channel").cloned().unwrap_or_default();
    let hotline = |code: &str| Channel::find(code).is_some_and(Channel::is_hotline);
    let from = by_channel.iter().filter(|(code, _)| hotline(code)).map(|(_, cases)| cases).sum();
    let listed = by_channel.values().sum();
    Listed {
        listed,
        from_hotline: Rate::share(from, listed),
        lifted: deeds.listed.get("lifted").map_or(0, |lifted| lifted.values().sum()),
        by_situation: deeds.listed.get("situation").cloned().unwrap_or_default(),
        by_channel,
    }
}

/// The return visits.
pub fn visits(deeds: &Deeds) -> Visits {
    let mut results = deeds.marked(Mark::Visited);
    let unreached = results.remove("unreached").unwrap_or(0);
    let reached = results.values().sum();
    Visits { reached, unreached, results, levels: deeds.marked(Mark::Rated) }
}

/// The re-checks.
pub fn rechecks(deeds: &Deeds) -> Rechecks {
    let found = deeds.marked(Mark::Rechecked);
    let of = |word: &str| found.get(word).copied().unwrap_or(0);
    Rechecks { done: found.values().sum(), upheld: of("upheld"), overturned: of("overturned") }
}

/// What was averted.
pub fn averted(deeds: &Deeds) -> Averted {
    let people = deeds.total(Mark::AvertedPeople);
    Averted { people, cny: decimal(deeds.total(Mark::AvertedYuan)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(kind: Mark, words: &[(&str, i64)]) -> (String, BTreeMap<String, i64>) {
        let words = words.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect();
        (kind.name().to_owned(), words)
    }

    #[test]
    fn marks_become_indicators() {
        let deeds = Deeds {
            marks: [
                marks(Mark::Dispatched, &[("", 8)]),
                marks(Mark::Objected, &[("", 2)]),
                marks(Mark::Rechecked, &[("upheld", 3), ("overturned", 1)]),
                marks(Mark::Visited, &[("satisfied", 3), ("unreached", 1)]),
                marks(Mark::Rated, &[("dissatisfied", 1), ("basically_satisfied", 2)]),
            ]
            .into(),
            reopenings: Ratio { num: 1, den: 4 },
            ..Deeds::default()
        };
        let figures = Figures { deeds, ..Figures::default() };
        let made = indicators(&figures, &Place::default());
        let said = |code: &str| (made[code].num, made[code].den);
        assert_eq!(said("objection"), (2, 8));
        assert_eq!(said("overturned"), (1, 4));
        assert_eq!(said("resolution"), (3, 3));
        assert_eq!(said("unreached"), (1, 4));
        assert_eq!(said("satisfaction"), (2, 3));
        assert_eq!(said("reopen"), (1, 4));
        assert_eq!(made["acceptance"], Rate::default());
        let rechecks = rechecks(&figures.deeds);
        assert_eq!((rechecks.done, rechecks.upheld, rechecks.overturned), (4, 3, 1));
    }

    #[test]
    fn a_case_of_an_office_or_of_an_unknown_channel_is_not_the_hotlines() {
        let channels = [("phone", 3), ("web", 1), ("patrol", 2), ("satellite", 1), ("carrier", 1)];
        let by_channel = channels.map(|(code, n)| (code.to_owned(), n)).into();
        let deeds =
            Deeds { listed: [("channel".to_owned(), by_channel)].into(), ..Deeds::default() };
        let listed = listed(&deeds);
        assert_eq!((listed.from_hotline.num, listed.from_hotline.den), (4, 8));
        assert_eq!(listed.from_hotline.percent.as_deref(), Some("50.00"));
    }
}
