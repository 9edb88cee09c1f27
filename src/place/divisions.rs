//! The table of divisions, province to township.

use std::collections::HashMap;

use super::code::{Code, Level};

/// Names by code, read once at start from `config/divisions.csv`.
pub struct Divisions {
    names: HashMap<Code, &'static str>,
    provinces: Vec<Code>,
}

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

    /// Every division below another, in order of code.
    pub fn within(&self, above: Code) -> Vec<Code> {
        let below = |code: &&Code| **code != above && above.holds(**code);
        let mut found: Vec<Code> = self.names.keys().filter(below).copied().collect();
        found.sort_unstable();
        found
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
