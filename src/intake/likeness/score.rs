//! How likely two tips are about one matter: evidence weighed, in permille.
//!
//! Only what both say is evidence, for or against. What one leaves out says nothing; but little
//! evidence makes no high score, however well it fits ([`FULL`]).

use chrono::NaiveDate;

use super::accused::accused_key;
use super::reason::Reason;
use super::site::{NEAR_METRES, metres, place_key};
use super::tellings::Pairs;
use crate::intake::Category;
use crate::intake::tip::Words;
use crate::place::{Code, Level};

/// The highest score, and a whole in permille.
pub const MAX_SCORE: u16 = 1_000;
/// From this score on a case is suggested. [ours] Set so that the same category in the same county
/// with an ordinary account stays below, and a shared point, name or telling lifts above; measured
/// in docs/decisions/likeness.md.
pub const SUGGESTED: u16 = 550;
/// Days apart after which nothing speaks for one matter any more: acts are no longer punished after
/// two years (行政处罚法 2021 art. 36).
pub const WINDOW_DAYS: i64 = 730;

/// Weights of what both sides say, in the order of how much it tells. [ours]
const POINT: u32 = 400;
const ACCUSED: u32 = 370;
const TELLING: u32 = 350;
const PLACE_WORDS: u32 = 300;
const CATEGORY: u32 = 70;
const DIVISION: u32 = 50;
const TIME: u32 = 30;
/// What another name counts against it: one saw the firm, another knows its owner.
const OTHER_ACCUSED: u32 = 120;
/// The weight that makes a score whole: telling, division, category and time, which nearly every
/// tip has. With less the score stays lower, so that two nearly empty tips are no match.
const FULL: u32 = TELLING + DIVISION + CATEGORY + TIME;

/// A point as good as the same: the error of a telephone's position.
const SAME_METRES: u32 = 50;
/// From here on two points are two places.
const FAR_METRES: u32 = 2_000;
/// Below this two accounts share no more than any two: of a thousand unrelated pairs of real
/// messages one is above 151.
const NOISE: u16 = 150;
/// From here on two people tell of one thing: read one by one, five of six such pairs did, and of
/// those between 200 and 300 one of three.
const ONE_TELLING: u16 = 300;
/// What [`ONE_TELLING`] counts; the rest is for texts that are nearly the same.
const ONE_TELLING_COUNTS: u16 = 800;
/// From which likeness of their words two places are told to be alike.
const ALIKE_PLACE: u16 = 500;
/// Days apart that count as the same time: a tip in the month of another is about what goes on now.
const SAME_DAYS: i64 = 30;
/// Fewest signs by which a name inside another is the same accused (黄兴镇宏达采石场, 宏达采石场).
const INNER_NAME: usize = 4;
/// What such a name counts.
const INNER_NAME_COUNTS: u16 = 800;

/// What a tip is compared by. No `Debug`: it holds somebody's words.
#[derive(Clone)]
pub struct Trait {
    place: Code,
    category: Category,
    on: NaiveDate,
    point: Option<(f64, f64)>,
    accused: Option<String>,
    place_words: Pairs,
    place_key: Option<String>,
    telling: Pairs,
}

impl Trait {
    /// What a tip about a place is compared by. `on` is the day of the matter, or else that of the
    /// tip; `names` are those of the divisions of its place, which are passed over in its words.
    pub fn of(
        words: &Words,
        place: Code,
        category: Category,
        on: NaiveDate,
        names: &[String],
    ) -> Trait {
        let whole = [words.title.as_deref().unwrap_or_default(), words.text.as_str()].join("\n");
        let place_text = words.place_text.as_deref().unwrap_or_default();
        Trait {
            place,
            category,
            on,
            point: words.point.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()),
            accused: words.accused.as_deref().and_then(accused_key),
            place_words: Pairs::of(place_text, names),
            place_key: place_key(place_text),
            telling: Pairs::of(&whole, names),
        }
    }

    /// Whether two speak of one site: points within [`NEAR_METRES`], or the same words for a place
    /// of the same division. This is stricter than a score: it is what a site's history is made of.
    pub fn shares_site(&self, other: &Trait) -> bool {
        let both = self.point.zip(other.point);
        match both.and_then(|(a, b)| metres(a, b)) {
            Some(apart) => apart <= NEAR_METRES,
            None => {
                self.place == other.place
                    && self.place_key.is_some()
                    && self.place_key == other.place_key
            }
        }
    }

    /// Whether two name the same accused.
    pub fn shares_accused(&self, other: &Trait) -> bool {
        self.accused.is_some() && self.accused == other.accused
    }
}

/// How alike two tips are, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// From 0 to [`MAX_SCORE`].
    pub score: u16,
    /// What speaks for it, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// One piece of evidence.
struct Evidence {
    weight: u32,
    fits: u16,
    reason: Option<Reason>,
}

