//! The words of an explanation, Chinese and English.

use chrono::{DateTime, NaiveDate, Utc};

use super::explain::{Explanation, Step};
use super::rule::Unit;
use super::{course, versions, zone};
use crate::lang::Lang;

impl Explanation {
    /// The explanation in sentences, in order: by which rule, from when, day by day, until when.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.of_rule(lang));
        words.extend(self.of_lane(lang));
        words.extend(self.of_calendar(lang));
        words.extend(self.steps.iter().map(|step| self.of_step(step, lang)));
        words
    }

    /// The amount with its unit: `15 个工作日`, `15 working days`.
    pub fn period(&self, lang: Lang) -> String {
        measure(self.amount, self.unit, lang)
    }

    /// The rule by its name for readers; its code where it is a deployment's own.
    pub fn rule_name(&self, lang: Lang) -> Option<String> {
        let rule = self.rule.as_deref()?;
        let known = versions::names(rule).map(|(zh, en)| lang.pick(zh, en));
        Some(known.unwrap_or(rule).to_owned())
    }

    fn of_rule(&self, lang: Lang) -> Option<String> {
        let (name, version, effective) =
            (self.rule_name(lang)?, self.version.as_ref()?, self.effective?);
        let source = lang.pick(&self.source, &self.source_en).as_deref().unwrap_or_default();
        let period = self.period(lang);
        let began = zone::date_of(self.from);
        Some(match lang {
            Lang::Zh => {
                let early = match began < effective {
                    true => "（起算早于施行日，仍由本版本规定）",
                    false => "",
                };
                format!(
                    "依据规则“{name}”{version} 版，{effective} 起施行{early}：期限 {period}。来源：{source}。"
                )
            }
            Lang::En => {
                let early = match began < effective {
                    true => " (the clock began earlier; this version rules it all the same)",
                    false => "",
                };
                format!(
                    "By the rule «{name}» in version {version}, in force from {effective}{early}: \
                     {period}. Source: {source}."
                )
            }
        })
    }

    fn of_lane(&self, lang: Lang) -> Option<String> {
        let lane = self.lane.filter(|_| self.rule.is_some())?;
        let (_, zh, en) = course::LANES.iter().find(|known| known.0 == lane)?;
        Some(match (lang, self.lane_applies) {
            (Lang::Zh, true) => format!("紧急程度“{zh}”，适用其专门期限。"),
            (Lang::Zh, false) => format!("紧急程度“{zh}”没有专门期限，适用一般规则。"),
            (Lang::En, true) => format!("Severity «{en}», which has this rule of its own."),
            (Lang::En, false) => {
                format!("Severity «{en}» has no rule of its own here; the general rule holds.")
            }
        })
    }

    fn of_calendar(&self, lang: Lang) -> Option<String> {
        let name = self.calendar.as_ref()?;
        Some(match lang {
            Lang::Zh => format!("工作日按国务院办公厅放假安排，日历 {name}。"),
            Lang::En => {
                format!("Working days by the State Council's yearly notices, calendar {name}.")
            }
        })
    }

    fn of_step(&self, step: &Step, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match step {
            Step::Starts { at } => match (self.unit, zh) {
                (Unit::Hours, true) => format!("{} 起算，昼夜连续计时。", moment(*at)),
                (Unit::Hours, false) => {
                    format!("The clock begins at {} and runs day and night.", moment(*at))
                }
                (_, true) => format!("{} 起算，当日不计。", moment(*at)),
                (_, false) => {
                    format!("The clock begins at {}; that day does not count.", moment(*at))
                }
            },
            Step::Amount { amount, extended: 0, .. } => {
                let whole = measure(*amount, self.unit, lang);
                if zh { format!("应计 {whole}。") } else { format!("To be counted: {whole}.") }
            }
            Step::Amount { amount, extended, total } => {
                let whole = measure(*total, self.unit, lang);
                match zh {
                    true => format!("期限 {amount}，延长 {extended}，应计 {whole}。"),
                    false => format!(
                        "To be counted: {amount} by the rule and {extended} by extension, {whole}."
                    ),
                }
            }
            Step::Counted { from, to, days, total, make_up } => {
                let span = span(*from, *to, lang);
                match (zh, make_up) {
                    (true, true) => format!("{span}调休上班，计 {days} 日，累计 {total} 日。"),
                    (true, false) => format!("{span}计 {days} 日，累计 {total} 日。"),
                    (false, true) => {
                        format!("{span}: worked in exchange, {days} counted, {total} so far.")
                    }
                    (false, false) => format!("{span}: {days} counted, {total} so far."),
                }
            }
            Step::Off { from, to, days, holiday } => {
                let span = span(*from, *to, lang);
                match (zh, holiday) {
                    (true, true) => format!("{span}放假，{days} 日不计。"),
                    (true, false) => format!("{span}周末，{days} 日不计。"),
                    (false, true) => format!("{span}: holiday, {days} not counted."),
                    (false, false) => format!("{span}: weekend, {days} not counted."),
                }
            }
            Step::Stopped { from, to, days } => {
                let span = span(*from, *to, lang);
                match zh {
                    true => format!("{span}暂停计时，本应计的 {days} 日不计。"),
                    false => format!(
                        "{span}: the clock stood still; {days} that would have counted do not."
                    ),
                }
            }
            Step::Between { from, to, days, off, stopped, total } => {
                let span = span(*from, *to, lang);
                match zh {
                    true => format!(
                        "{span}合并说明：计 {days} 日，休息 {off} 日，暂停 {stopped} 日，累计 {total} 日。"
                    ),
                    false => format!(
                        "{span}, told as one: {days} counted, {off} off, {stopped} in stops, \
                         {total} so far."
                    ),
                }
            }
            Step::Ran { from, to } => {
                let took = took(*from, *to, lang);
                match zh {
                    true => format!("{} 至 {} 计时 {took}。", moment(*from), moment(*to)),
                    false => {
                        format!("{} to {}: the clock ran for {took}.", moment(*from), moment(*to))
                    }
                }
            }
            Step::Stood { from, to } => {
                let took = took(*from, *to, lang);
                match zh {
                    true => format!("{} 至 {} 暂停计时 {took}。", moment(*from), moment(*to)),
                    false => format!(
                        "{} to {}: the clock stood still for {took}.",
                        moment(*from),
                        moment(*to)
                    ),
                }
            }
            Step::Ends { at } => match zh {
                true => format!("到期：{}，此后为逾期。", moment(*at)),
                false => format!("Due at {}; later is late.", moment(*at)),
            },
            Step::Standing { since } => match zh {
                true => format!("自 {} 起暂停计时，恢复之前没有到期日。", moment(*since)),
                false => format!(
                    "The clock has stood still since {}; there is no date until it runs again.",
                    moment(*since)
                ),
            },
            Step::NoTable { year } => missing(*year, lang),
            Step::TooFar => lang
                .pick("暂停过长，无法推算到期日。", "The stops take too long; there is no date.")
                .to_owned(),
        }
    }
}

