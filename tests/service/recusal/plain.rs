//! Answers as they are compared: without what chance put in them, and nothing else taken out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hotline::intake::receipt::spoken;

use super::Lived;
use crate::world::Reply;

/// Bytes of a root of the log.
const ROOT: usize = 32;
/// Bytes of a signed note's signature: the key's four, and Ed25519's.
const SIGNATURE: usize = 4 + 64;

/// An answer without what chance put in it: numbers, identifiers, salts, hashes, tokens of forms, and
/// instants, for the clock runs on.
pub fn plain(reply: &Reply, lived: &Lived<'_>) -> String {
    let mut text = unsigned(&reply.text);
    for (nth, case) in lived.hidden.iter().chain(&lived.own).enumerate() {
        text = text.replace(&case.no, &format!("CASE {nth}"));
        for tip in [case.tip.clone(), spoken(&case.tip)] {
            text = text.replace(&tip, &format!("TIP {nth}"));
        }
    }
    let sign = |c: char| c.is_ascii_alphanumeric() || "_-:.".contains(c);
    let mut out = format!("{} ", reply.status);
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if sign(c) {
            word.push(c);
            continue;
        }
        let chance = word.len() >= 20 && word.bytes().any(|b| b.is_ascii_digit());
        out.push_str(if chance { "ID" } else { &word });
        out.push(c);
        word.clear();
    }
    out
}

/// A text without the roots of the log and the signatures over them, which are made of drawn salts:
/// what is base64 of exactly so many bytes, and nothing else. How many there are, and where, stays.
fn unsigned(text: &str) -> String {
    let sign = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    // In a document a new line is written in letters, and would be taken for a part of what follows.
    let text = text.replace("\\n", "\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_word = sign(first);
        let end = rest.find(|c| sign(c) != is_word).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match BASE64.decode(word).map(|bytes| bytes.len()) {
            Ok(ROOT) => out.push_str("ROOT"),
            Ok(SIGNATURE) => out.push_str("SIGNATURE"),
            _ => out.push_str(word),
        }
        rest = after;
    }
    out
}
