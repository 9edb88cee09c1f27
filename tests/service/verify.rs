//! Receipts and heads checked by the program without the service: what holds, and what was bent.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::case::Case;
use crate::on_both;
use crate::seal::{sealed, tip};
use crate::visitor::Visitor;
use crate::world::{Backend, World, text};

on_both!(r26_a_log_that_was_cut_or_written_anew_is_found_by_a_head_kept_outside);

/// Runs `hotline verify` with nothing of the service: no settings, no database, an empty folder.
fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_hotline"));
    for (name, _) in std::env::vars() {
        if name.starts_with("HOTLINE_") || name == "DATABASE_URL" {
            program.env_remove(name);
        }
    }
    program.current_dir(folder).arg("verify").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

/// Something done to a receipt.
type Change<'a> = &'a dyn Fn(&mut Value);

#[test]
fn r26_a_receipt_is_checked_offline_and_whatever_is_bent_is_refused() {
    let world = World::start(Backend::Sqlite);
    tip(&world);
    let case = Case::in_county(&world);
    tip(&world);
    let head = sealed(&world);
    let key = head["key"].as_str().unwrap();
    assert_eq!(world.run_ok(&["seal", "key"]).trim(), key);
    let fields = [("number", &*case.tip), ("code", &*case.code)];
    let visitor = Visitor::public(&world);
    let page = visitor.send("/progress", &fields).text;
    assert!(
        page.contains("您的举报已按顺序写入总台账第")
            && page.contains(head["root"].as_str().unwrap())
    );
    let file = visitor.send("/progress/proof", &fields);
    assert_eq!((file.status, file.header("content-disposition").is_some()), (200, true));
    // Nothing of the words, of the informant or of the way to them.
    for secret in ["村东头", &*case.code, &*case.tip] {
        assert!(!file.text.contains(secret) || secret == case.tip, "{secret}: {}", file.text);
    }
    let wrong = visitor.send("/progress/proof", &[("number", &case.tip), ("code", "x")]);
    assert_eq!(wrong.status, 404);

    let folder = tempfile::tempdir().unwrap();
    let check = |receipt: &Value, more: &[&str]| {
        std::fs::write(folder.path().join("proof.json"), receipt.to_string()).unwrap();
        let done = verify(folder.path(), &[&["receipt", "proof.json"], more].concat());
        (done.status.code().unwrap(), said(&done))
    };
    let good = file.json.clone();
    let (status, words) = check(&good, &["--key", key]);
    assert!(
        status == 0 && words.contains("第 2 条（共 3 条）") && words.contains("place 2 of 3"),
        "{words}"
    );
    let (status, words) = check(&good, &[]);
    assert!(status == 0 && words.contains("signature not checked"), "{words}");
    assert!(!folder.path().join("hotline-data").exists(), "no database was made");
    let bent = |change: &dyn Fn(&mut Value)| {
        let mut other = good.clone();
        change(&mut other);
        check(&other, &["--key", key])
    };
    let table: [(Change<'_>, &str); 7] = [
        (
            &|r| r["bytes"] = json!(r["bytes"].as_str().unwrap().replacen("\"v\":1", "\"v\":2", 1)),
            "do not give the leaf",
        ),
        (&|r| r["salt"] = json!("00".repeat(32)), "do not give the leaf"),
        (&|r| r["index"] = json!(0), "does not lead"),
        (&|r| r["path"][0] = json!("00".repeat(32)), "does not lead"),
        (&|r| r["size"] = json!(2), "does not lead"),
        (
            &|r| r["note"] = json!(r["note"].as_str().unwrap().replace("\n3\n", "\n4\n")),
            "another size or root",
        ),
        (&|r| r["format"] = json!("x"), "hotline-receipt/1"),
    ];
    for (change, why) in table {
        let (status, words) = bent(change);
        assert!(status == 1 && words.contains(why) && words.contains("不成立"), "{why}: {words}");
    }
    // Every bit of the signature counts.
    let note = good["note"].as_str().unwrap();
    let mut signs: Vec<char> = note.chars().collect();
    let at = signs.len() - 20;
    signs[at] = if signs[at] == 'A' { 'B' } else { 'A' };
    let (status, words) = bent(&|r| r["note"] = json!(signs.iter().collect::<String>()));
    assert!(status == 1 && words.contains("signature is wrong"), "{words}");
    let other = "other.log+00000000+AQAA";
    assert_eq!(check(&good, &["--key", other]).0, 2, "no key at all");
    std::fs::write(folder.path().join("head.txt"), format!("\n{note}\r\n")).unwrap();
    assert_eq!(check(&good, &["--key", key, "--head", "head.txt"]).0, 0);
    assert_eq!(check(&json!({}), &[]).0, 2, "no receipt at all");
    assert_eq!(verify(folder.path(), &["receipt", "none.json"]).status.code(), Some(2));
}

#[test]
fn s36_a_log_is_signed_with_its_own_key_or_not_at_all() {
    let mut world = World::start(Backend::Sqlite);
    world.stop();
    let path = world.folder.path().join("seal.key");
    let own = std::fs::read_to_string(&path).unwrap();
    let fails = |why: &str| {
        let output = world.run(&["audit"]);
        assert!(!output.status.success() && said(&output).contains(why), "{}", said(&output));
        let secret = own.lines().find_map(|line| line.strip_prefix("ed25519-1 = ")).unwrap();
        assert!(!said(&output).contains(secret));
    };
    std::fs::remove_file(&path).unwrap();
    fails("is missing though this database's log is signed with it");
    assert!(!path.exists());
    let mode = |text: &str| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    };
    let (all, last) = own.trim_end().split_at(own.trim_end().len() - 1);
    mode(&format!("{all}{}\n", if last == "0" { "1" } else { "0" }));
    fails("is not the one that signs this database's log");
    mode("");
    fails("is missing");
    mode(&own);
    assert!(world.run(&["audit"]).status.success());
}

