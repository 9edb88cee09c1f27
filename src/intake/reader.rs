//! Reads a JSON object field by field and gathers every fault, so that one answer names them all.

use serde_json::{Map, Value};

use super::fault::{Fault, Why};
use super::text;

/// Takes fields out of a JSON object; what is left at the end is unknown.
pub struct Reader {
    path: String,
    fields: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Reader {
    /// Reads an object; anything else is one fault.
    pub fn new(value: Value) -> Result<Reader, Vec<Fault>> {
        Self::within(String::new(), value)
    }

    fn within(path: String, value: Value) -> Result<Reader, Vec<Fault>> {
        match value {
            Value::Object(fields) => Ok(Reader { path, fields, faults: Vec::new() }),
            _ => {
                let field = path.trim_end_matches('.').to_owned();
                Err(vec![Fault { field, why: Why::WrongType("object") }])
            }
        }
    }

    /// Notes a fault in one of this object's fields.
    pub fn fault(&mut self, field: &str, why: Why) {
        self.faults.push(Fault::new(format!("{}{field}", self.path), why));
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        self.fields.remove(field).filter(|value| !value.is_null())
    }

    /// An optional text of one line and at most `max` characters; blank counts as not given.
    pub fn text(&mut self, field: &str, max: usize) -> Option<String> {
        self.any_text(field, max, Lines::One)
    }

    /// A text of any number of lines that must be there.
    pub fn needed_prose(&mut self, field: &str, max: usize) -> String {
        let before = self.faults.len();
        let found = self.any_text(field, max, Lines::Many);
        if found.is_none() && self.faults.len() == before {
            self.fault(field, Why::Missing);
        }
        found.unwrap_or_default()
    }

    /// An optional text of any number of lines.
    pub fn prose(&mut self, field: &str, max: usize) -> Option<String> {
        self.any_text(field, max, Lines::Many)
    }

    fn any_text(&mut self, field: &str, max: usize, lines: Lines) -> Option<String> {
        let raw = match self.take(field)? {
            Value::String(raw) => raw,
            _ => {
                self.fault(field, Why::WrongType("string"));
                return None;
            }
        };
        match checked(&raw, max, lines) {
            Ok(tidy) => tidy,
            Err(why) => {
                self.fault(field, why);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn needed_text(&mut self, field: &str, max: usize) -> String {
        let before = self.faults.len();
        let found = self.text(field, max);
        if found.is_none() && self.faults.len() == before {
            self.fault(field, Why::Missing);
        }
        found.unwrap_or_default()
    }

    /// A secret that must be there, exactly as typed: its outer spaces count.
    pub fn secret(&mut self, field: &str, max: usize) -> String {
        match self.take(field) {
            Some(Value::String(raw)) if text::length(&raw) > max => {
                self.fault(field, Why::TooLong { max });
            }
            Some(Value::String(raw)) if !raw.is_empty() => return raw,
            Some(Value::String(_)) | None => self.fault(field, Why::Missing),
            Some(_) => self.fault(field, Why::WrongType("string")),
        }
        String::new()
    }

    /// A text turned into something else; `why` where that fails.
    pub fn parsed<T>(
        &mut self,
        field: &str,
        max: usize,
        parse: impl FnOnce(&str) -> Result<T, Why>,
    ) -> Option<T> {
        let raw = self.text(field, max)?;
        parse(&raw).map_err(|why| self.fault(field, why)).ok()
    }

    /// The same, and it must be there.
    pub fn needed<T>(
        &mut self,
        field: &str,
        max: usize,
        parse: impl FnOnce(&str) -> Result<T, Why>,
    ) -> Option<T> {
        let raw = self.needed_text(field, max);
        if raw.is_empty() {
            return None;
        }
        parse(&raw).map_err(|why| self.fault(field, why)).ok()
    }

    /// An optional number.
    pub fn number(&mut self, field: &str) -> Option<f64> {
        let value = self.take(field)?;
        let number = value.as_f64().filter(|n| n.is_finite());
        if number.is_none() {
            self.fault(field, Why::WrongType("number"));
        }
        number
    }

    /// An optional whole number from 1.
    pub fn count(&mut self, field: &str) -> Option<u32> {
        let value = self.take(field)?;
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        if number.is_none() {
            self.fault(field, Why::WrongType("whole number"));
        }
        number
    }

    /// The same, and it must be there.
    pub fn needed_count(&mut self, field: &str) -> Option<u32> {
        let before = self.faults.len();
        let found = self.count(field);
        if found.is_none() && self.faults.len() == before {
            self.fault(field, Why::Missing);
        }
        found
    }

    /// An optional truth value.
    pub fn bool(&mut self, field: &str) -> Option<bool> {
        match self.take(field)? {
            Value::Bool(value) => Some(value),
            _ => {
                self.fault(field, Why::WrongType("boolean"));
                None
            }
        }
    }

    /// A truth value that must be there.
    pub fn needed_bool(&mut self, field: &str) -> bool {
        match self.take(field) {
            Some(Value::Bool(value)) => return value,
            Some(_) => self.fault(field, Why::WrongType("boolean")),
            None => self.fault(field, Why::Missing),
        }
        false
    }

    /// A list of objects, `min` to `max` of them, each read by `read`; faults name the item.
    pub fn objects<T>(
        &mut self,
        field: &str,
        (min, max): (usize, usize),
        mut read: impl FnMut(&mut Reader) -> Option<T>,
    ) -> Vec<T> {
        let items = match self.take(field) {
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(field, Why::WrongType("array"));
                return Vec::new();
            }
            None => Vec::new(),
        };
        match items.len() {
            0 if min > 0 => self.fault(field, Why::Missing),
            n if n < min => self.fault(field, Why::TooFew { min }),
            n if n > max => {
                self.fault(field, Why::TooMany { max });
                return Vec::new();
            }
            _ => {}
        }
        let mut found = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match Reader::within(format!("{}{field}[{index}].", self.path), item) {
                Ok(mut inner) => {
                    found.extend(read(&mut inner));
                    inner.note_leftovers();
                    self.faults.extend(inner.faults);
                }
                Err(faults) => self.faults.extend(faults),
            }
        }
        found
    }

    /// A list of texts, `min` to `max` of them, none twice; faults name the item.
    pub fn texts(&mut self, field: &str, min: usize, max: usize, length: usize) -> Vec<String> {
        let items = match self.take(field) {
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(field, Why::WrongType("array"));
                return Vec::new();
            }
            None if min > 0 => {
                self.fault(field, Why::Missing);
                return Vec::new();
            }
            None => return Vec::new(),
        };
        if items.len() > max {
            self.fault(field, Why::TooMany { max });
            return Vec::new();
        }
        let mut found: Vec<String> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let read = item.as_str().ok_or(Why::WrongType("string"));
            match read.and_then(|raw| checked(raw, length, Lines::One)) {
                Ok(Some(text)) if found.contains(&text) => {
                    self.fault(&format!("{field}[{index}]"), Why::Repeated);
                }
                Ok(Some(text)) => found.push(text),
                Ok(None) => self.fault(&format!("{field}[{index}]"), Why::Missing),
                Err(why) => self.fault(&format!("{field}[{index}]"), why),
            }
        }
        if items.len() < min {
            self.fault(field, Why::TooFew { min });
        }
        found
    }

