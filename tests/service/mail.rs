//! Letters: one to each subscriber for each report, whatever the mail server or our own process does.

use crate::case::{Case, call};
use crate::on_both;
use crate::relay::{Behaviour, MailServer, Papers, Rogue, free_port, has_mail_server};
use crate::units::COUNTY;
use crate::world::{Backend, World, has_postgres, wait_for};

pub const ZHAO: &str = "zhao@bureau.example";
pub const SMITH: &str = "smith@bureau.example";
const LINK: &str = "https://line.example/hotline";

on_both!(
    s52_a_published_report_is_told_once_in_ones_own_language,
    a_server_that_was_down_gets_every_letter_once,
    a_letter_refused_for_good_is_kept_and_counted,
    a_letter_that_is_put_off_is_tried_again,
    a_sender_that_is_not_taken_condemns_no_letter,
    a_text_without_an_answer_is_repeated_once,
    a_stuck_letter_holds_up_itself_alone,
    a_letter_that_two_processes_died_over_is_given_up,
    a_killed_service_repeats_a_letter_once,
    starttls_that_is_not_offered_sends_nothing,
    s33_subscriptions_are_checked_and_listed,
);

/// The service, told to send through a server on a port.
pub fn with_mail(world: &mut World, port: u16, tls: &str) {
    for (name, value) in [
        ("SERVER", format!("localhost:{port}").as_str()),
        ("TLS", tls),
        ("FROM", "举报热线 <hotline@line.example>"),
        ("LINK", LINK),
    ] {
        world.set(&format!("HOTLINE_MAIL__{name}"), value);
    }
    world.set_clock("2026-11-30T12:00:00+08:00");
    world.kill_and_restart();
}

pub fn subscribe(world: &World, email: &str, lang: &str) {
    let to = ["--kind", "monthly", "--scope", "000000", "--lang", lang];
    let said = world.run_ok(&[&["report", "subscribe", email], &to[..]].concat());
    assert_eq!(said, "subscribed\n");
}

/// November ends, and its report is there.
pub fn publish(world: &World) -> String {
    world.set_clock("2026-12-01T00:31:00+08:00");
    let ids = || world.names("SELECT id AS name FROM reports").pop();
    wait_for("the monthly report", ids)
}

fn metric(world: &World, name: &str) -> i64 {
    let text = world.get("", "/metrics").text;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("hotline_{name} ")));
    line.unwrap_or_else(|| panic!("no {name}: {text}")).parse().unwrap()
}

/// Letters by how they stand: waiting, sent, dead; each with its last failure.
fn outbox(world: &World) -> Vec<String> {
    world.names(
        "SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN dead_at IS NOT NULL THEN 'dead' \
           ELSE 'waiting' END || coalesce(' ' || last_error, '') AS name FROM outbox ORDER BY 1",
    )
}

