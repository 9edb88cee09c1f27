//! The OpenAPI document, made from the handlers themselves.

use utoipa::OpenApi;

use super::api::{
    cases, coverage, divisions, files, holds, reports, service, session, setup, tips,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "hotline", description = "A violation-report hotline that cannot lose a case"),
    paths(
        service::healthz,
        service::readyz,
        service::metrics,
        service::openapi,
        service::set_clock,
        session::log_in,
        session::who,
        session::log_out,
        setup::set_up,
        tips::receive,
        tips::progress,
        tips::act,
        files::upload,
        cases::list,
        cases::show,
        cases::entries,
        cases::outstanding,
        cases::act,
        cases::route,
        coverage::show,
        cases::contact,
        holds::list,
        holds::release,
        reports::list,
        reports::show,
        reports::balance_list,
        divisions::search,
    )
)]
struct Document;

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
