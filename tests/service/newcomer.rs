//! What somebody found who tried the pages for the first time: each page says what is so, and offers
//! what can be done.

use serde_json::json;

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::outcomes::decided;
use crate::units::COUNTY;
use crate::visitor::{OWN_PAGE, Visitor};
use crate::world::World;

on_both!(
    whoever_makes_a_return_visit_sees_the_contact,
    a_return_visit_to_nobody_says_so,
    a_clock_of_hours_shows_its_hour,
    a_merged_case_says_where_it_went_and_neither_is_renamed,
    ways_that_would_be_refused_are_not_offered,
    duties_of_one_kind_are_told_apart,
    only_what_may_succeed_is_offered_and_under_its_own_heading,
    a_file_kept_is_called_by_its_name,
);

/// What the button says; the ledger names the act without the brackets.
const LOOK: &str = "查看联系方式（将记入台账）";

/// A case as somebody's page shows it.
fn page(world: &World, who: &str, case: &Case<'_>) -> String {
    let shown = Visitor::log_in(world, who).get(&format!("/cases/{}", case.no));
    assert_eq!(shown.status, 200, "{who}: {}", shown.text);
    shown.text
}

/// The list of what is outstanding on a page.
fn heart(page: &str) -> &str {
    let (_, rest) = page.split_once("class=\"heart\"").unwrap();
    rest.split_once("</section>").unwrap().0
}

/// From the call to the closing.
fn close(case: &Case<'_>) {
    case.to_review(&evidence(case.world));
    assert_eq!(case.done("reviewer-430121", &json!({ "act": "approve_close" })), "closed");
}

fn whoever_makes_a_return_visit_sees_the_contact(world: &mut World) {
    let mut body = call(COUNTY);
    body["informant"] = json!({ "mode": "named", "name": "测试人", "phone": "13800000000" });
    let case = Case::log(world, "operator-430121", &body);
    let operator = Visitor::log_in(world, "operator-430121");
    let own = format!("/cases/{}", case.no);
    assert!(operator.get(&own).text.contains(LOOK), "a reply is owed");
    case.to_verifying();
    case.done("operator-430121", &case.reply());
    assert!(!operator.get(&own).text.contains(LOOK), "nothing is owed to the informant");
    case.done("handler-430121", &case.verify("unfounded", &evidence(world)));
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    case.done("reviewer-430121", &json!({ "act": "approve_close" }));
    assert_eq!(case.outstanding("operator-430121"), ["return_visit"]);
    assert!(operator.get(&own).text.contains(LOOK), "the visit is owed");
    assert!(!page(world, "handler-430121", &case).contains(LOOK));
    let seen = operator.send(&format!("{own}/contact"), &[("tip", &*case.tip)]);
    assert!(seen.status == 200 && seen.text.contains("13800000000"), "{}", seen.text);
    assert_eq!(case.progress()["looks"], 1);
    let look = json!({ "tip": case.tip });
    let path = case.path("/contact");
    world.post("handler-430121", &path, &look).refused(403, "role_not_allowed");
    case.done(
        "operator-430121",
        &json!({ "act": "return_visit", "result": "satisfied", "satisfaction": "satisfied",
                 "text": "认可" }),
    );
    let told = operator.get(&own).text;
    assert!(!told.contains(LOOK));
    // One word of the contract, which two vocabularies call by two names.
    assert!(told.contains("<dt>结果</dt><dd>认可办理结果</dd>"), "{told}");
    assert!(told.contains("<dt>满意程度</dt><dd>满意</dd>"), "{told}");
    world.post("operator-430121", &path, &look).refused(409, "duty_not_open");
}

fn a_return_visit_to_nobody_says_so(world: &mut World) {
    const NOBODY: &str = "举报人匿名、未留联系方式";
    let case = Case::in_county(world);
    assert!(!page(world, "operator-430121", &case).contains(NOBODY), "it is not owed yet");
    close(&case);
    let text = page(world, "operator-430121", &case);
    assert!(heart(&text).contains(NOBODY) && !text.contains(LOOK), "{text}");
    // One who left a name can be asked.
    let mut body = call(COUNTY);
    body["informant"] = json!({ "mode": "confidential", "phone": "13800000000" });
    let known = Case::log(world, "operator-430121", &body);
    close(&known);
    assert!(!page(world, "operator-430121", &known).contains(NOBODY));
}

