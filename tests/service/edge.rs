//! Clients that are slow on purpose, or gone without a word: none holds a connection for longer than
//! its bound, and none keeps others out. The database has no part in this, so one is enough.

use std::time::Duration;

use crate::case::{Case, call};
use crate::line::{Line, ended, held, post};
use crate::units::COUNTY;
use crate::world::{Backend, World, wait_for};

/// Connections of one kind at a time.
const MANY: usize = 40;
const MOMENT: Duration = Duration::from_millis(200);

fn world(extra: &[(&str, &str)]) -> World {
    World::start_with(Backend::Sqlite, extra)
}

/// R17: a head that comes byte by byte, as the first of its connection or after a whole request.
#[test]
fn r17_a_slow_head_is_given_up_also_after_a_first_request() {
    let world = world(&[]);
    let world = &world;
    std::thread::scope(|scope| {
        let slow: Vec<_> = (0..MANY)
            .map(|n| {
                scope.spawn(move || {
                    let mut line = Line::to(world);
                    if n % 2 == 1 {
                        line.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                        assert!(line.answer().unwrap().0.starts_with("http/1.1 200"));
                    }
                    line.send(b"GET /healthz HTTP/1.1\r\nX-A: ");
                    line.trickle(b"a", MOMENT)
                })
            })
            .collect();
        // Meanwhile others are served.
        for _ in 0..20 {
            Case::log(world, "operator-430121", &call(COUNTY));
            std::thread::sleep(MOMENT);
        }
        for (n, line) in slow.into_iter().enumerate() {
            let ended = line.join().unwrap();
            assert!(ended.after < Duration::from_secs(11), "{n}: {ended:?}");
            // Whoever is late with a first head is told so.
            assert_eq!(n % 2 == 0, ended.said.starts_with("HTTP/1.1 408"), "{n}: {ended:?}");
        }
    });
}

/// R18: bodies of JSON, of forms, of uploads, and of requests that nobody reads.
#[test]
fn r18_a_slow_body_is_given_up() {
    let world = world(&[("HOTLINE_SERVER__BODY_SECONDS", "2")]);
    let world = &world;
    let form = "POST /tip HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    let parts = "POST /tip HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\
                 Content-Type: multipart/form-data; boundary=b\r\n\r\n\
                 --b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n";
    let chunked = "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let whole = "PUT /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n";
    let table: [(Vec<u8>, &[u8], &str, u64); 6] = [
        (post("/api/v1/tips", 9_999), b" ", "408", 6),
        (form.into(), b"a", "408", 6),
        // At most a few bytes a second: below the rate, found out after ten seconds.
        (post("/api/v1/files", 99_999), b"a", "408", 15),
        (parts.into(), b"a", "408", 15),
        // Answered at once; what still comes is not listened to for long.
        (chunked.into(), b"1\r\na\r\n", "404", 12),
        (whole.into(), b"a", "405", 12),
    ];
    std::thread::scope(|scope| {
        let slow = table.map(|(head, piece, status, limit)| {
            let client = scope.spawn(move || {
                let mut line = Line::to(world);
                line.send(&head);
                line.trickle(piece, MOMENT)
            });
            (client, status, limit)
        });
        for (client, status, limit) in slow {
            let ended = client.join().unwrap();
            let head = format!("HTTP/1.1 {status}");
            assert!(ended.said.starts_with(&head), "{status}: {ended:?}");
            assert!(ended.after < Duration::from_secs(limit), "{status}: {ended:?}");
            for word in ["slow_body", "connection: close"] {
                assert!(status != "408" || ended.said.contains(word), "{ended:?}");
            }
        }
    });
}

/// R18: a line that is slow but not below the rate brings its file through, whatever it takes.
#[test]
fn r18_an_honest_slow_upload_is_taken() {
    let world = world(&[("HOTLINE_SERVER__BODY_SECONDS", "2")]);
    let mut line = Line::to(&world);
    line.send(&post("/api/v1/files", 60 * 1_000));
    for _ in 0..60 {
        assert!(line.send(&[b'a'; 1_000]));
        std::thread::sleep(MOMENT);
    }
    let (head, body) = line.answer().unwrap();
    assert!(head.starts_with("http/1.1 201"), "{head}{}", String::from_utf8_lossy(&body));
}

