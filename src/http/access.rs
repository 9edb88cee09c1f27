//! Who is asking, and whether they may: deny by default, for every route of the table.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};

use super::State;
use super::problem::Problem;
use super::request::SESSION_COOKIE;
use super::routes::{Access, ROUTES};
use crate::desk::enter::Principal;
use crate::store::CredentialKind;

/// The gate before every handler.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match admit(&req).await {
        Ok(who) => {
            if let Some(who) = who {
                req.extensions_mut().insert(who);
            }
            Ok(next.call(req).await?.map_into_boxed_body())
        }
        Err(problem) => {
            let answer = problem.answer(req.request());
            Ok(req.into_response(answer))
        }
    }
}

async fn admit(req: &ServiceRequest) -> Result<Option<Principal>, Problem> {
    let access = rule(req)?;
    let state = req.app_data::<web::Data<State>>().ok_or_else(Problem::broken)?;
    let who = principal(state, req).await?;
    match (access, &who) {
        (Access::Anyone, _) | (Access::Staff, Some(_)) => {}
        (Access::Roles(roles), Some(who)) if who.roles.iter().any(|r| roles.contains(r)) => {}
        (Access::Roles(roles), Some(_)) => return Err(Problem::role(roles)),
        (Access::Local, _) if is_local(req) => {}
        (Access::Local, _) => return Err(Problem::not_found()),
        (Access::Staff | Access::Roles(_), None) => return Err(Problem::login_needed()),
    }
    Ok(who)
}

/// Whether a path names control characters. No name of anything holds one, and not every database
/// takes them.
fn has_control(path: &str) -> bool {
    let coded = |(at, _): (usize, &str)| {
        let code = path.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        code.is_some_and(|code| code.is_ascii_control())
    };
    path.match_indices('%').any(coded)
}

/// The rule of the route that is asked for.
fn rule(req: &ServiceRequest) -> Result<Access, Problem> {
    if has_control(req.path()) {
        return Err(Problem::not_found());
    }
    let pattern = req.match_pattern().ok_or_else(Problem::not_found)?;
    let mut here = ROUTES.iter().filter(|route| route.path == pattern).peekable();
    if here.peek().is_none() {
        return Err(Problem::not_found());
    }
    let methods: Vec<&str> = here.clone().map(|route| route.method).collect();
    let found = here.find(|route| route.method == req.method().as_str());
    found.map(|route| route.access).ok_or_else(|| Problem::method(&methods))
}

/// Token or session. A credential that is shown and does not hold is refused, also where none is
/// needed: whoever shows one wants to act under it.
async fn principal(state: &State, req: &ServiceRequest) -> Result<Option<Principal>, Problem> {
    let bearer = req.headers().get(header::AUTHORIZATION);
    let shown = match bearer {
        Some(value) => {
            let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
            Some((token.unwrap_or_default().trim().to_owned(), CredentialKind::Token))
        }
        None => {
            let cookie = req.cookie(SESSION_COOKIE);
            cookie.map(|cookie| (cookie.value().to_owned(), CredentialKind::Session))
        }
    };
    // Only programs show tokens; anything else may be a browser that another site's page drives.
    // A login by such a page would put the reader into somebody else's account.
    if bearer.is_none() && !is_own_page(req) {
        return Err(Problem::foreign_page());
    }
    let Some((secret, kind)) = shown else { return Ok(None) };
    match state.desk.principal(&secret, kind).await? {
        Some(who) => Ok(Some(who)),
        // A browser goes on sending a cookie that has run out; without it the public pages work.
        None if kind == CredentialKind::Session && rule(req)? == Access::Anyone => Ok(None),
        None => Err(Problem::login_needed()),
    }
}

/// Whether a request of a browser comes from a page of this service: browsers say so by
/// `Sec-Fetch-Site` and `Origin`. Reading needs no such proof, the answer cannot be read elsewhere.
fn is_own_page(req: &ServiceRequest) -> bool {
    if req.method().is_safe() {
        return true;
    }
    let text = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site");
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let host = text("host").unwrap_or_default();
    let same_origin = text("origin").is_none_or(|origin| match origin {
        // Our pages send no referrer, so their forms hide the origin too: then the browser's own
        // word for it must be there, or, from a browser that has none, the token of the form.
        "null" => site.is_some() || !req.path().starts_with("/api/"),
        origin => origin.split_once("://").is_some_and(|(_, authority)| authority == host),
    });
    same_site && same_origin
}

/// Whether a program on this machine asks, and not a proxy on behalf of somebody elsewhere.
fn is_local(req: &ServiceRequest) -> bool {
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip"];
    let direct = !forwarded.iter().any(|name| req.headers().contains_key(*name));
    direct && req.peer_addr().is_some_and(|peer| peer.ip().is_loopback())
}
