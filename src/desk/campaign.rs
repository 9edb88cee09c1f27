//! Campaigns (专项督察): for a time, the cases of some divisions and kinds are looked at together.
//! Which cases belong to one follows from where, what and when they are; nothing is written on them.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::notice::{NoticeKind, notice};
use super::{Answer, Desk, DeskError, Once};
use crate::calendar::zone;
use crate::clock::{Instant, new_id};
use crate::intake::Category;
use crate::intake::fault::Wording;
use crate::intake::{Fault, Why};
use crate::place::{Code, Divisions, Units};
use crate::store::{CampaignFigures, CampaignRow, Reader, StoreError, Times};

/// Most divisions of one campaign.
pub const MAX_DIVISIONS: usize = 50;
/// Longest campaign, in days: three years.
const MAX_DAYS: i64 = 1_096;

/// What kinds of cases a campaign is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// All.
    Everything,
    /// Those of a field, such as `mineral`.
    Field(&'static str),
    /// Those of a category.
    Category(Category),
}

impl About {
    /// A category by its code or name, or a field by its code.
    pub fn read(typed: &str) -> Option<About> {
        let field = || Category::all().map(Category::field).find(|field| *field == typed);
        Category::read(typed).map(About::Category).or_else(|| field().map(About::Field))
    }

    fn pattern(self) -> String {
        match self {
            About::Everything => "%".to_owned(),
            About::Field(field) => format!("{field}.%"),
            About::Category(category) => category.code().to_owned(),
        }
    }

    /// As the contract has it: a category, a field, or nothing.
    pub fn code(pattern: &str) -> Option<&str> {
        let code = pattern.strip_suffix(".%").unwrap_or(pattern);
        (code != "%").then_some(code)
    }
}

/// A campaign as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// What it is called.
    pub name: String,
    /// Where: at least one, none within another.
    pub divisions: Vec<Code>,
    /// What.
    pub about: About,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// What it is about, for everybody to read.
    pub text: String,
    /// The unit that opens it.
    pub unit: Code,
    /// Who opens it.
    pub by: String,
}

/// A campaign with its divisions.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// As it is kept.
    pub row: CampaignRow,
    /// Codes of its divisions.
    pub divisions: Vec<String>,
}

impl Campaign {
    /// Its last day.
    pub fn last_day(&self) -> NaiveDate {
        last_day(self.row.until())
    }

    /// What a program is given.
    pub fn view(&self, divisions: &Divisions, now: Instant) -> Value {
        let named = |code: &String| {
            let name = code.parse().map_or_else(|_| code.clone(), |c: Code| divisions.full_name(c));
            json!({ "code": code, "name": name })
        };
        let row = &self.row;
        json!({ "campaign": row.id, "name": row.name, "unit": row.unit,
                "divisions": self.divisions.iter().map(named).collect::<Vec<_>>(),
                "category": About::code(&row.category), "text": row.text,
                "from": zone::date_of(row.since()), "to": self.last_day(),
                "ended_at": row.ended_at(), "running": self.runs(now) })
    }

    /// Whether its last day, or its early end, is over.
    pub fn is_over(&self, now: Instant) -> bool {
        self.row.until() <= now
    }

    /// Whether it runs.
    pub fn runs(&self, now: Instant) -> bool {
        self.row.since() <= now && now < self.row.until()
    }
}

/// The last day of what runs until an instant.
pub(super) fn last_day(until: Instant) -> NaiveDate {
    let last = zone::date_of(until);
    // Until the first instant of a day means to the end of the day before.
    match zone::start_of(last) == until {
        true => last.pred_opt().unwrap_or(last),
        false => last,
    }
}

