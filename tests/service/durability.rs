//! R1: a tip whose receipt was given is there after the process was killed, whole and once.
//!
//! `kill -9` does not test the disk, only that nothing is acknowledged before its commit; what a disk
//! does is in `faults.rs` and `full.rs`.

use std::time::Duration;

use hotline::clock::{below, monotonic};

use crate::drill::{Writers, count, tell, without_flood};
use crate::on_both;
use crate::world::World;

on_both!(r1_acknowledged_tips_survive_kills);

const WRITERS: usize = 32;
/// How long the writers write before the service is killed, in milliseconds (R1: 0.2 to 3 s).
const SHORTEST: u64 = 200;
/// A killed service answers again within this time (R1).
const READY: Duration = Duration::from_secs(5);

fn r1_acknowledged_tips_survive_kills(world: &mut World) {
    without_flood(world);
    let (rounds, wanted) = (count(3, 100), count(200, 100_000));
    let longest = count(1_200, 3_000) as u64;
    let writers = Writers::new(WRITERS);
    let (mut round, mut slowest) = (0, Duration::ZERO);
    while round < rounds || writers.acknowledged() < wanted {
        let wait = Duration::from_millis(SHORTEST + below(longest - SHORTEST));
        writers.write_while(world, || {
            std::thread::sleep(wait);
            world.kill();
        });
        let from = monotonic();
        world.kill_and_restart();
        world.get("", "/readyz").ok(200);
        slowest = slowest.max(from.elapsed());
        round += 1;
    }
    assert!(slowest < READY, "ready after {slowest:?}");
    assert_eq!(*writers.refused.lock().unwrap(), Default::default());
    let acknowledged = writers.acknowledged();
    let there = writers.check(world);
    let measured = format!(
        "{round} kills, {acknowledged} acknowledged, 0 missing, 0 twice of {there}; ready ≤ {} ms",
        slowest.as_millis()
    );
    tell("R1", world.backend, &measured);
}
