//! The audit finds what was changed past the program, names it, and says so by its exit status.

use std::path::PathBuf;

use crate::case::{Case, evidence};
use crate::on_both;
use crate::world::{World, text};

on_both!(what_was_changed_past_the_program_is_named);

fn what_was_changed_past_the_program_is_named(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    let found = |world: &World, wanted: &str| {
        let output = world.run(&["audit"]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("1 faults") && said.contains(wanted), "{said}");
    };
    let no = case.no.clone();
    // Rows that the guards leave open to the program, turned another way and back.
    let table = [
        (
            format!("UPDATE cases SET holder = '440000' WHERE no = '{no}'"),
            format!("UPDATE cases SET holder = '430121' WHERE no = '{no}'"),
            format!("case {no}: holder stands as 440000, replayed as 430121"),
        ),
        (
            format!("UPDATE duties SET owner = '440000' WHERE case_no = '{no}' AND no = 1"),
            format!("UPDATE duties SET owner = '430121' WHERE case_no = '{no}' AND no = 1"),
            format!("case {no} duty 1: the row differs"),
        ),
        (
            format!("UPDATE cases SET state = 'handling' WHERE no = '{no}'"),
            format!("UPDATE cases SET state = 'in_review' WHERE no = '{no}'"),
            format!("case {no}: state stands as handling, replayed as in_review"),
        ),
    ];
    for (change, back, wanted) in table {
        world.sql(&change).unwrap();
        found(world, &wanted);
        world.sql(&back).unwrap();
    }
    let file: PathBuf = world.folder.path().join("files").join(&hash[..2]).join(&hash);
    let stored = std::fs::read(&file).unwrap();
    let mut changed = stored.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&file, changed).unwrap();
    found(world, &format!("file {hash}"));
    std::fs::write(&file, stored).unwrap();
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}
