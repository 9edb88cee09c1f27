//! What officials write in made-up cases of filing, decisions, execution and supervision.

use crate::ledger::words::{Execution, MeasureKind, Outcome, PauseCause, Stance};

/// Filed.
pub const FILED: [&str; 3] = [
    "违法主体、违法事实、法律责任、管辖和时效均已查明，经审批立案查处。",
    "现场证据和询问笔录齐备，符合立案条件，予以立案。",
    "责令停止后仍继续施工，依法立案，由两名执法人员承办。",
];
/// Passed on.
pub const TRANSFERS: [&str; 2] =
    ["涉嫌犯罪，材料随案移送，附证据清单。", "处罚权已依法划转，将线索及核查材料一并移送。"];
/// To whom.
pub const RECEIVERS: [&str; 4] =
    ["公安机关", "农业农村主管部门", "综合行政执法局", "水行政主管部门"];
/// The receipt.
pub const RECEIVED: &str = "已收到移送材料并出具回执。";
/// Not taken.
pub const SENT_BACK: &str = "经审查不属其职权范围，材料退回，由本单位继续处理。";
/// People brought out of danger.
pub const AVERTED: [&str; 2] = [
    "已组织受威胁住户撤离并设置警戒线，安排专人监测，未造成伤亡。",
    "连夜转移群众，封闭下方道路；次日坡体局部滑塌，无人员伤亡。",
];
/// Who answers for it; offices, never people.
pub const ACCOUNTABLE: [&str; 3] = ["属地镇人民政府", "辖区自然资源所", "项目属地园区管理机构"];
/// For what part of it.
pub const ACCOUNT_SCOPES: [&str; 3] = ["巡查发现不及时", "制止不力", "违规出具同意意见"];
/// How it was done.
pub const ACCOUNT_MANNERS: [&str; 3] = ["约谈", "通报批评", "责令书面检查"];
/// How heavily.
pub const ACCOUNT_DEGREES: [&str; 3] = ["轻", "较轻", "较重"];
/// What is written of it.
pub const ACCOUNTED: &str = "已按规定启动问责程序，结果书面反馈。";
/// The execution was looked at and confirmed.
pub const CONFIRMED: [&str; 3] = [
    "经现场复核，执行情况与决定一致，予以确认。",
    "核对票据、测量成果和现场，执行到位。",
    "现场已清理完毕，复核人员未参与执行，确认到位。",
];
/// It was not.
pub const UNCONFIRMED: &str = "现场尚有部分未清理，执行不到位，退回继续执行。";
/// Receiver, document and text of a hand-over.
pub const HANDED_OVER: [&str; 3] =
    ["同级财政部门", "没收建筑物移交清单（演练）", "没收的建筑物已清点移交，双方签字确认。"];
/// Why a fine lies below its benchmark.
pub const BELOW_BENCHMARK: &str = "当事人主动消除违法后果，依行政处罚法第三十二条减轻处罚。";
/// Why none applies.
pub const NO_BENCHMARK: &str = "本省尚无该项裁量基准，按违法所得的比例确定。";

/// Told when it is filed.
pub const REPLIES_FILED: [&str; 2] = [
    "您反映的问题经核查属实，已依法立案查处，处罚和执行结果将另行告知您。",
    "您的举报已立案。案件正在调查，作出决定并执行后我们会再次答复。",
];
/// Told when it was carried out.
pub const REPLIES_ENFORCED: [&str; 3] = [
    "您举报的案件已作出行政处罚决定，现已执行完毕并经复核。感谢您的监督。",
    "再次答复：违法建筑已依法处理，罚款已缴纳，土地恢复情况已验收。",
    "您反映的违法行为已处罚到位，处理结果可在网上查询。",
];
/// Told where nothing was ordered.
pub const REPLIES_UNPUNISHED: [&str; 2] = [
    "案件已调查终结：当事人已及时改正，依法不予处罚，现将结果告知您。",
    "经立案调查，现有证据不足以认定违法事实，案件已依法终结。",
];
/// Told when it is passed on.
pub const REPLIES_TRANSFERRED: [&str; 2] = [
    "您反映的问题已移送有权机关处理，我们将跟踪接收情况并告知您。",
    "经核查，该问题应由其他机关处理，材料已移送。",
];
/// Told when the other authority has it.
pub const REPLIES_RECEIVED: [&str; 2] = [
    "受移送机关已接收案件并出具回执，后续由其依法办理。",
    "您反映的问题已由受移送机关受理，如需了解进展可向其查询。",
];

