//! docs/LEDGER.md is the specification that people read: its tables are read here as well, and say
//! what the code says, row by row.

use std::collections::{BTreeMap, BTreeSet};

use hotline::ledger::refusal::Standing;
use hotline::ledger::words::ImportStep;
use hotline::ledger::{Act, DutyKind, Refusal, Role, State};

use crate::refusals::{CODES, meetings};
use crate::table::needs;

const PAGE: &str = include_str!("../../docs/LEDGER.md");

/// The rows of the table whose header begins with a word; cells without their marks of code.
fn table(first: &str) -> Vec<Vec<String>> {
    let head = format!("| {first} |");
    let lines = PAGE.lines().skip_while(|line| !line.starts_with(&head)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let inner = row.trim().trim_matches('|');
        inner.split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells).collect()
}

fn column(rows: &[Vec<String>], at: usize) -> Vec<&str> {
    rows.iter().map(|row| row[at].as_str()).collect()
}

#[test]
fn the_table_of_duties_is_the_code() {
    let rows = table("Duty");
    let names: Vec<&str> = DutyKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(column(&rows, 0), names, "one row for each duty, in the order of a case's life");
    for (row, kind) in rows.iter().zip(DutyKind::ALL) {
        let said = |yes| if yes { "yes" } else { "no" };
        assert_eq!(row[3], said(kind.is_blocking()), "{}: blocks", kind.name());
        assert_eq!(row[4], said(kind.lapses()), "{}: lapses", kind.name());
    }
}

#[test]
fn the_table_of_acts_is_the_code() {
    let rows = table("Act");
    let names: BTreeSet<&str> = column(&rows, 0).into_iter().collect();
    assert_eq!(names.len(), rows.len(), "an act has two rows");
    assert_eq!(names, Act::ALL.iter().map(|act| act.name()).collect());
    for row in &rows {
        let act = Act::find(&row[0]).unwrap();
        assert_eq!(row.len(), 7, "{}", row[0]);
        let said: BTreeSet<Role> = match row[2].as_str() {
            "–" => BTreeSet::new(),
            roles => roles.split(", ").map(|role| role.parse().unwrap()).collect(),
        };
        assert_eq!(said, act.roles().iter().copied().collect(), "{}: roles", row[0]);
        // What it discharges must be open, and is what the walks ask for.
        let duty = needs(act.name());
        let when = format!("{} {}", row[4], row[5]);
        assert!(duty.is_none_or(|duty| when.contains(duty)), "{}: {duty:?}", row[0]);
        for kind in DutyKind::ALL.iter().filter(|kind| row[5] == kind.name()) {
            let merges = act == Act::Merge;
            assert!(merges || duty == Some(kind.name()), "{}: discharges {}", row[0], row[5]);
        }
    }
}

/// Codes and statuses, in the order in which they are asked (`refusals` holds the code to it).
#[test]
fn the_table_of_refusals_is_the_code() {
    let rows = table("Code");
    assert_eq!(column(&rows, 0), CODES);
    let mut met: BTreeMap<&str, Refusal> = BTreeMap::new();
    for (code, mut world, who, what) in meetings() {
        met.entry(code).or_insert_with(|| world.no(who, what, code));
    }
    met.insert("moved_on", Refusal::Moved { last_seq: 1 });
    // These `imported` meets.
    met.insert("not_imported", Refusal::NotImported);
    met.insert("old_dates", Refusal::OldDates(ImportStep::Closed));
    met.insert("no_disposition", Refusal::NoDisposition);
    for row in &rows {
        let status = match met[row[0].as_str()].standing() {
            Standing::NotAllowed => "403",
            Standing::Conflict => "409",
            Standing::BadField(_) => "422",
        };
        assert_eq!(row[1], status, "{}", row[0]);
    }
}

#[test]
fn the_page_names_every_state() {
    let states = State::ALL.map(State::code);
    let missing = states.iter().filter(|name| !PAGE.contains(&format!("`{name}`")));
    assert_eq!(missing.count(), 0);
}
