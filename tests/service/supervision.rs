//! The ladder of supervision: proposals with evidence, the supervisor's lists, urging in one step,
//! and the listings that everybody may read.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY};
use crate::visitor::Visitor;
use crate::world::{World, wait_for};

on_both!(
    situations_are_proposed_with_their_evidence,
    a_proposal_leads_to_the_form_that_lists,
    the_supervisor_sees_listed_proposed_and_late,
    urging_takes_one_step_and_supervising_asks_every_week,
    listings_are_published_with_their_extension_and_nothing_personal,
    what_accuses_a_unit_is_not_published,
);

const HANDLER: &str = "handler-430121";
const SUPERVISOR: &str = "supervisor-430100";
const MORNING: &str = "2026-11-23T09:00:00+08:00";

/// A case whose informant speaks of basic farmland.
fn about_farmland<'w>(world: &'w World, more: &Value) -> Case<'w> {
    let mut body = call(COUNTY);
    body["title"] = json!("占用农田");
    body["text"] = json!("村民赵某占用基本农田三十亩建厂房。");
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Case::log(world, "operator-430121", &body)
}

fn list() -> Value {
    json!({ "act": "list", "situation": "farmland", "text": "内部说明：群众反映强烈" })
}

fn numbers(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["case"].as_str().unwrap()).collect()
}

fn situations_are_proposed_with_their_evidence(world: &mut World) {
    let hash = evidence(world);
    let case = about_farmland(world, &json!({}));
    let path = case.path("/situations");
    let found = world.get(HANDLER, &path).ok(200);
    let one = &found[0];
    assert_eq!((found.as_array().unwrap().len(), &one["situation"]), (1, &json!("farmland")));
    assert_eq!(one["names"]["zh"], "违法占用耕地特别是永久基本农田");
    let told = [
        json!({ "by": "word", "word": "基本农田", "words": "反映内容提到「基本农田」" }),
        json!({ "by": "area", "mu": "30.00", "least": "5.00", "words": "面积 30 亩，达到 5 亩" }),
    ];
    assert_eq!(one["evidence"], json!(told));
    let english = [("Accept-Language", "en")];
    let english = world.ask("GET", HANDLER, &path, &english, b"").ok(200);
    assert_eq!(english[0]["evidence"][1]["words"], "30 mu, at or above 5");
    // What officers found counts as well.
    case.to_verifying();
    let mut verify = case.verify("founded", &hash);
    verify["text"] = json!("现场位于生态保护红线内");
    case.done(HANDLER, &verify);
    let found = world.get(HANDLER, &path).ok(200);
    assert_eq!(found[0]["situation"], "control_lines");
    // A foreign case is none, and neither is one from which the asker is kept away.
    world.get("handler-430181", &path).refused(404, "not_found");
    let accused = about_farmland(world, &json!({ "accused": "长沙县自然资源局" }));
    world.get(HANDLER, &accused.path("/situations")).refused(404, "not_found");
    let above = world.get(SUPERVISOR, &accused.path("/situations")).ok(200);
    assert_eq!(above[0]["situation"], "farmland");
}

