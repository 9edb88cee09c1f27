//! Units beside and behind the tree of divisions: supervising bodies, whose scope is a set of
//! divisions across provinces, and units that took the place of others (mergers of counties).
//!
//! Both hold from a day on, so the [`Register`] of them all answers as they stand on a day
//! ([`Units`]). Everything here is pure; which day it is, the caller says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::code::{Code, Level};
use super::divisions::Divisions;
use super::recusal;

/// Most bodies and successions that a register takes, each: a walk along all of them stays short.
const MAX_ENTRIES: usize = 1_000;
/// Most divisions of one body: so many ranges may stand in one query.
pub const MAX_DIVISIONS: usize = 100;

/// A supervising body (督察机构): a unit that is the bureau of no division.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Its code, 000001 to 009999.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// What it supervises.
    pub divisions: Vec<Code>,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it is no more; a succession of that day says who goes on.
    pub until: Option<NaiveDate>,
    /// Where this is written.
    pub source: String,
}

/// One unit takes the place of another: what is open goes on there, what was stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// The unit that ends.
    pub from: Code,
    /// The unit that goes on.
    pub to: Code,
    /// From which day.
    pub on: NaiveDate,
    /// The name of the unit that goes on, where the table of divisions does not have it yet.
    pub name: Option<String>,
    /// Where this is written.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    #[serde(default)]
    body: Vec<Body>,
    #[serde(default)]
    succession: Vec<Succession>,
}

/// Every body and succession, past and to come.
#[derive(Clone, Debug, Default)]
pub struct Register {
    version: String,
    bodies: Vec<Body>,
    successions: Vec<Succession>,
    /// How units stand before the first day on which anything changes, and from each such day on.
    before: Units,
    from: Vec<(NaiveDate, Units)>,
}

/// Bodies and successions as they stand on a day.
#[derive(Clone, Debug, Default)]
pub struct Units {
    bodies: BTreeMap<Code, Vec<Code>>,
    heirs: BTreeMap<Code, Code>,
}

impl Register {
    /// Reads `config/units.toml`, and adds to the table of divisions what it names that is new.
    /// Errors say which entry is wrong and why.
    pub fn parse(text: &str, divisions: &mut Divisions) -> Result<Register, String> {
        let written: Written = toml::from_str(text).map_err(|e| format!("units: {e}"))?;
        let Written { version, body: bodies, succession: successions } = written;
        if bodies.len().max(successions.len()) > MAX_ENTRIES {
            return Err(format!("units: more than {MAX_ENTRIES} bodies or successions"));
        }
        for one in &successions {
            make_known(one, divisions)
                .map_err(|why| format!("units: {} → {}: {why}", one.from, one.to))?;
        }
        for body in &bodies {
            body.check(divisions).map_err(|why| format!("units: {}: {why}", body.code))?;
            divisions.add(body.code, body.name.clone().leak());
        }
        let days = bodies.iter().flat_map(|body| [Some(body.from), body.until]).flatten();
        let days: BTreeSet<NaiveDate> = days.chain(successions.iter().map(|one| one.on)).collect();
        let as_of = |day| Units::of(&bodies, &successions, day);
        let from = days.iter().map(|day| (*day, as_of(Some(*day)))).collect();
        let register = Register { version, before: as_of(None), from, bodies, successions };
        register.check(divisions).map_err(|why| format!("units: {why}"))?;
        Ok(register)
    }

