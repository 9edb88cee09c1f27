//! The house rules that a compiler does not know, read from the sources.
//!
//! A rule that only stands in a document is broken within a month, by a person in a hurry who
//! never saw it. Here each one fails with the file, the line and what to do instead. The tables
//! to edit are `house::LAW` (who may name whom), `house::CRATES` (which crate lives where) and
//! `licences::ALLOWED`; changing one is a decision and is seen as such in review.
//!
//! The scanner reads tokens, not lines: a name in a comment or in a text breaks nothing, and a
//! grouped `use` hides nothing. It does not expand macros; `$crate::room` inside one is seen.

#[path = "tidy/house.rs"]
mod house;
#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/licences.rs"]
mod licences;
#[path = "tidy/links.rs"]
mod links;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/words.rs"]
mod words;

/// Fails with every breach at once: mending ten lines in one go beats ten runs.
#[track_caller]
fn none(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}\n  {}\n", breaches.join("\n  "));
}
