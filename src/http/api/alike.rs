//! Cases that may be about one matter, and what happened before; for those who read cases, within
//! what each may see.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, done, json_body, lang_of, now, staff};
use crate::desk::alike::{Alike, May};
use crate::desk::history::{Earlier, Past};
use crate::intake::TipForm;
use crate::intake::likeness::{Reason, Typed};
use crate::lang::Lang;

/// A case that may be about the same matter.
#[derive(Serialize, ToSchema)]
struct AlikeItem {
    case: String,
    title: String,
    state: String,
    division: String,
    unit: String,
    category: String,
    opened_at: DateTime<Utc>,
    /// Permille; 1000 is the same in all that both say.
    score: u16,
    /// What speaks for it, the weightiest first.
    reasons: Vec<ReasonItem>,
    /// Acts that the states of both allow: `merge`, `link`, `reopen`.
    may: Vec<&'static str>,
    /// The case into which a linked or merged one went.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
}

/// One reason.
#[derive(Serialize, ToSchema)]
struct ReasonItem {
    /// `near`, `accused`, `text`, `place_text`, `division`, `category` or `time`.
    reason: &'static str,
    /// In the reader's language.
    words: String,
}

impl AlikeItem {
    fn of(alike: Alike, lang: Lang) -> AlikeItem {
        let Alike { row, title, likeness, may, target } = alike;
        let reason =
            |reason: Reason| ReasonItem { reason: reason.code(), words: reason.words(lang) };
        AlikeItem {
            title,
            opened_at: row.opened_at(),
            case: row.no,
            state: row.state,
            division: row.place,
            unit: row.holder,
            category: row.category,
            score: likeness.score,
            reasons: likeness.reasons.into_iter().map(reason).collect(),
            may: may.into_iter().map(May::code).collect(),
            target,
        }
    }
}

/// Cases that may be about one matter.
#[derive(Serialize, ToSchema)]
struct AlikeList {
    /// Best first, ten at the most.
    items: Vec<AlikeItem>,
}

fn list(found: Vec<Alike>, req: &HttpRequest) -> Done {
    let lang = lang_of(req);
    let items = found.into_iter().map(|one| AlikeItem::of(one, lang)).collect();
    request::json(&AlikeList { items })
}

/// Cases that may be about the same matter as a case, best first, ten at the most.
#[utoipa::path(get, path = "/api/v1/cases/{no}/alike", tag = "cases",
    params(("no" = String, Path)),
    responses((status = 200, body = AlikeList), (status = 404, body = ProblemDocument)))]
pub async fn of_case(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done =
        async { list(state.desk.alike(staff(&req)?.scope(), &no).await?, &req) }.await;
    done(&req, result)
}

/// The same for a tip while it is being typed: the fields of a tip as far as they are written.
/// Nothing is kept; a field that cannot be read yet is passed over.
#[utoipa::path(post, path = "/api/v1/tips/alike", tag = "tips", request_body = TipForm,
    responses((status = 200, body = AlikeList), (status = 422, body = ProblemDocument)))]
pub async fn of_typed(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, _) = json_body(&req, payload, &state).await?;
        let typed = Typed::of(TipForm::read(value), &state.desk.law.divisions, now(&req));
        let typed = typed.map_err(Problem::faults)?;
        list(state.desk.alike_to(who.scope(), typed).await?, &req)
    }
    .await;
    done(&req, result)
}

/// An earlier case.
#[derive(Serialize, ToSchema)]
struct PastItem {
    case: String,
    title: String,
    state: String,
    division: String,
    category: String,
    opened_at: DateTime<Utc>,
    /// `corrected`, `filed`, `transferred` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposed: Option<String>,
}

impl PastItem {
    fn of(Past { row, title, disposed }: Past) -> PastItem {
        PastItem {
            title,
            disposed,
            opened_at: row.opened_at(),
            case: row.no,
            state: row.state,
            division: row.place,
            category: row.category,
        }
    }
}

/// Earlier cases of one site or accused.
#[derive(Serialize, ToSchema)]
struct EarlierList {
    /// Newest first, twenty at the most.
    items: Vec<PastItem>,
    /// Whether there may be more.
    more: bool,
}

impl EarlierList {
    fn of(Earlier { items, more }: Earlier) -> EarlierList {
        EarlierList { items: items.into_iter().map(PastItem::of).collect(), more }
    }
}

/// What happened before.
#[derive(Serialize, ToSchema)]
struct HistoryView {
    /// At the same site.
    site: EarlierList,
    /// By the same accused.
    accused: EarlierList,
}

/// Earlier cases at the site of a case and by its accused, with what came of each.
#[utoipa::path(get, path = "/api/v1/cases/{no}/history", tag = "cases",
    params(("no" = String, Path)),
    responses((status = 200, body = HistoryView), (status = 404, body = ProblemDocument)))]
pub async fn history(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let found = state.desk.history(staff(&req)?.scope(), &no).await?;
        let (site, accused) = (EarlierList::of(found.site), EarlierList::of(found.accused));
        request::json(&HistoryView { site, accused })
    }
    .await;
    done(&req, result)
}
