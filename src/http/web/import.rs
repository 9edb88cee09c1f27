//! Tips from a sheet: the same verb as behind the terminal, for files of a size that a page can wait
//! for. What cannot be taken is listed with row and reason, and never with what the row says.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::request::{Done, done, staff};
use super::parts;
use super::site::{self, Site};
use crate::desk::import::{ImportBroken, ImportDone, ImportError, ImportPlan, open_upload};
use crate::intake::import::columns;
use crate::intake::text;
use crate::lang::Lang;

/// Largest file of an upload, in bytes: about 30,000 rows; larger ones go by the terminal.
const MAX_UPLOAD: usize = 8 * 1024 * 1024;
/// Rejected rows that the page lists.
const MAX_LISTED: usize = 200;
/// Longest name of another system.
const MAX_SOURCE: usize = 100;

#[derive(Template)]
#[template(path = "import.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    fault: String,
    source: String,
    columns: Vec<(&'static str, &'static str)>,
    done: Option<ImportDone>,
    rejected: Vec<(u64, String)>,
}

/// `GET /import`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let s = Site::of(&req, &state);
    done(&req, page(StatusCode::OK, s, String::new(), String::new(), None, Vec::new()))
}

fn page(
    status: StatusCode,
    s: Site,
    fault: String,
    source: String,
    done: Option<ImportDone>,
    rejected: Vec<(u64, String)>,
) -> Done {
    let columns = columns().collect();
    site::page(status, &Page { s, fault, source, columns, done, rejected })
}

/// `POST /import`
pub async fn take_in(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (form, upload) = parts::with_upload(&req, payload, &state, MAX_UPLOAD).await?;
        let s = Site::of(&req, &state);
        let source = form.get("source").unwrap_or_default().trim().to_owned();
        let refuse = |s: Site, words: String, source| {
            page(StatusCode::UNPROCESSABLE_ENTITY, s, words, source, None, Vec::new())
        };
        let plain = !source.chars().any(text::is_forbidden) && source.chars().count() <= MAX_SOURCE;
        if source.is_empty() || !plain {
            let words = s.t(
                "请写明来源系统的名称，不超过 100 个字",
                "Name the system that the rows come from, in 100 characters at the most",
            );
            let words = words.to_owned();
            return refuse(s, words, String::new());
        }
        let bytes = upload.map(|upload| upload.bytes).filter(|bytes| !bytes.is_empty());
        let Some(bytes) = bytes else {
            let words = s.t("请选择文件", "Choose a file").to_owned();
            return refuse(s, words, source);
        };
        let mut rejected = Vec::new();
        let imported: Result<ImportDone, ImportBroken> = async {
            let unread = |error| ImportBroken { done: ImportDone::default(), error };
            let sheet = open_upload(bytes).await.map_err(unread)?;
            let (named, unit, by) = (source.clone(), Some(who.unit), Some(who.actor()));
            let plan = ImportPlan { source: named, unit, by, mapping: None };
            let list = |reject: crate::desk::import::Reject| {
                if rejected.len() < MAX_LISTED {
                    rejected.push((reject.row, reject.cause.words(s.lang)));
                }
                Ok(())
            };
            state.desk.import(sheet, plan, |_| {}, list).await
        }
        .await;
        match imported {
            Ok(done) => page(StatusCode::OK, s, String::new(), source, Some(done), rejected),
            Err(ImportBroken { done, error }) if done.rows > 0 => {
                let words = broken_off(&s, &done, &error);
                let status = match error {
                    ImportError::Desk(_) => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                page(status, s, words, source, Some(done), rejected)
            }
            Err(ImportBroken { error: ImportError::Desk(error), .. }) => Err(error.into()),
            Err(ImportBroken { error, .. }) => {
                let words = error.words(s.lang);
                refuse(s, words, source)
            }
        }
    }
    .await;
    done(&req, result)
}

/// What to say of an import that broke off after some of its rows.
fn broken_off(s: &Site, done: &ImportDone, error: &ImportError) -> String {
    let why = match error {
        // What the store says is for the log.
        ImportError::Desk(error) => {
            tracing::warn!(error = %error, rows = done.rows, "an import broke off");
            s.t("服务暂时不能收入", "the service cannot take in more for now").to_owned()
        }
        error => error.words(s.lang),
    };
    let ImportDone { new, .. } = done;
    match s.lang {
        Lang::Zh => {
            format!("已收入 {new} 行后中断：{why}。已收入的保留；请再次导入同一文件，会接着进行")
        }
        Lang::En => format!(
            "Broken off after {new} rows were taken in: {why}. They stay in; import the same file \
             again to go on"
        ),
    }
}
