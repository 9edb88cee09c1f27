//! How things of the domain look on a page: names of units and states, dates, days left.

use chrono::{Datelike, TimeDelta};

use crate::calendar::zone;
use crate::clock::Instant;
use crate::intake::{Category, Channel, Severity};
use crate::lang::Lang;
use crate::ledger::{DutyKind, Role, State};
use crate::place::{Code, Divisions};

/// A date by which something is due, in words and with a mark: never by colour alone (U26).
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// `late`, `soon`, `fine` or `none`.
    pub class: &'static str,
    /// The mark before the words.
    pub mark: &'static str,
    /// Days left, or over.
    pub words: String,
    /// The date itself, with the time where it is not the end of the day.
    pub date: String,
}

/// Days before the date from which something is due soon.
const SOON: i64 = 2;

/// How pressing a case is, where it is not the ordinary one.
pub fn severity(code: &str, lang: Lang) -> &'static str {
    match Severity::read(code) {
        Ok(Severity::General) | Err(_) => "",
        Ok(pressing) => lang.pick(pressing.names().0, pressing.names().1),
    }
}

/// How a duty's due date looks: its clock may run, stand still, or not have begun.
pub fn due(at: Option<Instant>, paused: bool, now: Instant, lang: Lang) -> Due {
    if paused {
        let words = lang.pick("暂停计时", "clock stopped").to_owned();
        return Due { class: "none", mark: "‖", words, date: String::new() };
    }
    let Some(at) = at else {
        let words = lang.pick("未起算", "not running").to_owned();
        return Due { class: "none", mark: "·", words, date: String::new() };
    };
    let days =
        i64::from(zone::date_of(at).num_days_from_ce() - zone::date_of(now).num_days_from_ce());
    let late = crate::ledger::duty::is_late(at, now);
    let date = zone::shown_due(at);
    // A clock of hours is read in hours on its last day: «today» would say nothing.
    let left = at.signed_duration_since(now);
    if !zone::ends_a_day(at) && left.abs() < TimeDelta::days(1) {
        let (class, mark) = if late { ("late", "▲") } else { ("soon", "◆") };
        let time = hours(left.abs(), lang);
        let words = match late {
            true => lang.pick(format!("逾期 {time}"), format!("{time} late")),
            false => lang.pick(format!("还剩 {time}"), format!("{time} left")),
        };
        return Due { class, mark, words, date };
    }
    let (class, mark, words) = match days {
        _ if late => {
            let over = -days;
            ("late", "▲", lang.pick(format!("逾期 {over} 天"), format!("{over} days late")))
        }
        0 => ("soon", "◆", lang.pick("今天到期".to_owned(), "due today".to_owned())),
        1..=SOON => {
            ("soon", "◆", lang.pick(format!("还剩 {days} 天"), format!("{days} days left")))
        }
        _ => ("fine", "○", lang.pick(format!("还剩 {days} 天"), format!("{days} days left"))),
    };
    Due { class, mark, words, date }
}

/// A time of less than a day, in hours and minutes; a part of a minute does not count.
fn hours(time: TimeDelta, lang: Lang) -> String {
    let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
    match (hours, minutes) {
        (0, minutes) => lang.pick(format!("{minutes} 分"), format!("{minutes} min")),
        (hours, 0) => lang.pick(format!("{hours} 小时"), format!("{hours} h")),
        _ => lang.pick(format!("{hours} 小时 {minutes} 分"), format!("{hours} h {minutes} min")),
    }
}

