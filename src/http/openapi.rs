//! The OpenAPI document, made from the handlers themselves.

use utoipa::OpenApi;

use super::api::{
    alike, campaigns, cases, coverage, divisions, draws, due, enquiries, evidence, files, holds,
    notices, reports, seal, service, session, setup, supervision, tips,
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
        evidence::list,
        evidence::open,
        cases::list,
        cases::show,
        cases::entries,
        cases::outstanding,
        cases::act,
        alike::of_case,
        alike::of_typed,
        alike::history,
        supervision::situations,
        supervision::list,
        supervision::published,
        cases::route,
        coverage::show,
        cases::contact,
        holds::list,
        holds::release,
        reports::list,
        reports::show,
        reports::balance_list,
        due::reckon,
        due::of_duty,
        divisions::search,
        notices::list,
        seal::head,
        seal::proof,
        seal::consistency,
        seal::heads,
        seal::note,
        draws::announce,
        draws::list,
        draws::show,
        campaigns::open,
        campaigns::list,
        campaigns::show,
        campaigns::end,
        enquiries::receive,
        enquiries::list,
        enquiries::answer,
    )
)]
struct Document;

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
