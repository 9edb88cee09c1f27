//! The dispatch catalogue: which kind of matter goes to which level or department. It suggests;
//! whoever dispatches decides.

use serde::Deserialize;

use super::code::{Code, Level};
use super::divisions::Divisions;
use super::units::Units;

/// Stands for every matter that has no row of its own.
const ANYTHING: &str = "*";
/// Most rows that a catalogue takes; there are some thirty categories.
const MAX_ROWS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    Province,
    City,
    County,
    Township,
    /// No unit of the line.
    None,
}

/// One row of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    matter: String,
    level: Target,
    department: Option<String>,
    department_en: Option<String>,
    note: String,
    note_en: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    route: Vec<Row>,
}

/// The catalogue, read once at start.
#[derive(Clone, Debug)]
pub struct Catalogue {
    version: String,
    rows: Vec<Row>,
}

/// Where a case lies, and who must be kept away from it.
#[derive(Clone, Copy, Debug)]
pub struct Whither<'a> {
    /// Its place.
    pub place: Code,
    /// The accused units.
    pub recused: &'a [Code],
    /// Who takes a case when everybody on the line is kept away.
    pub alternate: Code,
}

/// Where the catalogue would send a case. Words stand in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route<'a> {
    /// The unit; none where no unit of the line handles such a matter.
    pub unit: Option<Code>,
    /// Another department that the matter belongs to: the unit hands it over.
    pub department: Option<(&'a str, &'a str)>,
    /// Why.
    pub note: (&'a str, &'a str),
    /// Where that is written.
    pub source: &'a str,
    /// Whether somebody else stands in for the unit that would be named but for a recusal.
    pub stands_in: bool,
}

impl Catalogue {
    /// Reads `config/catalogue.toml`; errors name the row. `knows` says whether there is a category
    /// or field of that name.
    pub fn parse(text: &str, knows: impl Fn(&str) -> bool) -> Result<Catalogue, String> {
        let written: Written = toml::from_str(text).map_err(|e| format!("catalogue: {e}"))?;
        let Written { version, route: rows } = written;
        if rows.len() > MAX_ROWS {
            return Err(format!("catalogue: more than {MAX_ROWS} rows"));
        }
        for (at, row) in rows.iter().enumerate() {
            let fault = |why: &str| Err(format!("catalogue: {}: {why}", row.matter));
            if row.matter != ANYTHING && !knows(&row.matter) {
                return fault("no such category or field");
            }
            if rows.iter().take(at).any(|earlier| earlier.matter == row.matter) {
                return fault("stands twice");
            }
            if row.department.is_some() != row.department_en.is_some() {
                return fault("a department is named in both languages");
            }
            if [&row.note, &row.note_en, &row.source].iter().any(|text| text.trim().is_empty()) {
                return fault("needs note, note_en and source");
            }
        }
        if !rows.iter().any(|row| row.matter == ANYTHING) {
            return Err(format!("catalogue: needs a row for {ANYTHING}, everything else"));
        }
        Ok(Catalogue { version, rows })
    }

    /// Its version, as the file says.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where a matter of this category goes; `None` only where the catalogue has no row for it, which
    /// reading it refuses.
    pub fn route(
        &self,
        category: &str,
        case: Whither<'_>,
        divisions: &Divisions,
        units: &Units,
    ) -> Option<Route<'_>> {
        let field = category.split('.').next().unwrap_or_default();
        let named = |matter: &str| self.rows.iter().find(|row| row.matter == matter);
        let row = [category, field, ANYTHING].into_iter().find_map(named)?;
        let wanted = row.level.of(case.place, divisions, units);
        let free = |unit: &Code| !case.recused.iter().any(|accused| units.bars(*accused, *unit));
        let unit = wanted.map(|unit| {
            let above = unit.chain().into_iter().filter(|unit| is_a_unit(*unit, divisions));
            above.into_iter().find(free).unwrap_or(case.alternate)
        });
        Some(Route {
            unit,
            department: row.department.as_deref().zip(row.department_en.as_deref()),
            note: (&row.note, &row.note_en),
            source: &row.source,
            stands_in: unit != wanted,
        })
    }
}

impl Target {
    /// The unit of this level on the line of a place, or the place's own where it stands higher.
    fn of(self, place: Code, divisions: &Divisions, units: &Units) -> Option<Code> {
        let level = match self {
            Target::None => return None,
            Target::Province => Level::Province,
            Target::City => Level::City,
            Target::County => Level::County,
            Target::Township => Level::Township,
        };
        let mut line = place.chain().into_iter();
        let unit = line.find(|unit| unit.level() <= level && is_a_unit(*unit, divisions))?;
        Some(units.successor(unit).unwrap_or(unit))
    }
}

