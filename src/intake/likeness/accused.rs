//! The accused by name: written differently, still the same.

use unicode_normalization::UnicodeNormalization;

/// Legal forms that are left out as often as they are written, longest first.
const LEGAL_FORMS: [&str; 6] =
    ["有限责任公司", "股份有限公司", "有限公司", "责任公司", "分公司", "公司"];
/// Fewest signs that remain of a firm's name without its legal form.
const MIN_FIRM: usize = 2;
/// What is no name: «某公司», «一家砖厂», «几个外地人» are everybody's. [ours]
const NAMELESS_BEGINNINGS: [&str; 28] = [
    "一家",
    "一个",
    "一伙",
    "一名",
    "一群",
    "一些",
    "一帮",
    "几",
    "无牌",
    "有人",
    "有关",
    "不详",
    "不知",
    "不明",
    "不清",
    "未知",
    "无名",
    "匿名",
    "外地",
    "外来",
    "当地",
    "附近",
    "村民",
    "村委",
    "村干",
    "村集体",
    "老板",
    "个别",
];
/// A sign that hides a name: 李某, 某矿.
const HIDDEN: char = '某';
/// From how many signs a name is a firm's or an office's; one of fewer is mostly a person's, whom
/// many share. [ours]
const FIRM_SIGNS: usize = 5;
/// Most signs of a name that are compared, as many as the field takes.
const MAX_SIGNS: usize = super::super::tip::MAX_LINE;

/// A name of the accused as it is compared: width, case, spaces, punctuation and legal form folded
/// away. Nothing for what is no name.
pub fn accused_key(written: &str) -> Option<String> {
    let letters = written.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    let whole: String = letters.take(MAX_SIGNS).collect();
    let bare = LEGAL_FORMS.iter().find_map(|form| whole.strip_suffix(form));
    let bare = bare.filter(|bare| signs(bare) >= MIN_FIRM).unwrap_or(&whole);
    let nameless = bare.contains(HIDDEN)
        || signs(bare) < 2
        || NAMELESS_BEGINNINGS.iter().any(|beginning| bare.starts_with(beginning));
    (!nameless).then(|| bare.to_owned())
}

/// Whether a key names a firm or an office, the same wherever it turns up; a shorter one is mostly
/// a person's name and says something within one county only.
pub fn is_known_everywhere(key: &str) -> bool {
    signs(key) >= FIRM_SIGNS
}

fn signs(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_key_and_no_name_has_none() {
        let key = |written| accused_key(written).unwrap_or_default();
        for written in
            ["宏达采石场", "宏达采石场有限公司", " 宏达 采石场（有限责任公司）", "宏达采石场。"]
        {
            assert_eq!(key(written), "宏达采石场", "{written}");
        }
        assert_eq!(key("ＡＢＣ Mining"), "abcmining");
        assert_eq!(key("李大明"), "李大明");
        // Nothing but a legal form stays what it is.
        assert_eq!(key("大公司"), "大公司");
        for nobody in
            ["", "！", "某公司", "李某", "一家砖厂", "几个外地人", "不详", "村民", "村委会"]
        {
            assert_eq!(accused_key(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn a_person_is_known_at_home_and_a_firm_everywhere() {
        assert!(is_known_everywhere("宏达采石场") && !is_known_everywhere("李大明"));
    }
}
