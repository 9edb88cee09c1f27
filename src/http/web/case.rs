//! The page of a case: what is outstanding is its heart, then what may be done now and why the rest
//! may not, what informants said, and the ledger.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value;

use super::super::State;
use super::super::api::cases::{asked, case_of, with_case};
use super::super::api::tips::read_act;
use super::super::problem::{Problem, status_of};
use super::super::request::{Done, Query, done, lang_of, staff};
use super::acts::{self, Setting};
use super::alike::{AlikeView, EarlierView, Here, histories};
use super::field::{Field, Note, summary};
use super::form::{Form, ONCE};
use super::look;
use super::offers::{self, ActForm, Shut, offers, reason};
use super::owed::{self, Owed};
use super::parts;
use super::site::{self, Site, see};
use super::supervision::{ProposalView, proposals};
use super::tale::{self, TipView};
use super::timeline::{Line, Teller};
use crate::calendar::zone;
use crate::clock::Instant;
use crate::desk::book::Book;
use crate::desk::enter::Principal;
use crate::desk::evidence::Ledger;
use crate::desk::handle::past_of;
use crate::desk::{Desk, DeskError, Once, supervise};
use crate::intake::{Fault, Why, receipt};
use crate::ledger::agenda::{agenda, may};
use crate::ledger::situation::Proposal;
use crate::ledger::words::ListedFor;
use crate::ledger::{Act, Case, Duty, Refusal};
use crate::store::{StoredEntry, Testimony, TipRow};

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
    /// How pressing it is, where it is not the ordinary case.
    severity: &'static str,
    /// The case into which it was merged; empty for none.
    carrier: String,
    /// Identifiers and names of the campaigns in which it falls.
    campaigns: Vec<(String, String)>,
    opened: String,
    last_seq: u32,
    refused: Option<Refused>,
    faults: Vec<Note>,
    outstanding: Vec<Owed>,
    open: Vec<ActForm>,
    shut: Vec<Shut>,
    tips: Vec<TipView>,
    /// Cases that may be about the same matter; none once this one is over.
    alike: Vec<AlikeView>,
    /// Situations for which it may be listed; none for those who may not list it.
    proposals: Vec<ProposalView>,
    /// What happened before at its site and by its accused.
    history: Vec<EarlierView>,
    lines: Vec<Line>,
    /// How many entries came before those that are shown; empty for none.
    earlier: String,
}

/// Entries of the ledger that the page shows; the API gives all of them in pages.
const MAX_LINES: usize = 200;

fn latest(stored: &[StoredEntry]) -> &[StoredEntry] {
    &stored[stored.len().saturating_sub(MAX_LINES)..]
}

/// Why the act that was just asked for was not done.
struct Refused {
    words: String,
    owed: Vec<Owed>,
}

/// What was just tried on this page, to be shown again with what came of it.
#[derive(Default)]
struct Tried {
    act: Option<Act>,
    form: Form,
    outcome: Outcome,
}

/// `GET /cases/{no}`
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    no: web::Path<String>,
) -> HttpResponse {
    let result = page(&req, &state, &no, begun(&req)).await;
    done(&req, result)
}

