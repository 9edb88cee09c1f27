//! What one act changed.

use hotline::calendar::zone;
use hotline::ledger::duty::Status;
use hotline::ledger::{Case, Duty};

/// What one act changed, read off the case before and after, in words: `opens sign 430121 2026-03-04`,
/// `discharges judge`, `lapses supplement`, `pauses judge`, `clocks reply 2026-03-10`,
/// `hands reply 430121`. Sorted.
pub fn changes(before: &Case, after: &Case) -> Vec<String> {
    let day = |duty: &Duty| {
        duty.due_at.map_or("-".to_owned(), |due| {
            assert_eq!(due, zone::end_of(zone::date_of(due)), "due before its day is over");
            zone::date_of(due).to_string()
        })
    };
    let mut said = Vec::new();
    for duty in &after.duties {
        let name = duty.kind.name();
        let Some(was) = before.duties.iter().find(|was| was.no == duty.no) else {
            said.push(format!("opens {name} {} {}", duty.owner, day(duty)));
            continue;
        };
        if was.status != duty.status {
            said.push(match duty.status {
                Status::Discharged => format!("discharges {name}"),
                Status::Lapsed => format!("lapses {name}"),
                Status::Open => format!("REVIVES {name}"),
            });
        }
        if was.owner != duty.owner {
            said.push(format!("hands {name} {}", duty.owner));
        }
        if !was.paused && duty.paused {
            said.push(format!("pauses {name}"));
        }
        let restarted = was.paused && !duty.paused && duty.is_open();
        if was.due_at != duty.due_at || restarted {
            said.push(format!("clocks {name} {}", day(duty)));
        }
    }
    said.sort();
    said
}
