//! What an informant does, as carefully as one can: JavaScript off, nothing left behind.

use std::collections::BTreeSet;

use serde_json::json;

use crate::browser::{Browser, is_here};
use crate::case::{Case, evidence};
use crate::story::receipt;
use crate::units::COUNTY;
use crate::world::{Backend, World};

/// What a walk leaves: titles and addresses, and whatever the browser keeps.
struct Trail<'b> {
    browser: &'b Browser,
    titles: BTreeSet<String>,
    addresses: BTreeSet<String>,
}

impl Trail<'_> {
    /// Notes the page that is shown, and checks what it left in the browser.
    fn note(&mut self) {
        self.titles.insert(self.browser.title());
        self.addresses.insert(self.browser.path());
        let kept = "return localStorage.length + sessionStorage.length";
        assert_eq!(self.browser.run(kept), 0, "something is stored on {}", self.browser.path());
        assert_eq!(self.browser.cookies(), Vec::<String>::new(), "on {}", self.browser.path());
    }
}

#[test]
fn s27_s28_a_tip_goes_its_way_without_scripts_and_leaves_nothing_behind() {
    if !is_here() {
        return;
    }
    let world = World::start(Backend::Sqlite);
    let browser = Browser::without_scripts(&world);
    browser.go_to("data:text/html,<title>off</title><script>document.title='on'</script>");
    assert_eq!(browser.title(), "off", "JavaScript is not off");
    browser.requests();

    let (titles, addresses) = (BTreeSet::new(), BTreeSet::new());
    let mut trail = Trail { browser: &browser, titles, addresses };
    browser.go("/");
    trail.note();
    browser.click("开始举报");
    trail.note();
    send_with_a_fault(&world, &browser, &mut trail);
    browser.fill("在哪个省、市、县", "湖南省长沙县");
    browser.click("提交举报");
    trail.note();
    let (number, code) = receipt(&browser);
    assert_eq!((number.len(), code.len()), (16, 15));

    let look = |trail: &mut Trail<'_>| {
        browser.click("查询进度");
        trail.note();
        browser.fill("举报编号", &number);
        browser.fill("查询码", &code);
        browser.click("查询");
        trail.note();
        assert_eq!(browser.status(), 200);
    };
    look(&mut trail);
    browser.says("已收到，正在判定");
    answer(&world, &number);
    look(&mut trail);
    browser.says("给您的答复");
    browser.says("已拆除复耕，感谢举报");

    // S27: nobody else was told anything.
    let site = format!("http://{}/", world.address());
    let requests = browser.requests();
    assert!(requests.len() > 10, "{requests:?}");
    let elsewhere: Vec<_> = requests.iter().filter(|url| !url.starts_with(&site)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    // S29: addresses and titles are what a history keeps.
    let said = format!("{requests:?} {:?} {:?}", trail.addresses, trail.titles);
    let grouped = number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four));
    let grouped = grouped.collect::<Vec<_>>().join(" ");
    for secret in [&number, &code, &grouped, "某村", "厂房", "430121"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
    browser.complained_only_of_refusals();
}

/// A place that there is not: told beside the field, everything else still there.
fn send_with_a_fault(world: &World, browser: &Browser, trail: &mut Trail<'_>) {
    let file = world.folder.path().join("map.pdf");
    std::fs::write(&file, b"%PDF-1.7 a map").unwrap();
    let seen = "某村东头占用耕地约三亩建厂房，正在施工。";
    browser.fill("在哪个省、市、县", "火星");
    browser.fill("看到了什么", seen);
    browser.attach("照片、视频、文件", &file);
    browser.pick("匿名");
    browser.click("提交举报");
    trail.note();
    assert_eq!(browser.status(), 422);
    assert!(browser.title().starts_with("错误："), "{}", browser.title());
    let fault = browser.read(".wrong");
    assert!(fault.contains("在哪个省、市、县"), "{fault}");
    assert_eq!(browser.value("在哪个省、市、县"), "火星");
    assert_eq!(browser.value("看到了什么"), seen);
    browser.says("已上传");
}

/// What the bureau does meanwhile.
fn answer(world: &World, tip: &str) {
    let list = world.get("judge-430121", "/api/v1/cases").ok(200);
    let no = list["items"][0]["case"].as_str().unwrap().to_owned();
    let case = Case { world, no, tip: tip.to_owned(), code: String::new() };
    // What comes by the web is judged by the province.
    case.done("judge-430000", &json!({ "act": "accept" }));
    case.done("judge-430000", &json!({ "act": "dispatch", "unit": COUNTY }));
    case.done("handler-430121", &json!({ "act": "sign" }));
    case.done("handler-430121", &case.verify("founded", &evidence(world)));
    case.done("handler-430121", &case.dispose());
    case.done("handler-430121", &case.reply());
}
