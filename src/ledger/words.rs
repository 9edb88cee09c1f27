//! The closed vocabularies of act fields.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::intake::fault::Why;

/// A word of the contract with its names on screen, Chinese and English.
pub type Choice = (&'static str, &'static str, &'static str);

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($variant:ident $name:literal $zh:literal $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // reason: the names are the vocabulary of the contract
        pub enum $type { $($variant),* }

        impl $type {
            /// Every word with its names on screen, Chinese and English.
            pub const CHOICES: &'static [Choice] = &[$(($name, $zh, $en)),*];

            /// The word in the contract.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),* }
            }

            /// The name on screen, Chinese and English.
            pub fn names(self) -> (&'static str, &'static str) {
                match self { $($type::$variant => ($zh, $en)),* }
            }

            /// Reads a word of the contract.
            pub fn read(word: &str) -> Result<$type, Why> {
                match word {
                    $($name => Ok($type::$variant),)*
                    _ => Err(Why::NotOneOf([$($name),*].join(", "))),
                }
            }
        }
    };
}

words! {
    /// Why a tip is not accepted (DOMAIN 4).
    RefuseReason {
        OutOfScope "out_of_scope" "不属于土地、矿产等管理事项" "outside land and mineral law";
        ReviewOrLitigation "review_or_litigation" "已经或应当通过复议、诉讼、仲裁解决" "for review, court or arbitration";
        OwnershipOrCompensation "ownership_or_compensation" "权属或补偿分配纠纷" "ownership or compensation";
        StaffDiscipline "staff_discipline" "反映工作人员违纪" "discipline of staff";
        StateSecret "state_secret" "涉及国家秘密" "state secrets";
        Insufficient "insufficient" "材料不足，要求补充后仍不足" "too few facts, even after asking";
    }
}
words! {
    /// What a verification found.
    Finding {
        Founded "founded" "属实" "founded";
        Unfounded "unfounded" "不属实" "unfounded";
        Unlocatable "unlocatable" "无法查找地点" "cannot be located";
        NotOurs "not_ours" "不属本单位管辖" "not ours";
    }
}
words! {
    /// What was done about it.
    DisposeKind {
        Corrected "corrected" "当场纠正" "corrected on the spot";
        Filed "filed" "立案查处" "filed for enforcement";
        Transferred "transferred" "移送其他机关" "transferred to another authority";
        Other "other" "其他依法处理" "other, with legal basis";
    }
}
words! {
    /// How far a row of an old ledger says that its case came.
    ImportStep {
        Accepted "accepted" "受理" "accepted";
        Disposed "disposed" "处置" "disposed of";
        Closed "closed" "销号" "closed";
    }
}
words! {
    /// How an enforcement case was decided (行政处罚法 2021 art. 57).
    Outcome {
        Penalty "penalty" "给予行政处罚" "penalty";
        NoPenalty "no_penalty" "违法轻微，不予处罚" "no penalty, minor";
        NotEstablished "not_established" "违法事实不成立" "facts not established";
        Transferred "transferred" "移送司法或其他机关" "transferred";
    }
}
words! {
    /// What a decision orders, each in its own unit.
    MeasureKind {
        Demolish "demolish" "拆除（平方米）" "demolish (m²)";
        ConfiscateBuilding "confiscate_building" "没收建筑物（平方米）" "confiscate buildings (m²)";
        ConfiscateGains "confiscate_gains" "没收违法所得（元）" "confiscate gains (¥)";
        Fine "fine" "罚款（元）" "fine (¥)";
        Restore "restore" "复垦、恢复（亩）" "restore (mu)";
        Revoke "revoke" "注销、吊销证照（件）" "revoke certificates (pieces)";
        Discipline "discipline" "处分人员（人）" "discipline (persons)";
    }
}
words! {
    /// How the execution of one measure ended.
    Execution {
        Executed "executed" "执行到位" "executed";
        Court "court" "申请法院强制执行" "referred to the court";
        Terminated "terminated" "终结执行" "terminated";
        Annulled "annulled" "决定被撤销" "the decision was annulled";
    }
}
words! {
    /// What an assisting unit thinks.
    Stance {
        Agree "agree" "同意" "agrees";
        Disagree "disagree" "不同意" "disagrees";
        Abstain "abstain" "无意见" "has no opinion";
    }
}
words! {
    /// Why a clock may stand still.
    PauseCause {
        Appraisal "appraisal" "检验、检测、鉴定" "test or appraisal";
        Litigation "litigation" "复议、诉讼期间" "review or court";
        OtherAuthority "other_authority" "等待其他机关结论" "another authority's finding";
        ForceMajeure "force_majeure" "不可抗力" "force majeure";
    }
}
words! {
    /// On which rung a unit is urged (DOMAIN 2); the third is the listing.
    Urging {
        Urge "urge" "催办" "urge";
        Supervise "supervise" "督办" "supervise";
    }
}
words! {
    /// The eight situations of listed supervision (DOMAIN 5).
    ListedFor {
        ControlLines "control_lines" "突破三条控制线" "three control lines";
        Farmland "farmland" "违法占用耕地特别是永久基本农田" "farmland, above all permanent basic farmland";
        IllegalApproval "illegal_approval" "违法批地" "illegal approval";
        LandSupply "land_supply" "违法供地" "land supply";
        SeriousMining "serious_mining" "严重违法勘查开采" "serious mining";
        Surveying "surveying" "测绘重大违法" "surveying";
        Concealment "concealment" "瞒案压案、久拖不决、屡查屡犯" "concealed, sat upon, unresolved or repeated";
        Other "other" "其他需要挂牌督办的" "other";
    }
}
words! {
    /// What a re-check by an independent unit found.
    RecheckFinding {
        Upheld "upheld" "原办理结果正确" "upheld";
        Overturned "overturned" "原办理结果有误（将重办）" "overturned (reopens)";
    }
}
words! {
    /// What a returned closing asks to be done again.
    Redo {
        Verify "verify" "重新核查" "verify again";
        Dispose "dispose" "重新处置" "dispose again";
        Reply "reply" "重新反馈" "reply again";
    }
}
words! {
    /// What the informant says afterwards.
    VisitResult {
        Satisfied "satisfied" "认可办理结果" "accepts the outcome";
        NotSatisfiedUnjustified "not_satisfied_unjustified" "不认可，理由不成立" "does not, without cause";
        NotSatisfiedJustified "not_satisfied_justified" "不认可，理由成立（将重办）" "does not, with cause (reopens)";
        Unreached "unreached" "未能联系上" "could not be reached";
    }
}
words! {
    /// How satisfied the informant is.
    Satisfaction {
        VerySatisfied "very_satisfied" "非常满意" "very satisfied";
        Satisfied "satisfied" "满意" "satisfied";
        BasicallySatisfied "basically_satisfied" "基本满意" "basically satisfied";
        Dissatisfied "dissatisfied" "不满意" "dissatisfied";
        VeryDissatisfied "very_dissatisfied" "非常不满意" "very dissatisfied";
    }
}
