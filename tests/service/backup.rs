//! A backup holds what was acknowledged, opens with the key file alone, and gives a service that goes
//! on; whatever is not whole is refused with a sentence.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use hotline::archive::{Kind, Reader};
use hotline::vault::{KeyRing, Vault};
use serde_json::{Value, json};

use crate::case::{Case, call, evidence};
use crate::guards::every_guard_is_in_place;
use crate::on_both;
use crate::raw::Place;
use crate::start::fails;
use crate::units::COUNTY;
use crate::world::{World, text};

on_both!(
    r23_what_was_acknowledged_before_a_backup_is_served_after_a_restore,
    s58_an_archive_opens_with_its_key_file_alone_and_does_not_hold_it,
    r23_a_damaged_archive_is_refused_and_the_place_is_named,
    r23_a_backup_that_finds_no_room_leaves_nothing_behind,
    a_restore_goes_nowhere_but_into_an_empty_place,
    a_restore_says_first_that_the_key_of_the_log_is_not_there,
    missing_evidence_is_named_and_swept_evidence_is_not_missed,
);

/// Makes a backup in the world's folder; what was said.
pub fn back_up(world: &World, name: &str) -> (PathBuf, String) {
    (world.folder.path().join(name), world.run_ok(&["backup", name]))
}

#[track_caller]
pub fn run_ok(mut program: Command) -> String {
    let output = program.output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

/// The hash over all rows, out of what a command said.
pub fn content(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("content "));
    line.unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// The pieces of an archive, opened past the program.
pub fn unpacked(archive: &Path, keys: &Path) -> Vec<(Kind, Vec<u8>)> {
    let vault = Vault::new(KeyRing::read(keys).unwrap().unwrap());
    let mut reader = Reader::open(std::fs::File::open(archive).unwrap(), &vault).unwrap();
    std::iter::from_fn(|| reader.piece().unwrap()).collect()
}

/// A file of evidence that takes several parts of an archive, so that rows come in before its end.
pub fn large_evidence(world: &World) -> String {
    let bytes = [&b"%PDF-1.7 "[..], &b"a long film".repeat(100_000)].concat();
    let typed = [("content-type", "application/octet-stream")];
    let file = world.ask("POST", "handler-430121", "/api/v1/files", &typed, &bytes).ok(201);
    file["sha256"].as_str().unwrap().to_owned()
}

fn web_tip() -> Value {
    let mut body = call(COUNTY);
    body["channel"] = "web".into();
    body["informant"] = json!({ "mode": "named", "name": "金丝雀己", "phone": "139-7777-0006" });
    body
}

fn r23_what_was_acknowledged_before_a_backup_is_served_after_a_restore(world: &mut World) {
    let hash = evidence(world);
    let (closed, open) = (Case::in_county(world), Case::in_county(world));
    closed.to_review(&hash);
    closed.done("reviewer-430121", &json!({ "act": "approve_close" }));
    open.to_verifying();
    let told = [&closed, &open].map(|case| (case.no.clone(), case.tip.clone(), case.code.clone()));
    let entries = closed.entries("handler-430121");

    // Writers go on while it is made; what they were told before it began must be in it.
    let (receipts, over) = (Mutex::new(Vec::<Value>::new()), AtomicBool::new(false));
    let (before, archive) = std::thread::scope(|scope| {
        let world = &*world;
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let receipt = world.try_post("", "/api/v1/tips", &[], &web_tip()).unwrap().1;
                    receipts.lock().unwrap().push(receipt);
                }
            });
        }
        while receipts.lock().unwrap().len() < 40 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let before = receipts.lock().unwrap().clone();
        let (archive, said) = back_up(world, "full.archive");
        over.store(true, Ordering::Relaxed);
        assert!(said.contains("1 files of evidence"), "{said}");
        (before, archive)
    });
    assert!(receipts.lock().unwrap().len() > before.len(), "nobody wrote meanwhile");
    assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fails(command(world, &["backup", "full.archive"])).contains("is there already"));
    assert!(world.run_ok(&["backup", "--check", "full.archive"]).contains("ok: "));

    let place = Place::with_keys_of(world, world.backend);
    let restored = run_ok(place.program(world, &["restore", archive.to_str().unwrap()]));
    let checked = world.run_ok(&["backup", "--check", "full.archive"]);
    assert_eq!(content(&restored), content(&checked));
    world.go_to(place);
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
    every_guard_is_in_place(world);
    world.serve();
    for receipt in &before {
        let case = Case::of(world, receipt);
        assert_eq!(case.progress()["state"], "pending");
        assert_eq!(case.outstanding("judge-430000"), ["judge", "reply"]);
    }
    let [closed, open] = told.map(|(no, tip, code)| Case { world, no, tip, code });
    assert_eq!(closed.progress()["state"], "closed");
    assert_eq!(closed.entries("handler-430121"), entries);
    // Work goes on where it stood: acts, new numbers, evidence, the log.
    let stated = open.verify("founded", &hash);
    assert_eq!(open.done("handler-430121", &stated), "handling");
    let newer = Case::in_county(world);
    assert!(newer.no > open.no);
    newer.to_verifying();
    assert!(world.run_ok(&["audit"]).contains(" 0 faults"));
}

