use chrono::NaiveDate;

use super::*;
use crate::report::compare::Change;
use crate::report::model::{DivisionRow, Point, Row, Said};
use crate::report::rank::{Ranking, rank};
use crate::report::{Cohort, build::BALANCE_LISTS};
use crate::trend::Ratio;

fn october(scope: &str) -> Report {
    let row = |code: &str, name: &str, received| DivisionRow {
        row: Row { code: code.into(), name: name.into(), received, ..Row::default() },
        own: false,
        year_on_year: Change::of(received, 40),
        period_on_period: Change::of(received, 0),
    };
    let ranked = |code: &str, name: &str, accepted| {
        Ranked::of(code.into(), name.into(), Cohort { accepted, closed: accepted / 2, late: 1 })
    };
    let mut report = Report {
        kind: "monthly".into(),
        period: "2026-10".into(),
        scope: scope.into(),
        scope_name: "湖南省".into(),
        from: NaiveDate::from_ymd_opt(2026, 10, 1),
        to: NaiveDate::from_ymd_opt(2026, 10, 31),
        as_of: "2026-11-01T00:00:00+08:00".into(),
        log_size: 98_765,
        log_root: "0a".repeat(32),
        complete: true,
        headline: Some(Said { zh: "开头一句。".into(), en: "An opening.".into() }),
        closure: Ratio { num: 1, den: 3 },
        by_division: vec![row("430000", "湖南省", 51), row("130000", "河北省", 3)],
        ranking: Some(rank(vec![
            ranked("430000", "湖南省", 40),
            ranked("130000", "河北省", 40),
            ranked("110000", "北京市", 9),
        ])),
        series: vec![Point { period: "2026-10".into(), received: 4_321, accepted: 2, closed: 1 }],
        ..Report::default()
    };
    report.balance.moved_out = 7;
    report.tips.received = 54;
    report.tips.by_category = [("land.occupation".to_owned(), 54)].into();
    report.tips.by_field = [("land".to_owned(), 54)].into();
    report.tips.by_channel = [("phone".to_owned(), 54)].into();
    let path = |term: &str| format!("/api/v1/balance/{term}?kind=monthly&period=2026-10&scope=43");
    report.lists = BALANCE_LISTS.map(|term| (term.to_owned(), path(term))).into();
    report
}

/// Something in every part about outcomes.
fn full(report: &mut Report) {
    use crate::report::outcome::{Averted, ByDuty, Listed, Outcome, Rate, Rechecks, Visits};
    let rate = Rate { num: 44, den: 80, percent: Some("55.00".into()), per_item: None };
    let average = Rate { num: 51_293, den: 6_307, percent: None, per_item: Some("8.13".into()) };
    let counts = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), 5)).collect();
    for indicator in crate::trend::Indicator::ALL {
        let rate = if indicator.is_average() { average.clone() } else { rate.clone() };
        report.indicators.insert(indicator.code().to_owned(), rate);
    }
    report.by_duty = vec![ByDuty { duty: "dispose".into(), ..ByDuty::default() }];
    report.outcomes = vec![Outcome {
        kind: "restore".into(),
        unit: "mu".into(),
        decided: "1234.50".into(),
        executed: "-3.00".into(),
        verified: "0.00".into(),
    }];
    report.listed = Some(Listed {
        listed: 80,
        from_hotline: rate,
        lifted: 1,
        by_channel: counts(&["phone", "patrol"]),
        by_situation: counts(&["farmland"]),
    });
    report.visits = Some(Visits {
        reached: 5,
        unreached: 1,
        results: counts(&["satisfied"]),
        levels: counts(&["basically_satisfied"]),
    });
    report.rechecks = Some(Rechecks { done: 4, upheld: 3, overturned: 1 });
    report.averted = Some(Averted { people: 617, cny: "0.05".into() });
}

#[test]
fn indicators_and_outcomes_stand_with_what_they_are_of() {
    let mut report = october("430000");
    full(&mut report);
    report.definitions = crate::report::define::definitions();
    let page = zh(&report, Links::None);
    for wanted in [
        "<th scope=\"row\">节约工作日</th><td class=\"number\">51,293 (每件 8.13)</td><td class=\"number\">51,293 ÷ 6,307</td><td class=\"means\">节约工作日 = ",
        "<th scope=\"row\">其中来自举报热线</th><td class=\"number\">55.00% (44 ÷ 80)</td>",
        "<th scope=\"row\">复垦、恢复</th><td>亩</td><td class=\"number\">1,234.50</td><td class=\"number\">-3</td><td class=\"number\">0</td>",
        "<th scope=\"row\">基本满意</th><td class=\"number\">5</td>",
        "<th scope=\"row\">避免人员伤亡（人）</th><td class=\"number\">617</td>",
        "<th scope=\"row\">避免财产损失（元）</th><td class=\"number\">0.05</td>",
    ] {
        assert!(page.contains(wanted), "«{wanted}» is missing in {page}");
    }
}

