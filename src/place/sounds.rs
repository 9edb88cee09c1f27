//! Names by their sound: pinyin in full, its initials, signs, and any mixture of the three
//! (`changsha`, `csx`, `长sha`).
//!
//! A sign may be read in several ways (长: chang, zhang). Each is taken, for people type what they
//! say; what is not usual in names of places counts less.

use std::collections::HashMap;

use pinyin::ToPinyinMulti;

/// Signs whose first reading in dictionaries is not the one that names of places mostly have.
const USUAL: [(char, &str); 22] = [
    ('长', "chang"),
    ('重', "chong"),
    ('厦', "xia"),
    ('蚌', "beng"),
    ('番', "pan"),
    ('泌', "bi"),
    ('六', "lu"),
    ('铅', "yan"),
    ('浚', "xun"),
    ('莘', "shen"),
    ('歙', "she"),
    ('涡', "guo"),
    ('洞', "dong"),
    ('朝', "chao"),
    ('尉', "wei"),
    ('宿', "su"),
    ('都', "du"),
    ('会', "hui"),
    ('单', "shan"),
    ('陂', "pi"),
    ('什', "shi"),
    ('盛', "sheng"),
];

/// Names as they sound, in the order in which they were given.
pub struct Sounds {
    glyphs: Vec<Glyph>,
    /// Glyphs of all names, one name after the other.
    all: Vec<u16>,
    /// Where each name begins among them, and where the last one ends.
    starts: Vec<u32>,
}

/// A sign and how it is read.
struct Glyph {
    sign: char,
    readings: Vec<Reading>,
    /// First letters of the readings, as bits.
    initials: u32,
}

struct Reading {
    letters: String,
    usual: bool,
}

/// How well what was typed fits a name; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The name as a whole, or all but its last sign (市, 县), each syllable in full.
    Whole,
    /// The same, with initials.
    WholeByInitials,
    /// The name's beginning, each syllable in full.
    Beginning,
    /// The same, with initials or a syllable half typed.
    BeginningByInitials,
    /// The same, or the whole, by an unusual reading.
    Unusual,
    /// Somewhere in the name.
    Within,
}

/// What a way of reading cost: unusual readings, initials, and what is left of the name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    unusual: bool,
    left: usize,
    initials: bool,
}

impl Sounds {
    /// Reckons the sounds of names; reading 44,703 takes some milliseconds.
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Sounds {
        let mut known: HashMap<char, u16> = HashMap::new();
        let (mut glyphs, mut all, mut starts) = (Vec::new(), Vec::new(), vec![0]);
        for name in names {
            for sign in name.chars() {
                let next = u16::try_from(glyphs.len()).unwrap_or(u16::MAX);
                let id = *known.entry(sign).or_insert_with(|| {
                    glyphs.push(Glyph::of(sign));
                    next
                });
                all.push(id);
            }
            starts.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        }
        Sounds { glyphs, all, starts }
    }

    /// How what was typed fits each name that it fits at all, with the name's place in the order.
    pub fn fits(&self, typed: &[char]) -> impl Iterator<Item = (usize, Fit)> {
        (0..self.starts.len().saturating_sub(1)).filter_map(|at| Some((at, self.fit(at, typed)?)))
    }

    /// How what was typed fits one name.
    pub fn fit(&self, at: usize, typed: &[char]) -> Option<Fit> {
        let name = self.name(at)?;
        let first = *typed.first()?;
        if let Some(cost) = self.cost(name, typed) {
            return Some(match cost {
                Cost { unusual: true, .. } => Fit::Unusual,
                Cost { left: 0 | 1, initials: false, .. } => Fit::Whole,
                Cost { left: 0 | 1, .. } => Fit::WholeByInitials,
                Cost { initials: false, .. } => Fit::Beginning,
                _ => Fit::BeginningByInitials,
            });
        }
        // One letter within a name says nothing.
        let within = |from: usize| {
            self.glyph(name[from]).begins(first) && self.cost(&name[from..], typed).is_some()
        };
        (typed.len() > 1 && (1..name.len()).any(within)).then_some(Fit::Within)
    }

    fn name(&self, at: usize) -> Option<&[u16]> {
        let (from, to) = (*self.starts.get(at)?, *self.starts.get(at + 1)?);
        self.all.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
    }

    fn glyph(&self, id: u16) -> &Glyph {
        &self.glyphs[usize::from(id)]
    }

