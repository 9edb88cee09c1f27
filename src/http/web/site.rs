//! What every page shows around its content: language, who is logged in, the way around.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::super::State;
use super::super::problem::Problem;
use super::super::request::{guest, lang_of};
use super::assets;
use crate::desk::enter::Principal;
use crate::lang::Lang;
use crate::ledger::Role;

/// The frame of a page.
pub struct Site {
    /// The reader's language.
    pub lang: Lang,
    /// Who is logged in.
    pub who: Option<Badge>,
    /// Token for the forms on this page.
    pub token: String,
    /// This page's path, to come back to after the language was changed; never its query. Empty
    /// where the page answers a form: its path may not be opened, or what it shows is shown once.
    pub path: String,
    /// Whether the cases are made up.
    pub synthetic: bool,
    /// The way around, for whoever is logged in.
    pub ways: Vec<Way>,
    /// How far the log is sealed, on pages for the public: whoever keeps one has a copy of its head.
    pub sealed: Option<Sealed>,
}

/// The head of the log in short.
pub struct Sealed {
    /// How many entries.
    pub size: i64,
    /// The first digits of the root.
    pub root: String,
}

/// Digits of a root that are shown where it stands in short: 64 bits.
const SHORT_ROOT: usize = 16;

/// Who is logged in, as the head of a page says it.
pub struct Badge {
    /// Login name.
    pub login: String,
    /// The unit by name.
    pub unit: String,
}

/// One way in the navigation.
pub struct Way {
    /// Where it leads.
    pub path: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether this page lies there.
    pub here: bool,
}

/// Path, Chinese, English, and the roles that find something there; everybody where none is named.
const WAYS: [(&str, &str, &str, &[Role]); 12] = [
    ("/call", "登记来电", "Log a call", LOGGING),
    ("/cases", "案件", "Cases", super::super::routes::READERS),
    ("/holds", "暂存线索", "Held tips", super::super::routes::SORTING),
    ("/enquiries", "群众咨询", "Enquiries", super::super::routes::SORTING),
    ("/supervision", "督办", "Supervision", &[Role::Supervisor]),
    ("/campaigns", "专项督察", "Campaigns", &[]),
    ("/draws", "随机抽查", "Draws", &[Role::Supervisor]),
    ("/reports", "统计报告", "Reports", &[]),
    ("/due", "期限推算", "Due dates", &[]),
    ("/coverage", "乡镇覆盖", "Coverage", LEADING),
    ("/import", "批量导入", "Import", LOGGING),
    ("/letters", "邮件", "Letters", super::super::routes::KEEPING),
];
/// Those who see to it that the line reaches everywhere; others find the page by its address.
const LEADING: &[Role] = &[Role::Supervisor, Role::Analyst, Role::Admin];
/// Those who log tips.
pub const LOGGING: &[Role] = super::super::api::tips::LOGGING;

impl Site {
    /// The frame for a request.
    pub fn of(req: &HttpRequest, state: &State) -> Site {
        let (lang, who) = (lang_of(req), guest(req));
        let path = if req.method().is_safe() { req.path().to_owned() } else { String::new() };
        let divisions = &state.desk.law.divisions;
        let badge = |who: &Principal| Badge {
            login: who.login.clone(),
            unit: divisions.full_name(who.unit),
        };
        let head = if who.is_none() { state.desk.head_seen() } else { None };
        Site {
            lang,
            ways: who.as_ref().map(|who| ways(who, lang, req.path())).unwrap_or_default(),
            token: state.desk.form_token(who.as_ref()),
            who: who.as_ref().map(badge),
            path,
            sealed: head.map(|head| Sealed {
                size: head.size,
                root: head.root.chars().take(SHORT_ROOT).collect(),
            }),
            synthetic: state.synthetic,
        }
    }

    /// Picks the wording for the reader.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// The language of the page, for its `lang` attribute.
    pub fn code(&self) -> &'static str {
        self.lang.pick("zh-CN", "en")
    }

    /// The address of a file beside the pages; it changes with the file's content.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

fn ways(who: &Principal, lang: Lang, path: &str) -> Vec<Way> {
    let open = |roles: &[Role]| roles.is_empty() || who.roles.iter().any(|r| roles.contains(r));
    let way = |(to, zh, en, _): &(&'static str, &'static str, &'static str, &[Role])| Way {
        path: to,
        label: lang.pick(zh, en),
        here: path == *to || path.strip_prefix(to).is_some_and(|rest| rest.starts_with('/')),
    };
    WAYS.iter().filter(|way| open(way.3)).map(way).collect()
}

/// A page as an answer.
pub fn page(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Problem> {
    let html = template.render().map_err(|_| Problem::broken())?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// On to another page of ours, after something was done.
pub fn see(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", path)).finish()
}

/// The frame where the state may be missing, which only a fault in the program brings about.
pub fn frame(req: &HttpRequest) -> Option<Site> {
    req.app_data::<web::Data<State>>().map(|state| Site::of(req, state))
}
