//! The forms of the acts: which fields each asks for, and the JSON that the one door is sent.

mod enforce;
mod supervise;
mod words;

use serde_json::{Value, json};

use super::field::{Field, Input, to_json};
use super::form::Form;
use crate::calendar::zone;
use crate::clock::Instant;
use crate::intake::{Category, Fault, Severity};
use crate::lang::Lang;
use crate::ledger::agenda::assignable_units;
use crate::ledger::words::{Choice, Finding, Redo, RefuseReason, Satisfaction, VisitResult};
use crate::ledger::{Act, Case, Duty, Ground};
use crate::place::Code;
use crate::place::catalogue::Route;

pub use words::{word, word_in};

/// What the choices of a form depend on.
pub struct Setting<'a> {
    /// The case.
    pub case: &'a Case,
    /// What the ledger decides on.
    pub ground: Ground<'a>,
    /// Now.
    pub now: Instant,
    /// Where the dispatch catalogue would send the case.
    pub route: Option<Route<'a>>,
    /// The reader's language.
    pub lang: Lang,
}

const MEANS: [Choice; 5] = [
    ("电话", "电话", "telephone"),
    ("进度查询页", "进度查询页", "progress page"),
    ("来信", "书面答复", "letter"),
    ("当面", "当面", "in person"),
    ("电子邮件", "电子邮件", "e-mail"),
];
const CORRECTABLE: [Choice; 12] = [
    ("category", "类别", "category"),
    ("severity", "紧急程度", "severity"),
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

/// The fields of an act's form, empty but for what is known already.
pub fn fields(act: Act, tip: Option<&str>, setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let list = |pairs: &'static [Choice]| pairs.iter().map(move |p| (p.0, lang.pick(p.1, p.2)));
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
                Field::new("severity", t("紧急程度", "Severity"), Input::Menu)
                    .choices(severities(lang))
                    .filled(setting.case.is.severity.code())
                    .optional(),
            ]
        }
        Act::Refuse => vec![
            Field::new("reason", t("理由", "Reason"), Input::Menu)
                .choices(list(RefuseReason::CHOICES)),
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
        Act::Supplement => vec![text(), material(lang)],
        Act::Note => vec![text()],
        Act::Merge => vec![
            Field::new("case", t("并入案件的案号", "Case to merge into"), Input::Line),
            text().hint(t("为何是同一事项", "Why it is the same matter")),
        ],
        Act::Split => vec![
            Field::new("case", t("拆出案件的案号", "Case to split off"), Input::Menu)
                .choices(absorbed(setting.case)),
            text(),
        ],
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
        Act::Dispose
        | Act::Decide
        | Act::Execute
        | Act::VerifyExecution
        | Act::HandOver
        | Act::Transfer
        | Act::ReceiveTransfer => enforce::fields(act, setting),
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
            Field::new("redo", t("退回后须", "To be done again"), Input::Menu)
                .choices(list(Redo::CHOICES)),
            text(),
        ],
        Act::AskOpinion
        | Act::Opine
        | Act::AskExtension
        | Act::RuleExtension
        | Act::Pause
        | Act::Resume
        | Act::Urge
        | Act::List
        | Act::Progress
        | Act::Lift
        | Act::TakeOver
        | Act::Recheck
        | Act::Account
        | Act::Avert => supervise::fields(act, setting),
        Act::ReturnVisit => vec![
            Field::new("result", t("结果", "Result"), Input::Menu)
                .choices(list(VisitResult::CHOICES)),
            Field::new("satisfaction", t("满意程度", "Satisfaction"), Input::Menu)
                .choices(list(Satisfaction::CHOICES))
                .optional(),
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
        Act::Receive
        | Act::Absorb
        | Act::SplitOff
        | Act::Draw
        | Act::Look
        | Act::Lapse
        | Act::Reckon
        | Act::Succeed
        | Act::Imported => Vec::new(),
    }
}

fn verify(setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let findings = Finding::CHOICES.iter().map(|p| (p.0, t(p.1, p.2)));
    vec![
        Field::new("finding", t("结论", "Finding"), Input::Menu).choices(findings),
        officers(t("核查人员", "Officers"), lang),
        at(t("核查时间", "When"), setting),
        Field::new("place", t("核查地点", "Where"), Input::Line),
        Field::new("text", t("核查情况", "What was found"), Input::Prose(4)),
        evidence(lang),
    ]
}