    /// The cheapest way to read what was typed as the beginning of a name.
    fn cost(&self, name: &[u16], typed: &[char]) -> Option<Cost> {
        let Some(first) = typed.first() else {
            return Some(Cost { unusual: false, left: name.len(), initials: false });
        };
        let (id, rest) = name.split_first()?;
        let glyph = self.glyph(*id);
        if glyph.sign == *first {
            return self.cost(rest, &typed[1..]);
        }
        if !glyph.begins(*first) {
            return None;
        }
        let ways = glyph.readings.iter().flat_map(|reading| {
            let shared = reading.shares(typed);
            let whole = shared == reading.letters.len();
            // The last syllable may be half typed; any may be its initial alone.
            let half = shared == typed.len() && !whole;
            let initial = shared > 0 && reading.letters.len() > 1;
            let in_full = whole.then(|| self.cost(rest, &typed[shared..])).flatten();
            let half = half.then_some(Cost { unusual: false, left: rest.len(), initials: true });
            let initial = initial.then(|| self.cost(rest, &typed[1..])).flatten();
            let initial = initial.map(|cost| Cost { initials: true, ..cost });
            let unusual = !reading.usual;
            let ways = [in_full, half, initial].into_iter().flatten();
            ways.map(move |cost| Cost { unusual: cost.unusual || unusual, ..cost })
        });
        ways.min()
    }
}

impl Glyph {
    fn of(sign: char) -> Glyph {
        let spoken = sign.to_pinyin_multi().into_iter().flatten();
        let mut spoken: Vec<String> = spoken.map(|one| one.plain().to_owned()).collect();
        let usual = USUAL.iter().find(|(known, _)| *known == sign).map(|(_, letters)| *letters);
        let usual = usual.map(str::to_owned).or_else(|| spoken.first().cloned());
        spoken.extend(usual.clone());
        // ü is typed as v, and by many as u.
        let mut letters: Vec<(String, bool)> = Vec::new();
        for one in spoken {
            let is_usual = Some(&one) == usual.as_ref();
            for typed in [one.replace('ü', "v"), one.replace('ü', "u")] {
                if !letters.iter().any(|(known, _)| *known == typed) {
                    letters.push((typed, is_usual));
                }
            }
        }
        let readings: Vec<Reading> =
            letters.into_iter().map(|(letters, usual)| Reading { letters, usual }).collect();
        let initials = readings.iter().filter_map(|reading| reading.letters.chars().next());
        let initials = initials.fold(0, |bits, letter| bits | bit(letter));
        Glyph { sign, readings, initials }
    }

    fn begins(&self, typed: char) -> bool {
        self.sign == typed || self.initials & bit(typed) != 0
    }
}

impl Reading {
    /// How many of the letters stand at the beginning of what was typed.
    fn shares(&self, typed: &[char]) -> usize {
        self.letters.chars().zip(typed).take_while(|(letter, typed)| letter == *typed).count()
    }
}

/// A letter as a bit; none for other signs.
fn bit(letter: char) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (u32::from(letter) - u32::from('a')) } else { 0 }
}

/// What was typed as it is compared: small letters, ü as v, without the marks between syllables.
pub fn plain(typed: &str) -> Vec<char> {
    let small = typed.chars().flat_map(char::to_lowercase);
    small
        .filter(|sign| !matches!(sign, '\'' | '’'))
        .map(|sign| if sign == 'ü' { 'v' } else { sign })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(name: &str, typed: &str) -> Option<Fit> {
        Sounds::of([name].into_iter()).fit(0, &plain(typed))
    }

    #[test]
    fn names_are_found_as_people_say_and_shorten_them() {
        use Fit::{Beginning, BeginningByInitials, Unusual, Whole, WholeByInitials, Within};
        for (name, typed, expected) in [
            ("长沙市", "changsha", Some(Whole)),
            ("长沙市", "ChangSha", Some(Whole)),
            ("长沙市", "changshashi", Some(Whole)),
            ("长沙县", "csx", Some(WholeByInitials)),
            ("长沙县", "cs", Some(WholeByInitials)),
            ("长沙县", "changsx", Some(WholeByInitials)),
            ("长沙县", "长sha", Some(Whole)),
            ("长沙县", "chang沙x", Some(WholeByInitials)),
            ("长沙县", "chan", Some(BeginningByInitials)),
            ("长沙县", "changshb", None),
            ("长沙县", "zhangsha", Some(Unusual)),
            ("长子县", "zhangzi", Some(Unusual)),
            ("重庆市", "chongqing", Some(Whole)),
            ("重庆市", "zhongqing", Some(Unusual)),
            ("厦门市", "xiamen", Some(Whole)),
            ("六安市", "luan", Some(Whole)),
            ("西安市", "xian", Some(Whole)),
            ("西安市", "xi'an", Some(Whole)),
            ("咸阳市", "xian", Some(Beginning)),
            ("吕梁市", "lvliang", Some(Whole)),
            ("吕梁市", "luliang", Some(Whole)),
            ("吕梁市", "lüliang", Some(Whole)),
            ("长沙县", "sha", Some(Within)),
            ("长沙县", "s", None),
            ("长沙县", "", None),
            ("长沙县", "changshaxianxian", None),
        ] {
            assert_eq!(fit(name, typed), expected, "{name} {typed}");
        }
    }

    #[test]
    fn usual_readings_are_readings() {
        for (sign, letters) in USUAL {
            let spoken: Vec<_> = sign.to_pinyin_multi().unwrap().into_iter().collect();
            assert!(spoken.iter().any(|one| one.plain() == letters), "{sign} {letters}");
        }
    }
}
