//! Notices: facts of the service that belong to no case and that everybody may know, sealed in the
//! same log as entries, so that none can be added, changed or lost afterwards.

use serde_json::{Value, json};

use super::audit::{Audit, Fault, Published, unread};
use super::{Desk, DeskError};
use crate::clock::{Instant, new_id, random};
use crate::seal;
use crate::store::{NoticeRow, Placed, StoreError};

/// Notices looked at in one snapshot.
const BATCH: i64 = 200;
/// Version of the layout of a notice.
const LAYOUT: u8 = 1;

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// That cases will be drawn for a re-check: from which, by which seed.
    DrawAnnounced,
    /// Which were drawn, and who checks each.
    DrawResult,
    /// That a campaign (专项督察) was opened.
    CampaignOpened,
    /// That one was ended before its last day.
    CampaignEnded,
    /// That a report was published: which, over how much of the log, and the hash of its bytes.
    ReportPublished,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [NoticeKind; 5] = [
        NoticeKind::DrawAnnounced,
        NoticeKind::DrawResult,
        NoticeKind::CampaignOpened,
        NoticeKind::CampaignEnded,
        NoticeKind::ReportPublished,
    ];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::DrawAnnounced => "draw_announced",
            NoticeKind::DrawResult => "draw_result",
            NoticeKind::CampaignOpened => "campaign_opened",
            NoticeKind::CampaignEnded => "campaign_ended",
            NoticeKind::ReportPublished => "report_published",
        }
    }

    /// The name on screen, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            NoticeKind::DrawAnnounced => ("抽查预告", "draw announced"),
            NoticeKind::DrawResult => ("抽查结果", "result of a draw"),
            NoticeKind::CampaignOpened => ("专项督察启动", "campaign opened"),
            NoticeKind::CampaignEnded => ("专项督察结束", "campaign ended"),
            NoticeKind::ReportPublished => ("报告发布", "report published"),
        }
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A notice in the form in which it is kept. `fields` must hold nothing personal: it is for everybody,
/// and for good.
pub(super) fn notice(
    kind: NoticeKind,
    at: Instant,
    fields: &Value,
) -> Result<NoticeRow, DeskError> {
    let id = new_id();
    let said = json!({ "v": LAYOUT, "id": id, "notice": kind.name(), "recorded_at": at,
                       "fields": fields });
    let body = seal::canonical(&said).map_err(|_| DeskError::Broken("notice"))?;
    let salt = random::<32>();
    let leaf = seal::leaf(&salt, body.as_bytes());
    Ok(NoticeRow::new(id, kind.name(), at, body, &salt, leaf))
}

/// The fields of a notice.
pub fn fields_of(row: &NoticeRow) -> Value {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    body["fields"].clone()
}

/// A notice with what is needed to check it: `SHA-256(0x00 ‖ salt ‖ bytes)` is its leaf.
pub fn view((row, place): &Placed) -> Value {
    json!({ "id": row.id, "kind": row.kind, "recorded_at": row.recorded_at(),
            "fields": fields_of(row), "bytes": row.body, "salt": hex::encode(&row.salt),
            "leaf": row.leaf, "place": place })
}

impl Desk {
    /// Checks that each notice says what its leaf commits to, and has its place or waits for it; gives
    /// what they say of reports.
    pub(super) async fn audit_notices(&self, audit: &mut Audit) -> Result<Published, DeskError> {
        let (mut after, mut many) = (String::new(), BATCH);
        let mut published = Published::default();
        loop {
            let from = after.clone();
            let read = self.store.read(move |db| {
                let batch = db.notices_after(&from, many)?;
                let mut lost = Vec::new();
                for (row, place) in &batch {
                    if place.is_none() && !db.is_unsealed(&row.id)? {
                        lost.push(row.id.clone());
                    }
                }
                Ok::<_, StoreError>((batch, lost))
            });
            let (batch, lost) = match read.await {
                Ok(read) => read,
                // One by one, so that the one that cannot be read is named and the others are seen.
                Err(StoreError::Unreadable(_) | StoreError::Damaged) if many > 1 => {
                    many = 1;
                    continue;
                }
                Err(error) => {
                    let next = self.store.read(move |db| db.notice_id_after(&after)).await;
                    match unread(audit, ["notice", "notices"], next, &error) {
                        Some(id) => (after, many) = (id, BATCH),
                        None => return Ok(published),
                    }
                    continue;
                }
            };
            let Some((last, _)) = batch.last() else { return Ok(published) };
            after.clone_from(&last.id);
            for (row, place) in &batch {
                audit.notices += 1;
                published.take(row);
                if let Some(what) = fault_of(row) {
                    let whose = format!("notice {}", row.id);
                    audit.fault(Fault { place: *place, whose, what: what.to_owned() });
                }
            }
            for id in &lost {
                audit.fault(Fault::beside(format!("notice {id}"), "it has no place"));
            }
        }
    }
}

/// Where what a notice says differs from its leaf or its row.
pub(super) fn fault_of(row: &NoticeRow) -> Option<&'static str> {
    if seal::leaf(&row.salt, row.body.as_bytes()) != row.leaf {
        return Some("its leaf does not fit its bytes");
    }
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let said = json!({ "id": row.id, "notice": row.kind, "recorded_at": row.recorded_at() });
    let differs = |name: &&str| body[*name] != said[*name];
    ["id", "notice", "recorded_at"].iter().find(|name| differs(name)).copied()
}
