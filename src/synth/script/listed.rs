//! Listed supervision (挂牌督办) of a made-up case: from some time after its verification until it is
//! about to be struck off, with a report each week. It runs beside the case's own course, so it is
//! laid over the finished life.

use chrono::{DateTime, Days, Duration, Utc};

use super::{Life, Step, Who, say};
use crate::calendar::zone;
use crate::ledger::words::ListedFor;
use crate::ledger::{Command, Role};

/// Out of a thousand founded cases that last long so many are listed.
const LISTED: u64 = 55;
/// How long a case must last from its verification to be one of these.
const LONG: Duration = Duration::days(35);
/// Most weeks of reports: a year has no more.
const MAX_WEEKS: u64 = 53;

impl Life<'_> {
    /// Lists the case, where it lasts.
    pub(super) fn listed(&mut self) {
        let at = |wanted: fn(&Command) -> bool| {
            self.steps.iter().find(|step| wanted(&step.command)).map(|step| step.at)
        };
        let verified = at(|command| matches!(command, Command::Verify { .. }));
        let asked = at(|command| matches!(command, Command::RequestClose { .. }));
        let Some(verified) = verified else { return };
        let until = asked.unwrap_or(self.end);
        if until - verified < LONG || !self.dice.chance(LISTED) {
            return;
        }
        let listed = self.office_hour(verified, 10, 25);
        let situation = self.situation();
        let text = self.pick(&say::LISTINGS);
        self.beside(listed, Who::Above(Role::Supervisor), Command::List { situation, text });
        for week in 1..=MAX_WEEKS {
            // A day or two before the week is over.
            let at = self.office_hour(listed, week * 7 - 3, week * 7 - 2);
            if at >= until - Duration::hours(12) {
                break;
            }
            let text = self.pick(&say::PROGRESS);
            self.beside(at, Who::Staff(Role::Handler), Command::Progress { text });
        }
        if let Some(asked) = asked {
            let at = asked - Duration::minutes(self.dice.between(20, 180));
            let text = say::LIFTED.to_owned();
            self.beside(at, Who::Staff(Role::Supervisor), Command::Lift { text });
        }
        self.steps.sort_by_key(|step| step.at);
    }

    fn beside(&mut self, at: DateTime<Utc>, who: Who, command: Command) {
        self.steps.push(Step { at, who, about: None, command });
    }

    /// Some days after a time, while offices are open: dates of reports do not care for days off.
    fn office_hour(&mut self, from: DateTime<Utc>, low: u64, high: u64) -> DateTime<Utc> {
        let days = low + self.dice.below(high - low + 1);
        let minutes = self.dice.between(9 * 60, 17 * 60);
        zone::start_of(zone::date_of(from) + Days::new(days)) + Duration::minutes(minutes)
    }

    fn situation(&mut self) -> ListedFor {
        match (self.truth.code(), self.dice.below(100)) {
            (_, 0..12) => ListedFor::Concealment,
            ("land.approval", _) => ListedFor::IllegalApproval,
            ("land.cheap_grant", _) => ListedFor::LandSupply,
            ("land.cultivated", _) => ListedFor::Farmland,
            (_, 12..24) => ListedFor::ControlLines,
            (code, _) if code.starts_with("land.") => ListedFor::Farmland,
            (code, _) if code.starts_with("mineral.") => ListedFor::SeriousMining,
            (code, _) if code.starts_with("survey.") => ListedFor::Surveying,
            _ => ListedFor::Other,
        }
    }
}
