//! S15 and S17: what is not yours is not there, in no list, no count, no error.

use serde_json::{Value, json};

use crate::case::{Case, call, keep};
use crate::on_both;
use crate::units::{CITY, COUNTY, NATION, OTHER_COUNTY, OTHER_PROVINCE, PROVINCE, ROLES};
use crate::wire::{add_user, bearer, in_url, timeless};
use crate::world::{Reply, World};

on_both!(
    s15_nobody_sees_anything_of_a_foreign_case,
    s17_a_foreign_case_is_the_same_404_as_none,
    s18_the_accused_unit_finds_no_trace_of_the_case,
    s18_a_unit_that_held_a_case_loses_it_when_it_is_accused,
);

/// Three provinces, each with a city and a county of it.
const PLACES: [&str; 9] =
    [PROVINCE, CITY, COUNTY, OTHER_PROVINCE, "440100", "440103", "330000", "330100", "330106"];
/// Units at which the harness has nobody.
const NEW_UNITS: [&str; 5] = ["440100", "440103", "330000", "330100", "330106"];
/// Every list behind a balance.
const TERMS: [&str; 6] =
    ["opening", "closing", "pending_opening", "pending_closing", "accepted", "moved_in"];

/// Things that belong to one case and to nothing else.
struct Marked {
    place: &'static str,
    no: String,
    marks: Vec<String>,
}

/// A tip from the public, so that no desk but the place's own line has to do with it.
fn mark(world: &World, place: &'static str, accused: Option<&str>) -> Marked {
    let unique = format!("{place}{}", if accused.is_some() { "回避" } else { "" });
    let mut body = call(place);
    body["channel"] = json!("web");
    body["title"] = json!(format!("标题{unique}"));
    body["text"] = json!(format!("内容{unique}"));
    body["place_text"] = json!(format!("地点{unique}"));
    body["accused"] = json!(accused.map_or(format!("某厂{unique}"), str::to_owned));
    let file = keep(world, format!("文件{unique}").as_bytes());
    body["files"] = json!([file]);
    let case = Case::log(world, "", &body);
    let words = ["标题", "内容", "地点"].map(|word| format!("{word}{unique}"));
    let marks = words
        .into_iter()
        .chain([case.no.clone(), case.tip.clone(), file, format!("文件{unique}")])
        .collect();
    Marked { place, no: case.no, marks }
}

/// Whether a unit stands above a place or is it.
fn holds(unit: &str, place: &str) -> bool {
    let stem = match unit {
        NATION => "",
        unit => unit.trim_end_matches("00").trim_end_matches("00"),
    };
    place.starts_with(stem)
}

fn get(world: &World, token: &str, path: &str) -> Reply {
    world.ask("GET", "", path, &[("Authorization", token)], b"")
}

/// Every path that reads, with filters that reach for everything.
fn reads(cases: &[Marked], month: &str) -> Vec<String> {
    let mut paths = vec![
        "/api/v1/session".to_owned(),
        "/api/v1/reports?limit=500".to_owned(),
        "/api/v1/cases?limit=500".to_owned(),
        "/api/v1/cases?limit=1".to_owned(),
        "/api/v1/cases?state=pending&limit=500".to_owned(),
        "/api/v1/cases?overdue=true".to_owned(),
        "/api/v1/cases?category=land.occupation&limit=500".to_owned(),
    ];
    for case in cases {
        let (no, place) = (&case.no, case.place);
        for query in ["division", "unit"] {
            paths.push(format!("/api/v1/cases?{query}={place}&limit=500"));
        }
        for word in &case.marks[..3] {
            paths.push(format!("/api/v1/cases?q={}", in_url(word)));
        }
        paths.push(format!("/api/v1/cases?after={no}&limit=500"));
        for rest in ["", "/entries", "/outstanding", "/files"] {
            paths.push(format!("/api/v1/cases/{no}{rest}"));
        }
        for copy in ["", "?original=true"] {
            paths.push(format!("/api/v1/cases/{no}/files/{}{copy}", case.marks[5]));
        }
        for term in TERMS {
            let asked = format!("kind=monthly&period={month}&scope={place}");
            paths.push(format!("/api/v1/balance/{term}?{asked}"));
            paths.push(format!("/api/v1/balance/{term}?{asked}&limit=1"));
        }
        paths.push(format!("/api/v1/reports/monthly-{month}-{place}"));
        paths.push(format!("/api/v1/tips/{}", case.marks[4]));
    }
    paths
}

