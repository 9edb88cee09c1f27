//! What is owed to a case, by whom, by when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::actor::Role;
use crate::calendar::Stop;
use crate::place::Code;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $zh:literal $en:literal $roles:expr;)*) => {
        /// The kinds of duty (DOMAIN 4 and 4b), in the order of a case's life.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum DutyKind { $($(#[$doc])* $variant),* }

        impl DutyKind {
            /// Every kind.
            pub const ALL: [DutyKind; [$(DutyKind::$variant),*].len()] = [$(DutyKind::$variant),*];

            /// The name in the contract, which is also the name of its clock rule.
            pub fn name(self) -> &'static str {
                match self { $(DutyKind::$variant => $name),* }
            }

            /// The name on screen, Chinese and English.
            pub fn names(self) -> (&'static str, &'static str) {
                match self { $(DutyKind::$variant => ($zh, $en)),* }
            }

            /// The roles that discharge it, for lists of what waits for somebody.
            pub fn roles(self) -> &'static [Role] {
                match self { $(DutyKind::$variant => $roles),* }
            }
        }
    };
}

kinds! {
    /// Decide what the tip is.
    Judge "judge" "判定" "judge" &[Role::Judge];
    /// Give the missing facts; owed by the informant.
    Supplement "supplement" "补充材料" "supplement" &[Role::Operator];
    /// Hand the case to a unit.
    Dispatch "dispatch" "派单" "dispatch" Act::Dispatch.roles();
    /// Take it.
    Sign "sign" "签收" "sign" &[Role::Handler];
    /// Rule on an objection.
    RuleObjection "rule_objection" "异议裁定" "rule on the objection" Act::RuleObjection.roles();
    /// Look at the facts on the ground.
    Verify "verify" "核查" "verify" &[Role::Handler];
    /// Do something about it.
    Dispose "dispose" "处置" "dispose" &[Role::Handler];
    /// Decide the enforcement case.
    Decide "decide" "作出决定" "decide" &[Role::Handler];
    /// Carry one measure of the decision out.
    Execute "execute" "执行" "execute" &[Role::Handler];
    /// See that the measure was carried out; not by who did it.
    VerifyExecution "verify_execution" "核验执行" "verify the execution" Act::VerifyExecution.roles();
    /// Hand confiscated buildings over to government.
    HandOver "hand_over" "移交没收建筑物" "hand over" &[Role::Handler];
    /// Get the receipt of the authority to which it was transferred.
    ReceiveTransfer "receive_transfer" "移送回执" "receiver's receipt" &[Role::Handler];
    /// Tell the informant of one tip.
    Reply "reply" "反馈" "reply" Act::Reply.roles();
    /// Give an opinion that was asked for; silence is an answer.
    Opinion "opinion" "出具意见" "opinion" &[Role::Handler];
    /// Rule on an extension; silence is a refusal.
    RuleExtension "rule_extension" "批复延期" "rule on the extension" Act::RuleExtension.roles();
    /// Say how it goes, when urged, and weekly while supervised or listed.
    Progress "progress" "报告进展" "progress" &[Role::Handler];
    /// Lift the listing; owed by the level that listed.
    Lift "lift" "解除挂牌" "lift the listing" Act::Lift.roles();
    /// Somebody else looks at the closing.
    Review "review" "销号审核" "review" &[Role::Reviewer];
    /// An independent unit looks at a case drawn by lot.
    Recheck "recheck" "复查" "re-check" &[Role::Handler];
    /// Ask the informant afterwards.
    ReturnVisit "return_visit" "回访" "return visit" &[Role::Operator];
}

impl DutyKind {
    /// What a filed case owes until its enforcement has come to an end.
    pub const ENFORCEMENT: [DutyKind; 5] = [
        DutyKind::Decide,
        DutyKind::Execute,
        DutyKind::VerifyExecution,
        DutyKind::HandOver,
        DutyKind::ReceiveTransfer,
    ];

    /// What stands between a tip and its disposal, each opened by the end of the one before.
    pub const TO_DISPOSAL: [DutyKind; 6] = [
        DutyKind::Judge,
        DutyKind::Dispatch,
        DutyKind::Sign,
        DutyKind::RuleObjection,
        DutyKind::Verify,
        DutyKind::Dispose,
    ];

    /// What is not asked any more when a case comes to an end: silence answers it.
    pub const SILENT: [DutyKind; 3] =
        [DutyKind::Opinion, DutyKind::RuleExtension, DutyKind::Progress];

    /// Whether an open duty of this kind keeps a case from closing: what is asked after the closing
    /// or answered by silence does not.
    pub fn is_blocking(self) -> bool {
        use DutyKind::{Opinion, Progress, Recheck, ReturnVisit, RuleExtension};
        !matches!(self, Opinion | RuleExtension | Progress | Recheck | ReturnVisit)
    }

    /// Whether silence ends it at its due date.
    pub fn lapses(self) -> bool {
        matches!(self, DutyKind::Supplement | DutyKind::Opinion | DutyKind::RuleExtension)
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<DutyKind> {
        DutyKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How a duty stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Still owed.
    Open,
    /// Discharged by an entry.
    Discharged,
    /// Ended by silence, or because it no longer made sense.
    Lapsed,
}

impl Status {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Discharged => "discharged",
            Status::Lapsed => "lapsed",
        }
    }
}

/// One duty of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Its number within the case, from 1.
    pub no: u32,
    /// What is owed.
    pub kind: DutyKind,
    /// Which unit owes it. The informant's supplement stands under the unit that asked.
    pub owner: Code,
    /// The tip to be answered, for replies.
    pub tip: Option<String>,
    /// What it is about: the number of a measure or a transfer of the case, or of the duty for which
    /// an extension was asked.
    pub of: Option<u32>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// From when its clock counts.
    pub from: DateTime<Utc>,
    /// When its clock stood still.
    pub stops: Vec<Stop>,
    /// From when the lane of the present severity counts, where that began later.
    pub pressed_at: Option<DateTime<Utc>>,
    /// By how many units of its rule it was extended.
    pub extended: u32,
    /// The last second in time; `None` while its clock has not begun, or cannot be reckoned.
    pub due_at: Option<DateTime<Utc>>,
    /// Rule and version that made the date; empty while the clock has not begun.
    pub rule: String,
    /// Whether the clock stands still.
    pub paused: bool,
    /// How it stands.
    pub status: Status,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Duty {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Whether it is open and keeps the case from closing.
    pub fn blocks(&self) -> bool {
        self.is_open() && self.kind.is_blocking()
    }

    /// Whether its time is over while it is still open.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.is_open() && !self.paused && self.due_at.is_some_and(|due| is_late(due, now))
    }
}

/// Whether `at` lies past the last second of a due date.
pub fn is_late(due: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    at.timestamp() > due.timestamp()
}
