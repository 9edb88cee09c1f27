//! The report's figures as one table in long form: `table,code,name,figure,value`, one figure a row.
//!
//! A spreadsheet pivots it; a program reads it without knowing the layout. It begins with a byte
//! order mark, without which spreadsheets take Chinese for another encoding, and its lines end with
//! CR LF (RFC 4180).

mod outcome;

use super::compare::Change;
use super::model::{Comparison, Report, Row};
use super::words;
use crate::intake::guard::guarded;
use crate::lang::Lang;
use crate::trend::Ratio;
use crate::trend::share::Share;

const BOM: char = '\u{feff}';

/// Writes a report down.
pub fn tables(report: &Report) -> String {
    let mut sheet = Sheet::begin();
    facts(&mut sheet, report);
    balances(&mut sheet, report);
    classes(&mut sheet, report);
    for row in &report.by_province {
        place(&mut sheet, "province", row, &row.name);
    }
    for division in &report.by_division {
        let row = &division.row;
        let name = if division.own { format!("{}本级", row.name) } else { row.name.clone() };
        place(&mut sheet, "division", row, &name);
        change(&mut sheet, ("division", &row.code, &name), "year_on_year", &division.year_on_year);
        change(
            &mut sheet,
            ("division", &row.code, &name),
            "period_on_period",
            &division.period_on_period,
        );
    }
    ranking(&mut sheet, report);
    outcome::tables(&mut sheet, report);
    for point in &report.series {
        let mut put = |figure, count: i64| {
            sheet.put(("series", &point.period, ""), figure, &count.to_string());
        };
        put("received", point.received);
        put("accepted", point.accepted);
        put("closed", point.closed);
    }
    sheet.text
}

/// Table, code and name of what a figure is about.
type About<'a> = (&'a str, &'a str, &'a str);

fn facts(sheet: &mut Sheet, report: &Report) {
    let about = ("report", report.scope.as_str(), report.scope_name.as_str());
    let day = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    let facts = [
        ("kind", report.kind.clone()),
        ("period", report.period.clone()),
        ("from", day(report.from)),
        ("to", day(report.to)),
        ("as_of", report.as_of.clone()),
        ("complete", report.complete.to_string()),
        ("log_size", report.log_size.to_string()),
        ("rules", report.versions.rules.clone()),
        ("taxonomy", report.versions.taxonomy.clone()),
        ("program", report.versions.program.clone()),
        ("received", report.tips.received.to_string()),
        ("accepted", report.tips.accepted.to_string()),
        ("refused", report.tips.refused.to_string()),
        ("enquiries.received", report.enquiries.received.to_string()),
        ("enquiries.answered", report.enquiries.answered.to_string()),
    ];
    for (figure, value) in facts {
        sheet.put(about, figure, &value);
    }
    rate(sheet, about, "closure", report.closure);
    rate(sheet, about, "on_time", report.on_time);
    let compared = &report.compared;
    for (name, with) in
        [("year_on_year", &compared.year_on_year), ("period_on_period", &compared.period_on_period)]
    {
        sheet.put(about, &format!("{name}.period"), &with.period);
        change(sheet, about, &format!("{name}.received"), &with.received);
        change(sheet, about, &format!("{name}.accepted"), &with.accepted);
        change(sheet, about, &format!("{name}.closed"), &with.closed);
    }
}

fn balances(sheet: &mut Sheet, report: &Report) {
    let (b, p) = (&report.balance, &report.pending);
    // Table, term, the name under which the term is known, count.
    let terms = [
        ("balance", "opening", "opening", b.opening),
        ("balance", "accepted", "accepted", b.accepted),
        ("balance", "reopened", "reopened", b.reopened),
        ("balance", "split", "split", b.split),
        ("balance", "moved_in", "moved_in", b.moved_in),
        ("balance", "moved_out", "moved_out", b.moved_out),
        ("balance", "merged", "merged", b.merged),
        ("balance", "closed", "closed", b.closed),
        ("balance", "closing", "closing", b.closing),
        ("pending", "opening", "pending_opening", p.opening),
        ("pending", "received", "received", p.received),
        ("pending", "moved_in", "moved_in", p.moved_in),
        ("pending", "moved_out", "moved_out", p.moved_out),
        ("pending", "accepted", "accepted", p.accepted),
        ("pending", "refused", "refused", p.refused),
        ("pending", "merged", "merged", p.merged),
        ("pending", "linked", "linked", p.linked),
        ("pending", "closing", "pending_closing", p.closing),
    ];
    let old = &report.imported;
    let apart = [
        ("imported", "accepted", "accepted", old.accepted),
        ("imported", "closed", "closed", old.closed),
    ];
    for (table, term, name, count) in terms.into_iter().chain(apart) {
        sheet.put((table, term, words::term(name).0), "count", &count.to_string());
    }
}

