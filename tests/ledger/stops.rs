//! The shortest way to each situation.

use hotline::ledger::Stage;
use serde_json::Value;

use super::desk::*;
use super::says::*;

/// Where a case of the usual kind stands: web tip, judged at the province, handled in the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Received,
    /// Facts were asked for and may still come.
    Waiting,
    Refused,
    Linked,
    /// Handled with another case.
    Merged,
    Accepted,
    Dispatched,
    Objected,
    Verifying,
    Handling,
    /// Filed: a decision is owed.
    Filed,
    /// Decided: two measures are to be executed, one of them about a building.
    Decided,
    /// One of them was executed, by the handler: duty 9 is to verify it, 8 is the building.
    Executed,
    /// The building is to be handed over, and nothing else.
    Confiscated,
    /// Transferred: the receipt is owed.
    Transferred,
    /// Urged by the province to report every week.
    Supervised,
    /// Listed by the province while the county verifies.
    Listed,
    /// The verifying, duty 5, is to be extended.
    ExtensionAsked,
    /// The neighbour was asked while the county verifies.
    OpinionAsked,
    /// The clock of the verifying stands still.
    Paused,
    /// Drawn for re-check by the neighbour.
    Drawn,
    /// Disposed of, the informant not yet told.
    Untold,
    /// Nothing is owed any more.
    Settled,
    InReview,
    Closed,
}

pub const STOPS: [Stop; 13] = [
    Stop::Received,
    Stop::Waiting,
    Stop::Refused,
    Stop::Linked,
    Stop::Accepted,
    Stop::Dispatched,
    Stop::Objected,
    Stop::Verifying,
    Stop::Handling,
    Stop::Untold,
    Stop::Settled,
    Stop::InReview,
    Stop::Closed,
];

impl World {
    /// A usual case brought to a stop, all within its first hour.
    pub fn at(stop: Stop) -> World {
        let mut world = World::new();
        let tip = world.tip.clone();
        match stop {
            Stop::Merged => {
                world.twin = Some(Stage::Open);
                world.did(PROVINCE_JUDGE, merge(TWIN));
                return world;
            }
            Stop::Filed | Stop::Decided | Stop::Executed | Stop::Confiscated => {
                return World::enforced(stop);
            }
            Stop::Transferred => {
                return World::then(Stop::Handling, &[(COUNTY_HANDLER, transferred())]);
            }
            Stop::Supervised => {
                return World::then(Stop::Verifying, &[(PROVINCE_SUPERVISOR, supervise())]);
            }
            Stop::Listed => return World::then(Stop::Verifying, &[(PROVINCE_SUPERVISOR, list())]),
            Stop::ExtensionAsked => {
                return World::then(Stop::Verifying, &[(COUNTY_HANDLER, ask_extension(5, 5))]);
            }
            Stop::OpinionAsked => {
                return World::then(Stop::Verifying, &[(COUNTY_HANDLER, ask_opinion(&[OTHER]))]);
            }
            Stop::Paused => {
                return World::then(Stop::Verifying, &[(PROVINCE_SUPERVISOR, pause(5))]);
            }
            Stop::Drawn => return World::then(Stop::Closed, &[(Who::Schedule, draw(OTHER))]),
            Stop::Received => return world,
            Stop::Waiting => {
                world.did(PROVINCE_JUDGE, ask_supplement());
                return world;
            }
            Stop::Refused => {
                world.did(PROVINCE_JUDGE, refuse("out_of_scope"));
                return world;
            }
            Stop::Linked => {
                world.did(PROVINCE_JUDGE, link());
                return world;
            }
            _ => {}
        }
        let objected = stop == Stop::Objected;
        let line: [(Stop, Who, Value); 8] = [
            (Stop::Accepted, PROVINCE_JUDGE, accept()),
            (Stop::Dispatched, PROVINCE_JUDGE, dispatch(COUNTY)),
            (Stop::Verifying, COUNTY_HANDLER, if objected { object() } else { sign() }),
            (Stop::Handling, COUNTY_HANDLER, verify("founded")),
            (Stop::Untold, COUNTY_HANDLER, dispose("corrected")),
            (Stop::Settled, COUNTY_HANDLER, reply(&tip)),
            (Stop::InReview, COUNTY_HANDLER, request_close()),
            (Stop::Closed, COUNTY_REVIEWER, approve()),
        ];
        for (reached, who, what) in line {
            world.did(who, what);
            if reached == stop || (objected && reached == Stop::Verifying) {
                break;
            }
        }
        world
    }

    /// A stop and what is done from there.
    pub fn then(stop: Stop, steps: &[(Who, Value)]) -> World {
        let mut world = World::at(stop);
        for (who, what) in steps {
            world.did(*who, what.clone());
        }
        world
    }

    /// Filed, decided and executed as far as the stop says.
    fn enforced(stop: Stop) -> World {
        let mut world = World::then(Stop::Handling, &[(COUNTY_HANDLER, filed())]);
        if stop == Stop::Filed {
            return world;
        }
        world.did(COUNTY_HANDLER, penalty(&["confiscate_building", "demolish"]));
        if stop == Stop::Decided {
            return world;
        }
        let of = |world: &World, of| {
            let open = world.case.duties.iter().find(|duty| duty.is_open() && duty.of == Some(of));
            open.unwrap().no
        };
        let demolish = of(&world, 2);
        world.did(COUNTY_HANDLER, on(demolish, execute("executed")));
        if stop == Stop::Executed {
            return world;
        }
        world.did(COUNTY_REVIEWER, verify_execution(true));
        world.did(COUNTY_HANDLER, execute("executed"));
        world.did(COUNTY_REVIEWER, verify_execution(true));
        world
    }
}
