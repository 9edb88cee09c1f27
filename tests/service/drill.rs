//! The drills: how long they go on, what they break the machine with, and what is counted after.
//!
//! Each is run in a short form with all other tests, and in its long form by `tests/drills`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotline::clock::{Clock, Instant, monotonic};
use serde_json::Value;

use crate::case::call;
use crate::units::COUNTY;
use crate::world::{Backend, World, text, wait_for};

/// The one place for counts: the short form's, or the long form's under `HOTLINE_DRILL=long`.
pub fn count(short: usize, long: usize) -> usize {
    if std::env::var("HOTLINE_DRILL").is_ok_and(|form| form == "long") { long } else { short }
}

/// A row of the table that `tests/drills` prints at its end.
pub fn tell(row: &str, on: Backend, measured: &str) {
    println!("drill | {row} | {on:?} | {measured}");
}

/// What this machine does not allow is said; where CI runs the tests it is a failure.
pub fn skipped(row: &str, why: &str) {
    assert!(std::env::var("CI").is_err(), "{row} needs this: {why}");
    println!("drill | {row} | skipped | {why}");
}

/// The tracer on a running service: it says what the service asks of the system, and lets some of
/// that fail.
pub struct Tracer {
    process: Child,
    log: std::path::PathBuf,
}

impl Tracer {
    /// Takes hold of the first instance, every thread of it; `None` where that is not allowed.
    pub fn on(world: &World, row: &str, arguments: &[&str]) -> Option<Tracer> {
        let log = world.folder.path().join("trace");
        let said = world.folder.path().join("trace.err");
        let mut tracer = Command::new("strace");
        // -y names the file behind each descriptor, -ttt the time in seconds.
        tracer
            .args(["-f", "-y", "-ttt", "-s", "48", "-p", &world.pid().to_string(), "-o"])
            .arg(&log);
        tracer.args(arguments).stdout(Stdio::null()).stderr(std::fs::File::create(&said).unwrap());
        let Ok(mut process) = tracer.spawn() else {
            skipped(row, "strace is not installed");
            return None;
        };
        let held = wait_for("the tracer", || {
            let said = std::fs::read_to_string(&said).unwrap();
            let gone = process.try_wait().unwrap().is_some();
            (said.contains("attached") || gone).then_some(!gone)
        });
        if !held {
            skipped(row, &std::fs::read_to_string(&said).unwrap());
            return None;
        }
        Some(Tracer { process, log })
    }

    /// What was traced up to now.
    pub fn trace(&self) -> String {
        text(&std::fs::read(&self.log).unwrap_or_default())
    }

    /// Lets the service go on alone; the whole trace.
    pub fn end(mut self) -> String {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).status();
        self.process.wait().unwrap();
        self.trace()
    }
}

/// A tip of somebody without a login.
pub fn web_tip() -> Value {
    let mut body = call(COUNTY);
    body["channel"] = "web".into();
    body
}

/// From here on tips of one text from one address are no flood.
pub fn without_flood(world: &mut World) {
    world.set("HOTLINE_FLOOD__PER_SOURCE", "0");
    world.set("HOTLINE_FLOOD__PER_TEXT", "0");
    world.kill_and_restart();
}

/// A tip that was acknowledged.
pub struct Told {
    /// When the request was sent.
    pub sent: Instant,
    /// How long the answer took.
    pub took: Duration,
    /// The answer.
    pub receipt: Value,
}

/// Senders of tips who remember what they were told. Each sends one tip after the other, every one
/// under a key of its own, and sends what was not acknowledged again under the same key.
pub struct Writers {
    told: Vec<Mutex<Vec<Told>>>,
    /// Statuses other than 201.
    pub refused: Mutex<BTreeMap<u16, usize>>,
}

impl Writers {
    pub fn new(writers: usize) -> Writers {
        let told = (0..writers).map(|_| Mutex::default()).collect();
        Writers { told, refused: Mutex::default() }
    }

