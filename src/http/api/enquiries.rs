//! Enquiries (群众咨询): questions that are not tips.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, json_body, once, page_of, send, staff};
use super::campaigns::known;
use crate::desk::enquire::{EnquiryView, MAX_TEXT, NewEnquiry};
use crate::desk::enter::Principal;
use crate::intake::{Category, Channel, Reader as Fields, Why, tip};
use crate::store::EnquiryState;

/// Longest name of a channel.
const MAX_CHANNEL: usize = 20;

/// Reads what is asked for.
pub fn read(value: Value, who: &Principal, state: &State) -> Result<NewEnquiry, Problem> {
    let divisions = &state.desk.law.divisions;
    let mut fields = Fields::new(value).map_err(Problem::faults)?;
    let channel = fields.needed("channel", MAX_CHANNEL, |text| {
        let list = || Channel::ALL.map(Channel::code).join(", ");
        Channel::find(text).ok_or_else(|| Why::NotOneOf(list()))
    });
    let division =
        fields.parsed("division", tip::MAX_LINE, |text| tip::find_division(text, divisions));
    let category = fields.parsed("category", tip::MAX_LINE, tip::find_category);
    let text = fields.needed_prose("text", MAX_TEXT);
    let answer = fields.prose("answer", MAX_TEXT);
    let channel = fields.finish(channel).map_err(Problem::faults)?;
    let channel = channel.ok_or_else(Problem::broken)?;
    let category = category.unwrap_or(Category::UNKNOWN);
    let (unit, by) = (who.unit, who.user.clone());
    Ok(NewEnquiry { channel, division, category, text, answer, unit, by })
}

/// Reads an answer.
pub fn read_answer(value: Value) -> Result<String, Problem> {
    let mut fields = Fields::new(value).map_err(Problem::faults)?;
    let answer = fields.needed_prose("answer", MAX_TEXT);
    fields.finish(answer).map_err(Problem::faults)
}

/// Reads the filter of a list: `state` is `open`, `answered` or `turned`.
pub fn state_of(query: &mut Query) -> Option<EnquiryState> {
    let names = || EnquiryState::ALL.map(EnquiryState::name).join(", ");
    query.read("state", |text| {
        let found = EnquiryState::ALL.into_iter().find(|state| state.name() == text);
        found.ok_or_else(|| Why::NotOneOf(names()))
    })
}

/// Writes an enquiry down: `{channel, division?, category?, text, answer?}`. It asks for nothing
/// personal, opens no case and stands in no balance.
#[utoipa::path(post, path = "/api/v1/enquiries", tag = "enquiries", request_body = Value,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = EnquiryView), (status = 422, body = ProblemDocument)))]
pub async fn receive(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, Some(&who), &body)?;
        let asked = read(value, &who, &state)?;
        Ok(send(state.desk.take_enquiry(asked, once).await?))
    }
    .await;
    done(&req, result)
}

/// Enquiries of the own desk and those below, newest first.
#[utoipa::path(get, path = "/api/v1/enquiries", tag = "enquiries",
    params(("state" = Option<String>, Query, description = "open, answered or turned"),
           ("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let unit = staff(&req)?.unit;
        let mut query = Query::of(&req)?;
        let chosen = state_of(&mut query);
        let page = query.page();
        query.finish()?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| db.enquiries(unit, chosen, after, limit + 1));
        let (rows, next) = page_of(read.await?, limit, |row| row.id.clone());
        let items: Vec<EnquiryView> = rows.into_iter().map(EnquiryView::of).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// Answers an enquiry, once: `{answer}`.
#[utoipa::path(post, path = "/api/v1/enquiries/{enquiry}/answer", tag = "enquiries",
    params(("enquiry" = String, Path)), request_body = Value,
    responses((status = 200, body = EnquiryView), (status = 404, body = ProblemDocument),
              (status = 422, body = ProblemDocument)))]
pub async fn answer(
    req: HttpRequest,
    state: web::Data<State>,
    enquiry: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, _) = json_body(&req, payload, &state).await?;
        let answer = read_answer(value)?;
        let id = known(&enquiry)?;
        request::json(&state.desk.answer_enquiry(&id, &answer, who.unit, &who.user).await?)
    }
    .await;
    done(&req, result)
}
