//! How a case, and what is owed to it, passes from one unit to another.

use super::super::duty::{Duty, DutyKind};
use super::super::entry::Effect;
use super::Draft;
use crate::place::{Code, recusal::Clue};

impl Draft<'_> {
    /// The case passes to a unit, which must sign; the replies pass with it.
    pub(super) fn assign(&mut self, unit: Code) {
        self.is.holder = unit;
        for no in self.open_reply_numbers() {
            self.effects.push(Effect::Hand { no, owner: unit });
        }
        self.open(DutyKind::Sign, unit);
    }

    /// A superior takes the case with all that its holder owed; that settles who handles it.
    pub(super) fn take_over(&mut self, unit: Code) {
        let holder = self.is.holder;
        self.is.holder = unit;
        let mut unsettled = false;
        let open: Vec<Duty> =
            self.case.duties.iter().filter(|duty| duty.is_open()).cloned().collect();
        for duty in open {
            match duty.kind {
                DutyKind::Sign | DutyKind::RuleObjection => {
                    unsettled = true;
                    self.lapse(duty.no);
                }
                // Nobody rules on an extension of what it owes itself: it is asked anew above.
                DutyKind::RuleExtension if duty.owner == unit => self.lapse(duty.no),
                _ if duty.owner == holder => {
                    self.effects.push(Effect::Hand { no: duty.no, owner: unit });
                }
                _ => {}
            }
        }
        if unsettled {
            self.open(DutyKind::Verify, unit);
        }
    }

    /// A unit is no more: what it holds and owes passes to its successor, or where that one is
    /// kept away to the nearest above it.
    pub(super) fn succeed(&mut self, unit: Code, successor: Code) {
        let recused = self.case.recused_units();
        let successor = self.ground.clear_unit(successor, &recused);
        if self.is.holder == unit {
            self.is.holder = successor;
        }
        let owed = self.case.duties.iter().filter(|duty| duty.is_open() && duty.owner == unit);
        let handed = owed.map(|duty| Effect::Hand { no: duty.no, owner: successor });
        self.effects.extend(handed);
    }

    /// A unit is found to be the accused after the fact.
    pub(super) fn recuse(&mut self, unit: Code) {
        let by = Some(Clue::Correction);
        self.effects.push(Effect::Recuse { unit, provisional: false, by });
        self.move_up(unit);
    }

    /// Whatever a unit holds from which the case is now kept goes to the nearest that may have it.
    pub(super) fn move_up(&mut self, accused: Code) {
        let mut recused = self.case.recused_units();
        recused.push(accused);
        let clear = |unit| self.ground.clear_unit(unit, &recused);
        let open = self.case.duties.iter().filter(|duty| duty.is_open());
        let handed: Vec<Effect> = open
            .filter(|duty| clear(duty.owner) != duty.owner)
            .map(|duty| Effect::Hand { no: duty.no, owner: clear(duty.owner) })
            .collect();
        self.is.holder = clear(self.is.holder);
        self.effects.extend(handed);
    }
}
