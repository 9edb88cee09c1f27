//! What pages do that no other test has done: a sheet is taken in, a flood is let back, a reader is
//! told of the next report, the first account is made.

use serde_json::json;

use crate::book::{Cell, pack, parts};
use crate::case::{Case, call};
use crate::on_both;
use crate::setup::shown;
use crate::units::COUNTY;
use crate::visitor::{OWN_PAGE, Visitor};
use crate::wire::in_url;
use crate::world::{Reply, World, text};

on_both!(
    a_sheet_is_taken_in_and_what_cannot_be_is_listed_without_its_words,
    an_import_that_breaks_off_says_how_far_it_came,
    a_flood_is_let_back_from_its_page,
    a_reader_is_told_of_the_next_report,
    a_list_is_narrowed_by_its_address,
    the_first_account_is_made_on_its_page,
    what_was_written_stays_whatever_goes_wrong,
    an_empty_correction_lifts_nothing,
    a_page_opened_without_the_session_is_sent_with_it,
    s60_a_broken_form_is_answered,
    an_informant_is_told_what_comes_next,
);

/// Sends a form with one file, as a browser does.
pub fn upload(
    world: &World,
    who: &Visitor<'_>,
    source: &str,
    name: &str,
    file: impl AsRef<[u8]>,
) -> Reply {
    let field = |name: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!(
        "{}{}--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n",
        field("token", &who.token),
        field("source", source),
    );
    let body = [head.as_bytes(), file.as_ref(), b"\r\n--cut--\r\n"].concat();
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let mut headers = vec![kind, ("Accept", "text/html"), ("Cookie", who.cookie.as_str())];
    headers.extend(OWN_PAGE);
    world.ask("POST", "", "/import", &headers, &body)
}

fn a_sheet_is_taken_in_and_what_cannot_be_is_listed_without_its_words(world: &mut World) {
    let who = Visitor::log_in(world, "operator-430121");
    let sheet = "编号,渠道,行政区划,内容\r\n甲1,电话,湖南省长沙县,金丝雀一\r\n甲2,电话,没有这个县,金丝雀二\r\n\
                 甲3,来信,430121,金丝雀三\r\n";
    // Values are codes or names of the vocabulary; these are names in Chinese.
    let sheet = sheet.replace("电话", "phone").replace("来信", "letter");
    let reply = upload(world, &who, "旧系统", "tips.csv", &sheet);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.text.contains("共 3，新收 2，已有 0，未收 1"), "{}", reply.text);
    assert!(reply.text.contains("没有这个行政区划"), "{}", reply.text);
    assert!(!reply.text.contains("金丝雀"), "a row's words are on the page");
    // The same again adds nothing.
    let again = upload(world, &who, "旧系统", "tips.csv", &sheet);
    assert!(again.text.contains("新收 0，已有 2，未收 1"), "{}", again.text);
    // Whoever sent it stands in the ledger, as one who imports.
    let cases = world.get("operator-430121", "/api/v1/cases").ok(200);
    let me = world.names("SELECT id AS name FROM users WHERE login = 'operator-430121'");
    for case in cases["items"].as_array().unwrap() {
        let path = format!("/api/v1/cases/{}/entries", case["case"].as_str().unwrap());
        let entries = world.get("operator-430121", &path).ok(200);
        let by = json!({ "as": "import", "roles": ["operator"], "unit": "430121", "user": me[0] });
        assert_eq!(entries["items"][0]["by"], by, "{entries}");
    }
    assert!(world.run_ok(&["audit"]).contains("2 cases, 2 entries, 2 sealed: 0 faults"));
    // They stand in the list, and nowhere else.
    let list = who.get(&format!("/cases?q={}", in_url("金丝雀")));
    assert_eq!(list.text.matches("<td class=\"main\">").count(), 2, "{}", list.text);
    // What is no table is refused in words, with what was typed kept.
    let wrong = upload(world, &who, "旧系统", "tips.csv", "likes\r\n3\r\n");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("不认识「likes」这一列"), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"旧系统\""), "{}", wrong.text);
    assert_eq!(upload(world, &who, "", "tips.csv", &sheet).status, 422);
    assert_eq!(upload(world, &who, "旧系统", "tips.csv", "").status, 422);
}

