//! Every route with its rule. What is not in this table does not exist, and what has no rule is
//! denied.

use actix_web::middleware::from_fn;
use actix_web::{Route as Handler, web};

use super::api::tips::LOGGING;
use super::api::{
    alike, campaigns, cases, coverage, divisions, draws, due, enquiries, evidence, files, holds,
    notices, reports, seal, service, session, setup, supervision, tips,
};
use super::shield::shield;
use super::web as pages;
use crate::ledger::Role;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody; a login is used where there is one, and a wrong one is refused.
    Anyone,
    /// Anybody who is logged in.
    Staff,
    /// Those with one of these roles.
    Roles(&'static [Role]),
    /// Programs on this machine.
    Local,
}

/// One route.
pub struct Route {
    /// Method.
    pub method: &'static str,
    /// Path with its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: fn() -> Handler,
}

/// Those who read cases.
pub const READERS: &[Role] =
    &[Role::Operator, Role::Judge, Role::Handler, Role::Reviewer, Role::Supervisor];

/// Those who see what a flood brought.
pub const SORTING: &[Role] = &[Role::Operator, Role::Judge, Role::Supervisor];
/// Those who keep the service running.
pub const KEEPING: &[Role] = &[Role::Admin];
/// Those who let it back into the daily lists.
const RELEASING: &[Role] = &[Role::Operator, Role::Judge];
/// Those who answer enquiries; supervisors look at them, as at held tips.
const ANSWERING: &[Role] = RELEASING;
/// Those who announce draws, open campaigns, and watch over other units' cases.
const SUPERVISING: &[Role] = &[Role::Supervisor];

const fn route(
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: fn() -> Handler,
) -> Route {
    Route { method, path, access, handler }
}

