//! Lives of cases that must not get stuck, through the contract.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{COUNTY, OTHER_COUNTY};
use crate::world::World;

on_both!(
    an_anonymous_tip_from_the_web,
    a_refused_tip_is_answered_and_may_be_appealed_once,
    a_supplement_that_comes,
    an_objection_upheld,
    an_objection_not_upheld_binds,
    a_finding_that_it_is_not_ours,
    unfounded_and_three_failed_calls,
    a_closing_returned_and_asked_again,
    reopened_and_closed_by_another_reviewer,
    a_recused_unit_sees_nothing,
    a_contact_is_shown_for_an_open_reply_and_each_look_is_counted,
);

fn act(name: &str) -> Value {
    json!({ "act": name })
}

fn an_anonymous_tip_from_the_web(world: &mut World) {
    let hash = evidence(world);
    let mut body = call(COUNTY);
    body["channel"] = json!("web");
    body["informant"] = json!({ "mode": "anonymous" });
    let case = Case::log(world, "", &body);
    // The public's tips are judged at the place's province.
    assert_eq!(case.outstanding("judge-430000"), ["judge", "reply"]);
    case.act("judge-430121", &act("accept")).refused(403, "not_your_duty");
    case.done("judge-430000", &act("accept"));
    case.done("judge-430000", &json!({ "act": "dispatch", "unit": COUNTY }));
    case.done("handler-430121", &act("sign"));
    case.done("handler-430121", &case.verify("founded", &hash));
    case.done("handler-430121", &case.dispose());
    let mut answer = case.reply();
    answer["means"] = json!("progress_page");
    case.done("operator-430121", &answer);
    case.done("handler-430121", &json!({ "act": "request_close", "text": "办结" }));
    assert_eq!(case.done("reviewer-430000", &act("approve_close")), "closed");
    let progress = case.progress();
    assert_eq!(progress["replies"][0]["text"], answer["text"]);
    assert_eq!(progress["state"], "closed");
    assert_eq!(case.outstanding("handler-430121"), ["return_visit"]);
}

fn a_refused_tip_is_answered_and_may_be_appealed_once(world: &mut World) {
    let case = Case::in_county(world);
    let refuse = json!({ "act": "refuse", "reason": "ownership_or_compensation",
                         "redirect": "请向县人民政府反映", "text": "属权属争议" });
    assert_eq!(case.done("judge-430121", &refuse), "refused");
    assert_eq!(case.progress()["replies"][0]["redirect"], "请向县人民政府反映");
    case.done("operator-430121", &case.reply());
    let appeal = json!({ "act": "reopen", "reason": "不是权属争议，是违法占地" });
    case.informant(&appeal).ok(201);
    assert_eq!(case.state("handler-430121"), "verifying");
    let hash = evidence(world);
    case.done("handler-430121", &case.verify("unfounded", &hash));
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "查否" }));
    assert_eq!(case.done("reviewer-430121", &act("approve_close")), "closed");
    case.informant(&appeal).refused(409, "appealed_before");
}

fn a_supplement_that_comes(world: &mut World) {
    let case = Case::in_county(world);
    let ask = json!({ "act": "ask_supplement", "text": "在哪个村？" });
    assert_eq!(case.done("judge-430121", &ask), "supplement");
    let early = json!({ "act": "refuse", "reason": "insufficient", "text": "位置不明" });
    case.act("judge-430121", &early).refused(409, "supplement_pending");
    case.informant(&json!({ "act": "supplement", "text": "金鼎村七组" })).ok(201);
    case.act("judge-430121", &ask).refused(409, "asked_before");
    assert_eq!(case.done("judge-430121", &act("accept")), "accepted");
    // What the informant added is read with the tip; the ledger holds only its hash.
    let shown = world.get("judge-430121", &case.path("")).ok(200);
    assert_eq!(shown["tips"][0]["words"][1]["text"], "金鼎村七组");
    assert!(!json!(case.entries("judge-430121")).to_string().contains("金鼎村"));
}