#[track_caller]
pub fn wait_for_outbox(world: &World, wanted: &[&str]) {
    let end = std::time::Duration::from_secs(28);
    let from = hotline::clock::monotonic();
    while outbox(world) != wanted {
        let log = || std::fs::read_to_string(world.log_file(0)).unwrap();
        assert!(from.elapsed() < end, "{:?} is not {wanted:?}\n{}", outbox(world), log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn s52_a_published_report_is_told_once_in_ones_own_language(world: &mut World) {
    if !has_mail_server() {
        return;
    }
    let port = free_port();
    let server = MailServer::start(port, &[]);
    with_mail(world, port, "none");
    subscribe(world, ZHAO, "zh");
    subscribe(world, SMITH, "en");
    // Of other reports: nothing comes.
    world.run_ok(&["report", "subscribe", "x@y.example", "--kind", "weekly", "--scope", "000000"]);
    world.run_ok(&["report", "subscribe", "x@y.example", "--kind", "monthly", "--scope", "43"]);
    let case = Case::in_county(world);
    let id = publish(world);
    wait_for_outbox(world, &["sent", "sent"]);
    // Rounds that come after find nothing to do.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let mut mails = server.mails();
    mails.sort_by_key(|mail| mail.header("To").to_owned());
    let [smith, zhao] = &mails[..] else { panic!("{mails:?}") };
    assert_eq!((smith.header("To"), zhao.header("To")), (SMITH, ZHAO));
    assert_eq!(zhao.header("Subject"), "全国月报 2026-11 已发布");
    assert_eq!(smith.header("Subject"), "Monthly report 2026-11 of division 000000 is published");
    let known = world.names("SELECT id AS name FROM outbox ORDER BY recipient");
    for (mail, id_of_row) in [smith, zhao].into_iter().zip(known) {
        assert_eq!(mail.header("Message-ID"), format!("<{id_of_row}@line.example>"));
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert!(mail.header("From").ends_with("<hotline@line.example>"), "{mail:?}");
        assert!(mail.header("Date").starts_with("Mon, 30 Nov 2026 16:31:"), "{mail:?}");
        assert!(!mail.has("Bcc") && !mail.has("Cc"), "{mail:?}");
        // The link leads to the report.
        let link = mail.body.split_whitespace().find_map(|word| word.split_once(LINK));
        let (_, path) = link.unwrap_or_else(|| panic!("no link: {mail:?}"));
        assert!(path.contains(&id), "{path}");
        world.get("analyst-000000", path).ok(200);
        // Nothing of the case: neither its number, nor where it is, nor what was said.
        let tip = call(COUNTY);
        let said = tip["text"].as_str().unwrap().to_owned();
        let all = format!("{mail:?}");
        for word in [case.no.as_str(), COUNTY, &said, "长沙"] {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
    let numbers = ["mail_waiting", "mail_dead", "mail_oldest_seconds"];
    assert_eq!(numbers.map(|name| metric(world, name)), [0, 0, 0]);
    // No address in the log.
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(log.contains("letter sent") && !log.contains("bureau.example"), "{log}");
}

/// R6: while the server is down letters wait and are counted; then each comes once.
fn a_server_that_was_down_gets_every_letter_once(world: &mut World) {
    if !has_mail_server() {
        return;
    }
    let port = free_port();
    with_mail(world, port, "none");
    let many: Vec<String> = (0..6).map(|n| format!("reader{n}@bureau.example")).collect();
    many.iter().for_each(|email| subscribe(world, email, "zh"));
    publish(world);
    let waiting = vec!["waiting unreachable"; 6];
    wait_for_outbox(world, &waiting);
    assert_eq!(metric(world, "mail_waiting"), 6);
    // A mail server is no reason not to take tips.
    world.get("", "/readyz").ok(200);
    Case::in_county(world);
    let server = MailServer::start(port, &[]);
    // The wait is a minute at the least: nothing is tried before.
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert_eq!(outbox(world), waiting);
    world.set_clock("2026-12-01T01:31:00+08:00");
    assert!(metric(world, "mail_oldest_seconds") >= 3_500);
    wait_for_outbox(world, &["sent"; 6]);
    let mut ids: Vec<String> =
        server.mails().iter().map(|mail| mail.header("Message-ID").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((server.mails().len(), ids.len()), (6, 6));
}

/// R8: a real server that takes no letter of this length says so with a 552.
fn a_letter_refused_for_good_is_kept_and_counted(world: &mut World) {
    if !has_mail_server() {
        return;
    }
    let port = free_port();
    let server = MailServer::start(port, &["-s", "100"]);
    with_mail(world, port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for_outbox(world, &["dead refused"]);
    assert_eq!((metric(world, "mail_waiting"), metric(world, "mail_dead")), (0, 1));
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(log.contains("given_up=true") && !log.contains("bureau.example"), "{log}");
    assert!(server.mails().is_empty());
}

/// R8: 4xx waits and comes again; a recipient refused for good does not; a login demanded waits.
fn a_letter_that_is_put_off_is_tried_again(world: &mut World) {
    let rogue = Rogue::start(&[
        Behaviour::AtRecipient("451 greylisted, try zhao@bureau.example later"),
        Behaviour::AtSender("530 log in first"),
        Behaviour::AtRecipient("550 no such user zhao@bureau.example"),
    ]);
    with_mail(world, rogue.port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for_outbox(world, &["waiting deferred"]);
    world.set_clock("2026-12-01T00:33:00+08:00");
    wait_for_outbox(world, &["waiting login"]);
    world.set_clock("2026-12-01T00:36:30+08:00");
    wait_for_outbox(world, &["dead refused"]);
    assert_eq!(rogue.texts(), Vec::<String>::new());
    // The server's words name an address; they are kept nowhere.
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(!log.contains("greylisted") && !log.contains("bureau.example"), "{log}");
}

/// R8: relaying denied, or a login asked for in other words, is a matter of settings: mended within
/// three days, the letter goes out.
fn a_sender_that_is_not_taken_condemns_no_letter(world: &mut World) {
    let rogue = Rogue::start(&[
        Behaviour::AtSender("550 5.7.1 relaying denied for hotline@line.example"),
        Behaviour::AtSender("503 authentication required"),
        Behaviour::Take,
    ]);
    with_mail(world, rogue.port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for_outbox(world, &["waiting sender"]);
    world.set_clock("2026-12-01T00:33:00+08:00");
    let tries = || world.names("SELECT 'x' AS name FROM outbox WHERE attempts = 2");
    wait_for("the second try", || (tries().len() == 1).then_some(()));
    wait_for_outbox(world, &["waiting sender"]);
    world.set_clock("2026-12-01T00:40:00+08:00");
    wait_for_outbox(world, &["sent"]);
    assert_eq!(rogue.texts().len(), 1);
}

/// The text was given and the line went dead: it goes out once more under the same Message-ID.
fn a_text_without_an_answer_is_repeated_once(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::HangUp]);
    with_mail(world, rogue.port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for_outbox(world, &["waiting unclear"]);
    world.set_clock("2026-12-01T00:40:00+08:00");
    wait_for_outbox(world, &["dead unclear"]);
    world.set_clock("2026-12-03T00:40:00+08:00");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let texts = rogue.texts();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[0], texts[1]);
    assert!(texts[0].contains("Message-ID: <"), "{texts:?}");
}

/// R8: killed between the text and the server's word; the next process repeats it, and that is all.
fn a_killed_service_repeats_a_letter_once(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::Stall, Behaviour::Take]);
    with_mail(world, rogue.port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for("the text", || (rogue.texts().len() == 1).then_some(()));
    world.kill_and_restart();
    // The dead process's claim runs out.
    world.set_clock("2026-12-01T00:40:00+08:00");
    wait_for_outbox(world, &["sent"]);
    world.set_clock("2026-12-01T03:40:00+08:00");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let texts = rogue.texts();
    assert_eq!((texts.len(), &texts[0]), (2, &texts[1]));
}

/// Two processes died over its text: a third does not give it.
fn a_letter_that_two_processes_died_over_is_given_up(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::Stall]);
    with_mail(world, rogue.port, "none");
    subscribe(world, ZHAO, "zh");
    publish(world);
    for (given, next) in [(1, "2026-12-01T00:40:00+08:00"), (2, "2026-12-01T01:40:00+08:00")] {
        wait_for("the text", || (rogue.texts().len() == given).then_some(()));
        world.kill_and_restart();
        world.set_clock(next);
    }
    wait_for_outbox(world, &["dead unclear"]);
    assert_eq!(rogue.texts().len(), 2);
}

/// R7: a server stuck over one letter holds up that one; the others go out, and tips are taken.
fn a_stuck_letter_holds_up_itself_alone(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::Stall, Behaviour::Take]);
    with_mail(world, rogue.port, "none");
    (0..8).for_each(|n| subscribe(world, &format!("reader{n}@bureau.example"), "zh"));
    publish(world);
    let mut while_stuck = vec!["sent"; 7];
    while_stuck.push("waiting");
    wait_for_outbox(world, &while_stuck);
    let from = hotline::clock::monotonic();
    Case::in_county(world);
    while_stuck[7] = "waiting unclear";
    wait_for_outbox(world, &while_stuck);
    assert!(from.elapsed() < std::time::Duration::from_secs(20), "{:?}", from.elapsed());
}

/// R8: encryption that is demanded and not offered; not even an address is given in clear.
fn starttls_that_is_not_offered_sends_nothing(world: &mut World) {
    let rogue = Rogue::start(&[Behaviour::Take]);
    with_mail(world, rogue.port, "starttls");
    subscribe(world, ZHAO, "zh");
    publish(world);
    wait_for_outbox(world, &["waiting tls"]);
    let lines = rogue.lines.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.starts_with("EHLO")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("MAIL") || line.contains("AUTH")), "{lines:?}");
    assert_eq!(rogue.texts(), Vec::<String>::new());
}

