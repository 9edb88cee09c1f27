//! What measurements stand on: the real program on a database of its own, asked over plain sockets,
//! for a client that does more would be measured too.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program that is measured; another by `HOTLINE_BENCH_PROGRAM`.
pub fn the_program() -> String {
    std::env::var("HOTLINE_BENCH_PROGRAM")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_hotline").to_owned())
}

/// A running service.
pub struct Service {
    pub process: Child,
    pub address: String,
    /// From the start of the program to its first answer.
    pub ready: Duration,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program with a database and a folder.
pub fn program(database: &str, folder: &Path) -> Command {
    let mut program = Command::new(the_program());
    program.env("DATABASE_URL", database).env("HOTLINE_DATA", folder);
    program
        .env("HOTLINE_LISTEN", "127.0.0.1:0")
        .env("HOTLINE_LOG__LEVEL", "warn,hotline::app=info");
    program
}

/// Runs a command of the program to its end; its output.
#[allow(dead_code, reason = "each bench takes what it needs of the bed")]
pub fn run(database: &str, folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = program(database, folder);
    let piped = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = piped.spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

pub fn start(database: &str, folder: &Path) -> Service {
    let began = Instant::now();
    let mut serve = program(database, folder);
    let mut process = serve.arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("serving address=") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the service did not start");
    }
    let ready = began.elapsed();
    // Somebody has to read on, or the service would wait for room in the pipe.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::stderr()));
    let (_, address) = line.split_once("address=").unwrap();
    let address = address.split_whitespace().next().unwrap().to_owned();
    Service { process, address, ready }
}

/// One connection to the service.
pub struct Line {
    host: String,
    token: String,
    out: TcpStream,
    answer: BufReader<TcpStream>,
}

impl Line {
    /// Connects; `token` is empty for the public.
    pub fn open(address: &str, token: &str) -> Line {
        let out = TcpStream::connect(address).unwrap();
        out.set_nodelay(true).unwrap();
        let answer = BufReader::new(out.try_clone().unwrap());
        Line { host: address.to_owned(), token: token.to_owned(), out, answer }
    }

    /// Asks and reads the whole answer: status and body.
    pub fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let who = match self.token.as_str() {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{who}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.out.write_all(request.as_bytes()).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        self.answer.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        while line != "\r\n" {
            line.clear();
            self.answer.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut text = vec![0; length];
        std::io::Read::read_exact(&mut self.answer, &mut text).unwrap();
        (status, String::from_utf8_lossy(&text).into_owned())
    }
}

/// The load of the machine in the last minute: others may work on it too.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// A part in a thousand of sorted durations.
pub fn at(took: &[Duration], part: usize) -> Duration {
    took[(took.len() * part / 1_000).min(took.len() - 1)]
}

pub fn ms(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1_000.0)
}
