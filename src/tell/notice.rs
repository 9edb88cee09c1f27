//! What an entry tells, and whom.

use crate::intake::Severity;
use crate::ledger::entry::ByKind;
use crate::ledger::{Act, Case, Duty, DutyKind, Effect, Entry, Position, Role};
use crate::place::{Code, Units};

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// People of a unit with one of these roles.
    Unit {
        /// The unit.
        unit: Code,
        /// Any of these.
        roles: Vec<Role>,
    },
    /// Whoever of a unit is on duty, or of the nearest unit above that has somebody.
    OnDuty {
        /// The unit.
        unit: Code,
    },
    /// The informant of a tip.
    Informant {
        /// The tip's number.
        tip: String,
    },
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// To the informant: the tip was taken in.
    Received,
    /// To the informant: there is something new; `asks` where an answer is waited for.
    Changed {
        /// Whether facts are asked for, which lapses after a while.
        asks: bool,
    },
    /// To the informant: the answer itself, which was to be given by e-mail.
    Answered,
    /// To the unit: a duty has come to it.
    Assigned {
        /// Number of the duty within the case.
        no: u32,
    },
    /// To those on duty: danger to life or property.
    Danger,
    /// To the holder: somebody above urges, lists, lifts or takes over.
    Supervised,
}

/// One thing to tell somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub matter: Matter,
    /// Whom.
    pub to: Audience,
}

/// What is known of the case besides the entry.
pub struct Facts<'a> {
    /// The case after the entry.
    pub case: &'a Case,
    /// Those of its tips whose informant left an e-mail address.
    pub by_mail: &'a [String],
    /// The units as they stand.
    pub units: &'a Units,
}

/// The rungs of supervision of which the holder must know at once.
const SUPERVISION: [Act; 4] = [Act::Urge, Act::List, Act::Lift, Act::TakeOver];
/// By which words an operator says that the answer goes by e-mail: the page's and the usual ones.
const BY_MAIL: [&str; 4] = ["电子邮件", "邮件", "email", "e-mail"];
/// By which words an operator says that the informant was spoken to: then no letter is needed.
const SPOKEN: [&str; 4] = ["电话", "当面", "phone", "in person"];

/// Whether a case is about danger to life or property, so that nobody waits for the morning.
pub fn is_dangerous(is: &Position) -> bool {
    is.severity == Severity::Danger
}

/// What an entry tells, and whom. What an import took in is told to nobody: it is old. Nobody is told
/// of what a unit does to itself, and no unit that is kept away is told anything.
pub fn notices(entry: &Entry, facts: &Facts<'_>) -> Vec<Notice> {
    if entry.by.kind == ByKind::Import {
        return Vec::new();
    }
    let mut told = Vec::from_iter(danger(entry, facts.case));
    told.extend(assignments(entry, facts.case));
    told.extend(supervision(entry));
    told.retain(|notice| !is_kept_away(&notice.to, facts));
    told.extend(to_informants(entry, facts));
    told
}

fn is_kept_away(to: &Audience, facts: &Facts<'_>) -> bool {
    match to {
        Audience::Unit { unit, .. } => {
            facts.case.recused.iter().any(|recusal| facts.units.bars(recusal.unit, *unit))
        }
        // Those above are asked one by one, when it is known who is there.
        Audience::OnDuty { .. } | Audience::Informant { .. } => false,
    }
}

/// A case that is dangerous from this entry on.
fn danger(entry: &Entry, case: &Case) -> Option<Notice> {
    let was = entry.was.as_ref().is_some_and(is_dangerous);
    let begins = is_dangerous(&entry.is) && !was && case.is_live();
    begins.then_some(Notice {
        matter: Matter::Danger,
        to: Audience::OnDuty { unit: entry.is.holder },
    })
}

/// Duties that come to a unit by this entry. What comes with every tip, and what a unit opens for
/// itself, is left to the digest: a letter for each would be read by nobody.
fn assignments(entry: &Entry, case: &Case) -> Vec<Notice> {
    let duty = |no: u32| case.duties.iter().find(|duty| duty.no == no && duty.is_open());
    let own = |duty: &Duty| entry.by.unit == Some(duty.owner);
    let news = |duty: &Duty| match duty.kind {
        DutyKind::Sign | DutyKind::RuleObjection | DutyKind::Review => true,
        DutyKind::Supplement | DutyKind::Reply | DutyKind::ReturnVisit => false,
        _ => entry.act != Act::Receive && !own(duty),
    };
    let moved = entry.effects.iter().filter_map(|effect| match effect {
        Effect::Open { no, .. } | Effect::Hand { no, .. } => Some(*no),
        _ => None,
    });
    let tell = |duty: &Duty| Notice {
        matter: Matter::Assigned { no: duty.no },
        to: Audience::Unit { unit: duty.owner, roles: duty.kind.roles().to_vec() },
    };
    moved.filter_map(duty).filter(|duty| news(duty)).map(tell).collect()
}

fn supervision(entry: &Entry) -> Vec<Notice> {
    if !SUPERVISION.contains(&entry.act) {
        return Vec::new();
    }
    // A case that is taken over is told of to the unit that loses it, too.
    let before = entry.was.map(|was| was.holder).filter(|holder| *holder != entry.is.holder);
    let holders = before.into_iter().chain([entry.is.holder]);
    let others = holders.filter(|holder| entry.by.unit != Some(*holder));
    let tell = |unit| Notice {
        matter: Matter::Supervised,
        to: Audience::Unit { unit, roles: vec![Role::Handler, Role::Reviewer] },
    };
    others.map(tell).collect()
}

fn to_informants(entry: &Entry, facts: &Facts<'_>) -> Vec<Notice> {
    let to = |matter: Matter, tip: &str| Notice {
        matter,
        to: Audience::Informant { tip: tip.to_owned() },
    };
    let reachable = |tip: &str| facts.by_mail.iter().any(|known| known == tip);
    let mut told = Vec::new();
    if let Some(mark) = entry.tip.as_ref().filter(|mark| reachable(&mark.tip)) {
        told.push(to(Matter::Received, &mark.tip));
    }
    let everybody =
        |asks: bool| facts.by_mail.iter().map(move |tip| (Matter::Changed { asks }, tip));
    match entry.act {
        Act::AskSupplement => told.extend(everybody(true).map(|(matter, tip)| to(matter, tip))),
        Act::Refuse | Act::ApproveClose => {
            told.extend(everybody(false).map(|(matter, tip)| to(matter, tip)));
        }
        Act::Reply => {
            let field = |name: &str| entry.fields[name].as_str().unwrap_or_default();
            let (tip, means) = (field("tip"), field("means").trim().to_lowercase());
            // The letter is the answer: where there is no address, it must be seen to fail.
            if BY_MAIL.contains(&means.as_str()) {
                told.push(to(Matter::Answered, tip));
            } else if reachable(tip) && !SPOKEN.contains(&means.as_str()) {
                told.push(to(Matter::Changed { asks: false }, tip));
            }
        }
        _ => {}
    }
    told
}

#[cfg(test)]
mod tests;
