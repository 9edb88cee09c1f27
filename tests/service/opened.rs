//! Evidence that opens: the copy that opens by itself tells nothing about anybody, the original is
//! the one that was sent, and both open to those alone who see the case.

use serde_json::{Value, json};
use sha2::Digest;

use crate::case::{Case, call, keep, photograph};
use crate::on_both;
use crate::units::COUNTY;
use crate::visitor::{OWN_PAGE, Visitor};
use crate::wire::timeless;
use crate::world::{Reply, World, text};

on_both!(
    s44_a_copy_without_metadata_opens_and_the_original_stays,
    s44_evidence_is_kept_and_never_shown,
    s17_a_file_opens_with_its_case_and_with_no_other,
    the_files_of_a_tip_go_where_the_tip_goes,
    an_informant_who_is_asked_may_send_photographs,
);

/// What a camera says of a place.
const GPS: &str = "GPSLatitude 28.24";

/// A photograph of several parts with a place in it, and the same without.
fn photographs() -> (Vec<u8>, Vec<u8>) {
    let said = format!("Exif\0\0II*\0\u{8}\0\0\0 {GPS}");
    let length = u16::try_from(said.len() + 2).unwrap().to_be_bytes();
    let exif = [&[0xff, 0xe1][..], &length, said.as_bytes()].concat();
    let table = [&[0xff, 0xc4, 0xff, 0xff][..], &[3; 0xfffd]].concat().repeat(3);
    (photograph(&[exif, table.clone()].concat()), photograph(&table))
}

fn hash(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A call with files.
fn tip<'w>(world: &'w World, files: &[&String]) -> Case<'w> {
    let mut body = call(COUNTY);
    body["files"] = json!(files);
    Case::log(world, "operator-430121", &body)
}

fn open(case: &Case<'_>, who: &str, file: &str, query: &str) -> Reply {
    case.world.get(who, &case.path(&format!("/files/{file}{query}")))
}

fn files(case: &Case<'_>, who: &str) -> Vec<Value> {
    let list = case.world.get(who, &case.path("/files")).ok(200);
    assert_eq!(list["next"], Value::Null);
    list["items"].as_array().unwrap().clone()
}

/// Number, hash and tip of each file of a case.
fn stand(case: &Case<'_>, who: &str) -> Vec<Value> {
    let short = |file: &Value| json!([file["no"], file["sha256"], file["tip"]]);
    files(case, who).iter().map(short).collect()
}

fn s44_a_copy_without_metadata_opens_and_the_original_stays(world: &mut World) {
    let (sent, cleaned) = photographs();
    let photo = keep(world, &sent);
    let (plan, broken) = (keep(world, b"%PDF-1.7 a plan"), keep(world, &sent[..70_000]));
    assert_eq!(photo, hash(&sent));
    let case = tip(world, &[&photo, &plan, &broken]);
    let who = "judge-430121";
    let list = files(&case, who);
    let told: Vec<Value> = list
        .iter()
        .map(|file| {
            json!([file["no"], file["name"], file["bytes"], file["cleanable"], file["act"]])
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            [1, "附件1.jpg", sent.len(), true, "receive"],
            [2, "附件2.pdf", 15, false, "receive"],
            [3, "附件3.jpg", 70_000, true, "receive"]
        ])
    );

    let copy = open(&case, who, &photo, "");
    assert_eq!((copy.status, copy.bytes == cleaned), (200, true), "{} bytes", copy.bytes.len());
    assert!(!copy.text.contains(GPS) && text(&sent).contains(GPS));
    assert_eq!(copy.header("content-length"), Some(cleaned.len().to_string().as_str()));
    let original = open(&case, who, &photo, "?original=true");
    assert!(original.bytes == sent, "{} bytes", original.bytes.len());
    // The ledger commits to what was sent, and not to the copy.
    assert_eq!(case.entries(who)[0]["tip"]["files"][0], hash(&original.bytes));

    // What cannot be cleaned says so, and the original is still there.
    for (file, words) in [(&plan, "这类文件不能自动清除"), (&broken, "图片已损坏或不合格式")]
    {
        let problem = open(&case, who, file, "").refused(409, "no_clean_copy");
        assert!(problem["title"].as_str().unwrap().contains(words), "{problem}");
    }
    assert_eq!(open(&case, who, &plan, "?original=true").text, "%PDF-1.7 a plan");
    assert!(open(&case, who, &broken, "?original=true").bytes == sent[..70_000]);
    open(&case, who, &photo, "?original=perhaps").refused(422, "invalid");

    // Each opening is counted, and its line says who and which case, and nothing of the file.
    let metrics = world.get("", "/metrics").text;
    assert!(metrics.contains("hotline_evidence_opened_total{copy=\"cleaned\"} 1"), "{metrics}");
    assert!(metrics.contains("hotline_evidence_opened_total{copy=\"original\"} 3"), "{metrics}");
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("evidence opened")).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains(&case.no) && !line.contains(&photo)),
        "{lines:?}"
    );
    assert!(!log.contains(&case.tip));
}

