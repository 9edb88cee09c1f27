//! A browser to click and type in. Things on a page are named as people name them: a field by its
//! label, a button or link by its words.

use std::path::Path;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::driver::{Driver, FLAGS};
use crate::world::{World, wait_for};

pub use crate::driver::is_here;

/// The key that sends a form, as WebDriver writes it.
pub const ENTER: char = '\u{E007}';
/// The key that goes on to the next control.
pub const TAB: char = '\u{E004}';
/// The key that is held down for a short-cut.
pub const CONTROL: char = '\u{E009}';
/// The window at the beginning: a common screen.
const WINDOW: (u32, u32) = (1280, 900);

/// One browser with a profile of its own.
pub struct Browser {
    runtime: Runtime,
    client: Client,
    agent: ureq::Agent,
    /// The session's address at the driver.
    session: String,
    /// The service, as `http://host:port`.
    site: String,
    // Dropped last, in this order.
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// A browser as most people have it, in Chinese.
    pub fn open(world: &World) -> Browser {
        Browser::start(world.address(), true)
    }

    /// With JavaScript off, as Tor's safest setting has it.
    pub fn without_scripts(world: &World) -> Browser {
        Browser::start(world.address(), false)
    }

    /// At a service that listens there.
    pub fn start(address: &str, scripts: bool) -> Browser {
        let profile = TempDir::new().unwrap();
        let driver = Driver::start();
        let at = driver.address.clone();
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).into();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        flags.push(format!("--window-size={},{}", WINDOW.0, WINDOW.1));
        let mut prefs = json!({ "intl.accept_languages": "zh-CN,zh" });
        if !scripts {
            prefs["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let wanted = Map::from_iter([
            ("goog:chromeOptions".to_owned(), json!({ "args": flags, "prefs": prefs })),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL", "performance": "ALL" })),
        ]);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (client, id) = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let client = builder.capabilities(wanted).connect(&at).await.unwrap();
            let id = client.session_id().await.unwrap().unwrap();
            (client, id)
        });
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let session = format!("{at}/session/{id}");
        let site = format!("http://{address}");
        Browser { runtime, client, agent, session, site, _driver: driver, _profile: profile }
    }

    /// Goes to a path of the service, as by the address bar.
    pub fn go(&self, path: &str) {
        let address = format!("{}{path}", self.site);
        self.runtime.block_on(self.client.goto(&address)).unwrap();
    }

    /// Goes to any address.
    pub fn go_to(&self, address: &str) {
        self.runtime.block_on(self.client.goto(address)).unwrap();
    }

    /// The address without the service's origin; a foreign one stays whole.
    pub fn path(&self) -> String {
        let url = self.runtime.block_on(self.client.current_url()).unwrap().to_string();
        url.strip_prefix(&self.site).map_or(url.clone(), str::to_owned)
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        self.runtime.block_on(self.client.title()).unwrap()
    }

    /// What is to be read in an element, by CSS; the first one that fits.
    #[track_caller]
    pub fn read(&self, css: &str) -> String {
        let found = self.find(Locator::Css(css), css);
        self.runtime.block_on(found.text()).unwrap()
    }

    /// Everything to be read in the page's main part.
    #[track_caller]
    pub fn page(&self) -> String {
        self.read("main")
    }

    /// Fails unless the page says these words.
    #[track_caller]
    pub fn says(&self, words: &str) {
        let page = self.page();
        assert!(page.contains(words), "«{words}» is not on {}:\n{page}", self.path());
    }

    /// How many elements fit a selector.
    pub fn count(&self, css: &str) -> usize {
        self.runtime.block_on(self.client.find_all(Locator::Css(css))).unwrap().len()
    }

    #[track_caller]
    fn find(&self, locator: Locator<'_>, what: &str) -> Element {
        let found = self.runtime.block_on(self.client.find(locator));
        found.unwrap_or_else(|_| panic!("no «{what}» on {}:\n{}", self.path(), self.source()))
    }

    /// The page's text, for a message.
    fn source(&self) -> String {
        let body = self
            .runtime
            .block_on(async { self.client.find(Locator::Css("body")).await?.text().await });
        body.unwrap_or_default()
    }

    /// The first of these elements that can be seen.
    fn seen(&self, path: &str) -> Option<Element> {
        self.runtime.block_on(async {
            for found in self.client.find_all(Locator::XPath(path)).await.unwrap() {
                if found.is_displayed().await.unwrap() {
                    return Some(found);
                }
            }
            None
        })
    }

    #[track_caller]
    fn press(&self, path: &str, words: &str) {
        let Some(element) = self.seen(path) else {
            panic!("nothing called «{words}» to click on {}:\n{}", self.path(), self.source())
        };
        self.runtime.block_on(element.click()).unwrap();
    }

    /// Clicks the button or link whose words begin so, the first one that can be seen, and waits
    /// for the page behind it.
    #[track_caller]
    pub fn click(&self, words: &str) {
        let named = format!("[starts-with(normalize-space(.), '{words}')]");
        let before = self.since();
        self.press(&format!("//*[self::button or self::a]{named}"), words);
        wait_for(words, || self.since().filter(|now| Some(*now) != before));
    }

    /// When the page that is shown began, once it is whole: it tells one page from the next.
    fn since(&self) -> Option<f64> {
        let script = "return document.readyState === 'complete' ? performance.timeOrigin : null";
        self.runtime.block_on(self.client.execute(script, vec![])).ok()?.as_f64()
    }

    /// Opens the fold whose heading begins so, and shuts every other.
    #[track_caller]
    pub fn unfold(&self, words: &str) {
        let named = format!("starts-with(normalize-space(.), '{words}')");
        while self.seen(&format!("//details[@open]/summary[not({named})]")).is_some() {
            self.press(&format!("//details[@open]/summary[not({named})]"), "an open fold");
        }
        if self.seen(&format!("//details[@open]/summary[{named}]")).is_none() {
            self.press(&format!("//summary[{named}]"), words);
        }
    }

    /// The field under a label, the first that can be seen.
    #[track_caller]
    fn field(&self, label: &str) -> Element {
        let path = format!(
            "//*[self::input or self::textarea or self::select]\
             [@id = //label[starts-with(normalize-space(.), '{label}')]/@for]"
        );
        let seen = self.seen(&path);
        seen.unwrap_or_else(|| panic!("no field «{label}» on {}:\n{}", self.path(), self.source()))
    }

    /// Picks one of a few by what is read beside it.
    #[track_caller]
    pub fn pick(&self, words: &str) {
        let named = format!("//label[starts-with(normalize-space(.), '{words}')]");
        self.press(&named, words);
    }

    /// Types into a field what was not there before.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let field = self.field(label);
        self.runtime.block_on(async {
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        });
    }

    /// Picks from a menu by what is read there.
    #[track_caller]
    pub fn choose(&self, label: &str, option: &str) {
        let field = self.field(label);
        self.runtime.block_on(field.select_by_label(option)).unwrap();
    }

    /// Chooses a file for a field.
    #[track_caller]
    pub fn attach(&self, label: &str, file: &Path) {
        let field = self.field(label);
        self.runtime.block_on(field.send_keys(file.to_str().unwrap())).unwrap();
    }

    /// What stands in a field.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        let field = self.field(label);
        self.runtime.block_on(field.prop("value")).unwrap().unwrap_or_default()
    }

    /// Types with nothing but the keyboard, into whatever has the focus. Control stays held down.
    pub fn keys(&self, keys: &str) {
        let down = keys.chars().map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let typed = down.flatten().filter(|key| !matches!(key, KeyAction::Up { value: CONTROL }));
        let sequence = typed.fold(KeyActions::new("keys".to_owned()), |keys, key| keys.then(key));
        self.runtime.block_on(async {
            self.client.perform_actions(sequence).await.unwrap();
            self.client.release_actions().await.unwrap();
        });
    }

    /// The label of the field that has the focus.
    pub fn focused(&self) -> String {
        let label = "return document.activeElement.labels?.[0]?.textContent ?? ''";
        self.run(label).as_str().unwrap().trim().to_owned()
    }

    /// Loads the page once more; a form that was sent is sent again.
    pub fn reload(&self) {
        self.runtime.block_on(self.client.refresh()).unwrap();
    }

    /// Opens one more tab and goes there. Which it is, counted from 0.
    pub fn tab(&self) -> usize {
        self.runtime.block_on(async {
            let tab = self.client.new_window(true).await.unwrap();
            self.client.switch_to_window(tab.handle).await.unwrap();
            self.client.windows().await.unwrap().len() - 1
        })
    }

    /// Goes to a tab.
    pub fn switch_to(&self, tab: usize) {
        self.runtime.block_on(async {
            let tabs = self.client.windows().await.unwrap();
            self.client.switch_to_window(tabs[tab].clone()).await.unwrap();
        });
    }

    /// The status of the page that is shown.
    pub fn status(&self) -> u64 {
        let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.run(status).as_u64().unwrap()
    }

    /// Logs in by the page.
    pub fn log_in(&self, login: &str) {
        self.log_in_with(login, &crate::world::password(login));
    }

    /// The same with any password.
    pub fn log_in_with(&self, login: &str, password: &str) {
        self.go("/login");
        self.fill("用户名", login);
        self.fill("密码", password);
        self.keys(&ENTER.to_string());
        self.wait_for_path("/login", false);
    }

    /// Somebody else at the same screen.
    pub fn change_to(&self, login: &str) {
        self.click("退出");
        self.log_in(login);
    }

    /// Waits until the address is this path, or is so no longer.
    #[track_caller]
    pub fn wait_for_path(&self, path: &str, here: bool) {
        let what = format!("{path} ({here}), at {}", self.path());
        wait_for(&what, || ((self.path() == path) == here).then_some(()));
    }

    /// What a script in the page answers.
    pub fn run(&self, script: &str) -> Value {
        self.runtime.block_on(self.client.execute(script, vec![])).unwrap()
    }

    /// A picture of what can be seen, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        self.runtime.block_on(self.client.screenshot()).unwrap()
    }

    /// A command of the browser's own, beyond what the standard knows.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.command("/goog/cdp/execute", &body)
    }

    /// Looks at the page in a window of this size.
    pub fn size(&self, (width, height): (u32, u32)) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
                           "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What the browser complained about since the last look: errors of scripts, of loading, of the
    /// content security policy.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.command("/se/log", &json!({ "type": "browser" }));
        let lines = log.as_array().unwrap().iter();
        let grave = lines.filter(|line| !matches!(line["level"].as_str(), Some("INFO" | "DEBUG")));
        grave.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The same, where a page was refused on purpose: a browser complains of each such status.
    #[track_caller]
    pub fn complained_only_of_refusals(&self) {
        let refused = |line: &String| line.contains("the server responded with a status of 4");
        let others: Vec<_> = self.complaints().into_iter().filter(|line| !refused(line)).collect();
        assert_eq!(others, Vec::<String>::new());
    }

    /// The address of every request that pages made since the last look.
    pub fn requests(&self) -> Vec<String> {
        let log = self.command("/se/log", &json!({ "type": "performance" }));
        let told = log.as_array().unwrap().iter().filter_map(|line| {
            let message: Value = serde_json::from_str(line["message"].as_str()?).ok()?;
            let message = &message["message"];
            let of_page = message["params"]["documentURL"].as_str()?;
            // The browser's own first page talks to itself.
            let counts =
                message["method"] == "Network.requestWillBeSent" && !of_page.starts_with("chrome");
            counts.then(|| message["params"]["request"]["url"].as_str().map(str::to_owned))?
        });
        told.collect()
    }

    /// Every cookie that the browser holds.
    pub fn cookies(&self) -> Vec<String> {
        let all = self.devtools("Network.getAllCookies", &json!({}));
        let all = all["cookies"].as_array().unwrap().iter();
        all.map(|cookie| format!("{}={}", cookie["name"], cookie["value"])).collect()
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        let mut answer =
            self.agent.post(format!("{}{path}", self.session)).send_json(body).unwrap();
        let answer = answer.body_mut().with_config().limit(64 << 20).read_json::<Value>().unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser; ending the driver alone would leave it behind.
        let _ = self.agent.delete(&self.session).call();
    }
}
