//! Durable tips a second through HTTP, start-up, memory and size of the program.
//!
//! `cargo bench --bench load`; with `HOTLINE_BENCH_POSTGRES=postgres://USER@HOST:PORT` (a server with
//! fsync on, on which databases may be made) PostgreSQL is measured too. Load and service share the
//! machine, so figures are of both. A tip counts when its 201 has come, which is after its commit.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hotline");
/// How long each load lasts.
const LASTS: Duration = Duration::from_secs(10);
/// Connections at the same time, one load each.
const CONNECTIONS: [usize; 2] = [1, 64];
/// Durable writes of the baseline.
const FSYNCS: usize = 300;

const BODY: &str = r#"{"channel":"web","division":"430121","category":"land.occupation","title":"占用耕地建厂房","text":"村东头占用耕地约三亩建厂房，正在施工，夜间有车辆进出，请核查处理。","informant":{"mode":"confidential","name":"测试人","phone":"13800000000"}}"#;

struct Service {
    process: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn main() {
    // `cargo test --benches` runs this too; it is a measurement, not a test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!("program: {:.1} MB", std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6);
    let folder = tempfile::tempdir().unwrap();
    fsync_baseline(folder.path());
    let sqlite = format!("sqlite:{}", folder.path().join("hotline.db").display());
    measure("SQLite", &sqlite, folder.path());
    if let Ok(server) = std::env::var("HOTLINE_BENCH_POSTGRES") {
        let name = format!("bench_{}", std::process::id());
        let mut admin = PgConnection::establish(&format!("{server}/postgres")).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        measure("PostgreSQL", &format!("{server}/{name}"), folder.path());
        admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
    }
}

/// What one small durable write costs on this disk, just now.
fn fsync_baseline(folder: &Path) {
    let mut file = File::create(folder.join("baseline")).unwrap();
    let mut took: Vec<Duration> = (0..FSYNCS)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[7; 4_096]).unwrap();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    took.sort();
    println!(
        "fdatasync of 4 KiB: p50 {}, p99 {}",
        ms(took[FSYNCS / 2]),
        ms(took[FSYNCS * 99 / 100])
    );
}

fn measure(name: &str, database: &str, folder: &Path) {
    let migrated = program(database, folder).arg("migrate").stdout(Stdio::null()).status();
    assert!(migrated.unwrap().success());
    let began = Instant::now();
    let service = start(database, folder);
    println!("{name}: ready after {}, {} resident", ms(began.elapsed()), resident(&service));
    for connections in CONNECTIONS {
        let (tips, took) = load(&service.address, connections);
        let at = |part: usize| ms(took[(took.len() * part / 1_000).min(took.len() - 1)]);
        println!(
            "{name}, {connections} connections: {:.0} durable tips/s, p50 {}, p99 {}, p99.9 {}",
            tips as f64 / LASTS.as_secs_f64(),
            at(500),
            at(990),
            at(999),
        );
    }
    println!("{name}: {} resident after the load", resident(&service));
}

fn program(database: &str, folder: &Path) -> Command {
    let mut program = Command::new(PROGRAM);
    program.env("DATABASE_URL", database).env("HOTLINE_DATA", folder);
    program
        .env("HOTLINE_LISTEN", "127.0.0.1:0")
        .env("HOTLINE_LOG__LEVEL", "warn,hotline::app=info");
    program
}

fn start(database: &str, folder: &Path) -> Service {
    let mut serve = program(database, folder);
    let mut process = serve.arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("serving address=") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the service did not start");
    }
    // Somebody has to read on, or the service would wait for room in the pipe.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let (_, address) = line.split_once("address=").unwrap();
    Service { process, address: address.split_whitespace().next().unwrap().to_owned() }
}

/// Every connection sends its next tip as soon as the last is answered; the latencies, sorted.
fn load(address: &str, connections: usize) -> (usize, Vec<Duration>) {
    let request = format!(
        "POST /api/v1/tips HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let end = Instant::now() + LASTS;
    let one = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut answer = BufReader::new(stream.try_clone().unwrap());
        let mut took = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            stream.write_all(request.as_bytes()).unwrap();
            assert_eq!(status(&mut answer), 201);
            took.push(began.elapsed());
        }
        took
    };
    let mut took: Vec<Duration> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        all.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    took.sort();
    (took.len(), took)
}

/// Reads one answer whole; its status.
fn status(answer: &mut impl BufRead) -> u16 {
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap().parse().unwrap();
    let mut length = 0;
    loop {
        line.clear();
        answer.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    answer.read_exact(&mut vec![0; length]).unwrap();
    status
}

fn resident(service: &Service) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim();
    let kib: f64 = line.trim_end_matches(" kB").parse().unwrap();
    format!("{:.0} MB", kib / 1_024.0)
}

fn ms(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1_000.0)
}