fn command(world: &World, arguments: &[&str]) -> Command {
    let mut program = world.program();
    program.args(arguments);
    program
}

fn s58_an_archive_opens_with_its_key_file_alone_and_does_not_hold_it(world: &mut World) {
    let hash = evidence(world);
    let case = Case::log(world, "", &web_tip());
    case.informant(&json!({ "act": "supplement", "text": "x" }));
    Case::in_county(world).to_review(&hash);
    let (archive, _) = back_up(world, "sealed.archive");
    let keys = world.folder.path().join("keys");
    let file = std::fs::read_to_string(&keys).unwrap();
    let keys_in_hex: Vec<&str> =
        file.lines().filter_map(|line| Some(line.split_once(" = ")?.1)).collect();
    assert_eq!(keys_in_hex.len(), 3);
    let raw: Vec<Vec<u8>> = keys_in_hex.iter().map(|key| unhex(key)).collect();
    let secrets: Vec<&[u8]> =
        keys_in_hex.iter().map(|key| key.as_bytes()).chain(raw.iter().map(Vec::as_slice)).collect();
    let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|part| part == what);

    // Neither a key nor a word of any table stands in the file.
    let sealed = std::fs::read(&archive).unwrap();
    for word in
        ["金丝雀己", "13977770006", "村东头", "land.occupation", "entries", case.no.as_str()]
    {
        assert!(!holds(&sealed, word.as_bytes()), "{word}");
    }
    // Opened with the key file there are words of tips; who said them is sealed still, and no key.
    let clear: Vec<u8> = unpacked(&archive, &keys).into_iter().flat_map(|piece| piece.1).collect();
    assert!(holds(&clear, "村东头".as_bytes()) && holds(&clear, case.no.as_bytes()));
    for bytes in [&sealed, &clear] {
        assert!(!secrets.iter().any(|secret| holds(bytes, secret)));
        assert!(!holds(bytes, "金丝雀己".as_bytes()) && !holds(bytes, b"13977770006"));
        assert!(!holds(bytes, b"photographs"));
    }
    // No keys, and others.
    let place = Place::with_keys_of(world, world.backend);
    std::fs::remove_file(place.folder.path().join("keys")).unwrap();
    let restore = ["restore", archive.to_str().unwrap()];
    let said = fails(place.program(world, &restore));
    assert!(said.contains("key file") && said.contains("never part of a backup"), "{said}");
    assert!(!place.folder.path().join("keys").exists(), "keys were made");
    KeyRing::create(&place.folder.path().join("keys")).unwrap();
    let said = fails(place.program(world, &restore));
    assert!(said.contains("another key file"), "{said}");
    let check = ["backup", "--check", archive.to_str().unwrap()];
    assert!(fails(place.program(world, &check)).contains("another key file"));
    // With its own it opens, and nothing was put there before.
    std::fs::copy(&keys, place.folder.path().join("keys")).unwrap();
    run_ok(place.program(world, &restore));
    assert!(run_ok(place.program(world, &["audit"])).contains(" 0 faults"));
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn r23_a_damaged_archive_is_refused_and_the_place_is_named(world: &mut World) {
    let hash = large_evidence(world);
    Case::in_county(world).to_review(&hash);
    let (archive, _) = back_up(world, "good.archive");
    let good = std::fs::read(&archive).unwrap();
    let place = Place::with_keys_of(world, world.backend);
    let bad = world.folder.path().join("bad.archive");
    let mut flipped = good.clone();
    flipped[good.len() - 40] ^= 1;
    let table = [
        (flipped, "is damaged at byte "),
        (good[..good.len() - 1].to_vec(), "cut off at byte "),
        ([&good[..], b"\0\0\0\x04more"].concat(), "something follows"),
        (b"#!/bin/sh\n".repeat(9), "no archive of hotline"),
    ];
    for (bytes, wanted) in table {
        std::fs::write(&bad, bytes).unwrap();
        let output = command(world, &["backup", "--check", "bad.archive"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stdout).contains(wanted), "{}", text(&output.stdout));
        let said = fails(place.program(world, &["restore", bad.to_str().unwrap()]));
        assert!(said.contains(wanted), "{said}");
        if wanted.contains("no archive") {
            continue;
        }
        assert!(said.contains("broken off"), "{said}");
        // What had come before the damage is not taken for a whole.
        for command in ["audit", "migrate", "serve"] {
            assert!(fails(place.program(world, &[command])).contains("not whole"), "{command}");
        }
        place.empty();
    }
    place.empty();
    run_ok(place.program(world, &["restore", archive.to_str().unwrap()]));
    assert!(run_ok(place.program(world, &["audit"])).contains(" 0 faults"));
}

