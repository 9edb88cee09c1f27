//! The audit finds what was changed past the program, names it, and says so by its exit status.

use std::path::PathBuf;

use serde_json::json;

use crate::case::{Case, evidence};
use crate::mail::with_mail;
use crate::on_both;
use crate::relay::{Mail, MailServer, free_port, has_mail_server};
use crate::world::{Backend, World, text, wait_for};

on_both!(
    what_was_changed_past_the_program_is_named,
    the_service_audits_itself_once_a_day,
    administrators_are_written_to_once_for_each_audit_with_faults,
    r22_an_entry_that_changed_on_the_disk_is_neither_shown_nor_acted_upon,
);

fn what_was_changed_past_the_program_is_named(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    let found = |world: &World, wanted: &str| {
        let output = world.run(&["audit"]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("1 faults") && said.contains(wanted), "{said}");
    };
    let no = case.no.clone();
    let kind = world.names("SELECT media_type AS name FROM files").remove(0);
    let file = |set: &str| format!("UPDATE files SET {set} WHERE sha256 = '{hash}'");
    // Rows that the guards leave open to the program, turned another way and back.
    let table = [
        (
            format!("UPDATE cases SET holder = '440000' WHERE no = '{no}'"),
            format!("UPDATE cases SET holder = '430121' WHERE no = '{no}'"),
            format!("case {no}: holder stands as 440000, replayed as 430121"),
        ),
        (
            format!("UPDATE duties SET owner = '440000' WHERE case_no = '{no}' AND no = 1"),
            format!("UPDATE duties SET owner = '430121' WHERE case_no = '{no}' AND no = 1"),
            format!("case {no} duty 1: the row differs"),
        ),
        (
            format!("UPDATE cases SET state = 'handling' WHERE no = '{no}'"),
            format!("UPDATE cases SET state = 'in_review' WHERE no = '{no}'"),
            format!("case {no}: state stands as handling, replayed as in_review"),
        ),
        (
            file("media_type = 'text/plain'"),
            file(&format!("media_type = '{kind}'")),
            format!("file {hash}: its kind"),
        ),
        (
            file("attached = FALSE"),
            file("attached = TRUE"),
            format!("file {hash}, which it names, has no row that keeps it"),
        ),
    ];
    for (change, back, wanted) in table {
        world.sql(&change).unwrap();
        found(world, &wanted);
        world.sql(&back).unwrap();
    }
    let file: PathBuf = world.folder.path().join("files").join(&hash[..2]).join(&hash);
    let stored = std::fs::read(&file).unwrap();
    let mut changed = stored.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&file, changed).unwrap();
    found(world, &format!("file {hash}"));
    std::fs::write(&file, stored).unwrap();
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn the_service_audits_itself_once_a_day(world: &mut World) {
    let case = Case::in_county(world);
    let gauge = |name: &str| {
        let metrics = world.get("", "/metrics").text;
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        line.rsplit_once(' ').unwrap().1.parse::<i64>().unwrap()
    };
    // Not on the day on which the database was made.
    assert_eq!(gauge("hotline_audit_age_seconds"), -1);
    let now = hotline::clock::Clock::default().now();
    let at = |days: i64| {
        let day = hotline::calendar::zone::date_of(now) + chrono::Duration::days(days);
        format!("{day}T04:00:00+08:00")
    };
    world.set_clock(&at(1));
    wait_for("the audit", || (gauge("hotline_audit_age_seconds") >= 0).then_some(()));
    assert_eq!(gauge("hotline_audit_faults"), 0);

    let no = &case.no;
    world.sql(&format!("UPDATE cases SET holder = '440000' WHERE no = '{no}'")).unwrap();
    world.set_clock(&at(2));
    wait_for("the next audit", || (gauge("hotline_audit_faults") == 1).then_some(()));
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("faults=1") && errors[0].contains(no), "{errors:?}");
    let page = world.get("admin-000000", "/letters").text;
    assert!(page.contains("每日核验") && page.contains("holder stands as 440000"), "{page}");
    // What was found in a day is found once.
    world.set_clock(&at(2).replace("T04", "T05"));
    std::thread::sleep(std::time::Duration::from_secs(6));
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert_eq!(log.lines().filter(|line| line.contains("ERROR")).count(), 1);
}

