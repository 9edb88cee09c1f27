//! One informant's words, checked.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::category::Category;
use super::channel::Channel;
use super::fault::{EARLIEST_YEAR, Fault, Why};
pub use super::lookup::{find_category, find_division, find_unit};
use super::reader::Reader;
use super::severity::Severity;
use super::text::half_width;
use crate::calendar::zone;
use crate::place::{Code, Divisions};

/// Most characters of the account itself; the longest real message seen has 7,000.
pub const MAX_TEXT: usize = 20_000;
/// Most characters of a title.
pub const MAX_TITLE: usize = 100;
/// Most characters of a description of a place, or of who is accused.
pub const MAX_LINE: usize = 200;
/// Most characters of a name.
pub const MAX_NAME: usize = 100;
/// Most characters of an e-mail address (RFC 5321).
pub const MAX_EMAIL: usize = 254;
/// Most characters of another system's identifier.
pub const MAX_EXTERNAL_ID: usize = 100;
/// Most files on one tip.
pub const MAX_FILES: usize = 20;

/// A tip as it is sent: the fields of the contract, unchecked.
#[derive(Default, ToSchema)]
pub struct TipForm {
    /// How it came in; without a login `web` or `app`.
    pub channel: Option<String>,
    /// Where: a division code of 2, 4, 6 or 9 digits.
    pub division: Option<String>,
    /// Statutory category; `unknown` when left out.
    pub category: Option<String>,
    /// A short title.
    pub title: Option<String>,
    /// What was seen, in the informant's words.
    pub text: Option<String>,
    /// The day on which it happened, `2026-11-23`.
    pub occurred_on: Option<String>,
    /// The place in words.
    pub place_text: Option<String>,
    /// Longitude in degrees, CGCS2000.
    pub lon: Option<f64>,
    /// Latitude in degrees, CGCS2000.
    pub lat: Option<f64>,
    /// Who is accused.
    pub accused: Option<String>,
    /// Who reports, and how.
    pub informant: Option<InformantForm>,
    /// Whether life or property is in danger: the tip then takes the fastest lane.
    pub danger: bool,
    /// SHA-256 of files uploaded before.
    #[schema(value_type = Option<Vec<String>>)]
    pub files: Vec<String>,
    /// Identifier in the sender's own system.
    pub external_id: Option<String>,
    /// Faults of shape found while reading; [`check`] adds those of content.
    #[schema(ignore)]
    pub faults: Vec<Fault>,
}

/// The informant as sent.
#[derive(Default, ToSchema)]
pub struct InformantForm {
    /// `named`, `confidential` or `anonymous`.
    pub mode: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// How an informant wants to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The name may be used in handling.
    Named,
    /// Name and contact are sealed.
    Confidential,
    /// Nothing is known.
    Anonymous,
}

