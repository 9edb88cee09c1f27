//! The ladder of supervision: situations that a case may fit, what a supervisor has to look at, and
//! the listings that everybody may read.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, lang_of, page_of, staff};
use crate::calendar::zone;
use crate::desk::supervise::{Extension, Late, Listed, Proposed, Published};
use crate::desk::view::DutyView;
use crate::lang::Lang;
use crate::ledger::situation::{Evidence, Proposal};
use crate::ledger::words::ListedFor;
use crate::place::{Code, Divisions};

/// A name in both languages.
#[derive(Serialize, ToSchema)]
struct Names {
    zh: &'static str,
    en: &'static str,
}

impl Names {
    fn of(situation: &str) -> Option<Names> {
        ListedFor::read(situation).ok().map(|known| {
            let (zh, en) = known.names();
            Names { zh, en }
        })
    }
}

/// A situation that a case may fit.
#[derive(Serialize, ToSchema)]
struct ProposalItem {
    /// One of the eight; the `situation` of the act `list`.
    situation: &'static str,
    names: Option<Names>,
    /// At least one.
    evidence: Vec<EvidenceItem>,
}

/// What speaks for it.
#[derive(Serialize, ToSchema)]
struct EvidenceItem {
    /// `by` says what: `category`, `word`, `area`, `gains`, `open`, `overdue` or `reopened`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    evidence: Evidence,
    /// In the reader's language.
    words: String,
}

impl ProposalItem {
    fn of(proposal: Proposal, lang: Lang) -> ProposalItem {
        let item = |evidence: Evidence| EvidenceItem { words: evidence.words(lang), evidence };
        let situation = proposal.situation.name();
        ProposalItem {
            situation,
            names: Names::of(situation),
            evidence: proposal.evidence.into_iter().map(item).collect(),
        }
    }
}

/// The situations of listed supervision that a case may fit, with the evidence; none once it is over.
#[utoipa::path(get, path = "/api/v1/cases/{no}/situations", tag = "supervision",
    params(("no" = String, Path)),
    responses((status = 200, body = [ProposalItem]), (status = 404, body = ProblemDocument)))]
pub async fn situations(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let lang = lang_of(&req);
        let found = state.desk.situations(staff(&req)?.scope(), &no).await?;
        let items = found.into_iter().map(|one| ProposalItem::of(one, lang));
        request::json(&items.collect::<Vec<_>>())
    }
    .await;
    done(&req, result)
}

/// What a supervisor has to look at, within the unit's reach: `listed` now, overdue progress first;
/// `proposed` for listing, newest first; `overdue` duties that block, most overdue first.
#[utoipa::path(get, path = "/api/v1/supervision", tag = "supervision",
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let (now, lang) = (state.desk.clock.now(), lang_of(&req));
        let found = state.desk.supervision(&staff(&req)?).await?;
        let listed = |one: &Listed| {
            json!({
                "case": one.row.no, "title": one.title, "state": one.row.state,
                "division": one.row.place, "unit": one.row.holder,
                "situation": one.situation, "names": Names::of(&one.situation),
                "listed_at": one.at, "by": one.lift.owner,
                "lift": DutyView::of_row(&one.lift, now),
                "progress": one.progress.as_ref().map(|duty| DutyView::of_row(duty, now)),
            })
        };
        let proposed = |one: Proposed| {
            let situations = one.proposals.into_iter().map(|p| ProposalItem::of(p, lang));
            json!({
                "case": one.row.no, "title": one.title, "state": one.row.state,
                "division": one.row.place, "unit": one.row.holder,
                "situations": situations.collect::<Vec<_>>(),
            })
        };
        let late = |one: &Late| {
            json!({
                "case": one.row.no, "title": one.title, "state": one.row.state,
                "division": one.row.place, "unit": one.row.holder,
                "duty": DutyView::of_row(&one.duty, now), "may_urge": one.may_urge,
            })
        };
        request::json(&json!({
            "listed": found.listed.iter().map(listed).collect::<Vec<_>>(),
            "proposed": found.proposed.into_iter().map(proposed).collect::<Vec<_>>(),
            "overdue": found.late.iter().map(late).collect::<Vec<_>>(),
        }))
    }
    .await;
    done(&req, result)
}

/// A listing as everybody may read it.
#[derive(Serialize, ToSchema)]
struct ListingItem {
    case: String,
    /// The county, or what stands above it.
    #[schema(value_type = Option<String>)]
    division: Option<Code>,
    division_name: String,
    category: String,
    situation: String,
    names: Option<Names>,
    listed_on: NaiveDate,
    /// The unit that listed.
    by: String,
    /// The last day in time, extensions counted.
    due_on: Option<NaiveDate>,
    extensions: Vec<ExtensionItem>,
    lifted_on: Option<NaiveDate>,
}

/// More time that was granted.
#[derive(Serialize, ToSchema)]
struct ExtensionItem {
    granted_on: NaiveDate,
    until: Option<NaiveDate>,
    /// As published by the unit that granted it.
    reason: String,
}

impl ListingItem {
    fn of(one: Published, divisions: &Divisions) -> ListingItem {
        let day = |at: Option<DateTime<Utc>>| at.map(zone::date_of);
        let extension = |one: Extension| ExtensionItem {
            granted_on: zone::date_of(one.at),
            until: day(one.until),
            reason: one.reason,
        };
        ListingItem {
            division: one.place,
            division_name: one.place.map(|at| divisions.full_name(at)).unwrap_or_default(),
            names: Names::of(&one.row.situation),
            listed_on: zone::date_of(one.row.at()),
            by: one.unit,
            due_on: day(one.due),
            extensions: one.extensions.into_iter().map(extension).collect(),
            lifted_on: day(one.row.lifted_at()),
            case: one.row.case_no,
            category: one.row.category,
            situation: one.row.situation,
        }
    }
}

/// Cases listed for supervision, newest first: nothing of tips, informants or the accused.
#[utoipa::path(get, path = "/api/v1/listed", tag = "supervision",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn published(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let (rows, next) = listings(&req, &state).await?;
        let divisions = &state.desk.law.divisions;
        let items: Vec<_> = rows.into_iter().map(|one| ListingItem::of(one, divisions)).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// A page of the published listings, and after which the next one begins.
pub async fn listings(
    req: &HttpRequest,
    state: &State,
) -> Result<(Vec<Published>, Option<String>), Problem> {
    let mut query = Query::of(req)?;
    let (before, limit) = query.numbered_page::<i64>();
    query.finish()?;
    let rows = state.desk.published_listings(before, limit + 1).await?;
    Ok(page_of(rows, limit, |one| one.row.pos.to_string()))
}