fn a_clock_of_hours_shows_its_hour(world: &mut World) {
    world.set_clock("2026-11-23T10:00:00+08:00");
    let operator = Visitor::log_in(world, "operator-430121");
    let form = [
        ("channel", "phone"),
        ("division", COUNTY),
        ("category", "hazard.geological"),
        ("text", "山体出现裂缝，住户危险"),
        ("informant.mode", "anonymous"),
    ];
    let receipt = operator.send("/call", &form);
    assert_eq!(receipt.status, 201, "{}", receipt.text);
    assert!(receipt.text.contains("<b>2026-11-23 12:00</b>"), "{}", receipt.text);
    // The clock runs on: half a minute of room on either side.
    world.set_clock("2026-11-23T10:19:30+08:00");
    let list = operator.get("/cases").text;
    assert!(list.contains("还剩 1 小时 40 分") && list.contains("2026-11-23 12:00"), "{list}");
    let cases = world.get("operator-430121", "/api/v1/cases").ok(200);
    let own = format!("/cases/{}", cases["items"][0]["case"].as_str().unwrap());
    let shown = operator.get(&own).text;
    let owed = heart(&shown);
    assert!(owed.contains("还剩 1 小时 40 分") && owed.contains("2026-11-23 12:00"), "{owed}");
    let (_, ledger) = shown.split_once("class=\"ledger\"").unwrap();
    assert!(ledger.contains("限 2026-11-23 12:00"), "{ledger}");
    // It is late by the minute, and the supervisor reads the same.
    world.set_clock("2026-11-23T12:30:30+08:00");
    let late = Visitor::log_in(world, "supervisor-430121").get("/supervision").text;
    assert!(late.contains("逾期 30 分") && late.contains("2026-11-23 12:00"), "{late}");
}

fn a_merged_case_says_where_it_went_and_neither_is_renamed(world: &mut World) {
    let titled = |title: &str| {
        let mut body = call(COUNTY);
        body["title"] = json!(title);
        Case::log(world, "operator-430121", &body)
    };
    // The one that is merged is the older one, so that its words come first.
    let older = titled("先来的举报");
    let into = titled("后来的举报");
    into.to_verifying();
    older.done("judge-430121", &json!({ "act": "merge", "case": into.no, "text": "同一地块" }));
    let gone = page(world, "judge-430121", &older);
    assert!(gone.contains("<h1>先来的举报</h1>"), "{gone}");
    let owed = heart(&gone);
    assert!(!owed.contains("可以申请销号"), "{owed}");
    assert!(owed.contains("本案已并入") && owed.contains(&*into.no), "{owed}");
    let kept = page(world, "judge-430121", &into);
    assert!(kept.contains("<h1>后来的举报</h1>"), "{kept}");
    for (case, title) in [(&older, "先来的举报"), (&into, "后来的举报")] {
        assert_eq!(world.get("judge-430121", &case.path("")).ok(200)["title"], title);
    }
}

fn ways_that_would_be_refused_are_not_offered(world: &mut World) {
    const MERGE: &str = "并入该案";
    let into = Case::in_county(world);
    let case = Case::in_county(world);
    // Nothing is merged into what is not accepted yet.
    let first = page(world, "judge-430121", &case);
    assert!(first.contains("可能重复") && !first.contains(MERGE), "{first}");
    into.to_verifying();
    assert!(page(world, "judge-430121", &case).contains(MERGE));
    // Who judges nothing merges nothing.
    let reader = page(world, "handler-430121", &case);
    assert!(reader.contains("可能重复") && !reader.contains(MERGE), "{reader}");
    // What is listed is not merged before the listing is lifted.
    let list = json!({ "act": "list", "situation": "other", "text": "挂牌" });
    case.done("supervisor-430121", &list);
    assert!(!page(world, "judge-430121", &case).contains(MERGE));
    // A closed one is reopened by those who may.
    close_known(&into);
    const REOPEN: &str = "重办该案";
    assert!(page(world, "supervisor-430121", &case).contains(REOPEN));
    assert!(!page(world, "judge-430121", &case).contains(REOPEN));
}

/// The same from verifying on.
fn close_known(case: &Case<'_>) {
    let hash = evidence(case.world);
    case.done("handler-430121", &case.verify("unfounded", &hash));
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    case.done("reviewer-430121", &json!({ "act": "approve_close" }));
}