fn an_import_that_breaks_off_says_how_far_it_came(world: &mut World) {
    let who = Visitor::log_in(world, "operator-430121");
    let words: Vec<String> = (0..70).map(|n| format!("金丝雀{n}")).collect();
    let head = ["channel", "division", "text"].map(Cell::Text);
    let rows =
        words.iter().map(|text| [Cell::Text("phone"), Cell::Text("430121"), Cell::Text(text)]);
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let lines: Vec<&[Cell<'_>]> = rows.iter().map(|row| &row[..]).collect();
    // A workbook whose sheet is cut off in its last rows.
    let mut made = parts(&[&lines]);
    let sheet = &mut made.last_mut().unwrap().1;
    sheet.truncate(sheet.len() - 400);
    let sheet = pack(&made);
    let reply = upload(world, &who, "旧系统", "tips.xlsx", &sheet);
    assert_eq!(reply.status, 422);
    assert!(reply.text.contains("已收入 64 行后中断"), "{}", reply.text);
    assert!(reply.text.contains("共 64，新收 64，已有 0，未收 0"), "{}", reply.text);
    assert!(!reply.text.contains("导入完成"), "{}", reply.text);
    // The terminal says the same, and the rows that stood before are known again.
    std::fs::write(world.folder.path().join("rows.xlsx"), &sheet).unwrap();
    let output = world.run(&["import", "tips", "rows.xlsx", "--source", "旧系统"]);
    let (said, why) = (text(&output.stdout), text(&output.stderr));
    assert!(!output.status.success());
    assert!(said.contains("64 rows: 0 taken in, 64 known already, 0 rejected"), "{said}");
    assert!(why.contains("broke off after 64 rows") && why.contains("64 行后中断"), "{why}");
    // So it is where the desk breaks off: a row of the second batch that the database refuses.
    world.sql("CREATE UNIQUE INDEX no_twins ON tip_words (text)").unwrap();
    let row = |n: usize| format!("phone,430121,画眉{n}\r\n");
    let rows: String = (0..70).chain([3]).map(row).collect();
    let twins = format!("channel,division,text\r\n{rows}");
    let reply = upload(world, &who, "新系统", "tips.csv", &twins);
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert!(reply.text.contains("已收入 64 行后中断"), "{}", reply.text);
    // What never began has nothing to say but its fault.
    let wrong = upload(world, &who, "旧系统", "tips.csv", "likes\r\n3\r\n");
    assert!(!wrong.text.contains("中断"), "{}", wrong.text);
}

fn a_flood_is_let_back_from_its_page(world: &mut World) {
    let mut tip = call("430000");
    tip["channel"] = json!("web");
    for _ in 0..14 {
        world.post("", "/api/v1/tips", &tip).ok(201);
    }
    let who = Visitor::log_in(world, "operator-430000");
    let listed = || who.get("/cases").text.matches("<td class=\"main\">").count();
    assert_eq!(listed(), 10, "what is past the threshold is not in the daily list");
    let page = who.get("/holds");
    let (_, rest) = page.text.split_once("action=\"/holds/").expect("a group with its button");
    let group = rest.split('/').next().unwrap();
    assert!(page.text.contains("<td class=\"number\">4</td>"), "{}", page.text);
    let of_group = who.get(&format!("/cases?held={group}"));
    assert_eq!(of_group.text.matches("<td class=\"main\">").count(), 4);
    assert_eq!(who.send(&format!("/holds/{group}/release"), &[]).status, 303);
    assert_eq!(listed(), 14);
    assert!(who.get("/holds").text.contains("没有暂存的线索"));
}

fn a_reader_is_told_of_the_next_report(world: &mut World) {
    let published = "INSERT INTO reports VALUES ('r-2026-01', 'monthly', '2026-01', '430121', 0, \
                     FALSE, '2026-02-01 00:00:00', '{}')";
    world.sql(published).unwrap();
    let who = Visitor::log_in(world, "analyst-430121");
    let mail = |act: &str, email: &str| {
        who.send("/reports/r-2026-01/mail", &[("act", act), ("email", email)])
    };
    let bad = mail("subscribe", "nobody");
    assert_eq!(bad.status, 422);
    assert!(bad.text.contains("不是电子邮件地址") && bad.text.contains("value=\"nobody\""));
    assert!(mail("subscribe", "reader@example.org").text.contains("已订阅"));
    assert!(mail("subscribe", "reader@example.org").text.contains("已订阅"));
    let kept =
        world.names("SELECT email || ' ' || kind || ' ' || scope AS name FROM subscriptions");
    assert_eq!(kept, ["reader@example.org monthly 430121"]);
    // A colleague neither ends it, nor takes it over, nor learns that there is one.
    let live = || world.names("SELECT email AS name FROM subscriptions WHERE ended_at IS NULL");
    let colleague = Visitor::log_in(world, "handler-430121");
    let theirs = |who: &Visitor<'_>, act: &str, email: &str| {
        let form = [("act", act), ("email", email)];
        told(&who.send("/reports/r-2026-01/mail", &form).text)
    };
    for act in ["unsubscribe", "subscribe", "unsubscribe"] {
        let known = theirs(&colleague, act, "reader@example.org");
        assert_eq!(known, theirs(&colleague, act, "stranger@example.org"), "{act}");
    }
    assert_eq!(live(), ["reader@example.org"]);
    assert!(mail("unsubscribe", "reader@example.org").text.contains("现已退订"));
    assert_eq!(live(), Vec::<String>::new());
    // An administrator ends those of the own subtree.
    mail("subscribe", "reader@example.org");
    theirs(&Visitor::log_in(world, "admin-430000"), "unsubscribe", "reader@example.org");
    assert_eq!(live(), Vec::<String>::new());
    // Another county has no such report, and cannot subscribe to it.
    let other = Visitor::log_in(world, "analyst-430181");
    let form = [("act", "subscribe"), ("email", "other@example.org")];
    assert_eq!(other.send("/reports/r-2026-01/mail", &form).status, 404);
}

