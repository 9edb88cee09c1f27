//! A monthly report from a small ledger that is known to the last case: shares, ranking, 同比 and 环比
//! with and without a base, the trend; and that page and table say what the JSON says.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::on_both;
use crate::units::{COUNTY, OTHER_COUNTY};
use crate::visitor::Visitor;
use crate::world::{World, wait_for};

on_both!(u31_to_u36_a_known_month, u32_the_lists_of_a_running_period_stay_what_the_report_counts);

const CITY: &str = "430100";

/// A county's tip that is accepted there.
fn accepted<'w>(world: &'w World, county: &str) -> Case<'w> {
    let case = Case::log(world, &format!("operator-{county}"), &call(county));
    case.done(&format!("judge-{county}"), &json!({ "act": "accept" }));
    case
}

/// The rest of its way to the closing, all on one day.
fn close(case: &Case<'_>, hash: &str) {
    case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
    case.done("handler-430121", &json!({ "act": "sign" }));
    case.done("handler-430121", &case.verify("founded", hash));
    case.done("handler-430121", &case.dispose());
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    assert_eq!(case.done("reviewer-430121", &json!({ "act": "approve_close" })), "closed");
}

/// October 2026 in the city: 18 tips; before it 2 in October 2025 and 4 in September.
fn fill(world: &World) {
    world.set_clock("2025-10-15T10:00:00+08:00");
    for _ in 0..2 {
        Case::log(world, "operator-430121", &call(COUNTY));
    }
    world.set_clock("2026-09-10T10:00:00+08:00");
    for _ in 0..4 {
        Case::log(world, "operator-430121", &call(COUNTY));
    }
    world.set_clock("2026-10-12T10:00:00+08:00");
    // On the day on which it is named: a file that nothing names is swept after a day.
    let hash = evidence(world);
    let cases: Vec<_> = (0..12).map(|_| accepted(world, COUNTY)).collect();
    for case in &cases[..3] {
        close(case, &hash);
    }
    // Ten of the other county, none touched: ranked last. A third has three: not ranked.
    for _ in 0..10 {
        accepted(world, OTHER_COUNTY);
    }
    for _ in 0..3 {
        let mut letter = call("430111");
        letter["channel"] = json!("letter");
        letter["category"] = json!("mineral.mining");
        let case = Case::log(world, "operator-430100", &letter);
        case.done("judge-430100", &json!({ "act": "accept" }));
    }
    // One at the city itself, not accepted.
    let case = Case::log(world, "operator-430100", &call(CITY));
    let refusal = json!({ "act": "refuse", "reason": "out_of_scope", "redirect": "请向住建部门反映",
                          "text": "不属受理范围" });
    case.done("judge-430100", &refusal);
    // Dispatching was due on the next working day: this one is closed, but late.
    world.set_clock("2026-10-20T10:00:00+08:00");
    close(&cases[3], &hash);
    world.set_clock("2026-11-01T09:00:00+08:00");
}

fn built(world: &World, scope: &str, ending: &str) -> String {
    let name = format!("out/monthly-2026-10-{scope}.{ending}");
    std::fs::read_to_string(world.folder.path().join(name)).unwrap()
}

fn u31_to_u36_a_known_month(world: &mut World) {
    fill(world);
    for scope in [CITY, "000000"] {
        let build = ["report", "build", "--kind", "monthly", "--period", "2026-10", "--scope"];
        world.run_ok(&[&build[..], &[scope, "--out", "out"]].concat());
    }
    let json = built(world, CITY, "json");
    let report: Value = serde_json::from_str(&json).unwrap();
    the_model(&report);
    the_trend(&report);
    the_files(world, &report);
    over_http(world, &json, &report);

    let nation: Value = serde_json::from_str(&built(world, "000000", "json")).unwrap();
    let provinces = nation["by_division"].as_array().unwrap();
    assert_eq!(provinces.len(), 31);
    let hunan = provinces.iter().find(|row| row["code"] == "430000").unwrap();
    assert_eq!(hunan["received"], 26);
    assert_eq!(nation["by_province"].as_array().unwrap().len(), 34);
    assert!(built(world, "000000", "html").contains("class=\"chart tiles\""));
}

