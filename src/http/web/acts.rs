//! The forms of the acts: which fields each asks for, and the JSON that the one door is sent.

use serde_json::{Value, json};

use super::field::{Field, Input, to_json};
use super::form::Form;
use crate::calendar::zone;
use crate::clock::Instant;
use crate::intake::{Category, Fault};
use crate::lang::Lang;
use crate::ledger::agenda::assignable_units;
use crate::ledger::{Act, Case};
use crate::place::catalogue::Route;
use crate::place::{Code, Divisions};

/// What the choices of a form depend on.
pub struct Setting<'a> {
    /// The case.
    pub case: &'a Case,
    /// The tree of divisions.
    pub divisions: &'a Divisions,
    /// Now.
    pub now: Instant,
    /// Where the dispatch catalogue would send the case.
    pub route: Option<Route<'a>>,
    /// The reader's language.
    pub lang: Lang,
}

type Pair = (&'static str, &'static str, &'static str);

const REASONS: [Pair; 6] = [
    ("out_of_scope", "不属于土地、矿产等管理事项", "outside land and mineral law"),
    (
        "review_or_litigation",
        "已经或应当通过复议、诉讼、仲裁解决",
        "for review, court or arbitration",
    ),
    ("ownership_or_compensation", "权属或补偿分配纠纷", "ownership or compensation"),
    ("staff_discipline", "反映工作人员违纪", "discipline of staff"),
    ("state_secret", "涉及国家秘密", "state secrets"),
    ("insufficient", "材料不足，要求补充后仍不足", "too few facts, even after asking"),
];
const FINDINGS: [Pair; 4] = [
    ("founded", "属实", "founded"),
    ("unfounded", "不属实", "unfounded"),
    ("unlocatable", "无法查找地点", "cannot be located"),
    ("not_ours", "不属本单位管辖", "not ours"),
];
const KINDS: [Pair; 2] = [
    ("corrected", "当场纠正", "corrected on the spot"),
    ("other", "其他依法处理", "other, with legal basis"),
];
const REDO: [Pair; 3] = [
    ("verify", "重新核查", "verify again"),
    ("dispose", "重新处置", "dispose again"),
    ("reply", "重新反馈", "reply again"),
];
const VISITS: [Pair; 3] = [
    ("satisfied", "满意", "satisfied"),
    ("not_satisfied_unjustified", "不满意，理由不成立", "not satisfied, without cause"),
    (
        "not_satisfied_justified",
        "不满意，理由成立（将重办）",
        "not satisfied, with cause (reopens)",
    ),
];
const MEANS: [Pair; 5] = [
    ("电话", "电话", "telephone"),
    ("进度查询页", "进度查询页", "progress page"),
    ("来信", "书面答复", "letter"),
    ("当面", "当面", "in person"),
    ("电子邮件", "电子邮件", "e-mail"),
];
const CORRECTABLE: [Pair; 11] = [
    ("category", "类别", "category"),
    ("division", "行政区划", "division"),
    ("accused_unit", "被举报单位（须回避）", "accused unit (recused)"),
    ("occurred_on", "发生日期", "day of the act"),
    ("at", "核查时间", "time of verification"),
    ("place", "核查地点", "place of verification"),
    ("basis", "法律依据", "legal basis"),
    ("means", "反馈方式", "means of reply"),
    ("redirect", "去向指引", "redirect"),
    ("text", "说明", "text"),
    ("lift_recusal", "解除回避", "lift the recusal"),
];

/// What a word of an act's vocabulary is called, for the timeline.
pub fn word(value: &str, lang: Lang) -> Option<&'static str> {
    let lists: [&[Pair]; 5] = [&REASONS, &FINDINGS, &KINDS, &REDO, &VISITS];
    let found = lists.into_iter().flatten().find(|pair| pair.0 == value);
    found.map(|pair| lang.pick(pair.1, pair.2))
}