    /// A list of texts, each turned into something else.
    pub fn list<T>(
        &mut self,
        field: &str,
        (min, max): (usize, usize),
        length: usize,
        parse: impl Fn(&str) -> Result<T, Why>,
    ) -> Vec<T> {
        let texts = self.texts(field, min, max, length);
        let mut found = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            match parse(text) {
                Ok(value) => found.push(value),
                Err(why) => self.fault(&format!("{field}[{index}]"), why),
            }
        }
        found
    }

    /// A nested object, read by `read`.
    pub fn object<T>(&mut self, field: &str, read: impl FnOnce(&mut Reader) -> T) -> Option<T> {
        let value = self.take(field)?;
        let mut inner = match Reader::within(format!("{}{field}.", self.path), value) {
            Ok(inner) => inner,
            Err(faults) => {
                self.faults.extend(faults);
                return None;
            }
        };
        let made = read(&mut inner);
        inner.note_leftovers();
        self.faults.extend(inner.faults);
        Some(made)
    }

    /// The raw remaining map of fields, for acts that carry a free set of corrections.
    pub fn map(&mut self, field: &str) -> Map<String, Value> {
        match self.take(field) {
            Some(Value::Object(map)) => return map,
            Some(_) => self.fault(field, Why::WrongType("object")),
            None => self.fault(field, Why::Missing),
        }
        Map::new()
    }

    fn note_leftovers(&mut self) {
        let unknown: Vec<String> = self.fields.keys().take(MAX_UNKNOWN).cloned().collect();
        for field in unknown {
            // The name itself was typed by the sender: keep it short and printable.
            let name: String = field.chars().filter(|c| !c.is_control()).take(40).collect();
            self.fault(&name, Why::UnknownField);
        }
    }

    /// The value made, or every fault found on the way.
    pub fn finish<T>(mut self, made: T) -> Result<T, Vec<Fault>> {
        self.note_leftovers();
        if self.faults.is_empty() { Ok(made) } else { Err(self.faults) }
    }
}

/// How many unknown fields one answer names.
const MAX_UNKNOWN: usize = 20;

/// Whether a text may run over several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Names, titles, numbers.
    One,
    /// Running text.
    Many,
}

/// Tidies a text and checks length and characters; `None` when it is blank.
pub fn checked(raw: &str, max: usize, lines: Lines) -> Result<Option<String>, Why> {
    let tidy = text::tidy(raw);
    if text::length(&tidy) > max {
        return Err(Why::TooLong { max });
    }
    let breaks = |c: char| lines == Lines::One && matches!(c, '\n' | '\t');
    if tidy.chars().any(|c| text::is_forbidden(c) || breaks(c)) {
        return Err(Why::ControlCharacter);
    }
    Ok((!tidy.is_empty()).then_some(tidy))
}