/// R18: a client that asks for much and reads nothing is closed; one that reads slowly gets it all.
#[test]
fn r18_an_answer_that_is_not_taken_ends_its_connection() {
    let world = world(&[("HOTLINE_SERVER__STALL_SECONDS", "5")]);
    // More than all the buffers on the way hold.
    let ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let (before, _) = held(&world);
    let mut silent: Vec<Line> = (0..10).map(|_| Line::to(&world)).collect();
    for line in &mut silent {
        line.stream.set_write_timeout(Some(MOMENT)).unwrap();
        line.send(&ask);
    }
    let mut reader = Line::to(&world);
    reader.send(&b"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(10));
    // Slow, and slower than the network: a few hundred kilobytes in several windows.
    for n in 0..10 {
        let (head, body) = reader.answer().unwrap_or_else(|| panic!("cut off at {n}"));
        assert!(head.starts_with("http/1.1 200") && body.len() > 10_000, "{head}");
        std::thread::sleep(Duration::from_millis(600));
    }
    drop(reader);
    wait_for("the silent to be closed", || (held(&world).0 <= before).then_some(()));
    // They had not gone away by themselves.
    drop(silent);
    world.get("", "/readyz").ok(200);
}

/// R19: half of the connection closed before the body is whole: the answer comes at once.
#[test]
fn r19_a_half_closed_request_is_answered_at_once() {
    let world = world(&[]);
    for path in ["/api/v1/tips", "/api/v1/files"] {
        let mut line = Line::to(&world);
        line.send(&post(path, 9_999));
        line.send(b"{\"channel\":");
        line.half_close();
        let ended = ended(line);
        assert!(ended.said.starts_with("HTTP/1.1 400"), "{path}: {ended:?}");
        assert!(ended.said.contains("broken_body") && ended.after < Duration::from_secs(2));
    }
    // Half-closed after a whole request: it is answered like any other.
    let mut line = Line::to(&world);
    line.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    line.half_close();
    assert!(ended(line).said.starts_with("HTTP/1.1 200"));
}

/// R19: connections that fall silent between two requests do not stay.
#[test]
fn r19_idle_connections_are_closed() {
    let world = world(&[("HOTLINE_SERVER__IDLE_SECONDS", "1")]);
    let mut line = Line::to(&world);
    line.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    line.answer().unwrap();
    let ended = ended(line);
    assert!(ended.said.is_empty() && ended.after < Duration::from_secs(4), "{ended:?}");
}

/// S57: what two readers could read as two different requests, and heads without measure.
#[test]
fn s57_an_ambiguous_or_endless_head_is_refused_and_the_connection_closed() {
    let world = world(&[]);
    let head = |lines: &str| format!("POST /api/v1/tips HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
    let many: String = (0..200).map(|n| format!("X-{n}: a\r\n")).collect();
    let table = [
        head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
        head("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
        head("Content-Length: 4\r\nContent-Length: 5\r\n"),
        head("Content-Length: +4\r\n"),
        head("Content-Length: 4, 4\r\n"),
        head("Transfer-Encoding: identity, chunked, x\r\n"),
        head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        head("Bad Name: 1\r\n"),
        head(" folded: 1\r\n"),
        head(&many),
        head(&format!("X-Long: {}\r\n", "a".repeat(1 << 20))),
        "POST /api/v1/tips\r\n\r\n".to_owned(),
    ];
    for request in table {
        let mut line = Line::to(&world);
        // A second request behind it must not be taken for one.
        line.send(request.as_bytes());
        line.send(b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        let ended = ended(line);
        let shown: String = request.chars().take(120).collect();
        let status = ended.said.split(' ').nth(1).unwrap_or_default().to_owned();
        // An answer that comes while the client still sends its megabyte may be lost with a reset.
        let endless = request.len() > 1 << 20;
        assert!(
            status == "400" || status == "431" || endless && status.is_empty(),
            "{shown}: {ended:?}"
        );
        assert_eq!(
            ended.said.matches("HTTP/1.1").count(),
            usize::from(!status.is_empty()),
            "{ended:?}"
        );
        assert!(ended.after < Duration::from_secs(3), "{shown}: {ended:?}");
    }
    assert_eq!(world.names("SELECT count(*) || '' AS name FROM tips"), ["0"]);
}
