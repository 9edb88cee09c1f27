//! Progress of one's own tip, by number and code; and what an informant may do about it. The code
//! travels in the body of a form and never in an address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Value, json};

use super::super::State;
use super::super::api::tips::read_act;
use super::super::problem::{Problem, status_of};
use super::super::request::{Done, done, lang_of, source};
use super::acts::{material, word};
use super::field::{Field, in_words, refill, to_json};
use super::form::{Form, ONCE, new_once};
use super::parts;
use super::site::{self, Site};
use crate::calendar::zone;
use crate::desk::progress::Progress;
use crate::desk::{DeskError, Once};
use crate::intake::Fault;
use crate::lang::Lang;
use crate::ledger::{Act, Command};
use crate::seal::proof::{Inclusion, Receipt};

/// Longest number or code that is looked at.
const MAX_TYPED: usize = 60;

#[derive(Template)]
#[template(path = "progress.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    fault: String,
    number: String,
    code: String,
    shown: Option<Shown>,
    told: &'static str,
    /// What was written in the form that was refused.
    written: String,
    /// What may be added besides words, with the files that are kept already.
    material: Vec<Field>,
    once: String,
}

struct Shown {
    words: String,
    received: String,
    steps: Vec<(String, String)>,
    question: String,
    question_until: String,
    replies: Vec<Reply>,
    looks: usize,
    may_appeal: bool,
    leaf: String,
    /// Salt and bytes.
    kept: String,
    proof: Option<Proof>,
}

/// Where the entry stands in the log, and how that is shown.
struct Proof {
    place: u64,
    size: u64,
    root: String,
    path: String,
    note: String,
}

impl From<Inclusion> for Proof {
    fn from(proof: Inclusion) -> Proof {
        let Inclusion { index, size, root, path, note, .. } = proof;
        Proof { place: index + 1, size, root, path: path.join("\n"), note }
    }
}

struct Reply {
    at: String,
    text: String,
    reason: &'static str,
    redirect: String,
}

impl Shown {
    fn of(progress: Progress, lang: Lang) -> Shown {
        let entry = progress.entry;
        Shown {
            words: progress.words,
            received: zone::shown(progress.received_at),
            steps: progress.steps.into_iter().map(|s| (zone::shown(s.at), s.words)).collect(),
            question: progress.question.unwrap_or_default(),
            question_until: progress.question_until.map(zone::shown_due).unwrap_or_default(),
            replies: progress
                .replies
                .into_iter()
                .map(|r| Reply {
                    at: zone::shown(r.at),
                    text: r.text,
                    reason: r.reason.and_then(|code| word(&code, lang)).unwrap_or_default(),
                    redirect: r.redirect.unwrap_or_default(),
                })
                .collect(),
            looks: progress.looks,
            may_appeal: progress.may_appeal,
            leaf: entry.leaf,
            kept: format!("{}\n{}", entry.salt, entry.bytes),
            proof: entry.proof.map(Proof::from),
        }
    }
}

/// `GET /progress`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let page = Page {
        s: Site::of(&req, &state),
        fault: String::new(),
        number: String::new(),
        code: String::new(),
        shown: None,
        told: "",
        written: String::new(),
        material: Vec::new(),
        once: new_once(),
    };
    done(&req, site::page(StatusCode::OK, &page))
}

/// `POST /progress`
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = Form::read(&req, payload, &state).await?;
        look(&req, &state, &form, Came::default()).await
    }
    .await;
    done(&req, result)
}

/// `POST /progress/proof`: the proof as a file, which `hotline verify receipt` checks.
pub async fn proof(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = Form::read(&req, payload, &state).await?;
        let (number, code) = (typed(&form, "number"), typed(&form, "code"));
        let lang = lang_of(&req);
        let found = state.desk.progress(number, code, &source(&req, &state), lang).await;
        match found.map(|progress| progress.entry.receipt(state.desk.verifier())) {
            Ok(Some(receipt)) => file(&receipt),
            Ok(None) => {
                let came = Came::refused(Problem::from(DeskError::NotYetSealed), lang);
                look(&req, &state, &form, came).await
            }
            // The page says what is wrong.
            Err(_) => look(&req, &state, &form, Came::default()).await,
        }
    }
    .await;
    done(&req, result)
}

/// A receipt to be saved. Its name says nothing: it may lie among other people's files.
fn file(receipt: &Receipt) -> Done {
    let text = serde_json::to_string_pretty(receipt).map_err(|_| Problem::broken())?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Content-Disposition", "attachment; filename=\"proof.json\""))
        .body(text))
}

