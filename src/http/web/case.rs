//! The page of a case: what is outstanding is its heart, then what may be done now and why the rest
//! may not, what informants said, and the ledger.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value;

use super::super::State;
use super::super::api::cases::asked;
use super::super::api::tips::read_act;
use super::super::problem::Problem;
use super::super::request::{Done, done, staff};
use super::acts::{self, Setting};
use super::field::{Field, Note, refill, summary};
use super::form::{Form, ONCE};
use super::look::{self, Due};
use super::site::{self, Site, see};
use super::timeline::{self, Line};
use crate::calendar::zone;
use crate::clock::new_id;
use crate::desk::enter::Principal;
use crate::desk::handle::past_of;
use crate::desk::{DeskError, Once};
use crate::intake::{Fault, Why, receipt};
use crate::ledger::agenda::{Item, agenda};
use crate::ledger::{Act, Case, Duty, DutyKind, Refusal, Role};
use crate::store::{CaseRow, StoredEntry, StoredWords, TipRow};

#[derive(Template)]
#[template(path = "case.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    no: String,
    title: String,
    state: &'static str,
    state_code: String,
    place: String,
    unit: String,
    category: String,
    opened: String,
    last_seq: u32,
    refused: Option<Refused>,
    faults: Vec<Note>,
    outstanding: Vec<Owed>,
    open: Vec<ActForm>,
    shut: Vec<(&'static str, String)>,
    tips: Vec<TipView>,
    lines: Vec<Line>,
}

/// Why the act that was just asked for was not done.
struct Refused {
    words: String,
    owed: Vec<Owed>,
}

/// A duty that is still owed.
struct Owed {
    duty: &'static str,
    owner: String,
    tip: String,
    due: Due,
    rule: String,
    blocking: bool,
}

/// An act that may be done now.
struct ActForm {
    act: &'static str,
    name: &'static str,
    /// Which tip it is for, where that matters.
    about: String,
    id: String,
    fields: Vec<Field>,
    has_files: bool,
    /// Unfolded: what comes next, or what was just tried.
    unfolded: bool,
    /// Where sending it would only bring the list of what is owed.
    warning: String,
    once: String,
}

struct TipView {
    number: String,
    channel: &'static str,
    mode: &'static str,
    received: String,
    occurred_on: String,
    said: Vec<Said>,
    /// Whether the contact behind an open reply may be looked at.
    may_look: bool,
}

struct Said {
    title: String,
    text: String,
    place_text: String,
    accused: String,
    point: String,
}

/// What is read of a case in one snapshot.
struct Book {
    row: CaseRow,
    case: Case,
    stored: Vec<StoredEntry>,
    tips: Vec<TipRow>,
    words: Vec<StoredWords>,
    logins: HashMap<String, String>,
}

/// What was just tried on this page, to be shown again with what came of it.
#[derive(Default)]
struct Tried {
    act: Option<Act>,
    form: Form,
    faults: Vec<Fault>,
    refusal: Option<Refusal>,
}

/// `GET /cases/{no}`
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result = page(&req, &state, &no, StatusCode::OK, Tried::default()).await;
    done(&req, result)
}

/// `POST /cases/{no}`: an act. What the ledger refuses comes back on the page, with what was typed.
pub async fn act(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let act = form.get("act").and_then(Act::find).filter(|act| act.is_command());
        let act = act.ok_or_else(|| Problem::faults(vec![Fault::new("act", Why::Missing)]))?;
        let book = book(&state, &who, &no).await?;
        let s = Site::of(&req, &state);
        let fields = acts::fields(act, form.get("tip"), &setting(&book.case, &state, &s));
        let value = acts::request(act, &fields, &form);
        let once = form.get(ONCE).map(|key| {
            let body = value.to_string();
            Once::new(&state.desk.vault, &who.user, req.path(), key, body.as_bytes())
        });
        let tried = |faults, refusal| Tried { act: Some(act), form, faults, refusal };
        match send(&req, &state, &who, &no, value, once).await {
            Ok(()) => Ok(see(&format!("/cases/{}", *no))),
            Err(Failure::Faults(faults)) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                page(&req, &state, &no, status, tried(faults, None)).await
            }
            Err(Failure::Refused(refusal)) => {
                page(&req, &state, &no, StatusCode::CONFLICT, tried(Vec::new(), Some(refusal)))
                    .await
            }
            Err(Failure::Other(problem)) => Err(problem),
        }
    }
    .await;
    done(&req, result)
}

