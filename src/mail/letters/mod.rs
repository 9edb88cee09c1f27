//! What each letter needs to know and says. One folder for each, with its words in both languages.

mod about;
mod audit_faults;
mod case_supervised;
mod danger_reported;
mod duties_due;
mod duty_assigned;
mod frame;
mod morning_digest;
mod receipt_answered;
mod receipt_changed;
mod receipt_issued;
mod report_published;

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

use about::duty_names;
pub use about::{CaseRef, DutyLine};
pub use audit_faults::AuditFaults;
pub use case_supervised::CaseSupervised;
pub use danger_reported::DangerReported;
pub use duties_due::DutiesDue;
pub use duty_assigned::DutyAssigned;
pub use morning_digest::MorningDigest;
pub use receipt_answered::ReceiptAnswered;
pub use receipt_changed::ReceiptChanged;
pub use receipt_issued::ReceiptIssued;
pub use report_published::ReportPublished;

/// Puts a letter into words: its templates get the letter as `it` and the public address as `site`.
macro_rules! wording {
    ($letter:ident, $zh:tt, $en:tt) => {
        #[derive(askama::Template)]
        #[template(path = $zh, config = "src/askama.toml")]
        struct Zh<'a> {
            it: &'a $letter,
            site: &'a str,
        }

        #[derive(askama::Template)]
        #[template(path = $en, config = "src/askama.toml")]
        struct En<'a> {
            it: &'a $letter,
            site: &'a str,
        }

        impl $letter {
            /// Subject and body as the template has them.
            pub(super) fn written(
                &self,
                lang: crate::lang::Lang,
                site: &str,
            ) -> Result<String, super::Unreadable> {
                let written = match lang {
                    crate::lang::Lang::Zh => askama::Template::render(&Zh { it: self, site }),
                    crate::lang::Lang::En => askama::Template::render(&En { it: self, site }),
                };
                written.map_err(|_| super::Unreadable)
            }
        }
    };
}
use wording;

/// A letter, as it is kept until it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// A periodic report was published.
    ReportPublished(ReportPublished),
    /// To an informant: the receipt's number.
    ReceiptIssued(ReceiptIssued),
    /// To an informant: something is new.
    ReceiptChanged(ReceiptChanged),
    /// To an informant: the answer, given by e-mail.
    ReceiptAnswered(ReceiptAnswered),
    /// A duty has come to a unit.
    DutyAssigned(DutyAssigned),
    /// Danger to life or property.
    DangerReported(DangerReported),
    /// Duties whose date is near or past.
    DutiesDue(DutiesDue),
    /// Somebody above acts on a case.
    CaseSupervised(CaseSupervised),
    /// What waits for a person this morning.
    MorningDigest(MorningDigest),
    /// The audit of a day found faults.
    AuditFaults(AuditFaults),
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The subject, one line.
    pub subject: String,
    /// What follows.
    pub body: String,
}

impl Text {
    /// The same words as a page, for readers that show more than plain text.
    pub fn html(&self, lang: Lang, site: &str) -> Result<String, Unreadable> {
        frame::html(self, lang, site)
    }
}

/// A kept letter cannot be put into words: a fault of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kept letter cannot be read")]
pub struct Unreadable;

impl Letter {
    /// The letter as it is kept.
    pub fn keep(&self) -> Result<String, Unreadable> {
        serde_json::to_string(self).map_err(|_| Unreadable)
    }

    /// Reads a kept letter.
    pub fn read(kept: &str) -> Result<Letter, Unreadable> {
        serde_json::from_str(kept).map_err(|_| Unreadable)
    }

    /// What it is called where it is listed, in Chinese and English.
    pub fn names(&self) -> (&'static str, &'static str) {
        match self {
            Letter::ReportPublished(_) => ("报告发布", "report published"),
            Letter::ReceiptIssued(_) => ("回执", "receipt"),
            Letter::ReceiptChanged(_) => ("回执进展", "news about a receipt"),
            Letter::ReceiptAnswered(_) => ("邮件答复", "answer by e-mail"),
            Letter::DutyAssigned(_) => ("新的待办", "duty assigned"),
            Letter::DangerReported(_) => ("险情", "danger"),
            Letter::DutiesDue(_) => ("期限提醒", "duties due"),
            Letter::CaseSupervised(_) => ("督办", "supervision"),
            Letter::MorningDigest(_) => ("每日汇总", "digest"),
            Letter::AuditFaults(_) => ("核验告警", "faults found by the audit"),
        }
    }

