//! The sealed log in plain words: what it proves and what not, its present head, its daily heads.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::request::{Done, Query, done, encoded, page_of};
use super::site::{self, Site};
use crate::calendar::zone;
use crate::desk::head::Head;

#[derive(Template)]
#[template(path = "seal.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    size: i64,
    root: String,
    note: String,
    key: String,
    days: Vec<Day>,
    next: String,
}

struct Day {
    day: String,
    size: i64,
    root: String,
    taken: String,
}

/// `GET /seal`
pub async fn show(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let Head { size, root, note } = state.desk.head().await?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| db.heads(after, limit + 1));
        let (rows, next) = page_of(read.await?, limit, |row| row.day.clone());
        let day = |row: crate::store::HeadRow| Day {
            taken: zone::shown(row.taken_at()),
            day: row.day,
            size: row.size,
            root: row.root,
        };
        let days = rows.into_iter().map(day).collect();
        let next = next.map(|after| format!("/seal?{}", encoded([("after", &*after)].into_iter())));
        let key = state.desk.verifier().to_string();
        let next = next.unwrap_or_default();
        site::page(StatusCode::OK, &Page { s, size, root, note, key, days, next })
    }
    .await;
    done(&req, result)
}
