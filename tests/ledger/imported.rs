//! An old ledger's rows (DOMAIN 4b, last but two): what their entries discharge, and what they may
//! not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;

use hotline::intake::{TipForm, tip};
use hotline::ledger::entry::ByKind;
use hotline::ledger::opening::{Arrival, open};
use hotline::ledger::words::ImportStep;
use hotline::ledger::{
    Act, Actor, By, Case, Command, Entry, Refusal, Role, Situation, Stage, decide,
};

use super::changes::changes;
use super::desk::*;

/// The refusals that only an old ledger meets.
pub const CODES: [&str; 3] = ["not_imported", "old_dates", "no_disposition"];

const RECEIVED: &str = "2009-03-01 10:00";

/// A row of the county's old ledger, taken in on the day that the other tables here use.
struct Row {
    case: Case,
    entries: Vec<Entry>,
    now: DateTime<Utc>,
}

impl Row {
    fn new() -> Row {
        Row::of(ByKind::Import, json!({}))
    }

    fn of(kind: ByKind, more: serde_json::Value) -> Row {
        let now = at("2026-03-02 09:00");
        let mut form = json!({ "channel": "phone", "division": COUNTY, "text": "挖了三十亩耕地" });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reading = tip::Ground { divisions: ground().divisions, now, staff: true };
        let tip = tip::check(TipForm::read(form), &reading).ok().unwrap();
        let by = By { unit: Some(code(COUNTY)), ..By::nobody(kind) };
        let received_at = at(RECEIVED);
        let arrival = Arrival {
            case: "case-1".to_owned(),
            number: number(1),
            by,
            received_at,
            words: "00".repeat(32),
        };
        let first = open(&tip, arrival, ground(), now);
        Row { case: Case::begin(&first).unwrap(), entries: vec![first], now }
    }

    fn act(&mut self, actor: &Actor, command: &Command) -> Result<Entry, Refusal> {
        let situation =
            Situation { case: &self.case, past: &[], other: None, unknown_evidence: Vec::new() };
        let entry = decide(&situation, command, actor, ground(), self.now)?.entry;
        assert_eq!(entry.recorded_at, self.now, "nothing is back-dated");
        assert!(entry.stated_at <= entry.recorded_at, "dated forward: {entry:?}");
        self.case.apply(&entry);
        self.entries.push(entry.clone());
        assert_eq!(Case::replay(&self.entries).unwrap(), self.case);
        Ok(entry)
    }

    /// A step that must be recorded, and what it changed.
    #[track_caller]
    fn did(&mut self, command: &Command) -> (Entry, Vec<String>) {
        let before = self.case.clone();
        let entry = self.act(&import(COUNTY), command).unwrap();
        (entry, changes(&before, &self.case))
    }

    /// Carried on to a step.
    fn brought(mut self, steps: &[Command]) -> Row {
        for step in steps {
            self.did(step);
        }
        self
    }

    fn judged(mut self) -> Row {
        let judge = Actor::Staff { user: "j".into(), unit: code(COUNTY), roles: vec![Role::Judge] };
        self.act(&judge, &Command::Accept { category: None, severity: None }).unwrap();
        self
    }
}

fn import(unit: &str) -> Actor {
    Actor::Import { user: None, unit: Some(code(unit)), roles: Vec::new() }
}

fn step(step: ImportStep, day: &str, text: Option<&str>) -> Command {
    let text = text.map(str::to_owned);
    Command::Imported { step, at: at(day), file: "ab".repeat(32), row: 7, text }
}

fn accepted(day: &str) -> Command {
    step(ImportStep::Accepted, day, None)
}

fn disposed(day: &str) -> Command {
    step(ImportStep::Disposed, day, Some("已拆除复耕"))
}

fn closed(day: &str) -> Command {
    step(ImportStep::Closed, day, None)
}

/// Clocks begin on Monday 2 March 2026, when the row was taken over, not in 2009.
#[test]
fn each_step_discharges_what_it_accounts_for_and_nothing_is_left() {
    let mut row = Row::new();
    let (entry, did) = row.did(&accepted("2009-03-02"));
    assert_eq!(did, ["discharges judge", "opens dispatch 430121 2026-03-03"]);
    assert_eq!((entry.state.code(), entry.stated_at), ("accepted", at("2009-03-02")));
    let (entry, did) = row.did(&disposed("2009-04-01"));
    assert_eq!(did, ["clocks reply 2026-03-09", "discharges dispatch"]);
    assert_eq!((entry.state.code(), entry.stated_at), ("disposed", at("2009-04-01")));
    let fields = json!({ "step": "disposed", "at": at("2009-04-01"), "file": "ab".repeat(32),
                         "row": 7, "text": "已拆除复耕" });
    assert_eq!(entry.fields, fields);
    let (entry, did) = row.did(&closed("2009-05-01"));
    assert_eq!(did, ["discharges reply"]);
    assert_eq!((entry.state.code(), entry.stated_at), ("closed", at("2009-05-01")));
    // No visit about what was struck off years ago.
    assert!(row.case.duties.iter().all(|duty| !duty.is_open()));
    assert_eq!(row.case.is.stage, Stage::Closed);
    assert_eq!((entry.act, entry.by.kind), (Act::Imported, ByKind::Import));
}

