//! Who acts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::place::Code;

/// What a person may be; one person may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Logs tips and answers informants.
    Operator,
    /// Decides what a tip is and where it goes.
    Judge,
    /// Verifies and disposes.
    Handler,
    /// Approves closing, somebody other than who handled.
    Reviewer,
    /// Urges, rules on objections, reopens.
    Supervisor,
    /// Reads figures.
    Analyst,
    /// Consents to opening an identity.
    Custodian,
    /// Keeps users and settings; does not act on cases.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Operator,
        Role::Judge,
        Role::Handler,
        Role::Reviewer,
        Role::Supervisor,
        Role::Analyst,
        Role::Custodian,
        Role::Admin,
    ];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Judge => "judge",
            Role::Handler => "handler",
            Role::Reviewer => "reviewer",
            Role::Supervisor => "supervisor",
            Role::Analyst => "analyst",
            Role::Custodian => "custodian",
            Role::Admin => "admin",
        }
    }

    /// The name on screen, Chinese and English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Role::Operator => ("话务员", "operator"),
            Role::Judge => ("判定员", "judge"),
            Role::Handler => ("承办人", "handler"),
            Role::Reviewer => ("审核人", "reviewer"),
            Role::Supervisor => ("督办员", "supervisor"),
            Role::Analyst => ("分析员", "analyst"),
            Role::Custodian => ("身份保管人", "custodian"),
            Role::Admin => ("管理员", "administrator"),
        }
    }

    /// Whether the role reads cases at all: analysts see figures, custodians and admins neither.
    pub fn reads_cases(self) -> bool {
        !matches!(self, Role::Analyst | Role::Custodian | Role::Admin)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Role, String> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| {
            let names = Role::ALL.map(Role::name).join(", ");
            format!("«{text}» is not a role; use one of {names}")
        })
    }
}

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person of a unit.
    Staff {
        /// The person's identifier.
        user: String,
        /// The unit.
        unit: Code,
        /// What the person is.
        roles: Vec<Role>,
    },
    /// The informant of one tip, shown by number and code.
    Informant {
        /// The tip's number.
        tip: String,
    },
    /// The service's own schedule.
    Schedule,
    /// The import of an old ledger.
    Import {
        /// Whose doing it is; nobody's in the terminal.
        user: Option<String>,
        /// The unit whose ledger it is, where one is named.
        unit: Option<Code>,
        /// What the person is.
        roles: Vec<Role>,
    },
}

impl Actor {
    /// Whether the actor has one of these roles.
    pub fn is_any(&self, wanted: &[Role]) -> bool {
        matches!(self, Actor::Staff { roles, .. } if roles.iter().any(|role| wanted.contains(role)))
    }

    /// The actor's unit, for staff and for what is done in a unit's name.
    pub fn unit(&self) -> Option<Code> {
        match self {
            Actor::Staff { unit, .. } => Some(*unit),
            Actor::Import { unit, .. } => *unit,
            _ => None,
        }
    }

    /// The person, for staff.
    pub fn user(&self) -> Option<&str> {
        match self {
            Actor::Staff { user, .. } => Some(user),
            Actor::Import { user, .. } => user.as_deref(),
            _ => None,
        }
    }
}
