//! A table of entries, and whom each tells.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;

const COUNTY: &str = "430121";
const CITY: &str = "430100";

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::Duration::minutes(minute)
}

/// A case of one tip whose judge sits at the county, so far with its first entry.
fn first(severity: &str) -> Entry {
    let is = json!({ "stage": "pending", "holder": COUNTY, "place": COUNTY,
                     "category": "land.occupation", "severity": severity });
    serde_json::from_value(json!({
        "v": 1, "case": "26", "seq": 1, "act": "receive", "by": { "as": "public" },
        "recorded_at": at(0), "stated_at": at(0), "fields": {}, "is": is, "state": "pending",
        "tip": { "tip": "77", "channel": "web", "received_at": at(0), "desk": COUNTY, "words": "", "files": [] },
        "effects": [
            { "do": "open", "no": 1, "duty": "judge", "owner": COUNTY, "due": at(9), "rule": "r" },
            { "do": "open", "no": 2, "duty": "reply", "owner": COUNTY, "tip": "77", "rule": "" },
        ],
    }))
    .unwrap()
}

/// What an act on that case, by somebody of a unit, tells; the first entry's effects changed before.
fn told(start: Entry, act: &str, by: Value, change: Value, by_mail: bool) -> Vec<String> {
    let mut case = Case::begin(&start).unwrap();
    let mut next = serde_json::to_value(&start).unwrap();
    next["seq"] = json!(2);
    next["act"] = json!(act);
    next["by"] = by;
    next["was"] = next["is"].clone();
    next["is"]["stage"] = json!("open");
    next["effects"] = json!([]);
    next.as_object_mut().unwrap().remove("tip");
    for (name, value) in change.as_object().unwrap() {
        match name.as_str() {
            "holder" | "severity" => next["is"][name] = value.clone(),
            _ => next[name] = value.clone(),
        }
    }
    let entry: Entry = serde_json::from_value(next).unwrap();
    case.apply(&entry);
    words(&entry, &case, by_mail)
}

fn words(entry: &Entry, case: &Case, by_mail: bool) -> Vec<String> {
    let by_mail: Vec<String> = if by_mail { vec!["77".to_owned()] } else { vec![] };
    let notices = notices(entry, &Facts { case, by_mail: &by_mail, units: &Units::default() });
    let one = |Notice { matter, to }: Notice| {
        let to = match to {
            Audience::Unit { unit, roles } => {
                let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
                format!("{unit} {}", names.join("+"))
            }
            Audience::OnDuty { unit } => format!("{unit} on duty"),
            Audience::Informant { tip } => format!("informant {tip}"),
        };
        format!("{matter:?} → {to}")
    };
    notices.into_iter().map(one).collect()
}

fn staff(unit: &str) -> Value {
    json!({ "as": "staff", "user": "u", "unit": unit, "roles": ["judge"] })
}

fn opens(duty: &str, owner: &str) -> Value {
    json!({ "effects": [{ "do": "open", "no": 3, "duty": duty, "owner": owner, "due": at(9), "rule": "r" }] })
}

fn answer(means: &str) -> Value {
    json!({ "fields": { "tip": "77", "means": means, "text": "已核实" } })
}

