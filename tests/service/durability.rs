//! A tip whose receipt was given is there after the process was killed, whole.
//!
//! `kill -9` does not test the disk, only that nothing is acknowledged before its commit; the drills
//! for power and disk come with the durability stage.

use std::sync::Mutex;

use serde_json::Value;

use crate::case::{Case, call};
use crate::on_both;
use crate::units::COUNTY;
use crate::world::World;

on_both!(acknowledged_tips_survive_a_kill);

const WRITERS: usize = 8;
const ROUNDS: usize = 3;

fn acknowledged_tips_survive_a_kill(world: &mut World) {
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let receipts: Mutex<Vec<Value>> = Mutex::new(Vec::new());
        let after = 60 + 40 * round;
        std::thread::scope(|scope| {
            let world = &*world;
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    // Each writer goes on until the service is gone.
                    while let Some(receipt) = world.try_post("", "/api/v1/tips", &web_tip()) {
                        receipts.lock().unwrap().push(receipt);
                    }
                });
            }
            while receipts.lock().unwrap().len() < after {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            world.kill();
        });
        acknowledged.extend(receipts.into_inner().unwrap());
        world.stop();
        world.serve();
    }
    assert!(acknowledged.len() >= 60 + 100 + 140);
    for receipt in &acknowledged {
        let case = Case::of(world, receipt);
        assert_eq!(case.progress()["state"], "pending");
        assert_eq!(case.outstanding("judge-430000"), ["judge", "reply"]);
    }
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn web_tip() -> Value {
    let mut body = call(COUNTY);
    body["channel"] = "web".into();
    body
}
