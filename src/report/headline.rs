//! The opening sentence of a report, in the words that bulletins use.

use super::compare::Change;
use super::model::{Report, Said};
use super::words;
use crate::trend::Ratio;

/// Says what the report's figures say; nothing is counted here.
pub fn headline(report: &Report) -> Said {
    let (Some(first), Some(last)) = (report.from, report.to) else { return Said::default() };
    let period = words::period(&report.kind, first, last);
    let when = until(report);
    let (year, before) = (&report.compared.year_on_year, &report.compared.period_on_period);
    let received = changes(&year.received, &before.received);
    let accepted = changes(&year.accepted, &before.accepted);
    let closed = changes(&year.closed, &before.closed);
    let tips = &report.tips;
    let n = words::grouped;
    let zh = [
        format!(
            "{}{}，{}共收到线索 {} 件，{}；",
            period.zh,
            when.zh,
            report.scope_name,
            n(tips.received),
            received.zh
        ),
        format!("受理 {} 件，{}；", n(tips.accepted), accepted.zh),
        format!("不予受理 {} 件；", n(tips.refused)),
        format!("销号 {} 件，{}。", n(year.closed.now), closed.zh),
        format!("当期受理案件结案率{}，", rate(report.closure, "不计", "为 ")),
        format!("义务按时完成率{}；", rate(report.on_time, "不计", "为 ")),
        format!(
            "期末在办 {} 件，待判定 {} 件。",
            n(report.balance.closing),
            n(report.pending.closing)
        ),
    ];
    let en = [
        format!(
            "In {}{}, {} received {} leads ({}); ",
            period.en,
            when.en,
            report.scope_name,
            n(tips.received),
            received.en
        ),
        format!("{} were accepted ({}), ", n(tips.accepted), accepted.en),
        format!("{} were not accepted, ", n(tips.refused)),
        format!("and {} cases were closed ({}). ", n(year.closed.now), closed.en),
        format!(
            "Of the cases accepted in the period, the closure rate is {}; ",
            rate(report.closure, "not given", "")
        ),
        format!("the on-time rate of duties is {}. ", rate(report.on_time, "not given", "")),
        format!(
            "At the end {} cases are open and {} wait to be judged.",
            n(report.balance.closing),
            n(report.pending.closing)
        ),
    ];
    Said { zh: zh.concat(), en: en.concat() }
}

/// While a period runs the sentence must not read as if it were over.
fn until(report: &Report) -> Said {
    if report.complete {
        return Said::default();
    }
    let at = report.as_of.get(..16).unwrap_or(&report.as_of).replace('T', " ");
    Said {
        zh: format!("（截至 {at}，期间未结束）"), en: format!(" (as of {at}, not over yet)")
    }
}

/// 同比 is against the same period of the year before, 环比 against the period before; the two
/// words are never exchanged.
fn changes(year: &Change, before: &Change) -> Said {
    let zh = [
        change(year, "上年同期为 0，不作同比", "同比"),
        change(before, "上期为 0，不作环比", "环比"),
    ];
    let en = [change_en(year, "the year before"), change_en(before, "the period before")];
    Said { zh: zh.join("，"), en: en.join(", ") }
}

fn change(change: &Change, no_base: &str, word: &str) -> String {
    match (change.size(), change.now.cmp(&change.base)) {
        (None, _) => no_base.to_owned(),
        (Some(_), std::cmp::Ordering::Equal) => format!("{word}持平"),
        (Some(size), std::cmp::Ordering::Greater) => format!("{word}上升 {size}%"),
        (Some(size), std::cmp::Ordering::Less) => format!("{word}下降 {size}%"),
    }
}

fn change_en(change: &Change, what: &str) -> String {
    match (change.size(), change.now.cmp(&change.base)) {
        (None, _) => format!("{what} had none: no comparison"),
        (Some(_), std::cmp::Ordering::Equal) => format!("the same as {what}"),
        (Some(size), std::cmp::Ordering::Greater) => format!("up {size} % on {what}"),
        (Some(size), std::cmp::Ordering::Less) => format!("down {size} % on {what}"),
    }
}

fn rate(rate: Ratio, none: &str, before: &str) -> String {
    rate.percent().map_or(none.to_owned(), |percent| format!("{before}{percent}%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn october() -> Report {
        let mut report = Report {
            kind: "monthly".into(),
            period: "2026-10".into(),
            scope_name: "湖南省".into(),
            from: NaiveDate::from_ymd_opt(2026, 10, 1),
            to: NaiveDate::from_ymd_opt(2026, 10, 31),
            as_of: "2026-11-01T00:00:00+08:00".into(),
            complete: true,
            closure: Ratio { num: 2, den: 3 },
            ..Report::default()
        };
        report.tips.received = 1_151;
        report.tips.accepted = 300;
        report.tips.refused = 7;
        report.balance.closing = 12;
        report.pending.closing = 4;
        report
    }

    #[test]
    fn a_month_in_words() {
        let mut report = october();
        let compared = &mut report.compared;
        compared.year_on_year.received = Change::of(1_151, 1_000);
        compared.period_on_period.received = Change::of(1_151, 1_200);
        compared.year_on_year.accepted = Change::of(300, 300);
        compared.period_on_period.accepted = Change::of(300, 0);
        compared.year_on_year.closed = Change::of(290, 0);
        compared.period_on_period.closed = Change::of(290, 29);
        let said = headline(&report);
        assert_eq!(
            said.zh,
            "2026年10月，湖南省共收到线索 1,151 件，同比上升 15.1%，环比下降 4.1%；\
             受理 300 件，同比持平，上期为 0，不作环比；不予受理 7 件；\
             销号 290 件，上年同期为 0，不作同比，环比上升 900.0%。\
             当期受理案件结案率为 66.67%，义务按时完成率不计；期末在办 12 件，待判定 4 件。"
        );
        assert_eq!(
            said.en,
            "In October 2026, 湖南省 received 1,151 leads (up 15.1 % on the year before, down 4.1 % on \
             the period before); 300 were accepted (the same as the year before, the period before \
             had none: no comparison), 7 were not accepted, and 290 cases were closed (the year \
             before had none: no comparison, up 900.0 % on the period before). Of the cases accepted \
             in the period, the closure rate is 66.67%; the on-time rate of duties is not given. At \
             the end 12 cases are open and 4 wait to be judged."
        );
    }

    #[test]
    fn a_period_that_runs_says_so() {
        let mut report = october();
        report.complete = false;
        report.as_of = "2026-10-09T14:00:00+08:00".into();
        let said = headline(&report);
        assert!(
            said.zh.starts_with("2026年10月（截至 2026-10-09 14:00，期间未结束），湖南省"),
            "{}",
            said.zh
        );
        assert!(said.en.starts_with("In October 2026 (as of 2026-10-09 14:00, not over yet), "));
    }
}
