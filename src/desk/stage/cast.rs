//! The cast of a rehearsal: who does each act, and whom the answers reach.

use super::Live;
use crate::ledger::{Actor, Command, DutyKind, Ground, Role};
use crate::place::Code;
use crate::place::code::Level;
use crate::synth::Who;

/// By which means and in which words an informant is told whose tip went into another's case.
const ALSO_TOLD: [&str; 2] =
    ["短信", "您反映的问题已与同一事实的案件并案办理，核查处理结果现一并告知您。"];

/// Somebody of a unit: made-up people, the same ones throughout, without logins.
pub(super) fn staff_of(unit: Code, role: Role, second: &str) -> Actor {
    let user = format!("rehearsal-{unit}-{}{second}", role.name());
    Actor::Staff { user, unit, roles: vec![role] }
}

pub(super) fn actor(who: Who, command: &Command, live: &Live, ground: &Ground<'_>) -> Actor {
    match who {
        Who::Staff(role) => staff_of(unit(command, live), role, ""),
        Who::Second(role) => staff_of(unit(command, live), role, "-2"),
        Who::Above(role) => staff_of(superior(live, ground), role, ""),
        Who::Informant => Actor::Informant { tip: live.tip.clone() },
        Who::Schedule => Actor::Schedule,
    }
}

/// The province above the holder, above a province the nation; never one that is kept away.
fn superior(live: &Live, ground: &Ground<'_>) -> Code {
    let holder = live.case.is.holder;
    let fit = |unit: &Code| {
        *unit != holder
            && matches!(unit.level(), Level::Nation | Level::Province)
            && !ground.bars(&live.case, *unit)
    };
    holder.chain().into_iter().find(fit).unwrap_or(holder)
}

/// An answer is given to every informant of the case who still waits for it; and before the case is
/// struck off, to those whose tips came to it after the others were answered.
pub(super) fn with_replies(who: Who, command: Command, live: &Live) -> Vec<(Who, Command)> {
    let waits = |number: &String| live.case.open_reply(number).is_some();
    let all = live.case.tips.iter().map(|tip| tip.number.clone());
    let to = |command: &Command, tip| match command.clone() {
        Command::Reply { means, text, .. } => Command::Reply { tip, means, text },
        Command::AttemptReply { means, text, .. } => Command::AttemptReply { tip, means, text },
        other => other,
    };
    match &command {
        Command::Reply { .. } | Command::AttemptReply { .. } => {
            // The story's own informant always: were nothing owed, the ledger would say so.
            let tips = all.filter(|tip| *tip == live.tip || waits(tip));
            tips.map(|tip| (who, to(&command, tip))).collect()
        }
        Command::RequestClose { .. } | Command::ApproveClose { .. } => {
            let [means, text] = ALSO_TOLD.map(str::to_owned);
            let told = Command::Reply { tip: String::new(), means, text };
            let late = all.filter(|tip| *tip != live.tip && waits(tip));
            let late = late.map(|tip| (Who::Staff(Role::Handler), to(&told, tip)));
            let mut acts: Vec<(Who, Command)> = late.collect();
            acts.push((who, command));
            acts
        }
        _ => vec![(who, command)],
    }
}

/// The unit that owes what the act discharges; the holder where the act discharges nothing.
fn unit(command: &Command, live: &Live) -> Code {
    let kind = match command {
        Command::Accept { .. }
        | Command::Refuse { .. }
        | Command::AskSupplement { .. }
        | Command::Merge { .. }
        | Command::Link { .. } => DutyKind::Judge,
        Command::Supplement { .. } => DutyKind::Supplement,
        Command::Dispatch { .. } => DutyKind::Dispatch,
        Command::Sign {} | Command::Object { .. } => DutyKind::Sign,
        Command::RuleObjection { .. } => DutyKind::RuleObjection,
        Command::Verify { .. } => DutyKind::Verify,
        Command::Dispose { .. } => DutyKind::Dispose,
        Command::Opine { .. } => DutyKind::Opinion,
        Command::RuleExtension { .. } => DutyKind::RuleExtension,
        Command::Progress { .. } => DutyKind::Progress,
        Command::Lift { .. } => DutyKind::Lift,
        Command::Reply { .. } | Command::AttemptReply { .. } => DutyKind::Reply,
        Command::ApproveClose { .. } | Command::ReturnClose { .. } => DutyKind::Review,
        Command::ReturnVisit { .. } => DutyKind::ReturnVisit,
        _ => return live.case.is.holder,
    };
    live.case.open(kind).map_or(live.case.is.holder, |duty| duty.owner)
}