/// What is missing where a year has no table, and what to do about it.
pub fn missing(year: i32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "缺少 {year} 年工作日表，到期日不作推测；请在国务院办公厅通知公布后补入日历文件（设置 rules.calendar）。"
        ),
        Lang::En => format!(
            "There is no working-day table for the year {year}, and the date is not guessed; add the \
             State Council's notice for {year} to the calendar file (setting rules.calendar)."
        ),
    }
}

/// So many units: `15 个工作日`, `1 working day`.
fn measure(amount: u32, unit: Unit, lang: Lang) -> String {
    let many = if amount == 1 { "" } else { "s" };
    match (lang, unit) {
        (Lang::Zh, Unit::Working) => format!("{amount} 个工作日"),
        (Lang::Zh, Unit::Calendar) => format!("{amount} 日（自然日）"),
        (Lang::Zh, Unit::Hours) => format!("{amount} 小时"),
        (Lang::En, Unit::Working) => format!("{amount} working day{many}"),
        (Lang::En, Unit::Calendar) => format!("{amount} calendar day{many}"),
        (Lang::En, Unit::Hours) => format!("{amount} hour{many}"),
    }
}

/// An instant to the minute, and to the second where there are seconds.
fn moment(at: DateTime<Utc>) -> String {
    let whole = zone::rfc3339(at);
    let until = if whole.get(17..19) == Some("00") { 16 } else { 19 };
    whole.get(..until).unwrap_or(&whole).replace('T', " ")
}

fn span(from: NaiveDate, to: NaiveDate, lang: Lang) -> String {
    let one = |day: NaiveDate| {
        let name = weekday(day, lang);
        lang.pick(format!("{day}（{name}）"), format!("{day} {name}"))
    };
    match (from == to, lang) {
        (true, Lang::Zh) => format!("{}：", one(from)),
        (true, Lang::En) => one(from),
        (false, Lang::Zh) => format!("{}至 {}：", one(from), one(to)),
        (false, Lang::En) => format!("{} to {}", one(from), one(to)),
    }
}

fn weekday(day: NaiveDate, lang: Lang) -> &'static str {
    use chrono::{Datelike, Weekday};
    let (zh, en) = match day.weekday() {
        Weekday::Mon => ("周一", "Mon"),
        Weekday::Tue => ("周二", "Tue"),
        Weekday::Wed => ("周三", "Wed"),
        Weekday::Thu => ("周四", "Thu"),
        Weekday::Fri => ("周五", "Fri"),
        Weekday::Sat => ("周六", "Sat"),
        Weekday::Sun => ("周日", "Sun"),
    };
    lang.pick(zh, en)
}

