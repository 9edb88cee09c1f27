//! The whole case through the contract: enforcement, merging, clocks, opinions, supervision.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{CITY, COUNTY, OTHER_COUNTY};
use crate::world::{World, wait_for};

on_both!(
    a_filed_case_is_enforced_to_its_end,
    a_case_is_not_filed_without_the_five_elements,
    a_transfer_needs_its_receipt,
    merged_cases_answer_together_and_part_without_loss,
    a_case_is_not_merged_into_hands_that_are_kept_away,
    more_time_is_asked_once_and_ruled_by_the_superior,
    a_clock_stands_still_and_goes_on,
    opinions_are_hidden_until_ones_own_is_in,
    an_opinion_not_given_lapses_by_itself,
    a_listed_case_closes_only_when_it_is_lifted,
    a_superior_takes_a_case_over,
    danger_takes_the_fast_lane,
    an_informant_who_cannot_be_reached_is_tried_on_three_days,
);

const HANDLER: &str = "handler-430121";
const HANDLER_OF_CITY: &str = "handler-430100";
const REVIEWER: &str = "reviewer-430121";
const SUPERVISOR: &str = "supervisor-430100";

fn at(case: &Case<'_>) -> Value {
    case.entries(HANDLER).last().unwrap()["recorded_at"].clone()
}

fn filed() -> Value {
    json!({ "act": "dispose", "kind": "filed", "basis": "土地管理法第七十七条", "text": "予以立案",
            "filing": { "actor": true, "fact": true, "liability": true, "jurisdiction": true } })
}

/// Founded, with the disposal owed.
fn founded<'w>(world: &'w World, hash: &str) -> Case<'w> {
    let case = Case::in_county(world);
    case.to_verifying();
    case.done(HANDLER, &case.verify("founded", hash));
    case
}

fn penalty(fine: &Value) -> Value {
    json!({ "act": "decide", "outcome": "penalty", "basis": "土地管理法第七十七条", "text": "处罚决定书〔2026〕1 号",
            "measures": [{ "kind": "confiscate_building", "amount": "1200.50" }, fine] })
}

/// The numbers of the open duties of a kind.
fn numbers(case: &Case<'_>, kind: &str) -> Vec<u64> {
    let list = case.world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let open = list.as_array().unwrap().iter().filter(|duty| duty["duty"] == kind);
    open.map(|duty| duty["no"].as_u64().unwrap()).collect()
}

fn due(case: &Case<'_>, kind: &str) -> String {
    let list = case.world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let duty = list.as_array().unwrap().iter().find(|duty| duty["duty"] == kind).unwrap().clone();
    duty["due_at"].as_str().unwrap().to_owned()
}

fn a_filed_case_is_enforced_to_its_end(world: &mut World) {
    let hash = evidence(world);
    let case = founded(world, &hash);
    assert_eq!(case.done(HANDLER, &filed()), "handling");
    assert_eq!(case.outstanding(HANDLER), ["reply", "decide"]);
    case.done("operator-430121", &case.reply());
    // 2,000 m² at ¥100 to ¥1,000: half a million is within, three millions need a reason.
    let fine = |amount: &str| json!({ "kind": "fine", "amount": amount, "benchmark": "land-occupation", "base": "2000" });
    case.act(HANDLER, &penalty(&fine("3000000"))).refused(422, "benchmark_reason");
    let mut unknown = fine("500000");
    unknown["benchmark"] = json!("no-such");
    case.act(HANDLER, &penalty(&unknown)).refused(422, "no_such_benchmark");
    case.done(HANDLER, &penalty(&fine("500000")));
    let [building, money] = numbers(&case, "execute")[..] else { panic!("two measures") };

    let execute = |duty: Option<u64>, amount: &str| {
        json!({ "act": "execute", "duty": duty, "result": "executed", "amount": amount,
                "at": at(&case), "text": "执行完毕", "evidence": [hash] })
    };
    case.act(HANDLER, &execute(None, "1200.50")).refused(422, "duty_unclear");
    case.act(HANDLER, &execute(Some(99), "1200.50")).refused(422, "no_such_duty");
    case.done(HANDLER, &execute(Some(building), "1200.50"));
    case.done(HANDLER, &execute(Some(money), "500000"));
    let seen = |duty: u64| {
        json!({ "act": "verify_execution", "duty": duty, "confirmed": true,
                "officers": ["李勘", "王察"], "at": at(&case), "text": "现场核验属实" })
    };
    let [first, second] = numbers(&case, "verify_execution")[..] else { panic!("two to see") };
    case.act(HANDLER, &seen(first)).refused(403, "executor_verifies");
    case.done(REVIEWER, &seen(first));
    case.done(REVIEWER, &seen(second));
    // The fine is done with; the building is handed to the government first.
    assert_eq!(case.outstanding(HANDLER), ["hand_over"]);
    let asked = json!({ "act": "request_close", "text": "办结" });
    case.act(HANDLER, &asked).refused(409, "outstanding");
    let hand = json!({ "act": "hand_over", "receiver": "长沙县人民政府", "document": "移交〔2026〕3 号",
                       "at": at(&case), "text": "已移交" });
    case.done(HANDLER, &hand);
    // The informant was answered at the disposal, and is answered again at the outcome.
    assert_eq!(case.outstanding(HANDLER), ["reply"]);
    case.done("operator-430121", &case.reply());
    case.done(HANDLER, &asked);
    assert_eq!(case.done("reviewer2-430121", &json!({ "act": "approve_close" })), "closed");
    world.run_ok(&["audit"]);
}

