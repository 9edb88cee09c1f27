//! Draws: what was drawn, and the form that announces one.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::draws::read;
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::field::{Field, Input, to_json};
use super::form::Form;
use super::look;
use super::sheet::{Sheet, once_of};
use super::site::{self, Site, see};
use crate::calendar::zone;
use crate::desk::DeskError;
use crate::desk::draw::{DrawKind, unchecked};
use crate::desk::enter::Principal;
use crate::store::DrawRow;

#[derive(Template)]
#[template(path = "draws.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    sheet: Sheet,
    rows: Vec<Row>,
    next: String,
}

struct Row {
    id: String,
    kind: &'static str,
    period: String,
    scope: String,
    share: i32,
    cases: usize,
    at: String,
    drawn: bool,
    /// Drawn cases that no unit can check.
    unchecked: usize,
}

fn fields(who: &Principal, s: &Site) -> Vec<Field> {
    let kinds = DrawKind::ALL.map(|kind| {
        let (zh, en) = kind.names();
        (kind.name(), s.lang.pick(zh, en))
    });
    vec![
        Field::new("kind", s.t("抽查什么", "What is drawn from"), Input::Menu)
            .choices(kinds)
            .filled(DrawKind::Closed.name()),
        Field::new("period", s.t("期间", "Period"), Input::Line).hint(s.t(
            "已经结束的期间，如 2026-10、2026-Q3、2026-10-01..2026-10-15",
            "One that is over, such as 2026-10, 2026-Q3 or 2026-10-01..2026-10-15",
        )),
        Field::new("scope", s.t("范围", "Scope"), Input::Division)
            .filled(who.unit.to_string())
            .hint(s.t("本单位或下级行政区划", "Your own division or one below")),
        Field::new("share_percent", s.t("比例（%）", "Share (%)"), Input::Line)
            .whole()
            .filled("5")
            .hint(s.t("1 至 100，向上取整", "1 to 100, rounded up")),
    ]
}

/// `GET /draws`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let s = Site::of(&req, &state);
        let sheet = Sheet::blank(fields(&who, &s));
        page(&req, &state, s, sheet).await
    }
    .await;
    done(&req, result)
}

/// `POST /draws`: announces one.
pub async fn announce(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let form = Form::read(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let fields = fields(&who, &s);
        let value = to_json(&fields, &form);
        let once = once_of(&req, &state, &who, &form, &value);
        let made = match read(value, &who, &state) {
            Ok(asked) => state.desk.announce_draw(asked, once).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        match made {
            Ok(_) => Ok(see("/draws")),
            Err(problem) => {
                let sheet = Sheet::refused("draw", fields, &form, problem, s.lang)?;
                page(&req, &state, s, sheet).await
            }
        }
    }
    .await;
    done(&req, result)
}

async fn page(req: &HttpRequest, state: &State, s: Site, sheet: Sheet) -> Done {
    let mut query = Query::of(req)?;
    let asked = query.page();
    query.finish()?;
    let (after, limit) = (asked.after, asked.limit);
    let read = state.desk.store.read(move |db| {
        let rows = db.draws(after.as_deref(), limit + 1)?;
        let with = |row: DrawRow| unchecked(db, &row).map(|unchecked| (row, unchecked));
        rows.into_iter().map(with).collect::<Result<Vec<_>, DeskError>>()
    });
    let (rows, next) = page_of(read.await?, limit, |(row, _)| row.id.clone());
    let row = |(row, unchecked): (DrawRow, usize)| Row {
        unchecked,
        kind: DrawKind::find(&row.kind)
            .map_or("", |kind| s.lang.pick(kind.names().0, kind.names().1)),
        scope: look::place(&row.scope, &state.desk.law.divisions),
        share: row.share_percent,
        cases: row.population.lines().count(),
        at: zone::shown(row.draw_at()),
        drawn: row.result.is_some(),
        period: row.period,
        id: row.id,
    };
    let rows = rows.into_iter().map(row).collect();
    let next = next.map(|after| format!("/draws?{}", encoded([("after", &*after)].into_iter())));
    let status = sheet.status;
    site::page(status, &Page { sheet, rows, next: next.unwrap_or_default(), s })
}
