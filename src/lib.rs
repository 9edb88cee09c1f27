//! hotline: a violation-report hotline that cannot lose a case.
pub mod calendar;
pub mod clock;
pub mod desk;
pub mod files;
pub mod intake;
pub mod lang;
pub mod ledger;
pub mod place;
pub mod report;
pub mod seal;
pub mod store;
pub mod trend;
pub mod vault;
