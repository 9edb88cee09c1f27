//! How long the table of divisions takes to be read at start, and a search as somebody types.
//!
//! `cargo bench --bench places`; for each the quickest and the median of several runs, for the
//! machine may be busy.
#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::time::{Duration, Instant};

use hotline::place::{Divisions, Register};

/// Runs of each measurement.
const RUNS: usize = 21;
const TABLE: &str = include_str!("../config/divisions.csv");
const UNITS: &str = include_str!("../config/units.toml");

fn main() {
    // `cargo test --benches` runs this too; it is a measurement, not a test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    say("reading the divisions", timed(|| (), |()| Divisions::parse(TABLE).unwrap()));
    let fresh = || Divisions::parse(TABLE).unwrap();
    let registered = |mut divisions| (Register::parse(UNITS, &mut divisions).unwrap(), divisions);
    say("reading the units", timed(fresh, registered));
    let first = |divisions: Divisions| (divisions.search("changsha", 12), divisions);
    say("the first search by sound", timed(fresh, first));
    let divisions = fresh();
    for typed in
        ["c", "cs", "csx", "changsha", "hunan csx", "长沙", "长sha", "4301", "zhenzhen", "镇"]
    {
        say(typed, timed(|| (), |()| divisions.search(typed, 12)));
    }
}

/// What the work leaves is dropped after the clock was read.
fn timed<T, U>(prepare: impl Fn() -> T, work: impl Fn(T) -> U) -> (Duration, Duration) {
    let mut took: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let ready = prepare();
            let began = Instant::now();
            let left = work(ready);
            let took = began.elapsed();
            drop(left);
            took
        })
        .collect();
    took.sort_unstable();
    (took[0], took[RUNS / 2])
}

fn say(what: &str, (least, median): (Duration, Duration)) {
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    println!("{what}: {:.2} / {:.2} ms", ms(least), ms(median));
}
