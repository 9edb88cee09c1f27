//! Cases that may be about the same matter as one at hand, or as a call that is being typed. They
//! are suggested to people; nothing is written here.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::around::{Around, Became, For, MAX_OF_MARK, Mark};
use super::{Desk, DeskError};
use crate::clock::Instant;
use crate::intake::Category;
use crate::intake::likeness::{
    Area, Likeness, SUGGESTED, Trait, Typed, WINDOW_DAYS, accused_key, is_known_everywhere,
    place_key, score,
};
use crate::intake::tip::Words;
use crate::ledger::State;
use crate::place::{Code, Divisions, Level};
use crate::store::{By, CaseRow, Newest, Reader, Said, Scope, StoreError};

/// Most cases that are suggested: what a person looks through.
pub const MAX_ALIKE: usize = 10;
/// The newest cases of the county that are compared by their words.
const MAX_OF_PLACE: i64 = 300;
/// Most tips of the case at hand that others are compared with.
const MAX_OWN: usize = 5;

/// A case that may be about the same matter.
pub struct Alike {
    /// The case.
    pub row: CaseRow,
    /// Its title.
    pub title: String,
    /// How alike, and why.
    pub likeness: Likeness,
    /// What the states of both allow; whether the asker may, the ledger says.
    pub may: Vec<May>,
    /// The case into which it went, where it did and the asker may see that one.
    pub target: Option<String>,
}

/// What may be done with two cases about one matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// The other is open: both become one.
    Merge,
    /// The other is closed and the fact is the same: this one is linked to it.
    Link,
    /// The other is closed and the fact is new: it is reopened.
    Reopen,
}

impl May {
    /// Name of the act in the contract.
    pub fn code(self) -> &'static str {
        match self {
            May::Merge => "merge",
            May::Link => "link",
            May::Reopen => "reopen",
        }
    }
}

/// What is at hand: where, and by what it is compared.
pub(super) struct Own {
    place: Option<Code>,
    words: Vec<Words>,
    /// One for each of the words.
    pub traits: Vec<Trait>,
}

impl Desk {
    /// Cases within the scope that may be about the same matter as a case, best first.
    pub async fn alike(&self, scope: Scope, no: &str) -> Result<Vec<Alike>, DeskError> {
        let (law, no, now) = (self.law.clone(), no.to_owned(), self.clock.now());
        self.store
            .read(move |db| {
                let case = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
                let mut names = Names::of(&law.divisions);
                let own = Own::of(&case, &db.testimony(&case)?.own, &mut names);
                let state = State::find(&case.state).unwrap_or(State::Pending);
                Ok(alike_to(db, &scope, Some(&case), state, &own, &mut names, now)?)
            })
            .await
    }

    /// The same for a tip that nobody has sent yet. Nothing of it is kept.
    pub async fn alike_to(&self, scope: Scope, typed: Typed) -> Result<Vec<Alike>, DeskError> {
        let (law, now) = (self.law.clone(), self.clock.now());
        self.store
            .read(move |db| {
                let mut names = Names::of(&law.divisions);
                let Typed { place, category, on, words } = typed;
                let compared = names.compared(&words, place.unwrap_or(Code::NATION), category, on);
                let own = Own { place, words: vec![words], traits: vec![compared] };
                // A tip that is sent begins by waiting to be judged.
                Ok(alike_to(db, &scope, None, State::Pending, &own, &mut names, now)?)
            })
            .await
    }
}

/// Cases that may be about the same matter as what is at hand, best first.
fn alike_to(
    db: &mut Reader<'_>,
    scope: &Scope,
    case: Option<&CaseRow>,
    state: State,
    own: &Own,
    names: &mut Names<'_>,
    now: Instant,
) -> Result<Vec<Alike>, StoreError> {
    let found = Around::look(db, scope, marks(own, now))?;
    let best = best(&found, own, case, names);
    let became = Became::of(db, &rows(&best).cloned().collect::<Vec<_>>())?;
    told(db, scope, best, &found, &became, state)
}

