//! Who sees which cases. A query that shows a case takes a [`Scope`]; there is no other way to one.

use crate::place::{Code, recusal};

/// The cases that one viewer may see: every one whose place lies in the subtree of the viewer's
/// unit, or which that unit holds or ever held, less those from which the unit is kept away.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(super) reach: Reach,
}

#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Nothing at all: roles that do not read cases.
    Nothing,
    /// A unit's view.
    Unit(View),
    /// The service itself: schedules and audits, never an answer to a person.
    Everything,
}

#[derive(Clone, Debug)]
pub(super) struct View {
    /// The unit.
    pub unit: String,
    /// Half-open range of the codes of its subtree.
    pub places: (String, String),
    /// Recusals that bar it: its own code and those above, of whom it is a subordinate.
    pub barred_by: Vec<String>,
}

impl Scope {
    /// What people of a unit see.
    pub fn of_unit(unit: Code) -> Scope {
        let barring = unit.chain().into_iter().filter(|accused| recusal::bars(*accused, unit));
        let barred_by = barring.map(|code| code.to_string()).collect();
        let view = View { unit: unit.to_string(), places: unit.text_range(), barred_by };
        Scope { reach: Reach::Unit(view) }
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