fn a_case_is_not_filed_without_the_five_elements(world: &mut World) {
    let hash = evidence(world);
    let case = founded(world, &hash);
    let mut dispose = filed();
    dispose["filing"]["liability"] = json!(false);
    case.act(HANDLER, &dispose).refused(422, "filing_test");
    dispose["filing"]["liability"] = json!(true);
    dispose["filing"]["ended_on"] = json!("2015-01-01");
    case.act(HANDLER, &dispose).refused(422, "limitation_passed");
    dispose.as_object_mut().unwrap().remove("filing");
    let faults = case.act(HANDLER, &dispose).refused(422, "invalid");
    assert_eq!(faults["errors"][0]["field"], "filing");
    assert_eq!(case.outstanding(HANDLER), ["reply", "dispose"]);
}

fn a_transfer_needs_its_receipt(world: &mut World) {
    let hash = evidence(world);
    let case = founded(world, &hash);
    let transfer = json!({ "act": "dispose", "kind": "transferred", "basis": "刑法第三百四十二条",
                           "text": "涉嫌犯罪", "receiver": "长沙县公安局" });
    assert_eq!(case.done(HANDLER, &transfer), "handling");
    case.done("operator-430121", &case.reply());
    let asked = json!({ "act": "request_close", "text": "办结" });
    case.act(HANDLER, &asked).refused(409, "outstanding");
    let receipt = |accepted: bool| {
        json!({ "act": "receive_transfer", "accepted": accepted, "receipt": "公回〔2026〕7 号",
                "at": at(&case), "text": "对方答复" })
    };
    // Sent back, so that something else must be done; then taken.
    case.done(HANDLER, &receipt(false));
    assert_eq!(case.outstanding(HANDLER), ["dispose"]);
    case.done(HANDLER, &transfer);
    case.done(HANDLER, &receipt(true));
    assert_eq!(case.outstanding(HANDLER), ["reply"]);
}

fn merged_cases_answer_together_and_part_without_loss(world: &mut World) {
    let hash = evidence(world);
    let kept = founded(world, &hash);
    let twin = Case::in_county(world);
    let merge = |into: &str| json!({ "act": "merge", "case": into, "text": "同一地块" });
    let judge = "judge-430121";
    twin.act(judge, &merge(&twin.no)).refused(422, "merge_target");
    twin.act(judge, &merge("C0")).refused(422, "merge_target");
    assert_eq!(twin.done(judge, &merge(&kept.no)), "merged");
    assert_eq!(twin.outstanding(HANDLER), [""; 0]);
    assert_eq!(kept.outstanding(HANDLER), ["reply", "dispose", "reply"]);
    twin.act(judge, &json!({ "act": "accept" })).refused(409, "case_merged");
    // Both tips are read on the case that carries them, each informant with the own number.
    let shown = world.get(HANDLER, &kept.path("")).ok(200);
    let tips: Vec<&str> =
        shown["tips"].as_array().unwrap().iter().map(|tip| tip["tip"].as_str().unwrap()).collect();
    assert_eq!(tips.len(), 2);
    assert!(tips.contains(&twin.tip.as_str()));
    assert_eq!(world.get(HANDLER, &twin.path("")).ok(200)["merged_into"], kept.no.as_str());
    assert_eq!(twin.progress()["state"], "handling");
    // The answer to the second informant is given there, and read by that informant alone.
    let answer = json!({ "act": "reply", "tip": twin.tip, "means": "phone", "text": "并案办理中" });
    kept.done("operator-430121", &answer);
    assert_eq!(twin.progress()["replies"][0]["text"], "并案办理中");
    assert_eq!(kept.progress()["replies"], json!([]));

    let split = json!({ "act": "split", "case": twin.no, "text": "经查是两处地块" });
    kept.act(judge, &json!({ "act": "split", "case": kept.no, "text": "误" }))
        .refused(422, "not_merged_here");
    kept.done(judge, &split);
    assert_eq!(kept.outstanding(HANDLER), ["reply", "dispose"]);
    // It was accepted with the other; answered there, its informant is told of its own outcome, too.
    assert_eq!(twin.state(HANDLER), "accepted");
    assert_eq!(twin.outstanding(HANDLER), ["reply", "dispatch"]);
    assert_eq!(twin.progress()["replies"][0]["text"], "并案办理中");
    kept.act(judge, &split).refused(422, "not_merged_here");
    world.run_ok(&["audit"]);
}

