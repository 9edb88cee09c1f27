//! Where the line reaches: townships with somebody at work, by the divisions of a scope.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::coverage::{Asked, asked};
use super::super::request::{Done, done, encoded};
use super::site::{self, Site};
use crate::place::{Code, Level};
use crate::trend::Ratio;

#[derive(Template)]
#[template(path = "coverage.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    title: String,
    whole: Row,
    rows: Vec<Row>,
    lacking: Vec<(Code, String)>,
    next: String,
}

struct Row {
    name: String,
    /// Where the same of this division stands; empty where there is nothing below it.
    path: String,
    covered: i64,
    all: i64,
    percent: String,
}

/// `GET /coverage`
pub async fn show(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let Asked { scope, coverage, next } = asked(&req, &state).await?;
        let s = Site::of(&req, &state);
        let divisions = &state.desk.law.divisions;
        let row = |code: Code, count: Ratio| Row {
            name: if code == scope {
                s.t("本级", "itself").to_owned()
            } else {
                divisions.name(code)
            },
            path: match code.level() {
                Level::Township => String::new(),
                _ if code == scope => String::new(),
                _ => address(code, None),
            },
            covered: count.num,
            all: count.den,
            percent: count.percent().map_or_else(|| "—".to_owned(), |share| format!("{share} %")),
        };
        let lacking = coverage.lacking.iter().map(|code| (*code, divisions.full_name(*code)));
        let page = Page {
            title: divisions.full_name(scope),
            whole: row(scope, coverage.whole),
            rows: coverage.rows.iter().map(|(code, count)| row(*code, *count)).collect(),
            lacking: lacking.collect(),
            next: next.map(|after| address(scope, Some(&after))).unwrap_or_default(),
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

fn address(scope: Code, after: Option<&str>) -> String {
    let scope = scope.to_string();
    let pairs = [("scope", Some(&*scope)), ("after", after)];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    format!("/coverage?{}", encoded(pairs))
}
