//! How the service itself is.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, done, json_body};
use super::super::{State, openapi as document};
use crate::calendar::zone;
use crate::intake::{Reader as Fields, Why};
use crate::store::{AuditRow, StoreError};

/// Longest text of an instant.
const MAX_INSTANT: usize = 64;

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, body = serde_json::Value)))]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// The service can do its work: its database answers, and takes what is written.
#[utoipa::path(get, path = "/readyz", tag = "service",
    responses((status = 200, body = serde_json::Value), (status = 503, body = ProblemDocument)))]
pub async fn readyz(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        state.desk.store.is_writable()?;
        let waiting = state.desk.store.read(|db| db.waiting()).await?;
        let last = state.desk.law.rules.workdays().last_year();
        request::json(&json!({
            "status": "ready",
            "has_room": state.desk.store.has_room().is_ok(),
            "log_waiting": waiting,
            "working_days_known_until": last,
        }))
    }
    .await;
    done(&req, result)
}

/// Metrics in the format of OpenMetrics, for programs on this machine.
#[utoipa::path(get, path = "/metrics", tag = "service", responses((status = 200, body = String)))]
pub async fn metrics(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let read = state.desk.store.read(|db| {
            let (sealed, waiting) = (db.log_size()?, db.waiting()?);
            Ok::<_, StoreError>((sealed, waiting, db.mail_state()?, db.last_audit()?))
        });
        let (sealed, waiting, mail, audit) = read.await?;
        state.metrics.log(sealed, waiting);
        let now = state.desk.clock.now();
        let age = mail.oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
        state.metrics.mail(mail.waiting, mail.dead, age);
        state.metrics.statements(crate::store::statements());
        let ended = audit.as_ref().and_then(AuditRow::ended_at);
        let faults = audit.as_ref().map_or(0, |audit| audit.faults);
        state.metrics.audit(faults, ended.map_or(-1, |at| (now - at).num_seconds().max(0)));
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Ok(HttpResponse::Ok().content_type(kind).body(state.metrics.text()))
    }
    .await;
    done(&req, result)
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "service", responses((status = 200, body = serde_json::Value)))]
pub async fn openapi(req: HttpRequest) -> HttpResponse {
    done(&req, request::json(&document::document()))
}

/// Sets the clock: `{now}`. Only a database made by `migrate --test` knows this path.
#[utoipa::path(put, path = "/test/clock", tag = "service", request_body = serde_json::Value,
    responses((status = 200, body = serde_json::Value), (status = 404, body = ProblemDocument)))]
pub async fn set_clock(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        if !state.test {
            return Err(Problem::not_found());
        }
        let (value, _) = json_body(&req, payload, &state).await?;
        let mut fields = Fields::new(value).map_err(Problem::faults)?;
        let instant = |text: &str| zone::parse_instant(text).ok_or(Why::BadTime);
        let now = fields.needed("now", MAX_INSTANT, instant);
        let now = fields.finish(now).map_err(Problem::faults)?.ok_or_else(Problem::broken)?;
        state.desk.set_test_clock(now).await?;
        request::json(&json!({ "now": state.desk.clock.now() }))
    }
    .await;
    done(&req, result)
}
