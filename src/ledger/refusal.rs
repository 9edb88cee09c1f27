//! Why an act is not recorded. A closed set of stable codes, in the order in which [`super::decide()`]
//! asks them.

use crate::lang::Lang;
use crate::place::Code;

use super::actor::Role;
use super::duty::{Duty, DutyKind};

/// A refusal: nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The actor's roles do not include one that the act asks for.
    Role(&'static [Role]),
    /// The case is struck off.
    CaseClosed,
    /// The tip was not accepted.
    CaseRefused,
    /// The case is linked to a closed one.
    CaseLinked,
    /// Something is still owed; the list is the to-do list.
    Outstanding(Vec<Duty>),
    /// The duty that the act discharges is not open; what is open is listed.
    DutyNotOpen(DutyKind, Vec<Duty>),
    /// The duty belongs to another unit.
    NotYourDuty(Code),
    /// There is no such tip on this case.
    NoSuchTip,
    /// Facts were asked for once already.
    AskedBefore,
    /// Facts were asked for and may still come.
    SupplementPending,
    /// The case to link to is not there, or not seen by the actor, or not closed.
    LinkTarget,
    /// A unit away from the place of the case.
    UnitElsewhere,
    /// A unit that is kept away from the case.
    UnitRecused,
    /// The unit objected once already.
    ObjectedBefore,
    /// A ruling binds the unit: it may not say again that the case is not its own.
    RulingBinds,
    /// An objection that is upheld must name the unit.
    UnitMissing,
    /// Evidence that was never uploaded, by position in the list.
    UnknownEvidence(Vec<usize>),
    /// Who handled the case does not review it.
    ReviewerHandled,
    /// After a reopening somebody else reviews.
    ReviewerBefore,
    /// The case is neither closed nor refused.
    NotEnded,
    /// The informant appealed once already.
    AppealedBefore,
    /// There is no such entry.
    NoSuchEntry,
    /// The field may not be corrected on that entry.
    NotCorrectable(String),
    /// The case has moved on since the actor saw it.
    Moved {
        /// Its last entry now.
        last_seq: u32,
    },
}

/// How the refusal is answered over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The actor may not do this: 403.
    NotAllowed,
    /// The case is not in the right state: 409.
    Conflict,
    /// A field is at fault: 422.
    BadField(&'static str),
}

impl Refusal {
    /// The stable code in problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Role(_) => "role_not_allowed",
            Refusal::CaseClosed => "case_closed",
            Refusal::CaseRefused => "case_refused",
            Refusal::CaseLinked => "case_linked",
            Refusal::Outstanding(_) => "outstanding",
            Refusal::DutyNotOpen(..) => "duty_not_open",
            Refusal::NotYourDuty(_) => "not_your_duty",
            Refusal::NoSuchTip => "no_such_tip",
            Refusal::AskedBefore => "asked_before",
            Refusal::SupplementPending => "supplement_pending",
            Refusal::LinkTarget => "link_target",
            Refusal::UnitElsewhere => "unit_elsewhere",
            Refusal::UnitRecused => "unit_recused",
            Refusal::ObjectedBefore => "objected_before",
            Refusal::RulingBinds => "ruling_binds",
            Refusal::UnitMissing => "unit_missing",
            Refusal::UnknownEvidence(_) => "unknown_evidence",
            Refusal::ReviewerHandled => "reviewer_handled",
            Refusal::ReviewerBefore => "reviewer_before",
            Refusal::NotEnded => "not_ended",
            Refusal::AppealedBefore => "appealed_before",
            Refusal::NoSuchEntry => "no_such_entry",
            Refusal::NotCorrectable(_) => "not_correctable",
            Refusal::Moved { .. } => "moved_on",
        }
    }

    /// Whether the actor, the case or a field is what stands in the way.
    pub fn standing(&self) -> Standing {
        match self {
            Refusal::Role(_)
            | Refusal::NotYourDuty(_)
            | Refusal::ReviewerHandled
            | Refusal::ReviewerBefore => Standing::NotAllowed,
            Refusal::NoSuchTip => Standing::BadField("tip"),
            Refusal::LinkTarget => Standing::BadField("case"),
            Refusal::UnitElsewhere | Refusal::UnitRecused | Refusal::UnitMissing => {
                Standing::BadField("unit")
            }
            Refusal::UnknownEvidence(_) => Standing::BadField("evidence"),
            Refusal::NoSuchEntry => Standing::BadField("seq"),
            Refusal::NotCorrectable(_) => Standing::BadField("fields"),
            _ => Standing::Conflict,
        }
    }

    /// The duties that stand in the way, where that is the reason.
    pub fn outstanding(&self) -> Option<&[Duty]> {
        match self {
            Refusal::Outstanding(duties) | Refusal::DutyNotOpen(_, duties) => Some(duties),
            _ => None,
        }
    }

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
                "该单位不在案件所在地的行政层级上，请选择所在地各级单位",
                "the unit has nothing to do with the place; choose one at, above or below it",
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
