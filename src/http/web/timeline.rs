//! The ledger of a case as people read it.

use std::collections::HashMap;

use serde_json::Value;

use super::acts::word;
use super::look;
use crate::calendar::zone;
use crate::intake::receipt;
use crate::lang::Lang;
use crate::ledger::entry::{ByKind, Turn};
use crate::ledger::{Act, Case, Effect, Entry};
use crate::place::{Divisions, recusal::Clue};
use crate::store::StoredEntry;

/// One entry.
pub struct Line {
    /// Its number in the case.
    pub seq: u32,
    /// When it was written down.
    pub at: String,
    /// What was done.
    pub act: &'static str,
    /// By whom: unit and person, or who else.
    pub by: String,
    /// The act's fields: label and value.
    pub details: Vec<(String, String)>,
    /// What it discharged and opened.
    pub effects: Vec<(&'static str, String)>,
}

/// The fields that a timeline names, in its order.
const FIELDS: [(&str, &str, &str); 54] = [
    ("step", "环节", "step"),
    ("category", "类别", "category"),
    ("severity", "紧急程度", "severity"),
    ("reason", "理由", "reason"),
    ("redirect", "转向", "redirect"),
    ("case", "关联案号", "case"),
    ("unit", "单位", "unit"),
    ("suggested_unit", "建议单位", "suggested unit"),
    ("upheld", "异议", "objection"),
    ("finding", "结论", "finding"),
    ("officers", "核查人员", "officers"),
    ("at", "时间", "at"),
    ("place", "地点", "place"),
    ("kind", "方式", "kind"),
    ("basis", "依据", "basis"),
    ("receiver", "接收单位", "receiver"),
    ("means", "方式", "means"),
    ("filing", "立案条件", "filing test"),
    ("outcome", "决定", "decision"),
    ("measures", "措施", "measures"),
    ("duty", "待办编号", "duty"),
    ("amount", "数量", "amount"),
    ("document", "文书号", "document"),
    ("confirmed", "是否执行到位", "was it done"),
    ("accepted", "是否接收", "accepted"),
    ("receipt", "回执文号", "receipt number"),
    ("units", "征求意见单位", "units asked"),
    ("stance", "意见", "opinion"),
    ("granted", "是否同意", "granted"),
    ("cause", "事由", "cause"),
    ("rung", "督促方式", "rung"),
    ("situation", "挂牌情形", "situation"),
    ("draw", "抽查编号", "draw"),
    ("checker", "复查单位", "re-checking unit"),
    ("satisfaction", "满意程度", "satisfaction"),
    ("who", "问责对象", "who"),
    ("scope", "问责范围", "scope"),
    ("manner", "问责方式", "manner"),
    ("degree", "问责程度", "degree"),
    ("people", "避免伤亡（人）", "people saved"),
    ("successor", "承继单位", "successor"),
    ("tips", "线索", "tips"),
    ("redo", "退回事项", "to be redone"),
    ("result", "结果", "result"),
    ("seq", "更正条目", "corrects entry"),
    ("fields", "更正内容", "new values"),
    ("division", "行政区划", "division"),
    ("accused_unit", "被举报单位", "accused unit"),
    ("occurred_on", "发生日期", "day of the act"),
    ("lift_recusal", "解除回避", "lifts the recusal"),
    ("text", "说明", "text"),
    ("file", "文件 SHA-256", "file SHA-256"),
    ("row", "数据行", "row"),
    ("evidence", "证据", "evidence"),
];

/// Reads a ledger, newest entry first. A reader who has yet to give an opinion is blind to others'.
pub fn lines(
    stored: &[StoredEntry],
    case: &Case,
    logins: &HashMap<String, String>,
    divisions: &Divisions,
    blind: bool,
    lang: Lang,
) -> Vec<Line> {
    let line = |stored: &StoredEntry| {
        let entry = &stored.entry;
        let (zh, en) = entry.act.names();
        Line {
            seq: entry.seq,
            at: zone::shown(entry.recorded_at),
            act: lang.pick(zh, en),
            by: by(entry, logins, divisions, lang),
            details: match entry.act {
                Act::Opine if blind => vec![unseen(lang)],
                _ => details(&entry.fields, divisions, lang),
            },
            effects: entry
                .effects
                .iter()
                .filter_map(|e| effect(e, case, divisions, lang))
                .collect(),
        }
    };
    stored.iter().rev().map(line).collect()
}

fn by(
    entry: &Entry,
    logins: &HashMap<String, String>,
    divisions: &Divisions,
    lang: Lang,
) -> String {
    let by = &entry.by;
    let somebody = || {
        let unit = by.unit.map(|unit| divisions.full_name(unit)).unwrap_or_default();
        let known = by.user.as_ref().and_then(|user| logins.get(user));
        let person = known.cloned().unwrap_or_else(|| look::roles(&by.roles, lang));
        format!("{unit} · {person}")
    };
    match by.kind {
        ByKind::Staff => somebody(),
        ByKind::Informant => lang.pick("举报人", "the informant").to_owned(),
        ByKind::Public => lang.pick("公众", "the public").to_owned(),
        ByKind::Import if by.user.is_some() => {
            lang.pick(format!("导入 · {}", somebody()), format!("import · {}", somebody()))
        }
        ByKind::Import => lang.pick("导入", "import").to_owned(),
        ByKind::Schedule => lang.pick("系统定时", "the schedule").to_owned(),
    }
}

fn unseen(lang: Lang) -> (String, String) {
    let words = lang.pick("您提交意见后可见", "shown once your own opinion is in");
    (lang.pick("意见", "opinion").to_owned(), words.to_owned())
}

fn details(fields: &Value, divisions: &Divisions, lang: Lang) -> Vec<(String, String)> {
    let named = FIELDS.iter().filter_map(|(name, zh, en)| {
        let value = fields.get(*name).filter(|value| !value.is_null())?;
        let text = shown(name, value, divisions, lang);
        (!text.is_empty()).then(|| (lang.pick(*zh, *en).to_owned(), text))
    });
    named.collect()
}

fn shown(name: &str, value: &Value, divisions: &Divisions, lang: Lang) -> String {
    let text = value.as_str().unwrap_or_default();
    match (name, value) {
        ("category", _) => look::category(text, lang),
        ("unit" | "suggested_unit" | "division" | "accused_unit" | "checker" | "successor", _) => {
            look::place(text, divisions)
        }
        ("units", Value::Array(units)) => {
            let named = units.iter().filter_map(Value::as_str);
            named.map(|unit| look::place(unit, divisions)).collect::<Vec<_>>().join("、")
        }
        ("measures", Value::Array(measures)) => {
            measures.iter().map(|one| measure(one, lang)).collect::<Vec<_>>().join("；")
        }
        ("filing", Value::Object(filing)) => {
            let ended = filing.get("ended_on").and_then(Value::as_str);
            let met = lang.pick("五项均符合", "all five met");
            let goes_on = lang.pick("违法行为仍在继续", "the violation goes on");
            let until = ended.map_or_else(
                || goes_on.to_owned(),
                |day| lang.pick(format!("违法行为终了于 {day}"), format!("it ended on {day}")),
            );
            format!("{met}；{until}")
        }
        ("upheld", Value::Bool(upheld)) => {
            lang.pick(["不成立", "成立"], ["not upheld", "upheld"])[usize::from(*upheld)].to_owned()
        }
        ("at", _) => zone::parse_instant(text).map_or_else(|| text.to_owned(), zone::shown),
        ("evidence", Value::Array(files)) => lang.pick(
            format!("{} 个文件", files.len()),
            format!("{} file{}", files.len(), if files.len() == 1 { "" } else { "s" }),
        ),
        ("fields", Value::Object(map)) => {
            let one = |(name, value): (&String, &Value)| {
                let label = FIELDS.iter().find(|field| field.0 == name);
                let label = label.map_or(name.as_str(), |field| lang.pick(field.1, field.2));
                format!("{label}: {}", shown(name, value, divisions, lang))
            };
            map.iter().map(one).collect::<Vec<_>>().join("；")
        }
        (_, Value::Array(items)) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("、")
        }
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Bool(yes)) => {
            lang.pick(["否", "是"], ["no", "yes"])[usize::from(*yes)].to_owned()
        }
        _ => word(text, lang).map_or_else(|| text.to_owned(), str::to_owned),
    }
}

