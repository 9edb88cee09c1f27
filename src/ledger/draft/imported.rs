//! What an old ledger's entry does. It has no officers and no photographs: the entry itself, which
//! names file and row, stands in for signing, verifying, disposing and replying (DOMAIN 4b).

use super::super::duty::DutyKind;
use super::super::entry::{Effect, Stage};
use super::super::words::ImportStep;
use super::Draft;

impl Draft<'_> {
    pub(super) fn imported(&mut self, step: ImportStep) {
        match step {
            ImportStep::Accepted => {
                self.is.stage = Stage::Open;
                self.open(DutyKind::Dispatch, self.case.is.holder);
            }
            ImportStep::Disposed => self.start_replies(),
            // Nobody is visited about what was struck off years ago.
            ImportStep::Closed => {
                self.is.stage = Stage::Closed;
                let told = self.open_reply_numbers().into_iter().map(|no| Effect::Discharge { no });
                self.effects.extend(told);
            }
        }
    }
}
