//! The acts: their names, and who may do them by role (DOMAIN 4b).

use serde::{Deserialize, Serialize};

use super::actor::Role;

macro_rules! acts {
    ($($variant:ident $name:literal $zh:literal $en:literal $roles:expr;)*) => {
        /// What an entry records.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // reason: the names are the vocabulary of DOMAIN 4b
        pub enum Act { $($variant),* }

        impl Act {
            /// Every act.
            pub const ALL: &'static [Act] = &[$(Act::$variant),*];

            /// The name in the contract.
            pub fn name(self) -> &'static str {
                match self { $(Act::$variant => $name),* }
            }

            /// The name on screen, Chinese and English.
            pub fn names(self) -> (&'static str, &'static str) {
                match self { $(Act::$variant => ($zh, $en)),* }
            }

            /// Which roles of staff may do it; empty where no role of staff may.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Act::$variant => $roles),* }
            }
        }
    };
}

/// Everybody who reads cases.
const READERS: &[Role] =
    &[Role::Operator, Role::Judge, Role::Handler, Role::Reviewer, Role::Supervisor];

acts! {
    Receive "receive" "收到线索" "tip received" &[];
    Accept "accept" "受理" "accept" &[Role::Judge];
    Refuse "refuse" "不予受理" "refuse" &[Role::Judge];
    AskSupplement "ask_supplement" "要求补充" "ask for more" &[Role::Judge];
    Supplement "supplement" "补充材料" "supplement" &[Role::Operator];
    Merge "merge" "并案" "merge into another case" &[Role::Judge, Role::Supervisor];
    Absorb "absorb" "并入他案线索" "take in a merged case" &[];
    Split "split" "拆案" "split a merged case off" &[Role::Judge, Role::Supervisor];
    SplitOff "split_off" "恢复独立办理" "stand alone again" &[];
    Link "link" "关联已销号案件" "link to a closed case" &[Role::Judge];
    Dispatch "dispatch" "派单" "dispatch" &[Role::Judge, Role::Supervisor];
    Sign "sign" "签收" "sign" &[Role::Handler];
    Object "object" "提出异议" "object" &[Role::Handler];
    RuleObjection "rule_objection" "裁定异议" "rule on the objection" &[Role::Judge, Role::Supervisor];
    Verify "verify" "核查" "verify" &[Role::Handler];
    Dispose "dispose" "处置" "dispose" &[Role::Handler];
    Decide "decide" "作出决定" "decide" &[Role::Handler];
    Execute "execute" "执行" "execute" &[Role::Handler];
    VerifyExecution "verify_execution" "核验执行" "verify the execution" &[Role::Handler, Role::Reviewer];
    HandOver "hand_over" "移交没收建筑物" "hand over" &[Role::Handler];
    Transfer "transfer" "移送其他机关" "transfer" &[Role::Handler];
    ReceiveTransfer "receive_transfer" "登记移送回执" "receiver's receipt" &[Role::Handler];
    Reply "reply" "反馈举报人" "reply" &[Role::Operator, Role::Handler];
    AttemptReply "attempt_reply" "联系未果" "failed attempt to reply" &[Role::Operator, Role::Handler];
    AskOpinion "ask_opinion" "征求意见" "ask for opinions" &[Role::Handler, Role::Judge];
    Opine "opine" "出具意见" "give an opinion" &[Role::Handler];
    AskExtension "ask_extension" "申请延期" "ask for an extension" &[Role::Handler];
    RuleExtension "rule_extension" "批复延期" "rule on the extension" &[Role::Supervisor];
    Pause "pause" "中止计时" "stop a clock" &[Role::Reviewer, Role::Supervisor];
    Resume "resume" "恢复计时" "let a clock go on" &[Role::Handler, Role::Reviewer, Role::Supervisor];
    Urge "urge" "催办" "urge" &[Role::Supervisor];
    List "list" "挂牌督办" "list for supervision" &[Role::Supervisor];
    Progress "progress" "报告进展" "report progress" &[Role::Handler];
    Lift "lift" "解除挂牌" "lift the listing" &[Role::Supervisor];
    TakeOver "take_over" "提级办理" "take over" &[Role::Supervisor];
    RequestClose "request_close" "申请销号" "ask to close" &[Role::Handler];
    ApproveClose "approve_close" "批准销号" "approve the closing" &[Role::Reviewer];
    ReturnClose "return_close" "退回销号申请" "return the closing" &[Role::Reviewer];
    Draw "draw" "抽中复查" "drawn for re-check" &[];
    Recheck "recheck" "复查" "re-check" &[Role::Handler];
    ReturnVisit "return_visit" "回访" "return visit" &[Role::Operator];
    Reopen "reopen" "重办" "reopen" &[Role::Supervisor, Role::Reviewer];
    Account "account" "问责" "hold to account" &[Role::Reviewer, Role::Supervisor];
    Avert "avert" "避免损失" "what a warning averted" &[Role::Handler, Role::Supervisor];
    Correct "correct" "更正" "correct" READERS;
    Note "note" "备注" "note" READERS;
    Look "look" "查看联系方式" "look at the contact" &[Role::Operator];
    Lapse "lapse" "期满终止" "lapse" &[];
    Reckon "reckon" "重算期限" "due dates reckoned anew" &[];
    Succeed "succeed" "单位承继" "pass to a successor" &[];
    Imported "imported" "旧台账导入" "taken over from an old ledger" &[];
}

impl Act {
    /// Looks a name up.
    pub fn find(name: &str) -> Option<Act> {
        Act::ALL.iter().copied().find(|act| act.name() == name)
    }

    /// Acts that come through the one door; the others have doors of their own, are the schedule's
    /// or an import's, or stand on a second case as the counterpart of an act on the first.
    pub fn is_command(self) -> bool {
        self != Act::Look && !self.roles().is_empty()
    }
}
