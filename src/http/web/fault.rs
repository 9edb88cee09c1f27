//! What went wrong, as a page: the same document that a program gets, laid out for people.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::super::problem::ProblemDocument;
use super::site::{self, Site, see};
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "fault.html", config = "src/askama.toml")]
struct Page<'a> {
    s: Site,
    title: &'a str,
    notes: Vec<String>,
    status: u16,
    request_id: &'a str,
}

/// Whether the answer to a request is read by a person: a browser asks for a page, and not by an
/// address that is meant for programs.
pub fn wanted(req: &HttpRequest) -> bool {
    let accept = req.headers().get("accept").and_then(|value| value.to_str().ok());
    let page = accept.is_some_and(|accept| accept.contains("text/html"));
    page && !["/api/", "/test/"].iter().any(|programs| req.path().starts_with(programs))
}

/// The page; where a login is needed, the way to it. `None` where it cannot be drawn.
pub fn page(req: &HttpRequest, problem: &ProblemDocument) -> Option<HttpResponse> {
    if problem.code == "login_needed" && req.method().is_safe() {
        return Some(see(&format!("/login?to={}", req.path())));
    }
    let s = site::frame(req)?;
    let lang = s.lang;
    let say = |note: &crate::intake::fault::FaultNote| {
        let dash = lang.pick("，", "; ");
        let colon = if note.field.is_empty() { "" } else { lang.pick("：", ": ") };
        format!("{}{colon}{}{dash}{}", note.field, note.reason, note.remedy)
    };
    let page = Page {
        title: &sentence(&problem.title, lang),
        notes: problem.errors.iter().map(say).collect(),
        status: problem.status,
        request_id: &problem.request_id,
        s,
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or_default();
    site::page(status, &page).ok()
}

/// A title as a heading: problem documents begin theirs in lower case.
fn sentence(title: &str, lang: Lang) -> String {
    let mut signs = title.chars();
    match (lang, signs.next()) {
        (Lang::En, Some(first)) => first.to_uppercase().chain(signs).collect(),
        _ => title.to_owned(),
    }
}