/// The fields of an act's form, empty but for what is known already.
pub fn fields(act: Act, tip: Option<&str>, setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let list = |pairs: &'static [Pair]| pairs.iter().map(move |p| (p.0, lang.pick(p.1, p.2)));
    let text = || Field::new("text", t("说明", "Text"), Input::Prose(3));
    match act {
        Act::Accept => {
            // What is accepted lies within the law of the line, and has its name.
            let within =
                |(code, _): &(&str, &str)| !matches!(field_of(code), "outside" | "unknown");
            let now = Some(setting.case.category().code()).filter(|code| within(&(*code, "")));
            vec![
                Field::new("category", t("类别", "Category"), Input::Menu)
                    .choices(categories(lang).filter(within))
                    .filled(now.unwrap_or_default())
                    .hint(t(
                        "职责以外的事项请选「不予受理」",
                        "What lies outside is refused instead",
                    )),
            ]
        }
        Act::Refuse => vec![
            Field::new("reason", t("理由", "Reason"), Input::Menu).choices(list(&REASONS)),
            Field::new("redirect", t("应向哪个部门反映", "Where to turn instead"), Input::Prose(2))
                .hint(t(
                    "只写部门和电话，如：长沙县水利局 0731-12345678",
                    "The body and its telephone only",
                )),
            text().hint(t("举报人会看到这段话", "The informant will read this")),
        ],
        Act::AskSupplement => vec![text().hint(t(
            "要举报人补充什么；15 日内未补充可以材料不足不予受理",
            "What is missing; after 15 days without it the tip may be refused",
        ))],
        Act::Supplement | Act::Note => vec![text()],
        Act::Link => vec![Field::new(
            "case",
            t("已销号案件的案号", "Number of the closed case"),
            Input::Line,
        )],
        Act::Dispatch => vec![suggested(unit("unit", t("承办单位", "Unit"), setting), setting)],
        Act::Sign => Vec::new(),
        Act::Object => vec![
            Field::new("reason", t("理由", "Reason"), Input::Prose(3)),
            unit("suggested_unit", t("建议单位", "Suggested unit"), setting).optional(),
        ],
        Act::RuleObjection => vec![
            Field::new("upheld", t("裁定", "Ruling"), Input::Radio)
                .choices([
                    ("no", t("异议不成立，由原单位办理", "not upheld: the unit keeps it")),
                    ("yes", t("异议成立，改派", "upheld: it goes to another unit")),
                ])
                .truth(),
            unit("unit", t("改派单位", "New unit"), setting)
                .optional()
                .hint(t("异议成立时填写", "Where it is upheld")),
        ],
        Act::Verify => verify(setting),
        Act::Dispose => vec![
            Field::new("kind", t("处置方式", "Kind"), Input::Menu).choices(list(&KINDS)),
            Field::new("basis", t("法律依据", "Legal basis"), Input::Prose(1))
                .hint(t("如：土地管理法第七十七条", "Such as 土地管理法 art. 77")),
            text(),
        ],
        Act::Reply | Act::AttemptReply => vec![
            Field::new("tip", "", Input::Hidden).filled(tip.unwrap_or_default()),
            Field::new("means", t("方式", "Means"), Input::Menu).choices(list(&MEANS)),
            text().hint(if act == Act::AttemptReply {
                t("写明何时、怎样联系、为何未果", "When and how it was tried, and why it failed")
            } else {
                let en = "It stands on the informant's progress page";
                t("反馈内容会显示在举报人的进度页上", en)
            }),
        ],
        Act::RequestClose => {
            vec![text().hint(t("办理情况摘要，供审核人查看", "What was done, for the reviewer"))]
        }
        Act::ApproveClose => vec![text().optional()],
        Act::ReturnClose => vec![
            Field::new("redo", t("退回后须", "To be done again"), Input::Menu).choices(list(&REDO)),
            text(),
        ],
        Act::ReturnVisit => vec![
            Field::new("result", t("结果", "Result"), Input::Menu).choices(list(&VISITS)),
            text(),
        ],
        Act::Reopen => vec![Field::new("reason", t("理由", "Reason"), Input::Prose(3))],
        Act::Correct => vec![
            Field::new("seq", t("更正第几条台账", "Entry number"), Input::Line).whole(),
            Field::new("field", t("更正项", "Field"), Input::Menu).choices(list(&CORRECTABLE)),
            Field::new("value", t("更正为", "New value"), Input::Line).hint(t(
                "类别、行政区划、单位写名称或代码",
                "Category, division, unit: name or code",
            )),
            text().hint(t("为什么更正", "Why")),
        ],
        Act::Receive | Act::Look | Act::Lapse => Vec::new(),
    }
}

