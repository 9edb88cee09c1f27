//! What happened in a period that its figures must be read with: a campaign that ran, a channel that
//! was opened.

use chrono::NaiveDate;

use super::DeskError;
use super::campaign::last_day;
use super::notice::{NoticeKind, fields_of};
use crate::calendar::zone;
use crate::clock::Instant;
use crate::place::Code;
use crate::report::{Enquiries, Mark};
use crate::store::{Reader, Span};

/// Most campaigns that one report marks.
const MAX_MARKS: usize = 20;
/// Most notices of campaigns that are looked through.
const MAX_NOTICES: i64 = 10_000;

/// A campaign as its notices tell it.
struct Told {
    id: String,
    name: String,
    divisions: Vec<Code>,
    since: Instant,
    until: Instant,
}

/// The campaigns of a span, as the log tells them up to a place: rows change when a campaign is ended,
/// notices do not.
pub(super) fn campaigns(
    db: &mut Reader<'_>,
    span: &Span,
    log_size: i64,
) -> Result<Vec<Mark>, DeskError> {
    let kinds = [NoticeKind::CampaignOpened, NoticeKind::CampaignEnded].map(NoticeKind::name);
    let mut told: Vec<Told> = Vec::new();
    for row in db.notices_up_to(&kinds, log_size, MAX_NOTICES)? {
        let fields = fields_of(&row);
        let text = |name: &str| fields[name].as_str().unwrap_or_default();
        let day = |name: &str| text(name).parse::<NaiveDate>().ok();
        let id = text("campaign").to_owned();
        if row.kind == NoticeKind::CampaignEnded.name() {
            let ended = told.iter_mut().find(|one| one.id == id);
            ended.into_iter().for_each(|one| one.until = row.recorded_at());
            continue;
        }
        let Some((from, to)) = day("from").zip(day("to")) else { continue };
        let codes = fields["divisions"].as_array().into_iter().flatten();
        told.push(Told {
            id,
            name: text("name").to_owned(),
            divisions: codes.filter_map(|code| code.as_str()?.parse().ok()).collect(),
            since: zone::start_of(from),
            until: zone::start_of(to.succ_opt().unwrap_or(to)),
        });
    }
    told.sort_by(|a, b| a.id.cmp(&b.id));
    let here = |one: &&Told| {
        let touches = |code: &Code| span.areas.touches(*code);
        one.since < span.to && one.until > span.from && one.divisions.iter().any(touches)
    };
    let mark = |one: &Told| Mark {
        kind: "campaign".to_owned(),
        name: one.name.clone(),
        from: Some(zone::date_of(one.since)),
        to: Some(last_day(one.until)),
    };
    Ok(told.iter().filter(here).take(MAX_MARKS).map(mark).collect())
}

/// The channels that were opened in a span.
pub(super) fn channels(db: &mut Reader<'_>, span: &Span) -> Result<Vec<Mark>, DeskError> {
    let opened = db.channels_opened(span)?.into_iter();
    let mark = |(channel, first): (String, Instant)| {
        let from = Some(zone::date_of(first));
        Mark { kind: "channel".to_owned(), name: channel, from, to: None }
    };
    Ok(opened.map(mark).collect())
}

/// Enquiries of a span. They open no case and stand in no log; their times never change.
pub(super) fn enquiries(db: &mut Reader<'_>, span: &Span) -> Result<Enquiries, DeskError> {
    let counted = db.count_enquiries(span)?;
    Ok(Enquiries { received: counted.received, answered: counted.answered })
}