/// What a page says of what was done.
fn told(page: &str) -> String {
    let (_, rest) = page.split_once("role=\"status\">").unwrap_or_else(|| panic!("{page}"));
    rest.split_once('<').unwrap().0.to_owned()
}

fn a_list_is_narrowed_by_its_address(world: &mut World) {
    let first = Case::log(world, "operator-430121", &call(COUNTY));
    let mut other = call(COUNTY);
    other["category"] = json!("mineral.mining");
    let second = Case::log(world, "operator-430121", &other);
    let judge = Visitor::log_in(world, "judge-430121");
    let shows = |path: &str, no: &str| judge.get(path).text.contains(&format!("/cases/{no}\""));
    for case in [&first, &second] {
        assert!(shows("/cases?todo=true", &case.no), "it waits to be judged");
        assert!(
            shows(&format!("/cases?division={}", in_url("长沙县")), &case.no),
            "a place by its name"
        );
    }
    // By the number that a caller reads out, and by the case's own, with spaces or without.
    let spoken = hotline::intake::receipt::spoken(&first.tip);
    for number in [&first.tip, &spoken, &first.no] {
        let path = format!("/cases?q={}", in_url(number));
        assert!(shows(&path, &first.no) && !shows(&path, &second.no), "{number}");
    }
    assert!(!shows("/cases?category=mineral.mining", &first.no));
    assert!(shows("/cases?category=mineral.mining", &second.no));
    // Nothing of it waits for who handles: the answer's clock has not begun.
    let handler = Visitor::log_in(world, "handler-430121");
    assert!(!handler.get("/cases?todo=true").text.contains(&first.no));
    assert!(handler.get("/cases").text.contains(&first.no));
    // A filter with a fault says so and lists nothing.
    let wrong = judge.get("/cases?from=gestern");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("不是有效日期"), "{}", wrong.text);
    assert_eq!(wrong.text.matches("<td class=\"main\">").count(), 0);
}

