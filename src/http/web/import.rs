//! Tips from a sheet: the same verb as behind the terminal, for files of a size that a page can wait
//! for. What cannot be taken is listed with row and reason, and never with what the row says; so is
//! what an old ledger left open.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::request::{Done, done, staff};
use super::parts;
use super::site::{self, Site};
use crate::desk::import::{ImportBroken, ImportDone, ImportError, ImportPlan, Told, open_upload};
use crate::intake::import::columns;
use crate::intake::text;
use crate::lang::Lang;

/// Largest file of an upload, in bytes: about 30,000 rows; larger ones go by the terminal.
const MAX_UPLOAD: usize = 8 * 1024 * 1024;
/// Rejected rows that the page lists, and as many open ones.
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
    outcome: Option<Outcome>,
}

/// What became of a file.
#[derive(Default)]
struct Outcome {
    done: ImportDone,
    rejected: Vec<(u64, String)>,
    open: Vec<OpenRow>,
}

/// A row of an old ledger that stands open.
struct OpenRow {
    row: u64,
    case: String,
    why: String,
    owed: String,
}

impl Outcome {
    fn note(&mut self, told: Told, lang: Lang) {
        match told {
            Told::Rejected(reject) if self.rejected.len() < MAX_LISTED => {
                self.rejected.push((reject.row, reject.cause.words(lang)));
            }
            Told::Open { row, carried } if self.open.len() < MAX_LISTED => {
                let why = carried.halt.as_ref().map(|halt| halt.words(lang)).unwrap_or_default();
                let owed = carried.owed_words(lang);
                self.open.push(OpenRow { row, case: carried.case, why, owed });
            }
            _ => {}
        }
    }
}

/// `GET /import`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let s = Site::of(&req, &state);
    done(&req, page(StatusCode::OK, s, String::new(), String::new(), None))
}

fn page(
    status: StatusCode,
    s: Site,
    fault: String,
    source: String,
    outcome: Option<Outcome>,
) -> Done {
    let columns = columns().collect();
    site::page(status, &Page { s, fault, source, columns, outcome })
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
            page(StatusCode::UNPROCESSABLE_ENTITY, s, words, source, None)
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
        let mut outcome = Outcome::default();
        let imported: Result<ImportDone, ImportBroken> = async {
            let unread = |error| ImportBroken { done: ImportDone::default(), error };
            let sheet = open_upload(bytes).await.map_err(unread)?;
            let (named, unit, by) = (source.clone(), Some(who.unit), Some(who.actor()));
            let plan = ImportPlan { source: named, unit, by, mapping: None };
            let tell = |told| {
                outcome.note(told, s.lang);
                Ok(())
            };
            state.desk.import(sheet, plan, |_| {}, tell).await
        }
        .await;
        match imported {
            Ok(done) => {
                outcome.done = done;
                page(StatusCode::OK, s, String::new(), source, Some(outcome))
            }
            Err(ImportBroken { done, error }) if done.rows > 0 => {
                let words = broken_off(&s, &done, &error);
                let status = match error {
                    ImportError::Desk(_) => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                outcome.done = done;
                page(status, s, words, source, Some(outcome))
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
