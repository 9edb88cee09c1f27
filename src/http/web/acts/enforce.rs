//! Forms of enforcement: disposal with the filing test, decision with its measures, execution.

use serde_json::{Map, Value};

use super::{Field, Input, Setting, at, duty, evidence, officers};
use crate::ledger::words::{DisposeKind, Execution, MeasureKind, Outcome};
use crate::ledger::{Act, DutyKind};

/// Names of the fields of a measure, for as many as one form takes; a program may send more.
const ROWS: [[&str; 5]; 3] = [
    [
        "measures.0.kind",
        "measures.0.amount",
        "measures.0.benchmark",
        "measures.0.base",
        "measures.0.deviation",
    ],
    [
        "measures.1.kind",
        "measures.1.amount",
        "measures.1.benchmark",
        "measures.1.base",
        "measures.1.deviation",
    ],
    [
        "measures.2.kind",
        "measures.2.amount",
        "measures.2.benchmark",
        "measures.2.base",
        "measures.2.deviation",
    ],
];

/// The fields of an act of enforcement.
pub(super) fn fields(act: Act, setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let text = || Field::new("text", t("说明", "Text"), Input::Prose(3));
    let basis = || {
        Field::new("basis", t("法律依据", "Legal basis"), Input::Prose(1))
            .hint(t("如：土地管理法第七十七条", "Such as 土地管理法 art. 77"))
    };
    let receiver = || Field::new("receiver", t("接收机关", "Receiver"), Input::Line);
    let of = |kind: DutyKind| duty(setting, move |duty| duty.kind == kind);
    match act {
        Act::Dispose => dispose(setting),
        Act::Decide => decide(setting),
        Act::Execute => vec![
            of(DutyKind::Execute),
            menu("result", t("执行结果", "Result"), Execution::CHOICES, setting),
            Field::new("amount", t("完成数量", "How much was done"), Input::Line)
                .optional()
                .hint(t("执行到位时填写，按措施的单位", "Where executed, in the measure's unit")),
            Field::new("document", t("文书号", "Document"), Input::Line).optional().hint(t(
                "未全部执行到位、申请强制执行、终结、撤销时填写",
                "Where less was done than ordered, or it ended otherwise",
            )),
            at(t("时间", "When"), setting),
            text(),
            evidence(lang).optional(),
        ],
        Act::VerifyExecution => vec![
            of(DutyKind::VerifyExecution),
            yes_no("confirmed", t("是否执行到位", "Was it done?"), setting),
            officers(t("核验人员", "Officers"), lang),
            at(t("核验时间", "When"), setting),
            text(),
            evidence(lang).optional(),
        ],
        Act::HandOver => vec![
            of(DutyKind::HandOver),
            Field::new("receiver", t("接收的人民政府", "Receiving government"), Input::Line),
            Field::new("document", t("移交文书号", "Document"), Input::Line),
            at(t("移交时间", "When"), setting),
            text(),
        ],
        Act::Transfer => vec![receiver(), basis(), text()],
        _ => vec![
            of(DutyKind::ReceiveTransfer),
            yes_no("accepted", t("对方是否接收", "Was it accepted?"), setting),
            Field::new("receipt", t("回执文号", "Receipt number"), Input::Line),
            at(t("回执时间", "When"), setting),
            text(),
        ],
    }
}

fn menu(
    name: &'static str,
    label: &str,
    choices: &'static [(&'static str, &'static str, &'static str)],
    setting: &Setting<'_>,
) -> Field {
    let lang = setting.lang;
    Field::new(name, label, Input::Menu)
        .choices(choices.iter().map(|choice| (choice.0, lang.pick(choice.1, choice.2))))
}

fn yes_no(name: &'static str, label: &str, setting: &Setting<'_>) -> Field {
    let lang = setting.lang;
    Field::new(name, label, Input::Radio)
        .choices([("yes", lang.pick("是", "yes")), ("no", lang.pick("否", "no"))])
        .truth()
}

