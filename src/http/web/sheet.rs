//! A page's one form: empty, or as it was sent with what is wrong beside each field.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde_json::Value;

use super::super::State;
use super::super::problem::Problem;
use super::field::{Field, Note, refill, summary};
use super::form::{Form, ONCE, new_once};
use crate::desk::Once;
use crate::desk::enter::Principal;
use crate::lang::Lang;

/// A form as a template draws it.
pub struct Sheet {
    /// Status of the page.
    pub status: StatusCode,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What went wrong, above the form; empty where nothing did.
    pub heading: String,
    /// The same by field.
    pub notes: Vec<Note>,
    /// What makes it count once when it is sent twice.
    pub once: String,
}

impl Sheet {
    /// A form that nobody has sent yet.
    pub fn blank(fields: Vec<Field>) -> Sheet {
        let (heading, notes) = (String::new(), Vec::new());
        Sheet { status: StatusCode::OK, fields, heading, notes, once: new_once() }
    }

    /// The form called `name` as it was sent, with what was refused of it. What is not there, and
    /// what may not be seen, is a page of its own.
    pub fn refused(
        name: &str,
        mut fields: Vec<Field>,
        form: &Form,
        problem: Problem,
        lang: Lang,
    ) -> Result<Sheet, Problem> {
        let (status, heading, faults) = match problem.into_faults() {
            Ok(faults) => {
                let zh = "提交有误，请改正标出的各项；已填内容都还在";
                let en = "Some fields are at fault; what you wrote is still here";
                (StatusCode::UNPROCESSABLE_ENTITY, lang.pick(zh, en).to_owned(), faults)
            }
            Err(problem) => {
                let (status, words) = problem.told(lang);
                if status == StatusCode::NOT_FOUND {
                    return Err(Problem::not_found());
                }
                (status, words, Vec::new())
            }
        };
        refill(&mut fields, form, &faults, lang);
        let notes = summary(name, &fields, &faults, lang);
        let once = form.get(ONCE).map_or_else(new_once, str::to_owned);
        Ok(Sheet { status, fields, heading, notes, once })
    }
}

/// The key of a form, bound to who sends it, where, and what.
pub fn once_of(
    req: &HttpRequest,
    state: &State,
    who: &Principal,
    form: &Form,
    value: &Value,
) -> Option<Once> {
    let body = value.to_string();
    let key = form.get(ONCE)?;
    Some(Once::new(&state.desk.vault, &who.user, req.path(), key, body.as_bytes()))
}