fn s44_evidence_is_kept_and_never_shown(world: &mut World) {
    let (sent, _) = photographs();
    let photo = keep(world, &sent);
    let case = tip(world, &[&photo]);
    case.to_verifying();
    let plan = keep(world, b"%PDF-1.7 a plan");
    case.done("handler-430121", &case.verify("founded", &plan));
    let handler = Visitor::log_in(world, "handler-430121");
    let page = handler.get(&format!("/cases/{}", case.no)).text;
    let (photo, plan) =
        (format!("/cases/{}/files/{photo}", case.no), format!("/cases/{}/files/{plan}", case.no));
    for link in
        [format!("{photo}\""), format!("{photo}?original=true"), format!("{plan}?original=true")]
    {
        assert!(page.contains(&format!("href=\"{link}")), "{link} in {page}");
    }
    // With its tip and with its entry; the plan, which cannot be cleaned, with a warning.
    assert_eq!(page.matches("附件1.jpg</a>").count(), 2, "{page}");
    assert_eq!(page.matches("附件2.pdf</a>").count(), 1, "{page}");
    assert!(page.contains("请勿外传") && !page.contains(&format!("href=\"{plan}\"")));
    let program = open(&case, "handler-430121", &photo[photo.len() - 64..], "");
    let answers = [
        (handler.get(&photo), "附件1.jpg", "attachment-1.jpg", "image/jpeg"),
        (program, "附件1.jpg", "attachment-1.jpg", "image/jpeg"),
        (
            handler.get(&format!("{plan}?original=true")),
            "原件-附件2.pdf",
            "original-attachment-2.pdf",
            "application/pdf",
        ),
    ];
    for (reply, name, plain, kind) in answers {
        assert_eq!(reply.status, 200, "{}", reply.text);
        let coded = crate::wire::in_url(name).replace("%2E", ".").replace("%2D", "-");
        let attached = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}");
        assert_eq!(reply.header("content-disposition"), Some(&*attached));
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
    }
    // A person reads the sentence on a page.
    let refused = handler.get(&plan);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("<html") && refused.text.contains("这类文件不能自动清除"));
    // Nothing of it stands on a disk in clear.
    let folder = world.folder.path().join("files");
    let stored = std::fs::read(
        folder.join(&photo[photo.len() - 64..][..2]).join(&photo[photo.len() - 64..]),
    );
    assert!(!text(&stored.unwrap()).contains(GPS));
    assert_eq!(std::fs::read_dir(folder.join("draft")).unwrap().count(), 0);
}