/// Who reports. It has no `Debug`: an identity never reaches a log by accident.
#[derive(Clone, Serialize, Deserialize)]
pub struct Informant {
    /// How.
    pub mode: Mode,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone, digits and `+ -` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The words of a tip; kept apart from the ledger, which holds only their salted hash.
#[derive(Clone, Serialize, Deserialize, Default)]
pub struct Words {
    /// Title.
    pub title: Option<String>,
    /// The account.
    pub text: String,
    /// The place in words.
    pub place_text: Option<String>,
    /// Who is accused.
    pub accused: Option<String>,
    /// Longitude and latitude.
    pub point: Option<(f64, f64)>,
}

/// A tip that may be kept.
#[derive(Clone)]
pub struct Tip {
    /// How it came in.
    pub channel: Channel,
    /// Where.
    pub place: Code,
    /// What, `unknown` until judged.
    pub category: Category,
    /// How pressing it is.
    pub severity: Severity,
    /// The words.
    pub words: Words,
    /// The day on which it happened.
    pub occurred_on: Option<NaiveDate>,
    /// Who reports.
    pub informant: Informant,
    /// SHA-256 of its files.
    pub files: Vec<String>,
    /// Identifier in the sender's own system.
    pub external_id: Option<String>,
}

impl TipForm {
    /// Reads the JSON of the contract; what has the wrong shape is left out and named.
    pub fn read(value: Value) -> TipForm {
        let mut r = match Reader::new(value) {
            Ok(reader) => reader,
            Err(faults) => return TipForm { faults, ..TipForm::default() },
        };
        let mut form = TipForm {
            channel: r.text("channel", MAX_LINE),
            division: r.text("division", MAX_LINE),
            category: r.text("category", MAX_LINE),
            title: r.text("title", MAX_TITLE),
            text: r.prose("text", MAX_TEXT),
            occurred_on: r.text("occurred_on", MAX_LINE),
            place_text: r.text("place_text", MAX_LINE),
            lon: r.number("lon"),
            lat: r.number("lat"),
            accused: r.text("accused", MAX_LINE),
            informant: r.object("informant", |r| InformantForm {
                mode: r.text("mode", MAX_LINE),
                name: r.text("name", MAX_NAME),
                phone: r.text("phone", MAX_LINE),
                email: r.text("email", MAX_EMAIL),
            }),
            danger: r.bool("danger").unwrap_or(false),
            files: r.texts("files", 0, MAX_FILES, 64),
            external_id: r.text("external_id", MAX_EXTERNAL_ID),
            faults: Vec::new(),
        };
        form.faults = r.finish(()).err().unwrap_or_default();
        form
    }
}

/// What a form is checked against.
pub struct Ground<'a> {
    /// The tree of divisions.
    pub divisions: &'a Divisions,
    /// Now.
    pub now: DateTime<Utc>,
    /// Whether somebody is logged in; the public may use `web` and `app` only.
    pub staff: bool,
}

/// The only way from a form to a tip. Names every fault.
pub fn check(form: TipForm, ground: &Ground<'_>) -> Result<Tip, Vec<Fault>> {
    let mut faults = form.faults;
    let category = category(form.category, &mut faults);
    let tip = Tip {
        channel: channel(form.channel, ground.staff, &mut faults),
        place: place(form.division, ground.divisions, &mut faults),
        severity: if form.danger { Severity::Danger } else { Severity::of(category) },
        category,
        occurred_on: occurred_on(form.occurred_on, ground.now, &mut faults),
        words: Words {
            title: form.title,
            text: needed("text", form.text, &mut faults).unwrap_or_default(),
            place_text: form.place_text,
            accused: form.accused,
            point: point(form.lon, form.lat, &mut faults),
        },
        informant: informant(form.informant, &mut faults),
        files: files(form.files, &mut faults),
        external_id: form.external_id,
    };
    if faults.is_empty() { Ok(tip) } else { Err(faults) }
}

fn needed(field: &str, value: Option<String>, faults: &mut Vec<Fault>) -> Option<String> {
    let named = faults.iter().any(|fault| fault.field == field || fault.field.is_empty());
    if value.is_none() && !named {
        faults.push(Fault::new(field, Why::Missing));
    }
    value
}

fn channel(code: Option<String>, staff: bool, faults: &mut Vec<Fault>) -> Channel {
    let found = needed("channel", code, faults).map(|code| Channel::read(&code));
    match found {
        Some(Some(channel)) if staff || channel.is_public() => return channel,
        Some(Some(_)) => faults.push(Fault::new("channel", Why::ChannelNeedsLogin)),
        Some(None) => {
            let list = Channel::ALL.map(Channel::code).join(", ");
            faults.push(Fault::new("channel", Why::NotOneOf(list)));
        }
        None => {}
    }
    Channel::Web
}

fn place(code: Option<String>, divisions: &Divisions, faults: &mut Vec<Fault>) -> Code {
    let found = needed("division", code, faults).map(|typed| find_division(&typed, divisions));
    match found {
        Some(Ok(code)) => return code,
        Some(Err(why)) => faults.push(Fault::new("division", why)),
        None => {}
    }
    Code::NATION
}

fn category(code: Option<String>, faults: &mut Vec<Fault>) -> Category {
    match code.as_deref().map(find_category) {
        None => Category::UNKNOWN,
        Some(Ok(category)) => category,
        Some(Err(why)) => {
            faults.push(Fault::new("category", why));
            Category::UNKNOWN
        }
    }
}

