//! Floods as groups: what came too fast is taken in and held, and let back from here.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::holds::MAX_GROUP;
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::form::Form;
use super::site::{self, Site, see};
use crate::calendar::zone;
use crate::clock::Instant;
use crate::ledger::Role;
use crate::store::HoldGroup;

#[derive(Template)]
#[template(path = "holds.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    rows: Vec<Row>,
    may_release: bool,
    next: String,
}

struct Row {
    group: String,
    why: &'static str,
    tips: i64,
    first: String,
    last: String,
    sample: String,
}

/// `GET /holds`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let s = Site::of(&req, &state);
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (scope, after, limit) = (who.scope(), page.after, page.limit);
        let store = &state.desk.store;
        let groups = store.read(move |db| db.hold_groups(&scope, after.as_deref(), limit + 1));
        let (groups, next) = page_of(groups.await?, limit, |group| group.group.clone());
        let shown = |at: Option<Instant>| at.map(zone::shown).unwrap_or_default();
        let row = |group: HoldGroup| Row {
            why: match group.reason.as_str() {
                "text" => s.t("内容相同", "same text"),
                _ => s.t("来自同一来源", "one source"),
            },
            tips: group.tips,
            first: shown(group.first_at()),
            last: shown(group.last_at()),
            sample: group.sample.unwrap_or_default(),
            group: group.group,
        };
        let rows = groups.into_iter().map(row).collect();
        let next =
            next.map(|after| format!("/holds?{}", encoded([("after", &*after)].into_iter())));
        let may_release = who.roles.iter().any(|role| matches!(role, Role::Operator | Role::Judge));
        let page = Page { rows, may_release, next: next.unwrap_or_default(), s };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

/// `POST /holds/{group}/release`
pub async fn release(
    req: HttpRequest,
    state: web::Data<State>,
    group: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        Form::read(&req, payload, &state).await?;
        if group.len() > MAX_GROUP {
            return Err(Problem::not_found());
        }
        state.desk.release(&group, who.scope(), &who.user).await?;
        Ok(see("/holds"))
    }
    .await;
    done(&req, result)
}
