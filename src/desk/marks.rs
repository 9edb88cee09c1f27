//! What happened in a period that its figures must be read with: a campaign that ran, a channel that
//! was opened.

use super::DeskError;
use super::campaign::with_divisions;
use crate::calendar::zone;
use crate::report::{Enquiries, Mark};
use crate::store::{Reader, Span};

/// Most campaigns that one report marks.
const MAX_MARKS: i64 = 20;

/// The marks of a span, campaigns first, then channels.
pub(super) fn marks(db: &mut Reader<'_>, span: &Span) -> Result<Vec<Mark>, DeskError> {
    let rows = db.campaigns_between(span, MAX_MARKS)?;
    let campaigns = with_divisions(db, rows)?;
    let mut marks: Vec<Mark> = campaigns
        .iter()
        .map(|one| Mark {
            kind: "campaign".to_owned(),
            name: one.row.name.clone(),
            from: Some(zone::date_of(one.row.since())),
            to: Some(one.last_day()),
        })
        .collect();
    for (channel, first) in db.channels_opened(span)? {
        let from = Some(zone::date_of(first));
        marks.push(Mark { kind: "channel".to_owned(), name: channel, from, to: None });
    }
    Ok(marks)
}

/// Enquiries of a span.
pub(super) fn enquiries(db: &mut Reader<'_>, span: &Span) -> Result<Enquiries, DeskError> {
    let counted = db.count_enquiries(span)?;
    Ok(Enquiries { received: counted.received, answered: counted.answered })
}
