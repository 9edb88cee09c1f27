//! How much two texts say in the same words, by the pairs of signs that stand side by side in both.
//!
//! Pairs and not words: a segmenter loses a name inside a longer word, and names are what tells one
//! site from another. Measured in docs/decisions/likeness.md.

use unicode_normalization::UnicodeNormalization;

use super::score::MAX_SCORE;

/// Characters of a text that are compared: ninety-nine of a hundred real messages are shorter, and
/// a long one costs no more than this.
const MAX_COMPARED: usize = 4_000;
/// Fewest pairs that say anything; «有人占地» comes from many people.
const MIN_PAIRS: usize = 4;
/// Words without a matter of their own, each of one sign. A pair does not reach across one.
const FUNCTION_WORDS: &str = "的了是在我你和有不这也就都要会们对于为与而但把被让给到从上下个一请很";

/// The pairs of neighbouring signs of a text, each once. No `Debug`: they are somebody's words.
#[derive(Clone, PartialEq, Eq)]
pub struct Pairs(Vec<(char, char)>);

impl Pairs {
    /// Reads a text; width and case make no difference, and `names` are passed over: what every
    /// text about a place says does not tell one from another.
    pub fn of(text: &str, names: &[String]) -> Pairs {
        let mut text: String =
            text.nfkc().take(MAX_COMPARED).flat_map(char::to_lowercase).collect();
        for name in names.iter().filter(|name| !name.is_empty()) {
            text = text.replace(name.as_str(), " ");
        }
        let mut pairs = Vec::with_capacity(text.len() / 3);
        let mut before = None;
        for sign in text.chars() {
            let counts = sign.is_alphanumeric() && !FUNCTION_WORDS.contains(sign);
            if let (true, Some(before)) = (counts, before) {
                pairs.push((before, sign));
            }
            before = counts.then_some(sign);
        }
        pairs.sort_unstable();
        pairs.dedup();
        Pairs(pairs)
    }

    /// Twice the shared pairs over all pairs of both, in permille; nothing where either text has
    /// too few to tell.
    pub fn alike(&self, other: &Pairs) -> Option<u16> {
        let (mine, theirs) = (&self.0, &other.0);
        if mine.len().min(theirs.len()) < MIN_PAIRS {
            return None;
        }
        let (mut i, mut j, mut shared) = (0, 0, 0);
        while let (Some(a), Some(b)) = (mine.get(i), theirs.get(j)) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    (i, j, shared) = (i + 1, j + 1, shared + 1);
                }
            }
        }
        let permille = 2 * shared * usize::from(MAX_SCORE) / (mine.len() + theirs.len());
        u16::try_from(permille).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> Option<u16> {
        Pairs::of(a, &[]).alike(&Pairs::of(b, &[]))
    }

    #[test]
    fn shared_pairs_are_counted_and_function_words_are_not() {
        assert_eq!(alike("甲乙丙丁戊", "甲乙丙丁戊"), Some(1000));
        // Four pairs each, of which three are shared.
        assert_eq!(alike("甲乙丙丁戊", "甲乙丙丁己"), Some(750));
        assert_eq!(alike("甲乙丙丁戊", "子丑寅卯辰"), Some(0));
        assert_eq!(alike("ＡＢＣＤＥ，３亩地", "abcde 3亩地"), Some(1000));
        // 耕地 地建 建钢 钢构 厂房 against 占耕 耕地 地建 建厂 厂房: three of five.
        assert_eq!(alike("占了耕地建钢构的厂房", "占耕地建厂房"), Some(600));
        // Too few to tell.
        assert_eq!(alike("有人占地", "有人占地"), None);
        assert_eq!(alike("", ""), None);
    }

    #[test]
    fn names_that_every_text_about_a_place_says_are_passed_over() {
        let names = ["湖南省".to_owned(), "长沙县".to_owned()];
        let a = Pairs::of("湖南省长沙县石桥村口建房", &names);
        let b = Pairs::of("长沙县杨梅冲采石放炮", &names);
        assert_eq!(a.alike(&b), Some(0));
        assert!(a == Pairs::of("石桥村口建房", &[]));
    }

    #[test]
    fn a_text_without_end_costs_no_more_than_a_long_one() {
        let long: String =
            (0..200_000u32).filter_map(|n| char::from_u32(0x4e00 + n % 9_000)).collect();
        assert!(Pairs::of(&long, &[]).0.len() < MAX_COMPARED);
    }
}