/// Dispatched by the province to a county.
fn dispatched(world: &World) -> Case<'_> {
    let case = Case::log(world, "operator-430000", &call("430100"));
    case.done("judge-430000", &act("accept"));
    case.done("judge-430000", &json!({ "act": "dispatch", "unit": COUNTY }));
    case
}

fn object() -> Value {
    json!({ "act": "object", "reason": "不在本县", "suggested_unit": OTHER_COUNTY })
}

fn an_objection_upheld(world: &mut World) {
    let case = dispatched(world);
    assert_eq!(case.done("handler-430121", &object()), "objected");
    let upheld = json!({ "act": "rule_objection", "upheld": true });
    case.act("judge-430000", &upheld).refused(422, "unit_missing");
    let named = json!({ "act": "rule_objection", "upheld": true, "unit": OTHER_COUNTY });
    assert_eq!(case.done("judge-430000", &named), "dispatched");
    // The second county disagrees as well: their common superior rules, not the dispatcher.
    let back = json!({ "act": "object", "reason": "也不在本县" });
    case.done("handler-430181", &back);
    let not = json!({ "act": "rule_objection", "upheld": false });
    case.act("judge-430000", &not).refused(403, "not_your_duty");
    assert_eq!(case.done("judge-430100", &not), "verifying");
    assert_eq!(case.outstanding("handler-430181"), ["reply", "verify"]);
    // The first county gave the case away and still sees it.
    assert_eq!(case.state("handler-430121"), "verifying");
}

fn an_objection_not_upheld_binds(world: &mut World) {
    let hash = evidence(world);
    let case = dispatched(world);
    case.done("handler-430121", &object());
    case.done("judge-430000", &json!({ "act": "rule_objection", "upheld": false }));
    // The ruling counts as signature, and the unit may not say it again.
    case.act("handler-430121", &act("sign")).refused(409, "duty_not_open");
    case.act("handler-430121", &case.verify("not_ours", &hash)).refused(409, "ruling_binds");
    assert_eq!(case.done("handler-430121", &case.verify("founded", &hash)), "handling");
}

fn a_finding_that_it_is_not_ours(world: &mut World) {
    let hash = evidence(world);
    let case = dispatched(world);
    case.done("handler-430121", &act("sign"));
    assert_eq!(case.done("handler-430121", &case.verify("not_ours", &hash)), "objected");
    let moved = json!({ "act": "rule_objection", "upheld": true, "unit": OTHER_COUNTY });
    assert_eq!(case.done("judge-430000", &moved), "dispatched");
    case.done("handler-430181", &act("sign"));
    assert_eq!(case.outstanding("handler-430181"), ["reply", "verify"]);
}

fn unfounded_and_three_failed_calls(world: &mut World) {
    world.set_clock("2026-11-02T10:00:00+08:00");
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_verifying();
    assert_eq!(case.done("handler-430121", &case.verify("unfounded", &hash)), "disposed");
    let attempt =
        json!({ "act": "attempt_reply", "tip": case.tip, "means": "phone", "text": "无人接听" });
    for day in ["02", "02", "03"] {
        world.set_clock(&format!("2026-11-{day}T15:00:00+08:00"));
        case.done("operator-430121", &attempt);
        assert_eq!(case.outstanding("operator-430121"), ["reply"], "{day}");
    }
    world.set_clock("2026-11-04T09:00:00+08:00");
    case.done("operator-430121", &attempt);
    assert!(case.outstanding("operator-430121").is_empty());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "查否" }));
    assert_eq!(case.done("reviewer-430100", &act("approve_close")), "closed");
}

