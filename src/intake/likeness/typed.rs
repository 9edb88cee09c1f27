//! A tip while it is being typed: whatever can be read of it so far.

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::zone;
use crate::intake::tip::{self, Words, find_category, find_division};
use crate::intake::{Category, Fault, TipForm};
use crate::place::{Code, Divisions};

/// The parts of a tip that are compared.
pub struct Typed {
    /// Where; nothing while no division can be read.
    pub place: Option<Code>,
    /// What.
    pub category: Category,
    /// The day of the matter, or else today.
    pub on: NaiveDate,
    /// The words.
    pub words: Words,
}

impl Typed {
    /// Reads a form that nobody has sent yet. A field that is only half written is passed over; one
    /// of a wrong shape or name is a fault, as in a tip. Who reports is not looked at.
    pub fn of(
        form: TipForm,
        divisions: &Divisions,
        now: DateTime<Utc>,
    ) -> Result<Typed, Vec<Fault>> {
        if !form.faults.is_empty() {
            return Err(form.faults);
        }
        let day = form.occurred_on.as_deref().and_then(|typed| tip::past_day(typed, now).ok());
        let category = form.category.as_deref().and_then(|typed| find_category(typed).ok());
        Ok(Typed {
            place: form.division.as_deref().and_then(|typed| find_division(typed, divisions).ok()),
            category: category.unwrap_or(Category::UNKNOWN),
            on: day.unwrap_or_else(|| zone::date_of(now)),
            words: Words {
                title: form.title,
                text: form.text.unwrap_or_default(),
                place_text: form.place_text,
                accused: form.accused,
                point: tip::point(form.lon, form.lat, &mut Vec::new()),
            },
        })
    }
}
