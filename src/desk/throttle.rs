//! Slows down guessing: each wrong try makes the next wait longer, for that pair of target and
//! source alone, so that nobody can lock somebody else out. In memory only.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::clock::monotonic;

/// Wrong tries that cost nothing: people mistype.
const FREE: u32 = 3;
/// The longest wait. With it a source gets about 16 tries in the first hour.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);
/// A source that kept quiet for so long begins anew.
const FORGIVEN: Duration = Duration::from_secs(60 * 60);
/// Most pairs that are remembered; past that the longest quiet are forgotten.
const MAX_PAIRS: usize = 50_000;

/// Wrong tries by pair.
#[derive(Default)]
pub(super) struct Throttle {
    pairs: Mutex<HashMap<String, Tries>>,
}

struct Tries {
    wrong: u32,
    last: Instant,
}

impl Tries {
    fn wait(&self) -> Duration {
        let steps = self.wrong.saturating_sub(FREE);
        match steps {
            0 => Duration::ZERO,
            steps => Duration::from_secs(1 << (steps - 1).min(20)).min(MAX_WAIT),
        }
    }
}

impl Throttle {
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
        let tries = pairs.entry(pair.to_owned()).or_insert(Tries { wrong: 0, last: now });
        if now.duration_since(tries.last) > FORGIVEN {
            tries.wrong = 0;
        }
        let since = now.duration_since(tries.last);
        if let Some(left) = tries.wait().checked_sub(since).filter(|left| !left.is_zero()) {
            return Err(left.as_secs() + 1);
        }
        tries.wrong += 1;
        tries.last = now;
        Ok(())
    }

    /// Takes back the count of a try that was right. Earlier wrong ones stand: who knows one right
    /// answer must not wash away guesses at others with it.
    pub(super) fn undo(&self, pair: &str) {
        let mut pairs = self.pairs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(tries) = pairs.get_mut(pair) {
            tries.wrong = tries.wrong.saturating_sub(1);
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
        let mut tries = Tries { wrong: 0, last: monotonic() };
        let mut let_through = 0;
        while hour < Duration::from_secs(3_600) {
            hour += tries.wait();
            tries.wrong += 1;
            let_through += 1;
        }
        assert!((10..=20).contains(&let_through), "{let_through}");
    }

    #[test]
    fn one_pair_does_not_hold_up_another() {
        let throttle = Throttle::default();
        let through = (0..1_000).filter(|_| throttle.admit("a").is_ok()).count();
        assert!(through <= 4, "{through}");
        assert!(throttle.admit("b").is_ok());
        throttle.right("a");
        assert!(throttle.admit("a").is_ok());
    }

    #[test]
    fn a_right_answer_does_not_wash_away_guesses() {
        let throttle = Throttle::default();
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
