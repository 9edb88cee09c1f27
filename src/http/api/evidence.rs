//! Evidence goes out: the files of a case, and one of them, as it came or cleaned.

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, lang_of, page_of, staff};
use super::cases::with_case;
use crate::desk::DeskError;
use crate::desk::evidence::{CaseFile, Copy, Ledger, Opened, files_of};
use crate::intake::Why;
use crate::intake::tip::is_sha256;
use crate::lang::Lang;

/// What a browser may do with evidence: nothing but keep it. It runs no script, shows no form and
/// has no origin, should anybody get it to be shown (S44).
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The files of a case, in the order in which they came to it.
#[utoipa::path(get, path = "/api/v1/cases/{no}/files", tag = "files",
    params(("no" = String, Path), ("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let (after, limit) = query.numbered_page::<usize>();
        query.finish()?;
        let files = with_case(&req, &state, &no, |db, row| {
            let ledger = Ledger::read(db, &row)?;
            Ok(files_of(db, &row, &ledger)?)
        });
        // Places in the list, from 1: several entries may name one file.
        let placed = files.await?.into_iter().enumerate().map(|(at, file)| (at + 1, file));
        let most = usize::try_from(limit + 1).unwrap_or_default();
        let rest = placed.skip(after.unwrap_or(0)).take(most).collect();
        let (files, next) = page_of(rest, limit, |(at, _)| at.to_string());
        let lang = lang_of(&req);
        let item = |(_, file): (usize, CaseFile)| {
            let mut item = json!(file);
            item["name"] = file.name(lang).into();
            item
        };
        let items: Vec<Value> = files.into_iter().map(item).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// One file of a case: the copy without metadata, or with `original=true` the file as it came. Always
/// to be kept, never to be shown.
#[utoipa::path(get, path = "/api/v1/cases/{no}/files/{sha256}", tag = "files",
    params(("no" = String, Path), ("sha256" = String, Path), ("original" = Option<bool>, Query)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
              (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub async fn open(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let original = query.read("original", |word| match word {
            "true" => Ok(Copy::Original),
            "false" => Ok(Copy::Cleaned),
            _ => Err(Why::WrongType("boolean")),
        });
        query.finish()?;
        let who = staff(&req)?;
        let (no, sha256) = path.into_inner();
        if !is_sha256(&sha256) {
            return Err(Problem::not_found());
        }
        let copy = original.unwrap_or(Copy::Cleaned);
        let opened = state.desk.open_evidence(who.scope(), &no, &sha256, copy).await?;
        // Each opening leaves a trace: of whom and which case, and not of what is in the file.
        let (user, kind) = (who.user.as_str(), copy.name());
        tracing::info!(user, case = no, file = opened.file.no, copy = kind, "evidence opened");
        state.metrics.evidence_opened(kind);
        Ok(answer(&req, opened, copy))
    }
    .await;
    done(&req, result)
}

fn answer(req: &HttpRequest, opened: Opened, copy: Copy) -> HttpResponse {
    let Opened { file, length, .. } = &opened;
    let (media_type, length) = (file.media_type.clone(), *length);
    let name = file.name(lang_of(req));
    let attached = format!(
        "attachment; filename=\"{}{}\"; filename*=UTF-8''{}",
        if copy == Copy::Original { "original-" } else { "" },
        file.name(Lang::En),
        request::in_url(&match copy {
            Copy::Cleaned => name,
            Copy::Original => lang_of(req).pick(format!("原件-{name}"), format!("original-{name}")),
        }),
    );
    let parts = stream::try_unfold(opened, |mut opened| async move {
        let part = opened.part().await?;
        Ok::<_, DeskError>(part.map(|part| (web::Bytes::from(part), opened)))
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, attached))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .body(SizedStream::new(length, parts))
}
