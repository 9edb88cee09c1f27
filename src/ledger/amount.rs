//! Quantities of what was decided and done: exact to two decimals, never a float.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::intake::fault::Why;

/// Hundredths of a unit: of a square metre, a mu, a yuan; whole things are counted in hundreds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Digits before the point: ten trillions of anything are a slip of the keyboard.
const MAX_WHOLE_DIGITS: usize = 13;
const RANGE: &str = "0.01–9999999999999.99";

impl Amount {
    /// From hundredths.
    pub const fn hundredths(n: i64) -> Amount {
        Amount(n)
    }

    /// In hundredths.
    pub fn as_hundredths(self) -> i64 {
        self.0
    }

    /// Reads `1234`, `1234.5` or `1,234.50`; more than nothing, at most two decimals.
    pub fn read(typed: &str) -> Result<Amount, Why> {
        let plain = typed.replace([',', '，'], "");
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) {
            return Err(Why::WrongType("number"));
        }
        if whole.len() > MAX_WHOLE_DIGITS || part.len() > 2 {
            return Err(Why::OutOfRange(RANGE));
        }
        let hundredths =
            format!("{whole}{part:0<2}").parse().map_err(|_| Why::OutOfRange(RANGE))?;
        if hundredths == 0 { Err(Why::OutOfRange(RANGE)) } else { Ok(Amount(hundredths)) }
    }

    /// This many times a rate of hundredths, rounded half up; saturates.
    pub fn times(self, rate: Amount) -> Amount {
        let product = (i128::from(self.0) * i128::from(rate.0) + 50) / 100;
        Amount(i64::try_from(product).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = String::deserialize(deserializer)?;
        Amount::read(&text).map_err(|_| serde::de::Error::custom("not an amount"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_bounded() {
        for (typed, shown) in [("1", "1.00"), ("1,234.5", "1234.50"), ("0.01", "0.01")] {
            assert_eq!(Amount::read(typed).unwrap().to_string(), shown, "{typed}");
        }
        for typed in ["", "0", "0.00", "-1", "1.234", "1e5", "12345678901234", ".5", "一"] {
            assert!(Amount::read(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_rate_is_rounded_half_up() {
        assert_eq!(Amount(150).times(Amount(1)).0, 2);
        assert_eq!(Amount(149).times(Amount(1)).0, 1);
        assert_eq!(Amount(20_000).times(Amount(10_000)).0, 2_000_000);
    }
}
