//! The table of divisions, province to township.

use std::collections::HashMap;

use super::code::{Code, Level};

/// Names by code, read once at start from `config/divisions.csv`.
pub struct Divisions {
    names: HashMap<Code, &'static str>,
    provinces: Vec<Code>,
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
        Ok(Divisions { names, provinces })
    }

    /// Whether there is such a division.
    pub fn has(&self, code: Code) -> bool {
        self.names.contains_key(&code)
    }

    /// Its name, or the bare code where there is none.
    pub fn name(&self, code: Code) -> String {
        self.names.get(&code).map_or_else(|| code.to_string(), |name| (*name).to_owned())
    }

    /// The names from the province down: 湖南省长沙市长沙县.
    pub fn full_name(&self, code: Code) -> String {
        let above = code.chain().into_iter().rev().filter(|c| *c != Code::NATION || *c == code);
        above.filter_map(|c| self.names.get(&c).copied()).collect()
    }

    /// Every province in order of code.
    pub fn provinces(&self) -> &[Code] {
        &self.provinces
    }

    /// The divisions one level below, in order of code. Where the table has a placeholder that is
    /// no place of its own (市辖区), what lies below it stands in its stead.
    pub fn below(&self, code: Code) -> Vec<Code> {
        let children = self.names.keys().copied().filter(|below| below.parent() == Some(code));
        let placeholder =
            |code: &Code| self.names.get(code).is_some_and(|n| PLACEHOLDERS.contains(n));
        let (stand_ins, mut below): (Vec<Code>, Vec<Code>) = children.partition(placeholder);
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