/// A state by its code.
pub fn state(code: &str, lang: Lang) -> &'static str {
    let label = |state: State| match state {
        State::Pending => ("待判定", "to be judged"),
        State::Supplement => ("待补充", "awaiting facts"),
        State::Refused => ("不予受理", "not accepted"),
        State::Merged => ("已并案", "merged"),
        State::Linked => ("已关联", "linked"),
        State::Accepted => ("待派单", "to be dispatched"),
        State::Dispatched => ("待签收", "to be signed"),
        State::Objected => ("异议待裁", "objected"),
        State::Verifying => ("核查中", "verifying"),
        State::Handling => ("处置中", "handling"),
        State::Disposed => ("已处置", "disposed"),
        State::InReview => ("销号审核", "in review"),
        State::Closed => ("已销号", "closed"),
    };
    State::find(code).map_or("", |state| lang.pick(label(state).0, label(state).1))
}

/// A category by its code.
pub fn category(code: &str, lang: Lang) -> String {
    Category::find(code).map_or_else(String::new, |category| {
        let (zh, en) = category.names();
        lang.pick(zh, en).to_owned()
    })
}

/// A channel by its code.
pub fn channel(code: &str, lang: Lang) -> &'static str {
    Channel::find(code).map_or("", |channel| lang.pick(channel.names().1, channel.names().2))
}

/// How an informant is known, by its code.
pub fn mode(code: &str, lang: Lang) -> &'static str {
    match code {
        "named" => lang.pick("实名", "named"),
        "confidential" => lang.pick("保密", "confidential"),
        _ => lang.pick("匿名", "anonymous"),
    }
}

/// A duty by its code.
pub fn duty(code: &str, lang: Lang) -> &'static str {
    DutyKind::find(code).map_or("", |kind| lang.pick(kind.names().0, kind.names().1))
}

/// Roles, one after the other.
pub fn roles(roles: &[Role], lang: Lang) -> String {
    roles.iter().map(|one| role(*one, lang)).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// The rule of a date with its version: `judge@2026.1`.
pub fn rule(rule: &str, lang: Lang) -> String {
    match rule.split_once('@') {
        Some((kind, version)) => {
            // A severity with a rule of its own: `judge.danger@2026.1`.
            let kind = kind.split_once('.').map_or(kind, |(kind, _)| kind);
            let (kind, by) = (duty(kind, lang), lang.pick("期限，规则", " rule"));
            format!("{kind}{by} {version}")
        }
        None => lang.pick("待有结果后起算", "runs from the outcome").to_owned(),
    }
}

/// A role.
pub fn role(role: Role, lang: Lang) -> &'static str {
    let (zh, en) = role.names();
    lang.pick(zh, en)
}

/// A unit or place by its code.
pub fn place(code: &str, divisions: &Divisions) -> String {
    code.parse::<Code>().map_or_else(|_| code.to_owned(), |code| divisions.full_name(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_hours_is_read_in_hours_on_its_last_day() {
        let at = |text: &str| zone::parse_instant(text).unwrap();
        let now = at("2026-03-02T14:25:30+08:00");
        let told = |due: &str| {
            let due = due_of(at(due), now);
            (due.mark, due.words, due.date)
        };
        let said = |mark, words: &str, date: &str| (mark, words.to_owned(), date.to_owned());
        let hour = |due, mark, words| {
            assert_eq!(told(due), said(mark, words, &due[..16].replace('T', " ")), "{due}");
        };
        hour("2026-03-02T16:05:30+08:00", "◆", "还剩 1 小时 40 分");
        hour("2026-03-02T15:05:20+08:00", "◆", "还剩 39 分");
        hour("2026-03-03T02:25:30+08:00", "◆", "还剩 12 小时");
        hour("2026-03-02T12:20:30+08:00", "▲", "逾期 2 小时 5 分");
        hour("2026-03-04T16:05:30+08:00", "◆", "还剩 2 天");
        // What ends with a day stays what it was.
        let today = "2026-03-02T23:59:59+08:00";
        assert_eq!(told(today), said("◆", "今天到期", "2026-03-02"));
        let over = "2026-03-01T23:59:59+08:00";
        assert_eq!(told(over), said("▲", "逾期 1 天", "2026-03-01"));
    }

    fn due_of(at: Instant, now: Instant) -> Due {
        due(Some(at), false, now, Lang::Zh)
    }
}
