//! Logging in and out.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, SESSION_COOKIE, done, json_body, source, staff};
use crate::desk::enter::{MAX_LOGIN, MAX_PASSWORD, Principal, SESSION_LENGTH};
use crate::intake::Reader as Fields;

/// Logs in: `{login, password}`; the answer sets the session's cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = Value,
    responses((status = 200, body = Value), (status = 401, body = ProblemDocument),
              (status = 429, body = ProblemDocument)))]
pub async fn log_in(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let (value, _) = json_body(&req, payload, &state).await?;
        let mut fields = Fields::new(value).map_err(Problem::faults)?;
        let login = fields.needed_text("login", MAX_LOGIN);
        let password = fields.secret("password", MAX_PASSWORD);
        let (login, password) = fields.finish((login, password)).map_err(Problem::faults)?;
        let (secret, who) = state.desk.log_in(&login, password, &source(&req, &state)).await?;
        let mut answer = request::json(&view(&who))?;
        let cookie = cookie(&secret, SESSION_LENGTH.num_seconds());
        answer.add_cookie(&cookie).map_err(|_| Problem::broken())?;
        Ok(answer)
    }
    .await;
    done(&req, result)
}

/// Who one is.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = Value), (status = 401, body = ProblemDocument)))]
pub async fn who(req: HttpRequest) -> HttpResponse {
    done(&req, staff(&req).and_then(|who| request::json(&view(&who))))
}

/// Logs out: the session or token has ended when the answer comes.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204), (status = 401, body = ProblemDocument)))]
pub async fn log_out(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        state.desk.log_out(&staff(&req)?).await?;
        Ok(forgotten(&mut HttpResponse::NoContent()))
    }
    .await;
    done(&req, result)
}

fn view(who: &Principal) -> Value {
    json!({ "login": who.login, "unit": who.unit, "roles": who.roles })
}

/// An answer by which a browser forgets the session and what it was shown (S13).
pub fn forgotten(answer: &mut HttpResponseBuilder) -> HttpResponse {
    answer.cookie(cookie("", 0));
    answer.insert_header(("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\""));
    answer.finish()
}

/// The session's cookie.
pub fn cookie(value: &str, seconds: i64) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, value.to_owned())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(seconds))
        .finish()
}
