//! Due dates that explain themselves: of a question somebody asks, and of a duty of a case.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::State;
use super::super::problem::{Problem, ProblemDocument};
use super::super::request::{self, Done, Query, done, lang_of};
use super::cases::with_case;
use crate::calendar::versions::MAX_AMOUNT;
use crate::calendar::{Course, Explanation, Rules, Unit, course, zone};
use crate::clock::Instant;
use crate::desk::DeskError;
use crate::desk::course::account;
use crate::desk::view::DutyView;
use crate::intake::Why;
use crate::lang::Lang;
use crate::ledger::Case;
use crate::store::StoredEntry;

/// The severity that has no rules of its own.
pub const GENERAL: &str = "general";

/// An explanation with its sentences.
#[derive(Serialize, ToSchema)]
struct Told {
    /// What the date was reckoned from, and the steps.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    explanation: Explanation,
    /// The same in sentences, in the reader's language.
    words: Vec<String>,
}

impl Told {
    fn of(explanation: Explanation, lang: Lang) -> Told {
        Told { words: explanation.words(lang), explanation }
    }
}

/// A duty and how its date came about.
#[derive(Serialize, ToSchema)]
struct DutyTold {
    duty: DutyView,
    /// `open`, `discharged` or `lapsed`.
    status: &'static str,
    /// By today's rules and calendar; absent while the clock has not begun.
    explanation: Option<Told>,
    /// Whether that is the date that the case keeps.
    agrees: bool,
}

/// When something is due, and how that comes about: by a rule, or by a number of days of one's own.
#[utoipa::path(get, path = "/api/v1/due", tag = "due",
    params(("from" = String, Query, description = "When the clock begins: RFC 3339, or local time"),
           ("rule" = Option<String>, Query), ("lane" = Option<String>, Query),
           ("days" = Option<u32>, Query), ("unit" = Option<String>, Query),
           ("extended" = Option<u32>, Query)),
    responses((status = 200, body = Told), (status = 422, body = ProblemDocument)))]
pub async fn reckon(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let mut query = Query::of(&req)?;
        let desk = &state.desk;
        let found = asked(&mut query, &desk.law.rules, desk.clock.now());
        query.finish()?;
        let found = found.ok_or_else(Problem::broken)?;
        request::json(&Told::of(found, lang_of(&req)))
    }
    .await;
    done(&req, result)
}

/// How the due date of one duty came about.
#[utoipa::path(get, path = "/api/v1/cases/{no}/duties/{duty}/due", tag = "due",
    params(("no" = String, Path), ("duty" = u32, Path, description = "Its number in the case")),
    responses((status = 200, body = DutyTold), (status = 404, body = ProblemDocument)))]
pub async fn of_duty(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    let result: Done = async {
        let (no, duty) = path.into_inner();
        let (now, lang) = (state.desk.clock.now(), lang_of(&req));
        let stored = with_case(&req, &state, &no, |db, row| Ok(db.entries(&row)?)).await?;
        let case = replayed(&stored)?;
        let duty = duty.parse().ok().and_then(|no: u32| case.duty(no));
        let duty = duty.ok_or_else(Problem::not_found)?;
        let account = account(&case, duty, &state.desk.law.rules, now);
        request::json(&DutyTold {
            duty: DutyView::of(duty, now),
            status: duty.status.name(),
            explanation: account.explanation.map(|found| Told::of(found, lang)),
            agrees: account.agrees,
        })
    }
    .await;
    done(&req, result)
}

/// A case from its entries.
pub fn replayed(stored: &[StoredEntry]) -> Result<Case, Problem> {
    let case = Case::replay(stored.iter().map(|stored| &stored.entry));
    case.ok_or_else(|| DeskError::Broken("a case without entries").into())
}

/// Reads a question off the query and answers it; `None` where faults were noted.
pub fn asked(query: &mut Query, rules: &Rules, now: Instant) -> Option<Explanation> {
    let instant = |text: &str| zone::parse_instant(text).ok_or(Why::BadTime);
    let from = needed(query, "from", instant);
    let extended = query.read("extended", |text| number(text, 0));
    let lane = query.read("lane", lane_of).flatten();
    match query.take("rule") {
        Some(name) => {
            none_of(query, ["days", "unit"]);
            let Some(name) = rules.names().find(|known| *known == name) else {
                let all = rules.names().collect::<Vec<_>>().join(", ");
                query.fault("rule", Why::NotOneOf(all));
                return None;
            };
            let course = Course { lane, extended: extended.unwrap_or(0), ..Course::since(from?) };
            let most = rules.extension(name, lane, course.from).unwrap_or(0);
            if course.extended > most {
                query.fault("extended", Why::NotOneOf(format!("0–{most}")));
                return None;
            }
            rules.explain(name, &course, now)
        }
        None => {
            if lane.is_some() {
                query.fault("lane", Why::NeedsPartner("rule"));
            }
            let days = needed(query, "days", |text| number(text, 1));
            let unit = needed(query, "unit", unit_of);
            let course = Course { extended: extended.unwrap_or(0), ..Course::since(from?) };
            Some(rules.simulate(days?, unit?, &course))
        }
    }
}

fn needed<T>(
    query: &mut Query,
    name: &'static str,
    parse: impl FnOnce(&str) -> Result<T, Why>,
) -> Option<T> {
    let found = query.read(name, parse);
    if found.is_none() && !query.is_at_fault(name) {
        query.fault(name, Why::Missing);
    }
    found
}

/// These do not go with what was asked for.
fn none_of(query: &mut Query, names: [&'static str; 2]) {
    for name in names {
        if query.take(name).is_some() {
            query.fault(name, Why::UnknownField);
        }
    }
}

fn number(text: &str, least: u32) -> Result<u32, Why> {
    let number = text.parse().ok().filter(|number| (least..=MAX_AMOUNT).contains(number));
    number.ok_or(Why::OutOfRange(if least == 0 { "0–10000" } else { "1–10000" }))
}

fn unit_of(text: &str) -> Result<Unit, Why> {
    let all = || Unit::ALL.map(Unit::name).join(", ");
    Unit::find(text).ok_or_else(|| Why::NotOneOf(all()))
}

fn lane_of(text: &str) -> Result<Option<&'static str>, Why> {
    if text == GENERAL {
        return Ok(None);
    }
    let all = || course::LANES.map(|lane| lane.0).join(", ");
    let found = course::lane(text).ok_or_else(|| Why::NotOneOf(format!("{GENERAL}, {}", all())));
    found.map(Some)
}
