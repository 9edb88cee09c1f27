//! Codes of divisions after GB/T 2260, and the tree that they span.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A division, or the bureau at it. Six digits; nine for a township; the nation is `000000`. Codes
/// from `000001` to `009999`, which GB/T 2260 gives to nobody, are supervising bodies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u32);

/// The levels of the tree, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The whole country.
    Nation,
    /// 省; a supervising body stands beside them, directly under the nation.
    Province,
    /// 市.
    City,
    /// 县.
    County,
    /// 乡镇.
    Township,
}

/// Nine-digit codes begin here: a six-digit code never reaches it.
const TOWNSHIPS_FROM: u32 = 1_000_000;
/// The first code that a division can have: 11 is Beijing, and nothing begins with 00 but the nation.
const DIVISIONS_FROM: u32 = 10_000;

impl Code {
    /// The whole country; its bureau is the ministry's desk.
    pub const NATION: Code = Code(0);

    /// Which level this code stands on.
    pub fn level(self) -> Level {
        match self.0 {
            0 => Level::Nation,
            n if n < DIVISIONS_FROM => Level::Province,
            n if n >= TOWNSHIPS_FROM => Level::Township,
            n if n % 10_000 == 0 => Level::Province,
            n if n % 100 == 0 => Level::City,
            _ => Level::County,
        }
    }

    /// Whether this is a supervising body: a unit, but no place.
    pub fn is_body(self) -> bool {
        (1..DIVISIONS_FROM).contains(&self.0)
    }

    /// The division above; `None` above the nation. A township of a city without counties hangs
    /// on the city.
    pub fn parent(self) -> Option<Code> {
        let n = self.0;
        match self.level() {
            Level::Nation => None,
            Level::Province => Some(Code::NATION),
            Level::City => Some(Code(n / 10_000 * 10_000)),
            Level::County => Some(Code(n / 100 * 100)),
            Level::Township => Some(Code(n / 1_000)),
        }
    }

    /// This code and all above it, nearest first: five at the most.
    pub fn chain(self) -> Vec<Code> {
        std::iter::successors(Some(self), |code| code.parent()).collect()
    }

    /// Whether `other` is this division or lies within it.
    pub fn holds(self, other: Code) -> bool {
        std::iter::successors(Some(other), |code| code.parent()).any(|code| code == self)
    }

    /// The province that holds this code; the nation for itself.
    pub fn province(self) -> Code {
        self.at_level(Level::Province)
    }

    fn at_level(self, level: Level) -> Code {
        std::iter::successors(Some(self), |code| code.parent())
            .find(|code| code.level() <= level)
            .unwrap_or(Code::NATION)
    }

    /// The lowest division that holds both.
    pub fn common(self, other: Code) -> Code {
        self.chain().into_iter().find(|code| code.holds(other)).unwrap_or(Code::NATION)
    }

    /// The digits with which the codes within this division begin, and no others: none for the
    /// nation, then 2, 4, 6 and 9.
    pub fn stem(self) -> String {
        let mut digits = self.to_string();
        digits.truncate(match self.level() {
            Level::Nation => 0,
            Level::Province if self.is_body() => 6,
            Level::Province => 2,
            Level::City => 4,
            Level::County => 6,
            Level::Township => 9,
        });
        digits
    }

    /// The half-open range of code texts that lie within this division, for an index on the text:
    /// codes compare as text in tree order.
    pub fn text_range(self) -> (String, String) {
        let n = self.0;
        match self.level() {
            // ':' follows '9', so this is past every code.
            Level::Nation => (self.to_string(), ":".to_owned()),
            Level::Province if self.is_body() => (self.to_string(), Code(n + 1).to_string()),
            Level::Province => (self.to_string(), format!("{:06}", n + 10_000)),
            Level::City => (self.to_string(), format!("{:06}", n + 100)),
            Level::County | Level::Township => (self.to_string(), Code(n + 1).to_string()),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= TOWNSHIPS_FROM {
            write!(f, "{:09}", self.0)
        } else {
            write!(f, "{:06}", self.0)
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a code: digits other than 2, 4, 6 or 9, or something else altogether.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a division code has 2, 4, 6 or 9 digits")]
pub struct NotACode;

impl FromStr for Code {
    type Err = NotACode;

    /// Reads a code; the short forms of two and four digits are filled up with zeros.
    fn from_str(text: &str) -> Result<Code, NotACode> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACode);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotACode);
        match text.len() {
            2 => Ok(Code(number(text)? * 10_000)),
            4 => Ok(Code(number(text)? * 100)),
            6 => Ok(Code(number(text)?)),
            9 => number(text).ok().filter(|n| *n >= 100_000_000).map(Code).ok_or(NotACode),
            _ => Err(NotACode),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    #[test]
    fn short_forms_become_canonical() {
        for (text, canonical) in
            [("43", "430000"), ("4301", "430100"), ("430121", "430121"), ("00", "000000")]
        {
            assert_eq!(code(text).to_string(), canonical);
        }
        for bad in ["", "4", "430", "43012", "4301211", "043012110", "43012a", "４３"] {
            assert_eq!(bad.parse::<Code>(), Err(NotACode), "{bad}");
        }
    }

    #[test]
    fn the_tree() {
        let township = code("430121104");
        let chain: Vec<String> = township.chain().iter().map(Code::to_string).collect();
        assert_eq!(chain, ["430121104", "430121", "430100", "430000", "000000"]);
        assert!(code("43").holds(township) && !code("44").holds(township));
        assert_eq!(code("430121").common(code("430211")), code("43"));
        assert_eq!(code("441900003").parent(), Some(code("441900")));
        assert_eq!(township.province(), code("43"));
        let body = code("001001");
        assert_eq!((body.parent(), body.level()), (Some(Code::NATION), Level::Province));
        assert!(body.is_body() && !Code::NATION.is_body() && !code("11").is_body());
        assert!(Code::NATION.holds(body) && !body.holds(code("0010")) && !code("0010").holds(body));
    }

    #[test]
    fn ranges_of_text_agree_with_the_tree() {
        let codes: Vec<Code> = [
            "00",
            "001001",
            "009999",
            "43",
            "4301",
            "430121",
            "430121104",
            "430122",
            "4302",
            "44",
            "441900003",
            "820000",
        ]
        .map(code)
        .to_vec();
        for above in &codes {
            let (low, high) = above.text_range();
            for below in &codes {
                let text = below.to_string();
                assert_eq!(above.holds(*below), low <= text && text < high, "{above} {below}");
                assert_eq!(above.holds(*below), text.starts_with(&above.stem()), "{above} {below}");
            }
        }
    }
}
