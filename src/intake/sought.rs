//! What people type to find a case, and what of a case is found by it.
//!
//! Chinese has no spaces between words, and no list of words knows a village or a factory. So every
//! two neighbouring signs of a text are a mark by which it is found: 采石场 is found by 采石 and 石场.
//! A text that bears every mark of what is sought may still hold them apart, so [`Sought::is_in`]
//! has the last word; the marks only make sure that few texts have to be asked.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// Longest mark in signs: past that, words of Latin letters are told apart by reading them.
const MAX_MARK: usize = 32;
/// The first sign of the scripts that are written without spaces: radicals, kana, Han, Hangul.
const FIRST_UNSPACED: char = '\u{2e80}';

/// What is sought: every term of it, in whatever place of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    terms: Vec<String>,
}

/// A mark by which texts are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Letters and digits, or `·` with the number of another sign; nothing that needs quoting.
    pub text: String,
    /// Whether marks that only begin like this will do.
    pub begins: bool,
}

impl Sought {
    /// Terms are divided by spaces; `None` where nothing else was typed.
    pub fn read(typed: &str) -> Option<Sought> {
        let terms: Vec<String> = folded(typed).split_whitespace().map(str::to_owned).collect();
        (!terms.is_empty()).then_some(Sought { terms })
    }

    /// The marks that a case must bear, each once.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks = BTreeSet::new();
        for term in &self.terms {
            let runs = runs(term);
            let last = runs.len().saturating_sub(1);
            for (place, run) in runs.iter().enumerate() {
                marks.extend(run.sought(place == last));
            }
        }
        marks.into_iter().collect()
    }

    /// Whether this is a single sign of a script without spaces.
    pub fn is_one_sign(&self) -> bool {
        let mut signs = self.terms.iter().flat_map(|term| term.chars());
        signs.next().is_some_and(|sign| sign >= FIRST_UNSPACED) && signs.next().is_none()
    }

    /// Whether each term stands in one of these texts. A term that begins with a Latin letter or a
    /// digit stands at the beginning of a word: 12 is found in «12号», not in «112号».
    pub fn is_in<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let texts: Vec<String> = texts.into_iter().map(folded).collect();
        let stands = |term: &String| texts.iter().any(|text| stands_in(term, text));
        self.terms.iter().all(stands)
    }
}

/// The marks that a case bears by what was said in it.
pub fn marks_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    for text in texts {
        let text = folded(text);
        runs(&text).iter().for_each(|run| marks.extend(run.borne()));
    }
    marks
}

/// Width and case are no difference.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

fn stands_in(term: &str, text: &str) -> bool {
    let begins_word = term.chars().next().is_some_and(is_of_word);
    text.match_indices(term)
        .any(|(at, _)| !(begins_word && text[..at].chars().next_back().is_some_and(is_of_word)))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() && c < FIRST_UNSPACED
}

/// Neighbouring signs of one kind.
enum Run {
    /// Of a script without spaces.
    Unspaced(Vec<char>),
    /// Of one with spaces; digits too.
    Word(String),
    /// A sign that is neither: each by itself.
    Sign(char),
}

impl Run {
    /// Every two neighbours, and the last by itself, so that each sign begins a mark.
    fn borne(&self) -> Vec<String> {
        match self {
            Run::Unspaced(signs) => {
                let pairs = signs.windows(2).map(|pair| pair.iter().collect());
                pairs.chain(signs.last().map(char::to_string)).collect()
            }
            Run::Word(word) => vec![begin_of(word)],
            Run::Sign(sign) => vec![named(*sign)],
        }
    }

