//! Rules, calendar, divisions, units and routes: what every decision stands on, read once at start.

use crate::calendar::{Rules, Workdays, zone};
use crate::clock::Instant;
use crate::intake::Category;
use crate::ledger::{Benchmarks, Case, Ground, Situations};
use crate::place::catalogue::{Route, Whither};
use crate::place::{Catalogue, Code, Divisions, Register, Units};
use crate::report::Below;
use crate::seal::digest;
use crate::store::Areas;

/// Digits of a digest that tell two files apart to people.
const SHORT: usize = 12;

/// The data behind decisions.
pub struct Law {
    /// The tree of divisions.
    pub divisions: Divisions,
    /// Penalty benchmarks.
    pub benchmarks: Benchmarks,
    /// What makes a case one for listed supervision.
    pub situations: Situations,
    /// Supervising bodies, and units that took the place of others.
    pub register: Register,
    /// Which matter goes to which unit.
    pub catalogue: Catalogue,
    /// Clock rules with their calendar.
    pub rules: Rules,
    /// Who takes a case when the top of the tree is accused.
    pub alternate: Code,
    /// What tells this law from another: the digests of rules and calendar.
    fingerprint: String,
    /// The same for all that figures stand on besides the log.
    sources: String,
}

/// What a deployment has of its own; what is shipped stands in for the rest.
#[derive(Debug, Default)]
pub struct Own {
    /// Clock rules.
    pub rules: Option<String>,
    /// Working days.
    pub calendar: Option<String>,
    /// Penalty benchmarks.
    pub benchmarks: Option<String>,
    /// Situations of listed supervision.
    pub situations: Option<String>,
    /// Supervising bodies and successions.
    pub units: Option<String>,
    /// The dispatch catalogue.
    pub catalogue: Option<String>,
}

impl Law {
    /// Reads the data; errors say which file is wrong and where.
    pub fn read(own: &Own, alternate: Code) -> Result<Law, String> {
        let rules = own.rules.as_deref().unwrap_or(include_str!("../../config/rules.toml"));
        let calendar = own.calendar.as_deref();
        let calendar = calendar.unwrap_or(include_str!("../../config/calendar.json"));
        let benchmarks = own.benchmarks.as_deref();
        let benchmarks = benchmarks.unwrap_or(include_str!("../../config/benchmarks.toml"));
        let situations = own.situations.as_deref();
        let situations = situations.unwrap_or(include_str!("../../config/situations.toml"));
        let units = own.units.as_deref().unwrap_or(include_str!("../../config/units.toml"));
        let catalogue = include_str!("../../config/catalogue.toml");
        let catalogue = own.catalogue.as_deref().unwrap_or(catalogue);
        let tree = include_str!("../../config/divisions.csv");
        let mut divisions = Divisions::parse(tree)?;
        let register = Register::parse(units, &mut divisions)?;
        let short = |text: &str| digest(&[text.as_bytes()])[..SHORT].to_owned();
        Ok(Law {
            benchmarks: Benchmarks::parse(benchmarks)?,
            situations: Situations::parse(situations)?,
            rules: Rules::parse(rules, Workdays::parse(calendar)?)?,
            catalogue: Catalogue::parse(catalogue, is_matter)?,
            divisions,
            register,
            alternate,
            sources: [
                ("rules", rules),
                ("calendar", calendar),
                ("units", units),
                ("divisions", tree),
            ]
            .map(|(name, text)| format!("{name} {}", short(text)))
            .join(" "),
            fingerprint: format!("rules {} calendar {}", short(rules), short(calendar)),
        })
    }

    /// What tells rules, calendar, units and divisions from others, by their digests.
    pub fn sources(&self) -> &str {
        &self.sources
    }

    /// What tells the law in force at an instant from another one: a version of the rules may come
    /// into force without any file changing.
    pub fn fingerprint(&self, at: Instant) -> String {
        format!("{} {}", self.rules.version_at(at), self.fingerprint)
    }

    /// Where the catalogue would send a case as it stands.
    pub fn route(&self, case: &Case, at: Instant) -> Option<Route<'_>> {
        let recused = case.recused_units();
        let whither =
            Whither { place: case.is.place, recused: &recused, alternate: self.alternate };
        self.catalogue.route(case.category().code(), whither, &self.divisions, self.units(at))
    }

    /// The units as they stand at an instant.
    pub fn units(&self, at: Instant) -> &Units {
        self.register.on(zone::date_of(at))
    }

    /// What the figures of a scope count: a division's subtree; for a supervising body its divisions,
    /// and what it holds itself. What a division got by a succession came to it as cases moved in, so
    /// that both balances hold.
    pub fn areas(&self, scope: Code) -> Areas {
        let below = self.register.body(scope).map_or(&[][..], |body| &body.divisions);
        Areas::of(&below.iter().copied().chain([scope]).collect::<Vec<_>>())
    }

    /// Every division within a scope, itself included, in order of code.
    pub fn places(&self, scope: Code) -> Vec<Code> {
        let whole = [scope];
        let areas = self.register.body(scope).map_or(&whole[..], |body| &body.divisions);
        let mut places: Vec<Code> = areas
            .iter()
            .flat_map(|area| self.divisions.within(*area).into_iter().chain([*area]))
            .collect();
        places.sort_unstable();
        places
    }

    /// The rows of a report for a scope.
    pub fn below(&self, scope: Code) -> Below {
        match self.register.body(scope) {
            Some(body) => Below::those(scope, body.divisions.clone()),
            None => Below::of(scope, &self.divisions),
        }
    }

    /// What the ledger decides on at an instant.
    pub fn ground(&self, at: Instant) -> Ground<'_> {
        Ground {
            rules: &self.rules,
            divisions: &self.divisions,
            benchmarks: &self.benchmarks,
            units: self.units(at),
            alternate: self.alternate,
        }
    }
}

/// Whether there is a category, or a field of categories, of this name.
fn is_matter(name: &str) -> bool {
    Category::all().any(|category| category.code() == name || category.field() == name)
}
