//! Floods: a tip is never refused for how many there are. Past a threshold it is taken in like any
//! other and held apart as part of a group, so that the daily lists stay what they are (S45).
//!
//! Counts live in memory only, under hashes keyed with a salt of the day: neither the database nor
//! yesterday's counts tell where a tip came from (S46). The group of a source is a random name; that
//! of a text is a keyed hash, so that after a restart the same text is the same group.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use super::receive::From;
use super::{Desk, DeskError};
use crate::clock::{monotonic, random};
use crate::intake::{Tip, likeness};
use crate::store::{Hold, HoldReason, Scope};
use crate::vault::Vault;

/// Most sources, and most texts, that are counted; past that new ones are not until others were
/// quiet for two windows. Then some tips of a flood come through; none is lost.
const MAX_COUNTED: usize = 50_000;
/// How often a full count is swept at the most: it is a walk through all of it.
const SWEEP: Duration = Duration::from_secs(1);

/// From how many public tips on a source or a text is a flood.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tips of one source within the window that are let through; 0 means all.
    pub per_source: u32,
    /// Tips of one text within the window that are let through; 0 means all.
    pub per_text: u32,
    /// The window.
    pub window: Duration,
}

/// Nothing is a flood.
pub(super) const NO_LIMITS: Limits =
    Limits { per_source: 0, per_text: 0, window: Duration::from_secs(1) };

/// Counts public tips by source and by text.
pub(super) struct Flood {
    limits: Limits,
    counts: Mutex<Counts>,
}

struct Counts {
    day: NaiveDate,
    salt: String,
    sources: HashMap<String, Count>,
    texts: HashMap<String, Count>,
    swept: Instant,
}

/// Tips in this window and the one before; between them the count slides.
struct Count {
    begun: Instant,
    now: u32,
    before: u32,
    /// Its group, and since when it is over the threshold without a pause.
    group: String,
    over_since: Option<Instant>,
}

impl Count {
    fn new(group: String, at: Instant) -> Count {
        Count { begun: at, now: 0, before: 0, group, over_since: None }
    }

    /// Counts one more.
    fn add(&mut self, limit: u32, window: Duration, at: Instant) {
        let passed = at.saturating_duration_since(self.begun).as_secs_f64() / window.as_secs_f64();
        if passed >= 1.0 {
            self.before = if passed < 2.0 { self.now } else { 0 };
            self.now = 0;
            self.begun = at;
        }
        self.now = self.now.saturating_add(1);
        let rest =
            1.0 - at.saturating_duration_since(self.begun).as_secs_f64() / window.as_secs_f64();
        let is_over = f64::from(self.now) + f64::from(self.before) * rest > f64::from(limit);
        self.over_since = is_over.then(|| self.over_since.unwrap_or(at));
    }
}

impl Flood {
    pub(super) fn new(limits: Limits) -> Flood {
        let (sources, texts) = Default::default();
        let (day, salt, swept) = (NaiveDate::MIN, String::new(), monotonic());
        Flood { limits, counts: Mutex::new(Counts { day, salt, sources, texts, swept }) }
    }

    /// Counts a tip; says whether it is to be held, and in which group.
    fn weigh(&self, vault: &Vault, source: &str, text: &str, day: NaiveDate) -> Option<Hold> {
        let Limits { per_source, per_text, window } = self.limits;
        let at = monotonic();
        let mut counts = self.counts.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if counts.day != day {
            counts.day = day;
            counts.salt = hex::encode(random::<32>());
            counts.sources.clear();
        }
        counts.make_room(window, at);
        let source = vault.blind(&format!("flood-source:{}", counts.salt), source);
        let text = vault.blind("flood-text", &likeness::fold(text));
        let of_text = format!("t{}", &text[..GROUP_LENGTH.min(text.len())]);
        let of_source = || format!("s{}", hex::encode(random::<{ GROUP_LENGTH / 2 }>()));
        let sources = count(&mut counts.sources, source, per_source, window, at, of_source);
        let texts = count(&mut counts.texts, text, per_text, window, at, || of_text);
        // One flood is one group: of two that would take the tip the older one does.
        match (sources, texts) {
            (Some((_, since)), Some((group, older))) if older <= since => {
                Some(Hold { group, reason: HoldReason::Text })
            }
            (Some((group, _)), _) => Some(Hold { group, reason: HoldReason::Source }),
            (None, Some((group, _))) => Some(Hold { group, reason: HoldReason::Text }),
            (None, None) => None,
        }
    }
}

/// Signs of a group's name after the first: 96 bits.
const GROUP_LENGTH: usize = 24;

/// Counts one of a kind; its group and since when, if it is over the threshold.
fn count(
    all: &mut HashMap<String, Count>,
    key: String,
    limit: u32,
    window: Duration,
    at: Instant,
    group: impl FnOnce() -> String,
) -> Option<(String, Instant)> {
    if limit == 0 || (all.len() >= MAX_COUNTED && !all.contains_key(&key)) {
        return None;
    }
    let count = all.entry(key).or_insert_with(|| Count::new(group(), at));
    count.add(limit, window, at);
    count.over_since.map(|since| (count.group.clone(), since))
}

impl Counts {
    fn make_room(&mut self, window: Duration, at: Instant) {
        let is_full = self.sources.len().max(self.texts.len()) >= MAX_COUNTED;
        if is_full && at.saturating_duration_since(self.swept) > SWEEP {
            self.swept = at;
            let lives = |count: &Count| at.saturating_duration_since(count.begun) < window * 2;
            self.sources.retain(|_, count| lives(count));
            self.texts.retain(|_, count| lives(count));
        }
    }
}

impl Desk {
    /// The desk with these limits of floods.
    pub fn with_limits(self, limits: Limits) -> Desk {
        Desk { flood: std::sync::Arc::new(Flood::new(limits)), ..self }
    }

    /// Whether a tip is part of a flood. Only those without a login are counted.
    pub(super) fn weigh(&self, tip: &Tip, from: &From) -> Option<Hold> {
        let From::Public { source } = from else { return None };
        let day = crate::calendar::zone::date_of(self.clock.now());
        self.flood.weigh(&self.vault, source, &tip.words.text, day)
    }

    /// Lets the held tips of a group back into the daily lists, those within somebody's scope; how
    /// many. Again it is none. [`DeskError::NotFound`] where none of the group is theirs.
    pub async fn release(&self, group: &str, scope: Scope, user: &str) -> Result<usize, DeskError> {
        let (group, user, now) = (group.to_owned(), user.to_owned(), self.clock.now());
        self.store
            .write(move |tx| {
                if !tx.knows_hold(&scope, &group)? {
                    return Err(DeskError::NotFound);
                }
                Ok(tx.release(&scope, &group, &user, now)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_slides_and_remembers_since_when_it_is_over() {
        let (window, begun) = (Duration::from_secs(100), monotonic());
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut count = Count::new("g".to_owned(), begun);
        for _ in 0..10 {
            count.add(10, window, after(1));
        }
        assert_eq!(count.over_since, None);
        count.add(10, window, after(2));
        assert_eq!(count.over_since, Some(after(2)));
        count.add(10, window, after(50));
        assert_eq!(count.over_since, Some(after(2)));
        // The window before counts less and less, and then not at all.
        count.add(10, window, after(110));
        assert_eq!(count.over_since, Some(after(2)));
        count.add(10, window, after(160));
        assert_eq!(count.over_since, None);
        count.add(10, window, after(1_000));
        assert_eq!((count.now, count.before), (1, 0));
    }
}
