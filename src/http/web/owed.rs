//! What is owed to a case, as its page lists it: soonest first, and told apart.
#![allow(missing_docs)] // reason: the fields are those of a duty in the contract, in words

use super::acts::Setting;
use super::look::{self, Due};
use crate::intake::receipt;
use crate::ledger::{Case, Duty, DutyKind};
use crate::store::TipRow;

/// The mode of a tip whose informant left no contact.
const ANONYMOUS: &str = "anonymous";

/// A duty that is still owed.
pub struct Owed {
    /// Its number in the case.
    pub no: u32,
    pub duty: &'static str,
    /// The measure that it is about, with its amount; empty for none.
    pub measure: String,
    /// Whether others of its kind are owed too, so that its number tells them apart.
    pub is_one_of_many: bool,
    pub owner: String,
    /// Whose work it is there.
    pub roles: String,
    pub tip: String,
    pub due: Due,
    pub rule: String,
    pub blocking: bool,
    /// Whether it asks for somebody whom nobody can reach.
    pub is_unreachable: bool,
}

/// Duties in the order in which they are due; those whose clock stands still or has not begun come
/// last, in order of number.
pub fn owed<'a>(
    duties: impl Iterator<Item = &'a Duty>,
    tips: &[TipRow],
    setting: &Setting<'_>,
) -> Vec<Owed> {
    let mut duties: Vec<&Duty> = duties.collect();
    duties.sort_by_key(|duty| (duty.paused || duty.due_at.is_none(), duty.due_at, duty.no));
    let nobody = tips.iter().all(|tip| tip.mode == ANONYMOUS);
    let alike = |duty: &Duty| duties.iter().filter(|one| one.kind == duty.kind).count();
    let (lang, divisions) = (setting.lang, setting.ground.divisions);
    let view = |duty: &&Duty| Owed {
        no: duty.no,
        duty: look::duty(duty.kind.name(), lang),
        measure: measure(setting.case, duty, setting),
        is_one_of_many: duty.tip.is_none() && alike(duty) > 1,
        owner: divisions.full_name(duty.owner),
        roles: look::roles(duty.kind.roles(), lang),
        tip: duty.tip.as_deref().map(receipt::spoken).unwrap_or_default(),
        due: look::due(duty.due_at, duty.paused, setting.now, lang),
        rule: look::rule(&duty.rule, lang),
        blocking: duty.kind.is_blocking(),
        is_unreachable: duty.kind == DutyKind::ReturnVisit && nobody,
    };
    duties.iter().map(view).collect()
}

/// The measure that a duty is about: kind and amount.
fn measure(case: &Case, duty: &Duty, setting: &Setting<'_>) -> String {
    case.measure_of(duty).map_or_else(String::new, |ordered| {
        let (zh, en) = ordered.measure.kind.names();
        format!("{} {}", setting.lang.pick(zh, en), ordered.measure.amount)
    })
}
