//! Slows down guessing: each wrong try makes the next wait longer, for that pair of target and
//! source alone, so that nobody can lock somebody else out. In memory only.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::clock::monotonic;

/// Wrong tries at one target that cost nothing: people mistype.
pub(super) const FREE: u32 = 3;
/// Wrong tries at any target from one source that cost nothing: a whole village may share one.
pub(super) const FREE_OF_A_SOURCE: u32 = 30;
/// The longest wait. With it a source gets about 16 tries in the first hour.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);
/// A source that kept quiet for so long begins anew.
const FORGIVEN: Duration = Duration::from_secs(60 * 60);
/// Most pairs that are remembered; past that the longest quiet are forgotten.
const MAX_PAIRS: usize = 50_000;

/// Wrong tries by pair.
pub(super) struct Throttle {
    free: u32,
    pairs: Mutex<HashMap<String, Tries>>,
}

struct Tries {
    wrong: u32,
    last: Instant,
    /// When the try before the last was, to which a right one goes back.
    before: Instant,
}

impl Tries {
    fn wait(&self, free: u32) -> Duration {
        let steps = self.wrong.saturating_sub(free);
        match steps {
            0 => Duration::ZERO,
            steps => Duration::from_secs(1 << (steps - 1).min(20)).min(MAX_WAIT),
        }
    }
}

impl Throttle {
    /// A throttle that lets so many wrong tries pass without a wait.
    pub(super) fn new(free: u32) -> Throttle {
        Throttle { free, pairs: Mutex::default() }
    }

    /// Lets a try through, counting it as wrong until [`Throttle::right`] says otherwise; or says
    /// how many seconds to wait. Counting first keeps parallel tries from slipping by.
    pub(super) fn admit(&self, pair: &str) -> Result<(), u64> {
        let now = monotonic();
        let mut pairs = self.pairs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if pairs.len() >= MAX_PAIRS {
            let half = now - FORGIVEN / 2;
            pairs.retain(|_, tries| tries.last > half);
            if pairs.len() >= MAX_PAIRS {
                pairs.clear();
            }
        }
        let tries =
            pairs.entry(pair.to_owned()).or_insert(Tries { wrong: 0, last: now, before: now });
        if now.duration_since(tries.last) > FORGIVEN {
            tries.wrong = 0;
        }
        let since = now.duration_since(tries.last);
        if let Some(left) = tries.wait(self.free).checked_sub(since).filter(|left| !left.is_zero())
        {
            return Err(left.as_secs() + 1);
        }
        tries.wrong += 1;
        (tries.before, tries.last) = (tries.last, now);
        Ok(())
    }

    /// Takes back the count of a try that was right. Earlier wrong ones stand: who knows one right
    /// answer must not wash away guesses at others with it.
    pub(super) fn undo(&self, pair: &str) {
        let mut pairs = self.pairs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(tries) = pairs.get_mut(pair) {
            tries.wrong = tries.wrong.saturating_sub(1);
            tries.last = tries.before;
        }
    }

    /// Forgets a pair's wrong tries, where the right one proves that it is the same person.
    pub(super) fn right(&self, pair: &str) {
        let mut pairs = self.pairs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        pairs.remove(pair);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_under_twenty_an_hour() {
        let mut hour = Duration::ZERO;
        let now = monotonic();
        let mut tries = Tries { wrong: 0, last: now, before: now };
        let mut let_through = 0;
        while hour < Duration::from_secs(3_600) {
            hour += tries.wait(FREE);
            tries.wrong += 1;
            let_through += 1;
        }
        assert!((10..=20).contains(&let_through), "{let_through}");
    }

    #[test]
    fn one_pair_does_not_hold_up_another() {
        let throttle = Throttle::new(FREE);
        let through = (0..1_000).filter(|_| throttle.admit("a").is_ok()).count();
        assert!(through <= 4, "{through}");
        assert!(throttle.admit("b").is_ok());
        throttle.right("a");
        assert!(throttle.admit("a").is_ok());
    }

    #[test]
    fn a_right_answer_does_not_wash_away_guesses() {
        let throttle = Throttle::new(FREE);
        let mut through = 0;
        for _ in 0..100 {
            through += u32::from(throttle.admit("a").is_ok());
            if throttle.admit("a").is_ok() {
                throttle.undo("a");
            }
        }
        assert!(through <= FREE + 1, "{through}");
    }
}
