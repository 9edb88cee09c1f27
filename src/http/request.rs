//! What handlers read off a request, each bounded.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::problem::Problem;
use super::{State, pace};
use crate::clock::Instant;
use crate::desk::enter::Principal;
use crate::desk::{Answer, Once};
use crate::intake::{Fault, Why, text};
use crate::lang::Lang;

/// The session's cookie; the prefix binds it to this host, to `/` and to secure connections.
pub const SESSION_COOKIE: &str = "__Host-hotline";
/// The cookie of a reader who chose a language.
pub const LANG_COOKIE: &str = "hotline-lang";
/// Longest idempotency key.
const MAX_KEY: usize = 200;
/// Items of one page of a list.
pub const PAGE: i64 = 50;
/// Most items of one page of a list.
pub const MAX_PAGE: i64 = 500;

/// The answer of a handler.
pub type Done = Result<HttpResponse, Problem>;

/// Turns a handler's result into an answer.
pub fn done(req: &HttpRequest, result: Done) -> HttpResponse {
    result.unwrap_or_else(|problem| problem.answer(req))
}

/// An answer of the desk.
pub fn send(answer: Answer) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    HttpResponse::build(status).content_type("application/json").body(answer.body)
}

/// A value as JSON.
pub fn json(value: &impl serde::Serialize) -> Done {
    let body = serde_json::to_vec(value).map_err(|_| Problem::broken())?;
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}

/// The language that the reader chose on a page, or else asks for.
pub fn lang_of(req: &HttpRequest) -> Lang {
    if let Some(chosen) = req.cookie(LANG_COOKIE) {
        return Lang::of_header(chosen.value());
    }
    let accept = req.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accept.map_or(Lang::Zh, Lang::of_header)
}

/// The service's time.
pub fn now(req: &HttpRequest) -> Instant {
    let state = req.app_data::<web::Data<State>>();
    state.map_or_else(Instant::default, |state| state.desk.clock.now())
}

/// Who is asking, for routes that anybody may use.
pub fn guest(req: &HttpRequest) -> Option<Principal> {
    req.extensions().get::<Principal>().cloned()
}

/// Who is asking, for routes behind a login.
pub fn staff(req: &HttpRequest) -> Result<Principal, Problem> {
    guest(req).ok_or_else(Problem::login_needed)
}

/// Where the request comes from, for throttles only; never stored or logged.
pub fn source(req: &HttpRequest, state: &State) -> String {
    let peer = req.peer_addr().map(|peer| peer.ip());
    let header = req.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let source = peer.map(|peer| origin(peer, header.unwrap_or_default(), &state.trusted_proxies));
    source.map_or_else(String::new, |source| source.to_string())
}

/// The peer; behind trusted proxies the last address before them. What stands further left in the
/// header anybody may have written.
fn origin(peer: IpAddr, forwarded: &str, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let hops = forwarded.rsplit(',').map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.into_iter().find(|hop| !trusted.contains(hop)).unwrap_or(peer)
}

/// A JSON body with its bytes, which the idempotency key is bound to.
pub async fn json_body(
    req: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<(Value, Vec<u8>), Problem> {
    let kind = req.content_type();
    if !kind.is_empty() && kind != "application/json" && !kind.ends_with("+json") {
        return Err(Problem::media_type("application/json"));
    }
    let body = pace::bytes(payload, state.max_json_bytes, &state.bounds).await?;
    let value = serde_json::from_slice(&body)
        .map_err(|error| Problem::malformed(error.line(), error.column()))?;
    Ok((value, body))
}

/// The keyed request, where the client sent a key.
pub fn once(
    req: &HttpRequest,
    state: &State,
    who: Option<&Principal>,
    body: &[u8],
) -> Result<Option<Once>, Problem> {
    let Some(value) = req.headers().get("idempotency-key") else { return Ok(None) };
    let bad = || Problem::header("Idempotency-Key");
    let key = value.to_str().map_err(|_| bad())?;
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(bad());
    }
    let who = who.map_or("public", |who| who.user.as_str());
    Ok(Some(Once::new(&state.desk.vault, who, req.path(), key, body)))
}

