//! The columns "Who" and "Discharges" of docs/LEDGER.md in words, for the naive memory and for the
//! walks; written from DOMAIN 4 and 4b.

use chrono::NaiveDate;

/// What an act says that the memory cannot know by itself.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The word of the duty that the act names by number.
    pub word: Option<String>,
    pub day: NaiveDate,
}

/// What a filed or transferred case owes until its enforcement is over.
pub const ENFORCEMENT: [&str; 5] =
    ["decide", "execute", "verify_execution", "hand_over", "receive_transfer"];

/// What stands between a tip and its disposal.
pub const LINE: [&str; 6] = ["judge", "dispatch", "sign", "rule_objection", "verify", "dispose"];

/// What is done whether the case goes on or has ended, but for a merged one.
pub const ALWAYS: [&str; 11] = [
    "reply",
    "attempt_reply",
    "look",
    "correct",
    "note",
    "return_visit",
    "recheck",
    "account",
    "avert",
    "reckon",
    "succeed",
];

/// What silence answers.
pub const SILENT: [&str; 3] = ["opinion", "rule_extension", "progress"];

/// A word is the name of a duty and, after a space, what it is about: a tip, a measure's number, a
/// transfer's, or the word of the duty whose extension is asked.
pub fn kind_of(word: &str) -> &str {
    word.split(' ').next().unwrap_or(word)
}

/// Who may do an act, by the column "Who"; the first is the one most rows mean.
pub fn roles(act: &str) -> &'static [&'static str] {
    match act {
        "accept" | "refuse" | "ask_supplement" | "link" => &["judge"],
        "supplement" | "look" | "return_visit" => &["operator"],
        "dispatch" | "rule_objection" | "merge" | "split" => &["judge", "supervisor"],
        "sign" | "object" | "verify" | "dispose" | "request_close" => &["handler"],
        "decide" | "execute" | "hand_over" | "transfer" | "receive_transfer" => &["handler"],
        "opine" | "ask_extension" | "progress" | "recheck" => &["handler"],
        "verify_execution" => &["handler", "reviewer"],
        "ask_opinion" => &["handler", "judge"],
        "rule_extension" | "urge" | "list" | "lift" | "take_over" => &["supervisor"],
        "pause" | "account" => &["supervisor", "reviewer"],
        "resume" => &["handler", "reviewer", "supervisor"],
        "avert" => &["handler", "supervisor"],
        "reply" | "attempt_reply" => &["handler", "operator"],
        "approve_close" | "return_close" => &["reviewer"],
        "reopen" => &["supervisor", "reviewer"],
        "note" | "correct" => &["judge", "operator", "handler", "reviewer", "supervisor"],
        // The service's own.
        "receive" | "absorb" | "split_off" | "draw" | "lapse" | "reckon" | "succeed"
        | "imported" => &[],
        other => panic!("no row for {other}"),
    }
}

/// The duty that must be owed for an act to make sense.
pub fn needs(act: &str) -> Option<&'static str> {
    Some(match act {
        "accept" | "refuse" | "ask_supplement" | "link" => "judge",
        "supplement" | "lapse" => "supplement",
        "dispatch" => "dispatch",
        "sign" | "object" => "sign",
        "rule_objection" => "rule_objection",
        "verify" => "verify",
        "dispose" => "dispose",
        "decide" => "decide",
        "execute" => "execute",
        "verify_execution" => "verify_execution",
        "hand_over" => "hand_over",
        "receive_transfer" => "receive_transfer",
        "reply" | "attempt_reply" | "look" => "reply",
        "opine" => "opinion",
        "rule_extension" => "rule_extension",
        "progress" => "progress",
        "lift" => "lift",
        "approve_close" | "return_close" => "review",
        "recheck" => "recheck",
        "return_visit" => "return_visit",
        _ => return None,
    })
}
