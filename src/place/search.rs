//! Finding a division by what somebody has begun to type: a code, part of a name, or its sound.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::code::{Code, Level};
use super::divisions::Divisions;
use super::sounds::{Fit, Sounds, plain};

/// Most words that are told apart: the levels from the province to the township.
const MAX_WORDS: usize = 4;

/// Every division as it is searched for, higher levels first.
pub struct Index {
    rows: Vec<Searched>,
    /// Reckoned when somebody first types letters, and kept.
    sounds: OnceLock<Sounds>,
}

/// A division as it is searched for, with everything reckoned that a walk through all of them
/// would reckon again at each key that somebody presses.
struct Searched {
    code: Code,
    digits: Box<str>,
    name: &'static str,
    signs: u64,
}

impl Searched {
    fn of(code: Code, name: &'static str) -> Searched {
        let digits = code.to_string().into_boxed_str();
        Searched { code, digits, name, signs: signs(name) }
    }

    /// By what they are sorted: higher levels first.
    fn rank(&self) -> (Level, Code) {
        (self.code.level(), self.code)
    }
}

/// The signs of a text as bits: a text lacks what holds a sign that it lacks. Looking at the bits
/// first is some ten times as fast as looking through the text.
fn signs(text: &str) -> u64 {
    text.chars().fold(0, |bits, sign| bits | 1 << (u32::from(sign) % u64::BITS))
}

