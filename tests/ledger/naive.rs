//! A second, simpler memory of what is owed: a bag of words for each case, by DOMAIN 4 and 4b.
//!
//! It knows no owners, units and dates and takes nothing from the ledger's types: no mistake there is
//! repeated here. The walks of the service share it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::Value;

use super::table::{ALWAYS, ENFORCEMENT, LINE, SILENT, needs};
pub use super::table::{About, kind_of};

/// What is owed to a case, and how it ended where it has.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    /// Words, some of them several times; see [`kind_of`].
    pub owed: Vec<String>,
    /// `""` while it goes on, else `refused`, `linked`, `merged` or `closed`.
    pub ended: &'static str,
    /// Tips that it carries, each with the case it came from by merging.
    pub tips: Vec<(String, Option<String>)>,
    /// Kinds of the measures decided so far, numbered from 1.
    measures: Vec<String>,
    transfers: usize,
    /// Days of failed calls since the reply to a tip, or the visit (`""`), was opened.
    tries: BTreeMap<String, BTreeSet<NaiveDate>>,
    /// Asked every week how it goes, whether listed or not.
    supervised: bool,
    shelf: Option<Shelf>,
}

#[derive(Clone, Debug)]
struct Shelf {
    into: String,
    tips: Vec<(String, Option<String>)>,
    owed: Vec<String>,
    replies: Vec<String>,
}

impl Naive {
    /// A tip was received.
    pub fn received(tip: &str) -> Naive {
        Naive {
            owed: vec!["judge".to_owned(), format!("reply {tip}")],
            tips: vec![(tip.to_owned(), None)],
            ..Naive::default()
        }
    }

    pub fn owes(&self, kind: &str) -> bool {
        self.count(kind) > 0
    }

    fn count(&self, kind: &str) -> usize {
        self.owed.iter().filter(|word| kind_of(word) == kind).count()
    }

    fn owes_any(&self, kinds: &[&str]) -> bool {
        kinds.iter().any(|kind| self.owes(kind))
    }

    /// What keeps the case from closing: all but what is asked afterwards or answered by silence.
    pub fn blocking(&self) -> Vec<String> {
        let free = |word: &&String| {
            !SILENT.contains(&kind_of(word))
                && !["recheck", "return_visit"].contains(&kind_of(word))
        };
        self.owed.iter().filter(free).cloned().collect()
    }

    /// An act on this case alone was recorded.
    pub fn record(&mut self, what: &Value, about: &About) {
        let text = |field: &str| what[field].as_str().unwrap_or_default().to_owned();
        let named = about.word.clone();
        self.supervised |= what["rung"] == "supervise";
        self.supervised &= what["act"] != "lift";
        match text("act").as_str() {
            "accept" => self.swap(&["judge", "supplement"], &["dispatch"]),
            "refuse" => self.end("refused"),
            "link" => self.end("linked"),
            "ask_supplement" => self.open("supplement"),
            "supplement" => self.swap(&["supplement"], &[]),
            "lapse" => self.done(&named.unwrap_or("supplement".to_owned())),
            "dispatch" => self.swap(&["dispatch"], &["sign"]),
            "sign" => self.swap(&["sign"], &["verify"]),
            "object" => self.swap(&["sign"], &["rule_objection"]),
            "rule_objection" => {
                let next = if what["upheld"] == true { "sign" } else { "verify" };
                self.swap(&["rule_objection"], &[next]);
            }
            "verify" => match text("finding").as_str() {
                "founded" => {
                    self.swap(&["verify"], &[]);
                    self.want("dispose");
                }
                "not_ours" => self.swap(&["verify"], &["rule_objection"]),
                _ => self.swap(&["verify"], &[]),
            },
            "dispose" => {
                self.swap(&["dispose"], &[]);
                match text("kind").as_str() {
                    "filed" => self.want("decide"),
                    "transferred" => self.transferred(),
                    _ => {}
                }
            }
            "decide" => self.decided(what),
            "execute" => self.executed(&text("result"), &named.expect("which measure")),
            "verify_execution" => self.verified(what, &named.expect("which measure")),
            "hand_over" => self.finished(&named.expect("which building")),
            "transfer" => self.transferred(),
            "receive_transfer" if what["accepted"] != false => {
                self.finished(&named.expect("which transfer"));
            }
            "receive_transfer" => {
                self.done(&named.expect("which transfer"));
                // Where the disposal is still to come, it will deal with this as well.
                if !self.owes_any(&LINE) {
                    self.open("dispose");
                }
            }
            "reply" => self.done(&format!("reply {}", text("tip"))),
            "attempt_reply" => self.tried(&text("tip"), &format!("reply {}", text("tip")), about),
            "ask_opinion" => {
                what["units"].as_array().unwrap().iter().for_each(|_| self.open("opinion"));
            }
            "opine" => self.done("opinion"),
            "ask_extension" => self.open(&format!("rule_extension {}", named.expect("of what"))),
            "rule_extension" => self.done(&named.expect("which question")),
            "urge" => self.want("progress"),
            "list" => {
                self.want("progress");
                self.open("lift");
            }
            "progress" => {
                self.done("progress");
                if self.owes("lift") || self.supervised {
                    self.open("progress");
                }
            }
            "lift" => self.swap(&["lift", "progress"], &[]),
            "take_over" if self.owes_any(&["sign", "rule_objection"]) => {
                self.swap(&["sign", "rule_objection"], &["verify"]);
            }
            "request_close" => self.open("review"),
            "approve_close" => {
                self.end("closed");
                self.want("return_visit");
                self.tries.remove("");
            }
            "return_close" => {
                self.done("review");
                match text("redo").as_str() {
                    "reply" => self.owe_replies(),
                    again => self.want(again),
                }
            }
            "draw" => self.open("recheck"),
            "recheck" => {
                self.done("recheck");
                if what["finding"] == "overturned" {
                    self.again();
                }
            }
            "return_visit" => match text("result").as_str() {
                "unreached" => self.tried("", "return_visit", about),
                "not_satisfied_justified" => self.again(),
                _ => self.done("return_visit"),
            },
            "reopen" => self.again(),
            "take_over" | "pause" | "resume" | "correct" | "note" | "look" | "account"
            | "avert" | "reckon" | "succeed" => {}
            other => panic!("no row for {other}"),
        }
    }

