//! How a due date comes about: of a question somebody asks, and of a duty of a case.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::cases::with_case;
use super::super::api::due::{GENERAL, asked, replayed};
use super::super::problem::Problem;
use super::super::request::{Done, Query, done};
use super::look;
use super::site::{self, Site};
use crate::calendar::{Explanation, Rules, Unit, course, versions, zone};
use crate::clock::Instant;
use crate::desk::course::account;
use crate::lang::Lang;
use crate::ledger::{Duty, duty::Status};

#[derive(Template)]
#[template(path = "due.html", config = "src/askama.toml")]
struct Simulator {
    s: Site,
    from: String,
    rules: Vec<Choice>,
    lanes: Vec<Choice>,
    units: Vec<Choice>,
    days: String,
    extended: String,
    faults: Vec<String>,
    answer: Option<Answer>,
}

#[derive(Template)]
#[template(path = "duty.html", config = "src/askama.toml")]
struct OfDuty {
    s: Site,
    no: String,
    duty: &'static str,
    owner: String,
    status: &'static str,
    /// The date that the case keeps; empty for none.
    kept: String,
    rule: String,
    agrees: bool,
    answer: Option<Answer>,
}

/// One choice of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A date and the way to it.
struct Answer {
    /// The last second in time; empty for none.
    due: String,
    /// The way in sentences.
    words: Vec<String>,
}

impl Answer {
    fn of(found: &Explanation, lang: Lang) -> Answer {
        let due = found.due.map(to_the_second).unwrap_or_default();
        Answer { due, words: found.words(lang) }
    }
}

/// `GET /due`: the simulator. Without a question it only asks.
pub async fn simulate(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let (now, rules) = (state.desk.clock.now(), &state.desk.law.rules);
        let mut query = Query::of(&req)?;
        let pairs = query.pairs();
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let (mut status, mut faults, mut answer) = (StatusCode::OK, Vec::new(), None);
        if !pairs.is_empty() {
            let found = asked(&mut query, rules, now);
            match query.finish() {
                Ok(()) => answer = found.map(|found| Answer::of(&found, s.lang)),
                Err(problem) => {
                    (status, faults) = problem.fault_words(s.lang, |field| label(field, s.lang));
                }
            }
        }
        let from = if pairs.is_empty() { zone::shown(now) } else { value("from").to_owned() };
        let page = Simulator {
            rules: of_rules(rules, value("rule"), s.lang),
            lanes: of_lanes(value("lane"), s.lang),
            units: of_units(value("unit"), s.lang),
            days: value("days").to_owned(),
            extended: value("extended").to_owned(),
            from,
            faults,
            answer,
            s,
        };
        site::page(status, &page)
    }
    .await;
    done(&req, result)
}

/// `GET /cases/{no}/duties/{duty}`: how the date of one duty came about.
pub async fn of_duty(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let result: Done = async {
        let (no, duty) = path.into_inner();
        let s = Site::of(&req, &state);
        let stored = with_case(&req, &state, &no, |db, row| Ok(db.entries(&row)?)).await?;
        let case = replayed(&stored)?;
        let duty = duty.parse().ok().and_then(|no: u32| case.duty(no));
        let duty = duty.ok_or_else(Problem::not_found)?;
        let law = &state.desk.law;
        let account = account(&case, duty, &law.rules, state.desk.clock.now());
        let page = OfDuty {
            duty: look::duty(duty.kind.name(), s.lang),
            owner: law.divisions.full_name(duty.owner),
            status: standing(duty, s.lang),
            kept: duty.due_at.filter(|_| !duty.paused).map(to_the_second).unwrap_or_default(),
            rule: look::rule(&duty.rule, s.lang),
            agrees: account.agrees,
            answer: account.explanation.map(|found| Answer::of(&found, s.lang)),
            no: case.no.clone(),
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

/// A due date is a last second; cut to the minute it would look like a minute less.
fn to_the_second(at: Instant) -> String {
    zone::rfc3339(at).get(..19).unwrap_or_default().replace('T', " ")
}

fn standing(duty: &Duty, lang: Lang) -> &'static str {
    match duty.status {
        Status::Open => lang.pick("未办结", "open"),
        Status::Discharged => lang.pick("已办结", "discharged"),
        Status::Lapsed => lang.pick("已终止", "lapsed"),
    }
}

fn of_rules(rules: &Rules, here: &str, lang: Lang) -> Vec<Choice> {
    let choice = |name: &str| {
        let label = versions::names(name).map_or(name, |(zh, en)| lang.pick(zh, en)).to_owned();
        Choice { value: name.to_owned(), label, chosen: here == name }
    };
    // In the order in which duties follow each other; a deployment's own after them.
    let known = versions::NEEDED.iter().map(|known| known.0);
    let own = rules.names().filter(|name| versions::names(name).is_none());
    known.chain(own).map(choice).collect()
}

fn of_lanes(here: &str, lang: Lang) -> Vec<Choice> {
    let general = (GENERAL, "一般", "general");
    let choice = |(value, zh, en): (&str, &str, &str)| Choice {
        value: value.to_owned(),
        label: lang.pick(zh, en).to_owned(),
        chosen: here == value,
    };
    [general].into_iter().chain(course::LANES).map(choice).collect()
}

fn of_units(here: &str, lang: Lang) -> Vec<Choice> {
    let choice = |unit: Unit| {
        let (zh, en) = match unit {
            Unit::Working => ("工作日", "working days"),
            Unit::Calendar => ("自然日", "calendar days"),
            Unit::Hours => ("小时", "hours"),
        };
        let label = lang.pick(zh, en).to_owned();
        Choice { value: unit.name().to_owned(), label, chosen: here == unit.name() }
    };
    Unit::ALL.into_iter().map(choice).collect()
}

fn label(field: &str, lang: Lang) -> &str {
    let (zh, en) = match field {
        "from" => ("起算时间", "beginning"),
        "rule" => ("规则", "rule"),
        "lane" => ("紧急程度", "severity"),
        "extended" => ("延长", "extension"),
        "days" => ("数量", "how many"),
        "unit" => ("单位", "unit"),
        other => return other,
    };
    lang.pick(zh, en)
}
