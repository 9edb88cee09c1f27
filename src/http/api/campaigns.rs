//! Campaigns (专项督察) over a set of divisions and a time.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, json_body, once, page_of, send, staff};
use super::draws::MAX_ID;
use crate::calendar::zone;
use crate::desk::campaign::{About, MAX_DIVISIONS, NewCampaign, with_divisions, with_figures};
use crate::desk::enter::Principal;
use crate::intake::{Category, Reader as Fields, Why, tip};
use crate::place::Code;

/// Longest name.
const MAX_NAME: usize = 60;
/// Longest text.
const MAX_TEXT: usize = 2_000;
/// Longest day.
const MAX_DAY: usize = 10;

/// Reads what is asked for; a division outside one's own is not there.
pub fn read(value: Value, who: &Principal, state: &State) -> Result<NewCampaign, Problem> {
    let divisions = &state.desk.law.divisions;
    let mut fields = Fields::new(value).map_err(Problem::faults)?;
    let name = fields.needed_text("name", MAX_NAME);
    let typed = fields.texts("divisions", 1, MAX_DIVISIONS, tip::MAX_LINE);
    let mut codes: Vec<Code> = Vec::with_capacity(typed.len());
    for (at, text) in typed.iter().enumerate() {
        match tip::find_division(text, divisions) {
            Ok(code) if who.oversees(code) => codes.push(code),
            Ok(_) => fields.fault(&format!("divisions[{at}]"), Why::UnknownDivision),
            Err(why) => fields.fault(&format!("divisions[{at}]"), why),
        }
    }
    let about = fields.parsed("category", tip::MAX_LINE, |text| {
        let list = || {
            let mut fields: Vec<&str> = Category::all().map(Category::field).collect();
            fields.dedup();
            format!("{}, {}", fields.join(", "), "land.occupation …")
        };
        About::read(text).ok_or_else(|| Why::NotOneOf(list()))
    });
    let day = |text: &str| zone::parse_date(text).ok_or(Why::BadDate);
    let (from, to) = (fields.needed("from", MAX_DAY, day), fields.needed("to", MAX_DAY, day));
    let text = fields.needed_prose("text", MAX_TEXT);
    let (from, to) = fields.finish((from, to)).map_err(Problem::faults)?;
    let (Some(from), Some(to)) = (from, to) else { return Err(Problem::broken()) };
    let about = about.unwrap_or(About::Everything);
    let (unit, by) = (who.unit, who.user.clone());
    Ok(NewCampaign { name, divisions: codes, about, from, to, text, unit, by })
}

/// Opens a campaign: `{name, divisions, category?, from, to, text}`; `category` may be a field, such
/// as `mineral`. It is published in a notice.
#[utoipa::path(post, path = "/api/v1/campaigns", tag = "campaigns", request_body = Value,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Value), (status = 422, body = ProblemDocument)))]
pub async fn open(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, Some(&who), &body)?;
        let asked = read(value, &who, &state)?;
        Ok(send(state.desk.open_campaign(asked, once).await?))
    }
    .await;
    done(&req, result)
}

/// Campaigns, newest first.
#[utoipa::path(get, path = "/api/v1/campaigns", tag = "campaigns",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| {
            let rows = db.campaigns(after.as_deref(), limit + 1)?;
            with_divisions(db, rows)
        });
        let (all, next) = page_of(read.await?, limit, |one| one.row.id.clone());
        let (divisions, now) = (&state.desk.law.divisions, state.desk.clock.now());
        let items: Vec<Value> = all.iter().map(|one| one.view(divisions, now)).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// One campaign with its figures at the divisions on one's own line: `figures: [{division, received,
/// accepted, closed, founded}]`.
#[utoipa::path(get, path = "/api/v1/campaigns/{campaign}", tag = "campaigns",
    params(("campaign" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    campaign: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let unit = staff(&req)?.unit;
        let id = known(&campaign)?;
        let desk = state.desk.clone();
        let read = state
            .desk
            .store
            .read(move |db| with_figures(db, &id, unit, desk.law.units(desk.clock.now())));
        let (campaign, figures) = read.await?;
        let mut shown = campaign.view(&state.desk.law.divisions, state.desk.clock.now());
        shown["figures"] = json!(figures);
        request::json(&shown)
    }
    .await;
    done(&req, result)
}

/// Ends a campaign before its last day; one that has ended is ended.
#[utoipa::path(post, path = "/api/v1/campaigns/{campaign}/end", tag = "campaigns",
    params(("campaign" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn end(
    req: HttpRequest,
    state: web::Data<State>,
    campaign: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let id = known(&campaign)?;
        state.desk.end_campaign(&id, who.unit).await?;
        request::json(&json!({ "campaign": id }))
    }
    .await;
    done(&req, result)
}

/// An identifier that may be one.
pub fn known(id: &str) -> Result<String, Problem> {
    if id.len() > MAX_ID { Err(Problem::not_found()) } else { Ok(id.to_owned()) }
}