enum Failure {
    Faults(Vec<Fault>),
    Refused(Refusal),
    Other(Problem),
}

async fn send(
    req: &HttpRequest,
    state: &State,
    who: &Principal,
    no: &str,
    value: Value,
    once: Option<Once>,
) -> Result<(), Failure> {
    let read = read_act(value, req, state);
    let (command, expect) = read.map_err(|problem| match problem.into_faults() {
        Ok(faults) => Failure::Faults(faults),
        Err(other) => Failure::Other(other),
    })?;
    match state.desk.act(asked(who, no, command, expect), once).await {
        Ok(_) => Ok(()),
        Err(DeskError::Refused(refusal)) => Err(Failure::Refused(refusal)),
        Err(DeskError::Faults(faults)) => Err(Failure::Faults(faults)),
        Err(other) => Err(Failure::Other(other.into())),
    }
}

async fn book(state: &State, who: &Principal, no: &str) -> Result<Book, Problem> {
    let (scope, no) = (who.scope(), no.to_owned());
    let read = state.desk.store.read(move |db| {
        let row = db.case(&scope, &no)?.ok_or(DeskError::NotFound)?;
        let stored = db.entries(&row)?;
        let case = Case::replay(stored.iter().map(|stored| &stored.entry));
        let case = case.ok_or(DeskError::Broken("a case without entries"))?;
        let mut users: Vec<String> =
            stored.iter().filter_map(|stored| stored.entry.by.user.clone()).collect();
        users.sort();
        users.dedup();
        let logins = db.logins(users)?.into_iter().collect();
        let (tips, words) = (db.tips(&row)?, db.words(&row)?);
        Ok::<_, DeskError>(Book { row, case, stored, tips, words, logins })
    });
    Ok(read.await?)
}

fn setting<'a>(case: &'a Case, state: &'a State, s: &Site) -> Setting<'a> {
    let desk = &state.desk;
    Setting { case, divisions: &desk.law.divisions, now: desk.clock.now(), lang: s.lang }
}

async fn page(
    req: &HttpRequest,
    state: &State,
    no: &str,
    status: StatusCode,
    tried: Tried,
) -> Done {
    let who = staff(req)?;
    let book = book(state, &who, no).await?;
    let (desk, s) = (&state.desk, Site::of(req, state));
    let (now, lang, divisions) = (desk.clock.now(), s.lang, &desk.law.divisions);
    let past: Vec<_> = book.stored.iter().map(|stored| past_of(&stored.entry)).collect();
    let items = agenda(&book.case, &past, &who.actor(), desk.law.ground(), now);
    let setting = setting(&book.case, state, &s);
    let (open, shut) = forms(items, &tried, &setting);
    let owed = |duty: &Duty| Owed {
        duty: look::duty(duty.kind.name(), lang),
        owner: divisions.full_name(duty.owner),
        tip: duty.tip.as_deref().map(receipt::spoken).unwrap_or_default(),
        due: look::due(duty.due_at.filter(|_| !duty.paused), now, lang),
        rule: duty.rule.clone(),
        blocking: duty.kind.is_blocking(),
    };
    let own = open.iter().find(|form| tried.act.is_some_and(|act| act.name() == form.act));
    let (id, mine): (&str, &[Field]) = own.map_or(("", &[]), |form| (&form.id, &form.fields));
    let view = Page {
        title: book.words.first().map_or_else(String::new, StoredWords::short_title),
        state: look::state(&book.row.state, lang),
        state_code: book.row.state.clone(),
        place: look::place(&book.row.place, divisions),
        unit: look::place(&book.row.holder, divisions),
        category: look::category(&book.row.category, lang),
        opened: zone::shown(book.row.opened_at()),
        last_seq: book.case.last_seq,
        faults: summary(id, mine, &tried.faults, lang),
        refused: tried.refusal.as_ref().map(|refusal| Refused {
            words: refusal.words(lang),
            owed: refusal.outstanding().unwrap_or_default().iter().map(owed).collect(),
        }),
        outstanding: book.case.duties.iter().filter(|duty| duty.is_open()).map(owed).collect(),
        open,
        shut,
        tips: book.tips.iter().map(|tip| tip_view(tip, &book, &who, &s)).collect(),
        lines: timeline::lines(&book.stored, &book.case, &book.logins, divisions, lang),
        no: book.row.no.clone(),
        s,
    };
    site::page(status, &view)
}

