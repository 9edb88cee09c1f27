//! The paths a source names: `use` trees taken apart, and paths in running code.

use super::source::{Kind, Source, Token};

/// One path, as it is written: `use a::{b, c as d}` gives `a::b` and `a::c`.
pub struct Named {
    pub segments: Vec<String>,
    pub line: usize,
    pub test: bool,
    /// The module it stands in, inline modules included, by which `super` is understood.
    module: Vec<String>,
}

impl Named {
    /// The same path from the top of our crate; `None` when it leads elsewhere.
    pub fn ours(&self) -> Option<Vec<&str>> {
        let mut rest = self.segments.iter().map(String::as_str).peekable();
        let mut from_top: Vec<&str> = match *rest.peek()? {
            // main.rs is a crate of its own and sees the library by its name.
            "crate" | "hotline" => {
                rest.next();
                Vec::new()
            }
            "self" | "super" => self.module.iter().map(String::as_str).collect(),
            _ => return None,
        };
        for segment in rest {
            match segment {
                "super" => drop(from_top.pop()),
                "self" => {}
                name => from_top.push(name),
            }
        }
        Some(from_top)
    }
}

/// Every path of a file.
pub fn named(source: &Source) -> Vec<Named> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    // Open inline modules, each with the depth of braces outside it.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut at) = (0_usize, 0);
    while at < tokens.len() {
        let token = &tokens[at];
        let mut heads = Vec::new();
        let mut next = at + 1;
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth = depth.saturating_sub(1);
            inline.pop_if(|(_, outside)| *outside == depth);
        } else if token.is("mod") && is(tokens, at + 2, "{") {
            inline.push((tokens[at + 1].text.clone(), depth));
        } else if token.is("use") && !is(tokens, at + 1, "<") {
            // `use<…>` is a capture in a type and names no path.
            next = tree(tokens, at + 1, Vec::new(), &mut heads);
        } else if token.kind == Kind::Text && token.text.starts_with("crate::") {
            // `#[serde(with = "crate::clock::stamp")]` is an arrow too.
            heads.push((token.text.split("::").map(String::from).collect(), token.line));
        } else if starts_path(tokens, at) {
            let mut segments = vec![token.text.clone()];
            while is(tokens, next, "::")
                && tokens.get(next + 1).is_some_and(|t| t.kind == Kind::Word)
            {
                segments.push(tokens[next + 1].text.clone());
                next += 2;
            }
            heads.push((segments, token.line));
        }
        for (segments, line) in heads {
            let mut module = source.module.clone();
            module.extend(inline.iter().map(|(name, _)| name.clone()));
            found.push(Named { segments, line, test: token.test, module });
        }
        at = next.max(at + 1);
    }
    found
}

fn is(tokens: &[Token], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(text))
}

/// Whole paths are taken at once, so a word met after `::` either begins a path written
/// `::std::…`, or continues one after `>`.
fn starts_path(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize, text| at >= back && is(tokens, at - back, text);
    let leads_on = is(tokens, at + 1, "::");
    // An attribute by the crate's own name, as in `#[diesel(table_name = cases)]`, and the old
    // `extern crate`.
    let hash = before(2, "#") || (before(2, "!") && before(3, "#"));
    let attribute = before(1, "[") && hash && is(tokens, at + 1, "(");
    let external = before(1, "crate") && before(2, "extern");
    tokens[at].kind == Kind::Word
        && (leads_on || attribute || external)
        && !before(1, ".")
        && !(before(1, "::") && before(2, ">"))
}

/// Reads one branch of a `use` and gives the place after it.
fn tree(
    tokens: &[Token],
    mut at: usize,
    mut path: Vec<String>,
    found: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let mut line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        if token.is("{") {
            at += 1;
            while at < tokens.len() && !is(tokens, at, "}") {
                // Always a step forward, even over what no `use` may hold.
                at = match is(tokens, at, ",") {
                    true => at + 1,
                    false => tree(tokens, at, path.clone(), found).max(at + 1),
                };
            }
            return at + 1;
        } else if token.is("as") {
            at += 2;
            break;
        } else if token.kind == Kind::Word || token.is("*") {
            path.push(token.text.clone());
            line = token.line;
            at += 1;
            if !is(tokens, at, "::") && !is(tokens, at, "as") {
                break;
            }
        } else if token.is("::") {
            at += 1;
        } else {
            break;
        }
    }
    found.push((path, line));
    at
}

#[test]
fn use_trees_and_running_paths_are_taken_apart() {
    let text = "
use crate::{clock, desk::{self, handle::Handled as H, *}, };
use ::std::{fs, io::Read};
pub(crate) fn f() -> impl Sized + use<> { Vec::<crate::store::Row>::new().len(); ::tokio::spawn(x) }
mod inner { use super::super::vault::Key; fn g() { super::seal() } }
#[diesel(table_name = cases)] #[serde(with = \"crate::place::code\")]
struct S;
extern crate rand;
use super::mail;";
    let source = Source::new("src/desk/handle.rs", text);
    let all: Vec<String> = named(&source).iter().map(|n| n.segments.join("::")).collect();
    assert_eq!(
        all,
        [
            "crate::clock",
            "crate::desk::self",
            "crate::desk::handle::Handled",
            "crate::desk::*",
            "std::fs",
            "std::io::Read",
            "Vec",
            "crate::store::Row",
            "tokio::spawn",
            "super::super::vault::Key",
            "super::seal",
            "diesel",
            "serde",
            "crate::place::code",
            "rand",
            "super::mail",
        ]
    );
    let ours: Vec<String> =
        named(&source).iter().filter_map(Named::ours).map(|path| path.join("::")).collect();
    // Inside `mod inner` one more `super` is needed to leave the room: vault and mail are the
    // desk's own, not rooms.
    assert_eq!(
        ours,
        [
            "clock",
            "desk",
            "desk::handle::Handled",
            "desk::*",
            "store::Row",
            "desk::vault::Key",
            "desk::handle::seal",
            "place::code",
            "desk::mail",
        ]
    );
    let lines: Vec<usize> = named(&source).iter().map(|n| n.line).collect();
    assert_eq!((lines[0], lines[7]), (2, 4));
}
