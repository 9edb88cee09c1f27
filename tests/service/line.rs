//! A client's connection that does what no ordinary client does: sends slowly, reads slowly or not at
//! all, closes half of itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use hotline::clock::monotonic;

use crate::world::{World, text};

/// The connection.
pub struct Line {
    pub stream: TcpStream,
    opened: Instant,
}

/// What came back on a connection that the service then closed, and when it did.
#[derive(Debug)]
pub struct Ended {
    pub said: String,
    pub after: Duration,
}

/// How long a test waits for the service to close a connection.
const LIMIT: Duration = Duration::from_secs(20);
/// How long a test waits for an answer: a file is sealed slowly by a program built for tests.
const ANSWER: Duration = Duration::from_secs(60);

impl Line {
    pub fn to(world: &World) -> Line {
        Line { stream: TcpStream::connect(world.address()).unwrap(), opened: monotonic() }
    }

    /// Sends all of it; whether the other side still took it.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Says that nothing more will be sent.
    pub fn half_close(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// One answer with a length: its head and its body. `None` where the service closed or reset.
    pub fn answer(&mut self) -> Option<(String, Vec<u8>)> {
        self.stream.set_read_timeout(Some(ANSWER)).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if self.stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.push(byte[0]);
        }
        let head = text(&head).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1)?.split_whitespace().next()?;
        let mut body = vec![0; length.parse().ok()?];
        self.stream.read_exact(&mut body).ok()?;
        Some((head, body))
    }

    /// What has come by now, and what comes within so long; `None` where nothing does.
    pub fn heard(&mut self, within: Duration) -> Option<String> {
        self.stream.set_read_timeout(Some(within)).unwrap();
        let mut some = [0; 4_096];
        self.stream
            .read(&mut some)
            .ok()
            .filter(|count| *count > 0)
            .map(|count| text(&some[..count]))
    }

    /// Sends a piece again and again, as long as the service keeps the connection. Fails where it
    /// keeps it for longer than a test waits.
    #[track_caller]
    pub fn trickle(mut self, piece: &[u8], every: Duration) -> Ended {
        let mut said = Vec::new();
        while self.opened.elapsed() < LIMIT {
            let sent = piece.is_empty() || self.send(piece);
            self.stream.set_read_timeout(Some(every)).unwrap();
            let mut some = [0; 4_096];
            let over = match self.stream.read(&mut some) {
                Ok(0) => true,
                Ok(count) => {
                    said.extend_from_slice(&some[..count]);
                    false
                }
                Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            };
            if over || !sent {
                return Ended { said: text(&said), after: self.opened.elapsed() };
            }
        }
        panic!("still open after {LIMIT:?}: {}", text(&said));
    }
}

/// Waits until the service hangs up, without sending.
#[track_caller]
pub fn ended(line: Line) -> Ended {
    line.trickle(b"", Duration::from_millis(100))
}

/// The head of a request with a body of so many bytes.
pub fn post(path: &str, length: usize) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").into_bytes()
}

/// What the process holds: open sockets, and resident memory in bytes.
pub fn held(world: &World) -> (usize, u64) {
    let pid = world.pid();
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let target = |file: std::fs::DirEntry| std::fs::read_link(file.path()).ok();
    let targets = files.filter_map(|file| target(file.ok()?));
    let sockets = targets.filter(|to| to.to_string_lossy().starts_with("socket:")).count();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kib: u64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
    (sockets, kib * 1024)
}
