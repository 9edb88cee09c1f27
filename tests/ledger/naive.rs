//! A second, simpler memory of what is owed: a set of words, kept by the table of DOMAIN 4b.
//!
//! It knows nothing of owners, units and dates, and takes nothing from the ledger's types, so that
//! a mistake there is not repeated here.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

/// Who may do an act, by the column "Who"; the first is the one most rows mean.
pub fn roles(act: &str) -> &'static [&'static str] {
    match act {
        "accept" | "refuse" | "ask_supplement" | "link" => &["judge"],
        "supplement" | "look" | "return_visit" => &["operator"],
        "dispatch" | "rule_objection" => &["judge", "supervisor"],
        "sign" | "object" | "verify" | "dispose" | "request_close" => &["handler"],
        "reply" | "attempt_reply" => &["handler", "operator"],
        "approve_close" | "return_close" => &["reviewer"],
        "reopen" => &["supervisor", "reviewer"],
        "note" | "correct" => &["judge", "operator", "handler", "reviewer", "supervisor"],
        "lapse" => &[],
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
        "reply" | "attempt_reply" | "look" => "reply",
        "approve_close" | "return_close" => "review",
        "return_visit" => "return_visit",
        _ => return None,
    })
}

/// What is owed to a case with one tip, and how it ended where it has.
#[derive(Clone, Debug)]
pub struct Naive {
    pub owed: BTreeSet<&'static str>,
    /// `""` while it goes on, else `refused`, `linked` or `closed`.
    pub ended: &'static str,
    /// Days of failed calls since the reply that is owed was opened.
    pub tries: BTreeSet<NaiveDate>,
}

impl Naive {
    /// A tip was received.
    pub fn new() -> Naive {
        Naive { owed: BTreeSet::from(["judge", "reply"]), ended: "", tries: BTreeSet::new() }
    }

    /// What keeps the case from closing.
    pub fn blocking(&self) -> BTreeSet<&'static str> {
        self.owed.iter().copied().filter(|duty| *duty != "return_visit").collect()
    }

    /// An act was recorded on a day.
    pub fn record(&mut self, what: &Value, day: NaiveDate) {
        let act = what["act"].as_str().unwrap();
        match act {
            "accept" => self.swap(&["judge", "supplement"], &["dispatch"]),
            "refuse" => self.end(&["judge", "supplement"], "refused"),
            "link" => self.end(&["judge", "supplement"], "linked"),
            "ask_supplement" => self.swap(&[], &["supplement"]),
            "supplement" | "lapse" => self.swap(&["supplement"], &[]),
            "dispatch" => self.swap(&["dispatch"], &["sign"]),
            "sign" => self.swap(&["sign"], &["verify"]),
            "object" => self.swap(&["sign"], &["rule_objection"]),
            "rule_objection" => {
                let next = if what["upheld"] == true { "sign" } else { "verify" };
                self.swap(&["rule_objection"], &[next]);
            }
            "verify" => match what["finding"].as_str().unwrap() {
                "founded" => self.swap(&["verify"], &["dispose"]),
                "not_ours" => self.swap(&["verify"], &["rule_objection"]),
                _ => self.swap(&["verify"], &[]),
            },
            "dispose" => self.swap(&["dispose"], &[]),
            "reply" => self.swap(&["reply"], &[]),
            "attempt_reply" => {
                self.tries.insert(day);
                if self.tries.len() >= 3 {
                    self.swap(&["reply"], &[]);
                }
            }
            "request_close" => self.swap(&[], &["review"]),
            "approve_close" => {
                self.end(&["review"], "closed");
                self.owed.insert("return_visit");
            }
            "return_close" => match what["redo"].as_str().unwrap() {
                "verify" => self.swap(&["review"], &["verify"]),
                "dispose" => self.swap(&["review"], &["dispose"]),
                _ => self.swap(&["review"], &["reply"]),
            },
            "return_visit" if what["result"] == "not_satisfied_justified" => self.again(),
            "return_visit" => self.swap(&["return_visit"], &[]),
            "reopen" => self.again(),
            "correct" | "note" | "look" => {}
            other => panic!("no row for {other}"),
        }
    }

    fn again(&mut self) {
        self.ended = "";
        self.swap(&["return_visit"], &["verify", "reply"]);
    }

    fn end(&mut self, done: &[&str], how: &'static str) {
        self.swap(done, &[]);
        self.ended = how;
    }

    fn swap(&mut self, done: &[&str], opened: &[&'static str]) {
        self.owed.retain(|duty| !done.contains(duty));
        for duty in opened {
            // A reply owed anew has seen no failed call yet.
            if self.owed.insert(duty) && *duty == "reply" {
                self.tries.clear();
            }
        }
    }

    /// The refusal that must come from what is owed alone, in the order role, stage, outstanding,
    /// duty; `None` where these have no objection.
    pub fn refuses(
        &self,
        what: &Value,
        roles_held: &[&str],
        own_tip: &str,
    ) -> Option<&'static str> {
        let act = what["act"].as_str().unwrap();
        if !roles_held.iter().any(|held| roles(act).contains(held)) {
            return Some("role_not_allowed");
        }
        let always = ["reply", "attempt_reply", "look", "correct", "note", "return_visit"];
        let stage = match (act, self.ended) {
            ("reopen", "closed" | "refused") => None,
            ("reopen", _) => return Some("not_ended"),
            (act, _) if always.contains(&act) => None,
            (_, "closed") => Some("case_closed"),
            (_, "refused") => Some("case_refused"),
            (_, "linked") => Some("case_linked"),
            _ => None,
        };
        if stage.is_some() {
            return stage;
        }
        let mut in_the_way = self.blocking();
        if act == "approve_close" {
            in_the_way.remove("review");
        }
        if ["request_close", "approve_close"].contains(&act) && !in_the_way.is_empty() {
            return Some("outstanding");
        }
        if ["reply", "attempt_reply", "look"].contains(&act) && what["tip"] != own_tip {
            return Some("no_such_tip");
        }
        needs(act).filter(|duty| !self.owed.contains(duty)).map(|_| "duty_not_open")
    }
}