    /// What a text must bear in which this stands; at the end of a term it may go on there.
    fn sought(&self, at_end: bool) -> Vec<Mark> {
        let whole = |text: String| Mark { text, begins: false };
        match self {
            Run::Unspaced(signs) if signs.len() > 1 => {
                signs.windows(2).map(|pair| whole(pair.iter().collect())).collect()
            }
            Run::Unspaced(signs) => {
                let one = |sign: &char| Mark { text: sign.to_string(), begins: at_end };
                signs.iter().map(one).collect()
            }
            Run::Word(word) => vec![Mark { text: begin_of(word), begins: at_end }],
            Run::Sign(sign) => vec![whole(named(*sign))],
        }
    }
}

fn begin_of(word: &str) -> String {
    word.chars().take(MAX_MARK).collect()
}

/// A sign such as % by its number: it means something of its own to a database.
fn named(sign: char) -> String {
    format!("·{:x}", u32::from(sign))
}

fn runs(folded: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut apart = true;
    for c in folded.chars() {
        match (c, runs.last_mut()) {
            (c, _) if c.is_whitespace() => {
                apart = true;
                continue;
            }
            (c, Some(Run::Word(word))) if !apart && is_of_word(c) => word.push(c),
            (c, _) if is_of_word(c) => runs.push(Run::Word(c.to_string())),
            (c, Some(Run::Unspaced(signs))) if !apart && c.is_alphanumeric() => signs.push(c),
            (c, _) if c.is_alphanumeric() => runs.push(Run::Unspaced(vec![c])),
            (c, _) => runs.push(Run::Sign(c)),
        }
        apart = false;
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks(typed: &str) -> Vec<(String, bool)> {
        let marks = Sought::read(typed).unwrap().marks();
        marks.into_iter().map(|mark| (mark.text, mark.begins)).collect()
    }

    fn found(typed: &str, text: &str) -> bool {
        let borne = marks_of([text]);
        let bears = |mark: &Mark| match mark.begins {
            true => borne.iter().any(|one| one.starts_with(&mark.text)),
            false => borne.contains(&mark.text),
        };
        let sought = Sought::read(typed).unwrap();
        sought.marks().iter().all(bears) && sought.is_in([text])
    }

    #[test]
    fn neighbours_are_marks() {
        let pair = |text: &str, begins| (text.to_owned(), begins);
        assert_eq!(marks("采石场"), [pair("石场", false), pair("采石", false)]);
        assert_eq!(marks("石"), [pair("石", true)]);
        assert_eq!(marks("湘A12"), [pair("a12", true), pair("湘", false)]);
        assert_eq!(marks("5%"), [pair("5", false), pair("·25", false)]);
        assert_eq!(Sought::read(" \u{3000}\n"), None);
        for (typed, is_one) in [("石", true), ("石场", false), ("石 场", false), ("a", false)]
        {
            assert_eq!(Sought::read(typed).unwrap().is_one_sign(), is_one, "{typed}");
        }
    }

    #[test]
    fn texts_are_found_as_people_expect() {
        let text = "长沙县ＡＢＣ采石场，湘A12345 夜间越界开采100%_\\";
        for typed in
            ["采石", "采石场", "石", "采", "场", "湘a123", "abc", "ab", "100%_\\", "%", "长沙 开采"]
        {
            assert!(found(typed, text), "{typed}");
        }
        // Both halves stand there, but apart; the middle of a word; another word besides.
        for typed in ["县采", "石场采石", "bc", "2345", "采石 矿", "12%"] {
            assert!(!found(typed, text), "{typed}");
        }
        let long = "x".repeat(MAX_MARK + 5);
        assert!(found(&long, &long) && !found(&long, &long[1..]));
    }

    proptest! {
        /// Whatever stands in a text from the beginning of a word is found by its marks: the marks
        /// never hide what reading would find.
        #[test]
        fn marks_hide_nothing(
            text in "[采石场土地a1% ，Ａ]{1,30}",
            typed in "[采石场土地a1% ，Ａ]{1,4}",
        ) {
            if let Some(sought) = Sought::read(&typed) {
                prop_assert_eq!(found(&typed, &text), sought.is_in([text.as_str()]));
            }
        }
    }
}
