//! Lists as a newcomer reads them: what is to be done first stands first, figures are true, and what has
//! ended says how.

use serde_json::json;

use crate::case::{Case, call};
use crate::on_both;
use crate::units::COUNTY;
use crate::visitor::Visitor;
use crate::world::{World, wait_for};

on_both!(
    what_waits_stands_in_the_order_of_its_dates,
    an_enquiry_ends_with_the_tip_that_it_was,
    a_listing_past_its_day_says_so,
    a_campaign_is_to_come_runs_and_is_over,
    a_reopened_case_says_so_to_its_informant,
);

/// Numbers of the cases in a list, from above.
fn rows(page: &str) -> Vec<String> {
    let row = |rest: &str| rest.split('"').next().unwrap().to_owned();
    page.split("<td class=\"main\"><a href=\"/cases/").skip(1).map(row).collect()
}

/// One more than a page of the list holds.
const MORE: usize = 51;

fn what_waits_stands_in_the_order_of_its_dates(world: &mut World) {
    world.set_clock("2026-11-23T09:00:00+08:00");
    let mut first: Vec<String> = (0..MORE).map(|_| Case::in_county(world).no).collect();
    first.sort();
    world.set_clock("2026-11-25T09:00:00+08:00");
    let later = Case::in_county(world);
    let mut body = call(COUNTY);
    body["category"] = json!("hazard.geological");
    let danger = Case::log(world, "operator-430121", &body);
    let judge = Visitor::log_in(world, "judge-430121");
    let page = judge.get("/cases?todo=true").text;
    let mut seen = rows(&page);
    assert_eq!(seen[0], danger.no, "danger first");
    assert_eq!(seen.len(), MORE - 1);
    // The next page goes on where this one ends, also when something was done meanwhile.
    world.post("judge-430121", &danger.path("/entries"), &json!({ "act": "accept" })).ok(201);
    let (_, next) = page.split_once("<nav class=\"pages\"").unwrap();
    let (address, _) = next.split_once("\" rel=\"next\"").unwrap();
    let address =
        address.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&").replace("&amp;", "&");
    seen.extend(rows(&judge.get(&address).text));
    let expected: Vec<&String> =
        [&danger.no].into_iter().chain(&first).chain([&later.no]).collect();
    assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "by what is due first, each once");
    // What is overdue is counted whole, though not all of it is shown.
    world.set_clock("2026-12-20T09:00:00+08:00");
    let supervisor = Visitor::log_in(world, "supervisor-430121");
    let page = supervisor.get("/supervision").text;
    let (_, late) = page.split_once("id=\"late\"").unwrap();
    assert!(late.contains("<span class=\"count\">53</span>"), "{late}");
    assert_eq!(rows(late.split_once("</section>").unwrap().0).len(), 50);
    assert!(late.contains("href=\"/cases?overdue=true\""));
    let listed = rows(&supervisor.get("/cases?overdue=true").text);
    assert_eq!((listed.len(), &listed[0]), (50, &danger.no), "newest first, as ever");
}

fn an_enquiry_ends_with_the_tip_that_it_was(world: &mut World) {
    let who = Visitor::log_in(world, "operator-430121");
    let ask = |body| {
        let made = world.post("operator-430121", "/api/v1/enquiries", &body).ok(201);
        made["enquiry"].as_str().unwrap().to_owned()
    };
    let id = ask(json!({ "channel": "phone", "text": "邻村在耕地里挖沙，归谁管？" }));
    let call = who.get(&format!("/call?enquiry={id}")).text;
    assert!(call.contains(&format!("name=\"enquiry\" value=\"{id}\"")), "{call}");
    // No place was named, so none is filled in.
    let (_, field) = call.split_once("name=\"division\" value=\"").unwrap();
    assert!(field.starts_with('"'), "{field}");
    let form = [
        ("enquiry", &*id),
        ("channel", "phone"),
        ("division", COUNTY),
        ("text", "邻村在耕地里挖沙"),
        ("informant.mode", "anonymous"),
        ("once", "k"),
    ];
    // What is refused leaves it open.
    let without = [form[0], form[1], form[2], form[4]];
    let refused = who.send("/call", &without);
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains(&format!("name=\"enquiry\" value=\"{id}\"")));
    assert!(who.get("/enquiries?state=open").text.contains("归谁管"));
    for _ in 0..2 {
        let taken = who.send("/call", &form);
        assert_eq!(taken.status, 201, "{}", taken.text);
    }
    let tips = world.names("SELECT number AS name FROM tips");
    assert_eq!(tips.len(), 1, "sent twice it is one");
    let list = world.get("operator-430121", "/api/v1/enquiries?state=turned").ok(200);
    let turned = &list["items"][0];
    assert_eq!((&turned["enquiry"], &turned["tip"]), (&json!(id), &json!(tips[0])));
    assert_eq!((&turned["answer"], turned["answered_at"].is_string()), (&json!(null), true));
    for (state, count) in [("open", 0), ("answered", 0), ("turned", 1)] {
        let path = format!("/api/v1/enquiries?state={state}");
        let list = world.get("operator-430121", &path).ok(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{state}");
    }
    let case = &world.names("SELECT case_no AS name FROM tips")[0];
    let page = who.get("/enquiries?state=turned").text;
    assert!(page.contains("已转为举报") && page.contains(&format!("/cases/{case}")), "{page}");
    // It is answered with the tip: nobody answers it again, or turns it into a second one.
    let path = format!("/api/v1/enquiries/{id}/answer");
    let again = world.post("operator-430121", &path, &json!({ "answer": "归我们管" }));
    assert_eq!(again.refused(422, "invalid")["errors"][0]["code"], "answered_already");
    let mut second = form;
    second[5] = ("once", "other");
    let twice = who.send("/call", &second);
    assert!(twice.status == 422 && twice.text.contains("已经答复或转为举报"), "{}", twice.text);
    assert_eq!(
        world.names("SELECT number AS name FROM tips").len(),
        1,
        "neither without the other"
    );
    // A place that was named is filled in, and shown as the place.
    let placed = ask(json!({ "channel": "phone", "text": "哪里反映？", "division": COUNTY }));
    assert!(who.get("/enquiries").text.contains("所在地 湖南省长沙市长沙县"));
    let call = who.get(&format!("/call?enquiry={placed}")).text;
    assert!(call.contains(&format!("name=\"division\" value=\"{COUNTY}\"")), "{call}");
}

