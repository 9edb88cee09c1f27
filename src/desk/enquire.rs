//! Enquiries (群众咨询): somebody asks and reports nothing. They are answered and counted, apart from
//! the tips; nothing of them stands in the balance.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::receive::From;
use super::{Answer, Desk, DeskError, Once};
use crate::clock::new_id;
use crate::intake::fault::Wording;
use crate::intake::{Category, Channel, Fault, Tip, Why};
use crate::place::Code;
use crate::store::EnquiryRow;

/// Longest question and longest answer.
pub const MAX_TEXT: usize = 5_000;

/// An enquiry as an operator writes it down.
#[derive(Clone, Debug)]
pub struct NewEnquiry {
    /// How it came in.
    pub channel: Channel,
    /// What it is about; the own division where nobody says.
    pub division: Option<Code>,
    /// What it is about.
    pub category: Category,
    /// The question.
    pub text: String,
    /// The answer, where it was given at once.
    pub answer: Option<String>,
    /// The operator's unit.
    pub unit: Code,
    /// The operator.
    pub by: String,
}

/// An enquiry as staff are shown it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnquiryView {
    /// Identifier.
    pub enquiry: String,
    /// The unit whose desk took it in.
    pub unit: String,
    /// What it is about.
    pub division: String,
    /// How it came in.
    pub channel: String,
    /// What it is about.
    pub category: String,
    /// The question.
    pub text: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The answer.
    pub answer: Option<String>,
    /// When it was answered, or turned into a tip.
    pub answered_at: Option<DateTime<Utc>>,
    /// The tip that it turned out to be, by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<String>,
}

impl EnquiryView {
    /// Of a row.
    pub fn of(row: EnquiryRow) -> EnquiryView {
        EnquiryView {
            asked_at: row.asked_at(),
            answered_at: row.answered_at(),
            enquiry: row.id,
            unit: row.unit,
            division: row.place,
            channel: row.channel,
            category: row.category,
            text: row.text,
            answer: row.answer,
            tip: row.tip,
        }
    }
}

const ANSWERED: Wording = Wording {
    code: "answered_already",
    zh: ("这件咨询已经答复或转为举报", "请刷新页面查看"),
    en: ("was answered or became a tip already", "load the page anew to see it"),
};

impl Desk {
    /// Writes an enquiry down.
    pub async fn take_enquiry(
        &self,
        asked: NewEnquiry,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let desk = self.clone();
        self.store
            .write(move |tx| {
                let now = desk.clock.now();
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    let asked = asked.clone();
                    let place = asked.division.unwrap_or(asked.unit).to_string();
                    let channel = asked.channel.code().to_owned();
                    let category = asked.category.code().to_owned();
                    let by = asked.by.clone();
                    let unit = asked.unit.to_string();
                    let texts = [new_id(), unit, place, channel, category, asked.text, asked.by];
                    let mut row = EnquiryRow::new(texts, asked.division.is_some(), now);
                    if let Some(answer) = asked.answer {
                        row = row.answered(answer, by, now);
                    }
                    tx.keep_enquiry(&row)?;
                    Answer::json(201, &EnquiryView::of(row))
                })
            })
            .await
    }

    /// Takes in the tip that an enquiry of a desk within the unit's subtree turned out to be, and ends
    /// the enquiry with it, in one commit: neither is there without the other.
    pub async fn turn_enquiry(
        &self,
        id: &str,
        tip: Tip,
        (unit, by): (Code, &str),
        from: From,
        once: Option<Once>,
    ) -> Result<Answer, DeskError> {
        let desk = self.clone();
        let [id, by] = [id, by].map(str::to_owned);
        let now = self.clock.now();
        let mut offer = self.intake().offer(tip, from, now)?;
        self.store
            .write(move |tx| {
                Once::run(once.as_ref(), tx, &desk.vault, now, |tx| {
                    let row = tx.enquiry(unit, &id)?.ok_or(DeskError::NotFound)?;
                    let received = desk.intake().take_in(tx, &mut offer)?;
                    if !tx.turn_enquiry(&id, &received.tip, &by, now.max(row.asked_at()))? {
                        return Err(vec![Fault::new("enquiry", Why::Own(&ANSWERED))].into());
                    }
                    Answer::json(201, &received)
                })
            })
            .await
    }

    /// Answers an enquiry of a desk within the unit's subtree, once.
    pub async fn answer_enquiry(
        &self,
        id: &str,
        answer: &str,
        unit: Code,
        by: &str,
    ) -> Result<EnquiryView, DeskError> {
        let desk = self.clone();
        let [id, answer, by] = [id, answer, by].map(str::to_owned);
        self.store
            .write(move |tx| {
                let row = tx.enquiry(unit, &id)?.ok_or(DeskError::NotFound)?;
                let now = desk.clock.now().max(row.asked_at());
                if !tx.answer_enquiry(&id, &answer, &by, now)? {
                    return Err(vec![Fault::new("answer", Why::Own(&ANSWERED))].into());
                }
                Ok(EnquiryView::of(row.answered(answer.clone(), by.clone(), now)))
            })
            .await
    }
}
