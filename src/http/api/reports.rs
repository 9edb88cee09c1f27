//! Published reports, and the cases behind the terms of a balance.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, page_of, staff};
use crate::calendar::{Kind, Period};
use crate::desk::lists::{Behind, span_of};
use crate::intake::{Why, tip};
use crate::lang::Lang;
use crate::place::Code;
use crate::report::Report;
use crate::report::forms::Form;
use crate::store::{CaseRow, ReportRow, StoreError};

/// Published reports of one's own divisions, newest first.
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (scopes, limit) = (staff(&req)?.readable(), page.limit);
        let rows = state
            .desk
            .store
            .read(move |db| db.reports(&scopes, page.after.as_deref(), limit + 1))
            .await?;
        let (rows, next) = page_of(rows, limit, |row| row.id.clone());
        let item = |row: &crate::store::ReportRow| {
            json!({ "id": row.id, "kind": row.kind, "period": row.period, "scope": row.scope,
                    "log_size": row.log_size, "late": row.late,
                    "published_at": row.published_at() })
        };
        let items: Vec<Value> = rows.iter().map(item).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// One published report: `{id}.json` or the bare identifier, `{id}.csv`, `{id}.html`.
#[utoipa::path(get, path = "/api/v1/reports/{id}", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    id: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let (id, wanted) = Wanted::of(&id, request::lang_of(&req));
        let stored = published(&req, &state, id).await?;
        given(&state, wanted, stored).await
    }
    .await;
    done(&req, result)
}

/// A published report of the asker's own divisions.
pub async fn published(req: &HttpRequest, state: &State, id: &str) -> Result<ReportRow, Problem> {
    let (who, id) = (staff(req)?, id.to_owned());
    let found = state.desk.store.read(move |db| db.report(&id)).await?;
    let within = |scope: &str| scope.parse::<Code>().is_ok_and(|scope| who.oversees(scope));
    found.filter(|report| within(&report.scope)).ok_or_else(Problem::not_found)
}

/// What a report is asked for as.
#[derive(Clone, Copy)]
enum Wanted {
    Json,
    Form(Form),
}

impl Wanted {
    /// The identifier and what is wanted; JSON where nothing is named. A page is in the reader's
    /// language.
    fn of(path: &str, lang: Lang) -> (&str, Wanted) {
        let forms = [
            (".json", Wanted::Json),
            (".csv", Wanted::Form(Form::Csv)),
            (".html", Wanted::Form(Form::Page(lang))),
        ];
        let named = |(ending, wanted)| Some((path.strip_suffix(ending)?, wanted));
        forms.into_iter().find_map(named).unwrap_or((path, Wanted::Json))
    }
}

/// A report as it was published; one of before its forms were kept is laid out anew.
async fn given(state: &State, wanted: Wanted, stored: ReportRow) -> Done {
    let Wanted::Form(form) = wanted else {
        return Ok(HttpResponse::Ok().content_type("application/json").body(stored.json));
    };
    let report = Report::read(&stored.json).map_err(|_| Problem::broken())?;
    let id = stored.id;
    let kept = state.desk.store.read(move |db| db.report_form(&id, form.name())).await?;
    let body = match kept {
        Some(kept) => kept,
        None => form.of(&report).map_err(|_| Problem::broken())?.into_bytes(),
    };
    let name = report.file_name();
    let (kind, disposition) = match form {
        Form::Csv => ("text/csv; charset=utf-8", format!("attachment; filename=\"{name}.csv\"")),
        Form::Page(_) => ("text/html; charset=utf-8", format!("inline; filename=\"{name}.html\"")),
    };
    let disposition = (header::CONTENT_DISPOSITION, disposition);
    Ok(HttpResponse::Ok().content_type(kind).insert_header(disposition).body(body))
}

/// How often one page is filled up in place of hidden cases; after that it ends early, and its mark
/// says how far was looked.
const MAX_ROUNDS: usize = 100;

/// The cases behind one term of a report's balance. Cases from which the asker is kept away are
/// left out.
#[utoipa::path(get, path = "/api/v1/balance/{term}", tag = "reports",
    params(("term" = String, Path), ("kind" = String, Query), ("period" = String, Query),
           ("scope" = String, Query), ("as_of" = Option<String>, Query,
            description = "RFC 3339: what a report of a running period saw; now where absent"),
           ("after" = Option<String>, Query),
           ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn balance_list(
    req: HttpRequest,
    state: web::Data<State>,
    term: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let (cases, next) = behind(&req, &state, &term).await?;
        let items: Vec<String> = cases.into_iter().map(|case| case.no).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// The cases behind a term that the asker may see, and after which place the next page begins.
pub async fn behind(
    req: &HttpRequest,
    state: &State,
    term: &str,
) -> Result<(Vec<CaseRow>, Option<String>), Problem> {
    let who = staff(req)?;
    let mut query = Query::of(req)?;
    let divisions = &state.desk.law.divisions;
    let kinds = || Why::NotOneOf(Kind::ALL.map(Kind::name).join(", "));
    let kind = query.read("kind", |text| text.parse::<Kind>().map_err(|_| kinds()));
    let period = query.take("period").zip(kind).map(|(name, kind)| Period::parse(kind, &name));
    let scope = query.read("scope", |text| tip::find_unit(text, divisions));
    let as_of = query.read("as_of", |text| {
        let at = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| Why::BadDate)?;
        Ok(at.with_timezone(&chrono::Utc))
    });
    let (after, limit) = query.numbered_page::<i64>();
    match &period {
        Some(Ok(_)) => {}
        Some(Err(_)) => query.fault("period", Why::BadDate),
        None => query.fault("period", Why::Missing),
    }
    if scope.is_none() {
        query.fault("scope", Why::Missing);
    }
    query.finish()?;
    let (Some(Ok(period)), Some(scope)) = (period, scope) else {
        return Err(Problem::broken());
    };
    let mut after = after.unwrap_or(0);
    let list = Behind::find(term).filter(|_| who.oversees(scope)).ok_or_else(Problem::not_found)?;
    let now = state.desk.clock.now();
    let span = span_of(&state.desk.law, &period, scope, as_of.map_or(now, |at| at.min(now)));
    let visible = who.scope();
    let seen = state
        .desk
        .store
        .read(move |db| {
            // Hidden cases are skipped before the page is cut: its mark must not name one.
            let mut seen = Vec::new();
            let wanted = usize::try_from(limit + 1).unwrap_or(0);
            let mut rounds = 0..MAX_ROUNDS;
            while seen.len() < wanted {
                if rounds.next().is_none() {
                    return Ok((seen, Some(after)));
                }
                let behind = list.cases(db, &span, after, limit + 1)?;
                let Some((last, _)) = behind.last() else { break };
                after = *last;
                for (place, no) in behind {
                    if let Some(case) = db.case(&visible, &no)? {
                        seen.push((place, case));
                    }
                }
            }
            Ok::<_, StoreError>((seen, None))
        })
        .await?;
    let (seen, broken_off) = seen;
    let (seen, next) = page_of(seen, limit, |(place, _)| place.to_string());
    let next = next.or(broken_off.map(|after| after.to_string()));
    Ok((seen.into_iter().map(|(_, case)| case).collect(), next))
}