fn a_listing_past_its_day_says_so(world: &mut World) {
    world.set_clock("2026-11-02T09:00:00+08:00");
    let [late, lifted] = [0, 1].map(|_| {
        let case = Case::in_county(world);
        case.to_verifying();
        let list = json!({ "act": "list", "situation": "other", "text": "挂牌" });
        case.done("supervisor-430121", &list);
        case
    });
    let public = Visitor::public(world);
    let listed = || {
        wait_for("the listings", || {
            let page = public.get("/listed").text;
            (page.contains(&late.no) && page.contains(&lifted.no)).then_some(page)
        })
    };
    assert!(!listed().contains("逾期"));
    world.set_clock("2027-06-01T09:00:00+08:00");
    lifted.done("supervisor-430121", &json!({ "act": "lift", "text": "整改到位" }));
    let page = wait_for("the lifting", || {
        let page = listed();
        page.contains("2027-06-01").then_some(page)
    });
    assert_eq!(page.matches("due-late").count(), 1, "lifted is not late: {page}");
    let (_, row) = page.split_once(&*late.no).unwrap();
    assert!(row.split("</tr>").next().unwrap().contains("逾期"), "{page}");
}

fn a_campaign_is_to_come_runs_and_is_over(world: &mut World) {
    world.set_clock("2026-11-09T12:00:00+08:00");
    let body = json!({ "name": "专项", "divisions": [COUNTY], "from": "2026-11-10",
                       "to": "2026-11-20", "text": "说明" });
    let made = world.post("supervisor-430121", "/api/v1/campaigns", &body).ok(201);
    let own = format!("/campaigns/{}", made["campaign"].as_str().unwrap());
    for (at, words) in [
        ("2026-11-09T23:59:59+08:00", "未开始"),
        ("2026-11-10T00:00:00+08:00", "进行中"),
        ("2026-11-21T00:00:00+08:00", "已结束"),
    ] {
        world.set_clock(at);
        let who = Visitor::log_in(world, "supervisor-430121");
        for path in ["/campaigns", &own] {
            let page = who.get(path).text;
            assert!(page.contains(&format!(">{words}<")), "{at} {path}: {page}");
        }
    }
}

fn a_reopened_case_says_so_to_its_informant(world: &mut World) {
    let case = Case::in_county(world);
    let into = Case::in_county(world);
    into.to_verifying();
    case.done("judge-430121", &json!({ "act": "merge", "case": into.no, "text": "同一地块" }));
    // What is written on both for themselves changes nothing for the informant.
    for other in [&case, &into, &case] {
        other.done("judge-430121", &json!({ "act": "note", "text": "记一笔" }));
    }
    let words = |progress: &serde_json::Value| -> Vec<String> {
        let steps = progress["steps"].as_array().unwrap().iter();
        steps.map(|step| step["words"].as_str().unwrap().to_owned()).collect()
    };
    let told = words(&case.progress());
    assert_eq!(told, ["已收到，正在判定", "已并案办理", "核查中"]);
    let refused = Case::in_county(world);
    let refusal = json!({ "act": "refuse", "reason": "out_of_scope", "redirect": "水利局",
                          "text": "属于水利部门职责" });
    refused.done("judge-430121", &refusal);
    refused.done("supervisor-430121", &json!({ "act": "reopen", "reason": "复核属本部门职责" }));
    let keys = [("number", &*refused.tip), ("code", &*refused.code)];
    let page = Visitor::public(world).send("/progress", &keys).text;
    assert!(page.contains("<b>已重新办理：核查中</b>"), "{page}");
    let told = words(&refused.progress());
    assert_eq!(told.last().unwrap(), "已重新办理：核查中", "{told:?}");
}
