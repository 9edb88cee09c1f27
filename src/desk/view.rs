//! What readers are shown of a case.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::DeskError;
use crate::clock::Instant;
use crate::ledger::{Act, Case, Duty, DutyKind, duty::is_late};
use crate::store::{DutyRow, StoredEntry};

/// A duty that is still owed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DutyView {
    /// Number within the case.
    pub no: u32,
    /// What is owed.
    pub duty: String,
    /// By which unit.
    pub owner: String,
    /// The tip to be answered, for replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<String>,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// By when; absent while the clock has not begun, stands still, or cannot be reckoned.
    pub due_at: Option<DateTime<Utc>>,
    /// By which rule and version; empty while the clock has not begun.
    pub rule: String,
    /// Whether it keeps the case from closing.
    pub blocking: bool,
    /// Whether its time is over.
    pub overdue: bool,
}

impl DutyView {
    /// A duty of a case in memory.
    pub fn of(duty: &Duty, now: Instant) -> DutyView {
        DutyView {
            no: duty.no,
            duty: duty.kind.name().to_owned(),
            owner: duty.owner.to_string(),
            tip: duty.tip.clone(),
            opened_at: duty.opened_at,
            due_at: duty.due_at.filter(|_| !duty.paused),
            rule: duty.rule.clone(),
            blocking: duty.kind.is_blocking(),
            overdue: duty.is_overdue(now),
        }
    }

    /// A duty as it stands in the database.
    pub fn of_row(row: &DutyRow, now: Instant) -> DutyView {
        let due_at = row.due_at().filter(|_| !row.paused);
        DutyView {
            no: u32::try_from(row.no).unwrap_or(0),
            duty: row.kind.clone(),
            owner: row.owner.clone(),
            tip: row.tip.clone(),
            opened_at: row.opened_at(),
            due_at,
            rule: row.rule.clone(),
            blocking: DutyKind::find(&row.kind).is_some_and(DutyKind::is_blocking),
            overdue: due_at.is_some_and(|due| is_late(due, now)),
        }
    }
}

/// What is still owed to a case.
pub fn duty_views(case: &Case, now: Instant) -> Vec<DutyView> {
    case.duties.iter().filter(|duty| duty.is_open()).map(|duty| DutyView::of(duty, now)).collect()
}

/// An entry: its canonical content, and the leaf by which the log commits to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// The entry as it is stored and hashed.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub entry: Value,
    /// Its leaf, in hexadecimal.
    pub leaf: String,
}

impl EntryView {
    /// An entry as stored.
    pub fn of(stored: &StoredEntry) -> Result<EntryView, DeskError> {
        let entry = serde_json::from_str(&stored.body).map_err(|_| DeskError::Broken("entry"))?;
        Ok(EntryView { entry, leaf: stored.leaf.clone() })
    }

    /// The same for a unit that has yet to give its own opinion: it does not read the others'.
    pub fn blind(stored: &StoredEntry) -> Result<EntryView, DeskError> {
        let mut view = EntryView::of(stored)?;
        if stored.entry.act == Act::Opine {
            view.entry["fields"] = json!({ "hidden": true });
        }
        Ok(view)
    }
}
