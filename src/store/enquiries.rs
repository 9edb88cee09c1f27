//! Enquiries (群众咨询): questions that are not tips.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::areas::lies_in;
use super::error::StoreError;
use super::figures::Span;
use super::schema::{enquiries, tips};
use super::session::{Reader, Tx};
use crate::clock::Instant;
use crate::place::Code;

/// An enquiry as it is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = enquiries)]
pub struct EnquiryRow {
    /// Identifier, rising with time.
    pub id: String,
    /// The unit whose desk took it in.
    pub unit: String,
    /// What it is about: a division; the unit's own where none was named.
    pub place: String,
    /// How it came in.
    pub channel: String,
    /// What it is about.
    pub category: String,
    /// The question.
    pub text: String,
    pub(super) asked_at: NaiveDateTime,
    /// Who wrote it down.
    pub asked_by: String,
    /// The answer, once there is one.
    pub answer: Option<String>,
    pub(super) answered_at: Option<NaiveDateTime>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// The tip into which it was turned; such a one has no answer of its own.
    pub tip: Option<String>,
    /// Whether a place was named.
    pub has_place: bool,
}

/// How an enquiry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnquiryState {
    /// It waits for an answer.
    Open,
    /// It was answered.
    Answered,
    /// It turned out to be a report.
    Turned,
}

impl EnquiryState {
    /// Every state.
    pub const ALL: [EnquiryState; 3] =
        [EnquiryState::Open, EnquiryState::Answered, EnquiryState::Turned];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            EnquiryState::Open => "open",
            EnquiryState::Answered => "answered",
            EnquiryState::Turned => "turned",
        }
    }
}

impl EnquiryRow {
    /// An enquiry without an answer.
    pub fn new(
        [id, unit, place, channel, category, text, asked_by]: [String; 7],
        has_place: bool,
        at: Instant,
    ) -> EnquiryRow {
        let (asked_at, answer, answered_at, answered_by) = (at.naive_utc(), None, None, None);
        EnquiryRow {
            id,
            unit,
            place,
            channel,
            category,
            text,
            asked_at,
            asked_by,
            answer,
            answered_at,
            answered_by,
            tip: None,
            has_place,
        }
    }

    /// The same with its answer.
    pub fn answered(mut self, answer: String, by: String, at: Instant) -> EnquiryRow {
        self.answer = Some(answer);
        self.answered_by = Some(by);
        self.answered_at = Some(at.naive_utc());
        self
    }

    /// When it was asked.
    pub fn asked_at(&self) -> Instant {
        self.asked_at.and_utc()
    }

    /// When it was answered.
    pub fn answered_at(&self) -> Option<Instant> {
        self.answered_at.map(|at| at.and_utc())
    }
}

/// How many enquiries were received and answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnquiryCount {
    /// Received.
    pub received: i64,
    /// Answered, whenever they were received; those that became tips are counted with the tips.
    pub answered: i64,
}

impl Reader<'_> {
    /// Enquiries of the desks within a unit's subtree, newest first, those before the identifier
    /// `after`; those that stand so, or all.
    pub fn enquiries(
        &mut self,
        unit: Code,
        state: Option<EnquiryState>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Vec<EnquiryRow>, StoreError> {
        let (low, high) = unit.text_range();
        let mut query = enquiries::table
            .filter(enquiries::unit.ge(low))
            .filter(enquiries::unit.lt(high))
            .order(enquiries::id.desc())
            .limit(limit)
            .into_boxed();
        match state {
            Some(EnquiryState::Open) => query = query.filter(enquiries::answered_at.is_null()),
            Some(EnquiryState::Answered) => query = query.filter(enquiries::answer.is_not_null()),
            Some(EnquiryState::Turned) => query = query.filter(enquiries::tip.is_not_null()),
            None => {}
        }
        if let Some(after) = after {
            query = query.filter(enquiries::id.lt(after));
        }
        Ok(query.select(EnquiryRow::as_select()).load(self.conn)?)
    }

    /// One enquiry of a desk within a unit's subtree.
    pub fn enquiry(&mut self, unit: Code, id: &str) -> Result<Option<EnquiryRow>, StoreError> {
        let (low, high) = unit.text_range();
        let found = enquiries::table
            .find(id)
            .filter(enquiries::unit.ge(low))
            .filter(enquiries::unit.lt(high))
            .select(EnquiryRow::as_select());
        Ok(found.first(self.conn).optional()?)
    }

    /// The cases of the tips into which enquiries were turned: tip and case.
    pub fn cases_of_enquiries(
        &mut self,
        rows: &[EnquiryRow],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let numbers: Vec<&String> = rows.iter().filter_map(|row| row.tip.as_ref()).collect();
        let turned = tips::table.filter(tips::number.eq_any(numbers));
        Ok(turned.select((tips::number, tips::case_no)).load(self.conn)?)
    }

    /// Enquiries about places within the scope that were received, and that were answered, in the
    /// span.
    pub fn count_enquiries(&mut self, span: &Span) -> Result<EnquiryCount, StoreError> {
        let (from, to) = (span.from.naive_utc(), span.to.naive_utc());
        let here = || enquiries::table.filter(lies_in!(enquiries::place, span.areas));
        let received =
            here().filter(enquiries::asked_at.ge(from)).filter(enquiries::asked_at.lt(to));
        let answered =
            here().filter(enquiries::answered_at.ge(from)).filter(enquiries::answered_at.lt(to));
        let answered = answered.filter(enquiries::answer.is_not_null());
        Ok(EnquiryCount {
            received: received.count().get_result(self.conn)?,
            answered: answered.count().get_result(self.conn)?,
        })
    }
}

impl Tx<'_> {
    /// Keeps an enquiry.
    pub fn keep_enquiry(&mut self, enquiry: &EnquiryRow) -> Result<(), StoreError> {
        diesel::insert_into(enquiries::table).values(enquiry).execute(self.conn)?;
        Ok(())
    }

    /// Answers an enquiry that is open; `false` where it has an answer already.
    pub fn answer_enquiry(
        &mut self,
        id: &str,
        answer: &str,
        by: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let open = enquiries::table.find(id).filter(enquiries::answered_at.is_null());
        let set = (
            enquiries::answer.eq(answer),
            enquiries::answered_at.eq(at.naive_utc()),
            enquiries::answered_by.eq(by),
        );
        Ok(diesel::update(open).set(set).execute(self.conn)? == 1)
    }

    /// Ends an enquiry that is open with the tip that it turned out to be; `false` where it has ended
    /// already.
    pub fn turn_enquiry(
        &mut self,
        id: &str,
        tip: &str,
        by: &str,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let open = enquiries::table.find(id).filter(enquiries::answered_at.is_null());
        let set = (
            enquiries::tip.eq(tip),
            enquiries::answered_at.eq(at.naive_utc()),
            enquiries::answered_by.eq(by),
        );
        Ok(diesel::update(open).set(set).execute(self.conn)? == 1)
    }
}
