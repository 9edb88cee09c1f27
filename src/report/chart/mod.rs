//! Charts as SVG, drawn on the server: presentation attributes and classes, no style and no script,
//! so that the strictest content policy shows them and they print in grey.
//!
//! Each drawing has a title and a description for those who do not see it, and the caller sets the
//! same figures beside it as a table. Drawings are [`WIDTH`] units wide with letters of 12 to 16
//! units: at 320 px they are 10 px or more, at 720 px 21 px or more.

pub mod bars;
pub mod columns;
pub mod tiles;

use std::fmt;

/// Units from the left edge to the right edge of every drawing.
pub const WIDTH: f64 = 400.0;

/// Fills of the five classes, light to dark: 3:1 and more against a white page, one hue, so that
/// they differ by lightness alone, for every eye and in print.
pub const CLASSES: [&str; 5] = ["#6d93c9", "#4f78b0", "#335f9a", "#1f4478", "#0d2447"];
/// Letters on each of these fills, 4.5:1 and more.
pub const INKS: [&str; 5] = ["#000000", "#ffffff", "#ffffff", "#ffffff", "#ffffff"];
/// Letters on the page.
pub const INK: &str = "#1f2937";
/// A second line beside one in [`INK`].
pub const SECOND: &str = "#9a3412";
/// Lines that only guide the eye.
pub const GUIDE: &str = "#d1d5db";

/// What a drawing is called and what it shows, in words.
#[derive(Clone, Debug)]
pub struct Caption {
    /// Prefix of the ids in it; one of its kind on a page, ASCII letters and dashes.
    pub id: &'static str,
    /// What it is.
    pub title: String,
    /// What it shows: the figures that matter, as of when, from where.
    pub desc: String,
}

/// A length or a place in units; written with one decimal at the most.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct At(pub f64);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // No «-0»: one drawing must not have two spellings.
        write!(f, "{}", if tenths == 0.0 { 0.0 } else { tenths })
    }
}

/// About how wide a text is: Chinese characters fill a square, others a good half of one.
pub fn text_width(text: &str, size: f64) -> f64 {
    let share = |c: char| if c.is_ascii() { 0.58 } else { 1.0 };
    text.chars().map(share).sum::<f64>() * size
}

/// A count as a length, where `most` would fill `length`.
pub fn scaled(count: i64, most: i64, length: f64) -> f64 {
    if most <= 0 { 0.0 } else { count.max(0) as f64 / most as f64 * length }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Reads a drawing as XML and returns what it says: the texts of all its elements.
    pub fn texts(svg: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let (mut open, mut texts) = (0, Vec::new());
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(element) => {
                    open += 1;
                    check(&element);
                    texts.push(String::new());
                }
                quick_xml::events::Event::Empty(element) => check(&element),
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Text(text) => {
                    texts.last_mut().unwrap().push_str(&text);
                }
                quick_xml::events::Event::GeneralRef(name) => {
                    let last = texts.last_mut().unwrap();
                    last.push_str(&format!("&{};", &*name));
                }
                quick_xml::events::Event::Eof => break,
                other => panic!("{other:?} has no place in a drawing"),
            }
        }
        assert_eq!(open, 0, "an element stays open");
        texts.into_iter().map(|text| text.trim().to_owned()).filter(|t| !t.is_empty()).collect()
    }

    /// No attribute stands twice, none is a style or a script, and no number is nonsense.
    fn check(element: &quick_xml::events::BytesStart<'_>) {
        assert_ne!(element.name().as_ref(), "script");
        for attribute in element.attributes() {
            let attribute = attribute.unwrap();
            let name = attribute.key.as_ref().to_owned();
            let value = attribute.value;
            assert!(name != "style" && !name.starts_with("on"), "{name}");
            assert!(!value.contains("NaN") && !value.contains("inf"), "{name}={value}");
        }
    }

    /// Contrast of two colours after WCAG 2.2.
    fn contrast(a: &str, b: &str) -> f64 {
        let light = |colour: &str| {
            let part = |at: usize| {
                let c = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn fills_stand_off_the_page_and_letters_off_the_fills() {
        for (fill, ink) in CLASSES.iter().zip(INKS) {
            assert!(contrast(fill, "#ffffff") >= 3.0, "{fill}");
            assert!(contrast(fill, ink) >= 4.5, "{ink} on {fill}");
        }
        for two in CLASSES.windows(2) {
            assert!(contrast(two[0], two[1]) >= 1.35, "{two:?} look alike in grey");
        }
        assert!(contrast(INK, "#ffffff") >= 7.0 && contrast(SECOND, "#ffffff") >= 4.5);
    }

    #[test]
    fn lengths_are_short_and_never_minus_nothing() {
        let said = [1.0, 33.333_33, -0.01, 0.05].map(|at| At(at).to_string());
        assert_eq!(said, ["1", "33.3", "0", "0.1"]);
    }
}
