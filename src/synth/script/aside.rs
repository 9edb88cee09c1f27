//! What happens on the way of a made-up case, beside its own course: opinions, urging, another unit's
//! taking over, more time, clocks that stand still.

use chrono::Duration;

use super::{Life, Units, Who, say};
use crate::ledger::words::{PauseCause, Stance};
use crate::ledger::{Command, DutyKind, Role};
use crate::place::Code;
use crate::place::code::Level;

/// Out of a thousand signed cases in so many something is noted.
const NOTED: u64 = 150;
/// The same for another unit's being asked.
const ASKED: u64 = 40;
/// Out of a thousand opinions so many are never given; silence ends them.
const SILENT: u64 = 200;
/// Out of a thousand signed cases so many are urged (催办).
const URGED: u64 = 30;
/// The same for a superior's taking over (提级办理).
const TAKEN_OVER: u64 = 12;
/// How long after the signature more time may still be asked for a verification: with the six working
/// days at most until the request that is well within its fifteen.
const EARLY: Duration = Duration::days(6);
/// Out of a thousand clocks that allow it so many are asked to be extended.
const EXTENDED: u64 = 60;
/// Out of a thousand such requests so many are granted.
const GRANTED: u64 = 760;
/// Out of a thousand clocks that allow it so many stand still for a while.
const PAUSED: u64 = 30;

impl Life<'_> {
    /// Between the signature and the verification; whether a superior takes the case over.
    pub(super) fn on_the_way(&mut self, units: Units) -> bool {
        let signed = self.pace.at;
        if self.dice.chance(NOTED) {
            self.within(3, 0);
            let text = self.pick(&say::NOTES);
            self.staff(Role::Handler, Command::Note { text });
        }
        if let Some(other) = units.other.filter(|_| self.dice.chance(ASKED)) {
            self.asked_of(other);
        }
        if self.dice.chance(URGED) {
            self.pace.days(2, &mut self.dice);
            let text = self.pick(&say::URGES);
            self.step(Who::Above(Role::Supervisor), Command::Urge { rung: None, text });
            self.within(4, 60);
            let text = self.pick(&say::PROGRESS);
            self.staff(Role::Handler, Command::Progress { text });
        }
        let lower = !matches!(units.first.level(), Level::Nation | Level::Province);
        let taken = lower && self.dice.chance(TAKEN_OVER);
        if taken {
            self.within(3, 0);
            let reason = self.pick(&say::TAKE_OVERS);
            self.step(Who::Above(Role::Supervisor), Command::TakeOver { reason });
        }
        // More time is asked for while there is some left.
        if self.pace.at - signed < EARLY {
            self.prolonged(DutyKind::Verify, (2, 6), 10);
        }
        taken
    }

    /// Another unit is asked for its opinion, and gives it or does not.
    fn asked_of(&mut self, unit: Code) {
        self.within(2, 0);
        let text = self.pick(&say::OPINIONS_ASKED);
        self.staff(Role::Handler, Command::AskOpinion { units: vec![unit], text });
        let due = self.pace.rules().due("opinion", self.pace.at).at;
        match due.filter(|_| self.dice.chance(SILENT)) {
            Some(due) => {
                self.pace.at = due + Duration::seconds(5);
                let lapse = Command::Lapse { duty: None };
                self.step_on(Some(DutyKind::Opinion), Who::Schedule, lapse);
            }
            None => {
                self.within(5, 0);
                let stances = [(Stance::Agree, 7), (Stance::Disagree, 2), (Stance::Abstain, 1)];
                let stance = self.dice.weighted(&stances, |one| one.1).0;
                let text = say::opinion(stance).to_owned();
                self.staff(Role::Handler, Command::Opine { stance, text });
            }
        }
    }

    /// Some days into a duty more time is asked for it, by so much in the unit of its rule, or its
    /// clock stands still for a while.
    pub(super) fn prolonged(&mut self, kind: DutyKind, (low, high): (i64, i64), amount: u32) {
        if self.dice.chance(EXTENDED) {
            self.pace.spread(low, high, 0, &mut self.dice);
            let reason = self.pick(&say::EXTENSIONS);
            let ask = Command::AskExtension { duty: 0, amount, reason };
            self.step_on(Some(kind), Who::Staff(Role::Handler), ask);
            self.within(2, 0);
            let granted = self.dice.chance(GRANTED);
            let text = if granted { say::GRANTED } else { say::NOT_GRANTED }.to_owned();
            let rule = Command::RuleExtension { duty: None, granted, amount: None, text };
            self.staff(Role::Supervisor, rule);
        } else if self.dice.chance(PAUSED) {
            self.pace.spread(low, high, 0, &mut self.dice);
            let causes = [
                PauseCause::Appraisal,
                PauseCause::Litigation,
                PauseCause::OtherAuthority,
                PauseCause::ForceMajeure,
            ];
            let cause = *self.dice.pick(&causes);
            let text = say::pause(cause).to_owned();
            let pause = Command::Pause { duty: 0, cause, text };
            self.step_on(Some(kind), Who::Staff(Role::Reviewer), pause);
            self.pace.spread(5, 30, 0, &mut self.dice);
            let resume = Command::Resume { duty: 0, text: say::RESUMED.to_owned() };
            self.step_on(Some(kind), Who::Staff(Role::Handler), resume);
        }
    }
}
