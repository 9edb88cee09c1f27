//! Faults in what was sent: which field, why, and what to do about it, in the reader's language.

use serde::Serialize;

use crate::lang::Lang;

/// One fault in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, `informant.phone`, `officers[1]`; empty for the whole input.
    pub field: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What can be wrong with a field. Stable codes; the values sent are never repeated, for they may
/// be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Not given, or blank.
    Missing,
    /// No such field.
    UnknownField,
    /// Another JSON type is wanted; says which.
    WrongType(&'static str),
    /// More characters than allowed.
    TooLong {
        /// The most there may be.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// The fewest there may be.
        min: usize,
    },
    /// More items than allowed.
    TooMany {
        /// The most there may be.
        max: usize,
    },
    /// Fewer items than needed.
    TooFew {
        /// The fewest there may be.
        min: usize,
    },
    /// A control character or one that reverses reading.
    ControlCharacter,
    /// Not one of a list.
    NotOneOf(String),
    /// Not a code of a division.
    NotACode,
    /// No such division.
    UnknownDivision,
    /// Several divisions have the name; lists some.
    Namesakes(String),
    /// No division has the name; lists some whose names hold it.
    Perhaps(String),
    /// Not a date or time.
    BadDate,
    /// Not a time of a day.
    BadTime,
    /// After now.
    Future,
    /// Before any record could begin.
    TooEarly,
    /// A number outside its range.
    OutOfRange(&'static str),
    /// Its partner is missing.
    NeedsPartner(&'static str),
    /// Not a telephone number.
    BadPhone,
    /// Not an e-mail address.
    BadEmail,
    /// Not allowed together with the chosen mode.
    NotWithMode,
    /// Not allowed together with what was chosen in another field.
    NotWithChoice,
    /// Without a login only `web` and `app`.
    ChannelNeedsLogin,
    /// A file longer than allowed, in bytes.
    FileTooLong {
        /// The most there may be.
        max: u64,
    },
    /// A file of a kind that is not taken.
    FileType,
    /// A file without content.
    EmptyFile,
    /// A file that could not be kept just now.
    FileNotKept,
    /// Not a SHA-256 in hexadecimal.
    BadHash,
    /// No such file has been uploaded.
    UnknownFile,
    /// The check digits do not fit.
    CheckDigits,
    /// The same item stands twice.
    Repeated,
    /// Not a login name.
    BadLogin,
    /// A password built on words that anybody would try here.
    OwnWords,
    /// A password that would be guessed quickly.
    Guessable,
    /// What only one place can be wrong about: its words stand there.
    Own(&'static Wording),
}

/// A fault in words of its own: code; reason and remedy in Chinese, and in English.
#[derive(Debug, PartialEq, Eq)]
pub struct Wording {
    /// Stable code.
    pub code: &'static str,
    /// Reason and remedy in Chinese.
    pub zh: (&'static str, &'static str),
    /// Reason and remedy in English.
    pub en: (&'static str, &'static str),
}

/// Bytes of a megabyte.
const MEGABYTE: u64 = 1_048_576;

/// The earliest year of anything reported: the line's law is younger than that.
pub const EARLIEST_YEAR: i32 = 1949;

impl Fault {
    /// A fault in a field.
    pub fn new(field: impl Into<String>, why: Why) -> Fault {
        Fault { field: field.into(), why }
    }
}

/// A fault as problem documents carry it (RFC 9457 extension member `errors`).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FaultNote {
    /// Path of the field.
    pub field: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Fault {
    /// The fault in words.
    pub fn note(&self, lang: Lang) -> FaultNote {
        let (code, zh, en) = self.why.words();
        let (reason, remedy) = lang.pick(zh, en);
        FaultNote { field: self.field.clone(), code, reason, remedy }
    }
}

type Words = (String, String);

impl Why {
    /// Code; reason and remedy in Chinese; the same in English.
    fn words(&self) -> (&'static str, Words, Words) {
        fn say(
            code: &'static str,
            zh: (impl Into<String>, impl Into<String>),
            en: (impl Into<String>, impl Into<String>),
        ) -> (&'static str, Words, Words) {
            (code, (zh.0.into(), zh.1.into()), (en.0.into(), en.1.into()))
        }
        match self {
            Why::Missing => {
                say("missing", ("未填写", "请填写此项"), ("is missing", "give a value"))
            }
            Why::UnknownField => say(
                "unknown_field",
                ("没有这个字段", "请删除，或按接口文档改正字段名"),
                ("is not a field here", "remove it, or see the API document for its name"),
            ),
            Why::WrongType(wanted) => say(
                "wrong_type",
                (format!("格式不对，应为{}", in_chinese(wanted)), "请改正"),
                (format!("has the wrong type, {wanted} is wanted"), "mend it"),
            ),
            Why::TooLong { max } => say(
                "too_long",
                (format!("超过 {max} 个字"), "请缩短，或把材料作为附件上传"),
                (format!("is longer than {max} characters"), "shorten it, or attach a file"),
            ),
            Why::TooShort { min } => say(
                "too_short",
                (format!("少于 {min} 个字"), "请加长"),
                (format!("is shorter than {min} characters"), "use a longer one"),
            ),
            Why::TooMany { max } => say(
                "too_many",
                (format!("超过 {max} 项"), "请减少项数"),
                (format!("has more than {max} items"), "send fewer"),
            ),
            Why::TooFew { min } => say(
                "too_few",
                (format!("少于 {min} 项"), "请补足"),
                (format!("has fewer than {min} items"), "add what is missing"),
            ),
            Why::ControlCharacter => say(
                "control_character",
                ("含有不可见的控制字符", "请删除后重新输入"),
                ("holds an invisible control character", "remove it and type the text again"),
            ),
            Why::NotOneOf(list) => say(
                "not_one_of",
                (format!("不在可选范围：{list}"), "请从中选择"),
                (format!("is not one of: {list}"), "choose one of these"),
            ),
            Why::NotACode => say(
                "not_a_code",
                ("不是行政区划代码", "请填 2、4、6 或 9 位数字代码"),
                ("is not a division code", "give 2, 4, 6 or 9 digits"),
            ),
            Why::UnknownDivision => say(
                "unknown_division",
                ("没有这个行政区划", "请核对代码或全称；不清楚时填上一级"),
                ("is no known division", "check code or name; if unsure give the level above"),
            ),
            Why::Namesakes(list) => say(
                "namesakes",
                (format!("有多个同名行政区划：{list}"), "请写上级名称，或填代码"),
                (
                    format!("is the name of several: {list}"),
                    "add the level above, or give the code",
                ),
            ),
            Why::Perhaps(list) => say(
                "unknown_division",
                (format!("没有这个名称，是否指：{list}"), "请写全称，或填代码"),
                (format!("is no full name; perhaps: {list}"), "give the full name, or the code"),
            ),
            Why::BadDate => say(
                "bad_date",
                ("不是有效日期", "请写成 2026-11-23"),
                ("is not a date", "write it like 2026-11-23"),
            ),
            Why::BadTime => say(
                "bad_time",
                ("不是有效时间", "请写成 2026-11-23 14:30"),
                ("is not a time", "write it like 2026-11-23 14:30"),
            ),
            Why::Future => say(
                "future",
                ("晚于现在", "请填不晚于现在的日期或时间"),
                ("lies in the future", "give a date or time that is not after now"),
            ),
            Why::TooEarly => say(
                "too_early",
                (format!("早于 {EARLIEST_YEAR} 年"), "请核对年份"),
                (format!("is before {EARLIEST_YEAR}"), "check the year"),
            ),
            Why::OutOfRange(range) => say(
                "out_of_range",
                (format!("超出范围 {range}"), "请核对数值"),
                (format!("is outside {range}"), "check the number"),
            ),
            Why::NeedsPartner(other) => say(
                "needs_partner",
                (format!("须与 {other} 一起填写"), format!("请补填 {other}，或两项都不填")),
                (format!("goes together with {other}"), format!("give {other} too, or neither")),
            ),
            Why::BadPhone => say(
                "bad_phone",
                ("不是电话号码", "请只填数字、空格、+ 和 -，5 到 20 位"),
                ("is not a telephone number", "use 5 to 20 digits, spaces, + and -"),
            ),
            Why::BadEmail => say(
                "bad_email",
                ("不是电子邮件地址", "请写成 name@example.org"),
                ("is not an e-mail address", "write it like name@example.org"),
            ),
            Why::NotWithMode => say(
                "not_with_mode",
                ("与所选举报方式不符", "匿名举报请勿填身份信息，或改选保密举报"),
                (
                    "does not go with the chosen mode",
                    "leave it out of an anonymous report, or choose confidential",
                ),
            ),
            Why::NotWithChoice => say(
                "not_with_choice",
                ("与所选结果不符", "请留空，或改选结果"),
                ("does not go with the choice made", "leave it out, or choose another"),
            ),
            Why::ChannelNeedsLogin => say(
                "channel_needs_login",
                ("此渠道须登录后使用", "公众请用 web 或 app"),
                ("needs a login", "the public uses web or app"),
            ),
            Why::FileTooLong { max } => say(
                "file_too_long",
                (format!("文件超过 {} MB", max / MEGABYTE), "请压缩或分成几个文件，重新选择"),
                (format!("is larger than {} MB", max / MEGABYTE), "make it smaller, or split it"),
            ),
            Why::FileType => say(
                "file_type",
                (
                    "不接收这种文件",
                    "请用照片（jpeg、png、gif、webp）、pdf、docx、xlsx、录音（mp3、wav）、录像（mp4）、文本，或压缩成 zip",
                ),
                (
                    "is of a kind that is not taken",
                    "use jpeg, png, gif, webp, pdf, docx, xlsx, mp3, wav, mp4, text, or a zip of it",
                ),
            ),
            Why::EmptyFile => {
                say("empty_file", ("文件是空的", "请重新选择"), ("is empty", "choose another"))
            }
            Why::FileNotKept => say(
                "file_not_kept",
                ("文件暂时无法保存", "请稍后重新选择，或先不带附件提交"),
                ("could not be kept just now", "choose it again later, or send without it"),
            ),
            Why::BadHash => say(
                "bad_hash",
                ("不是 SHA-256 值", "请填上传附件时返回的 64 位十六进制数"),
                ("is not a SHA-256", "give the 64 hexadecimal digits that the upload returned"),
            ),
            Why::UnknownFile => say(
                "unknown_file",
                ("没有这个附件", "请先上传附件"),
                ("is no uploaded file", "upload the file first"),
            ),
            Why::CheckDigits => say(
                "check_digits",
                ("校验位不符", "请对照回执重新输入 16 位举报编号"),
                ("fails its check digits", "read the 16 digits from the receipt again"),
            ),
            Why::Repeated => say(
                "repeated",
                ("有重复项", "请删除重复的一项"),
                ("stands twice", "remove one of the two"),
            ),
            Why::BadLogin => say(
                "bad_login",
                ("不是有效的用户名", "请用 2 至 64 个字母、数字或 . - _"),
                ("is not a login name", "use 2 to 64 of the signs a-z A-Z 0-9 . - _"),
            ),
            Why::OwnWords => say(
                "own_words",
                ("含有容易想到的词", "请勿用用户名、单位或系统名称构成密码"),
                ("is built on words that anybody would try here", "use others"),
            ),
            Why::Guessable => say(
                "guessable",
                ("很快会被猜中", "请用几个互不相关的词"),
                ("would be guessed quickly", "use several unrelated words"),
            ),
            Why::Own(words) => say(words.code, words.zh, words.en),
        }
    }
}

/// A type's name as people read it; a form's field may have one as well as a program's.
fn in_chinese(wanted: &str) -> &str {
    match wanted {
        "string" => "文字",
        "number" => "数字",
        "whole number" => "整数",
        "boolean" => "「是」或「否」",
        "array" => "列表（array）",
        "object" => "对象（object）",
        "query" => "查询参数",
        other => other,
    }
}
