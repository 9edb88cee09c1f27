//! A case in a test: what people do with it, in the words of the contract.

use serde_json::{Value, json};

use crate::units::COUNTY;
use crate::world::{Reply, World};

/// A tip that was taken in, with its case.
pub struct Case<'w> {
    pub world: &'w World,
    pub no: String,
    pub tip: String,
    pub code: String,
}

/// The fields of an ordinary call about a place.
pub fn call(division: &str) -> Value {
    json!({ "channel": "phone", "division": division, "category": "land.occupation",
            "title": "占用耕地建厂房", "text": "村东头占用耕地约三亩建厂房，正在施工。" })
}

/// Uploads a file of evidence.
pub fn evidence(world: &World) -> String {
    keep(world, b"%PDF-1.7 photographs")
}

/// Uploads any file; the hash by which it is named.
#[track_caller]
pub fn keep(world: &World, bytes: &[u8]) -> String {
    let typed = [("content-type", "application/octet-stream")];
    let file = world.ask("POST", "handler-430121", "/api/v1/files", &typed, bytes).ok(201);
    file["sha256"].as_str().unwrap().to_owned()
}

/// A small photograph of a strict form: start, one table, one scan, end. With something between the
/// start and the table, where cameras write what nobody should read.
pub fn photograph(between: &[u8]) -> Vec<u8> {
    let table = [&[0xff, 0xdb, 0, 67][..], &[5; 65]].concat();
    let scan = [&[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0][..], &[1, 0xff, 0, 2], &[0xff, 0xd9]];
    [&[0xff, 0xd8][..], between, &table, &scan.concat()].concat()
}

impl<'w> Case<'w> {
    /// Logs a call.
    pub fn log(world: &'w World, who: &str, body: &Value) -> Case<'w> {
        Case::of(world, &world.post(who, "/api/v1/tips", body).ok(201))
    }

    pub fn of(world: &'w World, received: &Value) -> Case<'w> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Case {
            world,
            no: text(&received["case"]),
            tip: text(&received["tip"]),
            code: text(&received["receipt"]["code"]),
        }
    }

    /// A call about the county, logged and judged there.
    pub fn in_county(world: &'w World) -> Case<'w> {
        Case::log(world, "operator-430121", &call(COUNTY))
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/cases/{}{rest}", self.no)
    }

    /// Does an act.
    pub fn act(&self, who: &str, body: &Value) -> Reply {
        self.world.post(who, &self.path("/entries"), body)
    }

    /// Does an act that must be recorded; the state after it.
    #[track_caller]
    pub fn done(&self, who: &str, body: &Value) -> String {
        let reply = self.act(who, body).ok(201);
        reply["state"].as_str().unwrap().to_owned()
    }

    /// Names of open duties, in order.
    pub fn outstanding(&self, who: &str) -> Vec<String> {
        let list = self.world.get(who, &self.path("/outstanding")).ok(200);
        let names = list.as_array().unwrap().iter().map(|duty| duty["duty"].as_str().unwrap());
        names.map(str::to_owned).collect()
    }

    pub fn state(&self, who: &str) -> String {
        let case = self.world.get(who, &self.path("")).ok(200);
        case["state"].as_str().unwrap().to_owned()
    }

    pub fn entries(&self, who: &str) -> Vec<Value> {
        let list = self.world.get(who, &self.path("/entries?limit=500")).ok(200);
        list["items"].as_array().unwrap().clone()
    }

    /// Accepted, dispatched to the county and signed there.
    pub fn to_verifying(&self) {
        self.done("judge-430121", &json!({ "act": "accept" }));
        self.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
        assert_eq!(self.done("handler-430121", &json!({ "act": "sign" })), "verifying");
    }

    /// Verified by two officers with a piece of evidence.
    pub fn verify(&self, finding: &str, hash: &str) -> Value {
        let at = self.entries("handler-430121").last().unwrap()["recorded_at"].clone();
        json!({ "act": "verify", "finding": finding, "officers": ["李勘", "王察"], "at": at,
                "place": "村东头", "text": "现场核查情况", "evidence": [hash] })
    }

    pub fn dispose(&self) -> Value {
        json!({ "act": "dispose", "kind": "corrected", "basis": "土地管理法第七十七条", "text": "已拆除复耕" })
    }

    pub fn reply(&self) -> Value {
        json!({ "act": "reply", "tip": self.tip, "means": "phone", "text": "已拆除复耕，感谢举报" })
    }

    /// From the call to the request to strike it off.
    pub fn to_review(&self, hash: &str) {
        self.to_verifying();
        self.done("handler-430121", &self.verify("founded", hash));
        self.done("handler-430121", &self.dispose());
        self.done("operator-430121", &self.reply());
        let asked = json!({ "act": "request_close", "text": "已办结" });
        assert_eq!(self.done("handler-430121", &asked), "in_review");
    }

    /// What the informant sees.
    pub fn progress(&self) -> Value {
        let path = format!("/api/v1/tips/{}", self.tip);
        self.world.ask("GET", "", &path, &[("X-Query-Code", &self.code)], b"").ok(200)
    }

    /// What the informant does.
    pub fn informant(&self, body: &Value) -> Reply {
        let path = format!("/api/v1/tips/{}/entries", self.tip);
        let shown = [("X-Query-Code", self.code.as_str())];
        self.world.ask("POST", "", &path, &shown, body.to_string().as_bytes())
    }
}
