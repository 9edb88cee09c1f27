//! Cases: lists, one case, its ledger, what is outstanding, and the one door for every act.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::State;
use super::super::filter::filter;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{
    self, Done, Query, done, json_body, lang_of, once, page_of, send, staff,
};
use super::tips::read_act;
use crate::desk::handle::Request;
use crate::desk::view::{DutyView, EntryView};
use crate::desk::{DeskError, enter::Principal};
use crate::intake::{Informant, Reader as Fields, Why, receipt};
use crate::ledger::{Case, Command};
use crate::store::{CaseRow, DutyRow, Reader, StoreError};

/// Longest text of a number.
const MAX_WORDS: usize = 100;

/// A case in a list.
#[derive(Serialize, ToSchema)]
struct CaseItem {
    case: String,
    title: String,
    state: String,
    division: String,
    unit: String,
    category: String,
    severity: String,
    /// The case into which it was merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    opened_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    last_seq: i32,
}

impl CaseItem {
    fn of(row: CaseRow, title: String) -> CaseItem {
        CaseItem {
            title,
            opened_at: row.opened_at(),
            changed_at: row.changed_at(),
            merged_into: Some(row.carrier).filter(|carrier| *carrier != row.no),
            severity: row.severity,
            case: row.no,
            state: row.state,
            division: row.place,
            unit: row.holder,
            category: row.category,
            last_seq: row.last_seq,
        }
    }
}

/// Cases within one's scope, newest first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases",
    params(("state" = Option<String>, Query), ("unit" = Option<String>, Query),
           ("division" = Option<String>, Query), ("category" = Option<String>, Query),
           ("overdue" = Option<bool>, Query), ("q" = Option<String>, Query),
           ("from" = Option<String>, Query), ("to" = Option<String>, Query),
           ("todo" = Option<bool>, Query, description = "Only what waits for the asker"),
           ("campaign" = Option<String>, Query, description = "A campaign by its identifier"),
           ("held" = Option<String>, Query, description = "A group of held tips, or all; without it no held ones"),
           ("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let who = staff(&req)?;
        let filter = filter(&mut query, &state, &who);
        let page = query.page();
        query.finish()?;
        let (scope, after, limit) = (who.scope(), page.after, page.limit);
        let (rows, titles) = state
            .desk
            .store
            .read(move |db| {
                let rows = db.cases(&scope, filter, after.as_deref(), limit + 1)?;
                let titles: HashMap<_, _> = db.titles(&rows)?.into_iter().collect();
                Ok::<_, StoreError>((rows, titles))
            })
            .await?;
        let (rows, next) = page_of(rows, limit, |row| row.no.clone());
        let item = |row: CaseRow| {
            let title = titles.get(&row.no).cloned().unwrap_or_default();
            CaseItem::of(row, title)
        };
        let items: Vec<CaseItem> = rows.into_iter().map(item).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// Runs a query about one case that the asker may see.
pub async fn with_case<T: Send + 'static>(
    req: &HttpRequest,
    state: &State,
    no: &str,
    work: impl FnOnce(&mut Reader<'_>, CaseRow) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, Problem> {
    let (scope, no) = (staff(req)?.scope(), no.to_owned());
    let found = state.desk.store.read(move |db| {
        let row = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
        work(db, row)
    });
    Ok(found.await?)
}

/// A case as its entries make it.
pub fn case_of(db: &mut Reader<'_>, row: CaseRow) -> Result<Case, DeskError> {
    let stored = db.entries(&row)?;
    let case = Case::replay(stored.iter().map(|stored| &stored.entry));
    case.ok_or(DeskError::Broken("a case without entries"))
}

/// One case with what its informants said; never who they are.
#[utoipa::path(get, path = "/api/v1/cases/{no}", tag = "cases",
    params(("no" = String, Path)), responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let now = state.desk.clock.now();
        let shown = with_case(&req, &state, &no, move |db, row| {
            let (told, duties) = (db.testimony(&row)?, db.duties(&row)?);
            let said = |number: &str| -> Vec<Value> {
                let mine = told.words.iter().filter(|words| words.tip == number);
                let said = mine.map(|w| {
                    json!({ "title": w.title, "text": w.text, "place_text": w.place_text,
                            "accused": w.accused, "lon": w.lon, "lat": w.lat })
                });
                said.collect()
            };
            let tip = |tip: &crate::store::TipRow| {
                json!({ "tip": tip.number, "channel": tip.channel, "mode": tip.mode,
                        "occurred_on": tip.occurred_on, "received_at": tip.received_at(),
                        "words": said(&tip.number) })
            };
            let tips: Vec<Value> = told.tips.iter().map(tip).collect();
            let open = duties.iter().filter(|duty| duty.status == "open");
            let outstanding: Vec<DutyView> = open.map(|d| DutyView::of_row(d, now)).collect();
            let mut value = json!(CaseItem::of(row, told.title()));
            value["tips"] = json!(tips);
            value["outstanding"] = json!(outstanding);
            Ok(value)
        });
        request::json(&shown.await?)
    }
    .await;
    done(&req, result)
}