fn duties_of_one_kind_are_told_apart(world: &mut World) {
    let hash = evidence(world);
    let case = decided(world, &hash, &[("demolish", "120"), ("confiscate_gains", "3500.50")]);
    let shown = page(world, "handler-430121", &case);
    let owed = heart(&shown);
    for measure in ["拆除（平方米） 120.00", "没收违法所得（元） 3500.50"] {
        assert!(owed.contains(measure), "{measure}: {owed}");
    }
    let list = world.get("handler-430121", &case.path("/outstanding")).ok(200);
    let duties = list.as_array().unwrap().iter().filter(|duty| duty["duty"] == "execute");
    let numbers: Vec<String> = duties.map(|duty| duty["no"].to_string()).collect();
    assert_eq!(numbers.len(), 2);
    for number in &numbers {
        assert!(owed.contains(&format!("编号 {number}<")), "{number}: {owed}");
    }
    // The same in what is said when none of them is named.
    let form = [
        ("act", "execute"),
        ("result", "terminated"),
        ("document", "终结〔2026〕1 号"),
        ("at", "2026-11-23 09:00"),
        ("text", "终结执行"),
    ];
    let handler = Visitor::log_in(world, "handler-430121");
    let refused = handler.send(&format!("/cases/{}", case.no), &form);
    let (_, fault) = refused.text.split_once("id=\"fault\"").unwrap();
    let fault = fault.split_once("</div>").unwrap().0;
    assert!(fault.contains(&format!("请指明编号：{}", numbers.join("、"))), "{fault}");
    assert!(fault.contains("拆除（平方米） 120.00"), "{fault}");
}

fn only_what_may_succeed_is_offered_and_under_its_own_heading(world: &mut World) {
    const APPROVE: &str = "id=\"act-approve_close\"";
    let case = Case::in_county(world);
    case.to_verifying();
    let early = page(world, "reviewer-430121", &case);
    // What runs comes before what has not begun, though it was opened after it.
    let owed = heart(&early);
    assert!(owed.find("<b>核查</b>").unwrap() < owed.find("<b>反馈</b>").unwrap(), "{owed}");
    assert!(!early.contains(APPROVE), "{early}");
    let (_, shut) = early.split_once("class=\"shut\"").unwrap();
    assert!(shut.contains("<dt>批准销号</dt><dd>当前没有待办的「销号审核」事项"), "{shut}");
    // To ask too early is answered with the list of what is owed, and stays.
    assert!(page(world, "handler-430121", &case).contains("id=\"act-request_close\""));
    let heading = |page: &str, act: &str| {
        let (before, _) = page.split_once(&format!("id=\"act-{act}\"")).unwrap();
        let (_, heading) = before.rsplit_once("<h3 class=\"group\">").unwrap();
        heading.split('<').next().unwrap().to_owned()
    };
    let judge = page(world, "judge-430121", &case);
    assert_eq!(heading(&judge, "merge"), "并案与重办");
    close_known(&case);
    let supervisor = page(world, "supervisor-430121", &case);
    assert_eq!(heading(&supervisor, "reopen"), "并案与重办");
    assert_eq!(heading(&supervisor, "account"), "督办");
    let asked = Case::in_county(world);
    asked.to_review(&evidence(world));
    assert!(page(world, "reviewer-430121", &asked).contains(APPROVE));
}

fn a_file_kept_is_called_by_its_name(world: &mut World) {
    let public = Visitor::public(world);
    // The account is missing: the form comes back, the file is kept, and again after a second try.
    let form = [("division", COUNTY), ("informant.mode", "anonymous")];
    let first = public.upload("/tip", &form, &public.token, &OWN_PAGE);
    assert_eq!(first.status, 422, "{}", first.text);
    assert!(first.text.contains("<b>a.pdf</b>"), "{}", first.text);
    let hidden: Vec<(String, String)> = first
        .text
        .split("<input type=\"hidden\" name=\"files")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (format!("files{name}"), rest.split('"').next().unwrap().to_owned())
        })
        .collect();
    assert_eq!(hidden.len(), 2, "the hash and the name");
    let mut again = form.to_vec();
    again.extend(hidden.iter().map(|(name, value)| (&**name, &**value)));
    let second = public.send("/tip", &again);
    assert!(second.status == 422 && second.text.contains("<b>a.pdf</b>"), "{}", second.text);
    again.push(("text", "村东头占用耕地建房"));
    assert_eq!(public.send("/tip", &again).status, 201);
}