/// The running month, by the service's own clock.
fn month(world: &World) -> String {
    let case = world.get("judge-000000", "/api/v1/cases?limit=1").ok(200);
    case["items"][0]["opened_at"].as_str().unwrap()[..7].to_owned()
}

fn s15_nobody_sees_anything_of_a_foreign_case(world: &mut World) {
    let cases: Vec<Marked> = PLACES.into_iter().map(|place| mark(world, place, None)).collect();
    let paths = reads(&cases, &month(world));
    let mut people = Vec::new();
    for unit in [NATION, PROVINCE, CITY, COUNTY, OTHER_COUNTY, OTHER_PROVINCE] {
        let roles = ["supervisor", "operator", "analyst", "admin"];
        people.extend(roles.map(|role| {
            (unit, role, format!("Bearer {}", world.token(&format!("{role}-{unit}"))))
        }));
    }
    for unit in NEW_UNITS {
        let login = format!("eye-{unit}");
        add_user(world, &login, "judge", unit, "seven white egrets over the pond");
        people.push((unit, "judge", bearer(world, &login)));
    }
    std::thread::scope(|scope| {
        for some in people.chunks(people.len().div_ceil(4)) {
            let (paths, cases) = (&paths, &cases);
            let world = &*world;
            scope.spawn(move || {
                for (unit, role, token) in some {
                    one_viewer(world, (unit, role, token), paths, cases);
                }
            });
        }
    });
}

fn one_viewer(
    world: &World,
    (unit, role, token): (&str, &str, &str),
    paths: &[String],
    cases: &[Marked],
) {
    let reads_cases = !matches!(role, "analyst" | "admin");
    let is_mine = |case: &Marked| reads_cases && holds(unit, case.place);
    for path in paths {
        let reply = get(world, token, path);
        assert!(reply.status < 500, "{role}-{unit} {path}: {}", reply.text);
        for case in cases.iter().filter(|case| !is_mine(case)) {
            for mark in &case.marks {
                let found = reply.text.contains(mark.as_str());
                assert!(!found, "{role}-{unit} {path}: «{mark}» in {}", reply.text);
            }
        }
    }
    // And what is theirs is there, or the test would prove nothing.
    if reads_cases {
        let list = get(world, token, "/api/v1/cases?limit=500").ok(200);
        let seen: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|item| item["case"].clone()).collect();
        let mine: Vec<_> = cases.iter().rev().filter(|case| is_mine(case)).collect();
        let numbers: Vec<_> = mine.iter().map(|case| json!(case.no)).collect();
        assert_eq!(seen, numbers, "{role}-{unit}");
    }
}

/// Every way to name a case, by one person.
fn touches(world: &World, who: &str, no: &str, tip: &str) -> Vec<Reply> {
    let path = |rest: &str| format!("/api/v1/cases/{no}{rest}");
    let acts = [
        json!({ "act": "accept" }),
        json!({ "act": "dispatch", "unit": COUNTY }),
        json!({ "act": "sign" }),
        json!({ "act": "note", "text": "x", "expect": 1 }),
        json!({ "act": "reply", "tip": tip, "means": "phone", "text": "x" }),
        json!({ "act": "request_close", "text": "x" }),
        json!({ "act": "approve_close" }),
        json!({ "act": "reopen", "reason": "x" }),
        json!({ "act": "correct", "seq": 1, "fields": { "accused_unit": null }, "text": "x" }),
    ];
    let mut replies: Vec<Reply> =
        ["", "/entries", "/outstanding", "/files"].map(|rest| world.get(who, &path(rest))).into();
    replies.extend(acts.iter().map(|act| world.post(who, &path("/entries"), act)));
    replies.push(world.post(who, &path("/contact"), &json!({ "tip": tip })));
    replies
}

fn assert_same_nothing(world: &World, who: &str, no: &str, tip: &str) {
    // A number of the same form that was never given.
    let none = format!("{}000001", &no[..no.len() - 6]);
    let there = touches(world, who, no, tip);
    let nowhere = touches(world, who, &none, tip);
    let operator = who.starts_with("operator");
    for (place, (foreign, unknown)) in there.iter().zip(&nowhere).enumerate() {
        assert_eq!(timeless(foreign), timeless(unknown), "{who}");
        let wanted = if place + 1 == there.len() && !operator { 403 } else { 404 };
        assert_eq!(foreign.status, wanted, "{who}: {}", foreign.text);
    }
}

