//! What decisions came to, in square metres and yuan; where listed cases came from; cases that were
//! merged and split in the balance.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::indicators::report;
use crate::on_both;
use crate::units::{CITY, COUNTY};
use crate::world::World;

on_both!(
    wuhan_sums_are_decided_then_executed_then_verified,
    what_is_annulled_or_not_confirmed_is_taken_off,
    forty_four_of_eighty_listed_cases_came_from_the_hotline,
    merged_and_split_cases_stand_in_the_balance_and_open_their_lists,
);

const HANDLER: &str = "handler-430121";

/// A case that is filed and decided, with these measures: kind and amount.
pub fn decided<'w>(world: &'w World, hash: &str, measures: &[(&str, &str)]) -> Case<'w> {
    let case = Case::in_county(world);
    case.to_verifying();
    case.done(HANDLER, &case.verify("founded", hash));
    let filing = json!({ "actor": true, "fact": true, "liability": true, "jurisdiction": true,
                         "life_or_health": false });
    let dispose = json!({ "act": "dispose", "kind": "filed", "basis": "土地管理法第七十七条",
                          "text": "立案查处", "filing": filing });
    case.done(HANDLER, &dispose);
    let measure = |(kind, amount): &(&str, &str)| match *kind {
        "fine" => json!({ "kind": kind, "amount": amount, "deviation": "按省级基准另行裁量" }),
        kind => json!({ "kind": kind, "amount": amount }),
    };
    let measures: Vec<Value> = measures.iter().map(measure).collect();
    let decide = json!({ "act": "decide", "outcome": "penalty", "basis": "土地管理法第七十七条",
                         "text": "处罚决定", "measures": measures });
    case.done(HANDLER, &decide);
    case
}

/// The numbers of the case's open duties of a kind, in order: measures come in the order of duties.
fn open(case: &Case<'_>, kind: &str) -> Vec<u64> {
    let list = case.world.get(HANDLER, &case.path("/outstanding")).ok(200);
    let duties = list.as_array().unwrap().iter().filter(|duty| duty["duty"] == kind);
    duties.map(|duty| duty["no"].as_u64().unwrap()).collect()
}

fn now(case: &Case<'_>) -> Value {
    // The clock of the test, as the service last wrote it down.
    case.entries(HANDLER).last().unwrap()["recorded_at"].clone()
}

fn execute(case: &Case<'_>, hash: &str, amounts: &[&str]) {
    for (duty, amount) in open(case, "execute").into_iter().zip(amounts) {
        let done = json!({ "act": "execute", "duty": duty, "result": "executed", "amount": amount,
                           "at": now(case), "text": "执行到位", "evidence": [hash] });
        case.done(HANDLER, &done);
    }
}

fn verify(case: &Case<'_>, hash: &str, confirmed: bool) {
    for duty in open(case, "verify_execution") {
        let seen = json!({ "act": "verify_execution", "duty": duty, "confirmed": confirmed,
                           "officers": ["李勘", "王察"], "at": now(case), "text": "现场核验",
                           "evidence": [hash] });
        case.done("reviewer-430121", &seen);
    }
}

fn rows(report: &Value) -> Vec<[String; 5]> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let row =
        |row: &Value| ["kind", "unit", "decided", "executed", "verified"].map(|n| text(row, n));
    report["outcomes"].as_array().unwrap().iter().map(row).collect()
}

fn row(texts: [&str; 5]) -> [String; 5] {
    texts.map(str::to_owned)
}

