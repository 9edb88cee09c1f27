//! R28: a fault in one request harms no other, and stopping breaks no request off.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hotline::http::routes::{Access, ROUTES};

use crate::case::{Case, call};
use crate::line::Line;
use crate::on_both;
use crate::units::COUNTY;
use crate::world::World;

on_both!(
    r28_a_panic_answers_500_and_harms_nobody_else,
    r28_stopping_under_load_ends_what_was_begun,
);

/// Requests after the faults; the long form asks ten thousand.
fn many() -> usize {
    if std::env::var("HOTLINE_TEST_LONG").is_ok() { 10_000 } else { 300 }
}

fn r28_a_panic_answers_500_and_harms_nobody_else(world: &mut World) {
    let inside = ["panick", "purpose", "src/", ".rs", "thread", "backtrace"];
    for route in ROUTES {
        let who = match route.access {
            Access::Anyone | Access::Local => "",
            Access::Staff => "judge-430121",
            Access::Roles(roles) => &format!("{}-430121", roles[0].name()),
        };
        let path = route.path.split('/').map(|part| match part.starts_with('{') {
            true => "1",
            false => part,
        });
        let path = path.collect::<Vec<_>>().join("/");
        let headers = [("X-Test-Fail", "handler"), ("Sec-Fetch-Site", "same-origin")];
        let reply = world.ask(route.method, who, &path, &headers, b"");
        assert_eq!(reply.status, 500, "{} {path}: {}", route.method, reply.text);
        assert!(
            reply.header("x-request-id").is_some() && reply.header("x-frame-options").is_none()
        );
        for word in inside {
            assert!(!reply.text.contains(word), "{path}: «{word}» in {}", reply.text);
        }
    }
    for place in ["read", "write"] {
        for _ in 0..40 {
            // More of them than there are connections in a pool.
            let headers = [("X-Test-Fail", place)];
            world.ask("GET", "", "/healthz", &headers, b"").refused(500, "internal");
        }
    }
    for n in 0..many() {
        match n % 10 {
            0 => drop(Case::in_county(world)),
            _ => drop(world.get("", "/readyz").ok(200)),
        }
    }
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    // The log says where, and nothing that the fault said: it could quote somebody.
    let log = std::fs::read_to_string(world.log_file(0)).unwrap();
    assert!(log.contains("a fault in the program at=\"src/desk/fail.rs:"), "{log}");
    assert!(!log.contains("on purpose"), "{log}");
    // On a database that was not made for tests nobody can ask for a fault.
    world.stop();
    world.sql("DELETE FROM meta WHERE key = 'test'").unwrap();
    world.serve();
    world.ask("GET", "", "/healthz", &[("X-Test-Fail", "handler")], b"").ok(200);
}

fn r28_stopping_under_load_ends_what_was_begun(world: &mut World) {
    let body = {
        let mut tip = call(COUNTY);
        tip["channel"] = "web".into();
        tip.to_string()
    };
    let request = format!(
        "POST /api/v1/tips HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (world, answered, request) = (&*world, &answered, request.as_bytes());
        for _ in 0..8 {
            scope.spawn(move || {
                let mut line = Line::to(world);
                loop {
                    assert!(line.send(request), "reset while sending");
                    let (head, _) = line.answer().expect("an answer to what was sent");
                    assert!(head.starts_with("http/1.1 201"), "{head}");
                    answered.fetch_add(1, Ordering::Relaxed);
                    // Told that the connection ends, a client sends nothing more on it.
                    if head.contains("connection: close") {
                        return;
                    }
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 50 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let term = Command::new("kill").args(["-TERM", &world.pid().to_string()]).status();
        assert!(term.unwrap().success());
    });
    let ended = world.wait_end();
    assert!(ended.success(), "{ended}");
    world.serve();
    let tips = world.names("SELECT count(*) || '' AS name FROM tips");
    assert_eq!(tips, [answered.load(Ordering::Relaxed).to_string()]);
}
