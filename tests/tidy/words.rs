//! Words that must not stand in the code, or only with a reason beside them.

use super::house::PURE;
use super::none;
use super::paths::named;
use super::source::{Kind, Source, Token, files, read, sources};

/// Where text for people may go to the terminal: the command line, and nothing else.
const TERMINAL: &[&str] = &["cli", "main"];

/// Templates may stand in files of these kinds.
const TEMPLATES: &[&str] = &[".html", ".txt", ".xml", ".svg", ".j2", ".jinja"];

/// Whether the tokens from `at` on are these words and signs.
fn reads(tokens: &[Token], at: usize, pattern: &[&str]) -> bool {
    pattern.iter().enumerate().all(|(i, text)| tokens.get(at + i).is_some_and(|t| t.is(text)))
}

fn impurities(source: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    if !PURE.contains(&source.room.as_str()) {
        return breaches;
    }
    let mut found = |line: usize, what: &str| {
        breaches.push(format!("{}: {what} in {}, a pure room", source.at(line), source.room));
    };
    for (at, token) in source.tokens.iter().enumerate() {
        // Tests of a pure room may read a file of expected figures.
        if token.test {
            continue;
        }
        for word in ["async", "tokio", "SystemTime", "Instant"] {
            if token.is(word) {
                found(token.line, word);
            }
        }
        for zone in ["Utc", "Local"] {
            if reads(&source.tokens, at, &[zone, "::", "now"]) {
                found(token.line, "the time of day");
            }
        }
    }
    for path in named(source).iter().filter(|path| !path.test) {
        let names = |module: &str| path.segments.get(1).is_some_and(|name| name == module);
        if path.segments[0] == "std" && ["fs", "net", "env", "*"].into_iter().any(names) {
            found(path.line, &path.segments.join("::"));
        }
    }
    breaches
}

/// The columns of identities are named by one module and its table: no list, report or search can
/// select them by accident (S19). The list of all tables names the table, for backups carry it as it
/// is, sealed.
#[test]
fn s19_identity_columns_are_named_in_one_module() {
    let allowed = ["src/store/tips.rs", "src/store/schema/all.rs", "src/store/schema/mod.rs"];
    let names = |source: &Source| source.tokens.iter().any(|token| token.is("tip_identities"));
    let mut naming: Vec<String> =
        sources().iter().filter(|source| names(source)).map(|source| source.path.clone()).collect();
    naming.sort();
    naming.dedup();
    let mut wanted = allowed.map(str::to_owned);
    wanted.sort();
    assert_eq!(naming, wanted);
}

/// A comment with `reason:` on the line, or in the comment that stands right above it.
fn has_reason(source: &Source, line: usize) -> bool {
    let gives = |line: usize| source.comments.get(&line).map(|text| text.contains("reason:"));
    if gives(line) == Some(true) {
        return true;
    }
    let above = (1..line).rev().map_while(gives);
    if above.into_iter().any(|reason| reason) {
        return true;
    }
    // Clippy's own form, `#[expect(clippy::unwrap_used, reason = "…")]`, says as much.
    let text = |line: usize| source.lines.get(line.wrapping_sub(1)).map_or("", |text| text.trim());
    text(line - 1).starts_with("#[") && text(line - 1).contains("reason = ")
}

fn blunt_words(source: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    let tokens = &source.tokens;
    for (at, token) in tokens.iter().enumerate() {
        let place = source.at(token.line);
        let bang = |name: &str| reads(tokens, at, &[name, "!"]);
        for name in ["todo", "unimplemented", "dbg"] {
            if bang(name) {
                breaches.push(format!("{place}: {name}! is unfinished work"));
            }
        }
        for name in ["println", "print"] {
            if bang(name) && !token.test && !TERMINAL.contains(&source.room.as_str()) {
                breaches.push(format!("{place}: {name}! outside the command line; use tracing"));
            }
        }
        for call in ["unwrap", "expect"] {
            let called = at > 0 && tokens[at - 1].is(".") && reads(tokens, at, &[call, "("]);
            if called && !token.test && !has_reason(source, token.line) {
                breaches.push(format!(
                    "{place}: .{call}( without a comment `reason: …` saying why it holds"
                ));
            }
        }
    }
    breaches
}