impl Desk {
    /// Opens a campaign and says so in a notice.
    pub async fn open_campaign(
        &self,
        asked: NewCampaign,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let desk = self.clone();
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    check(&asked, zone::date_of(now))?;
                    let id = new_id();
                    let codes: Vec<String> = asked.divisions.iter().map(Code::to_string).collect();
                    let pattern = asked.about.pattern();
                    let fields = json!({ "campaign": id, "name": asked.name, "unit": asked.unit,
                        "divisions": codes, "category": About::code(&pattern),
                        "from": asked.from, "to": asked.to, "text": asked.text });
                    let times = Times {
                        since: zone::start_of(asked.from),
                        until: zone::start_of(asked.to.succ_opt().unwrap_or(asked.to)),
                        opened_at: now,
                    };
                    let texts = [
                        id,
                        asked.name.clone(),
                        asked.unit.to_string(),
                        pattern,
                        asked.text.clone(),
                        asked.by.clone(),
                    ];
                    let row = CampaignRow::new(texts, times);
                    tx.keep_campaign(&row, &asked.divisions)?;
                    tx.give_notice(&notice(NoticeKind::CampaignOpened, now, &fields)?)?;
                    let campaign = Campaign { row, divisions: codes };
                    Answer::json(201, &campaign.view(&desk.law.divisions, now))
                })
            })
            .await
    }

    /// Ends a campaign of a unit or one below it before its last day. One that has ended is ended.
    pub async fn end_campaign(&self, id: &str, unit: Code) -> Result<(), DeskError> {
        let (desk, id) = (self.clone(), id.to_owned());
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                let row = tx.campaign(&id)?.ok_or(DeskError::NotFound)?;
                if !row.unit.parse().is_ok_and(|opener| unit.holds(opener)) {
                    return Err(DeskError::NotFound);
                }
                if tx.end_campaign(&id, now)? {
                    let fields = json!({ "campaign": id, "name": row.name, "unit": unit });
                    tx.give_notice(&notice(NoticeKind::CampaignEnded, now, &fields)?)?;
                }
                Ok(())
            })
            .await
    }
}

/// Campaigns with their divisions.
pub fn with_divisions(
    db: &mut Reader<'_>,
    rows: Vec<CampaignRow>,
) -> Result<Vec<Campaign>, StoreError> {
    let mut of: HashMap<String, Vec<String>> = HashMap::new();
    for (campaign, division) in db.campaign_divisions(&rows)? {
        of.entry(campaign).or_default().push(division);
    }
    let with = |row: CampaignRow| {
        let divisions = of.remove(&row.id).unwrap_or_default();
        Campaign { row, divisions }
    };
    Ok(rows.into_iter().map(with).collect())
}

/// A campaign with what became of its cases at those of its divisions that lie on the asker's line:
/// below the own unit, or around it. Cases from which the unit is kept away do not count.
pub fn with_figures(
    db: &mut Reader<'_>,
    id: &str,
    unit: Code,
    units: &Units,
) -> Result<(Campaign, Vec<CampaignFigures>), DeskError> {
    let row = db.campaign(id)?.ok_or(DeskError::NotFound)?;
    let counted = db.campaign_figures(id, &units.barring(unit))?;
    let campaign = with_divisions(db, vec![row])?.pop().ok_or(DeskError::Broken("campaign"))?;
    let mine =
        |code: &&String| code.parse().is_ok_and(|code: Code| unit.holds(code) || code.holds(unit));
    let row = |division: &String| {
        let found = counted.iter().find(|row| row.division == *division).cloned();
        let (received, accepted, closed, founded) = (0, 0, 0, 0);
        let division = division.clone();
        found.unwrap_or(CampaignFigures { division, received, accepted, closed, founded })
    };
    let figures = campaign.divisions.iter().filter(mine).map(row).collect();
    Ok((campaign, figures))
}

const BACKWARDS: Wording = Wording {
    code: "backwards",
    zh: ("早于开始日期", "请核对两个日期"),
    en: ("is before the first day", "check both days"),
};
const TOO_LONG: Wording = Wording {
    code: "too_long_time",
    zh: ("超过三年", "请缩短时间"),
    en: ("is more than three years after the first day", "choose a shorter time"),
};
const WITHIN: Wording = Wording {
    code: "within_another",
    zh: ("与所列另一行政区划重叠", "请删除其中一个"),
    en: ("lies within another that is listed", "remove one of the two"),
};

const PAST: Wording = Wording {
    code: "begins_before_today",
    zh: ("早于今天：专项督察先公告、后实施", "请改为今天或以后的日期"),
    en: (
        "is before today: a campaign is announced before it begins",
        "choose today or a later day",
    ),
};

fn check(asked: &NewCampaign, today: NaiveDate) -> Result<(), DeskError> {
    let mut faults = Vec::new();
    if asked.from < today {
        faults.push(Fault::new("from", Why::Own(&PAST)));
    }
    let days = (asked.to - asked.from).num_days();
    if days < 0 {
        faults.push(Fault::new("to", Why::Own(&BACKWARDS)));
    } else if days >= MAX_DAYS {
        faults.push(Fault::new("to", Why::Own(&TOO_LONG)));
    }
    for (at, code) in asked.divisions.iter().enumerate() {
        let others = asked.divisions.iter().enumerate().filter(|(other, _)| *other != at);
        if others.into_iter().any(|(_, other)| other.holds(*code)) {
            faults.push(Fault::new(format!("divisions[{at}]"), Why::Own(&WITHIN)));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}
