//! What a page's form sends, read within bounds. There is no way to a form's fields but through its
//! token: a form that another site made is refused before anything else is looked at (S24).

use actix_web::{HttpMessage, HttpRequest, web};

use super::super::State;
use super::super::pace::bytes;
use super::super::problem::Problem;
use super::super::request::guest;
use super::super::routes::is_open;
use crate::clock::random;
use crate::intake::Fault;

/// The field that carries the token.
pub const TOKEN: &str = "token";
/// The field that makes a form sent twice count once.
pub const ONCE: &str = "once";
/// A key for a form that is drawn anew. Who knows key and content of a form of the public gets its
/// receipt again, so it is drawn at random: an identifier that rises with time could be guessed.
pub fn new_once() -> String {
    hex::encode(random::<16>())
}

/// Most fields of one form.
const MAX_FIELDS: usize = 200;

/// A form as sent.
#[derive(Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// Files that were not taken in, by the field that they were chosen in. The rest of the form is
    /// whole: what somebody wrote is not lost over a file.
    pub faults: Vec<Fault>,
    /// Whether the answer did not wait for the rest, after a file that is too long: of what is not
    /// there nobody knows whether it was given.
    pub cut: bool,
}

impl Form {
    /// Reads a form without files.
    pub async fn read(
        req: &HttpRequest,
        payload: web::Payload,
        state: &State,
    ) -> Result<Form, Problem> {
        if !req.content_type().eq_ignore_ascii_case(PLAIN) {
            return Err(Problem::media_type(PLAIN));
        }
        let body = bytes(payload, state.max_json_bytes, &state.bounds).await?;
        let form = Form { fields: pairs(&body)?, ..Form::default() };
        form.check(req, state)?;
        Ok(form)
    }

    /// Adds a field.
    pub(super) fn push(&mut self, name: String, value: String) -> Result<(), Problem> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(Problem::too_many_fields(MAX_FIELDS));
        }
        self.fields.push((name, value));
        Ok(())
    }

    /// Whether the form comes from a page of ours.
    pub(super) fn check(&self, req: &HttpRequest, state: &State) -> Result<(), Problem> {
        let shown = self.get(TOKEN).unwrap_or_default();
        let mine = guest(req).is_some_and(|who| state.desk.is_token_of(&who, shown));
        // A browser may fetch a page without the cookie, coming from another site, and send its
        // form with it: what is for anybody takes the public's token of everybody.
        let open = req.match_pattern().is_some_and(|path| is_open(req.method().as_str(), &path));
        let fits = mine || ((open || guest(req).is_none()) && state.desk.is_public_token(shown));
        if fits { Ok(()) } else { Err(Problem::form_token()) }
    }

    /// A field's value as typed; an absent one and an empty one are the same.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let mine = self.fields.iter().filter(move |(known, _)| known == name);
        mine.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// The media type of a form without files.
const PLAIN: &str = "application/x-www-form-urlencoded";

fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let text = std::str::from_utf8(body).map_err(|_| Problem::broken_body())?;
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text);
    let pairs = pairs.map_err(|_| Problem::broken_body())?.into_inner();
    if pairs.len() > MAX_FIELDS {
        return Err(Problem::too_many_fields(MAX_FIELDS));
    }
    Ok(pairs)
}
