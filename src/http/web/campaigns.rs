//! Campaigns (专项督察): the list, the form that opens one, and one with its figures.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::State;
use super::super::api::campaigns::{known, read};
use super::super::problem::Problem;
use super::super::request::{Done, Query, done, encoded, page_of, staff};
use super::acts::categories;
use super::field::{Field, Input, to_json};
use super::form::Form;
use super::look;
use super::sheet::{Sheet, once_of};
use super::site::{self, Site, see};
use crate::calendar::zone;
use crate::desk::campaign::{About, Campaign, with_divisions, with_figures};
use crate::desk::enter::Principal;
use crate::ledger::Role;
use crate::place::Code;
use crate::store::CampaignFigures;

#[derive(Template)]
#[template(path = "campaigns.html", config = "src/askama.toml")]
struct List {
    s: Site,
    sheet: Sheet,
    may_open: bool,
    rows: Vec<Row>,
    next: String,
}

#[derive(Template)]
#[template(path = "campaign.html", config = "src/askama.toml")]
struct One {
    s: Site,
    row: Row,
    text: String,
    unit: String,
    may_end: bool,
    reads_cases: bool,
    figures: Vec<Figures>,
    total: CampaignFigures,
}

struct Row {
    id: String,
    name: String,
    places: String,
    about: String,
    from: String,
    to: String,
    /// Whether it is still to come, runs or is over, in words.
    state: &'static str,
}

struct Figures {
    place: String,
    of: CampaignFigures,
}

/// A field of categories by its code.
fn field_name(code: &str, s: &Site) -> String {
    let (zh, en) = match code {
        "land" => ("土地", "land"),
        "mineral" => ("矿产", "minerals"),
        "planning" => ("规划", "planning"),
        "survey" => ("测绘", "surveying"),
        "hazard" => ("地质灾害", "hazards"),
        _ => ("职责以外", "outside"),
    };
    s.t(zh, en).to_owned()
}

fn row(campaign: &Campaign, state: &State, s: &Site) -> Row {
    let (kept, now) = (&campaign.row, state.desk.clock.now());
    let places: Vec<String> = campaign
        .divisions
        .iter()
        .map(|code| look::place(code, &state.desk.law.divisions))
        .collect();
    Row {
        id: kept.id.clone(),
        name: kept.name.clone(),
        places: places.join(s.t("、", ", ")),
        about: match About::code(&kept.category) {
            None => s.t("全部类别", "every category").to_owned(),
            Some(code) if code.contains('.') => look::category(code, s.lang),
            Some(code) => field_name(code, s),
        },
        from: zone::date_of(kept.since()).to_string(),
        to: campaign.last_day().to_string(),
        state: match (campaign.runs(now), campaign.is_over(now)) {
            (true, _) => s.t("进行中", "running"),
            (_, true) => s.t("已结束", "over"),
            _ => s.t("未开始", "not begun"),
        },
    }
}

fn fields(who: &Principal, s: &Site) -> Vec<Field> {
    const FIELDS: [&str; 5] = ["land", "mineral", "planning", "survey", "hazard"];
    let whole =
        FIELDS.map(|code| (code, format!("{}{}", field_name(code, s), s.t("（全部）", " (all)"))));
    let single = categories(s.lang).map(|(code, name)| (code, name.to_owned()));
    vec![
        Field::new("name", s.t("名称", "Name"), Input::Line),
        Field::new("divisions", s.t("行政区划", "Divisions"), Input::Lines)
            .filled(who.unit.to_string())
            .hint(s.t(
                "每行一个名称或代码，限本级及下级",
                "One name or code a line, your own or below",
            )),
        Field::new("category", s.t("类别", "Category"), Input::Menu)
            .optional()
            .choices(whole.into_iter().chain(single)),
        Field::new("from", s.t("开始日期", "First day"), Input::Line).hint("2026-12-01"),
        Field::new("to", s.t("结束日期", "Last day"), Input::Line).hint("2027-02-28"),
        Field::new("text", s.t("说明（公开）", "What it is about (public)"), Input::Prose(3)),
    ]
}

fn is_supervisor(who: &Principal) -> bool {
    who.roles.contains(&Role::Supervisor)
}

/// `GET /campaigns`
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

/// `POST /campaigns`: opens one.
pub async fn open(
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
            Ok(asked) => state.desk.open_campaign(asked, once).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        match made {
            Ok(_) => Ok(see("/campaigns")),
            Err(problem) => {
                let sheet = Sheet::refused("campaign", fields, &form, problem, s.lang)?;
                page(&req, &state, s, sheet).await
            }
        }
    }
    .await;
    done(&req, result)
}

async fn page(req: &HttpRequest, state: &State, s: Site, sheet: Sheet) -> Done {
    let may_open = is_supervisor(&staff(req)?);
    let mut query = Query::of(req)?;
    let asked = query.page();
    query.finish()?;
    let (after, limit) = (asked.after, asked.limit);
    let read = state.desk.store.read(move |db| {
        let rows = db.campaigns(after.as_deref(), limit + 1)?;
        with_divisions(db, rows)
    });
    let (all, next) = page_of(read.await?, limit, |one| one.row.id.clone());
    let rows = all.iter().map(|one| row(one, state, &s)).collect();
    let next =
        next.map(|after| format!("/campaigns?{}", encoded([("after", &*after)].into_iter())));
    let status = sheet.status;
    site::page(status, &List { sheet, may_open, rows, next: next.unwrap_or_default(), s })
}

/// `GET /campaigns/{campaign}`
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    campaign: web::Path<String>,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        let s = Site::of(&req, &state);
        let (id, unit) = (known(&campaign)?, who.unit);
        let desk = state.desk.clone();
        let read = state
            .desk
            .store
            .read(move |db| with_figures(db, &id, unit, desk.law.units(desk.clock.now())));
        let (campaign, counted) = read.await?;
        let divisions = &state.desk.law.divisions;
        let opener = campaign.row.unit.parse::<Code>();
        let total = |of: fn(&CampaignFigures) -> i64| counted.iter().map(of).sum();
        let page = One {
            row: row(&campaign, &state, &s),
            text: campaign.row.text.clone(),
            unit: look::place(&campaign.row.unit, divisions),
            may_end: is_supervisor(&who)
                && opener.is_ok_and(|opener| unit.holds(opener))
                && state.desk.clock.now() < campaign.row.until(),
            reads_cases: who.roles.iter().any(|role| role.reads_cases()),
            total: CampaignFigures {
                division: String::new(),
                received: total(|row| row.received),
                accepted: total(|row| row.accepted),
                closed: total(|row| row.closed),
                founded: total(|row| row.founded),
            },
            figures: counted
                .into_iter()
                .map(|of| Figures { place: look::place(&of.division, divisions), of })
                .collect(),
            s,
        };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

/// `POST /campaigns/{campaign}/end`
pub async fn end(
    req: HttpRequest,
    state: web::Data<State>,
    campaign: web::Path<String>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let who = staff(&req)?;
        Form::read(&req, payload, &state).await?;
        let id = known(&campaign)?;
        state.desk.end_campaign(&id, who.unit).await?;
        Ok(see(&format!("/campaigns/{id}")))
    }
    .await;
    done(&req, result)
}