fn the_model(report: &Value) {
    let tips = &report["tips"];
    assert_eq!(
        (&tips["received"], &tips["accepted"], &tips["refused"]),
        (&json!(26), &json!(25), &json!(1))
    );
    for (what, counts) in [
        ("by_channel", json!({ "phone": 23, "letter": 3 })),
        ("by_field", json!({ "land": 23, "mineral": 3 })),
    ] {
        assert_eq!(tips[what], counts);
        let shares = tips["shares"][what].as_object().unwrap().values();
        let hundredths = |share: &Value| {
            share["percent"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap()
        };
        assert_eq!(shares.map(hundredths).sum::<i64>(), 10_000, "{what}");
    }
    let year = &report["compared"]["year_on_year"];
    assert_eq!(year["received"], json!({ "now": 26, "base": 2, "percent": "+1200.0" }));
    assert_eq!(year["accepted"], json!({ "now": 25, "base": 0, "percent": "—" }));
    assert_eq!(
        year["by_category"]["mineral.mining"],
        json!({ "now": 3, "base": 0, "percent": "—" })
    );
    let before = &report["compared"]["period_on_period"];
    assert_eq!(before["received"], json!({ "now": 26, "base": 4, "percent": "+550.0" }));
    assert_eq!(before["by_channel"]["phone"], json!({ "now": 23, "base": 4, "percent": "+475.0" }));
    let said = report["headline"]["zh"].as_str().unwrap();
    let opening = "2026年10月，湖南省长沙市共收到线索 26 件，同比上升 1200.0%，环比上升 550.0%；\
                   受理 25 件，上年同期为 0，不作同比，上期为 0，不作环比；";
    assert!(said.starts_with(opening), "{said}");

    let row = |code: &str| {
        let rows = report["by_division"].as_array().unwrap();
        rows.iter().find(|row| row["code"] == code).unwrap().clone()
    };
    let county = row(COUNTY);
    assert_eq!((&county["received"], &county["closed"]), (&json!(12), &json!(4)));
    assert_eq!(county["period_on_period"], json!({ "now": 12, "base": 4, "percent": "+200.0" }));
    assert_eq!(county["closure"], json!({ "num": 4, "den": 12 }));
    assert_eq!(row(OTHER_COUNTY)["year_on_year"], json!({ "now": 10, "base": 0, "percent": "—" }));
    // What lies at the city itself stands last and is marked; a county without a case has its row.
    assert_eq!((&row(CITY)["refused"], &row(CITY)["own"]), (&json!(1), &json!(true)));
    assert_eq!(row("430102")["received"], 0);
    let sum: i64 = report["by_division"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["received"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 26);

    let ranked = report["ranking"]["ranked"].as_array().unwrap();
    let lines: Vec<_> = ranked
        .iter()
        .map(|r| {
            ["rank", "code", "total", "on_time_closed", "late_closed", "open"]
                .map(|name| r[name].clone())
        })
        .collect();
    let wanted = json!([[1, COUNTY, 12, 3, 1, 8], [2, OTHER_COUNTY, 10, 0, 0, 10]]);
    assert_eq!(json!(lines), wanted);
    assert_eq!(ranked[0]["on_time_closure"], json!({ "num": 3, "den": 12 }));
    let few = report["ranking"]["not_ranked"].as_array().unwrap();
    assert!(few.iter().any(|r| r["code"] == "430111" && r["total"] == 3 && r["rank"].is_null()));
    assert!(few.iter().all(|r| r["code"] != CITY));
}

fn the_trend(report: &Value) {
    let series = report["series"].as_array().unwrap();
    let names: Vec<_> = series.iter().map(|point| point["period"].as_str().unwrap()).collect();
    assert_eq!(
        (names.len(), names[0], names[11], names[12]),
        (13, "2025-10", "2026-09", "2026-10")
    );
    let received: Vec<_> = series.iter().map(|point| point["received"].as_i64().unwrap()).collect();
    assert_eq!(received, [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 26]);
    assert_eq!(
        series[12],
        json!({ "period": "2026-10", "received": 26, "accepted": 25, "closed": 4 })
    );
}

/// Page and table say the numbers of the JSON (U36).
fn the_files(world: &World, report: &Value) {
    let page = built(world, CITY, "html");
    for wanted in [
        "<h1>湖南省长沙市2026年10月违法举报月报</h1>",
        report["headline"]["zh"].as_str().unwrap(),
        "<th scope=\"row\">长沙县</th><td class=\"number\">12</td><td class=\"number\">+500.0%</td>\
         <td class=\"number\">+200.0%</td><td class=\"number\">12</td>",
        "<td class=\"number\">1</td><th scope=\"row\">长沙县</th><td class=\"number\">12</td>\
         <td class=\"number\">3</td><td class=\"number\">1</td><td class=\"number\">8</td>\
         <td class=\"number\">33.33%</td><td class=\"number\">25.00%</td>",
        "岳麓区",
        "88.46%",
        "11.54%",
        "100.00%",
        "件数不足10，不参与排名：",
        "数据截至 2026-11-01 00:00",
        "class=\"chart columns\"",
        "class=\"chart bars\"",
    ] {
        assert!(page.contains(wanted), "«{wanted}» is missing in {page}");
    }
    assert!(!page.contains("style=") && !page.contains("<script") && !page.contains("<a "));

    let table = built(world, CITY, "csv");
    assert!(table.starts_with("\u{feff}table,code,name,figure,value\r\n"));
    for wanted in [
        "report,430100,湖南省长沙市,received,26",
        "report,430100,湖南省长沙市,year_on_year.accepted.direction,no_base",
        "report,430100,湖南省长沙市,period_on_period.received.percent,550.0",
        "channel,letter,来信,share_percent,11.54",
        "division,430100,长沙市本级,refused,1",
        "ranking,430121,长沙县,rank,1",
        "ranking,430121,长沙县,on_time_closure.percent,25.00",
        "series,2026-09,,received,4",
        "balance,accepted,受理,count,25",
    ] {
        assert!(table.contains(&format!("\r\n{wanted}\r\n")), "«{wanted}» is missing in {table}");
    }
}

fn over_http(world: &World, json: &str, report: &Value) {
    for (id, text) in [("known", json), ("old", r#"{"kind":"monthly","tips":{"received":3}}"#)] {
        let text = text.replace('\'', "''");
        let row = format!(
            "INSERT INTO reports VALUES ('{id}', 'monthly', '2026-10-{id}', '430100', 1, \
                           FALSE, '2026-11-01 01:00:00', '{text}')"
        );
        world.sql(&row).unwrap();
    }
    let get = |path: &str| world.get("analyst-430100", &format!("/api/v1/reports/{path}"));
    let header = |reply: &crate::world::Reply, name: &str| reply.header(name).map(str::to_owned);
    let csv = get("known.csv");
    assert_eq!(csv.status, 200);
    assert_eq!(header(&csv, "content-type").as_deref(), Some("text/csv; charset=utf-8"));
    let name = "attachment; filename=\"monthly-2026-10-430100.csv\"";
    assert_eq!(header(&csv, "content-disposition").as_deref(), Some(name));
    assert_eq!(
        csv.text.trim_start_matches('\u{feff}'),
        built(world, CITY, "csv").trim_start_matches('\u{feff}')
    );
    let page = get("known.html");
    assert_eq!(header(&page, "content-type").as_deref(), Some("text/html; charset=utf-8"));
    let name = "inline; filename=\"monthly-2026-10-430100.html\"";
    assert_eq!(header(&page, "content-disposition").as_deref(), Some(name));
    assert!(header(&page, "content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(page.text.contains(report["headline"]["zh"].as_str().unwrap()));
    // Each term of the balance leads to as many cases as it says (U32).
    for (term, count) in [("accepted", 25), ("closed", 4), ("closing", 21)] {
        let path = report["lists"][term].as_str().unwrap();
        assert!(page.text.contains(&path.replace('&', "&#38;")), "{path}");
        let list = world.get("supervisor-430100", &format!("{path}&limit=500")).ok(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{term}");
    }
    let english = [("Accept-Language", "en")];
    let path = "/api/v1/reports/known.html";
    let page = world.ask("GET", "analyst-430100", path, &english, b"");
    assert!(page.text.contains(report["headline"]["en"].as_str().unwrap()));
    // A report from before these parts is shown without them; a foreign one not at all.
    assert_eq!((get("old.html").status, get("old.csv").status), (200, 200));
    for ending in ["html", "csv", "json"] {
        let path = format!("/api/v1/reports/known.{ending}");
        world.get("analyst-440000", &path).refused(404, "not_found");
    }
}

fn u32_the_lists_of_a_running_period_stay_what_the_report_counts(world: &mut World) {
    world.set_clock("2026-10-10T10:00:00+08:00");
    accepted(world, COUNTY);
    let waits = Case::log(world, "operator-430121", &call(COUNTY));
    let build = ["report", "build", "--kind", "monthly", "--period", "2026-10", "--scope"];
    world.run_ok(&[&build[..], &[CITY, "--out", "out"]].concat());
    let report: Value = serde_json::from_str(&built(world, CITY, "json")).unwrap();
    assert_eq!(report["complete"], false);
    // The month goes on: a case more, and one that waited is accepted.
    accepted(world, COUNTY);
    waits.done("judge-430121", &json!({ "act": "accept" }));
    let lists = |query: &str| {
        let counts = ["received", "accepted", "closing", "pending_closing"].map(|term| {
            let path = report["lists"][term].as_str().unwrap();
            let (bare, own) = path.split_once('?').unwrap();
            let query = query.strip_prefix('?').unwrap_or(own);
            let list = world.get("supervisor-430100", &format!("{bare}?{query}")).ok(200);
            list["items"].as_array().unwrap().len()
        });
        counts.to_vec()
    };
    assert_eq!(lists(""), [2, 1, 1, 1]);
    // A list without the instant goes on with the month; one of the future does no more.
    let month = format!("?kind=monthly&period=2026-10&scope={CITY}");
    wait_for("the tally", || (lists(&month) == [3, 3, 3, 0]).then_some(()));
    assert_eq!(lists(&format!("{month}&as_of=2999-01-01T00:00:00Z")), [3, 3, 3, 0]);
    let page = format!("/balance/received{month}&as_of=yesterday");
    let api = format!("/api/v1{page}");
    let refused = world.get("supervisor-430100", &api).refused(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "as_of");
    // The page's link carries the instant, too.
    let path = report["lists"]["received"].as_str().unwrap().trim_start_matches("/api/v1");
    let who = Visitor::log_in(world, "supervisor-430100");
    assert_eq!(who.get(path).text.matches("<td class=\"main\">").count(), 2);
}