fn s33_subscriptions_are_checked_and_listed(world: &mut World) {
    let ask = |email: &str, kind: &str, scope: &str| {
        let output = world.run(&["report", "subscribe", email, "--kind", kind, "--scope", scope]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    };
    for (email, kind, scope, word) in [
        ("zhao@bureau.example\r\nBcc: all@bureau.example", "monthly", "43", "e-mail address"),
        ("zhao@bureau.example\n", "monthly", "43", "e-mail address"),
        ("zhao", "monthly", "43", "e-mail address"),
        (ZHAO, "custom", "43", "is not one of: daily"),
        (ZHAO, "hourly", "43", "monthly"),
        (ZHAO, "monthly", "990000", "no known division"),
        (ZHAO, "monthly", "4", "--scope 4"),
    ] {
        let (done, said) = ask(email, kind, scope);
        assert!(!done && said.contains(word), "{email:?} {kind} {scope}: {said}");
        assert!(!said.contains("Bcc"), "{said}");
    }
    assert_eq!(world.run_ok(&["report", "subscribers"]), "");
    subscribe(world, ZHAO, "zh");
    // The same again is no second row; another language changes it.
    let again = ["report", "subscribe", ZHAO, "--kind", "monthly", "--scope", "000000"];
    assert_eq!(world.run_ok(&again), "subscribed already\n");
    subscribe(world, "zhao@BUREAU.example", "en");
    assert_eq!(world.run_ok(&["report", "subscribers"]), format!("monthly\t000000\ten\t{ZHAO}\n"));
    // What nobody publishes is subscribed to with a warning.
    let (done, said) = ask(ZHAO, "weekly", "430000");
    assert!(done && said.contains("no weekly report of 430000"), "{said}");
    let ended = world.run_ok(&["report", "unsubscribe", ZHAO, "--kind", "monthly"]);
    assert_eq!(ended, "subscriptions ended: 1\n");
    assert_eq!(world.run_ok(&["report", "subscribers"]), format!("weekly\t430000\tzh\t{ZHAO}\n"));
    assert_eq!(world.run_ok(&["report", "unsubscribe", ZHAO]), "subscriptions ended: 1\n");
    assert!(!world.run(&["report", "unsubscribe", ZHAO]).status.success());
    subscribe(world, ZHAO, "zh");
}

/// R8: a certificate that nobody vouches for, or of another name, is no encryption; with a good one
/// letters go out both ways.
#[test]
fn certificates_are_checked() {
    if !has_mail_server() {
        return;
    }
    for (mode, flags) in
        [("starttls", ["--tlscert", "--tlskey"]), ("tls", ["--smtpscert", "--smtpskey"])]
    {
        let papers = Papers::make();
        let (port, [cert, key]) = (free_port(), flags);
        let further = [cert, &papers.path("cert.pem"), key, &papers.path("key.pem")];
        let server = MailServer::start_quietly(port, &further);
        let mut world = World::start(Backend::Sqlite);
        with_mail(&mut world, port, mode);
        subscribe(&world, ZHAO, "zh");
        publish(&world);
        wait_for_outbox(&world, &["waiting tls"]);
        // Vouched for, but by another name than the one that was asked for.
        world.set("SSL_CERT_FILE", &papers.path("ca.pem"));
        world.set("HOTLINE_MAIL__SERVER", &format!("127.0.0.1:{port}"));
        world.kill_and_restart();
        let tries = || world.names("SELECT 'x' AS name FROM outbox WHERE attempts = 2");
        world.set_clock("2026-12-01T00:35:00+08:00");
        wait_for("the second try", || (tries().len() == 1).then_some(()));
        wait_for_outbox(&world, &["waiting tls"]);
        assert!(server.mails().is_empty());
        world.set("HOTLINE_MAIL__SERVER", &format!("localhost:{port}"));
        world.kill_and_restart();
        world.set_clock("2026-12-01T00:45:00+08:00");
        wait_for_outbox(&world, &["sent"]);
        assert_eq!(server.mails().len(), 1, "{mode}");
    }
}

/// Two instances on one database: each letter is sent by one of them.
#[test]
fn two_instances_send_each_letter_once() {
    if !has_postgres() || !has_mail_server() {
        return;
    }
    let mut world = World::start(Backend::Postgres);
    let port = free_port();
    let server = MailServer::start(port, &[]);
    with_mail(&mut world, port, "none");
    world.serve();
    for n in 0..20 {
        subscribe(&world, &format!("reader{n}@bureau.example"), "zh");
    }
    publish(&world);
    wait_for_outbox(&world, &["sent"; 20]);
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert_eq!(server.mails().len(), 20);
}
