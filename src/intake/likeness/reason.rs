//! Why two tips are taken for one matter, in words.

use crate::lang::Lang;
use crate::place::Level;

/// What speaks for one matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Points so many metres apart.
    Near(u32),
    /// The same name of the accused.
    SameAccused,
    /// Accounts that share so many percent of their words.
    Telling(u16),
    /// Places whose words are so many percent alike.
    PlaceWords(u16),
    /// The same division of this level.
    Division(Level),
    /// The same category.
    SameCategory,
    /// So many days apart.
    Days(i64),
}

/// Metres are told in steps of this: nobody measured more finely.
const STEP: u32 = 10;

impl Reason {
    /// Stable code in the contract.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Near(_) => "near",
            Reason::SameAccused => "accused",
            Reason::Telling(_) => "text",
            Reason::PlaceWords(_) => "place_text",
            Reason::Division(_) => "division",
            Reason::SameCategory => "category",
            Reason::Days(_) => "time",
        }
    }

    /// As a reader is told it.
    pub fn words(self, lang: Lang) -> String {
        let (zh, en) = match self {
            Reason::Near(metres) => {
                let metres = metres.div_ceil(STEP).max(1) * STEP;
                (format!("同一地点约 {metres} 米内"), format!("within about {metres} m"))
            }
            Reason::SameAccused => pair("被举报对象相同", "the same accused"),
            Reason::Telling(percent) => {
                (format!("文字相近 {percent}%"), format!("accounts {percent}% alike"))
            }
            Reason::PlaceWords(percent) => {
                (format!("地点描述相近 {percent}%"), format!("place in words {percent}% alike"))
            }
            Reason::Division(Level::Township) => pair("同一乡镇", "the same township"),
            Reason::Division(_) => pair("同一县区", "the same county"),
            Reason::SameCategory => pair("类别相同", "the same category"),
            Reason::Days(0) => pair("同一天", "on the same day"),
            Reason::Days(1) => pair("相隔 1 天", "1 day apart"),
            Reason::Days(days) => (format!("相隔 {days} 天"), format!("{days} days apart")),
        };
        lang.pick(zh, en)
    }
}

fn pair(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_both_languages() {
        for (reason, zh, en) in [
            (Reason::Near(113), "同一地点约 120 米内", "within about 120 m"),
            (Reason::Near(0), "同一地点约 10 米内", "within about 10 m"),
            (Reason::SameAccused, "被举报对象相同", "the same accused"),
            (Reason::Telling(83), "文字相近 83%", "accounts 83% alike"),
            (Reason::Division(Level::County), "同一县区", "the same county"),
            (Reason::Days(1), "相隔 1 天", "1 day apart"),
        ] {
            assert_eq!(
                (reason.words(Lang::Zh).as_str(), reason.words(Lang::En).as_str()),
                (zh, en)
            );
        }
    }
}
