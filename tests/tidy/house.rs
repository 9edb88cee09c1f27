//! Who may name whom: the law of arrows between rooms, and the one room of each crate.

use super::none;
use super::paths::named;
use super::source::{Source, sources};

/// **The law of arrows**: a room, and the rooms it may name. `PURE` stands for the pure
/// rooms. A room may always name itself and those in `EVERYWHERE`.
///
/// Read downwards it is the way of a request; nothing may point back up, so that any room can be
/// understood, tested and replaced knowing only what stands below it.
const LAW: &[(&str, &str)] = &[
    ("main", "cli"),
    // http only to list its routes, for the OpenAPI document.
    ("cli", "app http desk store vault files archive report sheet PURE clock config telemetry"),
    ("app", "jobs http desk store vault files mail config clock telemetry place calendar tell"),
    // http reads through the store's queries but never sees a key or a letter; a report's page is
    // laid out by the report itself.
    ("http", "desk store report PURE clock config telemetry"),
    ("jobs", "desk store calendar clock config"),
    ("desk", "store vault files archive mail report sheet synth PURE clock config"),
    ("store", "PURE clock"),
    ("vault", "intake seal clock"),
    ("files", "vault seal clock"),
    ("archive", "vault"),
    ("mail", "PURE"),
    ("sheet", ""),
    ("synth", "ledger intake place calendar"),
    ("report", "trend calendar place intake"),
    ("ledger", "calendar place intake"),
    ("intake", "place calendar"),
    ("trend", "ledger calendar place intake"),
    ("tell", "ledger intake place calendar"),
    ("draw", "place seal"),
    ("seal", ""),
    ("place", ""),
    ("calendar", ""),
    ("clock", ""),
    ("config", ""),
    ("telemetry", ""),
    ("lang", ""),
];

/// Rooms without I/O, async, clock or randomness: time and ids are handed to them.
pub const PURE: &[&str] =
    &["ledger", "intake", "place", "calendar", "trend", "draw", "seal", "synth", "tell"];

/// The language of a reader is needed wherever words are chosen.
const EVERYWHERE: &[&str] = &["lang"];

/// Arrows that may carry types but no functions: the store keeps times, it does not ask for them.
const TYPES_ONLY: &[(&str, &str)] = &[("store", "clock")];

/// Crates with one door each: the rooms that may name them. What such a crate cannot reach, its
/// next major version cannot break.
const CRATES: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel_migrations"], &["store"]),
    (&["lettre"], &["mail"]),
    (&["actix_web", "actix_multipart"], &["http", "app"]),
    (&["actix_http", "actix_service"], &["http"]),
    (&["rustix"], &["http", "store"]),
    (&["calamine", "encoding_rs", "zip"], &["sheet"]),
    (&["askama"], &["http", "report", "mail"]),
    (&["argon2", "chacha20poly1305", "hmac"], &["vault"]),
    (&["ed25519_dalek"], &["vault", "seal"]),
    (&["tokio_cron_scheduler"], &["jobs"]),
    (&["pinyin"], &["place"]),
    (&["object_store"], &["files"]),
    (&["flate2"], &["archive"]),
    (&["rand", "uuid"], &["clock", "vault"]),
    (&["indicatif", "clap"], &["cli", "main"]),
];

fn known(room: &str) -> bool {
    LAW.iter().any(|(name, _)| *name == room)
}

fn allowed(room: &str) -> Vec<&'static str> {
    let listed = LAW.iter().find(|(name, _)| *name == room).map_or("", |(_, rooms)| rooms);
    let mut rooms: Vec<&str> = EVERYWHERE.to_vec();
    for name in listed.split_whitespace() {
        match name {
            "PURE" => rooms.extend(PURE),
            name => rooms.push(name),
        }
    }
    rooms
}

fn broken_arrows(source: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    let room = source.room.as_str();
    // lib.rs declares the rooms and does nothing else.
    if room == "lib" {
        return breaches;
    }
    if !known(room) {
        return vec![format!(
            "{}: no room is called {room}; see LAW in tests/tidy/house.rs",
            source.at(1)
        )];
    }
    for path in named(source) {
        let Some(ours) = path.ours() else { continue };
        let at = source.at(path.line);
        let written = path.segments.join("::");
        match ours.first() {
            Some(target) if *target == room => {}
            // What lib.rs re-exports or a glob brings in would be an arrow nobody sees.
            None | Some(&"*") => {
                breaches.push(format!("{at}: `{written}` names every room at once"))
            }
            Some(target) if !known(target) => {
                breaches.push(format!(
                    "{at}: `{written}` is in no room; lib.rs holds nothing but rooms"
                ));
            }
            Some(target) if !allowed(room).contains(target) => breaches.push(format!(
                "{at}: {room} may not name {target} (`{written}`); it may name: {}",
                allowed(room).join(", ")
            )),
            Some(target) => {
                let types_only = TYPES_ONLY.contains(&(room, *target));
                let names_type = ours
                    .get(1)
                    .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
                if types_only && !names_type {
                    breaches.push(format!(
                        "{at}: {room} may name only types of {target} (`{written}`)"
                    ));
                }
            }
        }
    }
    breaches
}