fn a_proposal_leads_to_the_form_that_lists(world: &mut World) {
    let case = about_farmland(world, &json!({}));
    let page = format!("/cases/{}", case.no);
    // Only who may list is told.
    for who in [HANDLER, "judge-430121"] {
        assert!(!Visitor::log_in(world, who).get(&page).text.contains("建议挂牌督办"), "{who}");
    }
    let above = Visitor::log_in(world, SUPERVISOR);
    let shown = above.get(&page).text;
    assert!(shown.contains("建议挂牌督办") && shown.contains("面积 30 亩，达到 5 亩"));
    let link = format!("/cases/{}?act=list&amp;situation=farmland#act-list", case.no);
    let escaped = link.replace("&amp;", "&#38;");
    assert!(shown.contains(&link) || shown.contains(&escaped), "{shown}");
    let form = above.get(&format!("{page}?act=list&situation=farmland")).text;
    assert!(form.contains(r#"id="act-list" open"#));
    let chosen = form.split("value=\"farmland\"").nth(1).unwrap();
    assert!(chosen.trim_start().starts_with("selected"), "{}", &chosen[..80]);
    // A word that is none fills nothing.
    let other = above.get(&format!("{page}?act=list&situation=%3Cu%3E")).text;
    assert!(!other.contains("<u>") && other.contains(r#"id="act-list" open"#));
    // Listed, it is not proposed again.
    case.done(SUPERVISOR, &list());
    assert!(!above.get(&page).text.contains("建议挂牌督办"));
}

fn the_supervisor_sees_listed_proposed_and_late(world: &mut World) {
    world.set_clock(MORNING);
    let listed: Vec<Case<'_>> = (0..2)
        .map(|_| {
            let case = about_farmland(world, &json!({}));
            case.to_verifying();
            case
        })
        .collect();
    listed[0].done(SUPERVISOR, &list());
    listed[1].done(SUPERVISOR, &list());
    let proposed = about_farmland(world, &json!({}));
    let hidden = about_farmland(world, &json!({ "accused": "长沙县自然资源局" }));
    // Late by now; the one that reported has its next report before it.
    world.set_clock("2027-02-01T09:00:00+08:00");
    listed[1].done(HANDLER, &json!({ "act": "progress", "text": "正在整改" }));
    let found = world.get(SUPERVISOR, "/api/v1/supervision").ok(200);
    assert_eq!(numbers(&found["listed"]), [&listed[0].no, &listed[1].no], "late progress first");
    let first = &found["listed"][0];
    assert_eq!((&first["by"], &first["situation"]), (&json!(CITY), &json!("farmland")));
    assert_eq!(
        (&first["progress"]["overdue"], &first["lift"]["overdue"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(found["listed"][1]["progress"]["overdue"], false);
    assert_eq!(numbers(&found["proposed"]), [&hidden.no, &proposed.no], "newest first");
    let late = found["overdue"].as_array().unwrap();
    let due = |one: &Value| one["duty"]["due_at"].as_str().unwrap().to_owned();
    assert!(late.is_sorted_by_key(due) && late.len() >= 4, "{late:?}");
    assert!(late.iter().all(|one| one["duty"]["blocking"] == true && one["may_urge"] == true));
    assert!(
        late.iter()
            .all(|one| !["lift", "progress"].contains(&one["duty"]["duty"].as_str().unwrap()))
    );
    // The county sees its own, less what it is kept away from; the neighbour nothing.
    let county = world.get("supervisor-430121", "/api/v1/supervision").ok(200);
    assert_eq!(numbers(&county["proposed"]), [&proposed.no]);
    assert!(!county.to_string().contains(&hidden.no));
    let neighbour = world.get("supervisor-430181", "/api/v1/supervision").ok(200);
    assert_eq!(neighbour, json!({ "listed": [], "proposed": [], "overdue": [] }));
    world.get(HANDLER, "/api/v1/supervision").refused(403, "role_not_allowed");
    let page = Visitor::log_in(world, SUPERVISOR).get("/supervision").text;
    for words in ["正在挂牌督办", "逾期未办结", "建议挂牌督办", &listed[0].no, &proposed.no]
    {
        assert!(page.contains(words), "{words}");
    }
}

fn urging_takes_one_step_and_supervising_asks_every_week(world: &mut World) {
    world.set_clock(MORNING);
    let case = Case::in_county(world);
    case.to_verifying();
    world.set_clock("2027-02-01T09:00:00+08:00");
    let above = Visitor::log_in(world, SUPERVISOR);
    let page = above.get("/supervision").text;
    assert!(page.contains(&format!(r#"action="/cases/{}""#, case.no)));
    let form = [("act", "urge"), ("rung", "supervise"), ("text", "请尽快办理")];
    assert_eq!(above.send(&format!("/cases/{}", case.no), &form).status, 303);
    let entry = case.entries(HANDLER).pop().unwrap();
    assert_eq!(entry["fields"], json!({ "rung": "supervise", "text": "请尽快办理" }));
    let shown = above.get(&format!("/cases/{}", case.no)).text;
    assert!(shown.contains("督促方式"));
    // After each report the next, to the end; a plain urging does not step down.
    let progress = json!({ "act": "progress", "text": "正在测量" });
    case.done(HANDLER, &progress);
    case.done(SUPERVISOR, &json!({ "act": "urge", "text": "再催" }));
    case.done(HANDLER, &progress);
    assert!(case.outstanding(HANDLER).contains(&"progress".to_owned()));
    let bad = json!({ "act": "urge", "rung": "list", "text": "x" });
    let faults = case.act(SUPERVISOR, &bad).refused(422, "invalid");
    assert_eq!(faults["errors"][0]["field"], "rung");
    case.act(HANDLER, &form_of(&form)).refused(403, "role_not_allowed");
    world.run_ok(&["audit"]);
}

fn form_of(form: &[(&str, &str)]) -> Value {
    form.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
}

/// The published listings, once there are so many.
fn published(world: &World, how_many: usize) -> Value {
    wait_for("the listings", || {
        let list = world.get("", "/api/v1/listed").ok(200);
        (list["items"].as_array().unwrap().len() == how_many).then_some(list)
    })
}

fn listings_are_published_with_their_extension_and_nothing_personal(world: &mut World) {
    world.set_clock(MORNING);
    let township = json!({ "division": "430121003", "informant":
        { "mode": "named", "name": "钱某某", "phone": "100-2000-3000" } });
    let cases: Vec<Case<'_>> = (0..2).map(|_| about_farmland(world, &township)).collect();
    for case in &cases {
        case.to_verifying();
        case.done(SUPERVISOR, &list());
    }
    let case = &cases[0];
    let open = world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let of = |kind: &str| open.as_array().unwrap().iter().find(|d| d["duty"] == kind).unwrap();
    case.done(
        HANDLER,
        &json!({ "act": "ask_extension", "duty": of("lift")["no"], "amount": 10,
                                "reason": "内部理由" }),
    );
    case.done(
        HANDLER,
        &json!({ "act": "ask_extension", "duty": of("verify")["no"], "amount": 5,
                                "reason": "内部理由" }),
    );
    // Two extensions are asked; that of the listing is published, the other is not.
    let open = world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let asked = open.as_array().unwrap().iter().filter(|d| d["duty"] == "rule_extension");
    for (duty, text) in asked.zip(["雨季停工，复垦顺延", "核查延期说明"]) {
        case.done(
            SUPERVISOR,
            &json!({ "act": "rule_extension", "duty": duty["no"],
                                       "granted": true, "text": text }),
        );
    }
    case.done(SUPERVISOR, &json!({ "act": "lift", "text": "内部：整改到位" }));
    let list = wait_for("the lifting", || {
        let list = published(world, 2);
        list["items"][1]["lifted_on"].is_string().then_some(list)
    });
    assert_eq!(numbers(&list["items"]), [&cases[1].no, &case.no], "newest first");
    let lifted = &list["items"][1];
    assert_eq!((&lifted["division"], &lifted["by"]), (&json!(COUNTY), &json!(CITY)));
    assert_eq!(
        (&lifted["listed_on"], &lifted["lifted_on"]),
        (&json!("2026-11-23"), &json!("2026-11-23"))
    );
    // Sixty days, and ten more.
    let extension = json!([{ "granted_on": "2026-11-23", "until": "2027-02-01",
                             "reason": "雨季停工，复垦顺延" }]);
    assert_eq!((&lifted["due_on"], &lifted["extensions"]), (&json!("2027-02-01"), &extension));
    let other = &list["items"][0];
    assert_eq!((&other["due_on"], &other["extensions"]), (&json!("2027-01-22"), &json!([])));
    assert!(other["lifted_on"].is_null());
    let page = world.get("", "/listed").text;
    assert!(page.contains("雨季停工，复垦顺延") && page.contains(&case.no), "{page}");
    for text in [list.to_string(), page] {
        for secret in ["赵某", "钱某某", "内部", "湘龙", "430121003", "核查延期", &case.tip]
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    // In pages.
    let first = world.get("", "/api/v1/listed?limit=1").ok(200);
    assert_eq!(numbers(&first["items"]), [&cases[1].no]);
    let next = format!("/api/v1/listed?limit=1&after={}", first["next"].as_str().unwrap());
    let second = world.get("", &next).ok(200);
    assert_eq!((numbers(&second["items"]), &second["next"]), (vec![&*case.no], &Value::Null));
    world.get("", "/api/v1/listed?after=x").refused(422, "invalid");
}

fn what_accuses_a_unit_is_not_published(world: &mut World) {
    let case = about_farmland(world, &json!({}));
    case.done("supervisor-430121", &list());
    assert_eq!(published(world, 1)["items"][0]["by"], COUNTY);
    let accused = json!({ "act": "correct", "seq": 1, "fields": { "accused_unit": COUNTY },
                          "text": "举报人指认" });
    case.done("judge-430100", &accused);
    let shown = world.get("", "/api/v1/listed").ok(200);
    assert_eq!(shown["items"], json!([]));
    assert!(!world.get("", "/listed").text.contains(&case.no));
}
