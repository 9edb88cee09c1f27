//! Fields of forms: what a field is, how it is filled again after a fault, and the JSON that the
//! door of the API would be sent. A page has no reader of its own: it says the same as a program.

use serde_json::{Map, Value, json};

use super::form::Form;
use crate::intake::Fault;
use crate::lang::Lang;

/// How a field is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line,
    /// Running text, shown with so many rows.
    Prose(u8),
    /// A line with suggestions of divisions.
    Division,
    /// One of a list, as a menu.
    Menu,
    /// One of a few, all to be seen.
    Radio,
    /// One item a line.
    Lines,
    /// Files; those kept already stand as their hashes.
    Files,
    /// One line that nobody reads over a shoulder.
    Secret,
    /// Not shown.
    Hidden,
}

/// What JSON a field becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Number,
    Whole,
    Truth,
    List,
}

/// One of a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What it means for the person.
    pub hint: String,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in the contract; each dot leads into an object.
    pub name: &'static str,
    /// Label.
    pub label: String,
    /// What to write, in a few words.
    pub hint: String,
    /// How it is typed.
    pub input: Input,
    /// Whether it may be left empty.
    pub optional: bool,
    /// What may be chosen, or is suggested.
    pub choices: Vec<Choice>,
    /// What stands in it.
    pub value: String,
    /// Files that are kept already.
    pub kept: Vec<Kept>,
    /// What is wrong with it, in words.
    pub error: String,
    shape: Shape,
}

/// Between the name of a field of files and a hash, in the name of the field that says what the file
/// was called. It is shown to its sender again, and kept nowhere.
pub const NAMED: &str = ".named.";

/// A file that was taken in before the form came back.
#[derive(Clone, Debug)]
pub struct Kept {
    /// As its sender called it; empty where that is not known.
    pub name: String,
    /// The field that carries the name along.
    pub named: String,
    /// Its hash.
    pub sha256: String,
}

impl Kept {
    /// What the page calls it.
    pub fn title(&self) -> String {
        match self.name.as_str() {
            "" => format!("{}…", self.sha256.get(..12).unwrap_or_default()),
            name => name.to_owned(),
        }
    }
}

impl Field {
    /// A field that must be filled in.
    pub fn new(name: &'static str, label: &str, input: Input) -> Field {
        let shape = match input {
            Input::Lines | Input::Files => Shape::List,
            _ => Shape::Text,
        };
        Field {
            name,
            label: label.to_owned(),
            hint: String::new(),
            input,
            optional: false,
            choices: Vec::new(),
            value: String::new(),
            kept: Vec::new(),
            error: String::new(),
            shape,
        }
    }

    /// With a hint.
    pub fn hint(mut self, hint: &str) -> Field {
        hint.clone_into(&mut self.hint);
        self
    }

    /// That may be left empty.
    pub fn optional(mut self) -> Field {
        self.optional = true;
        self
    }

    /// With something in it from the start.
    pub fn filled(mut self, value: impl Into<String>) -> Field {
        self.value = value.into();
        self
    }

    /// A number.
    pub fn number(mut self) -> Field {
        self.shape = Shape::Number;
        self
    }

    /// A whole number.
    pub fn whole(mut self) -> Field {
        self.shape = Shape::Whole;
        self
    }

    /// Yes or no.
    pub fn truth(mut self) -> Field {
        self.shape = Shape::Truth;
        self
    }

    /// With choices: value and label.
    pub fn choices<V: Into<String>, L: Into<String>>(
        mut self,
        list: impl IntoIterator<Item = (V, L)>,
    ) -> Field {
        let choice = |(value, label): (V, L)| Choice {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        };
        self.choices = list.into_iter().map(choice).collect();
        self
    }

    /// Whether a choice is the one that stands in the field.
    pub fn has(&self, choice: &Choice) -> bool {
        self.value == choice.value
    }

    /// Whether nothing is chosen yet: then nothing is chosen for anybody.
    pub fn is_open(&self) -> bool {
        !self.choices.iter().any(|choice| self.has(choice))
    }

