//! The whole story of a case, as the people in it live it, each at the same screen in turn.

use std::path::PathBuf;

use crate::browser::{Browser, CONTROL, ENTER, TAB, is_here};
use crate::world::{Backend, World, has_postgres, wait_for};

#[test]
fn a_call_is_handled_to_its_end_by_people() {
    if is_here() {
        live(&World::start(Backend::Sqlite));
    }
}

/// One scenario on the other database is enough: what differs is below the pages.
#[test]
fn a_call_is_handled_to_its_end_by_people_on_postgres() {
    if is_here() && has_postgres() {
        live(&World::start(Backend::Postgres));
    }
}

fn live(world: &World) {
    world.set_clock("2026-11-23T10:00:00+08:00");
    let browser = Browser::open(world);
    browser.log_in("operator-430121");
    let case = log_by_keyboard(&browser);

    browser.change_to("judge-430121");
    open(&browser, &case);
    act(&browser, "受理", || browser.choose("类别", "非法占地"));
    act(&browser, "派单", || browser.fill("承办单位", "430121"));

    browser.change_to("handler-430121");
    open(&browser, &case);
    act(&browser, "签收", || ());
    too_early(&browser);
    verify(&browser, &photograph(world));
    act(&browser, "处置", || {
        browser.choose("处置方式", "当场纠正");
        browser.fill("法律依据", "土地管理法第七十七条");
        browser.fill("说明", "责令拆除，已复耕");
    });

    browser.change_to("operator-430121");
    open(&browser, &case);
    browser.click("查看联系方式");
    browser.says("100-2000-3000");
    browser.click("‹ 回到案件");
    act(&browser, "反馈举报人", || {
        browser.choose("方式", "电话");
        browser.fill("说明", "已拆除复耕，感谢举报");
    });

    browser.change_to("handler-430121");
    open(&browser, &case);
    act(&browser, "申请销号", || browser.fill("说明", "已核查、处置并反馈"));

    browser.change_to("reviewer-430121");
    open(&browser, &case);
    act(&browser, "批准销号", || ());
    assert_eq!(browser.read(".title .state"), "已销号");
    // What is left does not block, and can be done as well.
    browser.says("不影响销号");
    assert_eq!(browser.count(".duties tbody tr"), 1);

    browser.change_to("operator-430121");
    open(&browser, &case);
    act(&browser, "回访", || {
        browser.choose("结果", "认可办理结果");
        browser.fill("说明", "举报人表示满意");
    });
    browser.says("已全部办结，案件已销号。");
    assert_eq!(browser.read(".heart .count"), "0");
    browser.complained_only_of_refusals();
    in_the_report(world, &browser);
}

/// Logs a call without touching a mouse, and gives the case's path.
fn log_by_keyboard(browser: &Browser) -> String {
    browser.go("/call");
    // Past the head of the page by its first link, then from field to field.
    // A key may come before the browser listens: it is pressed again where nothing has moved.
    let at = || {
        browser.run("const e = document.activeElement; return e.id || e.className || e.localName")
    };
    wait_for("the first link", || {
        if at() == "body" {
            browser.keys(&TAB.to_string());
        }
        (at() == "skip").then_some(())
    });
    wait_for("the content", || {
        if at() == "skip" {
            browser.keys(&ENTER.to_string());
        }
        (at() == "content").then_some(())
    });
    let mut told = Vec::new();
    let answers = [
        ("所在地", "湖南省长沙县"),
        ("具体地点", "春华镇某村东头"),
        ("举报内容", "村东头占用耕地约三亩建厂房，正在施工。"),
        ("标题", "占用耕地建厂房"),
    ];
    for (label, text) in answers {
        browser.keys(&TAB.to_string());
        told.push(browser.focused());
        assert!(browser.focused().starts_with(label), "{told:?}");
        browser.keys(text);
    }
    for (label, text) in [("姓名", "某甲"), ("电话", "100-2000-3000")] {
        while !browser.focused().starts_with(label) {
            browser.keys(&TAB.to_string());
            told.push(browser.focused());
            assert!(told.len() < 30, "no {label} among {told:?}");
        }
        browser.keys(text);
    }
    browser.keys(&format!("{CONTROL}{ENTER}"));
    wait_for("the receipt", || (browser.count(".receipt") == 1).then_some(()));
    let (number, code) = receipt(browser);
    assert_eq!((number.len(), code.len()), (16, 15), "{number} {code}");
    browser.click("打开案件");
    assert_eq!(browser.read("h1"), "占用耕地建厂房");
    browser.path()
}

