//! Who may do what on a case: by role, by unit, and by what they did before.

use super::act::Act;
use super::actor::{Actor, Role};
use super::case::Case;
use super::command::Command;
use super::decide::{Ground, Past};
use super::duty::{Duty, DutyKind};
use super::refusal::Refusal;
use crate::place::Code;

/// The first question: does the actor's role allow this act at all?
pub fn role(act: Act, actor: &Actor) -> Result<(), Refusal> {
    let allowed = match actor {
        Actor::Staff { .. } => actor.is_any(act.roles()),
        Actor::Informant { .. } => matches!(act, Act::Supplement | Act::Reopen),
        Actor::Schedule => {
            matches!(act, Act::Lapse | Act::Reckon | Act::Succeed | Act::Draw)
        }
        // What an old ledger says strikes cases off: a supervisor answers for it, or the terminal.
        Actor::Import { user, roles, .. } => {
            let answers = user.is_none() || roles.contains(&Role::Supervisor);
            if act == Act::Imported && !answers {
                return Err(Refusal::Role(&[Role::Supervisor]));
            }
            act == Act::Imported
        }
    };
    if allowed { Ok(()) } else { Err(Refusal::Role(act.roles())) }
}

/// Whether the duty that the act discharges is the actor's.
pub fn owner(
    duty: &Duty,
    command: &Command,
    actor: &Actor,
    case: &Case,
    ground: &Ground<'_>,
) -> Result<(), Refusal> {
    let Some(unit) = actor.unit() else { return informant(actor, case) };
    let own = unit == duty.owner;
    let above = || ground.holds(unit, duty.owner);
    let mine = match duty.kind {
        // Neither its desk nor its place above others gives an accused unit a hand in the case.
        _ if ground.bars(case, unit) => false,
        // An old ledger speaks for its own unit and those below it.
        _ if matches!(actor, Actor::Import { .. }) => above(),
        DutyKind::Dispatch
        | DutyKind::Review
        | DutyKind::VerifyExecution
        | DutyKind::RuleExtension => above(),
        DutyKind::Supplement | DutyKind::Reply | DutyKind::ReturnVisit => {
            let operator = actor.is_any(&[Role::Operator]);
            // A return visit is the case's, but each desk looks up the informants of its own tips.
            let wanted = match command {
                Command::Look { tip } => Some(tip),
                _ => duty.tip.as_ref(),
            };
            let desk = case
                .tips
                .iter()
                .any(|tip| tip.desk == unit && wanted.is_none_or(|wanted| *wanted == tip.number));
            own || (operator && (above() || desk))
        }
        _ => own,
    };
    if mine { Ok(()) } else { Err(Refusal::NotYourDuty(duty.owner)) }
}

/// An informant acts only on a case that carries the informant's own tip.
fn informant(actor: &Actor, case: &Case) -> Result<(), Refusal> {
    match actor {
        Actor::Informant { tip } if !case.tips.iter().any(|known| known.number == *tip) => {
            Err(Refusal::NoSuchTip)
        }
        _ => Ok(()),
    }
}

/// The same for acts that discharge no duty of their own.
pub fn standing(
    command: &Command,
    actor: &Actor,
    case: &Case,
    ground: &Ground<'_>,
) -> Result<(), Refusal> {
    let Some(unit) = actor.unit() else { return informant(actor, case) };
    let holder = case.is.holder;
    let above = |owner: Code| ground.commands(unit, owner);
    let oversees = |owner: Code| ground.holds(unit, owner);
    let duty = |no: &u32| case.duty(*no).filter(|duty| duty.is_open()).ok_or(Refusal::NoSuchDuty);
    let (mine, owner) = match command {
        _ if ground.bars(case, unit) => (false, holder),
        Command::RequestClose { .. } | Command::Transfer { .. } => (unit == holder, holder),
        Command::Reopen { .. }
        | Command::Merge { .. }
        | Command::Split { .. }
        | Command::TakeOver { .. }
        | Command::Avert { .. }
        | Command::Imported { .. } => (above(holder), holder),
        Command::Urge { .. } | Command::List { .. } | Command::Account { .. } => {
            (oversees(holder), holder)
        }
        Command::AskOpinion { .. } => {
            let judge = case.open(DutyKind::Judge).map(|duty| duty.owner);
            (unit == holder || Some(unit) == judge, holder)
        }
        // Whoever owes it asks for more time; for a listing it is the one who is listed.
        Command::AskExtension { duty: no, .. } => {
            let asked = duty(no)?;
            let owes = if asked.kind == DutyKind::Lift { holder } else { asked.owner };
            (unit == owes, owes)
        }
        Command::Pause { duty: no, .. } => (above(duty(no)?.owner), duty(no)?.owner),
        Command::Resume { duty: no, .. } => (above(duty(no)?.owner), duty(no)?.owner),
        _ => (true, holder),
    };
    if mine { Ok(()) } else { Err(Refusal::NotYourDuty(owner)) }
}

/// A reviewer is neither one who handled the case nor, after a reopening, the one before.
pub fn reviewer(actor: &Actor, case: &Case) -> Result<(), Refusal> {
    let user = actor.user().unwrap_or_default();
    if case.handled_by.contains(user) {
        return Err(Refusal::ReviewerHandled);
    }
    if case.approved_by.contains(user) {
        return Err(Refusal::ReviewerBefore);
    }
    Ok(())
}

/// A correction is for those who may do the corrected act, in the same unit or above it.
pub fn corrector(past: &Past, actor: &Actor, ground: &Ground<'_>) -> Result<(), Refusal> {
    let roles = match past.act {
        Act::Receive => &[Role::Operator, Role::Judge],
        act => act.roles(),
    };
    if !actor.is_any(roles) {
        return Err(Refusal::Role(roles));
    }
    let within = actor.unit().is_some_and(|unit| ground.holds(unit, past.unit));
    if within { Ok(()) } else { Err(Refusal::NotYourDuty(past.unit)) }
}

/// Whether a unit may be given the case: it stands on the line of the place, above or below, and
/// is not kept away.
pub fn assignable(unit: Code, case: &Case, ground: &Ground<'_>) -> Result<(), Refusal> {
    let place = case.is.place;
    if !ground.holds(unit, place) && !ground.holds(place, unit) {
        return Err(Refusal::UnitElsewhere);
    }
    if ground.bars(case, unit) { Err(Refusal::UnitRecused) } else { Ok(()) }
}

/// Who rules on an objection of `unit`: the dispatcher; where two units disagree, their common
/// superior. A party never rules on its own objection, nor does a unit kept away.
pub fn arbiter(case: &Case, unit: Code, ground: &Ground<'_>) -> Code {
    let other = case.objectors.iter().rev().copied().find(|earlier| *earlier != unit);
    let dispatcher = case.dispatcher.unwrap_or(Code::NATION);
    let named = other.map_or(dispatcher, |other| other.common(unit));
    let fit = |ruler: &Code| *ruler != unit && Some(*ruler) != other && !ground.bars(case, *ruler);
    named.chain().into_iter().find(fit).unwrap_or(ground.alternate)
}

/// Who rules on an extension of what `unit` owes: its superior, or the nearest above that is not
/// kept away. At the top there is nobody above: its own supervisors rule.
pub fn superior(case: &Case, unit: Code, ground: &Ground<'_>) -> Code {
    let fit = |ruler: &Code| *ruler != unit && !ground.bars(case, *ruler);
    unit.chain().into_iter().find(fit).unwrap_or(unit)
}
