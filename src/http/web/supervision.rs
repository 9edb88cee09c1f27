//! The ladder of supervision: what a supervisor has to look at, and the listings for everybody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::supervision::listings;
use super::super::request::{Done, Query, done, encoded, staff};
use super::acts::word_in;
use super::form::new_once;
use super::look::{self, Due};
use super::site::{self, Site};
use crate::calendar::zone;
use crate::clock::Instant;
use crate::desk::supervise::{Late, Listed, MAX_COUNTED, MAX_LISTED, MAX_LOOKED_AT, MAX_OVERDUE};
use crate::desk::supervise::{Proposed, Published};
use crate::lang::Lang;
use crate::ledger::Act;
use crate::ledger::situation::{Evidence, Proposal};
use crate::ledger::words::Urging;
use crate::store::{CaseRow, DutyRow};

#[derive(Template)]
#[template(path = "supervision.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    listed: Vec<ListedView>,
    proposed: Vec<ProposedView>,
    late: Vec<LateView>,
    /// The rungs of urging, first the one that is usual.
    rungs: Vec<(&'static str, &'static str)>,
    /// Whether there may be more than are shown.
    more_listed: bool,
    more_late: bool,
    /// How many are overdue, in figures; more than can be counted with a plus.
    all_late: String,
    most_listed: i64,
    most_looked_at: i64,
    most_late: i64,
}

/// What every row says of its case.
struct Head {
    no: String,
    title: String,
    place: String,
    unit: String,
}

struct ListedView {
    head: Head,
    situation: &'static str,
    since: String,
    by: String,
    due: Due,
    /// The progress that is awaited; empty words for none.
    progress: Due,
}

struct ProposedView {
    head: Head,
    proposals: Vec<ProposalView>,
}

struct LateView {
    head: Head,
    duty: &'static str,
    owner: String,
    due: Due,
    may_urge: bool,
    once: String,
}

/// A situation with its evidence in words, and where its form stands.
pub struct ProposalView {
    /// By name.
    pub situation: &'static str,
    /// What speaks for it.
    pub evidence: String,
    /// The form that lists, with the situation chosen.
    pub href: String,
}

/// Situations of a case as a page tells them.
pub fn proposals(found: Vec<Proposal>, no: &str, lang: Lang) -> Vec<ProposalView> {
    let act = Act::List.name();
    let view = |one: Proposal| {
        let (zh, en) = one.situation.names();
        let words: Vec<String> = one.evidence.iter().map(|e: &Evidence| e.words(lang)).collect();
        let situation = one.situation.name();
        ProposalView {
            situation: lang.pick(zh, en),
            evidence: words.join(lang.pick("；", "; ")),
            href: format!("/cases/{no}?act={act}&situation={situation}#act-{act}"),
        }
    };
    found.into_iter().map(view).collect()
}

/// `GET /supervision`
pub async fn show(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        Query::of(&req)?.finish()?;
        let s = Site::of(&req, &state);
        let (now, lang) = (state.desk.clock.now(), s.lang);
        let found = state.desk.supervision(&staff(&req)?).await?;
        let divisions = &state.desk.law.divisions;
        let head = |row: &CaseRow, title: String| Head {
            no: row.no.clone(),
            title: if title.is_empty() { row.no.clone() } else { title },
            place: look::place(&row.place, divisions),
            unit: look::place(&row.holder, divisions),
        };
        let listed = |one: Listed| ListedView {
            head: head(&one.row, one.title),
            situation: word_in("situation", &one.situation, lang).unwrap_or_default(),
            since: zone::date_of(one.at).to_string(),
            by: look::place(&one.lift.owner, divisions),
            due: due_of(&one.lift, now, lang),
            progress: one.progress.map(|duty| due_of(&duty, now, lang)).unwrap_or_default(),
        };
        let proposed = |one: Proposed| ProposedView {
            proposals: proposals(one.proposals, &one.row.no, lang),
            head: head(&one.row, one.title),
        };
        let late = |one: Late| LateView {
            head: head(&one.row, one.title),
            duty: look::duty(&one.duty.kind, lang),
            owner: look::place(&one.duty.owner, divisions),
            due: due_of(&one.duty, now, lang),
            may_urge: one.may_urge,
            once: new_once(),
        };
        let rungs = Urging::CHOICES.iter().map(|rung| (rung.0, lang.pick(rung.1, rung.2)));
        let full = |shown: usize, most: i64| i64::try_from(shown).is_ok_and(|n| n >= most);
        let page = Page {
            more_listed: full(found.listed.len(), MAX_LISTED),
            more_late: found.all_late > found.late.len(),
            all_late: match full(found.all_late, MAX_COUNTED) {
                true => format!("{MAX_COUNTED}+"),
                false => found.all_late.to_string(),
            },
            listed: found.listed.into_iter().map(listed).collect(),
            proposed: found.proposed.into_iter().map(proposed).collect(),
            late: found.late.into_iter().map(late).collect(),
            rungs: rungs.collect(),
            most_listed: MAX_LISTED,
            most_looked_at: MAX_LOOKED_AT,
            most_late: MAX_OVERDUE,
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

fn due_of(duty: &DutyRow, now: Instant, lang: Lang) -> Due {
    look::due(duty.due_at(), duty.paused, now, lang)
}

/// A due date that is past; of others a public page says nothing more than the date.
fn late_only(due: Due) -> Due {
    if due.class == "late" { due } else { Due::default() }
}

#[derive(Template)]
#[template(path = "listed.html", config = "src/askama.toml")]
struct Public {
    s: Site,
    rows: Vec<PublicView>,
    next: String,
}

struct PublicView {
    no: String,
    place: String,
    category: String,
    situation: &'static str,
    listed: String,
    /// Empty where it is not told.
    by: String,
    due: String,
    /// How late it is, while it is listed; no words where it is not.
    late: Due,
    /// Until when, and why.
    extensions: Vec<(String, String)>,
    /// Empty while it is listed.
    lifted: String,
}

/// `GET /listed`
pub async fn published(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let (found, next) = listings(&req, &state).await?;
        let s = Site::of(&req, &state);
        let divisions = &state.desk.law.divisions;
        let now = state.desk.clock.now();
        let day = |at: Option<Instant>| at.map(|at| zone::date_of(at).to_string());
        let day = |at| day(at).unwrap_or_default();
        let row = |one: Published| PublicView {
            place: one.place.map(|at| divisions.full_name(at)).unwrap_or_default(),
            category: look::category(&one.row.category, s.lang),
            situation: word_in("situation", &one.row.situation, s.lang).unwrap_or_default(),
            listed: day(Some(one.row.at())),
            by: look::place(&one.unit, divisions),
            due: one.due.map(zone::shown_due).unwrap_or_default(),
            late: match one.row.lifted_at() {
                None => late_only(look::due(one.due, false, now, s.lang)),
                Some(_) => Due::default(),
            },
            extensions: one.extensions.into_iter().map(|e| (day(e.until), e.reason)).collect(),
            lifted: day(one.row.lifted_at()),
            no: one.row.case_no,
        };
        let rows = found.into_iter().map(row).collect();
        let next =
            next.map(|after| format!("/listed?{}", encoded([("after", &*after)].into_iter())));
        site::page(StatusCode::OK, &Public { rows, next: next.unwrap_or_default(), s })
    }
    .await;
    done(&req, result)
}
