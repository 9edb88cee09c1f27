//! The report as a page: one article, whole without a script and without a style of its own.

mod outcome;
mod view;

use askama::Template;
use askama::filters::HtmlSafe;

use super::chart::bars::Bars;
use super::chart::columns::Columns;
use super::chart::tiles::Tiles;
use super::model::Report;
use super::rank::Ranked;
use super::words::{self, grouped};
use crate::lang::Lang;
use view::{Class, Division, Field, Key, Term};

/// Where the terms of the balance lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Nowhere: a file that is read without the service.
    None,
    /// To `{prefix}/{term}?kind=…&period=…&scope=…`.
    Under(&'static str),
}

/// The page was not laid out; the report's data cannot be the cause.
#[derive(Debug, thiserror::Error)]
#[error("the report's page was not laid out")]
pub struct NotLaidOut(#[from] askama::Error);

/// The report's `<article>`, to stand in a page. Its headings begin with `h1`. Parts that a stored
/// report lacks, because it is older than they are, are left out.
pub fn article(report: &Report, lang: Lang, links: Links) -> Result<String, NotLaidOut> {
    Ok(Article::of(report, lang, links).render()?)
}

/// The same as a page of its own.
pub fn page(report: &Report, lang: Lang, links: Links) -> Result<String, NotLaidOut> {
    let article = Article::of(report, lang, links);
    let code = lang.pick("zh-CN", "en");
    Ok(Page { code, title: article.title(), article }.render()?)
}

#[derive(Template)]
#[template(path = "page.html", config = "src/askama.toml")]
struct Page<'a> {
    code: &'static str,
    title: String,
    article: Article<'a>,
}

/// The report's `<article>`, to stand in a page. Its headings begin with `h1`. Parts that a stored
/// report lacks, because it is older than they are, are left out.
#[derive(Template)]
#[template(path = "article.html", config = "src/askama.toml")]
pub struct Article<'a> {
    report: &'a Report,
    lang: Lang,
    /// What stands under every table and chart: as of when, of what, from where.
    note: String,
    keys: Vec<Key>,
    balance: Vec<Term>,
    pending: Vec<Term>,
    indicators: Vec<outcome::Line<'a>>,
    duties: Vec<outcome::DutyLine>,
    measures: Vec<outcome::Measures>,
    tables: Vec<outcome::Table>,
    trend: Option<Columns>,
    channels: Vec<Class>,
    fields: Vec<Field>,
    categories: Bars,
    map: Option<Tiles>,
    divisions_chart: Option<Bars>,
    divisions: Vec<Division>,
}

/// Its own template escapes what it is handed.
impl HtmlSafe for Article<'_> {}

impl<'a> Article<'a> {
    /// Lays a report out.
    pub fn of(report: &'a Report, lang: Lang, links: Links) -> Article<'a> {
        let note = view::note(report, lang);
        let nation = report.scope == "000000";
        let (map, divisions_chart) = match report.by_division.is_empty() {
            true => (None, None),
            false if nation => (Some(view::map(report, lang, &note)), None),
            false => (None, Some(view::divisions_chart(report, lang, &note))),
        };
        Article {
            report,
            lang,
            keys: view::keys(report, lang),
            balance: view::balance(report, lang, links),
            pending: view::pending(report, lang, links),
            indicators: outcome::indicators(report, lang),
            duties: outcome::duties(report, lang),
            measures: outcome::measures(report, lang),
            tables: outcome::tables(report, lang),
            trend: (!report.series.is_empty()).then(|| view::trend(report, lang, &note)),
            channels: view::channels(report, lang),
            fields: view::fields(report, lang),
            categories: view::categories_chart(report, lang, &note),
            map,
            divisions_chart,
            divisions: view::divisions(report, lang),
            note,
        }
    }

    /// 湖南省2026年10月违法举报月报.
    pub fn title(&self) -> String {
        let Report { kind, scope_name, from, to, period, .. } = self.report;
        let when = from.zip(*to).map(|(from, to)| words::period(kind, from, to));
        let kind = words::kind(kind);
        match self.lang {
            Lang::Zh => {
                let when = when.map_or(period.clone(), |when| when.zh);
                format!("{scope_name}{when}违法举报{}", kind.zh)
            }
            Lang::En => {
                let when = when.map_or(period.clone(), |when| when.en);
                format!("{scope_name}, {when}: {} of the violation-report hotline", kind.en)
            }
        }
    }

    fn t<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.lang.pick(zh, en)
    }

    fn n(&self, count: &i64) -> String {
        grouped(*count)
    }

    fn as_of(&self) -> String {
        view::as_of(self.report)
    }

    /// What a figure means, for those who point at its name.
    fn means(&self, figure: &str) -> &str {
        self.report.definitions.get(figure).map_or("", |definition| definition.to(self.lang))
    }

    fn rate(&self, rate: &crate::trend::Ratio) -> String {
        view::rate(*rate)
    }

    fn name(&self, row: &Ranked) -> String {
        view::division_name(&row.code, &row.name, false, self.lang)
    }
}

#[cfg(test)]
mod tests;
