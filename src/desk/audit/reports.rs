//! Published reports, held against the notices that sealed them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fault::{Audit, Fault, unread};
use crate::clock::Instant;
use crate::desk::notice::{NoticeKind, fields_of};
use crate::desk::{Desk, DeskError};
use crate::seal::digest;
use crate::store::{FormRow, NoticeRow, Reader, ReportRow, StoreError};

/// Reports read at a time: each is some tens of kilobytes, and its forms some hundreds.
const BATCH: i64 = 20;

/// Most notices that are looked at again beside one batch.
const MAX_NEWER: i64 = 200;

/// What notices say of reports, by the reports' identifiers.
#[derive(Default)]
pub(in crate::desk) struct Published {
    sealed: HashMap<String, Sealed>,
    /// The forms of each; none of reports of before they were kept.
    forms: HashMap<String, Forms>,
    first: Option<Instant>,
    /// The last notice that was taken in.
    last: String,
}

/// Hashes of the forms of a report, by their names.
type Forms = BTreeMap<String, String>;

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
        self.last.clone_from(&row.id);
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
        let forms = serde_json::from_value(fields["forms"].clone()).unwrap_or_default();
        self.forms.insert(text("report"), forms);
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

impl Published {
    /// What is wrong with the forms that are kept of a report.
    fn check_forms(&mut self, report: &str, kept: &Forms) -> Vec<String> {
        let sealed = self.forms.remove(report).unwrap_or_default();
        let names: BTreeSet<&String> = sealed.keys().chain(kept.keys()).collect();
        let fault = |name: &String| {
            let what = match (sealed.get(name), kept.get(name)) {
                (Some(was), Some(is)) if was == is => return None,
                (Some(_), Some(_)) => "it is not what was published",
                (Some(_), None) => "it was published and is gone",
                (None, _) => "no notice says that it was published",
            };
            Some(format!("{name}: {what}"))
        };
        names.into_iter().filter_map(fault).collect()
    }
}

/// Reports as one snapshot has them.
struct Batch {
    reports: Vec<ReportRow>,
    /// Their forms, by the reports' identifiers.
    kept: HashMap<String, Forms>,
    /// Notices after the last that was taken in: a report may have been published since.
    newer: Vec<NoticeRow>,
}

fn read(db: &mut Reader<'_>, after: &str, noticed: &str, many: i64) -> Result<Batch, StoreError> {
    let newer = db.notices_after(noticed, MAX_NEWER)?;
    let newer = newer.into_iter().map(|(row, _)| row).collect();
    let reports = db.reports_after(after, many)?;
    let ids: Vec<String> = reports.iter().map(|row| row.id.clone()).collect();
    let mut kept: HashMap<String, Forms> = HashMap::new();
    for FormRow { report, form, body } in db.forms_of(&ids)? {
        kept.entry(report).or_default().insert(form, digest(&[&body]));
    }
    Ok(Batch { reports, kept, newer })
}

impl Desk {
    /// Compares every published report, in each form in which it is kept, with its notice.
    pub(super) async fn audit_reports(
        &self,
        audit: &mut Audit,
        mut published: Published,
    ) -> Result<(), DeskError> {
        let (mut after, mut many) = (String::new(), BATCH);
        loop {
            let (from, noticed) = (after.clone(), published.last.clone());
            let read = self.store.read(move |db| read(db, &from, &noticed, many)).await;
            let Batch { reports: batch, mut kept, newer } = match read {
                Ok(batch) => batch,
                // One by one, so that the one that cannot be read is named and the others are seen.
                Err(StoreError::Unreadable(_) | StoreError::Damaged) if many > 1 => {
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
            newer.iter().for_each(|row| published.take(row));
            let Some(last) = batch.last() else { break };
            after.clone_from(&last.id);
            for row in &batch {
                audit.reports += 1;
                if let Some(what) = published.check(row) {
                    audit.fault(Fault::beside(format!("report {}", row.id), what));
                }
                let forms = kept.remove(&row.id).unwrap_or_default();
                for what in published.check_forms(&row.id, &forms) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_before_forms_were_kept_has_none_and_no_fault() {
        let forms = |of: &[(&str, &str)]| -> Forms {
            of.iter().map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned())).collect()
        };
        let mut published = Published::default();
        published.forms.insert("old".to_owned(), Forms::new());
        published.forms.insert("new".to_owned(), forms(&[("csv", "1"), ("zh.html", "2")]));
        assert_eq!(published.check_forms("unsealed", &Forms::new()), Vec::<String>::new());
        assert_eq!(published.check_forms("old", &Forms::new()), Vec::<String>::new());
        assert_eq!(
            published.check_forms("new", &forms(&[("csv", "1"), ("zh.html", "3")])),
            ["zh.html: it is not what was published"]
        );
    }
}
