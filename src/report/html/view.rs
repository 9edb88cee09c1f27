//! What stands in the article's tables and charts, as text.

use super::super::chart::Caption;
use super::super::chart::bars::Bars;
use super::super::chart::columns::Columns;
use super::super::chart::tiles::{self, Tiles};
use super::super::compare::{Change, field_of};
use super::super::model::{Comparison, Report};
use super::super::words::{self, grouped};
use super::Links;
use crate::lang::Lang;
use crate::trend::Ratio;
use crate::trend::share::Share;

/// A key figure.
pub struct Key {
    pub name: &'static str,
    /// The name under which it is defined.
    pub figure: &'static str,
    pub value: String,
    pub year: Option<String>,
    pub before: Option<String>,
}

/// A term of a balance.
pub struct Term {
    /// `+`, `−`, `=` or none.
    pub sign: &'static str,
    pub name: &'static str,
    pub count: String,
    pub link: Option<String>,
}

/// A row of a table of classes.
pub struct Class {
    pub name: String,
    pub count: String,
    pub share: String,
    pub year: String,
    pub before: String,
}

/// A field with its categories.
pub struct Field {
    pub row: Class,
    pub categories: Vec<Class>,
}

/// A row of the table of divisions.
pub struct Division {
    pub name: String,
    pub received: String,
    pub year: String,
    pub before: String,
    pub accepted: String,
    pub refused: String,
    pub closed: String,
    pub closure: String,
    pub on_time: String,
}

/// As of when, of what, from where: it stands with every table and chart (U36).
pub fn note(report: &Report, lang: Lang) -> String {
    let at = as_of(report);
    let Report { scope_name, period, log_size, .. } = report;
    let entries = grouped(*log_size);
    match lang {
        Lang::Zh => {
            format!("范围：{scope_name} {period}；数据截至 {at}；来源：举报台账前 {entries} 条")
        }
        Lang::En => {
            format!(
                "{scope_name} {period}; as of {at}; source: first {entries} entries of the ledger"
            )
        }
    }
}

/// The instant up to which the report sees, to the minute, in local time.
pub fn as_of(report: &Report) -> String {
    report.as_of.get(..16).unwrap_or(&report.as_of).replace('T', " ")
}

/// A change as it is printed: 「—」 of a base of nothing.
pub fn change(change: &Change) -> String {
    change.size().map_or("—".to_owned(), |_| format!("{}%", change.percent))
}

/// A rate as it is printed, likewise.
pub fn rate(rate: Ratio) -> String {
    rate.percent().map_or("—".to_owned(), |percent| format!("{percent}%"))
}

fn share(share: Option<&Share>) -> String {
    let percent = share.map_or("—", |share| share.percent.as_str());
    if percent == "—" { percent.to_owned() } else { format!("{percent}%") }
}

pub fn keys(report: &Report, lang: Lang) -> Vec<Key> {
    let compared = &report.compared;
    let counted = |name, figure, count, of: fn(&Comparison) -> &Change| Key {
        name,
        figure,
        value: grouped(count),
        year: Some(change(of(&compared.year_on_year))),
        before: Some(change(of(&compared.period_on_period))),
    };
    let plain = |name, figure, value| Key { name, figure, value, year: None, before: None };
    let (tips, t) = (&report.tips, |zh, en| lang.pick(zh, en));
    vec![
        counted(t("收到线索", "Leads received"), "tips", tips.received, |c| &c.received),
        counted(t("受理", "Accepted"), "accepted", tips.accepted, |c| &c.accepted),
        counted(t("销号", "Closed"), "closed", compared.year_on_year.closed.now, |c| &c.closed),
        plain(t("不予受理", "Not accepted"), "refused", grouped(tips.refused)),
        plain(t("期末在办", "Open at the end"), "balance", grouped(report.balance.closing)),
        plain(t("结案率", "Closure rate"), "closure", rate(report.closure)),
        plain(t("义务按时完成率", "On-time rate of duties"), "on_time", rate(report.on_time)),
    ]
}

