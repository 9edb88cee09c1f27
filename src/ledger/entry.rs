//! One fact in the ledger.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::act::Act;
use super::actor::{Actor, Role};
use super::duty::DutyKind;
use super::state::State;
use crate::calendar::Stop;
use crate::intake::{Category, Channel, Severity};
use crate::place::Code;
use crate::place::recusal::{Clue, Recusal};

/// Where a case stands in the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Received, not yet judged.
    Pending,
    /// Accepted and not struck off.
    Open,
    /// Not accepted.
    Refused,
    /// Handled together with another case.
    Merged,
    /// The same fact as a closed case.
    Linked,
    /// Struck off.
    Closed,
}

/// What the balance and the tables count a case by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Its stage.
    pub stage: Stage,
    /// The unit that holds it.
    pub holder: Code,
    /// Where it is.
    pub place: Code,
    /// What it is.
    pub category: Category,
    /// How pressing it is.
    #[serde(skip_serializing_if = "Severity::is_general", default)]
    pub severity: Severity,
}

/// Who made an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The person; absent for informants and the schedule.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The person's unit; absent likewise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<Code>,
    /// `staff`, `informant`, `public`, `import` or `schedule`.
    #[serde(rename = "as")]
    pub kind: ByKind,
    /// The person's roles at the time.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub roles: Vec<Role>,
}

impl By {
    /// Whoever acts.
    pub fn of(actor: &Actor) -> By {
        match actor {
            Actor::Staff { user, unit, roles } => By {
                user: Some(user.clone()),
                unit: Some(*unit),
                kind: ByKind::Staff,
                roles: roles.clone(),
            },
            Actor::Informant { .. } => By::nobody(ByKind::Informant),
            Actor::Schedule => By::nobody(ByKind::Schedule),
            Actor::Import { user, unit, roles } => {
                By { user: user.clone(), unit: *unit, kind: ByKind::Import, roles: roles.clone() }
            }
        }
    }

    /// Somebody who is not staff.
    pub fn nobody(kind: ByKind) -> By {
        By { user: None, unit: None, kind, roles: Vec::new() }
    }
}

/// On which side of the counter the entry was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByKind {
    /// Somebody logged in.
    Staff,
    /// An informant with number and code.
    Informant,
    /// Somebody without a login.
    Public,
    /// The import of a file.
    Import,
    /// The service's own schedule.
    Schedule,
}

fn is_none(units: &u32) -> bool {
    *units == 0
}

/// What an entry does to the duties and recusals of its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// A duty begins.
    Open {
        /// Its number in the case.
        no: u32,
        /// What is owed.
        duty: DutyKind,
        /// By which unit.
        owner: Code,
        /// The tip to be answered.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        tip: Option<String>,
        /// The measure, the transfer or the duty that it is about.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        of: Option<u32>,
        /// From when its clock counts, where that is not the entry's own time.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<DateTime<Utc>>,
        /// When that clock stood still, where it goes on from before.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        stops: Vec<Stop>,
        /// By how many units of its rule it was extended then.
        #[serde(skip_serializing_if = "is_none", default)]
        extended: u32,
        /// By when.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        due: Option<DateTime<Utc>>,
        /// By which rule.
        rule: String,
    },
    /// A duty is done.
    Discharge {
        /// Which.
        no: u32,
    },
    /// A duty ends by silence or is no longer owed.
    Lapse {
        /// Which.
        no: u32,
    },
    /// A clock stops.
    Pause {
        /// Which.
        no: u32,
    },
    /// A clock gets a date.
    Clock {
        /// Which.
        no: u32,
        /// By when.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        due: Option<DateTime<Utc>>,
        /// By which rule.
        rule: String,
        /// By what turn of things.
        #[serde(skip_serializing_if = "Turn::is_begin", default)]
        turn: Turn,
    },
    /// A duty passes to another unit.
    Hand {
        /// Which.
        no: u32,
        /// To whom.
        owner: Code,
    },
    /// A unit is kept away.
    Recuse {
        /// Which.
        unit: Code,
        /// Until a superior confirms or lifts it.
        provisional: bool,
        /// By what it was recognised: the reason of the recusal.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        by: Option<Clue>,
    },
    /// A recusal ends.
    Lift {
        /// Which unit.
        unit: Code,
    },
    /// A tip is carried by this case from here on.
    Join {
        /// Its number.
        tip: String,
        /// The unit whose desk took it in.
        desk: Code,
        /// How it came in.
        channel: Channel,
        /// The case that it came from by merging; absent where it is this case's own again.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<String>,
    },
    /// A tip is carried by another case from here on.
    Part {
        /// Its number.
        tip: String,
    },
}

impl From<Recusal> for Effect {
    fn from(Recusal { unit, provisional, by }: Recusal) -> Effect {
        Effect::Recuse { unit, provisional, by }
    }
}

/// Why a clock gets another date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It begins, or begins anew.
    #[default]
    Begin,
    /// It goes on after it stood still.
    Resume,
    /// More time was granted.
    Extend {
        /// In units of its rule.
        by: u32,
    },
    /// The same course under another calendar or rule.
    Reckon,
    /// Another severity, another lane, which counts from here.
    Press,
}

impl Turn {
    /// Whether it is the ordinary turn, which the ledger does not spell out.
    pub fn is_begin(&self) -> bool {
        *self == Turn::Begin
    }
}

/// What the first entry of a tip commits to: never its words, only their salted hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipMark {
    /// The receipt's number.
    pub tip: String,
    /// How it came in.
    pub channel: Channel,
    /// When the informant said it; equals `recorded_at` but for imports.
    pub received_at: DateTime<Utc>,
    /// The unit whose desk took it in.
    pub desk: Code,
    /// Salted SHA-256 of the words.
    pub words: String,
    /// SHA-256 of its files.
    pub files: Vec<String>,
}

/// One entry: append-only, numbered within its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of this layout.
    pub v: u8,
    /// The case's number.
    pub case: String,
    /// Its number within the case, from 1.
    pub seq: u32,
    /// What was done.
    pub act: Act,
    /// By whom.
    pub by: By,
    /// When the service wrote it down.
    pub recorded_at: DateTime<Utc>,
    /// When the actor says that it happened; never after `recorded_at`.
    pub stated_at: DateTime<Utc>,
    /// The act's own fields.
    pub fields: Value,
    /// The tip taken in, on `receive`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tip: Option<TipMark>,
    /// What it does to duties and recusals.
    pub effects: Vec<Effect>,
    /// Where the case stood before; absent on the first entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub was: Option<Position>,
    /// Where it stands now.
    pub is: Position,
    /// The label of the case from here on.
    pub state: State,
}

impl Entry {
    /// SHA-256 of the files that it names: those of a tip, and evidence.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let of_tip = self.tip.iter().flat_map(|tip| &tip.files).map(String::as_str);
        let evidence = self.fields["evidence"].as_array().into_iter().flatten();
        of_tip.chain(evidence.filter_map(Value::as_str))
    }
}