    /// This case goes into another: its tips and their replies pass on, and all else rests.
    pub fn merge_into(&mut self, no: &str, into: &mut Naive, into_no: &str) {
        // It is judged by being merged: what waited for judgement is accepted with the other.
        if self.owes("judge") {
            self.swap(&["judge"], &["dispatch"]);
        }
        let owed = std::mem::take(&mut self.owed);
        let (replies, rest): (Vec<_>, Vec<_>) =
            owed.into_iter().partition(|word| kind_of(word) == "reply");
        let tips = std::mem::take(&mut self.tips);
        for reply in &replies {
            into.open(reply);
        }
        into.tips.extend(tips.iter().map(|(tip, _)| (tip.clone(), Some(no.to_owned()))));
        self.ended = "merged";
        self.shelf = Some(Shelf { into: into_no.to_owned(), tips, owed: rest, replies });
    }

    /// A case that was merged into this one stands alone again.
    pub fn split_off(&mut self, merged: &mut Naive, merged_no: &str) {
        let shelf = merged.shelf.take().expect("it was merged");
        let came = |tip: &(String, Option<String>)| tip.1.as_deref() == Some(merged_no);
        let tips = std::mem::take(&mut self.tips);
        let (leaving, staying): (Vec<_>, Vec<_>) = tips.into_iter().partition(came);
        self.tips = staying;
        merged.ended = "";
        let gone = ["supplement", "opinion", "rule_extension"];
        let owed = shelf.owed.into_iter().filter(|word| !gone.contains(&kind_of(word)));
        merged.owed = owed.collect();
        for (tip, _) in leaving {
            let reply = format!("reply {tip}");
            if self.owed.contains(&reply) {
                self.done(&reply);
                merged.open(&reply);
            } else if merged.owes_any(&LINE) && shelf.replies.contains(&reply) {
                merged.open(&reply);
            }
            let before = shelf.tips.iter().find(|(known, _)| *known == tip);
            merged.tips.push((tip, before.and_then(|(_, from)| from.clone())));
        }
    }

    pub fn is_merged_into(&self, no: &str) -> bool {
        self.shelf.iter().any(|shelf| shelf.into == no)
    }

    fn decided(&mut self, what: &Value) {
        for measure in what["measures"].as_array().into_iter().flatten() {
            self.measures.push(measure["kind"].as_str().unwrap().to_owned());
            self.open(&format!("execute {}", self.measures.len()));
        }
        if what["outcome"] == "transferred" {
            self.transferred();
        }
        self.finished("decide");
    }

    fn executed(&mut self, result: &str, word: &str) {
        match result {
            "executed" => {
                self.done(word);
                self.open(&word.replace("execute", "verify_execution"));
            }
            "annulled" => {
                self.done(word);
                self.swap(&["execute", "verify_execution", "hand_over"], &[]);
                self.want("decide");
            }
            _ => self.finished(word),
        }
    }

    fn verified(&mut self, what: &Value, word: &str) {
        let measure = word.rsplit(' ').next().unwrap();
        let number: usize = measure.parse().unwrap();
        if what["confirmed"] == false {
            self.done(word);
            self.open(&format!("execute {measure}"));
        } else if self.measures[number - 1] == "confiscate_building" {
            self.done(word);
            self.open(&format!("hand_over {measure}"));
        } else {
            self.finished(word);
        }
    }

