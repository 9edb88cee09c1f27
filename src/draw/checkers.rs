//! Who may check a case again: an equal who never had a hand in it, and else whoever stands next
//! above.

use std::collections::BTreeSet;

use crate::place::{Code, Divisions, recusal};

/// The units that could check what a unit held, nearest first: its equals within the same division,
/// then that division's own, then the equals of that one, and so on to the nation.
pub type Rungs = Vec<Vec<Code>>;

/// Reckons the rungs above a holder.
pub fn rungs(divisions: &Divisions, holder: Code) -> Rungs {
    let mut rungs = Vec::new();
    let mut unit = holder;
    while let Some(parent) = unit.parent() {
        let mut equals = divisions.below(parent);
        equals.retain(|other| *other != unit && other.level() == unit.level());
        rungs.push(equals);
        rungs.push(vec![parent]);
        unit = parent;
    }
    rungs
}

/// What a case has behind it.
pub struct Past {
    /// The unit that holds it.
    pub holder: Code,
    /// Every unit that ever held it, owed it a duty, or made an entry.
    pub involved: BTreeSet<Code>,
    /// Units kept away from it.
    pub recused: Vec<Code>,
}

/// Those of the nearest rung on which anybody may check the case, in order of code: not involved, not
/// under the holder, not barred by a recusal, and with somebody there to do it (`staffed`).
pub fn candidates(rungs: &Rungs, past: &Past, staffed: &BTreeSet<Code>) -> Vec<Code> {
    let fits = |unit: &Code| {
        staffed.contains(unit)
            && !past.involved.contains(unit)
            && !past.holder.holds(*unit)
            && !past.recused.iter().any(|accused| recusal::bars(*accused, *unit))
    };
    let fitting = rungs.iter().map(|rung| rung.iter().copied().filter(fits).collect());
    let mut found: Vec<Code> =
        fitting.into_iter().find(|rung: &Vec<Code>| !rung.is_empty()).unwrap_or_default();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn codes(text: &str) -> Vec<Code> {
        text.split_whitespace().map(code).collect()
    }

    fn found(holder: &str, involved: &str, recused: &str, staffed: &str) -> Vec<Code> {
        let table = "430000,湖南省\n430100,长沙市\n430101,市辖区\n430102,芙蓉区\n430121,长沙县\n\
                     430121104,黄兴镇\n430181,浏阳市\n430200,株洲市\n430211,天元区\n440000,广东省";
        let divisions = Divisions::parse(table).unwrap();
        let past = Past {
            holder: code(holder),
            involved: codes(involved).into_iter().collect(),
            recused: codes(recused),
        };
        candidates(&rungs(&divisions, past.holder), &past, &codes(staffed).into_iter().collect())
    }

    #[test]
    fn an_equal_checks_and_else_the_next_above() {
        let all = "00 43 4301 430102 430121 430121104 430181 4302 430211 44";
        let table = [
            // Counties of the same city, the districts under its placeholder too; not the one itself.
            ("430121", "430121", "", all, "430102 430181"),
            ("430121", "430121 430102", "", all, "430181"),
            // None left: the city, then other cities, then the province.
            ("430121", "430121 430102 430181", "", all, "4301"),
            ("430121", "430121 430102 430181 4301", "", all, "4302"),
            ("430121", "430121 430102 430181 4301 4302", "", all, "43"),
            // Whoever is accused, and all under it.
            ("430121", "430121", "430181", all, "430102"),
            ("430121", "430121", "4301", all, "4302"),
            // Nobody who is not there.
            ("430121", "430121", "", "430121 4301", "4301"),
            // A city is checked by another city, never by a county of its own.
            ("4301", "4301", "", all, "4302"),
            ("4301", "4301", "", "430121 430102", ""),
            ("00", "00", "", all, ""),
        ];
        for (holder, involved, recused, staffed, wanted) in table {
            let wanted = codes(wanted);
            assert_eq!(found(holder, involved, recused, staffed), wanted, "{holder} {involved}");
        }
    }
}