fn a_case_is_not_merged_into_hands_that_are_kept_away(world: &mut World) {
    let hash = evidence(world);
    let kept = founded(world, &hash);
    let mut body = call(COUNTY);
    body["accused"] = json!("长沙县自然资源局");
    let tip = Case::log(world, "operator-430100", &body);
    let merge = json!({ "act": "merge", "case": kept.no, "text": "同一地块" });
    tip.act("judge-430100", &merge).refused(422, "merge_recused");
    // The city takes the case over; then the two may be one, and the county sees neither.
    kept.done(SUPERVISOR, &json!({ "act": "take_over", "reason": "涉及县局" }));
    assert_eq!(tip.done("judge-430100", &merge), "merged");
    world.get(HANDLER, &kept.path("")).refused(404, "not_found");
    world.get(HANDLER, &tip.path("")).refused(404, "not_found");
    assert!(world.get(HANDLER_OF_CITY, &kept.path("")).status == 200);
}

fn more_time_is_asked_once_and_ruled_by_the_superior(world: &mut World) {
    let case = Case::in_county(world);
    case.to_verifying();
    let verify = numbers(&case, "verify")[0];
    let ask = |amount: u32| json!({ "act": "ask_extension", "duty": verify, "amount": amount, "reason": "需要测绘鉴定" });
    case.act(HANDLER, &ask(1_000)).refused(422, "extension_too_long");
    case.act("handler-430181", &ask(5)).refused(404, "not_found");
    case.done(HANDLER, &ask(5));
    case.act(HANDLER, &ask(5)).refused(409, "extended_before");
    let before = due(&case, "verify");
    let rule = json!({ "act": "rule_extension", "granted": true, "text": "同意" });
    case.act("supervisor-430121", &rule).refused(403, "not_your_duty");
    case.done(SUPERVISOR, &rule);
    assert!(due(&case, "verify") > before, "{before} was not put off");
    case.act(HANDLER, &ask(5)).refused(409, "extended_before");
}

fn a_clock_stands_still_and_goes_on(world: &mut World) {
    let case = Case::in_county(world);
    case.to_verifying();
    let verify = numbers(&case, "verify")[0];
    let before = due(&case, "verify");
    let pause = json!({ "act": "pause", "duty": verify, "cause": "appraisal", "text": "委托鉴定" });
    case.act(HANDLER, &pause).refused(403, "role_not_allowed");
    case.done(REVIEWER, &pause);
    case.act(REVIEWER, &pause).refused(409, "paused_before");
    let list = world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let stopped = list.as_array().unwrap().iter().find(|duty| duty["no"] == verify).unwrap();
    assert_eq!(stopped["due_at"], Value::Null);
    let resume = json!({ "act": "resume", "duty": verify, "text": "鉴定意见已出" });
    case.done(HANDLER, &resume);
    case.act(HANDLER, &resume).refused(409, "not_paused");
    assert!(due(&case, "verify") >= before);
}

fn opinions_are_hidden_until_ones_own_is_in(world: &mut World) {
    let case = Case::in_county(world);
    case.to_verifying();
    let ask = |units: &[&str]| json!({ "act": "ask_opinion", "units": units, "text": "是否占用基本农田" });
    case.act(HANDLER, &ask(&[COUNTY])).refused(422, "opinion_of_unit");
    case.done(HANDLER, &ask(&[CITY, OTHER_COUNTY]));
    let opine =
        |stance: &str, text: &str| json!({ "act": "opine", "stance": stance, "text": text });
    case.done(HANDLER_OF_CITY, &opine("agree", "图斑核对无误"));
    // The other county was let in to give its own, and reads the city's only afterwards.
    let reads = |who: &str| json!(case.entries(who)).to_string().contains("图斑核对无误");
    assert!(reads(HANDLER));
    assert!(!reads("handler-430181"));
    let page = |who: &str| {
        let shown = world.ask("GET", who, &format!("/cases/{}", case.no), &[], b"");
        shown.text.contains("图斑核对无误")
    };
    assert!(!page("handler-430181"));
    case.done("handler-430181", &opine("disagree", "地类不同"));
    assert!(reads("handler-430181"));
    assert!(page("handler-430181"));
    // Opinions do not block.
    assert!(!case.outstanding(HANDLER).contains(&"opinion".to_owned()));
}