/// How alike two tips are; the order of the two makes no difference.
pub fn score(a: &Trait, b: &Trait) -> Likeness {
    let mut evidence: Vec<Evidence> =
        [by_point(a, b), by_accused(a, b), by_telling(a, b), by_place_words(a, b)]
            .into_iter()
            .chain([Some(by_division(a, b)), by_category(a, b), Some(by_time(a, b))])
            .flatten()
            .collect();
    let weight: u32 = evidence.iter().map(|one| one.weight).sum();
    let sum: u32 = evidence.iter().map(Evidence::counts).sum();
    // The sort is stable: equal ones stay in the order of how much they tell.
    evidence.sort_by_key(|one| std::cmp::Reverse(one.counts()));
    Likeness {
        score: u16::try_from(sum / weight.max(FULL)).unwrap_or(MAX_SCORE).min(MAX_SCORE),
        reasons: evidence.into_iter().filter_map(|one| one.reason).collect(),
    }
}

impl Evidence {
    fn new(weight: u32, fits: u16, reason: Option<Reason>) -> Evidence {
        Evidence { weight, fits, reason }
    }

    fn counts(&self) -> u32 {
        self.weight * u32::from(self.fits)
    }
}

fn by_point(a: &Trait, b: &Trait) -> Option<Evidence> {
    let apart = a.point.zip(b.point).and_then(|(a, b)| metres(a, b))?;
    let fits = falling(i64::from(apart), i64::from(SAME_METRES), i64::from(FAR_METRES));
    Some(Evidence::new(POINT, fits, (apart <= NEAR_METRES).then_some(Reason::Near(apart))))
}

fn by_accused(a: &Trait, b: &Trait) -> Option<Evidence> {
    let (a, b) = a.accused.as_ref().zip(b.accused.as_ref())?;
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let inner = short.chars().count() >= INNER_NAME && long.contains(short.as_str());
    let fits = match a == b {
        true => MAX_SCORE,
        false if inner => INNER_NAME_COUNTS,
        false => 0,
    };
    Some(match fits {
        0 => Evidence::new(OTHER_ACCUSED, 0, None),
        fits => Evidence::new(ACCUSED, fits, Some(Reason::SameAccused)),
    })
}

fn by_telling(a: &Trait, b: &Trait) -> Option<Evidence> {
    let alike = a.telling.alike(&b.telling)?;
    let fits = match alike {
        0..NOISE => 0,
        NOISE..ONE_TELLING => scaled(alike - NOISE, ONE_TELLING - NOISE, ONE_TELLING_COUNTS),
        _ => {
            let rest = MAX_SCORE - ONE_TELLING_COUNTS;
            ONE_TELLING_COUNTS + scaled(alike - ONE_TELLING, MAX_SCORE - ONE_TELLING, rest)
        }
    };
    Some(Evidence::new(TELLING, fits, (fits > 0).then_some(Reason::Telling(percent(alike)))))
}

fn by_place_words(a: &Trait, b: &Trait) -> Option<Evidence> {
    let alike = a.place_words.alike(&b.place_words)?;
    let reason = (alike >= ALIKE_PLACE).then_some(Reason::PlaceWords(percent(alike)));
    Some(Evidence::new(PLACE_WORDS, alike, reason))
}

fn by_division(a: &Trait, b: &Trait) -> Evidence {
    let (fits, reason) = match a.place.common(b.place).level() {
        level if a.place == b.place => (MAX_SCORE, Some(level)),
        level @ (Level::County | Level::Township) => {
            // One names the township and the other does not: nothing speaks against it.
            let holds = a.place.holds(b.place) || b.place.holds(a.place);
            (if holds { 800 } else { 400 }, Some(level))
        }
        Level::City => (200, None),
        Level::Province | Level::Nation => (0, None),
    };
    let level = reason.filter(|level| *level >= Level::County);
    Evidence::new(DIVISION, fits, level.map(Reason::Division))
}

fn by_category(a: &Trait, b: &Trait) -> Option<Evidence> {
    if [a.category, b.category].contains(&Category::UNKNOWN) {
        return None;
    }
    // Callers and judges name one site's trouble by different articles of one law.
    let fits = match (a.category == b.category, a.category.field() == b.category.field()) {
        (true, _) => MAX_SCORE,
        (false, true) => MAX_SCORE / 2,
        (false, false) => 0,
    };
    Some(Evidence::new(CATEGORY, fits, (fits == MAX_SCORE).then_some(Reason::SameCategory)))
}

fn by_time(a: &Trait, b: &Trait) -> Evidence {
    let apart = (a.on - b.on).num_days().abs();
    let fits = falling(apart, SAME_DAYS, WINDOW_DAYS);
    Evidence::new(TIME, fits, (fits > 0).then_some(Reason::Days(apart)))
}

/// Whole up to `same`, nothing from `far` on, and even in between.
fn falling(apart: i64, same: i64, far: i64) -> u16 {
    let left = (far - apart).clamp(0, far - same);
    u16::try_from(left * i64::from(MAX_SCORE) / (far - same)).unwrap_or(0)
}

fn scaled(part: u16, whole: u16, to: u16) -> u16 {
    u16::try_from(u32::from(part) * u32::from(to) / u32::from(whole)).unwrap_or(to)
}

fn percent(permille: u16) -> u16 {
    permille / 10
}