/// `POST /progress/act`: `supplement` or `reopen`, then the progress as it stands.
pub async fn act(req: HttpRequest, state: web::Data<State>, payload: web::Payload) -> HttpResponse {
    let result: Done = async {
        let form = parts::with_evidence(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let mut value = to_json(&[material(s.lang)], &form);
        match form.get("act") {
            Some("supplement") => {
                value["act"] = json!(Act::Supplement);
                value["text"] = json!(form.get("text"));
            }
            _ => value = json!({ "act": Act::Reopen, "reason": form.get("text") }),
        }
        let body = format!("{} {value}", typed(&form, "number"));
        let once = form
            .get(ONCE)
            .map(|key| Once::new(&state.desk.vault, "public", req.path(), key, body.as_bytes()));
        let from = source(&req, &state);
        let done = async {
            let command = command(value, &form, &req, &state)?;
            let (number, code) = (typed(&form, "number"), typed(&form, "code"));
            let acted = state.desk.informant_act(number, code, &from, command, once).await;
            Ok::<_, Problem>(acted.map(|_| ())?)
        };
        match done.await {
            Ok(()) => {
                let told = match form.get("act") {
                    Some("supplement") => s.t("已收到您的补充，谢谢。", "Received, thank you."),
                    _ => s.t("申诉已收到，将重新办理。申诉只有一次，现已用完。", "Your appeal was received; the case is taken up again. There is one appeal, and this was it."),
                };
                let came = Came { status: StatusCode::CREATED, told, ..Came::default() };
                look(&req, &state, &form, came).await
            }
            Err(problem) => look(&req, &state, &form, Came::refused(problem, s.lang)).await,
        }
    }
    .await;
    done(&req, result)
}

/// The act, read by the door of programs; a file that was not taken is a fault like any other.
fn command(
    value: Value,
    form: &Form,
    req: &HttpRequest,
    state: &State,
) -> Result<Command, Problem> {
    let mut faults = form.faults.clone();
    if form.cut {
        return Err(Problem::faults(faults));
    }
    let read = read_act(value, req, state);
    match read {
        Ok((command, _)) if faults.is_empty() => Ok(command),
        Ok(_) => Err(Problem::faults(faults)),
        Err(problem) => {
            faults.extend(problem.into_faults()?);
            Err(Problem::faults(faults))
        }
    }
}

/// What came of a form, to be told above the progress.
#[derive(Default)]
struct Came {
    status: StatusCode,
    told: &'static str,
    fault: String,
    faults: Vec<Fault>,
}

impl Came {
    fn refused(problem: Problem, lang: Lang) -> Came {
        match problem.into_faults() {
            Ok(faults) => {
                let words: Vec<String> = faults.iter().map(|fault| in_words(fault, lang)).collect();
                let (status, fault) = (status_of(&faults), words.join("；"));
                Came { status, told: "", fault, faults }
            }
            Err(other) => {
                let (status, fault) = other.told(lang);
                Came { status, fault, ..Came::default() }
            }
        }
    }
}

fn typed<'a>(form: &'a Form, name: &str) -> &'a str {
    form.get(name).filter(|text| text.chars().count() <= MAX_TYPED).unwrap_or_default()
}

async fn look(req: &HttpRequest, state: &State, form: &Form, came: Came) -> Done {
    let s = Site::of(req, state);
    let Came { status, told, fault, faults } = came;
    let (number, code) = (typed(form, "number"), typed(form, "code"));
    let from = source(req, state);
    if number.is_empty() || code.is_empty() {
        let words = s.t("请填写举报编号和查询码", "Give number and code").to_owned();
        let page = Page {
            fault: words,
            number: number.to_owned(),
            code: code.to_owned(),
            shown: None,
            told: "",
            written: String::new(),
            material: Vec::new(),
            once: new_once(),
            s,
        };
        return site::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (status, fault, shown) = match state.desk.progress(number, code, &from, s.lang).await {
        Ok(progress) => (status, fault, Some(Shown::of(progress, s.lang))),
        Err(DeskError::Faults(faults)) => {
            let words = faults.first().map(|fault| in_words(fault, s.lang)).unwrap_or_default();
            (StatusCode::UNPROCESSABLE_ENTITY, words, None)
        }
        // Unknown number and wrong code are the same: the page is no oracle.
        Err(DeskError::NotFound) => {
            let words = s.t(
                "编号与查询码不相符，请对照回执核对（查询码中没有字母 O、I、L、U 和数字 0、1）",
                "Number and code do not go together; compare them with the receipt",
            );
            (StatusCode::NOT_FOUND, words.to_owned(), None)
        }
        Err(error @ DeskError::Throttled(_)) => {
            let (status, words) = Problem::from(error).told(s.lang);
            (status, words, None)
        }
        Err(other) => return Err(other.into()),
    };
    let mut material = vec![material(s.lang)];
    if told.is_empty() {
        refill(&mut material, form, &faults, s.lang);
    }
    let page = Page {
        fault,
        number: number.to_owned(),
        code: code.to_owned(),
        shown,
        material,
        told,
        written: if told.is_empty() { form.get("text").unwrap_or_default() } else { "" }.to_owned(),
        once: new_once(),
        s,
    };
    site::page(status, &page)
}