fn an_opinion_not_given_lapses_by_itself(world: &mut World) {
    let case = Case::in_county(world);
    case.to_verifying();
    case.done(HANDLER, &json!({ "act": "ask_opinion", "units": [CITY], "text": "意见" }));
    world.set_clock("2027-01-20T09:00:00+08:00");
    wait_for("the opinion to lapse", || {
        (!case.outstanding(HANDLER).contains(&"opinion".to_owned())).then_some(())
    });
    let late = json!({ "act": "opine", "stance": "agree", "text": "迟" });
    case.act(HANDLER_OF_CITY, &late).refused(409, "duty_not_open");
}

fn a_listed_case_closes_only_when_it_is_lifted(world: &mut World) {
    let hash = evidence(world);
    let case = founded(world, &hash);
    case.done(SUPERVISOR, &json!({ "act": "urge", "text": "请抓紧办理" }));
    assert_eq!(case.outstanding(HANDLER), ["reply", "dispose", "progress"]);
    case.done(HANDLER, &json!({ "act": "progress", "text": "已约谈当事人" }));
    let list = json!({ "act": "list", "situation": "farmland", "text": "占用永久基本农田" });
    case.act(HANDLER, &list).refused(403, "role_not_allowed");
    case.done(SUPERVISOR, &list);
    case.act(SUPERVISOR, &list).refused(409, "listed_before");
    // Every week, as long as it is listed.
    case.done(HANDLER, &json!({ "act": "progress", "text": "第一周进展" }));
    assert_eq!(case.outstanding(HANDLER), ["reply", "dispose", "lift", "progress"]);
    case.done(HANDLER, &case.dispose());
    case.done("operator-430121", &case.reply());
    let asked = json!({ "act": "request_close", "text": "办结" });
    case.act(HANDLER, &asked).refused(409, "outstanding");
    let lift = json!({ "act": "lift", "text": "整改到位" });
    case.act("supervisor-430000", &lift).refused(403, "not_your_duty");
    case.done(SUPERVISOR, &lift);
    assert_eq!(case.done(HANDLER, &asked), "in_review");
}

fn a_superior_takes_a_case_over(world: &mut World) {
    let case = Case::in_county(world);
    case.done("judge-430121", &json!({ "act": "accept" }));
    case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
    let take = json!({ "act": "take_over", "reason": "案情重大" });
    case.act("supervisor-430121", &take).refused(409, "holder_already");
    case.act("supervisor-430181", &take).refused(404, "not_found");
    // Taking a case over is signing it.
    assert_eq!(case.done(SUPERVISOR, &take), "verifying");
    case.act(HANDLER, &json!({ "act": "sign" })).refused(409, "duty_not_open");
    let list = world.get(HANDLER_OF_CITY, &case.path("/outstanding")).ok(200);
    for duty in list.as_array().unwrap() {
        assert_eq!(duty["owner"], CITY, "{duty}");
    }
}

fn danger_takes_the_fast_lane(world: &mut World) {
    let mut body = call(COUNTY);
    body["danger"] = json!(true);
    let case = Case::log(world, "operator-430121", &body);
    let shown = world.get(HANDLER, &case.path("")).ok(200);
    assert_eq!(shown["severity"], "danger");
    // The judge finds that nobody is in danger, and the clocks follow.
    case.done("judge-430121", &json!({ "act": "accept", "severity": "general" }));
    assert_eq!(world.get(HANDLER, &case.path("")).ok(200)["severity"], "general");
    let correct = json!({ "act": "correct", "seq": 2, "fields": { "severity": "danger" }, "text": "裂缝扩大" });
    case.done("judge-430121", &correct);
    assert_eq!(world.get(HANDLER, &case.path("")).ok(200)["severity"], "danger");
    world.run_ok(&["audit"]);
}

fn an_informant_who_cannot_be_reached_is_tried_on_three_days(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    case.done(REVIEWER, &json!({ "act": "approve_close" }));
    let missed = json!({ "act": "return_visit", "result": "unreached", "text": "无人接听" });
    for day in ["2027-01-11", "2027-01-12", "2027-01-12"] {
        world.set_clock(&format!("{day}T10:00:00+08:00"));
        case.done("operator-430121", &missed);
        assert_eq!(case.outstanding(HANDLER), ["return_visit"], "{day}");
    }
    world.set_clock("2027-01-13T10:00:00+08:00");
    case.done("operator-430121", &missed);
    assert_eq!(case.outstanding(HANDLER), [""; 0]);
}
