//! Rows of a table as tips: column names, mapping files, the identity of a row.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fault::{Fault, Why};
use super::guard;
use super::old::OldRow;
use super::text::half_width;
use super::tip::{self, TipForm};
use crate::lang::Lang;

/// The columns, with the Chinese names that headers may have.
const COLUMNS: [(&str, &[&str]); 19] = [
    ("external_id", &["编号", "原编号", "线索编号", "信件编号"]),
    ("received_at", &["收到时间", "接收时间", "举报时间", "留言时间"]),
    ("channel", &["渠道", "来源", "举报方式"]),
    ("division", &["行政区划", "区划代码", "行政区划代码"]),
    ("category", &["类别", "违法类型"]),
    ("title", &["标题", "主题"]),
    ("text", &["内容", "举报内容", "详情"]),
    ("occurred_on", &["发生日期", "违法时间"]),
    ("place_text", &["地点", "违法地点"]),
    ("lon", &["经度"]),
    ("lat", &["纬度"]),
    ("accused", &["被举报人", "被举报单位", "违法主体"]),
    ("informant_mode", &["举报人方式", "署名方式"]),
    ("informant_name", &["举报人", "举报人姓名"]),
    ("informant_phone", &["举报人电话", "联系电话"]),
    ("accepted_at", &["受理时间", "受理日期"]),
    ("disposed_at", &["处置时间", "处置日期"]),
    ("disposition", &["处置情况", "处置结果"]),
    ("closed_at", &["销号时间", "销号日期", "办结时间"]),
];

/// How the columns of a file become ours.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Our column → the header in the file.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// Our column → (value in the file → our value).
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// Our column → one value for every row.
    #[serde(default)]
    constants: BTreeMap<String, String>,
}

/// What cannot be imported at all, in words for the terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTable {
    /// The mapping is not one.
    #[error("the mapping file: {0}")]
    Mapping(String),
    /// The mapping names a column that is none of ours.
    #[error("the mapping file: «{0}» is no column; columns are: {1}")]
    NoColumn(String, String),
    /// The mapping names a header that the file lacks.
    #[error("the file has no column «{0}», which the mapping file names")]
    NoHeader(String),
    /// A header is none of ours and there is no mapping.
    #[error(
        "the file's column «{0}» is not known; rename it, or map the columns with --mapping. Columns are: {1}"
    )]
    UnknownHeader(String, String),
    /// A column that every tip needs.
    #[error("the file has no column «{0}»; add it, or set it in the mapping file's [constants]")]
    Needed(&'static str),
}

impl BadTable {
    /// The same in one language.
    pub fn words(&self, lang: Lang) -> String {
        let zh = match self {
            BadTable::Mapping(why) => format!("映射文件有误：{why}"),
            BadTable::NoColumn(name, all) => {
                format!("映射文件：没有「{name}」这一列；可用的列：{all}")
            }
            BadTable::NoHeader(name) => format!("文件没有映射文件所指的「{name}」列"),
            BadTable::UnknownHeader(name, all) => {
                format!("不认识「{name}」这一列，请改名或删去；可用的列：{all}")
            }
            BadTable::Needed(name) => {
                let zh = COLUMNS.iter().find(|column| column.0 == *name);
                let zh = zh.and_then(|column| column.1.first()).unwrap_or(name);
                format!("文件缺少「{zh}」（{name}）列，请补上")
            }
        };
        lang.pick(zh, self.to_string())
    }
}

/// The columns in their order, each with the first of its Chinese names.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    COLUMNS.iter().map(|(name, zh)| (*name, zh.first().copied().unwrap_or_default()))
}

fn names() -> String {
    COLUMNS.map(|column| column.0).join(", ")
}

fn column_of(header: &str) -> Option<&'static str> {
    let header = half_width(header).trim_start_matches('\u{feff}').to_lowercase();
    let is =
        |(name, zh): &&(&'static str, &[&str])| *name == header || zh.contains(&header.as_str());
    COLUMNS.iter().find(is).map(|column| column.0)
}