    /// Whether it goes to an informant: then not even its sender gives away what it is about.
    pub fn is_quiet(&self) -> bool {
        use Letter::{ReceiptAnswered, ReceiptChanged, ReceiptIssued};
        matches!(self, ReceiptIssued(_) | ReceiptChanged(_) | ReceiptAnswered(_))
    }

    /// The letter in words; `site` is the public address of the service, without a slash at its end.
    pub fn text(&self, lang: Lang, site: &str) -> Result<Text, Unreadable> {
        let written = match self {
            Letter::ReportPublished(it) => it.written(lang, site)?,
            Letter::ReceiptIssued(it) => it.written(lang, site)?,
            Letter::ReceiptChanged(it) => it.written(lang, site)?,
            Letter::ReceiptAnswered(it) => it.written(lang, site)?,
            Letter::DutyAssigned(it) => it.written(lang, site)?,
            Letter::DangerReported(it) => it.written(lang, site)?,
            Letter::DutiesDue(it) => it.checked()?.written(lang, site)?,
            Letter::CaseSupervised(it) => it.written(lang, site)?,
            Letter::MorningDigest(it) => it.written(lang, site)?,
            Letter::AuditFaults(it) => it.written(lang, site)?,
        };
        // The first line of a template is the subject.
        let (subject, body) = written.split_once('\n').ok_or(Unreadable)?;
        Ok(Text { subject: one_line(subject), body: format!("{}\n", body.trim()) })
    }
}

