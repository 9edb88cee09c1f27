//! Where files stand and how long they may be.

use std::collections::{BTreeMap, BTreeSet};

use super::none;
use super::source::{files, names, read, root};

/// The longest a source may be: what can be read in one sitting. A longer one holds two things.
const LINES: usize = 400;

/// All that may stand at the top, beside dotfiles. The last two are made by building and running.
const TOP: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "diesel.toml",
    "migrations",
    "config",
    "tests",
    "docs",
    "benches",
    "README.md",
    "LICENSE",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "CHANGELOG.md",
    "clippy.toml",
    "rustfmt.toml",
    "deny.toml",
    "target",
    "hotline-data",
];

/// Where an operator looks a setting up; the first must exist for the check to mean anything.
const MANUALS: &[&str] = &["docs/OPERATING.md", "README.md"];

const SETTINGS: &str = "config/hotline.toml";

#[test]
fn no_source_is_longer_than_one_sitting() {
    let sources = files("src", &[".rs"]).into_iter().chain(files("tests", &[".rs"]));
    let long = sources.filter_map(|(name, path)| {
        let lines = read(&path).lines().count();
        (lines > LINES)
            .then(|| format!("{name}:{LINES}: {lines} lines, {} too many", lines - LINES))
    });
    none("Split what holds two things:", long.collect());
}

#[test]
fn nothing_unexpected_stands_at_the_top() {
    let strangers = names(root())
        .into_iter()
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()));
    none("No place at the top for (see TOP in tests/tidy/layout.rs):", strangers.collect());
}

/// One schema on two databases: a change to one alone would be found by whoever runs the other.
#[test]
fn every_migration_has_its_twin() {
    let folder = |database: &str| root().join("migrations").join(database);
    let [sqlite, postgres] = ["sqlite", "postgres"].map(|database| names(&folder(database)));
    let mut breaches = Vec::new();
    if sqlite.is_empty() {
        breaches.push("migrations/sqlite: holds no migration".to_string());
    }
    let all: BTreeSet<&String> = sqlite.iter().chain(&postgres).collect();
    for name in all {
        for database in ["sqlite", "postgres"] {
            for file in ["up.sql", "down.sql"] {
                if !folder(database).join(name).join(file).is_file() {
                    breaches.push(format!("migrations/{database}/{name}/{file}: missing"));
                }
            }
        }
    }
    none("Migrations go in pairs, each with its way back:", breaches);
}

#[test]
fn every_setting_is_explained() {
    let settings = root().join(SETTINGS);
    // Before there are settings and a manual there is nothing to compare.
    if !settings.is_file() || !root().join(MANUALS[0]).is_file() {
        return;
    }
    let manuals: String = MANUALS
        .iter()
        .map(|name| root().join(name))
        .filter(|path| path.is_file())
        .map(|path| read(&path))
        .collect();
    let unexplained =
        keys(&read(&settings)).into_iter().filter(|(key, _)| !mentions(&manuals, key));
    let breaches = unexplained.map(|(key, line)| {
        format!("{SETTINGS}:{line}: `{key}` is in neither {}", MANUALS.join(" nor "))
    });
    none("Every setting stands in the manual as `section.key`:", breaches.collect());
}

/// Every key with a value, as `section.key`, and its line.
fn keys(text: &str) -> BTreeMap<String, usize> {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{SETTINGS}: {error}"));
    let (mut found, mut open) = (BTreeMap::new(), vec![(String::new(), &table)]);
    while let Some((prefix, table)) = open.pop() {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            match value.as_table() {
                Some(inner) => open.push((format!("{key}."), inner)),
                None => drop(found.insert(key, 1)),
            }
        }
    }
    // The parser keeps no lines, so they are found again in the text; an inline table keeps 1.
    let mut section = String::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if let Some(header) = text.strip_prefix('[').and_then(|text| text.split(']').next()) {
            section = format!("{}.", header.trim_matches('['));
        } else if let Some((name, _)) = text.split_once('=') {
            let at_top = if section == "." { "" } else { section.as_str() };
            found.entry(format!("{at_top}{}", name.trim())).and_modify(|place| *place = line);
        }
    }
    found
}

/// Whether a text names the key itself, not only a longer one around it.
fn mentions(text: &str, key: &str) -> bool {
    let part_of_key = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(key).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + key.len()..].chars();
        let (next, then) = (after.next(), after.next());
        // A full stop after the key ends a sentence; with a letter behind it, it goes deeper.
        let goes_on =
            next.is_some_and(part_of_key) || (next == Some('.') && then.is_some_and(part_of_key));
        !before.is_some_and(|c| part_of_key(c) || c == '.') && !goes_on
    })
}

#[test]
fn keys_are_found_with_their_lines_and_looked_up_whole() {
    let text = "zone = 1\n[mail]\n# host = 2\nhost = \"h\"\n[mail.retry]\nmost = 3\nlist = [1]\n";
    let expected = [("mail.host", 4), ("mail.retry.list", 7), ("mail.retry.most", 6), ("zone", 1)];
    assert_eq!(
        keys(text).into_iter().collect::<Vec<_>>(),
        expected.map(|(key, line)| (key.to_string(), line))
    );
    for (text, named) in [
        ("set `mail.host` to", true),
        ("It is mail.host.", true),
        ("mail.hostname", false),
        ("mail.host.name", false),
        ("email.host", false),
    ] {
        assert_eq!(mentions(text, "mail.host"), named, "{text}");
    }
}

/// docs/SECURITY.md claims a row by naming its tests: each must be there, and the rows that the first
/// stage promises must each have one.
#[test]
fn every_claimed_security_row_names_a_test_that_exists() {
    const PROMISED: [&str; 17] = [
        "s1", "s2", "s5", "s6", "s9", "s10", "s11", "s14", "s15", "s17", "s19", "s22", "s23",
        "s30", "s33", "s36", "s50",
    ];
    let sources: Vec<String> = ["src", "tests"]
        .iter()
        .flat_map(|top| files(top, &[".rs"]))
        .map(|(_, path)| read(&path))
        .collect();
    let page = read(&root().join("docs/SECURITY.md"));
    let is_name = |word: &&str| {
        let row = word.split('_').next().unwrap_or_default();
        word.contains('_')
            && row.len() > 1
            && row[1..].bytes().all(|b| b.is_ascii_digit())
            && row.starts_with('s')
    };
    let named: Vec<&str> = page.split('`').filter(is_name).collect();
    for name in &named {
        let function = format!("fn {name}(");
        assert!(sources.iter().any(|text| text.contains(&function)), "no test is called {name}");
    }
    for row in PROMISED.iter().chain(&["s51"]) {
        let prefix = format!("{row}_");
        assert!(named.iter().any(|name| name.starts_with(&prefix)), "no test is named for {row}");
    }
}