/// A level that is no place of its own (市辖区) has no bureau.
fn is_a_unit(code: Code, divisions: &Divisions) -> bool {
    !divisions.is_placeholder(code)
}

#[cfg(test)]
mod tests {
    use super::super::Register;
    use super::*;

    const SHIPPED: &str = include_str!("../../config/catalogue.toml");

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn divisions() -> Divisions {
        Divisions::parse(include_str!("../../config/divisions.csv")).unwrap()
    }

    #[test]
    fn what_is_shipped_sends_matters_where_the_law_says() {
        let (catalogue, divisions) = (Catalogue::parse(SHIPPED, |_| true).unwrap(), divisions());
        let units = Units::default();
        let to = |category: &str, place: &str, recused: &[&str]| {
            let recused: Vec<Code> = recused.iter().map(|unit| code(unit)).collect();
            let case = Whither { place: code(place), recused: &recused, alternate: code("11") };
            catalogue.route(category, case, &divisions, &units).unwrap()
        };
        for (category, place, unit) in [
            ("land.occupation", "430121104", "430121"),
            ("land.housing", "430121", "430121"),
            ("land.approval", "430121104", "430100"),
            ("mineral.mining", "430121104", "430121"),
            ("mineral.strategic", "430121104", "430000"),
            ("planning.rural", "430121104", "430121104"),
            // Where the place stands higher than the level, its own unit.
            ("planning.rural", "430121", "430121"),
            ("land.occupation", "430100", "430100"),
            ("unknown", "430121104", "430121"),
            ("hazard.geological", "430121104", "430121"),
            // A level that is no place has no bureau; a city without counties has.
            ("land.approval", "110101001", "110000"),
            ("land.occupation", "441900003", "441900"),
            ("land.occupation", "469001", "469001"),
            ("land.approval", "469001", "460000"),
        ] {
            assert_eq!(to(category, place, &[]).unit, Some(code(unit)), "{category} {place}");
        }
        assert_eq!(to("outside.staff", "430121", &[]).unit, None);
        let housing = to("land.housing", "430121", &[]);
        assert_eq!(housing.department.map(|names| names.0), Some("农业农村主管部门"));
        assert!(housing.source.contains("第七十八条") && !housing.stands_in);
        // Whoever is accused is passed over.
        let moved = to("land.occupation", "430121104", &["430121"]);
        assert_eq!((moved.unit, moved.stands_in), (Some(code("430100")), true));
        assert_eq!(to("mineral.strategic", "43", &["43", "00"]).unit, Some(code("110000")));
    }

    #[test]
    fn a_unit_that_ended_is_followed_by_its_successor() {
        let (catalogue, mut divisions) =
            (Catalogue::parse(SHIPPED, |_| true).unwrap(), divisions());
        let moved = "version = 't'\n[[succession]]\nfrom = '430121'\nto = '430181'\n\
                     on = '2027-01-01'\nsource = 's'";
        let register = Register::parse(moved, &mut divisions).unwrap();
        let unit = |day: &str, recused: &[Code]| {
            let case = Whither { place: code("430121104"), recused, alternate: code("11") };
            let units = register.on(day.parse().unwrap());
            catalogue.route("land.other", case, &divisions, units).unwrap().unit.unwrap()
        };
        assert_eq!(unit("2026-12-31", &[]), code("430121"));
        assert_eq!(unit("2027-01-01", &[]), code("430181"));
        assert_eq!(unit("2027-01-01", &[code("430121")]), code("430100"));
    }

    #[test]
    fn a_catalogue_that_cannot_be_followed_is_refused() {
        let row = |matter: &str, rest: &str| {
            format!(
                "[[route]]\nmatter = '{matter}'\nlevel = 'county'\nnote = 'n'\nnote_en = 'n'\n{rest}\n"
            )
        };
        let whole = |rows: String| format!("version = 't'\n{rows}");
        let rest = row("*", "source = 's'");
        for (rows, reason) in [
            (row("land", "source = 's'"), "needs a row for *"),
            (rest.clone() + &row("lend", "source = 's'"), "no such category or field"),
            (rest.clone() + &rest, "stands twice"),
            (row("*", "source = ' '"), "needs note"),
            (row("*", "source = 's'\ndepartment = '农业'"), "both languages"),
            (rest.replace("county", "village"), "village"),
            (row("*", "source = 's'\ncolour = 'red'"), "colour"),
        ] {
            let refused = Catalogue::parse(&whole(rows), |matter| matter == "land").unwrap_err();
            assert!(refused.contains(reason), "«{reason}» is not in «{refused}»");
        }
    }
}