impl Index {
    /// Of all divisions.
    pub fn of(names: impl Iterator<Item = (Code, &'static str)>) -> Index {
        let mut rows: Vec<Searched> = names.map(|(code, name)| Searched::of(code, name)).collect();
        rows.sort_unstable_by_key(Searched::rank);
        Index { rows, sounds: OnceLock::new() }
    }

    /// One more.
    pub fn add(&mut self, code: Code, name: &'static str) {
        let one = Searched::of(code, name);
        let at = self.rows.partition_point(|other| other.rank() < one.rank());
        self.rows.insert(at, one);
        self.sounds = OnceLock::new();
    }

    fn sounds(&self) -> &Sounds {
        self.sounds.get_or_init(|| Sounds::of(self.rows.iter().map(|row| row.name)))
    }

    /// By a code or part of a name: those that begin so before those that only hold it.
    fn by_text(&self, typed: &str, limit: usize) -> Vec<Code> {
        let (wanted, mut begin, mut hold) = (signs(typed), Vec::new(), Vec::new());
        for one in &self.rows {
            if begin.len() == limit {
                break;
            }
            if one.name.starts_with(typed) || one.digits.starts_with(typed) {
                begin.push(one.code);
            } else if hold.len() < limit && one.signs & wanted == wanted && one.name.contains(typed)
            {
                hold.push(one.code);
            }
        }
        begin.extend(hold);
        begin
    }

    /// By sound, best first, then higher levels; `keep` says which are wanted at all.
    fn by_sound(&self, typed: &str, limit: usize, keep: impl Fn(Code) -> bool) -> Vec<Code> {
        let typed = plain(typed);
        let fits = self.sounds().fits(&typed);
        // Nobody types 特别行政区 or 壮族自治区 to its end.
        let known = |fit: Fit, code: Code| match fit {
            Fit::Beginning if code.level() == Level::Province => Fit::Whole,
            Fit::BeginningByInitials if code.level() == Level::Province => Fit::WholeByInitials,
            fit => fit,
        };
        let mut found: Vec<(Fit, usize)> = fits
            .map(|(at, fit)| (fit, at, self.rows[at].code))
            .filter(|(_, _, code)| keep(*code))
            .map(|(fit, at, code)| (known(fit, code), at))
            .collect();
        found.sort_unstable();
        found.into_iter().take(limit).map(|(_, at)| self.rows[at].code).collect()
    }

    /// Whether a division's code, name or sound begins with what was typed.
    fn begins(&self, code: Code, typed: &str) -> bool {
        if code.to_string().starts_with(typed) {
            return true;
        }
        let at = self.rows.binary_search_by_key(&(code.level(), code), Searched::rank);
        let fit = at.ok().and_then(|at| self.sounds().fit(at, &plain(typed)));
        fit.is_some_and(|fit| fit < Fit::Within)
    }
}

impl Divisions {
    /// Divisions for what somebody has begun to type, at most `limit`, the best first: a code, a name
    /// or part of one, its pinyin or initials. Several words stand for levels from the top down, the
    /// last for the division itself: 湖南 csx, 4301 cs.
    pub fn search(&self, typed: &str, limit: usize) -> Vec<Code> {
        let words: Vec<&str> = typed.split_whitespace().take(MAX_WORDS).collect();
        let compact = words.concat();
        let Some((last, above)) = words.split_last() else { return Vec::new() };
        let mut codes = self.named(&compact);
        codes.extend(self.index().by_text(&compact, limit));
        let within = |code: Code| {
            let line = || code.chain().into_iter().skip(1).filter(|above| *above != Code::NATION);
            // 县 and 市辖区 as names of a level are no places that anybody looks for.
            !self.is_placeholder(code)
                && above.iter().all(|word| line().any(|above| self.index().begins(above, word)))
        };
        let spelled = last.contains(|sign: char| sign.is_ascii_alphabetic() || sign == 'ü');
        if codes.len() < limit && (spelled || !above.is_empty()) {
            codes.extend(self.index().by_sound(last, limit, within));
        }
        let mut seen = HashSet::new();
        codes.retain(|code| seen.insert(*code));
        codes.truncate(limit);
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divisions() -> Divisions {
        Divisions::parse(include_str!("../../config/divisions.csv")).unwrap()
    }

    #[test]
    fn what_is_typed_finds_beginnings_first_and_higher_levels_first() {
        let table = "430000,湖南省\n430100,长沙市\n430121,长沙县\n430121104,黄兴镇\n430181,浏阳市\n\
                     430181101,黄兴镇\n440000,广东省";
        let divisions = Divisions::parse(table).unwrap();
        let codes = |typed: &str, limit| {
            divisions.search(typed, limit).iter().map(Code::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(codes("长沙", 9), "430100 430121");
        assert_eq!(codes("4301", 2), "430100 430121");
        assert_eq!(codes("兴", 9), "430121104 430181101");
        assert_eq!(codes("湖南省长沙县", 9), "430121");
        assert_eq!(codes("hxz", 9), "430121104 430181101");
        assert_eq!(codes("liuyang hxz", 9), "430181101");
        assert_eq!(codes("gd hxz", 9), "");
        assert_eq!(codes(" ", 9), "");
    }

    #[test]
    fn the_best_comes_first_among_all_divisions() {
        let divisions = divisions();
        for (typed, name) in [
            ("hunan", "湖南省"),
            ("hn", "河南省"),
            ("changsha", "湖南省长沙市"),
            ("changshaxian", "湖南省长沙市长沙县"),
            ("csx", "浙江省衢州市常山县"),
            ("xiamen", "福建省厦门市"),
            ("chongqing", "重庆市"),
            ("cq", "重庆市"),
            ("xian", "陕西省西安市"),
            ("4301 cs", "湖南省长沙市长沙县"),
            ("hunan csx", "湖南省长沙市长沙县"),
            ("湖南 浏阳", "湖南省长沙市浏阳市"),
            ("changshaxian xsjd", "湖南省长沙市长沙县星沙街道"),
            ("taiwan", "台湾省"),
            ("xianggang", "香港特别行政区"),
            ("xg", "香港特别行政区"),
            ("guangxi", "广西壮族自治区"),
            ("nmg", "内蒙古自治区"),
            ("aomen", "澳门特别行政区"),
            ("香港", "香港特别行政区"),
            ("澳门", "澳门特别行政区"),
            ("台湾", "台湾省"),
            ("71", "台湾省"),
        ] {
            let found = divisions.search(typed, 12);
            let first = found.first().map(|code| divisions.full_name(*code));
            assert_eq!(first.as_deref(), Some(name), "{typed}");
            assert!(found.len() <= 12);
        }
        let found = divisions.search("csx", 12);
        assert!(found.contains(&"430121".parse().unwrap()), "{found:?}");
    }

    /// The walk stops early and looks at bits first; it finds what a look at everything finds.
    #[test]
    fn a_search_finds_what_a_look_at_everything_finds() {
        let divisions = divisions();
        let index = divisions.index();
        for typed in ["长", "镇", "街道", "镇镇", "南", "4", "430121104", "县长", "湖南", "没有的"]
        {
            let rank = |code: Code, name: &str| match name.find(typed) {
                _ if code.to_string().starts_with(typed) => Some(0),
                found => found.map(|at| usize::from(at > 0)),
            };
            let ranked =
                index.rows.iter().filter_map(|row| Some((rank(row.code, row.name)?, row.code)));
            let mut all: Vec<_> = ranked.map(|(rank, c)| (rank, c.level(), c)).collect();
            all.sort_unstable();
            let mut wanted = divisions.named(typed);
            wanted.extend(all.into_iter().map(|(_, _, code)| code));
            let mut seen = HashSet::new();
            wanted.retain(|code| seen.insert(*code));
            wanted.truncate(12);
            assert_eq!(divisions.search(typed, 12), wanted, "{typed}");
        }
    }

    #[test]
    fn a_division_made_since_is_found_too() {
        let mut divisions = divisions();
        assert_eq!(divisions.search("xinxingceshishi", 1), []);
        assert!(divisions.search("cs", 1).len() == 1, "sounds are reckoned before the table grows");
        let code = "430183".parse().unwrap();
        divisions.add(code, "新星测试市");
        assert_eq!(divisions.search("xinxingcss", 12), [code]);
        assert_eq!(divisions.search("新星测试", 12), [code]);
        assert_eq!(divisions.named("湖南省新星测试市"), [code]);
        assert!(divisions.within("4301".parse().unwrap()).contains(&code));
    }
}