#[test]
fn what_an_old_ledger_closed_can_be_reopened_like_any_other() {
    let steps = [accepted("2009-03-02"), disposed("2009-04-01"), closed("2009-05-01")];
    let mut row = Row::new().brought(&steps);
    let supervisor =
        Actor::Staff { user: "s".into(), unit: code(COUNTY), roles: vec![Role::Supervisor] };
    row.act(&supervisor, &Command::Reopen { reason: "现场又开工".to_owned() }).unwrap();
    let open = row.case.duties.iter().filter(|duty| duty.is_open());
    assert_eq!(open.map(|duty| duty.kind.name()).collect::<Vec<_>>(), ["verify", "reply"]);
}

#[test]
fn an_old_ledger_passes_the_same_gate_as_everybody() {
    let to_accepted = || Row::new().brought(&[accepted("2009-03-02")]);
    let to_disposed = || Row::new().brought(&[accepted("2009-03-02"), disposed("2009-04-01")]);
    let to_closed = || to_disposed().brought(&[closed("2009-05-01")]);
    let accused = || Row::of(ByKind::Import, json!({ "accused": "长沙县自然资源局" }));
    let said = |text| step(ImportStep::Disposed, "2009-04-01", text);
    let county = import(COUNTY);
    let schedule = Actor::Schedule;
    let roles = Role::ALL.to_vec();
    let staff = Actor::Staff { user: "x".into(), unit: code(COUNTY), roles };
    let rows: Vec<(&str, Row, &Actor, Command)> = vec![
        ("old_dates", Row::new(), &county, accepted("2009-03-01 09:59")),
        ("old_dates", Row::new(), &county, accepted("2026-03-02 09:01")),
        ("old_dates", to_accepted(), &county, disposed("2009-03-01 12:00")),
        ("old_dates", to_disposed(), &county, closed("2009-03-31")),
        ("old_dates", to_disposed(), &county, closed("2026-03-03")),
        ("no_disposition", to_accepted(), &county, said(None)),
        ("no_disposition", to_accepted(), &county, said(Some(" "))),
        ("outstanding", Row::new(), &county, closed("2009-05-01")),
        ("outstanding", to_accepted(), &county, closed("2009-05-01")),
        ("duty_not_open", Row::new(), &county, disposed("2009-04-01")),
        ("duty_not_open", to_accepted(), &county, accepted("2009-03-02")),
        ("duty_not_open", to_disposed(), &county, disposed("2009-04-01")),
        ("case_closed", to_closed(), &county, closed("2009-05-01")),
        // A call that somebody logged is no row; nor is a row on which somebody has acted.
        ("not_imported", Row::of(ByKind::Staff, json!({})), &county, accepted("2009-03-02")),
        ("not_imported", Row::new().judged(), &county, disposed("2009-04-01")),
        ("role_not_allowed", Row::new(), &staff, accepted("2009-03-02")),
        ("role_not_allowed", Row::new(), &schedule, accepted("2009-03-02")),
        // It speaks for its own unit and those below it; never for a unit that the tip accuses.
        ("not_your_duty", accused(), &county, accepted("2009-03-02")),
    ];
    let mut met = BTreeSet::new();
    for (code, mut row, actor, command) in rows {
        let refused = row.act(actor, &command).unwrap_err();
        assert_eq!(refused.code(), code, "{command:?}");
        met.insert(code);
    }
    assert!(CODES.iter().all(|code| met.contains(code)));
    let abroad = import(OTHER);
    assert_eq!(
        Row::new().act(&abroad, &accepted("2009-03-02")).unwrap_err().code(),
        "not_your_duty"
    );
    assert_eq!(
        to_disposed().act(&abroad, &closed("2009-05-01")).unwrap_err().code(),
        "not_your_duty"
    );
    // Nor is there a refusal where a superior, or the keeper of the service, brings the ledger.
    assert!(Row::new().act(&import(PROVINCE), &accepted("2009-03-02")).is_ok());
    let keeper = Actor::Import { user: None, unit: None, roles: Vec::new() };
    assert!(to_disposed().act(&keeper, &closed("2009-05-01")).is_ok());
}

/// Whoever gave an import's entry by hand could close anything.
#[test]
fn no_door_takes_an_old_ledger_s_entry() {
    let fields = json!({ "step": "closed", "at": "2009-05-01", "file": "ab", "row": 1 });
    let now = at("2026-03-02 09:00");
    assert!(Command::read("imported", fields, now, ground().divisions).is_err());
}
