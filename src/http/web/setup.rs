//! The first account of a fresh service, made by whoever can read its terminal (S4).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::problem::Problem;
use super::super::request::{Done, done, source};
use super::field::{Field, Input, Note, refill, summary};
use super::form::Form;
use super::site::{self, Site, see};
use crate::desk::enter::{MAX_LOGIN, MAX_PASSWORD};
use crate::desk::setup::SetupError;
use crate::intake::{Fault, Why, tip};
use crate::lang::Lang;

/// Longest token that is read at all; those on offer have 64 signs.
const MAX_TOKEN: usize = 128;

#[derive(Template)]
#[template(path = "setup.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    fields: Vec<Field>,
    heading: String,
    faults: Vec<Note>,
}

fn fields(lang: Lang) -> Vec<Field> {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    vec![
        Field::new("setup_token", t("一次性令牌", "One-time token"), Input::Line)
            .hint(t("服务启动时显示在终端上", "The terminal showed it when the service started")),
        Field::new("login", t("用户名", "Login"), Input::Line)
            .hint(t("2 到 64 位字母、数字、. - _", "2 to 64 of a-z A-Z 0-9 . - _")),
        Field::new("password", t("密码", "Password"), Input::Secret)
            .hint(t("至少 12 位；可以是几个词", "12 characters or more; several words do well")),
        Field::new("unit", t("单位", "Unit"), Input::Division)
            .hint(t("单位所在行政区划的名称或代码", "Name or code of its division")),
    ]
}

/// `GET /setup`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let s = Site::of(&req, &state);
    let (fields, heading, faults) = (fields(s.lang), String::new(), Vec::new());
    done(&req, site::page(StatusCode::OK, &Page { s, fields, heading, faults }))
}

/// `POST /setup`: makes the account, then leads to the login.
pub async fn set_up(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let (status, heading, faults) = match make(&req, &state, &form).await {
            Ok(()) => return Ok(see("/login")),
            Err(SetupError::Faults(faults)) => {
                let heading = s.t("提交有误", "Some fields are at fault").to_owned();
                (StatusCode::UNPROCESSABLE_ENTITY, heading, faults)
            }
            Err(other) => {
                let (status, words) = Problem::from(other).told(s.lang);
                (status, words, Vec::new())
            }
        };
        let mut fields = fields(s.lang);
        refill(&mut fields, &form, &faults, s.lang);
        // A password does not travel back.
        fields.iter_mut().filter(|f| f.input == Input::Secret).for_each(|f| f.value.clear());
        let faults = summary("setup", &fields, &faults, s.lang);
        site::page(status, &Page { s, fields, heading, faults })
    }
    .await;
    done(&req, result)
}

async fn make(req: &HttpRequest, state: &State, form: &Form) -> Result<(), SetupError> {
    let mut faults = Vec::new();
    let mut text = |name: &'static str, max: usize| {
        let typed = form.get(name).unwrap_or_default();
        match typed.chars().count() {
            0 => faults.push(Fault::new(name, Why::Missing)),
            length if length > max => faults.push(Fault::new(name, Why::TooLong { max })),
            _ => {}
        }
        typed
    };
    let (token, login) = (text("setup_token", MAX_TOKEN), text("login", MAX_LOGIN));
    let (password, unit) = (text("password", MAX_PASSWORD), text("unit", tip::MAX_LINE));
    let unit = match unit {
        "" => None,
        typed => tip::find_unit(typed, &state.desk.law.divisions)
            .map_err(|why| faults.push(Fault::new("unit", why)))
            .ok(),
    };
    let (Some(unit), []) = (unit, &faults[..]) else { return Err(SetupError::Faults(faults)) };
    let from = source(req, state);
    state.desk.set_up(token.trim(), login, password.to_owned(), unit, &from).await
}