/// A subject ends with its line: signs that end lines, or that turn the reading round, are left out.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}'..='\u{2029}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !c.is_control() && !turns(*c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(place: &str) -> Letter {
        Letter::ReportPublished(ReportPublished {
            report: "01a2".to_owned(),
            kind: "monthly".to_owned(),
            period: "2026-11".to_owned(),
            scope: "430000".to_owned(),
            place: place.to_owned(),
            head: HEAD.to_owned(),
        })
    }

    const HEAD: &str = "line.example/log\n7\nAAAA\n\n\u{2014} line.example/log BBBB\n";

    #[test]
    fn each_language_says_all_of_it() {
        let site = "https://line.example";
        let zh = letter("湖南省").text(Lang::Zh, site).unwrap();
        assert_eq!(zh.subject, "湖南省月报 2026-11 已发布");
        let en = letter("湖南省").text(Lang::En, site).unwrap();
        assert_eq!(en.subject, "Monthly report 2026-11 of division 430000 is published");
        // The head of the log stands there byte for byte, with the dash of its layout.
        let words = en.body.replace(HEAD, "");
        assert!(words.is_ascii() && words != en.body, "{}", en.body);
        for text in [zh.body, en.body] {
            assert!(text.contains(&format!("\n\n{HEAD}\n")), "{text}");
            assert!(text.contains("https://line.example/reports/01a2\n"), "{text}");
            assert!(text.contains("2026-11") && !text.contains("{{"), "{text}");
        }
    }

    /// Every letter about cases, with a line of each kind.
    fn others() -> Vec<Letter> {
        let number = || "77".to_owned();
        let case = || CaseRef {
            no: "26".to_owned(),
            category: "land.occupation".to_owned(),
            place: "湖南省长沙市长沙县".to_owned(),
            code: "430121".to_owned(),
        };
        let line = |overdue: bool| DutyLine {
            case: "26".to_owned(),
            duty: "sign".to_owned(),
            place: "湖南省长沙市长沙县".to_owned(),
            unit: "430121".to_owned(),
            due: overdue.then(|| "2026-11-26 23:59".to_owned()),
            overdue,
        };
        let lines = || vec![line(true), line(false)];
        let mut all = vec![
            Letter::ReceiptIssued(ReceiptIssued { number: number() }),
            Letter::ReceiptChanged(ReceiptChanged { number: number(), asks: false }),
            Letter::ReceiptChanged(ReceiptChanged { number: number(), asks: true }),
            Letter::ReceiptAnswered(ReceiptAnswered {
                number: number(),
                case: "26".to_owned(),
                seq: 9,
                text: "answer <b>".to_owned(),
            }),
            Letter::DutyAssigned(DutyAssigned { case: case(), duty: "sign".to_owned(), due: None }),
            Letter::DangerReported(DangerReported { case: case() }),
            Letter::CaseSupervised(CaseSupervised { case: case(), act: "reopen".to_owned() }),
            Letter::MorningDigest(MorningDigest {
                day: "2026-11-26".to_owned(),
                open: 9,
                overdue: 1,
                lines: lines(),
                head: String::new(),
            }),
            Letter::AuditFaults(AuditFaults { day: "2026-11-26".to_owned(), faults: 2 }),
        ];
        all.extend(crate::tell::Rung::ALL.map(|rung| {
            let rung = rung.name().to_owned();
            Letter::DutiesDue(DutiesDue { rung, total: 30, lines: lines() })
        }));
        all
    }

    #[test]
    fn every_letter_is_whole_in_both_languages() {
        let site = "https://line.example";
        for letter in others() {
            assert_eq!(Letter::read(&letter.keep().unwrap()).as_ref(), Ok(&letter));
            for lang in [Lang::Zh, Lang::En] {
                let text = letter.text(lang, site).unwrap();
                let page = text.html(lang, site).unwrap();
                let all = format!("{}\n{}", text.subject, text.body);
                assert!(!all.contains("{{") && !all.contains("{%"), "{all}");
                assert!(!all.contains("\n\n\n"), "{all}");
                assert!(lang == Lang::Zh || all.is_ascii(), "{all}");
                assert!(page.contains("<a href=\"https://line.example/"), "{page}");
                assert!(!page.contains("<b>"), "{page}");
                let quiet = ["举报", "违法", "hotline", "report", "case"];
                let loud = quiet.iter().any(|word| all.to_lowercase().contains(word));
                assert_eq!(letter.is_quiet(), !loud, "{all}");
            }
        }
        let odd = Letter::DutiesDue(DutiesDue { rung: "x".to_owned(), total: 0, lines: vec![] });
        assert_eq!(odd.text(Lang::Zh, site), Err(Unreadable));
    }

    #[test]
    fn a_digest_carries_the_head_of_the_log() {
        let head = HEAD.to_owned();
        let day = "2026-11-26".to_owned();
        let digest = MorningDigest { day, open: 0, overdue: 0, lines: vec![], head };
        let kept = Letter::MorningDigest(digest).keep().unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let body = |kept: &str| Letter::read(kept).unwrap().text(lang, "").unwrap().body;
            assert!(body(&kept).contains(&format!("\n\n{HEAD}\n")), "{}", body(&kept));
            // One that was kept before there was a head in it is still sent.
            let (before, _) = kept.split_once(",\"head\"").unwrap();
            let old = body(&format!("{before}}}"));
            assert!(!old.contains(HEAD) && !old.contains("\n\n\n"), "{old}");
        }
    }

    #[test]
    fn a_kept_letter_is_read_again_and_another_is_not() {
        let kept = letter("湖南省").keep().unwrap();
        assert_eq!(Letter::read(&kept).unwrap(), letter("湖南省"));
        assert_eq!(Letter::read("{\"letter\":\"unknown\"}"), Err(Unreadable));
        let odd = kept.replace("monthly", "hourly");
        assert_eq!(Letter::read(&odd).unwrap().text(Lang::Zh, ""), Err(Unreadable));
    }

    /// S33: nothing of a letter can begin another header.
    #[test]
    fn s33_a_subject_is_one_line_that_reads_one_way() {
        let text = letter("湖南\r\nBcc: x@y\u{202e}\0省").text(Lang::Zh, "").unwrap();
        assert!(!text.subject.contains(['\r', '\n', '\0', '\u{202e}']), "{:?}", text.subject);
    }
}