fn administrators_are_written_to_once_for_each_audit_with_faults(world: &mut World) {
    if !has_mail_server() {
        return;
    }
    let port = free_port();
    let server = MailServer::start(port, &[]);
    with_mail(world, port, "none");
    let address = |login: &str, email: &str, lang: &str| {
        world.run_ok(&["user", "set-email", login, email, "--lang", lang]);
    };
    let (chief, keeper) = ("chief@unit.example", "keeper@unit.example");
    // Who wants no digest is told of this; who is no administrator is not.
    world.run_ok(&["user", "set-email", "admin-000000", chief, "--no-digest"]);
    address("admin-430000", keeper, "en");
    address("supervisor-000000", "other@unit.example", "zh");
    let case = Case::in_county(world);
    let audits = |day: &str| {
        let ended =
            format!("SELECT day AS name FROM audits WHERE ended_at IS NOT NULL AND day = '{day}'");
        wait_for("the audit", || world.names(&ended).pop());
    };
    let letters = || -> Vec<Mail> {
        let mut mails = server.mails();
        mails.retain(|mail| {
            mail.header("Subject").contains("核验") || mail.header("Subject").contains("audit")
        });
        mails.sort_by_key(|mail| mail.header("To").to_owned());
        mails
    };
    // Nothing is wrong, and nobody is told so.
    world.set_clock("2026-12-01T04:00:00+08:00");
    audits("2026-12-01");
    world.sql(&format!("UPDATE cases SET holder = '440000' WHERE no = '{}'", case.no)).unwrap();
    world.set_clock("2026-12-02T04:00:00+08:00");
    audits("2026-12-02");
    wait_for("the letters", || (letters().len() >= 2).then_some(()));
    world.set_clock("2026-12-02T05:00:00+08:00");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let mails = letters();
    let [zh, en] = &mails[..] else { panic!("{mails:#?}") };
    assert_eq!((zh.header("To"), en.header("To")), (chief, keeper));
    assert_eq!(zh.header("Subject"), "【告警】2026-12-02 每日核验发现 1 处不符");
    assert_eq!(en.header("Subject"), "ALERT: the audit of 2026-12-02 found 1 fault");
    for (mail, todo) in [(zh, "不要手工改动数据库"), (en, "Do not mend the database by hand")]
    {
        assert!(mail.body.contains(todo) && mail.body.contains("docs/RUNBOOK.md"), "{mail:?}");
        assert!(mail.body.contains("https://line.example/hotline/letters"), "{mail:?}");
        // Nothing of who reported, or what, or of which case: behind the login there is.
        let all = format!("{mail:?}");
        for word in [case.no.as_str(), case.tip.as_str(), case.code.as_str(), "厂房"] {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
    // The next day finds it again, and says so again.
    world.set_clock("2026-12-03T04:00:00+08:00");
    audits("2026-12-03");
    wait_for("the next letters", || (letters().len() == 4).then_some(()));
}

fn r22_an_entry_that_changed_on_the_disk_is_neither_shown_nor_acted_upon(world: &mut World) {
    let (bad, good) = (Case::in_county(world), Case::in_county(world));
    let read = |case: &Case<'_>| world.get("judge-430121", &case.path("/entries")).status;
    assert_eq!((read(&bad), read(&good)), (200, 200));
    let guards = match world.backend {
        Backend::Sqlite => "DROP TRIGGER entries_no_update;",
        Backend::Postgres => "ALTER TABLE entries DISABLE TRIGGER ALL;",
    };
    // Still an entry as any other: but not the one that was sealed.
    let no = &bad.no;
    let flip = format!(
        "{guards} UPDATE entries SET body = replace(body, '\"430121\"', '\"430181\"') \
         WHERE case_no = '{no}' AND seq = 1"
    );
    world.sql(&flip).unwrap();
    assert_eq!((read(&bad), read(&good)), (500, 200));
    let accept = json!({ "act": "accept" });
    bad.act("judge-430121", &accept).refused(500, "internal");
    good.done("judge-430121", &accept);
    let output = world.run(&["audit"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains(&format!("case {no} entry 1")), "{said}");
}
