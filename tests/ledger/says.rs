//! What people say: the fields of each act, filled in. The walks through the service say it too.

use serde_json::{Value, json};

/// The case to link to, and to merge with.
pub const TWIN: &str = "case-before";

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

pub fn merge(case: &str) -> Value {
    json!({"act": "merge", "case": case, "text": "同一地块同一事实"})
}

pub fn split(case: &str) -> Value {
    json!({"act": "split", "case": case, "text": "查明不是同一地块"})
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

/// All five elements of the filing test.
pub fn filed() -> Value {
    let mut what = dispose("filed");
    what["filing"] = filing();
    what
}

pub fn filing() -> Value {
    json!({"actor": true, "fact": true, "liability": true, "jurisdiction": true})
}

pub fn transferred() -> Value {
    let mut what = dispose("transferred");
    what["receiver"] = json!("公安局");
    what
}

/// One measure of each kind named, of a quantity that no benchmark asks about.
pub fn penalty(kinds: &[&str]) -> Value {
    let one = |kind: &&str| json!({"kind": kind, "amount": "100", "deviation": "情节轻微"});
    let measures: Vec<Value> = kinds.iter().map(one).collect();
    json!({"act": "decide", "outcome": "penalty", "basis": "土地管理法第七十七条",
           "text": "责令拆除", "measures": measures})
}

pub fn decide(outcome: &str) -> Value {
    let mut what = json!({"act": "decide", "outcome": outcome, "basis": "行政处罚法第五十七条",
                          "text": "依法决定"});
    if outcome == "transferred" {
        what["receiver"] = json!("公安局");
    }
    what
}

pub fn execute(result: &str) -> Value {
    let mut what = json!({"act": "execute", "result": result, "at": "2026-03-01 09:00",
                          "text": "现场执行", "evidence": [EVIDENCE.repeat(32)]});
    match result {
        "executed" => what["amount"] = json!("100"),
        _ => what["document"] = json!("法执字一号"),
    }
    what
}

pub fn verify_execution(confirmed: bool) -> Value {
    json!({"act": "verify_execution", "confirmed": confirmed, "officers": ["王五", "赵六"],
           "at": "2026-03-01 09:30", "text": "现场核验"})
}

pub fn hand_over() -> Value {
    json!({"act": "hand_over", "receiver": "县人民政府", "document": "移交清单一号",
           "at": "2026-03-01 09:40", "text": "已移交"})
}

pub fn transfer() -> Value {
    json!({"act": "transfer", "receiver": "纪委监委", "basis": "监察法第三十四条", "text": "移送线索"})
}

pub fn receipt(accepted: bool) -> Value {
    json!({"act": "receive_transfer", "accepted": accepted, "receipt": "收字一号",
           "at": "2026-03-01 09:50", "text": "回执"})
}

/// The same act on the duty of a number.
pub fn on(duty: u32, mut what: Value) -> Value {
    what["duty"] = json!(duty);
    what
}

pub fn ask_opinion(units: &[&str]) -> Value {
    json!({"act": "ask_opinion", "units": units, "text": "请就规划出具意见"})
}

pub fn opine() -> Value {
    json!({"act": "opine", "stance": "agree", "text": "同意"})
}

pub fn ask_extension(duty: u32, amount: u32) -> Value {
    json!({"act": "ask_extension", "duty": duty, "amount": amount, "reason": "案情复杂"})
}

pub fn rule_extension(granted: bool) -> Value {
    json!({"act": "rule_extension", "granted": granted, "text": "批复"})
}

pub fn pause(duty: u32) -> Value {
    json!({"act": "pause", "duty": duty, "cause": "appraisal", "text": "委托鉴定"})
}

pub fn resume(duty: u32) -> Value {
    json!({"act": "resume", "duty": duty, "text": "鉴定完毕"})
}

pub fn urge() -> Value {
    json!({"act": "urge", "text": "请尽快办理"})
}

pub fn supervise() -> Value {
    json!({"act": "urge", "rung": "supervise", "text": "每周报告进展"})
}

pub fn list() -> Value {
    json!({"act": "list", "situation": "farmland", "text": "挂牌督办"})
}

pub fn progress() -> Value {
    json!({"act": "progress", "text": "正在测量"})
}

pub fn lift() -> Value {
    json!({"act": "lift", "text": "整改到位"})
}

pub fn take_over() -> Value {
    json!({"act": "take_over", "reason": "案情重大"})
}

pub fn draw(checker: &str) -> Value {
    json!({"act": "draw", "draw": "draw-1", "checker": checker})
}

pub fn recheck(finding: &str) -> Value {
    json!({"act": "recheck", "finding": finding, "officers": ["钱七", "孙八"],
           "at": "2026-03-01 09:55", "text": "复查"})
}

pub fn account() -> Value {
    json!({"act": "account", "who": "某某", "scope": "现场核查", "manner": "书面检查",
           "degree": "一般", "text": "核查不实"})
}

pub fn avert() -> Value {
    json!({"act": "avert", "people": 12, "text": "提前转移", "evidence": [EVIDENCE.repeat(32)]})
}

pub fn reckon() -> Value {
    json!({"act": "reckon", "cause": "calendar 2026.2"})
}

pub fn succeed(unit: &str, successor: &str) -> Value {
    json!({"act": "succeed", "unit": unit, "successor": successor})
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
