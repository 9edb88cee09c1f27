//! The table of divisions, province to township.

use std::collections::HashMap;

use super::code::{Code, Level};
use super::search::Index;

/// Names by code, read once at start from `config/divisions.csv`.
pub struct Divisions {
    names: HashMap<Code, &'static str>,
    by_name: HashMap<&'static str, Vec<Code>>,
    /// Names of units that are no place: supervising bodies.
    bodies: HashMap<Code, &'static str>,
    provinces: Vec<Code>,
    index: Index,
}

/// Names under which the table groups counties that stand directly below a province.
const PLACEHOLDERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

impl Divisions {
    /// Reads lines of `code,name`; lines that begin with `#` say where the table comes from.
    pub fn parse(table: &'static str) -> Result<Divisions, String> {
        let mut names = HashMap::with_capacity(table.len() / 24);
        let mut provinces = Vec::new();
        names.insert(Code::NATION, "全国");
        let rows = table.lines().enumerate();
        for (number, line) in rows.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let bad = || format!("divisions: line {}: «{line}» is not code,name", number + 1);
            let (code, name) = line.split_once(',').ok_or_else(bad)?;
            if code == "code" {
                continue;
            }
            let code: Code = code.parse().map_err(|_| bad())?;
            if names.insert(code, name).is_some() {
                return Err(format!("divisions: line {}: {code} stands twice", number + 1));
            }
            if code.level() == Level::Province {
                provinces.push(code);
            }
        }
        let mut by_name: HashMap<&'static str, Vec<Code>> = HashMap::with_capacity(names.len());
        for (code, name) in &names {
            by_name.entry(name).or_default().push(*code);
        }
        by_name.values_mut().for_each(|codes| codes.sort_unstable());
        let index = Index::of(names.iter().map(|(code, name)| (*code, *name)));
        let bodies = HashMap::new();
        Ok(Divisions { names, by_name, bodies, provinces, index })
    }

    /// Adds what the table does not know yet: a division made since, or a supervising body. What is
    /// known already keeps its name.
    pub fn add(&mut self, code: Code, name: &'static str) {
        if code.is_body() {
            self.bodies.entry(code).or_insert(name);
            return;
        }
        if self.has(code) {
            return;
        }
        self.names.insert(code, name);
        let namesakes = self.by_name.entry(name).or_default();
        namesakes.push(code);
        namesakes.sort_unstable();
        if code.level() == Level::Province {
            self.provinces.push(code);
            self.provinces.sort_unstable();
        }
        self.index.add(code, name);
    }

    /// Whether there is such a division.
    pub fn has(&self, code: Code) -> bool {
        self.names.contains_key(&code)
    }

    /// Whether a code is a level that is no place of its own: 市辖区.
    pub fn is_placeholder(&self, code: Code) -> bool {
        self.names.get(&code).is_some_and(|name| PLACEHOLDERS.contains(name))
    }

    /// Whether there is such a unit: the bureau of a division, or a supervising body.
    pub fn has_unit(&self, code: Code) -> bool {
        self.label(code).is_some()
    }

    /// Its name, or the bare code where there is none.
    pub fn name(&self, code: Code) -> String {
        self.label(code).map_or_else(|| code.to_string(), str::to_owned)
    }

    fn label(&self, code: Code) -> Option<&'static str> {
        self.names.get(&code).or_else(|| self.bodies.get(&code)).copied()
    }

    /// The names from the province down: 湖南省长沙市长沙县.
    pub fn full_name(&self, code: Code) -> String {
        let above = code.chain().into_iter().rev().filter(|c| *c != Code::NATION || *c == code);
        let named = above.filter_map(|c| Some((c, self.label(c)?)));
        // A placeholder says nothing of where something is: 北京市东城区, not 北京市市辖区东城区.
        let said = named.filter(|(c, name)| *c == code || !PLACEHOLDERS.contains(name));
        said.map(|(_, name)| name).collect()
    }

    /// The divisions that a written name may mean: 长沙县, 长沙市长沙县, 湖南省长沙县. Levels may be
    /// left out, but not the name of the division itself.
    pub fn named(&self, written: &str) -> Vec<Code> {
        let written: String = written.split_whitespace().collect();
        let starts = written.char_indices().map(|(at, _)| at);
        let own = starts.filter_map(|at| Some((at, self.by_name.get(written.get(at..)?)?)));
        let mut found: Vec<Code> = own
            .flat_map(|(at, codes)| {
                let above = &written[..at];
                codes.iter().copied().filter(|code| self.is_above(*code, above))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether `written` is made of names of divisions above `code`, from the top down.
    fn is_above(&self, code: Code, written: &str) -> bool {
        let mut rest = written;
        for above in code.chain().into_iter().skip(1) {
            let name = self.names.get(&above).copied().unwrap_or_default();
            rest = rest.strip_suffix(name).unwrap_or(rest);
        }
        rest.is_empty()
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Every province in order of code.
    pub fn provinces(&self) -> &[Code] {
        &self.provinces
    }

    /// Every division below another, in order of code.
    pub fn within(&self, above: Code) -> Vec<Code> {
        let below = |code: &&Code| **code != above && above.holds(**code);
        let mut found: Vec<Code> = self.names.keys().filter(below).copied().collect();
        found.sort_unstable();
        found
    }

    /// The divisions one level below, in order of code. Where the table has a placeholder that is
    /// no place of its own (市辖区), what lies below it stands in its stead.
    pub fn below(&self, code: Code) -> Vec<Code> {
        let children = self.names.keys().copied().filter(|below| below.parent() == Some(code));
        let (stand_ins, mut below): (Vec<Code>, Vec<Code>) =
            children.partition(|code| self.is_placeholder(*code));
        below.extend(stand_ins.into_iter().flat_map(|code| self.below(code)));
        below.sort_unstable();
        below
    }

    /// How many divisions there are, the nation included.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the table is empty; it never is.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Divisions {
        Divisions::parse(
            "430000,湖南省\n430100,长沙市\n430121,长沙县\n430121104,黄兴镇\n430181,浏阳市\n\
             430181101,黄兴镇\n440000,广东省",
        )
        .unwrap()
    }

    #[test]
    fn names_are_read_with_the_levels_that_people_write() {
        let divisions = table();
        let codes = |written: &str| {
            divisions.named(written).iter().map(Code::to_string).collect::<Vec<_>>().join(" ")
        };
        for (written, found) in [
            ("湖南省", "430000"),
            ("长沙县", "430121"),
            ("湖南省 长沙市 长沙县", "430121"),
            ("湖南省长沙县", "430121"),
            ("黄兴镇", "430121104 430181101"),
            ("浏阳市黄兴镇", "430181101"),
            ("广东省长沙县", ""),
            ("长沙", ""),
            ("长沙县湖南省", ""),
            ("", ""),
        ] {
            assert_eq!(codes(written), found, "{written}");
        }
    }

    fn below(code: &str) -> Vec<String> {
        let divisions = Divisions::parse(include_str!("../../config/divisions.csv")).unwrap();
        let below = divisions.below(code.parse().unwrap());
        below.into_iter().map(|code| divisions.name(code)).collect()
    }

    #[test]
    fn one_level_down_without_placeholders() {
        assert_eq!(below("000000").len(), 34);
        assert!(below("430000").starts_with(&["长沙市".to_owned()]));
        assert_eq!(below("110000").first().map(String::as_str), Some("东城区"));
        assert!(below("460000").contains(&"五指山市".to_owned()));
        assert!(below("500000").contains(&"城口县".to_owned()));
        assert_eq!(below("441900").first().map(String::as_str), Some("东城街道"));
        assert!(below("430121").iter().any(|name| name == "星沙街道"));
        assert_eq!(below("430121104"), Vec::<String>::new());
    }
}
