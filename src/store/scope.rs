//! Who sees which cases. A query that shows a case takes a [`Scope`]; there is no other way to one.

use super::areas::Areas;
use crate::place::{Code, Units};

/// The cases that one viewer may see: every one whose place lies in what the viewer's unit oversees,
/// or which that unit (or one whose place it took) holds or ever held, less those from which the unit
/// is kept away.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(super) reach: Reach,
}

#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Nothing at all: roles that do not read cases.
    Nothing,
    /// A unit's view.
    Unit(Box<View>),
    /// The service itself: schedules and audits, never an answer to a person.
    Everything,
}

#[derive(Clone, Debug)]
pub(super) struct View {
    /// The unit, and those in whose place it stands.
    pub units: Vec<String>,
    /// What it oversees.
    pub places: Areas,
    /// Recusals that bar it: its own code, those above, of whom it is a subordinate, and those whose
    /// people act for it now.
    pub barred_by: Vec<String>,
}

impl Scope {
    /// What people of a unit see, as units stand today.
    pub fn of_unit(unit: Code, units: &Units) -> Scope {
        let texts = |codes: Vec<Code>| codes.iter().map(Code::to_string).collect();
        let mut own = units.predecessors(unit);
        own.push(unit);
        let view = View {
            units: texts(own),
            places: Areas::of(&units.areas(unit)),
            barred_by: texts(units.barring(unit)),
        };
        Scope { reach: Reach::Unit(Box::new(view)) }
    }

    /// What those see who read no cases.
    pub fn nothing() -> Scope {
        Scope { reach: Reach::Nothing }
    }

    /// What the service itself sees in its own work.
    pub fn service() -> Scope {
        Scope { reach: Reach::Everything }
    }
}