/// The ledger of a case, first entry first.
#[utoipa::path(get, path = "/api/v1/cases/{no}/entries", tag = "cases",
    params(("no" = String, Path), ("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn entries(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let (after, limit) = query.numbered_page::<i32>();
        query.finish()?;
        let unit = staff(&req)?.unit.to_string();
        let read = with_case(&req, &state, &no, move |db, row| {
            let asked = |duty: &DutyRow| {
                duty.kind == "opinion" && duty.status == "open" && duty.owner == unit
            };
            let blind = db.duties(&row)?.iter().any(asked);
            Ok((blind, db.entries_after(&row, after.unwrap_or(0), limit + 1)?))
        });
        let (blind, stored) = read.await?;
        let (stored, next) = page_of(stored, limit, |one| one.entry.seq.to_string());
        let view = if blind { EntryView::blind } else { EntryView::of };
        let items: Result<Vec<EntryView>, DeskError> = stored.iter().map(view).collect();
        request::json(&json!({ "items": items?, "next": next }))
    }
    .await;
    done(&req, result)
}

/// What is owed to a case: by whom, by when, by which rule.
#[utoipa::path(get, path = "/api/v1/cases/{no}/outstanding", tag = "cases",
    params(("no" = String, Path)), responses((status = 200, body = Vec<DutyView>)))]
pub async fn outstanding(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let now = state.desk.clock.now();
        let duties = with_case(&req, &state, &no, |db, row| Ok(db.duties(&row)?)).await?;
        let open = duties.iter().filter(|duty| duty.status == "open");
        request::json(&open.map(|duty| DutyView::of_row(duty, now)).collect::<Vec<_>>())
    }
    .await;
    done(&req, result)
}

/// Where the dispatch catalogue would send the case: a suggestion, in the reader's language.
#[utoipa::path(get, path = "/api/v1/cases/{no}/route", tag = "cases",
    params(("no" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn route(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let (case, law) = (with_case(&req, &state, &no, case_of).await?, &state.desk.law);
        let found = law.route(&case, state.desk.clock.now()).ok_or_else(Problem::broken)?;
        let lang = lang_of(&req);
        let pick = |(zh, en): (&str, &str)| lang.pick(zh, en).to_owned();
        let route = json!({
            "unit": found.unit,
            "unit_name": found.unit.map(|unit| law.divisions.full_name(unit)),
            "department": found.department.map(pick),
            "stands_in": found.stands_in,
            "note": pick(found.note),
            "source": found.source,
            "catalogue": law.catalogue.version(),
        });
        request::json(&route)
    }
    .await;
    done(&req, result)
}

/// The one door for every act: `{act, expect?, …}`; the acts and their fields are in docs/LEDGER.md.
#[utoipa::path(post, path = "/api/v1/cases/{no}/entries", tag = "cases",
    params(("no" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Command,
    responses((status = 201, body = Value), (status = 403, body = ProblemDocument),
              (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument),
              (status = 422, body = ProblemDocument)))]
pub async fn act(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, Some(&who), &body)?;
        let (command, expect) = read_act(value, &req, &state)?;
        let request = asked(&who, &no, command, expect);
        Ok(send(state.desk.act(request, once).await?))
    }
    .await;
    done(&req, result)
}

/// The one contact that belongs to an open reply or return visit: `{tip}`. Each look is an entry in the ledger and
/// is counted on the informant's progress page.
#[utoipa::path(post, path = "/api/v1/cases/{no}/contact", tag = "cases",
    params(("no" = String, Path)), request_body = Value,
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument),
              (status = 409, body = ProblemDocument)))]
pub async fn contact(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, _) = json_body(&req, payload, &state).await?;
        let mut fields = Fields::new(value).map_err(Problem::faults)?;
        let number = |typed: &str| receipt::read_number(typed).ok_or(Why::CheckDigits);
        let tip = fields.needed("tip", MAX_WORDS, number);
        let tip = fields.finish(tip).map_err(Problem::faults)?.unwrap_or_default();
        let request = asked(&who, &no, Command::Look { tip }, None);
        let Informant { mode, name, phone, email } = state.desk.look(request).await?;
        request::json(&json!({ "mode": mode, "name": name, "phone": phone, "email": email }))
    }
    .await;
    done(&req, result)
}

/// An act as somebody asks for it through a route.
pub fn asked(who: &Principal, no: &str, command: Command, expect: Option<u32>) -> Request {
    Request { scope: who.scope(), case_no: no.to_owned(), command, actor: who.actor(), expect }
}
