//! The table of divisions, for whoever fills in a form.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::request::{self, Done, Query, done};
use crate::intake::Why;

/// Most characters of a search.
const MAX_TYPED: usize = 50;
/// Divisions that one answer names.
const MAX_FOUND: usize = 12;

/// Divisions whose code or name begins with, or holds, what was typed.
#[utoipa::path(get, path = "/api/v1/divisions", tag = "service",
    params(("q" = String, Query, description = "Code, or part of a name")),
    responses((status = 200, body = Value)))]
pub async fn search(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let typed = query.read("q", |text| match text.chars().count() {
            0..=MAX_TYPED => Ok(text.to_owned()),
            _ => Err(Why::TooLong { max: MAX_TYPED }),
        });
        query.finish()?;
        let divisions = &state.desk.law.divisions;
        let found = divisions.search(&typed.unwrap_or_default(), MAX_FOUND);
        let item = |code| json!({ "code": code, "name": divisions.full_name(code) });
        let items: Vec<Value> = found.into_iter().map(item).collect();
        request::json(&json!({ "items": items }))
    }
    .await;
    done(&req, result)
}