/// A length of time to the second.
fn took(from: DateTime<Utc>, to: DateTime<Utc>, lang: Lang) -> String {
    let seconds = (to - from).num_seconds();
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts = [
        (hours, lang.pick(" 小时", " h")),
        (minutes, lang.pick(" 分", " min")),
        (seconds, lang.pick(" 秒", " s")),
    ];
    let told = parts.iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, unit)| format!("{number}{unit}")).collect();
    match told.is_empty() {
        true => lang.pick("0 秒", "0 s").to_owned(),
        false => told.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Course, Rules, Stop, Workdays};

    fn shipped() -> Rules {
        let days = Workdays::parse(include_str!("../../config/calendar.json")).unwrap();
        Rules::parse(include_str!("../../config/rules.toml"), days).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        zone::parse_instant(text).unwrap()
    }

    #[test]
    fn a_date_can_be_followed_by_hand() {
        let stop = Stop { from: at("2026-02-26 10:00"), to: Some(at("2026-02-27 15:00")) };
        let from = at("2026-02-13 16:00");
        let course = Course { stops: vec![stop], extended: 1, ..Course::since(from) };
        let told = shipped().explain("review", &course, from).unwrap();
        let chinese = [
            "依据规则“销号审核”2026.1 版，2026-01-01 起施行：期限 3 个工作日。来源：本系统设定。",
            "工作日按国务院办公厅放假安排，日历 2026.1 (2010–2026)。",
            "2026-02-13 16:00 起算，当日不计。",
            "期限 3，延长 1，应计 4 个工作日。",
            "2026-02-14（周六）：调休上班，计 1 日，累计 1 日。",
            "2026-02-15（周日）至 2026-02-23（周一）：放假，9 日不计。",
            "2026-02-24（周二）至 2026-02-25（周三）：计 2 日，累计 3 日。",
            "2026-02-26（周四）：暂停计时，本应计的 1 日不计。",
            "2026-02-27（周五）：计 1 日，累计 4 日。",
            "到期：2026-02-27 23:59:59，此后为逾期。",
        ];
        assert_eq!(told.words(Lang::Zh), chinese);
        let english = told.words(Lang::En);
        assert_eq!(english.len(), chinese.len());
        assert_eq!(english[5], "2026-02-15 Sun to 2026-02-23 Mon: holiday, 9 not counted.");
    }

    #[test]
    fn hours_are_told_with_their_stops() {
        let stop = Stop { from: at("2026-02-13 16:30"), to: Some(at("2026-02-13 17:00:05")) };
        let from = at("2026-02-13 16:00");
        let course = Course { stops: vec![stop], ..Course::since(from) };
        let told = shipped().simulate(2, Unit::Hours, &course).words(Lang::En);
        let expected = [
            "The clock begins at 2026-02-13 16:00 and runs day and night.",
            "To be counted: 2 hours.",
            "2026-02-13 16:00 to 2026-02-13 16:30: the clock ran for 30 min.",
            "2026-02-13 16:30 to 2026-02-13 17:00:05: the clock stood still for 30 min 5 s.",
            "2026-02-13 17:00:05 to 2026-02-13 18:30:05: the clock ran for 1 h 30 min.",
            "Due at 2026-02-13 18:30:05; later is late.",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_long_way_is_told_in_few_steps_that_still_add_up() {
        let course = Course::since(at("2012-01-04 09:00"));
        let told = shipped().simulate(2_500, Unit::Working, &course);
        assert!(told.steps.len() <= 64, "{}", told.steps.len());
        let sum = told.steps.iter().map(|step| match step {
            Step::Counted { days, .. } | Step::Between { days, .. } => *days,
            _ => 0,
        });
        assert_eq!(sum.sum::<u32>(), 2_500);
        assert!(told.steps.iter().any(|step| matches!(step, Step::Between { .. })));
        // None is drawn together for any rule with its extension.
        let (rules, from) = (shipped(), at("2025-01-02 09:00"));
        for name in rules.names() {
            let extended = rules.extension(name, None, from).unwrap_or(0);
            let course = Course { extended, ..Course::since(from) };
            let told = rules.explain(name, &course, from).unwrap();
            assert!(!told.steps.iter().any(|step| matches!(step, Step::Between { .. })), "{name}");
        }
    }

    #[test]
    fn a_missing_year_is_said_with_the_remedy() {
        let course = Course::since(at("2026-12-30 09:00"));
        let words = shipped().simulate(3, Unit::Working, &course).words(Lang::Zh);
        let last = words.last().unwrap();
        assert!(last.contains("2027 年") && last.contains("rules.calendar"), "{last}");
    }
}
