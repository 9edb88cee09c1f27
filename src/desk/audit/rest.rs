//! Tables for whose rows nothing vouches: that each of them can be read. On PostgreSQL with checksums a
//! damaged page cannot.

use super::fault::{Audit, Fault};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::carry::tables;

/// Tables that the audit has read whole by then.
const READ: [&str; 24] = [
    "cases",
    "entries",
    "notices",
    "duties",
    "case_units",
    "case_recusals",
    "tips",
    "tip_words",
    "tip_identities",
    "files",
    "log",
    "log_head",
    "log_nodes",
    "seal_heads",
    "movements",
    "arrivals",
    "holdings",
    "withheld",
    "obligations",
    "milestones",
    "listings",
    "outcomes",
    "reports",
    "cursors",
];

impl Desk {
    /// Reads every row that was not read yet, each table in a snapshot of its own.
    pub(super) async fn audit_rest(&self, audit: &mut Audit) {
        for table in tables().into_iter().filter(|table| !READ.contains(&table.name.as_str())) {
            let name = table.name.clone();
            let read = self.store.read(move |db| db.rows(&table, |_| Ok::<_, StoreError>(())));
            if let Err(error) = read.await {
                audit.fault(Fault::beside(name, error.to_string()));
            }
        }
    }
}