/// The table.
pub const ROUTES: &[Route] = &[
    route("GET", "/healthz", Access::Anyone, || web::get().to(service::healthz)),
    route("GET", "/readyz", Access::Anyone, || web::get().to(service::readyz)),
    route("GET", "/metrics", Access::Local, || web::get().to(service::metrics)),
    route("GET", "/api/openapi.json", Access::Anyone, || web::get().to(service::openapi)),
    route("PUT", "/test/clock", Access::Anyone, || web::put().to(service::set_clock)),
    route("POST", "/api/v1/session", Access::Anyone, || web::post().to(session::log_in)),
    route("GET", "/api/v1/session", Access::Staff, || web::get().to(session::who)),
    route("DELETE", "/api/v1/session", Access::Staff, || web::delete().to(session::log_out)),
    // Whoever holds the token that the terminal showed; none is on offer once anybody has a login.
    route("POST", "/api/v1/setup", Access::Anyone, || web::post().to(setup::set_up)),
    route("POST", "/api/v1/tips", Access::Anyone, || web::post().to(tips::receive)),
    // Before the next, whose number stands for any word.
    route("POST", "/api/v1/tips/alike", Access::Roles(READERS), || web::post().to(alike::of_typed)),
    route("GET", "/api/v1/tips/{number}", Access::Anyone, || web::get().to(tips::progress)),
    route("POST", "/api/v1/tips/{number}/entries", Access::Anyone, || web::post().to(tips::act)),
    route("POST", "/api/v1/files", Access::Anyone, || web::post().to(files::upload)),
    route("GET", "/api/v1/cases", Access::Roles(READERS), || web::get().to(cases::list)),
    route("GET", "/api/v1/cases/{no}", Access::Roles(READERS), || web::get().to(cases::show)),
    route("GET", "/api/v1/cases/{no}/entries", Access::Roles(READERS), || {
        web::get().to(cases::entries)
    }),
    route("GET", "/api/v1/cases/{no}/outstanding", Access::Roles(READERS), || {
        web::get().to(cases::outstanding)
    }),
    route("GET", "/api/v1/cases/{no}/duties/{duty}/due", Access::Roles(READERS), || {
        web::get().to(due::of_duty)
    }),
    route("GET", "/api/v1/cases/{no}/files", Access::Roles(READERS), || {
        web::get().to(evidence::list)
    }),
    route("GET", "/api/v1/cases/{no}/files/{sha256}", Access::Roles(READERS), || {
        web::get().to(evidence::open)
    }),
    route("GET", "/api/v1/due", Access::Staff, || web::get().to(due::reckon)),
    route("GET", "/api/v1/cases/{no}/alike", Access::Roles(READERS), || {
        web::get().to(alike::of_case)
    }),
    route("GET", "/api/v1/cases/{no}/history", Access::Roles(READERS), || {
        web::get().to(alike::history)
    }),
    route("GET", "/api/v1/cases/{no}/situations", Access::Roles(READERS), || {
        web::get().to(supervision::situations)
    }),
    route("POST", "/api/v1/cases/{no}/entries", Access::Roles(READERS), || {
        web::post().to(cases::act)
    }),
    route("POST", "/api/v1/cases/{no}/contact", Access::Roles(&[Role::Operator]), || {
        web::post().to(cases::contact)
    }),
    route("GET", "/api/v1/holds", Access::Roles(SORTING), || web::get().to(holds::list)),
    route("POST", "/api/v1/holds/{group}/release", Access::Roles(RELEASING), || {
        web::post().to(holds::release)
    }),
    route("GET", "/api/v1/reports", Access::Staff, || web::get().to(reports::list)),
    route("GET", "/api/v1/reports/{id}", Access::Staff, || web::get().to(reports::show)),
    route("GET", "/api/v1/balance/{term}", Access::Roles(READERS), || {
        web::get().to(reports::balance_list)
    }),
    route("GET", "/api/v1/cases/{no}/route", Access::Roles(READERS), || {
        web::get().to(cases::route)
    }),
    route("GET", "/api/v1/coverage", Access::Staff, || web::get().to(coverage::show)),
    route("GET", "/api/v1/divisions", Access::Anyone, || web::get().to(divisions::search)),
    route("GET", "/api/v1/supervision", Access::Roles(SUPERVISING), || {
        web::get().to(supervision::list)
    }),
    route("GET", "/api/v1/seal", Access::Anyone, || web::get().to(seal::head)),
    route("GET", "/api/v1/seal/proof", Access::Anyone, || web::get().to(seal::proof)),
    route("GET", "/api/v1/seal/consistency", Access::Anyone, || web::get().to(seal::consistency)),
    route("GET", "/api/v1/seal/heads", Access::Anyone, || web::get().to(seal::heads)),
    route("GET", "/api/v1/seal/heads/{day}", Access::Anyone, || web::get().to(seal::note)),
    // What the service says to everybody, and what anybody needs to draw again.
    route("GET", "/api/v1/notices", Access::Anyone, || web::get().to(notices::list)),
    route("GET", "/api/v1/listed", Access::Anyone, || web::get().to(supervision::published)),
    route("GET", "/api/v1/draws", Access::Anyone, || web::get().to(draws::list)),
    route("POST", "/api/v1/draws", Access::Roles(SUPERVISING), || web::post().to(draws::announce)),
    route("GET", "/api/v1/draws/{draw}", Access::Anyone, || web::get().to(draws::show)),
    route("GET", "/api/v1/campaigns", Access::Staff, || web::get().to(campaigns::list)),
    route("POST", "/api/v1/campaigns", Access::Roles(SUPERVISING), || {
        web::post().to(campaigns::open)
    }),
    route("GET", "/api/v1/campaigns/{campaign}", Access::Staff, || web::get().to(campaigns::show)),
    route("POST", "/api/v1/campaigns/{campaign}/end", Access::Roles(SUPERVISING), || {
        web::post().to(campaigns::end)
    }),
    route("GET", "/api/v1/enquiries", Access::Roles(SORTING), || web::get().to(enquiries::list)),
    route("POST", "/api/v1/enquiries", Access::Roles(&[Role::Operator]), || {
        web::post().to(enquiries::receive)
    }),
    route("POST", "/api/v1/enquiries/{enquiry}/answer", Access::Roles(ANSWERING), || {
        web::post().to(enquiries::answer)
    }),
    // Pages.
    route("GET", "/", Access::Anyone, || web::get().to(pages::enter::home)),
    route("GET", "/assets/{name}", Access::Anyone, || web::get().to(pages::asset)),
    route("GET", "/login", Access::Anyone, || web::get().to(pages::enter::ask)),
    route("POST", "/login", Access::Anyone, || web::post().to(pages::enter::log_in)),
    route("POST", "/logout", Access::Staff, || web::post().to(pages::enter::log_out)),
    route("POST", "/language", Access::Anyone, || web::post().to(pages::enter::choose_language)),
    route("GET", "/tip", Access::Anyone, || web::get().to(pages::tip::ask)),
    route("POST", "/tip", Access::Anyone, || web::post().to(pages::tip::send)),
    route("GET", "/progress", Access::Anyone, || web::get().to(pages::progress::ask)),
    route("POST", "/progress", Access::Anyone, || web::post().to(pages::progress::show)),
    route("POST", "/progress/act", Access::Anyone, || web::post().to(pages::progress::act)),
    route("POST", "/progress/proof", Access::Anyone, || web::post().to(pages::progress::proof)),
    route("GET", "/seal", Access::Anyone, || web::get().to(pages::seal::show)),
    route("GET", "/call", Access::Roles(LOGGING), || web::get().to(pages::call::ask)),
    route("POST", "/call", Access::Roles(LOGGING), || web::post().to(pages::call::send)),
    route("GET", "/cases", Access::Roles(READERS), || web::get().to(pages::cases::list)),
    route("GET", "/cases/{no}", Access::Roles(READERS), || web::get().to(pages::case::show)),
    route("GET", "/cases/{no}/duties/{duty}", Access::Roles(READERS), || {
        web::get().to(pages::due::of_duty)
    }),
    // The same file as a program gets: it is kept and not shown.
    route("GET", "/cases/{no}/files/{sha256}", Access::Roles(READERS), || {
        web::get().to(evidence::open)
    }),
    route("GET", "/due", Access::Staff, || web::get().to(pages::due::simulate)),
    route("POST", "/cases/{no}", Access::Roles(READERS), || web::post().to(pages::case::act)),
    route("POST", "/cases/{no}/contact", Access::Roles(&[Role::Operator]), || {
        web::post().to(pages::contact::show)
    }),
    route("GET", "/setup", Access::Anyone, || web::get().to(pages::setup::ask)),
    route("POST", "/setup", Access::Anyone, || web::post().to(pages::setup::set_up)),
    route("GET", "/import", Access::Roles(LOGGING), || web::get().to(pages::import::ask)),
    route("POST", "/import", Access::Roles(LOGGING), || web::post().to(pages::import::take_in)),
    route("GET", "/holds", Access::Roles(SORTING), || web::get().to(pages::holds::list)),
    route("POST", "/holds/{group}/release", Access::Roles(RELEASING), || {
        web::post().to(pages::holds::release)
    }),
    route("GET", "/me", Access::Staff, || web::get().to(pages::me::ask)),
    route("POST", "/me", Access::Staff, || web::post().to(pages::me::set)),
    route("GET", "/letters", Access::Roles(KEEPING), || web::get().to(pages::letters::list)),
    route("POST", "/letters/{id}/revive", Access::Roles(KEEPING), || {
        web::post().to(pages::letters::revive)
    }),
    route("GET", "/reports", Access::Staff, || web::get().to(pages::reports::list)),
    route("GET", "/reports/{id}", Access::Staff, || web::get().to(pages::reports::show)),
    route("POST", "/reports/{id}/mail", Access::Staff, || web::post().to(pages::reports::mail)),
    route("GET", "/supervision", Access::Roles(SUPERVISING), || {
        web::get().to(pages::supervision::show)
    }),
    route("GET", "/listed", Access::Anyone, || web::get().to(pages::supervision::published)),
    route("GET", "/notices", Access::Anyone, || web::get().to(pages::notices::list)),
    route("GET", "/draws", Access::Roles(SUPERVISING), || web::get().to(pages::draws::list)),
    route("POST", "/draws", Access::Roles(SUPERVISING), || web::post().to(pages::draws::announce)),
    route("GET", "/campaigns", Access::Staff, || web::get().to(pages::campaigns::list)),
    route("POST", "/campaigns", Access::Roles(SUPERVISING), || {
        web::post().to(pages::campaigns::open)
    }),
    route("GET", "/campaigns/{campaign}", Access::Staff, || web::get().to(pages::campaigns::show)),
    route("POST", "/campaigns/{campaign}/end", Access::Roles(SUPERVISING), || {
        web::post().to(pages::campaigns::end)
    }),
    route("GET", "/enquiries", Access::Roles(SORTING), || web::get().to(pages::enquiries::list)),
    route("POST", "/enquiries", Access::Roles(&[Role::Operator]), || {
        web::post().to(pages::enquiries::receive)
    }),
    route("POST", "/enquiries/{enquiry}/answer", Access::Roles(ANSWERING), || {
        web::post().to(pages::enquiries::answer)
    }),
    route("GET", "/coverage", Access::Staff, || web::get().to(pages::coverage::show)),
    route("GET", "/balance/{term}", Access::Roles(READERS), || web::get().to(pages::balance::list)),
];

/// Whether a route is for anybody.
pub fn is_open(method: &str, path: &str) -> bool {
    let mut routes = ROUTES.iter();
    routes.any(|r| r.method == method && r.path == path && r.access == Access::Anyone)
}

/// Hands the table to the server.
pub fn register(app: &mut web::ServiceConfig) {
    for route in ROUTES {
        app.route(route.path, (route.handler)().wrap(from_fn(shield)));
    }
}
