//! Enquiries: written down, answered once, counted apart, and turned into a call where they are one.

use serde_json::{Value, json};

use crate::on_both;
use crate::units::{CITY, COUNTY};
use crate::visitor::Visitor;
use crate::world::World;

on_both!(
    an_enquiry_is_answered_once_and_opens_no_case,
    enquiries_are_the_desks_own_and_of_those_above,
    the_page_takes_them_by_keyboard_and_leads_on,
);

const ASKED: &str = "宅基地怎样申请？";

fn ask(world: &World, who: &str, body: &Value) -> Value {
    world.post(who, "/api/v1/enquiries", body).ok(201)
}

fn list(world: &World, who: &str, rest: &str) -> Vec<Value> {
    let list = world.get(who, &format!("/api/v1/enquiries{rest}")).ok(200);
    list["items"].as_array().unwrap().clone()
}

fn an_enquiry_is_answered_once_and_opens_no_case(world: &mut World) {
    let body = json!({ "channel": "phone", "category": "land.housing", "text": ASKED });
    let open = ask(world, "operator-430121", &body);
    assert_eq!(open["division"], COUNTY, "one's own where none is named");
    assert!(open["answer"].is_null());
    let mut body = body;
    body["answer"] = json!("向村委会提出申请");
    body["division"] = json!("湖南省");
    let closed = ask(world, "operator-430121", &body);
    assert_eq!(closed["division"], "430000");
    let open_ones = list(world, "operator-430121", "?state=open");
    assert_eq!(open_ones, vec![open.clone()]);
    assert_eq!(list(world, "judge-430121", "?state=answered"), vec![closed]);
    let path = format!("/api/v1/enquiries/{}/answer", open["enquiry"].as_str().unwrap());
    world
        .post("supervisor-430121", &path, &json!({ "answer": "x" }))
        .refused(403, "role_not_allowed");
    world.post("judge-430121", &path, &json!({ "answer": " " })).refused(422, "invalid");
    let answered = world.post("judge-430121", &path, &json!({ "answer": "见指南" })).ok(200);
    assert_eq!(answered["answer"], "见指南");
    let twice = world.post("operator-430121", &path, &json!({ "answer": "另一个" }));
    let twice = twice.refused(422, "invalid");
    assert_eq!(twice["errors"][0]["code"], "answered_already");
    assert_eq!(list(world, "operator-430121", "?state=answered")[1]["answer"], "见指南");
    assert_eq!(world.get("judge-430000", "/api/v1/cases").ok(200)["items"], json!([]));
    // The same key is the same enquiry.
    let key = [("Idempotency-Key", "once"), ("Content-Type", "application/json")];
    let bytes = body.to_string();
    let send = || {
        world.ask("POST", "operator-430121", "/api/v1/enquiries", &key, bytes.as_bytes()).ok(201)
    };
    assert_eq!(send()["enquiry"], send()["enquiry"]);
    let wrong = json!({ "channel": "rumour", "text": "", "name": "某甲" });
    let reply = world.post("operator-430121", "/api/v1/enquiries", &wrong).refused(422, "invalid");
    let fields: Vec<&str> =
        reply["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["channel", "text", "name"], "nothing personal is asked for");
}

fn enquiries_are_the_desks_own_and_of_those_above(world: &mut World) {
    let asked = ask(world, "operator-430121", &json!({ "channel": "visit", "text": ASKED }));
    let id = asked["enquiry"].as_str().unwrap();
    for (who, seen) in [
        ("operator-430121", 1),
        ("supervisor-430100", 1),
        ("judge-000000", 1),
        ("operator-430181", 0),
        ("operator-440000", 0),
    ] {
        assert_eq!(list(world, who, "").len(), seen, "{who}");
    }
    let path = format!("/api/v1/enquiries/{id}/answer");
    world.post("operator-430181", &path, &json!({ "answer": "x" })).refused(404, "not_found");
    let other = Visitor::log_in(world, "operator-430181");
    assert_eq!(other.get(&format!("/call?enquiry={id}")).status, 404);
    let handler = Visitor::log_in(world, "handler-430121");
    assert_eq!(handler.get(&format!("/call?enquiry={id}")).status, 403);
    for _ in 0..3 {
        ask(
            world,
            "operator-430100",
            &json!({ "channel": "phone", "text": ASKED, "division": CITY }),
        );
    }
    let first = world.get("judge-430100", "/api/v1/enquiries?limit=3").ok(200);
    let next = first["next"].as_str().unwrap();
    assert_eq!(list(world, "judge-430100", &format!("?after={next}")), [asked]);
}

fn the_page_takes_them_by_keyboard_and_leads_on(world: &mut World) {
    let who = Visitor::log_in(world, "operator-430121");
    let empty = who.send("/enquiries", &[("channel", "phone"), ("answer", "答复在此")]);
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("href=\"#enquiry-text\"") && empty.text.contains("答复在此"));
    let form = [
        ("channel", "phone"),
        ("category", "land.cultivated"),
        ("text", "有人在基本农田挖沙怎么办？"),
        ("once", "k"),
    ];
    for _ in 0..2 {
        assert_eq!(who.send("/enquiries", &form).status, 303);
    }
    let all = list(world, "operator-430121", "");
    assert_eq!(all.len(), 1, "sent twice it is one");
    let id = all[0]["enquiry"].as_str().unwrap();
    let page = who.get("/enquiries?state=open").text;
    assert!(page.contains("有人在基本农田挖沙怎么办？") && page.contains("破坏耕地"), "{page}");
    // It is a tip after all: the form of a call begins with it.
    let call = who.get(&format!("/call?enquiry={id}")).text;
    assert!(call.contains("有人在基本农田挖沙怎么办？</textarea>"), "{call}");
    assert!(call.contains("value=\"land.cultivated\" selected"), "{call}");
    let path = format!("/enquiries/{id}/answer");
    let blank = who.send(&path, &[("answer", "")]);
    assert!(blank.status == 422 && blank.text.contains("未填写"), "{}", blank.text);
    assert_eq!(who.send(&path, &[("answer", "请拨打 12336 举报")]).status, 303);
    let again = who.send(&path, &[("answer", "又一次")]);
    assert!(again.status == 422 && again.text.contains("已经答复"), "{}", again.text);
    let supervisor = Visitor::log_in(world, "supervisor-430121").get("/enquiries").text;
    assert!(supervisor.contains("请拨打 12336 举报") && !supervisor.contains("登记咨询"));
}
