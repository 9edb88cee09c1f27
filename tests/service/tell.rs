//! Letters about cases: who is told what, when, and what must never stand in them.

use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::mail::{wait_for_outbox, with_mail};
use crate::on_both;
use crate::relay::{Mail, MailServer, free_port, has_mail_server};
use crate::units::{COUNTY, PROVINCE};
use crate::visitor::Visitor;
use crate::world::{Backend, World, wait_for};

on_both!(
    s52_each_step_tells_those_who_must_know_and_nobody_else,
    the_ladder_climbs_once_to_somebody_else_each_time,
    a_digest_comes_on_working_mornings_and_not_when_nothing_waits,
    danger_is_told_at_once_and_never_to_the_accused,
    an_answer_without_an_address_is_seen_to_fail_and_may_be_tried_anew,
    what_happened_without_a_mail_server_is_told_to_nobody,
    people_set_their_own_letters,
);

const HANDLER: &str = "handler@unit.example";
const REVIEWER: &str = "reviewer@unit.example";
const ABOVE: &str = "above@unit.example";
const NAME: &str = "金丝雀甲";
const PHONE: &str = "139-0000-7777";
const EMAIL: &str = "canary.informant@mailbox.example";
const ANSWER: &str = "已责令拆除并复耕，感谢反映。";

fn address(world: &World, login: &str, email: &str, further: &[&str]) {
    world.run_ok(&[&["user", "set-email", login, email], further].concat());
}

/// A tip by somebody who can be reached by mail.
fn by_mail() -> Value {
    let mut body = call(COUNTY);
    body["informant"] =
        json!({ "mode": "confidential", "name": NAME, "phone": PHONE, "email": EMAIL });
    body
}

/// Every letter in the outbox: to whom, and which. Letters to informants have no address there.
fn letters(world: &World) -> Vec<String> {
    world.names(
        "SELECT recipient || ' ' || letter AS name FROM outbox ORDER BY created_at, recipient",
    )
}

/// Waits until there are so many letters, and that it stays at that for a further round.
#[track_caller]
fn wait_for_letters(world: &World, count: usize) -> Vec<String> {
    wait_for(&format!("{count} letters"), || (letters(world).len() >= count).then_some(()));
    std::thread::sleep(std::time::Duration::from_secs(7));
    let there = letters(world);
    assert_eq!(there.len(), count, "{there:#?}");
    there
}

/// A service that writes letters and has nobody to send them to.
fn with_nobody(world: &mut World) {
    with_mail(world, free_port(), "none");
}

fn of<'a>(mails: &'a [Mail], to: &str, subject: &str) -> &'a Mail {
    let mut found = mails
        .iter()
        .filter(|mail| mail.header("To") == to && mail.header("Subject").contains(subject));
    let first = found.next().unwrap_or_else(|| panic!("no «{subject}» to {to}: {mails:#?}"));
    assert!(found.next().is_none(), "«{subject}» came twice to {to}");
    first
}

