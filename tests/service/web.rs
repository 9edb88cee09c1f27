//! What pages do that no other test has done: a sheet is taken in, a flood is let back, a reader is
//! told of the next report, the first account is made.

use serde_json::json;

use crate::case::{Case, call};
use crate::on_both;
use crate::setup::shown;
use crate::units::COUNTY;
use crate::visitor::{OWN_PAGE, Visitor};
use crate::wire::in_url;
use crate::world::{Reply, World};

on_both!(
    a_sheet_is_taken_in_and_what_cannot_be_is_listed_without_its_words,
    a_flood_is_let_back_from_its_page,
    a_reader_is_told_of_the_next_report,
    a_list_is_narrowed_by_its_address,
    the_first_account_is_made_on_its_page,
);

/// Sends a form with one file, as a browser does.
fn upload(world: &World, who: &Visitor<'_>, source: &str, name: &str, file: &str) -> Reply {
    let field = |name: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!(
        "{}{}--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{file}\r\n--cut--\r\n",
        field("token", &who.token),
        field("source", source),
    );
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let mut headers = vec![kind, ("Accept", "text/html"), ("Cookie", who.cookie.as_str())];
    headers.extend(OWN_PAGE);
    world.ask("POST", "", "/import", &headers, body.as_bytes())
}

fn a_sheet_is_taken_in_and_what_cannot_be_is_listed_without_its_words(world: &mut World) {
    let who = Visitor::log_in(world, "operator-430121");
    let sheet = "编号,渠道,行政区划,内容\r\n甲1,电话,湖南省长沙县,金丝雀一\r\n甲2,电话,没有这个县,金丝雀二\r\n\
                 甲3,来信,430121,金丝雀三\r\n";
    // Values are codes or names of the vocabulary; these are names in Chinese.
    let sheet = sheet.replace("电话", "phone").replace("来信", "letter");
    let reply = upload(world, &who, "旧系统", "tips.csv", &sheet);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.text.contains("共 3，新收 2，已有 0，未收 1"), "{}", reply.text);
    assert!(reply.text.contains("没有这个行政区划"), "{}", reply.text);
    assert!(!reply.text.contains("金丝雀"), "a row's words are on the page");
    // The same again adds nothing.
    let again = upload(world, &who, "旧系统", "tips.csv", &sheet);
    assert!(again.text.contains("新收 0，已有 2，未收 1"), "{}", again.text);
    // They stand in the list, and nowhere else.
    let list = who.get(&format!("/cases?q={}", in_url("金丝雀")));
    assert_eq!(list.text.matches("<td class=\"main\">").count(), 2, "{}", list.text);
    // What is no table is refused in words, with what was typed kept.
    let wrong = upload(world, &who, "旧系统", "tips.csv", "likes\r\n3\r\n");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("不认识「likes」这一列"), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"旧系统\""), "{}", wrong.text);
    assert_eq!(upload(world, &who, "", "tips.csv", &sheet).status, 422);
    assert_eq!(upload(world, &who, "旧系统", "tips.csv", "").status, 422);
}

fn a_flood_is_let_back_from_its_page(world: &mut World) {
    let mut tip = call("430000");
    tip["channel"] = json!("web");
    for _ in 0..14 {
        world.post("", "/api/v1/tips", &tip).ok(201);
    }
    let who = Visitor::log_in(world, "operator-430000");
    let listed = || who.get("/cases").text.matches("<td class=\"main\">").count();
    assert_eq!(listed(), 10, "what is past the threshold is not in the daily list");
    let page = who.get("/holds");
    let (_, rest) = page.text.split_once("action=\"/holds/").expect("a group with its button");
    let group = rest.split('/').next().unwrap();
    assert!(page.text.contains("<td class=\"number\">4</td>"), "{}", page.text);
    let of_group = who.get(&format!("/cases?held={group}"));
    assert_eq!(of_group.text.matches("<td class=\"main\">").count(), 4);
    assert_eq!(who.send(&format!("/holds/{group}/release"), &[]).status, 303);
    assert_eq!(listed(), 14);
    assert!(who.get("/holds").text.contains("没有暂存的线索"));
}