/// An act that a link began: its form is unfolded, with the case or the situation that it is about.
fn begun(req: &HttpRequest) -> Tried {
    let Ok(mut query) = Query::of(req) else { return Tried::default() };
    let act = query.take("act").as_deref().and_then(Act::find);
    let case = query.take("case").filter(|case| is_number(case));
    let situation = query.take("situation").filter(|word| ListedFor::read(word).is_ok());
    let mut form = Form::default();
    let filled = [("case", case), ("situation", situation)]
        .into_iter()
        .all(|(name, value)| value.is_none_or(|value| form.push(name.to_owned(), value).is_ok()));
    Tried { act: act.filter(|_| filled), form, ..Tried::default() }
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
        let form = parts::with_evidence(&req, payload, &state).await?;
        let act = form.get("act").and_then(Act::find).filter(|act| act.is_command());
        let act = act.ok_or_else(|| Problem::faults(vec![Fault::new("act", Why::Missing)]))?;
        let case = with_case(&req, &state, &no, case_of).await?;
        let s = Site::of(&req, &state);
        let fields = acts::fields(act, form.get("tip"), &setting(&case, &state, &s));
        let value = acts::request(act, &fields, &form);
        let once = form.get(ONCE).map(|key| {
            let body = value.to_string();
            Once::new(&state.desk.vault, &who.user, req.path(), key, body.as_bytes())
        });
        if form.cut {
            let outcome = Outcome::Faults(form.faults.clone());
            return page(&req, &state, &no, Tried { act: Some(act), form, outcome }).await;
        }
        let files = form.faults.clone();
        match send(&req, &state, &who, &no, value, once, files).await? {
            Outcome::Recorded => Ok(see(&format!("/cases/{}", *no))),
            outcome => page(&req, &state, &no, Tried { act: Some(act), form, outcome }).await,
        }
    }
    .await;
    done(&req, result)
}

/// What came of an act.
#[derive(Default)]
enum Outcome {
    #[default]
    Recorded,
    Faults(Vec<Fault>),
    Refused(Refusal),
    /// Nothing could be kept; in words.
    Failed(StatusCode, String),
}

impl Outcome {
    fn status(&self) -> StatusCode {
        match self {
            Outcome::Recorded => StatusCode::OK,
            Outcome::Faults(faults) => status_of(faults),
            Outcome::Refused(_) => StatusCode::CONFLICT,
            Outcome::Failed(status, _) => *status,
        }
    }

    fn faults(&self) -> &[Fault] {
        match self {
            Outcome::Faults(faults) => faults,
            _ => &[],
        }
    }
}

async fn send(
    req: &HttpRequest,
    state: &State,
    who: &Principal,
    no: &str,
    value: Value,
    once: Option<Once>,
    mut faults: Vec<Fault>,
) -> Result<Outcome, Problem> {
    let (command, expect) = match read_act(value, req, state) {
        Ok(read) if faults.is_empty() => read,
        Ok(_) => return Ok(Outcome::Faults(faults)),
        Err(problem) => {
            // A file that was not taken is missing too; once is enough.
            let said = |fault: &Fault| faults.iter().any(|known| known.field == fault.field);
            let more = problem.into_faults()?.into_iter().map(acts::of_form);
            let more: Vec<Fault> = more.filter(|fault| !said(fault)).collect();
            faults.extend(more);
            return Ok(Outcome::Faults(faults));
        }
    };
    match state.desk.act(asked(who, no, command, expect), once).await {
        Ok(_) => Ok(Outcome::Recorded),
        Err(DeskError::Refused(refusal)) => Ok(Outcome::Refused(refusal)),
        Err(DeskError::Faults(faults)) => Ok(Outcome::Faults(faults)),
        Err(DeskError::NotFound) => Err(Problem::not_found()),
        Err(other) => {
            let (status, words) = Problem::from(other).told(lang_of(req));
            Ok(Outcome::Failed(status, words))
        }
    }
}

fn setting<'a>(case: &'a Case, state: &'a State, s: &Site) -> Setting<'a> {
    let desk = &state.desk;
    let (law, now) = (&desk.law, desk.clock.now());
    let (ground, route) = (law.ground(now), law.route(case, now));
    Setting { case, ground, now, route, lang: s.lang }
}

