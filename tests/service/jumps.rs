//! R13: a clock that jumps bends nothing. What was missed is made up for once: see `schedule.rs`.

use serde_json::json;

use crate::case::Case;
use crate::drill::{tell, whole};
use crate::on_both;
use crate::visitor::Visitor;
use crate::world::{World, wait_for};

on_both!(
    r13_numbers_and_entries_rise_and_the_log_goes_on,
    r13_sessions_neither_outlive_a_step_back_nor_all_end,
);

const NOON: &str = "2026-11-23T04:00:00Z";
/// A day ahead, back again, and five minutes further back.
const STEPS: [&str; 3] = ["2026-11-24T04:00:00Z", "2026-11-23T04:00:10Z", "2026-11-23T03:55:00Z"];

fn r13_numbers_and_entries_rise_and_the_log_goes_on(world: &mut World) {
    world.set_clock(NOON);
    let (first, mut numbers) = (Case::in_county(world).no, Vec::new());
    let path = format!("/api/v1/cases/{first}/entries");
    for (round, step) in STEPS.into_iter().enumerate() {
        world.set_clock(step);
        // Before a new start and after it.
        for _ in 0..2 {
            for _ in 0..3 {
                numbers.push(Case::in_county(world).no);
            }
            let note = json!({ "act": "note", "text": format!("时钟第 {round} 次调整") });
            world.post("judge-430121", &path, &note).ok(201);
            // Whoever sealed may be gone, with a lease that ends tomorrow.
            let sealed = || world.get("", "/readyz").ok(200)["log_waiting"] == 0;
            wait_for("the log", || sealed().then_some(()));
            world.kill_and_restart();
        }
    }
    let mut rising = numbers.clone();
    rising.sort();
    rising.dedup();
    assert_eq!(rising, numbers);
    let entries = world.get("judge-430121", &format!("{path}?limit=100")).ok(200);
    let entries = entries["items"].as_array().unwrap();
    assert_eq!(entries.len(), 1 + 2 * STEPS.len());
    let times: Vec<_> = entries.iter().map(|entry| entry["recorded_at"].to_string()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let order: Vec<_> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(order, (1..=entries.len() as u64).collect::<Vec<_>>());
    // The day ahead is over: nothing that was said to be late then is late now.
    let late = world.get("judge-000000", "/api/v1/cases?overdue=true").ok(200);
    assert_eq!(late["items"], json!([]));
    whole(world);
    tell("R13", world.backend, &format!("+1 d, -1 d, -5 min: {} numbers rise", numbers.len()));
}

fn r13_sessions_neither_outlive_a_step_back_nor_all_end(world: &mut World) {
    let status = |visitor: &Visitor<'_>| visitor.get("/cases").status;
    world.set_clock("2026-11-24T04:00:00Z");
    let world = &*world;
    let (used, left) =
        (Visitor::log_in(world, "judge-430121"), Visitor::log_in(world, "handler-430121"));
    for step in ["2026-11-23T04:00:00Z", "2026-11-23T03:55:00Z"] {
        world.set_clock(step);
        assert_eq!(status(&used), 200, "{step}");
    }
    let ahead = "SELECT secret_hash AS name FROM credentials \
                 WHERE kind = 'session' AND seen_at > '2026-11-23 04:30:00'";
    wait_for("sessions of tomorrow to be of today", || world.names(ahead).is_empty().then_some(()));
    assert_eq!((status(&used), status(&left)), (200, 200));
    // Half an hour later what was not used has ended, a day before it would have.
    world.set_clock("2026-11-23T04:20:00Z");
    assert_eq!(status(&used), 200);
    world.set_clock("2026-11-23T04:40:00Z");
    assert_eq!((status(&used), status(&left)), (200, 303));
    for minutes in (60..13 * 60).step_by(25) {
        world.set_clock(&format!("2026-11-23T{:02}:{:02}:00Z", 4 + minutes / 60, minutes % 60));
        if minutes < 11 * 60 {
            assert_eq!(status(&used), 200, "{minutes}");
        } else {
            let _ = status(&used);
        }
    }
    assert_eq!(status(&used), 303, "a session outlives its shift");
}
