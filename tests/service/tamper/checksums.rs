//! R22 on PostgreSQL with checksums: a page of which a byte changed is not read, whichever table it is of,
//! and the audit says so.

use std::os::unix::fs::FileExt;

use hotline::store::carry::LEFT_BEHIND;

use super::hand::Hand;
use super::{Dice, setting};
use crate::cluster::Shot;
use crate::drill::{count, tell};
use crate::world::{Backend, text};

/// Bytes of a page.
const PAGE: u64 = 8_192;
/// Damaged pages, in the short form and in the long one.
const PAGES: (usize, usize) = (6, 60);

#[test]
fn r22_a_damaged_page_of_postgres_is_found_by_its_checksum() {
    let Some(mut shot) = Shot::with_checksums() else { return };
    shot.world.stop();
    shot.world.run_ok(&["synth", "--tips", "60", "--until", "2026-10-31"]);
    assert!(shot.world.run_ok(&["audit"]).contains(" 0 faults"));
    // What rows hold, long values included. Indexes can be made anew.
    let kept = LEFT_BEHIND.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    let files = format!(
        "WITH kept AS (SELECT oid, reltoastrelid FROM pg_class WHERE relkind = 'r' \
           AND relnamespace = 'public'::regnamespace AND relname NOT IN ({kept})) \
         SELECT relname || ' ' || pg_relation_filepath(oid) AS word FROM pg_class \
         WHERE pg_relation_size(oid) > 0 \
           AND (oid IN (SELECT oid FROM kept) OR oid IN (SELECT reltoastrelid FROM kept)) ORDER BY 1"
    );
    let files = Hand::on(&shot.data, &shot.url()).words(&files);
    assert!(files.len() > 20, "{files:?}");
    let seed = setting("HOTLINE_DAMAGE_SEED", hotline::clock::below(u64::MAX));
    println!("HOTLINE_DAMAGE_SEED={seed}");
    let (mut dice, pages) = (Dice(seed), count(PAGES.0, PAGES.1));
    let mut missed = Vec::new();
    for _ in 0..pages {
        shot.stop();
        let (table, path) = dice.pick(&files).split_once(' ').unwrap();
        let mut options = std::fs::OpenOptions::new();
        let file = options.read(true).write(true).open(shot.data.join(path)).unwrap();
        let from = dice.below(file.metadata().unwrap().len() / PAGE) * PAGE;
        let mut page = vec![0; PAGE as usize];
        file.read_exact_at(&mut page, from).unwrap();
        let good = page.clone();
        for _ in 0..=dice.below(8) {
            page[dice.below(PAGE) as usize] ^= u8::try_from(dice.below(255) + 1).unwrap();
        }
        file.write_all_at(&page, from).unwrap();
        shot.go_on();
        let output = shot.world.run(&["audit"]);
        let said = text(&output.stdout) + &text(&output.stderr);
        let status = output.status.code().unwrap_or(-1);
        let found = matches!(status, 1 | 2) && said.contains("damaged");
        if page != good && (!found || said.contains("panicked")) {
            missed.push(format!("{table} at {from}: {status}: {said}"));
        }
        shot.stop();
        file.write_all_at(&good, from).unwrap();
        shot.go_on();
    }
    let found = pages - missed.len();
    let measured = format!("{pages} pages with 1–8 flips: {found} found by checksum; seed {seed}");
    tell("R22", Backend::Postgres, &measured);
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(shot.world.run_ok(&["audit"]).contains(" 0 faults"));
}
