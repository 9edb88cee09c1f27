//! Dice that fall the same way each time: SplitMix64, whose values no release of a crate can change.

/// The golden ratio in 64 bits, the generator's own step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A seeded generator. It is for made-up cases only: nothing secret may come from it.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Dice for the `n`-th thing under a seed; neighbours have nothing in common.
    pub fn new(seed: u64, n: u64) -> Dice {
        let mut dice = Dice { state: seed ^ 0x12_336 };
        dice.state = dice.next() ^ n.wrapping_mul(STEP);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where there is nothing below it.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product: no bias that a made-up case could show.
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Yes, so many times in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of a list; the lists of this room are never empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        &list[at]
    }

    /// One of a list by weight; the first where all weights are 0.
    pub fn weighted<'a, T>(&mut self, list: &'a [T], weight: impl Fn(&T) -> u64) -> &'a T {
        let mut left = self.below(list.iter().map(&weight).sum());
        list.iter()
            .find(|one| {
                let mine = weight(one);
                let hit = left < mine;
                left = left.saturating_sub(mine);
                hit
            })
            .unwrap_or(&list[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_throws() {
        let throws = |seed, n| {
            let mut dice = Dice::new(seed, n);
            std::array::from_fn::<u64, 4, _>(|_| dice.below(1_000))
        };
        // Written down: a changed generator would change every made-up year.
        assert_eq!(throws(1, 0), [344, 426, 952, 179]);
        assert_ne!(throws(1, 0), throws(1, 1));
        assert_ne!(throws(1, 0), throws(2, 0));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(7, 7);
        let list = [("a", 1), ("b", 0), ("c", 3)];
        let throws: Vec<&str> = (0..4_000).map(|_| dice.weighted(&list, |x| x.1).0).collect();
        let count = |name| throws.iter().filter(|x| **x == name).count();
        assert_eq!(count("b"), 0);
        assert!((900..1_100).contains(&count("a")), "{}", count("a"));
    }
}
