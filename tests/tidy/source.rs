//! A source file as tokens: what is left of it when comments are set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a token is, as far as the rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: name, keyword or number.
    Word,
    /// The inside of a text literal, without quotes.
    Text,
    /// One sign, or `::`.
    Sign,
}

/// One token and where it stands.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    /// Under `#[cfg(test)]` or `#[test]`, where other manners hold.
    pub test: bool,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }
}

/// One file of `src`.
pub struct Source {
    /// From the top of the repository, with `/`.
    pub path: String,
    /// The top-level module, `main` and `lib` for the two roots.
    pub room: String,
    /// `src/desk/handle.rs` is `[desk, handle]`; the roots are empty.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    /// Comment text by line; a block comment stands under each of its lines.
    pub comments: BTreeMap<usize, String>,
    pub lines: Vec<String>,
}

impl Source {
    /// Reads a text as if it stood at `path`.
    pub fn new(path: &str, text: &str) -> Source {
        let inner = path.strip_prefix("src/").unwrap_or(path);
        let mut module: Vec<String> =
            inner.trim_end_matches(".rs").split('/').map(String::from).collect();
        if module.last().is_some_and(|name| name == "mod") {
            module.pop();
        }
        let room = module.first().cloned().unwrap_or_default();
        if module.len() == 1 && (room == "main" || room == "lib") {
            module.clear();
        }
        let (mut tokens, comments) = lex(text);
        mark_tests(&mut tokens);
        let lines = text.lines().map(String::from).collect();
        Source { path: path.into(), room, module, tokens, comments, lines }
    }

    /// `path:line`, as editors and terminals understand it.
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// Names of `#[cfg(test)] mod name;`, whose code stands in another file.
    fn test_modules(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.tokens.windows(3).filter(|w| w[0].test && w[0].is("mod") && w[2].is(";")).map(|w| {
            let mut module = self.module.clone();
            module.push(w[1].text.clone());
            module
        })
    }
}

/// The top of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file's text; a file that cannot be read fails the test with its name.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names in a folder, sorted; none where the folder is absent.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Every file below a folder of the repository whose name ends in one of `ends`, with its path
/// from the top.
pub fn files(folder: &str, ends: &[&str]) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for name in names(&root().join(folder)) {
        let path = format!("{folder}/{name}");
        let full = root().join(&path);
        if full.is_dir() {
            found.extend(files(&path, ends));
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push((path, full));
        }
    }
    found
}

/// All of `src`, with files that are test modules of another file marked as tests throughout.
pub fn sources() -> Vec<Source> {
    let mut all: Vec<Source> =
        files("src", &[".rs"]).iter().map(|(name, path)| Source::new(name, &read(path))).collect();
    assert!(!all.is_empty(), "no sources below src: the rules would hold by accident");
    let tests: BTreeSet<Vec<String>> = all.iter().flat_map(Source::test_modules).collect();
    for source in &mut all {
        if tests.iter().any(|module| source.module.starts_with(module)) {
            source.tokens.iter_mut().for_each(|token| token.test = true);
        }
    }
    all
}

fn lex(text: &str) -> (Vec<Token>, BTreeMap<usize, String>) {
    let (mut tokens, mut comments) = (Vec::new(), BTreeMap::<usize, String>::new());
    let bytes = text.as_bytes();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let rest = &text[at..];
        let (length, token) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some((length, inside)) = literal(rest) {
            (length, Some((Kind::Text, inside)))
        } else if rest.starts_with('\'') {
            let length = quote(rest);
            (length, Some((Kind::Sign, &rest[..length])))
        } else if is_word(bytes[at]) {
            let length = word(rest);
            (length, Some((Kind::Word, &rest[..length])))
        } else if rest.starts_with("::") {
            (2, Some((Kind::Sign, "::")))
        } else if bytes[at].is_ascii_whitespace() {
            (1, None)
        } else {
            (1, Some((Kind::Sign, &rest[..1])))
        };
        let piece = &rest[..length];
        if piece.starts_with("//") || piece.starts_with("/*") {
            for (offset, part) in piece.lines().enumerate() {
                comments.entry(line + offset).or_default().push_str(part);
            }
        } else if let Some((kind, inside)) = token {
            tokens.push(Token { kind, text: inside.into(), line, test: false });
        }
        line += piece.matches('\n').count();
        at += length;
    }
    (tokens, comments)
}

/// Letters of other scripts count as words too, so that `rest[..1]` never cuts one in two.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A name, keyword, raw name (`r#type`, kept as it is written) or number.
fn word(rest: &str) -> usize {
    let run = |from: usize| rest[from..].bytes().take_while(|byte| is_word(*byte)).count();
    let length = run(0);
    if &rest[..length] == "r" && rest[length..].starts_with('#') {
        return length + 1 + run(length + 1);
    }
    let decimals = rest[length..].starts_with('.') && rest.as_bytes()[0].is_ascii_digit();
    if decimals && rest.as_bytes().get(length + 1).is_some_and(u8::is_ascii_digit) {
        return length + 1 + run(length + 1);
    }
    length
}

