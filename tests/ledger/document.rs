//! docs/LEDGER.md is the specification that people read: it must name what the code knows.

use hotline::ledger::{Act, DutyKind, State};

use crate::refusals::CODES;

const PAGE: &str = include_str!("../../docs/LEDGER.md");

fn missing<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    names.into_iter().filter(|name| !PAGE.contains(&format!("`{name}`"))).collect()
}

#[test]
fn the_page_names_every_act_duty_state_and_refusal() {
    let nothing: [&str; 0] = [];
    assert_eq!(missing(Act::ALL.iter().map(|act| act.name())), nothing);
    assert_eq!(missing(DutyKind::ALL.map(DutyKind::name)), nothing);
    assert_eq!(missing(State::ALL.map(State::code)), nothing);
    assert_eq!(missing(CODES.iter().copied()), nothing);
}
