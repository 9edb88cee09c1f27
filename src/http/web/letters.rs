//! How letters stand: what waits, and what was given up and may be tried anew.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::request::{Done, done, now};
use super::form::Form;
use super::site::{self, Site, see};
use crate::calendar::zone;
use crate::desk::mailbox::Lost;
use crate::store::{AuditRow, Reader, StoreError};

/// Letters given up that the page shows, latest first; it says how many there are.
const SHOWN: i64 = 100;
/// A letter that waits for longer than this points to a fault. [ours]
const LONG_WAIT_MINUTES: i64 = 10;

#[derive(Template)]
#[template(path = "letters.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    waiting: i64,
    oldest: String,
    slow: bool,
    dead: i64,
    rows: Vec<Row>,
    more: bool,
    audited: String,
    faults: i64,
    first: String,
}

struct Row {
    id: String,
    letter: &'static str,
    recipient: String,
    why: &'static str,
    at: String,
}

/// `GET /letters`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let read = |db: &mut Reader<'_>| Ok::<_, StoreError>((db.mail_state()?, db.last_audit()?));
        let (stand, audit) = state.desk.store.read(read).await?;
        let audited = audit.as_ref().and_then(AuditRow::ended_at);
        let lost = state.desk.lost_letters(SHOWN).await?;
        let row = |lost: Lost| Row {
            letter: s.t(lost.letter.0, lost.letter.1),
            recipient: lost.recipient.unwrap_or_else(|| s.t("举报人", "an informant").to_owned()),
            why: in_words(&s, &lost.why),
            at: lost.at,
            id: lost.id,
        };
        let more = i64::try_from(lost.len()).is_ok_and(|shown| shown < stand.dead);
        let rows = lost.into_iter().map(row).collect();
        let waited = stand.oldest.map(|oldest| (now(&req) - oldest).num_minutes());
        let page = Page {
            waiting: stand.waiting,
            oldest: stand.oldest.map(zone::shown).unwrap_or_default(),
            slow: waited.is_some_and(|minutes| minutes >= LONG_WAIT_MINUTES),
            dead: stand.dead,
            audited: audited.map(zone::shown).unwrap_or_default(),
            faults: audit.as_ref().map_or(0, |audit| audit.faults),
            first: audit.and_then(|audit| audit.first).unwrap_or_default(),
            rows,
            more,
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

/// `POST /letters/{id}/revive`
pub async fn revive(
    req: HttpRequest,
    state: web::Data<State>,
    id: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        Form::read(&req, payload, &state).await?;
        state.desk.revive_letter(&id).await?;
        Ok(see("/letters"))
    }
    .await;
    done(&req, result)
}

/// A class of failure, and what can be done about it.
fn in_words(s: &Site, why: &str) -> &'static str {
    match why {
        "unreachable" => s.t("连不上邮件服务器", "the mail server was not reached"),
        "tls" => s.t("加密未建立，请检查证书", "no encryption; look at the certificate"),
        "login" => s.t("邮件服务器登录失败", "the mail server wants another login"),
        "sender" => s.t("邮件服务器不接受发件人", "the mail server does not take our sender"),
        "deferred" => s.t("对方一再推迟", "put off again and again"),
        "refused" => s.t("对方拒收，请核对地址", "refused; look at the address"),
        "unclear" => s.t("已发出但未获确认", "given, but not confirmed"),
        "no_address" => s.t(
            "举报人未留可用的邮箱，请改用其他方式反馈",
            "the informant left no usable address; reply by other means",
        ),
        _ => s.t("内容无法读取", "cannot be read"),
    }
}
