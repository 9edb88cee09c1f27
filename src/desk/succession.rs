//! Successions: what is open with a unit that has ended, and whose it is to be.

use super::{Desk, DeskError};
use crate::ledger::Command;
use crate::place::Code;

/// Most cases of one unit that one round of the schedule takes; the next round takes the next.
const MAX_A_ROUND: i64 = 200;

/// A case that still stands with a unit that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its number.
    pub case_no: String,
    /// The unit that has ended.
    pub unit: Code,
    /// The unit that goes on.
    pub successor: Code,
}

impl Desk {
    /// Gives what is left with units that have ended to those that go on for them.
    pub(super) async fn pass_on(&self) -> Result<(), DeskError> {
        for Left { case_no, unit, successor } in self.left_behind().await? {
            self.by_itself(case_no, Command::Succeed { unit, successor }).await?;
        }
        Ok(())
    }

    /// Live cases held by units that have ended by today, and cases with open duties of theirs. None
    /// is left once each was given to the successor.
    pub async fn left_behind(&self) -> Result<Vec<Left>, DeskError> {
        let ended = self.law.units(self.clock.now()).ended();
        if ended.is_empty() {
            return Ok(Vec::new());
        }
        self.store
            .read(move |db| {
                let mut left = Vec::new();
                for (unit, successor) in ended {
                    let cases = db.cases_left_with(unit, MAX_A_ROUND)?;
                    left.extend(cases.into_iter().map(|case_no| Left { case_no, unit, successor }));
                }
                Ok(left)
            })
            .await
    }
}
