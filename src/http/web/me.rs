//! What somebody wants by mail, and where it goes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::problem::Problem;
use super::super::request::{Done, done, staff};
use super::field::{Field, Input, Note, refill, summary};
use super::form::Form;
use super::site::{self, Site};
use crate::desk::DeskError;
use crate::desk::mailbox::Wishes;
use crate::intake::{Fault, Why};
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "me.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    fields: Vec<Field>,
    faults: Vec<Note>,
    saved: bool,
}

/// The two words by which a form says what is wanted.
const WANTED: [&str; 2] = ["yes", "no"];

fn fields(lang: Lang, wishes: &Wishes) -> Vec<Field> {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let choice = |name, label, wanted: bool| {
        let answers = [t("需要", "wanted"), t("不需要", "not wanted")];
        Field::new(name, label, Input::Radio)
            .choices(WANTED.into_iter().zip(answers))
            .filled(if wanted { "yes" } else { "no" })
    };
    vec![
        Field::new("email", t("电子邮箱", "E-mail"), Input::Line)
            .optional()
            .hint(t("留空即不再收到邮件", "Left empty, no letters come"))
            .filled(wishes.email.clone().unwrap_or_default()),
        Field::new("lang", t("邮件语言", "Language of the letters"), Input::Radio)
            .choices([("zh", "中文"), ("en", "English")])
            .filled(wishes.lang.name()),
        choice("work", t("待办、提醒与督办", "Assignments, reminders, supervision"), wishes.work),
        choice("digest", t("工作日早晨的待办汇总", "Digest on working mornings"), wishes.digest),
        choice("on_duty", t("值班：险情即时通知", "On duty: danger at once"), wishes.on_duty),
    ]
}

/// `GET /me`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let wishes = state.desk.wishes(&staff(&req)?.user).await?;
        let s = Site::of(&req, &state);
        let fields = fields(s.lang, &wishes);
        site::page(StatusCode::OK, &Page { s, fields, faults: Vec::new(), saved: false })
    }
    .await;
    done(&req, result)
}

/// `POST /me`
pub async fn set(req: HttpRequest, state: web::Data<State>, payload: web::Payload) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let done = match read(&form) {
            Ok(wishes) => state.desk.set_wishes(&who.user, &wishes).await,
            Err(faults) => Err(faults.into()),
        };
        let faults = match done {
            Ok(()) => Vec::new(),
            Err(DeskError::Faults(faults)) => faults,
            Err(other) => return Err(Problem::from(other)),
        };
        let mut fields = fields(s.lang, &Wishes::of(None));
        refill(&mut fields, &form, &faults, s.lang);
        let saved = faults.is_empty();
        let status = if saved { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let faults = summary("me", &fields, &faults, s.lang);
        site::page(status, &Page { s, fields, faults, saved })
    }
    .await;
    done(&req, result)
}

fn read(form: &Form) -> Result<Wishes, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut word = |name: &'static str, words: [&str; 2]| match form.get(name) {
        Some(said) if words.contains(&said) => said == words[0],
        Some(_) => {
            faults.push(Fault::new(name, Why::NotOneOf(words.join(", "))));
            false
        }
        None => {
            faults.push(Fault::new(name, Why::Missing));
            false
        }
    };
    let lang = if word("lang", ["zh", "en"]) { Lang::Zh } else { Lang::En };
    let (work, digest) = (word("work", WANTED), word("digest", WANTED));
    let on_duty = word("on_duty", WANTED);
    let email = form.get("email").map(|typed| typed.trim().to_owned());
    if faults.is_empty() { Ok(Wishes { email, lang, work, digest, on_duty }) } else { Err(faults) }
}
