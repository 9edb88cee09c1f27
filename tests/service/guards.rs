//! What the database itself refuses, whatever the program does: tested by raw SQL.

use serde_json::json;

use crate::case::{Case, evidence};
use crate::on_both;
use crate::world::{Backend, World};

on_both!(
    entries_and_tips_are_append_only,
    a_case_with_a_blocking_duty_cannot_be_closed,
    a_closed_case_takes_no_blocking_duty,
    every_guard_is_in_place,
);

fn entries_and_tips_are_append_only(world: &mut World) {
    let case = Case::in_county(world);
    case.to_verifying();
    let mut attempts = vec![
        "UPDATE entries SET body = '{}'".to_owned(),
        "UPDATE entries SET seq = seq + 100".to_owned(),
        "DELETE FROM entries".to_owned(),
        "UPDATE tips SET channel = 'web'".to_owned(),
        "DELETE FROM tips".to_owned(),
        "DELETE FROM duties".to_owned(),
        "DELETE FROM cases".to_owned(),
    ];
    match world.backend {
        Backend::Sqlite => {
            for table in ["entries", "tips", "cases", "duties"] {
                attempts
                    .push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"));
            }
        }
        Backend::Postgres => {
            for table in ["entries", "tips", "cases", "duties"] {
                attempts.push(format!("TRUNCATE {table} CASCADE"));
            }
        }
    }
    for attempt in attempts {
        let error = world.sql(&attempt).expect_err(&attempt);
        assert!(error.contains("append-only") || error.contains("never"), "{attempt}: {error}");
    }
    assert_eq!(case.entries("handler-430121").len(), 4);
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn a_case_with_a_blocking_duty_cannot_be_closed(world: &mut World) {
    let case = Case::in_county(world);
    let no = &case.no;
    let table = [
        (format!("UPDATE cases SET state = 'closed' WHERE no = '{no}'"), "may not be closed"),
        (format!("UPDATE cases SET stage = 'closed' WHERE no = '{no}'"), "may not be closed"),
        (format!("UPDATE cases SET no = 'x' WHERE no = '{no}'"), "keeps its number"),
        (
            format!("UPDATE duties SET blocking = NOT blocking WHERE case_no = '{no}'"),
            "keeps what it is",
        ),
        (
            "INSERT INTO cases (no, last_seq, stage, state, holder, place, category, opened_at, \
             changed_at) VALUES ('9', 1, 'closed', 'closed', '43', '43', 'unknown', \
             '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
                .to_owned(),
            "not born closed",
        ),
    ];
    for (attempt, why) in table {
        let error = world.sql(&attempt).expect_err(&attempt);
        assert!(error.contains(why), "{attempt}: {error}");
    }
    assert_eq!(case.state("handler-430121"), "pending");
}

fn a_closed_case_takes_no_blocking_duty(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    case.done("reviewer-430121", &json!({ "act": "approve_close" }));
    let no = &case.no;
    let table = [
        (
            format!(
                "INSERT INTO duties VALUES ('{no}', 99, 'verify', '430121', NULL, \
                 '2026-01-01 00:00:00', NULL, 'x', TRUE, FALSE, 'open', NULL)"
            ),
            "takes no blocking duty",
        ),
        (
            format!("UPDATE duties SET status = 'open' WHERE case_no = '{no}' AND no = 1"),
            "ends once",
        ),
    ];
    for (attempt, why) in table {
        let error = world.sql(&attempt).expect_err(&attempt);
        assert!(error.contains(why), "{attempt}: {error}");
    }
}

/// SQLite drops triggers when a migration rebuilds a table, so they are counted by name.
fn every_guard_is_in_place(world: &mut World) {
    let (wanted, found): (&[&str], _) = match world.backend {
        Backend::Sqlite => (
            &[
                "cases_keep_number",
                "cases_no_delete",
                "cases_no_replace",
                "cases_not_born_closed",
                "cases_not_closed_with_duties",
                "duties_no_delete",
                "duties_no_replace",
                "duties_not_reopened",
                "duties_not_under_closed",
                "entries_no_delete",
                "entries_no_replace",
                "entries_no_update",
                "log_names_what_is_there",
                "log_no_delete",
                "log_no_replace",
                "log_no_update",
                "log_nodes_no_delete",
                "log_nodes_no_replace",
                "log_nodes_no_update",
                "notices_no_delete",
                "notices_no_replace",
                "notices_no_update",
                "seal_heads_no_delete",
                "seal_heads_no_replace",
                "seal_heads_no_update",
                "tips_no_delete",
                "tips_no_replace",
                "tips_no_update",
                "unsealed_names_what_is_there",
            ],
            "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        ),
        Backend::Postgres => (
            &[
                "cases_guard",
                "cases_no_delete",
                "cases_no_truncate",
                "duties_guard",
                "duties_no_delete",
                "duties_no_truncate",
                "entries_no_truncate",
                "entries_no_update",
                "log_names_what_is_there",
                "log_no_truncate",
                "log_no_update",
                "log_nodes_no_truncate",
                "log_nodes_no_update",
                "notices_no_truncate",
                "notices_no_update",
                "seal_heads_no_truncate",
                "seal_heads_no_update",
                "tips_no_truncate",
                "tips_no_update",
                "unsealed_names_what_is_there",
            ],
            "SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        ),
    };
    assert_eq!(world.names(found), wanted);
}
