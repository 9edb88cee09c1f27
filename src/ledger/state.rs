//! The label of a case, computed from its duties.

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::duty::DutyKind;
use super::entry::Stage;

/// States of DOMAIN 4a.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // reason: the names are the vocabulary itself
pub enum State {
    Pending,
    Supplement,
    Refused,
    Merged,
    Linked,
    Accepted,
    Dispatched,
    Objected,
    Verifying,
    Handling,
    Disposed,
    InReview,
    Closed,
}

impl State {
    /// Every state in the order of a case's life.
    pub const ALL: [State; 13] = [
        State::Pending,
        State::Supplement,
        State::Refused,
        State::Merged,
        State::Linked,
        State::Accepted,
        State::Dispatched,
        State::Objected,
        State::Verifying,
        State::Handling,
        State::Disposed,
        State::InReview,
        State::Closed,
    ];

    /// The code in the contract.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// Looks a code up.
    pub fn find(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Code, what the informant reads in Chinese, and in English.
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            State::Pending => ("pending", "已收到，正在判定", "received, being judged"),
            State::Supplement => ("supplement", "请补充材料", "more facts are asked for"),
            State::Refused => ("refused", "不予受理，已说明理由", "not accepted, with reasons"),
            State::Merged => ("merged", "已并案办理", "handled together with others"),
            State::Linked => ("linked", "已关联到办结案件", "the same fact was handled before"),
            State::Accepted => ("accepted", "已受理，正在派单", "accepted, being dispatched"),
            State::Dispatched => ("dispatched", "已派单", "dispatched"),
            State::Objected => ("objected", "正在确定承办单位", "the unit is being settled"),
            State::Verifying => ("verifying", "核查中", "being verified"),
            State::Handling => ("handling", "处理中", "being handled"),
            State::Disposed => (
                "disposed",
                "已核查处理，待答复和审核",
                "checked and dealt with; answer and review follow",
            ),
            State::InReview => ("in_review", "销号审核中", "closing is under review"),
            State::Closed => ("closed", "已办结", "closed"),
        }
    }

    /// Reads the label off a case: the stage where it is final, else the duty that comes first.
    pub fn of(case: &Case) -> State {
        match case.is.stage {
            Stage::Closed => return State::Closed,
            Stage::Refused => return State::Refused,
            Stage::Merged => return State::Merged,
            Stage::Linked => return State::Linked,
            Stage::Pending | Stage::Open => {}
        }
        const ORDER: [(DutyKind, State); 13] = [
            (DutyKind::Supplement, State::Supplement),
            (DutyKind::Judge, State::Pending),
            (DutyKind::Review, State::InReview),
            (DutyKind::RuleObjection, State::Objected),
            (DutyKind::Sign, State::Dispatched),
            (DutyKind::Verify, State::Verifying),
            (DutyKind::Dispose, State::Handling),
            (DutyKind::Decide, State::Handling),
            (DutyKind::Execute, State::Handling),
            (DutyKind::VerifyExecution, State::Handling),
            (DutyKind::HandOver, State::Handling),
            (DutyKind::ReceiveTransfer, State::Handling),
            (DutyKind::Dispatch, State::Accepted),
        ];
        let first = ORDER.iter().find(|(kind, _)| case.open(*kind).is_some());
        first.map_or(State::Disposed, |(_, state)| *state)
    }
}
