//! Published reports: the list, and one report as a page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::look;
use super::site::{self, Site};
use crate::calendar::zone;
use crate::lang::Lang;
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
    let (zh, en) = match code {
        "daily" => ("日报", "daily"),
        "weekly" => ("周报", "weekly"),
        "monthly" => ("月报", "monthly"),
        "quarterly" => ("季报", "quarterly"),
        "half_year" => ("半年报", "half-yearly"),
        "annual" => ("年报", "annual"),
        _ => ("专报", "custom"),
    };
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
        let (scopes, limit) = (who.unit.text_range(), page.limit);
        let after = page.after;
        let read = state.desk.store.read(move |db| db.reports(scopes, after.as_deref(), limit + 1));
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