fn verify(setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let now = zone::shown(setting.now);
    let findings = FINDINGS.iter().map(|p| (p.0, t(p.1, p.2)));
    vec![
        Field::new("finding", t("结论", "Finding"), Input::Menu).choices(findings),
        Field::new("officers", t("核查人员", "Officers"), Input::Lines).hint(t(
            "不少于两人，用顿号、逗号或换行分开",
            "Two or more, one a line or with commas",
        )),
        Field::new("at", t("核查时间", "When"), Input::Line)
            .hint(&lang.pick(format!("如 {now}"), format!("Such as {now}"))),
        Field::new("place", t("核查地点", "Where"), Input::Line),
        Field::new("text", t("核查情况", "What was found"), Input::Prose(4)),
        Field::new("evidence", t("证据", "Evidence"), Input::Files).hint(t(
            "至少一个文件：照片、文档、录音、录像",
            "One file at least: photograph, document, sound, film",
        )),
    ]
}

fn unit(name: &'static str, label: &str, setting: &Setting<'_>) -> Field {
    let named = assignable_units(setting.case).into_iter().map(|unit| {
        let full = setting.divisions.full_name(unit);
        (format!("{unit} {full}"), full)
    });
    let mut field = Field::new(name, label, Input::Division).choices(named);
    field.hint =
        setting.lang.pick("名称或代码；可从列表选择", "Name or code, or from the list").to_owned();
    field
}

/// The unit that the catalogue suggests, filled in where it may be given the case, with the reason.
fn suggested(mut field: Field, setting: &Setting<'_>) -> Field {
    let Some(route) = &setting.route else { return field };
    let may = |unit: &Code| assignable_units(setting.case).contains(unit);
    if let Some(unit) = route.unit.filter(may) {
        field = field.filled(format!("{unit} {}", setting.divisions.full_name(unit)));
    }
    let lang = setting.lang;
    let (note, source) = (lang.pick(route.note.0, route.note.1), route.source);
    let instead = match route.stands_in {
        true => lang.pick("；原应承办的单位须回避", "; the unit that would handle it is kept away"),
        false => "",
    };
    field.hint = lang.pick(
        format!("建议：{note}{instead}（{source}）。{}", field.hint),
        format!("Suggested: {note}{instead} ({source}). {}", field.hint),
    );
    field
}

fn field_of(category: &str) -> &str {
    category.split('.').next().unwrap_or(category)
}

/// Every category with its name, in the order of the taxonomy.
pub fn categories(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    Category::all().map(move |category| {
        let (zh, en) = category.names();
        (category.code(), lang.pick(zh, en))
    })
}

/// The act as the one door takes it.
pub fn request(act: Act, fields: &[Field], form: &Form) -> Value {
    let mut value = to_json(fields, form);
    if act == Act::Correct {
        correction(&mut value);
    }
    value["act"] = json!(act.name());
    let seen = form.get("expect").and_then(|seen| seen.parse::<u32>().ok());
    if let Some(seen) = seen {
        value["expect"] = json!(seen);
    }
    value
}

/// A fault of the door in the form's words: a correction's new value is one field there.
pub fn of_form(fault: Fault) -> Fault {
    match fault.field.starts_with("fields.") {
        true => Fault::new("value", fault.why),
        false => fault,
    }
}

/// The form has one field and its value; the door takes a map of them.
fn correction(value: &mut Value) {
    let Some(object) = value.as_object_mut() else { return };
    let field = object.remove("field").and_then(|field| field.as_str().map(str::to_owned));
    // Nothing typed is a fault of the value. Absence itself would lift a recusal.
    let new = object.remove("value").unwrap_or_else(|| json!(""));
    let fields = match field.as_deref() {
        Some("lift_recusal") => json!({ "accused_unit": null }),
        Some(field) => json!({ field: new }),
        None => json!({}),
    };
    object.insert("fields".to_owned(), fields);
}