fn s17_a_foreign_case_is_the_same_404_as_none(world: &mut World) {
    let case = mark(world, COUNTY, None);
    for role in ["operator", "judge", "handler", "reviewer", "supervisor"] {
        for unit in [OTHER_COUNTY, OTHER_PROVINCE] {
            assert_same_nothing(world, &format!("{role}-{unit}"), &case.no, &case.marks[4]);
        }
    }
    // A tip of somebody else, and one that never was.
    let theirs = format!("/api/v1/tips/{}", case.marks[4]);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let nobodys = format!("/api/v1/tips/{}", hotline::intake::receipt::number(day, 7));
    let guess = [("X-Query-Code", "22222-22222-22222")];
    let (theirs, nobodys) =
        (world.ask("GET", "", &theirs, &guess, b""), world.ask("GET", "", &nobodys, &guess, b""));
    assert_eq!(nobodys.status, 404, "{}", nobodys.text);
    assert_eq!(timeless(&theirs), timeless(&nobodys));
    // To link to a case shows that it is there: only to those who see it.
    let own = Case::log(world, "operator-430181", &call(OTHER_COUNTY));
    let link = |to: &str| own.act("judge-430181", &json!({ "act": "link", "case": to }));
    let (foreign, unknown) = (link(&case.no), link("2026-000001"));
    assert_eq!(timeless(&foreign), timeless(&unknown));
    foreign.refused(422, "link_target");
}

fn s18_the_accused_unit_finds_no_trace_of_the_case(world: &mut World) {
    let before = mark(world, COUNTY, None);
    let hidden = mark(world, COUNTY, Some("长沙县自然资源局"));
    let after = mark(world, COUNTY, None);
    let cases = [before, hidden, after];
    let paths = reads(&cases, &month(world));
    let [_, hidden, _] = cases;
    let words: Vec<&String> = hidden.marks.iter().collect();
    for role in ROLES {
        let who = format!("{role}-{COUNTY}");
        for path in &paths {
            let reply = world.get(&who, path);
            assert!(reply.status < 500, "{who} {path}: {}", reply.text);
            for word in &words {
                assert!(!reply.text.contains(*word), "{who} {path}: «{word}» in {}", reply.text);
            }
        }
        if !matches!(role, "analyst" | "custodian" | "admin") {
            assert_same_nothing(world, &who, &hidden.no, &hidden.marks[4]);
        }
    }
    // The superior sees it.
    world.get("judge-430100", &format!("/api/v1/cases/{}", hidden.no)).ok(200);
}

/// Every item of a list, page by page; no page's mark may be of a case that is not in the list.
fn pages(world: &World, who: &str, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = world.get(who, &format!("{path}&after={after}")).ok(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => {
                // The mark is a place in the log, which names no case.
                assert!(next.len() < 16 && next.parse::<i64>().is_ok(), "{who}: «{next}»");
                next.clone_into(&mut after);
            }
            None => return all,
        }
    }
}

fn s18_a_unit_that_held_a_case_loses_it_when_it_is_accused(world: &mut World) {
    let cases = [(); 3].map(|()| Case::in_county(world));
    for case in &cases {
        case.done("judge-430121", &json!({ "act": "accept" }));
    }
    let [before, case, after] = &cases;
    let found = json!({ "act": "correct", "seq": 1, "fields": { "accused_unit": COUNTY },
                        "text": "举报的就是该局" });
    // A unit beside it may not say so; one above may.
    case.act("judge-430181", &found).refused(404, "not_found");
    case.done("judge-430100", &found);
    for role in ["operator", "judge", "handler", "reviewer", "supervisor"] {
        assert_same_nothing(world, &format!("{role}-{COUNTY}"), &case.no, &case.tip);
    }
    let list = world.get("handler-430121", "/api/v1/cases").ok(200);
    let seen: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| &item["case"]).collect();
    assert_eq!(seen, [&json!(after.no), &json!(before.no)]);
    assert_eq!(case.state("handler-430100"), "accepted");
    // The county accepted three, and so its balance says; the list behind it leads, page by page,
    // past the one that it may not know about, and no page's mark names that one.
    let month = month(world);
    let path =
        format!("/api/v1/balance/accepted?kind=monthly&period={month}&scope={COUNTY}&limit=1");
    let numbers = |cases: &[&Case<'_>]| cases.iter().map(|c| json!(c.no)).collect::<Vec<_>>();
    let all = numbers(&[before, case, after]);
    let tally = || (pages(world, "judge-430100", &path) == all).then_some(());
    crate::world::wait_for("the tally to follow the log", tally);
    assert_eq!(pages(world, "judge-430121", &path), numbers(&[before, after]));
}
