//! What the informant takes away: a number to say aloud and a code to keep.
//!
//! The number is sixteen digits: the day (YYMMDD), eight random digits, two check digits after
//! ISO 7064 MOD 97-10, which find every single wrong digit and every swap of neighbours. It needs
//! no counter and so no row that every intake would wait for.

use chrono::{Datelike, NaiveDate};

use super::text::half_width;

/// Digits of a number.
pub const NUMBER_DIGITS: usize = 16;

/// How many random numbers there are a day.
pub const NUMBERS_A_DAY: u64 = 100_000_000;

/// Signs of a query code: no 0 O, 1 I L, and no U, which is heard as V.
pub const CODE_SIGNS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Signs in a query code: 15 × log2(30) = 73 bits, more than the 60 that are asked for (S40).
pub const CODE_LENGTH: usize = 15;

/// Makes a number from its day and a draw below [`NUMBERS_A_DAY`].
pub fn number(day: NaiveDate, draw: u64) -> String {
    let stem = format!(
        "{:02}{:02}{:02}{:08}",
        day.year().rem_euclid(100),
        day.month(),
        day.day(),
        draw % NUMBERS_A_DAY
    );
    let check = 98 - remainder(&stem, "00");
    format!("{stem}{check:02}")
}

/// Reads a number as people type it, spaces, dashes and full-width digits included.
/// `None` where it is not sixteen digits or the check digits do not fit.
pub fn read_number(typed: &str) -> Option<String> {
    let digits: String =
        half_width(typed).chars().filter(|c| !matches!(c, ' ' | '-' | '\u{2014}')).collect();
    let plain = digits.len() == NUMBER_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    (plain && remainder(&digits, "") == 1).then_some(digits)
}

/// A number in groups of four, as it is read out.
pub fn spoken(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn remainder(digits: &str, tail: &str) -> u32 {
    digits.bytes().chain(tail.bytes()).fold(0, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97)
}

/// Makes a code from one draw a sign, each below 30: `XXXXX-XXXXX-XXXXX`.
pub fn code(draws: [u64; CODE_LENGTH]) -> String {
    let mut code = String::with_capacity(CODE_LENGTH + 2);
    for (place, draw) in draws.into_iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            code.push('-');
        }
        let sign = usize::try_from(draw).unwrap_or(0) % CODE_SIGNS.len();
        code.push(char::from(CODE_SIGNS[sign]));
    }
    code
}

/// The bare signs of a code as typed; `None` where it cannot be one.
pub fn read_code(typed: &str) -> Option<String> {
    let signs: String = half_width(typed)
        .to_ascii_uppercase()
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{2014}'))
        .collect();
    let plain = signs.len() == CODE_LENGTH && signs.bytes().all(|b| CODE_SIGNS.contains(&b));
    plain.then_some(signs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn a_number_reads_back_however_it_is_typed() {
        let made = number(day(), 12_345_678);
        assert_eq!(made.len(), NUMBER_DIGITS);
        assert!(made.starts_with("26112312345678"));
        assert_eq!(read_number(&spoken(&made)), Some(made.clone()));
        let wide: String =
            made.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        assert_eq!(read_number(&wide), Some(made));
    }

    #[test]
    fn a_code_reads_back_and_look_alikes_do_not() {
        let made = code(std::array::from_fn(|i| i as u64 * 7));
        assert_eq!(read_code(&made.to_lowercase()).unwrap().len(), CODE_LENGTH);
        assert_eq!(read_code(&made.replacen('2', "0", 1)), None);
    }

    proptest! {
        #[test]
        fn one_wrong_digit_or_swap_is_found(draw in 0..NUMBERS_A_DAY, place in 0usize..16, shift in 1u8..10) {
            let good = number(day(), draw);
            let mut wrong = good.clone().into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + shift) % 10;
            prop_assert_eq!(read_number(std::str::from_utf8(&wrong).unwrap()), None);
            let mut swapped = good.clone().into_bytes();
            swapped.swap(place, (place + 1) % 16);
            let neighbours = place < 15 && swapped != good.as_bytes();
            if neighbours {
                prop_assert_eq!(read_number(std::str::from_utf8(&swapped).unwrap()), None);
            }
        }
    }
}