/// Whether a header means a column, by itself or by the mapping.
pub fn is_known(mapping: Option<&Mapping>, header: &str) -> bool {
    let names = |mapping: &Mapping| mapping.columns.values().any(|name| name == header.trim());
    column_of(header).is_some() || mapping.is_some_and(names)
}

impl Mapping {
    /// Reads a mapping file.
    pub fn parse(toml: &str) -> Result<Mapping, BadTable> {
        let mapping: Mapping =
            toml::from_str(toml).map_err(|e| BadTable::Mapping(e.to_string()))?;
        let named = mapping.columns.keys().chain(mapping.values.keys());
        for column in named.chain(mapping.constants.keys()) {
            if !COLUMNS.iter().any(|known| known.0 == column) {
                return Err(BadTable::NoColumn(column.clone(), names()));
            }
        }
        Ok(mapping)
    }

    /// Fits the mapping, or no mapping, to a file's header.
    pub fn layout(mapping: Option<Mapping>, header: &[String]) -> Result<Layout, BadTable> {
        let clean = |text: &str| {
            let mut name = text.trim_start_matches('\u{feff}').trim().to_owned();
            guard::bare(&mut name);
            name
        };
        let header: Vec<String> = header.iter().map(|text| clean(text)).collect();
        let mut places = BTreeMap::new();
        let mapped = mapping.is_some();
        let mapping = mapping.unwrap_or_default();
        for (column, name) in &mapping.columns {
            let place = header.iter().position(|known| known == name);
            let place = place.ok_or_else(|| BadTable::NoHeader(name.clone()))?;
            places.insert(column.clone(), place);
        }
        for (place, name) in header.iter().enumerate() {
            match column_of(name) {
                Some(column) => {
                    places.entry(column.to_owned()).or_insert(place);
                }
                None if !mapped => return Err(BadTable::UnknownHeader(name.clone(), names())),
                None => {}
            }
        }
        for needed in ["channel", "division", "text"] {
            if !places.contains_key(needed) && !mapping.constants.contains_key(needed) {
                return Err(BadTable::Needed(needed));
            }
        }
        Ok(Layout { places, mapping, width: header.len() })
    }
}

/// Where the columns of a file are.
#[derive(Clone, Debug)]
pub struct Layout {
    places: BTreeMap<String, usize>,
    mapping: Mapping,
    width: usize,
}

/// A row as a tip, unchecked but for what only imports have.
pub struct Row {
    /// The tip's form.
    pub form: TipForm,
    /// When the informant said it; now where the file does not tell.
    pub received_at: Option<DateTime<Utc>>,
    /// What an old ledger says was done about it.
    pub old: Option<OldRow>,
}