/// Asked of another unit.
pub const OPINIONS_ASKED: [&str; 2] = [
    "请就该地块的规划用途和审批情况提出意见。",
    "请核对采矿许可范围与现场坐标是否一致，并提出意见。",
];
/// A superior asks how it goes.
pub const URGES: [&str; 3] = [
    "临近期限，请说明核查进展。",
    "举报人再次来电询问，请抓紧办理并报告进展。",
    "请在规定期限内完成核查，并说明迟延原因。",
];
/// How it goes.
pub const PROGRESS: [&str; 4] = [
    "已约谈当事人，本周完成现场测量。",
    "调查取证基本完成，正在核对用地范围。",
    "当事人已开始拆除，预计下周完成。",
    "已与属地政府联合行动，现场停工，有专人值守。",
];
/// Why a superior takes over.
pub const TAKE_OVERS: [&str; 2] =
    ["案情复杂且久拖不决，由本级直接办理。", "涉及面广、影响较大，提级办理。"];
/// Why a case is listed.
pub const LISTINGS: [&str; 3] = [
    "占用耕地面积较大，挂牌督办，限期办结。",
    "群众反映强烈，整改缓慢，挂牌督办。",
    "违法行为屡查屡犯，挂牌督办并公开进展。",
];
/// Why it is not any more.
pub const LIFTED: &str = "整改到位，经验收同意解除挂牌督办。";
/// Why more time is needed.
pub const EXTENSIONS: [&str; 3] = [
    "连续降雨，现场无法测量，申请延期。",
    "涉案人员较多，取证需要时间，申请延期。",
    "需等待测绘成果，申请延长办理期限。",
];
/// Granted.
pub const GRANTED: &str = "理由充分，同意延期。";
/// Not granted.
pub const NOT_GRANTED: &str = "理由不充分，请按原期限办理。";
/// The clock goes on.
pub const RESUMED: &str = "中止事由已消除，恢复计时。";

/// What a decision says.
pub fn decision(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Penalty => "经集体讨论，事实清楚、证据确凿，依法作出行政处罚决定。",
        Outcome::NoPenalty => "违法行为轻微并及时改正，没有造成危害后果，不予行政处罚。",
        Outcome::NotEstablished => "经调查，现有证据不能认定违法事实成立。",
        Outcome::Transferred => "已达到刑事追诉标准，依法移送。",
    }
}

/// The document of an execution, and what is written of it.
pub fn execution(result: Execution, kind: MeasureKind) -> (&'static str, &'static str) {
    let done = match kind {
        MeasureKind::Demolish => ("拆除验收记录（演练）", "违法建筑已拆除，建筑垃圾清运完毕。"),
        MeasureKind::ConfiscateBuilding => ("没收清单（演练）", "建筑物已查封清点，予以没收。"),
        MeasureKind::ConfiscateGains => ("罚没票据（演练）", "违法所得已足额上缴国库。"),
        MeasureKind::Fine => ("缴款凭证（演练）", "罚款已足额缴入国库。"),
        MeasureKind::Restore => ("复垦验收单（演练）", "土地已平整复垦，恢复种植条件。"),
        MeasureKind::Revoke => ("注销公告（演练）", "证照已依法注销并公告。"),
        MeasureKind::Discipline => ("处分决定（演练）", "有关单位已作出处分。"),
    };
    match result {
        Execution::Executed => done,
        Execution::Court => ("强制执行申请书（演练）", "逾期不履行，已申请人民法院强制执行。"),
        Execution::Terminated => {
            ("终结执行决定书（演练）", "被执行人终止且无义务承受人，终结执行。")
        }
        Execution::Annulled => ("撤销决定书（演练）", "原决定被依法撤销。"),
    }
}

/// What another unit writes.
pub fn opinion(stance: Stance) -> &'static str {
    match stance {
        Stance::Agree => "经核对档案，该处未办理审批手续，同意按违法处理。",
        Stance::Disagree => "该处部分范围有批准文件，建议扣除后认定。",
        Stance::Abstain => "本单位无相关资料，无意见。",
    }
}

/// Why a clock stands still.
pub fn pause(cause: PauseCause) -> &'static str {
    match cause {
        PauseCause::Appraisal => "已委托鉴定机构测算破坏程度，鉴定期间中止计时。",
        PauseCause::Litigation => "当事人提起行政复议，期间中止计时。",
        PauseCause::OtherAuthority => "等待有关机关认定结论，中止计时。",
        PauseCause::ForceMajeure => "因洪涝灾害道路中断，中止计时。",
    }
}
