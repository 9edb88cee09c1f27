//! Campaigns: which cases belong to one, what became of them, and the marks in reports.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY, OTHER_COUNTY};
use crate::visitor::Visitor;
use crate::world::World;

on_both!(
    a_case_belongs_by_its_day_place_and_category,
    what_became_of_its_cases_is_counted_by_division,
    what_makes_no_campaign_is_named,
    a_report_says_what_its_figures_must_be_read_with,
);

fn open(world: &World, who: &str, category: Option<&str>, divisions: &[&str]) -> String {
    let mut body = json!({ "name": "耕地保护专项督察", "divisions": divisions,
                           "from": "2026-11-10", "to": "2026-11-20", "text": "集中查处占用耕地" });
    if let Some(category) = category {
        body["category"] = json!(category);
    }
    let made = world.post(who, "/api/v1/campaigns", &body).ok(201);
    made["campaign"].as_str().unwrap().to_owned()
}

fn of(world: &World, who: &str, campaign: &str) -> Vec<String> {
    let list = world.get(who, &format!("/api/v1/cases?campaign={campaign}")).ok(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|case| case["case"].as_str().unwrap().to_owned()).collect()
}

/// A tip on a day at a place.
fn log<'w>(world: &'w World, at: &str, division: &str, category: &str) -> Case<'w> {
    world.set_clock(at);
    let mut body = call(division);
    body["category"] = json!(category);
    Case::log(world, &format!("operator-{division}"), &body)
}

fn a_case_belongs_by_its_day_place_and_category(world: &mut World) {
    let land = "land.occupation";
    world.set_clock("2026-11-09T12:00:00+08:00");
    let who = "supervisor-430100";
    let [one, field, whole, city] = [
        open(world, who, Some(land), &[COUNTY]),
        open(world, who, Some("land"), &[COUNTY]),
        open(world, who, None, &[COUNTY]),
        open(world, who, Some("mineral"), &[CITY]),
    ];
    let before = log(world, "2026-11-09T23:59:00+08:00", COUNTY, land);
    let first = log(world, "2026-11-10T00:01:00+08:00", COUNTY, land);
    let mineral = log(world, "2026-11-12T10:00:00+08:00", COUNTY, "mineral.mining");
    let elsewhere = log(world, "2026-11-12T11:00:00+08:00", OTHER_COUNTY, land);
    let last = log(world, "2026-11-20T23:59:00+08:00", COUNTY, land);
    let after = log(world, "2026-11-21T00:01:00+08:00", COUNTY, land);
    let newest_first = |mut cases: Vec<&Case<'_>>| -> Vec<String> {
        cases.sort_by(|a, b| b.no.cmp(&a.no));
        cases.iter().map(|case| case.no.clone()).collect()
    };
    assert_eq!(of(world, who, &one), newest_first(vec![&first, &last]));
    assert_eq!(of(world, who, &field), newest_first(vec![&first, &last]));
    assert_eq!(of(world, who, &whole), newest_first(vec![&first, &mineral, &last]));
    assert_eq!(of(world, who, &city), vec![mineral.no.clone()]);
    // Each sees of it what it may see in any case.
    assert_eq!(of(world, "supervisor-430181", &whole), Vec::<String>::new());
    assert_eq!(of(world, who, "none"), Vec::<String>::new());
    let page = |case: &Case<'_>| {
        Visitor::log_in(world, "judge-430100").get(&format!("/cases/{}", case.no)).text
    };
    assert!(page(&first).contains(&format!("/campaigns/{one}")));
    for out in [&before, &after, &elsewhere] {
        assert!(!page(out).contains("/campaigns/0"), "{}", out.no);
    }
    assert!(!page(&mineral).contains(&format!("/campaigns/{one}")));
    // What was ended early holds nothing that came later.
    world.set_clock("2026-11-18T10:00:00+08:00");
    world.post(who, &format!("/api/v1/campaigns/{one}/end"), &json!({})).ok(200);
    assert_eq!(of(world, who, &one), vec![first.no.clone()]);
    world
        .post("supervisor-430181", &format!("/api/v1/campaigns/{whole}/end"), &json!({}))
        .refused(404, "not_found");
}

fn figures(world: &World, who: &str, campaign: &str) -> Value {
    world.get(who, &format!("/api/v1/campaigns/{campaign}")).ok(200)["figures"].clone()
}