    fn transferred(&mut self) {
        self.transfers += 1;
        self.open(&format!("receive_transfer {}", self.transfers));
    }

    /// One part of the enforcement is over; with the last there is an outcome, of which every
    /// informant is told. While the disposal is still to come, that is what will be told.
    fn finished(&mut self, word: &str) {
        self.done(word);
        if !self.owes_any(&ENFORCEMENT) && !self.owes_any(&LINE) {
            self.owe_replies();
        }
    }

    fn owe_replies(&mut self) {
        for (tip, _) in self.tips.clone() {
            self.want(&format!("reply {tip}"));
        }
    }

    /// The third failed call on a third day ends it.
    fn tried(&mut self, of: &str, word: &str, about: &About) {
        let days = self.tries.entry(of.to_owned()).or_default();
        days.insert(about.day);
        if days.len() >= 3 {
            self.done(word);
        }
    }

    /// It is gone into again, unless it is already.
    fn again(&mut self) {
        self.swap(&["return_visit", "recheck"], &[]);
        if !self.ended.is_empty() {
            self.ended = "";
            self.want("verify");
            self.owe_replies();
        }
    }

    /// The end of a case: what silence answers is not asked any more.
    fn end(&mut self, how: &'static str) {
        self.swap(&["judge", "supplement", "review"], &[]);
        self.swap(&SILENT, &[]);
        self.supervised = false;
        self.ended = how;
    }

    fn swap(&mut self, done: &[&str], opened: &[&str]) {
        let gone: Vec<String> =
            self.owed.iter().filter(|word| done.contains(&kind_of(word))).cloned().collect();
        gone.iter().for_each(|word| self.done(word));
        opened.iter().for_each(|word| self.open(word));
    }

    fn want(&mut self, word: &str) {
        if !self.owed.iter().any(|known| known == word) {
            self.open(word);
        }
    }

    fn open(&mut self, word: &str) {
        self.owed.push(word.to_owned());
        // What is owed anew has seen no failed call yet.
        if let Some(tip) = word.strip_prefix("reply ") {
            self.tries.remove(tip);
        }
    }

    /// Once; a question about it is answered by its end.
    fn done(&mut self, word: &str) {
        if let Some(at) = self.owed.iter().position(|known| known == word) {
            self.owed.remove(at);
        }
        let question = format!("rule_extension {word}");
        self.owed.retain(|known| *known != question);
    }

    /// The refusal that must come from what is owed alone, in the order stage, outstanding, duty;
    /// `None` where these have no objection.
    pub fn refuses(&self, what: &Value) -> Option<&'static str> {
        let act = what["act"].as_str().unwrap();
        match (act, self.ended) {
            ("note", "merged") => return None,
            (_, "merged") => return Some("case_merged"),
            ("reopen" | "draw", "closed" | "refused") => {}
            ("reopen" | "draw", _) => return Some("not_ended"),
            _ if ALWAYS.contains(&act) => {}
            (_, "closed") => return Some("case_closed"),
            (_, "refused") => return Some("case_refused"),
            (_, "linked") => return Some("case_linked"),
            _ => {}
        }
        if !self.in_the_way(act).is_empty() {
            return Some("outstanding");
        }
        let tip = what["tip"].as_str();
        if ["reply", "attempt_reply", "look"].contains(&act) {
            let word = format!("reply {}", tip.unwrap_or_default());
            let known = self.tips.iter().any(|(known, _)| Some(known.as_str()) == tip);
            return match known {
                false => Some("no_such_tip"),
                true if self.owed.contains(&word) => None,
                // Whoever is visited must be reached.
                true if act == "look" && self.count("return_visit") > 0 => None,
                true => Some("duty_not_open"),
            };
        }
        let kind = needs(act)?;
        match self.count(kind) {
            0 if act == "lapse" && what["duty"].is_u64() => None,
            0 => Some("duty_not_open"),
            1 => None,
            _ if what["duty"].is_null() && kind != "opinion" => Some("duty_unclear"),
            _ => None,
        }
    }

    /// What an act that ends the case, or makes it part of another, finds still owed: closing needs
    /// nothing but its review; what was listed or ordered outlives every other end.
    pub fn in_the_way(&self, act: &str) -> Vec<String> {
        let mut left = self.blocking();
        match act {
            "request_close" => {}
            "approve_close" => left.retain(|word| word != "review"),
            "refuse" | "link" | "merge" => {
                left.retain(|word| kind_of(word) == "lift" || ENFORCEMENT.contains(&kind_of(word)))
            }
            _ => left.clear(),
        }
        left
    }
}