fn classes(sheet: &mut Sheet, report: &Report) {
    let (tips, zh) = (&report.tips, Lang::Zh);
    let with = [
        ("year_on_year", &report.compared.year_on_year),
        ("period_on_period", &report.compared.period_on_period),
    ];
    type Changes = fn(&Comparison) -> &std::collections::BTreeMap<String, Change>;
    let tables = [
        (
            "channel",
            &tips.by_channel,
            &tips.shares.by_channel,
            words::channel as fn(&str, Lang) -> String,
            (|c| &c.by_channel) as Changes,
        ),
        ("field", &tips.by_field, &tips.shares.by_field, words::field, |c| &c.by_field),
        ("category", &tips.by_category, &tips.shares.by_category, words::category, |c| {
            &c.by_category
        }),
    ];
    for (table, counts, shares, name, changes) in tables {
        for (code, count) in counts {
            let name = name(code, zh);
            let about = (table, code.as_str(), name.as_str());
            sheet.put(about, "count", &count.to_string());
            if let Some(Share { share, percent, den, .. }) = shares.get(code) {
                sheet.put(about, "share", share);
                sheet.put(about, "share_percent", percent);
                sheet.put(about, "share_of", &den.to_string());
            }
        }
        for (figure, with) in with {
            for (code, made) in changes(with) {
                change(sheet, (table, code, &name(code, zh)), figure, made);
            }
        }
    }
}

fn place(sheet: &mut Sheet, table: &str, row: &Row, name: &str) {
    let about = (table, row.code.as_str(), name);
    let counts = [
        ("received", row.received),
        ("accepted", row.accepted),
        ("refused", row.refused),
        ("closed", row.closed),
    ];
    for (figure, count) in counts {
        sheet.put(about, figure, &count.to_string());
    }
    rate(sheet, about, "closure", row.closure);
    rate(sheet, about, "on_time", row.on_time);
}

fn ranking(sheet: &mut Sheet, report: &Report) {
    let Some(ranking) = &report.ranking else { return };
    for row in ranking.ranked.iter().chain(&ranking.not_ranked) {
        let about = ("ranking", row.code.as_str(), row.name.as_str());
        let rank = row.rank.map(|rank| rank.to_string()).unwrap_or_default();
        sheet.put(about, "rank", &rank);
        let counts = [
            ("total", row.total),
            ("on_time_closed", row.on_time_closed),
            ("late_closed", row.late_closed),
            ("open", row.open),
        ];
        for (figure, count) in counts {
            sheet.put(about, figure, &count.to_string());
        }
        rate(sheet, about, "closure", row.closure);
        rate(sheet, about, "on_time_closure", row.on_time_closure);
    }
}

fn rate(sheet: &mut Sheet, about: About<'_>, figure: &str, rate: Ratio) {
    sheet.put(about, &format!("{figure}.num"), &rate.num.to_string());
    sheet.put(about, &format!("{figure}.den"), &rate.den.to_string());
    sheet.put(about, &format!("{figure}.percent"), &rate.percent().unwrap_or_default());
}

/// A change without a sign in front of its figure: no cell begins like a formula.
fn change(sheet: &mut Sheet, about: About<'_>, figure: &str, change: &Change) {
    let direction = match (change.size(), change.now.cmp(&change.base)) {
        (None, _) => "no_base",
        (Some(_), std::cmp::Ordering::Less) => "down",
        (Some(_), std::cmp::Ordering::Equal) => "same",
        (Some(_), std::cmp::Ordering::Greater) => "up",
    };
    sheet.put(about, &format!("{figure}.now"), &change.now.to_string());
    sheet.put(about, &format!("{figure}.base"), &change.base.to_string());
    sheet.put(about, &format!("{figure}.direction"), direction);
    sheet.put(about, &format!("{figure}.percent"), change.size().unwrap_or_default());
}

struct Sheet {
    text: String,
}

impl Sheet {
    fn begin() -> Sheet {
        Sheet { text: format!("{BOM}table,code,name,figure,value\r\n") }
    }

    fn put(&mut self, (table, code, name): About<'_>, figure: &str, value: &str) {
        let cells = [table, code, name, figure, value].map(cell);
        self.text.push_str(&cells.join(","));
        self.text.push_str("\r\n");
    }
}

/// A cell: guarded where it might be a formula, quotes around what holds a separator.
fn cell(text: &str) -> String {
    let guarded = guarded(text);
    if guarded.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::guard::is_formula;
    use crate::report::model::DivisionRow;

    #[test]
    fn s32_no_cell_is_a_formula() {
        for (text, cell_) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("\0x", "'\0x"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠x", "'＠x"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("湖南", "湖南"),
            ("", ""),
        ] {
            assert_eq!(cell(text), cell_, "{text:?}");
        }
        let mut report = Report { scope_name: "=cmd|'/C calc'!A0".into(), ..Report::default() };
        report.compared.year_on_year.received = Change::of(1, 3);
        let name = "＝HYPERLINK(\"http://x\",\"y\")".to_owned();
        let row = Row { code: "@1".into(), name, ..Row::default() };
        report.by_division.push(DivisionRow { row, ..DivisionRow::default() });
        let written = tables(&report);
        let mut reader = ::csv::Reader::from_reader(written.trim_start_matches(BOM).as_bytes());
        let mut cells = 0;
        for record in reader.records() {
            for read in &record.unwrap() {
                assert!(!is_formula(read), "{read:?}");
                cells += 1;
            }
        }
        assert!(cells > 100);
        assert!(written.contains("year_on_year.received.percent,66.7\r\n"));
    }
}
