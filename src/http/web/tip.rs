//! The public's form and what the informant takes away. Works without JavaScript and without any
//! cookie; nothing typed ever stands in an address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Value, json};

use super::super::State;
use super::super::problem::{Problem, status_of};
use super::super::request::{Done, done, guest, source};
use super::field::{Choice, Field, Input, Note, refill, summary, to_json};
use super::form::{Form, ONCE, new_once};
use super::parts;
use super::site::{self, Site};
use crate::calendar::zone;
use crate::desk::receive::From;
use crate::desk::{DeskError, Once};
use crate::intake::{TipForm, receipt, tip};
use crate::lang::Lang;
use crate::ledger::DutyKind;
use crate::store::{Scope, StoreError};

#[derive(Template)]
#[template(path = "tip.html", config = "src/askama.toml")]
struct Page {
    s: Site,
    where_: Vec<Field>,
    what: Vec<Field>,
    who: Vec<Field>,
    material: Vec<Field>,
    heading: String,
    notes: Vec<Note>,
    once: String,
}

#[derive(Template)]
#[template(path = "receipt.html", config = "src/askama.toml")]
struct Receipt {
    s: Site,
    number: String,
    code: String,
    /// The case, for staff.
    case: String,
    judged_by: String,
}

/// Why a form comes back.
pub struct Refused {
    /// Status of the page.
    pub status: StatusCode,
    /// What went wrong, above the form; empty where the form is new.
    pub heading: String,
    /// The same by field.
    pub notes: Vec<Note>,
}

impl Refused {
    /// A form that nobody has sent yet.
    pub fn not_yet() -> Refused {
        Refused { status: StatusCode::OK, heading: String::new(), notes: Vec::new() }
    }
}

/// The fields of a tip, in the order in which people tell a story: where, what, who. Files come last:
/// where one is too long the answer does not wait for what stands behind it.
pub struct Asked {
    /// Where it is.
    pub place: Vec<Field>,
    /// What happened.
    pub facts: Vec<Field>,
    /// Who reports.
    pub informant: Vec<Field>,
    /// What goes along.
    pub material: Vec<Field>,
}

impl Asked {
    /// Empty fields.
    pub fn new(lang: Lang) -> Asked {
        let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
        let facts = vec![
            Field::new("text", t("看到了什么", "What did you see"), Input::Prose(7)).hint(t(
                "谁、从什么时候开始、做了什么、占地或采矿大约多大",
                "Who, since when, doing what, and about how large",
            )),
            Field::new("title", t("标题", "Title"), Input::Line).optional(),
            Field::new("occurred_on", t("发生日期", "Day"), Input::Line).optional().hint(t(
                "如 2026-11-23；记不清可不填，写在事实里",
                "Such as 2026-11-23; if unsure leave it out and tell it above",
            )),
            Field::new("accused", t("被举报的单位或个人", "Who is accused"), Input::Line)
                .optional()
                .hint(t(
                    "如举报的是主管部门，请写单位全称，以便让其回避",
                    "If it is a bureau, give its full name, so that it can be kept away",
                )),
            Field::new("danger", t("是否危及生命财产安全", "Is life or property in danger?"), Input::Radio)
                .choices([("no", t("否", "no")), ("yes", t("是，情况紧急", "yes, it is urgent"))])
                .filled("no")
                .truth()
                .hint(t(
                    "如滑坡、塌陷、矿井险情；正在发生险情请先拨打 110、119",
                    "A landslide, a collapse, a mine in danger; where it is happening now call 110 or 119 first",
                )),
        ];
        Asked { place: place(lang), facts, informant: informant(lang), material: material(lang) }
    }

    /// All of them.
    pub fn all(&mut self) -> impl Iterator<Item = &mut Vec<Field>> {
        [&mut self.place, &mut self.facts, &mut self.informant, &mut self.material].into_iter()
    }