pub fn balance(report: &Report, lang: Lang, links: Links) -> Vec<Term> {
    let b = &report.balance;
    let table = [
        ("", "opening", b.opening),
        ("+", "accepted", b.accepted),
        ("+", "reopened", b.reopened),
        ("+", "split", b.split),
        ("+", "moved_in", b.moved_in),
        ("−", "moved_out", b.moved_out),
        ("−", "merged", b.merged),
        ("−", "closed", b.closed),
        ("=", "closing", b.closing),
    ];
    table.map(|(sign, name, count)| term(report, lang, links, sign, name, name, count)).into()
}

pub fn pending(report: &Report, lang: Lang, links: Links) -> Vec<Term> {
    let p = &report.pending;
    let table = [
        ("", "pending_opening", "pending_opening", p.opening),
        ("+", "received", "received", p.received),
        // Moves of what waits have no list of their own; the lists of these names are of open cases.
        ("+", "moved_in", "", p.moved_in),
        ("−", "moved_out", "", p.moved_out),
        ("−", "accepted", "accepted", p.accepted),
        ("−", "refused", "refused", p.refused),
        ("−", "merged", "merged_pending", p.merged),
        ("−", "linked", "linked", p.linked),
        ("=", "pending_closing", "pending_closing", p.closing),
    ];
    table.map(|(sign, name, list, n)| term(report, lang, links, sign, name, list, n)).into()
}

fn term(
    report: &Report,
    lang: Lang,
    links: Links,
    sign: &'static str,
    name: &str,
    list: &str,
    count: i64,
) -> Term {
    let (zh, en) = words::term(name);
    let link = match (links, report.lists.get(list)) {
        (Links::Under(prefix), Some(path)) => {
            path.split_once('?').map(|(_, query)| format!("{prefix}/{list}?{query}"))
        }
        _ => None,
    };
    Term { sign, name: lang.pick(zh, en), count: grouped(count), link }
}

fn class(name: String, code: &str, count: i64, share_of: String, by: [&ChangeMap; 2]) -> Class {
    let changed = |by: &ChangeMap| by.get(code).map_or("—".to_owned(), change);
    Class {
        name,
        count: grouped(count),
        share: share_of,
        year: changed(by[0]),
        before: changed(by[1]),
    }
}

type ChangeMap = std::collections::BTreeMap<String, Change>;

