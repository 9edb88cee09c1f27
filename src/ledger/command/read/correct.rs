//! New values for fields of an earlier entry.

use chrono::{DateTime, Utc};

use super::super::{Corrections, MAX_CORRECTIONS};
use crate::calendar::zone;
use crate::intake::fault::Why;
use crate::intake::reader::{Lines, checked};
use crate::intake::tip::{self, MAX_TEXT};
use crate::intake::{Reader, Severity};
use crate::place::Divisions;

/// Reads the map of corrections; every field that is wrong is named.
pub(super) fn corrections(
    r: &mut Reader,
    now: DateTime<Utc>,
    divisions: &Divisions,
) -> Corrections {
    let map = r.map("fields");
    let mut made = Corrections::default();
    if map.len() > MAX_CORRECTIONS {
        r.fault("fields", Why::TooMany { max: MAX_CORRECTIONS });
        return made;
    }
    for (field, value) in map {
        let path = format!("fields.{field}");
        if field == "accused_unit" && value.is_null() {
            made.lift_recusal = true;
            continue;
        }
        let Some(typed) = value.as_str() else {
            r.fault(&path, Why::WrongType("string"));
            continue;
        };
        if typed.trim().is_empty() {
            r.fault(&path, Why::Missing);
            continue;
        }
        if let Err(why) = correct_one(&mut made, &field, typed, now, divisions) {
            r.fault(&path, why);
        }
    }
    made
}

fn correct_one(
    made: &mut Corrections,
    field: &str,
    typed: &str,
    now: DateTime<Utc>,
    divisions: &Divisions,
) -> Result<(), Why> {
    match field {
        "category" => made.category = Some(tip::find_category(typed)?),
        "severity" => made.severity = Some(Severity::read(typed)?),
        "division" => made.division = Some(tip::find_division(typed, divisions)?),
        "accused_unit" => made.accused_unit = Some(tip::find_unit(typed, divisions)?),
        "occurred_on" => {
            made.texts.insert(field.to_owned(), tip::past_day(typed, now)?.to_string());
        }
        "at" => {
            let at = tip::past_instant(typed, now)?;
            made.texts.insert(field.to_owned(), zone::rfc3339(at));
        }
        _ => {
            let text = checked(typed, MAX_TEXT, Lines::Many)?.ok_or(Why::Missing)?;
            made.texts.insert(field.to_owned(), text);
        }
    }
    Ok(())
}
