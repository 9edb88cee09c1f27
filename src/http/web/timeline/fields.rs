//! The fields of an act in words.

use serde_json::Value;

use super::super::acts::{word, word_in};
use super::super::look;
use super::Teller;
use crate::calendar::zone;
use crate::lang::Lang;

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
    ("duty", "事项", "duty"),
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

impl Teller<'_> {
    /// The fields of an act: label and value.
    pub(super) fn details(&self, fields: &Value) -> Vec<(String, String)> {
        let named = FIELDS.iter().filter_map(|(name, zh, en)| {
            let value = fields.get(*name).filter(|value| !value.is_null())?;
            let text = self.shown(name, value);
            (!text.is_empty()).then(|| (self.lang.pick(*zh, *en).to_owned(), text))
        });
        named.collect()
    }

    fn shown(&self, name: &str, value: &Value) -> String {
        let (divisions, lang) = (&self.law.divisions, self.lang);
        let text = value.as_str().unwrap_or_default();
        match (name, value) {
            ("category", _) => look::category(text, lang),
            (
                "unit" | "suggested_unit" | "division" | "accused_unit" | "checker" | "successor",
                _,
            ) => look::place(text, divisions),
            ("units", Value::Array(units)) => {
                let named = units.iter().filter_map(Value::as_str);
                named.map(|unit| look::place(unit, divisions)).collect::<Vec<_>>().join("、")
            }
            ("measures", Value::Array(measures)) => {
                measures.iter().map(|one| self.measure(one)).collect::<Vec<_>>().join("；")
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
            ("upheld", Value::Bool(upheld)) => lang
                .pick(["不成立", "成立"], ["not upheld", "upheld"])[usize::from(*upheld)]
            .to_owned(),
            ("duty", Value::Number(no)) => self.duty(no.as_u64()),
            ("at", _) => zone::parse_instant(text).map_or_else(|| text.to_owned(), zone::shown),
            ("evidence", Value::Array(files)) => lang.pick(
                format!("{} 个文件", files.len()),
                format!("{} file{}", files.len(), if files.len() == 1 { "" } else { "s" }),
            ),
            ("fields", Value::Object(map)) => {
                let one = |(name, value): (&String, &Value)| {
                    let label = FIELDS.iter().find(|field| field.0 == name);
                    let label = label.map_or(name.as_str(), |field| lang.pick(field.1, field.2));
                    format!("{label}: {}", self.shown(name, value))
                };
                map.iter().map(one).collect::<Vec<_>>().join("；")
            }
            (_, Value::Array(items)) => {
                let items = items.iter().filter_map(Value::as_str);
                items.map(|one| called(name, one, lang)).collect::<Vec<_>>().join("、")
            }
            (_, Value::Number(number)) => number.to_string(),
            (_, Value::Bool(yes)) => {
                lang.pick(["否", "是"], ["no", "yes"])[usize::from(*yes)].to_owned()
            }
            _ => called(name, text, lang).to_owned(),
        }
    }

    /// What a duty is about: the measure that was ordered, or what is owed.
    fn duty(&self, no: Option<u64>) -> String {
        let duty = self.case.duties.iter().find(|duty| Some(u64::from(duty.no)) == no);
        let Some(duty) = duty else { return String::new() };
        let ordered = self.case.measure_of(duty);
        let (zh, en) =
            ordered.map_or_else(|| duty.kind.names(), |ordered| ordered.measure.kind.names());
        self.lang.pick(zh, en).to_owned()
    }

    /// One measure of a decision: kind, quantity, benchmark or the reason for going without.
    fn measure(&self, value: &Value) -> String {
        let text = |field: &str| value[field].as_str().unwrap_or_default();
        let kind = word(text("kind"), self.lang).unwrap_or_default();
        let id = text("benchmark");
        let applied = self.law.benchmarks.find(id);
        let applied = applied.map_or(id, |one| self.lang.pick(&one.zh, &one.en));
        let beside = [applied, text("deviation")].into_iter().filter(|text| !text.is_empty());
        let marks = self.lang.pick(["（", "）"], [" (", ")"]);
        match beside.collect::<Vec<_>>().join("；") {
            none if none.is_empty() => format!("{kind} {}", text("amount")),
            beside => format!("{kind} {}{}{beside}{}", text("amount"), marks[0], marks[1]),
        }
    }
}

/// A word of the field's vocabulary by its name, anything else as it is written.
fn called<'a>(field: &str, text: &'a str, lang: Lang) -> &'a str {
    word_in(field, text, lang).unwrap_or(text)
}
