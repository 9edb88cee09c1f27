//! The report model: from figures to the JSON of the contract. Pure but for its name: it does no
//! I/O, it only lays figures out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::calendar::{Period, zone};
use crate::place::{Code, Divisions};
use crate::trend::{Balance, Pending, Ratio, shares};

/// The figures of one period and scope.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The first instant that they do not see: the end of the period, or now.
    pub to: Option<DateTime<Utc>>,
    /// Tips received, by place.
    pub received: i64,
    /// By channel.
    pub by_channel: BTreeMap<String, i64>,
    /// By category.
    pub by_category: BTreeMap<String, i64>,
    /// By the first two digits of the place.
    pub provinces: BTreeMap<String, Province>,
    /// Accepted cases, by holder.
    pub balance: Balance,
    /// Cases waiting to be judged, by holder.
    pub pending: Pending,
}

/// The figures of one province within the scope, by place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Province {
    /// Tips received.
    pub received: i64,
    /// Cases accepted.
    pub accepted: i64,
    /// Tips not accepted.
    pub refused: i64,
    /// Cases struck off.
    pub closed: i64,
    /// Duties in time.
    pub on_time: Ratio,
    /// Of the cases accepted in the period, those closed at its end.
    pub closure: Ratio,
}

impl Figures {
    /// The figures of a province, made where there are none yet.
    pub fn province(&mut self, two_digits: &str) -> &mut Province {
        self.provinces.entry(two_digits.to_owned()).or_default()
    }

    fn sum(&self, of: impl Fn(&Province) -> i64) -> i64 {
        self.provinces.values().map(of).sum()
    }

    fn rate(&self, of: impl Fn(&Province) -> Ratio) -> Ratio {
        let all = self.provinces.values().map(of);
        all.fold(Ratio::default(), |sum, r| Ratio { num: sum.num + r.num, den: sum.den + r.den })
    }
}

/// What the report is of.
pub struct Head<'a> {
    /// The period.
    pub period: &'a Period,
    /// Whose.
    pub scope: Code,
    /// How many entries of the log were seen.
    pub log_size: i64,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// Version of the clock rules.
    pub rules: &'a str,
}

/// The figures that it is compared with.
pub struct Compared<'a> {
    /// The same period of the year before (同比).
    pub year_before: &'a Figures,
    /// The period before (环比).
    pub previous: &'a Figures,
}

/// A report that is made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its canonical JSON.
    pub json: String,
    /// `monthly-2026-11-430000`.
    pub name: String,
    /// How many entries of the log it saw.
    pub log_size: i64,
}

/// Version of the taxonomy by which categories are read.
const TAXONOMY: &str = "2026.1";

/// Lays a report out.
pub fn build(
    head: &Head<'_>,
    this: &Figures,
    compared: &Compared<'_>,
    divisions: &Divisions,
) -> Result<Made, serde_json::Error> {
    let Head { period, scope, log_size, .. } = head;
    let as_of = this.to.unwrap_or(head.now);
    let (year, before) = (period.year_before(), period.previous());
    let report = json!({
        "kind": period.kind.name(),
        "period": period.name(),
        "scope": scope,
        "scope_name": divisions.full_name(*scope),
        "issue": period.issue(),
        "log_size": log_size,
        "from": period.first,
        "to": period.last,
        "as_of": zone::rfc3339(as_of),
        "complete": as_of >= period.to(),
        "versions": {
            "rules": head.rules,
            "taxonomy": TAXONOMY,
            "program": env!("CARGO_PKG_VERSION"),
        },
        "balance": this.balance,
        "pending": this.pending,
        "lists": lists(period, *scope),
        "tips": {
            "received": this.received,
            "accepted": this.sum(|p| p.accepted),
            "refused": this.sum(|p| p.refused),
            "by_channel": this.by_channel,
            "by_field": by_field(&this.by_category),
            "by_category": this.by_category,
            "shares": {
                "by_channel": shares_of(&this.by_channel),
                "by_field": shares_of(&by_field(&this.by_category)),
                "by_category": shares_within_fields(&this.by_category),
            },
        },
        "closure": this.rate(|p| p.closure),
        "on_time": this.rate(|p| p.on_time),
        "by_province": by_province(this, *scope, divisions),
        "compared": {
            "year_on_year": comparison(this, compared.year_before, &year.name()),
            "period_on_period": comparison(this, compared.previous, &before.name()),
        },
        "definitions": DEFINITIONS.iter().copied().collect::<BTreeMap<_, _>>(),
    });
    let name = format!("{}-{}-{}", period.kind.name(), period.name(), scope);
    Ok(Made { json: report.to_string(), name, log_size: *log_size })
}

