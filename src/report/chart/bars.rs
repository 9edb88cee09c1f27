//! Horizontal bars: each label above its bar, so that long names fit on a narrow screen.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::words::grouped;
use super::{At, CLASSES, Caption, INK, WIDTH, scaled};

/// Most bars in one drawing; the table beside it has all.
pub const MAX_BARS: usize = 20;

/// Units from one bar to the next.
const STEP: f64 = 38.0;

/// A drawing of bars, longest first.
#[derive(Template)]
#[template(path = "bars.svg", config = "src/askama.toml")]
pub struct Bars {
    caption: Caption,
    height: At,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    value: String,
    baseline: At,
    top: At,
    width: At,
}

/// Its own template escapes what it is handed.
impl HtmlSafe for Bars {}

impl Bars {
    /// Draws labels with their counts. Those of 0 are left out, and those beyond [`MAX_BARS`].
    pub fn draw(caption: Caption, counts: Vec<(String, i64)>) -> Bars {
        let mut counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.truncate(MAX_BARS);
        let most = counts.first().map_or(0, |(_, count)| *count);
        let bar = |(nth, (label, count)): (usize, (String, i64))| {
            let top = nth as f64 * STEP;
            Bar {
                label,
                value: grouped(count),
                baseline: At(top + 15.0),
                top: At(top + 20.0),
                width: At(scaled(count, most, WIDTH)),
            }
        };
        let bars: Vec<Bar> = counts.into_iter().enumerate().map(bar).collect();
        Bars { caption, height: At(bars.len().max(1) as f64 * STEP), bars }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::texts;
    use super::*;

    fn draw(counts: &[(&str, i64)]) -> String {
        let caption =
            Caption { id: "c", title: "类别 <&\"".into(), desc: "按类别 'x'".into() };
        let counts = counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect();
        Bars::draw(caption, counts).to_string()
    }

    #[test]
    fn longest_first_with_their_values_and_escaped() {
        let svg = draw(&[("<b>少</b>", 1), ("非法占地", 12_000), ("无", 0)]);
        let said = texts(&svg);
        assert_eq!(said[2..], ["非法占地", "12,000", "&#60;b&#62;少&#60;/b&#62;", "1"]);
        assert!(!svg.contains("<b>"), "{svg}");
        assert!(
            svg.contains("aria-labelledby=\"c-title c-desc\"") && svg.contains("id=\"c-desc\"")
        );
        assert!(svg.contains("width=\"400\" height=\"12\""), "the longest fills the width: {svg}");
    }

    #[test]
    fn nothing_and_too_much() {
        assert_eq!(texts(&draw(&[])).len(), 3);
        assert_eq!(texts(&draw(&[("a", 0), ("b", 0)])).len(), 3);
        let many: Vec<(&str, i64)> = (1..100).map(|count| ("x", count)).collect();
        assert_eq!(texts(&draw(&many)).len(), 2 + 2 * MAX_BARS);
    }
}
