//! The pictures of the documents, taken of a demo by `tests/screens`; no test of anything.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::story::{act, receipt};

/// Tips of the demo's year: enough for a report with something in every table.
const TIPS: &str = "2000";
/// The size of every picture.
const SIZE: (u32, u32) = (1280, 960);

/// `hotline demo` in a folder of its own.
struct Demo {
    process: Child,
    address: String,
    /// Login and password.
    logins: Vec<(String, String)>,
    _folder: TempDir,
}

impl Demo {
    fn start() -> Demo {
        let folder = TempDir::new().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_hotline"));
        program.args(["demo", "--tips", TIPS]).env("HOTLINE_DATA", folder.path().join("data"));
        program.env("HOTLINE_LISTEN", "127.0.0.1:0").current_dir(folder.path());
        let mut process = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = said.find_map(|line| Some(line.split_once("http://")?.1.to_owned())).unwrap();
        let login = |line: String| {
            let mut words = line.split_whitespace().map(str::to_owned);
            Some((words.next()?, words.next()?))
        };
        // A heading, then a line for each login, then what ends them.
        let lines = said.skip(1).take_while(|line| !line.contains("Ctrl-C"));
        let logins = lines.filter_map(login).collect();
        Demo { process, address, logins, _folder: folder }
    }

    fn log_in(&self, browser: &Browser, role: &str) {
        let (_, password) = self.logins.iter().find(|(login, _)| login == role).unwrap();
        browser.log_in_with(role, password);
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps a picture of what is shown.
fn keep(browser: &Browser, name: &str) {
    browser.run("window.scrollTo(0, 0); document.activeElement.blur()");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), browser.picture()).unwrap();
}

#[test]
#[ignore = "writes the pictures of the documents; run by tests/screens"]
fn take_pictures() {
    let demo = Demo::start();
    let browser = Browser::start(&demo.address, true);
    browser.size(SIZE);
    browser.devtools("Emulation.setScrollbarsHidden", &json!({ "hidden": true }));
    public(&browser);

    demo.log_in(&browser, "operator");
    browser.go("/call");
    call(&browser);
    keep(&browser, "call");
    browser.click("登记并出具回执");
    browser.click("打开案件");
    let case = browser.path();
    let next = |role: &str| {
        browser.click("退出");
        demo.log_in(&browser, role);
        browser.go(&case);
    };
    next("judge");
    act(&browser, "受理", || ());
    act(&browser, "派单", || browser.fill("承办单位", "430000"));
    browser.go("/cases");
    keep(&browser, "cases");
    next("handler");
    act(&browser, "签收", || ());
    keep(&browser, "case");
    browser.unfold("申请销号");
    browser.fill("说明", "先销号再说");
    browser.click("申请销号");
    keep(&browser, "case-refused");
    browser.go(&case);
    browser.click("English");
    keep(&browser, "case-en");
    browser.click("中文");
    enforced(&browser);
    browser.go("/due?from=2026-02-13+16:00&rule=verify&lane=&extended=");
    keep(&browser, "due");
    browser.click("退出");
    demo.log_in(&browser, "supervisor");
    browser.go("/draws");
    keep(&browser, "draws");
    browser.go("/campaigns");
    browser.click("“大棚房”问题专项督察");
    keep(&browser, "campaign");
    browser.click("退出");
    demo.log_in(&browser, "analyst");
    browser.go("/reports");
    let month = "return [...document.querySelectorAll('tbody tr')]
        .find((row) => row.textContent.includes('月报') && row.textContent.includes('全国'))
        .querySelector('a').getAttribute('href')";
    browser.go(browser.run(month).as_str().unwrap());
    keep(&browser, "report");
}

/// A case that was filed and decided, of which a part is carried out and a part is still owed.
fn enforced(browser: &Browser) {
    browser.go("/cases?state=handling");
    let links = "return [...document.querySelectorAll('tbody a')].map((a) => a.pathname)";
    let found = browser.run(links);
    let cases = found.as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned());
    for case in cases {
        browser.go(&case);
        let page = browser.page();
        if ["核验执行", "罚款", "立案"].iter().all(|words| page.contains(words)) {
            keep(browser, "case-enforced");
            return;
        }
    }
    panic!("no case of the first page is being enforced");
}

/// Home, form, receipt and progress, as the public sees them.
fn public(browser: &Browser) {
    browser.go("/");
    keep(browser, "home");
    browser.click("开始举报");
    browser.fill("在哪个省、市、县", "湖南省长沙县");
    browser.fill("具体地点", "春华镇某村东头，水渠旁");
    browser.fill("看到了什么", "上月起有人在耕地上建厂房，约三亩，正在浇筑地面。");
    keep(browser, "tip");
    browser.click("提交举报");
    let (number, code) = receipt(browser);
    keep(browser, "receipt");
    browser.click("查询进度");
    browser.fill("举报编号", &number);
    browser.fill("查询码", &code);
    browser.click("查询");
    keep(browser, "progress");
}

/// What an operator types while somebody speaks.
fn call(browser: &Browser) {
    browser.fill("所在地", "湖南省长沙县");
    browser.fill("具体地点", "春华镇某村东头");
    browser.fill("举报内容", "村东头占用耕地约三亩建厂房，正在施工，夜里也有车。");
    browser.fill("标题", "占用耕地建厂房");
    browser.choose("类别", "非法占地");
    browser.fill("姓名", "某甲");
    browser.fill("电话", "100-2000-3000");
}
