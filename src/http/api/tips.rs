//! Tips: how they come in, and what their informants see.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{Done, done, guest, json, json_body, lang_of, now, once, send, source};
use crate::desk::progress::Progress;
use crate::desk::receive::{From, Received};
use crate::intake::{Fault, TipForm, Why, tip};
use crate::ledger::{Command, Role};

/// Roles that log tips.
pub const LOGGING: &[Role] = super::super::routes::READERS;
/// The header in which an informant shows the query code: never in a URL, which ends up in logs.
const CODE_HEADER: &str = "x-query-code";

/// Takes a tip in.
#[utoipa::path(post, path = "/api/v1/tips", tag = "tips", request_body = TipForm,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer for 24 hours")),
    responses((status = 201, body = Received), (status = 422, body = ProblemDocument)))]
pub async fn receive(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result = async {
        let who = guest(&req);
        if let Some(who) = &who
            && !who.roles.iter().any(|role| LOGGING.contains(role))
        {
            return Err(Problem::role(LOGGING));
        }
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, who.as_ref(), &body)?;
        let desk = &state.desk;
        let ground = tip::Ground {
            divisions: &desk.law.divisions,
            now: desk.clock.now(),
            staff: who.is_some(),
        };
        let tip = tip::check(TipForm::read(value), &ground).map_err(Problem::faults)?;
        let from = match who {
            Some(who) => From::Staff(who.actor()),
            None => From::Public { source: source(&req, &state) },
        };
        Ok(send(desk.receive(tip, from, once).await?))
    };
    done(&req, result.await)
}

/// Progress of one's own tip.
#[utoipa::path(get, path = "/api/v1/tips/{number}", tag = "tips",
    params(("number" = String, Path, description = "Number on the receipt"),
           ("X-Query-Code" = String, Header, description = "Code on the receipt")),
    responses((status = 200, body = Progress), (status = 404, body = ProblemDocument),
              (status = 429, body = ProblemDocument)))]
pub async fn progress(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let code = code(&req)?;
        let lang = lang_of(&req);
        json(&state.desk.progress(&number, &code, &source(&req, &state), lang).await?)
    }
    .await;
    done(&req, result)
}

/// What an informant does on the own tip: `supplement {text}` when asked, `reopen {reason}` once as
/// an appeal.
#[utoipa::path(post, path = "/api/v1/tips/{number}/entries", tag = "tips", request_body = Value,
    params(("number" = String, Path, description = "Number on the receipt"),
           ("X-Query-Code" = String, Header, description = "Code on the receipt")),
    responses((status = 201, body = Value), (status = 409, body = ProblemDocument)))]
pub async fn act(
    req: HttpRequest,
    state: web::Data<State>,
    number: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let code = code(&req)?;
        let (value, body) = json_body(&req, payload, &state).await?;
        let once = once(&req, &state, None, &body)?;
        let (command, _) = read_act(value, &req, &state)?;
        let answer =
            state.desk.informant_act(&number, &code, &source(&req, &state), command, once).await?;
        Ok(send(answer))
    }
    .await;
    done(&req, result)
}

fn code(req: &HttpRequest) -> Result<String, Problem> {
    let value = req.headers().get(CODE_HEADER).and_then(|value| value.to_str().ok());
    value.map(str::to_owned).ok_or_else(|| Problem::header("X-Query-Code"))
}

/// Reads `{act, expect?, …fields}`.
pub fn read_act(
    value: Value,
    req: &HttpRequest,
    state: &State,
) -> Result<(Command, Option<u32>), Problem> {
    let Value::Object(mut fields) = value else {
        return Err(Problem::faults(vec![Fault::new("", Why::WrongType("object"))]));
    };
    let act = match fields.remove("act") {
        Some(Value::String(act)) => act,
        Some(_) => return Err(Problem::faults(vec![Fault::new("act", Why::WrongType("string"))])),
        None => return Err(Problem::faults(vec![Fault::new("act", Why::Missing)])),
    };
    let expect = match fields.remove("expect") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
            let wrong =
                || Problem::faults(vec![Fault::new("expect", Why::WrongType("whole number"))]);
            Some(number.ok_or_else(wrong)?)
        }
    };
    let divisions = &state.desk.law.divisions;
    let command = Command::read(&act, Value::Object(fields), now(req), divisions);
    Ok((command.map_err(Problem::faults)?, expect))
}