    fn check(&self, divisions: &Divisions) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for one in &self.successions {
            for unit in [one.from, one.to] {
                if !divisions.has_unit(unit) {
                    return Err(format!("{unit}: no such unit; a new division needs its name"));
                }
            }
            if !seen.insert(one.from) {
                return Err(format!("{}: has two successors", one.from));
            }
        }
        let last = self.from.last().map_or(&self.before, |(_, units)| units);
        if let Some(one) = self.successions.iter().find(|one| last.goes_in_a_circle(one.from)) {
            return Err(format!("{} → {}: the successions go in a circle", one.from, one.to));
        }
        let mut seen = BTreeSet::new();
        for body in &self.bodies {
            if !seen.insert(body.code) {
                return Err(format!("{}: stands twice", body.code));
            }
            // What it holds on its last day must not be left to nobody.
            let goes_on = |one: &Succession| one.from == body.code && Some(one.on) == body.until;
            if body.until.is_some() && !self.successions.iter().any(goes_on) {
                return Err(format!("{}: ends without a succession of that day", body.code));
            }
        }
        Ok(())
    }

    /// Its version, as the file says.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How units stand on a day.
    pub fn on(&self, day: NaiveDate) -> &Units {
        let later = self.from.partition_point(|(from, _)| *from <= day);
        later.checked_sub(1).and_then(|at| self.from.get(at)).map_or(&self.before, |(_, u)| u)
    }

    /// A supervising body, whether it is in force or not.
    pub fn body(&self, code: Code) -> Option<&Body> {
        self.bodies.iter().find(|body| body.code == code)
    }

    /// Who goes on for a unit by that day, at the end of the chain; `None` where it goes on itself.
    pub fn successor(&self, unit: Code, on: NaiveDate) -> Option<Code> {
        self.on(on).successor(unit)
    }

    /// The name of a unit as the file has it; divisions have theirs in their own table.
    pub fn name(&self, unit: Code) -> Option<(&str, &str)> {
        self.body(unit).map(|body| (body.name.as_str(), body.name_en.as_str()))
    }
}

fn make_known(one: &Succession, divisions: &mut Divisions) -> Result<(), String> {
    if one.source.trim().is_empty() {
        return Err("has no source".to_owned());
    }
    let Some(name) = one.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    match one.to.parent() {
        _ if one.to.is_body() => Err("a body has its name in its own entry".to_owned()),
        Some(above) if !divisions.has(above) => Err(format!("there is no {above} above it")),
        _ => {
            // The text lives as long as the table, which is as long as the program.
            divisions.add(one.to, name.to_owned().leak());
            match divisions.name(one.to) {
                known if known == name => Ok(()),
                known => Err(format!("{} is called {known}", one.to)),
            }
        }
    }
}

impl Body {
    fn check(&self, divisions: &Divisions) -> Result<(), String> {
        let of_no_place = |code: &&Code| !divisions.has(**code) || code.level() == Level::Nation;
        if !self.code.is_body() {
            return Err("a body has a code from 000001 to 009999".to_owned());
        }
        if self.name.trim().is_empty() || self.name_en.trim().is_empty() {
            return Err("needs a name in both languages".to_owned());
        }
        if self.source.trim().is_empty() {
            return Err("has no source".to_owned());
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err("ends before it begins".to_owned());
        }
        match (&self.divisions[..], self.divisions.iter().find(of_no_place)) {
            ([], _) => Err("has no divisions".to_owned()),
            (all, _) if all.len() > MAX_DIVISIONS => {
                Err(format!("has more than {MAX_DIVISIONS} divisions"))
            }
            (_, Some(code)) => Err(format!("there is no division {code}")),
            _ => self.check_apart(),
        }
    }

    /// A figure that counted a division twice would be wrong.
    fn check_apart(&self) -> Result<(), String> {
        let apart = |a: Code, b: Code| a == b || !a.holds(b);
        let all = self.divisions.iter().copied();
        if all.clone().collect::<BTreeSet<_>>().len() < self.divisions.len() {
            return Err("names a division twice".to_owned());
        }
        let within = all.clone().find_map(|a| Some((a, all.clone().find(|b| !apart(a, *b))?)));
        within.map_or(Ok(()), |(a, b)| Err(format!("{b} lies within {a}, which is named too")))
    }

