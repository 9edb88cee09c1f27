//! What people say: the fields of each act, filled in, and the shortest way to each situation.

use serde_json::{Value, json};

use super::desk::*;

/// A file that the store knows.
const EVIDENCE: &str = "ab";

pub fn accept() -> Value {
    json!({"act": "accept", "category": "land.occupation"})
}

pub fn refuse(reason: &str) -> Value {
    json!({"act": "refuse", "reason": reason, "redirect": "人民法院", "text": "应经诉讼解决"})
}

pub fn ask_supplement() -> Value {
    json!({"act": "ask_supplement", "text": "请说明地块位置"})
}

pub fn supplement() -> Value {
    json!({"act": "supplement", "text": "村口往东两百米"})
}

pub fn link() -> Value {
    json!({"act": "link", "case": TWIN})
}

pub fn dispatch(unit: &str) -> Value {
    json!({"act": "dispatch", "unit": unit})
}

pub fn sign() -> Value {
    json!({"act": "sign"})
}

pub fn object() -> Value {
    json!({"act": "object", "reason": "地块在邻县"})
}

pub fn upheld(unit: &str) -> Value {
    json!({"act": "rule_objection", "upheld": true, "unit": unit})
}

pub fn not_upheld() -> Value {
    json!({"act": "rule_objection", "upheld": false})
}

/// Two officers, when, where, one piece of evidence: the least that DOMAIN 4 lets pass.
pub fn verify(finding: &str) -> Value {
    json!({
        "act": "verify", "finding": finding, "officers": ["张三", "李四"],
        "at": "2026-03-01 08:00", "place": "村口", "text": "现场核查", "evidence": [EVIDENCE.repeat(32)],
    })
}

pub fn dispose(kind: &str) -> Value {
    json!({"act": "dispose", "kind": kind, "basis": "土地管理法第七十七条", "text": "当场改正"})
}

pub fn reply(tip: &str) -> Value {
    json!({"act": "reply", "tip": tip, "means": "progress_page", "text": "已处理"})
}

pub fn attempt(tip: &str) -> Value {
    json!({"act": "attempt_reply", "tip": tip, "means": "phone", "text": "无人接听"})
}

pub fn request_close() -> Value {
    json!({"act": "request_close", "text": "已办结"})
}

pub fn approve() -> Value {
    json!({"act": "approve_close"})
}

pub fn send_back(redo: &str) -> Value {
    json!({"act": "return_close", "redo": redo, "text": "证据不足"})
}

pub fn visit(result: &str) -> Value {
    json!({"act": "return_visit", "result": result, "text": "电话回访"})
}

pub fn reopen() -> Value {
    json!({"act": "reopen", "reason": "又有新情况"})
}

pub fn correct(seq: u32, fields: Value) -> Value {
    json!({"act": "correct", "seq": seq, "fields": fields, "text": "登记有误"})
}

pub fn note() -> Value {
    json!({"act": "note", "text": "已电话沟通"})
}

pub fn look(tip: &str) -> Value {
    json!({"act": "look", "tip": tip})
}

pub fn lapse() -> Value {
    json!({"act": "lapse"})
}

/// Where a case of the usual kind stands: web tip, judged at the province, handled in the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Received,
    /// Facts were asked for and may still come.
    Waiting,
    Refused,
    Linked,
    Accepted,
    Dispatched,
    Objected,
    Verifying,
    Handling,
    /// Disposed of, the informant not yet told.
    Untold,
    /// Nothing is owed any more.
    Settled,
    InReview,
    Closed,
}

pub const STOPS: [Stop; 13] = [
    Stop::Received,
    Stop::Waiting,
    Stop::Refused,
    Stop::Linked,
    Stop::Accepted,
    Stop::Dispatched,
    Stop::Objected,
    Stop::Verifying,
    Stop::Handling,
    Stop::Untold,
    Stop::Settled,
    Stop::InReview,
    Stop::Closed,
];

impl World {
    /// A usual case brought to a stop, all within its first hour.
    pub fn at(stop: Stop) -> World {
        let mut world = World::new();
        let tip = world.tip.clone();
        match stop {
            Stop::Received => return world,
            Stop::Waiting => {
                world.did(PROVINCE_JUDGE, ask_supplement());
                return world;
            }
            Stop::Refused => {
                world.did(PROVINCE_JUDGE, refuse("out_of_scope"));
                return world;
            }
            Stop::Linked => {
                world.did(PROVINCE_JUDGE, link());
                return world;
            }
            _ => {}
        }
        let objected = stop == Stop::Objected;
        let line: [(Stop, Who, Value); 8] = [
            (Stop::Accepted, PROVINCE_JUDGE, accept()),
            (Stop::Dispatched, PROVINCE_JUDGE, dispatch(COUNTY)),
            (Stop::Verifying, COUNTY_HANDLER, if objected { object() } else { sign() }),
            (Stop::Handling, COUNTY_HANDLER, verify("founded")),
            (Stop::Untold, COUNTY_HANDLER, dispose("corrected")),
            (Stop::Settled, COUNTY_HANDLER, reply(&tip)),
            (Stop::InReview, COUNTY_HANDLER, request_close()),
            (Stop::Closed, COUNTY_REVIEWER, approve()),
        ];
        for (reached, who, what) in line {
            world.did(who, what);
            if reached == stop || (objected && reached == Stop::Verifying) {
                break;
            }
        }
        world
    }
}
