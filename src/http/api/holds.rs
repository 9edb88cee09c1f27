//! Floods: groups of held tips, and letting them back.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, page_of, staff};
use crate::store::HoldGroup;

/// Longest name of a group that is looked for.
pub const MAX_GROUP: usize = 64;

/// Held tips that belong together.
#[derive(Serialize, ToSchema)]
struct HoldItem {
    group: String,
    reason: String,
    tips: i64,
    first_at: Option<DateTime<Utc>>,
    last_at: Option<DateTime<Utc>>,
    case: Option<String>,
}

impl HoldItem {
    fn of(group: HoldGroup) -> HoldItem {
        HoldItem {
            first_at: group.first_at(),
            last_at: group.last_at(),
            group: group.group,
            reason: group.reason,
            tips: group.tips,
            case: group.sample,
        }
    }
}

/// Groups of held tips, counted within one's scope. `case` is the first of the group;
/// `GET /api/v1/cases?held=GROUP` lists all of them.
#[utoipa::path(get, path = "/api/v1/holds", tag = "holds",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = serde_json::Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (scope, after, limit) = (staff(&req)?.scope(), page.after, page.limit);
        let store = &state.desk.store;
        let groups = store.read(move |db| db.hold_groups(&scope, after.as_deref(), limit + 1));
        let (groups, next) = page_of(groups.await?, limit, |group| group.group.clone());
        let items: Vec<HoldItem> = groups.into_iter().map(HoldItem::of).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// Lets the held tips of a group that one may see back into the daily lists. Again it lets back
/// none.
#[utoipa::path(post, path = "/api/v1/holds/{group}/release", tag = "holds",
    params(("group" = String, Path)),
    responses((status = 200, body = serde_json::Value), (status = 404, body = ProblemDocument)))]
pub async fn release(
    req: HttpRequest,
    state: web::Data<State>,
    group: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        if group.len() > MAX_GROUP {
            return Err(Problem::not_found());
        }
        let released = state.desk.release(&group, who.scope(), &who.user).await?;
        request::json(&json!({ "group": group.as_str(), "released": released }))
    }
    .await;
    done(&req, result)
}
