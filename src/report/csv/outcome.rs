//! Indicators, duties, outcomes, listings, visits, re-checks and harm averted, in long form.

use std::collections::BTreeMap;

use super::super::model::Report;
use super::super::outcome::Rate;
use super::super::words;
use super::{About, Sheet};
use crate::lang::Lang;
use crate::trend::Indicator;
use crate::trend::deed::{LEVELS, RESULTS, SITUATIONS, duty_names, measure_names};

pub(super) fn tables(sheet: &mut Sheet, report: &Report) {
    for (code, indicator) in &report.indicators {
        let name = Indicator::find(code).map_or(code.as_str(), |known| known.names().0);
        rate(sheet, ("indicator", code, name), "value", indicator);
    }
    for row in &report.by_duty {
        let name = duty_names().find(|(code, ..)| *code == row.duty).map_or("", |(_, zh, _)| zh);
        let about = ("duty", row.duty.as_str(), name);
        rate(sheet, about, "on_time", &row.on_time);
        rate(sheet, about, "early", &row.early);
        rate(sheet, about, "working_days_saved", &row.working_days_saved);
    }
    for row in &report.outcomes {
        let kind = measure_names().find(|kind| kind.code == row.kind);
        let about = ("outcome", row.kind.as_str(), kind.map_or("", |kind| kind.names.0));
        sheet.put(about, "unit", &row.unit);
        sheet.put(about, "decided", &row.decided);
        sheet.put(about, "executed", &row.executed);
        sheet.put(about, "verified", &row.verified);
    }
    listings(sheet, report);
    visits(sheet, report);
    if let Some(rechecks) = report.rechecks {
        let about = ("rechecks", "", "");
        sheet.put(about, "done", &rechecks.done.to_string());
        sheet.put(about, "upheld", &rechecks.upheld.to_string());
        sheet.put(about, "overturned", &rechecks.overturned.to_string());
    }
    if let Some(averted) = &report.averted {
        sheet.put(("averted", "", ""), "people", &averted.people.to_string());
        sheet.put(("averted", "", ""), "cny", &averted.cny);
    }
}

fn listings(sheet: &mut Sheet, report: &Report) {
    let Some(listed) = &report.listed else { return };
    sheet.put(("listed", "", ""), "listed", &listed.listed.to_string());
    rate(sheet, ("listed", "", ""), "from_hotline", &listed.from_hotline);
    sheet.put(("listed", "", ""), "lifted", &listed.lifted.to_string());
    for (code, count) in &listed.by_channel {
        let name = words::channel(code, Lang::Zh);
        sheet.put(("listed_channel", code, &name), "count", &count.to_string());
    }
    choices(sheet, "listed_situation", SITUATIONS, &listed.by_situation);
}

fn visits(sheet: &mut Sheet, report: &Report) {
    let Some(visits) = &report.visits else { return };
    sheet.put(("visits", "", ""), "reached", &visits.reached.to_string());
    sheet.put(("visits", "", ""), "unreached", &visits.unreached.to_string());
    choices(sheet, "visit_result", RESULTS, &visits.results);
    choices(sheet, "visit_level", LEVELS, &visits.levels);
}

fn choices(
    sheet: &mut Sheet,
    table: &str,
    names: &[(&str, &str, &str)],
    counts: &BTreeMap<String, i64>,
) {
    for (code, zh, _) in names {
        if let Some(count) = counts.get(*code) {
            sheet.put((table, code, zh), "count", &count.to_string());
        }
    }
}

fn rate(sheet: &mut Sheet, about: About<'_>, figure: &str, rate: &Rate) {
    sheet.put(about, &format!("{figure}.num"), &rate.num.to_string());
    sheet.put(about, &format!("{figure}.den"), &rate.den.to_string());
    match &rate.per_item {
        Some(average) => sheet.put(about, &format!("{figure}.per_item"), average),
        None => {
            let percent = rate.percent.as_deref().unwrap_or_default();
            sheet.put(about, &format!("{figure}.percent"), percent);
        }
    }
}
