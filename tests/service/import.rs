//! Files of other systems: twice without doubling, bad rows aside with their reasons.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;

use crate::book::{Cell, book};
use crate::case::Case;
use crate::on_both;
use crate::world::World;

on_both!(
    bad_rows_go_aside_and_the_rest_goes_in,
    rows_without_identifiers_are_known_again,
    s32_rejected_rows_hold_no_formula_and_come_back_as_they_were,
    a_workbook_and_the_same_table_as_text_are_the_same_rows,
    files_that_cannot_be_read_stop_the_import_with_words,
    real_messages
);

fn write(world: &World, name: &str, text: &str) {
    std::fs::write(world.folder.path().join(name), text).unwrap();
}

fn cases(world: &World) -> usize {
    let list = world.get("judge-000000", "/api/v1/cases?limit=500").ok(200);
    list["items"].as_array().unwrap().len()
}

fn bad_rows_go_aside_and_the_rest_goes_in(world: &mut World) {
    let table = "编号,渠道,区划代码,内容,经度,纬度,受理时间,举报人,联系电话\n\
        1,phone,4301,占地一,112.9,28.2,,,\n\
        2,telepathy,4301,占地二,,,,,\n\
        3,phone,4301,\"引号里，有逗号和\n换行\",,,,王某,１３８００００００００\n\
        4,phone,999999,占地四,,,,,\n\
        5,phone,4301,占地五\n\
        6,phone,4301,占地六,,,2020-01-01,,\n\
        7,phone,4301,占地七,abc,28,,,\n\
        8,letter,430121104,占地八,,,,,\n";
    write(world, "rows.csv", table);
    let said = world.run_ok(&["import", "tips", "rows.csv", "--source", "old"]);
    assert!(said.contains("8 rows: 4 taken in, 0 known already, 4 rejected"), "{said}");
    let rejects = world.folder.path().join("rows.rejects.csv");
    assert_eq!(std::fs::metadata(&rejects).unwrap().permissions().mode() & 0o777, 0o600);
    let rejects = std::fs::read_to_string(rejects).unwrap();
    let reasons: Vec<(&str, &str)> = vec![
        ("2", "is not one of"),
        ("4", "is no known division"),
        ("5", "4 cells where the header has 9"),
        ("7", "number is wanted"),
    ];
    let rows: Vec<&str> = rejects.lines().skip(1).collect();
    assert_eq!(rows.len(), reasons.len(), "{rejects}");
    for ((row, reason), line) in reasons.into_iter().zip(rows) {
        assert!(line.starts_with(&format!("{row},")) && line.contains(reason), "{row}: {line}");
    }
    assert_eq!(cases(world), 4);
    let again = world.run_ok(&["import", "tips", "rows.csv", "--source", "old"]);
    assert!(again.contains("8 rows: 0 taken in, 4 known already, 4 rejected"), "{again}");
    // The same identifiers in another system are other rows.
    world.run_ok(&["import", "tips", "rows.csv", "--source", "other"]);
    assert_eq!(cases(world), 8);
}