fn wuhan_sums_are_decided_then_executed_then_verified(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let plans: [&[(&str, &str)]; 3] = [
        &[("demolish", "130000"), ("confiscate_building", "1240000.25")],
        &[("demolish", "80000"), ("fine", "100000000")],
        &[("confiscate_building", "799999.75"), ("confiscate_gains", "68000000")],
    ];
    let cases = plans.map(|plan| decided(world, &hash, plan));
    let months = ["2026-09-01", "2026-10-08", "2026-11-02"];
    world.set_clock(&format!("{}T09:00:00+08:00", months[0]));
    let (august, _) = report(world, ("monthly", "2026-08", CITY));
    let none = "0.00";
    assert_eq!(
        rows(&august),
        [
            row(["demolish", "m²", "210000.00", none, none]),
            row(["confiscate_building", "m²", "2040000.00", none, none]),
            row(["confiscate_gains", "¥", "68000000.00", none, none]),
            row(["fine", "¥", "100000000.00", none, none]),
        ]
    );
    for (case, plan) in cases.iter().zip(plans) {
        case.done(HANDLER, &json!({ "act": "note", "text": "开始执行" }));
        let amounts: Vec<&str> = plan.iter().map(|(_, amount)| *amount).collect();
        execute(case, &hash, &amounts);
    }
    world.set_clock(&format!("{}T09:00:00+08:00", months[1]));
    cases.iter().for_each(|case| {
        case.done(HANDLER, &json!({ "act": "note", "text": "申请核验" }));
        verify(case, &hash, true);
    });
    world.set_clock(&format!("{}T09:00:00+08:00", months[2]));
    let (september, _) = report(world, ("monthly", "2026-09", CITY));
    assert_eq!(rows(&september)[0], row(["demolish", "m²", none, "210000.00", none]));
    let (october, _) = report(world, ("monthly", "2026-10", CITY));
    assert_eq!(rows(&october)[1], row(["confiscate_building", "m²", none, none, "2040000.00"]));
    // Over all of it every stage is the same, and the yuan are 168 million.
    let (half, table) = report(world, ("half_year", "2026-H2", CITY));
    let whole = rows(&half);
    assert!(whole.iter().all(|row| row[2] == row[3] && row[3] == row[4]), "{whole:?}");
    assert_eq!(whole.len(), 4);
    assert_eq!((whole[2][4].as_str(), whole[3][4].as_str()), ("68000000.00", "100000000.00"));
    assert!(table.contains("\r\noutcome,demolish,拆除,verified,210000.00\r\n"), "{table}");
    let page = world.folder.path().join(format!("out/half_year-2026-H2-{CITY}.html"));
    let page = std::fs::read_to_string(page).unwrap();
    let wanted =
        "<th scope=\"row\">没收建筑物</th><td>平方米</td><td class=\"number\">2,040,000</td>";
    assert!(page.contains(wanted), "{page}");
}

fn what_is_annulled_or_not_confirmed_is_taken_off(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hash = evidence(world);
    let case = decided(world, &hash, &[("demolish", "300"), ("fine", "5000")]);
    let carry_out = |duty: u64, amount: &str| {
        let done = json!({ "act": "execute", "duty": duty, "result": "executed", "amount": amount,
                           "at": now(&case), "text": "已拆除", "evidence": [hash],
                           "document": "执行记录一号" });
        case.done(HANDLER, &done);
    };
    carry_out(open(&case, "execute")[0], "250.5");
    verify(&case, &hash, false);
    let short = |report: &Value| {
        let rows = report["outcomes"].as_array().unwrap().iter();
        let said = |row: &Value| {
            ["decided", "executed", "verified"].map(|n| row[n].as_str().unwrap().to_owned())
        };
        rows.map(said).collect::<Vec<_>>()
    };
    let month = ("monthly", "2026-08", COUNTY);
    let stages = |texts: [&str; 3]| texts.map(str::to_owned);
    assert_eq!(
        short(&report(world, month).0),
        [stages(["300.00", "0.00", "0.00"]), stages(["5000.00", "0.00", "0.00"])]
    );
    // Carried out again to another amount, and confirmed; then the decision is annulled: what was
    // done of it stays, what was not done is ordered no more.
    carry_out(open(&case, "execute")[1], "300");
    let (undone, _) = report(world, month);
    assert_eq!(short(&undone)[0], stages(["300.00", "300.00", "0.00"]));
    verify(&case, &hash, true);
    let annul = json!({ "act": "execute", "result": "annulled", "document": "复议决定〔2026〕1号",
                        "at": now(&case), "text": "决定被撤销" });
    case.done(HANDLER, &annul);
    assert_eq!(
        short(&report(world, month).0),
        [stages(["300.00", "300.00", "300.00"]), stages(["0.00", "0.00", "0.00"])]
    );
}

