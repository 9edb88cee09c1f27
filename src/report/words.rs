//! The words of a report: names of periods, kinds, fields and terms, in both languages.

use chrono::{Datelike, NaiveDate};

use super::model::Said;
use crate::calendar::Kind;
use crate::intake::{Category, Channel};
use crate::lang::Lang;

fn said(zh: &str, en: &str) -> Said {
    Said { zh: zh.to_owned(), en: en.to_owned() }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day: 2026年10月3日, 3 October 2026.
pub fn day(day: NaiveDate) -> Said {
    let (year, month) = (day.year(), day.month());
    let name = MONTHS[day.month0() as usize];
    Said {
        zh: format!("{year}年{month}月{}日", day.day()),
        en: format!("{} {name} {year}", day.day()),
    }
}

/// A period as a sentence names it: 2026年10月, 2026年第四季度, 2026年上半年.
pub fn period(kind: &str, first: NaiveDate, last: NaiveDate) -> Said {
    let (year, month) = (first.year(), first.month());
    let name = MONTHS[first.month0() as usize];
    match kind.parse::<Kind>() {
        Ok(Kind::Daily) => day(first),
        Ok(Kind::Weekly) => {
            let week = first.iso_week();
            Said {
                zh: format!("{}年第{}周", week.year(), week.week()),
                en: format!("week {} of {}", week.week(), week.year()),
            }
        }
        Ok(Kind::Monthly) => {
            Said { zh: format!("{year}年{month}月"), en: format!("{name} {year}") }
        }
        Ok(Kind::Quarterly) => {
            let nth = first.month0() as usize / 3;
            Said {
                zh: format!("{year}年第{}季度", ["一", "二", "三", "四"][nth]),
                en: format!(
                    "the {} quarter of {year}",
                    ["first", "second", "third", "fourth"][nth]
                ),
            }
        }
        Ok(Kind::HalfYear) => {
            let nth = first.month0() as usize / 6;
            Said {
                zh: format!("{year}年{}半年", ["上", "下"][nth]),
                en: format!("the {} half of {year}", ["first", "second"][nth]),
            }
        }
        Ok(Kind::Annual) => Said { zh: format!("{year}年"), en: year.to_string() },
        Ok(Kind::Custom) | Err(_) => {
            let (first, last) = (day(first), day(last));
            Said {
                zh: format!("{}至{}", first.zh, last.zh),
                en: format!("{} to {}", first.en, last.en),
            }
        }
    }
}

/// What a report of this kind is called.
pub fn kind(kind: &str) -> Said {
    let (zh, en) = kind.parse().unwrap_or(Kind::Custom).names();
    said(zh, en)
}

/// The name of a category; the code where there is none of that name.
pub fn category(code: &str, lang: Lang) -> String {
    Category::find(code).map_or(code.to_owned(), |category| {
        lang.pick(category.names().0, category.names().1).to_owned()
    })
}

/// The name of a channel, likewise.
pub fn channel(code: &str, lang: Lang) -> String {
    Channel::find(code).map_or(code.to_owned(), |channel| {
        lang.pick(channel.names().1, channel.names().2).to_owned()
    })
}

/// The name of a field, likewise.
pub fn field(code: &str, lang: Lang) -> String {
    let (zh, en) = match code {
        "land" => ("土地", "land"),
        "mineral" => ("矿产", "minerals"),
        "planning" => ("规划", "planning"),
        "survey" => ("测绘", "surveying"),
        "hazard" => ("地质灾害", "geological hazards"),
        "outside" => ("职责以外", "outside the law of this line"),
        "unknown" => ("未归类", "no category yet"),
        other => (other, other),
    };
    lang.pick(zh, en).to_owned()
}

/// The name of a term of the balance or of what waits to be judged.
pub fn term(name: &str) -> (&'static str, &'static str) {
    match name {
        "opening" => ("期初在办", "open at the beginning"),
        "accepted" => ("受理", "accepted"),
        "reopened" => ("重办", "reopened"),
        "split" => ("分案", "split off"),
        "moved_in" => ("移入", "moved in"),
        "moved_out" => ("移出", "moved out"),
        "merged" => ("并案", "merged"),
        "closed" => ("销号", "closed"),
        "closing" => ("期末在办", "open at the end"),
        "received" => ("收到", "received"),
        "refused" => ("不予受理", "not accepted"),
        "merged_pending" => ("判定前并案", "merged before judging"),
        "linked" => ("关联", "linked"),
        "pending_opening" => ("期初待判定", "waiting at the beginning"),
        "pending_closing" => ("期末待判定", "waiting at the end"),
        _ => ("其他", "other"),
    }
}

/// A number with its thousands apart: 40,772.
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;

    #[test]
    fn periods_are_named_as_people_name_them() {
        let table = [
            (Kind::Daily, "2026-11-03", "2026年11月3日", "3 November 2026"),
            (Kind::Weekly, "2026-W01", "2026年第1周", "week 1 of 2026"),
            (Kind::Monthly, "2026-10", "2026年10月", "October 2026"),
            (Kind::Quarterly, "2026-Q4", "2026年第四季度", "the fourth quarter of 2026"),
            (Kind::HalfYear, "2026-H1", "2026年上半年", "the first half of 2026"),
            (Kind::Annual, "2026", "2026年", "2026"),
            (
                Kind::Custom,
                "2009-06-25..2010-06-24",
                "2009年6月25日至2010年6月24日",
                "25 June 2009 to 24 June 2010",
            ),
        ];
        for (kind, name, zh, en) in table {
            let read = Period::parse(kind, name).unwrap();
            assert_eq!(period(kind.name(), read.first, read.last), said(zh, en));
        }
    }

    #[test]
    fn thousands_stand_apart() {
        for (n, text) in [(0, "0"), (999, "999"), (40_772, "40,772"), (-1_000, "-1,000")] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn every_category_has_a_named_field() {
        for category in Category::all() {
            let code = category.field();
            assert_ne!(field(code, Lang::Zh), code, "{code}");
        }
    }
}
