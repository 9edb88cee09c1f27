//! A set of divisions as a condition on a column of codes.

use diesel::define_sql_function;
use diesel::sql_types::{Integer, Text};

use super::error::StoreError;
use crate::place::Code;

define_sql_function! {
    /// Part of a text; the first sign is 1. Both databases have it.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

/// How many digits the codes of a division have in common: nation, province, city, county, township.
const STEMS: [usize; 5] = [0, 2, 4, 6, 9];

/// Divisions and everything within them: one for a bureau, several for a supervising body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Areas {
    /// Half-open ranges of codes, one for each division.
    pub(super) ranges: Vec<(String, String)>,
    /// The range from the lowest code to past the highest, by which an index is used.
    pub(super) hull: (String, String),
    /// The digits with which codes within begin, by their number.
    pub(super) stems: [Vec<String>; STEMS.len()],
}

impl Areas {
    /// The divisions with all that lies within them; none of them may lie within another.
    pub fn of(divisions: &[Code]) -> Areas {
        let ranges: Vec<(String, String)> =
            divisions.iter().map(|code| code.text_range()).collect();
        let low = ranges.iter().map(|(low, _)| low.clone()).min();
        let high = ranges.iter().map(|(_, high)| high.clone()).max();
        let begins =
            |length: usize| divisions.iter().map(|c| c.stem()).filter(move |s| s.len() == length);
        Areas {
            hull: (low.unwrap_or_default(), high.unwrap_or_default()),
            stems: STEMS.map(|length| begins(length).collect()),
            ranges,
        }
    }

    /// Whether everything lies within.
    pub(super) fn is_whole(&self) -> bool {
        !self.stems[0].is_empty()
    }

    /// Whether a division lies within the areas or around one of them.
    pub fn touches(&self, code: Code) -> bool {
        let (low, high) = code.text_range();
        self.ranges.iter().any(|(from, to)| low < *to && high > *from)
    }

    /// The rows that a question finds in each of the ranges, one after the other: for statements
    /// that are written down as text.
    pub(super) fn gathered<T>(
        &self,
        mut ask: impl FnMut(&str, &str) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        for (low, high) in &self.ranges {
            rows.extend(ask(low, high)?);
        }
        Ok(rows)
    }
}

/// Whether a column's code lies in the areas: the one place that says so. A macro, for an expression
/// of so many parts has no name that could be written down, and a boxed one cannot stand in a join.
macro_rules! lies_in {
    ($column:expr, $areas:expr) => {{
        use crate::store::areas::{Areas, substr};
        let Areas { hull: (low, high), stems, .. } = $areas.clone();
        let [nation, provinces, cities, counties, townships] = stems;
        $column.ge(low).and($column.lt(high)).and(
            substr($column, 1, 0)
                .eq_any(nation)
                .or(substr($column, 1, 2).eq_any(provinces))
                .or(substr($column, 1, 4).eq_any(cities))
                .or(substr($column, 1, 6).eq_any(counties))
                .or($column.eq_any(townships)),
        )
    }};
}
pub(super) use lies_in;