    /// Which control the template draws.
    pub fn control(&self) -> &'static str {
        match self.input {
            Input::Line => "line",
            Input::Prose(_) | Input::Lines => "prose",
            Input::Division => "division",
            Input::Menu => "menu",
            Input::Radio => "radio",
            Input::Files => "files",
            Input::Secret => "secret",
            Input::Hidden => "hidden",
        }
    }

    /// Rows of a running text.
    pub fn rows(&self) -> u8 {
        match self.input {
            Input::Prose(rows) => rows,
            _ => 3,
        }
    }
}

/// Puts what was sent back into the fields, with what is wrong beside each.
pub fn refill(fields: &mut [Field], form: &Form, faults: &[Fault], lang: Lang) {
    for field in fields {
        if field.input == Input::Files {
            let kept = |sha256: &str| {
                let named = format!("{}{NAMED}{sha256}", field.name);
                let name = form.get(&named).unwrap_or_default().to_owned();
                Kept { name, named, sha256: sha256.to_owned() }
            };
            field.kept = form.all(field.name).map(kept).collect();
        } else {
            field.value = form.get(field.name).unwrap_or_default().to_owned();
        }
        let mine = faults.iter().filter(|fault| belongs(&fault.field, field.name));
        let words: Vec<String> = mine.map(|fault| in_words(fault, lang)).collect();
        field.error = words.join("；");
    }
}

/// A fault as a sentence.
pub fn in_words(fault: &Fault, lang: Lang) -> String {
    let note = fault.note(lang);
    lang.pick(
        format!("{}，{}", note.reason, note.remedy),
        format!("{}: {}", note.reason, note.remedy),
    )
}

/// Whether a fault's path names a field or an item in it.
fn belongs(path: &str, name: &str) -> bool {
    path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('['))
}

/// A line of the summary above a form.
pub struct Note {
    /// Identifier of the field on the page; empty where the fault is of no one field.
    pub field: String,
    /// The same words as beside the field.
    pub words: String,
}

/// The summary of a form with faults: each leads to its field (U3). `form` is the form's name, with
/// which the identifiers of its fields begin.
pub fn summary(form: &str, fields: &[Field], faults: &[Fault], lang: Lang) -> Vec<Note> {
    let colon = lang.pick("：", ": ");
    let note = |fault: &Fault| {
        let words = in_words(fault, lang);
        match fields.iter().find(|field| belongs(&fault.field, field.name)) {
            Some(field) => Note {
                field: format!("{form}-{}", field.name),
                words: format!("{}{colon}{words}", field.label),
            },
            None => Note { field: String::new(), words: format!("{} {words}", fault.field) },
        }
    };
    faults.iter().map(note).collect()
}

/// The JSON that the fields make. What is empty is left out; what has the wrong shape goes as text,
/// so that the reader behind the door names it.
pub fn to_json(fields: &[Field], form: &Form) -> Value {
    let mut object = Map::new();
    for field in fields {
        let Some(value) = value_of(field, form) else { continue };
        put(&mut object, field.name, value);
    }
    Value::Object(object)
}

/// Puts a value where its path leads; each dot leads into an object.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((outer, inner)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return;
    };
    if let Value::Object(nested) = object.entry(outer).or_insert_with(|| json!({})) {
        put(nested, inner, value);
    }
}

fn value_of(field: &Field, form: &Form) -> Option<Value> {
    if field.shape == Shape::List {
        let lines = form.all(field.name).flat_map(|text| text.split(['\n', '、', '，', ',']));
        let items: Vec<&str> = lines.map(str::trim).filter(|item| !item.is_empty()).collect();
        return (!items.is_empty()).then(|| json!(items));
    }
    let typed = form.get(field.name)?;
    let bare = crate::intake::text::half_width(typed);
    Some(match field.shape {
        Shape::Number => bare.parse::<f64>().map_or_else(|_| json!(typed), |n| json!(n)),
        Shape::Whole => bare.parse::<u64>().map_or_else(|_| json!(typed), |n| json!(n)),
        Shape::Truth => match typed {
            "yes" => json!(true),
            "no" => json!(false),
            other => json!(other),
        },
        _ => json!(typed),
    })
}
