//! R6, R7: a mail server behind a line that crawls, and then is gone, and then is well.

use std::collections::HashSet;
use std::time::Duration;

use hotline::clock::monotonic;

use crate::case::Case;
use crate::mail::{publish, subscribe, wait_for_outbox, with_mail};
use crate::proxy::{Fault, Proxy};
use crate::relay::{MailServer, free_port, has_mail_server};
use crate::world::{Backend, World};

/// Letters of the report; more than go out at a time.
const LETTERS: usize = 6;

#[test]
fn r7_a_line_of_one_byte_a_second_holds_up_letters_and_nothing_else() {
    if !has_mail_server() {
        return;
    }
    let port = free_port();
    let server = MailServer::start(port, &[]);
    let line = Proxy::before(port);
    let mut world = World::start(Backend::Sqlite);
    with_mail(&mut world, line.port, "none");
    for n in 0..LETTERS {
        subscribe(&world, &format!("reader{n}@bureau.example"), "zh");
    }
    line.set(Fault { rate: Some(1), ..Fault::default() });
    publish(&world);
    let from = monotonic();
    let log = || std::fs::read_to_string(world.log_file(0)).unwrap();
    // A greeting of one byte a second does not end within the time that a letter has.
    let mut slowest = Duration::ZERO;
    while !log().contains("letter not sent") {
        assert!(from.elapsed() < Duration::from_secs(40), "{}", log());
        let asked = monotonic();
        Case::in_county(&world);
        slowest = slowest.max(asked.elapsed());
        std::thread::sleep(Duration::from_millis(100));
    }
    // 30 seconds for one letter, and up to a tick of five before it is claimed.
    assert!(from.elapsed() < Duration::from_secs(35), "{:?}", from.elapsed());
    assert!(slowest < Duration::from_secs(2), "a tip took {slowest:?}");

    // Gone altogether, then well: each letter comes once.
    line.set(Fault { refuse: true, ..Fault::default() });
    line.cut();
    world.set_clock("2026-12-01T00:35:00+08:00");
    wait_for_outbox(&world, &["waiting unreachable"; LETTERS]);
    line.set(Fault::default());
    world.set_clock("2026-12-01T01:35:00+08:00");
    wait_for_outbox(&world, &["sent"; LETTERS]);
    let mails = server.mails();
    let ids: HashSet<&str> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((mails.len(), ids.len()), (LETTERS, LETTERS));
}
