//! What the program says when it cannot start: a sentence, a status, and no secret.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::world::{Backend, World, text, wait_for};

/// A command that must end by itself, without success: what it said.
#[track_caller]
pub fn fails(mut program: Command) -> String {
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let ended = wait_for("the program to give up", || child.try_wait().unwrap());
    let output = child.wait_with_output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(!ended.success(), "{said}");
    assert!(!said.contains("panicked") && !said.contains(".rs:"), "{said}");
    said
}

/// The program on an embedded database of its own in a folder.
fn within(world: &World, folder: &Path, arguments: &[&str]) -> Command {
    let mut program = world.program();
    program.env("HOTLINE_DATA", folder);
    program.env("DATABASE_URL", format!("sqlite:{}", folder.join("hotline.db").display()));
    program.args(arguments);
    program
}

fn migrated(world: &World) -> TempDir {
    let folder = TempDir::new().unwrap();
    assert!(within(world, folder.path(), &["migrate"]).status().unwrap().success());
    folder
}

#[test]
fn s51_a_database_that_cannot_be_used_is_named_without_its_password() {
    let world = World::start(Backend::Sqlite);
    // A port that was just free: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let down = format!("postgres://keeper:s3cr%2Fet@127.0.0.1:{free}/hotline");
    let table = [
        (down.as_str(), vec!["cannot be opened", "DATABASE_URL"]),
        // A sign that should have been encoded: the piece before it is one of the password.
        ("postgres://keeper:s3cr/et@127.0.0.1:1/hotline", vec!["DATABASE_URL", "%2F"]),
        ("postgres://keeper:s3cr@et@127.0.0.1:1/hotline", vec!["DATABASE_URL"]),
        ("postgres://keeper:s3cr?et=1@127.0.0.1/hotline", vec!["DATABASE_URL"]),
        ("mysql://keeper:s3cret@127.0.0.1/hotline", vec!["«mysql»", "sqlite:PATH", "postgres://"]),
        ("postgres:keeper:s3cret@127.0.0.1", vec!["sqlite:PATH"]),
        ("keeper-s3cret", vec!["no scheme", "sqlite:PATH"]),
        ("sqlite::memory:", vec!["in memory"]),
    ];
    for (url, words) in table {
        for command in ["serve", "migrate", "audit"] {
            let mut program = world.program();
            program.env("DATABASE_URL", url).arg(command);
            // The folder of the running service is taken; this is about the database.
            let folder = TempDir::new().unwrap();
            let said = fails({
                program.env("HOTLINE_DATA", folder.path());
                program
            });
            for word in &words {
                assert!(said.contains(word) || command == "migrate", "{url} {command}: {said}");
            }
            assert!(!said.contains("s3cr") && !said.contains("\"et"), "{url} {command}: {said}");
        }
    }
}

#[test]
fn s36_a_key_file_that_others_can_read_is_not_used() {
    let world = World::start(Backend::Sqlite);
    let folder = migrated(&world);
    let keys = folder.path().join("keys");
    assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o644, 0o640, 0o604, 0o660] {
        std::fs::set_permissions(&keys, PermissionsExt::from_mode(mode)).unwrap();
        for command in ["serve", "audit"] {
            let said = fails(within(&world, folder.path(), &[command]));
            assert!(
                said.contains(&format!("mode {mode:o}")) && said.contains("chmod 600"),
                "{said}"
            );
        }
    }
    std::fs::set_permissions(&keys, PermissionsExt::from_mode(0o600)).unwrap();
    assert!(within(&world, folder.path(), &["audit"]).status().unwrap().success());
}

#[test]
fn s36_a_database_without_its_own_keys_is_not_served() {
    let world = World::start(Backend::Sqlite);
    let folder = migrated(&world);
    let keys = folder.path().join("keys");
    let own = std::fs::read(&keys).unwrap();
    std::fs::remove_file(&keys).unwrap();
    for command in ["serve", "migrate", "audit"] {
        let said = fails(within(&world, folder.path(), &[command]));
        assert!(said.contains("missing") && said.contains("restore it"), "{command}: {said}");
        assert!(!keys.exists(), "{command} made new keys: every identity would be lost unnoticed");
    }
    // Keys of another installation, and half a file.
    let others = migrated(&world);
    std::fs::copy(others.path().join("keys"), &keys).unwrap();
    let said = fails(within(&world, folder.path(), &["serve"]));
    assert!(said.contains("not the one"), "{said}");
    std::fs::write(&keys, &own[..own.len() - 10]).unwrap();
    let said = fails(within(&world, folder.path(), &["serve"]));
    assert!(said.contains("64 hexadecimal digits"), "{said}");
    let secret =
        text(&own).lines().find_map(|line| line.strip_prefix("wrap-1 = ")).unwrap().to_owned();
    assert!(!said.contains(&secret));
}

#[test]
fn r12_a_second_service_on_one_folder_refuses_and_names_the_first() {
    let world = World::start(Backend::Sqlite);
    let mut second = world.program();
    second.arg("serve");
    let said = fails(second);
    let holder = std::fs::read_to_string(world.folder.path().join("hotline.lock")).unwrap();
    assert!(said.contains(&format!("process {holder}")), "{holder}: {said}");
    // Commands may work beside the service, and the first goes on.
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    world.get("", "/readyz").ok(200);
}
