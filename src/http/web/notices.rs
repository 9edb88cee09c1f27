//! Notices in plain words, for everybody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value;

use super::super::State;
use super::super::api::notices::kind;
use super::super::request::{Done, Query, done, encoded, page_of};
use super::look;
use super::site::{self, Site};
use crate::calendar::zone;
use crate::desk::draw::DrawKind;
use crate::desk::notice::{NoticeKind, fields_of};
use crate::place::Divisions;
use crate::store::Placed;

#[derive(Template)]
#[template(path = "notices.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    kinds: Vec<Tab>,
    notices: Vec<Notice>,
    next: String,
}

struct Tab {
    path: String,
    label: &'static str,
    here: bool,
}

struct Notice {
    kind: &'static str,
    at: String,
    words: String,
    facts: Vec<(&'static str, String)>,
    replay: String,
    place: Option<i64>,
    leaf: String,
}

/// `GET /notices`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let result: Done = async {
        let s = Site::of(&req, &state);
        let mut query = Query::of(&req)?;
        let chosen = kind(&mut query);
        let page = query.page();
        query.finish()?;
        let (name, after, limit) = (chosen.map(NoticeKind::name), page.after, page.limit);
        let wanted = name.map(str::to_owned);
        let read = state.desk.store.read(move |db| db.notices(wanted, after, limit + 1));
        let (rows, next) = page_of(read.await?, limit, |(row, _)| row.id.clone());
        let divisions = &state.desk.law.divisions;
        let notices = rows.iter().filter_map(|placed| notice(placed, divisions, &s)).collect();
        let next = next.map(|after| {
            let pairs = [("kind", name.unwrap_or_default()), ("after", after.as_str())];
            let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
            format!("/notices?{}", encoded(kept))
        });
        let page = Page { kinds: kinds(chosen, &s), notices, next: next.unwrap_or_default(), s };
        site::page(StatusCode::OK, &page)
    }
    .await;
    done(&req, result)
}

fn kinds(chosen: Option<NoticeKind>, s: &Site) -> Vec<Tab> {
    let all = Tab {
        path: "/notices".to_owned(),
        label: s.t("全部公告", "All notices"),
        here: chosen.is_none(),
    };
    let of = |kind: NoticeKind| Tab {
        path: format!("/notices?kind={}", kind.name()),
        label: s.lang.pick(kind.names().0, kind.names().1),
        here: chosen == Some(kind),
    };
    std::iter::once(all).chain(NoticeKind::ALL.map(of)).collect()
}

fn notice((row, place): &Placed, divisions: &Divisions, s: &Site) -> Option<Notice> {
    let kind = NoticeKind::find(&row.kind)?;
    let fields = fields_of(row);
    let said = Said { fields: &fields, divisions, s };
    let words = match kind {
        NoticeKind::DrawAnnounced => said.draw_announced(),
        NoticeKind::DrawResult => said.draw_result(),
        NoticeKind::CampaignOpened => said.campaign_opened(),
        NoticeKind::CampaignEnded => said.campaign_ended(),
        NoticeKind::ReportPublished => said.report_published(),
    };
    let replay = match kind {
        NoticeKind::DrawAnnounced | NoticeKind::DrawResult => said.text("draw"),
        _ => String::new(),
    };
    Some(Notice {
        kind: s.lang.pick(kind.names().0, kind.names().1),
        at: zone::shown(row.recorded_at()),
        words,
        facts: said.facts(kind),
        replay,
        place: *place,
        leaf: row.leaf.clone(),
    })
}

/// The fields of a notice, to be put into words.
struct Said<'a> {
    fields: &'a Value,
    divisions: &'a Divisions,
    s: &'a Site,
}

impl Said<'_> {
    fn text(&self, name: &str) -> String {
        self.fields[name].as_str().unwrap_or_default().to_owned()
    }

    fn place(&self, code: &Value) -> String {
        look::place(code.as_str().unwrap_or_default(), self.divisions)
    }

    fn draw_announced(&self) -> String {
        let kind = DrawKind::find(&self.text("kind")).map(DrawKind::names).unwrap_or_default();
        let (place, period) = (self.place(&self.fields["scope"]), self.text("period"));
        let (share, cases) = (&self.fields["share_percent"], &self.fields["cases"]);
        self.s.lang.pick(
            format!("将从{place} {period} 的{}（共 {cases} 件）中随机抽取 {share}% 复查。", kind.0),
            format!(
                "{share}% of the {cases} {} of {place}, {period}, will be drawn for a re-check.",
                kind.1
            ),
        )
    }

    fn draw_result(&self) -> String {
        let drawn = self.fields["drawn"].as_array().map_or(0, Vec::len);
        let zh = format!("抽出 {drawn} 件，由下列单位复查。");
        self.s.lang.pick(zh, format!("{drawn} were drawn; the units named check them again."))
    }

    fn campaign_opened(&self) -> String {
        let codes = self.fields["divisions"].as_array().cloned().unwrap_or_default();
        let places: Vec<String> = codes.iter().map(|code| self.place(code)).collect();
        let (name, from, to) = (self.text("name"), self.text("from"), self.text("to"));
        let text = self.text("text");
        self.s.lang.pick(
            format!("「{name}」，{}，{from} 至 {to}。{text}", places.join("、")),
            format!("“{name}”, {}, {from} to {to}. {text}", places.join(", ")),
        )
    }

    fn campaign_ended(&self) -> String {
        let name = self.text("name");
        self.s.lang.pick(format!("「{name}」提前结束。"), format!("“{name}” was ended early."))
    }

    fn report_published(&self) -> String {
        let (place, period) = (self.place(&self.fields["scope"]), self.text("period"));
        self.s.lang.pick(
            format!("{place} {period} 的统计报告已发布。"),
            format!("The report of {place}, {period}, was published."),
        )
    }

    fn facts(&self, kind: NoticeKind) -> Vec<(&'static str, String)> {
        let t = |zh, en| self.s.t(zh, en);
        let nobody = || {
            t(
                "暂无可复查单位，须由上级指定",
                "nobody is left to check it; the superior has to name a unit",
            )
            .to_owned()
        };
        match kind {
            NoticeKind::DrawAnnounced => vec![
                (t("随机种子", "Seed"), self.text("seed")),
                (t("名单指纹", "Hash of the list"), self.text("population_hash")),
                (t("台账条数", "Entries of the ledger"), self.fields["log_size"].to_string()),
            ],
            NoticeKind::DrawResult => {
                let drawn = self.fields["drawn"].as_array().cloned().unwrap_or_default();
                let one = |one: &Value| {
                    let checker = match one["checker"].is_null() {
                        true => nobody(),
                        false => self.place(&one["checker"]),
                    };
                    let case = one["case"].as_str().unwrap_or_default();
                    (t("案件", "Case"), format!("{case} → {checker}"))
                };
                drawn.iter().map(one).collect()
            }
            NoticeKind::ReportPublished => vec![
                (t("报告指纹", "Hash of the report"), self.text("sha256")),
                (t("台账条数", "Entries of the ledger"), self.fields["log_size"].to_string()),
            ],
            NoticeKind::CampaignOpened | NoticeKind::CampaignEnded => Vec::new(),
        }
    }
}
