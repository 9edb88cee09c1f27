//! Cases that may be about one matter: who is told of which, why, and what may be done; and what
//! happened before.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{COUNTY, OTHER_COUNTY};
use crate::visitor::{Visitor, rows};
use crate::world::World;

on_both!(
    the_same_matter_is_suggested_with_reasons,
    nobody_is_told_of_what_they_may_not_see,
    suggestions_are_few_and_the_best_come_first,
    what_is_closed_is_linked_or_reopened,
    a_call_is_looked_up_before_it_is_logged,
    a_site_and_an_accused_have_a_history,
    an_informant_is_told_nothing,
    pages_tell_what_may_be_the_same,
);

const FACTORY: &str = "石桥村砖厂旁有人推平水田建钢构厂房，夜里还在浇筑混凝土";
const QUARRY: &str = "山上放炮采石，运石头的大车把乡道压坏了，灰尘很大";

/// A call about the county: what was said, and where.
fn told(text: &str, point: Option<(f64, f64)>) -> Value {
    let mut body = call(COUNTY);
    (body["text"], body["title"]) = (json!(text), Value::Null);
    if let Some((lon, lat)) = point {
        (body["lon"], body["lat"]) = (json!(lon), json!(lat));
    }
    body
}

fn alike(world: &World, who: &str, no: &str) -> Vec<Value> {
    let list = world.get(who, &format!("/api/v1/cases/{no}/alike")).ok(200);
    list["items"].as_array().unwrap().clone()
}

fn numbers(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["case"].as_str().unwrap()).collect()
}

fn history(world: &World, who: &str, case: &Case<'_>) -> Value {
    world.get(who, &case.path("/history")).ok(200)
}

fn the_same_matter_is_suggested_with_reasons(world: &mut World) {
    let who = "operator-430121";
    let first = Case::log(world, who, &told(FACTORY, Some((112.98, 28.2))));
    let other = Case::log(world, who, &told(QUARRY, Some((113.2, 28.4))));
    let mut body = told("砖厂旁的水田里建钢构厂房，没人管", Some((112.98, 28.201)));
    body["division"] = json!("430121104");
    let second = Case::log(world, who, &body);
    let items = alike(world, who, &second.no);
    assert_eq!(numbers(&items), [&first.no]);
    let item = &items[0];
    assert_eq!((&item["state"], &item["may"]), (&json!("pending"), &json!(["merge"])));
    assert!(item["score"].as_u64().unwrap() > 700 && item["title"].is_string());
    let reasons: Vec<&str> =
        item["reasons"].as_array().unwrap().iter().map(|r| r["words"].as_str().unwrap()).collect();
    assert_eq!(reasons[0], "同一地点约 120 米内");
    assert!(reasons.contains(&"类别相同") && reasons.contains(&"同一县区"), "{reasons:?}");
    // It is mutual, and the other matter is suggested to neither.
    assert_eq!(numbers(&alike(world, who, &first.no)), [&second.no]);
    assert_eq!(numbers(&alike(world, who, &other.no)), Vec::<&str>::new());
    let english = [("Accept-Language", "en")];
    let path = format!("/api/v1/cases/{}/alike", second.no);
    let list = world.ask("GET", who, &path, &english, b"").ok(200);
    assert_eq!(list["items"][0]["reasons"][0]["words"], "within about 120 m");
    // After two years an act is no longer punished, and no longer looked for.
    world.sql("UPDATE cases SET opened_at = '2020-01-01 00:00:00'").unwrap();
    assert_eq!(numbers(&alike(world, who, &second.no)), Vec::<&str>::new());
}

fn nobody_is_told_of_what_they_may_not_see(world: &mut World) {
    let desk = "operator-000000";
    let here = (112.98, 28.2);
    let mut foreign = told(FACTORY, Some(here));
    foreign["division"] = json!(OTHER_COUNTY);
    let foreign = Case::log(world, desk, &foreign);
    let mut barred = told(FACTORY, Some(here));
    barred["accused"] = json!("长沙县自然资源局");
    let barred = Case::log(world, desk, &barred);
    let own = Case::log(world, desk, &told(FACTORY, Some(here)));
    let later = Case::log(world, "operator-430121", &told(FACTORY, Some(here)));
    let seen = |who: &str| {
        let items = alike(world, who, &later.no);
        let mut found: Vec<String> = numbers(&items).into_iter().map(str::to_owned).collect();
        found.sort();
        let earlier = history(world, who, &later);
        let mut site: Vec<String> = numbers(earlier["site"]["items"].as_array().unwrap())
            .into_iter()
            .map(str::to_owned)
            .collect();
        site.sort();
        assert_eq!(found, site, "{who}");
        let typed = world.post(who, "/api/v1/tips/alike", &told(FACTORY, Some(here))).ok(200);
        let typed = numbers(typed["items"].as_array().unwrap()).len();
        assert_eq!(typed, found.len() + 1, "{who}: the same, and the later one itself");
        found
    };
    // The county neither sees its neighbour's case nor the one that accuses it; the city sees both.
    assert_eq!(seen("judge-430121"), std::slice::from_ref(&own.no));
    let mut all = vec![foreign.no.clone(), barred.no.clone(), own.no.clone()];
    all.sort();
    assert_eq!(seen("judge-430100"), all);
    for path in ["/alike", "/history"] {
        world.get("judge-430121", &barred.path(path)).refused(404, "not_found");
        world.get("judge-430181", &own.path(path)).refused(404, "not_found");
    }
}