/// The five elements are asked beside the kind: they count where the case is filed.
fn dispose(setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let element = |name, zh: &'static str, en: &'static str| {
        yes_no(name, t(zh, en), setting)
            .optional()
            .hint(t("立案查处时须填写", "Needed where a case is filed"))
    };
    vec![
        menu("kind", t("处置方式", "Kind"), DisposeKind::CHOICES, setting),
        Field::new("basis", t("法律依据", "Legal basis"), Input::Prose(1))
            .hint(t("如：土地管理法第七十七条", "Such as 土地管理法 art. 77")),
        Field::new("text", t("说明", "Text"), Input::Prose(3)),
        Field::new("receiver", t("接收机关", "Receiver"), Input::Line)
            .optional()
            .hint(t("移送时填写", "Where it is transferred")),
        element("filing.actor", "立案条件一：违法主体明确", "Filing test 1: the actor is known"),
        element("filing.fact", "立案条件二：有违法事实", "2: a fact violates the law"),
        element("filing.liability", "立案条件三：应追究法律责任", "3: liability attaches"),
        element("filing.jurisdiction", "立案条件四：属于本单位管辖", "4: it is ours to pursue"),
        Field::new(
            "filing.ended_on",
            t("立案条件五：违法行为终了之日", "5: day on which it ended"),
            Input::Line,
        )
        .optional()
        .hint(t(
            "仍在继续的留空；据此计算追诉时效",
            "Empty while it goes on; limitation runs from it",
        )),
        element(
            "filing.life_or_health",
            "涉及生命健康安全（时效五年）",
            "life or health (five years)",
        ),
    ]
}

fn decide(setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let mut fields = vec![
        menu("outcome", t("决定", "Decision"), Outcome::CHOICES, setting),
        Field::new("basis", t("法律依据", "Legal basis"), Input::Prose(1)),
        Field::new("text", t("说明", "Text"), Input::Prose(3)),
        Field::new("receiver", t("接收机关", "Receiver"), Input::Line)
            .optional()
            .hint(t("移送时填写", "Where it is transferred")),
    ];
    let benchmarks =
        || {
            setting.ground.benchmarks.all().iter().map(|one| {
                (one.id.clone(), format!("{} {}", lang.pick(&one.zh, &one.en), one.basis))
            })
        };
    for (number, [kind, amount, benchmark, base, deviation]) in (1..).zip(ROWS) {
        let nth = |zh: &str, en: &str| {
            lang.pick(format!("措施{number}：{zh}"), format!("Measure {number}: {en}"))
        };
        fields.extend([
            menu(kind, &nth("种类", "kind"), MeasureKind::CHOICES, setting)
                .optional()
                .hint(t("给予行政处罚时至少一项措施", "A penalty orders at least one measure")),
            Field::new(amount, &nth("数量或金额", "how much"), Input::Line)
                .optional()
                .hint(t("按种类后括号中的单位", "In the unit that stands beside the kind")),
            Field::new(benchmark, &nth("罚款适用的处罚基准", "benchmark of a fine"), Input::Menu)
                .choices(benchmarks())
                .optional(),
            Field::new(base, &nth("基准的计算基数", "base of the benchmark"), Input::Line)
                .optional()
                .hint(t("面积（平方米）或金额（元）", "Area in m² or sum in ¥")),
            Field::new(
                deviation,
                &nth("未适用或超出基准的理由", "reason outside the benchmark"),
                Input::Line,
            )
            .optional(),
        ]);
    }
    fields
}

/// The form has rows of fields; the door takes a list of the rows that were filled in.
pub(super) fn rows_to_list(value: &mut Value) {
    let Some(object) = value.as_object_mut() else { return };
    let Some(Value::Object(rows)) = object.remove("measures") else { return };
    let filled = |row: &Value| row.as_object().is_some_and(|row| !is_blank(row));
    let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).filter(filled).collect();
    if !rows.is_empty() {
        object.insert("measures".to_owned(), Value::Array(rows));
    }
}

fn is_blank(row: &Map<String, Value>) -> bool {
    row.values().all(|value| value.is_null() || value.as_str().is_some_and(str::is_empty))
}

/// A fault in an item of a list, as the field of the row that shows it.
pub(super) fn row_of(field: &str) -> String {
    match field.strip_prefix("measures[").and_then(|rest| rest.split_once("].")) {
        Some((row, name)) => format!("measures.{row}.{name}"),
        None if field == "measures" => "measures.0.kind".to_owned(),
        None => field.to_owned(),
    }
}
