//! Whether two accounts are the same text: what a machine varies when it sends one again and again
//! is folded away.

use unicode_normalization::UnicodeNormalization;

/// Fewest letters that make a text one's own; «有人占地» comes from many people.
const MIN_LETTERS: usize = 8;

/// The account with digits, spaces, punctuation, width and case folded away. A text of few letters
/// keeps everything but width, spaces and case: what is left of it would be everybody's.
pub fn fold(text: &str) -> String {
    let wide: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let letters: String = wide.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.chars().count() >= MIN_LETTERS {
        return letters;
    }
    wide.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_machines_vary_is_folded_away_and_what_people_say_is_not() {
        let one = fold("村东头占用耕地约 3 亩建厂房！（第1次）");
        assert_eq!(one, fold("村东头占用耕地约３０亩，建厂房;第 27 次\n"));
        assert_eq!(fold("ＡＢＣ factory dumps waste"), fold("abc Factory dumps waste 7"));
        for other in ["村西头占用耕地约 3 亩建厂房（第1次）", "村东头占用耕地约3亩", ""]
        {
            assert_ne!(one, fold(other), "{other}");
        }
        // Few letters: the digits are all that tells them apart.
        assert_ne!(fold("12 号地块"), fold("13 号地块"));
        assert_eq!(fold("１２号 地块"), fold("12 号地块"));
    }
}