fn strayed_crates(source: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    for path in named(source) {
        for (crates, rooms) in CRATES {
            let stray = crates.contains(&path.segments[0].as_str())
                && !rooms.contains(&source.room.as_str());
            if stray {
                breaches.push(format!(
                    "{}: {} belongs in {} alone",
                    source.at(path.line),
                    path.segments[0],
                    rooms.join(" and ")
                ));
            }
        }
    }
    breaches
}

#[test]
fn every_arrow_keeps_the_law() {
    none("The law of arrows is broken:", sources().iter().flat_map(broken_arrows).collect());
}

#[test]
fn every_crate_stays_in_its_room() {
    none("A crate is named outside its room:", sources().iter().flat_map(strayed_crates).collect());
}

#[test]
fn the_law_itself_has_no_circle_and_no_unknown_room() {
    let mut breaches = Vec::new();
    // Depth first from each room; coming home is a circle.
    for (start, _) in LAW {
        let (mut open, mut seen) = (allowed(start), Vec::new());
        while let Some(room) = open.pop() {
            if !known(room) {
                breaches.push(format!("{start} reaches {room}, which is no room"));
            }
            // `lang` may be named by all, itself included; that is no circle.
            if room == *start && !EVERYWHERE.contains(&room) {
                breaches.push(format!("{start} reaches itself"));
            }
            if !seen.contains(&room) {
                seen.push(room);
                open.extend(allowed(room));
            }
        }
    }
    none("tests/tidy/house.rs, LAW:", breaches);
}

#[test]
fn a_forbidden_arrow_is_found_and_a_commented_one_is_not() {
    let broken = |path: &str, text: &str| broken_arrows(&Source::new(path, text));
    assert!(
        broken("src/ledger/decide.rs", "//! crate::store\n/* use crate::store; */ // crate::http")
            .is_empty()
    );
    assert!(
        broken("src/ledger/decide.rs", "use crate::{calendar::Day, ledger::duty, lang::Lang};")
            .is_empty()
    );
    assert!(broken("src/lib.rs", "pub mod desk; pub use desk::X;").is_empty());

    let found =
        broken("src/ledger/decide.rs", "use crate::{calendar::Day,\n  store::{self, Row}};");
    assert!(found[0].starts_with("src/ledger/decide.rs:2: ledger may not name store"), "{found:?}");
    assert_eq!(broken("src/http/api.rs", "fn f() { crate::vault::open() }").len(), 1);
    assert_eq!(broken("src/http/api.rs", "use super::super::mail::Letter;").len(), 1);
    assert_eq!(broken("src/http/mod.rs", "mod tests { use super::*; }").len(), 0);
    assert_eq!(broken("src/http/mod.rs", "use super::*;").len(), 1);
    assert_eq!(broken("src/desk/a.rs", "use crate::Shared;").len(), 1);
    assert_eq!(broken("src/main.rs", "use hotline::store; use hotline::cli;").len(), 1);
    assert_eq!(broken("src/helpers/a.rs", "").len(), 1);
    assert_eq!(broken("src/store/a.rs", "use crate::clock::{Clock, now};").len(), 1);
}

#[test]
fn a_crate_outside_its_room_is_found() {
    let strayed = |path: &str, text: &str| strayed_crates(&Source::new(path, text)).len();
    for text in [
        "use diesel::prelude::*;",
        "use diesel;",
        "fn f() { diesel::insert() }",
        "#[diesel(x)] struct S;",
    ] {
        assert_eq!(strayed("src/desk/a.rs", text), 1, "{text}");
        assert_eq!(strayed("src/store/a.rs", text), 0, "{text}");
    }
    assert_eq!(strayed("src/desk/a.rs", "use {rand::rng, serde::Serialize}; // diesel::x"), 1);
    assert_eq!(strayed("src/desk/a.rs", "let rand = \"uuid::\"; crate::clock::uuid::x(rand)"), 0);
    assert_eq!(strayed("src/clock.rs", "use uuid::Uuid;"), 0);
    assert_eq!(strayed("src/main.rs", "use clap::Parser;"), 0);
}