/// Rust's block comments nest; an inner end must not end the outer one.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        let two = rest.as_bytes().get(at..at + 2);
        match two {
            Some(b"/*") => depth += 1,
            Some(b"*/") => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

/// A text literal of any kind: its length and its inside.
fn literal(rest: &str) -> Option<(usize, &str)> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|p| rest.starts_with(p))?;
    let after = &rest[prefix.len()..];
    let hashes =
        if prefix.ends_with('r') { after.bytes().take_while(|b| *b == b'#').count() } else { 0 };
    let body = after[hashes..].strip_prefix('"')?;
    let open = prefix.len() + hashes + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(hashes));
        let end = body.find(&close).unwrap_or(body.len());
        return Some(((open + end + close.len()).min(rest.len()), &body[..end]));
    }
    let mut escaped = false;
    for (end, byte) in body.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((open + end + 1, &body[..end])),
            _ => {}
        }
    }
    Some((rest.len(), body))
}

/// After a `'`: a character has its closing quote, a lifetime has none.
fn quote(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match inside.next() {
        // The character after the backslash is part of the escape even where it is a quote.
        Some((_, '\\')) => {
            inside.skip(1).find(|(_, c)| *c == '\'').map_or(rest.len(), |(at, _)| at + 1)
        }
        Some(_) => match inside.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Marks what stands under a test attribute, to the end of the item it stands on.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at + 1 < tokens.len() {
        let inner = tokens[at].is("#") && tokens[at + 1].is("!");
        let open = at + 1 + usize::from(inner);
        if !(tokens[at].is("#") && tokens.get(open).is_some_and(|token| token.is("["))) {
            at += 1;
            continue;
        }
        let close = closing(tokens, open);
        let end = match is_test_attribute(&tokens[open + 1..close]) {
            true if inner => tokens.len(),
            true => item_end(tokens, close + 1),
            false => close,
        };
        if end > close {
            tokens[at..end].iter_mut().for_each(|token| token.test = true);
        }
        at = end.max(at + 1);
    }
}

fn is_test_attribute(inside: &[Token]) -> bool {
    let has = |word| inside.iter().any(|token| token.is(word));
    let path_end = inside.iter().position(|token| token.is("(")).unwrap_or(inside.len());
    // `#[test]`, and the likes of `#[actix_web::test]`.
    let names_test = path_end.checked_sub(1).is_some_and(|last| inside[last].is("test"));
    names_test || (inside.first().is_some_and(|t| t.is("cfg")) && has("test") && !has("not"))
}

/// Where the bracket at `open` closes; the last token where it never does.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if ["(", "[", "{"].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len() - 1
}

/// One past the item that begins at `at`: its body's brace, its semicolon, or the end of the
/// block around it.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() {
        let token = &tokens[at];
        if token.is("{") {
            return closing(tokens, at) + 1;
        } else if token.is("(") || token.is("[") {
            at = closing(tokens, at);
        } else if token.is(";") {
            return at + 1;
        } else if token.is("}") {
            return at;
        }
        at += 1;
    }
    tokens.len()
}

#[test]
fn the_scanner_tells_code_from_comment_text_and_test() {
    let text = r##"
// one store
/* two /* nested store */ still comment */
let a = "three \" store"; let b = r#"four " store"#; let c = '"'; let d: &'static str = b"x";
let e = '\''; store(1.5, 0..2, r#type);
#[cfg(test)]
mod tests { fn hidden() { inner } }
#[cfg(not(test))]
fn shown() {}
#[actix_web::test]
async fn also_hidden() { x }
fn last() {}
"##;
    let source = Source::new("src/desk/handle.rs", text);
    let found = |word: &str| source.tokens.iter().filter(|t| t.is(word)).collect::<Vec<_>>();
    assert_eq!(found("store").len(), 1, "only the call is code");
    assert_eq!(found("store")[0].line, 5);
    assert_eq!(found("r#type").len(), 1);
    assert!(source.comments[&3].contains("still comment"));
    for (word, test) in [("hidden", true), ("inner", true), ("shown", false), ("last", false)] {
        assert_eq!(found(word)[0].test, test, "{word}");
    }
    assert!(found("also_hidden")[0].test);
    assert_eq!((source.room.as_str(), source.module.len()), ("desk", 2));
    assert_eq!(Source::new("src/desk/mod.rs", "").module, ["desk"]);
    assert!(Source::new("src/main.rs", "").module.is_empty());
}
