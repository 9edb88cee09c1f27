//! R16: files that are long, too long, or never whole. They are sealed as they arrive, so memory does
//! not grow with them, and what is refused or broken off leaves nothing.

use std::time::Duration;

use hotline::clock::monotonic;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::line::{Line, held, post};
use crate::visitor::{OWN_PAGE, Visitor};
use crate::world::{Backend, World, wait_for};

const MIB: usize = 1 << 20;
/// The first bytes of a photograph.
const JPEG: &[u8] = b"\xff\xd8\xff";
/// What memory may grow by, however much arrives (R16).
const GROWTH: u64 = 64 << 20;

/// Files at once and their length; the long form is that of the requirement.
fn sizes() -> (usize, usize) {
    if std::env::var("HOTLINE_TEST_LONG").is_ok() { (20, 200 * MIB) } else { (8, 9 * MIB) }
}

/// The n-th file, piece by piece.
fn pieces(n: usize, length: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..length / MIB).map(move |at| {
        let mut piece = vec![u8::try_from((n * 31 + at) % 251).unwrap(); MIB];
        if at == 0 {
            piece[..JPEG.len()].copy_from_slice(JPEG);
        }
        piece
    })
}

/// What stands half-way: the length of each.
fn drafts(world: &World) -> Vec<u64> {
    let folder = std::fs::read_dir(world.folder.path().join("files/draft")).unwrap();
    folder.filter_map(|file| Some(file.ok()?.metadata().ok()?.len())).collect()
}

fn sum(bytes: Sha256) -> String {
    bytes.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn r16_huge_uploads_are_streamed_and_leave_nothing() {
    let (many, length) = sizes();
    let most = length.to_string();
    let world = World::start_with(Backend::Sqlite, &[("HOTLINE_FILES__MAX_BYTES", &most)]);
    world.get("", "/readyz").ok(200);
    let (_, before) = held(&world);
    let mut highest = 0;
    std::thread::scope(|scope| {
        let world = &world;
        let senders: Vec<_> = (0..many)
            .map(|n| {
                scope.spawn(move || {
                    let mut line = Line::to(world);
                    line.send(&post("/api/v1/files", length));
                    let mut hash = Sha256::new();
                    for piece in pieces(n, length) {
                        hash.update(&piece);
                        assert!(line.send(&piece));
                    }
                    let (head, body) = line.answer().unwrap();
                    assert!(head.starts_with("http/1.1 201"), "{head}");
                    let kept: Value = serde_json::from_slice(&body).unwrap();
                    assert_eq!(kept["sha256"], Value::String(sum(hash)));
                    assert_eq!(kept["bytes"], length);
                })
            })
            .collect();
        while senders.iter().any(|sender| !sender.is_finished()) {
            highest = highest.max(held(world).1);
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    eprintln!("{many} files of {length} bytes: resident {before} to {highest}");
    assert!(highest < before + GROWTH, "{before} to {highest}");

    // Announced as two gibibytes: refused once the bound is crossed, and not before.
    let mut line = Line::to(&world);
    line.send(&post("/api/v1/files", 2 << 30));
    for piece in pieces(0, length) {
        assert!(line.send(&piece), "still within the bound");
    }
    // The time counts from where the service is, not from what still lies in the network's buffers:
    // but for two parts everything is sealed.
    let sealed = (length - 2 * 64 * 1024) as u64;
    wait_for("the last parts", || drafts(&world).iter().any(|len| *len > sealed).then_some(()));
    let crossing = monotonic();
    line.send(b"x");
    let (head, _) = line.answer().unwrap();
    assert!(head.starts_with("http/1.1 413") && head.contains("connection: close"), "{head}");
    assert!(crossing.elapsed() < Duration::from_secs(1), "{:?}", crossing.elapsed());

    // Broken off shortly before its end.
    let mut line = Line::to(&world);
    line.send(&post("/api/v1/files", length));
    for piece in pieces(1, length - MIB) {
        line.send(&piece);
    }
    wait_for("a draft", || (!drafts(&world).is_empty()).then_some(()));
    drop(line);
    wait_for("nothing to be left", || drafts(&world).is_empty().then_some(()));
    // Tiny ones, many after another.
    for n in 0..200_u32 {
        let content = format!("photograph {n}");
        let typed = [("content-type", "application/octet-stream")];
        world.ask("POST", "", "/api/v1/files", &typed, content.as_bytes()).ok(201);
    }
    assert_eq!(drafts(&world), Vec::<u64>::new());
    assert!(held(&world).1 < before + GROWTH);
}

/// A part of a form.
fn part(name: &str, value: &str) -> String {
    format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// A page's form says it as soon as the interface does, and what somebody wrote is not lost over it.
#[test]
fn r16_a_form_with_a_file_that_is_too_long_comes_back_within_a_second() {
    const ACCOUNT: &str = "江边砂场夜里采砂";
    const MOST: usize = 2 * MIB;
    let most = MOST.to_string();
    let world = World::start_with(Backend::Sqlite, &[("HOTLINE_FILES__MAX_BYTES", &most)]);
    let token = Visitor::public(&world).token;
    let file =
        "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\n";
    let before = [part("token", &token), part("text", ACCOUNT), file.to_owned()].concat();
    let before = before.into_bytes();
    let behind = ["\r\n", &part("title", "夜间采砂"), "--cut--\r\n"].concat();
    let kind = ("Content-Type", "multipart/form-data; boundary=cut");
    let headers: Vec<_> = OWN_PAGE.into_iter().chain([kind, ("Accept", "text/html")]).collect();

    // It comes whole, within a moment: what stands behind the file is still there.
    let long = pieces(0, MOST + MIB).flatten();
    let body: Vec<u8> = before.iter().copied().chain(long).chain(behind.bytes()).collect();
    let told = world.ask("POST", "", "/tip", &headers, &body);
    assert_eq!(told.status, 413, "{}", told.text);
    for words in [ACCOUNT, "value=\"夜间采砂\"", "文件超过 2 MB"] {
        assert!(told.text.contains(words), "{words}: {}", told.text);
    }

    // Announced as two gibibytes, and nothing comes after the bound: nobody waits for it.
    let mut line = Line::to(&world);
    let mut head = format!("POST /tip HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", 2_u64 << 30);
    headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    line.send(format!("{head}\r\n").as_bytes());
    line.send(&before);
    for piece in pieces(0, MOST) {
        assert!(line.send(&piece), "still within the bound");
    }
    let sealed = (MOST - 2 * 64 * 1024) as u64;
    wait_for("the last parts", || drafts(&world).iter().any(|len| *len > sealed).then_some(()));
    let crossing = monotonic();
    line.send(&[b'x'; 64 * 1024]);
    let (head, body) = line.answer().unwrap();
    let took = crossing.elapsed();
    assert!(head.starts_with("http/1.1 413") && head.contains("connection: close"), "{head}");
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(crate::world::text(&body).contains(ACCOUNT));
    wait_for("nothing to be left", || drafts(&world).is_empty().then_some(()));
    for table in ["tips", "files"] {
        let rows = world.names(&format!("SELECT 'one' AS name FROM {table}"));
        assert_eq!(rows, Vec::<String>::new(), "{table}");
    }
}