/// The ministry's legal centre: of 80 listed cases 44 began with a call to the line.
fn forty_four_of_eighty_listed_cases_came_from_the_hotline(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let hotline = ["phone", "web", "app", "email", "letter", "fax", "visit"];
    let offices = ["order", "transfer", "subordinate", "media", "patrol", "satellite"];
    let situations = ["farmland", "serious_mining"];
    let list = |channel: &str, nth: usize| {
        let mut body = call(COUNTY);
        body["channel"] = json!(channel);
        let case = Case::log(world, "operator-430121", &body);
        let judge = match channel {
            // The public's tips are judged at the place's province.
            "web" | "app" => "judge-430000",
            _ => "judge-430121",
        };
        let accepted = case.act("judge-430121", &json!({ "act": "accept" }));
        if accepted.status != 201 {
            case.done(judge, &json!({ "act": "accept" }));
        }
        let listed = json!({ "act": "list", "situation": situations[nth % 2], "text": "挂牌督办" });
        case.done("supervisor-430000", &listed);
        case
    };
    let from_hotline: Vec<_> = (0..44).map(|nth| list(hotline[nth % hotline.len()], nth)).collect();
    (0..36).for_each(|nth| drop(list(offices[nth % offices.len()], nth)));
    // One not listed; one listed a second time after its listing was lifted counts once.
    Case::in_county(world).done("judge-430121", &json!({ "act": "accept" }));
    from_hotline[0].done("supervisor-430000", &json!({ "act": "lift", "text": "已整改" }));
    let again = json!({ "act": "list", "situation": "concealment", "text": "反弹" });
    from_hotline[0].done("supervisor-430000", &again);
    world.set_clock("2026-09-01T09:00:00+08:00");
    let (report, table) = report(world, ("monthly", "2026-08", "430000"));
    let listed = &report["listed"];
    assert_eq!(listed["listed"], 80);
    assert_eq!(listed["from_hotline"], json!({ "num": 44, "den": 80, "percent": "55.00" }));
    assert_eq!(listed["lifted"], 1);
    assert_eq!(
        (&listed["by_channel"]["phone"], &listed["by_channel"]["satellite"]),
        (&json!(7), &json!(6))
    );
    assert_eq!(
        listed["by_situation"],
        json!({ "farmland": 40, "serious_mining": 40, "concealment": 1 })
    );
    assert!(table.contains("\r\nlisted,,,from_hotline.num,44\r\n"), "{table}");
}

fn merged_and_split_cases_stand_in_the_balance_and_open_their_lists(world: &mut World) {
    world.set_clock("2026-08-03T09:00:00+08:00");
    let [into, accepted, pending, kept] = [0; 4].map(|_| Case::in_county(world));
    for case in [&into, &accepted, &kept] {
        case.done("judge-430121", &json!({ "act": "accept" }));
    }
    for case in [&accepted, &pending, &kept] {
        let merge = json!({ "act": "merge", "case": into.no, "text": "同一地块同一事实" });
        case.done("judge-430121", &merge);
    }
    let split = json!({ "act": "split", "case": accepted.no, "text": "并非同一地块" });
    into.done("judge-430121", &split);
    world.set_clock("2026-09-01T09:00:00+08:00");
    let (report, _) = report(world, ("monthly", "2026-08", COUNTY));
    assert_eq!(
        report["balance"],
        json!({ "opening": 0, "accepted": 3, "reopened": 0, "split": 1, "moved_in": 0,
                "moved_out": 0, "merged": 2, "closed": 0, "closing": 2 })
    );
    let waiting = &report["pending"];
    assert_eq!(
        (&waiting["received"], &waiting["merged"], &waiting["closing"]),
        (&json!(4), &json!(1), &json!(0))
    );
    // A case merged before it was judged is judged by that; one merged later is closed with the other.
    let indicators = &report["indicators"];
    assert_eq!(indicators["acceptance"], json!({ "num": 3, "den": 4, "percent": "75.00" }));
    assert_eq!(indicators["closure"], json!({ "num": 0, "den": 2, "percent": "0.00" }));
    let behind = |term: &str| {
        let path = report["lists"][term].as_str().unwrap();
        let list = world.get("supervisor-430121", path).ok(200);
        list["items"].clone()
    };
    assert_eq!(behind("merged"), json!([accepted.no, kept.no]));
    assert_eq!(behind("split"), json!([accepted.no]));
    assert_eq!(behind("merged_pending"), json!([pending.no]));
    let visitor = crate::visitor::Visitor::log_in(world, "supervisor-430121");
    let path = report["lists"]["merged"].as_str().unwrap().trim_start_matches("/api/v1");
    let page = visitor.get(path).text;
    assert!(page.contains("并案") && page.contains(&kept.no), "{page}");
}
