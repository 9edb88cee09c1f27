//! Why a file cannot be read as a table, in the reader's language. Texts repeat nothing from inside
//! the file.

use std::fmt;

use super::{MAX_COLUMNS, MAX_FILE, MAX_ROW, MAX_ROWS, MAX_UNPACKED};
use crate::lang::Lang;

const MIB: u64 = 1024 * 1024;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSheet {
    /// The machine cannot read it, with what it says.
    Unreadable(String),
    /// More bytes than [`MAX_FILE`].
    LargeFile,
    /// Holds nothing.
    Empty,
    /// Neither UTF-8 nor GB18030.
    Encoding,
    /// Called a workbook and is none, or is damaged.
    Broken,
    /// A password protects it.
    Protected,
    /// A workbook of before 2007.
    OldFormat,
    /// Unpacks to more than [`MAX_UNPACKED`]: pictures, or a bomb.
    Unpacked,
    /// Several sheets have a header that is known.
    SeveralSheets,
    /// More columns than [`MAX_COLUMNS`].
    Wide,
    /// More rows than [`MAX_ROWS`].
    Long,
    /// A row longer than [`MAX_ROW`], by its number.
    LongRow(u64),
}

impl BadSheet {
    pub(super) fn unreadable(error: std::io::Error) -> BadSheet {
        BadSheet::Unreadable(error.to_string())
    }

    /// What is wrong, and what to do.
    pub fn words(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            BadSheet::Unreadable(why) => {
                (format!("文件无法读取：{why}"), format!("the file cannot be read: {why}"))
            }
            BadSheet::LargeFile => (
                format!("文件超过 {} MiB；请拆分后再导入", MAX_FILE / MIB),
                format!("the file is larger than {} MiB; split it", MAX_FILE / MIB),
            ),
            BadSheet::Empty => (
                "表中没有内容；第一行应为表头".to_owned(),
                "the sheet is empty; its first row must be the header".to_owned(),
            ),
            BadSheet::Encoding => (
                "文件编码既不是 UTF-8 也不是 GB18030；请另存为 CSV（UTF-8）".to_owned(),
                "the file is neither UTF-8 nor GB18030; save it as CSV (UTF-8)".to_owned(),
            ),
            BadSheet::Broken => (
                "工作簿已损坏，或不是 XLSX 文件；请用表格软件打开后重新另存为 XLSX 或 CSV"
                    .to_owned(),
                "the workbook is damaged or is no XLSX file; open it in a spreadsheet program and \
                 save it again as XLSX or CSV"
                    .to_owned(),
            ),
            BadSheet::Protected => (
                "工作簿有密码保护；请取消密码后再导入".to_owned(),
                "the workbook is protected by a password; remove the password first".to_owned(),
            ),
            BadSheet::OldFormat => (
                "这是旧版格式（.xls）；请另存为 XLSX 或 CSV".to_owned(),
                "this is an old format (.xls); save it as XLSX or CSV".to_owned(),
            ),
            BadSheet::Unpacked => (
                format!(
                    "工作簿解压后超过 {} MiB，或部件过大；请删除图片，或另存为 CSV",
                    MAX_UNPACKED / MIB
                ),
                format!(
                    "the workbook unpacks to more than {} MiB, or a part of it is too large; \
                     remove pictures, or save it as CSV",
                    MAX_UNPACKED / MIB
                ),
            ),
            BadSheet::SeveralSheets => (
                "有多个工作表带有可识别的表头；请只保留一个，或把它放在最前".to_owned(),
                "several sheets have a header that is known; keep one, or put it first".to_owned(),
            ),
            BadSheet::Wide => (
                format!("表格超过 {MAX_COLUMNS} 列；请删除多余的列"),
                format!("the sheet has more than {MAX_COLUMNS} columns; remove those not needed"),
            ),
            BadSheet::Long => (
                format!("文件超过 {MAX_ROWS} 行或文字过多；请拆分后再导入"),
                format!("the file has more than {MAX_ROWS} rows or too much text; split it"),
            ),
            BadSheet::LongRow(row) => (
                format!("第 {row} 行超过 {MAX_ROW} 字节；请检查是否缺少引号"),
                format!("row {row} is longer than {MAX_ROW} bytes; look for a missing quote"),
            ),
        };
        lang.pick(zh, en)
    }
}

/// Both languages, for the terminal.
impl fmt::Display for BadSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.words(Lang::En), self.words(Lang::Zh))
    }
}

impl std::error::Error for BadSheet {}