fn a_closing_returned_and_asked_again(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    for (redo, state) in [("verify", "verifying"), ("dispose", "handling"), ("reply", "disposed")] {
        let back = json!({ "act": "return_close", "redo": redo, "text": "请重做" });
        assert_eq!(case.done("reviewer-430121", &back), state);
        match redo {
            "verify" => {
                case.done("handler-430121", &case.verify("founded", &hash));
                case.done("handler-430121", &case.dispose());
            }
            "dispose" => drop(case.done("handler-430121", &case.dispose())),
            _ => drop(case.done("operator-430121", &case.reply())),
        }
        let again = json!({ "act": "request_close", "text": "已重做" });
        assert_eq!(case.done("handler-430121", &again), "in_review");
    }
    assert_eq!(case.done("reviewer-430121", &act("approve_close")), "closed");
}

fn reopened_and_closed_by_another_reviewer(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    case.done("reviewer-430121", &act("approve_close"));
    case.act("supervisor-430181", &json!({ "act": "reopen", "reason": "x" }))
        .refused(404, "not_found");
    let reopen = json!({ "act": "reopen", "reason": "复耕不到位" });
    assert_eq!(case.done("supervisor-430100", &reopen), "verifying");
    assert_eq!(case.outstanding("handler-430121"), ["verify", "reply"]);
    case.done("handler-430121", &case.verify("founded", &hash));
    case.done("handler-430121", &case.dispose());
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已复耕" }));
    case.act("reviewer-430121", &act("approve_close")).refused(403, "reviewer_before");
    assert_eq!(case.done("reviewer2-430121", &act("approve_close")), "closed");
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn a_recused_unit_sees_nothing(world: &mut World) {
    let mut body = call(COUNTY);
    body["accused"] = json!("长沙县自然资源局");
    let case = Case::log(world, "operator-430121", &body);
    for role in ["operator", "judge", "handler", "reviewer", "supervisor"] {
        let who = format!("{role}-430121");
        world.get(&who, &case.path("")).refused(404, "not_found");
        case.act(&who, &act("accept")).refused(404, "not_found");
        let list = world.get(&who, "/api/v1/cases").ok(200);
        assert_eq!(list["items"], json!([]));
    }
    // It went one level up, which may not hand it back down.
    assert_eq!(case.outstanding("judge-430100"), ["judge", "reply"]);
    case.done("judge-430100", &act("accept"));
    let down = json!({ "act": "dispatch", "unit": COUNTY });
    case.act("judge-430100", &down).refused(422, "unit_recused");
    assert_eq!(
        case.done("judge-430100", &json!({ "act": "dispatch", "unit": "430100" })),
        "dispatched"
    );
    let hash = evidence(world);
    case.done("handler-430100", &act("sign"));
    let mut finding = case_verify(&case, &hash);
    finding["finding"] = json!("unlocatable");
    assert_eq!(case.done("handler-430100", &finding), "disposed");
}

fn case_verify(case: &Case<'_>, hash: &str) -> Value {
    let at = case.entries("handler-430100").last().unwrap()["recorded_at"].clone();
    json!({ "act": "verify", "finding": "founded", "officers": ["李勘", "王察"], "at": at,
            "place": "村东头", "text": "现场核查情况", "evidence": [hash] })
}

fn a_contact_is_shown_for_an_open_reply_and_each_look_is_counted(world: &mut World) {
    let mut body = call(COUNTY);
    body["informant"] =
        json!({ "mode": "confidential", "name": "测试人", "phone": "１３８００００００００" });
    let case = Case::log(world, "operator-430121", &body);
    let look = json!({ "tip": case.tip });
    world.post("handler-430121", &case.path("/contact"), &look).refused(403, "role_not_allowed");
    world.post("operator-430181", &case.path("/contact"), &look).refused(404, "not_found");
    let contact = world.post("operator-430121", &case.path("/contact"), &look).ok(200);
    assert_eq!((&contact["name"], &contact["phone"]), (&json!("测试人"), &json!("13800000000")));
    assert_eq!(case.progress()["looks"], 1);
    case.done("operator-430121", &case.reply());
    world.post("operator-430121", &case.path("/contact"), &look).refused(409, "duty_not_open");
    assert_eq!(case.progress()["looks"], 1);
}