/// One measure of a decision: kind, quantity, benchmark or the reason for going without.
fn measure(value: &Value, lang: Lang) -> String {
    let text = |field: &str| value[field].as_str().unwrap_or_default();
    let kind = word(text("kind"), lang).unwrap_or_default();
    let beside: Vec<&str> =
        [text("benchmark"), text("deviation")].into_iter().filter(|t| !t.is_empty()).collect();
    let marks = lang.pick(["（", "）"], [" (", ")"]);
    match beside.as_slice() {
        [] => format!("{kind} {}", text("amount")),
        beside => format!("{kind} {}{}{}{}", text("amount"), marks[0], beside.join("；"), marks[1]),
    }
}

/// What an effect did to the duties: a sign, and the duty in words.
fn effect(
    effect: &Effect,
    case: &Case,
    divisions: &Divisions,
    lang: Lang,
) -> Option<(&'static str, String)> {
    let name = |no: u32| {
        let duty = case.duties.iter().find(|duty| duty.no == no)?;
        Some(lang.pick(duty.kind.names().0, duty.kind.names().1))
    };
    Some(match effect {
        Effect::Open { duty, owner, due, .. } => {
            let unit = divisions.name(*owner);
            let kind = lang.pick(duty.names().0, duty.names().1);
            let by = due.map(|due| zone::date_of(due).to_string()).unwrap_or_default();
            let until = lang.pick("限", "by");
            let marks = lang.pick(["（", "）"], ["(", ")"]);
            let due =
                if by.is_empty() { by } else { format!("{}{until} {by}{}", marks[0], marks[1]) };
            (
                "open",
                lang.pick(
                    format!("新增：{kind} · {unit}{due}"),
                    format!("owed: {kind} · {unit} {due}"),
                ),
            )
        }
        Effect::Discharge { no } => {
            ("done", lang.pick(format!("完成：{}", name(*no)?), format!("done: {}", name(*no)?)))
        }
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
            let by = due.map(|due| zone::date_of(due).to_string());
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
                    format!("recused: {unit}; the tip is about it, so its superior handles it{by}"),
                ),
            )
        }
        Effect::Lift { unit } => {
            let unit = divisions.full_name(*unit);
            ("lift", lang.pick(format!("解除回避：{unit}"), format!("recusal lifted: {unit}")))
        }
    })
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