fn rows_without_identifiers_are_known_again(world: &mut World) {
    let table =
        "channel,division,text\nphone,43,同样的内容\nphone,43,同样的内容\nphone,43,另一个\n";
    write(world, "rows.csv", table);
    assert!(world.run_ok(&["import", "tips", "rows.csv"]).contains("3 taken in"));
    assert!(world.run_ok(&["import", "tips", "rows.csv"]).contains("0 taken in, 3 known already"));
    write(world, "bad.csv", "channel,division,text,likes\nphone,43,x,1\n");
    let output = world.run(&["import", "tips", "bad.csv"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("«likes»") && said.contains("--mapping"),
        "{said}"
    );
}

/// S32: what is handed back opens in a spreadsheet as text, and is the same row when it comes again.
fn s32_rejected_rows_hold_no_formula_and_come_back_as_they_were(world: &mut World) {
    let cells = ["=1+1占地", "+86占地", "-2占地", "@占地", "＝占地", "＋占地", "－占地", "＠占地"];
    let rows = |division: &str| {
        cells.iter().map(|text| format!("phone,{division},{text}\n")).collect::<String>()
    };
    let head = "channel,division,text\n";
    write(world, "rows.csv", &format!("{head}{}", rows("telepathy")));
    let said = world.run_ok(&["import", "tips", "rows.csv"]);
    assert!(said.contains("0 taken in, 0 known already, 8 rejected"), "{said}");
    let rejects = std::fs::read_to_string(world.folder.path().join("rows.rejects.csv")).unwrap();
    let mut read = csv::Reader::from_reader(rejects.as_bytes());
    let mut mended = head.to_owned();
    for (record, text) in read.records().map(Result::unwrap).zip(cells) {
        assert_eq!(&record[4], format!("'{text}"));
        mended += &format!("{},43,{}\n", &record[2], &record[4]);
    }
    write(world, "mended.csv", &mended);
    let said = world.run_ok(&["import", "tips", "mended.csv"]);
    assert!(said.contains("8 taken in"), "{said}");
    let mut kept = world.names("SELECT text AS name FROM tip_words");
    let mut wanted = cells.map(str::to_owned).to_vec();
    kept.sort();
    wanted.sort();
    assert_eq!(kept, wanted);
    // The same rows as they stood at first, mended there.
    write(world, "rows.csv", &format!("{head}{}", rows("43")));
    let said = world.run_ok(&["import", "tips", "rows.csv"]);
    assert!(said.contains("0 taken in, 8 known already"), "{said}");
}

fn a_workbook_and_the_same_table_as_text_are_the_same_rows(world: &mut World) {
    use Cell::{Date, None, Number, Text};
    let head = ["渠道", "区划代码", "内容", "发生日期", "收到时间", "联系电话"].map(Text);
    let lines: [&[Cell<'_>]; 6] = [
        &[Text("违法线索台账（2026 年）")],
        &head,
        &[
            Text("phone"),
            Number(4301.0),
            Text("占地一"),
            Date(46_349.0),
            Date(46_349.444_444_444_445),
            Number(13_800_000_000.0),
        ],
        &[],
        &[Text("letter"), Number(430_121.0), Text("占地二"), None, Text("2026-11-01"), None],
        &[Text("telepathy"), Number(43.0), Text("占地三")],
    ];
    std::fs::write(world.folder.path().join("rows.xlsx"), book(&[&lines])).unwrap();
    let import = |world: &World, file: &str| world.run_ok(&["import", "tips", file]);
    let said = import(world, "rows.xlsx");
    assert!(said.contains("3 rows: 2 taken in, 0 known already, 1 rejected"), "{said}");
    let rejects = std::fs::read_to_string(world.folder.path().join("rows.rejects.csv")).unwrap();
    assert!(rejects.starts_with("row,reason,渠道,"), "{rejects}");
    assert!(rejects.contains("\n4,") && rejects.contains("is not one of"), "{rejects}");
    let said = import(world, "rows.xlsx");
    assert!(said.contains("3 rows: 0 taken in, 2 known already, 1 rejected"), "{said}");

    // The same rows as text, in the encoding of Chinese spreadsheet programs.
    let table = "渠道,区划代码,内容,发生日期,收到时间,联系电话\n\
        phone,4301,占地一,2026-11-23,2026-11-23 10:40:00,13800000000\n\
        letter,430121,占地二,,2026-11-01,\n";
    let bytes = encoding_rs::GB18030.encode(table).0;
    std::fs::write(world.folder.path().join("gb.csv"), bytes).unwrap();
    let said = import(world, "gb.csv");
    assert!(said.contains("2 rows: 0 taken in, 2 known already, 0 rejected"), "{said}");
    write(world, "semicolon.csv", &table.replace(',', ";"));
    let said = import(world, "semicolon.csv");
    assert!(said.contains("2 rows: 0 taken in, 2 known already, 0 rejected"), "{said}");

    let list = world.get("judge-000000", "/api/v1/cases?limit=10").ok(200);
    let places: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|case| case["division"].as_str()).collect();
    assert_eq!(places, [Some("430121"), Some("430100")]);
    let no = list["items"][1]["case"].as_str().unwrap();
    let shown = world.get("judge-000000", &format!("/api/v1/cases/{no}")).ok(200);
    assert_eq!(shown["tips"][0]["occurred_on"], "2026-11-23");
    assert_eq!(shown["tips"][0]["received_at"], "2026-11-23T02:40:00Z");
}

fn files_that_cannot_be_read_stop_the_import_with_words(world: &mut World) {
    let whole = book(&[&[&["channel", "division", "text"].map(Cell::Text)]]);
    let old: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let sign: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: [(&str, &[u8], &str, &str); 5] = [
        ("half.xlsx", &whole[..whole.len() / 2], "the workbook is damaged", "已损坏"),
        ("csv.xlsx", b"channel,division,text\n", "no XLSX file", "不是 XLSX"),
        ("protected.xlsx", &[old, &sign].concat(), "protected by a password", "密码保护"),
        ("old.xls", old, "old format", "旧版格式"),
        ("empty.csv", b"", "the sheet is empty", "没有内容"),
    ];
    for (name, bytes, en, zh) in table {
        std::fs::write(world.folder.path().join(name), bytes).unwrap();
        let output = world.run(&["import", "tips", name]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains(en) && said.contains(zh),
            "{name}: {said}"
        );
    }
    assert_eq!(cases(world), 0);
}

/// The real messages may not be shipped: they are read where they are, and only the lack of them is
/// an accepted skip.
fn real_messages(world: &mut World) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var("HOTLINE_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let file = shared.join("data/complaints/c3_hot_topics.csv");
    if !file.exists() {
        println!("skipped: the complaint data is not here");
        return;
    }
    let mapping = root.join("tests/data/c3-mapping.toml");
    let arguments = [
        "import",
        "tips",
        file.to_str().unwrap(),
        "--source",
        "c3",
        "--mapping",
        mapping.to_str().unwrap(),
    ];
    let said = world.run_ok(&arguments);
    assert!(said.contains("4326 rows: 4326 taken in, 0 known already, 0 rejected"), "{said}");
    let said = world.run_ok(&arguments);
    assert!(said.contains("4326 rows: 0 taken in, 4326 known already, 0 rejected"), "{said}");

    // Cases are worked on from it: what is about parking goes one way, out of scope, with a reply.
    let found = world.get("judge-430000", "/api/v1/cases?q=%E8%BD%A6%E4%BD%8D&limit=1").ok(200);
    let no = found["items"][0]["case"].as_str().unwrap().to_owned();
    let shown = world.get("judge-430000", &format!("/api/v1/cases/{no}")).ok(200);
    let tip = shown["tips"][0]["tip"].as_str().unwrap().to_owned();
    let case = Case { world, no, tip, code: String::new() };
    let refused = json!({ "act": "refuse", "reason": "out_of_scope", "redirect": "请向住建部门反映",
                          "text": "不属于自然资源部门职责" });
    assert_eq!(case.done("judge-430000", &refused), "refused");
    assert_eq!(case.done("operator-430000", &case.reply()), "refused");
    assert!(case.outstanding("operator-430000").is_empty());
    assert!(world.run_ok(&["audit"]).contains("4326 cases, 4328 entries, 4328 sealed: 0 faults"));
}