async fn page(req: &HttpRequest, state: &State, no: &str, tried: Tried) -> Done {
    let who = staff(req)?;
    let (desk, s) = (&state.desk, Site::of(req, state));
    let Book { row, case, ledger, told, files, campaigns, logins, alike, history } =
        desk.book(who.scope(), no).await?;
    let blind = case.is_blind(who.unit);
    let (now, lang, divisions) = (desk.clock.now(), s.lang, &desk.law.divisions);
    let past: Vec<_> = ledger.own.iter().map(|stored| past_of(&stored.entry)).collect();
    let items = agenda(&case, &past, &who.actor(), desk.law.ground(now), now);
    let setting = setting(&case, state, &s);
    let faults = tried.outcome.faults();
    let sent = offers::Tried { act: tried.act, form: &tried.form, faults };
    let (open, shut) = offers(items, &who, &sent, &setting);
    let list = |duties: &mut dyn Iterator<Item = &Duty>| owed::owed(duties, &told.tips, &setting);
    let may_look = |tip: &TipRow| {
        let (tip, ground) = (Some(&*tip.number), desk.law.ground(now));
        may(Act::Look, tip, &case, &past, &who.actor(), ground, now).is_ok()
    };
    let own = open.iter().find(|form| tried.act.is_some_and(|act| act.name() == form.act));
    let may_list = open.iter().any(|form| form.act == Act::List.name());
    let found = if may_list { found_in(&case, &ledger, &told, desk, now) } else { Vec::new() };
    let proposals = proposals(found, no, lang);
    let (id, mine): (&str, &[Field]) = own.map_or(("", &[]), |form| (&form.id, &form.fields));
    let reopens = who.actor().is_any(Act::Reopen.roles());
    let here = Here { no, offered: open.iter().map(|form| form.act).collect(), reopens };
    let (words, files) = (&told.words[..], &files[..]);
    let source = tale::Source { case: &case, words, ledger: &ledger, files, lang };
    let view = Page {
        title: told.title(),
        state: look::state(&row.state, lang),
        state_code: row.state.clone(),
        place: look::place(&row.place, divisions),
        unit: look::place(&row.holder, divisions),
        category: look::category(&row.category, lang),
        severity: look::severity(&row.severity, lang),
        carrier: case.shelf.as_ref().map_or_else(String::new, |shelf| shelf.into.clone()),
        campaigns: campaigns.into_iter().map(|one| (one.id, one.name)).collect(),
        opened: zone::shown(row.opened_at()),
        last_seq: case.last_seq,
        faults: summary(id, mine, faults, lang),
        refused: match &tried.outcome {
            Outcome::Refused(refusal) => Some(Refused {
                words: reason(refusal, &setting),
                owed: list(&mut refusal.outstanding().unwrap_or_default().iter()),
            }),
            Outcome::Failed(_, words) => Some(Refused { words: words.clone(), owed: Vec::new() }),
            _ => None,
        },
        outstanding: list(&mut case.duties.iter().filter(|duty| duty.is_open())),
        open,
        shut,
        tips: told.tips.iter().map(|tip| TipView::of(tip, &source, may_look(tip))).collect(),
        proposals,
        alike: alike.into_iter().map(|one| AlikeView::of(one, Some(&here), lang)).collect(),
        history: histories(history, &s),
        earlier: match ledger.own.len().saturating_sub(MAX_LINES) {
            0 => String::new(),
            earlier => earlier.to_string(),
        },
        lines: Teller { case: &case, law: &desk.law, files, logins: &logins, blind, lang }
            .lines(latest(&ledger.own)),
        no: row.no,
        s,
    };
    site::page(tried.outcome.status(), &view)
}

fn is_number(text: &str) -> bool {
    text.len() == receipt::NUMBER_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// The situations that the case may fit, by what was said and found.
fn found_in(
    case: &Case,
    ledger: &Ledger,
    told: &Testimony,
    desk: &Desk,
    now: Instant,
) -> Vec<Proposal> {
    let said = told.words.iter().flat_map(|words| {
        [words.title.as_deref(), Some(&*words.text), words.place_text.as_deref()]
    });
    let entries = ledger.own.iter().map(|stored| &stored.entry);
    supervise::proposals(&desk.law, case, entries, said.flatten().collect(), now)
}