    fn is_in_force(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Units {
    /// As they stand on a day; before everything where none is named.
    fn of(bodies: &[Body], successions: &[Succession], day: Option<NaiveDate>) -> Units {
        let in_force = bodies.iter().filter(|body| day.is_some_and(|day| body.is_in_force(day)));
        let come = successions.iter().filter(|one| day.is_some_and(|day| one.on <= day));
        Units {
            bodies: in_force.map(|body| (body.code, body.divisions.clone())).collect(),
            heirs: come.map(|one| (one.from, one.to)).collect(),
        }
    }

    /// The divisions of a body in force; `None` for bureaux of divisions, and for a body that is
    /// not yet or no more.
    pub fn divisions_of(&self, unit: Code) -> Option<&[Code]> {
        self.bodies.get(&unit).map(Vec::as_slice)
    }

    /// The bodies in force that supervise a place, in order of code.
    pub fn bodies_over(&self, place: Code) -> Vec<Code> {
        self.bodies.keys().copied().filter(|body| self.holds(*body, place)).collect()
    }

    /// Whether a unit stands above a place or another unit, or is it: along the tree, as a body over
    /// its divisions, or as the successor of whoever stood there.
    pub fn holds(&self, unit: Code, other: Code) -> bool {
        if unit.holds(other) {
            return true;
        }
        let own = self.divisions_of(unit).unwrap_or_default();
        self.lines_of(other)
            .any(|place| unit.holds(place) || own.iter().any(|above| above.holds(place)))
    }

    /// A place, and where it lies since its county or city went over into another; each once.
    fn lines_of(&self, place: Code) -> impl Iterator<Item = Code> {
        // A circle is refused when the register is read; the bound keeps even one from running on.
        std::iter::successors(Some(place), |place| self.heir_on_the_line(*place))
            .take(self.heirs.len() + 1)
    }

    fn heir_on_the_line(&self, place: Code) -> Option<Code> {
        let mut line = std::iter::successors(Some(place), |code| code.parent());
        line.find_map(|code| self.heirs.get(&code).copied())
    }

    fn goes_in_a_circle(&self, from: Code) -> bool {
        self.lines_of(from).last().and_then(|last| self.heir_on_the_line(last)).is_some()
    }

    /// Who goes on for a unit, at the end of the chain; `None` where it goes on itself.
    pub fn successor(&self, unit: Code) -> Option<Code> {
        let heirs = std::iter::successors(self.heirs.get(&unit), |heir| self.heirs.get(heir));
        heirs.take(self.heirs.len()).last().copied()
    }

    /// The units in whose place this one stands today, in order of code.
    pub fn predecessors(&self, unit: Code) -> Vec<Code> {
        let ended = self.heirs.keys().copied();
        ended.filter(|ended| self.successor(*ended) == Some(unit)).collect()
    }

    /// Units that have ended, with who goes on for each, in order of code.
    pub fn ended(&self) -> Vec<(Code, Code)> {
        let ended = self.heirs.keys().filter_map(|unit| Some((*unit, self.successor(*unit)?)));
        ended.collect()
    }

    /// The divisions that a unit oversees, none within another: its own subtree or those of a body,
    /// and what went over into them. A body that is not in force oversees nothing.
    pub fn areas(&self, unit: Code) -> Vec<Code> {
        let mut areas = match self.divisions_of(unit) {
            Some(divisions) => divisions.to_vec(),
            None if unit.is_body() => Vec::new(),
            None => vec![unit],
        };
        loop {
            let over = |areas: &[Code], code: Code| areas.iter().any(|area| area.holds(code));
            let gone_over = |(from, to): (&Code, &Code)| {
                (!from.is_body() && over(&areas, *to) && !over(&areas, *from)).then_some(*from)
            };
            match self.heirs.iter().find_map(gone_over) {
                Some(from) => areas.push(from),
                None => break,
            }
        }
        areas.sort_unstable();
        areas.dedup();
        let whole = areas.clone();
        areas.retain(|area| !whole.iter().any(|other| other != area && other.holds(*area)));
        areas
    }

    /// Whether a unit must be kept away from a case in which `accused` is recused: the accused, those
    /// under it, and whoever goes on for it, with the people of the accused.
    pub fn bars(&self, accused: Code, unit: Code) -> bool {
        let heirs = std::iter::successors(Some(accused), |heir| self.heirs.get(heir).copied());
        heirs.take(self.heirs.len() + 1).any(|accused| recusal::bars(accused, unit))
    }

    /// Units and all who go on for them: whom a recusal bars by name, with those under each.
    pub fn with_heirs(&self, units: impl IntoIterator<Item = Code>) -> Vec<Code> {
        let mut all: Vec<Code> = units.into_iter().collect();
        let heirs: Vec<Code> = all.iter().filter_map(|unit| self.successor(*unit)).collect();
        all.extend(heirs);
        all
    }

    /// Every unit whose recusal bars this one, in order of code.
    pub fn barring(&self, unit: Code) -> Vec<Code> {
        let line = unit.chain().into_iter().chain(self.heirs.keys().copied());
        let barring: BTreeSet<Code> = line.filter(|accused| self.bars(*accused, unit)).collect();
        barring.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