impl Layout {
    /// How many cells a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    fn cell(&self, row: &[String], column: &str) -> Option<String> {
        let raw = self.places.get(column).and_then(|place| row.get(*place)).map(|text| text.trim());
        let given = raw.filter(|text| !text.is_empty()).map(|text| {
            let known = self.mapping.values.get(column).and_then(|values| values.get(text));
            known.cloned().unwrap_or_else(|| text.to_owned())
        });
        given.or_else(|| self.mapping.constants.get(column).cloned())
    }

    /// Reads a row. `identity` names it where the file has no identifier of its own.
    pub fn read(&self, row: &[String], identity: String, now: DateTime<Utc>) -> Row {
        let mut faults = Vec::new();
        let received_at = self.cell(row, "received_at").map(|text| tip::past_instant(&text, now));
        let received_at = received_at.transpose().unwrap_or_else(|why| {
            faults.push(Fault::new("received_at", why));
            None
        });
        let old = OldRow::read(|column| self.cell(row, column), &mut faults);
        let mut form = TipForm::read(self.json(row, identity, &mut faults));
        form.faults.splice(0..0, faults);
        Row { form, received_at, old }
    }

    /// The row in the shape of the contract, so that it is read by the same reader.
    fn json(&self, row: &[String], identity: String, faults: &mut Vec<Fault>) -> Value {
        let mut fields = Map::new();
        let same = [
            "channel",
            "division",
            "category",
            "title",
            "text",
            "occurred_on",
            "place_text",
            "accused",
        ];
        for column in same {
            fields.insert(column.to_owned(), json!(self.cell(row, column)));
        }
        for column in ["lon", "lat"] {
            match self.cell(row, column).map(|text| half_width(&text).parse::<f64>()) {
                Some(Ok(number)) => {
                    fields.insert(column.to_owned(), json!(number));
                }
                Some(Err(_)) => faults.push(Fault::new(column, Why::WrongType("number"))),
                None => {}
            }
        }
        let (name, phone) = (self.cell(row, "informant_name"), self.cell(row, "informant_phone"));
        let known = name.is_some() || phone.is_some();
        let mode = self.cell(row, "informant_mode").map(|text| match text.as_str() {
            "实名" => "named".to_owned(),
            "保密" => "confidential".to_owned(),
            "匿名" => "anonymous".to_owned(),
            _ => text,
        });
        // Who gave a name and did not say how it may be used is kept confidential.
        let mode = mode.or_else(|| known.then(|| "confidential".to_owned()));
        if let Some(mode) = mode {
            fields.insert(
                "informant".to_owned(),
                json!({ "mode": mode, "name": name, "phone": phone }),
            );
        }
        let external_id = self.cell(row, "external_id").unwrap_or(identity);
        fields.insert("external_id".to_owned(), json!(external_id));
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }

    fn layout(mapping: Option<&str>, header: &[&str]) -> Result<Layout, BadTable> {
        let mapping = mapping.map(|text| Mapping::parse(text).unwrap());
        Mapping::layout(mapping, &header.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn headers_are_known_in_both_languages_and_others_are_named() {
        assert!(layout(None, &["channel", "division", "text"]).is_ok());
        assert!(layout(None, &["\u{feff}渠道", "区划代码", "内容"]).is_ok());
        let unknown = layout(None, &["channel", "division", "text", "likes"]).unwrap_err();
        assert!(unknown.to_string().contains("«likes»"));
        assert_eq!(layout(None, &["channel", "text"]).unwrap_err(), BadTable::Needed("division"));
    }

    #[test]
    fn a_mapping_renames_converts_and_fills_in() {
        let mapping = "[columns]\ntext = \"body\"\n[values.channel]\n\"打电话\" = \"phone\"\n\
                       [constants]\ndivision = \"43\"";
        let layout = layout(Some(mapping), &["渠道", "body", "likes"]).unwrap();
        let now = now();
        let row = ["打电话".to_owned(), "占地".to_owned(), "3".to_owned()];
        let form = layout.read(&row, "row-1".into(), now).form;
        assert_eq!(form.channel.as_deref(), Some("phone"));
        assert_eq!(form.division.as_deref(), Some("43"));
        assert_eq!(form.text.as_deref(), Some("占地"));
        assert_eq!(form.external_id.as_deref(), Some("row-1"));
        assert!(form.faults.is_empty());
    }

    #[test]
    fn a_row_of_an_old_ledger_tells_of_its_handling() {
        let layout = layout(None, &["channel", "division", "text", "销号日期"]).unwrap();
        let row = ["phone", "43", "占地", "2020-01-01"].map(str::to_owned);
        let read = layout.read(&row, "x".into(), now());
        assert!(read.form.faults.is_empty() && read.old.unwrap().closed.is_some());
        let row = ["phone", "43", "占地", "元旦"].map(str::to_owned);
        let form = layout.read(&row, "x".into(), now()).form;
        assert_eq!(form.faults, [Fault::new("closed_at", Why::BadTime)]);
    }
}
