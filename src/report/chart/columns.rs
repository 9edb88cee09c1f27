//! The trend: a column for what was received, a line each for what was accepted and closed.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::model::Point;
use super::super::words::grouped;
use super::{At, CLASSES, Caption, GUIDE, INK, SECOND, WIDTH, scaled, text_width};
use crate::lang::Lang;

/// The field of columns; keys stand above it, periods and years below.
const TOP: f64 = 40.0;
const BOTTOM: f64 = 200.0;
const LEFT: f64 = 48.0;
/// Units of a letter.
const LETTER: f64 = 12.0;
/// Lines across the field.
const TICKS: i64 = 4;

/// A drawing of a trend.
#[derive(Template)]
#[template(path = "columns.svg", config = "src/askama.toml")]
pub struct Columns {
    caption: Caption,
    lang: Lang,
    ticks: Vec<Tick>,
    columns: Vec<Column>,
    accepted: Line,
    closed: Line,
}

struct Tick {
    y: At,
    baseline: At,
    label: String,
}

struct Column {
    x: At,
    middle: At,
    top: At,
    width: At,
    height: At,
    /// Written above the column where there is room for it.
    value: Option<String>,
    above: At,
    /// Written below, likewise.
    label: Option<String>,
    /// Below that, where the year changes.
    year: Option<String>,
}

struct Line {
    points: String,
    marks: Vec<(At, At)>,
}

/// Its own template escapes what it is handed.
impl HtmlSafe for Columns {}

impl Columns {
    /// Draws periods, oldest first.
    pub fn draw(caption: Caption, points: &[Point], lang: Lang) -> Columns {
        let most = points.iter().map(|p| p.received.max(p.accepted).max(p.closed)).max();
        let step = step_to(most.unwrap_or(0));
        let top = step * TICKS;
        let y = |count: i64| BOTTOM - scaled(count, top, BOTTOM - TOP);
        let slot = (WIDTH - LEFT) / points.len().max(1) as f64;
        let middle = |nth: usize| LEFT + (nth as f64 + 0.5) * slot;
        let ticks = (0..=TICKS).map(|nth| nth * step);
        let ticks = ticks.map(|count| Tick {
            y: At(y(count)),
            baseline: At(y(count) + 4.0),
            label: grouped(count),
        });
        let widest = |text: &dyn Fn(&Point) -> String| {
            points.iter().map(|p| text_width(&text(p), LETTER)).fold(0.0, f64::max)
        };
        // Every n-th is written, counted from the last, so that no two touch.
        let every = |width: f64| ((width + 4.0) / slot).ceil().max(1.0) as usize;
        let label_every = every(widest(&|p| short(&p.period).to_owned()));
        let value_every = every(widest(&|p| grouped(p.received)));
        let mut year_before = "";
        let columns = points.iter().enumerate().map(|(nth, point)| {
            let from_last = points.len() - 1 - nth;
            let label = from_last.is_multiple_of(label_every).then(|| short(&point.period));
            let year = label.and(year_of(&point.period)).filter(|year| *year != year_before);
            year_before = year.unwrap_or(year_before);
            let value = from_last.is_multiple_of(value_every).then(|| grouped(point.received));
            Column {
                x: At(middle(nth) - slot * 0.35),
                middle: At(middle(nth)),
                top: At(y(point.received)),
                width: At(slot * 0.7),
                height: At(BOTTOM - y(point.received)),
                value,
                above: At(y(point.received) - 4.0),
                label: label.map(str::to_owned),
                year: year.map(str::to_owned),
            }
        });
        let columns = columns.collect();
        let line = |count: &dyn Fn(&Point) -> i64| {
            let marks: Vec<(At, At)> = (0..)
                .zip(points)
                .map(|(nth, point)| (At(middle(nth)), At(y(count(point)))))
                .collect();
            let points: Vec<String> = marks.iter().map(|(x, y)| format!("{x},{y}")).collect();
            Line { points: points.join(" "), marks }
        };
        Columns {
            caption,
            lang,
            ticks: ticks.collect(),
            accepted: line(&|p| p.accepted),
            closed: line(&|p| p.closed),
            columns,
        }
    }
}

/// The smallest whole number of 1, 2, 2.5 or 5 times a power of ten of which [`TICKS`] reach the
/// highest count.
fn step_to(most: i64) -> i64 {
    let steps = (0..17).flat_map(|power| [10, 20, 25, 50].map(|n| n * 10_i64.pow(power)));
    let mut whole = steps.filter(|step| step % 10 == 0).map(|step| step / 10);
    whole.find(|step| step.saturating_mul(TICKS) >= most).unwrap_or(1)
}

/// The part of a period's name after its year, where it has one and is no run of days.
fn short(period: &str) -> &str {
    match period.split_once("..") {
        Some((_, last)) => last,
        None => period.split_once('-').map_or(period, |(_, rest)| rest),
    }
}

fn year_of(period: &str) -> Option<&str> {
    let split = !period.contains("..") && period.contains('-');
    split.then(|| period.split('-').next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;

    fn draw(points: &[Point]) -> String {
        let caption = Caption { id: "trend", title: "趋势".into(), desc: "近13期".into() };
        Columns::draw(caption, points, Lang::Zh).to_string()
    }

    fn months(received: impl Fn(i64) -> i64) -> Vec<Point> {
        let month = |nth: i64| Point {
            period: format!("{}-{:02}", 2025 + (nth + 9) / 12, (nth + 9) % 12 + 1),
            received: received(nth),
            accepted: received(nth) / 2,
            closed: received(nth) / 3,
        };
        (0..13).map(month).collect()
    }

    #[test]
    fn a_year_of_months() {
        let svg = draw(&months(|nth| 100 + nth));
        let said = texts(&svg);
        for wanted in
            ["趋势", "近13期", "收到", "受理", "销号", "100", "112", "10", "2025", "2026", "200"]
        {
            assert!(said.iter().any(|text| text == wanted), "{wanted} in {said:?}");
        }
        assert_eq!(svg.matches("class=\"column\"").count(), 13);
        assert_eq!(svg.matches("class=\"mark ").count(), 26);
        // The highest column is 112 of 200 of the field.
        assert!(svg.contains("height=\"89.6\""), "{svg}");
    }

    #[test]
    fn values_that_would_touch_are_left_out_but_never_the_last() {
        let svg = draw(&months(|nth| 1_000_000 + nth));
        let said = texts(&svg);
        assert!(said.contains(&"1,000,012".to_owned()) && !said.contains(&"1,000,011".to_owned()));
    }

    #[test]
    fn nothing_all_zero_and_hostile_names() {
        texts(&draw(&[]));
        let svg = draw(&months(|_| 0));
        texts(&svg);
        assert_eq!(svg.matches("height=\"0\"").count(), 13);
        let hostile = Point { period: "<script>".into(), received: 3, ..Point::default() };
        let svg = draw(&[hostile]);
        assert!(texts(&svg).contains(&"&#60;script&#62;".to_owned()) && !svg.contains("<script"));
    }

    #[test]
    fn steps_are_round_and_reach() {
        for (most, step) in [(0, 1), (4, 1), (5, 2), (9, 5), (90, 25), (112, 50), (9_643, 2_500)] {
            assert_eq!(step_to(most), step, "{most}");
        }
    }
}