fn unbound_sql(source: &Source) -> Vec<String> {
    let tokens = &source.tokens;
    let formatted = |at: usize| {
        reads(tokens, at, &["sql_query", "(", "format", "!"])
            || reads(tokens, at, &["sql_query", "(", "&", "format", "!"])
    };
    let lines = (0..tokens.len()).filter(|at| formatted(*at)).map(|at| tokens[at].line);
    lines
        .map(|line| format!("{}: bind the values instead of writing them in", source.at(line)))
        .collect()
}

/// Whether a template switches escaping off.
fn unescaped(text: &str) -> bool {
    text.match_indices('|').any(|(at, _)| {
        let filter = text[at + 1..].trim_start();
        filter
            .strip_prefix("safe")
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

fn unescaped_literals(source: &Source) -> Vec<String> {
    let texts =
        source.tokens.iter().filter(|token| token.kind == Kind::Text && unescaped(&token.text));
    texts.map(|token| format!("{}: the filter `safe`", source.at(token.line))).collect()
}

#[test]
fn pure_rooms_are_pure() {
    none(
        "Pure rooms take time, ids and files as parameters:",
        sources().iter().flat_map(impurities).collect(),
    );
}

#[test]
fn nothing_is_unwrapped_without_a_reason_or_left_unfinished() {
    none("Words that do not stay:", sources().iter().flat_map(blunt_words).collect());
}

/// S30 of the security table: bound SQL only.
#[test]
fn sql_is_never_put_together_from_values() {
    let tests = files("tests", &[".rs"]);
    let tests = tests.iter().map(|(name, path)| Source::new(name, &read(path)));
    none(
        "S30, bound SQL only:",
        sources().into_iter().chain(tests).flat_map(|s| unbound_sql(&s)).collect(),
    );
}

/// S30 of the security table: what a caller wrote is always escaped.
#[test]
fn no_template_switches_escaping_off() {
    let mut breaches: Vec<String> = sources().iter().flat_map(unescaped_literals).collect();
    for (name, path) in files("src", TEMPLATES) {
        for (line, text) in (1..).zip(read(&path).lines()) {
            if unescaped(text) {
                breaches.push(format!("{name}:{line}: the filter `safe`"));
            }
        }
    }
    none("S30, templates escape everything:", breaches);
}

#[test]
fn each_word_is_found_where_it_counts_and_only_there() {
    let pure = |text: &str| impurities(&Source::new("src/ledger/a.rs", text)).len();
    assert_eq!(pure("// Instant\nfn f(now: Stamp) { \"tokio\"; self.now() }"), 0);
    assert_eq!(pure("async fn f() {}"), 1);
    assert_eq!(pure("use std::{collections::BTreeMap, fs, net::IpAddr};"), 2);
    assert_eq!(pure("fn f() { chrono::Utc::now(); std::env::var(x); }"), 2);
    assert_eq!(pure("#[cfg(test)] mod tests { use std::fs; }"), 0);
    assert_eq!(impurities(&Source::new("src/store/a.rs", "async fn f() {}")).len(), 0);

    let blunt = |text: &str| blunt_words(&Source::new("src/desk/a.rs", text)).len();
    assert_eq!(blunt("fn f() { a.unwrap(); b.expect(\"x\"); c.unwrap_or(d.expect); }"), 2);
    assert_eq!(blunt("a.unwrap(); // reason: a constant"), 0);
    assert_eq!(blunt("// reason: the list\n// is never empty\na.unwrap();\nb.unwrap();"), 1);
    assert_eq!(
        blunt("#[expect(clippy::unwrap_used, reason = \"constant\")]\nlet a = b.unwrap();"),
        0
    );
    assert_eq!(blunt("// .unwrap()\nlet a = \".unwrap()\";"), 0);
    assert_eq!(blunt("#[test] fn f() { a.unwrap(); println!(); }"), 0);
    assert_eq!(blunt("todo!(); dbg!(x); unimplemented!(); println!();"), 4);
    assert_eq!(blunt_words(&Source::new("src/cli/a.rs", "println!()")).len(), 0);

    let sql = |text: &str| unbound_sql(&Source::new("src/store/a.rs", text)).len();
    assert_eq!(sql("sql_query(format!(\"{x}\")); diesel::sql_query( & format!(\"\"));"), 2);
    assert_eq!(sql("sql_query(\"SELECT 1\").bind(x); // sql_query(format!"), 0);
    for (text, off) in [
        ("{{ a|safe }}", true),
        ("{{ a | safe|x }}", true),
        ("a | safely", false),
        ("a || b", false),
    ] {
        assert_eq!(unescaped(text), off, "{text}");
    }
}
