//! Areas named in running text, for the question whether a case is a major one.

use super::text::half_width;

/// Most areas that are read out of one text.
const MAX_AREAS: usize = 50;
/// Hundredths of a mu in a hectare (15 mu), and in 2,000 square metres (3 mu).
const HECTARE: f64 = 1_500.0;
const SQUARE_METRE: f64 = 300.0 / 2_000.0;

/// Every area in a text, in hundredths of a mu: `35亩`, `3.5 公顷`, `两千平方米`, `三十余亩`.
pub fn areas_in_mu(text: &str) -> Vec<i64> {
    let plain = half_width(text);
    let units = [
        ("亩", 100.0),
        ("公顷", HECTARE),
        ("平方米", SQUARE_METRE),
        ("㎡", SQUARE_METRE),
        ("m2", SQUARE_METRE),
    ];
    let mut found = Vec::new();
    for (unit, factor) in units {
        for (at, _) in plain.match_indices(unit).take(MAX_AREAS) {
            // A figure past all land is a slip of the keyboard and no area.
            let area = number_before(&plain[..at]).map(|n| (n * factor).round());
            found.extend(area.filter(|area| (1.0..1e12).contains(area)).map(|area| area as i64));
        }
    }
    found.truncate(MAX_AREAS);
    found
}

/// The number that a text ends with, in digits or Chinese numerals; 余, 多 and spaces may follow it.
fn number_before(text: &str) -> Option<f64> {
    let text = text.trim_end_matches([' ', '余', '多', '来']);
    let tail = |fits: &dyn Fn(char) -> bool| {
        let kept = text.chars().rev().take_while(|c| fits(*c)).count();
        text.chars().skip(text.chars().count() - kept).collect::<String>()
    };
    let (text, ten_thousands) = match text.strip_suffix('万') {
        Some(rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => (rest, 10_000.0),
        _ => (text, 1.0),
    };
    if ten_thousands > 1.0 {
        let digits = text.rsplit(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        return digits.parse::<f64>().ok().map(|n| n * ten_thousands);
    }
    let digits = tail(&|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if !digits.is_empty() {
        return digits.replace(',', "").parse().ok();
    }
    numeral(&tail(&|c| NUMERALS.contains(c)))
}

const NUMERALS: &str = "〇零一二两三四五六七八九十百千万";

/// A Chinese numeral below a hundred million.
fn numeral(text: &str) -> Option<f64> {
    let (mut whole, mut section, mut digit) = (0.0, 0.0, 0.0);
    for c in text.chars() {
        match c {
            '零' | '〇' => {}
            '十' | '百' | '千' => {
                let unit = [('十', 10.0), ('百', 100.0), ('千', 1_000.0)];
                let unit = unit.into_iter().find(|(sign, _)| *sign == c)?.1;
                // 十五: the one before the ten goes without saying.
                section += unit * if digit == 0.0 { 1.0 } else { digit };
                digit = 0.0;
            }
            '万' => {
                whole += (section + digit) * 10_000.0;
                (section, digit) = (0.0, 0.0);
            }
            c => {
                let place = "一二三四五六七八九".chars().position(|known| known == c);
                digit = if c == '两' { 2.0 } else { f64::from(u32::try_from(place? + 1).ok()?) };
            }
        }
    }
    let number = whole + section + digit;
    (number > 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::areas_in_mu;

    #[test]
    fn areas_are_read_as_people_write_them() {
        for (text, mu) in [
            ("占用耕地约35亩建厂房", vec![3_500]),
            ("占地３．５亩", vec![350]),
            ("挖了三十余亩耕地", vec![3_000]),
            ("十五亩", vec![1_500]),
            ("一千二百亩林地", vec![120_000]),
            ("两万亩", vec![2_000_000]),
            ("2 公顷", vec![3_000]),
            ("2,000平方米", vec![300]),
            ("1.2万平方米", vec![1_800]),
            ("几亩地", vec![]),
            ("亩", vec![]),
            ("99999999999999999999亩", vec![]),
            ("没有面积", vec![]),
        ] {
            assert_eq!(areas_in_mu(text), mu, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[0-9一二十百千万.亩平方米公顷, ]{0,60}") {
            areas_in_mu(&text);
        }
    }
}
