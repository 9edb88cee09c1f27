//! The ladder of a due date: a reminder before it, notices after it, each to somebody else.

use chrono::{DateTime, Utc};

use crate::calendar::{Workdays, zone};
use crate::ledger::{DutyKind, Role};

/// One rung: each is told once for a duty and a due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Some time is left: to those who owe it.
    Reminder,
    /// The date is past: to those who owe it.
    Overdue,
    /// It stays undone: to the unit's reviewers and supervisors.
    Unit,
    /// It stays undone still: to the supervisors of the superior unit.
    Superior,
}

/// How far apart the rungs stand. [ours]: no text was found that sets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The share of a duty's time, in percent, that is left when its reminder goes out.
    pub remind_percent: i32,
    /// Working days after the due date until the unit's own reviewers and supervisors are told.
    pub unit_after: u32,
    /// Working days after the due date until the superior unit is told.
    pub superior_after: u32,
}

impl Rung {
    /// Every rung, from the lowest.
    pub const ALL: [Rung; 4] = [Rung::Reminder, Rung::Overdue, Rung::Unit, Rung::Superior];

    /// Its name in the database and in kept letters.
    pub fn name(self) -> &'static str {
        match self {
            Rung::Reminder => "reminder",
            Rung::Overdue => "overdue",
            Rung::Unit => "unit",
            Rung::Superior => "superior",
        }
    }

    /// Looks a name up.
    pub fn find(name: &str) -> Option<Rung> {
        Rung::ALL.into_iter().find(|rung| rung.name() == name)
    }

    /// The roles that are told of a duty of this kind.
    pub fn roles(self, kind: DutyKind) -> &'static [Role] {
        match self {
            Rung::Reminder | Rung::Overdue => kind.roles(),
            Rung::Unit => &[Role::Reviewer, Role::Supervisor],
            Rung::Superior => &[Role::Supervisor],
        }
    }

    /// Whether this is told to people other than those who owe the duty.
    pub fn climbs(self) -> bool {
        matches!(self, Rung::Unit | Rung::Superior)
    }
}

impl Ladder {
    /// When a rung is due for a duty; `None` where no working-day table reaches that far: it is
    /// told once there is one.
    pub fn at(
        &self,
        rung: Rung,
        (opened_at, due_at): (DateTime<Utc>, DateTime<Utc>),
        workdays: &Workdays,
    ) -> Option<DateTime<Utc>> {
        let after = |days: u32| workdays.after(zone::date_of(due_at), days).ok().map(zone::end_of);
        match rung {
            Rung::Reminder => Some(due_at - (due_at - opened_at) / 100 * self.remind_percent),
            Rung::Overdue => Some(due_at),
            Rung::Unit => after(self.unit_after),
            Rung::Superior => after(self.superior_after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        zone::parse_instant(text).unwrap()
    }

    #[test]
    fn the_rungs_stand_in_order_and_count_working_days() {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let ladder = Ladder { remind_percent: 25, unit_after: 1, superior_after: 3 };
        // Opened on a Thursday at noon, due at the end of the Friday.
        let span = (at("2026-11-26 12:00"), at("2026-11-27 23:59:59"));
        let when = |rung| zone::rfc3339(ladder.at(rung, span, &days).unwrap());
        // A quarter of a day and a half is nine hours.
        assert_eq!(when(Rung::Reminder), "2026-11-27T14:59:59+08:00");
        assert_eq!(when(Rung::Overdue), "2026-11-27T23:59:59+08:00");
        assert_eq!(when(Rung::Unit), "2026-11-30T23:59:59+08:00");
        assert_eq!(when(Rung::Superior), "2026-12-02T23:59:59+08:00");
        let hours = (at("2026-11-28 10:00"), at("2026-11-28 12:00"));
        let soon = ladder.at(Rung::Reminder, hours, &days).unwrap();
        assert_eq!(zone::shown(soon), "2026-11-28 11:30");
    }

    #[test]
    fn past_the_last_table_a_climb_waits() {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        let last = days.last_year().unwrap();
        let ladder = Ladder { remind_percent: 20, unit_after: 1, superior_after: 3 };
        let due = at(&format!("{last}-12-31 23:59:59"));
        let span = (at(&format!("{last}-12-30 10:00")), due);
        assert_eq!(ladder.at(Rung::Superior, span, &days), None);
        assert_eq!(ladder.at(Rung::Overdue, span, &days), Some(due));
    }

    #[test]
    fn each_rung_speaks_to_somebody_else() {
        for kind in DutyKind::ALL {
            assert_eq!(Rung::Reminder.roles(kind), kind.roles());
            assert!(!Rung::Superior.roles(kind).contains(&Role::Handler));
            assert!(!Rung::Unit.roles(kind).contains(&Role::Handler));
        }
        for rung in Rung::ALL {
            assert_eq!(Rung::find(rung.name()), Some(rung));
        }
    }
}
