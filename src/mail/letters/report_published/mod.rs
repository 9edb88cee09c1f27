//! A periodic report was published: to those who subscribed to its kind and scope.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::Unreadable;
use crate::calendar::Kind;
use crate::lang::Lang;

/// Where a report is read, below the service's public address.
const REPORTS: &str = "/reports/";

/// What the letter needs: the report's number and name, nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPublished {
    /// Identifier of the report.
    pub report: String,
    /// Its kind.
    pub kind: String,
    /// Its period's name.
    pub period: String,
    /// Its scope's code.
    pub scope: String,
    /// The name of that division.
    pub place: String,
    /// The signed head of the log that the report saw; letters of before there was one lack it.
    #[serde(default)]
    pub head: String,
}

#[derive(Template)]
#[template(path = "report_published/zh.txt", config = "src/askama.toml")]
struct Zh<'a> {
    it: &'a ReportPublished,
    kind: &'a str,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "report_published/en.txt", config = "src/askama.toml")]
struct En<'a> {
    it: &'a ReportPublished,
    kind: &'a str,
    link: &'a str,
}

impl ReportPublished {
    /// Subject and body as the template has them.
    pub(super) fn written(&self, lang: Lang, site: &str) -> Result<String, Unreadable> {
        let kind: Kind = self.kind.parse().map_err(|_| Unreadable)?;
        let (zh, en) = kind.names();
        let link = &format!("{site}{REPORTS}{}", self.report);
        let written = match lang {
            Lang::Zh => Zh { it: self, kind: zh, link }.render(),
            Lang::En => En { it: self, kind: &capital(en), link }.render(),
        };
        written.map_err(|_| Unreadable)
    }
}

/// The name with which a sentence begins.
fn capital(name: &str) -> String {
    let mut signs = name.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
