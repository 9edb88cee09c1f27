//! Enquiries (群众咨询) on one page: the form first, under the hand of who answers the telephone, then
//! what waits for an answer and what was answered.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::campaigns::known;
use super::super::api::enquiries::{read, read_answer, state_of};
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::acts::categories;
use super::field::{Field, Input, to_json};
use super::form::Form;
use super::look;
use super::sheet::{Sheet, once_of};
use super::site::{self, Site, see};
use crate::calendar::zone;
use crate::desk::enter::Principal;
use crate::intake::{Channel, receipt};
use crate::ledger::Role;
use crate::store::{EnquiryRow, EnquiryState, StoreError};

#[derive(Template)]
#[template(path = "enquiries.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    sheet: Sheet,
    /// An answer that was refused, above the list.
    told: String,
    may_write: bool,
    may_answer: bool,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    next: String,
}

struct Tab {
    path: &'static str,
    label: &'static str,
    here: bool,
}

struct Row {
    id: String,
    text: String,
    /// Empty where none was named.
    place: String,
    about: String,
    /// The tip that it turned out to be, and its case; empty for none.
    tip: String,
    case: String,
    unit: String,
    asked: String,
    answer: String,
    answered: String,
}

fn fields(s: &Site) -> Vec<Field> {
    let channels = Channel::ALL.map(|channel| {
        let (code, zh, en) = channel.names();
        (code, s.lang.pick(zh, en))
    });
    vec![
        Field::new("text", s.t("咨询内容", "Question"), Input::Prose(3)).hint(s.t(
            "只记问题，不记姓名、电话等个人信息",
            "The question alone: no name, no telephone number",
        )),
        Field::new("answer", s.t("答复", "Answer"), Input::Prose(3))
            .optional()
            .hint(s.t("当场答复的填在这里", "Where it was answered at once")),
        Field::new("category", s.t("类别", "Category"), Input::Menu)
            .choices(categories(s.lang))
            .filled("unknown"),
        Field::new("division", s.t("所在地", "Division"), Input::Division).optional(),
        Field::new("channel", s.t("渠道", "Channel"), Input::Menu)
            .choices(channels)
            .filled(Channel::Phone.code()),
    ]
}

/// `GET /enquiries`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let sheet = Sheet::blank(fields(&s));
        page(&req, &state, s, sheet, String::new()).await
    }
    .await;
    done(&req, result)
}

/// `POST /enquiries`
pub async fn receive(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let fields = fields(&s);
        let value = to_json(&fields, &form);
        let once = once_of(&req, &state, &who, &form, &value);
        let made = match read(value, &who, &state) {
            Ok(asked) => state.desk.take_enquiry(asked, once).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        match made {
            Ok(_) => Ok(see("/enquiries")),
            Err(problem) => {
                let sheet = Sheet::refused("enquiry", fields, &form, problem, s.lang)?;
                page(&req, &state, s, sheet, String::new()).await
            }
        }
    }
    .await;
    done(&req, result)
}

/// `POST /enquiries/{enquiry}/answer`
pub async fn answer(
    req: HttpRequest,
    state: web::Data<State>,
    enquiry: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let id = known(&enquiry)?;
        let wanted = vec![Field::new("answer", s.t("答复", "Answer"), Input::Prose(3))];
        let made = match read_answer(to_json(&wanted, &form)) {
            Ok(answer) => state
                .desk
                .answer_enquiry(&id, &answer, who.unit, &who.user)
                .await
                .map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        let Err(problem) = made else { return Ok(see("/enquiries")) };
        let refused = Sheet::refused("answer", wanted, &form, problem, s.lang)?;
        let words: Vec<String> = refused.notes.into_iter().map(|note| note.words).collect();
        let told = if words.is_empty() { refused.heading } else { words.join("；") };
        let sheet = Sheet { status: refused.status, ..Sheet::blank(fields(&s)) };
        page(&req, &state, s, sheet, told).await
    }
    .await;
    done(&req, result)
}

fn has(who: &Principal, roles: &[Role]) -> bool {
    who.roles.iter().any(|role| roles.contains(role))
}

async fn page(req: &HttpRequest, state: &State, s: Site, sheet: Sheet, told: String) -> Done {
    let who = staff(req)?;
    let mut query = Query::of(req)?;
    let chosen = state_of(&mut query);
    let asked = query.page();
    query.finish()?;
    let (unit, after, limit) = (who.unit, asked.after, asked.limit);
    let read = state.desk.store.read(move |db| {
        let rows = db.enquiries(unit, chosen, after, limit + 1)?;
        let cases = db.cases_of_enquiries(&rows)?;
        Ok::<_, StoreError>((rows, cases))
    });
    let (rows, cases) = read.await?;
    let cases: HashMap<String, String> = cases.into_iter().collect();
    let (rows, next) = page_of(rows, limit, |row| row.id.clone());
    let tab = |path, label, here| Tab { path, label, here };
    let tabs = vec![
        tab("/enquiries", s.t("全部", "All"), chosen.is_none()),
        tab("/enquiries?state=open", s.t("待答复", "Open"), chosen == Some(EnquiryState::Open)),
        tab(
            "/enquiries?state=answered",
            s.t("已答复", "Answered"),
            chosen == Some(EnquiryState::Answered),
        ),
        tab(
            "/enquiries?state=turned",
            s.t("已转为举报", "Became tips"),
            chosen == Some(EnquiryState::Turned),
        ),
    ];
    let divisions = &state.desk.law.divisions;
    let row = |row: EnquiryRow| Row {
        place: if row.has_place { look::place(&row.place, divisions) } else { String::new() },
        about: format!(
            "{} · {}",
            look::category(&row.category, s.lang),
            look::channel(&row.channel, s.lang)
        ),
        case: row.tip.as_ref().and_then(|tip| cases.get(tip).cloned()).unwrap_or_default(),
        tip: row.tip.as_deref().map(receipt::spoken).unwrap_or_default(),
        unit: look::place(&row.unit, divisions),
        asked: zone::shown(row.asked_at()),
        answered: row.answered_at().map(zone::shown).unwrap_or_default(),
        answer: row.answer.unwrap_or_default(),
        text: row.text,
        id: row.id,
    };
    let state_of = chosen.map(EnquiryState::name);
    let next = next.map(|after| {
        let pairs = [("state", state_of.unwrap_or_default()), ("after", after.as_str())];
        let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        format!("/enquiries?{}", encoded(kept))
    });
    let status = sheet.status;
    let page = Page {
        sheet,
        told,
        may_write: has(&who, &[Role::Operator]),
        may_answer: has(&who, &[Role::Operator, Role::Judge]),
        tabs,
        rows: rows.into_iter().map(row).collect(),
        next: next.unwrap_or_default(),
        s,
    };
    site::page(status, &page)
}
