//! Indicators and outcomes as the page shows them.

use super::super::model::Report;
use super::super::outcome::Rate;
use super::super::words::{self, grouped};
use crate::lang::Lang;
use crate::trend::Indicator;
use crate::trend::deed::{LEVELS, RESULTS, SITUATIONS, duty_names, measure_names};

/// An indicator with its definition beside it.
pub struct Line<'a> {
    pub name: &'static str,
    pub value: String,
    /// Numerator ÷ denominator.
    pub of: String,
    pub means: &'a str,
}

/// The duties of a kind.
pub struct DutyLine {
    pub name: &'static str,
    pub on_time: String,
    pub on_time_of: String,
    pub early: String,
    pub early_of: String,
    pub saved: String,
    pub saved_per_item: String,
}

/// Measures of a kind.
pub struct Measures {
    pub name: &'static str,
    pub unit: &'static str,
    pub decided: String,
    pub executed: String,
    pub verified: String,
}

/// A plain count, or a rate with what it is of.
pub struct Count {
    pub name: String,
    pub value: String,
    pub of: Option<String>,
}

/// A table of counts under a heading, with the name under which it is defined.
pub struct Table {
    pub heading: &'static str,
    pub figure: &'static str,
    pub rows: Vec<Count>,
}

fn of(rate: &Rate) -> String {
    format!("{} ÷ {}", grouped(rate.num), grouped(rate.den))
}

/// A decimal as people read it: thousands apart, no hundredths where there are none.
fn quantity(decimal: &str) -> String {
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, "00"));
    let whole = whole.parse().map_or(whole.to_owned(), grouped);
    if part == "00" { whole } else { format!("{whole}.{part}") }
}

/// Every indicator that the report has, in the order of definitions.
pub fn indicators(report: &Report, lang: Lang) -> Vec<Line<'_>> {
    let line = |indicator: &Indicator| {
        let rate = report.indicators.get(indicator.code())?;
        let (zh, en) = indicator.names();
        let means = report.definitions.get(indicator.code()).map_or("", |d| d.to(lang));
        // An average says its sum, too: that is the figure people ask for.
        let value = match &rate.per_item {
            Some(average) => {
                let sum = grouped(rate.num);
                let each = lang.pick("每件 ", "per item ");
                format!("{sum} ({each}{average})")
            }
            None => rate.said(),
        };
        Some(Line { name: lang.pick(zh, en), value, of: of(rate), means })
    };
    Indicator::ALL.iter().filter_map(line).collect()
}

/// The duties by kind.
pub fn duties(report: &Report, lang: Lang) -> Vec<DutyLine> {
    let line = |row: &super::super::outcome::ByDuty| {
        let (_, zh, en) = duty_names().find(|(code, ..)| *code == row.duty)?;
        Some(DutyLine {
            name: lang.pick(zh, en),
            on_time: row.on_time.said(),
            on_time_of: of(&row.on_time),
            early: row.early.said(),
            early_of: of(&row.early),
            saved: grouped(row.working_days_saved.num),
            saved_per_item: row.working_days_saved.said(),
        })
    };
    report.by_duty.iter().filter_map(line).collect()
}

/// The measures by kind.
pub fn measures(report: &Report, lang: Lang) -> Vec<Measures> {
    let line = |row: &super::super::outcome::Outcome| {
        let kind = measure_names().find(|kind| kind.code == row.kind)?;
        Some(Measures {
            name: lang.pick(kind.names.0, kind.names.1),
            unit: lang.pick(kind.unit.1, kind.unit.2),
            decided: quantity(&row.decided),
            executed: quantity(&row.executed),
            verified: quantity(&row.verified),
        })
    };
    report.outcomes.iter().filter_map(line).collect()
}

fn count(name: &str, value: i64) -> Count {
    Count { name: name.to_owned(), value: grouped(value), of: None }
}

fn choices(
    names: &[(&str, &str, &str)],
    counts: &std::collections::BTreeMap<String, i64>,
    lang: Lang,
) -> Vec<Count> {
    let row = |(code, zh, en): &(&str, &str, &str)| {
        counts.get(*code).map(|n| count(lang.pick(zh, en), *n))
    };
    names.iter().filter_map(row).collect()
}

/// Listings, visits, re-checks and what was averted, as far as the report has them.
pub fn tables(report: &Report, lang: Lang) -> Vec<Table> {
    let t = |zh, en| lang.pick(zh, en);
    let listed = report.listed.as_ref().map(|listed| {
        let rate = &listed.from_hotline;
        let mut rows = vec![
            count(t("挂牌案件", "Cases listed"), listed.listed),
            Count {
                name: t("其中来自举报热线", "of these from the hotline").to_owned(),
                value: rate.said(),
                of: Some(of(rate)),
            },
            count(t("解除挂牌", "Listings lifted"), listed.lifted),
        ];
        rows.extend(choices(SITUATIONS, &listed.by_situation, lang));
        Table { heading: t("挂牌督办", "Listed for supervision"), figure: "listed", rows }
    });
    let channels = report.listed.as_ref().filter(|listed| !listed.by_channel.is_empty());
    let channels = channels.map(|listed| {
        let mut by_count: Vec<_> = listed.by_channel.iter().collect();
        by_count.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        let row = |(code, n): (&String, &i64)| count(&words::channel(code, lang), *n);
        let heading = t("挂牌案件的首条线索来源", "First tips of listed cases");
        Table { heading, figure: "", rows: by_count.into_iter().map(row).collect() }
    });
    let visits = report.visits.as_ref().map(|visits| {
        let mut rows = vec![
            count(t("已联系上", "Reached"), visits.reached),
            count(t("未联系上", "Not reached"), visits.unreached),
        ];
        rows.extend(choices(RESULTS, &visits.results, lang));
        rows.extend(choices(LEVELS, &visits.levels, lang));
        Table { heading: t("回访与满意程度", "Return visits"), figure: "visits", rows }
    });
    let rechecks = report.rechecks.map(|rechecks| {
        let rows = vec![
            count(t("复查", "Re-checks"), rechecks.done),
            count(t("原结果正确", "Upheld"), rechecks.upheld),
            count(t("原结果有误", "Overturned"), rechecks.overturned),
        ];
        Table { heading: t("复查", "Re-checks"), figure: "rechecks", rows }
    });
    let averted = report.averted.as_ref().map(|averted| {
        let loss = t("避免财产损失（元）", "Loss averted (¥)").to_owned();
        let rows = vec![
            count(t("避免人员伤亡（人）", "People kept from harm"), averted.people),
            Count { name: loss, value: quantity(&averted.cny), of: None },
        ];
        Table {
            heading: t("预警避免的损失", "What warnings averted"), figure: "averted", rows
        }
    });
    [listed, channels, visits, rechecks, averted].into_iter().flatten().collect()
}
