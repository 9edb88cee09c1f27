//! Migrations go down and up again to the same layout, and a layout that does not fit is said.

use std::path::PathBuf;

use crate::on_both;
use crate::world::{Backend, World};

on_both!(down_and_up_gives_the_same_layout, a_database_that_does_not_fit_is_refused);

fn layout(world: &World) -> Vec<String> {
    world.names(match world.backend {
        Backend::Sqlite => {
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS name FROM sqlite_master \
             WHERE tbl_name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
                    || ' ' || coalesce(collation_name, '') AS name \
             FROM information_schema.columns WHERE table_schema = 'public' \
               AND table_name NOT LIKE '\\_\\_%' \
             UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
               AND tablename NOT LIKE '\\_\\_%' \
             UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
             ORDER BY 1"
        }
    })
}

pub fn steps(world: &World) -> Vec<PathBuf> {
    let folder = match world.backend {
        Backend::Sqlite => "migrations/sqlite",
        Backend::Postgres => "migrations/postgres",
    };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut steps: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    steps.sort();
    steps
}

fn down_and_up_gives_the_same_layout(world: &mut World) {
    world.stop();
    let before = layout(world);
    assert!(before.len() > 40, "{before:?}");
    let steps = steps(world);
    let run = |step: &PathBuf, file: &str| {
        let sql = std::fs::read_to_string(step.join(file)).unwrap();
        world.sql(&sql).unwrap_or_else(|error| panic!("{} {file}: {error}", step.display()));
    };
    steps.iter().rev().for_each(|step| run(step, "down.sql"));
    assert_eq!(layout(world), Vec::<String>::new());
    steps.iter().for_each(|step| run(step, "up.sql"));
    assert_eq!(layout(world), before);
}

fn a_database_that_does_not_fit_is_refused(world: &mut World) {
    let refused = |world: &World, arguments: &[&str]| {
        let output = world.run(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    world.stop();
    world
        .sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')")
        .unwrap();
    for arguments in [&["audit"][..], &["migrate"], &["serve"]] {
        let said = refused(world, arguments);
        assert!(said.contains("newer program"), "{said}");
    }
    world.sql("DELETE FROM __diesel_schema_migrations WHERE version > '20261123110100'").unwrap();
    assert!(refused(world, &["audit"]).contains("run: hotline migrate"));
}
