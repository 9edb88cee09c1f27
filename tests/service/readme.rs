//! The README's quick start, run as it is written.

use std::process::Command;

use crate::world::text;

const README: &str = include_str!("../../README.md");

/// The shell blocks of the quick start, without those that build the program or need a server.
fn commands() -> String {
    let (_, quick_start) = README.split_once("## Quick start").unwrap();
    let (quick_start, _) = quick_start.split_once("**PostgreSQL.**").unwrap();
    let blocks =
        quick_start.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines);
    let kept = lines.filter(|line| !line.starts_with("cargo ") && !line.starts_with("export PATH"));
    kept.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_quick_start_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // The one thing that a person does and a script does not is to take a moment after `serve`.
    let moment = "for i in $(seq 200); do curl -sf http://127.0.0.1:12336/readyz >/dev/null && break; \
                  sleep 0.05; done\n";
    let serve = "hotline serve 2> serve.log &\n";
    let script = commands();
    assert!(script.contains(serve), "the quick start no longer starts the service as expected");
    let script = script.replace(serve, &format!("{serve}{moment}"));
    let script = script.replace("12336", &port.to_string());
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_hotline")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOTLINE_")) {
        shell.env_remove(name);
    }
    let output = shell
        .args(["-c", &format!("trap 'kill %1' EXIT\nset -u\n{script}")])
        .env("PATH", path)
        .env("HOTLINE_LISTEN", format!("127.0.0.1:{port}"))
        .env_remove("DATABASE_URL")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    for wanted in [
        "the database was brought up to date",
        "op was added to 湖南省 430000",
        "\"receipt\":{\"number\"",
        "\"duty\":\"judge\"",
        "\"code\":\"outstanding\"",
        "\"media_type\":\"text/plain\"",
        "\"state\":\"closed\"",
        "\"words\":\"已办结\"",
        "closed,",
        "1 cases, 9 entries, 9 sealed: 0 faults",
    ] {
        assert!(said.contains(wanted), "«{wanted}» is missing in:\n{said}");
    }
    assert!(output.status.success(), "{said}");
}
