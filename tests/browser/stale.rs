//! Pages that the world has moved past, and forms that are sent twice.

use serde_json::json;

use crate::browser::{Browser, is_here};
use crate::case::Case;
use crate::story::{act, receipt};
use crate::world::{Backend, World};

#[test]
fn what_was_typed_on_a_stale_page_is_still_there() {
    if !is_here() {
        return;
    }
    let world = World::start(Backend::Sqlite);
    let case = Case::in_county(&world);
    case.to_verifying();
    let path = format!("/cases/{}", case.no);
    let browser = Browser::open(&world);
    browser.log_in("handler-430121");
    browser.go(&path);
    let first = browser.tab();
    browser.go(&path);
    act(&browser, "备注", || browser.fill("说明", "已电话联系村委会"));

    browser.switch_to(first - 1);
    let typed = "现场照片已拍摄，村委会在场";
    browser.unfold("备注");
    browser.fill("说明", typed);
    browser.click("备注");
    assert_eq!(browser.status(), 409);
    let fault = browser.read(".fault");
    assert!(fault.contains("已有新"), "{fault}");
    assert_eq!(browser.value("说明"), typed);
    // The page knows the new state: the same words can be sent now.
    act(&browser, "备注", || ());
    let said = json!(case.entries("handler-430121")).to_string();
    assert_eq!(said.matches(typed).count(), 1);
}

#[test]
fn a_form_sent_twice_makes_one_case() {
    if !is_here() {
        return;
    }
    let world = World::start(Backend::Sqlite);
    let browser = Browser::open(&world);
    browser.go("/tip");
    browser.fill("在哪个省、市、县", "430121");
    browser.fill("看到了什么", "村东头占用耕地约三亩建厂房，正在施工。");
    // Two clicks before the answer comes, as an impatient hand does.
    let button = "document.querySelector('main form button')";
    browser.run(&format!("{button}.click(); {button}.click()"));
    crate::world::wait_for("the receipt", || (browser.count(".receipt") == 1).then_some(()));
    let first = receipt(&browser);
    // And once more by loading the receipt again.
    browser.reload();
    assert_eq!(receipt(&browser), first);
    let list = world.get("judge-430121", "/api/v1/cases").ok(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