    /// The same as one list.
    fn flat(&self) -> Vec<Field> {
        [&self.place, &self.facts, &self.informant, &self.material]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// The JSON of a tip, as a program would send it.
    pub fn json(&self, form: &Form) -> Value {
        to_json(&self.flat(), form)
    }

    /// Puts back what was typed, with what is wrong beside each field, for a page whose form has
    /// this name. Whatever went wrong: what somebody wrote stays on the screen (U14).
    pub fn refused(&mut self, name: &str, form: &Form, error: DeskError, lang: Lang) -> Refused {
        let t = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
        let (status, heading, faults) = match error {
            DeskError::Faults(faults) => {
                let zh = "提交有误，请改正标出的各项；已填内容都还在";
                let heading = t(zh, "Some fields are at fault; what you wrote is still here");
                (status_of(&faults), heading, faults)
            }
            other => {
                let (status, words) = Problem::from(other).told(lang);
                (status, words, Vec::new())
            }
        };
        self.all().for_each(|fields| refill(fields, form, &faults, lang));
        let notes = summary(name, &self.flat(), &faults, lang);
        Refused { status, heading, notes }
    }
}

fn place(lang: Lang) -> Vec<Field> {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    vec![
        Field::new("division", t("在哪个省、市、县", "Province, city or county"), Input::Division)
            .hint(t(
                "写名称或代码，如 湖南省长沙县、430121；不清楚时写到市即可",
                "Name or code, such as 湖南省长沙县 or 430121; the city will do",
            )),
        Field::new("place_text", t("具体地点", "The place in words"), Input::Line).optional().hint(
            t("乡镇、村组、路口、附近的标志物", "Township, village, crossing, what is nearby"),
        ),
    ]
}

fn informant(lang: Lang) -> Vec<Field> {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let choice = |value: &str, zh: (&str, &str), en: (&str, &str)| {
        let (label, hint) = lang.pick(zh, en);
        Choice { value: value.to_owned(), label: label.to_owned(), hint: hint.to_owned() }
    };
    let mut mode =
        Field::new("informant.mode", t("您希望怎样举报", "How to be known"), Input::Radio)
            .filled("anonymous");
    mode.choices = vec![
        choice(
            "anonymous",
            ("匿名", "不留姓名和联系方式；凭编号和查询码在网上看答复"),
            ("Anonymous", "no name, no contact; you read the answer here with number and code"),
        ),
        choice(
            "confidential",
            (
                "保密",
                "姓名和电话加密封存，不写入案件；话务员为答复您查看一次就登记一次，您可以查到次数",
            ),
            (
                "Confidential",
                "sealed and no part of the case; each look, made to answer you, is recorded and you can count them",
            ),
        ),
        choice(
            "named",
            ("实名", "表示您愿意具名；姓名和联系方式同样加密封存，查看须登记"),
            ("Named", "you are willing to be named; name and contact are sealed all the same"),
        ),
    ];
    vec![
        mode,
        Field::new("informant.name", t("姓名", "Name"), Input::Line).optional().hint(t(
            "实名举报必填；匿名举报请勿填写以下三项",
            "Needed if you are willing to be named; leave all three empty to stay anonymous",
        )),
        Field::new("informant.phone", t("电话", "Telephone"), Input::Line).optional(),
        Field::new("informant.email", t("电子邮件", "E-mail"), Input::Line).optional(),
    ]
}

fn material(lang: Lang) -> Vec<Field> {
    let label = lang.pick("照片、视频、文件", "Photographs, films, documents");
    let files = Field::new("files", label, Input::Files).optional();
    vec![files.hint(lang.pick(
        "可选多个：照片（jpeg、png）、pdf、docx、xlsx、录音（mp3、wav）、录像（mp4），或压缩成 zip；原件密封保存",
        "Several at once: jpeg, png, pdf, docx, xlsx, mp3, wav, mp4, or a zip; kept sealed",
    ))]
}

/// `GET /tip`
pub async fn ask(req: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let s = Site::of(&req, &state);
    let asked = Asked::new(s.lang);
    done(&req, page(s, asked, Refused::not_yet(), new_once()))
}

fn page(s: Site, asked: Asked, refused: Refused, once: String) -> Done {
    let Asked { place, facts, informant, material } = asked;
    let Refused { status, heading, notes } = refused;
    let page =
        Page { s, where_: place, what: facts, who: informant, material, heading, notes, once };
    site::page(status, &page)
}

/// `POST /tip`
pub async fn send(
    req: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> HttpResponse {
    let result: Done = async {
        let form = parts::with_evidence(&req, payload, &state).await?;
        let s = Site::of(&req, &state);
        let mut asked = Asked::new(s.lang);
        let mut value = asked.json(&form);
        value["channel"] = json!("web");
        let from = From::Public { source: source(&req, &state) };
        let way = Way { from, enquiry: None };
        match receive(&req, &state, value, &form, way).await {
            Ok(taken) => receipt_page(&state, s, &taken, false).await,
            Err(error) => {
                let refused = asked.refused("tip", &form, error, s.lang);
                let once = form.get(ONCE).map_or_else(new_once, str::to_owned);
                page(s, asked, refused, once)
            }
        }
    }
    .await;
    done(&req, result)
}

/// By which way a tip comes to a page.
pub struct Way<'a> {
    /// From whom.
    pub from: From,
    /// The enquiry that it ends.
    pub enquiry: Option<&'a str>,
}

/// Takes a tip in from a page: the same check, the same verb as behind the API.
pub async fn receive(
    req: &HttpRequest,
    state: &State,
    value: Value,
    form: &Form,
    Way { from, enquiry }: Way<'_>,
) -> Result<Value, DeskError> {
    if form.cut {
        return Err(form.faults.clone().into());
    }
    let desk = &state.desk;
    let who = guest(req);
    let name = who.as_ref().map_or("public", |who| who.user.as_str());
    let once = form
        .get(ONCE)
        .map(|key| Once::new(&desk.vault, name, req.path(), key, value.to_string().as_bytes()));
    let staff = matches!(from, From::Staff(_));
    let ground = tip::Ground { divisions: &desk.law.divisions, now: desk.clock.now(), staff };
    let checked = tip::check(TipForm::read(value), &ground);
    let mut faults = form.faults.clone();
    let tip = match checked {
        Ok(tip) if faults.is_empty() => tip,
        Ok(_) => return Err(faults.into()),
        Err(more) => {
            faults.extend(more);
            return Err(faults.into());
        }
    };
    let answer = match (enquiry, &who) {
        (Some(id), Some(who)) => {
            desk.turn_enquiry(id, tip, (who.unit, &who.user), from, once).await?
        }
        _ => desk.receive(tip, from, once).await?,
    };
    serde_json::from_slice(&answer.body).map_err(|_| DeskError::Broken("receipt"))
}

/// What the informant takes away: number and code, shown this once, and what comes next.
pub async fn receipt_page(state: &State, s: Site, taken: &Value, staff: bool) -> Done {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // As the case keeps it: what is dangerous is judged sooner.
    let case = text(&taken["case"]);
    let judged = state.desk.store.read(move |db| {
        let Some(row) = db.case(&Scope::service(), &case)? else { return Ok(None) };
        let mut duties = db.duties(&row)?.into_iter();
        let judge = duties.find(|duty| duty.kind == DutyKind::Judge.name());
        Ok::<_, StoreError>(judge.and_then(|duty| duty.due_at()))
    });
    let judged = judged.await?;
    let page = Receipt {
        number: receipt::spoken(&text(&taken["receipt"]["number"])),
        code: text(&taken["receipt"]["code"]),
        case: if staff { text(&taken["case"]) } else { String::new() },
        judged_by: judged.map(zone::shown_due).unwrap_or_default(),
        s,
    };
    if page.code.is_empty() {
        return Err(Problem::broken());
    }
    site::page(StatusCode::CREATED, &page)
}