fn what_became_of_its_cases_is_counted_by_division(world: &mut World) {
    world.set_clock("2026-11-10T09:00:00+08:00");
    let id = open(world, "supervisor-430100", None, &[COUNTY, OTHER_COUNTY]);
    world.set_clock("2026-11-12T09:00:00+08:00");
    let hash = evidence(world);
    let closed = Case::in_county(world);
    closed.to_review(&hash);
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let unfounded = Case::in_county(world);
    unfounded.to_verifying();
    unfounded.done("handler-430121", &unfounded.verify("unfounded", &hash));
    Case::in_county(world);
    Case::log(world, "operator-430181", &call(OTHER_COUNTY));
    let county =
        json!({ "division": COUNTY, "received": 3, "accepted": 2, "closed": 1, "founded": 1 });
    let other = json!({ "division": OTHER_COUNTY, "received": 1, "accepted": 0, "closed": 0, "founded": 0 });
    assert_eq!(figures(world, "supervisor-430100", &id), json!([county, other]));
    assert_eq!(figures(world, "analyst-430000", &id), json!([county, other]));
    assert_eq!(figures(world, "handler-430121", &id), json!([county]), "those on one's own line");
    assert_eq!(figures(world, "judge-440000", &id), json!([]));
    let page = Visitor::log_in(world, "supervisor-430100").get(&format!("/campaigns/{id}")).text;
    for words in ["耕地保护专项督察", "浏阳市", "集中查处占用耕地", "提前结束"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let theirs = Visitor::log_in(world, "supervisor-430121").get(&format!("/campaigns/{id}")).text;
    assert!(!theirs.contains("提前结束"), "whoever did not open it does not end it");
}

fn what_makes_no_campaign_is_named(world: &mut World) {
    world.set_clock("2026-11-10T00:10:00+08:00");
    let good = json!({ "name": "专项", "divisions": [COUNTY], "from": "2026-11-10",
                       "to": "2026-11-20", "text": "说明" });
    let table = [
        ("divisions", json!([]), "divisions", "too_few"),
        ("divisions", json!([COUNTY, "440000"]), "divisions[1]", "unknown_division"),
        ("divisions", json!(["430100", COUNTY]), "divisions[1]", "within_another"),
        ("category", json!("gossip"), "category", "not_one_of"),
        ("to", json!("2026-11-09"), "to", "backwards"),
        ("to", json!("2036-11-09"), "to", "too_long_time"),
        // What is announced comes before what is done: no campaign begins in the past.
        ("from", json!("2026-11-09"), "from", "begins_before_today"),
        ("name", json!(""), "name", "missing"),
        ("likes", json!(3), "likes", "unknown_field"),
    ];
    for (field, value, path, code) in table {
        let mut body = good.clone();
        body[field] = value;
        let reply = world.post("supervisor-430000", "/api/v1/campaigns", &body);
        let reply = reply.refused(422, "invalid");
        let fault = &reply["errors"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!(path), &json!(code)), "{body}");
    }
    assert_eq!(world.get("", "/api/v1/notices").ok(200)["items"], json!([]));
    // The page says the same and keeps what was typed.
    let who = Visitor::log_in(world, "supervisor-430121");
    let form = [
        ("name", "专项"),
        ("divisions", "长沙县"),
        ("from", "昨天"),
        ("to", "2026-11-20"),
        ("text", "说明"),
    ];
    let refused = who.send("/campaigns", &form);
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("不是有效日期") && refused.text.contains("value=\"昨天\""));
    let good = [
        ("name", "专项"),
        ("divisions", "长沙县"),
        ("from", "2026-11-10"),
        ("to", "2026-11-20"),
        ("text", "说明"),
        ("category", "land"),
        ("once", "k"),
    ];
    for _ in 0..2 {
        assert_eq!(who.send("/campaigns", &good).status, 303);
    }
    let list = world.get("analyst-430121", "/api/v1/campaigns").ok(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "sent twice it is one");
    assert_eq!(list["items"][0]["category"], "land");
    assert_eq!(list["items"][0]["to"], "2026-11-20");
}

fn a_report_says_what_its_figures_must_be_read_with(world: &mut World) {
    log(world, "2026-10-20T10:00:00+08:00", COUNTY, "unknown");
    world.set_clock("2026-11-10T10:00:00+08:00");
    open(world, "supervisor-430121", None, &[COUNTY]);
    world.set_clock("2026-11-12T10:00:00+08:00");
    let mut letter = call(COUNTY);
    letter["channel"] = json!("letter");
    Case::log(world, "operator-430121", &letter);
    Case::in_county(world);
    let asked = json!({ "channel": "phone", "text": "宅基地怎样申请？" });
    for answer in [None, Some("向村委会提出申请")] {
        let mut asked = asked.clone();
        asked["answer"] = json!(answer);
        world.post("operator-430121", "/api/v1/enquiries", &asked).ok(201);
    }
    world.set_clock("2026-12-01T09:00:00+08:00");
    let report = |period: &str, scope: &str| -> (Value, String) {
        let build = ["report", "build", "--kind", "monthly", "--period", period, "--scope", scope];
        world.run_ok(&[&build[..], &["--out", "."]].concat());
        let file = |ending: &str| {
            let name = format!("monthly-{period}-{scope}.{ending}");
            std::fs::read_to_string(world.folder.path().join(name)).unwrap()
        };
        (serde_json::from_str(&file("json")).unwrap(), file("html"))
    };
    let (november, page) = report("2026-11", COUNTY);
    let campaign = json!({ "kind": "campaign", "name": "耕地保护专项督察", "from": "2026-11-10",
                           "to": "2026-11-20" });
    let channel = json!({ "kind": "channel", "name": "letter", "from": "2026-11-12", "to": null });
    assert_eq!(november["marks"], json!([campaign, channel]));
    assert_eq!(november["enquiries"], json!({ "received": 2, "answered": 1 }));
    assert_eq!(november["tips"]["received"], 2, "an enquiry is no tip");
    assert_eq!(november["pending"]["received"], 2, "and in no balance");
    assert!(
        page.contains("专项督察「耕地保护专项督察」2026-11-10 至 2026-11-20；2026-11-12 开通渠道"),
        "{page}"
    );
    assert!(page.contains("收到 2，答复 1"), "{page}");
    // Around the campaign's division it is marked too; elsewhere and before it is not.
    assert_eq!(report("2026-11", CITY).0["marks"][0], campaign);
    assert_eq!(report("2026-11", OTHER_COUNTY).0["marks"], json!([]));
    assert_eq!(report("2026-10", COUNTY).0["marks"], json!([]));
}
