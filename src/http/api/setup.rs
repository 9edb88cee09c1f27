//! The first account of a fresh service.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde_json::json;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{Done, done, json_body, source};
use crate::desk::enter::MAX_LOGIN;
use crate::intake::{Reader as Fields, tip};

/// Longest token that is read at all; those on offer have 64 signs.
const MAX_TOKEN: usize = 128;
/// Longest password that is read at all.
const MAX_PASSWORD: usize = 256;
/// Longest code of a unit.
const MAX_UNIT: usize = 16;

/// Makes the first account, an administrator: `{token, login, password, unit}`. The token is printed
/// by `serve` while there is no user, and works once.
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", request_body = serde_json::Value,
    responses((status = 201, body = serde_json::Value), (status = 403, body = ProblemDocument),
              (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument),
              (status = 429, body = ProblemDocument)))]
pub async fn set_up(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let (value, _) = json_body(&req, payload, &state).await?;
        let divisions = &state.desk.law.divisions;
        let mut fields = Fields::new(value).map_err(Problem::faults)?;
        let token = fields.secret("token", MAX_TOKEN);
        let login = fields.needed_text("login", MAX_LOGIN);
        let password = fields.secret("password", MAX_PASSWORD);
        let unit = fields.needed("unit", MAX_UNIT, |text| tip::find_unit(text, divisions));
        let read = fields.finish((token, login, password, unit)).map_err(Problem::faults)?;
        let (token, login, password, unit) = read;
        let unit = unit.ok_or_else(Problem::broken)?;
        let from = source(&req, &state);
        // What is copied off a terminal brings spaces along.
        state.desk.set_up(token.trim(), &login, password, unit, &from).await?;
        let body = json!({ "login": login, "unit": unit, "roles": ["admin"] });
        Ok(HttpResponse::build(StatusCode::CREATED).json(body))
    }
    .await;
    done(&req, result)
}