fn s17_a_file_opens_with_its_case_and_with_no_other(world: &mut World) {
    let (mine, other) = (keep(world, &photograph(b"")), keep(world, b"of another case"));
    let case = tip(world, &[&mine]);
    let beside = tip(world, &[&other]);
    let loose = keep(world, b"of no case");
    open(&case, "judge-430121", &mine, "").ok(200);
    let none = format!("{}000001", &case.no[..case.no.len() - 6]);
    let nowhere =
        |who: &str| timeless(&world.get(who, &format!("/api/v1/cases/{none}/files/{mine}")));
    let who = "judge-430121";
    for file in [&other, &loose, &"0".repeat(64), "x", "..%2Fkeys", "%2e%2e", &mine.to_uppercase()]
    {
        for query in ["", "?original=true"] {
            let reply = open(&case, who, file, query);
            assert_eq!((reply.status, timeless(&reply)), (404, nowhere(who)), "{file}");
        }
    }
    // Another county, another province, whoever is the accused, whoever reads no cases.
    for who in ["judge-430181", "supervisor-440000", "handler-430181"] {
        let reply = open(&case, who, &mine, "");
        assert_eq!((reply.status, timeless(&reply)), (404, nowhere(who)), "{who}");
        world.get(who, &case.path("/files")).refused(404, "not_found");
    }
    for who in ["analyst-430121", "custodian-430121", "admin-430121"] {
        open(&case, who, &mine, "?original=true").refused(403, "role_not_allowed");
    }
    open(&case, "", &mine, "").refused(401, "login_needed");
    let accused = json!({ "act": "correct", "seq": 1, "fields": { "accused_unit": COUNTY },
                          "text": "举报的就是该局" });
    case.done("judge-430100", &accused);
    for who in ["operator-430121", "judge-430121", "handler-430121", "supervisor-430121"] {
        let reply = open(&case, who, &mine, "");
        assert_eq!((reply.status, timeless(&reply)), (404, nowhere(who)), "{who}");
    }
    open(&case, "judge-430100", &mine, "").ok(200);
    open(&beside, "judge-430121", &other, "?original=true").ok(200);
    // A list is paged like every other.
    let three: Vec<String> = (0..3).map(|n| keep(world, format!("{n}").as_bytes())).collect();
    let long = tip(world, &three.iter().collect::<Vec<_>>());
    let page = world.get(who, &long.path("/files?limit=2")).ok(200);
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (2, &json!("2")));
    let rest = world.get(who, &long.path("/files?limit=2&after=2")).ok(200);
    assert_eq!((&rest["items"][0]["sha256"], &rest["next"]), (&json!(three[2]), &Value::Null));
    world.get(who, &long.path("/files?after=x")).refused(422, "invalid");
}

fn the_files_of_a_tip_go_where_the_tip_goes(world: &mut World) {
    let who = "judge-430121";
    let [first, second, third] =
        ["first", "second", "third"].map(|word| keep(world, word.as_bytes()));
    let (into, case) = (tip(world, &[&first]), tip(world, &[&second, &first]));
    into.to_verifying();
    let own = json!([1, first, into.tip]);
    assert_eq!(json!(stand(&into, who)), json!([own]));
    open(&into, who, &second, "?original=true").refused(404, "not_found");
    case.done(who, &json!({ "act": "merge", "case": into.no, "text": "同一地块同一事实" }));
    // The receiving case shows them by the tip; a file that both have has one number.
    let came = [json!([2, second, case.tip]), json!([1, first, case.tip])];
    assert_eq!(stand(&into, who), [own.clone(), came[0].clone(), came[1].clone()]);
    assert_eq!(open(&into, who, &second, "?original=true").text, "second");
    let judge = Visitor::log_in(world, who);
    let page = judge.get(&format!("/cases/{}", into.no)).text;
    assert!(page.contains(&format!("/cases/{}/files/{second}", into.no)), "{page}");
    // What comes later goes on in the numbering.
    into.done("handler-430121", &into.verify("founded", &third));
    assert_eq!(stand(&into, who).last(), Some(&json!([3, third, null])));
    // Split off they are back with their own case, and gone from the other.
    case.world
        .post(
            who,
            &into.path("/entries"),
            &json!({ "act": "split", "case": case.no, "text": "不同地块" }),
        )
        .ok(201);
    assert_eq!(stand(&into, who), [own, json!([3, third, null])]);
    open(&into, who, &second, "?original=true").refused(404, "not_found");
    assert_eq!(stand(&case, who), [json!([1, second, case.tip]), json!([2, first, case.tip])]);
    open(&case, who, &second, "?original=true").ok(200);
    let page = judge.get(&format!("/cases/{}", into.no)).text;
    assert!(!page.contains(&second), "{page}");
}

