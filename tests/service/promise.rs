//! 受理一件必须处置一件，否则不予销号: 404 tips, 404 early closures refused, 404 closed, balanced.

use serde_json::json;

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::COUNTY;
use crate::world::World;

/// Hunan's ledger had 404 reports, all handled.
const HUNAN: usize = 404;

on_both!(every_accepted_tip_is_handled_before_it_is_struck_off);

fn every_accepted_tip_is_handled_before_it_is_struck_off(world: &mut World) {
    let world = &*world;
    let hash = evidence(world);
    let early = json!({ "act": "request_close", "text": "想早点销号" });
    let one_life = |_| {
        let case = Case::log(world, "operator-430121", &call(COUNTY));
        case.done("judge-430121", &json!({ "act": "accept" }));
        let refused = case.act("handler-430121", &early).refused(409, "outstanding");
        let duties: Vec<_> = refused["outstanding"].as_array().unwrap().iter().collect();
        let names: Vec<_> = duties.iter().map(|duty| duty["duty"].as_str().unwrap()).collect();
        assert_eq!(names, ["reply", "dispatch"]);
        case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
        case.done("handler-430121", &json!({ "act": "sign" }));
        case.done("handler-430121", &case.verify("founded", &hash));
        case.done("handler-430121", &case.dispose());
        case.done("operator-430121", &case.reply());
        case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
        let closed = case.done("reviewer-430121", &json!({ "act": "approve_close" }));
        assert_eq!(closed, "closed");
    };
    // Several people work at the same time.
    std::thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || (0..HUNAN / 4).for_each(|i| one_life(worker * 1_000 + i)));
        }
    });

    let month = world.get("judge-430121", "/api/v1/cases?limit=1").ok(200);
    let month = month["items"][0]["opened_at"].as_str().unwrap()[..7].to_owned();
    for scope in ["430000", "430121", "000000"] {
        let arguments = [
            "report", "build", "--kind", "monthly", "--period", &month, "--scope", scope, "--out",
            "out",
        ];
        world.run_ok(&arguments);
        let name = format!("out/monthly-{month}-{scope}.json");
        let json = std::fs::read_to_string(world.folder.path().join(name)).unwrap();
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["balance"]["accepted"], HUNAN, "{scope}");
        assert_eq!(report["balance"]["closed"], HUNAN);
        assert_eq!(
            (&report["balance"]["opening"], &report["balance"]["closing"]),
            (&json!(0), &json!(0))
        );
        assert_eq!(report["tips"]["received"], HUNAN);
        assert_eq!(report["tips"]["by_channel"]["phone"], HUNAN);
        assert_eq!(report["closure"], json!({ "num": HUNAN, "den": HUNAN }));
        assert_eq!(report["log_size"], HUNAN * 9);
    }
    // The lists behind the terms hold as many cases as the terms say.
    let lists = std::fs::read_to_string(
        world.folder.path().join(format!("out/monthly-{month}-430121.cases.csv")),
    );
    let lists = lists.unwrap();
    for (term, count) in [("accepted", HUNAN), ("closed", HUNAN), ("closing", 0)] {
        let rows = lists.lines().filter(|row| row.starts_with(&format!("{term},"))).count();
        assert_eq!(rows, count, "{term}");
    }
    assert!(world.run_ok(&["audit"]).contains("404 cases, 3636 entries, 3636 sealed: 0 faults"));
}