fn suggestions_are_few_and_the_best_come_first(world: &mut World) {
    let who = "operator-430121";
    for n in 0..12 {
        let text = format!("{}{QUARRY}", &FACTORY[..FACTORY.len() - n * 3]);
        Case::log(world, who, &told(&text, None));
    }
    let last = Case::log(world, who, &told(FACTORY, None));
    let items = alike(world, who, &last.no);
    assert_eq!(items.len(), 10);
    let scores: Vec<u64> = items.iter().map(|item| item["score"].as_u64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores[9] >= 550, "{scores:?}");
    let mut distinct = numbers(&items);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 10);
}

fn what_is_closed_is_linked_or_reopened(world: &mut World) {
    let (who, hash) = ("judge-430121", evidence(world));
    let closed = Case::log(world, "operator-430121", &told(FACTORY, None));
    closed.to_review(&hash);
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let linked = Case::log(world, "operator-430121", &told(FACTORY, None));
    let item = &alike(world, who, &linked.no)[0];
    assert_eq!((&item["case"], &item["state"]), (&json!(closed.no), &json!("closed")));
    assert_eq!(item["may"], json!(["link", "reopen"]));
    linked.done(who, &json!({ "act": "link", "case": closed.no }));
    // What was linked offers nothing itself; it says where it went.
    let third = Case::log(world, "operator-430121", &told(FACTORY, None));
    let items = alike(world, who, &third.no);
    let of = |no: &str| items.iter().find(|item| item["case"] == no).unwrap();
    assert_eq!(
        (&of(&linked.no)["target"], &of(&linked.no)["may"]),
        (&json!(closed.no), &json!([]))
    );
    assert_eq!(of(&closed.no).get("target"), None);
    // Once accepted it can no longer be linked.
    third.done(who, &json!({ "act": "accept" }));
    let items = alike(world, who, &third.no);
    let of = |no: &str| items.iter().find(|item| item["case"] == no).unwrap();
    assert_eq!(of(&closed.no)["may"], json!(["reopen"]));
    let past = history(world, who, &third);
    assert_eq!(past["site"]["items"], json!([]), "nobody said where");
}