fn zh(report: &Report, links: Links) -> String {
    article(report, Lang::Zh, links).unwrap()
}

#[test]
fn the_page_says_what_the_report_holds() {
    let page = zh(&october("000000"), Links::Under("/balance"));
    for wanted in [
        "<h1>湖南省2026年10月违法举报月报</h1>",
        "开头一句。",
        "范围：湖南省 2026-10；数据截至 2026-11-01 00:00；来源：举报台账前 98,765 条",
        "<a href=\"/balance/moved_out?kind=monthly&#38;period=2026-10&#38;scope=43\">7</a>",
        "<th scope=\"row\">电话</th>",
        "<th scope=\"row\">非法占地</th>",
        "<th scope=\"row\">湖南省</th><td class=\"number\">51</td><td class=\"number\">+27.5%</td><td class=\"number\">—</td>",
        "33.33%",
        "件数不足10，不参与排名：北京市（9）。",
        "class=\"chart tiles\"",
        "class=\"chart columns\"",
        "4,321",
    ] {
        assert!(page.contains(wanted), "«{wanted}» is missing in {page}");
    }
    // Both of 40 cases share the first rank.
    assert_eq!(page.matches("<tr><td class=\"number\">1</td>").count(), 2);
}

#[test]
fn another_scope_has_bars_and_a_file_has_no_links() {
    let page = zh(&october("430000"), Links::None);
    assert!(!page.contains("chart tiles") && page.matches("chart bars").count() == 2);
    assert!(!page.contains("<a "));
}

#[test]
fn english_is_complete() {
    let mut report = october("000000");
    report.scope_name = "Hunan".into();
    full(&mut report);
    report.definitions = crate::report::define::definitions();
    let page = page(&report, Lang::En, Links::None).unwrap();
    assert!(page.contains("<html lang=\"en\">") && page.contains("An opening."));
    // 同比 and 环比 and the dash are explained by their own names; nothing else is Chinese.
    let rest = page.replace("同比", "").replace("环比", "").replace(['「', '」', '—'], "");
    let chinese: String = rest.chars().filter(|c| ('\u{3000}'..'\u{ffff}').contains(c)).collect();
    assert_eq!(chinese, "");
}

#[test]
fn each_key_figure_is_explained_by_its_own_definition() {
    let mut report = october("000000");
    report.definitions = crate::report::define::definitions();
    let page = zh(&report, Links::None);
    let named = ["收到线索", "受理", "销号", "不予受理"];
    for (name, begins) in named.into_iter().zip(["线索：", "受理：", "销号：", "不予受理："])
    {
        let (before, _) = page.split_once(&format!("\">{name}</dt>")).unwrap();
        let (_, title) = before.rsplit_once("<dt title=\"").unwrap();
        assert!(title.starts_with(begins), "{name}: {title}");
    }
}

#[test]
fn what_an_old_report_lacks_is_left_out() {
    let old = r#"{"kind":"monthly","period":"2026-01","scope":"430121","scope_name":"长沙县",
        "tips":{"received":3},"definitions":{"tips":"线索 / tips"}}"#;
    for json in [old, "{}"] {
        let report = Report::read(json).unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let page = article(&report, lang, Links::Under("/balance")).unwrap();
            for missing in [
                "class=\"trend\"",
                "class=\"ranking\"",
                "class=\"divisions\"",
                "class=\"indicators\"",
                "class=\"outcomes\"",
                "<a ",
            ] {
                assert!(!page.contains(missing), "{missing}");
            }
        }
    }
    assert!(zh(&Report::read(old).unwrap(), Links::None).contains("线索 / tips"));
}

#[test]
fn everything_is_escaped_and_nothing_is_inline() {
    let mut report = october("430000");
    let evil = "<script>alert(1)</script>\"'".to_owned();
    report.scope_name = evil.clone();
    report.period = evil.clone();
    report.by_division[0].row.name = evil.clone();
    report.series[0].period = evil.clone();
    report.headline = Some(Said { zh: evil.clone(), en: evil.clone() });
    report.tips.by_category = [(evil.clone(), 3)].into();
    report.lists = [("moved_out".to_owned(), format!("x?{evil}"))].into();
    report.ranking = Some(Ranking { ranked: vec![], ..report.ranking.unwrap() });
    let page = page(&report, Lang::Zh, Links::Under("/balance")).unwrap();
    for never in ["<script", "style=", "onload", "javascript:"] {
        assert!(!page.contains(never), "{never}");
    }
}