    /// All send until `stop`, or until the service is gone; meanwhile `work` is done.
    pub fn write_while(&self, world: &World, work: impl FnOnce()) {
        let stop = &AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in 0..self.told.len() {
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) && self.write(world, writer).is_some() {}
                });
            }
            // Whatever comes of the work, the writers end.
            let done = catch_unwind(AssertUnwindSafe(work));
            stop.store(true, Ordering::Relaxed);
            done.unwrap_or_else(|panic| resume_unwind(panic));
        });
    }

    /// One tip of one writer; `None` where no answer came.
    fn write(&self, world: &World, writer: usize) -> Option<u16> {
        let number = self.told[writer].lock().unwrap().len();
        let (sent, from) = (Clock::default().now(), monotonic());
        let (status, receipt) = send(world, writer, number)?;
        let took = from.elapsed();
        match status {
            201 => self.told[writer].lock().unwrap().push(Told { sent, took, receipt }),
            _ => *self.refused.lock().unwrap().entry(status).or_default() += 1,
        }
        Some(status)
    }

    /// How many tips were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.told.iter().map(|told| told.lock().unwrap().len()).sum()
    }

    /// When the request was sent whose acknowledgement came last.
    pub fn last_sent(&self) -> Option<Instant> {
        let last = |told: &Mutex<Vec<Told>>| told.lock().unwrap().last().map(|told| told.sent);
        self.told.iter().filter_map(last).max()
    }

    /// How long so many of a hundred acknowledgements took at the most.
    pub fn slowest(&self, percent: usize) -> Duration {
        let all = self
            .told
            .iter()
            .flat_map(|told| told.lock().unwrap().iter().map(|told| told.took).collect::<Vec<_>>());
        let mut all: Vec<_> = all.collect();
        all.sort();
        all[(all.len() - 1) * percent / 100]
    }

    /// On a service that works again: what was acknowledged is there, whole and once; what was not
    /// is taken now, under the key under which it may be there already. Says how many there are.
    pub fn check(&self, world: &World) -> usize {
        for (writer, told) in self.told.iter().enumerate() {
            let (number, last) = {
                let told = told.lock().unwrap();
                (told.len(), told.last().map(|told| told.receipt.clone()))
            };
            if let Some(last) = last {
                // Sent again, it is the same tip with the same receipt.
                assert_eq!(send(world, writer, number - 1), Some((201, last)));
            }
            assert_eq!(self.write(world, writer), Some(201));
        }
        let mut wanted = Vec::new();
        for told in &self.told {
            let text = |told: &Told, of: &str| told.receipt[of].as_str().unwrap().to_owned();
            let pair = |told| format!("{} {}", text(told, "tip"), text(told, "case"));
            wanted.extend(told.lock().unwrap().iter().map(pair));
        }
        wanted.sort();
        let there = "SELECT number || ' ' || case_no AS name FROM tips WHERE channel = 'app'";
        let mut there = world.names(there);
        there.sort();
        assert!(there == wanted, "{} acknowledged, {} there", wanted.len(), there.len());
        whole(world);
        wanted.len()
    }
}

fn send(world: &World, writer: usize, number: usize) -> Option<(u16, Value)> {
    let key = format!("writer-{writer}-{number}");
    let mut tip = web_tip();
    // What others send beside them is told apart by its channel.
    tip["channel"] = "app".into();
    world.try_post("", "/api/v1/tips", &[("Idempotency-Key", &key)], &tip)
}

/// The database is in order: no half case, and nothing that an audit finds.
pub fn whole(world: &World) {
    let halves = [
        "SELECT no AS name FROM cases WHERE no NOT IN (SELECT case_no FROM tips)",
        "SELECT no AS name FROM cases WHERE no NOT IN (SELECT case_no FROM entries WHERE seq = 1)",
        "SELECT no AS name FROM cases WHERE no NOT IN (SELECT case_no FROM duties WHERE kind = 'judge')",
        "SELECT no AS name FROM cases WHERE no NOT IN (SELECT case_no FROM duties WHERE kind = 'reply')",
        "SELECT number AS name FROM tips WHERE entry_id NOT IN (SELECT entry_id FROM tip_words)",
        "SELECT id AS name FROM entries WHERE id NOT IN (SELECT entry_id FROM log) \
         AND id NOT IN (SELECT entry_id FROM unsealed)",
    ];
    for half in halves {
        assert_eq!(world.names(half), Vec::<String>::new(), "{half}");
    }
    if world.backend == Backend::Sqlite {
        let check = "SELECT integrity_check AS name FROM pragma_integrity_check";
        assert_eq!(world.names(check), ["ok"]);
    }
    let audit = world.run_ok(&["audit"]);
    assert!(audit.contains(" 0 faults"), "{audit}");
}
