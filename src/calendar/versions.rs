//! `config/rules.toml`: versions of the clock rules, each with its rules and the day from which it
//! is in force.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::course::lane;
use super::rule::{Open, Rule};

/// The rules that duties of the ledger name, with their names in Chinese and English.
pub const NEEDED: [(&str, &str, &str); 20] = [
    ("judge", "判定", "judge"),
    ("supplement", "补充材料", "supplement"),
    ("dispatch", "派单", "dispatch"),
    ("sign", "签收", "sign"),
    ("rule_objection", "异议裁定", "rule on the objection"),
    ("verify", "核查", "verify"),
    ("dispose", "处置", "dispose"),
    ("decide", "作出决定", "decide"),
    ("execute", "执行", "execute"),
    ("verify_execution", "执行核验", "verify the execution"),
    ("hand_over", "移交", "hand over"),
    ("receive_transfer", "接收移送", "receive the transfer"),
    ("reply", "反馈", "reply"),
    ("opinion", "提出意见", "opinion"),
    ("rule_extension", "延期审批", "rule on the extension"),
    ("review", "销号审核", "review"),
    ("return_visit", "回访", "return visit"),
    ("progress", "进展报告", "progress"),
    ("lift", "解除挂牌", "lift the supervision"),
    ("recheck", "复核", "re-check"),
];

/// Most units of a rule, of an extension, and of a simulation: 27 years of days.
pub const MAX_AMOUNT: u32 = 10_000;
/// Most versions of one file.
const MAX_VERSIONS: usize = 200;

/// One version of the rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    /// Its name in due dates.
    pub id: String,
    /// The first local day on which it is in force.
    pub effective: NaiveDate,
    /// What it does to clocks that already run.
    pub open: Open,
    rules: BTreeMap<String, Rule>,
    #[serde(default)]
    lane: BTreeMap<String, BTreeMap<String, Rule>>,
}

impl Version {
    /// The rule of a lane; the general one where the lane has none of its own.
    pub fn rule(&self, name: &str, lane: Option<&str>) -> Option<&Rule> {
        self.own(name, lane).or_else(|| self.rules.get(name))
    }

    /// Whether a lane has a rule of its own.
    pub fn has_own(&self, name: &str, lane: Option<&str>) -> bool {
        self.own(name, lane).is_some()
    }

    /// The names of its rules.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }

    fn own(&self, name: &str, lane: Option<&str>) -> Option<&Rule> {
        lane.and_then(|lane| self.lane.get(lane)).and_then(|rules| rules.get(name))
    }

    fn check(&self) -> Result<(), String> {
        let fault = |what: String| Err(format!("rules: version «{}»: {what}", self.id));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return fault("an id is made of letters, digits, «.», «-» and «_»".to_owned());
        }
        for (name, ..) in NEEDED {
            if !self.rules.contains_key(name) {
                return fault(format!("the rule «{name}» is missing"));
            }
        }
        for (of, rules) in &self.lane {
            if lane(of).is_none() {
                return fault(format!("there is no lane «{of}»; danger, utility and complex are"));
            }
            for (name, rule) in rules {
                if !self.rules.contains_key(name) {
                    return fault(format!("lane {of}: «{name}» has no general rule"));
                }
                if rule.pause {
                    return fault(format!("lane {of}: «{name}»: the general rule says «pause»"));
                }
            }
        }
        let every = self.rules.iter().chain(self.lane.values().flatten());
        let sound = |units: u32| (1..=MAX_AMOUNT).contains(&units);
        for (name, rule) in every {
            if !sound(rule.amount) || rule.extend.is_some_and(|most| !sound(most)) {
                return fault(format!("«{name}»: amount and extend are 1 to {MAX_AMOUNT}"));
            }
        }
        Ok(())
    }
}

/// Reads the file: its versions, oldest first.
pub(super) fn parse(text: &str) -> Result<Vec<Version>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        version: Vec<Version>,
    }
    let table: toml::Table = toml::from_str(text).map_err(|e| format!("rules: {e}"))?;
    if table.get("version").is_some_and(toml::Value::is_str) {
        return Err("rules: this file holds one version in the old shape; begin it with \
                    [[version]], id, effective and open, as config/rules.toml does"
            .to_owned());
    }
    let File { version: versions } = toml::from_str(text).map_err(|e| format!("rules: {e}"))?;
    if versions.is_empty() || versions.len() > MAX_VERSIONS {
        return Err(format!("rules: a file holds 1 to {MAX_VERSIONS} versions"));
    }
    versions.iter().try_for_each(Version::check)?;
    let mut ids = BTreeSet::new();
    if let Some(twice) = versions.iter().find(|version| !ids.insert(version.id.as_str())) {
        return Err(format!("rules: two versions are called «{}»", twice.id));
    }
    if let Some(pair) = versions.windows(2).find(|pair| pair[0].effective >= pair[1].effective) {
        return Err(format!(
            "rules: «{}» must be in force later than «{}» above it",
            pair[1].id, pair[0].id
        ));
    }
    Ok(versions)
}

/// Chinese and English name of a rule that duties name; `None` for a deployment's own.
pub fn names(rule: &str) -> Option<(&'static str, &'static str)> {
    NEEDED.iter().find(|known| known.0 == rule).map(|known| (known.1, known.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_rules_that_cannot_be_followed_is_refused_by_its_reason() {
        let shipped = include_str!("../../config/rules.toml");
        let refused = |text: &str| parse(text).unwrap_err();
        let old = "version = \"2026.1\"\neffective = \"2026-01-01\"\n[rules]\n";
        assert!(refused(old).contains("old shape"), "{}", refused(old));
        assert!(refused("").contains("missing field"));
        assert!(refused("version = []").contains("1 to 200"));
        let table = [
            ("lift             =", "lifted =", "«lift» is missing"),
            ("id = \"2026.1\"", "id = \"2026@1\"", "an id is made of"),
            ("{ amount = 2,  unit", "{ amount = 0,  unit", "1 to 10000"),
            ("extend = 30,", "extend = 10001,", "1 to 10000"),
            ("[version.lane.danger]", "[version.lane.dangr]", "no lane «dangr»"),
            ("judge    = { amount = 2,", "judged    = { amount = 2,", "no general rule"),
            (
                "amount = 2, unit = \"hours\",",
                "amount = 2, unit = \"hours\", pause = true,",
                "pause",
            ),
            ("open = \"keep\"", "open = \"maybe\"", "maybe"),
            ("pause = true,", "paused = true,", "paused"),
        ];
        for (from, to, reason) in table {
            assert!(shipped.contains(from), "{from}");
            let found = refused(&shipped.replacen(from, to, 1));
            assert!(found.contains(reason), "{to}: {found}");
        }
        let (_, body) = shipped.split_once("[[version]]").unwrap();
        let twice = format!("{shipped}[[version]]{body}");
        assert!(refused(&twice).contains("two versions"), "{}", refused(&twice));
        let earlier = twice.replacen("\"2026.1\"", "\"2026.2\"", 1);
        assert!(refused(&earlier).contains("later than"), "{}", refused(&earlier));
    }
}
