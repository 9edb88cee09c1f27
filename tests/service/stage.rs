//! What the tests of pages act on: two cases, a report, and a form for every page that takes one.

use serde_json::json;

use crate::case::{Case, call};
use crate::units::COUNTY;
use crate::world::{World, wait_for};

pub const SAID: &str = "村东头占用耕地约三亩建厂房，正在施工。";

/// A route that takes forms, what is sent to it, and by whom.
pub struct Sent {
    pub path: String,
    pub by: &'static str,
    pub fields: Vec<(&'static str, String)>,
}

/// What the forms are about.
pub struct Stage<'w> {
    /// A case whose informant was asked for more.
    pub asked: Case<'w>,
    /// One that was accepted, and whose informant left a contact.
    pub accepted: Case<'w>,
    /// Identifier of a published report.
    pub report: String,
    /// Identifier of a campaign.
    pub campaign: String,
    /// Identifier of an enquiry.
    pub enquiry: String,
}

/// A form of every route that takes one. A new route is added here; until then the test fails.
pub fn form(path: &str, stage: &Stage<'_>) -> Sent {
    let asked = [("number", &*stage.asked.tip), ("code", &*stage.asked.code)];
    let (by, fields) = match path {
        "/login" => ("", vec![("login", "judge-430121"), ("password", "wrong")]),
        "/logout" => ("admin-430121", vec![]),
        "/language" => ("", vec![("lang", "en"), ("to", "/tip")]),
        "/tip" => ("", vec![("division", COUNTY), ("text", SAID)]),
        "/progress" => ("", asked.to_vec()),
        "/progress/act" => {
            ("", [&asked[..], &[("act", "supplement"), ("text", "在村东头")]].concat())
        }
        "/progress/proof" => ("", asked.to_vec()),
        "/call" => {
            ("operator-430121", vec![("channel", "phone"), ("division", COUNTY), ("text", SAID)])
        }
        "/cases/{no}" => ("judge-430121", vec![("act", "note"), ("text", "记一笔")]),
        "/cases/{no}/contact" => ("operator-430121", vec![("tip", &*stage.accepted.tip)]),
        "/reports/{id}/mail" => ("analyst-430121", vec![("email", "office@unit.example")]),
        "/setup" => ("", ["setup_token", "login", "password", "unit"].map(|f| (f, COUNTY)).into()),
        // With a file that is no table: what comes after the token is another test's.
        "/import" => ("operator-430121", vec![("source", "old")]),
        "/me" => {
            let yes = |name| (name, "yes");
            ("handler-430121", vec![("lang", "zh"), yes("work"), yes("digest"), yes("on_duty")])
        }
        "/letters/{id}/revive" => ("admin-430121", vec![]),
        "/holds/{group}/release" => ("judge-430121", vec![]),
        "/draws" => ("supervisor-430121", DRAW.to_vec()),
        "/campaigns" => ("supervisor-430121", OPENED.to_vec()),
        "/campaigns/{campaign}/end" => ("supervisor-430121", vec![]),
        "/enquiries" => {
            ("operator-430121", vec![("channel", "phone"), ("text", "宅基地怎样申请？")])
        }
        "/enquiries/{enquiry}/answer" => ("operator-430121", vec![("answer", "向村委会提出申请")]),
        other => panic!("say in tests/service/stage.rs what is sent to {other}"),
    };
    let fields = fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    Sent { path: address(path, stage), by, fields }
}

const DRAW: [(&str, &str); 3] = [("kind", "closed"), ("period", "2026-10"), ("share_percent", "5")];
const OPENED: [(&str, &str); 5] = [
    ("name", "专项"),
    ("divisions", COUNTY),
    ("from", "2026-12-01"),
    ("to", "2026-12-31"),
    ("text", "说明"),
];

/// A route with something real in the place of its parameters.
pub fn address(path: &str, stage: &Stage<'_>) -> String {
    let term = format!("accepted?kind=monthly&period=2026-11&scope={COUNTY}");
    let path = path.replace("{no}", &stage.accepted.no).replace("{number}", &stage.asked.tip);
    let path = path.replace("{id}", &stage.report).replace("{term}", &term);
    let path = path.replace("{name}", "none").replace("{group}", "t00").replace("{duty}", "1");
    let path = path.replace("{campaign}", &stage.campaign).replace("{enquiry}", &stage.enquiry);
    let path = path
        .replace("{draw}", "none")
        .replace("{day}", "latest")
        .replace("{sha256}", &"0".repeat(64));
    assert!(!path.contains('{'), "say in tests/service/stage.rs what stands for it: {path}");
    path
}

/// Two cases and a report, on a day on which the clock stands: no session runs out, nothing falls
/// due.
pub fn furnish(world: &mut World) -> Stage<'_> {
    *world = World::start_with(world.backend, &[("HOTLINE_REPORTS__SCOPES", "430000,430121")]);
    let world = &*world;
    world.set_clock("2026-11-30T12:00:00+08:00");
    let mut body = call(COUNTY);
    body["informant"] = json!({ "mode": "confidential", "name": "某甲", "phone": "100-2000-3000" });
    let [asked, accepted] = [0, 1].map(|_| Case::log(world, "operator-430121", &body));
    asked.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请说明位置" }));
    accepted.done("judge-430121", &json!({ "act": "accept" }));
    world.set_clock("2026-12-01T00:31:00+08:00");
    let held = "INSERT INTO holds (tip, case_no, group_key, reason, held_at) SELECT number, \
                case_no, 't00', 'text', received_at FROM tips";
    world.sql(held).unwrap();
    let report = wait_for("the report", || {
        let list = world.get("analyst-430121", "/api/v1/reports").ok(200);
        list["items"][0]["id"].as_str().map(str::to_owned)
    });
    // A letter that was given up, under the same identifier.
    let dead = "INSERT INTO outbox (id, about, recipient, lang, letter, created_at, next_try_at, \
                attempts, handovers, dead_at, last_error) SELECT id, id, 'x@y.example', 'zh', '{}', \
                published_at, published_at, 9, 0, published_at, 'refused' FROM reports";
    world.sql(dead).unwrap();
    let id = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let campaign = json!({ "name": "专项", "divisions": [COUNTY], "from": "2026-12-01",
                           "to": "2026-12-31", "text": "说明" });
    let campaign = world.post("supervisor-430121", "/api/v1/campaigns", &campaign).ok(201);
    let enquiry = json!({ "channel": "phone", "text": "宅基地怎样申请？" });
    let enquiry = world.post("operator-430121", "/api/v1/enquiries", &enquiry).ok(201);
    let (campaign, enquiry) = (id(&campaign["campaign"]), id(&enquiry["enquiry"]));
    Stage { asked, accepted, report, campaign, enquiry }
}

/// Identifier of the county's campaign.
pub const CAMPAIGN: &str = "01campaign";

/// A campaign of the county, put there past the program: the matrix needs to know its identifier.
pub fn campaign(world: &World) {
    let kept = "INSERT INTO campaigns SELECT '01campaign', '专项', '430121', '%', \
                '2026-11-01 00:00:00', '2027-01-01 00:00:00', NULL, '说明', \
                '2026-11-01 00:00:00', id FROM users WHERE login = 'supervisor-430121'";
    world.sql(kept).unwrap();
}
