//! What is kept and sealed when a report is published, and which publication a file is of.

use serde_json::{Map, Value, json};

use super::head::Prover;
use super::notice::{NoticeKind, fault_of, fields_of, notice};
use super::{Desk, DeskError};
use crate::report::Report;
use crate::report::forms::{Form, MAX_FORM};
use crate::seal::digest;
use crate::store::{FormRow, NoticeRow, Placed, ReportRow};

/// Notices looked through in one snapshot.
const BATCH: i64 = 200;

/// A report in every form that is kept besides its JSON.
pub(super) fn forms_of(report: &ReportRow) -> Result<Vec<FormRow>, DeskError> {
    let read = Report::read(&report.json).map_err(|_| DeskError::Broken("report"))?;
    let mut forms = Vec::new();
    for form in Form::ALL {
        let body = form.of(&read).map_err(|_| DeskError::Broken("form of a report"))?;
        let (report, form) = (report.id.clone(), form.name().to_owned());
        if body.len() > MAX_FORM {
            // It can still be laid out for whoever asks.
            tracing::warn!(report, form, bytes = body.len(), "a form is too long to be kept");
            continue;
        }
        forms.push(FormRow { report, form, body: body.into_bytes() });
    }
    Ok(forms)
}

/// The notice that seals a report: whoever holds one of its files can tell whether it is the one.
pub(super) fn published(report: &ReportRow, forms: &[FormRow]) -> Result<NoticeRow, DeskError> {
    let ReportRow { id, kind, period, scope, log_size, late, json, .. } = report;
    let forms: Map<String, Value> =
        forms.iter().map(|one| (one.form.clone(), digest(&[&one.body]).into())).collect();
    let fields = json!({ "report": id, "kind": kind, "period": period, "scope": scope,
                         "log_size": log_size, "late": late, "sha256": digest(&[json.as_bytes()]),
                         "forms": forms });
    notice(NoticeKind::ReportPublished, report.published_at(), &fields)
}

/// What a notice says of a file that was published.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The report.
    pub report: String,
    /// In which form; `json` for the report itself.
    pub form: String,
    /// Place of the notice in the log, from 1; none while it waits.
    pub place: Option<i64>,
    /// Why the notice itself does not hold; nothing where it does.
    pub fault: Option<&'static str>,
}

impl Desk {
    /// The publication of a file with this SHA-256, in hexadecimal; nothing where no notice names it.
    pub async fn publication_of(&self, sha256: &str) -> Result<Option<Publication>, DeskError> {
        let (sealer, sha256) = (self.sealer.clone(), sha256.to_owned());
        let find = move |db: &mut crate::store::Reader<'_>| {
            let kind = NoticeKind::ReportPublished.name().to_owned();
            let mut before = None;
            loop {
                let batch = db.notices(Some(kind.clone()), before.take(), BATCH)?;
                let Some((last, _)) = batch.last() else { return Ok(None) };
                before = Some(last.id.clone());
                let named = batch.iter().find_map(|one| Some((one, form_in(&one.0, &sha256)?)));
                let Some((placed, form)) = named else { continue };
                let fault = broken(&mut Prover { db, sealer: &sealer }, placed)?;
                let (row, place) = placed;
                let report = fields_of(row)["report"].as_str().unwrap_or_default().to_owned();
                return Ok(Some(Publication { report, form, place: *place, fault }));
            }
        };
        self.store.read(find).await
    }
}

/// Which form of a report has this hash, by its notice.
fn form_in(row: &NoticeRow, sha256: &str) -> Option<String> {
    let fields = fields_of(row);
    if fields["sha256"] == sha256 {
        return Some("json".to_owned());
    }
    let forms = fields["forms"].as_object()?;
    forms.iter().find(|(_, hash)| *hash == sha256).map(|(form, _)| form.clone())
}

/// Why a notice does not say what the log commits to.
fn broken(
    prover: &mut Prover<'_, '_>,
    (row, place): &Placed,
) -> Result<Option<&'static str>, DeskError> {
    if let Some(fault) = fault_of(row) {
        return Ok(Some(fault));
    }
    let Some(place) = *place else { return Ok(None) };
    let size = prover.db.tree_size()?;
    if size < place {
        return Ok(Some("the tree of the log does not reach its place"));
    }
    let proof = prover.inclusion(row.leaf.clone(), place, size)?;
    Ok(proof.check().err().map(|_| "the log does not hold its leaf at its place"))
}