fn s52_each_step_tells_those_who_must_know_and_nobody_else(world: &mut World) {
    if !has_mail_server() {
        return;
    }
    world.set("HOTLINE_LOG__LEVEL", "trace");
    let port = free_port();
    let server = MailServer::start(port, &[]);
    with_mail(world, port, "none");
    world.set_clock("2026-11-25T10:00:00+08:00");
    let world = &*world;
    address(world, "handler-430121", HANDLER, &["--no-digest"]);
    address(world, "reviewer-430121", REVIEWER, &["--no-digest", "--lang", "en"]);
    // Of other units, and of roles that have nothing to do with it.
    address(world, "handler-430181", "other@unit.example", &["--no-digest"]);
    address(world, "analyst-430121", "analyst@unit.example", &["--no-digest"]);
    let case = Case::log(world, "operator-430121", &by_mail());
    case.to_verifying();
    case.done("handler-430121", &case.verify("founded", &evidence(world)));
    case.done("handler-430121", &case.dispose());
    let answer = json!({ "act": "reply", "tip": case.tip, "means": "电子邮件", "text": ANSWER });
    case.done("operator-430121", &answer);
    case.done("handler-430121", &json!({ "act": "request_close", "text": "已办结" }));
    case.done("reviewer-430121", &json!({ "act": "approve_close" }));
    wait_for_outbox(world, &["sent"; 5]);
    std::thread::sleep(std::time::Duration::from_secs(6));
    let mails = server.mails();
    assert_eq!(mails.len(), 5, "{mails:#?}");

    let sign = of(&mails, HANDLER, "待签收");
    for word in [&*case.no, "非法占地", "湖南省长沙市长沙县（430121）", "2026-11-26 23:59"]
    {
        assert!(sign.body.contains(word), "{word}: {}", sign.body);
    }
    assert!(sign.header("From").contains("举报热线"), "{sign:?}");
    let review = of(&mails, REVIEWER, "To do: review");
    assert!(review.body.is_ascii() && review.body.contains(COUNTY), "{}", review.body);
    let link = format!("https://line.example/hotline/cases/{}", case.no);
    assert!([sign, review].iter().all(|mail| mail.body.contains(&link)), "{mails:#?}");

    let issued = of(&mails, EMAIL, "您有一条新的回执信息");
    let answered = of(&mails, EMAIL, "您的回执已有答复");
    let closed = of(&mails, EMAIL, "您的回执有新的信息");
    assert!(answered.body.contains(ANSWER), "{}", answered.body);
    for mail in [issued, answered, closed] {
        assert!(mail.body.contains(&case.tip), "{}", mail.body);
        // Neither sender nor words give away what it is about; the code opens the rest.
        assert_eq!(mail.header("From"), "hotline@line.example");
        let all = format!("{mail:?}");
        for word in ["举报", "违法", "线索", &case.code, &case.no, COUNTY] {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
    let linked = format!("<a href=\"{link}\">{link}</a>");
    assert!(sign.html.contains(&linked) && sign.html.contains("lang=\"zh-CN\""), "{}", sign.html);
    // What informants are and said stands in no letter to staff, and in no letter the other's things.
    let words = call(COUNTY);
    let said = [words["text"].as_str().unwrap(), words["title"].as_str().unwrap()];
    for mail in &mails {
        let all = format!("{mail:?}");
        for word in [NAME, PHONE].iter().chain(&said) {
            assert!(!all.contains(word), "{word}: {all}");
        }
        let staff = mail.header("To") != EMAIL;
        let own = [EMAIL, &*case.tip, ANSWER];
        assert!(!staff || !own.iter().any(|word| all.contains(word)), "{all}");
    }
    // The address stands in no row and no line of the log, the answer in no letter that is kept.
    let kept = letters(world).join("\n");
    assert!(!kept.contains("mailbox.example") && !kept.contains("复耕"), "{kept}");
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(log.contains("letter sent"));
    for word in ["mailbox.example", "unit.example", NAME, &case.tip, ANSWER] {
        assert!(!log.contains(word), "{word} is in the log");
    }
}

fn the_ladder_climbs_once_to_somebody_else_each_time(world: &mut World) {
    with_nobody(world);
    world.set_clock("2026-11-25T10:00:00+08:00");
    if world.backend == Backend::Postgres {
        // Several instances tell it once.
        world.serve();
    }
    let world = &*world;
    address(world, "handler-430121", HANDLER, &["--no-digest"]);
    address(world, "reviewer-430121", REVIEWER, &["--no-digest"]);
    address(world, "supervisor-430100", ABOVE, &["--no-digest"]);
    let case = Case::in_county(world);
    case.done("judge-430121", &json!({ "act": "accept" }));
    case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
    let told = |count: usize, to: &str, rung: &str| {
        let all = wait_for_letters(world, count);
        let last = all.last().unwrap();
        let wanted = [to, &format!("\"rung\":\"{rung}\""), &case.no];
        assert!(wanted.iter().all(|word| last.contains(word)), "{wanted:?}: {last}");
    };
    wait_for_letters(world, 1);
    // Due at the end of the 26th; a fifth of the 38 hours is left from 16:24 on.
    world.set_clock("2026-11-26T16:20:00+08:00");
    wait_for_letters(world, 1);
    world.set_clock("2026-11-26T16:25:00+08:00");
    told(2, HANDLER, "reminder");
    world.set_clock("2026-11-27T00:00:01+08:00");
    told(3, HANDLER, "overdue");
    world.set_clock("2026-11-28T00:00:01+08:00");
    told(4, REVIEWER, "unit");
    // The third working day after the 26th is the 1st of December.
    world.set_clock("2026-12-02T00:00:01+08:00");
    told(5, ABOVE, "superior");
    // A date that was reckoned anew is told anew.
    let anew = "UPDATE duties SET due_at = '2026-12-02 15:59:59' WHERE kind = 'sign'";
    world.sql(anew).unwrap();
    world.set_clock("2026-12-03T00:00:01+08:00");
    told(6, HANDLER, "overdue");
    // Done at last: nothing more comes.
    case.done("handler-430121", &json!({ "act": "sign" }));
    world.set_clock("2026-12-07T00:00:01+08:00");
    wait_for_letters(world, 6);
}

fn a_digest_comes_on_working_mornings_and_not_when_nothing_waits(world: &mut World) {
    with_nobody(world);
    world.set_clock("2026-11-26T10:00:00+08:00");
    let world = &*world;
    address(world, "handler-430121", HANDLER, &[]);
    // Nothing waits for reviewers; the unit is not the case's.
    address(world, "reviewer-430121", REVIEWER, &[]);
    address(world, "handler-430181", "other@unit.example", &[]);
    let cases = [Case::in_county(world), Case::in_county(world)];
    for case in &cases {
        case.done("judge-430121", &json!({ "act": "accept" }));
        case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
    }
    cases[1].done("handler-430121", &json!({ "act": "sign" }));
    // Assigned; the one that was signed at once may have been too fast to be told of.
    let assigned = "SELECT letter AS name FROM outbox WHERE letter LIKE '%duty_assigned%'";
    wait_for("assignments", || (!world.names(assigned).is_empty()).then_some(()));
    let digests = || {
        let all = "SELECT recipient || ' ' || letter AS name FROM outbox \
                   WHERE letter LIKE '%morning_digest%' ORDER BY created_at";
        world.names(all)
    };
    let pause = || std::thread::sleep(std::time::Duration::from_secs(7));
    world.set_clock("2026-11-27T07:59:30+08:00");
    pause();
    assert_eq!(digests(), Vec::<String>::new());
    world.set_clock("2026-11-27T08:00:00+08:00");
    wait_for("the digest", || (!digests().is_empty()).then_some(()));
    pause();
    let first = digests();
    let [digest] = &first[..] else { panic!("{first:#?}") };
    assert!(digest.starts_with(HANDLER), "{digest}");
    let read: Value = serde_json::from_str(digest.split_once(' ').unwrap().1).unwrap();
    assert_eq!((&read["open"], &read["overdue"]), (&json!(2), &json!(0)), "{read}");
    // What is due first stands first.
    assert_eq!(read["lines"][0]["case"], json!(cases[0].no));
    assert_eq!(read["lines"][0]["duty"], "sign");
    assert_eq!(read["head"], world.get("", "/api/v1/seal").ok(200)["note"]);
    // A Saturday and a Sunday bring none; on Monday the sign is overdue.
    world.set_clock("2026-11-28T09:00:00+08:00");
    pause();
    world.set_clock("2026-11-29T09:00:00+08:00");
    pause();
    assert_eq!(digests().len(), 1);
    world.set_clock("2026-11-30T09:00:00+08:00");
    wait_for("the next digest", || (digests().len() == 2).then_some(()));
    assert!(digests()[1].contains("\"overdue\":1"), "{:#?}", digests());
}

fn danger_is_told_at_once_and_never_to_the_accused(world: &mut World) {
    with_nobody(world);
    let world = &*world;
    let all = ["--no-digest", "--on-duty"];
    address(world, "handler-430121", HANDLER, &all);
    address(world, "judge-430121", REVIEWER, &["--no-digest"]);
    address(world, "supervisor-430100", ABOVE, &all);
    let mut danger = call(COUNTY);
    danger["category"] = json!("hazard.geological");
    let case = Case::log(world, "operator-430121", &danger);
    let told = wait_for_letters(world, 1);
    assert!(told[0].starts_with(HANDLER) && told[0].contains("danger_reported"), "{told:?}");
    assert!(told[0].contains(&case.no), "{told:?}");
    // The county is accused: the case goes to the city, and so does the alarm.
    danger["accused"] = json!("长沙县自然资源局");
    let case = Case::log(world, "operator-430121", &danger);
    let told = wait_for_letters(world, 2);
    let about: Vec<_> = told.iter().filter(|letter| letter.contains(&case.no)).collect();
    assert!(matches!(&about[..], [one] if one.starts_with(ABOVE)), "{told:?}");
}

fn an_answer_without_an_address_is_seen_to_fail_and_may_be_tried_anew(world: &mut World) {
    with_nobody(world);
    let world = &*world;
    let mut body = by_mail();
    body["informant"]["email"] = Value::Null;
    let case = Case::log(world, "operator-430121", &body);
    case.to_verifying();
    case.done("handler-430121", &case.verify("founded", &evidence(world)));
    case.done("handler-430121", &case.dispose());
    let answer = json!({ "act": "reply", "tip": case.tip, "means": "email", "text": ANSWER });
    case.done("operator-430121", &answer);
    wait_for_outbox(world, &["dead no_address"]);
    let admin = Visitor::log_in(world, "admin-430000");
    let page = admin.get("/letters").text;
    for word in ["邮件答复", "举报人未留可用的邮箱", "已放弃"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    for word in [&*case.tip, &case.no, ANSWER, NAME] {
        assert!(!page.contains(word), "{word} is on the page");
    }
    let id = world.names("SELECT id AS name FROM outbox").pop().unwrap();
    let revive = format!("/letters/{id}/revive");
    assert_eq!(admin.send(&revive, &[]).status, 303);
    // It fails the same way, as it must; a letter that is not dead cannot be revived.
    let tries = "SELECT 'x' AS name FROM outbox WHERE dead_at IS NOT NULL AND attempts = 1";
    wait_for("another try", || (world.names(tries).len() == 1).then_some(()));
    world.sql("UPDATE outbox SET dead_at = NULL, sent_at = created_at").unwrap();
    assert_eq!(admin.send(&revive, &[]).status, 404);
}

fn what_happened_without_a_mail_server_is_told_to_nobody(world: &mut World) {
    {
        let world = &*world;
        address(world, "handler-430121", HANDLER, &["--no-digest"]);
        let case = Case::in_county(world);
        case.done("judge-430121", &json!({ "act": "accept" }));
        case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
        let behind = "SELECT 'x' AS name FROM cursors, log_head WHERE reader = 'letters' AND \
                      pos = size AND size = 3";
        wait_for("the reader", || (world.names(behind).len() == 1).then_some(()));
    }
    with_mail(world, free_port(), "none");
    let case = Case::in_county(world);
    case.done("judge-430121", &json!({ "act": "accept" }));
    case.done("judge-430121", &json!({ "act": "dispatch", "unit": COUNTY }));
    let assigned = "SELECT letter AS name FROM outbox WHERE letter LIKE '%duty_assigned%'";
    wait_for("the assignment", || (!world.names(assigned).is_empty()).then_some(()));
    let told = world.names(assigned);
    assert!(matches!(&told[..], [one] if one.contains(&case.no)), "{told:?}");
}

fn people_set_their_own_letters(world: &mut World) {
    let world = &*world;
    let visitor = Visitor::log_in(world, "judge-430121");
    let wants = |email: &str, digest: &str| {
        let fields = [("email", email), ("lang", "en"), ("work", "yes")];
        visitor.send("/me", &[&fields[..], &[("digest", digest), ("on_duty", "no")]].concat())
    };
    let row = || world.names("SELECT email || ' ' || lang AS name FROM mailboxes");
    assert_eq!(wants("judge@UNIT.example", "no").status, 200);
    assert_eq!(row(), ["judge@unit.example en"]);
    assert!(visitor.get("/me").text.contains("judge@unit.example"));
    for (email, digest) in
        [("judge", "no"), ("a@b.example\r\nBcc: x@y.example", "no"), ("", "maybe")]
    {
        let reply = wants(email, digest);
        assert_eq!(reply.status, 422, "{email:?} {digest}: {}", reply.text);
    }
    assert_eq!(row(), ["judge@unit.example en"]);
    // Nobody else's: another person sees an empty page.
    let other = Visitor::log_in(world, &format!("judge-{PROVINCE}"));
    assert!(!other.get("/me").text.contains("judge@unit.example"));
    assert_eq!(wants("", "yes").status, 200);
    assert_eq!(row(), Vec::<String>::new());
    // The same from the terminal.
    address(world, "judge-430121", "judge@unit.example", &["--on-duty"]);
    assert_eq!(row(), ["judge@unit.example zh"]);
    assert!(!world.run(&["user", "set-email", "judge-430121", "judge"]).status.success());
    assert!(!world.run(&["user", "set-email", "nobody", "a@b.example"]).status.success());
    world.run_ok(&["user", "set-email", "judge-430121"]);
    assert_eq!(row(), Vec::<String>::new());
}
