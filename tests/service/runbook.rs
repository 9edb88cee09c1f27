//! The runbook's commands, run as they are written, on both databases.

use std::process::Command;

use crate::case::{Case, evidence};
use crate::on_both;
use crate::raw::Place;
use crate::world::{Backend, World, has_postgres, text};

const RUNBOOK: &str = include_str!("../../docs/RUNBOOK.md");

on_both!(the_runbook_does_what_it_says);

fn the_runbook_does_what_it_says(world: &mut World) {
    let hash = evidence(world);
    Case::in_county(world).to_review(&hash);
    world.stop();
    let blocks = RUNBOOK.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let blocks: Vec<&str> = blocks.collect();
    assert_eq!(blocks.len(), 4);
    // It moves an embedded database; on PostgreSQL the way there is the one that is left out.
    let moves = world.backend == Backend::Sqlite && has_postgres();
    let kept = blocks.iter().filter(|block| moves || !block.contains("hotline move"));
    let script: String = kept.copied().collect();
    let new = moves.then(|| Place::with_keys_of(world, Backend::Postgres));

    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("in-the-safe");
    std::fs::copy(world.folder.path().join("keys"), &copy).unwrap();
    let program = world.program();
    let binary = std::path::Path::new(program.get_program()).parent().unwrap();
    let mut shell = Command::new("bash");
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell
        .args(["-c", &format!("set -eu\n{script}")])
        .env("PATH", format!("{}:{}", binary.display(), std::env::var("PATH").unwrap()))
        .env("KEYS_COPY", &copy)
        .env("SEAL_KEY_COPY", world.folder.path().join("seal.key"))
        .env("NEW_DATABASE_URL", new.map_or(String::new(), |place| place.database))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
    for wanted in ["ok: today.archive opens", "restored in", "the database is up to date"] {
        assert!(said.contains(wanted), "«{wanted}» is missing in:\n{said}");
    }
    let audits = said.matches(" 0 faults").count();
    assert_eq!(audits, if moves { 3 } else { 2 }, "{said}");
    assert!(!folder.path().join("drill").exists());
}
