//! Coverage of townships: how many of them have somebody who can take part in the work. Henan's
//! network had every county and 17.6 % of its townships.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, DeskError};
use crate::ledger::Role;
use crate::place::{Code, Level};
use crate::trend::Ratio;

/// A township is covered where somebody with an account that is not shut has one of these roles:
/// whoever takes tips in there, or handles them.
pub const COVERING: [Role; 2] = [Role::Operator, Role::Handler];

/// The coverage of a scope.
pub struct Coverage {
    /// Townships covered, of all.
    pub whole: Ratio,
    /// The same for each division one level below the scope; what lies at none of them last.
    pub rows: Vec<(Code, Ratio)>,
    /// Townships that nobody covers, in order of code, after the one asked for.
    pub lacking: Vec<Code>,
}

impl Desk {
    /// The coverage of a scope's townships now, with at most `limit` of those that lack it, after a
    /// code. A township whose unit has a successor is one no more.
    pub async fn coverage(
        &self,
        scope: Code,
        after: Option<Code>,
        limit: usize,
    ) -> Result<Coverage, DeskError> {
        let areas = self.law.areas(scope);
        let covered = self.store.read(move |db| db.units_with(&areas, &COVERING)).await?;
        let covered: BTreeSet<Code> = covered.iter().filter_map(|unit| unit.parse().ok()).collect();
        let units = self.law.units(self.clock.now());
        let below = self.law.below(scope);
        let stands =
            |code: &Code| code.level() == Level::Township && units.successor(*code).is_none();
        let mut whole = Ratio { num: 0, den: 0 };
        let mut rows: BTreeMap<Code, Ratio> = BTreeMap::new();
        let mut lacking = Vec::new();
        for township in self.law.places(scope).into_iter().filter(stands) {
            let is_covered = covered.contains(&township);
            let row = rows.entry(below.row_of(township)).or_insert(Ratio { num: 0, den: 0 });
            for count in [&mut whole, row] {
                count.den += 1;
                count.num += i64::from(is_covered);
            }
            if !is_covered && lacking.len() < limit && after.is_none_or(|after| township > after) {
                lacking.push(township);
            }
        }
        // What lies at the scope itself, and at none of the divisions below, comes last.
        let own = rows.remove(&scope).map(|own| (scope, own));
        Ok(Coverage { whole, rows: rows.into_iter().chain(own).collect(), lacking })
    }
}
