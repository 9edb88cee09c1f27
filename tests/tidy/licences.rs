//! Every crate we ship may be shipped: its licence expression can be met from one list.
//!
//! `deny.toml` says the same to cargo-deny, which also reads the licence texts; this check needs
//! nothing but cargo and so runs on every machine.

use std::process::Command;

use serde_json::Value;

use super::none;
use super::source::{read, root};

/// Licences under which the whole may be given away as `MIT OR Apache-2.0`. All ask for no more
/// than a notice; MPL-2.0 binds only its own files.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "0BSD",
    "PostgreSQL",
    "MPL-2.0",
    "Unlicense",
    "BSL-1.0",
];

/// Whether an SPDX expression can be met; an error names what could not be read.
///
/// OR binds weaker than AND, AND weaker than WITH. The slash of older crates means OR.
fn satisfied(expression: &str) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let met = either(&mut words)?;
    match words.pop() {
        None => Ok(met),
        Some(word) => Err(format!("unexpected `{word}`")),
    }
}

/// The words stand in reverse, so that taking the next one is a `pop`.
fn either(words: &mut Vec<&str>) -> Result<bool, String> {
    let mut met = both(words)?;
    while words.pop_if(|word| *word == "OR").is_some() {
        // Both sides are always read: a fault on the right must not hide behind a met left.
        met |= both(words)?;
    }
    Ok(met)
}

fn both(words: &mut Vec<&str>) -> Result<bool, String> {
    let mut met = one(words)?;
    while words.pop_if(|word| *word == "AND").is_some() {
        met &= one(words)?;
    }
    Ok(met)
}

fn one(words: &mut Vec<&str>) -> Result<bool, String> {
    match words.pop() {
        Some("(") => {
            let met = either(words)?;
            words
                .pop_if(|word| *word == ")")
                .map(|_| met)
                .ok_or_else(|| "`(` without `)`".to_string())
        }
        None | Some(")" | "OR" | "AND" | "WITH") => Err("a licence is missing".to_string()),
        Some(licence) => {
            let mut name = licence.to_string();
            if words.pop_if(|word| *word == "WITH").is_some() {
                let exception = words.pop().ok_or("an exception is missing")?;
                name = format!("{licence} WITH {exception}");
            }
            Ok(ALLOWED.contains(&name.as_str()))
        }
    }
}

/// What cargo knows of all crates, those of other platforms included.
fn metadata() -> Value {
    let cargo = |offline: &[&str]| {
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(offline)
            .current_dir(root())
            .output()
            .unwrap_or_else(|error| panic!("cargo metadata: {error}"))
    };
    // Offline first: it is quick and fails only where crates of other platforms were never
    // fetched, which building does not need.
    let mut output = cargo(&["--offline"]);
    if !output.status.success() {
        output = cargo(&[]);
    }
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("cargo metadata: {error}"))
}

#[test]
fn every_crate_may_be_shipped() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    assert!(packages.len() > 1, "cargo metadata names no crates");
    let lock = read(&root().join("Cargo.lock"));
    let breaches = packages.iter().filter_map(|package| {
        let name = package["name"].as_str().unwrap_or_default();
        let fault = match package["license"].as_str() {
            None => "names no licence".to_string(),
            Some(licence) => match satisfied(licence) {
                Ok(true) => return None,
                Ok(false) => format!("is under {licence}"),
                Err(fault) => format!("{licence}: {fault}"),
            },
        };
        let header = format!("name = \"{name}\"");
        let line = lock.lines().position(|line| line == header).map_or(1, |line| line + 1);
        Some(format!(
            "Cargo.lock:{line}: {name} {} {fault}",
            package["version"].as_str().unwrap_or("?")
        ))
    });
    none("Licences we cannot meet (see ALLOWED in tests/tidy/licences.rs):", breaches.collect());
}

/// The two lists must not drift apart.
#[test]
fn cargo_deny_is_told_the_same() {
    let deny: toml::Table = read(&root().join("deny.toml"))
        .parse()
        .unwrap_or_else(|error| panic!("deny.toml: {error}"));
    let listed = deny["licenses"]["allow"].as_array().map_or(&[][..], Vec::as_slice);
    let mut listed: Vec<&str> = listed.iter().filter_map(toml::Value::as_str).collect();
    let mut allowed = ALLOWED.to_vec();
    listed.sort_unstable();
    allowed.sort_unstable();
    assert_eq!(listed, allowed, "deny.toml [licenses] allow, against ALLOWED");
}

#[test]
fn licence_expressions_are_read_as_meant() {
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0-or-later", false),
        ("MIT OR GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("GPL-3.0/MIT", true),
        ("Apache-2.0 / MIT", true),
        ("GPL-3.0 OR MIT AND ISC", true),
        ("(GPL-3.0 OR MIT) AND AGPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("MIT AND (GPL-3.0 OR (ISC AND Zlib))", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("MIT WITH LLVM-exception", false),
        ("GPL-2.0 WITH Classpath-exception-2.0 OR BSD-3-Clause", true),
    ] {
        assert_eq!(satisfied(expression), Ok(met), "{expression}");
    }
    for expression in
        ["", "MIT OR", "(MIT", "MIT)", "MIT ISC", "AND MIT", "MIT OR (AND)", "MIT WITH"]
    {
        assert!(satisfied(expression).is_err(), "{expression}");
    }
}
