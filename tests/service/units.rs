//! The people of the tests: every role at several units, `ROLE-UNIT`.

pub const NATION: &str = "000000";
pub const PROVINCE: &str = "430000";
pub const CITY: &str = "430100";
pub const COUNTY: &str = "430121";
pub const OTHER_COUNTY: &str = "430181";
pub const OTHER_PROVINCE: &str = "440000";

pub const UNITS: [&str; 6] = [NATION, PROVINCE, CITY, COUNTY, OTHER_COUNTY, OTHER_PROVINCE];

/// A trailing 2 makes a second person of the same role.
pub const ROLES: [&str; 9] = [
    "operator",
    "judge",
    "handler",
    "reviewer",
    "reviewer2",
    "supervisor",
    "analyst",
    "custodian",
    "admin",
];

/// The password of a login: every one has its own.
pub fn password(login: &str) -> String {
    format!("seven white egrets over {login}")
}