#[test]
fn each_entry_tells_those_who_must_know() {
    let row = |act, by: &str, change: Value| told(first("general"), act, staff(by), change, true);
    let sign = format!("Assigned {{ no: 3 }} → {COUNTY} handler");
    let news = "Changed { asks: false } → informant 77";
    let table: Vec<(Vec<String>, Vec<&str>)> = vec![
        (row("dispatch", COUNTY, opens("sign", COUNTY)), vec![&sign]),
        (
            row("object", COUNTY, opens("rule_objection", CITY)),
            vec!["Assigned { no: 3 } → 430100 judge+supervisor"],
        ),
        (
            row("request_close", COUNTY, opens("review", COUNTY)),
            vec!["Assigned { no: 3 } → 430121 reviewer"],
        ),
        // Bound by a ruling from above: it verifies without a signature.
        (
            row("rule_objection", CITY, opens("verify", COUNTY)),
            vec!["Assigned { no: 3 } → 430121 handler"],
        ),
        // What a unit opens for itself.
        (row("sign", COUNTY, opens("verify", COUNTY)), vec![]),
        (row("accept", COUNTY, opens("dispatch", COUNTY)), vec![]),
        // A duty that moves up.
        (
            row(
                "correct",
                COUNTY,
                json!({ "effects": [{ "do": "hand", "no": 1, "owner": CITY }] }),
            ),
            vec!["Assigned { no: 1 } → 430100 judge"],
        ),
        // A reply that moves with the case is no letter.
        (
            row("note", CITY, json!({ "effects": [{ "do": "hand", "no": 2, "owner": CITY }] })),
            vec![],
        ),
        (row("ask_supplement", COUNTY, json!({})), vec!["Changed { asks: true } → informant 77"]),
        (row("refuse", COUNTY, json!({})), vec![news]),
        (row("approve_close", COUNTY, json!({})), vec![news]),
        (row("reply", COUNTY, answer("进度查询页")), vec![news]),
        (row("reply", COUNTY, answer("电话")), vec![]),
        (row("reply", COUNTY, answer("电子邮件")), vec!["Answered → informant 77"]),
        (row("reply", COUNTY, answer(" E-Mail ")), vec!["Answered → informant 77"]),
        (row("note", COUNTY, json!({})), vec![]),
        // A case that turns out to be dangerous.
        (row("correct", COUNTY, json!({ "severity": "danger" })), vec!["Danger → 430121 on duty"]),
    ];
    for (n, (is, wanted)) in table.into_iter().enumerate() {
        assert_eq!(is, wanted, "row {n}");
    }
}

#[test]
fn a_tip_tells_its_informant_and_danger_tells_those_on_duty() {
    let receive = |severity, by_mail| {
        let entry = first(severity);
        words(&entry, &Case::begin(&entry).unwrap(), by_mail)
    };
    assert_eq!(receive("general", true), ["Received → informant 77"]);
    assert_eq!(receive("general", false), Vec::<String>::new());
    assert_eq!(receive("danger", false), ["Danger → 430121 on duty"]);
    // Once is enough: the next act on a dangerous case is no second alarm.
    let again = told(first("danger"), "note", staff(COUNTY), json!({}), false);
    assert_eq!(again, Vec::<String>::new());
}

#[test]
fn without_an_address_only_an_answer_by_mail_is_tried() {
    let row = |act, change| told(first("general"), act, staff(COUNTY), change, false);
    assert_eq!(row("refuse", json!({})), Vec::<String>::new());
    // It must be seen to fail, for the operator said that it was given like this.
    assert_eq!(row("reply", answer("电子邮件")), ["Answered → informant 77"]);
}

/// Recusal: no letter about a case goes to a unit that is kept away, nor to those under it.
#[test]
fn s17_no_letter_goes_to_a_unit_kept_away() {
    let kept_away = |unit: &str| {
        let mut start = serde_json::to_value(first("general")).unwrap();
        let recusal = json!({ "do": "recuse", "unit": unit, "provisional": true });
        start["effects"].as_array_mut().unwrap().push(recusal);
        let start = serde_json::from_value(start).unwrap();
        told(start, "dispatch", staff("430000"), opens("sign", COUNTY), true)
    };
    assert_eq!(kept_away(COUNTY), Vec::<String>::new());
    assert_eq!(kept_away(CITY), Vec::<String>::new());
    assert_eq!(kept_away("430181").len(), 1);
}

#[test]
fn what_an_import_took_in_is_told_to_nobody() {
    let mut entry = first("danger");
    entry.by.kind = ByKind::Import;
    assert_eq!(words(&entry, &Case::begin(&entry).unwrap(), true), Vec::<String>::new());
}

#[test]
fn supervision_is_told_to_whoever_holds_the_case_or_held_it() {
    let mut entry = first("general");
    entry.was = Some(entry.is);
    entry.by = serde_json::from_value(staff("430000")).unwrap();
    let tell = |act: Act, entry: &Entry| -> Vec<Audience> {
        let entry = Entry { act, ..entry.clone() };
        supervision(&entry).into_iter().map(|notice| notice.to).collect()
    };
    let unit = |code: &str| Audience::Unit {
        unit: code.parse().unwrap(),
        roles: vec![Role::Handler, Role::Reviewer],
    };
    for act in SUPERVISION {
        assert_eq!(tell(act, &entry), [unit(COUNTY)], "{act:?}");
    }
    assert_eq!(tell(Act::Note, &entry), []);
    // Taken over: the unit that loses it is told, the one that takes it knows.
    entry.is.holder = "430000".parse().unwrap();
    assert_eq!(tell(Act::TakeOver, &entry), [unit(COUNTY)]);
}
