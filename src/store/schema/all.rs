//! Every table as data: what a backup carries. The columns are read off the tables above; a test
//! compares the whole with what stands in both databases, so none can be forgotten.

use diesel::Column;

use super::super::carry::{FILLING, Table};

macro_rules! tables {
    ($($table:ident by $($key:ident),+;)+) => {
        /// The tables that a backup carries, each after those that its rows refer to.
        pub fn tables() -> Vec<Table> {
            vec![$(Table::of::<super::$table::table>(
                stringify!($table),
                &[$(<super::$table::$key as Column>::NAME),+],
            )),+]
        }
    };
}

tables! {
    meta by key;
    users by id;
    credentials by secret_hash;
    mailboxes by user_id;
    cases by no;
    entries by id;
    notices by id;
    duties by case_no, no;
    case_units by case_no, unit;
    case_recusals by case_no, unit;
    tips by number;
    tip_words by entry_id;
    tip_identities by tip;
    tips_by_mail by tip;
    holds by tip;
    files by sha256;
    answers by key_hash;
    unsealed by entry_id;
    log by pos;
    log_head by id;
    log_nodes by pos;
    seal_heads by day;
    cursors by reader;
    movements by pos, part;
    arrivals by pos, part;
    holdings by pos;
    withheld by case_no, unit;
    obligations by case_no, no, turn;
    milestones by pos, part;
    listings by pos;
    outcomes by pos, part;
    jobs by kind, period, scope;
    audits by day;
    reports by id;
    report_forms by report, form;
    subscriptions by id;
    outbox by id;
    duty_tellings by case_no, duty_no, rung, due_at;
    draws by id;
    campaigns by id;
    campaign_places by campaign, division;
    enquiries by id;
}

/// Tables that stay behind: who holds a lease now means nothing elsewhere, and would only keep the
/// next holder waiting; and the marks by which cases are found, in SQLite with the tables behind
/// them, are made anew from the words.
pub const LEFT_BEHIND: &[&str] = &[
    "leases",
    "case_marks",
    "case_marks_config",
    "case_marks_data",
    "case_marks_docsize",
    "case_marks_idx",
];

/// Rows that stay behind, by table, column and value, and stand elsewhere as the migrations put them:
/// what is true of one database only. A reader of the log whose tables are left behind has its cursor
/// here, so that it begins anew.
pub const STAYING: &[(&str, &str, &str)] =
    &[("meta", "key", FILLING), ("cursors", "reader", "marks")];
