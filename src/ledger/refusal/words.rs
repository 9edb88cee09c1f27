//! Reason and remedy of each refusal.

use super::Refusal;
use crate::lang::Lang;

impl Refusal {
    /// Reason and remedy in words.
    pub fn words(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            Refusal::Role(roles) => {
                let (zh, en): (Vec<_>, Vec<_>) = roles.iter().map(|role| role.names()).unzip();
                (
                    format!("您的角色不能办理此事项；需要：{}", zh.join("、")),
                    format!("your role may not do this; it takes one of: {}", en.join(", ")),
                )
            }
            Refusal::CaseClosed => pair(
                "案件已销号；有新情况请先重办",
                "the case is closed; reopen it if there is something new",
            ),
            Refusal::CaseRefused => pair(
                "线索未予受理；如有误请重办",
                "the tip was not accepted; reopen the case if that was wrong",
            ),
            Refusal::CaseLinked => pair(
                "案件已关联到办结案件，请在原案上办理",
                "the case is linked to a closed one; act on that one",
            ),
            Refusal::Outstanding(_) => pair(
                "不予销号：尚有未办结事项，见清单",
                "may not be struck off: the list says what is still owed",
            ),
            Refusal::DutyNotOpen(kind, _) => (
                format!("当前没有待办的「{}」事项；见未办结清单", kind.names().0),
                format!("the duty «{}» is not open; see what is", kind.names().1),
            ),
            Refusal::NotYourDuty(unit) => (
                format!("该事项由单位 {unit} 承担，请由其办理"),
                format!("the duty belongs to unit {unit}; it must act"),
            ),
            Refusal::NoSuchTip => pair(
                "本案没有这条线索，请核对举报编号",
                "no such tip on this case; check the number",
            ),
            Refusal::AskedBefore => pair(
                "已要求补充过一次，请决定受理或不予受理",
                "facts were asked for once already; accept or refuse",
            ),
            Refusal::SupplementPending => pair(
                "补充材料期限未满，期满后方可以材料不足不予受理",
                "the time for supplementing is running; wait for it before refusing as insufficient",
            ),
            Refusal::LinkTarget => pair(
                "没有可关联的已销号案件，请核对案号",
                "there is no such closed case to link to; check its number",
            ),
            Refusal::UnitElsewhere => pair(
                "该单位不在案件所在地的行政层级上，请选择所在地各级单位；所在地登记有误的，请先更正第 1 条的行政区划",
                "the unit has nothing to do with the place; choose one at, above or below it, or \
                 correct the division of entry 1 first where the place is wrong",
            ),
            Refusal::UnitRecused => pair(
                "该单位须回避，请派给其上级",
                "the unit is recused from this case; choose its superior",
            ),
            Refusal::ObjectedBefore => pair(
                "该单位已提出过一次异议，请签收办理",
                "the unit objected once already; it must sign",
            ),
            Refusal::RulingBinds => pair(
                "裁定已对该单位生效，不能再认定不属本单位",
                "a ruling binds the unit; it may not find the case not its own again",
            ),
            Refusal::UnitMissing => {
                pair("异议成立时须指定承办单位", "an objection that is upheld must name the unit")
            }
            Refusal::UnknownEvidence(_) => {
                pair("证据附件不存在，请先上传", "the evidence was never uploaded; upload it first")
            }
            Refusal::ReviewerHandled => pair(
                "核查、处置或申请销号的人不得审核，请由他人审核",
                "whoever verified, disposed or asked may not review; somebody else must",
            ),
            Refusal::NotImported => pair(
                "本案不是从旧台账导入的，或者已有人办理，请按正常流程办理",
                "the case is not from an old ledger, or somebody has acted on it; go on in the usual way",
            ),
            Refusal::OldDates(step) => (
                format!(
                    "旧台账的{}日期早于上一环节或晚于现在，请核实后在本系统办理",
                    step.names().0
                ),
                format!(
                    "the date on which it was {} lies before the step before it, or ahead; find out \
                     what is right and handle the case here",
                    step.names().1
                ),
            ),
            Refusal::NoDisposition => pair(
                "旧台账没有写明处置情况，请核实后在本系统办理",
                "the old ledger does not say what was done; find out and handle the case here",
            ),
            Refusal::ReviewerBefore => pair(
                "重办后须由另一人审核",
                "after a reopening somebody other than the earlier reviewer must review",
            ),
            Refusal::NotEnded => pair(
                "只有已销号或不予受理的案件才能重办",
                "only a closed or refused case can be reopened",
            ),
            Refusal::AppealedBefore => {
                pair("已申诉过一次", "the informant has appealed once already")
            }
            Refusal::NoSuchEntry => {
                pair("没有这一台账条目，请核对序号", "no such entry; check its number")
            }
            Refusal::NotCorrectable(field) => (
                format!("该条目的「{field}」不能更正"),
                format!("«{field}» of that entry may not be corrected"),
            ),
            Refusal::CaseMerged => pair(
                "本案已并入其他案件，请在并入的案件上办理",
                "the case was merged into another; act on that one",
            ),
            Refusal::NoSuchDuty => pair(
                "没有这个编号的待办事项，请从未办结清单中选择",
                "no open duty of this number; choose one from the list of what is owed",
            ),
            Refusal::DutyUnclear(open) => {
                let numbers: Vec<String> = open.iter().map(|duty| duty.no.to_string()).collect();
                (
                    format!("有多个同类待办事项，请指明编号：{}", numbers.join("、")),
                    format!(
                        "several duties of this kind are open; say which by its number: {}",
                        numbers.join(", ")
                    ),
                )
            }
            Refusal::MergeTarget => pair(
                "只能并入您看得到的、已受理未销号的案件；已销号的请用「关联」或「重办」",
                "merge into an accepted, open case in your sight; link to a closed one or reopen it",
            ),
            Refusal::MergeRecused => pair(
                "该案的承办单位须回避本案，不能并入；请由上级提级办理后再并案",
                "the unit holding that case is recused from this one; have a superior take it over first",
            ),
            Refusal::NotMergedHere => pair(
                "该案没有并入本案，请核对案号",
                "that case was not merged into this one; check its number",
            ),
            Refusal::FilingTest(missing) => (
                format!("不符合立案条件：{}", elements(missing, 0).join("、")),
                format!("the filing test is not met: {}", elements(missing, 1).join(", ")),
            ),
            Refusal::LimitationPassed(day) => (
                format!("已超过追诉时效（{day} 届满），不能立案"),
                format!("limitation passed on {day}; the case cannot be filed"),
            ),
            Refusal::NoSuchBenchmark(at) => (
                format!("第 {} 项措施的处罚基准不存在，请从基准表中选择", at + 1),
                format!("measure {} names no known benchmark; choose one from the table", at + 1),
            ),
            Refusal::BenchmarkReason { at, range: Some((low, high)) } => (
                format!("第 {} 项罚款不在基准 {low} 至 {high} 元之内，请说明理由", at + 1),
                format!("fine {} lies outside ¥{low} to ¥{high}; give the reason", at + 1),
            ),
            Refusal::BenchmarkReason { at, range: None } => (
                format!("第 {} 项罚款未适用处罚基准，请选择基准或说明理由", at + 1),
                format!("fine {} applies no benchmark; choose one or give the reason", at + 1),
            ),
            Refusal::ExecutedInPart { done, ordered } => (
                format!(
                    "完成 {done}，少于决定的 {ordered}：其余部分应继续执行；已申请强制执行、终结或减免的，请填写文书号"
                ),
                format!(
                    "{done} is less than the {ordered} ordered: carry out the rest, or name the \
                     document by which it went to the court, was ended or remitted"
                ),
            ),
            Refusal::ExecutorVerifies => pair(
                "执行的人不得核验执行，请由他人核验",
                "whoever executed may not verify it; somebody else must",
            ),
            Refusal::NotExtendable => {
                pair("该事项的期限规则不允许延期", "the rule of this duty allows no extension")
            }
            Refusal::ExtendedBefore => pair(
                "该事项已延期过或正在申请延期",
                "the duty was extended, or an extension asked for, already",
            ),
            Refusal::ExtensionTooLong { max } => (
                format!("最多可延长 {max}（按规则的计时单位）"),
                format!("at most {max} of the rule's units may be granted"),
            ),
            Refusal::ExtensionLate => pair(
                "期限已过，延期须在期满前申请",
                "the time is over; an extension is asked before expiry",
            ),
            Refusal::NotPausable => {
                pair("该事项的期限规则不允许中止", "the rule of this duty allows no stop")
            }
            Refusal::PauseLate => pair(
                "期限已过，不能再中止计时",
                "the time is over; the clock can no longer be stopped",
            ),
            Refusal::PausedBefore => pair("计时已中止", "the clock stands still already"),
            Refusal::NotPaused => pair("计时并未中止", "the clock is running"),
            Refusal::OpinionOfUnit(unit) => (
                format!("单位 {unit} 是承办单位或已在征求其意见，请选择其他单位"),
                format!("unit {unit} holds the case or was asked already; choose another"),
            ),
            Refusal::ListedBefore => pair("本案已挂牌督办", "the case is listed already"),
            Refusal::HolderAlready => {
                pair("本案已由本单位承办", "your unit holds the case already")
            }
            Refusal::NotIndependent => pair(
                "复查单位须未承办过本案且无须回避",
                "the re-checking unit must never have held the case nor be recused",
            ),
            Refusal::DrawnBefore => pair("本案已在复查中", "a re-check is open already"),
            Refusal::NotYetDue => pair("期限未满，期满后方可终止", "the time is not over yet"),
            Refusal::NothingChanges => pair("没有需要变更的内容", "there is nothing to change"),
            Refusal::Moved { last_seq } => (
                format!("案件已有新进展（第 {last_seq} 条），请查看后再办"),
                format!("the case has moved on (entry {last_seq}); look again, then act"),
            ),
        };
        lang.pick(zh, en)
    }
}

fn pair(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

/// The elements of the filing test, in the words of one language.
fn elements(missing: &[&str], lang: usize) -> Vec<&'static str> {
    const WORDS: [(&str, [&str; 2]); 4] = [
        ("actor", ["违法主体不明确", "the actor cannot be identified"]),
        ("fact", ["没有违法事实", "there is no fact that violates the law"]),
        ("liability", ["不应追究法律责任", "no liability attaches"]),
        ("jurisdiction", ["不属本单位管辖", "it is not for this unit to pursue"]),
    ];
    let listed = WORDS.into_iter().filter(|(name, _)| missing.contains(name));
    listed.map(|(_, words)| words[lang]).collect()
}
