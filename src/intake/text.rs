//! Cleaning of what people type: spaces, line ends, full-width digits; and what may not be kept.

use unicode_normalization::UnicodeNormalization;

/// Whether a character may not stand in any field: control characters other than line break and
/// tab, and those that reverse the direction of reading, which make a text look like another.
pub fn is_forbidden(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    let bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    control || bidi
}

/// A text of several lines: line ends made equal, outer spaces removed.
pub fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Half-width form of what people type in full width (１３８ → 138), for numbers, codes and dates.
pub fn half_width(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// How many characters a reader would count.
pub fn length(text: &str) -> usize {
    text.chars().count()
}