/// What may be done, with forms; and the rest with the reason why not.
fn forms(
    items: Vec<Item>,
    tried: &Tried,
    setting: &Setting<'_>,
) -> (Vec<ActForm>, Vec<(&'static str, String)>) {
    let lang = setting.lang;
    let (mut open, mut shut) = (Vec::new(), Vec::new());
    for item in items {
        let name = lang.pick(item.act.names().0, item.act.names().1);
        // A closing that is asked for too early is answered with the list: that list is the work.
        let owed = match &item.may {
            Err(Refusal::Outstanding(owed)) => owed.len(),
            _ => 0,
        };
        match item.may {
            Err(refusal) if owed == 0 => shut.push((name, refusal.words(lang))),
            _ => open.push(act_form(item.act, item.tip.as_deref(), name, owed, tried, setting)),
        }
    }
    shut.dedup();
    // The first act that moves the case stands open; notes and corrections never come first, nor
    // does an answer before there is anything to tell.
    let waits =
        |duty: &Duty| duty.kind == DutyKind::Reply && duty.is_open() && duty.rule.is_empty();
    let untold = setting.case.duties.iter().any(waits);
    let moves = |form: &&mut ActForm| {
        form.warning.is_empty()
            && !(untold && form.act == "reply")
            && !matches!(form.act, "note" | "correct" | "attempt_reply" | "reopen")
    };
    if !open.iter().any(|form| form.unfolded)
        && let Some(first) = open.iter_mut().find(moves)
    {
        first.unfolded = true;
    }
    (open, shut)
}

fn act_form(
    act: Act,
    tip: Option<&str>,
    name: &'static str,
    owed: usize,
    tried: &Tried,
    setting: &Setting<'_>,
) -> ActForm {
    let lang = setting.lang;
    let mut fields = acts::fields(act, tip, setting);
    let again = tried.act == Some(act) && tried.form.get("tip") == tip;
    if again {
        refill(&mut fields, &tried.form, &tried.faults, lang);
    }
    let warning = lang.pick(
        format!("现在申请会被退回：尚有 {owed} 项未办结"),
        format!("asking now will be refused: {owed} duties are outstanding"),
    );
    ActForm {
        act: act.name(),
        name,
        about: tip.map(receipt::spoken).unwrap_or_default(),
        id: format!("{}{}", act.name(), tip.unwrap_or_default()),
        has_files: fields.iter().any(|field| field.control() == "files"),
        fields,
        unfolded: again,
        warning: if owed > 0 { warning } else { String::new() },
        once: tried.form.get(ONCE).filter(|_| again).map_or_else(new_id, str::to_owned),
    }
}

fn tip_view(tip: &TipRow, book: &Book, who: &Principal, s: &Site) -> TipView {
    let lang = s.lang;
    let said = book.words.iter().filter(|words| words.tip == tip.number).map(|words| Said {
        title: words.title.clone().unwrap_or_default(),
        text: words.text.clone(),
        place_text: words.place_text.clone().unwrap_or_default(),
        accused: words.accused.clone().unwrap_or_default(),
        point: words
            .lon
            .zip(words.lat)
            .map(|(lon, lat)| format!("{lon}, {lat}"))
            .unwrap_or_default(),
    });
    let operator = who.roles.contains(&Role::Operator);
    TipView {
        channel: look::channel(&tip.channel, lang),
        mode: look::mode(&tip.mode, lang),
        received: zone::shown(tip.received_at()),
        occurred_on: tip.occurred_on.clone().unwrap_or_default(),
        said: said.collect(),
        may_look: operator
            && tip.mode != "anonymous"
            && book.case.open_reply(&tip.number).is_some(),
        number: receipt::spoken(&tip.number),
    }
}
