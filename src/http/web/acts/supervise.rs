//! Forms of assisting, of clocks, of supervision, and of what is looked at afterwards.

use super::{Field, Input, Setting, at, duty, evidence, officers};
use crate::ledger::words::{ListedFor, PauseCause, RecheckFinding, Stance, Urging};
use crate::ledger::{Act, Duty, DutyKind};

/// The fields of such an act.
pub(super) fn fields(act: Act, setting: &Setting<'_>) -> Vec<Field> {
    let lang = setting.lang;
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let text = || Field::new("text", t("说明", "Text"), Input::Prose(3));
    let menu =
        |name, label: &str, choices: &'static [(&'static str, &'static str, &'static str)]| {
            Field::new(name, label, Input::Menu)
                .choices(choices.iter().map(|choice| (choice.0, lang.pick(choice.1, choice.2))))
        };
    let line = |name, zh: &'static str, en: &'static str| Field::new(name, t(zh, en), Input::Line);
    let yes_no = |name, zh: &'static str, en: &'static str| {
        Field::new(name, t(zh, en), Input::Radio)
            .choices([("yes", t("是", "yes")), ("no", t("否", "no"))])
            .truth()
    };
    match act {
        Act::AskOpinion => vec![
            Field::new("units", t("征求意见的单位", "Units asked"), Input::Lines)
                .hint(t("单位名称或代码，每行一个", "Name or code, one a line")),
            text().hint(t("就什么征求意见", "On what")),
        ],
        Act::Opine => vec![menu("stance", t("意见", "Opinion"), Stance::CHOICES), text()],
        Act::AskExtension => vec![
            duty(setting, |duty| may_extend(duty, setting)),
            line("amount", "延长多少（按该期限的计时单位）", "By how many of the rule's units")
                .whole(),
            Field::new("reason", t("理由", "Reason"), Input::Prose(3)),
        ],
        Act::RuleExtension => vec![
            duty(setting, |duty| duty.kind == DutyKind::RuleExtension),
            yes_no("granted", "是否同意延期", "Granted?"),
            line("amount", "准予延长多少", "Granted units")
                .whole()
                .optional()
                .hint(t("留空即按申请", "Empty: as asked")),
            ruling(setting),
        ],
        Act::Pause => vec![
            duty(setting, |duty| !duty.paused && setting.ground.rules.may_pause(duty.kind.name())),
            menu("cause", t("事由", "Cause"), PauseCause::CHOICES),
            text(),
        ],
        Act::Resume => vec![duty(setting, |duty| duty.paused), text()],
        Act::Urge => vec![
            menu("rung", t("方式", "Rung"), Urging::CHOICES).filled(Urging::Urge.name()).hint(t(
                "督办的案件每周报告进展，直至办结",
                "Supervised: progress every week to the end",
            )),
            text(),
        ],
        Act::List => {
            vec![menu("situation", t("挂牌情形", "Situation"), ListedFor::CHOICES), text()]
        }
        Act::TakeOver => vec![Field::new("reason", t("理由", "Reason"), Input::Prose(3))],
        Act::Recheck => vec![
            menu("finding", t("复查结论", "Finding"), RecheckFinding::CHOICES),
            officers(t("复查人员", "Officers"), lang),
            at(t("复查时间", "When"), setting),
            text(),
            evidence(lang).optional(),
        ],
        Act::Account => vec![
            line("who", "问责对象", "Who"),
            line("scope", "问责范围", "Scope"),
            line("manner", "问责方式", "Manner"),
            line("degree", "问责程度", "Degree"),
            text(),
        ],
        Act::Avert => vec![
            line("people", "避免伤亡（人）", "People saved").whole().optional(),
            line("amount", "避免经济损失（元）", "Loss averted (¥)").optional(),
            text(),
            evidence(lang),
        ],
        _ => vec![text()],
    }
}

/// Whether the rule of a duty allows more time, and none was granted yet.
fn may_extend(duty: &Duty, setting: &Setting<'_>) -> bool {
    let lane = setting.case.is.severity.lane();
    let most = setting.ground.rules.extension(duty.kind.name(), lane, duty.from);
    most.is_some() && duty.extended == 0
}

/// Why more time is granted or not. That of a listing is read by everybody.
fn ruling(setting: &Setting<'_>) -> Field {
    let t = |zh: &'static str, en: &'static str| setting.lang.pick(zh, en);
    let field = Field::new("text", t("说明", "Text"), Input::Prose(3));
    match setting.case.open(DutyKind::Lift) {
        Some(_) => field.hint(t(
            "挂牌督办期限准予延长的，说明将在挂牌督办公告中公开，请勿写入个人信息",
            "Where a listing gets more time this is published; name no persons",
        )),
        None => field,
    }
}
