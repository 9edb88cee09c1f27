//! What the words of acts' vocabularies are called, for pages that tell what was done.

use crate::intake::Severity;
use crate::lang::Lang;
use crate::ledger::words::{
    Choice, DisposeKind, Execution, Finding, ImportStep, ListedFor, MeasureKind, Outcome,
    PauseCause, RecheckFinding, Redo, RefuseReason, Satisfaction, Stance, Urging, VisitResult,
};

/// Vocabularies in which no word has another name than in the others.
const COMMON: [&[Choice]; 12] = [
    RefuseReason::CHOICES,
    Finding::CHOICES,
    DisposeKind::CHOICES,
    MeasureKind::CHOICES,
    Execution::CHOICES,
    Stance::CHOICES,
    PauseCause::CHOICES,
    RecheckFinding::CHOICES,
    Redo::CHOICES,
    VisitResult::CHOICES,
    ImportStep::CHOICES,
    Urging::CHOICES,
];
/// Those that have words in common with others under other names, and the fields that hold them.
const OWN: [(&str, &[Choice]); 3] = [
    ("outcome", Outcome::CHOICES),
    ("situation", ListedFor::CHOICES),
    ("satisfaction", Satisfaction::CHOICES),
];

/// What the word in a field of an act is called.
pub fn word_in(field: &str, value: &str, lang: Lang) -> Option<&'static str> {
    let own = OWN.into_iter().find(|(name, _)| *name == field);
    own.and_then(|(_, words)| find(words, value, lang)).or_else(|| word(value, lang))
}

/// What a word is called in the vocabularies that need no field to be told apart.
pub fn word(value: &str, lang: Lang) -> Option<&'static str> {
    let severity = || Severity::ALL.into_iter().find(|s| s.code() == value).map(Severity::names);
    let found = COMMON.into_iter().find_map(|words| find(words, value, lang));
    found.or_else(|| severity().map(|(zh, en)| lang.pick(zh, en)))
}

fn find(words: &[Choice], value: &str, lang: Lang) -> Option<&'static str> {
    words.iter().find(|(word, ..)| *word == value).map(|(_, zh, en)| lang.pick(*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_called_what_its_own_vocabulary_calls_it() {
        let of = |field, word| word_in(field, word, Lang::Zh).unwrap();
        assert_eq!(of("result", "satisfied"), "认可办理结果");
        assert_eq!(of("satisfaction", "satisfied"), "满意");
        assert_eq!(of("kind", "transferred"), "移送其他机关");
        assert_eq!(of("outcome", "transferred"), "移送司法或其他机关");
        assert_eq!(of("situation", "other"), "其他需要挂牌督办的");
        assert_eq!(word_in("satisfaction", "unheard", Lang::En), None);
        for (field, words) in OWN {
            for (word, zh, en) in words {
                assert_eq!(word_in(field, word, Lang::Zh), Some(*zh), "{field}");
                assert_eq!(word_in(field, word, Lang::En), Some(*en), "{field}");
            }
        }
    }

    #[test]
    fn no_word_of_the_common_vocabularies_has_two_names() {
        for (name, zh, en) in COMMON.into_iter().flatten() {
            assert_eq!(word(name, Lang::Zh), Some(*zh), "{name}");
            assert_eq!(word(name, Lang::En), Some(*en), "{name}");
        }
    }
}