fn r23_a_backup_that_finds_no_room_leaves_nothing_behind(world: &mut World) {
    large_evidence(world);
    // A file may not grow past 200 KiB: like a full disk, whoever runs the test.
    let program = command(world, &["backup", "small.archive"]);
    let mut shell = Command::new("bash");
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(world.folder.path());
    let hotline = program.get_program().to_str().unwrap();
    shell
        .args(["-c", &format!("trap '' XFSZ; ulimit -f 200; exec {hotline} backup small.archive")]);
    let said = fails(shell);
    assert!(said.contains("nothing was written"), "{said}");
    let names = std::fs::read_dir(world.folder.path()).unwrap();
    let names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains("small.archive")), "{names:?}");
    back_up(world, "small.archive");
}

fn a_restore_goes_nowhere_but_into_an_empty_place(world: &mut World) {
    Case::in_county(world);
    let (archive, _) = back_up(world, "one.archive");
    let restore = ["restore", archive.to_str().unwrap()];
    // Over the database that is being served, and over one that was only laid out.
    world.stop();
    let said = fails(command(world, &restore));
    assert!(said.contains("holds something already"), "{said}");
    assert!(world.run_ok(&["audit"]).contains("1 cases"));
    let place = Place::with_keys_of(world, world.backend);
    run_ok(place.program(world, &["migrate"]));
    assert!(fails(place.program(world, &restore)).contains("holds something already"));
    place.empty();
    // Whoever looks at an empty database leaves the list of migrations there, and nothing else.
    assert!(fails(place.program(world, &["audit"])).contains("run: hotline migrate"));
    let lying = place.folder.path().join("files/ab/abc");
    std::fs::create_dir_all(lying.parent().unwrap()).unwrap();
    std::fs::write(&lying, "x").unwrap();
    assert!(fails(place.program(world, &restore)).contains("holds evidence already"));
    std::fs::remove_dir_all(place.folder.path().join("files")).unwrap();
    run_ok(place.program(world, &restore));
}

fn a_restore_says_first_that_the_key_of_the_log_is_not_there(world: &mut World) {
    Case::in_county(world);
    let (archive, _) = back_up(world, "one.archive");
    let restore = ["restore", archive.to_str().unwrap()];
    let place = Place::with_keys_of(world, world.backend);
    let key = place.folder.path().join("seal.key");
    let own = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let said = fails(place.program(world, &restore));
    assert!(
        said.contains("seal.key is missing") && said.contains("Nothing was restored"),
        "{said}"
    );
    assert!(!key.exists(), "a key was made");
    hotline::vault::SealKey::create(&key, "another.example/log").unwrap();
    let said = fails(place.program(world, &restore));
    assert!(said.contains("is not the one that signs") && said.contains("hotline"), "{said}");
    // Nothing was begun: with its own the same place takes the whole.
    std::fs::write(&key, own).unwrap();
    run_ok(place.program(world, &restore));
    assert!(run_ok(place.program(world, &["audit"])).contains(" 0 faults"));
}

fn missing_evidence_is_named_and_swept_evidence_is_not_missed(world: &mut World) {
    let hash = evidence(world);
    let case = Case::in_county(world);
    case.to_review(&hash);
    let typed = [("content-type", "application/octet-stream")];
    let loose = world.ask("POST", "", "/api/v1/files", &typed, b"%PDF-1.7 loose").ok(201);
    let loose = loose["sha256"].as_str().unwrap().to_owned();
    world.stop();
    let path = |hash: &str| world.folder.path().join("files").join(&hash[..2]).join(hash);
    // Swept between the snapshot and the copy: its row is in the archive, the file is not.
    std::fs::remove_file(path(&loose)).unwrap();
    std::fs::remove_file(path(&hash)).unwrap();
    let output = command(world, &["backup", "gap.archive"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&hash), "{}", text(&output.stderr));
    let place = Place::with_keys_of(world, world.backend);
    let archive = world.folder.path().join("gap.archive");
    run_ok(place.program(world, &["restore", archive.to_str().unwrap()]));
    let audit = place.program(world, &["audit"]).output().unwrap();
    let said = text(&audit.stdout);
    assert!(said.contains("1 faults") && said.contains(&hash) && !said.contains(&loose), "{said}");
}
