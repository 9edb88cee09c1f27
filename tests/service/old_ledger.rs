//! The ledger of before comes in: struck off where it accounts for everything, open where it does
//! not, on its own dates, and counted apart. All rows are made up.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::case::{Case, evidence};
use crate::on_both;
use crate::visitor::Visitor;
use crate::web::upload;
use crate::world::World;

on_both!(
    hunan_s_old_ledger_stays_provable,
    a_row_that_does_not_account_for_everything_comes_in_open,
    an_old_ledger_is_uploaded_on_its_page,
);

const HUNAN: usize = 404;
const HEAD: &str = "编号,收到时间,渠道,区划代码,类别,内容,受理日期,处置日期,处置情况,销号日期\n";

/// Rows of 2009 that are all in order: some with hours, some of one day only.
fn closed_rows() -> String {
    let mut csv = HEAD.to_owned();
    let first = chrono::NaiveDate::from_ymd_opt(2009, 1, 5).unwrap();
    for n in 0..HUNAN {
        let day = |later: usize| first + chrono::Days::new((n % 330 + later) as u64);
        let hour = if n % 2 == 0 { " 15:30" } else { "" };
        let done = n % 25;
        let (received, accepted) = (day(0), day(n % 2));
        let (disposed, closed) = (day(1 + done), day(1 + done + n % 3));
        writeln!(
            csv,
            "湘{n},{received}{hour},phone,430121,land.occupation,第{n}件,{accepted},{disposed},已拆除复耕,{closed}"
        )
        .unwrap();
    }
    csv
}

fn import(world: &World, name: &str, rows: &str) -> String {
    std::fs::write(world.folder.path().join(name), rows).unwrap();
    world.run_ok(&["import", "tips", name, "--source", "湖南台账", "--unit", "430000"])
}