/// Two or more people.
fn officers(label: &str, lang: Lang) -> Field {
    Field::new("officers", label, Input::Lines).hint(
        lang.pick("不少于两人，用顿号、逗号或换行分开", "Two or more, one a line or with commas"),
    )
}

/// When it happened.
fn at(label: &str, setting: &Setting<'_>) -> Field {
    let now = zone::shown(setting.now);
    let hint = setting.lang.pick(format!("如 {now}"), format!("Such as {now}"));
    Field::new("at", label, Input::Line).hint(&hint)
}

fn evidence(lang: Lang) -> Field {
    Field::new("evidence", lang.pick("证据", "Evidence"), Input::Files).hint(lang.pick(
        "照片、文档、录音、录像，至少一个文件",
        "One file at least: photograph, document, sound, film",
    ))
}

/// What an informant adds besides words.
pub fn material(lang: Lang) -> Field {
    let label = lang.pick("照片、视频、文件", "Photographs, films, documents");
    Field::new("evidence", label, Input::Files).optional().hint(lang.pick(
        "可选多个：照片（jpeg、png）、pdf、docx、xlsx、录音（mp3、wav）、录像（mp4），或压缩成 zip；原件密封保存",
        "Several at once: jpeg, png, pdf, docx, xlsx, mp3, wav, mp4, or a zip; kept sealed",
    ))
}

/// Which of the open duties is meant; where there is one only, nobody is asked.
fn duty(setting: &Setting<'_>, fits: impl Fn(&Duty) -> bool) -> Field {
    let (case, lang) = (setting.case, setting.lang);
    let open: Vec<&Duty> = case.duties.iter().filter(|duty| duty.is_open() && fits(duty)).collect();
    let label = |duty: &Duty| {
        let (zh, en) = duty.kind.names();
        let about = case.measure_of(duty).map(|ordered| {
            let (zh, en) = ordered.measure.kind.names();
            format!("：{} {}", lang.pick(zh, en), ordered.measure.amount)
        });
        let unit = setting.ground.divisions.full_name(duty.owner);
        format!("{} {}{} · {unit}", duty.no, lang.pick(zh, en), about.unwrap_or_default())
    };
    let field = match open.as_slice() {
        [only] => Field::new("duty", "", Input::Hidden).filled(only.no.to_string()),
        open => Field::new("duty", lang.pick("待办事项", "Duty"), Input::Menu)
            .choices(open.iter().map(|duty| (duty.no.to_string(), label(duty)))),
    };
    field.whole()
}

/// The cases that were merged into this one.
fn absorbed(case: &Case) -> Vec<(String, String)> {
    let mut from: Vec<String> = case.tips.iter().filter_map(|tip| tip.from.clone()).collect();
    from.dedup();
    from.into_iter().map(|no| (no.clone(), no)).collect()
}

/// Every severity with its name.
fn severities(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    Severity::ALL.into_iter().map(move |severity| {
        let (zh, en) = severity.names();
        (severity.code(), lang.pick(zh, en))
    })
}

fn unit(name: &'static str, label: &str, setting: &Setting<'_>) -> Field {
    let named = assignable_units(setting.case, &setting.ground).into_iter().map(|unit| {
        let full = setting.ground.divisions.full_name(unit);
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
    let may = |unit: &Code| assignable_units(setting.case, &setting.ground).contains(unit);
    if let Some(unit) = route.unit.filter(may) {
        field = field.filled(format!("{unit} {}", setting.ground.divisions.full_name(unit)));
    }
    let lang = setting.lang;
    let (note, source) = (lang.pick(route.note.0, route.note.1), route.source);
    let instead = match route.stands_in {
        true => lang.pick(
            "；须回避的，由其上级单位办理",
            "; one that is kept away gives way to its superior",
        ),
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
    match act {
        Act::Correct => correction(&mut value),
        Act::Decide => enforce::rows_to_list(&mut value),
        _ => {}
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
        false => Fault::new(enforce::row_of(&fault.field), fault.why),
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
