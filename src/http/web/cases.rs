//! The list of cases: what waits for me, what is late, what else there is. Filters stand in the
//! address, so that a list can be kept and sent on.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::filter::filter;
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::acts::categories;
use super::look::{self, Due};
use super::site::{self, Site};
use crate::calendar::zone;
use crate::desk::enter::Principal;
use crate::lang::Lang;
use crate::ledger::State as CaseState;
use crate::store::{CaseRow, DutyRow, StoreError, Turn, WaitsFor};

/// Cases of one page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "cases.html", config = "src/askama.toml")]
struct Cases {
    s: Site,
    tabs: Vec<Tab>,
    states: Vec<Option>,
    categories: Vec<Option>,
    chosen: Chosen,
    faults: Vec<String>,
    rows: Vec<Row>,
    next: String,
    first: bool,
    /// The same list from its beginning.
    begin: String,
    /// Whether it is in the order in which things are to be done.
    in_turn: bool,
}

struct Tab {
    path: &'static str,
    label: &'static str,
    here: bool,
}

struct Option {
    value: &'static str,
    label: String,
    chosen: bool,
}

/// What stands in the fields of the filter.
#[derive(Default)]
struct Chosen {
    q: String,
    division: String,
    unit: String,
    from: String,
    to: String,
    overdue: bool,
    todo: bool,
    campaign: String,
}

struct Row {
    no: String,
    title: String,
    state: &'static str,
    state_code: String,
    place: String,
    unit: String,
    category: String,
    /// How pressing it is, where it is not the ordinary case.
    severity: &'static str,
    opened: String,
    duty: String,
    due: Due,
}

/// `GET /cases`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let s = Site::of(&req, &state);
        let mut query = Query::of(&req)?;
        let pairs = query.pairs();
        let narrowed = filter(&mut query, &state, &who);
        let after = query.take("after");
        let (status, faults) = match query.finish() {
            Ok(()) => (StatusCode::OK, Vec::new()),
            Err(problem) => problem.fault_words(s.lang, |field| label(field, s.lang)),
        };
        let first = after.is_none();
        let in_turn = narrowed.waits_for.is_some();
        let (rows, next) = match faults.is_empty() {
            true => read(&state, &who, narrowed, after, s.lang).await?,
            false => (Vec::new(), None),
        };
        let next = next.map(|after| address(&pairs, &after)).unwrap_or_default();
        let page = Cases {
            tabs: tabs(&pairs, s.lang),
            states: states(&pairs, s.lang),
            categories: of_category(&pairs, s.lang),
            chosen: chosen(&pairs),
            faults,
            rows,
            next,
            first,
            begin: begin(&pairs),
            in_turn,
            s,
        };
        site::page(status, &page)
    }
    .await;
    done(&req, result)
}

type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

async fn read(
    state: &State,
    who: &Principal,
    filter: crate::store::CaseFilter,
    after: std::option::Option<String>,
    lang: Lang,
) -> Result<(Vec<Row>, std::option::Option<String>), Problem> {
    let (scope, waits) = (who.scope(), filter.waits_for.clone());
    let read = state.desk.store.read(move |db| {
        let keyed = match filter.waits_for {
            // What waits for somebody comes in the order in which it is to be done.
            Some(_) => {
                let after = after.as_deref().and_then(Turn::read);
                let found = db.in_turn(&scope, filter, after, PAGE + 1)?;
                found.into_iter().map(|(row, turn)| (row, turn.to_string())).collect()
            }
            None => {
                let found = db.cases(&scope, filter, after.as_deref(), PAGE + 1)?;
                found.into_iter().map(|row| (row.clone(), row.no)).collect::<Vec<_>>()
            }
        };
        let rows: Vec<CaseRow> = keyed.iter().map(|(row, _)| row.clone()).collect();
        let titles = db.titles(&rows)?;
        let duties = db.open_duties(&rows)?;
        Ok::<_, StoreError>((keyed, titles, duties))
    });
    let (rows, titles, duties) = read.await?;
    let titles: HashMap<String, String> = titles.into_iter().collect();
    let mut soonest: HashMap<String, DutyRow> = HashMap::new();
    for (case, duty) in duties.into_iter().filter(|(_, duty)| is_meant(duty, waits.as_ref())) {
        soonest.entry(case).or_insert(duty);
    }
    let (rows, next) = page_of(rows, PAGE, |(_, key)| key.clone());
    let row = |(case, _): (CaseRow, String)| row(case, &titles, &soonest, state, lang);
    Ok((rows.into_iter().map(row).collect(), next))
}