/// Reads a day that is over or running.
pub fn past_day(typed: &str, now: DateTime<Utc>) -> Result<NaiveDate, Why> {
    let day = zone::parse_date(&half_width(typed)).ok_or(Why::BadDate)?;
    if day > zone::date_of(now) {
        return Err(Why::Future);
    }
    if day.year() < EARLIEST_YEAR { Err(Why::TooEarly) } else { Ok(day) }
}

/// Reads an instant that is over.
pub fn past_instant(typed: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Why> {
    let at = zone::parse_instant(&half_width(typed)).ok_or(Why::BadTime)?;
    if at > now {
        return Err(Why::Future);
    }
    if at.year() < EARLIEST_YEAR { Err(Why::TooEarly) } else { Ok(at) }
}

fn occurred_on(
    typed: Option<String>,
    now: DateTime<Utc>,
    faults: &mut Vec<Fault>,
) -> Option<NaiveDate> {
    match past_day(&typed?, now) {
        Ok(day) => Some(day),
        Err(why) => {
            faults.push(Fault::new("occurred_on", why));
            None
        }
    }
}

/// A point, where both of its numbers are given and lie within the country.
pub(super) fn point(
    lon: Option<f64>,
    lat: Option<f64>,
    faults: &mut Vec<Fault>,
) -> Option<(f64, f64)> {
    match (lon, lat) {
        (None, None) => return None,
        (Some(lon), Some(lat)) => {
            // The country's own extent, rounded outwards: a swapped pair falls outside it.
            let checks = [("lon", lon, 73.0..=136.0, "73–136"), ("lat", lat, 3.0..=54.0, "3–54")];
            let before = faults.len();
            for (field, value, range, words) in checks {
                if !range.contains(&value) {
                    faults.push(Fault::new(field, Why::OutOfRange(words)));
                }
            }
            return (faults.len() == before).then_some((lon, lat));
        }
        (Some(_), None) => faults.push(Fault::new("lon", Why::NeedsPartner("lat"))),
        (None, Some(_)) => faults.push(Fault::new("lat", Why::NeedsPartner("lon"))),
    }
    None
}

fn informant(form: Option<InformantForm>, faults: &mut Vec<Fault>) -> Informant {
    let nobody = Informant { mode: Mode::Anonymous, name: None, phone: None, email: None };
    let Some(form) = form else { return nobody };
    let mode = match form.mode.as_deref() {
        Some("named") => Mode::Named,
        Some("confidential") => Mode::Confidential,
        Some("anonymous") => Mode::Anonymous,
        Some(_) => {
            let list = "named, confidential, anonymous".to_owned();
            faults.push(Fault::new("informant.mode", Why::NotOneOf(list)));
            return nobody;
        }
        None => {
            faults.push(Fault::new("informant.mode", Why::Missing));
            return nobody;
        }
    };
    if mode == Mode::Anonymous {
        let given = [("name", &form.name), ("phone", &form.phone), ("email", &form.email)];
        for (field, _) in given.iter().filter(|(_, value)| value.is_some()) {
            faults.push(Fault::new(format!("informant.{field}"), Why::NotWithMode));
        }
        return nobody;
    }
    if mode == Mode::Named && form.name.is_none() {
        faults.push(Fault::new("informant.name", Why::Missing));
    }
    let phone = form.phone.map(|phone| half_width(&phone));
    if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        faults.push(Fault::new("informant.phone", Why::BadPhone));
    }
    let email = form.email.map(|email| half_width(&email));
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        faults.push(Fault::new("informant.email", Why::BadEmail));
    }
    Informant { mode, name: form.name, phone, email }
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'+'));
    plain && (5..=20).contains(&digits)
}

fn is_email(text: &str) -> bool {
    let plain =
        text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b',' | b';'));
    plain
        && text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
        })
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn files(list: Vec<String>, faults: &mut Vec<Fault>) -> Vec<String> {
    for (index, hash) in list.iter().enumerate() {
        if !is_sha256(hash) {
            faults.push(Fault::new(format!("files[{index}]"), Why::BadHash));
        }
    }
    list
}
