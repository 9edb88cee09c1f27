//! Enforcement by people at pages: a penalty with its measures, and what was carried out of it.

use serde_json::json;

use crate::case::{Case, evidence};
use crate::on_both;
use crate::visitor::Visitor;
use crate::world::World;

on_both!(a_penalty_is_decided_and_carried_out_on_pages);

const HANDLER: &str = "handler-430121";

fn a_penalty_is_decided_and_carried_out_on_pages(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_verifying();
    case.done(HANDLER, &case.verify("founded", &hash));
    let filing = json!({ "actor": true, "fact": true, "liability": true, "jurisdiction": true });
    let dispose = json!({ "act": "dispose", "kind": "filed", "basis": "土地管理法第七十七条",
                          "text": "立案查处", "filing": filing });
    case.done(HANDLER, &dispose);

    let handler = Visitor::log_in(world, HANDLER);
    let page = format!("/cases/{}", case.no);
    let decide = [
        ("act", "decide"),
        ("outcome", "penalty"),
        ("basis", "土地管理法第七十七条"),
        ("text", "处罚决定"),
        ("measures.0.kind", "demolish"),
        ("measures.0.amount", "1200"),
        ("measures.1.kind", "fine"),
    ];
    // The second measure lacks its amount: said at its own field, and nothing typed is lost.
    let refused = handler.send(&page, &decide);
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("措施2：数量或金额：未填写"), "{}", refused.text);
    assert!(refused.text.contains("value=\"1200\""), "{}", refused.text);
    let rest = [("measures.1.amount", "50000"), ("measures.1.deviation", "情节轻微")];
    let done = handler.send(&page, &[&decide[..], &rest[..]].concat());
    assert_eq!(done.status, 303, "{}", done.text);
    let shown = handler.get(&page).text;
    for words in ["拆除（平方米） 1200.00", "罚款（元） 50000.00（情节轻微）"] {
        assert!(shown.contains(words), "«{words}» is missing in {shown}");
    }

    let duty = case.world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let duties = duty.as_array().unwrap().iter().filter(|duty| duty["duty"] == "execute");
    let duties: Vec<String> = duties.map(|duty| duty["no"].to_string()).collect();
    let execute = |amount: &'static str| {
        [
            ("act", "execute"),
            ("duty", &*duties[0]),
            ("result", "executed"),
            ("amount", amount),
            ("at", "2026-08-03 09:00"),
            ("text", "已拆除"),
            ("evidence", &*hash),
        ]
    };
    let refused = handler.send(&page, &execute("1000"));
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("完成 1000.00，少于决定的 1200.00"), "{}", refused.text);
    assert_eq!(handler.send(&page, &execute("1200")).status, 303);
    assert!(handler.get(&page).text.contains("拆除（平方米）"));
}
