//! The one contact behind an open reply or return visit, for whoever answers or asks the informant.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::cases::asked;
use super::super::problem::Problem;
use super::super::request::{Done, done, staff};
use super::form::Form;
use super::look;
use super::site::{self, Site};
use crate::intake::{Informant, Mode, Reader as Fields, Why, receipt};
use crate::ledger::Command;

/// Longest text of a number.
const MAX_NUMBER: usize = 100;

#[derive(Template)]
#[template(path = "contact.html", config = "src/askama.toml")]
struct Contact {
    s: Site,
    no: String,
    tip: String,
    mode: &'static str,
    name: String,
    phone: String,
    email: String,
}

/// `POST /cases/{no}/contact`: each look is an entry.
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let typed = serde_json::json!({ "tip": form.get("tip") });
        let mut fields = Fields::new(typed).map_err(Problem::faults)?;
        let number = |typed: &str| receipt::read_number(typed).ok_or(Why::CheckDigits);
        let tip = fields.needed("tip", MAX_NUMBER, number);
        let tip = fields.finish(tip).map_err(Problem::faults)?.unwrap_or_default();
        let spoken = receipt::spoken(&tip);
        let look = state.desk.look(asked(&who, &no, Command::Look { tip }, None)).await?;
        let Informant { mode, name, phone, email } = look;
        let mode = match mode {
            Mode::Named => "named",
            Mode::Confidential => "confidential",
            Mode::Anonymous => "anonymous",
        };
        let page = Contact {
            no: no.to_string(),
            tip: spoken,
            mode: look::mode(mode, s.lang),
            name: name.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            email: email.unwrap_or_default(),
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}
