//! What an act must say before anybody decides on it, and what of it never enters the ledger.

use hotline::ledger::{Act, Command};
use serde_json::{Value, json};

use super::desk::*;
use super::says::*;
use super::stops::*;

/// The fields at fault, or none.
fn faults(what: &Value) -> Vec<String> {
    let Value::Object(mut fields) = what.clone() else { panic!("an act is an object") };
    let act = fields.remove("act").unwrap();
    let now = at("2026-03-02 09:00");
    let read = Command::read(act.as_str().unwrap(), fields.into(), now, ground().divisions);
    read.err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
}

fn with(mut what: Value, field: &str, value: Value) -> Value {
    what[field] = value;
    what
}

fn without(mut what: Value, field: &str) -> Value {
    what.as_object_mut().unwrap().remove(field);
    what
}

/// Two officers at the least, when, where, one piece of evidence at the least.
#[test]
fn a_verification_says_who_when_where_and_by_what() {
    let good = || verify("founded");
    assert!(faults(&good()).is_empty());
    let table = [
        (with(good(), "officers", json!(["张三"])), "officers"),
        (with(good(), "officers", json!([])), "officers"),
        // The same name twice is one officer.
        (with(good(), "officers", json!(["张三", "张三"])), "officers[1]"),
        (with(good(), "officers", json!(["张三", " "])), "officers[1]"),
        (without(good(), "at"), "at"),
        // Nothing is found before it is looked at.
        (with(good(), "at", json!("2026-03-02 09:01")), "at"),
        (without(good(), "place"), "place"),
        (with(good(), "evidence", json!([])), "evidence"),
        (without(good(), "evidence"), "evidence"),
        (with(good(), "evidence", json!(["photo.jpg"])), "evidence[0]"),
        (with(good(), "finding", json!("perhaps")), "finding"),
    ];
    for (what, field) in table {
        assert_eq!(faults(&what), [field], "{what}");
    }
}

/// A refusal says where to go instead; one for want of facts has nowhere to point to.
#[test]
fn nobody_is_turned_away_without_reason_and_direction() {
    let reasons = [
        "review_or_litigation",
        "staff_discipline",
        "ownership_or_compensation",
        "state_secret",
        "out_of_scope",
    ];
    for reason in reasons {
        assert!(faults(&refuse(reason)).is_empty(), "{reason}");
        assert_eq!(faults(&without(refuse(reason), "redirect")), ["redirect"], "{reason}");
        assert_eq!(faults(&with(refuse(reason), "redirect", json!("  "))), ["redirect"]);
    }
    assert!(faults(&without(refuse("insufficient"), "redirect")).is_empty());
    assert_eq!(faults(&without(refuse("insufficient"), "text")), ["text"]);
    assert_eq!(faults(&refuse("no_time")), ["reason"]);
}

/// One door: what the service itself writes cannot be sent to it, and a mistyped field is told.
#[test]
fn only_acts_with_a_door_are_read() {
    for act in Act::ALL {
        let own = act.name() == "look" || super::table::roles(act.name()).is_empty();
        let told = faults(&json!({"act": act.name()}));
        assert_eq!(told.contains(&"act".to_owned()), own, "{}", act.name());
    }
    assert_eq!(faults(&json!({"act": "delete"})), ["act"]);
    assert_eq!(faults(&with(sign(), "unit", json!(COUNTY))), ["unit"]);
    assert_eq!(faults(&dispatch("430122")), ["unit"], "no such division in the table");
    assert_eq!(faults(&reply("2603020000000122")), ["tip"], "the check digits do not fit");
}

/// A correction changes named fields of a named entry and says why.
#[test]
fn a_correction_names_what_it_corrects() {
    let good = || correct(1, json!({"category": "land.other"}));
    assert!(faults(&good()).is_empty());
    assert_eq!(faults(&without(good(), "text")), ["text"]);
    assert_eq!(faults(&without(good(), "seq")), ["seq"]);
    assert_eq!(faults(&without(good(), "fields")), ["fields"]);
    assert_eq!(faults(&correct(1, json!({"category": "land"}))), ["fields.category"]);
    assert_eq!(faults(&correct(1, json!({"division": "999999"}))), ["fields.division"]);
    assert_eq!(faults(&correct(5, json!({"at": "2026-03-09 08:00"}))), ["fields.at"]);
}

/// The informant's own words stay out of the entry, which is kept for ever and read by many.
#[test]
fn what_the_informant_adds_is_not_written_into_the_entry() {
    let mut world = World::at(Stop::Waiting);
    let entry = world.did(Who::Informant, supplement());
    let written = serde_json::to_string(&entry).unwrap();
    assert!(!written.contains("村口"), "{written}");
    assert_eq!((entry.by.user, entry.by.unit), (None, None));
    let first = serde_json::to_string(&world.entries[0]).unwrap();
    assert!(!first.contains("耕地"), "{first}");
}