fn r26_a_log_that_was_cut_or_written_anew_is_found_by_a_head_kept_outside(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        name.to_owned()
    };
    tip(world);
    let first = sealed(world);
    let key = first["key"].as_str().unwrap().to_owned();
    tip(world);
    let second = sealed(world);
    let old = keep("old.txt", first["note"].as_str().unwrap());
    let new = keep("new.txt", second["note"].as_str().unwrap());
    let path = format!("/api/v1/seal/consistency?from={}", first["size"]);
    let proof = keep("proof.json", &world.get("", &path).text);
    let check = |arguments: &[&str]| {
        verify(folder.path(), &[&["head"], arguments, &["--key", &key]].concat())
    };
    let good = check(&[&new, "--older", &old, "--proof", &proof]);
    assert_eq!(good.status.code(), Some(0), "{}", said(&good));
    assert!(
        said(&good).contains("没有被删改") && said(&good).contains("nothing before was changed")
    );
    assert_eq!(check(&[&new, "--older", &old]).status.code(), Some(2), "no proof");
    let cut = check(&[&old, "--older", &new]);
    assert_eq!(cut.status.code(), Some(1));
    assert!(said(&cut).contains("截短") && said(&cut).contains("it was cut"), "{}", said(&cut));
    // Another past: the leaf of the first entry is another, and everything is reckoned anew.
    world.stop();
    let guards = match world.backend {
        Backend::Sqlite => "DROP TRIGGER entries_no_update; DROP TRIGGER log_nodes_no_delete;",
        Backend::Postgres => {
            "ALTER TABLE entries DISABLE TRIGGER ALL; ALTER TABLE log_nodes DISABLE TRIGGER ALL;"
        }
    };
    let other = "0123456789abcdef".repeat(4);
    let first_id = "(SELECT entry_id FROM log WHERE pos = 1)";
    world
        .sql(&format!(
            "{guards} UPDATE entries SET leaf = '{other}' WHERE id = {first_id}; DELETE FROM log_nodes;"
        ))
        .unwrap();
    world.run_ok(&["migrate"]);
    world.serve();
    let anew = sealed(world);
    assert_eq!(anew["size"], second["size"]);
    let forged = keep("forged.txt", anew["note"].as_str().unwrap());
    let found = check(&[&forged, "--older", &new]);
    assert_eq!(found.status.code(), Some(1));
    assert!(said(&found).contains("two roots for one size"), "{}", said(&found));
    let proof = keep("anew.json", &world.get("", &path).text);
    let found = check(&[&forged, "--older", &old, "--proof", &proof]);
    assert_eq!(found.status.code(), Some(1));
    assert!(said(&found).contains("it was rewritten"), "{}", said(&found));
}
