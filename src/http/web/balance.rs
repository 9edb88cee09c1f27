//! The cases behind a figure: every number of a report opens its list.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::reports::behind;
use super::super::request::{Done, Query, done, encoded};
use super::look;
use super::site::{self, Site};
use crate::calendar::zone;
use crate::store::StoreError;

#[derive(Template)]
#[template(path = "balance.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    title: String,
    rows: Vec<Row>,
    next: String,
}

struct Row {
    no: String,
    title: String,
    state: &'static str,
    state_code: String,
    place: String,
    opened: String,
}

/// Terms of the balance in Chinese and English.
const TERMS: [(&str, &str, &str); 15] = [
    ("opening", "期初在办", "open at the beginning"),
    ("accepted", "受理", "accepted"),
    ("reopened", "重办", "reopened"),
    ("split", "分案", "split off"),
    ("moved_in", "移入", "moved in"),
    ("moved_out", "移出", "moved out"),
    ("merged", "并案", "merged"),
    ("closed", "销号", "closed"),
    ("closing", "期末在办", "open at the end"),
    ("received", "收到", "received"),
    ("refused", "不予受理", "not accepted"),
    ("merged_pending", "判定前并案", "merged before judging"),
    ("linked", "关联", "linked"),
    ("pending_opening", "期初待判定", "to be judged at the beginning"),
    ("pending_closing", "期末待判定", "to be judged at the end"),
];

/// `GET /balance/{term}`
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    term: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let pairs = Query::of(&req)?.pairs();
        let (cases, next) = behind(&req, &state, &term).await?;
        let read = state.desk.store.read(move |db| {
            let titles = db.titles(&cases)?;
            Ok::<_, StoreError>((cases, titles))
        });
        let (cases, titles) = read.await?;
        let titles: HashMap<String, String> = titles.into_iter().collect();
        let divisions = &state.desk.law.divisions;
        let rows = cases.into_iter().map(|case| Row {
            title: titles.get(&case.no).cloned().unwrap_or_default(),
            state: look::state(&case.state, s.lang),
            place: look::place(&case.place, divisions),
            opened: zone::date_of(case.opened_at()).to_string(),
            state_code: case.state,
            no: case.no,
        });
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let named = TERMS.iter().find(|term_of| term_of.0 == term.as_str());
        let named = named.map_or("", |names| s.t(names.1, names.2));
        let page = Page {
            title: format!(
                "{} {} · {named}",
                look::place(value("scope"), divisions),
                value("period")
            ),
            rows: rows.collect(),
            next: next.map(|after| address(&req, &pairs, &after)).unwrap_or_default(),
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

fn address(req: &HttpRequest, pairs: &[(String, String)], after: &str) -> String {
    let kept = pairs.iter().filter(|(name, _)| name != "after");
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    format!("{}?{}", req.path(), encoded(kept.chain([("after", after)])))
}
