//! A request's identifier, its one log line, its metrics, and the headers on every answer.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};
use tracing::Instrument;

use super::State;
use super::routes::ROUTES;
use super::server::Farewell;
use super::wire::InHand;
use crate::clock::{monotonic, new_id};
use crate::desk::enter::Principal;

/// Identifier of a request: in its log line, in its answer, in problem documents.
#[derive(Clone)]
pub struct RequestId(pub String);

/// The same for every answer, pages and errors alike (S25, S26): nothing may be loaded from
/// elsewhere, nothing runs that is not a file of ours, and no other site may frame or read it.
const HEADERS: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// A method as it is logged and counted: clients may invent names, which are theirs to keep.
fn known(method: &Method) -> &str {
    if ROUTES.iter().any(|route| route.method == method.as_str()) {
        method.as_str()
    } else {
        "other"
    }
}

/// Wraps every request.
pub async fn trace(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let _in_hand = InHand::take(&req);
    let id = new_id();
    req.extensions_mut().insert(RequestId(id.clone()));
    let route = req.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let method = known(req.method()).to_owned();
    let state = req.app_data::<web::Data<State>>().cloned();
    let farewell = req.app_data::<Farewell>().cloned();
    let began = monotonic();
    let span = tracing::info_span!("request", id, method, route);
    let mut answer = next.call(req).instrument(span.clone()).await?.map_into_boxed_body();
    let (took, status) = (began.elapsed(), answer.status().as_u16());
    if let Some(state) = state {
        state.metrics.answered(&method, &route, status, took);
    }
    let user = answer.request().extensions().get::<Principal>().map(|who| who.user.clone());
    span.in_scope(|| {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status, ms, user, "answered");
    });
    if farewell.is_some_and(|farewell| farewell.is_said()) {
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(answer)
}