/// What each figure means; printed with every report (DOMAIN 8).
const DEFINITIONS: [(&str, &str); 7] = [
    (
        "tips",
        "线索按所在地统计，类别以期末判定为准 / tips count by place, classed as at the period's end",
    ),
    (
        "balance",
        "期初 + 受理 + 重办 + 分案 + 移入 − 移出 − 并案 − 销号 = 期末，按承办单位统计 / by holding unit",
    ),
    ("pending", "待判定：期初 + 收到 + 移入 − 移出 − 受理 − 不予受理 − 并案 − 关联 = 期末"),
    (
        "closure",
        "期内受理案件中截至统计时点已销号的比例 / of the cases accepted in the period, those closed at as_of",
    ),
    (
        "on_time",
        "按时完成的义务 ÷（已完成的义务 + 逾期未完成的义务）/ overdue open duties count as late",
    ),
    (
        "shares",
        "类别占比以所属领域为分母，最大余额法保留两位小数 / of a category within its field, largest remainder",
    ),
    ("compared", "同比：与上年同期比；环比：与上期比；基数为 0 记「—」"),
];

fn by_field(by_category: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut fields = BTreeMap::new();
    for (category, count) in by_category {
        *fields.entry(field_of(category).to_owned()).or_insert(0) += count;
    }
    fields
}

fn field_of(category: &str) -> &str {
    category.split('.').next().unwrap_or(category)
}

fn shares_of(counts: &BTreeMap<String, i64>) -> BTreeMap<String, Value> {
    let parts: Vec<i64> = counts.values().copied().collect();
    let made = shares(&parts).into_iter().map(|share| json!(share));
    counts.keys().cloned().zip(made).collect()
}

/// A category's share is of its field: 「其他」 of the land leads, not of all leads.
fn shares_within_fields(by_category: &BTreeMap<String, i64>) -> BTreeMap<String, Value> {
    let mut fields: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
    for (category, count) in by_category {
        fields.entry(field_of(category)).or_default().insert(category.clone(), *count);
    }
    fields.values().flat_map(shares_of).collect()
}

#[derive(Serialize)]
struct ProvinceRow {
    code: String,
    name: String,
    received: i64,
    accepted: i64,
    refused: i64,
    closed: i64,
    closure: Ratio,
    on_time: Ratio,
}

/// Every province in the scope, those without a case too: a table that leaves rows out hides them.
/// What lies at the nation itself has a row where there is any.
fn by_province(this: &Figures, scope: Code, divisions: &Divisions) -> Vec<ProvinceRow> {
    let key = |code: Code| code.to_string()[..2].to_owned();
    let nation = this.provinces.contains_key("00").then_some(Code::NATION);
    let within = divisions.provinces().iter().copied();
    let within = within.filter(|code| scope.holds(*code) || code.holds(scope));
    let row = |code: Code| {
        let figures = this.provinces.get(&key(code)).copied().unwrap_or_default();
        let Province { received, accepted, refused, closed, on_time, closure } = figures;
        let name = divisions.name(code);
        ProvinceRow {
            code: code.to_string(),
            name,
            received,
            accepted,
            refused,
            closed,
            closure,
            on_time,
        }
    };
    within.chain(nation).map(row).collect()
}

/// The lists of cases behind the terms of the balance.
fn lists(period: &Period, scope: Code) -> BTreeMap<&'static str, String> {
    let (kind, name) = (period.kind.name(), period.name());
    let link = |term: &'static str| {
        let query = format!("kind={kind}&period={name}&scope={scope}");
        (term, format!("/api/v1/balance/{term}?{query}"))
    };
    BALANCE_LISTS.map(link).into_iter().collect()
}

/// Terms of the balance that open a list.
pub const BALANCE_LISTS: [&str; 12] = [
    "opening",
    "accepted",
    "reopened",
    "moved_in",
    "moved_out",
    "closed",
    "closing",
    "received",
    "refused",
    "linked",
    "pending_opening",
    "pending_closing",
];

fn comparison(this: &Figures, base: &Figures, period: &str) -> Value {
    let accepted = |f: &Figures| f.sum(|p| p.accepted);
    let closed = |f: &Figures| f.sum(|p| p.closed);
    json!({
        "period": period,
        "received": change(this.received, base.received),
        "accepted": change(accepted(this), accepted(base)),
        "closed": change(closed(this), closed(base)),
    })
}

/// A change with its base; a base of nothing has no percentage.
fn change(now: i64, base: i64) -> Value {
    let tenths = |num: i64| {
        format!("{}{}.{}", if num < 0 { "-" } else { "+" }, num.abs() / 10, num.abs() % 10)
    };
    let percent = match base {
        0 => "—".to_owned(),
        base => tenths(rounded(1_000 * (now - base), base)),
    };
    json!({ "now": now, "base": base, "percent": percent })
}

/// Division rounded half away from zero.
fn rounded(num: i64, den: i64) -> i64 {
    let (sign, num) = (num.signum(), num.abs());
    sign * ((2 * num + den) / (2 * den))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_rounded_and_a_base_of_nothing_is_a_dash() {
        for (now, base, percent) in
            [(151, 100, "+51.0"), (1, 3, "-66.7"), (2, 3, "-33.3"), (5, 0, "—"), (3, 3, "+0.0")]
        {
            assert_eq!(change(now, base)["percent"], percent, "{now} {base}");
        }
    }
}
