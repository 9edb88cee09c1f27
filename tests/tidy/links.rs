//! Documents lead to each other and to what is there.

use std::path::{Path, PathBuf};

use super::none;
use super::source::{files, read, root};

/// What a reader of docs/SECURITY.md must find there (S61): the threats, what holds, what is kept how
/// long, and what does not hold.
const SECURITY: [&str; 6] = [
    "## Threats",
    "## What protects what",
    "## Rows that hold",
    "## Known limits",
    "## Retention",
    "## Not protected yet",
];

/// Where the links of a text lead, with their lines; pieces of code are passed over.
fn links(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut code) = (Vec::new(), false);
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim_start().starts_with("```") {
            code = !code;
        }
        // Every second piece stands between two marks of code.
        let words: String = text.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (at, _) in words.match_indices("](").filter(|_| !code) {
            let target = words[at + 2..].split(')').next().unwrap_or_default();
            found.push((line, target.to_owned()));
        }
    }
    found
}

/// The name under which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn broken(from: &Path, target: &str) -> Option<&'static str> {
    let (path, part) = target.split_once('#').unwrap_or((target, ""));
    let file = match path {
        "" => from.to_owned(),
        path => from.parent().map_or_else(PathBuf::new, |folder| folder.join(path)),
    };
    if !file.exists() {
        return Some("leads nowhere");
    }
    let headings = || read(&file).lines().filter(|l| l.starts_with('#')).any(|l| anchor(l) == part);
    (!part.is_empty() && !headings()).then_some("leads to no heading there")
}

#[test]
fn s61_every_link_of_a_document_leads_somewhere() {
    let mut documents = files("docs", &[".md"]);
    documents
        .extend(["README.md", "CHANGELOG.md"].map(|name| (name.to_owned(), root().join(name))));
    let mut breaches = Vec::new();
    let mut seen = 0;
    for (name, path) in documents {
        for (line, target) in links(&read(&path)) {
            seen += 1;
            let elsewhere =
                ["https://", "http://", "mailto:"].iter().any(|s| target.starts_with(s));
            if let Some(why) = broken(&path, &target).filter(|_| !elsewhere) {
                breaches.push(format!("{name}:{line}: ({target}) {why}"));
            }
        }
    }
    assert!(seen > 40, "only {seen} links were found");
    none("S61, links between documents:", breaches);
}

#[test]
fn s61_the_security_page_says_what_holds_and_what_does_not() {
    let page = read(&root().join("docs/SECURITY.md"));
    let lost = SECURITY.iter().filter(|heading| !page.lines().any(|line| line == **heading));
    none("docs/SECURITY.md lacks:", lost.map(|heading| (*heading).to_owned()).collect());
    let readme = read(&root().join("README.md"));
    assert!(readme.contains("docs/SECURITY.md"), "README.md does not lead to the security page");
}

#[test]
fn links_are_found_outside_code_and_followed_to_their_headings() {
    let text = "a [b](c.md) `[d](e)` [f](g.md#h)\n```\n[i](j)\n```\n[k](https://l)";
    let wanted = [(1, "c.md"), (1, "g.md#h"), (5, "https://l")];
    assert_eq!(links(text), wanted.map(|(line, target)| (line, target.to_owned())));
    assert_eq!(anchor("## Not there yet"), "not-there-yet");
    let page = root().join("docs/SECURITY.md");
    assert_eq!(broken(&page, "SEAL.md#the-head"), None);
    assert_eq!(broken(&page, "#retention"), None);
    assert_eq!(broken(&page, "SEAL.md#the-tail"), Some("leads to no heading there"));
    assert_eq!(broken(&page, "NONE.md"), Some("leads nowhere"));
}
