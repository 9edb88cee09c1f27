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
            make_known(one, divisions).map_err(|why| format!("units: {} → {}: {why}", one.from, one.to))?;
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
            divisions.add(one.to, name.to_owned().leak());
            Ok(())
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
            _ => Ok(()),
        }
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

    /// Every unit whose recusal bars this one, in order of code.
    pub fn barring(&self, unit: Code) -> Vec<Code> {
        let line = unit.chain().into_iter().chain(self.heirs.keys().copied());
        let barring: BTreeSet<Code> = line.filter(|accused| self.bars(*accused, unit)).collect();
        barring.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "420000,湖北省\n420100,武汉市\n430000,湖南省\n430100,长沙市\n430121,长沙县\n\
                         430121104,黄兴镇\n430181,浏阳市\n430200,株洲市\n430211,天元区\n440000,广东省";
    const BODY: &str = "[[body]]\ncode = '001001'\nname = '督察局'\nname_en = 'Inspectorate'\n\
                        divisions = ['420000', '430100']\nfrom = '2026-01-01'\nsource = 's'\n";

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn moved(from: &str, to: &str, on: &str) -> String {
        format!("[[succession]]\nfrom = '{from}'\nto = '{to}'\non = '{on}'\nsource = 's'\n")
    }

    fn read(entries: &str) -> Result<(Register, Divisions), String> {
        let mut divisions = Divisions::parse(TABLE).unwrap();
        let register = Register::parse(&format!("version = 't'\n{entries}"), &mut divisions)?;
        Ok((register, divisions))
    }

    #[test]
    fn what_is_shipped_is_read() {
        let mut divisions = Divisions::parse(include_str!("../../config/divisions.csv")).unwrap();
        let text = include_str!("../../config/units.toml");
        assert_eq!(Register::parse(text, &mut divisions).unwrap().version(), "2026.1");
        // The entries shown as comments are right too.
        let shown = |line: &&str| line.starts_with("# [[") || line.contains(" = \"");
        let shown = text.lines().filter(shown).map(|line| line.trim_start_matches("# "));
        let shown: String = shown.flat_map(|line| [line, "\n"]).collect();
        let register = Register::parse(&shown, &mut divisions).unwrap();
        assert!(register.on(day("2026-06-01")).holds(code("001001"), code("430121")));
        assert_eq!(register.successor(code("430121"), day("2027-01-01")), Some(code("430182")));
        assert_eq!(divisions.full_name(code("430182")), "湖南省长沙市星沙市");
    }

    #[test]
    fn a_body_oversees_its_divisions_while_it_is_in_force() {
        let end = "until = '2027-01-01'\n";
        let (register, divisions) =
            read(&format!("{BODY}{end}{}", moved("001001", "000000", "2027-01-01"))).unwrap();
        let body = code("001001");
        let over = |on: &str| -> String {
            let units = register.on(day(on));
            let places = ["42", "4201", "430121104", "43", "4302", "44", "00", "001001"];
            places.map(|place| if units.holds(body, code(place)) { '+' } else { '-' }).iter().collect()
        };
        assert_eq!(over("2026-01-01"), "+++----+");
        assert_eq!(over("2026-12-31"), "+++----+");
        assert_eq!(over("2025-12-31"), "-------+");
        assert_eq!(over("2027-01-01"), "-------+");
        let units = register.on(day("2026-06-01"));
        assert_eq!(units.areas(body), [code("42"), code("4301")]);
        assert_eq!(units.bodies_over(code("430121104")), [body]);
        assert_eq!(units.bodies_over(code("4302")), []);
        assert!(register.on(day("2025-06-01")).areas(body).is_empty());
        assert!(units.holds(Code::NATION, body) && !units.holds(code("42"), body));
        assert_eq!(divisions.full_name(body), "督察局");
        assert!(divisions.has_unit(body) && !divisions.has(body));
    }

    #[test]
    fn a_successor_takes_the_place_from_its_day_on_and_chains_are_followed() {
        let first = moved("430121", "430181", "2027-01-01");
        let then = moved("430181", "430211", "2028-01-01");
        let (register, _) = read(&format!("{first}{then}")).unwrap();
        let heir = |on: &str| register.successor(code("430121"), day(on));
        assert_eq!(heir("2026-12-31"), None);
        assert_eq!(heir("2027-01-01"), Some(code("430181")));
        assert_eq!(heir("2028-01-01"), Some(code("430211")));
        let units = register.on(day("2028-01-01"));
        // Whoever stands above the successor stands above the places too; so does the old line.
        for above in ["430211", "4302", "4301", "430121", "43"] {
            assert!(units.holds(code(above), code("430121104")), "{above}");
        }
        assert!(!register.on(day("2027-12-31")).holds(code("4302"), code("430121104")));
        assert_eq!(units.areas(code("4302")), [code("430121"), code("430181"), code("4302")]);
        assert_eq!(units.areas(code("43")), [code("43")]);
        assert_eq!(units.areas(code("430211")), ["430121", "430181", "430211"].map(code));
        assert_eq!(units.ended(), [("430121", "430211"), ("430181", "430211")].map(|(a, b)| (code(a), code(b))));
    }

    #[test]
    fn the_successor_of_an_accused_unit_is_kept_away_like_it() {
        let (register, _) = read(&moved("430121", "430211", "2027-01-01")).unwrap();
        let (accused, heir) = (code("430121"), code("430211"));
        assert!(!register.on(day("2026-12-31")).bars(accused, heir));
        let units = register.on(day("2027-01-01"));
        assert!(units.bars(accused, heir) && !units.bars(accused, code("4302")));
        assert_eq!(units.barring(heir), ["43", "430121", "4302", "430211"].map(code));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let new = "[[succession]]\nfrom = '430121'\non = '2027-01-01'\nsource = 's'\n";
        for (entries, reason) in [
            (moved("430121", "430182", "2027-01-01"), "a new division needs its name"),
            (moved("430199", "430181", "2027-01-01"), "no such unit"),
            (moved("430121", "430121", "2027-01-01"), "circle"),
            (
                moved("430121", "430181", "2027-01-01") + &moved("430181", "430121", "2028-01-01"),
                "circle",
            ),
            // The city goes into a county of its own: what lies in the city would turn for ever.
            (moved("430100", "430121", "2027-01-01"), "circle"),
            (
                moved("430121", "430181", "2027-01-01") + &moved("430121", "430211", "2028-01-01"),
                "two successors",
            ),
            (format!("{new}to = '999901'\nname = '新县'"), "there is no 999900 above it"),
            (BODY.replace("001001", "430121"), "000001 to 009999"),
            (BODY.replace("'420000', '430100'", ""), "no divisions"),
            (BODY.replace("430100", "439900"), "no division 439900"),
            (BODY.replace("430100", "000000"), "no division 000000"),
            (BODY.replace("'s'", "' '"), "no source"),
            (format!("{BODY}{BODY}"), "stands twice"),
            (format!("{BODY}until = '2026-01-01'"), "ends before it begins"),
            (format!("{BODY}until = '2027-01-01'"), "without a succession"),
            (format!("{BODY}colour = 'red'"), "unknown field"),
        ] {
            let refused = read(&entries).map(|_| ()).unwrap_err();
            assert!(refused.contains(reason), "«{reason}» is not in «{refused}»");
        }
    }
}
