//! What a list of cases may be narrowed to, read off the query: the same for programs and pages.

use super::State;
use super::api::holds::MAX_GROUP;
use super::request::Query;
use crate::calendar::zone;
use crate::desk::enter::Principal;
use crate::intake::receipt::NUMBER_DIGITS;
use crate::intake::{Severity, Sought, Why, text, tip};
use crate::ledger::{DutyKind, Role, State as CaseState};
use crate::place::Code;
use crate::store::{CaseFilter, Held, WaitsFor};

/// Longest text searched for.
const MAX_WORDS: usize = 100;

/// Reads the filters of a list of cases; faults are noted in the query.
pub fn filter(query: &mut Query, state: &State, who: &Principal) -> CaseFilter {
    let divisions = &state.desk.law.divisions;
    let division = |text: &str| tip::find_division(text, divisions);
    let unit = |text: &str| tip::find_unit(text, divisions);
    let known_state = |text: &str| {
        let list = || CaseState::ALL.map(CaseState::code).join(", ");
        CaseState::find(text).ok_or_else(|| Why::NotOneOf(list()))
    };
    let day = |text: &str| zone::parse_date(text).ok_or(Why::BadDate);
    let yes_or_no = |text: &str| match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Why::NotOneOf("true, false".to_owned())),
    };
    let overdue = query.read("overdue", yes_or_no);
    let todo = query.read("todo", yes_or_no);
    let words = query.read("q", |text| match text.chars().count() {
        0..=MAX_WORDS => Ok(text.to_owned()),
        _ => Err(Why::TooLong { max: MAX_WORDS }),
    });
    let group = |text: &str| match text.len() {
        _ if text == "all" => Ok(Held::With),
        0..=MAX_GROUP => Ok(Held::Only(text.to_owned())),
        _ => Err(Why::TooLong { max: MAX_GROUP }),
    };
    // Callers read out the number on the receipt, officers that of the case: both are sixteen digits.
    let number = words.as_deref().and_then(number_of);
    CaseFilter {
        // What is late is shown, held or not: nothing may run out of time unseen.
        held: query.read("held", group).unwrap_or(match overdue {
            Some(true) => Held::With,
            _ => Held::Without,
        }),
        campaign: query.read("campaign", |text| match text.len() {
            0..=MAX_GROUP => Ok(text.to_owned()),
            _ => Err(Why::TooLong { max: MAX_GROUP }),
        }),
        state: query.read("state", known_state).map(|found| found.code().to_owned()),
        unit: query.read("unit", unit).map(|unit| unit.to_string()),
        places: query.read("division", division).map(Code::text_range),
        category: query.read("category", tip::find_category).map(|c| c.code().to_owned()),
        severity: query.read("severity", Severity::read).map(|s| s.code().to_owned()),
        overdue_at: overdue.filter(|wanted| *wanted).map(|_| state.desk.clock.now()),
        words: words.filter(|_| number.is_none()).as_deref().and_then(Sought::read),
        number,
        waits_for: todo.filter(|wanted| *wanted).map(|_| waits_for(who)),
        from: query.read("from", day).map(zone::start_of),
        to: query.read("to", day).map(|day| zone::start_of(day.succ_opt().unwrap_or(day))),
    }
}

/// A number as people write it, with its spaces and dashes taken out.
fn number_of(typed: &str) -> Option<String> {
    let digits: String =
        text::half_width(typed).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let plain = digits.len() == NUMBER_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then_some(digits)
}

/// What waits for somebody: duties of the unit that the person's roles discharge, and, for those
/// who handle, cases that wait for nothing but to be put forward for closing.
fn waits_for(who: &Principal) -> WaitsFor {
    let mine = |kind: &DutyKind| kind.roles().iter().any(|role| who.roles.contains(role));
    let duties = DutyKind::ALL.into_iter().filter(mine).map(|kind| kind.name().to_owned());
    let handles = who.roles.contains(&Role::Handler);
    WaitsFor {
        unit: who.unit.to_string(),
        duties: duties.collect(),
        state: handles.then(|| CaseState::Disposed.code().to_owned()),
    }
}