impl Own {
    /// A case, by what was said when it was opened.
    pub fn of(case: &CaseRow, said: &[Said], names: &mut Names<'_>) -> Own {
        let said = || said.iter().take(MAX_OWN);
        let traits = said().map(|said| names.compared_in(case, &said.words, said.on));
        Own {
            place: case.place.parse().ok(),
            traits: traits.collect(),
            words: said().map(|said| said.words.clone()).collect(),
        }
    }

    /// By which points and words its site is found.
    pub fn marks_of_site(&self) -> Vec<By> {
        let points = self.words.iter().filter_map(|words| words.point);
        let areas = points.map(|point| By::Area(Area::around(point)));
        let keys = self.words.iter().filter_map(|words| place_key(words.place_text.as_deref()?));
        let named = self
            .place
            .into_iter()
            .flat_map(|place| keys.clone().map(move |key| By::PlaceWords(place.to_string(), key)));
        areas.chain(named).collect()
    }

    /// By which names its accused is found.
    pub fn marks_of_accused(&self) -> Vec<By> {
        let keys = self.words.iter().filter_map(|words| accused_key(words.accused.as_deref()?));
        let mark = |key: String| match is_known_everywhere(&key) {
            true => Some(By::Accused(key, None)),
            false => Some(By::Accused(key, Some(county(self.place?)))),
        };
        keys.filter_map(mark).collect()
    }
}

/// The range of codes of the county that holds a place. A tip placed higher up shares its place
/// with no county: it is compared with what was placed there too.
fn county(place: Code) -> (String, String) {
    match place.level() {
        // What hangs on a city without counties has the city for its county.
        Level::Township => place.parent().unwrap_or(place).text_range(),
        Level::County => place.text_range(),
        // A space sorts after the code alone and before every longer one.
        _ => (place.to_string(), format!("{place} ")),
    }
}

/// By what every case worth comparing is looked up.
pub(super) fn marks(own: &Own, now: Instant) -> Vec<Mark> {
    let since = now - chrono::Duration::days(WINDOW_DAYS);
    let marks = own.marks_of_site().into_iter().chain(own.marks_of_accused());
    let marked = marks.map(|mark| (mark, MAX_OF_MARK));
    let of_place = own.place.map(|place| (By::Places(county(place)), MAX_OF_PLACE));
    let newest = |limit| Newest { since: Some(since), before: None, limit };
    let all = of_place.into_iter().chain(marked);
    all.map(|(by, limit)| (For::Alike, by, newest(limit))).collect()
}

/// The best of what was found, at most [`MAX_ALIKE`], best first; of equals the newest first. A case
/// is not like itself.
pub(super) fn best(
    found: &Around,
    own: &Own,
    case: Option<&CaseRow>,
    names: &mut Names<'_>,
) -> Vec<(CaseRow, Likeness)> {
    let mut scored: HashMap<&str, (&CaseRow, Likeness)> = HashMap::new();
    let others = found.said(For::Alike);
    for (row, said) in others.filter(|(row, _)| case.is_none_or(|case| case.no != row.no)) {
        let theirs = names.compared_in(row, &said.words, said.on);
        for likeness in own.traits.iter().map(|mine| score(mine, &theirs)) {
            let known = scored.get(row.no.as_str()).map_or(0, |(_, known)| known.score);
            if likeness.score >= SUGGESTED && likeness.score > known {
                scored.insert(&row.no, (row, likeness));
            }
        }
    }
    let scored = scored.into_values().map(|(row, likeness)| (row.clone(), likeness));
    let mut best: Vec<(CaseRow, Likeness)> = scored.collect();
    best.sort_by(|(a, alike), (b, other)| (other.score, &b.no).cmp(&(alike.score, &a.no)));
    best.truncate(MAX_ALIKE);
    best
}

/// The cases of some suggestions.
pub(super) fn rows(best: &[(CaseRow, Likeness)]) -> impl Iterator<Item = &CaseRow> {
    best.iter().map(|(row, _)| row)
}