fn a_call_is_looked_up_before_it_is_logged(world: &mut World) {
    let who = "operator-430121";
    let first = Case::log(world, who, &told(FACTORY, None));
    let before = rows(world);
    let look = |body: &Value| {
        let list = world.post(who, "/api/v1/tips/alike", body).ok(200);
        numbers(list["items"].as_array().unwrap())
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut typed = told(FACTORY, None);
    assert_eq!(look(&typed), std::slice::from_ref(&first.no));
    // Half a tip is enough, and a field that cannot be read yet is passed over.
    typed["informant"] = json!({ "mode": "named", "phone": "13" });
    typed["channel"] = Value::Null;
    (typed["occurred_on"], typed["category"]) = (json!("2026-1"), json!("land."));
    assert_eq!(look(&typed), [first.no]);
    assert_eq!(look(&json!({ "division": "长沙" })), Vec::<String>::new());
    assert_eq!(look(&json!({})), Vec::<String>::new());
    assert_eq!(rows(world), before, "something was written");
    let post = |body: &Value| world.post(who, "/api/v1/tips/alike", body);
    post(&json!({ "colour": "red" })).refused(422, "invalid");
    post(&json!({ "text": "长".repeat(20_001) })).refused(422, "invalid");
    post(&json!({ "text": "长".repeat(2 << 20) })).refused(413, "too_large");
}

fn a_site_and_an_accused_have_a_history(world: &mut World) {
    let (who, hash) = ("operator-430121", evidence(world));
    let accused = |accused: &str, body: Value| {
        let mut body = body;
        body["accused"] = json!(accused);
        body
    };
    let at = |place_text: &str, body: Value| {
        let mut body = body;
        body["place_text"] = json!(place_text);
        body
    };
    let here = Some((112.98, 28.2));
    let disposed = Case::log(world, who, &accused("宏达建材有限公司", told(FACTORY, here)));
    disposed.to_verifying();
    disposed.done("handler-430121", &disposed.verify("founded", &hash));
    disposed.done("handler-430121", &disposed.dispose());
    let words =
        Case::log(world, who, &at("石桥村 砖厂旁。", accused("宏达建材", told(QUARRY, None))));
    let far = Case::log(world, who, &at("杨梅冲水库坝下", told(QUARRY, Some((112.98, 28.3)))));
    let nobody = Case::log(world, who, &accused("某公司", told(QUARRY, None)));
    let body = at("石桥村砖厂旁", accused("宏达建材公司", told(FACTORY, Some((112.98, 28.203)))));
    let last = Case::log(world, who, &body);

    let past = history(world, who, &last);
    let list = |of: &str| past[of]["items"].as_array().unwrap().clone();
    assert_eq!(numbers(&list("site")), [&words.no, &disposed.no]);
    assert_eq!(numbers(&list("accused")), [&words.no, &disposed.no]);
    assert_eq!(past["site"]["more"], false);
    assert_eq!(list("site")[1]["disposed"], "corrected");
    assert_eq!(list("site")[0].get("disposed"), None);
    // Only what came before; and who has no name has no history.
    let none = json!({ "items": [], "more": false });
    for case in [&disposed, &far, &nobody] {
        assert_eq!(history(world, who, case), json!({ "site": none, "accused": none }));
    }
    // A category that is corrected is no other site; a place that is corrected is.
    let moved = json!({ "act": "correct", "seq": 1, "fields": { "division": "430121104" }, "text": "更正" });
    words.done("judge-430121", &moved);
    let past = history(world, who, &last);
    assert_eq!(numbers(past["site"]["items"].as_array().unwrap()), [&disposed.no]);
    assert_eq!(numbers(past["accused"]["items"].as_array().unwrap()).len(), 2);
}

fn an_informant_is_told_nothing(world: &mut World) {
    let first = Case::log(world, "operator-430121", &told(FACTORY, None));
    let mut body = told(FACTORY, None);
    (body["channel"], body["category"]) = (json!("web"), Value::Null);
    let taken = world.post("", "/api/v1/tips", &body).ok(201);
    let mut keys: Vec<&String> = taken.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["case", "leaf", "receipt", "tip"]);
    let second = Case::of(world, &taken);
    assert_eq!(numbers(&alike(world, "judge-430121", &first.no)), [&second.no]);
    let progress = second.progress().to_string();
    assert!(!progress.contains(&first.no) && !progress.contains("alike"), "{progress}");
    world.post("", "/api/v1/tips/alike", &body).refused(401, "login_needed");
    let public = Visitor::public(world);
    let page = public.send("/tip", &[("division", COUNTY), ("text", FACTORY)]);
    assert_eq!(page.status, 201, "{}", page.text);
    assert!(!page.text.contains("重复") && !page.text.contains(&first.no));
}

fn pages_tell_what_may_be_the_same(world: &mut World) {
    let hash = evidence(world);
    let closed = Case::log(world, "operator-430121", &told(FACTORY, Some((112.98, 28.2))));
    closed.to_review(&hash);
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let operator = Visitor::log_in(world, "operator-430121");
    assert!(!operator.get("/call").text.contains("可能重复"));
    let typed = [("division", COUNTY), ("text", FACTORY), ("channel", "phone"), ("once", "k1")];
    let count = || world.names("SELECT number AS name FROM tips").len();
    let before = count();
    // Looking logs nothing and keeps what was typed.
    let looked = operator.send("/call", &[&typed[..], &[("check", "1")]].concat());
    assert_eq!((looked.status, count()), (200, before), "{}", looked.text);
    for words in
        ["可能重复", &format!("/cases/{}", closed.no), FACTORY, "文字相近 100%", "value=\"k1\""]
    {
        assert!(looked.text.contains(words), "{words}: {}", looked.text);
    }
    // A fault brings the list as well; then the same form is logged.
    let faulty = operator.send("/call", &[&typed[..3], &[("occurred_on", "gestern")]].concat());
    assert!(faulty.status == 422 && faulty.text.contains("可能重复"), "{}", faulty.text);
    assert_eq!(operator.send("/call", &typed).status, 201);
    assert_eq!(count(), before + 1);

    let later = Case::log(world, "operator-430121", &told(FACTORY, Some((112.98, 28.201))));
    let judge = Visitor::log_in(world, "judge-430121");
    let page = judge.get(&format!("/cases/{}", later.no)).text;
    let link = format!("/cases/{}?act=link&#38;case={}#act-link", later.no, closed.no);
    for words in ["可能重复", "同一地点约 120 米内", "同一事实的历史", "当场纠正", &link]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The link leads to the form, unfolded and filled.
    let form = judge.get(&format!("/cases/{}?act=link&case={}", later.no, closed.no)).text;
    assert!(form.contains("id=\"act-link\" open"), "{form}");
    assert!(form.contains(&format!("name=\"case\" value=\"{}\"", closed.no)), "{form}");
    let odd = judge.get(&format!("/cases/{}?act=link&case=%22%3E%3Cb%3E", later.no));
    assert!(odd.status == 200 && !odd.text.contains("<b>\""), "{}", odd.text);
    let page = judge.get(&format!("/cases/{}", closed.no)).text;
    assert!(!page.contains("可能重复"), "a closed case is over");
}
