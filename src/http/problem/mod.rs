//! Problem documents (RFC 9457): the one place that turns an error into a status.

mod files;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

pub use self::files::status_of;
use self::files::{of_file, unclean};
use super::request::lang_of;
use super::trace::RequestId;
use super::web::fault;
use crate::desk::DeskError;
use crate::desk::setup::SetupError;
use crate::desk::view::DutyView;
use crate::intake::Fault;
use crate::intake::fault::FaultNote;
use crate::lang::Lang;
use crate::ledger::refusal::Standing;
use crate::ledger::{Refusal, Role};
use crate::store::StoreError;

/// A problem, before it is put into words. Boxed: errors travel far and are rare.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    zh: String,
    en: String,
    faults: Vec<Fault>,
    refusal: Option<Refusal>,
    headers: Vec<(header::HeaderName, String)>,
}

/// A problem document.
#[derive(Serialize, ToSchema)]
pub struct ProblemDocument {
    /// `urn:hotline:problem:` and the code.
    pub r#type: String,
    /// What is wrong, and what to do.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: String,
    /// Faults by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FaultNote>,
    /// What is still owed, where that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outstanding: Option<Vec<DutyView>>,
    /// Identifier to quote when asking for help.
    pub request_id: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, zh: &str, en: &str) -> Problem {
        let (zh, en) = (zh.to_owned(), en.to_owned());
        let (faults, headers) = (Vec::new(), Vec::new());
        Problem(Box::new(Parts { status, code, zh, en, faults, refusal: None, headers }))
    }

    fn with_header(mut self, name: header::HeaderName, value: impl ToString) -> Problem {
        self.0.headers.push((name, value.to_string()));
        self
    }

    /// Not there, or not yours: the two look the same.
    pub fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", "没有找到", "not found")
    }

    /// A login is needed.
    pub fn login_needed() -> Problem {
        let (zh, en) = ("请先登录", "log in first");
        Problem::new(StatusCode::UNAUTHORIZED, "login_needed", zh, en)
            .with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// The role does not allow it.
    pub fn role(roles: &[Role]) -> Problem {
        let (zh, en): (Vec<_>, Vec<_>) = roles.iter().map(|role| role.names()).unzip();
        let zh = format!("您的角色不能使用此功能；需要：{}", zh.join("、"));
        let en = format!("your role may not use this; it takes one of: {}", en.join(", "));
        Problem::new(StatusCode::FORBIDDEN, "role_not_allowed", &zh, &en)
    }

    /// A page of another site sent this.
    pub fn foreign_page() -> Problem {
        let (zh, en) = ("请求来自其他网站，已拒绝", "the request comes from another site");
        Problem::new(StatusCode::FORBIDDEN, "foreign_page", zh, en)
    }

    /// The path knows other methods.
    pub fn method(allowed: &[&str]) -> Problem {
        let (zh, en) = ("此地址不支持该方法", "this path has no such method");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", zh, en)
            .with_header(header::ALLOW, allowed.join(", "))
    }

    /// A body that is too long.
    pub fn too_large(max: u64) -> Problem {
        let zh = format!("内容超过 {max} 字节；请缩短文字，或把材料作为附件上传");
        let en = format!("the body is longer than {max} bytes; shorten it, or upload a file");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &zh, &en)
    }

    /// A body that is not JSON.
    pub fn malformed(line: usize, column: usize) -> Problem {
        let zh = format!("不是有效的 JSON（第 {line} 行第 {column} 列）；请检查格式");
        let en = format!("not valid JSON (line {line}, column {column}); check its form");
        Problem::new(StatusCode::BAD_REQUEST, "malformed_json", &zh, &en)
    }

    /// A body that broke off.
    pub fn broken_body() -> Problem {
        let (zh, en) = ("内容没有完整收到，请重试", "the body did not arrive whole; try again");
        Problem::new(StatusCode::BAD_REQUEST, "broken_body", zh, en)
    }

    /// A body that came too slowly.
    pub fn slow_body(limit: std::time::Duration) -> Problem {
        let seconds = limit.as_secs();
        let zh = format!("内容未在 {seconds} 秒内收完，请重试");
        let en = format!("the body did not arrive within {seconds} seconds; try again");
        Problem::new(StatusCode::REQUEST_TIMEOUT, "slow_body", &zh, &en)
            .with_header(header::CONNECTION, "close")
    }

    /// An upload that came too slowly; the rate is in bytes a second.
    pub fn slow_upload(rate: u64) -> Problem {
        let zh = format!("上传过慢（低于每秒 {rate} 字节），已停止接收；请换网络后重试");
        let en = format!("the upload came at less than {rate} bytes a second; try a better line");
        Problem::new(StatusCode::REQUEST_TIMEOUT, "slow_body", &zh, &en)
            .with_header(header::CONNECTION, "close")
    }

    /// A body of another type.
    pub fn media_type(wanted: &str) -> Problem {
        let zh = format!("内容类型应为 {wanted}");
        let en = format!("the content type must be {wanted}");
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", &zh, &en)
    }

    /// A form without the token of its page.
    pub fn form_token() -> Problem {
        let zh = "页面已过期或不是本站的页面；请返回、刷新后重新提交";
        let en = "the page has run out, or is not one of ours; go back, reload it and send again";
        Problem::new(StatusCode::FORBIDDEN, "form_token", zh, en)
    }

    /// A form with too many fields.
    pub fn too_many_fields(max: usize) -> Problem {
        let zh = format!("表单超过 {max} 项");
        let en = format!("the form has more than {max} fields");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many_fields", &zh, &en)
    }

    /// A form with too many files.
    pub fn too_many_files(max: usize) -> Problem {
        let zh = format!("附件超过 {max} 个；请分次提交");
        let en = format!("there are more than {max} files; send them in parts");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many_files", &zh, &en)
    }

    /// A header that cannot be used.
    pub fn header(name: &str) -> Problem {
        let zh = format!("请求头 {name} 缺失或无效");
        let en = format!("the header {name} is missing or cannot be used");
        Problem::new(StatusCode::BAD_REQUEST, "header", &zh, &en)
    }

    /// Fields are at fault.
    pub fn faults(faults: Vec<Fault>) -> Problem {
        let (zh, en) = ("提交有误，请改正所列各项", "some fields are at fault; mend those listed");
        let mut problem = Problem::new(status_of(&faults), "invalid", zh, en);
        problem.0.faults = faults;
        problem
    }

    /// A fault of this program.
    pub fn broken() -> Problem {
        let (zh, en) = ("系统出错，未作任何改动；请稍后再试", "a fault here; nothing was changed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", zh, en)
    }

    fn unavailable() -> Problem {
        let zh = "暂时无法保存，您的内容没有收到；请稍后再试，或拨打 12336";
        let en = "nothing can be kept just now and nothing was received; try again or call 12336";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", zh, en)
            .with_header(header::RETRY_AFTER, 5)
    }

    fn refused(refusal: Refusal) -> Problem {
        let status = match refusal.standing() {
            Standing::NotAllowed => StatusCode::FORBIDDEN,
            Standing::Conflict => StatusCode::CONFLICT,
            Standing::BadField(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let (zh, en) = (refusal.words(Lang::Zh), refusal.words(Lang::En));
        let mut problem = Problem::new(status, refusal.code(), &zh, &en);
        problem.0.refusal = Some(refusal);
        problem
    }

    /// The faults of fields, where that is what is wrong.
    pub fn into_faults(self) -> Result<Vec<Fault>, Problem> {
        if self.0.faults.is_empty() { Err(self) } else { Ok(self.0.faults) }
    }

    /// Status and the faults in words, for a page that shows them beside its form.
    /// `label` is what a field is called there.
    pub fn fault_words<'a>(
        &'a self,
        lang: Lang,
        label: impl Fn(&'a str) -> &'a str,
    ) -> (StatusCode, Vec<String>) {
        let say = |fault: &'a Fault| {
            let note = fault.note(lang);
            let words = lang.pick(["：", "，"], [": ", "; "]);
            format!("{}{}{}{}{}", label(&fault.field), words[0], note.reason, words[1], note.remedy)
        };
        (self.0.status, self.0.faults.iter().map(say).collect())
    }

    /// Status and words, for a page that shows them beside its form.
    pub fn told(self, lang: Lang) -> (StatusCode, String) {
        let parts = *self.0;
        (parts.status, lang.pick(parts.zh, parts.en))
    }

    /// The answer, in the language that the request asks for: a page for people, a document for
    /// programs.
    pub fn answer(self, req: &HttpRequest) -> HttpResponse {
        let parts = *self.0;
        let lang = lang_of(req);
        let now = super::request::now(req);
        let refusal = parts.refusal.as_ref();
        let duties = refusal.and_then(|refusal| refusal.outstanding());
        let mut errors: Vec<FaultNote> = parts.faults.iter().map(|f| f.note(lang)).collect();
        if let Some(Standing::BadField(field)) = refusal.map(Refusal::standing) {
            let reason = lang.pick(parts.zh.clone(), parts.en.clone());
            let (field, remedy) = (field.to_owned(), String::new());
            errors.push(FaultNote { field, code: parts.code, reason, remedy });
        }
        let document = ProblemDocument {
            r#type: format!("urn:hotline:problem:{}", parts.code),
            title: lang.pick(parts.zh, parts.en),
            status: parts.status.as_u16(),
            code: parts.code.to_owned(),
            errors,
            outstanding: duties.map(|list| list.iter().map(|d| DutyView::of(d, now)).collect()),
            request_id: req
                .extensions()
                .get::<RequestId>()
                .map_or_else(String::new, |id| id.0.clone()),
        };
        if fault::wanted(req)
            && let Some(mut page) = fault::page(req, &document)
        {
            let headers = page.headers_mut();
            for (name, value) in parts.headers {
                if let Ok(value) = header::HeaderValue::from_str(&value) {
                    headers.insert(name, value);
                }
            }
            return page;
        }
        let mut answer = HttpResponse::build(parts.status);
        for header in parts.headers {
            answer.insert_header(header);
        }
        let body = serde_json::to_vec(&document).unwrap_or_default();
        answer.content_type("application/problem+json").body(body)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Problem {
        match error {
            DeskError::Faults(faults) => Problem::faults(faults),
            DeskError::Refused(refusal) => Problem::refused(refusal),
            DeskError::Forestalled(refusal, login) => {
                let mut problem = Problem::refused(refusal);
                problem.0.zh += &format!("（{login} 已办理）");
                problem.0.en += &format!(" ({login} has seen to it)");
                problem
            }
            DeskError::NotFound => Problem::not_found(),
            DeskError::NotYetSealed => Problem::new(
                StatusCode::NOT_FOUND,
                "not_yet_sealed",
                "已收到，正在等待写入总台账；通常几秒后即可查到，请稍后再试",
                "taken in, and waiting for its place in the log; try again in a few seconds",
            ),
            DeskError::KeyReused => Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
                "这张表单已经提交过，内容与这次不同；请重新打开表单（接口：换一个 Idempotency-Key）",
                "this form was sent before with other content; open a new one (programs: choose another \
                 Idempotency-Key)",
            ),
            DeskError::Known(number) => Problem::new(
                StatusCode::CONFLICT,
                "known_external_id",
                &format!("该 external_id 已登记，举报编号 {number}"),
                &format!("this external_id is known already, under number {number}"),
            ),
            DeskError::WrongLogin => Problem::new(
                StatusCode::UNAUTHORIZED,
                "wrong_login",
                "用户名或密码不正确",
                "login and password do not go together",
            ),
            DeskError::Throttled(seconds) => Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_tries",
                &format!("尝试过多，请 {seconds} 秒后再试"),
                &format!("too many tries; wait {seconds} seconds"),
            )
            .with_header(header::RETRY_AFTER, seconds),
            DeskError::File(error) => of_file(error),
            DeskError::Unclean(why) => unclean(why),
            DeskError::Store(error) => error.into(),
            DeskError::Seal(_) | DeskError::Unbalanced(_) | DeskError::Broken(_) => {
                tracing::error!(error = %error, "a fault in the program");
                Problem::broken()
            }
        }
    }
}

impl From<SetupError> for Problem {
    fn from(error: SetupError) -> Problem {
        match error {
            SetupError::Done => Problem::new(
                StatusCode::CONFLICT,
                "set_up_already",
                "系统已有用户，不能再次初始化；请登录，或由管理员添加账号",
                "the service has users already; log in, or ask an administrator for an account",
            ),
            SetupError::Token => Problem::new(
                StatusCode::FORBIDDEN,
                "wrong_setup_token",
                "初始化令牌不正确；请用服务最近一次启动时显示的令牌",
                "the set-up token is wrong; use the one shown when the service was last started",
            ),
            SetupError::Faults(faults) => Problem::faults(faults),
            SetupError::Desk(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        tracing::error!(error = %error, "the store failed");
        match error {
            StoreError::Unavailable(_) | StoreError::Contended | StoreError::Taken => {
                Problem::unavailable()
            }
            StoreError::Unreadable(_) | StoreError::Damaged | StoreError::Refused(_) => {
                Problem::broken()
            }
        }
    }
}