/// A form of the public in parts, with files under their names.
fn send(world: &World, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
    let public = Visitor::public(world);
    let mut body = Vec::new();
    for (name, value) in [("token", public.token.as_str())].iter().chain(fields) {
        let part =
            format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    for (name, content) in files {
        let head = "--cut\r\nContent-Disposition: form-data; name=\"evidence\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let headers: Vec<_> = OWN_PAGE.into_iter().chain([kind, ("Accept", "text/html")]).collect();
    world.ask("POST", "", "/progress/act", &headers, &body)
}

fn an_informant_who_is_asked_may_send_photographs(world: &mut World) {
    world.set_clock("2026-11-23T10:00:00+08:00");
    let (sent, cleaned) = photographs();
    let case = tip(world, &[]);
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请提供现场照片" }));
    let asked =
        Visitor::public(world).send("/progress", &[("number", &case.tip), ("code", &case.code)]);
    assert!(asked.text.contains("type=\"file\"") && asked.text.contains("name=\"evidence\""));
    let fields = |text| {
        [("number", &*case.tip), ("code", &*case.code), ("act", "supplement"), ("text", text)]
    };
    // A file of a kind that is not taken, and no words: the good file stays, and what is wrong is said.
    let files: [(&str, &[u8]); 2] = [("现场.jpg", &sent), ("a.jpg.lnk", b"L\0\0\0")];
    let refused = send(world, &fields(""), &files);
    assert_eq!(refused.status, 422, "{}", refused.text);
    let kept = format!("name=\"evidence\" value=\"{}\"", hash(&sent));
    for words in [&*kept, "不接收这种文件", "未填写", "请提供现场照片"] {
        assert!(refused.text.contains(words), "{words} in {}", refused.text);
    }
    assert_eq!(case.state("judge-430121"), "supplement");
    // Words alone with a bad file are not sent without it either, and stay on the screen.
    let refused = send(world, &fields("在村东头桥边"), &files[1..]);
    assert!(refused.status == 422 && refused.text.contains("在村东头桥边"), "{}", refused.text);
    // By the hash that was kept, and one more.
    let hash_kept = hash(&sent);
    let again = [&fields("在村东头桥边")[..], &[("evidence", &*hash_kept)]].concat();
    let done = send(world, &again, &[("", b""), ("plan.pdf", b"%PDF-1.7 a plan")]);
    assert!(done.status == 201 && done.text.contains("已收到您的补充"), "{}", done.text);
    assert_eq!(case.state("judge-430121"), "pending");

    // Staff see it under the tip, dated, with its files; the ledger names them with the entry.
    let entries = case.entries("judge-430121");
    let added = &entries.last().unwrap();
    let hashes = json!([hash(&sent), hash(b"%PDF-1.7 a plan")]);
    assert_eq!((&added["act"], &added["fields"]["evidence"]), (&json!("supplement"), &hashes));
    let seen = files_by(&case, "supplement");
    assert_eq!(json!(seen), json!([[hash(&sent), case.tip], [hash(b"%PDF-1.7 a plan"), case.tip]]));
    assert!(open(&case, "judge-430121", &hash(&sent), "").bytes == cleaned);
    let page = Visitor::log_in(world, "judge-430121").get(&format!("/cases/{}", case.no)).text;
    let tips = page.split("id=\"ledger\"").next().unwrap();
    for words in
        ["补充材料 ·", "2026-11-23 10:00", "在村东头桥边", "附件1.jpg</a>", "附件2.pdf</a>"]
    {
        assert!(tips.contains(words), "{words} in {tips}");
    }

    // The same by a program; bounds and unknown files are faults of the field.
    let case = tip(world, &[]);
    case.done("judge-430121", &json!({ "act": "ask_supplement", "text": "请提供现场照片" }));
    let act = |evidence: Value| {
        case.informant(&json!({ "act": "supplement", "text": "补充", "evidence": evidence }))
    };
    let fault = |reply: Reply, status: u16, code: &str| {
        let problem =
            reply.refused(status, if code == "unknown_evidence" { code } else { "invalid" });
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        assert!(
            problem["errors"][0]["field"].as_str().unwrap().starts_with("evidence"),
            "{problem}"
        );
    };
    fault(act(json!(["0".repeat(64)])), 422, "unknown_evidence");
    fault(act(json!(["../keys"])), 422, "bad_hash");
    let many: Vec<String> = (0..21).map(|n| keep(world, format!("file {n}").as_bytes())).collect();
    fault(act(json!(many)), 422, "too_many");
    act(json!(many[..20])).ok(201);
    assert_eq!(files_by(&case, "supplement").len(), 20);
    // Named by the ledger, they are swept no more.
    let named = "SELECT sha256 AS name FROM files WHERE attached = TRUE";
    assert_eq!(world.names(named).len(), 22);
}

/// Hash and tip of the files that an act brought.
fn files_by(case: &Case<'_>, act: &str) -> Vec<Value> {
    let all = files(case, "judge-430121").into_iter().filter(|file| file["act"] == act);
    all.map(|file| json!([file["sha256"], file["tip"]])).collect()
}