/// Whether a duty is one for which a list waits; any is where it does not wait for somebody.
fn is_meant(duty: &DutyRow, waits: std::option::Option<&WaitsFor>) -> bool {
    waits.is_none_or(|waits| duty.owner == waits.unit && waits.duties.contains(&duty.kind))
}

fn row(
    case: CaseRow,
    titles: &HashMap<String, String>,
    soonest: &HashMap<String, DutyRow>,
    state: &State,
    lang: Lang,
) -> Row {
    let divisions = &state.desk.law.divisions;
    let duty = soonest.get(&case.no);
    let due = duty.map(|duty| look::due(duty.due_at(), duty.paused, state.desk.clock.now(), lang));
    Row {
        title: titles.get(&case.no).cloned().unwrap_or_default(),
        state: look::state(&case.state, lang),
        place: look::place(&case.place, divisions),
        unit: look::place(&case.holder, divisions),
        category: look::category(&case.category, lang),
        severity: look::severity(&case.severity, lang),
        opened: zone::date_of(case.opened_at()).to_string(),
        duty: duty.map_or("", |duty| look::duty(&duty.kind, lang)).to_owned(),
        due: due.unwrap_or_default(),
        state_code: case.state,
        no: case.no,
    }
}

fn tabs(pairs: &Pairs, lang: Lang) -> Vec<Tab> {
    let plain = pairs.iter().all(|(name, _)| name == "after");
    let only = |name: &str, wanted: &str| pairs.len() == 1 && value(pairs, name) == wanted;
    let tab = |path, zh, en, here| Tab { path, label: lang.pick(zh, en), here };
    vec![
        tab("/cases?todo=true", "待我办理", "Waiting for me", only("todo", "true")),
        tab("/cases?overdue=true", "已逾期", "Overdue", only("overdue", "true")),
        tab("/cases?severity=danger", "危急", "Danger", only("severity", "danger")),
        tab("/cases", "全部案件", "All cases", plain),
        tab("/cases?state=closed", "已销号", "Closed", only("state", "closed")),
    ]
}

fn states(pairs: &Pairs, lang: Lang) -> Vec<Option> {
    let here = value(pairs, "state");
    let option = |state: CaseState| {
        let code = state.code();
        Option { value: code, label: look::state(code, lang).to_owned(), chosen: here == code }
    };
    CaseState::ALL.into_iter().map(option).collect()
}

fn of_category(pairs: &Pairs, lang: Lang) -> Vec<Option> {
    let here = value(pairs, "category");
    let option = |(value, label): (&'static str, &str)| Option {
        value,
        label: label.to_owned(),
        chosen: here == value,
    };
    categories(lang).map(option).collect()
}

fn chosen(pairs: &Pairs) -> Chosen {
    let text = |name: &str| value(pairs, name).to_owned();
    let yes = |name: &str| matches!(value(pairs, name), "true" | "1");
    Chosen {
        q: text("q"),
        division: text("division"),
        unit: text("unit"),
        from: text("from"),
        to: text("to"),
        overdue: yes("overdue"),
        todo: yes("todo"),
        campaign: text("campaign"),
    }
}

/// What a filter is called on the page.
fn label(field: &str, lang: Lang) -> &str {
    let (zh, en) = match field {
        "q" => ("编号或文字", "number or text"),
        "state" => ("状态", "state"),
        "category" => ("类别", "category"),
        "division" => ("所在地", "place"),
        "unit" => ("承办单位", "unit"),
        "severity" => ("紧急程度", "severity"),
        "from" => ("收到日期自", "received from"),
        "to" => ("收到日期至", "received to"),
        other => return other,
    };
    lang.pick(zh, en)
}

/// What narrows the list, wherever in it one is.
fn kept(pairs: &Pairs) -> impl Iterator<Item = (&str, &str)> {
    let kept = pairs.iter().filter(|(name, value)| name != "after" && !value.is_empty());
    kept.map(|(name, value)| (name.as_str(), value.as_str()))
}

/// The same list, after a case.
fn address(pairs: &Pairs, after: &str) -> String {
    format!("/cases?{}", encoded(kept(pairs).chain([("after", after)])))
}

/// The same list from its beginning.
fn begin(pairs: &Pairs) -> String {
    match encoded(kept(pairs)) {
        none if none.is_empty() => "/cases".to_owned(),
        query => format!("/cases?{query}"),
    }
}
