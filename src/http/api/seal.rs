//! The sealed log: its signed head, and the proofs under it. Open to everybody: leaves are salted
//! hashes, and nobody but who holds the bytes learns anything from them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, page_of};
use crate::desk::head::Head;
use crate::intake::{Fault, Why};
use crate::seal::proof::{Consistency, Inclusion};
use crate::store::HeadRow;

/// Digits of a leaf.
const LEAF: usize = 64;
/// Longest name of a day.
const MAX_DAY: usize = 10;
/// What a size may be.
const WITHIN: &str = "1–size of the log";

/// The head of the log as it stands: a C2SP checkpoint in a signed note, the same in single members,
/// and the key by which it is checked.
#[utoipa::path(get, path = "/api/v1/seal", tag = "seal", responses((status = 200, body = Value)))]
pub async fn head(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        Query::of(&req)?.finish()?;
        let Head { size, root, note } = state.desk.head().await?;
        let verifier = state.desk.verifier();
        request::json(&json!({
            "origin": verifier.name(),
            "size": size,
            "root": root,
            "time": state.desk.clock.now(),
            "note": note,
            "key": verifier.to_string(),
            "public_key": hex::encode(verifier.public()),
        }))
    }
    .await;
    done(&req, result)
}

/// That a leaf stands in the log, by RFC 6962 §2.1.1; in its present head, or in that of a `size`.
#[utoipa::path(get, path = "/api/v1/seal/proof", tag = "seal",
    params(("leaf" = String, Query, description = "The leaf in hexadecimal"),
           ("size" = Option<i64>, Query, description = "Size of the head; the present one without it")),
    responses((status = 200, body = Inclusion), (status = 404, body = ProblemDocument)))]
pub async fn proof(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let leaf = query.read("leaf", |text| {
            let whole = text.len() == LEAF && text.bytes().all(|b| b.is_ascii_hexdigit());
            whole.then(|| text.to_ascii_lowercase()).ok_or(Why::BadHash)
        });
        if leaf.is_none() && !query.is_at_fault("leaf") {
            query.fault("leaf", Why::Missing);
        }
        let size = size(&mut query, "size");
        query.finish()?;
        let (leaf, latest) = (leaf.ok_or_else(Problem::broken)?, latest(&state).await?);
        within("size", size, latest)?;
        request::json(&state.desk.inclusion(leaf, size).await?)
    }
    .await;
    done(&req, result)
}

/// That a later head only adds to an earlier one, by RFC 6962 §2.1.2; without `to` the present head.
#[utoipa::path(get, path = "/api/v1/seal/consistency", tag = "seal",
    params(("from" = i64, Query, description = "Size of the earlier head"),
           ("to" = Option<i64>, Query, description = "Size of the later head")),
    responses((status = 200, body = Consistency), (status = 422, body = ProblemDocument)))]
pub async fn consistency(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let from = size(&mut query, "from");
        if from.is_none() && !query.is_at_fault("from") {
            query.fault("from", Why::Missing);
        }
        let to = size(&mut query, "to");
        query.finish()?;
        let (from, latest) = (from.ok_or_else(Problem::broken)?, latest(&state).await?);
        within("to", to, latest)?;
        let to = to.unwrap_or(latest);
        within("from", Some(from), to)?;
        request::json(&state.desk.consistency(from, to).await?)
    }
    .await;
    done(&req, result)
}

/// The heads with which days ended, newest first.
#[utoipa::path(get, path = "/api/v1/seal/heads", tag = "seal",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn heads(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| db.heads(after, limit + 1));
        let (rows, next) = page_of(read.await?, limit, |row| row.day.clone());
        let view = |row: &HeadRow| {
            json!({ "day": row.day, "size": row.size, "root": row.root,
                    "time": row.taken_at(), "note": row.note })
        };
        let items: Vec<Value> = rows.iter().map(view).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// The signed note of a day, or of now (`latest`), as a file.
#[utoipa::path(get, path = "/api/v1/seal/heads/{day}", tag = "seal",
    params(("day" = String, Path, description = "A day such as 2026-11-23, or latest")),
    responses((status = 200, body = String), (status = 404, body = ProblemDocument)))]
pub async fn note(
    req: HttpRequest,
    state: web::Data<State>,
    day: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let day = day.into_inner();
        let note = match day.as_str() {
            "latest" => state.desk.head().await?.note,
            _ if day.len() > MAX_DAY => return Err(Problem::not_found()),
            _ => {
                let wanted = day.clone();
                let found = state.desk.store.read(move |db| db.head_of(&wanted)).await?;
                found.ok_or_else(Problem::not_found)?.note
            }
        };
        Ok(HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header(("Content-Disposition", "attachment; filename=\"log-head.txt\""))
            .body(note))
    }
    .await;
    done(&req, result)
}

fn size(query: &mut Query, name: &str) -> Option<i64> {
    query.read(name, |text| {
        let number = text.parse().ok().filter(|size: &i64| *size > 0);
        number.ok_or(Why::OutOfRange(WITHIN))
    })
}

fn within(name: &str, size: Option<i64>, most: i64) -> Result<(), Problem> {
    match size {
        Some(size) if size > most => {
            Err(Problem::faults(vec![Fault::new(name, Why::OutOfRange(WITHIN))]))
        }
        _ => Ok(()),
    }
}

async fn latest(state: &State) -> Result<i64, Problem> {
    Ok(state.desk.store.read(|db| db.tree_size()).await?)
}
