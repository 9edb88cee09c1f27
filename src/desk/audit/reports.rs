//! Published reports, held against the notices that sealed them.

use std::collections::HashMap;

use super::fault::{Audit, Fault, unread};
use crate::clock::Instant;
use crate::desk::notice::{NoticeKind, fields_of};
use crate::desk::{Desk, DeskError};
use crate::seal::digest;
use crate::store::{NoticeRow, ReportRow, StoreError};

/// Reports read at a time: each is some tens of kilobytes.
const BATCH: i64 = 50;

/// What notices say of reports, by the reports' identifiers.
#[derive(Default)]
pub(in crate::desk) struct Published {
    sealed: HashMap<String, Sealed>,
    first: Option<Instant>,
}

/// What one notice says.
#[derive(PartialEq)]
struct Sealed {
    kind: String,
    period: String,
    scope: String,
    log_size: Option<i64>,
    late: Option<bool>,
    at: Instant,
    sha256: String,
}

impl Published {
    /// Takes in a notice, if it is one of a report.
    pub fn take(&mut self, row: &NoticeRow) {
        if row.kind != NoticeKind::ReportPublished.name() {
            return;
        }
        let fields = fields_of(row);
        let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        let sealed = Sealed {
            kind: text("kind"),
            period: text("period"),
            scope: text("scope"),
            log_size: fields["log_size"].as_i64(),
            late: fields["late"].as_bool(),
            at: row.recorded_at(),
            sha256: text("sha256"),
        };
        self.first = self.first.or(Some(row.recorded_at()));
        self.sealed.insert(text("report"), sealed);
    }

    fn check(&mut self, row: &ReportRow) -> Option<&'static str> {
        let stands = Sealed {
            kind: row.kind.clone(),
            period: row.period.clone(),
            scope: row.scope.clone(),
            log_size: Some(row.log_size),
            late: Some(row.late),
            at: row.published_at(),
            sha256: digest(&[row.json.as_bytes()]),
        };
        match self.sealed.remove(&row.id) {
            Some(sealed) if sealed == stands => None,
            Some(_) => Some("it is not what was published"),
            // Those from before reports were sealed have no notice.
            None if self.first.is_none_or(|first| row.published_at() < first) => None,
            None => Some("no notice says that it was published"),
        }
    }
}

impl Desk {
    /// Compares every published report with its notice.
    pub(super) async fn audit_reports(
        &self,
        audit: &mut Audit,
        mut published: Published,
    ) -> Result<(), DeskError> {
        let (mut after, mut many) = (String::new(), BATCH);
        loop {
            let from = after.clone();
            let batch = match self.store.read(move |db| db.reports_after(&from, many)).await {
                Ok(batch) => batch,
                // One by one, so that the one that cannot be read is named and the others are seen.
                Err(StoreError::Unreadable(_)) if many > 1 => {
                    many = 1;
                    continue;
                }
                Err(error) => {
                    let next = self.store.read(move |db| db.report_id_after(&after)).await;
                    let Some(id) = unread(audit, ["report", "reports"], next, &error) else {
                        return Ok(());
                    };
                    published.sealed.remove(&id);
                    (after, many) = (id, BATCH);
                    continue;
                }
            };
            let Some(last) = batch.last() else { break };
            after.clone_from(&last.id);
            for row in &batch {
                audit.reports += 1;
                if let Some(what) = published.check(row) {
                    audit.fault(Fault::beside(format!("report {}", row.id), what));
                }
            }
        }
        let mut gone: Vec<String> = published.sealed.into_keys().collect();
        gone.sort_unstable();
        for id in gone {
            audit.fault(Fault::beside(format!("report {id}"), "it was published and is gone"));
        }
        Ok(())
    }
}
