//! Logging in and out, and the language of the pages.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::session::{cookie, forgotten};
use super::super::problem::Problem;
use super::super::request::{Done, LANG_COOKIE, Query, done, guest, lang_of, source, staff};
use super::field::Note;
use super::form::Form;
use super::site::{self, Site, see};
use crate::desk::DeskError;
use crate::desk::enter::{MAX_LOGIN, MAX_PASSWORD, SESSION_LENGTH};

#[derive(Template)]
#[template(path = "login.html", config = "src/askama.toml")]
struct Login<'a> {
    s: Site,
    fault: &'a str,
    none: Vec<Note>,
    login: &'a str,
    to: &'a str,
}

/// How long a reader's choice of language is remembered.
const LANG_DAYS: i64 = 365;
/// Longest path that is come back to.
const MAX_PATH: usize = 200;

/// A path on this service to go on to: never another site.
fn own_path(path: &str) -> Option<&str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.' | b'_');
    let own = path.starts_with('/') && !path.starts_with("//") && path.len() <= MAX_PATH;
    (own && path.bytes().all(plain)).then_some(path)
}

/// `GET /login`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let to = query.take("to").unwrap_or_default();
        query.finish()?;
        let to = own_path(&to).unwrap_or_default();
        if guest(&req).is_some() {
            return Ok(see(if to.is_empty() { "/" } else { to }));
        }
        let s = Site::of(&req, &state);
        let page = Login { s, fault: "", none: Vec::new(), login: "", to };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

/// `POST /login`
pub async fn log_in(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let short = |name: &str, max: usize| {
            form.get(name).filter(|value| value.chars().count() <= max).unwrap_or_default()
        };
        let (login, password) = (short("login", MAX_LOGIN), short("password", MAX_PASSWORD));
        let to = own_path(form.get("to").unwrap_or_default()).unwrap_or_default();
        let (status, fault) = match login.is_empty() || password.is_empty() {
            true => {
                let zh = "请填写用户名和密码";
                (StatusCode::UNPROCESSABLE_ENTITY, s.t(zh, "Give login and password").to_owned())
            }
            false => {
                let from = source(&req, &state);
                match state.desk.log_in(login, password.to_owned(), &from).await {
                    Ok((secret, _)) => {
                        let mut on = see(if to.is_empty() { "/" } else { to });
                        let cookie = cookie(&secret, SESSION_LENGTH.num_seconds());
                        on.add_cookie(&cookie).map_err(|_| Problem::broken())?;
                        return Ok(on);
                    }
                    Err(error @ (DeskError::WrongLogin | DeskError::Throttled(_))) => {
                        Problem::from(error).told(s.lang)
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        };
        site::page(status, &Login { s, fault: &fault, none: Vec::new(), login, to })
    }
    .await;
    done(&req, result)
}

/// `POST /logout`
pub async fn log_out(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        Form::read(&req, payload, &state).await?;
        state.desk.log_out(&staff(&req)?).await?;
        Ok(forgotten(HttpResponse::SeeOther().insert_header(("Location", "/"))))
    }
    .await;
    done(&req, result)
}

/// `POST /language`: the one cookie that a reader without a login can get, by asking for it.
pub async fn choose_language(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = Form::read(&req, payload, &state).await?;
        let lang = lang_of(&req).pick("zh", "en");
        let lang = form.get("lang").filter(|lang| matches!(*lang, "zh" | "en")).unwrap_or(lang);
        let to = form.get("to").and_then(own_path).unwrap_or("/");
        let mut on = see(to);
        let cookie = Cookie::build(LANG_COOKIE, lang.to_owned())
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(Duration::days(LANG_DAYS))
            .finish();
        on.add_cookie(&cookie).map_err(|_| Problem::broken())?;
        Ok(on)
    }
    .await;
    done(&req, result)
}

/// `GET /`: the desk of whoever is logged in; else what this is, and two ways on.
pub async fn home(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    #[derive(Template)]
    #[template(path = "home.html", config = "src/askama.toml")]
    struct Home {
        s: Site,
    }
    let result: Done = async {
        if let Some(who) = guest(&req) {
            let reads = who.roles.iter().any(|role| role.reads_cases());
            return Ok(see(if reads { "/cases?todo=true" } else { "/reports" }));
        }
        site::page(StatusCode::OK, &Home { s: Site::of(&req, &state) })
    }
    .await;
    done(&req, result)
}