fn a_reader_is_told_of_the_next_report(world: &mut World) {
    let published = "INSERT INTO reports VALUES ('r-2026-01', 'monthly', '2026-01', '430121', 0, \
                     FALSE, '2026-02-01 00:00:00', '{}')";
    world.sql(published).unwrap();
    let who = Visitor::log_in(world, "analyst-430121");
    let mail = |act: &str, email: &str| {
        who.send("/reports/r-2026-01/mail", &[("act", act), ("email", email)])
    };
    let bad = mail("subscribe", "nobody");
    assert_eq!(bad.status, 422);
    assert!(bad.text.contains("不是电子邮件地址") && bad.text.contains("value=\"nobody\""));
    assert!(mail("subscribe", "reader@example.org").text.contains("已订阅"));
    assert!(mail("subscribe", "reader@example.org").text.contains("已经订阅"));
    let kept =
        world.names("SELECT email || ' ' || kind || ' ' || scope AS name FROM subscriptions");
    assert_eq!(kept, ["reader@example.org monthly 430121"]);
    assert!(mail("unsubscribe", "reader@example.org").text.contains("已退订"));
    // Another county has no such report, and cannot subscribe to it.
    let other = Visitor::log_in(world, "analyst-430181");
    let form = [("act", "subscribe"), ("email", "other@example.org")];
    assert_eq!(other.send("/reports/r-2026-01/mail", &form).status, 404);
}

fn a_list_is_narrowed_by_its_address(world: &mut World) {
    let first = Case::log(world, "operator-430121", &call(COUNTY));
    let mut other = call(COUNTY);
    other["category"] = json!("mineral.mining");
    let second = Case::log(world, "operator-430121", &other);
    let judge = Visitor::log_in(world, "judge-430121");
    let shows = |path: &str, no: &str| judge.get(path).text.contains(&format!("/cases/{no}\""));
    for case in [&first, &second] {
        assert!(shows("/cases?todo=true", &case.no), "it waits to be judged");
        assert!(
            shows(&format!("/cases?division={}", in_url("长沙县")), &case.no),
            "a place by its name"
        );
    }
    assert!(!shows("/cases?category=mineral.mining", &first.no));
    assert!(shows("/cases?category=mineral.mining", &second.no));
    // Nothing of it waits for who handles: the answer's clock has not begun.
    let handler = Visitor::log_in(world, "handler-430121");
    assert!(!handler.get("/cases?todo=true").text.contains(&first.no));
    assert!(handler.get("/cases").text.contains(&first.no));
    // A filter with a fault says so and lists nothing.
    let wrong = judge.get("/cases?from=gestern");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("不是有效日期"), "{}", wrong.text);
    assert_eq!(wrong.text.matches("<td class=\"main\">").count(), 0);
}

fn the_first_account_is_made_on_its_page(world: &mut World) {
    world.stop();
    world.sql("DELETE FROM credentials").unwrap();
    world.sql("DELETE FROM users").unwrap();
    world.serve();
    let token = shown(world).unwrap();
    let visitor = Visitor::public(world);
    const GOOD: &str = "seven egrets over the mill";
    let send = |token: &str, password: &str, unit: &str| {
        let fields =
            [("setup_token", token), ("login", "wang"), ("password", password), ("unit", unit)];
        visitor.send("/setup", &fields)
    };
    assert_eq!(send("wrong", GOOD, "湖南省").status, 403);
    let weak = send(&token, "short", "湖南省");
    assert_eq!(weak.status, 422);
    assert!(!weak.text.contains("value=\"short\""), "a password came back");
    assert_eq!(send(&token, GOOD, "没有").status, 422);
    assert_eq!(send(&token, GOOD, "湖南省").status, 303);
    assert_eq!(send(&token, GOOD, "湖南省").status, 409);
    let login = [("login", "wang"), ("password", GOOD)];
    assert_eq!(visitor.send("/login", &login).status, 303);
}
