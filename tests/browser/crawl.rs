//! Every page that there is, as everybody who may see it, in both languages and at two widths: no
//! error, nothing blocked, nothing unlabelled, nothing that runs off the screen.
//!
//! Pages are found by themselves: from the table of routes, and by the links on each page.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hotline::http::routes::{Access, ROUTES};
use serde_json::{Value, json};

use crate::browser::{Browser, is_here};
use crate::case::{Case, call, evidence};
use crate::units::COUNTY;
use crate::world::{Backend, World, wait_for};

/// Everybody at one unit; the empty one is the public.
const EVERYBODY: [&str; 9] =
    ["", "operator", "judge", "handler", "reviewer", "supervisor", "analyst", "custodian", "admin"];
/// Routes for programs; all others that are read are pages.
const FOR_PROGRAMS: [&str; 5] = ["/api/", "/test/", "/healthz", "/readyz", "/metrics"];
/// The narrowest screen that WCAG 1.4.10 asks for, and a common one.
const WIDTHS: [u32; 2] = [320, 1280];
/// Most pages of one person in one language: lists could lead on for ever.
const MOST: usize = 60;

/// Looks at the page that is shown, and says in words what is wrong with it.
const LOOK: &str = include_str!("look.js");

/// What a parameter of a route stands for in the world of this test. A new one is added here.
fn parameter(name: &str, world: &World, cases: &[Case<'_>]) -> Vec<String> {
    match name {
        "{no}" => cases.iter().map(|case| case.no.clone()).collect(),
        "{term}" => ["accepted", "pending_closing"]
            .map(|term| format!("{term}?kind=monthly&period=2026-11&scope={COUNTY}"))
            .into(),
        "{id}" => {
            let list = world.get("analyst-430121", "/api/v1/reports").ok(200);
            let items = list["items"].as_array().unwrap().iter();
            items.map(|report| report["id"].as_str().unwrap().to_owned()).collect()
        }
        // Every case has a first one.
        "{duty}" => vec!["1".into()],
        "{campaign}" => {
            let list = world.get("analyst-430121", "/api/v1/campaigns").ok(200);
            let items = list["items"].as_array().unwrap().iter();
            items.map(|one| one["campaign"].as_str().unwrap().to_owned()).collect()
        }
        // Files beside the pages are asked for by the pages themselves.
        "{name}" => vec![],
        // To be kept and not shown: no page.
        "{sha256}" => vec![],
        other => panic!("say in tests/browser/crawl.rs what {other} stands for"),
    }
}

/// The addresses of every page that a person may open.
fn pages(who: &str, world: &World, cases: &[Case<'_>]) -> Vec<String> {
    let open = |access: Access| match access {
        Access::Anyone => true,
        Access::Staff => !who.is_empty(),
        Access::Roles(roles) => roles.iter().any(|role| role.name() == who),
        Access::Local => false,
    };
    let page = |path: &str| !FOR_PROGRAMS.iter().any(|programs| path.starts_with(programs));
    let mine = ROUTES.iter().filter(|r| r.method == "GET" && page(r.path) && open(r.access));
    let real = |path: &str| {
        let mut paths = vec![path.to_owned()];
        while let Some((from, to)) = paths.first().and_then(|p| p.find('{').zip(p.find('}'))) {
            let name = paths[0][from..=to].to_owned();
            let values = parameter(&name, world, cases);
            let filled = |path: &String| -> Vec<String> {
                values.iter().map(|value| path.replacen(&name, value, 1)).collect()
            };
            paths = paths.iter().flat_map(filled).collect();
        }
        paths
    };
    mine.flat_map(|route| real(route.path)).collect()
}

/// Cases in several states, and a report.
fn furnish(world: &World) -> Vec<Case<'_>> {
    world.set_clock("2026-11-23T10:00:00+08:00");
    let mut named = call(COUNTY);
    named["informant"] = json!({ "mode": "confidential", "name": "某甲", "phone": "100-2000" });
    let fresh = Case::in_county(world);
    let verifying = Case::log(world, "operator-430121", &named);
    verifying.to_verifying();
    let closed = Case::in_county(world);
    closed.to_review(&evidence(world));
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let campaign = json!({ "name": "耕地保护专项督察", "divisions": [COUNTY], "category": "land",
                           "from": "2026-11-23", "to": "2026-12-31", "text": "集中查处占用耕地" });
    world.post("supervisor-430121", "/api/v1/campaigns", &campaign).ok(201);
    let enquiry = json!({ "channel": "phone", "text": "宅基地怎样申请？" });
    world.post("operator-430121", "/api/v1/enquiries", &enquiry).ok(201);
    world.set_clock("2026-12-01T00:31:00+08:00");
    let draw = json!({ "kind": "closed", "period": "2026-11", "share_percent": 100 });
    world.post("supervisor-430121", "/api/v1/draws", &draw).ok(201);
    wait_for("a report", || {
        let list = world.get("analyst-430121", "/api/v1/reports").ok(200);
        (!list["items"].as_array().unwrap().is_empty()).then_some(())
    });
    vec![fresh, verifying, closed]
}

#[test]
fn s25_every_page_is_sound_for_everybody_in_both_languages() {
    if !is_here() {
        return;
    }
    let settings = [("HOTLINE_REPORTS__SCOPES", "430000,430121")];
    let world = World::start_with(Backend::Sqlite, &settings);
    let cases = furnish(&world);
    let browser = Browser::open(&world);
    // By fault: most are in the frame, and would be told once for every page.
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for who in EVERYBODY {
        let all = pages(who, &world, &cases);
        if !who.is_empty() {
            browser.log_in(&format!("{who}-{COUNTY}"));
        }
        for (lang, button) in [("zh-CN", "English"), ("en", "中文")] {
            let visited = visit(&browser, &all, lang, &mut |page, fault: &str| {
                let place = format!("{page} as «{who}» in {lang}");
                wrong.entry(fault.to_owned()).or_default().push(place);
            });
            seen.extend(visited);
            browser.go(if who.is_empty() { "/" } else { "/reports" });
            browser.click(button);
        }
        if !who.is_empty() {
            browser.click("退出");
        }
    }
    let told = wrong.iter().map(|(what, on)| format!("{what}: {} pages, {}", on.len(), on[0]));
    assert!(wrong.is_empty(), "{}", told.collect::<Vec<_>>().join("\n"));
    for route in ROUTES.iter().filter(|r| r.method == "GET" && r.path != "/assets/{name}") {
        let stem = route.path.split('{').next().unwrap_or_default();
        let here = seen.iter().any(|path: &String| path.starts_with(stem));
        let page = !FOR_PROGRAMS.iter().any(|programs| route.path.starts_with(programs));
        assert!(here || !page, "{} was never seen", route.path);
    }
}

/// Looks at these pages and at all that they lead to.
fn visit(
    browser: &Browser,
    pages: &[String],
    lang: &str,
    wrong: &mut impl FnMut(&str, &str),
) -> BTreeSet<String> {
    let mut waiting: VecDeque<String> = pages.to_vec().into();
    let mut known: BTreeSet<String> = pages.iter().cloned().collect();
    browser.complaints();
    while let Some(page) = waiting.pop_front() {
        browser.go(&page);
        let status = browser.status();
        if status >= 400 {
            wrong(&page, &format!("status {status}"));
        }
        for width in WIDTHS {
            browser.size((width, 900));
            let found = browser.run(&format!("const wide = {width};\n{LOOK}"));
            if found["lang"] != lang {
                wrong(&page, &format!("its language is {}", found["lang"]));
            }
            for fault in found["faults"].as_array().unwrap() {
                wrong(&page, &format!("at {width} px: {}", fault.as_str().unwrap()));
            }
            follow(&found["links"], &mut known, &mut waiting);
        }
        for complaint in browser.complaints() {
            wrong(&page, &complaint);
        }
    }
    known
}

fn follow(links: &Value, known: &mut BTreeSet<String>, waiting: &mut VecDeque<String>) {
    for link in links.as_array().unwrap() {
        let link = link.as_str().unwrap();
        let elsewhere = FOR_PROGRAMS.iter().any(|path| link.starts_with(path));
        if !elsewhere && known.len() < MOST && known.insert(link.to_owned()) {
            waiting.push_back(link.to_owned());
        }
    }
}
