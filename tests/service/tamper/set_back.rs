//! A tally whose cursor was set back reads again what it has read. Where figures were made of that the
//! audit says so, and nothing is written down twice; where none were, it comes to the same.

use diesel::connection::SimpleConnection;
use hotline::app;

use super::deeds::last_figure;
use super::hand::Hand;
use super::{config, connect, give_notice, number, original, rows};

const FIGURES: [&str; 8] = [
    "movements",
    "arrivals",
    "holdings",
    "obligations",
    "milestones",
    "listings",
    "outcomes",
    "withheld",
];

#[test]
fn r26_a_tally_that_was_set_back_is_found_or_heals() {
    let original = original();
    let grown = original.copy();
    original.runtime.block_on(async {
        let desk = app::open(&config(grown.path())).await.unwrap().desk;
        for _ in 0..2 {
            give_notice(&desk).await;
        }
        desk.catch_up().await.unwrap();
    });
    let mut conn = connect(grown.path());
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let figures = FIGURES.map(|table| rows(&mut conn, table));
    let (size, last) =
        (number(&mut conn, "SELECT size AS n FROM log_head"), last_figure(&mut conn));
    drop(conn);
    assert!(figures[..4].iter().all(|rows| !rows.is_empty()) && last <= size - 2);
    for to in [0, 1, size / 3, size / 2, last - 2, last - 1, last, size - 2, size - 1] {
        let copy = tempfile::TempDir::new().unwrap();
        super::copy_into(grown.path(), copy.path());
        let set = format!("UPDATE cursors SET pos = {to} WHERE reader = 'tally'");
        Hand::on(copy.path(), "").run(&set).unwrap();
        let found = original.audit(copy.path()).unwrap();
        let mut conn = connect(copy.path());
        // Whatever was read again, no figure was counted twice.
        assert_eq!(FIGURES.map(|table| rows(&mut conn, table)), figures, "back to {to}");
        if to < last {
            let said: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
            let wanted = format!("tally: it says that it has read {to} places");
            assert!(said.iter().any(|fault| fault.contains(&wanted)), "{to}: {said:?}");
        } else {
            assert_eq!(found.count, 0, "back to {to}: {:?}", found.faults);
            let read = "SELECT pos AS n FROM cursors WHERE reader = 'tally'";
            assert_eq!(number(&mut conn, read), size);
        }
    }
}