/// How much of a list is wanted, and after what.
pub struct PageOf {
    /// After this item.
    pub after: Option<String>,
    /// So many.
    pub limit: i64,
}

/// Query parameters by name; a name that is not known is a fault, as an unknown field is.
pub struct Query {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Query {
    /// Reads the query string.
    pub fn of(req: &HttpRequest) -> Result<Query, Problem> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(req.query_string());
        let pairs =
            pairs.map_err(|_| Problem::faults(vec![Fault::new("", Why::WrongType("query"))]))?;
        let mut query = Query { pairs: pairs.into_inner(), faults: Vec::new() };
        // As in bodies: nothing that cannot be seen, and PostgreSQL takes no NUL in a text.
        let hidden = |pair: &mut (String, String)| pair.1.chars().any(text::is_forbidden);
        for (name, _) in query.pairs.extract_if(.., hidden) {
            query.faults.push(Fault::new(printable(&name), Why::ControlCharacter));
        }
        Ok(query)
    }

    /// Every parameter as sent, for a page that shows its filter again.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.pairs.iter().filter(|(_, value)| !value.is_empty()).cloned().collect()
    }

    /// Takes a parameter out; an empty one counts as not given.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.remove(place).1).filter(|value| !value.is_empty())
    }

    /// Takes a parameter out and reads it.
    pub fn read<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Why>) -> Option<T> {
        let value = self.take(name)?;
        parse(&value).map_err(|why| self.faults.push(Fault::new(name, why))).ok()
    }

    /// Notes a fault.
    pub fn fault(&mut self, name: &str, why: Why) {
        self.faults.push(Fault::new(name, why));
    }

    /// Whether a fault was noted in a parameter.
    pub fn is_at_fault(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.field == name)
    }

    /// Takes the page out.
    pub fn page(&mut self) -> PageOf {
        let limit = self.read("limit", |text| {
            let number = text.parse().ok().filter(|n| (1..=MAX_PAGE).contains(n));
            number.ok_or(Why::OutOfRange("1–500"))
        });
        PageOf { after: self.take("after"), limit: limit.unwrap_or(PAGE) }
    }

    /// The same of a list whose items are named by whole numbers: after which, and how many.
    pub fn numbered_page<N: FromStr>(&mut self) -> (Option<N>, i64) {
        let PageOf { after, limit } = self.page();
        let read = after.map(|after| after.parse());
        if let Some(Err(_)) = read {
            self.fault("after", Why::WrongType("whole number"));
        }
        (read.and_then(Result::ok), limit)
    }

    /// Whatever was at fault, parameters that nobody took included.
    pub fn finish(mut self) -> Result<(), Problem> {
        let unknown = self.pairs.into_iter();
        let unknown = unknown.map(|(name, _)| Fault::new(printable(&name), Why::UnknownField));
        self.faults.extend(unknown);
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::faults(self.faults)) }
    }
}

/// A query string of these parameters.
pub fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = pairs.map(|(name, value)| format!("{}={}", in_url(name), in_url(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A text as it stands in addresses and in headers (RFC 3986, RFC 8187).
pub fn in_url(text: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let one = |b: u8| if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

/// A parameter's name as it may be repeated.
fn printable(name: &str) -> String {
    name.chars().filter(|c| !text::is_forbidden(*c)).take(40).collect()
}

/// Cuts a list that was asked with one item more than the page: the items, and after which the next
/// page begins.
pub fn page_of<T>(
    mut items: Vec<T>,
    limit: i64,
    key: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(key);
    (items, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_header_moves_nobody() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let table = [
            ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
            ("10.0.0.1", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
        ];
        for (peer, header, source) in table {
            assert_eq!(origin(ip(peer), header, &proxies), ip(source), "{peer} {header}");
        }
    }
}
