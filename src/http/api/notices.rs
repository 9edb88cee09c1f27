//! Notices: what the service says to everybody.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::request::{self, Done, Query, done, page_of};
use crate::desk::notice::{NoticeKind, view};
use crate::intake::Why;

/// Reads the filter of a list of notices.
pub fn kind(query: &mut Query) -> Option<NoticeKind> {
    query.read("kind", |text| {
        let list = || NoticeKind::ALL.map(NoticeKind::name).join(", ");
        NoticeKind::find(text).ok_or_else(|| Why::NotOneOf(list()))
    })
}

/// Notices, newest first: draws announced and drawn, campaigns opened and ended. Each with what is
/// needed to find its leaf in the sealed log.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices",
    params(("kind" = Option<String>, Query), ("after" = Option<String>, Query),
           ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let kind = kind(&mut query).map(|kind| kind.name().to_owned());
        let page = query.page();
        query.finish()?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| db.notices(kind, after, limit + 1));
        let (rows, next) = page_of(read.await?, limit, |(row, _)| row.id.clone());
        let items: Vec<Value> = rows.iter().map(view).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}