/// Every code of this period and of those it is compared with, most received first.
fn codes<'a>(
    counts: &'a std::collections::BTreeMap<String, i64>,
    by: [&'a ChangeMap; 2],
) -> Vec<(&'a str, i64)> {
    let mut codes: Vec<&str> =
        counts.keys().chain(by[0].keys()).chain(by[1].keys()).map(String::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut counted: Vec<_> =
        codes.into_iter().map(|code| (code, counts.get(code).copied().unwrap_or(0))).collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted
}

pub fn channels(report: &Report, lang: Lang) -> Vec<Class> {
    let (tips, compared) = (&report.tips, &report.compared);
    let by = [&compared.year_on_year.by_channel, &compared.period_on_period.by_channel];
    let row = |(code, count)| {
        let part = share(tips.shares.by_channel.get(code));
        class(words::channel(code, lang), code, count, part, by)
    };
    codes(&tips.by_channel, by).into_iter().map(row).collect()
}

pub fn fields(report: &Report, lang: Lang) -> Vec<Field> {
    let (tips, compared) = (&report.tips, &report.compared);
    let by = [&compared.year_on_year.by_field, &compared.period_on_period.by_field];
    let by_category = [&compared.year_on_year.by_category, &compared.period_on_period.by_category];
    let categories = codes(&tips.by_category, by_category);
    let category = |(code, count): (&str, i64)| {
        let part = share(tips.shares.by_category.get(code));
        class(words::category(code, lang), code, count, part, by_category)
    };
    let row = |(code, count)| {
        let part = share(tips.shares.by_field.get(code));
        let within = categories.iter().copied().filter(|(category, _)| field_of(category) == code);
        Field {
            row: class(words::field(code, lang), code, count, part, by),
            categories: within.map(category).collect(),
        }
    };
    codes(&tips.by_field, by).into_iter().map(row).collect()
}

/// The name of a division; those of provinces are known in English.
pub fn division_name(code: &str, name: &str, own: bool, lang: Lang) -> String {
    let name = match lang {
        Lang::En => tiles::english(code).unwrap_or(name),
        Lang::Zh => name,
    };
    if own { format!("{name}{}", lang.pick("本级", " (itself)")) } else { name.to_owned() }
}

pub fn divisions(report: &Report, lang: Lang) -> Vec<Division> {
    let made = |division: &super::super::model::DivisionRow| {
        let row = &division.row;
        Division {
            name: division_name(&row.code, &row.name, division.own, lang),
            received: grouped(row.received),
            year: change(&division.year_on_year),
            before: change(&division.period_on_period),
            accepted: grouped(row.accepted),
            refused: grouped(row.refused),
            closed: grouped(row.closed),
            closure: rate(row.closure),
            on_time: rate(row.on_time),
        }
    };
    report.by_division.iter().map(made).collect()
}

fn caption(id: &'static str, title: &str, desc: String, note: &str) -> Caption {
    Caption { id, title: title.to_owned(), desc: format!("{desc} {note}") }
}

pub fn trend(report: &Report, lang: Lang, note: &str) -> Columns {
    let points = &report.series;
    let said = |point: &super::super::model::Point| {
        format!("{} {}", point.period, grouped(point.received))
    };
    let (first, last) = (points.first().map(said), points.last().map(said));
    let desc = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" → ");
    let title = lang.pick("近期收到、受理与销号件数", "Received, accepted and closed, by period");
    Columns::draw(caption("trend", title, desc, note), points, lang)
}

/// The highest three in words, for those who do not see the bars.
fn top(counts: &[(String, i64)], lang: Lang) -> String {
    let mut counts: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let said: Vec<String> =
        counts.iter().take(3).map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    let none = lang.pick("没有线索。", "No leads.").to_owned();
    if said.is_empty() { none } else { said.join(lang.pick("，", ", ")) + lang.pick("。", ".") }
}

pub fn categories_chart(report: &Report, lang: Lang, note: &str) -> Bars {
    let counts = report.tips.by_category.iter();
    let counts: Vec<_> =
        counts.map(|(code, count)| (words::category(code, lang), *count)).collect();
    let title = lang.pick("各类别线索件数", "Leads by category");
    let caption = caption("categories", title, top(&counts, lang), note);
    Bars::draw(caption, counts)
}

fn received(report: &Report, lang: Lang) -> Vec<(String, i64)> {
    let named = report.by_division.iter().map(|division| {
        let row = &division.row;
        (division_name(&row.code, &row.name, division.own, lang), row.received)
    });
    named.collect()
}

pub fn divisions_chart(report: &Report, lang: Lang, note: &str) -> Bars {
    let counts = received(report, lang);
    let title = lang.pick("各地区线索件数", "Leads by division");
    Bars::draw(caption("divisions", title, top(&counts, lang), note), counts)
}

pub fn map(report: &Report, lang: Lang, note: &str) -> Tiles {
    let title = lang.pick("各省线索件数（方格图）", "Leads by province (tile chart)");
    let caption = caption("map", title, top(&received(report, lang), lang), note);
    let rows = report.by_division.iter().map(|division| &division.row);
    let counts: Vec<_> = rows.map(|row| (row.code.clone(), row.received)).collect();
    Tiles::draw(caption, &counts, lang)
}
