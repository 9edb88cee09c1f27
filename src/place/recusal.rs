//! Recusal (回避): the accused unit neither sees nor handles the tip.
//!
//! The accused unit is taken from the division and the organisation that the informant names.
//! A name in running text hides only provisionally: a superior confirms or lifts it.

use serde::{Deserialize, Serialize};

use super::code::{Code, Level};
use super::divisions::Divisions;

/// A unit kept away from a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recusal {
    /// The accused unit.
    pub unit: Code,
    /// Seen in running text only, not named as the accused.
    pub provisional: bool,
    /// By what it was recognised; entries from before this was written down do not say.
    pub by: Option<Clue>,
}

/// By what a unit was recognised as the accused: the reason of a recusal, without the informant's
/// words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clue {
    /// The field that names the accused.
    Accused,
    /// Title or text.
    Text,
    /// A later correction.
    Correction,
    /// The case with which this one became one; ends when they part.
    Merged,
}

/// Words that make an organisation one of ours. [ours]
const BUREAU_WORDS: [&str; 12] = [
    "自然资源和规划局",
    "自然资源与规划局",
    "自然资源局",
    "自然资源厅",
    "自然资源部",
    "自然资源所",
    "国土资源局",
    "国土资源厅",
    "国土资源所",
    "国土局",
    "国土所",
    "规划局",
];

/// The unit accused, if one is: first from the field that names the accused, else from the text.
pub fn accused_unit(
    divisions: &Divisions,
    place: Code,
    accused: Option<&str>,
    text: &str,
) -> Option<Recusal> {
    let named = accused.and_then(|name| bureau_in(divisions, place, name));
    let found = |provisional, by| move |unit| Recusal { unit, provisional, by: Some(by) };
    let said = || bureau_in(divisions, place, text).map(found(true, Clue::Text));
    named.map(found(false, Clue::Accused)).or_else(said)
}

/// Finds a bureau named in a text. The division is the one of the place's own line whose name
/// stands right before the bureau's; without one, the level is guessed from the word before it
/// (县局, 市局, 省厅) and else the county's.
fn bureau_in(divisions: &Divisions, place: Code, text: &str) -> Option<Code> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    BUREAU_WORDS.iter().find_map(|word| {
        let at = compact.find(word)?;
        Some(unit_before(divisions, place, &compact[..at], word))
    })
}

fn unit_before(divisions: &Divisions, place: Code, before: &str, word: &str) -> Code {
    let chain = place.chain();
    let line = || chain.iter().copied().filter(|code| *code != Code::NATION);
    let by_name = line().find(|code| {
        let name = divisions.name(*code);
        before.ends_with(&name) || short_name(&name).is_some_and(|short| before.ends_with(short))
    });
    let level = match () {
        () if word.ends_with('部') => Level::Nation,
        () if word.ends_with('厅') || before.ends_with('省') => Level::Province,
        () if word.ends_with('所') || before.ends_with(['乡', '镇']) => Level::Township,
        () if before.ends_with('市') => Level::City,
        () => Level::County,
    };
    let by_level = || chain.iter().copied().find(|code| code.level() <= level);
    by_name.or_else(by_level).unwrap_or(Code::NATION)
}

/// A name without its last sign (长沙县 → 长沙), where two characters or more remain.
fn short_name(name: &str) -> Option<&str> {
    let (last, _) = name.char_indices().next_back()?;
    (name[..last].chars().count() >= 2).then(|| &name[..last])
}

/// Whether a unit must be kept away from a case in which `accused` is recused: the accused and
/// those under it, whom it could lean on. The nation's desk has everyone under it and bars only
/// itself.
pub fn bars(accused: Code, unit: Code) -> bool {
    if accused == Code::NATION { unit == accused } else { accused.holds(unit) }
}

/// The nearest unit at or above `unit` that is not barred. At the top there is nobody above: the
/// configured `alternate` takes the case.
pub fn clear_unit(unit: Code, recused: &[Code], alternate: Code) -> Code {
    let free = |candidate: &Code| !recused.iter().any(|accused| bars(*accused, *candidate));
    unit.chain().into_iter().find(free).unwrap_or(alternate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divisions() -> Divisions {
        Divisions::parse(include_str!("../../config/divisions.csv")).unwrap()
    }

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    #[test]
    fn the_accused_unit_is_found_by_name_and_level() {
        let divisions = divisions();
        let place = code("430121");
        let table = [
            (Some("长沙县自然资源局"), "", Some(("430121", false))),
            (Some("长沙市自然资源和规划局局长"), "", Some(("430100", false))),
            // An officer is found by the office; a bare name is nobody's.
            (Some("长沙县自然资源局局长某某"), "", Some(("430121", false))),
            (Some("某某"), "局长某某收钱不管", None),
            (Some("县国土局工作人员"), "", Some(("430121", false))),
            (Some("湖南省自然资源厅"), "", Some(("430000", false))),
            (Some("某采石场"), "长沙县国土资源局有人收钱不管", Some(("430121", true))),
            (Some("某采石场"), "挖了三十亩耕地", None),
            (None, "自然资源部的人", Some(("000000", true))),
        ];
        for (accused, text, expected) in table {
            let expected = expected.map(|(unit, provisional)| {
                let by = Some(if provisional { Clue::Text } else { Clue::Accused });
                Recusal { unit: code(unit), provisional, by }
            });
            assert_eq!(
                accused_unit(&divisions, place, accused, text),
                expected,
                "{accused:?} {text}"
            );
        }
    }

    #[test]
    fn a_barred_unit_gives_way_to_its_superior() {
        let county = code("430121");
        assert_eq!(clear_unit(county, &[county], code("11")), code("430100"));
        assert_eq!(clear_unit(code("430121104"), &[county], code("11")), code("430100"));
        assert_eq!(clear_unit(county, &[Code::NATION], code("11")), county);
        assert_eq!(clear_unit(Code::NATION, &[Code::NATION], code("11")), code("110000"));
    }
}