/// Number and code as they stand on the receipt, without what only helps the eye.
pub fn receipt(browser: &Browser) -> (String, String) {
    let bare = |nth: u8| {
        let shown = browser.read(&format!(".receipt dl > div:nth-child({nth}) dd"));
        shown.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>()
    };
    (bare(1), bare(2))
}

fn open(browser: &Browser, case: &str) {
    browser.click("全部案件");
    browser.click("占用耕地建厂房");
    assert_eq!(browser.path(), case);
}

/// Does an act by its form; it must be recorded.
pub fn act(browser: &Browser, name: &str, fill_in: impl FnOnce()) {
    let before = browser.count(".ledger li > .entry");
    browser.unfold(name);
    fill_in();
    browser.click(name);
    assert_eq!(browser.count(".fault"), 0, "{name} was not done:\n{}", browser.page());
    assert_eq!(browser.count(".ledger li > .entry"), before + 1, "{name}");
}

/// The gate: asked for too early, the closing is refused, and the refusal is the list of work.
fn too_early(browser: &Browser) {
    browser.unfold("申请销号");
    browser.fill("说明", "先销号再说");
    browser.click("申请销号");
    assert_eq!(browser.status(), 409);
    assert!(browser.title().starts_with("错误："), "{}", browser.title());
    let fault = browser.read(".fault");
    for duty in ["核查", "反馈"] {
        assert!(fault.contains(duty), "{duty} is missing in: {fault}");
    }
    assert_eq!(browser.read(".title .state"), "核查中");
    assert_eq!(browser.value("说明"), "先销号再说");
    // The reader is taken to it.
    assert_eq!(browser.run("return document.activeElement.id"), "fault");
}

fn photograph(world: &World) -> PathBuf {
    let file = world.folder.path().join("photograph.jpg");
    std::fs::write(&file, b"\xff\xd8\xff\xe0\0\x10JFIF a field, a hall").unwrap();
    file
}

/// First without evidence: what was written must still be there for the second try.
fn verify(browser: &Browser, photograph: &std::path::Path) {
    browser.unfold("核查");
    browser.choose("结论", "属实");
    browser.fill("核查人员", "李勘、王察");
    browser.fill("核查时间", "2026-11-23 09:30");
    browser.fill("核查地点", "春华镇某村东头");
    browser.fill("核查情况", "现场建有厂房一处，占用耕地三亩二分");
    browser.click("核查");
    assert_eq!(browser.status(), 422);
    assert_eq!(browser.value("核查情况"), "现场建有厂房一处，占用耕地三亩二分");
    act(browser, "核查", || browser.attach("证据", photograph));
    browser.says("1 个文件");
}

/// The month is published by itself, and counts the case.
fn in_the_report(world: &World, browser: &Browser) {
    world.set_clock("2026-12-01T00:31:00+08:00");
    // The shift is over: the session ended, and the page asks who one is.
    browser.go("/cases");
    assert_eq!(browser.path(), "/login?to=/cases");
    wait_for("the monthly report", || {
        let list = world.get("analyst-000000", "/api/v1/reports").ok(200);
        list["items"].as_array().unwrap().iter().any(|r| r["period"] == "2026-11").then_some(())
    });
    browser.log_in("analyst-000000");
    assert_eq!(browser.path(), "/reports");
    browser.click("2026-11 月报");
    let shown = browser.run(
        "return Object.fromEntries([...document.querySelectorAll('.key-figures dl > div')]
            .map((row) => [row.querySelector('dt').textContent,
                           row.querySelector('.value').textContent]))",
    );
    for name in ["收到线索", "受理", "销号"] {
        assert_eq!(shown[name], "1", "{name} in {shown}");
    }
    assert_eq!((&shown["期末在办"], &shown["结案率"]), (&"0".into(), &"100.00%".into()), "{shown}");
    browser.complained_only_of_refusals();
}
