//! What an entry did to the duties, in words.

use super::Teller;
use crate::calendar::zone;
use crate::intake::receipt;
use crate::lang::Lang;
use crate::ledger::Effect;
use crate::ledger::entry::Turn;
use crate::place::recusal::Clue;

impl Teller<'_> {
    /// What an effect did to the duties: a sign, and the duty in words.
    pub(super) fn effect(&self, effect: &Effect) -> Option<(&'static str, String)> {
        let (case, divisions, lang) = (self.case, &self.law.divisions, self.lang);
        // Several duties of one kind are told apart by the measure that each is about.
        let name = |no: u32| {
            let duty = case.duties.iter().find(|duty| duty.no == no)?;
            let kind = lang.pick(duty.kind.names().0, duty.kind.names().1);
            let Some(ordered) = case.measure_of(duty) else { return Some(kind.to_owned()) };
            let ordered = &ordered.measure;
            let measure = lang.pick(ordered.kind.names().0, ordered.kind.names().1);
            Some(format!("{kind} · {measure} {}", ordered.amount))
        };
        Some(match effect {
            Effect::Open { no, owner, due, .. } => {
                let unit = divisions.name(*owner);
                let kind = name(*no)?;
                let by = due.map(zone::shown_due).unwrap_or_default();
                let until = lang.pick("限", "by");
                let marks = lang.pick(["（", "）"], ["(", ")"]);
                let due = if by.is_empty() {
                    by
                } else {
                    format!("{}{until} {by}{}", marks[0], marks[1])
                };
                (
                    "open",
                    lang.pick(
                        format!("新增：{kind} · {unit}{due}"),
                        format!("owed: {kind} · {unit} {due}"),
                    ),
                )
            }
            Effect::Discharge { no } => (
                "done",
                lang.pick(format!("完成：{}", name(*no)?), format!("done: {}", name(*no)?)),
            ),
            Effect::Lapse { no } => (
                "lapsed",
                lang.pick(format!("终止：{}", name(*no)?), format!("lapsed: {}", name(*no)?)),
            ),
            Effect::Pause { no } => (
                "paused",
                lang.pick(
                    format!("暂停计时：{}", name(*no)?),
                    format!("clock stopped: {}", name(*no)?),
                ),
            ),
            Effect::Clock { no, due, turn, .. } => {
                let (zh, en) = match turn {
                    Turn::Begin => ("起算", "clock runs"),
                    Turn::Resume => ("恢复计时", "clock goes on"),
                    Turn::Extend { .. } => ("延期", "extended"),
                    Turn::Reckon => ("重算期限", "reckoned anew"),
                    Turn::Press => ("按紧急程度重算", "by its severity"),
                };
                let name = name(*no)?;
                let by = due.map(zone::shown_due);
                let words = match by {
                    Some(by) => {
                        lang.pick(format!("{zh}：{name} 限 {by}"), format!("{en}: {name} by {by}"))
                    }
                    None => lang.pick(format!("待起算：{name}"), format!("waits to run: {name}")),
                };
                ("clock", words)
            }
            Effect::Hand { no, owner } => {
                let unit = divisions.name(*owner);
                (
                    "hand",
                    lang.pick(
                        format!("移交：{} → {unit}", name(*no)?),
                        format!("handed on: {} → {unit}", name(*no)?),
                    ),
                )
            }
            Effect::Join { tip, .. } => {
                let tip = receipt::spoken(tip);
                ("join", lang.pick(format!("并入线索：{tip}"), format!("tip joins: {tip}")))
            }
            Effect::Part { tip } => {
                let tip = receipt::spoken(tip);
                ("part", lang.pick(format!("移出线索：{tip}"), format!("tip leaves: {tip}")))
            }
            Effect::Recuse { unit, by, .. } => {
                let (unit, by) = (divisions.full_name(*unit), clue(*by, lang));
                (
                    "recuse",
                    lang.pick(
                        format!("回避：{unit}。因线索涉及该单位，按回避规定由上级办理{by}"),
                        format!(
                            "recused: {unit}; the tip is about it, so its superior handles it{by}"
                        ),
                    ),
                )
            }
            Effect::Lift { unit } => {
                let unit = divisions.full_name(*unit);
                ("lift", lang.pick(format!("解除回避：{unit}"), format!("recusal lifted: {unit}")))
            }
        })
    }
}

/// By what a unit was recognised as the accused, as the end of a sentence.
fn clue(by: Option<Clue>, lang: Lang) -> &'static str {
    let (zh, en) = match by {
        Some(Clue::Accused) => ("（依据：被举报对象一栏）", " (named as the accused)"),
        Some(Clue::Text) => {
            ("（依据：线索正文，待上级确认）", " (named in the text, to be confirmed)")
        }
        Some(Clue::Correction) => ("（依据：更正）", " (found out later)"),
        Some(Clue::Merged) => ("（依据：并案）", " (by the case that it became one with)"),
        None => ("", ""),
    };
    lang.pick(zh, en)
}