/// The suggestions with what a reader needs to know of each.
pub(super) fn told(
    db: &mut Reader<'_>,
    scope: &Scope,
    best: Vec<(CaseRow, Likeness)>,
    found: &Around,
    became: &Became,
    state: State,
) -> Result<Vec<Alike>, StoreError> {
    let targets: Vec<String> = rows(&best).filter_map(|row| became.target(row)).cloned().collect();
    let seen = db.those_of(scope, &targets)?;
    let told = best.into_iter().map(|(row, likeness)| Alike {
        title: found.title(&row.no),
        may: may(state, State::find(&row.state).unwrap_or(State::Pending)),
        target: became.target(&row).filter(|no| seen.contains(no)).cloned(),
        likeness,
        row,
    });
    Ok(told.collect())
}

/// Whether nothing more is decided about a case by itself.
pub(super) fn is_over(state: State) -> bool {
    matches!(state, State::Closed | State::Refused | State::Linked | State::Merged)
}

/// What the states of the case at hand and of another allow.
fn may(own: State, other: State) -> Vec<May> {
    let unjudged = matches!(own, State::Pending | State::Supplement);
    match other {
        _ if is_over(own) => vec![],
        State::Closed if unjudged => vec![May::Link, May::Reopen],
        State::Closed => vec![May::Reopen],
        other if is_over(other) => vec![],
        _ => vec![May::Merge],
    }
}

/// The names of divisions that a text about a place says whatever it is about, looked up once for
/// each place.
pub(super) struct Names<'a> {
    divisions: &'a Divisions,
    known: HashMap<Code, Vec<String>>,
}

/// Shortest name that is passed over in a text: the table has groups called «县».
const MIN_NAME: usize = 2;

impl<'a> Names<'a> {
    pub fn of(divisions: &'a Divisions) -> Names<'a> {
        Names { divisions, known: HashMap::new() }
    }

    fn compared(&mut self, words: &Words, place: Code, category: Category, on: NaiveDate) -> Trait {
        let divisions = self.divisions;
        let names = self.known.entry(place).or_insert_with(|| {
            let chain = place.chain().into_iter().filter(|code| *code != Code::NATION);
            let names = chain.map(|code| divisions.name(code));
            names.filter(|name| name.chars().count() >= MIN_NAME).collect()
        });
        Trait::of(words, place, category, on, names)
    }

    /// What was said in a case, with place and category as they stand now.
    pub fn compared_in(&mut self, case: &CaseRow, words: &Words, on: NaiveDate) -> Trait {
        let place = case.place.parse().unwrap_or(Code::NATION);
        let category = Category::find(&case.category).unwrap_or(Category::UNKNOWN);
        self.compared(words, place, category, on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_done_follows_from_both_states() {
        use State::{Accepted, Closed, Linked, Pending, Refused, Verifying};
        for (own, other, expected) in [
            (Pending, Pending, vec![May::Merge]),
            (Pending, Verifying, vec![May::Merge]),
            (Accepted, Verifying, vec![May::Merge]),
            (Pending, Closed, vec![May::Link, May::Reopen]),
            // What was judged cannot be linked any more.
            (Accepted, Closed, vec![May::Reopen]),
            (Pending, Refused, vec![]),
            (Pending, Linked, vec![]),
            (Closed, Pending, vec![]),
            (Linked, Closed, vec![]),
        ] {
            assert_eq!(may(own, other), expected, "{own:?} {other:?}");
        }
    }

    #[test]
    fn the_county_of_a_place_is_a_range_of_codes() {
        let range = |code: &str| county(code.parse().unwrap());
        let holds = |(low, high): (String, String), code: &str| *low <= *code && *code < *high;
        for place in ["430121", "430121104"] {
            for inside in ["430121", "430121104", "430121001"] {
                assert!(holds(range(place), inside), "{place} {inside}");
            }
            assert!(!holds(range(place), "430122") && !holds(range(place), "430100"));
        }
        // A city without counties, and a place higher up than a county.
        assert!(holds(range("441900101"), "441900003"));
        assert!(holds(range("430000"), "430000") && !holds(range("430000"), "430100"));
    }
}
