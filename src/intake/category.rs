//! Statutory categories. The part before the dot is the field.
//!
//! Sources: 土地管理法 2019 arts. 74–82, 矿产资源法 2024 arts. 63–73, 城乡规划法 arts. 64–66.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A category of the taxonomy; `unknown` until judged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category(&'static str);

/// Code, Chinese, English.
const TABLE: [(&str, &str, &str); 33] = [
    ("land.transfer", "非法转让土地", "illegal transfer of land"),
    ("land.cultivated", "破坏耕地", "destroying cultivated land"),
    ("land.reclaim", "拒不复垦", "failing to reclaim"),
    ("land.occupation", "非法占地", "illegal occupation"),
    ("land.housing", "农村宅基地违法", "villagers' houses"),
    ("land.approval", "非法批地", "illegal approval"),
    ("land.compensation", "侵占挪用征地补偿", "embezzled compensation"),
    ("land.return", "拒不交还土地", "refusing to hand back land"),
    ("land.collective", "违法使用集体土地", "illegal use of collective land"),
    ("land.cheap_grant", "低价出让土地", "land granted too cheaply"),
    ("land.other", "其他土地违法", "other land matters"),
    ("mineral.exploration", "无证勘查", "exploring without a right"),
    ("mineral.mining", "非法采矿", "mining without a right or over the boundary"),
    ("mineral.strategic", "违法开采战略性矿产", "strategic minerals"),
    ("mineral.licence", "矿业权许可违法", "without licence"),
    ("mineral.destructive", "破坏性采矿", "destructive or off-plan mining"),
    ("mineral.transfer", "非法转让矿业权", "illegal transfer of mining rights"),
    ("mineral.approval", "非法批矿", "illegal approval of mining"),
    ("mineral.fees", "欠缴矿产税费", "mineral fees"),
    ("mineral.restoration", "矿区未修复", "mine not restored"),
    ("mineral.other", "其他矿产违法", "other mineral matters"),
    ("planning.permit", "违反规划许可", "building against the permit"),
    ("planning.rural", "乡村规划违法", "rural planning"),
    ("planning.temporary", "违法临时建设", "temporary structures"),
    ("planning.other", "其他规划违法", "other planning matters"),
    ("survey.other", "测绘违法", "surveying and mapping"),
    ("hazard.geological", "地质灾害隐患", "geological hazard"),
    ("outside.litigation", "应经复议诉讼仲裁", "for review, court or arbitration"),
    ("outside.staff", "反映工作人员问题", "discipline of staff"),
    ("outside.ownership", "权属与补偿纠纷", "ownership or compensation disputes"),
    ("outside.secret", "涉及国家秘密", "state secrets"),
    ("outside.other", "其他职责以外事项", "other matters outside the law"),
    ("unknown", "未归类", "no category yet"),
];

impl Category {
    /// Until a judge says otherwise.
    pub const UNKNOWN: Category = Category("unknown");

    /// Looks a code up.
    pub fn find(code: &str) -> Option<Category> {
        TABLE.iter().find(|row| row.0 == code).map(|row| Category(row.0))
    }

    /// Reads a code, or the name in either language.
    pub fn read(typed: &str) -> Option<Category> {
        let is = |row: &&(&str, &str, &str)| typed == row.0 || typed == row.1 || typed == row.2;
        TABLE.iter().find(is).map(|row| Category(row.0))
    }

    /// Every category in the order of the taxonomy.
    pub fn all() -> impl Iterator<Item = Category> {
        TABLE.iter().map(|row| Category(row.0))
    }

    /// The code in the contract.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The part before the dot.
    pub fn field(self) -> &'static str {
        self.0.split('.').next().unwrap_or(self.0)
    }

    /// The name on screen, in Chinese and in English.
    pub fn names(self) -> (&'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self.0).map_or((self.0, self.0), |row| (row.1, row.2))
    }
}

impl fmt::Debug for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Category, D::Error> {
        let code = String::deserialize(deserializer)?;
        Category::find(&code).ok_or_else(|| serde::de::Error::custom("unknown category"))
    }
}