fn the_first_account_is_made_on_its_page(world: &mut World) {
    world.stop();
    world.sql("DELETE FROM credentials").unwrap();
    world.sql("DELETE FROM users").unwrap();
    world.serve();
    let token = shown(world).unwrap();
    let visitor = Visitor::public(world);
    const GOOD: &str = "seven egrets over the mill";
    let send = |token: &str, password: &str, unit: &str| {
        let fields =
            [("setup_token", token), ("login", "wang"), ("password", password), ("unit", unit)];
        visitor.send("/setup", &fields)
    };
    assert_eq!(send("wrong", GOOD, "湖南省").status, 403);
    let weak = send(&token, "short", "湖南省");
    assert_eq!(weak.status, 422);
    assert!(!weak.text.contains("value=\"short\""), "a password came back");
    assert_eq!(send(&token, GOOD, "没有").status, 422);
    assert_eq!(send(&token, GOOD, "湖南省").status, 303);
    assert_eq!(send(&token, GOOD, "湖南省").status, 409);
    let login = [("login", "wang"), ("password", GOOD)];
    assert_eq!(visitor.send("/login", &login).status, 303);
}

fn what_was_written_stays_whatever_goes_wrong(world: &mut World) {
    const ACCOUNT: &str = "江边砂场夜里采砂";
    let public = Visitor::public(world);
    let send = |fields: &[(&str, &str)], file: &str| {
        let mut body = String::new();
        let token = [("token", public.token.as_str())];
        for (name, value) in token.iter().chain(&fields[..2]) {
            body += &format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!(
            "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.mp3\"\r\n\r\n\
             {file}\r\n"
        );
        for (name, value) in &fields[2..] {
            body += &format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += "--cut--\r\n";
        let kind = ("Content-Type", "multipart/form-data; boundary=cut");
        let headers: Vec<_> = OWN_PAGE.into_iter().chain([kind, ("Accept", "text/html")]).collect();
        world.ask("POST", "", "/tip", &headers, body.as_bytes())
    };
    let before = world.names("SELECT number AS name FROM tips").len();
    let fields = [
        ("division", "430121"),
        ("once", "k1"),
        ("text", ACCOUNT),
        ("informant.mode", "anonymous"),
    ];
    // A recording of a kind that is not taken: fields before and behind it are still there.
    let refused = send(&fields, "#!AMR\n\u{0}\u{0}");
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains(ACCOUNT) && refused.text.contains("value=\"430121\""));
    assert!(refused.text.contains("不接收这种文件"), "{}", refused.text);
    assert_eq!(world.names("SELECT number AS name FROM tips").len(), before);
    let good = send(&fields, "%PDF-1.7 map");
    assert_eq!(good.status, 201, "{}", good.text);
    // The same form with other words: it was sent already, and nothing is lost from the screen.
    let other = [fields[0], fields[1], ("text", "另一件事"), fields[3]];
    let twice = send(&other, "%PDF-1.7 map");
    assert_eq!(twice.status, 422, "{}", twice.text);
    assert!(twice.text.contains("已经提交过") && twice.text.contains("另一件事"));
    // An answer to a form has no button that would lead back to an empty one.
    assert!(!good.text.contains("action=\"/language\""), "{}", good.text);
}

fn an_empty_correction_lifts_nothing(world: &mut World) {
    let mut body = call(COUNTY);
    body["accused"] = json!("长沙县自然资源局");
    let case = Case::log(world, "operator-430000", &body);
    let path = format!("/cases/{}", case.no);
    assert_eq!(Visitor::log_in(world, "handler-430121").get(&path).status, 404);
    let judge = Visitor::log_in(world, "judge-430000");
    let form = [("act", "correct"), ("seq", "1"), ("field", "accused_unit"), ("text", "更正")];
    let reply = judge.send(&path, &form);
    assert_eq!(reply.status, 422, "{}", reply.text);
    assert!(reply.text.contains("href=\"#correct-value\""), "{}", reply.text);
    assert_eq!(Visitor::log_in(world, "handler-430121").get(&path).status, 404);
    // A category may be written by its name.
    let named = [
        ("act", "correct"),
        ("seq", "1"),
        ("field", "category"),
        ("value", "非法采矿"),
        ("text", "更正"),
    ];
    assert_eq!(judge.send(&path, &named).status, 303);
    assert!(judge.get(&path).text.contains("非法采矿"));
}

fn a_page_opened_without_the_session_is_sent_with_it(world: &mut World) {
    // From a link elsewhere a strict cookie does not come along; with the form it does.
    let public = Visitor::public(world);
    let mut judge = Visitor::log_in(world, "judge-430121");
    judge.token.clone_from(&public.token);
    let again = [("login", "judge-430121"), ("password", &*crate::world::password("judge-430121"))];
    assert_eq!(judge.send("/login", &again).status, 303);
    let tip = [("division", COUNTY), ("text", "路口占地"), ("informant.mode", "anonymous")];
    assert_eq!(judge.send("/tip", &tip).status, 201);
    // Where a login is needed only the session's own token counts.
    assert_eq!(judge.send("/call", &tip).status, 403);
}

fn s60_a_broken_form_is_answered(world: &mut World) {
    let public = Visitor::public(world);
    let part = |name: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n\
                %PDF-1.7 map\r\n--cut--\r\n";
    let whole =
        part("token", &public.token) + &part("division", COUNTY) + &part("text", "占") + file;
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let headers: Vec<_> = OWN_PAGE.into_iter().chain([kind, ("Accept", "text/html")]).collect();
    let answered = |body: &[u8]| {
        let status = world.ask("POST", "", "/tip", &headers, body).status;
        assert!(status < 500, "{status}: {}", String::from_utf8_lossy(body));
    };
    for at in (0..whole.len()).step_by(5) {
        answered(&whole.as_bytes()[..at]);
        let mut changed = whole.clone().into_bytes();
        changed[at] ^= 0x15;
        answered(&changed);
        changed.remove(at);
        answered(&changed);
    }
}

fn an_informant_is_told_what_comes_next(world: &mut World) {
    world.set_clock("2026-11-23T10:00:00+08:00");
    let public = Visitor::public(world);
    let case = Case::log(world, "operator-430121", &call(COUNTY));
    let keys = [("number", &*case.tip), ("code", &*case.code)];
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请说明位置" }));
    let asked = public.send("/progress", &keys).text;
    assert!(asked.contains("请说明位置") && asked.contains("2026-12-08"), "{asked}");
    // What is missing is said, and what was written stays.
    let empty = public.send("/progress/act", &[&keys[..], &[("act", "supplement")]].concat());
    assert_eq!(empty.status, 422, "{}", empty.text);
    assert!(empty.text.contains("未填写"), "{}", empty.text);
    let refusal = json!({ "act": "refuse", "reason": "out_of_scope", "redirect": "长沙县水利局",
                          "text": "属于水利部门职责" });
    case.done("judge-430121", &refusal);
    let refused = public.send("/progress", &keys).text;
    for words in ["不属于土地、矿产等管理事项", "长沙县水利局", "可以申诉一次"]
    {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let appeal = [&keys[..], &[("act", "reopen"), ("text", "确属采砂")]].concat();
    let told = public.send("/progress/act", &appeal);
    assert!(told.status == 201 && told.text.contains("申诉已收到"), "{}", told.text);
    assert!(!public.send("/progress", &keys).text.contains("可以申诉一次"));
    assert_eq!(public.send("/progress", &[("number", ""), ("code", "")]).status, 422);
}
