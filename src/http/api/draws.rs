//! Random draws for re-checks: announced by supervisors, replayed by anybody.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{
    self, Done, Query, done, guest, json_body, once, page_of, send, staff,
};
use crate::calendar::zone;
use crate::desk::draw::{DrawKind, NewDraw, find_period};
use crate::desk::enter::Principal;
use crate::intake::{Reader as Fields, Why, tip};
use crate::place::Code;
use crate::store::DrawRow;

/// Longest identifier that is looked for.
pub const MAX_ID: usize = 64;
/// Longest name of a period.
const MAX_PERIOD: usize = 32;
/// Longest time.
const MAX_TIME: usize = 40;
/// Longest name of a kind.
const MAX_KIND: usize = 16;
/// All of them are drawn.
const WHOLE: u32 = 100;

/// Reads what is asked for; the scope is the own unit's where none is named, and never outside it.
pub fn read(value: Value, who: &Principal, state: &State) -> Result<NewDraw, Problem> {
    let divisions = &state.desk.law.divisions;
    let mut fields = Fields::new(value).map_err(Problem::faults)?;
    let kind = fields.needed("kind", MAX_KIND, |text| {
        let list = || DrawKind::ALL.map(DrawKind::name).join(", ");
        DrawKind::find(text).ok_or_else(|| Why::NotOneOf(list()))
    });
    let period = fields.needed("period", MAX_PERIOD, |text| {
        let list = || "2026-11, 2026-W47, 2026-Q4, 2026, 2026-11-01..2026-11-15".to_owned();
        find_period(text).ok_or_else(|| Why::NotOneOf(list()))
    });
    let scope = fields.parsed("scope", tip::MAX_LINE, |text| tip::find_division(text, divisions));
    let share = fields.count("share_percent");
    match share {
        Some(share) if share > WHOLE => fields.fault("share_percent", Why::OutOfRange("1–100")),
        Some(_) => {}
        None => fields.fault("share_percent", Why::Missing),
    }
    let draw_at =
        fields.parsed("draw_at", MAX_TIME, |text| zone::parse_instant(text).ok_or(Why::BadTime));
    let read = fields.finish((kind, period, share)).map_err(Problem::faults)?;
    let (Some(kind), Some(period), Some(share_percent)) = read else {
        return Err(Problem::broken());
    };
    let scope = scope.unwrap_or(who.unit);
    if !who.oversees(scope) {
        return Err(Problem::not_found());
    }
    Ok(NewDraw { kind, period, scope, share_percent, draw_at, by: who.user.clone() })
}

/// Announces a draw: `{kind: closed|refused, period, scope?, share_percent, draw_at?}`. What it is
/// made from and the seed are published at once; it is drawn as soon as that is sealed, or at
/// `draw_at`.
#[utoipa::path(post, path = "/api/v1/draws", tag = "draws", request_body = Value,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Value), (status = 404, body = ProblemDocument),
              (status = 422, body = ProblemDocument)))]
pub async fn announce(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, Some(&who), &body)?;
        let asked = read(value, &who, &state)?;
        Ok(send(state.desk.announce_draw(asked, once).await?))
    }
    .await;
    done(&req, result)
}

/// Draws, newest first.
#[utoipa::path(get, path = "/api/v1/draws", tag = "draws",
    params(("after" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Value)))]
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let page = query.page();
        query.finish()?;
        let (after, limit) = (page.after, page.limit);
        let read = state.desk.store.read(move |db| db.draws(after.as_deref(), limit + 1));
        let (rows, next) = page_of(read.await?, limit, |row| row.id.clone());
        let item = |row: &DrawRow| {
            json!({ "draw": row.id, "kind": row.kind, "period": row.period, "scope": row.scope,
                    "share_percent": row.share_percent, "draw_at": row.draw_at(),
                    "cases": row.population.lines().count(), "announced": row.announced,
                    "result": row.result })
        };
        let items: Vec<Value> = rows.iter().map(item).collect();
        request::json(&json!({ "items": items, "next": next }))
    }
    .await;
    done(&req, result)
}

/// Everything by which a draw can be replayed: `hotline draw verify` reads this document. Who could
/// have checked each case stands in it for staff whose unit holds the draw's scope alone.
#[utoipa::path(get, path = "/api/v1/draws/{draw}", tag = "draws",
    params(("draw" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument)))]
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    draw: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        if draw.len() > MAX_ID {
            return Err(Problem::not_found());
        }
        let id = draw.into_inner();
        let scope = {
            let id = id.clone();
            let row = state.desk.store.read(move |db| db.draw(&id)).await?;
            row.ok_or_else(Problem::not_found)?.scope
        };
        let whole = guest(&req).is_some_and(|who| sees_whole(&who, &scope));
        request::json(&state.desk.draw_document(&id, whole).await?)
    }
    .await;
    done(&req, result)
}

/// Whether somebody may see all of a draw over a scope.
fn sees_whole(who: &Principal, scope: &str) -> bool {
    let holds = scope.parse().is_ok_and(|scope: Code| who.oversees(scope));
    holds && who.roles.iter().any(|role| role.reads_cases())
}
