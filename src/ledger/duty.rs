//! What is owed to a case, by whom, by when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::actor::Role;
use crate::place::Code;

/// The kinds of duty (DOMAIN 4b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// Decide what the tip is.
    Judge,
    /// Give the missing facts; owed by the informant.
    Supplement,
    /// Hand the case to a unit.
    Dispatch,
    /// Take it.
    Sign,
    /// Rule on an objection.
    RuleObjection,
    /// Look at the facts on the ground.
    Verify,
    /// Do something about it.
    Dispose,
    /// Tell the informant of one tip.
    Reply,
    /// Somebody else looks at the closing.
    Review,
    /// Ask the informant afterwards.
    ReturnVisit,
}

impl DutyKind {
    /// Every kind.
    pub const ALL: [DutyKind; 10] = [
        DutyKind::Judge,
        DutyKind::Supplement,
        DutyKind::Dispatch,
        DutyKind::Sign,
        DutyKind::RuleObjection,
        DutyKind::Verify,
        DutyKind::Dispose,
        DutyKind::Reply,
        DutyKind::Review,
        DutyKind::ReturnVisit,
    ];

    /// The name in the contract, which is also the name of its clock rule.
    pub fn name(self) -> &'static str {
        match self {
            DutyKind::Judge => "judge",
            DutyKind::Supplement => "supplement",
            DutyKind::Dispatch => "dispatch",
            DutyKind::Sign => "sign",
            DutyKind::RuleObjection => "rule_objection",
            DutyKind::Verify => "verify",
            DutyKind::Dispose => "dispose",
            DutyKind::Reply => "reply",
            DutyKind::Review => "review",
            DutyKind::ReturnVisit => "return_visit",
        }
    }

    /// The name on screen, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            DutyKind::Judge => ("判定", "judge"),
            DutyKind::Supplement => ("补充材料", "supplement"),
            DutyKind::Dispatch => ("派单", "dispatch"),
            DutyKind::Sign => ("签收", "sign"),
            DutyKind::RuleObjection => ("异议裁定", "rule on the objection"),
            DutyKind::Verify => ("核查", "verify"),
            DutyKind::Dispose => ("处置", "dispose"),
            DutyKind::Reply => ("反馈", "reply"),
            DutyKind::Review => ("销号审核", "review"),
            DutyKind::ReturnVisit => ("回访", "return visit"),
        }
    }

    /// The roles that discharge it, for lists of what waits for somebody.
    pub fn roles(self) -> &'static [Role] {
        match self {
            DutyKind::Judge => &[Role::Judge],
            DutyKind::Supplement | DutyKind::ReturnVisit => &[Role::Operator],
            DutyKind::Dispatch => Act::Dispatch.roles(),
            DutyKind::Sign | DutyKind::Verify | DutyKind::Dispose => &[Role::Handler],
            DutyKind::RuleObjection => Act::RuleObjection.roles(),
            DutyKind::Reply => Act::Reply.roles(),
            DutyKind::Review => &[Role::Reviewer],
        }
    }

    /// Whether an open duty of this kind keeps a case from closing.
    pub fn is_blocking(self) -> bool {
        self != DutyKind::ReturnVisit
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
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
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
