//! Logging a call: everything on one page, by keyboard, in the order in which callers speak.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value;

use super::super::State;
use super::super::api::campaigns::known;
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, staff};
use super::super::routes::SORTING;
use super::acts::categories;
use super::alike::AlikeView;
use super::field::{Field, Input, Note, refill};
use super::form::{ONCE, new_once};
use super::parts;
use super::site::{self, Site};
use super::tip::{Asked, Refused, Way, receipt_page, receive};
use crate::desk::DeskError;
use crate::desk::enter::Principal;
use crate::desk::receive::From;
use crate::intake::likeness::Typed;
use crate::intake::{Channel, TipForm};
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "call.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    facts: Vec<Field>,
    class: Vec<Field>,
    informant: Vec<Field>,
    material: Vec<Field>,
    heading: String,
    notes: Vec<Note>,
    once: String,
    /// The enquiry that this turns out to be a tip, while it is open; empty for none.
    enquiry: String,
    /// Cases that may be about the same matter; nothing where nobody has looked yet.
    alike: Option<Vec<AlikeView>>,
}

/// The button that only looks whether there is a case about the same matter, and logs nothing.
const CHECK: &str = "check";

fn asked(lang: Lang) -> Asked {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let mut asked = Asked::new(lang);
    let channels = Channel::ALL.map(|channel| {
        let (code, zh, en) = channel.names();
        (code, lang.pick(zh, en))
    });
    let channel = Field::new("channel", t("渠道", "Channel"), Input::Menu)
        .choices(channels)
        .filled(Channel::Phone.code());
    let category = Field::new("category", t("类别", "Category"), Input::Menu)
        .choices(categories(lang))
        .filled("unknown");
    for field in asked.all().flatten() {
        // Who logs all day needs no explanations between the fields.
        if field.input != Input::Division && field.input != Input::Files {
            field.hint.clear();
        }
        for choice in &mut field.choices {
            choice.hint.clear();
        }
        match field.name {
            "text" => t("举报内容", "Account").clone_into(&mut field.label),
            "division" => t("所在地", "Division").clone_into(&mut field.label),
            "informant.mode" => {
                t("举报方式", "Informant").clone_into(&mut field.label);
                "confidential".clone_into(&mut field.value);
            }
            _ => {}
        }
    }
    asked.facts.splice(1..1, [category, channel]);
    asked
}

/// `GET /call`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let mut asked = asked(s.lang);
        let mut query = Query::of(&req)?;
        let enquiry = query.take("enquiry");
        query.finish()?;
        let enquiry = match enquiry {
            Some(id) => begin_with(&mut asked, &req, &state, &id).await?,
            None => String::new(),
        };
        let keys = Keys { once: new_once(), enquiry };
        page(s, asked, Refused::not_yet(), keys, None)
    }
    .await;
    done(&req, result)
}

/// Begins the form with an enquiry that turned out to be a tip. Its identifier, while it is open: the
/// call then ends it.
async fn begin_with(
    asked: &mut Asked,
    req: &HttpRequest,
    state: &State,
    id: &str,
) -> Result<String, Problem> {
    let who = staff(req)?;
    if !who.roles.iter().any(|role| SORTING.contains(role)) {
        return Err(Problem::role(SORTING));
    }
    let (id, unit) = (known(id)?, who.unit);
    let found = state.desk.store.read(move |db| db.enquiry(unit, &id)).await?;
    let enquiry = found.ok_or_else(Problem::not_found)?;
    for field in asked.all().flatten() {
        match field.name {
            "text" => field.value.clone_from(&enquiry.text),
            "division" if enquiry.has_place => field.value.clone_from(&enquiry.place),
            "category" => field.value.clone_from(&enquiry.category),
            "channel" => field.value.clone_from(&enquiry.channel),
            _ => {}
        }
    }
    Ok(if enquiry.answered_at().is_none() { enquiry.id } else { String::new() })
}

/// What the form carries hidden.
struct Keys {
    once: String,
    enquiry: String,
}

fn page(
    s: Site,
    asked: Asked,
    refused: Refused,
    Keys { once, enquiry }: Keys,
    alike: Option<Vec<AlikeView>>,
) -> Done {
    let Asked { place, facts, informant, material } = asked;
    let Refused { status, heading, notes } = refused;
    let (class, facts): (Vec<Field>, Vec<Field>) = place
        .into_iter()
        .chain(facts)
        .partition(|field| matches!(field.name, "category" | "channel"));
    let page = Page { s, facts, class, informant, material, heading, notes, once, enquiry, alike };
    site::page(status, &page)
}

/// `POST /call`
pub async fn send(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = parts::with_evidence(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let mut asked = asked(s.lang);
        let value = asked.json(&form);
        let once = || form.get(ONCE).map_or_else(new_once, str::to_owned);
        let enquiry = form.get("enquiry").filter(|id| !id.is_empty()).map(known).transpose()?;
        let keys =
            |enquiry: Option<String>| Keys { once: once(), enquiry: enquiry.unwrap_or_default() };
        if form.get(CHECK).is_some() {
            asked.all().for_each(|fields| refill(fields, &form, &[], s.lang));
            let alike = alike(&state, &who, value, s.lang).await?;
            return page(s, asked, Refused::not_yet(), keys(enquiry), alike);
        }
        let way = Way { from: From::Staff(who.actor()), enquiry: enquiry.as_deref() };
        match receive(&req, &state, value.clone(), &form, way).await {
            Ok(taken) => receipt_page(&state, s, &taken, true).await,
            Err(error) => {
                // One that has ended is named once; sent again, the call stands for itself.
                let ended = matches!(&error, DeskError::Faults(faults)
                    if faults.iter().any(|fault| fault.field == "enquiry"));
                let refused = asked.refused("call", &form, error, s.lang);
                let alike = alike(&state, &who, value, s.lang).await?;
                page(s, asked, refused, keys(enquiry.filter(|_| !ended)), alike)
            }
        }
    }
    .await;
    done(&req, result)
}

/// Cases that may be about what was typed so far; nothing where that cannot be read.
async fn alike(
    state: &State,
    who: &Principal,
    typed: Value,
    lang: Lang,
) -> Result<Option<Vec<AlikeView>>, DeskError> {
    let desk = &state.desk;
    let typed = Typed::of(TipForm::read(typed), &desk.law.divisions, desk.clock.now());
    let Ok(typed) = typed else { return Ok(None) };
    let found = desk.alike_to(who.scope(), typed).await?;
    Ok(Some(found.into_iter().map(|one| AlikeView::of(one, None, lang)).collect()))
}