fn report(world: &World, kind: &str, period: &str, scope: &str) -> Value {
    let build = ["report", "build", "--kind", kind, "--period", period, "--scope", scope];
    world.run_ok(&[&build[..], &["--out", "out"]].concat());
    let name = format!("out/{kind}-{period}-{scope}.json");
    let json = std::fs::read_to_string(world.folder.path().join(name)).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn hunan_s_old_ledger_stays_provable(world: &mut World) {
    let said = import(world, "old.csv", &closed_rows());
    assert!(said.contains("404 rows: 404 taken in, 0 known already, 0 rejected"), "{said}");
    assert!(said.contains("of an old ledger: 404 closed, 0 open"), "{said}");
    // 404 = 404, for the year and the unit of the ledger, with its cases behind each term.
    for scope in ["000000", "430000"] {
        let year = report(world, "annual", "2009", scope);
        let balance = &year["balance"];
        assert_eq!((&balance["accepted"], &balance["closed"]), (&json!(HUNAN), &json!(HUNAN)));
        assert_eq!((&balance["opening"], &balance["closing"]), (&json!(0), &json!(0)));
        assert_eq!(year["tips"]["received"], HUNAN);
        assert_eq!(year["tips"]["accepted"], HUNAN);
        assert_eq!(year["closure"], json!({ "num": HUNAN, "den": HUNAN }));
        // Counted apart, and in no rate of work done in time.
        assert_eq!(year["imported"], json!({ "accepted": HUNAN, "closed": HUNAN }));
        assert_eq!(year["on_time"], json!({ "num": 0, "den": 0 }));
        let ranked = year["ranking"]["not_ranked"].as_array().unwrap();
        assert!(year["ranking"]["ranked"].as_array().unwrap().is_empty());
        assert!(ranked.iter().all(|row| row["total"] == 0), "{ranked:?}");
    }
    let lists = world.folder.path().join("out/annual-2009-430000.cases.csv");
    let lists = std::fs::read_to_string(lists).unwrap();
    for (term, count) in [("accepted", HUNAN), ("closed", HUNAN), ("received", HUNAN)] {
        let rows = lists.lines().filter(|row| row.starts_with(&format!("{term},"))).count();
        assert_eq!(rows, count, "{term}");
    }
    // Within the year each month begins as the one before ended.
    let mut open = json!(0);
    let mut closed = 0;
    for month in ["2009-01", "2009-02", "2009-03", "2009-12"] {
        let report = report(world, "monthly", month, "430000");
        if month != "2009-12" {
            assert_eq!(report["balance"]["opening"], open, "{month}");
        }
        open = report["balance"]["closing"].clone();
        closed += report["balance"]["closed"].as_u64().unwrap();
    }
    assert!(closed > 0 && open == 0, "{closed} {open}");
    // This year nobody accepted or closed anything, nor was anybody late.
    let now = world.get("judge-430000", "/api/v1/cases?limit=1").ok(200);
    let this_year = now["items"][0]["opened_at"].as_str().unwrap()[..4].to_owned();
    let year = report(world, "annual", &this_year, "430000");
    assert_eq!((&year["balance"]["accepted"], &year["balance"]["closed"]), (&json!(0), &json!(0)));
    assert_eq!(year["on_time"], json!({ "num": 0, "den": 0 }));
    assert!(world.run_ok(&["audit"]).contains("404 cases, 1616 entries, 1616 sealed: 0 faults"));
    // Nobody is sent to visit what was struck off years ago.
    assert_eq!(world.get("operator-430000", "/api/v1/cases?todo=true").ok(200)["items"], json!([]));

    // The same again adds nothing; nor do other dates for rows that are in.
    let again = import(world, "old.csv", &closed_rows());
    assert!(again.contains("404 rows: 0 taken in, 404 known already, 0 rejected"), "{again}");
    let later = import(world, "later.csv", &closed_rows().replace("2009-", "2010-"));
    assert!(later.contains("0 taken in, 404 known already"), "{later}");
    assert!(!later.contains("old ledger"), "{later}");
    assert!(world.run_ok(&["audit"]).contains("404 cases, 1616 entries"));
}

fn a_row_that_does_not_account_for_everything_comes_in_open(world: &mut World) {
    let rows = format!(
        "{HEAD}\
        1,2010-03-01,phone,430121,land.occupation,一,2010-03-02,2010-04-01,,2010-05-01\n\
        2,2010-03-01,phone,430121,land.occupation,二,2010-03-05,2010-03-04,已拆除,2010-05-01\n\
        3,2010-03-01,phone,430121,land.occupation,三,2010-02-28,2010-04-01,已拆除,2010-05-01\n\
        4,2010-03-01,phone,430121,land.occupation,四,2010-03-02,,,2010-05-01\n\
        5,2010-03-01,phone,430121,land.occupation,五,2010-03-02,2010-04-01,已拆除,\n\
        6,,phone,430121,land.occupation,六,2010-03-02,2010-04-01,已拆除,2010-05-01\n\
        7,2010-03-01,phone,430121,land.occupation,七,去年春天,,,\n\
        8,2010-03-01,phone,430121,land.occupation,八,2010-03-02,2010-04-01,已拆除,2999-01-01\n"
    );
    let said = import(world, "old.csv", &rows);
    assert!(said.contains("8 rows: 7 taken in, 0 known already, 1 rejected"), "{said}");
    assert!(said.contains("of an old ledger: 0 closed, 7 open"), "{said}");
    assert!(said.contains("1 × the old ledger does not say what was done"), "{said}");
    let list = std::fs::read_to_string(world.folder.path().join("old.open.csv")).unwrap();
    let mut read = csv::Reader::from_reader(list.as_bytes());
    let lines: Vec<Vec<String>> =
        read.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    // Row, part of the reason, what it owes, its state.
    let wanted: [(&str, &str, &[&str], &str); 7] = [
        ("1", "does not say what was done", &["reply", "dispatch"], "accepted"),
        ("2", "it was disposed of lies before", &["reply", "dispatch"], "accepted"),
        ("3", "it was accepted lies before", &["judge", "reply"], "pending"),
        ("4", "the row has no disposed_at", &["reply", "dispatch"], "accepted"),
        ("5", "the old ledger had not closed it", &["reply"], "disposed"),
        ("6", "the row has no received_at", &["judge", "reply"], "pending"),
        ("8", "it was closed lies before", &["reply"], "disposed"),
    ];
    assert_eq!(lines.len(), wanted.len(), "{list}");
    for (line, (row, reason, owed, state)) in lines.iter().zip(wanted) {
        assert!(line[0] == row && line[2].contains(reason), "{line:?}");
        let case = Case { world, no: line[1].clone(), tip: String::new(), code: String::new() };
        assert_eq!(case.outstanding("judge-430000"), owed, "{row}");
        assert_eq!(case.state("judge-430000"), state, "{row}");
        let names = owed.len() - 1;
        assert_eq!(line[3].matches('、').count(), names, "{line:?}");
    }
    // The balance holds them as open since the days that the ledger gives.
    let year = report(world, "annual", "2010", "430000");
    let balance = &year["balance"];
    let terms = ["accepted", "closed", "closing"].map(|term| balance[term].as_i64().unwrap());
    assert_eq!(terms, [5, 0, 5]);
    assert_eq!(year["imported"], json!({ "accepted": 5, "closed": 0 }));
    assert_eq!(year["pending"]["closing"], 1);

    // From here on it is a case like any other, through the same gate.
    let case = Case { world, no: lines[0][1].clone(), tip: String::new(), code: String::new() };
    let shown = world.get("judge-430000", &case.path("")).ok(200);
    let tip = shown["tips"][0]["tip"].as_str().unwrap().to_owned();
    let case = Case { tip, ..case };
    let hash = evidence(world);
    let early = json!({ "act": "request_close", "text": "台账已销号" });
    case.act("handler-430000", &early).refused(409, "outstanding");
    case.done("judge-430000", &json!({ "act": "dispatch", "unit": "430121" }));
    case.done("handler-430121", &json!({ "act": "sign" }));
    case.done("handler-430121", &case.verify("founded", &hash));
    case.done("handler-430121", &case.dispose());
    case.done("operator-430121", &case.reply());
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    assert_eq!(case.done("reviewer-430121", &json!({ "act": "approve_close" })), "closed");
    // People struck it off, so no old ledger closed it; yet nothing that it owed is in a rate.
    let entries = case.entries("judge-430000");
    let now = entries.last().unwrap()["recorded_at"].as_str().unwrap()[..4].to_owned();
    let year = report(world, "annual", &now, "430000");
    assert_eq!(year["balance"]["closed"], 1);
    assert_eq!(year["imported"], json!({ "accepted": 0, "closed": 0 }));
    assert_eq!(year["on_time"], json!({ "num": 0, "den": 0 }));
    assert!(world.run_ok(&["audit"]).contains(": 0 faults"));
}

fn an_old_ledger_is_uploaded_on_its_page(world: &mut World) {
    // Whoever logs calls takes in what an old ledger tells, but strikes nothing off by it.
    let operator = Visitor::log_in(world, "operator-430121");
    let one = "7,2010-03-01,web,430121,land.occupation,金丝雀零,2010-03-02,2010-04-01,已拆除,2010-05-01\n";
    let reply = upload(world, &operator, "另一本", "one.csv", &(HEAD.to_owned() + one));
    assert!(reply.text.contains("旧台账：已销号 0，未销号 1"), "{}", reply.text);
    let who = Visitor::log_in(world, "supervisor-430121");
    let sheet = format!(
        "{HEAD}\
        1,2010-03-01,web,430121,land.occupation,金丝雀一,2010-03-02,2010-04-01,已拆除,2010-05-01\n\
        2,2010-03-01,phone,430121,land.occupation,金丝雀二,2010-03-02,,,\n\
        3,2010-03-01,phone,430121,land.occupation,长沙县自然资源局违法占地,2010-03-02,2010-04-01,已拆除,2010-05-01\n"
    );
    let reply = upload(world, &who, "旧台账", "old.csv", &sheet);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.text.contains("共 3，新收 3，已有 0，未收 0"), "{}", reply.text);
    assert!(reply.text.contains("旧台账：已销号 1，未销号 2"), "{}", reply.text);
    assert!(reply.text.contains("旧台账中尚未销号"), "{}", reply.text);
    assert!(reply.text.contains("反馈、派单"), "{}", reply.text);
    // A unit's own ledger does not strike off what is said of the unit itself.
    assert!(reply.text.contains("430100"), "{}", reply.text);
    assert!(!reply.text.contains("金丝雀"), "a row's words are on the page");
    // The closed one tells on its page by which file and row.
    let cases = world.get("operator-430121", "/api/v1/cases?state=closed").ok(200);
    let no = cases["items"][0]["case"].as_str().unwrap();
    let page = who.get(&format!("/cases/{no}"));
    assert!(
        page.text.contains("旧台账导入") && page.text.contains("文件 SHA-256"),
        "{}",
        page.text
    );
    let entries = world.get("operator-430121", &format!("/api/v1/cases/{no}/entries")).ok(200);
    let last = &entries["items"][3];
    assert_eq!((&last["act"], &last["fields"]["row"]), (&json!("imported"), &json!(1)));
    assert_eq!(last["stated_at"], "2010-04-30T16:00:00Z");
    assert_eq!(last["by"]["as"], "import");
}
