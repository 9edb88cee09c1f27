//! R24: a migration that is killed at any point is ended by the next run.

use std::process::Command;

use tempfile::TempDir;

use crate::drill::{count, skipped, tell};
use crate::on_both;
use crate::world::{Backend, World, text};

on_both!(r24_a_migration_killed_at_any_point_is_ended_by_the_next);

fn r24_a_migration_killed_at_any_point_is_ended_by_the_next(world: &mut World) {
    // What a migration does is, for one database, written to a file, for the other sent to a server.
    let (call, calls) = match world.backend {
        Backend::Sqlite => ("pwrite64", 1_200),
        Backend::Postgres => ("sendto", 120),
    };
    let (points, mut killed) = (count(4, 20), 0);
    for point in 0..points {
        let folder = TempDir::new().unwrap();
        let url = match world.backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("hotline.db").display()),
            Backend::Postgres => {
                let name = format!("{}_{point}", world.database.rsplit_once('/').unwrap().1);
                world.sql(&format!("CREATE DATABASE {name}")).unwrap();
                format!("{}_{point}", world.database)
            }
        };
        let env = [("HOTLINE_DATA", folder.path().to_str().unwrap()), ("DATABASE_URL", &url)];
        let run = |program: &mut Command| program.envs(env).output().unwrap();
        let kill = format!("inject={call}:signal=KILL:when={}", 1 + point * calls / points);
        let plain = world.program();
        let mut traced = Command::new("strace");
        traced.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        traced.args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &kill]);
        traced.arg(plain.get_program()).arg("migrate").current_dir(folder.path()).envs(env);
        let Ok(first) = traced.output() else {
            return skipped("R24", "strace is not installed");
        };
        killed += usize::from(!first.status.success());
        for arguments in [vec!["migrate"], vec!["audit"]] {
            let done = run(world.program().args(&arguments));
            let said = text(&done.stdout) + &text(&done.stderr);
            assert!(done.status.success(), "{arguments:?} after {kill}: {said}");
        }
        if world.backend == Backend::Postgres {
            let (_, name) = url.rsplit_once('/').unwrap();
            world.sql(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
        }
    }
    assert!(killed * 2 > points, "{killed} of {points} were killed");
    tell("R24", world.backend, &format!("{killed} migrations killed, each ended by the next run"));
}
