//! Published reports: the list, one report as a page, and who is told of the next by mail.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::reports::published;
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::field::in_words;
use super::form::Form;
use super::look;
use super::site::{self, Site};
use crate::calendar::{Kind, zone};
use crate::desk::DeskError;
use crate::desk::subscribe::NewSubscription;
use crate::lang::Lang;
use crate::report::Report;
use crate::report::html::{Article, Links};
use crate::store::ReportRow;

#[derive(Template)]
#[template(path = "reports.html", config = "src/askama.toml")]
struct List {
    s: Site,
    rows: Vec<Row>,
    next: String,
}

struct Row {
    id: String,
    kind: &'static str,
    period: String,
    scope: String,
    published: String,
    late: bool,
}

/// A kind of report.
fn kind(code: &str, lang: Lang) -> &'static str {
    let (zh, en) = code.parse().unwrap_or(Kind::Custom).names();
    lang.pick(zh, en)
}

/// `GET /reports`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let s = Site::of(&req, &state);
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (scopes, limit) = (who.readable(), page.limit);
        let after = page.after;
        let read =
            state.desk.store.read(move |db| db.reports(&scopes, after.as_deref(), limit + 1));
        let (rows, next) = page_of(read.await?, limit, |row| row.id.clone());
        let row = |row: ReportRow| Row {
            kind: kind(&row.kind, s.lang),
            scope: look::place(&row.scope, &state.desk.law.divisions),
            published: zone::shown(row.published_at()),
            late: row.late,
            period: row.period,
            id: row.id,
        };
        let next =
            next.map(|after| format!("/reports?{}", encoded([("after", &*after)].into_iter())));
        let page =
            List { rows: rows.into_iter().map(row).collect(), next: next.unwrap_or_default(), s };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

#[derive(Template)]
#[template(path = "report.html", config = "src/askama.toml")]
struct Page<'a> {
    s: Site,
    id: &'a str,
    title: String,
    article: Article<'a>,
    mail: Mail,
}

/// The form by which somebody is told of the next report by mail, and what came of it.
#[derive(Default)]
struct Mail {
    address: String,
    error: String,
    told: String,
}

/// Where the terms of a balance open their lists.
const BALANCE: &str = "/balance";

/// `GET /reports/{id}`
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    id: web::Path<String>,
) -> HttpResponse {
    let result = page(&req, &state, &id, StatusCode::OK, Mail::default()).await;
    done(&req, result)
}

async fn page(req: &HttpRequest, state: &State, id: &str, status: StatusCode, mail: Mail) -> Done {
    let stored = published(req, state, id).await?;
    let report = Report::read(&stored.json).map_err(|_| Problem::broken())?;
    let s = Site::of(req, state);
    // A figure leads to its cases for those who may read cases, and nowhere for the others.
    let reads = staff(req)?.roles.iter().any(|role| role.reads_cases());
    let links = if reads { Links::Under(BALANCE) } else { Links::None };
    let article = Article::of(&report, s.lang, links);
    let page = Page { title: article.title(), id: &stored.id, article, mail, s };
    site::page(status, &page)
}

/// `POST /reports/{id}/mail`: `subscribe` to the reports of this kind and scope, or `unsubscribe`.
pub async fn mail(
    req: HttpRequest,
    state: web::Data<State>,
    id: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let row = published(&req, &state, &id).await?;
        let s = Site::of(&req, &state);
        let address = form.get("email").unwrap_or_default().to_owned();
        let kind = row.kind.parse().map_err(|_| Problem::broken())?;
        let scope = row.scope.parse().map_err(|_| Problem::broken())?;
        let done = if form.get("act") == Some("unsubscribe") {
            state.desk.unsubscribe_own(&address, kind, scope, &who).await.map(|()| {
                s.t(
                    "如该地址由您订阅，现已退订；他人的订阅请联系系统管理员。",
                    "If you subscribed this address, that has ended; the administrator ends others.",
                )
            })
        } else {
            let (email, by) = (address.clone(), Some(who.user.clone()));
            let new = NewSubscription { email, kind, scope, lang: s.lang, by };
            // The same words where it stood already: it may be somebody else's.
            state.desk.subscribe(&new).await.map(|_| {
                s.t(
                    "已订阅，下一期发布时会收到邮件。",
                    "Subscribed; the next report is announced by mail.",
                )
            })
        };
        let (status, mail) = match done {
            Ok(told) => (StatusCode::OK, Mail { told: told.to_owned(), ..Mail::default() }),
            Err(DeskError::Faults(faults)) => {
                let words = faults.iter().map(|fault| in_words(fault, s.lang));
                let error = words.collect::<Vec<_>>().join("；");
                (StatusCode::UNPROCESSABLE_ENTITY, Mail { address, error, told: String::new() })
            }
            Err(other) => return Err(other.into()),
        };
        page(&req, &state, &id, status, mail).await
    }
    .await;
    done(&req, result)
}
